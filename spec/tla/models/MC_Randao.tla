----------------------------- MODULE MC_Randao -----------------------------
(* Grinding of the proposer lottery. The mix of an epoch is the sum of the reveals in its blocks (BLK-10, with a sum in place
   of the exclusive or); a reveal is fixed by key and epoch (BLK-09), so that a proposer has the choice of its block or none.
   The adversary knows the reveals of its own keys, of others' when they come. What is the most that it can make of an epoch,
   where some mixes are worth something to it? Exactly what the last slots give that it has without an honest one after
   them: 2^k mixes of k slots. proofs/grinding/randao_bias.py computes on what that is worth.                             *)
EXTENDS Types

CONSTANTS Slots, Mixes

NoStake == [v \in Validators |-> 0]
Reveals == 0..(Mixes - 1)

VARIABLES owner,         \* slot -> is it the adversary's
          own,           \* slot -> the reveal of its owner, if that is the adversary
          good,          \* mixes that are worth 1 to the adversary
          best           \* what the best play yields; -1 before it is played
vars == <<owner, own, good, best>>

Init == /\ owner \in [1..Slots -> BOOLEAN]
        /\ own \in {f \in [1..Slots -> Reveals] : \A s \in 1..Slots : ~owner[s] => f[s] = 0}
        /\ good \in SUBSET Reveals
        /\ best = -1

(* What it can add to the mix in its slot: its reveal, or nothing. Where reveals are not fixed (BLK-09), anything. *)
Choices(slot) == IF "BLK-09" \in Without THEN Reveals ELSE {0, own[slot]}

Max(set) == CHOOSE x \in set : \A y \in set : y <= x
RECURSIVE Add(_, _)
Add(f, set) == IF set = {} THEN 0 ELSE LET x == CHOOSE x \in set : TRUE IN f[x] + Add(f, set \ {x})

(* The number of good outcomes, among all honest reveals from `slot` on, under the best play. *)
RECURSIVE Best(_, _)
Best(slot, mix) ==
    IF slot > Slots THEN IF mix \in good THEN 1 ELSE 0
    ELSE IF owner[slot] THEN Max({Best(slot + 1, (mix + r) % Mixes) : r \in Choices(slot)})
    ELSE Add([r \in Reveals |-> Best(slot + 1, (mix + r) % Mixes)], Reveals)

Next == best = -1 /\ best' = Best(1, 0) /\ UNCHANGED <<owner, own, good>>

HonestAfter(slot) == \E s \in (slot + 1)..Slots : ~owner[s]
OwnTail == {s \in 1..Slots : owner[s] /\ ~HonestAfter(s)}
RECURSIVE Power(_, _)
Power(x, n) == IF n = 0 THEN 1 ELSE x * Power(x, n - 1)

(* With an honest slot before the tail the mix is uniform there: the value is the number of mixes, of those from which some
   choice of the tail reaches a good one; over all honest reveals but that one.                                          *)
Reachable(mix) == {(mix + Add(own, used)) % Mixes : used \in SUBSET OwnTail}
HonestSlots == Cardinality({s \in 1..Slots : ~owner[s]})
OnlyTheTailCounts ==
    best >= 0 /\ HonestSlots > 0 => best = Power(Mixes, HonestSlots - 1)
                                    * Cardinality({mix \in Reveals : Reachable(mix) \cap good # {}})
AtMostTwoToTheTail ==
    best >= 0 /\ HonestSlots > 0 => best <= Power(Mixes, HonestSlots - 1) * Power(2, Cardinality(OwnTail)) * Cardinality(good)
(* Without the tail nothing is gained over chance. *)
NoTailNoGain == OwnTail = {} /\ best >= 0 => best = Power(Mixes, HonestSlots - 1) * Cardinality(good)

(* Witness, to be violated: the tail gains nothing over chance. *)
NoGain == best >= 0 /\ HonestSlots > 0 => best <= Power(Mixes, HonestSlots - 1) * Cardinality(good)
=============================================================================
