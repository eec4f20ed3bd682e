// That histories get somewhere: every operation succeeds, and everything that can befall stake does.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "fuzz/agreement.h"
#include "fuzz/history/moves.h"
#include "fuzz/history/script.h"
#include "fuzz/mutate.h"
#include "fuzz/targets.h"

namespace touchstone::fuzz {
namespace {

/// TOUCHSTONE_HISTORIES says how many histories are made from the seeds.
std::uint64_t histories_wanted() {
    const char* const wanted = std::getenv("TOUCHSTONE_HISTORIES");
    return wanted == nullptr ? 40 : std::strtoull(wanted, nullptr, 10);
}

void add(Happenings& sum, const Happenings& more) {
    for (const auto& [name, times] : more)
        sum[name] += times;
}

void show(const char* what, const std::map<std::string, std::uint64_t>& counts) {
    std::cout << what << ":";
    for (const auto& [name, times] : counts)
        std::cout << " " << (name.empty() ? "accepted" : name) << " " << times << ",";
    std::cout << "\n";
}

TEST(histories, SeedsReachEverythingThatCanBefallStake) {
    Happenings sum;
    for (const ByteVector& script : scripted_histories())
        add(sum, play_history(script));
    show("happenings", sum);
    for (const char* const name : {"transfer",
                                   "registration",
                                   "edit",
                                   "exit of an operator",
                                   "delegation",
                                   "undelegation",
                                   "withdrawal",
                                   "claim",
                                   "block",
                                   "block on a branch",
                                   "block refused",
                                   "justification",
                                   "finality",
                                   "bond done",
                                   "bond done in part",
                                   "refund",
                                   "eligibility",
                                   "activation",
                                   "activation dropped",
                                   "displacement",
                                   "ejection",
                                   "exit",
                                   "exit moved to the tail",
                                   "unbond done",
                                   "unbond done in part",
                                   "unbond of one who leaves",
                                   "cohort made",
                                   "cohort slashed",
                                   "cohort penalized",
                                   "cohort emptied",
                                   "pool emptied",
                                   "slashing",
                                   "slashed again",
                                   "inactivity"})
        EXPECT_GT(sum[name], 0U) << name;
}

TEST(histories, MadeFromTheSeedsTheyGoOnFromBlockToBlock) {
    const std::vector<ByteVector> seeds = chain_seeds();
    Random random(2);
    Happenings sum;
    std::uint64_t findings = 0;
    for (std::uint64_t i = 0; i < histories_wanted() && findings < 5; ++i) {
        const ByteVector input = mutate(seeds, random);
        try {
            add(sum, play_history(input));
        } catch (const std::exception& finding) {
            ++findings;
            ADD_FAILURE() << "history " << i << ", " << to_hex(input) << "\n" << finding.what();
        }
    }
    show("happenings", sum);
    show("verdicts", agreed_verdicts());
    if (histories_wanted() < 40) return;
    EXPECT_GT(sum["block"], sum["block refused"]);
    EXPECT_GT(sum["finality"], histories_wanted());
    EXPECT_GT(sum["block on a branch"], 0U);
}

TEST(histories, AHistoryIsTheSameEveryTime) {
    const ByteVector script = scripted_histories().front();
    EXPECT_EQ(play_history(script), play_history(script));
}

}  // namespace
}  // namespace touchstone::fuzz
