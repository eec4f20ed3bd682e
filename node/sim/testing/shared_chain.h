// A chain that the tests of a suite share, for its making verifies every proof of possession.
#pragma once

#include <gtest/gtest.h>

#include "node/sim/simulation.h"

namespace touchstone::node::sim {

/// Of 16 validators.
class SharedChainTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        chain_ = SimulatedChain::make(16);
        verdicts_ = std::make_shared<VerdictCache>();
    }
    static void TearDownTestSuite() {
        chain_.reset();
        verdicts_.reset();
    }

    static inline std::shared_ptr<const SimulatedChain> chain_;
    static inline std::shared_ptr<VerdictCache> verdicts_;
};

}  // namespace touchstone::node::sim
