#include "fuzz/targets.h"

#include <algorithm>
#include <array>

namespace touchstone::fuzz {

std::span<const Target> targets() {
    static constexpr std::array all{
        Target{"fuzz_containers", fuzz_containers, container_seeds, 6000},
        Target{"fuzz_generic_types", fuzz_generic_types, generic_type_seeds, 20000},
        Target{"fuzz_snappy", fuzz_snappy, snappy_seeds, 3000},
        Target{"fuzz_proofs", fuzz_proofs, proof_seeds, 5000},
        Target{"fuzz_ed25519", fuzz_ed25519, ed25519_seeds, 400},
        Target{"fuzz_addresses", fuzz_addresses, address_seeds, 20000},
        Target{"fuzz_configurations", fuzz_configurations, configuration_seeds, 5000},
        Target{"fuzz_block", fuzz_block, block_seeds, 300},
        Target{"fuzz_epoch", fuzz_epoch, epoch_seeds, 600},
        Target{"fuzz_fork_choice", fuzz_fork_choice, fork_choice_seeds, 20},
        Target{"fuzz_transactions", fuzz_transactions, transaction_seeds, 250},
        Target{"fuzz_chain", fuzz_chain, chain_seeds, 20},
        Target{"fuzz_texts", fuzz_texts, text_seeds, 5000},
        Target{"fuzz_messages", fuzz_messages, message_seeds, 5000},
        Target{"fuzz_requests", fuzz_requests, request_seeds, 1000},
        Target{"fuzz_peers", fuzz_peers, peer_seeds, 3000},
        Target{"fuzz_rpc", fuzz_rpc, rpc_seeds, 20000},
        Target{"fuzz_http", fuzz_http, http_seeds, 20000},
        Target{"fuzz_genesis_files", fuzz_genesis_files, genesis_file_seeds, 300},
        Target{"fuzz_genesis_descriptions", fuzz_genesis_descriptions, genesis_description_seeds, 300},
        Target{"fuzz_settings", fuzz_settings, settings_seeds, 500},
        Target{"fuzz_databases", fuzz_databases, database_seeds, 60},
        Target{"fuzz_watermarks", fuzz_watermarks, watermark_seeds, 150},
        Target{"fuzz_adapters", fuzz_adapters, adapter_seeds, 1500},
        Target{"fuzz_vector_files", fuzz_vector_files, vector_file_seeds, 1500},
        Target{"fuzz_kv_tree", fuzz_kv_tree, kv_tree_seeds, 20000},
        Target{"fuzz_state_pieces", fuzz_state_pieces, state_piece_seeds, 300},
        Target{"fuzz_transaction_pool", fuzz_transaction_pool, transaction_pool_seeds, 5000},
    };
    return all;
}

const Target* find_target(std::string_view name) {
    const auto found = std::ranges::find(targets(), name, &Target::name);
    return found == targets().end() ? nullptr : &*found;
}

}  // namespace touchstone::fuzz
