------------------------- MODULE MC_ForkChoiceProposer -------------------------
(* What a proposer builds on (FC-52 to FC-60). Four slots an epoch, one validator of 25 in each committee: a boost of
   10, a head is weak below 5, a parent strong above 40. Blocks 1, 2, 4 are a chain of slots 1, 2, 3, block 3 is 2's
   twin, 5 another validator's of that slot (on a branch with another shuffling, say), 6 passes slot 2 over. *)
EXTENDS ForkChoiceView

ProposerTree ==
    [r \in 1..6 |->
        CASE r = 1 -> Block(0, 1, <<>>)
          [] r = 2 -> Block(1, 2, <<>>)
          [] r = 3 -> Block(1, 2, <<>>)
          [] r = 4 -> Block(2, 3, <<>>)
          [] r = 5 -> [Block(1, 2, <<>>) EXCEPT !.proposer = 2]
          [] r = 6 -> Block(1, 3, <<>>)]
Twins == {1, 2, 3}
Others == {1, 2, 5}
Chain == {1, 2, 4}
Skipping == {1, 6}
OneOfFour == [slot \in 0..40 |-> {1 + (slot % 4)}]
QuarterEach == [v \in Validators |-> 25]
In(slot, head) == Vote(1 + (slot % 4), slot, head, Zero, Checkpoint(0, 0))
ProposerPool == {In(0, 0), In(1, 1), In(2, 1), In(2, 2), In(3, 2)}
ProposerTimes == {TimeOf(2, 0), TimeOf(2, 2), TimeOf(3, 0), TimeOf(3, 1), TimeOf(4, 0)}

(* Block 2 comes late, and with the votes that justify (1, 0). *)
JustifyingTree ==
    [r \in 1..2 |->
        CASE r = 1 -> Block(0, 8, <<>>)
          [] r = 2 -> Block(1, 9, <<Vote(1, 4, 0, Zero, Checkpoint(1, 0)), Vote(2, 5, 0, Zero, Checkpoint(1, 0)),
                                     Vote(3, 6, 0, Zero, Checkpoint(1, 0))>>)]
JustifyingPool == {Vote(1, 8, 1, Zero, Checkpoint(2, 1)), Vote(2, 9, 1, Zero, Checkpoint(2, 1))}
JustifyingTimes == {TimeOf(8, 0), TimeOf(9, 2), TimeOf(10, 0)}
BothBlocks == {1, 2}
NoEpochs == -1   \* REORG_MAX_EPOCHS_SINCE_FINALIZATION by which every chain is too long without finality

CONSTANT Exist  \* the blocks of Tree that there are
ProposerBlock == \E root \in Exist : store' = OnBlock(store, root, Tree[root]).store
ProposerSpec == Init /\ [][Tick \/ ProposerBlock \/ DeliverVote]_store

Head1 == GetHead(store)
Now == CurrentSlot(store)
IsReorg == GetProposerHead(store, Head1, Now) # Head1
Twin == \E r \in DOMAIN store.blocks \ {Head1} : /\ BlockSlot(store, r) = BlockSlot(store, Head1)
                                                  /\ store.blocks[r].proposer = store.blocks[Head1].proposer

(* One block deep, and that of the slot before. *)
ReorgIsShallow == IsReorg => /\ GetProposerHead(store, Head1, Now) = Parent(store, Head1)
                             /\ BlockSlot(store, Head1) + 1 = Now
(* A timely block of one that made no other keeps its place; so does the last one of an epoch. *)
TimelyIsKept == IsReorg /\ ~Twin => ~store.timely[Head1]
LastOfAnEpochIsKept == IsReorg /\ ~Twin => Now % SlotsPerEpoch # 0
ParentIsOfTheSlotBefore == IsReorg /\ ~Twin => BlockSlot(store, Parent(store, Head1)) + 2 = Now
(* Two committees' worth of votes hold the parent; the head has not a fifth of one. *)
VotesAreTheParents == IsReorg /\ ~Twin => GetWeight(store, Parent(store, Head1)) > 40
(* The block that is built wins at once, and is built early enough for the attesters. *)
ReorgWins == IsReorg => LET new == OnBlock(store, 9, Block(GetProposerHead(store, Head1, Now), Now, <<>>)).store
                        IN PhaseOf(store.time) < 2 => GetHead(new) = 9
ReorgIsOnTime == IsReorg /\ ~Twin => PhaseOf(store.time) = 0
(* Nothing that is justified is given up. *)
JustificationIsKept == IsReorg /\ ~Twin => store.unrealized[Head1] = store.unrealized[Parent(store, Head1)]
(* A chain that does not finalize has other troubles. *)
ChainFinalizes == IsReorg /\ ~Twin => Epoch(Now) <= store.finalized.epoch + ReorgMaxEpochsSinceFinalization
(* The first of two blocks of one proposer has no claim to be kept, as long as it is weak. *)
TwinIsReorged == Twin /\ BlockSlot(store, Head1) + 1 = Now /\ GetWeight(store, Head1) < 5 => IsReorg
(* Nobody builds beside the block that is boosted now, whatever its proposer did, and however little it weighs: it matters
   where the threshold of a weak head is above the boost. *)
BoostedIsKept == store.boost = Head1 => GetProposerHead(store, Head1, BlockSlot(store, Head1) + 1) = Head1
NoBoostedTwin == ~(store.boost = Head1 /\ Twin)
(* Both of the justifying tree, where but for FC-54 the head would be re-orged. *)
NoWeakLateHead == ~(/\ Known(store, 2) /\ Head1 = 2 /\ ~store.timely[2] /\ Now = 10
                    /\ IsHeadWeak(store, 2) /\ IsParentStrong(store, 2))
NoReorg == ~IsReorg
NoReorgOfATwin == IsReorg => ~Twin
=============================================================================
