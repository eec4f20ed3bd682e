// The real chain of a behaviour: real blocks, votes and evidence in place of the model's.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "conformance-tests/generator/chain.h"
#include "conformance-tests/generator/model/behaviour.h"
#include "conformance-tests/generator/scenario.h"

namespace touchstone::vectors::model {

/// What the model has, but no real chain: a vote outside of its committee, a block that the transition rejects.
class Unrealizable : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The stake of a validator: half a token more than what counts, so that no reward or penalty of a few epochs changes
/// what counts (REG-…: effective stakes have a hysteresis).
constexpr std::uint64_t kEffectiveStake = 1024;

/// The configuration of a model: small epochs, and penalties too small to change an effective stake.
/// Throws std::runtime_error where a parameter is none.
Parameters config_of_model(std::uint64_t slots_per_epoch, const std::map<std::string, std::string>& parameters = {});
/// The genesis block and state.
NodePointer anchor_of_model(std::uint64_t slots_per_epoch, std::uint64_t validators,
                            const std::map<std::string, std::string>& parameters = {});

/// What chains of one genesis have in common: blocks that several behaviours have are made once.
class BlockCache {
  public:
    explicit BlockCache(NodePointer anchor) : anchor_(std::move(anchor)) {}

    const NodePointer& anchor() const { return anchor_; }
    /// The state of a block at a slot.
    const ConsensusState& state_at(const NodePointer& node, std::uint64_t slot);
    /// A block whose root is in this part of all roots, `part` of `parts`.
    NodePointer block(const NodePointer& parent, std::uint64_t slot, const BlockBody& body, std::uint64_t part,
                      std::uint64_t parts);

  private:
    NodePointer anchor_;
    std::map<std::pair<Root, std::uint64_t>, ConsensusState> states_;
    std::map<Bytes, NodePointer> blocks_;
};

class ChainOfModel {
  public:
    ChainOfModel(const Behaviour& behaviour, BlockCache& cache);

    /// Throws Unrealizable.
    const NodePointer& block(BlockNumber number);
    Root root_of(BlockNumber number);
    Checkpoint checkpoint(const ModelCheckpoint& checkpoint);
    /// Whether the voters are in the committee of the target's state.
    bool is_in_committee(const ModelVote& vote);
    Attestation attestation(const ModelVote& vote, bool is_signed);
    AttesterSlashing slashing(const ModelEvidence& evidence, bool first_signed, bool second_signed);

    /// `ancestor` is the block or is behind it.
    bool descends(BlockNumber number, BlockNumber ancestor) const;
    /// Whether two blocks have one proposer, or two, as the model says.
    bool proposers_are_as_in_the_model(BlockNumber one, BlockNumber other);
    const Behaviour& behaviour() const { return behaviour_; }

  private:
    /// Of the vote's slot, in the target's state; empty if that state knows none.
    std::vector<ValidatorIndex> committee(const ModelVote& vote);
    /// Throws Unrealizable.
    void check_shuffling(const ModelBlock& block, const ModelVote& vote);
    AttestationData data_of(const ModelVote& vote);
    IndexedAttestation indexed(const ModelVote& vote, bool is_signed);
    BlockBody body_of(const ModelBlock& block);
    /// The place of the block among its siblings by rank, and their number.
    std::pair<std::uint64_t, std::uint64_t> place(BlockNumber number) const;

    const Behaviour& behaviour_;
    BlockCache& cache_;
    std::map<BlockNumber, NodePointer> made_;
};

}  // namespace touchstone::vectors::model
