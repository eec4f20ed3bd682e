// Fork-choice scenarios: steps are applied to the reference's store as they are written down, and its answers recorded.
#pragma once

#include <memory>

#include "conformance-tests/generator/chain.h"
#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/vector.h"
#include "reference/fork_choice/store.h"

namespace touchstone::vectors {

/// A block and the state after it.
struct Node {
    SignedBlock block;
    ConsensusState post;
    Root root;
};
using NodePointer = std::shared_ptr<const Node>;

/// The genesis block of a state.
NodePointer genesis_node(const ConsensusState& state);
/// The block of `node`, made the block of the state with this change: an anchor that nobody had to vote for.
NodePointer changed_anchor(const NodePointer& node, const std::function<void(ConsensusState&)>& change);
/// A block on another; the tag goes into the graffiti and makes blocks differ.
NodePointer child(const NodePointer& parent, std::uint64_t slot, BlockBody body = {}, std::uint64_t tag = 0);
/// Two blocks of a slot on one parent, that with the smaller root first.
std::pair<NodePointer, NodePointer> children_by_root(const NodePointer& parent, std::uint64_t slot);
/// The body of a block on `parent` with all votes of the slots from `first` up to the one before the block.
BlockBody votes_from(const NodePointer& parent, std::uint64_t first, std::uint64_t slot,
                     const Voters& voters = everybody);
/// A chain of blocks, one in every slot from genesis, each with the votes of the slot before: [0] is genesis.
const std::vector<NodePointer>& busy_chain(std::uint64_t slot, std::size_t validators = 32);

/// The votes of a committee of `slot` for the block: head and target are of its branch.
Attestation vote_for(const NodePointer& node, std::uint64_t slot, const Voters& voters = everybody);

/// Lets the first members of one committee vote.
Voters first(std::size_t members);

/// A case of steps, with the inputs of its anchor.
Vector scenario_vector(const std::string& runner, const std::string& handler, const Title& title,
                       const NodePointer& anchor);

/// The inputs that steps name. What is the same has one name.
class StepInputs {
  public:
    /// The name of the content, which becomes an input of the vector if it is none yet.
    std::string name_of(Vector& vector, const std::string& kind, const Bytes& content);

  private:
    std::map<Bytes, std::string> names_;
    std::map<std::string, unsigned> counts_;
};

class Scenario {
  public:
    Scenario(Suite& suite, const std::string& handler, const Title& title, const NodePointer& anchor);

    /// Time within a slot, in milliseconds.
    Scenario& tick(std::uint64_t slot, std::uint64_t into_slot = 0, const Expected& expected = std::nullopt);
    Scenario& block(const NodePointer& node, const Expected& expected = std::nullopt,
                    const std::vector<std::string>& others = {});
    Scenario& block(const SignedBlock& block, const Expected& expected = std::nullopt,
                    const std::vector<std::string>& others = {});
    /// At the first moment of its slot.
    Scenario& timely(const NodePointer& node);
    /// Each at the first moment of its slot.
    Scenario& blocks(const std::vector<NodePointer>& nodes, std::size_t first, std::size_t last);
    Scenario& attestation(const Attestation& vote, const Expected& expected = std::nullopt,
                          const std::vector<std::string>& others = {});
    Scenario& slashing(const AttesterSlashing& evidence, const Expected& expected = std::nullopt);

    /// Records the head, which has to be this.
    Scenario& head_is(const NodePointer& node);
    Scenario& boost_is(const NodePointer& node);  // nothing for none
    Scenario& proposer_head_is(std::uint64_t slot, const NodePointer& node);
    /// Records weights, which have to be these, in TST.
    Scenario& weights_are(const std::vector<std::pair<NodePointer, std::uint64_t>>& weights);
    Scenario& equivocating_are(const std::vector<std::uint64_t>& indices);
    /// Records all four checkpoints; the realized ones have to be of these epochs.
    Scenario& checkpoints_are(std::uint64_t justified, std::uint64_t finalized);
    Scenario& time_is_recorded();

    /// Ends the scenario with a record of the whole store, and adds it to the suite.
    void finish();

    [[nodiscard]] const reference::Store& store() const { return store_; }

  private:
    std::string input(const std::string& kind, const Bytes& content);
    void step(const std::string& kind, const std::string& value, const reference::Result<void>& result,
              const Expected& expected, const std::vector<std::string>& others);
    void check(const std::string& name, const std::string& json_value, const std::string& slot = {});
    void expect(bool holds, const std::string& what);

    Suite& suite_;
    Vector vector_;
    reference::Store store_;
    std::vector<std::string> steps_;  // JSON
    StepInputs inputs_;
    bool broken_ = false;
};

/// A scenario whose anchor is refused.
void add_refused_anchor(Suite& suite, const Title& title, const ConsensusState& anchor_state, const Block& anchor_block,
                        const std::string& clause);

}  // namespace touchstone::vectors
