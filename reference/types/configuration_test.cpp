#include "reference/types/configuration.h"

#include <gtest/gtest.h>

#include <functional>

namespace touchstone::reference {
namespace {

TEST(Configuration, BothPresetsFulfilTheAssumptions) {
    EXPECT_TRUE(check_assumptions(MAINNET));
    EXPECT_TRUE(check_assumptions(MINIMAL));
    EXPECT_NE(config_root(MAINNET), config_root(MINIMAL));
}

TEST(Configuration, EachBrokenAssumptionIsNamed) {
    const std::map<std::string, std::function<void(Parameters&)>> broken{
        {"POSITIVE_PARAMETERS", [](Parameters& config) { config.MAX_FORKS = 0; }},
        {"NONEMPTY_COMMITTEES", [](Parameters& config) { config.MIN_ACTIVE_VALIDATORS = 7; }},
        {"SEED_IN_HISTORY", [](Parameters& config) { config.MIN_SEED_LOOKAHEAD = 2; }},
        {"ROOTS_COVER_EPOCHS", [](Parameters& config) { config.SLOTS_PER_HISTORICAL_ROOT = 65; }},
        {"SLASHINGS_WINDOW", [](Parameters& config) { config.EPOCHS_PER_SLASHINGS_VECTOR = 63; }},
        {"EVIDENCE_COVERS_WEAK_SUBJECTIVITY", [](Parameters& config) { config.MAX_EVIDENCE_AGE = 1; }},
        {"MESSAGES_FIT", [](Parameters& config) { config.GOSSIP_MAX_SIZE = config.MAX_BLOCK_BYTES - 1; }},
        {"STAKE_IN_INCREMENTS", [](Parameters& config) { config.MIN_CHURN += 1; }},
        {"SUPPLY_BOUND", [](Parameters& config) { config.MAX_SUPPLY += 1; }},
        {"BASIS_POINTS_IN_SLOT", [](Parameters& config) { config.AGGREGATE_DUE_BPS = 10'001; }},
        {"SHUFFLE_ROUNDS", [](Parameters& config) { config.SHUFFLE_ROUND_COUNT = 256; }},
        {"COMMITTEES_WITHIN_LIMIT", [](Parameters& config) { config.MAX_COMMITTEES_PER_SLOT = 65; }},
        {"BOUNDED_TIME", [](Parameters& config) { config.SLOT_DURATION_MS = (1 << 20) + 1; }},
        {"GAS_WITHIN_LIMITS", [](Parameters& config) { config.BLOCK_GAS_LIMIT = 1; }},
        {"BOUNDED_LIMITS", [](Parameters& config) { config.MAX_REQUEST_BLOCKS = 1025; }},
    };
    for (const auto& [name, breaks] : broken) {
        Parameters config = MINIMAL;
        breaks(config);
        const auto checked = check_assumptions(config);
        ASSERT_FALSE(checked) << name;
        EXPECT_EQ(checked.failure().clause, Clause::TYP_06);
        EXPECT_EQ(checked.failure().reason, name);
    }
}

TEST(Configuration, ACustomOneReplacesOnlyWhatExistsWithUint64s) {
    EXPECT_EQ(custom_configuration(MINIMAL, {{"MAX_FORKS", "65"}}).value().MAX_FORKS, 65U);
    using Replaced = std::map<std::string, std::string>;
    for (const Replaced& replaced :
         {Replaced{{"MAX_FORK", "65"}}, Replaced{{"MAX_FORKS", "18446744073709551616"}}, Replaced{{"MAX_FORKS", "-1"}},
          Replaced{{"MAX_FORKS", "6 5"}}, Replaced{{"MAX_FORKS", ""}}}) {
        const auto config = custom_configuration(MINIMAL, replaced);
        ASSERT_FALSE(config);
        EXPECT_EQ(config.failure().clause, Clause::GEN_02);
    }
}

TEST(Arithmetic, SquareRootsAreFloored) {
    for (std::uint64_t n :
         {0ULL, 1ULL, 2ULL, 3ULL, 4ULL, 8ULL, 9ULL, 0xfffffffe00000000ULL, 0xfffffffe00000001ULL, ~0ULL}) {
        const Wide root = integer_squareroot(n);
        EXPECT_TRUE(root * root <= n && (root + 1) * (root + 1) > n) << n;
    }
}

TEST(Arithmetic, WhatDoesNotFitIsRejected) {
    const Amount most{UINT64_MAX};
    EXPECT_TRUE(store<Amount>(most + 0U));
    EXPECT_EQ(store<Amount>(most + 1U).failure().clause, Clause::TYP_01);
    EXPECT_EQ(store<Amount>(Amount{1} - Amount{2}).failure().clause, Clause::TYP_01);
    EXPECT_EQ(store<Amount>(most * most).failure().clause, Clause::TYP_01);
    EXPECT_EQ(saturating_sub(Amount{1}, Amount{2}), Amount{0});
}

}  // namespace
}  // namespace touchstone::reference
