// The fuzz targets. Each takes any bytes, throws Disagreement for a finding, and otherwise returns; a crash is a
// finding too.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "fuzz/input.h"

namespace touchstone::fuzz {

struct Target {
    std::string_view name;  // of the program and of its folder in corpus/
    void (*run)(Bytes input);
    /// Inputs to begin with: small, valid, and different from each other.
    std::vector<ByteVector> (*seeds)();
    /// How many inputs the ordinary tests make from the seeds.
    std::uint64_t quick_inputs;
};

/// All of them, in the order of the prose.
std::span<const Target> targets();
const Target* find_target(std::string_view name);

// decoders/
void fuzz_containers(Bytes input);
std::vector<ByteVector> container_seeds();
void fuzz_generic_types(Bytes input);
std::vector<ByteVector> generic_type_seeds();
void fuzz_snappy(Bytes input);
std::vector<ByteVector> snappy_seeds();
void fuzz_proofs(Bytes input);
std::vector<ByteVector> proof_seeds();
void fuzz_ed25519(Bytes input);
std::vector<ByteVector> ed25519_seeds();
void fuzz_addresses(Bytes input);
std::vector<ByteVector> address_seeds();
void fuzz_configurations(Bytes input);
std::vector<ByteVector> configuration_seeds();
void fuzz_texts(Bytes input);
std::vector<ByteVector> text_seeds();

// network/
void fuzz_messages(Bytes input);
std::vector<ByteVector> message_seeds();
void fuzz_requests(Bytes input);
std::vector<ByteVector> request_seeds();
void fuzz_peers(Bytes input);
std::vector<ByteVector> peer_seeds();
void fuzz_rpc(Bytes input);
std::vector<ByteVector> rpc_seeds();
void fuzz_http(Bytes input);
std::vector<ByteVector> http_seeds();

// files/
void fuzz_genesis_files(Bytes input);
std::vector<ByteVector> genesis_file_seeds();
void fuzz_genesis_descriptions(Bytes input);
std::vector<ByteVector> genesis_description_seeds();
void fuzz_settings(Bytes input);
std::vector<ByteVector> settings_seeds();
void fuzz_databases(Bytes input);
std::vector<ByteVector> database_seeds();
void fuzz_watermarks(Bytes input);
std::vector<ByteVector> watermark_seeds();

// conformance/
void fuzz_adapters(Bytes input);
std::vector<ByteVector> adapter_seeds();
void fuzz_vector_files(Bytes input);
std::vector<ByteVector> vector_file_seeds();

// tree/
void fuzz_kv_tree(Bytes input);
std::vector<ByteVector> kv_tree_seeds();

// sync/
void fuzz_state_pieces(Bytes input);
std::vector<ByteVector> state_piece_seeds();

// pool/
void fuzz_transaction_pool(Bytes input);
std::vector<ByteVector> transaction_pool_seeds();

// transition/
void fuzz_block(Bytes input);
std::vector<ByteVector> block_seeds();
void fuzz_epoch(Bytes input);
std::vector<ByteVector> epoch_seeds();

// fork_choice/
void fuzz_fork_choice(Bytes input);
std::vector<ByteVector> fork_choice_seeds();

// execution/
void fuzz_transactions(Bytes input);
std::vector<ByteVector> transaction_seeds();

// history/
void fuzz_chain(Bytes input);
std::vector<ByteVector> chain_seeds();

}  // namespace touchstone::fuzz
