------------------------------- MODULE MC_FFG -------------------------------
(* One chain: every epoch, any of the validators vote in time (in the epoch) or late (in the one after), as ATT-04 and
   ATT-08 allow. What the checkpoints of a chain's state mean, and that they only rise. Justified by examples first.      *)
EXTENDS FFG

CONSTANT LastEpoch
MStake == [v \in Validators |-> 1]
MComm == [s \in 0..20 |-> Validators]

Cp(epoch) == Checkpoint(epoch, epoch)
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

ASSUME \* a chain with four empty slots after its anchor, votes for a checkpoint whose first slot is empty
    LET s == ProcessSlots(AnchorState, 2 * SlotsPerEpoch + 1)
        vote == [validator |-> 1, slot |-> 2 * SlotsPerEpoch, head |-> Anchor, source |-> s.current, target |-> Checkpoint(2, Anchor)]
    IN  Without = {} /\ SlotsPerEpoch > 1 =>
        /\ s.roots = [slot \in 0..(2 * SlotsPerEpoch) |-> Anchor]
        /\ ProcessAttestation(s, vote).ok
        /\ ProcessAttestation(s, vote).state.currentVotes = {1}
        /\ ProcessAttestation(s, [vote EXCEPT !.source = Checkpoint(0, Anchor)]).clause = "ATT-08"
        /\ ProcessAttestation(s, [vote EXCEPT !.slot = @ + 1]).clause = "ATT-03"
        /\ ProcessAttestation(s, [vote EXCEPT !.target.root = 7]).state.currentVotes = {}
=============================================================================
