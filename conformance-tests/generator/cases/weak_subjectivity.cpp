// Weak subjectivity [WS-01] to [WS-04].
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/scenario.h"
#include "reference/duties/duties.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Json = nlohmann::json;

void add_period(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& state,
                std::uint64_t expected) {
    Vector vector{.runner = "weak_subjectivity",
                  .handler = "period",
                  .name = name,
                  .shows = shows,
                  .clauses = {"WS-01", "VAL-04", "VAL-07"}};
    vector.config = config_of(state.config);
    vector.inputs["state"] = ref::ssz::serialize(state, state.config);
    const auto period = static_cast<std::uint64_t>(need(ref::compute_weak_subjectivity_period(state)));
    if (period != expected) return suite.problem(vector.id() + ": the reference says " + std::to_string(period));
    vector.values = Json{{"period", std::to_string(period)}}.dump();
    suite.add(std::move(vector));
}

/// Evidence outlives the longest period of such a configuration, whatever the change (TYP-06).
Parameters with_long_evidence(const std::function<void(Parameters&)>& change) {
    return minimal_with([&](Parameters& c) {
        c.MAX_EVIDENCE_AGE = std::uint64_t{1} << 32U;
        change(c);
    });
}

void add_periods(Suite& suite) {
    const ConsensusState state = genesis_state({.validators = 16});
    const auto with = [&state](const std::function<void(ConsensusState&)>& change) {
        ConsensusState changed = state;
        change(changed);
        return changed;
    };
    const auto configured = [&with](const std::function<void(Parameters&)>& change) {
        return with([&](ConsensusState& s) { s.config = with_long_evidence(change); });
    };
    add_period(suite, "least_churn", "a small set: the churn is MIN_CHURN, and the floor of its term is 0", state,
               ref::MINIMAL.UNBONDING_EPOCHS);
    add_period(suite, "least_churn_with_a_term", "stake below MIN_CHURN · CHURN_QUOTIENT",
               configured([](Parameters& c) {
                   c.MIN_CHURN = tst(16).value;
                   c.SAFETY_DECAY = 10;
                   c.CHURN_QUOTIENT = 16384;
               }),
               ref::MINIMAL.UNBONDING_EPOCHS + 51);
    add_period(suite, "churn_by_quotient", "stake above MIN_CHURN · CHURN_QUOTIENT", configured([](Parameters& c) {
                   c.MIN_CHURN = tst(1).value;
                   c.SAFETY_DECAY = 10;
                   c.CHURN_QUOTIENT = 1000;
               }),
               ref::MINIMAL.UNBONDING_EPOCHS + 51);
    add_period(suite, "one_floored_division", "the quotient is floored once", configured([](Parameters& c) {
                   c.MIN_CHURN = tst(7).value;
                   c.SAFETY_DECAY = 3;
                   c.CHURN_QUOTIENT = 16384;
               }),
               ref::MINIMAL.UNBONDING_EPOCHS + 35);
    add_period(suite, "product_beyond_64_bits", "the product of stake and decay is exact", with([](ConsensusState& s) {
                   s.config = with_long_evidence([](Parameters& c) {
                       c.SAFETY_DECAY = 65536;
                       c.CHURN_QUOTIENT = 16;
                   });
                   for (auto& validator : s.validators)
                       validator.effective_stake = tst(200'000'000);
               }),
               ref::MINIMAL.UNBONDING_EPOCHS + 5242);
    add_period(suite, "only_who_is_active", "who has left does not count", with([](ConsensusState& s) {
                   s.config = with_long_evidence([](Parameters& c) {
                       c.MIN_CHURN = tst(16).value;
                       c.SAFETY_DECAY = 10;
                       c.CHURN_QUOTIENT = 16384;
                   });
                   for (std::size_t i = 8; i < 16; ++i)
                       s.validators[i].exit_epoch = Epoch{0};
               }),
               ref::MINIMAL.UNBONDING_EPOCHS + 25);
}

Json checkpoint_params(std::uint64_t current_epoch, const Checkpoint& checkpoint) {
    return {{"current_epoch", std::to_string(current_epoch)},
            {"checkpoint",
             {{"epoch", std::to_string(checkpoint.epoch.value)}, {"root", ref::to_hex(checkpoint.root.bytes)}}}};
}

void add_verdict(Suite& suite, Vector vector, const ref::Result<void>& result, const Expected& expected) {
    if (!result) vector.rejected = std::string(to_string(result.failure().clause));
    if (vector.rejected != expected)
        return suite.problem(vector.id() + ": the reference says " + vector.rejected.value_or("accepted"));
    suite.add(std::move(vector));
}

void add_check(Suite& suite, const Title& title, const ConsensusState& state, std::uint64_t current_epoch,
               const Checkpoint& checkpoint, const Expected& expected = std::nullopt) {
    Vector vector{.runner = "weak_subjectivity",
                  .handler = "check",
                  .name = title.name,
                  .shows = title.shows,
                  .clauses = title.clauses};
    vector.inputs["state"] = ref::ssz::serialize(state, state.config);
    vector.params = checkpoint_params(current_epoch, checkpoint).dump();
    add_verdict(suite, std::move(vector),
                ref::is_within_weak_subjectivity_period(Epoch{current_epoch}, state, checkpoint), expected);
}

void add_checks(Suite& suite) {
    const ConsensusState& state = busy_state(24);
    const Checkpoint own{Epoch{3}, head_root(state)};
    const std::uint64_t last = 3 + static_cast<std::uint64_t>(need(ref::compute_weak_subjectivity_period(state)));
    add_check(suite, {"at_once", "in the checkpoint's own epoch", {"WS-02", "WS-03"}}, state, 3, own);
    add_check(suite, {"last_epoch", "the last epoch of the period", {"WS-03"}}, state, last, own);
    add_check(suite, {"one_epoch_later", "the period is over", {"WS-03"}}, state, last + 1, own, "WS-03");
    add_check(suite, {"far_future", "a clock of the far future", {"WS-03"}}, state, UINT64_MAX, own, "WS-03");
    add_check(suite, {"before_the_checkpoint", "a clock that is behind", {"WS-03"}}, state, 0, own);
    add_check(suite, {"greatest_epoch", "the sum of epoch and period does not fit 64 bits", {"WS-03"}}, state,
              UINT64_MAX, {Epoch{UINT64_MAX}, own.root});
    add_check(suite, {"later_checkpoint", "the block of an epoch whose first slots are empty", {"WS-02"}}, state, 5,
              {Epoch{5}, own.root});
    add_check(suite, {"state_after_the_checkpoint", "the state is of a later epoch than the checkpoint", {"WS-02"}},
              state, 3, {Epoch{2}, own.root}, "WS-02");
    Root other = own.root;
    other.bytes[31] ^= 1U;
    add_check(suite, {"another_root", "the state is not that of the checkpoint's block", {"WS-02"}}, state, 3,
              {Epoch{3}, other}, "WS-02");
    ConsensusState richer = state;
    ++richer.balances[0];
    add_check(suite, {"another_state", "the block commits to another state", {"WS-02"}}, richer, 3, own, "WS-02");
    add_check(suite, {"state_before_period", "what the state is of is looked at first", {"WS-02"}}, richer, last + 1,
              own, "WS-02");
    // After an empty slot the header has its state root, and the state's own root does not matter any more.
    const ConsensusState later = advanced(state, Slot{25});
    add_check(suite, {"state_taken_further", "the header's state root is filled in already", {"WS-02"}}, later, 3, own);
}

void add_sync(Suite& suite, const Title& title, const ConsensusState& genesis, const ConsensusState& state,
              const Block& block, const Checkpoint& checkpoint, std::uint64_t current_epoch,
              const Expected& expected = std::nullopt) {
    Vector vector{.runner = "weak_subjectivity",
                  .handler = "checkpoint_sync",
                  .name = title.name,
                  .shows = title.shows,
                  .clauses = title.clauses};
    vector.inputs["genesis_state"] = ref::ssz::serialize(genesis, genesis.config);
    vector.inputs["state"] = ref::ssz::serialize(state, genesis.config);
    vector.inputs["block"] = ref::ssz::serialize(block, genesis.config);
    vector.params = checkpoint_params(current_epoch, checkpoint).dump();
    add_verdict(suite, std::move(vector),
                ref::check_checkpoint_sync(genesis, Epoch{current_epoch}, checkpoint, state, block), expected);
}

void add_syncs(Suite& suite) {
    const auto& chain = busy_chain(24);
    const ConsensusState& genesis = chain[0]->post;
    const NodePointer& node = chain[24];
    const Block& block = node->block.message;
    const Checkpoint own{Epoch{3}, node->root};
    const std::uint64_t over = 4 + static_cast<std::uint64_t>(need(ref::compute_weak_subjectivity_period(node->post)));
    add_sync(suite, {"within_the_period", "a checkpoint of this network", {"WS-04"}}, genesis, node->post, block, own,
             10);
    add_sync(suite, {"period_over", "the period is over", {"WS-03", "WS-04"}}, genesis, node->post, block, own, over,
             "WS-03");
    const NodePointer configured = changed_anchor(node, [](ConsensusState& s) { s.config_root.bytes[0] ^= 1U; });
    add_sync(suite, {"another_configuration", "a state of another configuration", {"WS-04"}}, genesis, configured->post,
             configured->block.message, {Epoch{3}, configured->root}, 10, "WS-04");
    const NodePointer foreign = changed_anchor(node, [](ConsensusState& s) { s.genesis_root.bytes[0] ^= 1U; });
    add_sync(suite, {"another_genesis", "a state of another genesis", {"WS-04"}}, genesis, foreign->post,
             foreign->block.message, {Epoch{3}, foreign->root}, 10, "WS-04");
    add_sync(suite, {"network_before_period", "the network is looked at first", {"WS-04"}}, genesis, foreign->post,
             block, own, over, "WS-04");
    add_sync(suite, {"another_block", "the block is not that of the state", {"FC-05", "WS-04"}}, genesis, node->post,
             chain[23]->block.message, own, 10, "FC-05");
    add_sync(suite, {"another_checkpoint", "the checkpoint is of another block", {"WS-02", "WS-04"}}, genesis,
             node->post, block, {Epoch{3}, chain[23]->root}, 10, "WS-02");
}

}  // namespace

void add_weak_subjectivity(Suite& suite) {
    if (!suite.wants("weak_subjectivity")) return;
    add_periods(suite);
    add_checks(suite);
    add_syncs(suite);
}

}  // namespace touchstone::vectors
