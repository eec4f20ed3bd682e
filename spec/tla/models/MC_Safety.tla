----------------------------- MODULE MC_Safety -----------------------------
(* Accountable safety of a fixed set. Two chains part at some epoch, and everybody may vote on both, for any target that a
   chain counts, in time or late. Nobody is assumed to be honest. Conflicting checkpoints become final only where validators
   with a third of the stake have signed two votes that convict them (ASL-01).
   The votes of an epoch on a chain are a least quorum or none (Adversary.tla). Slashable stake never shrinks: the bound
   `Tolerated` cuts off, in the guard, the behaviours in which more than that is slashable already. With less than a third
   tolerated, what is left must never have a conflict; with more, a conflict is reached, and its price is checked.
   Checkpoints are (epoch, root): where a chain has an empty first slot, its checkpoint's root is the one before it.       *)
EXTENDS FFG, Adversary

CONSTANTS LastEpoch,
          Forks,         \* the epochs at which the chains may part: the first with different blocks
          Empty,         \* set of <<chain, epoch>> whose first slot, and all before it since the last checkpoint, are empty
          Tolerated      \* stake that may be slashable

UnitStake == [v \in Validators |-> 1]
UnevenStake == [v \in Validators |-> IF v <= 2 THEN 2 ELSE 1]     \* of validators 1 to 4
EveryoneInEachSlot == [slot \in 0..100 |-> Validators]
Sym == Permutations(Validators)

VARIABLES epoch, fork, chains,
          votes,         \* all that were ever signed
          offenders      \* whom they convict
vars == <<epoch, fork, chains, votes, offenders>>

Chains == {1, 2}

(* The root of a chain's checkpoint of an epoch: 0 the anchor's, 1..99 common, then 100 * chain + epoch. *)
RECURSIVE RootOf(_, _)
RootOf(c, e) == IF e = 0 THEN Anchor
                ELSE IF <<c, e>> \in Empty THEN RootOf(c, e - 1)
                ELSE IF e < fork THEN e ELSE 100 * c + e
Target(c, e) == Checkpoint(e, RootOf(c, e))

Start == [bits |-> {}, previous |-> Checkpoint(0, NoRoot), current |-> Checkpoint(0, NoRoot),
          finalized |-> Checkpoint(0, NoRoot), slashed |-> {}, voted |-> {}]

Init == epoch = 1 /\ fork \in Forks /\ chains = [c \in Chains |-> Start] /\ votes = {} /\ offenders = {}

------------------------------------------------------------------------------
Vote(v, source, target) == [validator |-> v, source |-> source, target |-> target]

(* ATT-08: the source that the chain demands; any, where the rule is taken out. *)
Sources(right, e) == IF "ATT-08" \in Without THEN {Checkpoint(s, 0) : s \in 0..(e - 1)} \cup {right} ELSE {right}
(* ATT-13: votes for the other chain's target count where the rule is taken out. *)
Targets(c, e) == IF "ATT-13" \in Without THEN {Target(d, e) : d \in Chains} ELSE {Target(c, e)}

(* Every way in which a quorum, or nobody, votes for epoch e of chain c: a set of sets of votes. *)
WaysToVote(c, e, right) ==
    {{}} \cup {{Vote(v, source, target) : v \in quorum} :
                   quorum \in Quorums, source \in Sources(right, e), target \in Targets(c, e)}

(* What chain c counts at the end of the epoch: votes of the epoch before, if they are not all there, and of this one. *)
Ways(c) == {[late |-> late, timely |-> timely] :
               late \in IF epoch > 1 /\ chains[c].voted = {} THEN WaysToVote(c, epoch - 1, chains[c].previous) ELSE {{}},
               timely \in WaysToVote(c, epoch, chains[c].current)}

Voters(set) == {vote.validator : vote \in set}
After(c, way) ==
    LET chain == chains[c]
        previous == chain.voted \cup Voters(way.late)
        weighed == WeighJustificationAndFinalization(chain, epoch, TotalStake,
                       StakeOf(previous), StakeOf(Voters(way.timely)), RootOf(c, epoch - 1), RootOf(c, epoch))
    IN  [(IF epoch <= GenesisEpoch + 1 THEN chain ELSE weighed) EXCEPT !.voted = Voters(way.timely)]

Offending(new) == offenders \cup OffendersOf(new, votes \cup new)
Tolerable(new) == StakeOf(Offending(new)) <= Tolerated
Cast(way) == way.late \cup way.timely

EndOfEpoch(way1, way2) ==
    LET new == Cast(way1) \cup Cast(way2)
    IN  /\ Tolerable(new)
        /\ epoch' = epoch + 1
        /\ votes' = votes \cup new
        /\ offenders' = Offending(new)
        /\ chains' = [c \in Chains |-> After(c, IF c = 1 THEN way1 ELSE way2)]
        /\ UNCHANGED fork

TolerableWays(c) == {way \in Ways(c) : Tolerable(Cast(way))}
Next == /\ epoch <= LastEpoch
        /\ IF epoch < fork THEN \E way \in TolerableWays(1) : EndOfEpoch(way, way)
           ELSE LET ways2 == TolerableWays(2)
                IN  \E way1 \in TolerableWays(1) : \E way2 \in ways2 : EndOfEpoch(way1, way2)

------------------------------------------------------------------------------
(* The later of the two final checkpoints is on a chain whose checkpoint of the earlier one's epoch is another. *)
Conflict == \E c, d \in Chains : LET f == chains[c].finalized  g == chains[d].finalized
                                 IN  f.epoch > 0 /\ f.epoch <= g.epoch /\ Target(d, f.epoch) # f
NoConflict == ~Conflict

Slashable == StakeOf(offenders)
ConflictCostsAThird == Conflict => 3 * Slashable >= TotalStake
OffendersAreAll == offenders = Offenders(votes)

(* Witnesses, to be violated. *)
NothingFinalAfterTheFork == \A c \in Chains : chains[c].finalized.epoch < fork
ConflictCostsMore == Conflict => 3 * Slashable > TotalStake
=============================================================================
