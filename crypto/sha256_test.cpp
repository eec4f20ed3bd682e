#include "crypto/sha256.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "crypto/hexadecimal_test.h"

namespace touchstone::crypto {
namespace {

struct NistExample {
    std::string message;
    std::string digest;
};

// The examples of FIPS 180-2 and NIST's "Examples with Intermediate Values".
std::vector<NistExample> nist_examples() {
    return {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
         "nopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
        {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
}

TEST(Sha256, BothLibrariesAndTheStreamGiveTheDigestsOfNist) {
    for (const NistExample& example : nist_examples()) {
        EXPECT_EQ(to_hex(sha256(octets(example.message))), example.digest);
        EXPECT_EQ(to_hex(sha256_botan(octets(example.message))), example.digest);
        EXPECT_EQ(to_hex(Sha256().update(octets(example.message)).finish()), example.digest);
    }
}

TEST(Sha256, BothLibrariesAgreeAtEveryLengthAroundTheBlockBoundaries) {
    std::vector<std::uint8_t> message;
    for (std::size_t length = 0; length <= 300; ++length) {
        ASSERT_EQ(sha256(message), sha256_botan(message)) << "length " << length;
        message.push_back(static_cast<std::uint8_t>(length * 31 + 7));
    }
}

RC_GTEST_PROP(Sha256, HowAMessageIsCutIntoPiecesDoesNotMatter, (const std::vector<std::vector<std::uint8_t>>& pieces)) {
    Sha256 stream;
    std::vector<std::uint8_t> whole;
    for (const auto& piece : pieces) {
        stream.update(piece);
        whole.insert(whole.end(), piece.begin(), piece.end());
    }
    RC_ASSERT(stream.finish() == sha256(whole));
}

TEST(Sha256, AStreamIsReadyForTheNextMessageAfterFinish) {
    Sha256 stream;
    (void)stream.update(octets("something else")).finish();
    EXPECT_EQ(stream.update(octets("abc")).finish(), sha256(octets("abc")));
}

RC_GTEST_PROP(Sha256, APairIsTheHashOfItsConcatenation, (const std::array<std::uint8_t, 64>& block)) {
    Digest left;
    Digest right;
    std::copy_n(block.begin(), 32, left.begin());
    std::copy_n(block.begin() + 32, 32, right.begin());
    RC_ASSERT(sha256_pair(left, right) == sha256(block));
    RC_ASSERT(sha256_pair_botan(left, right) == sha256(block));
}

RC_GTEST_PROP(Sha256, ABatchOfPairsIsEachPairHashedAlone, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(0, 40);
    auto blocks = *rc::gen::container<std::vector<std::uint8_t>>(count * 64, rc::gen::arbitrary<std::uint8_t>());
    std::vector<std::uint8_t> digests(count * 32);
    sha256_pairs(blocks, digests.data());
    for (std::size_t i = 0; i < count; ++i) {
        const Digest expected = sha256(std::span(blocks).subspan(i * 64, 64));
        RC_ASSERT(std::equal(expected.begin(), expected.end(), digests.begin() + static_cast<std::ptrdiff_t>(i * 32)));
    }
    sha256_pairs(blocks, blocks.data());  // in place
    RC_ASSERT(std::equal(digests.begin(), digests.end(), blocks.begin()));
}

TEST(Sha256DeathTest, ABatchThatIsNotWholeBlocksEndsTheProcess) {
    const std::vector<std::uint8_t> blocks(65);
    std::array<std::uint8_t, 64> out;
    EXPECT_DEATH(sha256_pairs(blocks, out.data()), "");
}

}  // namespace
}  // namespace touchstone::crypto
