// The configuration file of one node of a development network.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace touchstone::cli {

struct NodeConfiguration {
    std::filesystem::path genesis;
    std::filesystem::path data_folder;
    std::string validators;          // of development keys, "0-15"; empty for none
    std::vector<std::string> peers;  // with their peer ids
    unsigned verifier_threads = 1;
    bool named_peers_only = false;  // dials nobody else, whatever it learns
    std::uint16_t rpc_port = 0;     // 0: the system chooses
};

/// node.toml: loopback, a port that the system chooses, log lines as JSON on standard error.
std::string node_configuration_text(const NodeConfiguration& configuration);

}  // namespace touchstone::cli
