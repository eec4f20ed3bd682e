-------------------------------- MODULE Votes --------------------------------
(* Attestations. A vote is [validator, slot, head, source, target]: an attestation with one bit set. In evidence stand
   indexed votes, [validators, slot, head, source, target]. *)
EXTENDS BlockTree

CurrentSlot(store) == SlotOf(store.time)             \* FC-07
CurrentStoreEpoch(store) == Epoch(CurrentSlot(store))

(* The first clause that a vote breaks, "" if none: validate_on_attestation, FC-36 to FC-43, in this order. *)
ValidateOnAttestation(store, vote, isFromBlock) ==
    IF ~Rule("FC-36", \/ isFromBlock
                      \/ vote.target.epoch \in {CurrentStoreEpoch(store), PreviousEpoch(CurrentStoreEpoch(store))})
    THEN "FC-36"
    ELSE IF ~Rule("FC-37", vote.target.epoch = Epoch(vote.slot)) THEN "FC-37"
    ELSE IF ~Rule("FC-38", Known(store, vote.target.root)) THEN "FC-38"
    ELSE IF ~Known(store, vote.head) THEN "FC-39"
    ELSE IF ~Rule("FC-40", BlockSlot(store, vote.head) <= vote.slot) THEN "FC-40"
    ELSE IF ~Rule("FC-41", OnChainOf(store, vote.target, vote.head)) THEN "FC-41"
    ELSE IF ~Rule("FC-42", CurrentSlot(store) >= vote.slot + 1) THEN "FC-42"
    ELSE IF ~Rule("FC-43", /\ Rule("FC-43-epoch", vote.target.epoch >= store.finalized.epoch)
                           /\ Rule("FC-43-branch", OnChainOf(store, store.finalized, vote.head))) THEN "FC-43"
    ELSE ""

(* A valid indexed attestation (ATT-09, ATT-11, ATT-12; that indices ascend, ATT-10, is the set's affair). `signed`:
   the signature verifies under the keys of `validators`. *)
IndexedAttestationFault(validators, signed) ==
    IF ~Rule("ATT-09", validators # {}) THEN "ATT-09"
    ELSE IF ~Rule("ATT-11", validators \subseteq Validators) THEN "ATT-11"
    ELSE IF ~Rule("ATT-12", signed) THEN "ATT-12"
    ELSE ""

(* All of on_attestation but its effect. A validator outside of its slot's committee has no bit to set (FC-44). *)
AttestationFault(store, vote, signed, isFromBlock) ==
    LET fault == ValidateOnAttestation(store, vote, isFromBlock)
    IN IF fault # "" THEN fault
       ELSE IF ~Rule("FC-44", vote.validator \in Committee[vote.slot]) THEN "FC-44"
       ELSE IF "FC-45" \in Without THEN ""
       ELSE IndexedAttestationFault({vote.validator}, signed)
=============================================================================
