---------------------------- MODULE MC_ForkChoice ----------------------------
(* One view of a fixed tree of blocks. The environment delivers any block, vote and evidence of the scenario in any order
   and at any of its times, as often as it likes; what the rules reject changes nothing. Two slots an epoch.           *)
EXTENDS ForkChoice

CONSTANTS
    Tree,       \* root -> block, of all blocks that exist
    Pool,       \* votes that travel by themselves
    Evidence,   \* attester slashings
    Times       \* the times that a tick may bring

VARIABLE store

(*----------------------------------------- Configuration -----------------------------------------*)
ThreeValidators == [v \in Validators |-> 10]
Identity == [r \in 0..20 |-> r]
Reversed == [r \in 0..20 |-> 20 - r]
(* Two validators vote in even slots, the others in odd ones. *)
EvenOdd == [slot \in 0..40 |-> IF slot % 2 = 0 THEN {1, 2} ELSE Validators \ {1, 2}]
AnyProposer == [slot \in 0..40 |-> Validators]
NoVotes == {}

Vote(v, slot, head, source, target) ==
    [validator |-> v, slot |-> slot, head |-> head, source |-> source, target |-> target]
Votes(validators, slot, head, source, target) ==
    LET votes == {Vote(v, slot, head, source, target) : v \in validators}
    IN CHOOSE s \in [1..Cardinality(votes) -> votes] : Range(s) = votes
Block(parent, slot, votes) == [parent |-> parent, slot |-> slot, proposer |-> 1, votes |-> votes, slashings |-> <<>>]
Zero == Checkpoint(0, NoRoot)   \* what a state at genesis has for justified

(*---------------------------------------- The environment ----------------------------------------*)
Init == store = GetForkchoiceStore(AnchorState, AnchorBlock)

Tick == \E time \in Times : time > store.time /\ store' = OnTick(store, time).store
DeliverBlock == \E root \in DOMAIN Tree : store' = OnBlock(store, root, Tree[root]).store
DeliverVote == \E vote \in Pool : store' = OnAttestation(store, vote, TRUE, FALSE).store
DeliverEvidence == \E evidence \in Evidence : store' = OnAttesterSlashing(store, evidence, TRUE, TRUE).store

Next == Tick \/ DeliverBlock \/ DeliverVote \/ DeliverEvidence
Spec == Init /\ [][Next]_store

(*------------------------------------------- Properties -------------------------------------------*)
HeadDescendsFromJustified == Descends(store, GetHead(store), store.justified.root)
HeadDescendsFromFinalized == OnChainOf(store, store.finalized, GetHead(store))
JustifiedDescendsFromFinalized == OnChainOf(store, store.finalized, store.justified.root)
FilteredTreeIsOnFinalized == \A r \in GetFilteredBlockTree(store) : OnChainOf(store, store.finalized, r)
TreeIsNeverEmpty == store.justified.root \in GetFilteredBlockTree(store)
(* The head is the one leaf that the walk reaches: at each step exactly one child is better than all others. *)
HeadIsUnique ==
    LET tree == GetFilteredBlockTree(store)
    IN \A r \in tree : (\E c \in tree : c # store.anchor /\ Parent(store, c) = r) => Cardinality(BestChildren(store, tree, r)) = 1
BoostIsOfThisSlot == store.boost # NoRoot => /\ BlockSlot(store, store.boost) = CurrentSlot(store)
                                              /\ store.timely[store.boost]
(* What makes the first alternative of FC-33a a special case of the second. *)
NoSourceIsAhead == \A r \in DOMAIN store.blocks : GetVotingSource(store, r).epoch <= store.justified.epoch
UnrealizedIsNotBehind == /\ store.unrealizedJustified.epoch >= store.justified.epoch
                         /\ store.unrealizedFinalized.epoch >= store.finalized.epoch
MessagesAreOfKnownBlocks == \A v \in DOMAIN store.messages : /\ Known(store, store.messages[v].root)
                                                              /\ store.messages[v].epoch <= CurrentStoreEpoch(store)

CheckpointsAreMonotone == [][/\ store'.justified.epoch >= store.justified.epoch
                             /\ store'.finalized.epoch >= store.finalized.epoch
                             /\ store'.justified.epoch = store.justified.epoch => store'.justified = store.justified]_store
FinalizedNeverMovesAside == [][OnChainOf(store', store.finalized, store'.finalized.root)]_store
EquivocatorsStay == [][store.equivocating \subseteq store'.equivocating]_store

(*------------------------------------------- Witnesses -------------------------------------------*)
NothingIsJustified == store.justified.epoch = 0
NothingIsFinalized == store.finalized.epoch = 0
NothingIsBoosted == store.boost = NoRoot
HeadIsNeverBesideALeafOutsideTheTree ==   \* no known leaf is left out
    \A r \in DOMAIN store.blocks : Children(store, r) = {} => r \in GetFilteredBlockTree(store)

(*-------------------------------------------- Scenarios --------------------------------------------*)
(* Blocks 1, 2, 3 finalize (2, block 1): votes for (1, anchor), (2, 1), (3, 2). Block 4 is a fork of the anchor in block 1's
   time, 5 one of block 1 that knows of no votes of epoch 2. *)
FinalizingTree ==
    [r \in 1..5 |->
        CASE r = 1 -> Block(0, 4, Votes({1, 2}, 2, 0, Zero, Checkpoint(1, 0)))
          [] r = 2 -> Block(1, 5, Votes({1, 2}, 4, 1, Zero, Checkpoint(2, 1)))
          [] r = 3 -> Block(2, 7, Votes({1, 2}, 6, 2, Checkpoint(2, 1), Checkpoint(3, 2)))
          [] r = 4 -> Block(0, 3, <<>>)
          [] r = 5 -> Block(1, 6, <<>>)]
FinalizingPool == {Vote(3, 5, 4, Zero, Checkpoint(2, 4)), Vote(3, 7, 5, Zero, Checkpoint(3, 1))}
FinalizingTimes == {TimeOf(s, p) : s \in {4, 5, 6, 7, 8, 12}, p \in {0, 2}}
=============================================================================
