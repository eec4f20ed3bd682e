---------------------------- MODULE MC_ForkChoice ----------------------------
(* The scenarios in which ForkChoiceView's properties are checked. Two slots an epoch, three validators of 10: two are
   two thirds; 1 and 2 vote in even slots, 3 in odd ones. *)
EXTENDS ForkChoiceView

ASSUME \* the operators, on small cases
    Without = {} =>
        LET s == [Start EXCEPT !.time = TimeOf(9, 0),
                     !.blocks = (0 :> AnchorBlock) @@ (1 :> Block(0, 1, <<>>)) @@ (2 :> Block(1, 5, <<>>)) @@ (3 :> Block(1, 4, <<>>))]
        IN /\ GetAncestor(s, 2, 4) = 1 /\ GetAncestor(s, 2, 5) = 2 /\ GetAncestor(s, 2, 0) = 0     \* over skipped slots
           /\ GetCheckpointBlock(s, 2, 2) = 1 /\ GetCheckpointBlock(s, 3, 2) = 3
           /\ Children(s, 1) = {2, 3} /\ Children(s, 2) = {}
           /\ CurrentSlot(s) = 9 /\ CurrentStoreEpoch(s) = 4
           /\ ~OnTick(s, TimeOf(8, 2)).ok /\ OnTick(s, TimeOf(8, 2)).clause = "FC-11" /\ OnTick(s, s.time).ok
           /\ OnBlock(s, 9, Block(7, 8, <<>>)).clause = "FC-16" /\ OnBlock(s, 9, Block(1, 10, <<>>)).clause = "FC-17"
           /\ OnBlock(s, 1, Block(7, 8, <<>>)).ok                                                   \* known: FC-15
           /\ GetShufflingDependentRoot(s, 2, 3) = 1 /\ GetShufflingDependentRoot(s, 3, 1) = 0

(* Blocks 1, 2, 3 finalize (2, block 1), an epoch whose first slot is empty, by votes for (1, 0), (2, 1), (3, 2).
   Block 4 is a child of 1 in the finalized epoch's first slot, so beside the checkpoint; 5 is a branch of the anchor;
   6 is late and carries a vote of before the finalized epoch. *)
FinalizingTree ==
    [r \in 1..6 |->
        CASE r = 1 -> Block(0, 3, <<>>)
          [] r = 2 -> Block(1, 5, Votes({1, 2}, 2, 0, Zero, Checkpoint(1, 0)) \o Votes({1, 2}, 4, 1, Zero, Checkpoint(2, 1)))
          [] r = 3 -> Block(2, 7, Votes({1, 2}, 6, 2, Checkpoint(2, 1), Checkpoint(3, 2)))
          [] r = 4 -> Block(1, 4, <<>>)
          [] r = 5 -> Block(0, 6, <<>>)
          [] r = 6 -> Block(1, 5, Votes({3}, 3, 1, Zero, Checkpoint(1, 0)))]
FinalizingPool == {Vote(3, 7, 5, Zero, Checkpoint(3, 5)), Vote(3, 5, 4, Zero, Checkpoint(2, 4))}
FinalizingTimes == {TimeOf(3, 0), TimeOf(5, 0), TimeOf(5, 2), TimeOf(6, 0), TimeOf(7, 2), TimeOf(8, 0), TimeOf(12, 0)}

(* Votes of every kind, good ones and one for each rule that it breaks. *)
VotesTree == [r \in 1..3 |-> CASE r = 1 -> Block(0, 2, <<>>) [] r = 2 -> Block(1, 3, <<>>) [] r = 3 -> Block(0, 3, <<>>)]
VotesPool ==
    {Vote(1, 2, 1, Zero, Checkpoint(1, 1)), Vote(1, 2, 0, Zero, Checkpoint(1, 0)),   \* an equivocation
     Vote(1, 4, 2, Zero, Checkpoint(2, 2)),                                            \* a later epoch
     Vote(3, 3, 3, Zero, Checkpoint(1, 0)),
     Vote(2, 2, 2, Zero, Checkpoint(1, 1)),                                            \* block newer than the vote, FC-40
     Vote(3, 3, 2, Zero, Checkpoint(2, 2)),                                            \* target of another epoch, FC-37
     Vote(3, 3, 1, Zero, Checkpoint(1, 0)),                                            \* target of another branch, FC-41
     Vote(2, 3, 3, Zero, Checkpoint(1, 0))}                                            \* not of the committee, FC-44
VotesForged == {Vote(2, 2, 1, Zero, Checkpoint(1, 1))}
VotesTimes == {TimeOf(3, 0), TimeOf(4, 0), TimeOf(5, 0), TimeOf(6, 0)}

(* A fork in epoch 0, so that the two branches have other proposers in epoch 2 (their dependent roots differ). *)
ShufflingTree == [r \in 1..5 |-> CASE r = 1 -> Block(0, 1, <<>>) [] r = 2 -> Block(0, 1, <<>>)
                                   [] r = 3 -> Block(1, 4, <<>>) [] r = 4 -> Block(2, 4, <<>>)
                                   [] r = 5 -> Block(2, 5, <<>>)]
ShufflingPool == {Vote(1, 2, 1, Zero, Checkpoint(1, 1))}
ShufflingTimes == {TimeOf(1, 0), TimeOf(3, 0), TimeOf(4, 0), TimeOf(4, 2), TimeOf(5, 0)}

(* Validators 1 and 2 vote twice; the evidence convicts them, and some of it is worth nothing. *)
First(set) == Indexed(set, 2, 1, Zero, Checkpoint(1, 1))
Second(set) == Indexed(set, 2, 0, Zero, Checkpoint(1, 0))
Shown(evidence, signed1, signed2) == [evidence |-> evidence, signed1 |-> signed1, signed2 |-> signed2]
Pair(a, b) == [first |-> a, second |-> b]
EquivocationTree ==
    [r \in 1..4 |->
        CASE r = 1 -> Block(0, 2, <<>>)
          [] r = 2 -> Block(0, 3, <<>>)
          [] r = 3 -> Block(1, 4, Votes({1}, 2, 1, Zero, Checkpoint(1, 1)))
          [] r = 4 -> [Block(2, 4, <<>>) EXCEPT !.slashings = <<Pair(First({1}), Second({1}))>>, !.proposer = 3]]
EquivocationPool == {Vote(1, 2, 1, Zero, Checkpoint(1, 1)), Vote(1, 2, 0, Zero, Checkpoint(1, 0)),
                     Vote(2, 2, 1, Zero, Checkpoint(1, 1)), Vote(3, 3, 2, Zero, Checkpoint(1, 0)),
                     Vote(1, 4, 1, Zero, Checkpoint(2, 1))}
EquivocationEvidence ==
    {Shown(Pair(First({1, 2}), Second({1})), TRUE, TRUE),                     \* convicts 1 only
     Shown(Pair(First({2}), First({2})), TRUE, TRUE),                         \* the same vote: FC-48
     Shown(Pair(First({2}), Second({2})), TRUE, FALSE),                       \* 2 never signed the second: FC-50
     Shown(Pair(Second({2}), First({2})), FALSE, TRUE),                       \* nor here: FC-49
     Shown(Pair(First({9}), Second({9})), TRUE, TRUE)}                        \* nobody of that number: ATT-11
EquivocationTimes == {TimeOf(3, 0), TimeOf(4, 0), TimeOf(5, 0)}

(* Validator 2 votes on both branches: with it, each has two thirds. Blocks 1 to 3 finalize (2, 1), blocks 4 to 7
   finalize (3, 4). A view that hears of the first branch's justification late has both. *)
ConflictTree ==
    [r \in 1..7 |->
        CASE r = 1 -> Block(0, 3, <<>>)
          [] r = 2 -> Block(1, 5, Votes({1, 2}, 2, 0, Zero, Checkpoint(1, 0)) \o Votes({1, 2}, 4, 1, Zero, Checkpoint(2, 1)))
          [] r = 3 -> Block(2, 7, Votes({1, 2}, 6, 2, Checkpoint(2, 1), Checkpoint(3, 2)))
          [] r = 4 -> Block(0, 6, <<>>)
          [] r = 5 -> Block(4, 8, Votes({2}, 6, 4, Zero, Checkpoint(3, 4)) \o Votes({3}, 7, 4, Zero, Checkpoint(3, 4)))
          [] r = 6 -> Block(5, 10, Votes({2}, 8, 5, Zero, Checkpoint(4, 5)) \o Votes({3}, 9, 5, Zero, Checkpoint(4, 5)))
          [] r = 7 -> Block(6, 12, Votes({2}, 10, 6, Checkpoint(3, 4), Checkpoint(5, 6))
                                      \o Votes({3}, 11, 6, Checkpoint(3, 4), Checkpoint(5, 6)))]
ConflictTimes == {TimeOf(10, 0), TimeOf(12, 0), TimeOf(14, 0)}

(* Block 1 has just two thirds for (1, 0); block 2, its child, carries evidence against one of those who voted, so
   that its own chain does not justify (1, 0). Block 3 is built on the head that is left, the justified block. *)
SlashingTree ==
    [r \in 1..3 |->
        CASE r = 1 -> Block(0, 4, Votes({1, 2}, 2, 0, Zero, Checkpoint(1, 0)))
          [] r = 2 -> [Block(1, 5, <<>>) EXCEPT
                          !.slashings = <<Pair(Second({1}), First({1}))>>, !.proposer = 3]
          [] r = 3 -> Block(0, 8, <<>>)]
SlashingTimes == {TimeOf(4, 0), TimeOf(5, 0), TimeOf(6, 0), TimeOf(8, 0)}
(* A new block on the head leads; not so where the tree is empty: it is no more viable than the others. *)
NewBlockLeads == Known(store, 2) /\ Known(store, 3) => GetHead(store) # Anchor

(* Nothing is justified at the end of epoch 1 (JUS-02): not by block 1, though two thirds voted, but by the boundary
   between epochs 2 and 3, which only block 2 has passed. *)
SkippingTree == [r \in 1..2 |-> CASE r = 1 -> Block(0, 3, Votes({1, 2}, 2, 0, Zero, Checkpoint(1, 0)))
                                  [] r = 2 -> Block(1, 6, <<>>)]
SkippingTimes == {TimeOf(3, 0), TimeOf(6, 0)}


(* Block 2 has the votes for (2, 1) and 3, its twin, has not: 3's chain justifies (1, 0) only, but validator 3 voted
   for it. *)
GraceTree ==
    [r \in 1..3 |->
        CASE r = 1 -> Block(0, 4, Votes({1, 2}, 2, 0, Zero, Checkpoint(1, 0)))
          [] r = 2 -> Block(1, 5, Votes({1, 2}, 4, 1, Zero, Checkpoint(2, 1)))
          [] r = 3 -> Block(1, 5, <<>>)]
GracePool == {Vote(3, 5, 3, Zero, Checkpoint(2, 1))}
GraceTimes == {TimeOf(5, 0), TimeOf(6, 0), TimeOf(8, 0)}
GraceKeepsTheHead == 3 \in DOMAIN store.messages /\ CurrentStoreEpoch(store) = 3 => GetHead(store) = 3
GraceEnds == Known(store, 2) /\ CurrentStoreEpoch(store) = 4 => GetHead(store) = 2
NothingIsBehind == ~(3 \in DOMAIN store.messages /\ CurrentStoreEpoch(store) = 3 /\ store.justified.epoch = 2)
=============================================================================
