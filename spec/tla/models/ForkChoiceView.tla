--------------------------- MODULE ForkChoiceView ---------------------------
(* One view of a fixed tree of blocks. The environment delivers any block, vote and evidence of the scenario in any
   order, at any of its times and as often as it likes; what the rules reject changes nothing. The scenarios are in
   MC_ForkChoice and in the attacks. *)
EXTENDS ForkChoice

CONSTANTS
    Tree,       \* root -> block, of all blocks that exist
    Pool,       \* signed votes that travel by themselves
    Forged,     \* votes whose signature is wrong
    Evidence,   \* attester slashings: [evidence, signed1, signed2]
    Times,      \* the times that a tick may bring
    AnchorSlashed  \* who is slashed in the anchor's state

VARIABLE store

(*-------------------------------------- Parts of scenarios --------------------------------------*)
TenEach == [v \in Validators |-> 10]
Identity == [r \in 0..20 |-> r]
(* Two validators vote in even slots, the others in odd ones. *)
EvenOdd == [slot \in 0..40 |-> IF slot % 2 = 0 THEN {1, 2} ELSE Validators \ {1, 2}]
AnyProposer == [slot \in 0..40 |-> Validators]
None == {}

Vote(v, slot, head, source, target) ==
    [validator |-> v, slot |-> slot, head |-> head, source |-> source, target |-> target]
Indexed(validators, slot, head, source, target) ==
    [validators |-> validators, slot |-> slot, head |-> head, source |-> source, target |-> target]
RECURSIVE SequenceOf(_)
SequenceOf(set) == IF set = {} THEN <<>>
                   ELSE LET x == CHOOSE x \in set : TRUE IN <<x>> \o SequenceOf(set \ {x})
Votes(validators, slot, head, source, target) ==
    SequenceOf({Vote(v, slot, head, source, target) : v \in validators})
Block(parent, slot, votes) == [parent |-> parent, slot |-> slot, proposer |-> 1, votes |-> votes, slashings |-> <<>>]
Zero == Checkpoint(0, NoRoot)   \* what a state at genesis has for justified

VotesOfBlocks == UNION {Range(Tree[r].votes) : r \in DOMAIN Tree}
SignedVotes == VotesOfBlocks \cup Pool

(*---------------------------------------- The environment ----------------------------------------*)
Start == GetForkchoiceStore([AnchorState EXCEPT !.slashed = AnchorSlashed], AnchorBlock)
Init == store = Start

Tick == \E time \in Times : store' = OnTick(store, time).store
DeliverBlock == \E root \in DOMAIN Tree : store' = OnBlock(store, root, Tree[root]).store
DeliverVote == \E vote \in Pool : store' = OnAttestation(store, vote, TRUE, FALSE).store
DeliverForgery == \E vote \in Forged : store' = OnAttestation(store, vote, FALSE, FALSE).store
DeliverEvidence == \E e \in Evidence : store' = OnAttesterSlashing(store, e.evidence, e.signed1, e.signed2).store

Next == Tick \/ DeliverBlock \/ DeliverVote \/ DeliverForgery \/ DeliverEvidence
Spec == Init /\ [][Next]_store

(*------------------------------------------ Head and tree ------------------------------------------*)
HeadDescendsFromJustified == Descends(store, GetHead(store), store.justified.root)
HeadDescendsFromFinalized == OnChainOf(store, store.finalized, GetHead(store))
JustifiedDescendsFromFinalized == OnChainOf(store, store.finalized, store.justified.root)
FilteredTreeIsOnFinalized == \A r \in GetFilteredBlockTree(store) : OnChainOf(store, store.finalized, r)
TreeIsEmpty == store.justified.root \notin GetFilteredBlockTree(store)
TreeIsNeverEmpty == ~TreeIsEmpty

(* The head is the one block that the walk reaches: at each step exactly one child is better than all others. *)
HeadIsUnique ==
    LET tree == GetFilteredBlockTree(store)
    IN \A r \in tree : LET children == {c \in tree : c # store.anchor /\ Parent(store, c) = r}
                       IN children # {} => Cardinality(BestChildren(store, tree, r)) = 1
(* A post-state's list of block roots has the same ancestors as the walk (SIM_ForkChoice uses it in place of the
   walk). *)
AncestorsAreThoseOfTheState ==
    \A r \in DOMAIN store.blocks : \A slot \in 0..CurrentSlot(store) :
        GetAncestor(store, r, slot) = IF store.states[r].slot <= slot THEN r ELSE store.states[r].roots[slot]
(* What is viable but has children that are not, is no place to stop. *)
HeadIsALeaf == GetHead(store) = store.justified.root \/ Children(store, GetHead(store)) = {}
HeadHasAFreshSource ==
    LET source == GetVotingSource(store, GetHead(store)).epoch
    IN TreeIsEmpty \/ source = store.justified.epoch \/ source + 2 >= CurrentStoreEpoch(store)
(* Why the alternatives of FC-33 for the genesis epoch are special cases of the others. *)
NoSourceIsAhead == \A r \in DOMAIN store.blocks : GetVotingSource(store, r).epoch <= store.justified.epoch

WithoutMessagesOf(validators) ==
    [store EXCEPT !.messages = [v \in DOMAIN store.messages \ validators |-> store.messages[v]]]
HeadIgnoresEquivocators == GetHead(store) = GetHead(WithoutMessagesOf(store.equivocating))
HeadIgnoresSlashed == GetHead(store) = GetHead(WithoutMessagesOf(JustifiedState(store).slashed))

(*------------------------------------------- Checkpoints -------------------------------------------*)
CheckpointsAreMonotone ==
    [][/\ store'.justified.epoch >= store.justified.epoch
       /\ store'.finalized.epoch >= store.finalized.epoch
       /\ store'.justified.epoch = store.justified.epoch => store'.justified = store.justified
       /\ store'.finalized.epoch = store.finalized.epoch => store'.finalized = store.finalized]_store
FinalizedNeverMovesAside ==
    [][Known(store', store'.finalized.root) /\ OnChainOf(store', store.finalized, store'.finalized.root)]_store
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

(* FC-12: a tick that jumps is the ticks that it passes; and the shortcut that the prose allows. *)
TicksCompose ==
    \A there \in Times : there >= store.time =>
        /\ \A between \in store.time..there :
               OnTick(OnTick(store, between).store, there).store = OnTick(store, there).store
        /\ LET firstStart == StartSlot(CurrentStoreEpoch(store) + 1)
               visited == IF SlotOf(there) >= firstStart THEN OnTickPerSlot(store, TimeOf(firstStart, 0)) ELSE store
           IN OnTickPerSlot(visited, there) = OnTick(store, there).store

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
MessagesAreSoundVotes ==
    \A v \in DOMAIN store.messages :
        \E vote \in SignedVotes : /\ vote.validator = v
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
VotesOfBlocksCount ==
    \A r \in DOMAIN store.blocks : \A vote \in Range(store.blocks[r].votes) :
        \/ vote.validator \in store.equivocating
        \/ ~Known(store, vote.target.root)
        \/ vote.validator \in DOMAIN store.messages /\ store.messages[vote.validator].epoch >= vote.target.epoch
EvidenceOfBlocksCounts ==
    \A r \in DOMAIN store.blocks : \A e \in Range(store.blocks[r].slashings) :
        e.first.validators \cap e.second.validators \subseteq store.equivocating

EquivocatorsStay == [][store.equivocating \subseteq store'.equivocating]_store
EquivocatorsHaveOffended == store.equivocating \subseteq Offenders(SignedVotes)

(*--------------------------------------------- Witnesses ---------------------------------------------*)
NothingIsJustified == store.justified.epoch = 0
NothingIsFinalized == store.finalized.epoch = 0
NothingIsBoosted == store.boost = NoRoot
NobodyEquivocates == store.equivocating = {}
NobodyHasVoted == store.messages = <<>>
NoBoostEnds == [][store.boost # NoRoot => store'.boost = store.boost]_store
NothingIsRejectedAfterFinality ==
    store.finalized.epoch > 0 => \A r \in DOMAIN Tree \ DOMAIN store.blocks :
        OnBlock(store, r, Tree[r]).clause \notin {"FC-18", "FC-19"}
NoLeafIsLeftOut == \A r \in DOMAIN store.blocks : Children(store, r) = {} => r \in GetFilteredBlockTree(store)
NoTie == \A r \in DOMAIN store.blocks : \A a, b \in Children(store, r) : a # b => GetWeight(store, a) # GetWeight(store, b)
NoSecondVote == \A v \in DOMAIN store.messages : \A vote \in Pool :
                    vote.validator = v /\ vote.target.epoch = store.messages[v].epoch => vote.head = store.messages[v].root
NoJumpRealizes == \A time \in Times : OnTick(store, time).store.justified = store.justified
NoForkOfShufflings == \A a, b \in DOMAIN store.blocks :
                          BlockSlot(store, a) = CurrentSlot(store) /\ BlockSlot(store, b) = CurrentSlot(store) =>
                              GetShufflingDependentRoot(store, a, CurrentStoreEpoch(store))
                                  = GetShufflingDependentRoot(store, b, CurrentStoreEpoch(store))
=============================================================================
