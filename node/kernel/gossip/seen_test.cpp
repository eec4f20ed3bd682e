#include "node/kernel/gossip/seen.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace touchstone::node {
namespace {

/// [NET-54]
TEST(SeenMessages, AreBoundedAndForgetWhatIsFinal) {
    SeenMessages seen(4);
    for (std::uint64_t slot = 0; slot < 9; ++slot)
        seen.add_block(Slot(slot), ValidatorIndex(0));
    EXPECT_FALSE(seen.block(Slot(0), ValidatorIndex(0)));
    EXPECT_TRUE(seen.block(Slot(8), ValidatorIndex(0)));
    seen.prune(Epoch(2), MINIMAL);
    EXPECT_FALSE(seen.block(Slot(8), ValidatorIndex(0)));
}

Bits bits_of(std::size_t size, std::initializer_list<std::size_t> set) {
    Bits bits(size);
    for (const std::size_t each : set)
        bits.set(each);
    return bits;
}

/// Whatever many validators send, what has just come is known, and no set is larger than it may be. [NET-54]
TEST(SeenMessages, KeepWhatIsNewUnderAFlood) {
    constexpr std::size_t kCapacity = 100;
    SeenMessages seen(kCapacity);
    const Epoch now(1000);
    for (std::uint64_t i = 0; i < 20 * kCapacity; ++i) {
        const ValidatorIndex validator(i);
        const Epoch old(i % 1000);
        Root root;
        root.bytes[0] = static_cast<std::uint8_t>(i);
        root.bytes[1] = static_cast<std::uint8_t>(i >> 8U);
        seen.add_attestation(old, validator);
        seen.add_aggregator(old, validator);
        seen.add_aggregate(old, root, bits_of(8, {i % 8}));
        seen.add_block(Slot(i), validator);
        seen.add_voluntary_exit(validator);
        seen.add_invalid_block(root);
        EXPECT_TRUE(seen.block(Slot(i), validator));
        EXPECT_TRUE(seen.voluntary_exit(validator));
        EXPECT_TRUE(seen.invalid_block(root));
    }
    seen.add_attestation(now, ValidatorIndex(7));
    seen.add_aggregator(now, ValidatorIndex(7));
    seen.add_aggregate(now, Root{}, bits_of(8, {1, 2}));
    EXPECT_TRUE(seen.attestation(now, ValidatorIndex(7)));
    EXPECT_TRUE(seen.aggregator(now, ValidatorIndex(7)));
    EXPECT_TRUE(seen.covers(now, Root{}, bits_of(8, {2})));
    const SeenMessages::Sizes sizes = seen.sizes();
    for (const std::size_t size :
         {sizes.blocks, sizes.attestations, sizes.aggregators, sizes.aggregates, sizes.exits, sizes.invalid_blocks}) {
        EXPECT_EQ(size, kCapacity);
    }
}

/// [NET-54]
TEST(SeenMessages, LoseTheExitThatCameFirst) {
    SeenMessages seen(3);
    for (const std::uint64_t validator : {9, 1, 5, 1, 3})
        seen.add_voluntary_exit(ValidatorIndex(validator));
    EXPECT_FALSE(seen.voluntary_exit(ValidatorIndex(9)));
    for (const std::uint64_t validator : {1, 5, 3})
        EXPECT_TRUE(seen.voluntary_exit(ValidatorIndex(validator))) << validator;
}

/// Many aggregates of one vote count as many. [NET-39] [NET-54]
TEST(SeenMessages, CountEveryAggregate) {
    SeenMessages seen(4);
    seen.add_aggregate(Epoch(1), Root{}, bits_of(8, {0}));
    for (std::size_t i = 1; i < 6; ++i)
        seen.add_aggregate(Epoch(2), Root{}, bits_of(8, {i}));
    EXPECT_FALSE(seen.covers(Epoch(1), Root{}, bits_of(8, {0})));
    EXPECT_TRUE(seen.covers(Epoch(2), Root{}, bits_of(8, {5})));
    EXPECT_EQ(seen.sizes().aggregates, 5U) << "of one vote no more than there are aggregators";
    seen.add_aggregate(Epoch(2), Root{}, bits_of(8, {1, 2, 3, 4, 5}));
    EXPECT_EQ(seen.sizes().aggregates, 1U) << "it stands for all of them";
    seen.prune(Epoch(3), MINIMAL);
    EXPECT_EQ(seen.sizes().aggregates, 0U);
}

/// [NET-54]
TEST(SeenMessages, KeepTheNewestOffencesWhenTheyAreFull) {
    SeenMessages seen(4);
    for (std::uint64_t validator = 0; validator < 6; ++validator)
        seen.add_attester_slashing(ValidatorIndex(validator), Epoch(20 - validator));
    const auto known = [&](std::uint64_t validator) {
        return seen.attester_slashing(ValidatorIndex(validator), kFarFutureEpoch);
    };
    EXPECT_TRUE(known(0) && known(1) && known(2) && known(5));
    EXPECT_FALSE(known(3) || known(4)) << "the oldest, but for the one that has just come";
    // Who is known needs no room of his own.
    seen.add_attester_slashing(ValidatorIndex(0), Epoch(2));
    EXPECT_TRUE(known(0) && known(1) && known(2) && known(5));
    seen.add_attester_slashing(ValidatorIndex(7), Epoch(30));
    EXPECT_FALSE(known(0)) << "now the oldest";
    EXPECT_TRUE(known(1) && known(2) && known(5) && known(7));
}

/// [NET-54]
TEST(SeenMessages, ForgetOffencesThatAreTooOldToBeGossiped) {
    SeenMessages seen;
    const ValidatorIndex validator(1);
    seen.add_proposer_slashing(validator, Epoch(5));
    seen.add_attester_slashing(validator, Epoch(5));
    seen.prune(Epoch(5 + MINIMAL.MAX_EVIDENCE_AGE), MINIMAL);
    EXPECT_TRUE(seen.proposer_slashing(validator, Epoch(5)));
    EXPECT_TRUE(seen.attester_slashing(validator, Epoch(5)));
    seen.prune(Epoch(6 + MINIMAL.MAX_EVIDENCE_AGE), MINIMAL);
    EXPECT_FALSE(seen.proposer_slashing(validator, Epoch(5)));
    EXPECT_FALSE(seen.attester_slashing(validator, Epoch(5)));
}

}  // namespace
}  // namespace touchstone::node
