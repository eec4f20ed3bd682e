// A ConsensusState with its entries [TYP-07], and what follows from it within an epoch: committees, totals, parsed
// keys.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "node/base/result.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/public_keys.h"
#include "node/kernel/stake/ledger.h"
#include "node/kernel/tree/entries.h"
#include "node/types/consensus_state.h"

namespace touchstone::node {

/// What is constant while the state stays in one epoch.
struct EpochContext {
    Epoch epoch;
    Amount total_active_stake;                    // [VAL-04]
    std::uint64_t base_reward_per_increment = 0;  // b of [REW-02]
    std::shared_ptr<const Shuffling> previous;
    std::shared_ptr<const Shuffling> current;
};

/// Stake of the unslashed participants with the target flag, without the floor of [VAL-04]; kept up to date with every
/// vote and slashing, so that justification can be computed at any time. [JUS-01]
struct TargetStakes {
    std::uint64_t previous = 0;
    std::uint64_t current = 0;
    friend bool operator==(const TargetStakes&, const TargetStakes&) = default;
};

/// Copying is cheap: long fields share their chunks, and the entries are a version of a tree that all states of a chain
/// share. Values only change through the functions of the transition, on the writer's thread; what a StatePointer names
/// may be read by any thread, entries included, without a lock.
class State {
  public:
    /// Computes what belongs to the epoch; `keys` are those of the registry's first validators. Without entries:
    /// `tree_root` is taken as it is, and unless it is that of the empty tree, what needs entries is rejected with
    /// KVT-19.
    static State of(const Environment& environment, ConsensusState consensus, PublicKeys keys = {});
    /// As it comes from a file or a peer. Rejected with KVT-18, ACC-02 or KVT-19, in this order. `like` is a state of
    /// the same chain whose tree it shares, and whose keys as far as the registries are the same.
    static Result<State> with_entries(const Environment& environment, ConsensusState consensus,
                                      const KvEntries& entries, const State* like = nullptr);

    const ConsensusState& consensus() const { return consensus_; }
    ConsensusState& mutable_consensus() { return consensus_; }
    const EpochContext& context() const { return *context_; }
    const PublicKeys& keys() const { return keys_; }
    /// After validators were appended to the registry: their keys.
    void parse_new_keys(const ParallelFor& parallel_for);
    /// The entries. [ACC-02]
    const tree::TreeVersion& tree() const { return tree_; }
    /// Rejected with KVT-19 if the state was made without the entries that `tree_root` commits to.
    Result<void> require_entries() const;
    /// Makes the changes a version of the chain's tree that `tree_root` commits to. The writer's. Rejected with KVT-19
    /// as by require_entries.
    Result<void> change_entries(std::span<const tree::EntryChange> changes, const ParallelFor& parallel_for);
    /// The same of an overlay of this state's tree; nothing if it was not touched.
    Result<void> change_entries(const EntryOverlay& entries, const ParallelFor& parallel_for);
    /// What the changes make of another version of the chain's tree; this state stays as it is. The writer's.
    Result<tree::TreeVersion> derive_entries(const tree::TreeVersion& base,
                                             std::span<const tree::EntryChange> changes) const {
        return entries_->apply(base, changes, serial_for);
    }
    TargetStakes& target_stakes() { return target_stakes_; }
    const TargetStakes& target_stakes() const { return target_stakes_; }

    Slot slot() const { return consensus_.slot; }
    std::size_t validator_count() const { return consensus_.validators.size(); }
    /// Nothing for an unregistered index or bytes that are no key.
    const crypto::bls::PublicKey* public_key(ValidatorIndex index) const { return keys_.find(index.value()); }

    /// Anew from the consensus data, after the epoch has changed or the data were replaced by hand.
    void refresh(const Environment& environment);

    /// Hashes what has changed. The root of a state that was taken from the fork choice is at once available.
    Root update_root(const Environment& environment) {
        return consensus_.update_root(environment.parameters(), environment.parallel_for);
    }
    Root root(const Environment& environment) const { return consensus_.root(environment.parameters()); }

  private:
    ConsensusState consensus_;
    std::shared_ptr<const EpochContext> context_;
    PublicKeys keys_;
    std::shared_ptr<tree::Entries> entries_;
    tree::TreeVersion tree_;
    TargetStakes target_stakes_;
};

using StatePointer = std::shared_ptr<const State>;

/// Whether the lists that run parallel to the registry do, and every index names a validator: what a state from a file
/// or a peer has to fulfil before anything else is done with it. States of the transition always do.
bool is_well_formed(const ConsensusState& state, const Parameters& parameters);

// Reading a state.
Epoch current_epoch(const State& state, const Environment& environment);
Epoch previous_epoch(const State& state, const Environment& environment);
/// [SLO-03]
Result<Root> get_block_root_at_slot(const ConsensusState& state, Slot slot, const Parameters& parameters);
Result<Root> get_block_root(const ConsensusState& state, Epoch epoch, const Parameters& parameters);
/// [COM-01] [COM-02]
const Hash& get_randao_mix(const ConsensusState& state, Epoch epoch, const Parameters& parameters);
Hash get_seed(const ConsensusState& state, Epoch epoch, const DomainType& type, const Parameters& parameters);
/// [COM-04]
std::vector<ValidatorIndex> get_active_validator_indices(const ConsensusState& state, Epoch epoch);
/// Committees of the previous, current or next epoch; null for any other. [COM-07]
std::shared_ptr<const Shuffling> get_shuffling(const State& state, Epoch epoch, const Environment& environment);
/// The validator with this key, by its entry: on any thread. [STK-03]
std::optional<ValidatorIndex> find_validator(const State& state, const BlsPublicKey& pubkey);
/// One for each slot of the epoch; rejected if nobody who is active then has stake. [COM-08]
Result<std::vector<ValidatorIndex>> compute_proposers(const ConsensusState& state, Epoch epoch,
                                                      const Parameters& parameters);
/// The proposer of a slot of the state's epoch or the next; nothing for any other. [COM-09]
std::optional<ValidatorIndex> get_proposer(const ConsensusState& state, Slot slot, const Parameters& parameters);
/// [CRY-16]
Version fork_version_at(const ConsensusState& state, Epoch epoch, const Parameters& parameters);
Domain get_domain(const ConsensusState& state, const DomainType& type, Epoch epoch, const Parameters& parameters);
/// Of topics and protocol ids in that epoch. [NET-02]
ForkDigest fork_digest_at(const ConsensusState& state, Epoch epoch, const Parameters& parameters);
/// The root of the latest header with its state root filled in: of the block that the state is the post-state of.
Root latest_block_root(const State& state, const Environment& environment);
/// get_base_reward. [REW-02]
std::uint64_t base_reward(const State& state, ValidatorIndex index, const Parameters& parameters);

/// [VAL-01] [VAL-02] [VAL-03]
inline bool is_active(const Validator& validator, Epoch epoch) {
    return validator.activation_epoch <= epoch && epoch < validator.exit_epoch;
}
Epoch withdrawable_epoch(const Validator& validator, const Parameters& parameters);
/// In the current epoch, for an offence of another.
bool is_slashable(const Validator& validator, Epoch current, Epoch offence, const Parameters& parameters);
/// [VAL-07]
Amount get_churn(const State& state, const Parameters& parameters);

}  // namespace touchstone::node
