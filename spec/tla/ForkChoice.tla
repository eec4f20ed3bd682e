------------------------------ MODULE ForkChoice ------------------------------
(* The fork choice: spec/prose/10-fork-choice.md, operator for operator. A block's post-state is that of FFG. The
   store (FC-03) is [time, anchor, justified, finalized, unrealizedJustified, unrealizedFinalized, boost,
   equivocating, blocks, states, timely, unrealized, messages]. *)
EXTENDS LMD, FFG, Slashing

CONSTANTS
    RootOrder,                       \* root -> number, no two alike: roots compared as 32 bytes (FC-35)
    ReorgHeadWeightThreshold,        \* percent of a slot's committee
    ReorgParentWeightThreshold,
    ReorgMaxEpochsSinceFinalization

(* FC-05 holds by construction; FC-06 *)
GetForkchoiceStore(anchorState, anchorBlock) ==
    LET c == Checkpoint(Epoch(anchorState.slot), Anchor)
    IN [time |-> TimeOf(anchorState.slot, 0), anchor |-> Anchor,
        justified |-> c, finalized |-> c, unrealizedJustified |-> c, unrealizedFinalized |-> c,
        boost |-> NoRoot, equivocating |-> {},
        blocks |-> (Anchor :> anchorBlock), states |-> (Anchor :> anchorState),
        timely |-> (Anchor :> TRUE), unrealized |-> (Anchor :> c), messages |-> <<>>]

(*----------------------------------------- Checkpoints and time -----------------------------------------*)
(* FC-13 *)
UpdateCheckpoints(store, justified, finalized) ==
    [store EXCEPT !.justified = IF "FC-13" \in Without THEN justified ELSE Later(justified, @),
                  !.finalized = IF "FC-13" \in Without THEN finalized ELSE Later(finalized, @)]
UpdateUnrealizedCheckpoints(store, justified, finalized) ==
    [store EXCEPT !.unrealizedJustified = Later(justified, @), !.unrealizedFinalized = Later(finalized, @)]

(* FC-10 *)
OnTickPerSlot(store, time) ==
    LET isNewSlot == SlotOf(time) > CurrentSlot(store)
        ticked == [store EXCEPT !.time = time,
                                !.boost = IF isNewSlot /\ "FC-10-boost" \notin Without THEN NoRoot ELSE @]
    IN IF Part("FC-10-checkpoints", isNewSlot /\ SlotOf(time) % SlotsPerEpoch = 0)
       THEN UpdateCheckpoints(ticked, store.unrealizedJustified, store.unrealizedFinalized)
       ELSE ticked

(* FC-12 *)
RECURSIVE TickThrough(_, _)
TickThrough(store, time) ==
    IF CurrentSlot(store) < SlotOf(time) /\ "FC-12" \notin Without
    THEN TickThrough(OnTickPerSlot(store, TimeOf(CurrentSlot(store) + 1, 0)), time)
    ELSE OnTickPerSlot(store, time)

OnTick(store, time) ==
    IF ~Rule("FC-11", time >= store.time) THEN Reject(store, "FC-11") ELSE Accept(TickThrough(store, time))

(*------------------------------------------------- Head -------------------------------------------------*)
(* FC-32 *)
GetVotingSource(store, root) ==
    IF Part("FC-32", Epoch(BlockSlot(store, root)) < CurrentStoreEpoch(store))
    THEN store.unrealized[root]
    ELSE store.states[root].current

(* FC-33 *)
IsViableLeaf(store, root) ==
    /\ Rule("FC-33a",
            LET source == GetVotingSource(store, root).epoch
            IN \/ Part("FC-33a-genesis", store.justified.epoch = GenesisEpoch)
               \/ Part("FC-33a-equal", source = store.justified.epoch)
               \/ Part("FC-33a-grace", source + 2 >= CurrentStoreEpoch(store)))
    /\ Rule("FC-33b",
            \/ Part("FC-33b-genesis", store.finalized.epoch = GenesisEpoch)
            \/ OnChainOf(store, store.finalized, root))

RECURSIVE IsViable(_, _)
IsViable(store, root) ==
    LET children == Children(store, root)
    IN IF children = {} \/ "FC-33-leaf" \in Without
       THEN IsViableLeaf(store, root)
       ELSE \E child \in children : IsViable(store, child)

(* FC-34 *)
GetFilteredBlockTree(store) ==
    {root \in DOMAIN store.blocks : Descends(store, root, store.justified.root) /\ IsViable(store, root)}

(* FC-35. `tree` is the filtered tree, handed down. *)
IsBetter(store, a, b) ==
    LET wa == GetWeight(store, a)
        wb == GetWeight(store, b)
    IN wa > wb \/ (wa = wb /\ Rule("FC-35-tie", RootOrder[a] > RootOrder[b]))
BestChildren(store, tree, root) ==
    LET children == {r \in tree : Parent(store, r) = root /\ r # store.anchor}
    IN {c \in children : \A d \in children \ {c} : IsBetter(store, c, d)}

RECURSIVE HeadFrom(_, _, _)
HeadFrom(store, tree, root) ==
    LET best == BestChildren(store, tree, root)
    IN IF best = {} THEN root ELSE HeadFrom(store, tree, CHOOSE c \in best : TRUE)

GetHead(store) ==
    HeadFrom(store, IF "FC-34" \in Without THEN DOMAIN store.blocks ELSE GetFilteredBlockTree(store),
             IF "FC-35-justified" \in Without THEN store.finalized.root ELSE store.justified.root)

(*------------------------------------- Attestations and their evidence -------------------------------------*)
(* FC-36 to FC-47 *)
OnAttestation(store, vote, signed, isFromBlock) ==
    LET fault == AttestationFault(store, vote, signed, isFromBlock)
    IN IF fault # "" THEN Reject(store, fault) ELSE Accept(UpdateLatestMessages(store, vote))

(* FC-48 to FC-51 *)
OnAttesterSlashing(store, evidence, signed1, signed2) ==
    LET fault1 == IF "FC-49" \in Without THEN "" ELSE IndexedAttestationFault(evidence.first.validators, signed1)
        fault2 == IF "FC-50" \in Without THEN "" ELSE IndexedAttestationFault(evidence.second.validators, signed2)
    IN IF ~Rule("FC-48", IsSlashableAttestationData(AttestationData(evidence.first),
                                                      AttestationData(evidence.second))) THEN Reject(store, "FC-48")
       ELSE IF fault1 # "" THEN Reject(store, fault1)
       ELSE IF fault2 # "" THEN Reject(store, fault2)
       ELSE Accept(Equivocate(store, IF "FC-51" \in Without
                                     THEN evidence.first.validators \cup evidence.second.validators
                                     ELSE evidence.first.validators \cap evidence.second.validators))

(*------------------------------------------------ Blocks ------------------------------------------------*)
(* FC-23 *)
RecordBlockTimeliness(store, root) ==
    [store EXCEPT !.timely = Function(@, root,
        /\ Rule("FC-23-slot", BlockSlot(store, root) = CurrentSlot(store))
        /\ Rule("FC-23-deadline", PhaseOf(store.time) < 2))]

(* FC-25 *)
UpdateProposerBoostRoot(store, head, root) ==
    IF /\ Rule("FC-25-timely", store.timely[root])
       /\ Rule("FC-25-first", store.boost = NoRoot)
       /\ Rule("FC-25-dependent", GetShufflingDependentRoot(store, root, CurrentStoreEpoch(store))
                                      = GetShufflingDependentRoot(store, head, CurrentStoreEpoch(store)))
    THEN [store EXCEPT !.boost = root]
    ELSE store

(* FC-26 *)
ComputePulledUpTip(store, root) ==
    LET pulledUp == ProcessJustificationAndFinalization(store.states[root])
        recorded == UpdateUnrealizedCheckpoints(
            [store EXCEPT !.unrealized = Function(@, root, IF "FC-26-pull" \in Without THEN store.states[root].current
                                                       ELSE pulledUp.current)],
            pulledUp.current, pulledUp.finalized)
    IN IF Part("FC-26-past", \/ Epoch(BlockSlot(store, root)) < CurrentStoreEpoch(store)
                             \/ "FC-26-at-once" \in Without)
       THEN UpdateCheckpoints(recorded, pulledUp.current, pulledUp.finalized)
       ELSE recorded

(* FC-22: what is rejected is passed over. *)
RECURSIVE FeedVotes(_, _), FeedSlashings(_, _)
FeedVotes(store, votes) ==
    IF votes = <<>> THEN store ELSE FeedVotes(OnAttestation(store, Head(votes), TRUE, TRUE).store, Tail(votes))
FeedSlashings(store, slashings) ==
    IF slashings = <<>> THEN store
    ELSE FeedSlashings(OnAttesterSlashing(store, Head(slashings), TRUE, TRUE).store, Tail(slashings))

(* FC-21 *)
InsertBlock(store, root, block, state) ==
    LET inserted == [store EXCEPT !.blocks = Function(@, root, block), !.states = Function(@, root, state)]
        head == GetHead(store)
        timed == RecordBlockTimeliness(inserted, root)
        boosted == UpdateProposerBoostRoot(timed, IF "FC-21-head" \in Without THEN root ELSE head, root)
        updated == IF "FC-21-checkpoints" \in Without THEN boosted
                   ELSE UpdateCheckpoints(boosted, state.current, state.finalized)
    IN ComputePulledUpTip(updated, root)

OnBlock(store, root, block) ==
    IF Part("FC-15", Known(store, root)) THEN Accept(store)
    ELSE IF ~Known(store, block.parent) THEN Reject(store, "FC-16")
    ELSE IF ~Rule("FC-17", block.slot <= CurrentSlot(store)) THEN Reject(store, "FC-17")
    ELSE IF ~Rule("FC-18", block.slot > StartSlot(store.finalized.epoch)) THEN Reject(store, "FC-18")
    ELSE IF ~Rule("FC-19", OnChainOf(store, store.finalized, block.parent)) THEN Reject(store, "FC-19")
    ELSE LET result == StateTransition(store.states[block.parent], root, block)                       \* FC-20
         IN IF ~result.ok THEN Reject(store, result.clause)
            ELSE IF ~Rule("FC-26-defined", JustificationIsDefined(result.state)) THEN Reject(store, "SLO-03")
            ELSE LET inserted == InsertBlock(store, root, block, result.state)
                     voted == IF "FC-22-votes" \in Without THEN inserted ELSE FeedVotes(inserted, block.votes)
                 IN Accept(IF "FC-22-slashings" \in Without THEN voted ELSE FeedSlashings(voted, block.slashings))

(*------------------------------------------- Late-block re-org -------------------------------------------*)
IsHeadLate(store, head) == ~store.timely[head]                                                        \* FC-52
IsShufflingStable(slot) == slot % SlotsPerEpoch # 0                                                   \* FC-53
IsFfgCompetitive(store, head) == store.unrealized[head] = store.unrealized[Parent(store, head)]       \* FC-54
IsFinalizationOk(store, slot) == Epoch(slot) <= store.finalized.epoch + ReorgMaxEpochsSinceFinalization  \* FC-55
IsProposingOnTime(store) == PhaseOf(store.time) = 0                                                   \* FC-56
IsHeadWeak(store, head) == GetWeight(store, head) < CalculateCommitteeFraction(ReorgHeadWeightThreshold)  \* FC-57
IsParentStrong(store, head) ==                                                                        \* FC-58
    GetWeight(store, Parent(store, head)) > CalculateCommitteeFraction(ReorgParentWeightThreshold)
IsProposerEquivocation(store, head) ==                                                                \* FC-59
    \E r \in DOMAIN store.blocks \ {head} :
        /\ Rule("FC-59-finalized", OnChainOf(store, store.finalized, r))
        /\ BlockSlot(store, r) = BlockSlot(store, head)
        /\ Rule("FC-59-proposer", store.blocks[r].proposer = store.blocks[head].proposer)

(* FC-60 *)
GetProposerHead(store, head, slot) ==
    IF \/ head = store.anchor
       \/ Part("FC-60-finalized", head = store.finalized.root)
       \/ Part("FC-60-boosted", head = store.boost)
    THEN head
    ELSE IF \/ /\ Rule("FC-52", IsHeadLate(store, head))
               /\ Rule("FC-53", IsShufflingStable(slot))
               /\ Rule("FC-54", IsFfgCompetitive(store, head))
               /\ Rule("FC-55", IsFinalizationOk(store, slot))
               /\ Rule("FC-56", IsProposingOnTime(store))
               /\ Rule("FC-60a-parent", BlockSlot(store, Parent(store, head)) + 1 = BlockSlot(store, head))
               /\ Rule("FC-60a-head", BlockSlot(store, head) + 1 = slot)
               /\ Rule("FC-57", IsHeadWeak(store, head))
               /\ Rule("FC-58", IsParentStrong(store, head))
            \/ Part("FC-60b", /\ Rule("FC-60b-head", BlockSlot(store, head) + 1 = slot)
                              /\ Rule("FC-60b-weak", IsHeadWeak(store, head))
                              /\ Rule("FC-59", IsProposerEquivocation(store, head)))
         THEN Parent(store, head)
         ELSE head
=============================================================================
