#include "node/adapters/metrics/measured_verifier.h"

#include <gtest/gtest.h>

#include <numeric>

namespace touchstone::node::adapters {
namespace {

/// Answers when it is told to.
class HeldVerifier final : public Verifier {
  public:
    void verify(SignatureSets sets, VerifyPriority, VerifyCompletion completion) override {
        sizes.push_back(sets.size());
        completions.push_back(std::move(completion));
    }
    std::vector<std::size_t> sizes;
    std::vector<VerifyCompletion> completions;
};

TEST(MeasuredVerifier, CountsByPriorityWhatThePoolAnswers) {
    HeldVerifier pool;
    std::vector<bool> answer;
    const auto keep = [&](const std::vector<bool>& valid) { answer = valid; };
    {
        MeasuredVerifier verifier(pool);
        verifier.verify(SignatureSets(3), VerifyPriority::Block, keep);
        verifier.verify(SignatureSets(2), VerifyPriority::Transaction, keep);
        EXPECT_EQ(pool.sizes, (std::vector<std::size_t>{3, 2}));
        EXPECT_EQ(verifier.figures(VerifyPriority::Block).under_way, 3U);
        EXPECT_EQ(verifier.figures(VerifyPriority::Transaction).under_way, 2U);
        EXPECT_EQ(verifier.figures(VerifyPriority::Aggregate).under_way, 0U);

        pool.completions[0]({true, false, true});
        EXPECT_EQ(answer, (std::vector<bool>{true, false, true}));
        const SignatureFigures blocks = verifier.figures(VerifyPriority::Block);
        EXPECT_EQ(blocks.valid, 2U);
        EXPECT_EQ(blocks.invalid, 1U);
        EXPECT_EQ(blocks.under_way, 0U);
        EXPECT_EQ(std::accumulate(blocks.batches.counts.begin(), blocks.batches.counts.end(), std::uint64_t{0}), 1U);
        EXPECT_EQ(verifier.figures(VerifyPriority::Transaction).valid, 0U);
    }
    pool.completions[1]({true, true});  // later than the one who asked
    EXPECT_EQ(answer, (std::vector<bool>{true, true}));
}

}  // namespace
}  // namespace touchstone::node::adapters
