#include "node/app/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include "node/adapters/files/nearest_name.h"
#include "node/app/peer_settings.h"
#include "node/app/setting_fault.h"

namespace touchstone::node::app {

namespace {

using Texts = std::vector<std::string>;

/// As many development validators as one node is ever given.
constexpr std::uint64_t kMostIndices = 1U << 20U;
constexpr std::uint64_t kMostThreads = 64;
constexpr std::uint64_t kMostPerformanceEpochs = 100'000;

const adapters::HttpOptions kHttp{};
const RpcGatewayOptions kGateway{};
constexpr std::uint64_t kCallSeconds = 10;

const std::array<SettingKey, 52>& keys() {
    static const std::array<SettingKey, 52> kKeys{{
        {"data_dir", std::string(),
         "Folder of the database, the watermarks and the node key; made if missing. Required."},
        {"genesis", std::string(), "The genesis file of the chain (from `touchstone genesis`). Required."},
        {"listen", Texts{"/ip4/127.0.0.1/tcp/0"},
         "Multiaddrs to listen on; port 0 is any free one. The log event `listening` tells the real ones."},
        {"external_addresses", Texts{},
         "Multiaddrs under which others reach the node, told to peers beside those it listens on: for a node behind a "
         "router that forwards a port, as /ip4/192.0.2.7/tcp/9000."},
        {"peers", Texts{}, "Multiaddrs of peers to keep connected, with /p2p/PEER at the end or without."},
        {"target_peers", PeerOptions().target_peers,
         "As many connections the node seeks: it dials while it has fewer, and lets the excess go."},
        {"max_peers", PeerOptions().max_peers,
         "As many connections may be open. At most this less a third of target_peers are of peers that dialed in."},
        {"trusted_peers", Texts{},
         "Peers that count for no limit, are never banned and are dialed again whenever they are gone: peer ids, or "
         "multiaddrs with /p2p/PEER at the end."},
        {"denied_peers", Texts{},
         "Whom the node has nothing to do with: peer ids, IP addresses, or ranges as 192.0.2.0/24."},
        {"bootstrap_peers", Texts{},
         "Multiaddrs with /p2p/PEER at the end, dialed when the node knows nobody else; others are found through "
         "them."},
        {"discovery", PeerOptions().discovery,
         "Look for peers and remember them. Without it the node dials only peers, trusted_peers and bootstrap_peers."},
        {"private_peers", false,
         "Take private addresses that peers tell (10.0.0.0/8 and the like) even where the node listens on none such: "
         "for a network of one's own."},
        {"node_key", std::string(),
         "File with the node's secret network key; made with mode 0600 if missing. Empty: node.key in data_dir."},
        {"dev_validators", std::string(),
         "Indices of validators with development keys, for example \"0-15,20\". Everybody knows these keys: for test "
         "networks only."},
        {"dev_keys", std::string(),
         "Numbers of development keys of validators that are not in the genesis: each begins its duties once it is "
         "registered and active. For test networks only."},
        {"create_watermarks", false,
         "Begin a watermark record for those of dev_validators and dev_keys that have none. Say it only for keys that "
         "never signed "
         "on "
         "this chain: with a lost record begun anew they can be slashed."},
        {"go_on_outside_weak_subjectivity", false,
         "Go on although the last finalized block known here is older than the weak-subjectivity period. The risk: "
         "validators whose stake has left since can show the node a false chain, and it cannot tell. Compare its "
         "finalized block with a source that you trust."},
        {"checkpoint", std::string(),
         "A block that you trust to be final, as \"0xROOT:EPOCH\", from a source that you trust: the node begins from "
         "its state, or the latest one before it that peers serve, instead of executing the chain from genesis; and a "
         "node with a database goes on only with a chain that has it. Empty: none."},
        {"backfill", std::string("all"),
         "Which blocks before its state a node fetches that began from a checkpoint: \"all\", or \"recent\", as far as "
         "evidence of an offence may go back."},
        {"build_on_head", false, "Always propose on the head, instead of passing over a late and weak block."},
        {"verifier_threads", std::uint64_t{0},
         "Threads that verify signatures. 0: as many as the machine has processors."},
        {"durability", std::string("process"),
         "What a commit of the chain's database survives: \"process\" (kill -9; after a loss of power the last blocks "
         "are "
         "fetched again) or \"power\" (one fsync for each commit). Watermarks always survive both."},
        {"ready_file", std::string(),
         "File to write once the node listens, one address a line; removed when it stops. Empty: none."},
        {"rpc.listen", std::string(),
         "Address and port of the JSON-RPC, for example \"127.0.0.1:8645\"; port 0 is any free one, and the log event "
         "`rpc_listening` tells the real one. Empty: none."},
        {"rpc.open_to_network", false,
         "Allow an rpc.listen that other machines reach although not both rpc.token_file and rpc.tls_certificate are "
         "there: nobody is asked who he is, or everybody on the way reads along. Say it only if something in front of "
         "the node keeps strangers out."},
        {"rpc.token_file", std::string(),
         "File with a token that whoever asks has to show, as `Authorization: Bearer TOKEN`; made with a random one "
         "and mode 0600 if missing. Empty: nobody is asked for one."},
        {"rpc.tls_certificate", std::string(),
         "PEM file with a certificate and those that it follows from: the RPC then speaks TLS (https, wss), and "
         "nothing else. Empty: nothing is encrypted. At SIGHUP certificate, key and token are read again."},
        {"rpc.tls_key", std::string(), "PEM file with the key of rpc.tls_certificate; only its owner may read it."},
        {"rpc.cors_origins", Texts{},
         "Web pages that may ask, by their origins, as \"https://wallet.example\". \"*\": all of them, which there is "
         "not together with a token."},
        {"rpc.admin_socket", std::string(),
         "Unix socket with the methods for the operator (admin_*), made with mode 0600: only programs of the node's "
         "user reach it. Empty: none."},
        {"rpc.max_connections", std::uint64_t{kHttp.connections}, "Connections at a time."},
        {"rpc.max_connections_per_address", std::uint64_t{kHttp.connections_of_address},
         "Connections at a time from one client address. Of IPv6, 64 bits are one address here and below."},
        {"rpc.max_body_bytes", std::uint64_t{kHttp.body_bytes},
         "The largest body, or text of a WebSocket, that is read."},
        {"rpc.max_response_bytes", std::uint64_t{kGateway.limits.response_bytes},
         "The largest answer; results for which there is no room in it become errors."},
        {"rpc.max_batch", std::uint64_t{kGateway.limits.batch_calls}, "Calls in a batch."},
        {"rpc.max_depth", std::uint64_t{kGateway.limits.nesting}, "Arrays and objects within one another in a body."},
        {"rpc.max_requests", std::uint64_t{kHttp.requests}, "Requests at a time that wait for their answers."},
        {"rpc.max_requests_per_connection", std::uint64_t{kHttp.requests_of_connection},
         "Of them, as many of one WebSocket; without it a connection has one at a time."},
        {"rpc.requests_per_second", std::uint64_t{50}, "Requests of one client address, on average. 0: any number."},
        {"rpc.loopback_requests_per_second", std::uint64_t{kHttp.loopback_requests_per_second},
         "The same for a loopback address: programs on this machine, or what stands in front of the node."},
        {"rpc.burst", std::uint64_t{kHttp.burst},
         "Requests of one client address that may come at once after a pause."},
        {"rpc.call_seconds", kCallSeconds,
         "How long the calls of a body may wait for the node; those that it has not come to are then answered with an "
         "error."},
        {"rpc.queue_bytes", std::uint64_t{kHttp.queue_bytes},
         "Bytes that may wait to be written to one WebSocket; who reads more slowly is cut off. Not less than "
         "rpc.max_response_bytes."},
        {"rpc.queue_messages", std::uint64_t{kHttp.queue_messages}, "The same in messages."},
        {"rpc.max_waiting_bytes", std::uint64_t{kHttp.waiting_bytes},
         "Bytes that may wait to be written to all connections together. Where there would be more, the one for which "
         "most waits is cut off. Not less than rpc.queue_bytes."},
        {"metrics.listen", std::string(),
         "Address and port of /metrics (for Prometheus), /health/live and /health/ready, for example "
         "\"127.0.0.1:9645\"; port 0 is any free one, and the log event `metrics_listening` tells the real one. Empty: "
         "none."},
        {"metrics.open_to_network", false,
         "Allow a metrics.listen that other machines reach. Whoever asks is told how the node stands, and nobody can "
         "change anything there."},
        {"performance.epochs", PerformanceRecords::kDefaultEpochs,
         "Of how many final epochs the node keeps how each validator did, for validator_performance. 0: of none."},
        {"log.level", std::string("info"),
         "trace, debug, info, warning or error. At SIGHUP the node reads this and log.areas again."},
        {"log.areas", Texts{},
         "Areas whose level is another one, as \"sync=debug\". They are node, chain, duties, network, peers, sync, "
         "pool, "
         "storage and api."},
        {"log.format", std::string("text"), "text (key=value) or json (one object a line)."},
        {"log.file", std::string(), "File to write the log to. Empty: standard error."},
    }};
    return kKeys;
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (code < 0x20 || code == 0x7f) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            out += std::string("\\u00") + kDigits[code >> 4U] + kDigits[code & 15U];
        } else {
            out += character;
        }
    }
    return out + "\"";
}

std::string value_text(const SettingValue& value) {
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
    std::string list;
    for (const std::string& text : std::get<Texts>(value))
        list += (list.empty() ? "" : ", ") + quoted(text);
    return "[" + list + "]";
}

/// Lines of at most 100 characters.
std::string comment(std::string_view text) {
    std::string out;
    std::string line = "#";
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (line.size() + end + 1 > 100) {
            out += line + "\n";
            line = "#";
        }
        line += " " + std::string(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out + line + "\n";
}

const SettingValue& value_of(const SettingValues& values, std::string_view name) {
    const auto found = values.find(name);
    if (found != values.end()) return found->second;
    return std::ranges::find(keys(), name, &SettingKey::name)->fallback;
}

template <class T>
const T& get(const SettingValues& values, std::string_view name) {
    return std::get<T>(value_of(values, name));
}

std::optional<std::filesystem::path> optional_path(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

/// [SYN-01] [SYN-23]
std::optional<Fault> read_checkpoint_settings(const SettingValues& values, Settings& settings) {
    const auto& text = get<std::string>(values, "checkpoint");
    if (!text.empty()) {
        settings.checkpoint = parse_checkpoint(text);
        if (!settings.checkpoint) {
            return bad_setting("checkpoint",
                               "is \"" + text +
                                   "\", but must be a block's root and an epoch, as 0x, 64 hexadecimal digits, a "
                                   "colon and a number");
        }
    }
    const auto& backfill = get<std::string>(values, "backfill");
    if (backfill != "all" && backfill != "recent") return bad_setting("backfill", "is neither all nor recent");
    settings.backfill_all = backfill == "all";
    return std::nullopt;
}

std::optional<Fault> read_log_settings(const SettingValues& values, adapters::LogOptions& log) {
    const auto level = adapters::log_level_from(get<std::string>(values, "log.level"));
    if (!level) return bad_setting("log.level", "is none of trace, debug, info, warning, error");
    log.level = *level;
    for (const std::string& text : get<Texts>(values, "log.areas")) {
        const std::size_t equals = std::min(text.find('='), text.size());
        const auto area = adapters::log_area_from(std::string_view(text).substr(0, equals));
        const auto own = adapters::log_level_from(std::string_view(text).substr(std::min(equals + 1, text.size())));
        if (!area || !own) {
            return bad_setting("log.areas",
                               "has \"" + text +
                                   "\"; write an area (node, chain, duties, network, peers, sync, pool, storage, "
                                   "api) and its level, as sync=debug");
        }
        log.areas[*area] = *own;
    }
    const auto& format = get<std::string>(values, "log.format");
    if (format != "text" && format != "json") return bad_setting("log.format", "is neither text nor json");
    log.format = format == "json" ? adapters::LogFormat::Json : adapters::LogFormat::Text;
    log.file = optional_path(get<std::string>(values, "log.file"));
    return std::nullopt;
}

/// Where a server listens, from `listen` and `open_to_network` of its table. Nothing: nowhere. `guarded`: strangers are
/// kept out in any case.
std::optional<Fault> read_listen(const SettingValues& values, const std::string& table, bool guarded,
                                 std::optional<adapters::HttpAddress>& address, bool& open_to_network) {
    const std::string key = table + ".listen";
    open_to_network = get<bool>(values, table + ".open_to_network");
    const auto& listen = get<std::string>(values, key);
    if (listen.empty()) return std::nullopt;
    address = adapters::parse_http_address(listen);
    if (!address) {
        return bad_setting(key, "is \"" + listen + "\", but must be an IP address and a port, as 127.0.0.1:8645");
    }
    if (!address->loopback && !open_to_network && !guarded) {
        return bad_setting(key, "is " + listen +
                                    ", which other machines reach, where nobody is asked who he is; use 127.0.0.1, " +
                                    (table == "rpc" ? "set rpc.token_file and rpc.tls_certificate, " : "") + "or set " +
                                    table + ".open_to_network if something in front of the node keeps strangers out");
    }
    return std::nullopt;
}

RpcNumbers rpc_numbers(const SettingValues& values) {
    const auto number = [&](const char* name) { return get<std::uint64_t>(values, std::string("rpc.") + name); };
    return {.connections = number("max_connections"),
            .connections_per_address = number("max_connections_per_address"),
            .body_bytes = number("max_body_bytes"),
            .response_bytes = number("max_response_bytes"),
            .batch = number("max_batch"),
            .depth = number("max_depth"),
            .requests = number("max_requests"),
            .requests_per_connection = number("max_requests_per_connection"),
            .requests_per_second = number("requests_per_second"),
            .loopback_requests_per_second = number("loopback_requests_per_second"),
            .burst = number("burst"),
            .call_seconds = number("call_seconds"),
            .queue_bytes = number("queue_bytes"),
            .queue_messages = number("queue_messages"),
            .waiting_bytes = number("max_waiting_bytes")};
}

std::optional<Fault> read_rpc_settings(const SettingValues& values, Settings& settings) {
    settings.admin_socket = optional_path(get<std::string>(values, "rpc.admin_socket"));
    RpcSettings rpc;
    rpc.token_file = optional_path(get<std::string>(values, "rpc.token_file"));
    const auto& certificate = get<std::string>(values, "rpc.tls_certificate");
    const auto& key = get<std::string>(values, "rpc.tls_key");
    if (!certificate.empty() || !key.empty()) rpc.http.tls = adapters::TlsFiles{certificate, key};
    rpc.http.cors_origins = get<Texts>(values, "rpc.cors_origins");
    if (auto fault = check_rpc_security(rpc)) return fault;
    if (auto fault = read_rpc_numbers(rpc_numbers(values), rpc)) return fault;
    std::optional<adapters::HttpAddress> address;
    const bool guarded = rpc.token_file && rpc.http.tls;
    if (auto fault = read_listen(values, "rpc", guarded, address, rpc.http.open_to_network)) return fault;
    if (!address) return std::nullopt;
    rpc.http.address = *address;
    settings.rpc = std::move(rpc);
    return std::nullopt;
}

}  // namespace

std::span<const SettingKey> setting_keys() { return keys(); }

std::string suggest_key(std::string_view unknown) {
    std::vector<std::string_view> names;
    for (const SettingKey& key : keys())
        names.push_back(key.name);
    const auto nearest = adapters::nearest_name(unknown, names);
    if (!nearest) return "`touchstone-node run --print-config` lists all keys";
    return "did you mean " + std::string(*nearest) + "?";
}

void overlay(SettingValues& values, const SettingValues& over) {
    for (const auto& [key, value] : over)
        values.insert_or_assign(key, value);
}

std::string print_settings(const SettingValues& values) {
    std::string text = "# Configuration of touchstone-node. Every key is also a flag: log.level is --log-level.\n";
    std::string tables;
    std::string table;
    for (const SettingKey& key : keys()) {
        const std::size_t dot = key.name.find('.');
        const bool in_table = dot != std::string_view::npos;
        const std::string_view name = in_table ? key.name.substr(dot + 1) : key.name;
        std::string& out = in_table ? tables : text;
        if (in_table && table != key.name.substr(0, dot)) {
            table = key.name.substr(0, dot);
            out += "\n[" + table + "]\n";
        }
        out += (in_table ? "" : "\n") + comment(key.help) + std::string(name) + " = " +
               value_text(value_of(values, key.name)) + "\n";
    }
    return text + tables;
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !text.starts_with("0x")) return std::nullopt;
    const auto root = fixed_from_hex<Root>(text.substr(0, colon));
    const std::string_view digits = text.substr(colon + 1);
    std::uint64_t epoch = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), epoch);
    if (!root || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return Checkpoint{Epoch(epoch), *root};
}

std::optional<std::vector<std::uint64_t>> parse_indices(std::string_view text) {
    std::vector<std::uint64_t> indices;
    const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
        return value;
    };
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view part = text.substr(0, comma);
        if (comma + 1 == text.size()) return std::nullopt;
        text.remove_prefix(std::min(comma + 1, text.size()));
        const std::size_t dash = part.find('-');
        const auto first = number(part.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
        if (!first || !last || *last < *first || *last - *first >= kMostIndices - indices.size()) return std::nullopt;
        for (std::uint64_t index = *first; index - *first <= *last - *first; ++index) {
            indices.push_back(index);
            if (index == *last) break;
        }
    }
    std::ranges::sort(indices);
    if (std::ranges::adjacent_find(indices) != indices.end()) return std::nullopt;
    return indices;
}

Outcome<Settings> make_settings(const SettingValues& values) {
    Settings settings;
    settings.data_dir = get<std::string>(values, "data_dir");
    if (settings.data_dir.empty()) return bad_setting("data_dir", "is missing; name a folder for the node's files");
    settings.genesis = get<std::string>(values, "genesis");
    if (settings.genesis.empty()) return bad_setting("genesis", "is missing; name the genesis file of the chain");
    settings.listen = get<Texts>(values, "listen");
    if (settings.listen.empty()) return bad_setting("listen", "has no address");
    settings.peers = get<Texts>(values, "peers");
    auto peer_options = read_peer_options({.target_peers = get<std::uint64_t>(values, "target_peers"),
                                           .max_peers = get<std::uint64_t>(values, "max_peers"),
                                           .trusted = get<Texts>(values, "trusted_peers"),
                                           .denied = get<Texts>(values, "denied_peers"),
                                           .bootstrap = get<Texts>(values, "bootstrap_peers"),
                                           .discovery = get<bool>(values, "discovery")});
    if (!peer_options.ok()) return peer_options.fault();
    settings.peer_options = std::move(peer_options).value();
    settings.external_addresses = get<Texts>(values, "external_addresses");
    if (const auto fault = check_external_addresses(settings.external_addresses)) return *fault;
    settings.private_peers = get<bool>(values, "private_peers");
    settings.node_key = optional_path(get<std::string>(values, "node_key")).value_or(settings.data_dir / "node.key");
    for (const auto& [name, numbers] :
         {std::pair("dev_validators", &settings.dev_validators), std::pair("dev_keys", &settings.dev_keys)}) {
        const auto& text = get<std::string>(values, name);
        auto parsed = parse_indices(text);
        if (!parsed) {
            return bad_setting(
                name, "is \"" + text + "\"; write numbers and ranges, each number once, for example \"0-15,20\"");
        }
        *numbers = *std::move(parsed);
    }
    settings.create_watermarks = get<bool>(values, "create_watermarks");
    settings.go_on_outside_weak_subjectivity = get<bool>(values, "go_on_outside_weak_subjectivity");
    if (const auto fault = read_checkpoint_settings(values, settings)) return *fault;
    settings.performance_epochs = get<std::uint64_t>(values, "performance.epochs");
    if (settings.performance_epochs > kMostPerformanceEpochs)
        return bad_setting("performance.epochs", "is more than 100000");
    settings.build_on_head = get<bool>(values, "build_on_head");
    settings.verifier_threads = get<std::uint64_t>(values, "verifier_threads");
    if (settings.verifier_threads > kMostThreads) return bad_setting("verifier_threads", "is more than 64");
    if (settings.verifier_threads == 0) settings.verifier_threads = std::max(1U, std::thread::hardware_concurrency());
    const auto& durability = get<std::string>(values, "durability");
    if (durability != "process" && durability != "power")
        return bad_setting("durability", "is neither process nor power");
    settings.durability = durability == "power" ? adapters::Durability::Power : adapters::Durability::Process;
    settings.ready_file = optional_path(get<std::string>(values, "ready_file"));
    if (const auto fault = read_rpc_settings(values, settings)) return *fault;
    if (const auto fault = read_listen(values, "metrics", false, settings.metrics, settings.metrics_open_to_network)) {
        return *fault;
    }
    if (const auto fault = read_log_settings(values, settings.log)) return *fault;
    return settings;
}

}  // namespace touchstone::node::app
