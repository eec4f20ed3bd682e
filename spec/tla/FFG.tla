-------------------------------- MODULE FFG --------------------------------
(* Justification and finalization: the part of a state that they need, and the transition that changes it. Beside
   spec/prose/09-epoch-processing.md (JUS-), 08-blocks.md (ATT-) and 05-slots-and-epochs.md (SLO-).
   A state:
     slot, root       the slot, and the root of the latest block
     roots            slot -> the block root of each slot before `slot` (block_roots)
     bits             the set of justification bits that are 1, of 0..3
     previous, current, finalized      checkpoints: previous and current justified, finalized
     previousVotes, currentVotes       who has the target flag in the previous and the current epoch
     slashed, slashedFrom              who is slashed, and validator -> epoch of the offence
   The validator set is fixed here; Stake.tla has one that changes. The weighing needs only bits and checkpoints, and is
   used for states of either kind.                                                                                       *)
EXTENDS Slashing

FarFuture == 1000000
Greatest(a, b) == IF a > b THEN a ELSE b

(* VAL-04; the unit of stake is EFFECTIVE_STAKE_INCREMENT. *)
WithFloor(stake) == IF "VAL-04" \in Without THEN stake ELSE Greatest(1, stake)

(* At genesis all checkpoints are the default one: epoch 0 and a zero root. *)
AnchorState ==
    [slot |-> 0, root |-> Anchor, roots |-> << >>, bits |-> {},
     previous |-> Checkpoint(0, NoRoot), current |-> Checkpoint(0, NoRoot), finalized |-> Checkpoint(0, NoRoot),
     previousVotes |-> {}, currentVotes |-> {}, slashed |-> {}, slashedFrom |-> [v \in Validators |-> FarFuture]]

CurrentEpoch(state) == Epoch(state.slot)

(* SLO-03 *)
BlockRootExists(state, epoch) == StartSlot(epoch) < state.slot
GetBlockRoot(state, epoch) == IF BlockRootExists(state, epoch) THEN state.roots[StartSlot(epoch)] ELSE NoRoot

------------------------------------------------------------------------------
(* weigh_justification_and_finalization: JUS-03 and JUS-04, with e the current epoch, stake p of the previous and c of the
   current epoch's votes for their target, and the block roots of the two epochs.
   In place of the thresholds: "JUS-03-half" takes a half, "JUS-03-strict" more than two thirds.                           *)

TwoThirds(part, total) ==
    CASE "JUS-03-half" \in Without   -> 2 * part >= total
      [] "JUS-03-strict" \in Without -> 3 * part > 2 * total
      [] OTHER                       -> 3 * part >= 2 * total

ShiftBits(bits) == {bit + 1 : bit \in bits \ {3}}

(* JUS-03 *)
Justify(state, e, total, p, c, previousRoot, currentRoot) ==
    LET previousJustified == Rule("JUS-03c", TwoThirds(p, total))
        currentJustified == Rule("JUS-03d", TwoThirds(c, total))
    IN  [state EXCEPT
            !.previous = IF "JUS-03a" \in Without THEN @ ELSE state.current,
            !.current = IF currentJustified THEN Checkpoint(e, currentRoot)
                        ELSE IF previousJustified THEN Checkpoint(e - 1, previousRoot)
                        ELSE @,
            !.bits = (IF "JUS-03b" \in Without THEN @ ELSE ShiftBits(@))
                     \cup (IF previousJustified THEN {1} ELSE {})
                     \cup (IF currentJustified THEN {0} ELSE {})]

(* JUS-04: the four rules; the last that holds decides. A rule as a whole is taken out by its number alone. *)
Finalizes1(bits, oldPrevious, e) ==
    /\ "JUS-04-1" \notin Without
    /\ Rule("JUS-04-1a", 1 \in bits) /\ Rule("JUS-04-1b", 2 \in bits) /\ Rule("JUS-04-1c", 3 \in bits)
    /\ Rule("JUS-04-1d", oldPrevious.epoch + 3 = e)
Finalizes2(bits, oldPrevious, e) ==
    /\ "JUS-04-2" \notin Without
    /\ Rule("JUS-04-2a", 1 \in bits) /\ Rule("JUS-04-2b", 2 \in bits)
    /\ Rule("JUS-04-2c", oldPrevious.epoch + 2 = e)
Finalizes3(bits, oldCurrent, e) ==
    /\ "JUS-04-3" \notin Without
    /\ Rule("JUS-04-3a", 0 \in bits) /\ Rule("JUS-04-3b", 1 \in bits) /\ Rule("JUS-04-3c", 2 \in bits)
    /\ Rule("JUS-04-3d", oldCurrent.epoch + 2 = e)
Finalizes4(bits, oldCurrent, e) ==
    /\ "JUS-04-4" \notin Without
    /\ Rule("JUS-04-4a", 0 \in bits) /\ Rule("JUS-04-4b", 1 \in bits)
    /\ Rule("JUS-04-4c", oldCurrent.epoch + 1 = e)

Finalize(state, bits, oldPrevious, oldCurrent, e) ==
    IF Finalizes3(bits, oldCurrent, e) \/ Finalizes4(bits, oldCurrent, e) THEN [state EXCEPT !.finalized = oldCurrent]
    ELSE IF Finalizes1(bits, oldPrevious, e) \/ Finalizes2(bits, oldPrevious, e)
         THEN [state EXCEPT !.finalized = oldPrevious]
         ELSE state

WeighJustificationAndFinalization(state, e, total, p, c, previousRoot, currentRoot) ==
    LET justified == Justify(state, e, total, p, c, previousRoot, currentRoot)
    IN  Finalize(justified, justified.bits, state.previous, state.current, e)

------------------------------------------------------------------------------
(* JUS-01 *)
Participants(state, votes) == {v \in votes : Rule("JUS-01", v \notin state.slashed)}
StakeOfParticipants(state, votes) == WithFloor(StakeOf(Participants(state, votes)))

(* process_justification_and_finalization, of the state as it is: at an epoch's end (EPO-01), and for a tip that is pulled
   up (FC-26).                                                                                                             *)
ProcessJustificationAndFinalization(state) ==
    LET e == CurrentEpoch(state)
    IN  IF "JUS-02" \notin Without /\ e <= GenesisEpoch + 1 THEN state
        ELSE WeighJustificationAndFinalization(state, e, WithFloor(TotalStake),
                 StakeOfParticipants(state, state.previousVotes), StakeOfParticipants(state, state.currentVotes),
                 GetBlockRoot(state, PreviousEpoch(e)), GetBlockRoot(state, e))

(* SLO-03 through the floor of VAL-04: where nobody is active a root is asked for that does not exist yet (FC-26, JUS-03). *)
JustificationIsDefined(state) ==
    \/ CurrentEpoch(state) <= GenesisEpoch + 1
    \/ BlockRootExists(state, CurrentEpoch(state))
    \/ ~TwoThirds(StakeOfParticipants(state, state.currentVotes), WithFloor(TotalStake))

(* RES-01.4 *)
ProcessResets(state) == [state EXCEPT !.previousVotes = state.currentVotes, !.currentVotes = {}]

(* EPO-01 *)
ProcessEpoch(state) == ProcessResets(ProcessJustificationAndFinalization(state))

(* SLO-07 *)
ProcessSlot(state) == [state EXCEPT !.roots = Function(@, state.slot, state.root)]

(* SLO-06 *)
NextSlot(state) ==
    LET after == ProcessSlot(state)
        last == (state.slot + 1) % SlotsPerEpoch = 0
    IN  [(IF last THEN ProcessEpoch(after) ELSE after) EXCEPT !.slot = @ + 1]

RECURSIVE ProcessSlots(_, _)
ProcessSlots(state, slot) == IF state.slot >= slot THEN state ELSE ProcessSlots(NextSlot(state), slot)

------------------------------------------------------------------------------
(* process_attestation. The clause that a vote breaks, in the order of ATT-02; "" if none. *)

(* ATT-08 *)
SourceIsRight(state, vote) ==
    vote.source = IF vote.target.epoch = CurrentEpoch(state) THEN state.current ELSE state.previous

AttestationClause(state, vote) ==
    CASE ~Rule("ATT-04", vote.target.epoch \in {CurrentEpoch(state), PreviousEpoch(CurrentEpoch(state))}) -> "ATT-04"
      [] ~Rule("ATT-05", vote.target.epoch = Epoch(vote.slot)) -> "ATT-05"
      [] ~Rule("ATT-03", vote.slot + 1 <= state.slot) -> "ATT-03"
      [] ~Rule("ATT-06", vote.validator \in Committee[vote.slot]) -> "ATT-06"
      [] ~Rule("ATT-08", SourceIsRight(state, vote)) -> "ATT-08"
      [] OTHER -> ""

(* ATT-13, the target flag *)
TargetMatches(state, vote) == Rule("ATT-13", vote.target.root = GetBlockRoot(state, vote.target.epoch))

(* ATT-14 *)
CountVote(state, vote) ==
    IF ~TargetMatches(state, vote) THEN state
    ELSE IF vote.target.epoch = CurrentEpoch(state)
         THEN [state EXCEPT !.currentVotes = @ \cup {vote.validator}]
         ELSE [state EXCEPT !.previousVotes = @ \cup {vote.validator}]

Valid(state) == [ok |-> TRUE, clause |-> "", state |-> state]
Invalid(state, clause) == [ok |-> FALSE, clause |-> clause, state |-> state]

ProcessAttestation(state, vote) ==
    LET clause == AttestationClause(state, vote)
    IN  IF clause = "" THEN Valid(CountVote(state, vote)) ELSE Invalid(state, clause)

(* process_attester_slashing, of evidence [first, second], each a vote with `validators`, a set. ASL-03 (age) and the times
   of VAL-03 are in Stake.tla: here all that is known is young.                                                           *)
IndexedData(indexed) == AttestationData(indexed)
ProcessAttesterSlashing(state, evidence) ==
    LET first == IndexedData(evidence.first)
        second == IndexedData(evidence.second)
        offence == IF first.target.epoch < second.target.epoch THEN first.target.epoch ELSE second.target.epoch
        common == evidence.first.validators \cap evidence.second.validators
        punished == {v \in common : v \notin state.slashed \/ offence < state.slashedFrom[v]}       \* ASL-05, VAL-03
    IN  IF ~Rule("ASL-02", IsSlashableAttestationData(first, second)) THEN Invalid(state, "ASL-02")
        ELSE IF ~Rule("ASL-06", punished # {}) THEN Invalid(state, "ASL-06")
        ELSE Valid([state EXCEPT !.slashed = @ \cup punished,
                                 !.slashedFrom = [v \in Validators |-> IF v \in punished THEN offence ELSE @[v]]])

RECURSIVE ProcessAll(_, _, _)
ProcessAll(state, operations, Kind) ==
    IF operations = << >> THEN Valid(state)
    ELSE LET done == IF Kind = "attestation" THEN ProcessAttestation(state, Head(operations))
                     ELSE ProcessAttesterSlashing(state, Head(operations))
         IN  IF done.ok THEN ProcessAll(done.state, Tail(operations), Kind) ELSE done

(* process_block of [parent, slot, proposer, votes, slashings] in the order of BLK-02; BLK-05 is the caller's, who takes the
   post-state of the parent.                                                                                              *)
ProcessBlock(state, root, block) ==
    LET slashed == ProcessAll(state, block.slashings, "slashing")
        voted == ProcessAll(slashed.state, block.votes, "attestation")
    IN  IF ~Rule("BLK-04", block.proposer \in Proposer[block.slot]) THEN Invalid(state, "BLK-04")
        ELSE IF ~Rule("BLK-06", block.proposer \notin state.slashed) THEN Invalid(state, "BLK-06")
        ELSE IF ~slashed.ok THEN slashed
        ELSE IF ~voted.ok THEN voted
        ELSE Valid([voted.state EXCEPT !.root = root])

(* SLO-04 *)
StateTransition(state, root, block) ==
    IF ~Rule("SLO-05", state.slot < block.slot) THEN Invalid(state, "SLO-05")
    ELSE LET done == ProcessBlock(ProcessSlots(state, block.slot), root, block)
         IN  IF done.ok THEN done ELSE Invalid(state, done.clause)
=============================================================================
