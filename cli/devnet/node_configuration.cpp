#include "cli/devnet/node_configuration.h"

namespace touchstone::cli {

namespace {

/// A basic string of TOML. Paths may hold anything but control characters, which no folder of ours has.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') result += '\\';
        result += character;
    }
    return result + '"';
}

}  // namespace

std::string node_configuration_text(const NodeConfiguration& configuration) {
    std::string peers;
    for (const std::string& each : configuration.peers)
        peers += (peers.empty() ? "" : ", ") + quoted(each);
    std::string text = "genesis = " + quoted(configuration.genesis.string()) +
                       "\ndata_dir = " + quoted(configuration.data_folder.string()) +
                       "\nlisten = [\"/ip4/127.0.0.1/tcp/0\"]\npeers = [" + peers + "]\n";
    if (!configuration.validators.empty()) text += "dev_validators = " + quoted(configuration.validators) + "\n";
    if (configuration.named_peers_only) text += "discovery = false\n";
    text += "verifier_threads = " + std::to_string(configuration.verifier_threads) + "\n";
    // Whoever loads such a network does it from this machine alone.
    text += "\n[rpc]\nlisten = \"127.0.0.1:" + std::to_string(configuration.rpc_port) +
            "\"\nmax_connections = 2000\nmax_connections_per_address = 2000\n\n[metrics]\nlisten = \"127.0.0.1:0\"\n";
    return text + "\n[log]\nformat = \"json\"\n";
}

}  // namespace touchstone::cli
