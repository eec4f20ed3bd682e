#include "node/services/epoch_performance.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace touchstone::node {
namespace {

TEST(PerformanceRecord, BytesThatAreNoneAreRefused) {
    EpochPerformance record{.epoch = Epoch(3), .root = {}, .complete = true, .validators = {}};
    record.validators.resize(3);
    ByteVector bytes = encode_performance(record);
    EXPECT_TRUE(decode_performance(Epoch(3), bytes));
    bytes.pop_back();
    EXPECT_FALSE(decode_performance(Epoch(3), bytes));
    EXPECT_FALSE(decode_performance(Epoch(3), {}));
}

RC_GTEST_PROP(PerformanceRecord, IsReadAsItIsWritten, ()) {
    EpochPerformance record{.epoch = Epoch(7), .root = {}, .complete = *rc::gen::arbitrary<bool>(), .validators = {}};
    record.root.bytes[5] = *rc::gen::arbitrary<std::uint8_t>();
    record.validators.resize(*rc::gen::inRange<std::size_t>(0, 50));
    for (ValidatorPerformance& each : record.validators) {
        each.active = *rc::gen::arbitrary<bool>();
        each.source = *rc::gen::arbitrary<bool>();
        each.target = *rc::gen::arbitrary<bool>();
        each.head = *rc::gen::arbitrary<bool>();
        each.proposals_made = *rc::gen::arbitrary<std::uint8_t>();
        each.proposals_missed = *rc::gen::arbitrary<std::uint8_t>();
        if (*rc::gen::arbitrary<bool>()) each.inclusion_distance = *rc::gen::inRange<std::uint8_t>(1, 255);
        each.source_delta = *rc::gen::arbitrary<std::int64_t>();
        each.target_delta = *rc::gen::arbitrary<std::int64_t>();
        each.head_delta = *rc::gen::arbitrary<std::int64_t>();
        each.inactivity_delta = *rc::gen::arbitrary<std::int64_t>();
    }
    RC_ASSERT(decode_performance(Epoch(7), encode_performance(record)) == std::optional(record));
}

}  // namespace
}  // namespace touchstone::node
