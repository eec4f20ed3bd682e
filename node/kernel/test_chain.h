// A chain whose validators' secrets are known: makes really signed blocks and votes for tests and benchmarks.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/bls.h"
#include "crypto/ed25519.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/consensus/transition.h"
#include "node/kernel/duties/production.h"

namespace touchstone::node {

class TestChain {
  public:
    /// Development keys, each with the same stake; and accounts with development keys, each with the same balance.
    TestChain(const Parameters& parameters, std::size_t validators, Amount stake = Amount(32'000'000'000),
              std::size_t accounts = 0, Amount balance = Amount(1'000'000'000'000));

    const Environment& environment() const { return *environment_; }
    const Parameters& parameters() const { return environment_->parameters(); }
    const Genesis& genesis() const { return genesis_; }
    const State& genesis_state() const { return *genesis_state_; }
    Block genesis_block() const { return node::genesis_block(*environment_, *genesis_state_); }
    ForkChoice fork_choice() const;
    std::uint64_t slot_time_ms(Slot slot) const;

    const crypto::bls::SecretKey& secret(ValidatorIndex index) const { return secrets_[index.value()]; }
    BlsSignature sign(ValidatorIndex index, const Root& signing_root) const;
    BlsSignature sign_together(std::span<const ValidatorIndex> signers, const Root& signing_root) const;

    const crypto::Ed25519Seed& account_secret(std::size_t account) const { return account_secrets_[account]; }
    const Address& account_address(std::size_t account) const { return account_addresses_[account]; }
    /// From an account, not signed: with the sender's nonce in the state, the gas that it uses where the recipient has
    /// an account, and fees that pay the state's base fee.
    SignedTransaction unsigned_transfer(const State& state, std::size_t sender, const Address& recipient,
                                        Amount amount) const;
    /// Signs, or signs again, as an account; in the state's epoch.
    void sign(const State& state, std::size_t account, SignedTransaction& transaction) const;
    SignedTransaction transfer(const State& state, std::size_t sender, const Address& recipient, Amount amount) const;

    /// A copy of the state taken to the slot.
    State advance(const State& state, Slot slot) const;

    /// A signed block on the state, with all that is valid of the candidates.
    SignedBlock make_block(const State& pre_state, Slot slot, const BlockCandidates& candidates = {},
                           const Graffiti& graffiti = {}) const;
    /// Signs a block again after its content was changed by hand.
    void seal(SignedBlock& block, const State& pre_state) const;

    /// The votes of whole committees, for the block that `state` (of the slot or before) is the post-state of.
    std::vector<Attestation> attest(const State& state, Slot slot) const;
    /// One committee's vote, with the bits that are set.
    Attestation attest(const State& state_at_slot, const AttestationData& data, const Bits& bits) const;
    /// The data that an honest voter signs, if `state` is the head's.
    AttestationData vote_data(const State& state, Slot slot) const;

    ProposerSlashing proposer_slashing(const State& state, ValidatorIndex proposer, Slot slot) const;
    AttesterSlashing double_vote(const State& state, std::vector<ValidatorIndex> offenders, Epoch target) const;
    SignedVoluntaryExit voluntary_exit(const State& state, ValidatorIndex index, Epoch epoch) const;

  private:
    std::unique_ptr<Environment> environment_;
    Genesis genesis_;
    std::vector<crypto::bls::SecretKey> secrets_;
    std::vector<crypto::Ed25519Seed> account_secrets_;
    std::vector<Address> account_addresses_;
    std::unique_ptr<State> genesis_state_;
};

}  // namespace touchstone::node
