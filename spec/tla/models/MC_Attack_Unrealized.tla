-------------------------- MODULE MC_Attack_Unrealized --------------------------
(* Unrealized justification. Epoch 2 is justified by the votes in block 2, the last of the epoch; the adversary has
   put the same votes into block 3, beside it, and builds block 4 on that across the boundary. Block 4's state has the
   justification realized and 2's has not, as no block of the honest has passed the boundary yet. All the same the
   head, which has the votes, must stay. Nothing else is justified, so that two epochs of grace do not cover it. *)
EXTENDS ForkChoiceView

UnrealizedTree ==
    [r \in 1..4 |->
        CASE r = 1 -> Block(0, 4, <<>>)
          [] r = 2 -> Block(1, 5, Votes({1, 2}, 4, 1, Zero, Checkpoint(2, 1)))
          [] r = 3 -> Block(1, 5, Votes({1, 2}, 4, 1, Zero, Checkpoint(2, 1)))
          [] r = 4 -> Block(3, 6, <<>>)]
UnrealizedPool == {Vote(3, 5, 2, Zero, Checkpoint(2, 1))}
UnrealizedTimes == {TimeOf(5, 0), TimeOf(5, 2), TimeOf(6, 0), TimeOf(6, 2)}

HeadStays == 3 \in DOMAIN store.messages => Descends(store, GetHead(store), 2)
RivalIsNeverAhead == ~(/\ 3 \in DOMAIN store.messages /\ Known(store, 4)
                       /\ store.states[4].current.epoch > store.states[2].current.epoch)
=============================================================================
