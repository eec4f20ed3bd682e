// What `touchstone-node run` can be told: by a TOML file, by flags, or by leaving it out.
//
// There is one list of keys; the file, the flags, the defaults, the help and --print-config all follow it. Key
// `log.level` is `level` in table [log] of the file and `--log-level` as a flag. A flag wins over the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "node/adapters/files/fault.h"
#include "node/adapters/http/http_address.h"
#include "node/adapters/runtime/structured_log.h"
#include "node/adapters/sqlite/sqlite_store.h"
#include "node/app/rpc_settings.h"
#include "node/services/peers/peer_options.h"
#include "node/services/validator_performance.h"

namespace touchstone::node::app {

using adapters::Fault;
using adapters::FaultKind;
using adapters::Outcome;

using SettingValue = std::variant<bool, std::uint64_t, std::string, std::vector<std::string>>;

struct SettingKey {
    std::string_view name;
    SettingValue fallback;  // also tells the type
    std::string_view help;
};

/// In the order in which they are printed; keys of one table stand together.
std::span<const SettingKey> setting_keys();

/// By key; what is not in it has its default.
using SettingValues = std::map<std::string, SettingValue, std::less<>>;

/// "did you mean NAME?", or where all names are found.
std::string suggest_key(std::string_view unknown);

/// Refuses text that is no TOML, keys that do not exist and values of another type, each with the line.
Outcome<SettingValues> read_settings_file(const std::filesystem::path& path);

/// Adds what `over` has; it wins.
void overlay(SettingValues& values, const SettingValues& over);

/// The effective configuration as a TOML file with comments, which reads back as the same.
std::string print_settings(const SettingValues& values);

struct Settings {
    std::filesystem::path data_dir;
    std::filesystem::path genesis;
    std::vector<std::string> listen;
    std::vector<std::string> external_addresses;
    std::vector<std::string> peers;
    PeerOptions peer_options;
    bool private_peers = false;
    std::filesystem::path node_key;
    std::vector<std::uint64_t> dev_validators;
    std::vector<std::uint64_t> dev_keys;
    bool create_watermarks = false;
    bool go_on_outside_weak_subjectivity = false;  // [WS-06]
    std::optional<Checkpoint> checkpoint;          // [SYN-01]
    bool backfill_all = true;                      // [SYN-23]
    std::uint64_t performance_epochs = PerformanceRecords::kDefaultEpochs;
    bool build_on_head = false;
    std::uint64_t verifier_threads = 0;
    adapters::Durability durability = adapters::Durability::Process;
    std::optional<std::filesystem::path> ready_file;
    std::optional<RpcSettings> rpc;
    std::optional<std::filesystem::path> admin_socket;
    std::optional<adapters::HttpAddress> metrics;
    bool metrics_open_to_network = false;
    adapters::LogOptions log;

    std::filesystem::path database() const { return data_dir / "chain.sqlite"; }
    std::filesystem::path watermarks() const { return data_dir / "watermarks.sqlite"; }
    std::filesystem::path known_peers() const { return data_dir / "peers.sqlite"; }
};

/// Refuses what is missing or makes no sense, by the key.
Outcome<Settings> make_settings(const SettingValues& values);

/// A root with 0x and an epoch, with a colon between; nothing for other text.
std::optional<Checkpoint> parse_checkpoint(std::string_view text);

/// Numbers and ranges of numbers, for example "0-15,20"; ascending. Nothing for other text, or a number that is there
/// twice.
std::optional<std::vector<std::uint64_t>> parse_indices(std::string_view text);

}  // namespace touchstone::node::app
