// The parts of a block, each processed by itself. [BLK-02]
//
// Every process_ function checks in the order of the prose, appends the signatures that it would verify to `sets` at
// their place in that order, and changes the state only if nothing but those signatures is left to check. A rejection
// leaves the state as it was, except for process_block_body's parts that were already applied: whoever processes a
// whole block works on a copy.
#pragma once

#include <array>
#include <cstdint>

#include "node/base/result.h"
#include "node/kernel/consensus/signatures.h"
#include "node/kernel/consensus/state.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// [BLK-03] to [BLK-06]
Result<void> process_block_header(const Environment& environment, State& state, const Block& block,
                                  const Root& body_root);
/// The set of [BLK-07], in a state of the block's slot.
SignatureSet block_signature_set(const Environment& environment, const State& state, const SignedBlock& block,
                                 const Root& root);
/// [BLK-09] [BLK-10]
Result<void> process_randao(const Environment& environment, State& state, const BlockBody& body, SignatureSets& sets);
/// [PSL-01] to [PSL-07]
Result<void> check_proposer_slashing(const Environment& environment, const State& state,
                                     const ProposerSlashing& slashing, SignatureSets& sets);
/// [PSL-01] to [PSL-08]
Result<void> process_proposer_slashing(const Environment& environment, State& state, const ProposerSlashing& slashing,
                                       SignatureSets& sets);
/// Who would be slashed, ascending. [ASL-02] to [ASL-06]
Result<std::vector<ValidatorIndex>> check_attester_slashing(const Environment& environment, const State& state,
                                                            const AttesterSlashing& slashing, SignatureSets& sets);
/// [ASL-02] to [ASL-06]
Result<void> process_attester_slashing(const Environment& environment, State& state, const AttesterSlashing& slashing,
                                       SignatureSets& sets);
/// [ATT-02] to [ATT-14]
Result<void> process_attestation(const Environment& environment, State& state, const Attestation& attestation,
                                 SignatureSets& sets);
/// [EXI-01] to [EXI-06]
Result<void> check_voluntary_exit(const Environment& environment, const State& state, const SignedVoluntaryExit& exit,
                                  SignatureSets& sets);
/// [EXI-01] to [EXI-07]
Result<void> process_voluntary_exit(const Environment& environment, State& state, const SignedVoluntaryExit& exit,
                                    SignatureSets& sets);

/// [ASL-01], in either order.
bool is_slashable_attestation_data(const AttestationData& first, const AttestationData& second);

/// [ATT-01]; rejected with ATT-07 if the bits are not as many as the committee's members. Ascending.
Result<std::vector<ValidatorIndex>> get_attesting_indices(std::span<const ValidatorIndex> committee, const Bits& bits);

/// [ATT-09] to [ATT-11] at once, [ATT-12] as a set.
Result<void> check_indexed_attestation(const Environment& environment, const State& state,
                                       const IndexedAttestation& attestation, SignatureSets& sets);

/// [ATT-13]; `state` is of the epoch of the target or the next.
Result<ParticipationFlags> get_attestation_participation_flags(const Environment& environment, const State& state,
                                                               const AttestationData& data);

/// What a flag earns, in shares of WEIGHT_DENOMINATOR: by the flag's bit in ParticipationFlags.
constexpr std::array<std::uint64_t, 3> kParticipationFlagWeights = {TIMELY_SOURCE_WEIGHT, TIMELY_TARGET_WEIGHT,
                                                                    TIMELY_HEAD_WEIGHT};

/// Of the header, or the smaller target epoch. [STK-23]
Epoch offence_epoch(const ProposerSlashing& slashing, const Parameters& parameters);
Epoch offence_epoch(const AttesterSlashing& slashing);

/// Who is in both lists, which need not be sorted; ascending.
std::vector<ValidatorIndex> common_indices(const AttesterSlashing& slashing);

// What operations and epoch processing do to balances. [VAL-05]
Result<void> increase_balance(ConsensusState& state, ValidatorIndex index, std::uint64_t grains);
Result<void> decrease_balance(ConsensusState& state, ValidatorIndex index, std::uint64_t grains);

}  // namespace touchstone::node
