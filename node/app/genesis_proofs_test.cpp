#include "node/app/genesis_proofs.h"

#include <gtest/gtest.h>

#include "crypto/development_keys.h"
#include "node/adapters/runtime/structured_log.h"

namespace touchstone::node::app {
namespace {

namespace bls = crypto::bls;

class Lines final : public Log {
  public:
    void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override {
        const std::string line =
            adapters::format_line(adapters::LogFormat::Text, 0, level, LogArea::Node, event, fields);
        lines.push_back(line.substr(line.find(event)));
    }
    std::vector<std::string> lines;
};

std::vector<bls::SignatureSet> proofs(std::size_t count) {
    std::vector<bls::SignatureSet> sets;
    for (std::size_t i = 0; i < count; ++i) {
        const bls::SecretKey key = crypto::development_validator_key(i);
        crypto::Digest message{};
        message[0] = static_cast<std::uint8_t>(i);
        sets.push_back({bls::public_key(key), message, bls::pop_prove(key, message)});
    }
    return sets;
}

TEST(GenesisProofsTest, OneBadProofIsFoundAmongGoodOnes) {
    Lines log;
    GenesisProofs verifier(log);
    auto sets = proofs(5);
    std::vector<bool> expected(5, true);
    EXPECT_EQ(verifier.verify(sets), expected);
    // Valid as a signature of the same message, but not as a proof.
    sets[3].signature = bls::sign(crypto::development_validator_key(3), sets[3].message);
    expected[3] = false;
    EXPECT_EQ(verifier.verify(sets), expected);
}

TEST(GenesisProofsTest, TellsHowFarItIsWhenItTakesLong) {
    Lines log;
    GenesisProofs::Time now{};
    GenesisProofs verifier(log, [&] { return now; });
    verifier.expect(8);
    const auto sets = proofs(2);
    verifier.verify(sets);
    EXPECT_TRUE(log.lines.empty()) << "not for a short one";
    now += std::chrono::seconds(10);
    verifier.verify(sets);
    const std::vector<std::string> once{"verifying_genesis_proofs verified=4 of=8 per_second=0.4 seconds_left=10"};
    EXPECT_EQ(log.lines, once);
    verifier.verify(sets);
    EXPECT_EQ(log.lines, once) << "not with every batch";
    now += std::chrono::seconds(2);
    verifier.report_end();
    EXPECT_EQ(log.lines.back(), "genesis_proofs_verified count=6 seconds=12 per_second=0.5");
}

}  // namespace
}  // namespace touchstone::node::app
