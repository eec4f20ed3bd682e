---------------------------- MODULE SIM_ForkChoice ----------------------------
(* Random behaviours of one view, for TLC's simulation mode; each is exported as a scenario and run against the
   implementations. It begins with some honest slots, so that checkpoints move; then anything is delivered: late and
   early blocks, forks, equivocations, votes and evidence that break a rule. Blocks and votes are such as a real chain
   can have: a block passes the state transition on its parent, a vote that it carries is valid there. Choices are
   drawn with RandomElement rather than left to the checker, so that each has the wanted likelihood. *)
EXTENDS ForkChoiceProperties

CONSTANTS
    PrefixSlots,        \* a behaviour begins with so many slots with an honest block in each
    HonestSlots,        \* and with up to so many honest slots in all
    LastVotingEpoch,    \* no votes of a later one
    LastSlot,           \* no tick goes beyond
    MaxBlocks,
    SlashingsInBlocks   \* BOOLEAN: blocks carry evidence too

VARIABLES      \* beside the store
    tree,      \* root -> block, of all blocks that exist, delivered or not
    posts,     \* root -> post-state
    votes,     \* all votes that were signed
    script,    \* the last honest slot of the beginning
    agenda,    \* steps that are to come, of a late block
    event,     \* the input of this step
    seen       \* what the view answered, and how it stands after it

vars == <<store, tree, posts, votes, script, agenda, event, seen>>

(*----------------------------------------- Configuration -----------------------------------------*)
FiveEach == [v \in Validators |-> 5]
Identity == [r \in 0..MaxBlocks |-> r]
(* Every validator votes in one slot of an epoch, and proposes in every so many slots. *)
RoundRobin == [slot \in 0..(LastSlot + 2 * SlotsPerEpoch) |-> {v \in Validators : v % SlotsPerEpoch = slot % SlotsPerEpoch}]
InTurn == [slot \in 0..(LastSlot + 2 * SlotsPerEpoch) |->
              {v \in Validators : Cardinality({w \in Validators : w < v}) = slot % Cardinality(Validators)}]

(* The ancestor by the post-state's list of roots: the same as GetAncestor (ForkChoiceView has it as a property),
   without a walk. *)
AncestorIn(states, root, slot) == IF states[root].slot <= slot THEN root ELSE states[root].roots[slot]
FastGetAncestor(st, root, slot) == AncestorIn(st.states, root, slot)

(*------------------------------------------- Randomness -------------------------------------------*)
Pick(set) == RandomElement(set)
Chance(percent) == RandomElement(1..100) <= percent
Subset(set, percent) == {x \in set : Chance(percent)}

RECURSIVE SequenceOf(_)
SequenceOf(set) == IF set = {} THEN <<>>
                   ELSE LET x == CHOOSE x \in set : TRUE IN <<x>> \o SequenceOf(set \ {x})

(*------------------------------------------ Observations ------------------------------------------*)
Observe(result) ==
    LET st == result.store
        head == GetHead(st)
    IN [ok |-> result.ok, clause |-> result.clause, head |-> head,
        justified |-> st.justified, finalized |-> st.finalized,
        unrealizedJustified |-> st.unrealizedJustified, unrealizedFinalized |-> st.unrealizedFinalized,
        boost |-> st.boost, equivocating |-> st.equivocating,
        proposerHead |-> GetProposerHead(st, head, CurrentSlot(st)),
        nextProposerHead |-> GetProposerHead(st, head, CurrentSlot(st) + 1),
        weights |-> [r \in DOMAIN st.blocks |-> GetWeight(st, r)]]

Step(input, result) == /\ event' = input
                       /\ store' = result.store
                       /\ seen' = Observe(result)

(*---------------------------------------------- Ticks ----------------------------------------------*)
TickTo(time) == /\ Step([kind |-> "tick", slot |-> SlotOf(time), phase |-> PhaseOf(time)], OnTick(store, time))
                /\ UNCHANGED <<tree, posts, votes>>

RandomTick ==
    \E time \in {CASE Chance(45) -> store.time + 1
                   [] Chance(60) -> TimeOf(CurrentSlot(store) + 1, 0)
                   [] Chance(60) -> TimeOf(CurrentSlot(store) + Pick(1..(2 * SlotsPerEpoch)), Pick(0..2))
                   [] OTHER -> IF store.time > 0 THEN store.time - 1 ELSE 0} :
        TickTo(IF SlotOf(time) <= LastSlot THEN time ELSE store.time)

(*---------------------------------------------- Votes ----------------------------------------------*)
VoteOf(v, slot, head) ==
    [validator |-> v, slot |-> slot, head |-> head,
     source |-> ProcessSlots(posts[head], slot).current,
     target |-> Checkpoint(Epoch(slot), AncestorIn(posts, head, StartSlot(Epoch(slot))))]

SlotOfValidator(v, epoch) == CHOOSE s \in StartSlot(epoch)..(StartSlot(epoch + 1) - 1) : v \in Committee[s]

(* Blocks that a vote of that slot can be for; mostly the head's or a recent one. Nothing is built on what is before
   the end of the prefix: there the branches' committees would differ. *)
Free == {r \in DOMAIN tree : tree[r].slot >= PrefixSlots}
HeadsAt(slot) == {r \in Free : tree[r].slot <= slot}
RecentHeadsAt(slot) == {r \in HeadsAt(slot) : tree[r].slot + SlotsPerEpoch > slot}
RandomHead(slot) ==
    CASE Chance(35) /\ GetHead(store) \in HeadsAt(slot) -> GetHead(store)
      [] Chance(80) /\ RecentHeadsAt(slot) # {} -> Pick(RecentHeadsAt(slot))
      [] HeadsAt(slot) # {} -> Pick(HeadsAt(slot))
      [] OTHER -> Pick(Free)

(* A vote that breaks a rule, mostly. *)
Spoil(vote) ==
    CASE Chance(16) -> [vote EXCEPT !.target.root = Pick(Free)]
      [] Chance(20) -> [vote EXCEPT !.target.epoch = @ + 1]
      [] Chance(25) -> [vote EXCEPT !.target.epoch = IF @ > 0 THEN @ - 1 ELSE @]
      [] Chance(30) -> [vote EXCEPT !.head = Pick(Free)]
      [] Chance(50) /\ Epoch(vote.slot) < LastVotingEpoch -> VoteOf(vote.validator, vote.slot + SlotsPerEpoch, vote.head)
      [] OTHER -> LET r == Pick({x \in Free : ~\E c \in DOMAIN tree : tree[c].parent = x})
                  IN [vote EXCEPT !.head = r,
                                  !.target = Checkpoint(vote.target.epoch, AncestorIn(posts, r, StartSlot(vote.target.epoch)))]

Attest(vote, signed) ==
    /\ Step([kind |-> "attestation", vote |-> vote, signed |-> signed], OnAttestation(store, vote, signed, FALSE))
    /\ votes' = IF signed /\ vote.validator \in Committee[vote.slot] THEN votes \cup {vote} ELSE votes
    /\ UNCHANGED <<tree, posts>>

RandomEpoch ==
    LET e == CurrentStoreEpoch(store)
        drawn == CASE Chance(70) -> e
                   [] Chance(85) -> PreviousEpoch(e)
                   [] OTHER -> PreviousEpoch(PreviousEpoch(e))
    IN IF drawn <= LastVotingEpoch THEN drawn ELSE LastVotingEpoch

RandomVote ==
    \E v \in {Pick(Validators)}, epoch \in {RandomEpoch} :
        \E slot \in {IF SlotOfValidator(v, epoch) >= CurrentSlot(store) /\ epoch > 0 /\ Chance(85)
                     THEN SlotOfValidator(v, epoch - 1) ELSE SlotOfValidator(v, epoch)} :
            \E head \in {RandomHead(slot)} :
                \E vote \in {IF Chance(80) THEN VoteOf(v, slot, head) ELSE Spoil(VoteOf(v, slot, head))} :
                    Attest(vote, Chance(96))

(*---------------------------------------------- Blocks ----------------------------------------------*)
Unused == (1..MaxBlocks) \ DOMAIN tree

(* Evidence against one who voted twice, of all who signed the two. *)
SignersOf(vote) == {x.validator : x \in {y \in votes : AttestationData(y) = AttestationData(vote)}}
Indexed(vote, validators) == [validators |-> validators, slot |-> vote.slot, head |-> vote.head,
                              source |-> vote.source, target |-> vote.target]
EvidenceOf(pair) == [first |-> Indexed(pair[1], SignersOf(pair[1])), second |-> Indexed(pair[2], SignersOf(pair[2]))]
DoubleVotes == {pair \in votes \X votes : /\ pair[1].validator = pair[2].validator
                                          /\ IsSlashableAttestationData(AttestationData(pair[1]), AttestationData(pair[2]))}

(* A block with all or some of the votes that its chain admits; [ok, clause, state] of its state transition beside it.
   With one slot an epoch, branches soon differ in their committees: there it carries votes for targets of its own
   chain only. *)
OnChain(root, checkpoint) == AncestorIn(posts, root, StartSlot(checkpoint.epoch)) = checkpoint.root
NewBlock(root, parent, slot, percent, slashings) ==
    LET before == ProcessSlots(posts[parent], slot)
        admitted == {vote \in votes : /\ AttestationClause(before, vote) = ""
                                      /\ SlotsPerEpoch > 1 \/ OnChain(parent, vote.target)}
        block == [parent |-> parent, slot |-> slot, proposer |-> CHOOSE v \in Proposer[slot] : TRUE,
                  votes |-> SequenceOf(Subset(admitted, percent)), slashings |-> slashings]
    IN [block |-> block, result |-> StateTransition(posts[parent], root, block)]

Make(root, made) == /\ tree' = Function(tree, root, made.block)
                    /\ posts' = Function(posts, root, made.result.state)

RandomParent ==
    CASE Chance(50) -> GetHead(store)
      [] Chance(30) /\ GetProposerHead(store, GetHead(store), CurrentSlot(store)) \in Free ->
             GetProposerHead(store, GetHead(store), CurrentSlot(store))
      [] Chance(70) /\ RecentHeadsAt(CurrentSlot(store)) # {} -> Pick(RecentHeadsAt(CurrentSlot(store)))
      [] OTHER -> Pick(Free)
RandomSlot(parent) ==
    CASE Chance(65) -> CurrentSlot(store)
      [] Chance(70) /\ tree[parent].slot < CurrentSlot(store) -> Pick((tree[parent].slot + 1)..CurrentSlot(store))
      [] OTHER -> CurrentSlot(store) + 1

(* A new block, delivered at once or later. Without a choice that works, the step is a tick. *)
RandomBlock(delivered) ==
    \E parent \in {RandomParent} :
        \E slot \in {RandomSlot(parent)}, root \in {IF Unused = {} THEN 0 ELSE Pick(Unused)} :
            IF slot <= tree[parent].slot \/ root = 0 THEN RandomTick
            ELSE \E slashings \in {IF SlashingsInBlocks /\ DoubleVotes # {} /\ Chance(15)
                                   THEN <<EvidenceOf(Pick(DoubleVotes))>> ELSE <<>>},
                    percent \in {Pick({0, 50, 100})} :
                     \E made \in {NewBlock(root, parent, slot, percent, slashings)} :
                         IF ~made.result.ok THEN RandomTick
                         ELSE /\ Make(root, made)
                              /\ UNCHANGED votes
                              /\ IF delivered
                                 THEN Step([kind |-> "block", block |-> root], OnBlock(store, root, made.block))
                                 ELSE /\ event' = [kind |-> "made", block |-> root]
                                      /\ UNCHANGED <<store, seen>>

(* A block that exists: one that waits, or one that was there before. *)
Redeliver ==
    \E root \in {IF DOMAIN tree # DOMAIN store.blocks /\ Chance(80) THEN Pick(DOMAIN tree \ DOMAIN store.blocks)
                 ELSE Pick(DOMAIN tree \ {Anchor})} :
        /\ Step([kind |-> "block", block |-> root], OnBlock(store, root, tree[root]))
        /\ UNCHANGED <<tree, posts, votes>>

(*--------------------------------------------- Evidence ---------------------------------------------*)
RandomEvidence ==
    /\ votes # {}
    /\ \E pair \in {IF DoubleVotes # {} /\ Chance(85) THEN Pick(DoubleVotes) ELSE <<Pick(votes), Pick(votes)>>} :
           \E evidence \in {EvidenceOf(pair)}, signed1 \in {Chance(92)}, signed2 \in {Chance(92)} :
               Step([kind |-> "slashing", first |-> evidence.first, second |-> evidence.second,
                     signed1 |-> signed1, signed2 |-> signed2],
                    OnAttesterSlashing(store, evidence, signed1, signed2))
    /\ UNCHANGED <<tree, posts, votes>>

(*----------------------------------------- The honest beginning -----------------------------------------*)
(* A slot begins; then its block, on the head, with the votes of the slot before, of which a few are missing. *)
HonestTick == TickTo(TimeOf(CurrentSlot(store) + 1, 0))
HonestBlock ==
    LET slot == CurrentSlot(store)
        head == GetHead(store)
        cast == {VoteOf(v, slot - 1, head) : v \in Subset(Committee[slot - 1], 97)}
    IN \E new \in {cast}, root \in {Pick(Unused)} :
        LET before == ProcessSlots(posts[head], slot)
            carried == {vote \in new : AttestationClause(before, vote) = ""}
            block == [parent |-> head, slot |-> slot, proposer |-> CHOOSE v \in Proposer[slot] : TRUE,
                      votes |-> SequenceOf(carried), slashings |-> <<>>]
            made == [block |-> block, result |-> StateTransition(posts[head], root, block)]
        IN /\ Make(root, made)
           /\ votes' = votes \cup new
           /\ Step([kind |-> "block", block |-> root], OnBlock(store, root, block))

MayBuild == /\ tree[GetHead(store)].slot < CurrentSlot(store)
            /\ Unused # {}
            /\ \A v \in Proposer[CurrentSlot(store)] : v \notin posts[GetHead(store)].slashed

HonestStep ==
    IF /\ MayBuild
       /\ event.kind = "tick"
       /\ CurrentSlot(store) <= PrefixSlots \/ Chance(95)
    THEN HonestBlock
    ELSE HonestTick

(*-------------------------------------------- A late block --------------------------------------------*)
(* A block comes late in its slot, so that the slot's committee votes for its parent (mostly): what a proposer
   re-orgs. *)
LateBlock == <<"late", "block", "begin", "vote", "vote", "begin">>
VoteOfTheSlotBefore ==
    LET slot == CurrentSlot(store) - 1
        silent == {v \in Committee[slot] : v \notin DOMAIN store.messages \/ store.messages[v].epoch < Epoch(slot)}
        head == GetHead(store)
    IN IF slot < 0 \/ silent = {} \/ Epoch(slot) > LastVotingEpoch \/ tree[head].slot > slot THEN RandomTick
       ELSE \E v \in {Pick(silent)},
               choice \in {IF Chance(85) /\ tree[head].parent \in Free THEN tree[head].parent ELSE head} :
                Attest(VoteOf(v, slot, choice), TRUE)
Do(step) ==
    CASE step = "late" -> IF CurrentSlot(store) + 2 > LastSlot THEN RandomTick
                          ELSE TickTo(TimeOf(CurrentSlot(store) + Pick({1, 2}), IF Chance(85) THEN 2 ELSE 0))
      [] step = "block" -> IF MayBuild THEN HonestBlock ELSE RandomTick
      [] step = "begin" -> IF CurrentSlot(store) + 1 > LastSlot THEN RandomTick
                           ELSE TickTo(TimeOf(CurrentSlot(store) + 1, IF Chance(80) THEN 0 ELSE 1))
      [] OTHER -> VoteOfTheSlotBefore

(*-------------------------------------------- The behaviour --------------------------------------------*)
Init ==
    /\ store = GetForkchoiceStore(AnchorState, AnchorBlock)
    /\ tree = (Anchor :> AnchorBlock)
    /\ posts = (Anchor :> AnchorState)
    /\ votes = {}
    /\ script \in PrefixSlots..HonestSlots
    /\ agenda = <<>>
    /\ event = [kind |-> "init"]
    /\ seen = Observe(Accept(store))

AnyStep ==
    \E dice \in {RandomElement(1..100)} :
        CASE dice <= 12 -> IF MayBuild THEN HonestBlock ELSE RandomTick
          [] dice > 12 /\ dice <= 32 -> RandomTick
          [] dice > 32 /\ dice <= 50 -> RandomBlock(TRUE)
          [] dice > 50 /\ dice <= 55 -> RandomBlock(FALSE)
          [] dice > 55 /\ dice <= 65 -> IF DOMAIN tree # {Anchor} THEN Redeliver ELSE RandomTick
          [] dice > 65 /\ dice <= 93 -> RandomVote
          [] OTHER -> IF votes # {} THEN RandomEvidence ELSE RandomVote

(* The last honest slot is over with its block, or with the tick that passes it. *)
IsHonest == \/ CurrentSlot(store) < script
            \/ CurrentSlot(store) = script /\ event.kind = "tick" /\ tree[GetHead(store)].slot < script

Next ==
    /\ CASE IsHonest -> HonestStep /\ UNCHANGED agenda
         [] ~IsHonest /\ agenda # <<>> -> Do(Head(agenda)) /\ agenda' = Tail(agenda)
         [] OTHER -> AnyStep /\ agenda' = IF Chance(12) THEN LateBlock ELSE <<>>
    /\ UNCHANGED script

Spec == Init /\ [][Next]_vars

(*----------------------------------------------- Properties -----------------------------------------------*)
MessagesAreSoundVotes == MessagesAreOf(votes)
EquivocatorsHaveOffended == store.equivocating \subseteq Offenders(votes)
(* What a view knows of a block is what the tree of all blocks has, with the post-state that it was made with. *)
BlocksAreOfTheTree ==
    \A r \in DOMAIN store.blocks : /\ r \in DOMAIN tree
                                   /\ store.blocks[r] = tree[r]
                                   /\ store.states[r] = posts[r]
=============================================================================
