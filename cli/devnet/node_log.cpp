#include "cli/devnet/node_log.h"

#include <nlohmann/json.hpp>

namespace touchstone::cli {

namespace {

using Json = nlohmann::json;

}  // namespace

std::optional<NodeLogLine> parse_node_log_line(std::string_view line) {
    const auto json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    const auto event = json.find("event");
    if (event == json.end() || !event->is_string()) return std::nullopt;
    NodeLogLine result{event->get<std::string>(), std::nullopt, std::nullopt, json.value("level", Json()) == "error"};
    const auto address = json.find("address");
    if (address != json.end() && address->is_string()) result.address = address->get<std::string>();
    const auto peers = json.find("peers");
    if (peers != json.end() && peers->is_number_unsigned()) result.peers = peers->get<std::uint64_t>();
    return result;
}

}  // namespace touchstone::cli
