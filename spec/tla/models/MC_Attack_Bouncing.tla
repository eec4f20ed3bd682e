--------------------------- MODULE MC_Attack_Bouncing ---------------------------
(* Bouncing. Validator 4 of four is the adversary's, three are two thirds. It lacks a vote on each of two branches, by
   turns, and adds its own when that moves the justified checkpoint to the branch on which the honest are not: block 3
   justifies (2, 2) on one branch, block 4 (3, 1) on the other. Nobody commits an offence. A block that comes in its
   epoch moves the justified checkpoint at the epoch's end only, when all look at it together; one that is held back
   over the end of its epoch moves it at once (FC-26), and that is not stopped: the attack goes on for as long as the
   adversary has a block to hold back in each epoch and the honest are divided such that its votes are what is
   missing. *)
EXTENDS ForkChoiceView

CONSTANT HoldsBack  \* BOOLEAN: blocks may come after their epoch

ThreeAndOne == [slot \in 0..40 |-> IF slot % 2 = 0 THEN {1, 2, 4} ELSE {3}]
BouncingTree ==
    [r \in 1..4 |->
        CASE r = 1 -> Block(0, 3, <<>>)
          [] r = 2 -> Block(0, 3, <<>>)
          [] r = 3 -> Block(2, 5, Votes({1, 2, 4}, 4, 2, Zero, Checkpoint(2, 2)))
          [] r = 4 -> Block(1, 7, Votes({1, 2, 4}, 6, 1, Zero, Checkpoint(3, 1)))]
BouncingTimes == {TimeOf(3, 0), TimeOf(5, 0), TimeOf(6, 0), TimeOf(7, 0), TimeOf(8, 0)}

BouncingBlock == \E root \in DOMAIN Tree :
                     /\ HoldsBack \/ Epoch(Tree[root].slot) = CurrentStoreEpoch(store)
                     /\ store' = OnBlock(store, root, Tree[root]).store
BouncingSpec == Init /\ [][Tick \/ BouncingBlock]_store

SameBranch(a, b) == Descends(store', a.root, b.root) \/ Descends(store', b.root, a.root)
JustifiedBouncesAtEpochStartsOnly ==
    [][SameBranch(store.justified, store'.justified) \/ CurrentStoreEpoch(store') > CurrentStoreEpoch(store)]_store
JustifiedNeverBounces == [][SameBranch(store.justified, store'.justified)]_store
NobodyOffends == Offenders(SignedVotes) = {}
=============================================================================
