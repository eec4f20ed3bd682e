#include "conformance-tests/generator/chain.h"

#include "conformance-tests/generator/transactions.h"
#include "crypto/development_keys.h"
#include "reference/transition/attestation.h"
#include "reference/transition/genesis.h"
#include "reference/transition/slashing.h"
#include "reference/transition/state_transition.h"
#include "reference/transition/voluntary_exit.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::vectors {

namespace ref = reference;
namespace bls = crypto::bls;

bool everybody(ValidatorIndex) { return true; }

Parameters minimal_with(const std::function<void(Parameters&)>& change) {
    Parameters config = ref::MINIMAL;
    change(config);
    return config;
}

std::map<std::string, std::string> config_of(const Parameters& config) {
    std::map<std::string, std::string> changed;
    for (const ref::ParameterField& field : ref::PARAMETER_FIELDS) {
        if (config.*field.value != ref::MINIMAL.*field.value) {
            changed[std::string(field.name)] = std::to_string(config.*field.value);
        }
    }
    return changed;
}

ref::Genesis make_genesis(const Plan& plan) {
    ref::Genesis genesis;
    genesis.genesis_time_ms = 1'700'000'000'000;
    genesis.seed = ref::hash(ref::little_endian(42));
    for (std::size_t i = 0; i < plan.validators; ++i) {
        const bls::SecretKey key = crypto::development_validator_key(i);
        ref::GenesisValidator validator;
        validator.pubkey = ref::BLSPubkey{bls::public_key(key).to_bytes()};
        validator.operator_address =
            plan.accounts_operate ? account_address(i) : ref::Address{ref::hash(ref::little_endian(i)).bytes};
        validator.commission = i < plan.commissions.size() ? plan.commissions[i] : 0;
        validator.stake = i < plan.stakes.size() ? plan.stakes[i] : tst(1024);
        const Root root = ref::proof_of_possession_root(validator.pubkey, validator.operator_address, plan.config);
        validator.proof_of_possession = BLSSignature{bls::pop_prove(key, root.bytes).to_bytes()};
        genesis.validators.push_back(validator);
    }
    for (std::size_t i = 0; i < plan.accounts.size(); ++i)
        genesis.accounts.push_back({account_address(i), plan.accounts[i]});
    std::ranges::sort(genesis.accounts, {}, &ref::GenesisAccount::address);
    return genesis;
}

ConsensusState genesis_state(const Plan& plan) { return need(ref::initialize_state(plan.config, make_genesis(plan))); }

BLSSignature sign(ValidatorIndex validator, const Root& root) {
    return BLSSignature{bls::sign(crypto::development_validator_key(validator.value), root.bytes).to_bytes()};
}

BLSSignature sign_together(const std::vector<ValidatorIndex>& validators, const Root& root) {
    std::vector<bls::SecretKey> keys;
    for (const ValidatorIndex index : validators)
        keys.push_back(crypto::development_validator_key(index.value));
    const auto sum = bls::SecretKey::sum(keys);
    return sum ? BLSSignature{bls::sign(*sum, root.bytes).to_bytes()} : infinity_signature();
}

BLSSignature infinity_signature() {
    BLSSignature signature;
    signature.bytes[0] = 0xC0;
    return signature;
}

ConsensusState advanced(const ConsensusState& state, Slot slot) {
    ConsensusState result = state;
    if (result.slot < slot) need(ref::process_slots(result, slot));
    return result;
}

Slot start_slot(Epoch epoch, const Parameters& config) { return Slot{epoch.value * config.SLOTS_PER_EPOCH}; }

Epoch epoch_of(const ConsensusState& state) { return ref::get_current_epoch(state); }

Root head_root(const ConsensusState& state) {
    ref::BlockHeader header = state.latest_block_header;
    if (header.state_root == Root{}) header.state_root = ref::hash_tree_root(state, state.config);
    return ref::hash_tree_root(header, state.config);
}

AttestationData vote_data(const ConsensusState& state, Slot slot, CommitteeIndex index) {
    const Epoch epoch = ref::compute_epoch_at_slot(slot, state.config);
    const Slot first = start_slot(epoch, state.config);
    const auto root_at = [&](Slot at) {
        return at == state.slot ? head_root(state) : need(ref::get_block_root_at_slot(state, at.value));
    };
    const Checkpoint source =
        epoch == epoch_of(state) ? state.current_justified_checkpoint : state.previous_justified_checkpoint;
    return {slot, index, root_at(slot), source, {epoch, root_at(first)}};
}

Attestation signed_attestation(const ConsensusState& state, const AttestationData& data, const Voters& voters) {
    Attestation attestation;
    attestation.data = data;
    for (const ValidatorIndex member : ref::get_beacon_committee(state, data.slot, data.index)) {
        attestation.aggregation_bits.push_back(voters(member));
    }
    resign(state, attestation);
    return attestation;
}

void resign(const ConsensusState& state, Attestation& attestation) {
    const AttestationData& data = attestation.data;
    const auto committee = ref::get_beacon_committee(state, data.slot, data.index);
    std::vector<ValidatorIndex> signers;
    for (std::size_t i = 0; i < std::min(committee.size(), attestation.aggregation_bits.size()); ++i) {
        if (attestation.aggregation_bits[i]) signers.push_back(committee[i]);
    }
    attestation.signature = sign_together(signers, signing_root(state, data, ref::DOMAIN_ATTESTER, data.target.epoch));
}

std::vector<Attestation> attestations_of_slot(const ConsensusState& state, Slot slot, const Voters& voters) {
    std::vector<Attestation> attestations;
    const Epoch epoch = ref::compute_epoch_at_slot(slot, state.config);
    for (std::uint64_t i = 0; i < ref::get_committee_count_per_slot(state, epoch); ++i) {
        Attestation attestation = signed_attestation(state, vote_data(state, slot, CommitteeIndex{i}), voters);
        const auto& bits = attestation.aggregation_bits;
        if (std::find(bits.begin(), bits.end(), true) != bits.end()) attestations.push_back(std::move(attestation));
    }
    return attestations;
}

IndexedAttestation indexed_attestation(const ConsensusState& state, const std::vector<ValidatorIndex>& indices,
                                       const AttestationData& data) {
    return {indices, data, sign_together(indices, signing_root(state, data, ref::DOMAIN_ATTESTER, data.target.epoch))};
}

Root empty_receipts_root(const Parameters& config) { return ref::hash_tree_root(ref::Receipts{}, config); }

namespace {

template <class Operation, class Process>
void apply_valid(ConsensusState& state, const std::vector<Operation>& operations, Process process) {
    for (const Operation& operation : operations) {
        ConsensusState tried = state;
        if (process(tried, operation)) state = std::move(tried);
    }
}

}  // namespace

ConsensusState after_operations(ConsensusState at_slot, const BlockBody& body) {
    apply_valid(at_slot, body.proposer_slashings, ref::process_proposer_slashing);
    apply_valid(at_slot, body.attester_slashings, ref::process_attester_slashing);
    apply_valid(at_slot, body.attestations, ref::process_attestation);
    apply_valid(at_slot, body.voluntary_exits, ref::process_voluntary_exit);
    return at_slot;
}

SignedBlock make_invalid_block(const ConsensusState& parent, Slot slot, BlockBody body) {
    const ConsensusState state = advanced(parent, slot);
    SignedBlock block;
    block.message.slot = slot;
    block.message.proposer_index = ref::get_beacon_proposer_index(state);
    block.message.parent_root = ref::hash_tree_root(state.latest_block_header, state.config);
    body.randao_reveal =
        sign(block.message.proposer_index, signing_root(state, epoch_of(state), ref::DOMAIN_RANDAO, epoch_of(state)));
    if (body.receipts_root == Root{}) {
        body.receipts_root = body.transactions.empty()
                                 ? empty_receipts_root(state.config)
                                 : receipts_root_of(after_operations(state, body), body.transactions);
    }
    block.message.body = std::move(body);
    resign(parent, block);
    return block;
}

SignedBlock make_block(const ConsensusState& parent, Slot slot, BlockBody body) {
    SignedBlock block = make_invalid_block(parent, slot, std::move(body));
    ConsensusState post = parent;
    need(ref::state_transition(post, block, false));
    block.message.state_root = ref::hash_tree_root(post, post.config);
    resign(parent, block);
    return block;
}

void resign(const ConsensusState& parent, SignedBlock& block) {
    const Epoch epoch = ref::compute_epoch_at_slot(block.message.slot, parent.config);
    block.signature =
        sign(block.message.proposer_index, signing_root(parent, block.message, ref::DOMAIN_PROPOSER, epoch));
}

void Chain::extend_to(Slot slot, const Voters& voters) {
    while (state.slot < slot) {
        BlockBody body;
        body.attestations = attestations_of_slot(state, state.slot, voters);
        add(Slot{state.slot.value + 1}, std::move(body));
    }
}

const SignedBlock& Chain::add(Slot slot, BlockBody body) {
    blocks.push_back(make_block(state, slot, std::move(body)));
    need(ref::state_transition(state, blocks.back()));
    return blocks.back();
}

const ConsensusState& busy_state(std::uint64_t slot, std::size_t validators) {
    static std::map<std::size_t, std::map<std::uint64_t, ConsensusState>> made;
    auto& states = made[validators];
    if (states.empty()) states[0] = genesis_state({.validators = validators});
    const auto found = states.find(slot);
    if (found != states.end()) return found->second;
    Chain chain{busy_state(slot - 1, validators)};
    chain.extend_to(Slot{slot});
    return states[slot] = chain.state;
}

}  // namespace touchstone::vectors
