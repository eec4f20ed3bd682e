#include "node/adapters/runtime/parallel_loops.h"

#include <gtest/gtest.h>

#include <vector>

namespace touchstone::node::adapters {
namespace {

TEST(ParallelLoops, VisitEveryElementOnce) {
    for (const std::size_t threads : {0U, 1U, 3U}) {
        ParallelLoops loops(threads);
        for (std::size_t count = 0; count < 200; ++count) {
            std::vector<int> visits(count);
            loops.run(count, [&](std::size_t begin, std::size_t end) {
                for (std::size_t i = begin; i < end; ++i)
                    ++visits[i];
            });
            EXPECT_EQ(visits, std::vector<int>(count, 1));
        }
    }
}

}  // namespace
}  // namespace touchstone::node::adapters
