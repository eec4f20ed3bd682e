#include "cli/nearest_word.h"

#include <gtest/gtest.h>

#include <array>

namespace touchstone::cli {
namespace {

constexpr std::array<std::string_view, 3> kWords{"preset", "genesis_time", "SLOTS_PER_EPOCH"};

TEST(NearestWord, FindsWhatWasMeant) {
    EXPECT_EQ(nearest_word("presett", kWords), "preset");
    EXPECT_EQ(nearest_word("genesistime", kWords), "genesis_time");
    EXPECT_EQ(nearest_word("slots_per_epoch", kWords), "SLOTS_PER_EPOCH");
}

TEST(NearestWord, DoesNotGuessWhatNobodyMeant) {
    EXPECT_EQ(nearest_word("zzzz", kWords), std::nullopt);
    EXPECT_EQ(suggestion("zzzz", kWords), "; known are preset, genesis_time and SLOTS_PER_EPOCH");
}

}  // namespace
}  // namespace touchstone::cli
