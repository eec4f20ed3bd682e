#include "node/adapters/genesis_file/genesis_file.h"

#include <nlohmann/json.hpp>

#include "node/adapters/files/text_file.h"
#include "node/adapters/genesis_file/json_fields.h"
#include "node/types/encoding.h"

namespace touchstone::node::adapters {

namespace {

/// Half a million validators and a million accounts; what is larger is some other file.
constexpr std::uintmax_t kFileLimit = 256U << 20U;

std::optional<ByteVector> bytes_field(const nlohmann::ordered_json& json) {
    if (!json.is_string()) return std::nullopt;
    const auto& text = json.get_ref<const std::string&>();
    if (!text.starts_with("0x")) return std::nullopt;
    return from_hex(text);
}

Outcome<GenesisFile> parse(std::string_view text) {
    const auto parsed = parse_json(text);
    if (!parsed.ok()) return parsed.fault();
    const auto& json = parsed.value();
    if (const auto problem = fields_problem(json, {"spec_version", "config", "genesis", "genesis_root"})) {
        return Fault{FaultKind::Genesis, *problem};
    }
    if (json["spec_version"] != spec_version()) {
        return Fault{FaultKind::Genesis, "it is for version " + json["spec_version"].dump() +
                                             " of the specification, this program for \"" +
                                             std::string(spec_version()) + "\"; use the release for that version"};
    }
    auto configuration = configuration_from(json["config"]);
    if (!configuration.ok()) return Fault{FaultKind::Genesis, "in \"config\": " + configuration.fault().text};
    const auto bytes = bytes_field(json["genesis"]);
    if (!bytes) return Fault{FaultKind::Genesis, "\"genesis\" is no text of 0x and hexadecimal digits"};
    auto genesis = decode<Genesis>(*bytes, configuration->parameters);
    if (!genesis.ok()) {
        return Fault{FaultKind::Genesis,
                     "\"genesis\" is no encoding of a Genesis: " + std::string(to_string(genesis.rejection().clause)) +
                         ", " + genesis.rejection().detail};
    }
    const auto root = bytes_field(json["genesis_root"]);
    if (!root || root->size() != Root::kSize) {
        return Fault{FaultKind::Genesis, "\"genesis_root\" is no text of 0x and 64 hexadecimal digits"};
    }
    GenesisFile file{std::move(*configuration), std::move(*genesis), {}};
    std::ranges::copy(*root, file.genesis_root.bytes.begin());
    return file;
}

}  // namespace

Outcome<GenesisFile> read_genesis_file(const std::filesystem::path& path) {
    const auto text = read_text_file(path, kFileLimit, FaultKind::Genesis, "the genesis file");
    if (!text.ok()) return text.fault();
    auto file = parse(text.value());
    if (file.ok()) return file;
    return Fault{FaultKind::Genesis, "the genesis file " + path.string() + " cannot be used: " + file.fault().text +
                                         ". Take an unchanged copy, or make one with `touchstone genesis`"};
}

Outcome<Done> write_genesis_file(const std::filesystem::path& path, const GenesisFile& file) {
    const nlohmann::ordered_json json = {{"spec_version", spec_version()},
                                         {"config", configuration_as_json(file.configuration)},
                                         {"genesis", "0x" + to_hex(encode(file.genesis))},
                                         {"genesis_root", "0x" + to_hex(file.genesis_root)}};
    return replace_text_file(path, json.dump(1) + "\n", FaultKind::Genesis, "the genesis file");
}

}  // namespace touchstone::node::adapters
