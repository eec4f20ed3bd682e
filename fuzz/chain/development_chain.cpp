#include "fuzz/chain/development_chain.h"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <utility>

#include "crypto/development_keys.h"
#include "fuzz/chain/translate.h"
#include "reference/chain/test_chain.h"
#include "reference/entries/accounts.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/domains.h"
#include "reference/transition/attestation.h"
#include "reference/transition/block.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {

namespace bls = crypto::bls;
using namespace reference;  // NOLINT(google-build-using-namespace): every type here is the reference's

Genesis development_genesis(const Stakes& stakes, const Parameters& config, std::uint64_t accounts) {
    Genesis genesis;
    genesis.genesis_time_ms = 1'700'000'000'000;
    genesis.seed = hash(little_endian(stakes.size()));
    genesis.validators = test::development_validators(stakes.size(), Amount{}, config);
    for (std::size_t i = 0; i < stakes.size(); ++i)
        genesis.validators[i].stake = Amount{stakes[i] * GRAINS_PER_TST};
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(accounts, stakes.size()); ++i) {
        GenesisValidator& validator = genesis.validators[i];
        validator.operator_address = test::development_address(i);
        validator.proof_of_possession = signed_registration(config, i, validator.operator_address).proof_of_possession;
    }
    for (std::uint64_t account = 0; account < accounts; ++account)
        genesis.accounts.push_back({test::development_address(account), Amount{1000 * GRAINS_PER_TST}});
    std::ranges::sort(genesis.accounts, {}, &GenesisAccount::address);
    return genesis;
}

namespace {

constexpr std::uint64_t kMostKeys = 256;

}  // namespace

namespace {

struct DevelopmentKey {
    bls::SecretKey secret;
    BLSPubkey pubkey;
};

const DevelopmentKey& development_key(std::uint64_t number) {
    static std::deque<DevelopmentKey> keys;
    if (number >= kMostKeys) throw std::logic_error("no development validator has this index");
    while (keys.size() <= number) {
        const bls::SecretKey secret = crypto::development_validator_key(keys.size());
        keys.push_back({secret, BLSPubkey{bls::public_key(secret).to_bytes()}});
    }
    return keys[number];
}

const bls::SecretKey& secret_key(const ConsensusState& state, ValidatorIndex validator) {
    const DevelopmentKey& likely = development_key(validator.value);
    const std::uint64_t registered = state.validators.size();
    if (validator.value >= registered || state.validators[validator.value].pubkey == likely.pubkey)
        return likely.secret;
    for (std::uint64_t number = 0; number < registered + kMostNewKeys; ++number) {
        const DevelopmentKey& key = development_key(number);
        if (key.pubkey == state.validators[validator.value].pubkey) return key.secret;
    }
    return likely.secret;
}

}  // namespace

BLSSignature sign(const ConsensusState& state, ValidatorIndex validator, const Root& signing_root) {
    return BLSSignature{bls::sign(secret_key(state, validator), signing_root.bytes).to_bytes()};
}

BLSSignature sign_together(const ConsensusState& state, const std::vector<ValidatorIndex>& validators,
                           const Root& signing_root) {
    std::vector<bls::SecretKey> keys;
    for (const ValidatorIndex validator : validators)
        keys.push_back(secret_key(state, validator));
    const auto sum = bls::SecretKey::sum(keys);
    if (!sum) return BLSSignature{};
    return BLSSignature{bls::sign(*sum, signing_root.bytes).to_bytes()};
}

ConsensusState at_slot(const ConsensusState& state, Slot slot) {
    ConsensusState advanced = state;
    if (advanced.slot < slot) need(process_slots(advanced, slot));
    return advanced;
}

namespace {

Root vote_root(const ConsensusState& state, const AttestationData& data) {
    return compute_signing_root(data, get_domain(state, DOMAIN_ATTESTER, data.target.epoch), state.config);
}

}  // namespace

std::vector<Vote> votes_of_slot(const ConsensusState& head_state, Slot slot,
                                const std::function<bool(ValidatorIndex)>& votes) {
    const Root head = head_root(head_state);
    const ConsensusState state = at_slot(head_state, slot);
    const Epoch epoch = get_current_epoch(state);
    const Wide first_slot = compute_start_slot_at_epoch(epoch, state.config);
    const Root target = head_state.slot <= first_slot ? head : need(get_block_root(state, epoch));
    std::vector<Vote> made;
    for (std::uint64_t i = 0; i < get_committee_count_per_slot(state, epoch); ++i) {
        Vote vote;
        vote.attestation.data = {slot, CommitteeIndex{i}, head, state.current_justified_checkpoint, {epoch, target}};
        for (const ValidatorIndex member : get_beacon_committee(state, slot, CommitteeIndex{i})) {
            vote.attestation.aggregation_bits.push_back(votes(member));
            if (votes(member)) vote.signers.push_back(member);
        }
        if (vote.signers.empty()) continue;
        sign_again(state, vote);
        made.push_back(std::move(vote));
    }
    return made;
}

void sign_again(const ConsensusState& state, Vote& vote) {
    vote.attestation.signature = sign_together(state, vote.signers, vote_root(state, vote.attestation.data));
}

IndexedAttestation indexed_attestation(const ConsensusState& state, const std::vector<ValidatorIndex>& indices,
                                       const AttestationData& data) {
    return {indices, data, sign_together(state, indices, vote_root(state, data))};
}

SignedVoluntaryExit signed_exit(const ConsensusState& state, std::uint64_t validator, std::uint64_t epoch) {
    SignedVoluntaryExit exit{{Epoch{epoch}, ValidatorIndex{validator}}, {}};
    const Domain domain = get_domain(state, DOMAIN_VOLUNTARY_EXIT, exit.message.epoch);
    exit.signature =
        sign(state, exit.message.validator_index, compute_signing_root(exit.message, domain, state.config));
    return exit;
}

RegisterValidator signed_registration(const Parameters& config, std::uint64_t key, const Address& operator_address) {
    const auto& [secret, pubkey] = development_key(key);
    RegisterValidator made;
    made.pubkey = pubkey;
    const Root root = proof_of_possession_root(made.pubkey, operator_address, config);
    made.proof_of_possession = BLSSignature{bls::pop_prove(secret, root.bytes).to_bytes()};
    made.commission = 500;
    made.stake = Amount{config.MIN_SELF_STAKE};
    return made;
}

SignedTransaction signed_operation(const ConsensusState& state, std::uint64_t account, const Payload& payload) {
    Transaction message;
    message.sender = test::development_sender(account);
    message.nonce = get_account(state, test::development_address(account)).nonce;
    message.max_fee = 2 * state.base_fee;
    message.tip = 1;
    message.payload = payload;
    message.gas_limit = static_cast<std::uint64_t>(intrinsic_gas({message, {}}, state.config));
    return test::sign_transaction(state, account, std::move(message));
}

SignedTransaction signed_transfer(const ConsensusState& state, std::uint64_t account, std::uint64_t nonce,
                                  const Transfer& transfer) {
    Transaction message;
    message.nonce = nonce;
    message.gas_limit = state.config.BLOCK_GAS_LIMIT / 100;
    message.max_fee = 2 * state.base_fee;
    message.tip = 1;
    message.payload = transfer;
    return test::sign_transaction(state, account, std::move(message));
}

namespace {

/// Of no meaning if the transactions are not valid.
Root receipts_root(ConsensusState state, const std::vector<SignedTransaction>& transactions) {
    const auto executed = execute_transactions(state, transactions);
    return hash_tree_root(executed ? executed.value().receipts : Receipts{}, state.config);
}

/// Of a block whose other operations come before its transactions, and change what those do to stake.
Root receipts_root(const ConsensusState& state, SignedBlock block) {
    const std::vector<SignedTransaction> transactions = std::exchange(block.message.body.transactions, {});
    block.message.body.receipts_root = receipts_root(state, std::vector<SignedTransaction>{});
    ConsensusState changed = state;
    // Where an operation is not valid, the block is not, whatever its receipts.
    if (!process_block(changed, block, false)) return block.message.body.receipts_root;
    changed.base_fee = state.base_fee;
    return receipts_root(std::move(changed), transactions);
}

}  // namespace

Built build_block(const ConsensusState& parent, Slot slot, BlockBody body) {
    ConsensusState state = at_slot(parent, slot);
    const Epoch epoch = get_current_epoch(state);
    Built built;
    Block& block = built.block.message;
    block.slot = slot;
    block.proposer_index = get_beacon_proposer_index(state);
    block.parent_root = hash_tree_root(state.latest_block_header, state.config);
    const Domain randao_domain = get_domain(state, DOMAIN_RANDAO, epoch);
    body.randao_reveal = sign(state, block.proposer_index, compute_signing_root(epoch, randao_domain, state.config));
    block.body = std::move(body);
    block.body.receipts_root = receipts_root(state, built.block);
    const bool valid = static_cast<bool>(process_block(state, built.block, false));
    block.state_root = hash_tree_root(state, state.config);
    sign_again(state, built.block);
    if (valid) built.post_state = std::make_shared<ConsensusState>(std::move(state));
    return built;
}

void sign_again(const ConsensusState& state, SignedBlock& block) {
    const Epoch epoch = compute_epoch_at_slot(block.message.slot, state.config);
    const Domain domain = get_domain(state, DOMAIN_PROPOSER, epoch);
    block.signature =
        sign(state, block.message.proposer_index, compute_signing_root(block.message, domain, state.config));
}

Root head_root(const ConsensusState& state) { return test::head_root(state); }

}  // namespace touchstone::fuzz
