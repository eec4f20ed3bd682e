// A node's database that somebody else may have written: the reference replays it, the node starts from it. Neither
// crashes, and what the replay finds sound the node goes on with, at the same head.

#include "fuzz/agreement.h"
#include "fuzz/chain/short_chain.h"
#include "fuzz/chain/translate.h"
#include "fuzz/files/forgery.h"
#include "fuzz/targets.h"
#include "node/adapters/sqlite/sqlite_store.h"
#include "reference/cli/replay.h"
#include "reference/execution/transaction.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;
namespace ref = reference::cli;

constexpr std::uint64_t kBlocks = 4;
constexpr std::uint64_t kEntries = kShortChainAccounts;
constexpr std::uint64_t kRows = 3 * kBlocks;  // a tick, a block and an order each

node::adapters::StoreOptions options_of(const std::filesystem::path& path) {
    return {
        .path = path, .genesis_root = short_chain().node_genesis_state->consensus().genesis_root, .preset = "minimal"};
}

void remove_database(const std::filesystem::path& path) {
    std::error_code ignored;
    for (const char* ending : {"", "-wal", "-shm", "-journal", ".lock"})
        std::filesystem::remove(path.string() + ending, ignored);
}

/// What the tables of the view hold; the others but `meta` and `genesis` are the node's own.
const std::vector<ForgedTable>& view_tables() {
    static const std::vector<ForgedTable> tables{
        {"blocks", {"root", "slot", "parent_root", "state_root", "ssz"}, kBlocks},
        {"journal",
         {"seq", "kind", "time_ms", "payload", "head_root", "justified_epoch", "justified_root", "finalized_epoch",
          "finalized_root"},
         kRows},
    };
    return tables;
}
const std::vector<ForgedTable>& other_tables() {
    static const std::vector<ForgedTable> tables{
        {"meta", {"key", "value"}, 3},
        {"genesis", {"config", "state", "entries", "genesis_root"}, 1},
        {"recovery_point", {"seq", "anchor_root", "anchor_slot", "anchor_state", "fork_choice"}, 1},
        {"entries", {"key", "value"}, kEntries},
        {"receipts", {"number", "ssz"}, kBlocks},
        {"transactions", {"id", "number", "position"}, kBlocks},
    };
    return tables;
}

/// The file of a node that lived through the short chain; and the same with tables that take everything.
struct Templates {
    Templates() {
        const auto path = scratch("template.sqlite");
        Quiet quiet;
        {
            auto store = node::adapters::SqliteStore::open(options_of(path), quiet.log);
            if (!store.ok()) throw std::logic_error(store.fault().text);
            live_through(quiet, *store.value());
        }
        sound = file_content(path);
        {
            RawDatabase raw(path);
            raw.execute("PRAGMA journal_mode = DELETE");
            for (const auto& tables : {view_tables(), other_tables()}) {
                for (const ForgedTable& table : tables)
                    raw.loosen(table.name);
            }
        }
        loose = file_content(path);
        remove_database(path);
    }
    ByteVector sound;
    ByteVector loose;
};

/// Encodings and texts that belong elsewhere.
const std::vector<ByteVector>& stock() {
    static const std::vector<ByteVector> all = [] {
        const ShortChain& chain = short_chain();
        std::vector<ByteVector> made;
        for (const char* kind : {"tick", "block", "attestation", "attester_slashing", "order"})
            made.push_back(as_bytes(kind));
        for (const reference::SignedBlock& block : chain.blocks) {
            made.push_back(ssz::serialize(block, short_chain_config()));
            const auto root = reference::hash_tree_root(block.message, short_chain_config());
            made.emplace_back(root.bytes.begin(), root.bytes.end());
        }
        for (const reference::Attestation& vote : chain.votes)
            made.push_back(ssz::serialize(vote, short_chain_config()));
        made.push_back(ssz::serialize(reference::AttesterSlashing{}, short_chain_config()));
        return made;
    }();
    return all;
}

/// The head after a replay without divergence; nothing if the reference refuses the database or finds one.
std::optional<reference::Root> replayed_head(const std::filesystem::path& path) {
    try {
        const ref::Database database(path);
        ref::SharedChecks shared;
        ref::Replay replay("database", database, shared);
        while (replay.advance()) {
        }
        if (replay.divergence()) {
            ++agreed_verdicts()["replay " + replay.divergence()->clause];
            return std::nullopt;
        }
        return need(reference::get_head(replay.store()));
    } catch (const ref::DatabaseError&) {
        ++agreed_verdicts()["replay refuses"];
        return std::nullopt;
    }
}

/// Whether it finds them depends on what was forged; an answer is about what was asked for.
void ask_for_transactions(const node::Chain& chain) {
    for (const reference::SignedBlock& block : short_chain().blocks) {
        for (const reference::SignedTransaction& transaction : block.message.body.transactions) {
            const auto id = translate(reference::get_transaction_id(transaction, short_chain_config()));
            const auto found = chain.transaction(id);
            if (found) expect(chain.contains(found->place.block_root), "a transaction stands in a block of the chain");
        }
    }
}

/// The head with which the node starts; nothing if it refuses.
std::optional<node::Root> started_head(const std::filesystem::path& path) {
    Quiet quiet;
    auto store = node::adapters::SqliteStore::open(options_of(path), quiet.log);
    if (!store.ok()) return std::nullopt;
    const auto chain = node::Chain::open(ports_of(quiet, *store.value()), *short_chain().node_genesis_state);
    if (chain.index() != 0) return std::nullopt;
    ask_for_transactions(*std::get<0>(chain));
    return std::get<0>(chain)->head();
}

void check_database(const ByteVector& file, const std::function<void(RawDatabase&)>& forgery, bool view_only) {
    const auto path = scratch_file("chain.sqlite", file);
    if (forgery) {
        RawDatabase raw(path);
        forgery(raw);
    }
    const auto by_reference = replayed_head(path);
    const auto by_node = started_head(path);
    remove_database(path);
    if (!view_only || !by_reference) return;
    expect(by_node.has_value(), "the node starts from a database that the replay finds sound");
    agree_on_bytes("head of a database", by_reference->bytes, by_node->bytes);
}

void compare_record(Bytes bytes) {
    const auto record = node::decode_fork_choice_record(bytes);
    if (record.ok()) agree_on_bytes("a record of the fork choice", bytes, node::encode(record.value()));
}

}  // namespace

void fuzz_databases(Bytes bytes) {
    static const Templates templates;
    Input input(bytes);
    switch (input.below(4)) {
        case 0: {
            ByteVector file = templates.sound;
            spoil_pages(file, input);
            return check_database(file, nullptr, false);
        }
        case 1:
            return compare_record(input.rest());
        default: {
            const bool view_only = input.flag();
            const auto& tables = view_only ? view_tables() : other_tables();
            const auto forgery = [&](RawDatabase& raw) {
                for (std::uint64_t i = input.below(4); i > 0; --i)
                    forge(raw, input, tables, stock());
            };
            return check_database(templates.loose, forgery, view_only);
        }
    }
}

std::vector<ByteVector> database_seeds() {
    std::vector<ByteVector> seeds{{2, 1, 0}, {2, 0, 0}, {0, 3, 0, 1, 0, 0, 7}};
    Quiet quiet;
    auto store = node::ForkChoice::from_anchor(
        short_chain().environment, *short_chain().node_genesis_state,
        node::genesis_block(short_chain().environment, *short_chain().node_genesis_state));
    ByteVector record{1};
    const ByteVector encoded = node::encode(store.value().record());
    record.insert(record.end(), encoded.begin(), encoded.end());
    seeds.push_back(record);
    // Each column of each table, in each way.
    for (std::uint8_t view = 0; view < 2; ++view) {
        const auto& tables = view == 1 ? view_tables() : other_tables();
        for (std::size_t t = 0; t < tables.size(); ++t) {
            for (std::size_t c = 0; c < tables[t].columns.size(); ++c) {
                const auto table = static_cast<std::uint8_t>(t);
                const auto column = static_cast<std::uint8_t>(c);
                const auto way = static_cast<std::uint8_t>((column + 3 * table) % 7);
                seeds.push_back({2, view, 1, table, column, 1, way, 3, 2, 40, 5});
                seeds.push_back({2, view, 1, table, column, 0, 6, column, 9, 1});
            }
        }
    }
    return seeds;
}

}  // namespace touchstone::fuzz
