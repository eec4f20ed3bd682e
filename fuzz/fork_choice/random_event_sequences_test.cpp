// Random event sequences: the node's fork choice answers as the reference's does.
#include <gtest/gtest.h>

#include <cstdlib>

#include "fuzz/agreement.h"
#include "fuzz/fork_choice/events.h"
#include "fuzz/random.h"

namespace touchstone::fuzz {
namespace {

/// TOUCHSTONE_SEQUENCES says how many sequences are wanted, TOUCHSTONE_FIRST_SEQUENCE where to begin.
std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

ByteVector sequence(std::uint64_t seed) {
    Random random(seed);
    return random.bytes(100 + random.below(500));
}

TEST(random_event_sequences, BothForkChoicesAnswerAlike) {
    const std::uint64_t first = number_from("TOUCHSTONE_FIRST_SEQUENCE", 0);
    const std::uint64_t wanted = number_from("TOUCHSTONE_SEQUENCES", 200);
    DuelFigures sum;
    std::uint64_t finalizing = 0;
    std::uint64_t findings = 0;
    for (std::uint64_t seed = first; seed < first + wanted && findings < 5; ++seed) {
        try {
            const DuelFigures figures = play_events(sequence(seed));
            sum.events += figures.events;
            sum.accepted += figures.accepted;
            sum.heads += figures.heads;
            finalizing += figures.finalized_epoch > 0 ? 1 : 0;
        } catch (const std::exception& finding) {
            ++findings;
            ADD_FAILURE() << "sequence " << seed << ": " << finding.what();
        }
    }
    std::cout << wanted << " sequences, " << sum.events << " events, " << sum.accepted << " accepted, " << sum.heads
              << " changes of head, " << finalizing << " sequences finalize\n";
    // A run that tests nothing fails too.
    if (findings == 0 && wanted >= 100) {
        EXPECT_GT(sum.accepted, sum.events / 4);
        EXPECT_GT(sum.heads, wanted * 4);
        EXPECT_GT(finalizing, wanted / 20);
    }
}

TEST(random_event_sequences, ASequenceIsTheSameEveryTime) {
    const DuelFigures once = play_events(sequence(7));
    const DuelFigures again = play_events(sequence(7));
    EXPECT_EQ(once.events, again.events);
    EXPECT_EQ(once.accepted, again.accepted);
    EXPECT_EQ(once.heads, again.heads);
}

}  // namespace
}  // namespace touchstone::fuzz
