--------------------------- MODULE ForkChoiceView ---------------------------
(* One view of a fixed tree of blocks. The environment delivers any block, vote and evidence of the scenario in any
   order, at any of its times and as often as it likes; what the rules reject changes nothing. The scenarios are in
   MC_ForkChoice and in the attacks. *)
EXTENDS ForkChoiceProperties

CONSTANTS
    Tree,       \* root -> block, of all blocks that exist
    Pool,       \* signed votes that travel by themselves
    Forged,     \* votes whose signature is wrong
    Evidence,   \* attester slashings: [evidence, signed1, signed2]
    Times,      \* the times that a tick may bring
    AnchorSlashed  \* who is slashed in the anchor's state

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

(* A post-state's list of block roots has the same ancestors as the walk (SIM_ForkChoice uses it in place of the
   walk). *)
AncestorsAreThoseOfTheState ==
    \A r \in DOMAIN store.blocks : \A slot \in 0..CurrentSlot(store) :
        GetAncestor(store, r, slot) = IF store.states[r].slot <= slot THEN r ELSE store.states[r].roots[slot]
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
FinalizedNeverMovesAside ==
    [][Known(store', store'.finalized.root) /\ OnChainOf(store', store.finalized, store'.finalized.root)]_store

(*------------------------------------------ Time and boost ------------------------------------------*)
(* FC-12: a tick that jumps is the ticks that it passes; and the shortcut that the prose allows. *)
TicksCompose ==
    \A there \in Times : there >= store.time =>
        /\ \A between \in store.time..there :
               OnTick(OnTick(store, between).store, there).store = OnTick(store, there).store
        /\ LET firstStart == StartSlot(CurrentStoreEpoch(store) + 1)
               visited == IF SlotOf(there) >= firstStart THEN OnTickPerSlot(store, TimeOf(firstStart, 0)) ELSE store
           IN OnTickPerSlot(visited, there) = OnTick(store, there).store

(*---------------------------------------------- Inputs ----------------------------------------------*)
MessagesAreSoundVotes == MessagesAreOf(SignedVotes)

(* What the blocks of the view say counts (FC-22). *)
VotesOfBlocksCount ==
    \A r \in DOMAIN store.blocks : \A vote \in Range(store.blocks[r].votes) :
        \/ vote.validator \in store.equivocating
        \/ ~Known(store, vote.target.root)
        \/ vote.validator \in DOMAIN store.messages /\ store.messages[vote.validator].epoch >= vote.target.epoch

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
