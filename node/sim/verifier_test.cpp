#include "node/sim/verifier.h"

#include <gtest/gtest.h>

#include <vector>

#include "node/kernel/test_chain.h"

namespace touchstone::node::sim {
namespace {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 16);
    return chain;
}

SignatureSet signed_by(std::uint64_t signer, std::uint64_t key, std::uint8_t message) {
    Root root;
    root.bytes.fill(message);
    return signature_set(Clause::NET_36, chain().genesis_state(), ValidatorIndex(key), root,
                         chain().sign(ValidatorIndex(signer), root));
}

/// Good ones, forged ones, and one twice.
SignatureSets mixed() {
    return {signed_by(0, 0, 1), signed_by(1, 1, 1), signed_by(2, 3, 1),
            signed_by(3, 3, 2), signed_by(0, 0, 1), signed_by(4, 5, 3)};
}
const std::vector<bool> kVerdicts{true, true, false, true, true, false};

TEST(VerdictCache, SaysOfABatchWhatEachAloneIs) {
    VerdictCache alone(false);
    EXPECT_EQ(alone.verify(mixed()), kVerdicts);
    VerdictCache together;
    EXPECT_EQ(together.verify(mixed()), kVerdicts);
}

TEST(VerdictCache, VerifiesWhatIsNewAlone) {
    VerdictCache cache;
    EXPECT_TRUE(cache.verify({}).empty());
    EXPECT_EQ(cache.verify(mixed()), kVerdicts);
    EXPECT_EQ(cache.verified(), 5U) << "one was there twice";
    EXPECT_EQ(cache.verify(mixed()), kVerdicts);
    EXPECT_EQ(cache.verified(), 5U);
    EXPECT_EQ(cache.verify(SignatureSets{signed_by(6, 6, 1), signed_by(0, 0, 1)}), (std::vector<bool>{true, true}));
    EXPECT_EQ(cache.verified(), 6U);
    VerdictCache forgetful(false);
    EXPECT_EQ(forgetful.verify(mixed()), kVerdicts);
    EXPECT_EQ(forgetful.verify(mixed()), kVerdicts);
    EXPECT_EQ(forgetful.verified(), 12U);
}

}  // namespace
}  // namespace touchstone::node::sim
