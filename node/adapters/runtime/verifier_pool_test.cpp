#include "node/adapters/runtime/verifier_pool.h"

#include <gtest/gtest.h>

#include <array>

#include "crypto/development_keys.h"
#include "crypto/ed25519.h"
#include "node/adapters/runtime/writer_loop.h"

namespace touchstone::node::adapters {
namespace {

SignatureSet signed_by(std::uint64_t signer, bool valid = true) {
    const crypto::bls::SecretKey key = crypto::development_validator_key(signer);
    SignatureSet set{Clause::ATT_12, {}, {}};
    set.message[0] = static_cast<std::uint8_t>(signer);
    const BlsSignature signature(crypto::bls::sign(key, set.message).to_bytes());
    set.check = BlsCheck{crypto::bls::public_key(key), signature};
    if (!valid) set.message[1] = 1;
    return set;
}

SignatureSet signed_by_account(std::uint8_t signer, bool valid = true) {
    std::array<std::uint8_t, 32> secret{};
    secret[0] = signer;
    const crypto::Ed25519Seed seed(secret);
    SignatureSet set{Clause::TXN_09, {}, {}};
    set.message[0] = signer;
    const Ed25519Signature signature(crypto::ed25519_sign(seed, set.message));
    set.check = AccountCheck{Ed25519PublicKey(crypto::ed25519_public_key(seed)), signature};
    if (!valid) set.message[1] = 1;
    return set;
}

BlsCheck& bls_check(SignatureSet& set) { return std::get<BlsCheck>(set.check); }

struct VerifierPoolTest : ::testing::TestWithParam<std::size_t> {
    /// Counts down to the end of the loop.
    VerifyCompletion answer(std::vector<bool>& into) {
        ++open;
        return [this, &into](const std::vector<bool>& valid) {
            into = valid;
            order.push_back(&into);
            if (--open == 0) loop.stop();
        };
    }

    WriterLoop loop;
    int open = 0;
    std::vector<const std::vector<bool>*> order;
    VerifierPool pool{GetParam(), [this](std::function<void()> task) { loop.post(std::move(task)); }};
};

TEST_P(VerifierPoolTest, AnswersEachBatchWithItsOwnVerdicts) {
    SignatureSets mixed{signed_by(1), signed_by(2, false), signed_by(3)};
    mixed.push_back(signed_by(4));
    bls_check(mixed[3]).key.reset();
    mixed.push_back(signed_by(5));
    bls_check(mixed[4]).signature.bytes[0] ^= 0x80U;
    std::vector<bool> first;
    std::vector<bool> second;
    std::vector<bool> none{true};
    pool.verify(mixed, VerifyPriority::Attestation, answer(first));
    pool.verify({signed_by(6)}, VerifyPriority::Attestation, answer(second));
    pool.verify({}, VerifyPriority::Block, answer(none));
    loop.run();
    EXPECT_EQ(first, (std::vector<bool>{true, false, true, false, false}));
    EXPECT_EQ(second, std::vector<bool>{true});
    EXPECT_TRUE(none.empty());
}

TEST_P(VerifierPoolTest, AnswersOfOnePriorityComeInTheOrderOfTheQuestions) {
    std::vector<std::vector<bool>> answers(12);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        SignatureSets sets;
        for (std::size_t k = 0; k < (answers.size() - i) % 5; ++k)
            sets.push_back(signed_by(k));
        pool.verify(std::move(sets), VerifyPriority::Aggregate, answer(answers[i]));
    }
    loop.run();
    for (std::size_t i = 0; i < answers.size(); ++i)
        EXPECT_EQ(order[i], &answers[i]);
}

TEST_P(VerifierPoolTest, AnswersForSignaturesOfValidatorsAndAccountsTogether) {
    SignatureSets sets;
    std::vector<bool> expected;
    for (std::uint8_t i = 0; i < 90; ++i) {
        const bool good = i % 7 != 3;
        sets.push_back(i % 3 == 0 ? signed_by(i, good) : signed_by_account(i, good));
        expected.push_back(good);
    }
    std::vector<bool> valid;
    pool.verify(std::move(sets), VerifyPriority::Block, answer(valid));
    loop.run();
    EXPECT_EQ(valid, expected);
}

TEST_P(VerifierPoolTest, ALargeBatchIsAnsweredWhole) {
    SignatureSets sets;
    std::vector<bool> expected;
    for (std::uint64_t i = 0; i < 70; ++i) {
        sets.push_back(signed_by(i % 7, i != 40));
        expected.push_back(i != 40);
    }
    std::vector<bool> valid;
    pool.verify(std::move(sets), VerifyPriority::Block, answer(valid));
    loop.run();
    EXPECT_EQ(valid, expected);
}

TEST(VerifierPool, EndsWithQuestionsUnanswered) {
    WriterLoop loop;
    bool answered = false;
    {
        VerifierPool pool(2, [&](std::function<void()> task) { loop.post(std::move(task)); });
        for (int i = 0; i < 50; ++i) {
            pool.verify({signed_by(1)}, VerifyPriority::Block, [&](const std::vector<bool>&) { answered = true; });
        }
    }
    loop.post([&] { loop.stop(); });
    loop.run();
    EXPECT_FALSE(answered);
}

INSTANTIATE_TEST_SUITE_P(Threads, VerifierPoolTest, ::testing::Values(1U, 3U));

}  // namespace
}  // namespace touchstone::node::adapters
