// How a chain begins, as text: genesis.json, which operators pass around, and genesis.toml, which people write. What
// the node makes of them the reference makes too.
#include <bit>

#include "cli/genesis/description.h"
#include "cli/genesis/example.h"
#include "cli/genesis/make_genesis.h"
#include "fuzz/agreement.h"
#include "fuzz/chain/short_chain.h"
#include "fuzz/chain/translate.h"
#include "fuzz/files/scratch.h"
#include "fuzz/targets.h"
#include "node/adapters/genesis_file/genesis_file.h"
#include "reference/transition/genesis.h"
#include "reference/types/configuration.h"

namespace touchstone::fuzz {
namespace {

namespace adapters = node::adapters;

/// Keys are proved one by one, on both sides.
constexpr std::size_t kMostValidators = 20;
/// A key is made for each.
constexpr std::size_t kMostAccounts = 200;

reference::Parameters to_reference(const node::Parameters& parameters) {
    return std::bit_cast<reference::Parameters>(parameters);
}

/// Both make a state of it or refuse it for the same reason.
bool compare_states(const adapters::GenesisFile& file) {
    const reference::Parameters config = to_reference(file.configuration.parameters);
    const auto made = node::make_config(file.configuration.parameters);
    const auto checked = reference::check_assumptions(config);
    if (!agree_on_verdict("the configuration of a genesis file", checked, made)) return false;
    const auto genesis = need(reference::ssz::deserialize<reference::Genesis>(node::encode(file.genesis), config));
    const auto by_reference = reference::initialize_state(config, genesis);
    const auto by_node = node::initialize_state(node::Environment{made.value()}, file.genesis);
    if (!agree_on_verdict("the state of a genesis file", by_reference, by_node)) return false;
    agree_on_bytes("genesis_root", by_reference.value().genesis_root.bytes,
                   by_node.value().consensus().genesis_root.bytes);
    return true;
}

adapters::GenesisFile sample_file() {
    adapters::GenesisFile file{{"minimal", node::MINIMAL}, {}, {}};
    file.genesis = translate<node::Genesis>(short_chain().genesis, short_chain_config());
    file.genesis_root = translate(short_chain().genesis_state.genesis_root);
    return file;
}

ByteVector written(const adapters::GenesisFile& file) {
    const auto path = scratch("written.json");
    expect(adapters::write_genesis_file(path, file).ok(), "a genesis file is written");
    return file_content(path);
}

}  // namespace

void fuzz_genesis_files(Bytes bytes) {
    const auto file = adapters::read_genesis_file(scratch_file("genesis.json", bytes));
    if (!file.ok()) return expect(!file.fault().text.empty(), "a refusal says why");
    const auto again = adapters::read_genesis_file(scratch_file("again.json", written(file.value())));
    expect(again.ok() && again.value() == file.value(), "what is written is read as it was");
    if (file.value().genesis.validators.size() <= kMostValidators) compare_states(file.value());
}

std::vector<ByteVector> genesis_file_seeds() {
    adapters::GenesisFile file = sample_file();
    std::vector<ByteVector> seeds{written(file), as_bytes("{}"), as_bytes("[[[[[")};
    file.genesis.accounts = {{{}, node::Amount(1)}, {{}, node::Amount(2)}};
    file.genesis.accounts[1].address.bytes[31] = 1;
    seeds.push_back(written(file));
    file.genesis.validators.resize(2);
    file.configuration.parameters.MIN_ACTIVE_VALIDATORS = 2;
    seeds.push_back(written(file));
    file.genesis = {};
    seeds.push_back(written(file));
    file.configuration = {"mainnet", node::MAINNET};
    seeds.push_back(written(file));
    return seeds;
}

void fuzz_genesis_descriptions(Bytes bytes) {
    const auto description = cli::parse_description(as_text(bytes), "genesis.toml");
    if (!description.ok()) {
        return expect(description.fault().text.starts_with("genesis.toml:"), "a refusal says where");
    }
    const auto& described = description.value();
    const std::uint64_t made = described.development_validators ? described.development_validators->count : 0;
    if (made > kMostValidators || described.validators.size() > kMostValidators) return;
    if (described.development_accounts && described.development_accounts->count > kMostAccounts) return;
    const auto file = cli::make_genesis(described, {.now_ms = 1'700'000'000'000, .derive_seed = true});
    if (!file.ok()) return expect(!file.fault().text.empty(), "a refusal says why");
    expect(compare_states(file.value()), "what the tool makes is a genesis");
    const auto again = adapters::read_genesis_file(scratch_file("again.json", written(file.value())));
    expect(again.ok() && again.value() == file.value(), "what is written is read as it was");
}

std::vector<ByteVector> genesis_description_seeds() {
    const adapters::GenesisFile file = sample_file();
    const node::GenesisValidator& validator = file.genesis.validators[0];
    const std::string one = "[[validators]]\npubkey = \"0x" + node::to_hex(validator.pubkey) + "\"\noperator = \"0x" +
                            node::to_hex(validator.operator_address) +
                            "\"\nstake = \"32.5 TST\"\nproof_of_possession = \"0x" +
                            node::to_hex(validator.proof_of_possession) + "\"\n";
    const std::string head = "preset = \"minimal\"\ngenesis_time = ";
    return {
        as_bytes(cli::kGenesisExample),
        as_bytes(head + "\"+10s\"\n[parameters]\nMIN_ACTIVE_VALIDATORS = \"1\"\n" + one),
        as_bytes(head + "1\n[development_validators]\ncount = 3\nstake = 32000000000\n"),
        as_bytes(head + "2027-01-31T12:00:00.5+02:00\nseed = \"0x00\"\n"),
        as_bytes(head + "\"2027-01-31T12:00:00Z\"\nvalidators = []\n"),
        as_bytes("preset = 'mainnet'\naccounts = {}\n"),
        as_bytes(head + "1\n[development_validators]\ncount = 8\nstake = \"32\"\n[[accounts]]\naddress = \"0x" +
                 std::string(64, '9') + "\"\nbalance = \"0.5\"\n[[accounts]]\naddress = \"0x" + std::string(64, '0') +
                 "\"\nbalance = 7\n[development_accounts]\ncount = 2\nbalance = 1000\n"),
    };
}

}  // namespace touchstone::fuzz
