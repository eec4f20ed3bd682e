#include "crypto/development_keys.h"

#include <gtest/gtest.h>

#include "crypto/hexadecimal_test.h"

namespace touchstone::crypto {
namespace {

// Computed from the definition by an independent program (HKDF and curve arithmetic on plain integers).
TEST(DevelopmentKeys, ValidatorKeysArePinned) {
    const bls::SecretKey first = development_validator_key(0);
    EXPECT_EQ(to_hex(first.export_secret()), "661cb03675ea2cd2db1a0090660d4ae290b20c2e4f233e2cc81f53173d5572fd");
    EXPECT_EQ(to_hex(bls::public_key(first).to_bytes()),
              "a22e4cb2d24e22fb561254db4a9fbcc4a79c0303a4c148d79b3cfa7367ac48687f84de8c240654847712186b95fb9fca");
    EXPECT_EQ(to_hex(bls::public_key(development_validator_key(63)).to_bytes()),
              "b51475077b611b675033ef32e6e48a8dea52c1c0c100b0a0de185f9dadcecd8cab04592e97c3f3fd47355acd05e39c73");
}

TEST(DevelopmentKeys, AllBytesOfTheIndexCount) {
    EXPECT_EQ(to_hex(bls::public_key(development_validator_key((std::uint64_t{1} << 40) + 5)).to_bytes()),
              "a74dabad0dedc04d2c8cd0e2187026ea796ccb41ad2c1462a0a699ee3061260c6a2ed2338ffb6c84665f8ec66f8f72a9");
    EXPECT_EQ(to_hex(development_account_seed((std::uint64_t{1} << 40) + 5).secret()),
              "fe88266eb589a8c4ee064a1e086a9ac6ca2e64f85444a9570ad3a2d6510cc905");
}

TEST(DevelopmentKeys, AccountSeedsArePinned) {
    EXPECT_EQ(to_hex(development_account_seed(0).secret()),
              "fa906f2c20ea4419a23f10c9847a44c2687fea26ce178d3b24205675b9e00d64");
    EXPECT_EQ(to_hex(development_account_seed(63).secret()),
              "3b2f497395b5873dd89fadba0ffab9d6a81c3030cdc47a86c679be17a9fe1d78");
}

}  // namespace
}  // namespace touchstone::crypto
