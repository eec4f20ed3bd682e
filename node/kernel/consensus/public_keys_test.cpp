#include "node/kernel/consensus/public_keys.h"

#include <gtest/gtest.h>

#include "crypto/development_keys.h"
#include "node/base/parallel.h"

namespace touchstone::node {
namespace {

PublicKeys::Key key(std::size_t i) { return crypto::bls::public_key(crypto::development_validator_key(i)); }

/// The bytes of the key at each place; nothing where there is none.
std::vector<std::optional<std::array<std::uint8_t, 48>>> contents(const PublicKeys& keys) {
    std::vector<std::optional<std::array<std::uint8_t, 48>>> all;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto* const found = keys.find(i);
        all.push_back(found == nullptr ? std::nullopt : std::optional(found->to_bytes()));
    }
    return all;
}

TEST(PublicKeys, OfTwoBranchesDifferAtTheSameIndex) {
    PublicKeys trunk;
    for (std::size_t i = 0; i < 300; ++i)
        trunk.append(key(i % 7));
    const auto before = contents(trunk);
    PublicKeys left = trunk;
    PublicKeys right = trunk;
    left.append(key(8));
    right.append(key(9));
    right.append(std::nullopt);
    EXPECT_EQ(contents(trunk), before);
    EXPECT_EQ(left.size(), 301U);
    EXPECT_EQ(left.find(300)->to_bytes(), key(8)->to_bytes());
    EXPECT_EQ(left.find(301), nullptr);
    EXPECT_EQ(right.find(300)->to_bytes(), key(9)->to_bytes());
    EXPECT_EQ(right.find(301), nullptr);
    EXPECT_EQ(right.size(), 302U);
    EXPECT_EQ(trunk.find(300), nullptr);
}

TEST(PublicKeys, APrefixHasTheFirstKeysAndGrowsAlone) {
    PublicKeys keys;
    for (std::size_t i = 0; i < 600; ++i)
        keys.append(key(i % 5));
    for (const std::size_t count : {0U, 1U, 255U, 256U, 257U, 512U, 600U, 700U}) {
        PublicKeys prefix = keys.prefix(count);
        auto expected = contents(keys);
        expected.resize(std::min<std::size_t>(count, 600));
        EXPECT_EQ(contents(prefix), expected);
        prefix.append(key(6));
        EXPECT_EQ(prefix.find(expected.size())->to_bytes(), key(6)->to_bytes());
    }
    EXPECT_EQ(keys.size(), 600U);
    EXPECT_EQ(keys.find(256)->to_bytes(), key(1)->to_bytes());
}

TEST(PublicKeys, OfAGrownRegistryAreParsedFromTheKnownOnesOn) {
    ConsensusState state;
    const auto add = [&](std::size_t i) {
        Validator validator;
        validator.pubkey = BlsPublicKey(key(i)->to_bytes());
        state.validators.push_back(validator);
    };
    add(3);
    const PublicKeys one = parse_public_keys(state, {}, serial_for);
    add(4);
    state.validators.push_back({});  // bytes that are no key
    // The known key is taken as it is.
    PublicKeys other;
    other.append(key(5));
    const PublicKeys grown = parse_public_keys(state, other, serial_for);
    ASSERT_EQ(grown.size(), 3U);
    EXPECT_EQ(grown.find(0)->to_bytes(), key(5)->to_bytes());
    EXPECT_EQ(grown.find(1)->to_bytes(), key(4)->to_bytes());
    EXPECT_EQ(grown.find(2), nullptr);
    EXPECT_EQ(one.size(), 1U);
}

}  // namespace
}  // namespace touchstone::node
