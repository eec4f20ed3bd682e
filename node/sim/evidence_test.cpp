// Evidence of an offence that is older than the one for which a validator was slashed: from the slasher of a node that
// has no validators, over gossip, into a block of another, to the stake that had left in between.
#include <gtest/gtest.h>

#include "node/kernel/consensus/operations.h"
#include "node/kernel/stake/pools.h"
#include "node/kernel/stake/testing/books.h"
#include "node/sim/testing/second_vote.h"
#include "node/sim/transaction_load.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kValidators = 16;
constexpr std::size_t kObserver = 4;   // after the nodes with validators
constexpr std::size_t kStranger = 50;  // sends what nobody may sign

std::shared_ptr<const SimulatedChain> chain() {
    static const auto made =
        SimulatedChain::make({.validators = kValidators, .accounts = kValidators, .operators_have_accounts = true});
    return made;
}

SimulationConfig config_of(std::uint64_t seed) {
    SimulationConfig config;
    config.seed = seed;
    config.validators = kValidators;
    config.observers = 1;
    config.network.loss_ppm = 0;
    // Quick, so that a message has arrived everywhere before the first node has verified it: see tell_observer.
    config.network.greatest_latency_ms = 30;
    config.network.greatest_jitter_ms = 10;
    config.verify_delay_ms = 80;
    return config;
}

/// An operator that takes a part of its stake out of the pool, once.
class Departure final : public TransactionLoad {
  public:
    Departure(Simulation& simulation, ValidatorIndex validator, std::uint64_t shares)
        : TransactionLoad(simulation, "departure", {.first_account = validator.value(), .accounts = 1}),
          order_(Order{Undelegate{validator, shares}, 0}) {}

  protected:
    std::optional<Order> next_order(std::size_t, const Node&) override { return std::exchange(order_, std::nullopt); }

  private:
    std::optional<Order> order_;
};

/// What a validator is expected to sign once.
struct Occasion {
    Epoch epoch;
    Slot slot;
    std::optional<AttesterDuty> vote;  // else a block
};

class OlderOffence : public ::testing::TestWithParam<TopicKind> {
  protected:
    static constexpr std::uint64_t kLeaving = 16 * GRAINS_PER_TST;

    struct Published {
        std::size_t node;
        Epoch offence;
    };

    OlderOffence() : simulation_(config_of(7), chain(), std::make_shared<VerdictCache>()) {
        simulation_.network().set_observer([this](std::size_t node, const Topic& topic, const ByteVector& payload) {
            const Parameters& parameters = simulation_.parameters();
            if (topic.kind == TopicKind::ProposerSlashing) {
                const auto slashing = decode<ProposerSlashing>(payload, parameters);
                published_.push_back({node, offence_epoch(slashing.value(), parameters)});
            } else if (topic.kind == TopicKind::AttesterSlashing) {
                const auto slashing = decode<AttesterSlashing>(payload, parameters);
                published_.push_back({node, offence_epoch(slashing.value())});
            }
        });
        simulation_.start_all();
    }

    const Chain& chain_of(std::size_t node) { return simulation_.node(node).chain(); }
    StatePointer head_state(std::size_t node) { return chain_of(node).head_state(); }
    std::uint64_t slots_per_epoch() const { return simulation_.parameters().SLOTS_PER_EPOCH; }

    /// One in each of the epochs, in the first half of the second, of one validator; at the first slot of `epoch`.
    std::optional<std::pair<Occasion, Occasion>> find_occasions(Epoch epoch) {
        const StatePointer state = head_state(0);
        for (std::uint64_t i = 0; i < kValidators; ++i) {
            offender_ = ValidatorIndex(i);
            const auto first = occasion(*state, epoch);
            const auto second = occasion(*state, epoch + 1);
            if (!first || !second || slot_in_epoch(second->slot, simulation_.parameters()) > 4) continue;
            if (first->slot > state->slot() + 1) return std::pair{*first, *second};
        }
        return std::nullopt;
    }

    /// A message of the offender that contradicts what it signed on the occasion, which is over.
    std::pair<Topic, ByteVector> contradiction(const Occasion& occasion) {
        const auto stored = chain_of(0).canonical_blocks(occasion.slot, 1).at(0);
        const auto block = decode<SignedBlock>(stored.signed_block, simulation_.parameters());
        EXPECT_EQ(block->message.slot, occasion.slot);
        const Root& parent = block->message.parent_root;
        if (occasion.vote) {
            return {topic_of(*occasion.vote, simulation_.parameters()),
                    encode(vote_for(*chain(), chain_of(0), *occasion.vote, parent))};
        }
        const StatePointer parent_state = chain_of(0).fork_choice().block_state(parent);
        return {{TopicKind::Block}, encode(second_block(*chain(), *parent_state, *block))};
    }

    void tell(const std::pair<Topic, ByteVector>& message) {
        auto stranger =
            simulation_.network().attach(kStranger, chain_of(0).fork_digest(), [](const auto& task) { task(); });
        stranger->publish(message.first, message.second);
        run_for(1);  // it is gone before anybody asks it
    }
    /// The others are cut off while the message travels, and not any more when the observer has verified it.
    void tell_observer(const std::pair<Topic, ByteVector>& message) {
        std::vector<std::size_t> groups(simulation_.node_count(), 1);
        groups[kObserver] = 0;
        simulation_.network().partition(groups);
        tell(message);
        run_for(50);
        simulation_.network().heal();
    }
    void run_for(std::uint64_t ms) { simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + ms); }
    void run_until(Slot slot) {
        slot_ = slot.value();
        simulation_.run_until_slot(slot_);
    }

    Epoch slashed_from(std::size_t node) {
        return head_state(node)->consensus().validators[offender_.value()].slashed_from;
    }
    Cohort cohort(std::size_t node, Epoch exit_epoch) {
        EntryOverlay entries(head_state(node)->tree());
        return read_cohort(entries, offender_, exit_epoch).value();
    }
    std::set<std::size_t> publishers_of(Epoch offence) const {
        std::set<std::size_t> nodes;
        for (const Published& each : published_) {
            if (each.offence == offence) nodes.insert(each.node);
        }
        return nodes;
    }
    /// In the chain of node 0, of the epoch.
    std::size_t included(Epoch offence) {
        const Parameters& parameters = simulation_.parameters();
        std::size_t count = 0;
        for (const StoredBlock& stored : chain_of(0).canonical_blocks(Slot(1), slot_)) {
            const BlockBody body = decode<SignedBlock>(stored.signed_block, parameters)->message.body;
            for (const ProposerSlashing& each : body.proposer_slashings)
                count += offence_epoch(each, parameters) == offence ? 1U : 0U;
            for (const AttesterSlashing& each : body.attester_slashings)
                count += offence_epoch(each) == offence ? 1U : 0U;
        }
        return count;
    }

    Simulation simulation_;
    ValidatorIndex offender_;
    std::uint64_t slot_ = 0;

  private:
    std::optional<Occasion> occasion(const State& state, Epoch epoch) {
        const Environment& environment = simulation_.environment();
        if (GetParam() == TopicKind::Attestation) {
            const auto duties = attester_duties(environment, state, epoch, std::array{offender_});
            if (!duties.ok() || duties->empty()) return std::nullopt;
            return Occasion{epoch, duties->front().slot, duties->front()};
        }
        for (const ProposerDuty& duty : proposer_duties(environment, state, epoch)) {
            if (duty.validator == offender_) return Occasion{epoch, duty.slot, std::nullopt};
        }
        return std::nullopt;
    }

    std::vector<Published> published_;
};

/// [NET-48] [NET-50] [DUT-23] [DUT-24] [STK-24]
TEST_P(OlderOffence, ReachesStakeThatLeftBeforeTheNewerOneThatWasReportedFirst) {
    std::optional<std::pair<Occasion, Occasion>> found;
    std::uint64_t epoch = 3;
    for (; !found && epoch < 20; ++epoch) {
        run_until(Slot(epoch * slots_per_epoch()));
        found = find_occasions(Epoch(epoch));
    }
    ASSERT_TRUE(found);
    const auto& [older, newer] = *found;
    Departure departure(simulation_, offender_, kLeaving);
    departure.send_until_slot(slot_ + 2);

    run_until(newer.slot);
    tell(contradiction(newer));
    run_until(newer.slot + 1);
    const Epoch exit_epoch = newer.epoch;
    for (std::size_t node = 0; node < simulation_.node_count(); ++node)
        ASSERT_EQ(slashed_from(node), newer.epoch) << "node " << node;
    EXPECT_EQ(included(newer.epoch), 1U);
    const Cohort left = cohort(0, exit_epoch);
    EXPECT_GT(left.tokens.value(), kLeaving / 2);
    EXPECT_EQ(left.hold_epoch, Epoch(0)) << "it had left before the newer offence";

    EXPECT_TRUE(publishers_of(older.epoch).empty());
    tell_observer(contradiction(older));
    run_until(newer.slot + 2);
    EXPECT_EQ(publishers_of(older.epoch), std::set{kObserver});
    run_until(newer.slot + 3);
    EXPECT_EQ(included(older.epoch), 1U) << "by somebody who did not find it";
    const std::uint64_t loss = divide_up(left.tokens.value(), simulation_.parameters().MIN_SLASHING_PENALTY_QUOTIENT);
    const Uint128 supply = genesis_supply_of(*chain()->genesis_state);
    for (std::size_t node = 0; node < simulation_.node_count(); ++node) {
        EXPECT_EQ(slashed_from(node), older.epoch) << "node " << node;
        EXPECT_EQ(cohort(node, exit_epoch).tokens, Amount(left.tokens.value() - loss));
        EXPECT_EQ(cohort(node, exit_epoch).hold_epoch,
                  head_state(node)->consensus().validators[offender_.value()].hold_epoch);
        EXPECT_EQ(find_imbalance(*head_state(node), supply).value_or(""), "");
        EXPECT_EQ(simulation_.endpoint(node).rejected(), 0U);
    }

    // Once told, it is told: nobody includes or publishes it again.
    run_until(newer.slot + 3 * slots_per_epoch());
    EXPECT_EQ(publishers_of(older.epoch), std::set{kObserver});
    EXPECT_EQ(included(older.epoch) + included(newer.epoch), 2U);
    EXPECT_TRUE(simulation_.nodes_agree());
    EXPECT_GE(simulation_.least_finalized_epoch(), newer.epoch);
    EXPECT_EQ(simulation_.node(0).status().operation_pool, 0U) << "what is final is not kept";
    EXPECT_TRUE(simulation_.faults().empty());
}

INSTANTIATE_TEST_SUITE_P(ByKind, OlderOffence, ::testing::Values(TopicKind::Block, TopicKind::Attestation),
                         [](const auto& kind) { return kind.param == TopicKind::Block ? "Block" : "Vote"; });

}  // namespace
}  // namespace touchstone::node::sim
