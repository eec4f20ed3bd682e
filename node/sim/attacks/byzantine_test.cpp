// A quarter of the stake breaks the rules slot by slot: the others finalize all the same.
#include "node/sim/byzantine.h"

#include <gtest/gtest.h>

#include "node/sim/offence_watch.h"

namespace touchstone::node::sim::attacks {
namespace {

constexpr std::size_t kValidators = 16;
constexpr std::size_t kAdversary = 4;
constexpr std::size_t kEndpoint = 50;
constexpr std::size_t kNobody = 99;

std::shared_ptr<const SimulatedChain> chain() {
    static const auto made = SimulatedChain::make(kValidators);
    return made;
}

class AgainstByzantine : public ::testing::TestWithParam<std::string> {
  protected:
    static SimulationConfig config() {
        SimulationConfig config;
        config.seed = 17;
        config.validators = kValidators;
        for (std::size_t i = 0; i < kValidators; ++i)
            config.owners.push_back(i < kAdversary ? kNobody : i % config.nodes);
        return config;
    }
    static std::set<ValidatorIndex> adversary() {
        std::set<ValidatorIndex> validators;
        for (std::uint64_t i = 0; i < kAdversary; ++i)
            validators.insert(ValidatorIndex(i));
        return validators;
    }
    static bool is_punished() { return GetParam() == "equivocate" || GetParam() == "surround"; }
};

TEST_P(AgainstByzantine, TheOthersFinalizeAndNobodyElseIsSlashed) {
    Simulation simulation(config(), chain(), std::make_shared<VerdictCache>());
    const OffenceWatch watch(simulation);
    simulation.start_all();
    const auto byzantine = make_byzantine(simulation, {GetParam(), adversary(), Slot(1), Slot(1'000), kEndpoint});
    ASSERT_NE(byzantine, nullptr);
    simulation.run_until_epoch(10);
    EXPECT_TRUE(simulation.nodes_agree());
    // With a quarter silent, two votes that come late put justification off by an epoch.
    EXPECT_GE(simulation.least_finalized_epoch(), Epoch(6));
    EXPECT_TRUE(watch.attester_offences().empty());
    EXPECT_TRUE(watch.proposer_offences().empty());
    EXPECT_TRUE(simulation.faults().empty());
    const auto& validators = simulation.node(0).chain().head_state()->consensus().validators;
    for (std::uint64_t i = 0; i < kValidators; ++i)
        EXPECT_EQ(validators[i].slashed, is_punished() && i < kAdversary) << "validator " << i;
}

std::vector<std::string> behaviours() {
    const auto names = byzantine_behaviours();
    return {names.begin(), names.end()};
}

INSTANTIATE_TEST_SUITE_P(ByBehaviour, AgainstByzantine, ::testing::ValuesIn(behaviours()),
                         [](const auto& behaviour) { return behaviour.param; });

TEST(Byzantine, ABehaviourThatThereIsNotIsNone) {
    Simulation simulation({}, chain(), std::make_shared<VerdictCache>());
    EXPECT_EQ(make_byzantine(simulation, {"dance", {}, Slot(1), Slot(2), kEndpoint}), nullptr);
}

}  // namespace
}  // namespace touchstone::node::sim::attacks
