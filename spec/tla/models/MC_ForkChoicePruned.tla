-------------------------- MODULE MC_ForkChoicePruned --------------------------
(* FC-04: two views hear the same; one forgets each block that is not on the finalized chain. What they answer is the
   same. *)
EXTENDS ForkChoiceView

VARIABLE pruned  \* the view that forgets

(* A message for a forgotten block, or its boost (a block of this slot may be forgotten, when one that finalizes comes
   late), is one for the tomb, on which nothing stands. *)
Forgotten == -2
Tomb == [AnchorBlock EXCEPT !.parent = -3, !.proposer = -1]
Only(f, roots) == [r \in DOMAIN f \cap roots |-> f[r]]
Forget(st) ==
    LET kept == {r \in DOMAIN st.blocks : OnChainOf(st, st.finalized, r)}
    IN IF st.finalized.epoch = GenesisEpoch THEN st
       ELSE [st EXCEPT !.anchor = st.finalized.root,
                       !.blocks = Only(@, kept) @@ (Forgotten :> Tomb),
                       !.states = Only(@, kept), !.timely = Only(@, kept), !.unrealized = Only(@, kept),
                       !.messages = [v \in DOMAIN @ |-> IF @[v].root \in kept THEN @[v] ELSE [@[v] EXCEPT !.root = Forgotten]],
                       !.boost = IF @ \in kept \cup {NoRoot} THEN @ ELSE Forgotten]

Hear(result, forgetful) == store' = result.store /\ pruned' = Forget(forgetful.store)
PrunedNext ==
    \/ \E time \in Times : Hear(OnTick(store, time), OnTick(pruned, time))
    \/ \E root \in DOMAIN Tree : Hear(OnBlock(store, root, Tree[root]), OnBlock(pruned, root, Tree[root]))
    \/ \E vote \in Pool : Hear(OnAttestation(store, vote, TRUE, FALSE), OnAttestation(pruned, vote, TRUE, FALSE))
PrunedInit == store = Start /\ pruned = Start
PrunedSpec == PrunedInit /\ [][PrunedNext]_<<store, pruned>>

Answers(st, roots) ==
    [head |-> GetHead(st), proposerHead |-> GetProposerHead(st, GetHead(st), CurrentSlot(st)),
     weights |-> [r \in roots |-> GetWeight(st, r)],
     checkpoints |-> <<st.justified, st.finalized, st.unrealizedJustified, st.unrealizedFinalized>>,
     boost |-> IF st.boost \in roots \cup {NoRoot} THEN st.boost ELSE Forgotten,
     epochs |-> [v \in DOMAIN st.messages |-> st.messages[v].epoch]]
Kept == DOMAIN pruned.blocks \ {Forgotten}
AnswersAlike == Answers(store, Kept) = Answers(pruned, Kept)
NothingIsForgotten == Kept = DOMAIN store.blocks

(* Blocks 1 to 3 finalize (2, 1); 4 is another branch, 5 and 6 are two blocks of one proposer and slot, one on each.
   *)
PrunedTree ==
    [r \in 1..6 |->
        CASE r = 1 -> Block(0, 3, <<>>)
          [] r = 2 -> Block(1, 5, Votes({1, 2}, 2, 0, Zero, Checkpoint(1, 0)) \o Votes({1, 2}, 4, 1, Zero, Checkpoint(2, 1)))
          [] r = 3 -> Block(2, 7, Votes({1, 2}, 6, 2, Checkpoint(2, 1), Checkpoint(3, 2)))
          [] r = 4 -> Block(0, 6, <<>>)
          [] r = 5 -> Block(3, 8, <<>>)
          [] r = 6 -> Block(4, 8, <<>>)]
PrunedPool == {Vote(3, 5, 2, Zero, Checkpoint(2, 1)), Vote(3, 7, 4, Zero, Checkpoint(3, 4))}
PrunedTimes == {TimeOf(7, 0), TimeOf(8, 0), TimeOf(9, 0)}
=============================================================================
