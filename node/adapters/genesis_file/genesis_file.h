// genesis.json:
//   {"spec_version": "v3",
//    "config": {"preset": "minimal", "parameters": {"SLOT_DURATION_MS": "2000", ...}},
//    "genesis": "0x...",        SSZ of Genesis
//    "genesis_root": "0x..."}   what initialize_state makes of both
#pragma once

#include <filesystem>
#include <string>

#include "node/adapters/files/fault.h"
#include "node/adapters/genesis_file/configuration_json.h"
#include "node/base/bytes.h"
#include "node/types/containers.h"

namespace touchstone::node::adapters {

struct GenesisFile {
    Configuration configuration;
    Genesis genesis;
    Root genesis_root;

    friend bool operator==(const GenesisFile&, const GenesisFile&) = default;
};

/// Reads all of it; the caller makes the state of it and compares the root.
Outcome<GenesisFile> read_genesis_file(const std::filesystem::path& path);

Outcome<Done> write_genesis_file(const std::filesystem::path& path, const GenesisFile& file);

}  // namespace touchstone::node::adapters
