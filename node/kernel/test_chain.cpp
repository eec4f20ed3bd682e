#include "node/kernel/test_chain.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/development_keys.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/execution/accounts.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// Tests cannot go on without what they ask for.
template <class T>
T must(Result<T> result) {
    if (!result.ok()) std::abort();
    return std::move(result).value();
}

}  // namespace

TestChain::TestChain(const Parameters& parameters, std::size_t validators, Amount stake, std::size_t accounts,
                     Amount balance)
    : environment_(std::make_unique<Environment>(Environment{must(make_config(parameters))})) {
    genesis_.genesis_time_ms = 1'700'000'000'000;
    genesis_.seed.bytes.fill(0x42);
    for (std::size_t i = 0; i < validators; ++i) {
        secrets_.push_back(crypto::development_validator_key(i));
        GenesisValidator validator;
        validator.pubkey = BlsPublicKey(crypto::bls::public_key(secrets_.back()).to_bytes());
        validator.operator_address.bytes.fill(static_cast<std::uint8_t>(i));
        validator.stake = stake;
        const Root message = proof_of_possession_root(validator.pubkey, validator.operator_address, parameters);
        validator.proof_of_possession =
            BlsSignature(crypto::bls::pop_prove(secrets_.back(), message.view()).to_bytes());
        genesis_.validators.push_back(validator);
    }
    for (std::size_t i = 0; i < accounts; ++i) {
        account_secrets_.push_back(crypto::development_account_seed(i));
        account_addresses_.push_back(address_of(crypto::ed25519_public_key(account_secrets_.back())));
        genesis_.accounts.push_back({account_addresses_.back(), balance});
    }
    std::ranges::sort(genesis_.accounts, {}, &GenesisAccount::address);
    genesis_state_ = std::make_unique<State>(must(initialize_state(*environment_, genesis_)));
}

ForkChoice TestChain::fork_choice() const {
    return must(ForkChoice::from_anchor(*environment_, *genesis_state_, genesis_block()));
}

std::uint64_t TestChain::slot_time_ms(Slot slot) const {
    return genesis_.genesis_time_ms + slot.value() * parameters().SLOT_DURATION_MS;
}

BlsSignature TestChain::sign(ValidatorIndex index, const Root& signing_root) const {
    return BlsSignature(crypto::bls::sign(secret(index), signing_root.view()).to_bytes());
}

BlsSignature TestChain::sign_together(std::span<const ValidatorIndex> signers, const Root& signing_root) const {
    std::vector<crypto::bls::SecretKey> keys;
    for (const ValidatorIndex signer : signers)
        keys.push_back(secret(signer));
    const auto sum = crypto::bls::SecretKey::sum(keys);
    if (!sum) return {};
    return BlsSignature(crypto::bls::sign(*sum, signing_root.view()).to_bytes());
}

SignedTransaction TestChain::unsigned_transfer(const State& state, std::size_t sender, const Address& recipient,
                                               Amount amount) const {
    SignedTransaction transaction;
    Transaction& message = transaction.message;
    message.sender = Ed25519PublicKey(crypto::ed25519_public_key(account_secret(sender)));
    message.nonce = get_account(state, account_address(sender)).nonce;
    message.payload = Transfer{recipient, amount};
    message.gas_limit = intrinsic_gas(transaction, parameters());
    message.max_fee = 2 * state.consensus().base_fee;
    message.tip = 3;
    return transaction;
}

void TestChain::sign(const State& state, std::size_t account, SignedTransaction& transaction) const {
    const Root root = transaction_signing_root(transaction.message, state.consensus(), parameters());
    transaction.signature = Ed25519Signature(crypto::ed25519_sign(account_secret(account), root.view()));
}

SignedTransaction TestChain::transfer(const State& state, std::size_t sender, const Address& recipient,
                                      Amount amount) const {
    SignedTransaction transaction = unsigned_transfer(state, sender, recipient, amount);
    sign(state, sender, transaction);
    return transaction;
}

State TestChain::advance(const State& state, Slot slot) const {
    State advanced = state;
    if (advanced.slot() < slot && !process_slots(*environment_, advanced, slot).ok()) std::abort();
    return advanced;
}

SignedBlock TestChain::make_block(const State& pre_state, Slot slot, const BlockCandidates& candidates,
                                  const Graffiti& graffiti) const {
    const State state = advance(pre_state, slot);
    const ValidatorIndex proposer = *get_proposer(state.consensus(), slot, parameters());
    const Epoch epoch = epoch_of(slot, parameters());
    const BlsSignature reveal = sign(proposer, randao_signing_root(*environment_, state, epoch));
    const ProducedBlock produced = must(produce_block(*environment_, state, reveal, graffiti, candidates));
    return {produced.block, sign(proposer, produced.signing_root)};
}

void TestChain::seal(SignedBlock& block, const State& pre_state) const {
    const State state = advance(pre_state, block.message.slot);
    block.signature = sign(block.message.proposer_index, block_signing_root(*environment_, state, block.message));
}

AttestationData TestChain::vote_data(const State& state, Slot slot) const {
    const State advanced = advance(state, slot);
    const Root head = latest_block_root(state, *environment_);
    const Epoch epoch = epoch_of(slot, parameters());
    const Slot start = start_slot_of(epoch, parameters());
    AttestationData data;
    data.slot = slot;
    data.beacon_block_root = head;
    data.source = advanced.consensus().current_justified_checkpoint;
    const bool head_is_target = state.consensus().latest_block_header.slot <= start;
    data.target = {epoch, head_is_target ? head : *get_block_root(advanced.consensus(), epoch, parameters())};
    return data;
}

Attestation TestChain::attest(const State& state_at_slot, const AttestationData& data, const Bits& bits) const {
    const auto shuffling = get_shuffling(state_at_slot, data.target.epoch, *environment_);
    const auto members = shuffling->committee(data.slot, data.index);
    const std::vector<ValidatorIndex> signers = must(get_attesting_indices(members, bits));
    return {bits, data, sign_together(signers, attestation_signing_root(*environment_, state_at_slot, data))};
}

std::vector<Attestation> TestChain::attest(const State& state, Slot slot) const {
    const State advanced = advance(state, slot);
    AttestationData data = vote_data(state, slot);
    const Shuffling& shuffling = *advanced.context().current;
    std::vector<Attestation> attestations;
    for (std::uint64_t index = 0; index < shuffling.committees_per_slot(); ++index) {
        data.index = CommitteeIndex(index);
        Bits bits(shuffling.committee(slot, data.index).size());
        for (std::size_t i = 0; i < bits.size(); ++i)
            bits.set(i);
        attestations.push_back(attest(advanced, data, bits));
    }
    return attestations;
}

ProposerSlashing TestChain::proposer_slashing(const State& state, ValidatorIndex proposer, Slot slot) const {
    const Domain domain =
        get_domain(state.consensus(), DomainType(DOMAIN_PROPOSER), epoch_of(slot, parameters()), parameters());
    ProposerSlashing slashing;
    std::uint8_t mark = 1;
    for (SignedBlockHeader* header : {&slashing.signed_header_1, &slashing.signed_header_2}) {
        header->message.slot = slot;
        header->message.proposer_index = proposer;
        header->message.body_root.bytes.fill(mark++);
        header->signature = sign(proposer, compute_signing_root(header->message, domain, parameters()));
    }
    return slashing;
}

AttesterSlashing TestChain::double_vote(const State& state, std::vector<ValidatorIndex> offenders, Epoch target) const {
    AttesterSlashing slashing;
    std::uint8_t mark = 1;
    for (IndexedAttestation* attestation : {&slashing.attestation_1, &slashing.attestation_2}) {
        attestation->attesting_indices = offenders;
        attestation->data.slot = start_slot_of(target, parameters());
        attestation->data.target.epoch = target;
        attestation->data.beacon_block_root.bytes.fill(mark++);
        attestation->signature =
            sign_together(offenders, attestation_signing_root(*environment_, state, attestation->data));
    }
    return slashing;
}

SignedVoluntaryExit TestChain::voluntary_exit(const State& state, ValidatorIndex index, Epoch epoch) const {
    SignedVoluntaryExit exit{{epoch, index}, {}};
    exit.signature = sign(index, voluntary_exit_signing_root(*environment_, state, exit.message));
    return exit;
}

}  // namespace touchstone::node
