#include "conformance-tests/generator/operations.h"

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/stake.h"
#include "reference/entries/entries.h"
#include "reference/transition/state_transition.h"

namespace touchstone::vectors {

namespace ref = reference;

namespace {

// What neither reads nor changes the tree: its states come without their entries.
const std::set<std::string>& functions_without_tree() {
    static const std::set<std::string> names{"operations/attestation",
                                             "operations/block_header",
                                             "operations/block_signature",
                                             "operations/randao",
                                             "epoch_processing/effective_stake_updates",
                                             "epoch_processing/inactivity_updates",
                                             "epoch_processing/justification_and_finalization",
                                             "epoch_processing/proposer_lookahead",
                                             "epoch_processing/resets",
                                             "epoch_processing/rewards_and_penalties",
                                             "rewards/deltas"};
    return names;
}

}  // namespace

Vector state_vector(const std::string& runner, const std::string& handler, const Title& title,
                    const ConsensusState& pre) {
    Vector vector{
        .runner = runner, .handler = handler, .name = title.name, .shows = title.shows, .clauses = title.clauses};
    vector.config = config_of(pre.config);
    vector.inputs["pre"] = ref::ssz::serialize(pre, pre.config);
    if (!pre.entries.map().empty() && !functions_without_tree().contains(runner + "/" + handler)) {
        vector.inputs["pre_entries"] = encoded_entries(pre);
    }
    return vector;
}

void add_outcome(Suite& suite, Vector vector, const ConsensusState& pre,
                 const std::function<ref::Result<void>(ConsensusState&)>& apply, const Expected& expected) {
    ConsensusState post = pre;
    const auto result = apply(post);
    if (result) {
        ref::update_tree_root(post, pre.entries);
        vector.files["post"] = ref::ssz::serialize(post, post.config);
    } else {
        vector.rejected = std::string(to_string(result.failure().clause));
    }
    if (vector.rejected != expected) {
        return suite.problem(vector.id() + ": expected " + expected.value_or("accepted") + ", the reference says " +
                             (result ? "accepted" : *vector.rejected + " (" + result.failure().reason + ")"));
    }
    if (result) check_sums(suite, vector.id(), pre, post);
    suite.add(std::move(vector));
}

void check_sums(Suite& suite, const std::string& id, const ConsensusState& pre, const ConsensusState& post) {
    if (pre.entries.map().empty()) return;
    if (supply_of(pre) != supply_of(post)) suite.problem(id + ": the supply is another");
    if (!stake_that_does_not_add_up(pre).empty()) return;
    const std::string wrong = stake_that_does_not_add_up(post);
    if (!wrong.empty()) suite.problem(id + ": what does not add up is " + wrong);
}

void add_blocks(Suite& suite, const std::string& runner, const Title& title, const ConsensusState& pre,
                const std::vector<SignedBlock>& blocks, const Expected& expected) {
    Vector vector = state_vector(runner, "blocks", title, pre);
    nlohmann::json names = nlohmann::json::array();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        names.push_back("block_" + std::to_string(i));
        vector.inputs[names.back()] = ref::ssz::serialize(blocks[i], pre.config);
    }
    vector.params = nlohmann::json{{"blocks", names}}.dump();
    const auto apply = [&](ConsensusState& state) -> ref::Result<void> {
        for (const SignedBlock& block : blocks)
            CHECK(ref::state_transition(state, block));
        return {};
    };
    add_outcome(suite, std::move(vector), pre, apply, expected);
}

}  // namespace touchstone::vectors
