// Answers of a node about its chain, for scripts.
#pragma once

#include <string>

#include "cli/rpc/rpc_client.h"

namespace touchstone::cli {

/// A root that the digit names.
inline std::string root_text(char digit) { return "0x" + std::string(64, digit); }

inline RpcJson head_answer(std::uint64_t head_slot, std::uint64_t finalized_epoch = 0) {
    return {{"genesis_root", root_text('9')},
            {"slot", std::to_string(head_slot)},
            {"head_slot", std::to_string(head_slot)},
            {"head_root", root_text('a')},
            {"justified_epoch", std::to_string(finalized_epoch + 1)},
            {"justified_root", root_text('b')},
            {"finalized_epoch", std::to_string(finalized_epoch)},
            {"finalized_root", root_text('c')},
            {"fork_version", "0x01000000"},
            {"base_fee", "1000"},
            {"syncing", false}};
}

/// A block's, of that slot; the root's digit tells branches apart.
inline RpcJson header_answer(std::uint64_t slot, char digit = 'd') {
    std::string number = std::to_string(slot);
    return {{"root", "0x" + std::string(64 - number.size(), digit) + number},
            {"slot", number},
            {"proposer_index", "4"},
            {"parent_root", root_text('1')},
            {"state_root", root_text('2')},
            {"body_root", root_text('3')},
            {"canonical", true},
            {"finalized", false}};
}

inline RpcJson receipt_answer(const std::string& state, const std::string& slot = "5", bool finalized = false,
                              const std::string& status = "success") {
    if (state != "included") {
        return {{"id", root_text('e')}, {"state", state},      {"block_root", nullptr},
                {"slot", nullptr},      {"index", nullptr},    {"status", nullptr},
                {"events", nullptr},    {"gas_used", nullptr}, {"finalized", nullptr}};
    }
    return {{"id", root_text('e')}, {"state", state},      {"block_root", root_text('d')},
            {"slot", slot},         {"index", "0"},        {"status", status},
            {"events", nullptr},    {"gas_used", "21000"}, {"finalized", finalized}};
}

}  // namespace touchstone::cli
