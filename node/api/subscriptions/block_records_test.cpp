#include "node/api/subscriptions/block_records.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace touchstone::node::api {
namespace {

Address address(std::uint8_t number) {
    Address made;
    made.bytes[0] = number;
    return made;
}

Root id(std::uint64_t number) {
    Root made;
    made.bytes[0] = static_cast<std::uint8_t>(number);
    made.bytes[1] = static_cast<std::uint8_t>(number >> 8U);
    return made;
}

TransactionRecord record(std::uint64_t number, std::uint8_t sender, std::optional<std::uint8_t> recipient) {
    TransactionRecord made{.id = id(number), .sender = address(sender), .recipient = {}, .json = {}};
    if (recipient) made.recipient = address(*recipient);
    return made;
}

using Places = std::vector<std::size_t>;

TEST(BlockTransactions, WithoutAFilterAllAreWanted) {
    const BlockTransactions block({record(0, 1, 2), record(1, 2, 1), record(2, 3, {})});
    EXPECT_EQ(block.wanted({}, 0, 10), (Places{0, 1, 2}));
    EXPECT_EQ(block.wanted({}, 1, 10), (Places{1, 2}));
    EXPECT_EQ(block.wanted({}, 0, 2), (Places{0, 1}));
    EXPECT_EQ(block.wanted({}, 3, 10), Places());
}

TEST(BlockTransactions, WhatFitsTwiceIsWantedOnce) {
    const BlockTransactions block({record(0, 1, 2), record(1, 2, 1), record(2, 3, {}), record(3, 1, 1)});
    const TransactionFilter filter{.accounts = {address(1), address(2)}, .ids = {id(3), id(9)}};
    EXPECT_EQ(block.wanted(filter, 0, 10), (Places{0, 1, 3}));
    EXPECT_EQ(block.wanted(filter, 1, 1), (Places{1}));
    EXPECT_EQ(block.wanted({.accounts = {address(3)}, .ids = {}}, 0, 10), (Places{2}));
}

/// As if each was asked.
RC_GTEST_PROP(BlockTransactions, FindsWhatEachRecordSaysOfItself, ()) {
    std::vector<TransactionRecord> records;
    const auto count = *rc::gen::inRange<std::size_t>(0, 40);
    for (std::size_t i = 0; i < count; ++i) {
        std::optional<std::uint8_t> recipient;
        if (*rc::gen::arbitrary<bool>()) recipient = *rc::gen::inRange<std::uint8_t>(0, 5);
        records.push_back(record(i, *rc::gen::inRange<std::uint8_t>(0, 5), recipient));
    }
    TransactionFilter filter;
    if (*rc::gen::arbitrary<bool>()) filter.accounts.insert(address(*rc::gen::inRange<std::uint8_t>(0, 6)));
    if (*rc::gen::arbitrary<bool>()) filter.ids.insert(id(*rc::gen::inRange<std::uint64_t>(0, 50)));
    const auto first = *rc::gen::inRange<std::uint64_t>(0, 10);
    Places expected;
    for (std::size_t i = static_cast<std::size_t>(first); i < records.size(); ++i) {
        if (records[i].is_wanted(filter)) expected.push_back(i);
    }
    RC_ASSERT(BlockTransactions(records).wanted(filter, first, records.size()) == expected);
}

}  // namespace
}  // namespace touchstone::node::api
