------------------------------- MODULE MC_FFG -------------------------------
(* One chain, epoch by epoch. In each any set of validators votes in time for its target, and any of the rest is counted
   late, in the epoch after (ATT-04). Beside what the state keeps (bits and checkpoints, JUS-03, JUS-04) runs what these
   stand for: which epochs two thirds voted for, and from which source. Finality is defined by the latter: a justified
   checkpoint is final if two thirds link it to the epoch after it, or to the one after that with the one between justified. *)
EXTENDS FFG

CONSTANTS LastEpoch,
          Slashed        \* who is slashed on this chain, all the while

UnitStake == [v \in Validators |-> 1]
EveryoneInEachSlot == [slot \in 0..100 |-> Validators]

Sym == Permutations(Validators)

VARIABLES epoch,         \* the current epoch
          chain,         \* bits, checkpoints, slashed
          previousVotes, \* who voted for the previous epoch's target, so far
          justified,     \* epochs that two thirds voted for
          links,         \* <<source epoch, target epoch>> of such votes
          rules          \* the rules that hold at the last epoch's end, if it finalized something new
vars == <<epoch, chain, previousVotes, justified, links, rules>>

Cp(e) == Checkpoint(e, IF e = 0 THEN NoRoot ELSE e)     \* the root of epoch e's first block is e

Init == /\ epoch = 1 /\ previousVotes = {} /\ justified = {0} /\ links = {} /\ rules = {}
        /\ chain = [bits |-> {}, previous |-> Cp(0), current |-> Cp(0), finalized |-> Cp(0), slashed |-> Slashed]

(* Two thirds of all stake, by validators that are not slashed: the definition, in no rule's words. *)
Supermajority(votes) == 3 * StakeOf(votes \ Slashed) >= 2 * TotalStake

Holding(bits) ==
    LET holds == << Finalizes1(bits, chain.previous, epoch), Finalizes2(bits, chain.previous, epoch),
                    Finalizes3(bits, chain.current, epoch), Finalizes4(bits, chain.current, epoch) >>
    IN  {rule \in 1..4 : holds[rule]}

EndOfEpoch(late, timely) ==
    LET previous == previousVotes \cup late
        weighed == WeighJustificationAndFinalization(chain, epoch, WithFloor(TotalStake),
                       StakeOfParticipants(chain, previous), StakeOfParticipants(chain, timely), epoch - 1, epoch)
    IN  /\ epoch' = epoch + 1
        /\ previousVotes' = timely
        /\ chain' = IF epoch <= GenesisEpoch + 1 /\ "JUS-02" \notin Without THEN chain ELSE weighed
        /\ links' = links \cup (IF Supermajority(previous) THEN {<<chain.previous.epoch, epoch - 1>>} ELSE {})
                          \cup (IF Supermajority(timely) THEN {<<chain.current.epoch, epoch>>} ELSE {})
        /\ justified' = {0} \cup {link[2] : link \in links'}
        /\ rules' = IF chain'.finalized = chain.finalized THEN {} ELSE Holding(chain'.bits)

Next == /\ epoch <= LastEpoch
        /\ \E timely \in SUBSET Validators, late \in SUBSET (Validators \ previousVotes) : EndOfEpoch(late, timely)

Spec == Init /\ [][Next]_vars

------------------------------------------------------------------------------
(* What is final by the definition. *)
IsFinal(e) == \E k \in 1..2 : <<e, e + k>> \in links /\ \A between \in e..(e + k) : between \in justified
Final == {0} \cup {e \in justified : IsFinal(e)}
Highest(set) == CHOOSE e \in set : \A other \in set : other <= e

(* The last epoch that has been processed is epoch - 1. Of epoch 1 only the second epoch's end tells (JUS-02). *)
Told == {e \in justified : e # 1 \/ epoch > 2}
BitsTellWhatIsJustified ==
    epoch > 2 => \A bit \in 0..3 : (bit \in chain.bits) <=> (epoch - 1 - bit > 0 /\ epoch - 1 - bit \in Told)
JustifiedIsTheHighest == chain.current = Cp(Highest(Told))
FinalizedIsFinal == chain.finalized.epoch \in Final
FinalizedIsTheHighest == epoch > 2 => chain.finalized = Cp(Highest(Final))
CheckpointsInOrder == /\ chain.finalized.epoch <= chain.previous.epoch
                      /\ chain.previous.epoch <= chain.current.epoch
                      /\ chain.current.epoch < epoch

Monotone == [][ /\ chain'.current.epoch >= chain.current.epoch
                /\ chain'.finalized.epoch >= chain.finalized.epoch ]_vars

(* A vote has the same source, whether it is included in time or late: else ATT-08 would refuse honest votes. *)
LateVotesHaveTheirSource == [][ chain'.previous = chain.current \/ epoch <= GenesisEpoch + 1 ]_vars

(* Witnesses, to be violated: a rule that alone finalized something new at the last epoch's end. *)
NeverByRule1 == rules # {1}
NeverByRule2 == rules # {2}
NeverByRule3 == rules # {3}
NeverByRule4 == rules # {4}

------------------------------------------------------------------------------
(* Examples *)
Weigh(bits, previous, current, finalized, e, p, c) ==
    WeighJustificationAndFinalization(
        [bits |-> bits, previous |-> Cp(previous), current |-> Cp(current), finalized |-> Cp(finalized)], e, 3, p, c, e - 1, e)
Result(bits, previous, current, finalized) ==
    [bits |-> bits, previous |-> Cp(previous), current |-> Cp(current), finalized |-> Cp(finalized)]

ASSUME Without = {} =>
    /\ Weigh({}, 0, 0, 0, 2, 1, 1) = Result({}, 0, 0, 0)
    /\ Weigh({}, 0, 0, 0, 2, 2, 1) = Result({1}, 0, 1, 0)                     \* JUS-03.3
    /\ Weigh({}, 0, 0, 0, 2, 1, 2) = Result({0}, 0, 2, 0)                     \* JUS-03.4
    /\ Weigh({0}, 0, 2, 0, 3, 2, 2) = Result({0, 1}, 2, 3, 2)                 \* rule 4
    /\ Weigh({0}, 0, 2, 0, 4, 2, 2) = Result({0, 1}, 2, 4, 0)                 \* bits that belong to no such epoch
    /\ Weigh({0, 1}, 3, 3, 1, 5, 2, 2) = Result({0, 1, 2}, 3, 5, 3)           \* rule 3
    /\ Weigh({0, 1}, 3, 4, 1, 5, 2, 1) = Result({1, 2}, 4, 4, 3)              \* rule 2
    /\ Weigh({1, 2}, 2, 3, 1, 5, 2, 1) = Result({1, 2, 3}, 3, 4, 2)           \* rule 1

ASSUME \* a chain of empty slots after its anchor, and a vote for a checkpoint whose first slot is empty
    LET s == ProcessSlots(AnchorState, 2 * SlotsPerEpoch + 1)
        voter == CHOOSE v \in Validators : TRUE
        vote == [validator |-> voter, slot |-> 2 * SlotsPerEpoch, head |-> Anchor, source |-> s.current,
                 target |-> Checkpoint(2, Anchor)]
    IN  Without = {} /\ SlotsPerEpoch > 1 =>
        /\ s.roots = [slot \in 0..(2 * SlotsPerEpoch) |-> Anchor]
        /\ ProcessAttestation(s, vote).ok
        /\ ProcessAttestation(s, vote).state.currentVotes = {voter}
        /\ ProcessAttestation(s, [vote EXCEPT !.source = Checkpoint(0, Anchor)]).clause = "ATT-08"
        /\ ProcessAttestation(s, [vote EXCEPT !.slot = @ + 1]).clause = "ATT-03"
        /\ ProcessAttestation(s, [vote EXCEPT !.target.root = 7]).state.currentVotes = {}
=============================================================================
