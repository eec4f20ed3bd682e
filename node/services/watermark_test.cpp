#include "node/services/watermark.h"

#include <gtest/gtest.h>

#include <map>

namespace touchstone::node {
namespace {

class MemoryProtection final : public SlashingProtection {
  public:
    std::map<BlsPublicKey, Watermark> records;
    bool fails = false;
    int writes = 0;

    std::optional<Watermark> load(const BlsPublicKey& key) override {
        const auto found = records.find(key);
        if (found == records.end()) return std::nullopt;
        return found->second;
    }
    bool raise(std::span<const WatermarkOfKey> rows) override {
        if (fails) return false;
        ++writes;
        for (const WatermarkOfKey& row : rows)
            records[row.public_key] = row.watermark;
        return true;
    }
};

BlsPublicKey key(std::uint8_t number) {
    BlsPublicKey value;
    value.bytes[0] = number;
    return value;
}

/// [DUT-19]
TEST(Watermark, BlockSlotsMustRise) {
    const Watermark fresh;
    const auto first = raised_for_block(fresh, Slot(5));
    ASSERT_TRUE(first);
    EXPECT_FALSE(raised_for_block(*first, Slot(5)));
    EXPECT_FALSE(raised_for_block(*first, Slot(4)));
    EXPECT_TRUE(raised_for_block(*first, Slot(6)));
}

/// [DUT-20]
TEST(Watermark, TargetsMustRiseAndSourcesMustNotFall) {
    const auto voted = raised_for_attestation({}, Epoch(3), Epoch(5));
    ASSERT_TRUE(voted);
    EXPECT_FALSE(raised_for_attestation(*voted, Epoch(3), Epoch(5)));  // double vote
    EXPECT_FALSE(raised_for_attestation(*voted, Epoch(4), Epoch(4)));  // surrounded by the first
    EXPECT_FALSE(raised_for_attestation(*voted, Epoch(2), Epoch(6)));  // surrounds the first
    EXPECT_FALSE(raised_for_attestation(*voted, Epoch(7), Epoch(6)));
    EXPECT_TRUE(raised_for_attestation(*voted, Epoch(3), Epoch(6)));
}

TEST(Watermark, AVoteLeavesTheBlockSlotAlone) {
    const auto proposed = raised_for_block({}, Slot(9));
    const auto voted = raised_for_attestation(*proposed, Epoch(0), Epoch(1));
    EXPECT_EQ(voted->block_slot, Slot(9));
}

/// [DUT-18]
TEST(WatermarkGuard, IsDurableBeforeItGrants) {
    MemoryProtection protection;
    protection.records[key(1)] = {};
    WatermarkGuard guard(protection);
    EXPECT_TRUE(guard.permit_block(key(1), Slot(3)));
    EXPECT_EQ(protection.records[key(1)].block_slot, Slot(3));
    EXPECT_FALSE(guard.permit_block(key(1), Slot(3)));
}

/// [DUT-21]
TEST(WatermarkGuard, RefusesAKeyWithoutRecord) {
    MemoryProtection protection;
    WatermarkGuard guard(protection);
    EXPECT_FALSE(guard.permit_block(key(1), Slot(3)));
    EXPECT_EQ(guard.permit_attestation(std::vector{key(1)}, Epoch(0), Epoch(1)), std::vector{false});
    EXPECT_TRUE(protection.records.empty());
}

TEST(WatermarkGuard, RefusesWhenTheRecordCannotBeWritten) {
    MemoryProtection protection;
    protection.records[key(1)] = {};
    protection.fails = true;
    WatermarkGuard guard(protection);
    EXPECT_FALSE(guard.permit_block(key(1), Slot(3)));
    EXPECT_EQ(guard.permit_attestation(std::vector{key(1)}, Epoch(0), Epoch(1)), std::vector{false});
}

TEST(WatermarkGuard, AsksOnceForAllKeysOfASlot) {
    MemoryProtection protection;
    protection.records[key(1)] = {};
    protection.records[key(2)] = {.block_slot = {}, .source = Epoch(0), .target = Epoch(4)};
    protection.records[key(3)] = {};
    WatermarkGuard guard(protection);
    const std::vector keys{key(1), key(2), key(3), key(1)};
    EXPECT_EQ(guard.permit_attestation(keys, Epoch(0), Epoch(4)), (std::vector{true, false, true, false}));
    EXPECT_EQ(protection.writes, 1);
}

}  // namespace
}  // namespace touchstone::node
