#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cli/genesis/accounts.h"
#include "cli/genesis/amount_text.h"
#include "cli/genesis/example.h"
#include "cli/genesis/make_genesis.h"
#include "crypto/development_keys.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/consensus/genesis.h"

namespace touchstone::cli {
namespace {

using node::adapters::GenesisFile;

constexpr GenesisChoices kNow{1'000'000, false};

Outcome<GenesisFile> make(const std::string& text, GenesisChoices choices = kNow) {
    const auto description = parse_description(text, "genesis.toml");
    if (!description.ok()) return description.fault();
    return make_genesis(*description, choices);
}

/// What is said about a description that is refused.
std::string refusal(const std::string& text, GenesisChoices choices = kNow) {
    const auto made = make(text, choices);
    return made.ok() ? "not refused" : made.fault().text;
}

const std::string kHead =
    "preset = \"minimal\"\ngenesis_time = 1700000000000\nseed = \"0x" + std::string(64, '5') + "\"\n";
const std::string kDevelopment = "[development_validators]\ncount = 8\nstake = \"32\"\n";

/// A [[validators]] entry with the development key of that index, made as an operator would.
std::string operator_entry(std::uint64_t index, const std::string& stake) {
    const crypto::bls::SecretKey key = crypto::development_validator_key(index);
    const node::BlsPublicKey pubkey(crypto::bls::public_key(key).to_bytes());
    const node::Address address = node::address_of(crypto::ed25519_public_key(crypto::development_account_seed(index)));
    const node::Root message = node::proof_of_possession_root(pubkey, address, node::MINIMAL);
    const node::BlsSignature proof(crypto::bls::pop_prove(key, message.view()).to_bytes());
    return "[[validators]]\npubkey = \"0x" + node::to_hex(pubkey) + "\"\noperator = \"" +
           node::address_to_text(address) + "\"\nstake = " + stake + "\nproof_of_possession = \"0x" +
           node::to_hex(proof) + "\"\n";
}

#define EXPECT_REFUSED(text, part)                                         \
    do {                                                                   \
        const std::string said = refusal(text);                            \
        EXPECT_NE(said.find(part), std::string::npos) << "said: " << said; \
    } while (false)

TEST(Genesis, TheExampleIsAccepted) {
    const auto file = make(std::string(kGenesisExample));
    ASSERT_TRUE(file.ok()) << file.fault().text;
    EXPECT_EQ(file->genesis.validators.size(), 8U);
    EXPECT_EQ(file->genesis.accounts.size(), 8U);
    EXPECT_EQ(file->configuration.parameters.SLOT_DURATION_MS, 2000U);
    EXPECT_EQ(file->genesis.genesis_time_ms, 1'801'396'800'000U);
}

TEST(Genesis, TheSameDescriptionGivesTheSameGenesis) {
    const std::string text = kHead + kDevelopment;
    const auto first = make(text, {1, false});
    const auto second = make(text, {2, true});
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_EQ(*first, *second);
}

TEST(Genesis, TheRootIsThatOfTheState) {
    const auto file = make(kHead + kDevelopment);
    ASSERT_TRUE(file.ok());
    const auto config = node::make_config(file->configuration.parameters);
    EXPECT_EQ(file->genesis_root, node::unchecked_genesis_state({*config}, file->genesis).consensus().genesis_root);
}

TEST(Genesis, DevelopmentValidatorsComeBeforeThoseOfOperators) {
    const auto file = make(kHead + kDevelopment + operator_entry(100, "\"4096\""));
    ASSERT_TRUE(file.ok()) << file.fault().text;
    ASSERT_EQ(file->genesis.validators.size(), 9U);
    const auto key_of = [](std::uint64_t index) {
        return node::BlsPublicKey(crypto::bls::public_key(crypto::development_validator_key(index)).to_bytes());
    };
    EXPECT_EQ(file->genesis.validators[7].pubkey, key_of(7));
    EXPECT_EQ(file->genesis.validators[8].pubkey, key_of(100));
    EXPECT_EQ(file->genesis.validators[8].stake, node::Amount(4'096'000'000'000));
}

TEST(Genesis, ACommissionIsInBasisPointsAndNoneIfLeftOut) {
    const auto file = make(kHead + kDevelopment + "commission = 250\n" + operator_entry(100, "\"32\"") +
                           "commission = 10000\n" + operator_entry(101, "\"32\""));
    ASSERT_TRUE(file.ok()) << file.fault().text;
    ASSERT_EQ(file->genesis.validators.size(), 10U);
    EXPECT_EQ(file->genesis.validators[0].commission, 250U);
    EXPECT_EQ(file->genesis.validators[7].commission, 250U);
    EXPECT_EQ(file->genesis.validators[8].commission, 10'000U);
    EXPECT_EQ(file->genesis.validators[9].commission, 0U);
}

/// [GEN-11]
TEST(Genesis, ACommissionAboveAllAndTooLittleStakeOfAnOperatorAreRefused) {
    EXPECT_REFUSED(kHead + kDevelopment + "commission = 10001\n",
                   "genesis.toml:4: development_validators has a commission of 10001; give it at most 10000");
    EXPECT_REFUSED(kHead + kDevelopment + operator_entry(100, "\"32\"") + "commission = 10001\n",
                   "genesis.toml:7: validators[0] has a commission of 10001");
    EXPECT_REFUSED(kHead + kDevelopment + operator_entry(100, "\"32\"") + "commission = 10001\n", "[GEN-11]");
    EXPECT_REFUSED(kHead + kDevelopment + "[parameters]\nMIN_SELF_STAKE = 32000000001\n",
                   "development_validators has a stake of 32 TST; an operator has at least MIN_SELF_STAKE = "
                   "32.000000001 TST in his own pool. Give it more [GEN-11]");
    for (const char* nonsense : {"-1", "\"5%\"", "0.05", "true"}) {
        EXPECT_REFUSED(kHead + kDevelopment + "commission = " + nonsense + "\n",
                       "genesis.toml:7: development_validators.commission must be a whole number of basis points");
    }
}

TEST(Genesis, TimesAreReadInEveryForm) {
    const auto time = [](const std::string& text) {
        std::string description = kHead + kDevelopment;
        const std::string given = "1700000000000";
        description.replace(description.find(given), given.size(), text);
        const auto file = make(description);
        return file.ok() ? file->genesis.genesis_time_ms : 0;
    };
    EXPECT_EQ(time("2027-01-31T12:00:00Z"), 1'801'396'800'000U);
    EXPECT_EQ(time("\"2027-01-31T12:00:00Z\""), 1'801'396'800'000U);
    EXPECT_EQ(time("\"2027-01-31T13:30:00.25+01:30\""), 1'801'396'800'250U);
    EXPECT_EQ(time("\"+10s\""), kNow.now_ms + 10'000);
    EXPECT_EQ(time("2500-01-01T00:00:00Z"), 16'725'225'600'000U);
    EXPECT_EQ(time("1013-01-31T12:00:00Z"), 0U);
    EXPECT_EQ(time("2027-01-31T12:00:00"), 0U);  // in which zone?
    EXPECT_EQ(time("\"10s\""), 0U);
    EXPECT_EQ(time("-5"), 0U);
}

TEST(Genesis, AMissingSeedIsDerivedOnlyWhenAsked) {
    const std::string text = "preset = \"minimal\"\ngenesis_time = 1\n" + kDevelopment;
    EXPECT_REFUSED(text, "genesis.toml: seed is missing");
    const auto file = make(text, {0, true});
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->genesis.seed, derived_seed(file->genesis, file->configuration.parameters));
    const auto later = make("preset = \"minimal\"\ngenesis_time = 2\n" + kDevelopment, {0, true});
    EXPECT_NE(later->genesis.seed, file->genesis.seed);
}

TEST(Genesis, ParametersMayBeGivenAsText) {
    const auto file = make(kHead + kDevelopment + "[parameters]\nGENESIS_BASE_FEE = \"18446744073709551615\"\n");
    ASSERT_TRUE(file.ok()) << file.fault().text;
    EXPECT_EQ(file->configuration.parameters.GENESIS_BASE_FEE, ~std::uint64_t{0});
}

TEST(Genesis, WhatIsNoTomlIsRefusedWithTheLine) {
    EXPECT_REFUSED("preset = \"minimal\"\ngenesis_time =\n", "genesis.toml:2: is no TOML");
    EXPECT_REFUSED("preset = \"minimal\"\ngenesis_time = 2027-01-31Tx\n", "genesis.toml:2: is no TOML");
    EXPECT_REFUSED("preset = \"minimal\"\n[(\n", "genesis.toml:2: is no TOML");
    EXPECT_REFUSED("preset = \u0287 1\n", "genesis.toml:1: is no TOML");
    EXPECT_REFUSED("preset = \"minimal\"\npreset = \"mainnet\"\n", "genesis.toml:2: is no TOML");
}

TEST(Genesis, UnknownKeysAreRefusedWithTheNearest) {
    EXPECT_REFUSED("prest = \"minimal\"\n", "genesis.toml:1: prest is not known; did you mean preset?");
    EXPECT_REFUSED(kHead + "[parameters]\nSLOT_PER_EPOCH = 8\n",
                   "genesis.toml:5: parameters.SLOT_PER_EPOCH does not exist [GEN-02]; did you mean SLOTS_PER_EPOCH?");
    EXPECT_REFUSED(kHead + "[development_validators]\ncounts = 8\nstake = \"32\"\n", "did you mean count?");
    EXPECT_REFUSED(kHead + "[[validators]]\nstakes = 8\n", "validators[0].stakes is not known; did you mean stake?");
    EXPECT_REFUSED(kHead + kDevelopment + "comission = 5\n", "did you mean commission?");
    EXPECT_REFUSED(kHead + "[[accounts]]\ncommission = 5\n", "accounts[0].commission is not known");
}

std::string account_entry(const std::string& address, const std::string& balance) {
    return "[[accounts]]\naddress = \"" + address + "\"\nbalance = " + balance + "\n";
}

std::string hex_address(char digit) { return "0x" + std::string(64, digit); }

/// [GEN-10]
TEST(Genesis, AccountsAreSortedByAddress) {
    const std::string low = account_entry(hex_address('3'), "7");
    const std::string high = account_entry(node::address_to_text(development_address(5)), "\"1.5\"");
    const auto file = make(kHead + kDevelopment + low + high);
    const auto other_way = make(kHead + kDevelopment + high + low);
    ASSERT_TRUE(file.ok() && other_way.ok()) << file.fault().text;
    EXPECT_EQ(*file, *other_way);
    std::vector<node::GenesisAccount> expected{{{}, node::Amount(7)},
                                               {development_address(5), node::Amount(1'500'000'000)}};
    expected[0].address.bytes.fill(0x33);
    std::ranges::sort(expected, {}, &node::GenesisAccount::address);
    EXPECT_EQ(file->genesis.accounts, expected);
}

TEST(Genesis, DevelopmentAccountsAreTheOperatorsOfDevelopmentValidators) {
    const auto file = make(kHead + kDevelopment + "[development_accounts]\ncount = 3\nbalance = \"10\"\n");
    ASSERT_TRUE(file.ok()) << file.fault().text;
    ASSERT_EQ(file->genesis.accounts.size(), 3U);
    for (std::uint64_t i = 0; i < 3; ++i) {
        const node::Address address = file->genesis.validators[i].operator_address;
        EXPECT_EQ(address, node::address_of(crypto::ed25519_public_key(crypto::development_account_seed(i))));
        const auto found = std::ranges::find(file->genesis.accounts, address, &node::GenesisAccount::address);
        ASSERT_NE(found, file->genesis.accounts.end());
        EXPECT_EQ(found->balance, node::Amount(10'000'000'000));
    }
    EXPECT_TRUE(std::ranges::is_sorted(file->genesis.accounts, {}, &node::GenesisAccount::address));
}

/// [GEN-07] [GEN-10]
TEST(Genesis, AccountsThatBreakARuleAreRefusedWithTheLine) {
    const std::string development = "[development_accounts]\ncount = 3\nbalance = 5\n";
    EXPECT_REFUSED(kHead + kDevelopment + account_entry(hex_address('3'), "7") + account_entry(hex_address('3'), "9"),
                   "genesis.toml:10: accounts[1] has the address ");
    EXPECT_REFUSED(kHead + kDevelopment + account_entry(hex_address('3'), "7") + account_entry(hex_address('3'), "9"),
                   ", as has accounts[0] in line 7; remove one of them [GEN-10]");
    EXPECT_REFUSED(kHead + development + account_entry(node::address_to_text(development_address(2)), "7"),
                   "genesis.toml:7: accounts[0] has the address " + node::address_to_text(development_address(2)) +
                       ", as has account 2 of development_accounts in line 4;");
    EXPECT_REFUSED(kHead + account_entry(hex_address('3'), "0"), "genesis.toml:4: accounts[0] has a balance of 0");
    EXPECT_REFUSED(kHead + "[development_accounts]\ncount = 3\nbalance = 0\n",
                   "genesis.toml:4: account 0 of development_accounts has a balance of 0");
    EXPECT_REFUSED(kHead + kDevelopment + account_entry(hex_address('3'), "4000000000000000000"),
                   "the stakes and the balances together exceed MAX_SUPPLY");
    EXPECT_REFUSED(kHead + "[development_accounts]\ncount = 1000001\nbalance = 1\n", "at most 1000000 accounts");
    EXPECT_REFUSED(kHead + "accounts = 3\n", "genesis.toml:4: accounts must be a list: one [[accounts]] for each");
    EXPECT_REFUSED(kHead + "[[accounts]]\nbalance = 1\n", "genesis.toml:4: accounts[0] lacks the key address");
    EXPECT_REFUSED(kHead + account_entry("tst1qqqq", "1"), "accounts[0].address must be an address");
    EXPECT_REFUSED(kHead + account_entry(hex_address('3'), "\"x\""), "accounts[0].balance must be an amount");
}

TEST(Genesis, MissingKeysAreNamed) {
    EXPECT_REFUSED("genesis_time = 1\n", "preset is missing");
    EXPECT_REFUSED("preset = \"minimal\"\n", "genesis_time is missing");
    EXPECT_REFUSED(kHead + "[[validators]]\npubkey = \"0x00\"\n",
                   "genesis.toml:4: validators[0] lacks the key operator");
}

TEST(Genesis, ValuesOfTheWrongKindAreRefused) {
    EXPECT_REFUSED("preset = \"maximal\"\n", "preset must be \"mainnet\" or \"minimal\"");
    EXPECT_REFUSED("preset = \"minimal\"\ngenesis_time = 1\nseed = \"0x12\"\n", "genesis.toml:3: seed must be");
    EXPECT_REFUSED(kHead + "[parameters]\nSLOTS_PER_EPOCH = -8\n",
                   "genesis.toml:5: parameters.SLOTS_PER_EPOCH must be");
    EXPECT_REFUSED(kHead + "[parameters]\nSLOTS_PER_EPOCH = \"8x\"\n", "must be a whole number");
    EXPECT_REFUSED(kHead + "[development_validators]\ncount = 0\nstake = \"32\"\n", "count must be");
    EXPECT_REFUSED(kHead + "[development_validators]\ncount = 8\nstake = \"32.0000000001\"\n",
                   "stake must be an amount");
    std::string entry = operator_entry(0, "\"32\"");
    const std::size_t last = entry.find("\"\nstake");
    entry[last - 1] = entry[last - 1] == 'q' ? 'p' : 'q';
    EXPECT_REFUSED(kHead + entry, "validators[0].operator must be an address");
}

TEST(Genesis, BrokenAssumptionsAreNamed) {
    const auto refused = [](const std::string& parameter, const std::string& assumption) {
        EXPECT_REFUSED(kHead + kDevelopment + "[parameters]\n" + parameter + "\n", "the assumption " + assumption);
        EXPECT_REFUSED(kHead + kDevelopment + "[parameters]\n" + parameter + "\n", "genesis.toml:8:");
        EXPECT_REFUSED(kHead + kDevelopment + "[parameters]\n" + parameter + "\n", "[TYP-06]");
    };
    refused("MAX_ATTESTATIONS = 0", "POSITIVE_PARAMETERS");
    refused("SLOTS_PER_EPOCH = 16", "NONEMPTY_COMMITTEES");
    refused("MIN_SEED_LOOKAHEAD = 2", "SEED_IN_HISTORY");
    refused("SLOTS_PER_HISTORICAL_ROOT = 60", "ROOTS_COVER_EPOCHS");
    refused("EPOCHS_PER_SLASHINGS_VECTOR = 63", "SLASHINGS_WINDOW");
    refused("MAX_EVIDENCE_AGE = 1", "EVIDENCE_COVERS_WEAK_SUBJECTIVITY");
    refused("GOSSIP_MAX_SIZE = 1", "MESSAGES_FIT");
    refused("EJECTION_STAKE = 1", "STAKE_IN_INCREMENTS");
    refused("MIN_BOND = 16000000001", "STAKE_IN_INCREMENTS");
    refused("GAS_PER_BYTE = 65537", "GAS_WITHIN_LIMITS");
    refused("MAX_SUPPLY = 4000000000000000001", "SUPPLY_BOUND");
    refused("AGGREGATE_DUE_BPS = 10001", "BASIS_POINTS_IN_SLOT");
    refused("SHUFFLE_ROUND_COUNT = 256", "SHUFFLE_ROUNDS");
    refused("MAX_COMMITTEES_PER_SLOT = 65", "COMMITTEES_WITHIN_LIMIT");
    refused("SLOT_DURATION_MS = 1048577", "BOUNDED_TIME");
    refused("MAX_REQUEST_BLOCKS = 1025", "BOUNDED_LIMITS");
}

TEST(Genesis, RulesOfGenesisAreNamedWithTheLine) {
    EXPECT_REFUSED(kHead + "[development_validators]\ncount = 7\nstake = \"32\"\n", "[GEN-03]");
    EXPECT_REFUSED(kHead + "[development_validators]\ncount = 8\nstake = \"16\"\n",
                   "genesis.toml:4: development_validators has a stake of 16 TST; give it more than 16 TST");
    EXPECT_REFUSED(kHead + kDevelopment + operator_entry(100, "4096000000001"),
                   "genesis.toml:7: validators[0] has a stake of 4096.000000001 TST");
    EXPECT_REFUSED(kHead + kDevelopment + operator_entry(3, "\"32\""),
                   "validators[0] has the same pubkey as validator 3 before it; remove one of them [GEN-05]");
    EXPECT_REFUSED(kHead + kDevelopment + "[parameters]\nMAX_SUPPLY = 1000000000\n", "[GEN-07]");

    std::string stolen = operator_entry(100, "\"32\"");
    const std::string other = operator_entry(101, "\"32\"");
    const auto line = [](const std::string& text, const std::string& key) {
        const std::size_t begin = text.find(key);
        return text.substr(begin, text.find('\n', begin) - begin);
    };
    stolen.replace(stolen.find("operator"), line(stolen, "operator").size(), line(other, "operator"));
    EXPECT_REFUSED(kHead + kDevelopment + stolen, "validators[0] does not prove that its operator has its key");
}

TEST(AmountText, ReadsTokensAndNineDecimals) {
    EXPECT_EQ(amount_from_text("32"), node::Amount(32'000'000'000));
    EXPECT_EQ(amount_from_text("0.000000001 TST"), node::Amount(1));
    EXPECT_EQ(amount_from_text("18446744073.709551615"), node::Amount(~std::uint64_t{0}));
    for (const char* text :
         {"", ".", "1.", ".5", "1.0000000001", "18446744073.709551616", "-1", "1e3", "1 tst", " 1"}) {
        EXPECT_EQ(amount_from_text(text), std::nullopt) << text;
    }
}

RC_GTEST_PROP(AmountText, WhatIsWrittenIsReadAgain, (std::uint64_t grains)) {
    RC_ASSERT(amount_from_text(amount_to_text(node::Amount(grains))) == node::Amount(grains));
}

}  // namespace
}  // namespace touchstone::cli
