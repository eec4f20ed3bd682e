----------------------------- MODULE MC_Blocks -----------------------------
(* One chain of blocks, slot by slot. A block has any slot near the state's, any proposer, a vote of any kind or none, and an
   offence's evidence, true or not, or none. What a block is accepted with is what page 8 of the prose means it to be: said
   here of the history of the chain, not of the one block.                                                                  *)
EXTENDS FFG

CONSTANT LastSlot

UnitStake == [v \in Validators |-> 1]
TwoValidators == {1, 2}
Alternating == [slot \in 0..100 |-> {1 + (slot % 2)}]        \* of each epoch of two slots, either votes in one
ProposerOfSlot == [slot \in 0..100 |-> {1 + (slot % 2)}]

VARIABLES state,
          included,       \* [vote, slot of the block, counted as a vote of the previous, the current epoch, or not]
          punished,       \* [the evidence, who was slashed before, and from which epoch validator 1]
          last            \* the last block: [slot, proposer, the state's slot before, was the proposer slashed]
vars == <<state, included, punished, last>>

Init == /\ state = AnchorState /\ included = {} /\ punished = {}
        /\ last = [slot |-> 0, proposer |-> 1, before |-> -1, slashed |-> FALSE]

Votes(next) ==
    LET s == ProcessSlots(state, next)
    IN  {[validator |-> v, slot |-> slot, head |-> Anchor, source |-> source, target |-> Checkpoint(e, root)] :
            v \in Validators, slot \in 0..next, source \in {s.current, s.previous, Checkpoint(1, 99)},
            e \in {Epoch(next), PreviousEpoch(Epoch(next)), 0},
            root \in {GetBlockRoot(s, Epoch(next)), GetBlockRoot(s, PreviousEpoch(Epoch(next)))}}

Indexed(target, root) == [validators |-> {1}, slot |-> 1, head |-> root, source |-> Checkpoint(0, NoRoot),
                          target |-> Checkpoint(target, root)]
Evidence == {[first |-> Indexed(1, 7), second |-> Indexed(1, 8)], [first |-> Indexed(0, 7), second |-> Indexed(0, 8)],
             [first |-> Indexed(0, 7), second |-> Indexed(1, 8)]}

Before(block) == ProcessSlots(state, block.slot)
Add(block) ==
    LET done == StateTransition(state, block.slot, block)
        before == Before(block)
    IN  /\ done.ok
        /\ state' = done.state
        /\ included' = included \cup {[vote |-> vote, slot |-> block.slot,
                                       asPrevious |-> done.state.previousVotes # before.previousVotes,
                                       asCurrent |-> done.state.currentVotes # before.currentVotes] :
                                       vote \in Range(block.votes)}
        /\ punished' = punished \cup {[evidence |-> x, was |-> before.slashed, from |-> before.slashedFrom[1]] :
                                       x \in Range(block.slashings)}
        /\ last' = [slot |-> block.slot, proposer |-> block.proposer, before |-> state.slot,
                    slashed |-> block.proposer \in before.slashed]

Next == \E slot \in (state.slot)..(state.slot + 2), proposer \in Validators :
            /\ slot > 0 /\ slot <= LastSlot
            /\ LET block(votes, slashings) == [parent |-> state.root, slot |-> slot, proposer |-> proposer, votes |-> votes,
                                               slashings |-> slashings]
               IN  \/ Add(block(<< >>, << >>))
                   \/ \E vote \in Votes(slot) : Add(block(<<vote>>, << >>))
                   \/ \E evidence \in Evidence : Add(block(<< >>, <<evidence>>))

------------------------------------------------------------------------------
(* A validator has one slot of an epoch to vote in: no two votes of it for one epoch have different slots. *)
OneSlotAnEpoch == \A x, y \in included : x.vote.validator = y.vote.validator /\ x.vote.target.epoch = y.vote.target.epoch
                                         => x.vote.slot = y.vote.slot
(* A vote comes into a block after its slot, so that its validator could not have known the block. *)
AfterItsSlot == \A x \in included : x.vote.slot < x.slot
(* It counts for the epoch of its target, or not at all, and no later than the epoch after. *)
InItsEpoch == \A x \in included : /\ x.asCurrent => x.vote.target.epoch = Epoch(x.slot)
                                  /\ x.asPrevious => x.vote.target.epoch = PreviousEpoch(Epoch(x.slot))
                                  /\ x.vote.target.epoch + 1 >= Epoch(x.slot)
(* Its source is one that the chain had justified. *)
SourceIsOfTheChain == \A x \in included : x.vote.source.root # 99
(* Its target is the chain's own. *)
TargetIsOfTheChain == \A x \in included : x.asCurrent \/ x.asPrevious
                          => x.vote.target.root = GetBlockRoot([state EXCEPT !.slot = 1000], x.vote.target.epoch)
(* Evidence shows an offence, and somebody pays for it who did not pay for it yet. *)
OnlyOffencesArePunished == \A x \in punished : x.evidence.first.target.epoch = x.evidence.second.target.epoch
EvidencePunishesSomebody == \A x \in punished : 1 \notin x.was \/ x.evidence.first.target.epoch < x.from
(* Who proposes is the slot's proposer, and not slashed; slots rise. *)
OnlyTheProposerProposes == last.proposer \in Proposer[last.slot]
SlashedProposeNothing == ~last.slashed
SlotsRise == last.slot > last.before

(* Witnesses, to be violated. *)
NoVoteCounts == \A x \in included : ~x.asCurrent /\ ~x.asPrevious
NobodyIsPunished == punished = {}
=============================================================================
