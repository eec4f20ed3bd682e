------------------------------- MODULE Types -------------------------------
(* What all modules share: constants, slots and epochs, checkpoints, rules that can be taken out. *)
(* A block's root is a number, 0 the anchor's. Signatures, encodings and balances below one unit of stake are left
   out. *)
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
    Validators,       \* a finite set of numbers
    Stake,            \* validator -> effective stake
    SlotsPerEpoch,    \* SLOTS_PER_EPOCH
    Committee,        \* slot -> the validators that vote in it; each votes in one slot of an epoch
    Proposer,         \* slot -> the validators that propose in it, on one branch or another
    Without           \* ids of rules that are taken out: the negative controls

(* A condition that a rule consists of, beside its clause. *)
Rule(id, condition) == id \in Without \/ condition
(* The same for an alternative, which is taken out by being false. *)
Part(id, condition) == id \notin Without /\ condition

Anchor == 0
NoRoot == -1
GenesisEpoch == 0

(* SLO-01 *)
Epoch(slot) == slot \div SlotsPerEpoch
StartSlot(epoch) == epoch * SlotsPerEpoch
PreviousEpoch(epoch) == IF epoch = GenesisEpoch THEN GenesisEpoch ELSE epoch - 1

(* A time is Phases * slot + phase. Phase 0 lasts to the cutoff of re-orgs, 1 from there to the attestation deadline,
   2 from there to the end of the slot: what of FC-09 a rule can see. *)
Phases == 3
TimeOf(slot, phase) == Phases * slot + phase
SlotOf(time) == time \div Phases
PhaseOf(time) == time % Phases

RECURSIVE StakeOf(_)
StakeOf(set) == IF set = {} THEN 0
                ELSE LET v == CHOOSE v \in set : TRUE IN Stake[v] + StakeOf(set \ {v})
TotalStake == StakeOf(Validators)

Checkpoint(epoch, root) == [epoch |-> epoch, root |-> root]
Later(new, old) == IF new.epoch > old.epoch THEN new ELSE old

(* What a handler gives (FC-01): a rejection leaves the store as it was. *)
Accept(store) == [ok |-> TRUE, clause |-> "", store |-> store]
Reject(store, clause) == [ok |-> FALSE, clause |-> clause, store |-> store]

Range(sequence) == {sequence[i] : i \in DOMAIN sequence}

(* f with f[key] = value. *)
Function(f, key, value) == [k \in DOMAIN f \cup {key} |-> IF k = key THEN value ELSE f[k]]
=============================================================================
