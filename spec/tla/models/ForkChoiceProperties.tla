------------------------ MODULE ForkChoiceProperties ------------------------
(* What holds of one view whatever is delivered to it, and however many validators break the rules: properties of the
   store alone. ForkChoiceView checks them in all behaviours of small scenarios, SIM_ForkChoice in those that it draws. *)
EXTENDS ForkChoice

VARIABLE store

(*----------------------------------------------- Head -----------------------------------------------*)
(* The head is the one block that the walk reaches: at each step exactly one child is better than all others. *)
HeadIsUnique ==
    LET tree == GetFilteredBlockTree(store)
    IN \A r \in tree : LET children == {c \in tree : c # store.anchor /\ Parent(store, c) = r}
                       IN children # {} => Cardinality(BestChildren(store, tree, r)) = 1
(* What is viable but has children that are not, is no place to stop. *)
HeadIsALeaf == GetHead(store) = store.justified.root \/ Children(store, GetHead(store)) = {}

(*------------------------------------------- Checkpoints -------------------------------------------*)
CheckpointsAreMonotone ==
    [][/\ store'.justified.epoch >= store.justified.epoch
       /\ store'.finalized.epoch >= store.finalized.epoch
       /\ store'.justified.epoch = store.justified.epoch => store'.justified = store.justified
       /\ store'.finalized.epoch = store.finalized.epoch => store'.finalized = store.finalized]_store

UnrealizedIsNotBehind == /\ store.unrealizedJustified.epoch >= store.justified.epoch
                         /\ store.unrealizedFinalized.epoch >= store.finalized.epoch
(* What a known block's state has, or what one of a past epoch would have at its epoch's end, is realized. *)
StatesAreRealized ==
    \A r \in DOMAIN store.blocks :
        /\ store.states[r].current.epoch <= store.justified.epoch
        /\ store.states[r].finalized.epoch <= store.finalized.epoch
        /\ Epoch(BlockSlot(store, r)) < CurrentStoreEpoch(store) =>
               LET pulledUp == ProcessJustificationAndFinalization(store.states[r])
               IN /\ pulledUp.current.epoch <= store.justified.epoch
                  /\ pulledUp.finalized.epoch <= store.finalized.epoch

(*------------------------------------------ Time and boost ------------------------------------------*)
TimeIsMonotone == [][store'.time >= store.time]_store

BoostIsOfThisSlot == store.boost # NoRoot => BlockSlot(store, store.boost) = CurrentSlot(store)
(* When a block is boosted, it came in time, was the first, and shares the shuffling of the head of before. *)
BoostIsEarned ==
    [][store'.boost \notin {store.boost, NoRoot} =>
           /\ PhaseOf(store'.time) < 2
           /\ BlockSlot(store', store'.boost) = CurrentSlot(store')
           /\ store.boost = NoRoot
           /\ LET epoch == CurrentStoreEpoch(store)
              IN GetShufflingDependentRoot(store', store'.boost, epoch) = GetShufflingDependentRoot(store, GetHead(store), epoch)
      ]_store
TimelinessIsKept == [][\A r \in DOMAIN store.blocks : store'.timely[r] = store.timely[r]]_store

(*---------------------------------------------- Inputs ----------------------------------------------*)
NoBlockIsOfTheFuture == \A r \in DOMAIN store.blocks : BlockSlot(store, r) <= CurrentSlot(store)
NewBlocksAreOnFinalized ==
    [][\A r \in DOMAIN store'.blocks \ DOMAIN store.blocks : OnChainOf(store', store.finalized, r)]_store

(* A latest message is a vote that its validator signed, as a member of the slot's committee, in a slot that is over;
   its target is of its slot's epoch and on the chain of its block, which is not newer than the vote. *)
IsSound(vote) ==
    /\ vote.validator \in Committee[vote.slot]
    /\ vote.target.epoch = Epoch(vote.slot)
    /\ vote.slot < CurrentSlot(store)
    /\ Known(store, vote.head) /\ Known(store, vote.target.root)
    /\ BlockSlot(store, vote.head) <= vote.slot
    /\ OnChainOf(store, vote.target, vote.head)
MessagesAreOf(signed) ==
    \A v \in DOMAIN store.messages :
        \E vote \in signed : /\ vote.validator = v
                             /\ [epoch |-> vote.target.epoch, root |-> vote.head] = store.messages[v]
                             /\ IsSound(vote)

Changed(v) == v \notin DOMAIN store.messages \/ store'.messages[v] # store.messages[v]
FirstVoteOfAnEpochStands ==
    [][\A v \in DOMAIN store'.messages :
           Changed(v) /\ v \in DOMAIN store.messages => store'.messages[v].epoch > store.messages[v].epoch]_store
EquivocatorsAreSilent == [][\A v \in DOMAIN store'.messages : Changed(v) => v \notin store.equivocating]_store
GossipIsRecent ==
    [][store'.blocks = store.blocks =>
           (\A v \in DOMAIN store'.messages : Changed(v) =>
               store'.messages[v].epoch + 1 >= CurrentStoreEpoch(store))]_store
NewMessagesAreOnFinalized ==
    [][\A v \in DOMAIN store'.messages : Changed(v) =>
           /\ store'.messages[v].epoch >= store.finalized.epoch
           /\ OnChainOf(store', store.finalized, store'.messages[v].root)]_store

(* What the blocks of the view say counts (FC-22). *)
EvidenceOfBlocksCounts ==
    \A r \in DOMAIN store.blocks : \A e \in Range(store.blocks[r].slashings) :
        e.first.validators \cap e.second.validators \subseteq store.equivocating

EquivocatorsStay == [][store.equivocating \subseteq store'.equivocating]_store
=============================================================================
