// What the development network reads from a node's log: one JSON object a line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone::cli {

struct NodeLogLine {
    std::string event;
    /// Of `listening`: where peers reach the node, peer id included; of `rpc_listening`: IP address and port.
    std::optional<std::string> address;
    std::optional<std::uint64_t> peers;  // of `status`
    bool is_error = false;               // what must not be on any network
};

/// Nothing if the line is no log line (a crash may leave any text in the file).
std::optional<NodeLogLine> parse_node_log_line(std::string_view line);

}  // namespace touchstone::cli
