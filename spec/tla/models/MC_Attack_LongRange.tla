------------------------ MODULE MC_Attack_LongRange ------------------------
(* The long-range attack, and what weak subjectivity (spec/prose/12-weak-subjectivity.md) leaves of it. A client trusts a
   checkpoint of epoch 0. From some epoch on there are two chains from it: the one that all followed, and one that former
   validators make up with their old keys, now or later. Both finalize after at most `Stall` epochs (no leak, WS-01). Those
   who offended then leave, as fast as the queue lets them, and leave reach after UNBONDING_EPOCHS. Their stake that is still
   slashable is the attack's price; the client believes either chain within the period (WS-03), and asks for a newer
   checkpoint after it.
   Stake is counted, not named: the adversary chooses who comes and leaves, each at most the churn of an epoch (VAL-07).
   Offenders are counted in thirds: of chains with the active stakes a and b and the stake `both` in either, two quorums have
   at least both - a/3 - b/3 in common.                                                                                     *)
EXTENDS Stake

CONSTANTS LastEpoch, Total, SafetyDecay, Stall

NoStake == [v \in Validators |-> 0]

(* WS-01 *)
Period(t, c) == UnbondingEpochs + (SafetyDecay * t) \div (200 * c)
(* VAL-07 *)
ChurnOf(t) == IF "VAL-07" \in Without THEN Total
              ELSE LET c == t \div ChurnQuotient IN IF c > MinChurn THEN c ELSE MinChurn
(* WS-03: the client's checkpoint is of epoch 0. *)
Believed(now) == Rule("WS-03", now <= Period(Total, ChurnOf(Total)))

VARIABLES now, phase,    \* "common", then "parted", then "conflict"
          whole,         \* active stake, until the chains part
          a, b, both,    \* active stakes of the chains, and the stake that is active on both
          parted,        \* epochs since they parted without anything final
          offence,       \* epoch of the conflicting votes
          offenders,     \* thirds of stake of those who are still active on the chain that all follow
          gone           \* <<exit epoch, thirds>> of offenders who left it
vars == <<now, phase, whole, a, b, both, parted, offence, offenders, gone>>

Init == /\ now = 0 /\ phase = "common" /\ whole = Total /\ a = 0 /\ b = 0 /\ both = 0 /\ parted = 0
        /\ offence = 0 /\ offenders = 0 /\ gone = {}

Flow == {0, ChurnOf(whole)}
Most(x) == IF x > 0 THEN x ELSE 0

Common == /\ phase = "common"
          /\ \E out, in \in Flow : whole' = Most(whole - out) + in
          /\ now' = now + 1
          /\ UNCHANGED <<phase, a, b, both, parted, offence, offenders, gone>>

Separate == /\ phase = "common" /\ phase' = "parted" /\ a' = whole /\ b' = whole /\ both' = whole
        /\ UNCHANGED <<now, whole, parted, offence, offenders, gone>>

(* Other validators leave the one chain than the other, and others come: what is active on both shrinks twice. *)
Stalled == /\ phase = "parted" /\ parted < Stall
           /\ \E outA, outB, in \in Flow :
                  /\ a' = Most(a - outA) + in /\ b' = Most(b - outB) + in
                  /\ both' = Most(both - outA - outB)
           /\ now' = now + 1 /\ parted' = parted + 1
           /\ UNCHANGED <<phase, whole, offence, offenders, gone>>

Conflict == /\ phase = "parted" /\ phase' = "conflict"
            /\ offenders' = Most(3 * both - a - b) /\ offence' = now
            /\ UNCHANGED <<now, whole, a, b, both, parted, gone>>

OffendersLeave == /\ phase = "conflict"
                  /\ \E out \in Flow : LET thirds == Least(3 * out, offenders)
                                       IN  /\ offenders' = offenders - thirds
                                           /\ gone' = IF thirds = 0 THEN gone ELSE gone \cup {<<now + 1, thirds>>}
                  /\ now' = now + 1
                  /\ UNCHANGED <<phase, whole, a, b, both, parted, offence>>

Next == \/ Separate \/ Conflict
        \/ now < LastEpoch /\ Believed(now + 1) /\ (Common \/ Stalled \/ OffendersLeave)

------------------------------------------------------------------------------
(* STK-23 and ASL-03, in the words of Stake.tla: v is all offenders. *)
Reach == {k \in gone : Rule("STK-23a", k[1] > offence) /\ now < k[1] + (IF "VAL-02" \in Without THEN 0 ELSE UnbondingEpochs)}
RECURSIVE Thirds(_)
Thirds(set) == IF set = {} THEN 0 ELSE LET k == CHOOSE k \in set : TRUE IN k[2] + Thirds(set \ {k})
Slashable == IF Rule("ASL-03", now <= offence + MaxEvidenceAge) THEN offenders + Thirds(Reach) ELSE 0

(* A third of what was active when the chains parted, less SAFETY_DECAY percent of it. *)
AConflictCostsAThirdLessDecay == phase = "conflict" => 100 * Slashable >= (100 - 3 * SafetyDecay) * whole
AConflictCostsSomething == phase = "conflict" => Slashable > 0

(* Witnesses, to be violated. *)
NoConflictAtThePeriodsEnd == ~(phase = "conflict" /\ now = Period(Total, ChurnOf(Total)) /\ gone # {})
AlwaysAThird == phase = "conflict" => Slashable >= whole
(* The same of what was active at the checkpoint: a set that shrank before the chains parted has less to lose. *)
AThirdOfTheCheckpointLessDecay == phase = "conflict" => 100 * Slashable >= (100 - 3 * SafetyDecay) * Total
=============================================================================
