// Long range: validators whose stake has left make up another chain from their old keys, from genesis to the present.
//
// Buterin, Proof of Stake: How I Learned to Love Weak Subjectivity, 2014; Deirmentzoglou, Papakyriakopoulos, Patsakis:
// A Survey on Long-Range Attacks for Proof of Stake Protocols, IEEE Access 2019. Model: MC_Attack_LongRange.
#include <gtest/gtest.h>

#include "node/kernel/consensus/weak_subjectivity.h"
#include "node/kernel/duties/schedule.h"
#include "node/sim/adversary.h"
#include "node/sim/offence_watch.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim::attacks {
namespace {

constexpr std::size_t kValidators = 24;
constexpr std::size_t kLeaving = 16;  // two thirds
constexpr std::size_t kBriefly = 2;   // away for an epoch
constexpr std::size_t kLong = 3;      // away for longer than the period
constexpr std::size_t kFresh = 4;
constexpr std::size_t kEndpoint = 50;
constexpr std::uint64_t kPeriod = 4;    // epochs
constexpr std::uint64_t kPresent = 13;  // the epoch of the attack

std::shared_ptr<const SimulatedChain> chain() {
    static const auto made = [] {
        SimulatedGenesis choices{.validators = kValidators};
        choices.parameters.UNBONDING_EPOCHS = kPeriod;
        choices.parameters.SHARD_COMMITTEE_PERIOD = 0;
        return SimulatedChain::make(choices);
    }();
    return made;
}

class LongRange : public ::testing::Test {
  protected:
    static SimulationConfig config_of(bool ordered) {
        SimulationConfig config;
        config.nodes = 2;
        config.observers = 3;
        config.greatest_skew_ms = 0;
        config.network.loss_ppm = 0;
        config.go_on_outside_weak_subjectivity = ordered;
        return config;
    }
    static std::shared_ptr<VerdictCache> verdicts() {
        static const auto cache = std::make_shared<VerdictCache>();
        return cache;
    }
    static std::set<ValidatorIndex> leaving() {
        std::set<ValidatorIndex> validators;
        for (std::uint64_t i = 0; i < kLeaving; ++i)
            validators.insert(ValidatorIndex(i));
        return validators;
    }

    void begin(bool ordered) {
        simulation_.emplace(config_of(ordered), chain(), verdicts());
        watch_.emplace(*simulation_);
    }
    const Chain& chain_of(std::size_t node) { return simulation_->node(node).chain(); }

    void submit_exits() {
        const State& state = *chain_of(0).head_state();
        for (const ValidatorIndex validator : leaving()) {
            SignedVoluntaryExit exit{.message = {.epoch = Epoch(0), .validator_index = validator}, .signature = {}};
            const Root root = voluntary_exit_signing_root(chain()->environment, state, exit.message);
            exit.signature = BlsSignature(crypto::bls::sign(chain()->keys[validator.value()], root.view()).to_bytes());
            simulation_->node(0).submit(exit);
        }
    }
    /// The chain that all follow, up to the present: two thirds of the stake leave in peace.
    void live() {
        simulation_->start(0);
        simulation_->start(1);
        simulation_->start(kBriefly);
        simulation_->start(kLong);
        simulation_->run_until_epoch(1);
        submit_exits();
        simulation_->run_until_epoch(4);
        simulation_->stop(kLong);
        simulation_->run_until_epoch(kPresent - 1);
        simulation_->stop(kBriefly);
        simulation_->run_until_epoch(kPresent);
        const auto& validators = chain_of(0).head_state()->consensus().validators;
        for (const ValidatorIndex validator : leaving()) {
            EXPECT_LE(withdrawable_epoch(validators[validator.value()], simulation_->parameters()), Epoch(kPresent))
                << "what can still be slashed is no long range";
        }
    }
    /// The chain of those who left: theirs are the keys of two thirds of genesis, and nobody can take anything from
    /// them for it.
    void make_up() {
        adversary_.emplace(*simulation_, kEndpoint, leaving());
        Root head = adversary_->genesis_root();
        std::vector<Attestation> votes;
        const Slot end = start_slot_of(Epoch(kPresent), simulation_->parameters());
        for (Slot slot(GENESIS_SLOT + 1); slot < end; slot = slot + 1) {
            const auto proposer = adversary_->proposer_of(head, slot);
            if (proposer && adversary_->owns(*proposer)) {
                head = adversary_->make_block(head, slot, votes);
                votes.clear();
            }
            for (const Adversary::Vote& vote : adversary_->make_votes(head, slot))
                votes.push_back(vote.attestation);
        }
        false_head_ = head;
        false_finalized_ = adversary_->state_of(head)->consensus().finalized_checkpoint;
        // Its votes are two thirds and no more, so that each epoch is justified only when the next is over.
        EXPECT_GE(false_finalized_.epoch, Epoch(kPresent - 5)) << "it finalizes as a chain does";
        adversary_->claim(head, false_finalized_);
    }
    bool follows_the_false_chain(std::size_t node) {
        const ForkChoice& store = chain_of(node).fork_choice();
        return store.finalized().epoch > Epoch(0) && adversary_->made(store.finalized().root);
    }

    std::optional<Simulation> simulation_;
    std::optional<OffenceWatch> watch_;
    std::optional<Adversary> adversary_;
    Root false_head_;
    Checkpoint false_finalized_;
};

/// [FC-16] [FC-18] [FC-19] [NET-65] [WS-01] [WS-06]
TEST_F(LongRange, FailsWithinTheWeakSubjectivityPeriod) {
    begin(false);
    live();
    ASSERT_EQ(compute_weak_subjectivity_period(chain()->environment, *chain()->genesis_state), kPeriod);
    make_up();
    // Who cannot tell says so and does not begin.
    simulation_->start(kLong);
    simulation_->start(kFresh);
    EXPECT_FALSE(simulation_->is_up(kLong)) << "the attack works";
    EXPECT_FALSE(simulation_->is_up(kFresh)) << "the attack works";
    ASSERT_EQ(simulation_->faults().size(), 2U);
    for (const std::string& fault : simulation_->faults())
        EXPECT_NE(fault.find("weak-subjectivity period"), std::string::npos) << fault;
    // Who can is not fooled, whatever is shown.
    simulation_->start(kBriefly);
    for (Root root = false_head_; adversary_->made(root); root = adversary_->block(root).message.parent_root)
        adversary_->show_block(root, adversary_->everybody());
    simulation_->run_until_epoch(kPresent + 2);
    EXPECT_TRUE(simulation_->nodes_agree());
    EXPECT_GE(simulation_->least_finalized_epoch(), Epoch(kPresent));
    for (const std::size_t node : {std::size_t{0}, std::size_t{1}, kBriefly}) {
        EXPECT_FALSE(follows_the_false_chain(node)) << "the attack works on node " << node;
        EXPECT_FALSE(chain_of(node).contains(false_head_)) << "node " << node;
    }
    EXPECT_TRUE(watch_->attester_offences().empty());
    EXPECT_TRUE(watch_->proposer_offences().empty());
    EXPECT_FALSE(simulation_->anybody_slashed());
}

/// What stops it is the period alone: by its operator's order the same node begins, believes whom it hears first, and
/// then refuses the chain that all others follow. [WS-05]
TEST_F(LongRange, WorksOnWhoIsOrderedToGoOn) {
    begin(true);
    live();
    make_up();
    simulation_->network().partition({1, 1, 1, 1, 0});
    simulation_->start(kFresh);
    ASSERT_TRUE(simulation_->is_up(kFresh));
    simulation_->run_until_epoch(kPresent + 1);
    EXPECT_TRUE(follows_the_false_chain(kFresh));
    EXPECT_GE(chain_of(kFresh).fork_choice().finalized().epoch, Epoch(kPresent - 5));
    simulation_->network().heal();
    simulation_->run_until_epoch(kPresent + 3);
    EXPECT_TRUE(follows_the_false_chain(kFresh)) << "there is no way back";
    EXPECT_FALSE(follows_the_false_chain(0));
}

}  // namespace
}  // namespace touchstone::node::sim::attacks
