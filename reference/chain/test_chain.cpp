#include "reference/chain/test_chain.h"

#include <map>

#include "crypto/development_keys.h"
#include "reference/chain/test_need.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/address.h"
#include "reference/signatures/domains.h"
#include "reference/transition/attestation.h"
#include "reference/transition/block.h"
#include "reference/transition/genesis.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference::test {

namespace bls = crypto::bls;

std::vector<GenesisValidator> development_validators(std::size_t count, Amount stake, const Parameters& config) {
    static std::map<std::size_t, GenesisValidator> made;
    std::vector<GenesisValidator> validators;
    for (std::size_t i = 0; i < count; ++i) {
        if (!made.contains(i)) {
            const bls::SecretKey key = crypto::development_validator_key(i);
            GenesisValidator validator;
            validator.pubkey = BLSPubkey{bls::public_key(key).to_bytes()};
            validator.operator_address = Address{hash(little_endian(i)).bytes};
            const Root root = proof_of_possession_root(validator.pubkey, validator.operator_address, config);
            validator.proof_of_possession = BLSSignature{bls::pop_prove(key, root.bytes).to_bytes()};
            made[i] = validator;
        }
        validators.push_back(made[i]);
        validators.back().stake = stake;
    }
    return validators;
}

Bytes32 development_sender(std::uint64_t account) {
    return Bytes32{crypto::ed25519_public_key(crypto::development_account_seed(account))};
}

Address development_address(std::uint64_t account) { return address_of(development_sender(account).bytes); }

Genesis development_genesis(std::size_t validators, const Parameters& config, std::size_t accounts) {
    Genesis genesis;
    genesis.genesis_time_ms = 1'700'000'000'000;
    genesis.seed = hash(little_endian(42));
    genesis.validators = development_validators(validators, Amount{1024 * GRAINS_PER_TST}, config);
    for (std::uint64_t account = 0; account < accounts; ++account)
        genesis.accounts.push_back({development_address(account), Amount{1'000'000 * GRAINS_PER_TST}});
    std::ranges::sort(genesis.accounts, {}, &GenesisAccount::address);
    return genesis;
}

ConsensusState genesis_state(std::size_t validators, const Parameters& config, std::size_t accounts) {
    return need(initialize_state(config, development_genesis(validators, config, accounts)));
}

SignedTransaction sign_transaction(const ConsensusState& state, std::uint64_t account, Transaction message) {
    message.sender = development_sender(account);
    const Root root = get_transaction_signing_root(state, message);
    return {message, Bytes64{crypto::ed25519_sign(crypto::development_account_seed(account), root.bytes)}};
}

BLSSignature sign(ValidatorIndex validator, const Root& signing_root) {
    return BLSSignature{bls::sign(crypto::development_validator_key(validator.value), signing_root.bytes).to_bytes()};
}

// By the sum of their keys: the bytes are those of the aggregate.
BLSSignature sign_together(const std::vector<ValidatorIndex>& validators, const Root& signing_root) {
    std::vector<bls::SecretKey> keys;
    for (ValidatorIndex index : validators)
        keys.push_back(crypto::development_validator_key(index.value));
    return BLSSignature{bls::sign(*bls::SecretKey::sum(keys), signing_root.bytes).to_bytes()};
}

std::vector<Attestation> attestations_of_slot(const ConsensusState& head_state, Slot slot, const Root& head,
                                              const std::function<bool(ValidatorIndex)>& votes) {
    ConsensusState state = head_state;
    if (state.slot < slot) need(process_slots(state, slot));
    const Epoch epoch = compute_epoch_at_slot(slot, state.config);
    const Wide first_slot = compute_start_slot_at_epoch(epoch, state.config);
    const Root target = first_slot == state.slot.value ? head : need(get_block_root(state, epoch));
    std::vector<Attestation> attestations;
    for (std::uint64_t i = 0; i < get_committee_count_per_slot(state, epoch); ++i) {
        Attestation attestation;
        attestation.data = {slot, CommitteeIndex{i}, head, state.current_justified_checkpoint, {epoch, target}};
        std::vector<ValidatorIndex> voters;
        for (ValidatorIndex member : get_beacon_committee(state, slot, CommitteeIndex{i})) {
            const bool votes_here = votes(member);
            attestation.aggregation_bits.push_back(votes_here);
            if (votes_here) voters.push_back(member);
        }
        if (voters.empty()) continue;
        const Domain domain = get_domain(state, DOMAIN_ATTESTER, epoch);
        attestation.signature = sign_together(voters, compute_signing_root(attestation.data, domain, state.config));
        attestations.push_back(attestation);
    }
    return attestations;
}

SignedBlock make_block(const ConsensusState& parent, Slot slot, BlockBody body) {
    ConsensusState state = parent;
    need(process_slots(state, slot));
    const Epoch epoch = get_current_epoch(state);
    SignedBlock block;
    block.message.slot = slot;
    block.message.proposer_index = get_beacon_proposer_index(state);
    block.message.parent_root = hash_tree_root(state.latest_block_header, state.config);
    const auto signed_by_proposer = [&](const auto& object, const auto& domain_type) {
        const Domain domain = get_domain(state, domain_type, epoch);
        return sign(block.message.proposer_index, compute_signing_root(object, domain, state.config));
    };
    body.randao_reveal = signed_by_proposer(epoch, DOMAIN_RANDAO);
    ConsensusState executed = state;
    need(process_operations(executed, body));
    body.receipts_root = hash_tree_root(need(execute_transactions(executed, body.transactions)).receipts, state.config);
    block.message.body = std::move(body);
    ConsensusState post = parent;
    need(state_transition(post, block, false));
    block.message.state_root = hash_tree_root(post, post.config);
    block.signature = signed_by_proposer(block.message, DOMAIN_PROPOSER);
    return block;
}

ProposerSlashing two_blocks_of(const ConsensusState& state, ValidatorIndex proposer, Slot slot) {
    ProposerSlashing slashing;
    const Domain domain = get_domain(state, DOMAIN_PROPOSER, compute_epoch_at_slot(slot, state.config));
    std::uint8_t number = 0;
    for (SignedBlockHeader* header : {&slashing.signed_header_1, &slashing.signed_header_2}) {
        header->message = {slot, proposer, {}, {}, {}};
        header->message.body_root.bytes[0] = ++number;
        header->signature = sign(proposer, compute_signing_root(header->message, domain, state.config));
    }
    return slashing;
}

Root head_root(const ConsensusState& state) {
    BlockHeader header = state.latest_block_header;
    if (header.state_root == Root{}) header.state_root = hash_tree_root(state, state.config);
    return hash_tree_root(header, state.config);
}

void Chain::extend_to(Slot slot, const std::function<bool(ValidatorIndex)>& votes) {
    while (state_.slot < slot) {
        const Slot next{state_.slot.value + 1};
        BlockBody body;
        body.attestations = attestations_of_slot(state_, state_.slot, head_root(state_), votes);
        const SignedBlock block = make_block(state_, next, std::move(body));
        need(state_transition(state_, block));
        blocks_.push_back(block);
    }
}

}  // namespace touchstone::reference::test
