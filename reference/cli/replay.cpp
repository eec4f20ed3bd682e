#include "reference/cli/replay.h"

#include "reference/transition/attestation.h"
#include "reference/transition/genesis.h"
#include "reference/transition/state_transition.h"

namespace touchstone::reference::cli {

namespace {

/// Thrown by the steps of a row, completed with the row by `take`.
struct Diverges {
    std::string clause;
    std::string field;
    std::string stored;
    std::string computed;
    std::string block;
};

/// Thrown where the blocks behind an anchor are not there.
struct LacksBlocks {
    Slot before;
};

std::string text(Clause clause) { return std::string(to_string(clause)); }
std::string text(const Root& root) { return to_hex(root.bytes); }
std::string text(const Checkpoint& checkpoint) {
    return std::to_string(checkpoint.epoch.value) + ":" + text(checkpoint.root);
}

void expect_equal(Clause clause, const char* field, const std::string& stored, const std::string& computed,
                  const std::string& block = "") {
    if (stored != computed) throw Diverges{text(clause), field, stored, computed, block};
}

/// [STO-17] The stored input was accepted.
template <class T>
void expect_accepted(const Result<T>& result, const std::string& block = "") {
    if (!result) throw Diverges{text(result.failure().clause), "verdict", "accepted", result.failure().reason, block};
}

/// [STO-18] The block of a row, which has this root.
SignedBlock decode_block(const BlockRow& row, const Root& root, const Parameters& config) {
    const auto block = ssz::deserialize<SignedBlock>(row.ssz, config);
    if (!block) throw Diverges{text(Clause::STO_18), "ssz", "a SignedBlock", block.failure().reason, text(root)};
    expect_equal(Clause::STO_18, "root", text(root), text(hash_tree_root(block.value().message, config)), text(root));
    return block.value();
}

/// [STO-16]
template <class T>
T decode(const JournalRow& row, const Parameters& config) {
    auto object = ssz::deserialize<T>(row.payload, config);
    if (!object) throw Diverges{text(Clause::STO_16), "payload", to_hex(row.payload), object.failure().reason, ""};
    return std::move(object).value();
}

}  // namespace

CostlyChecks SharedChecks::checks() {
    return {[this](const ConsensusState& parent, const SignedBlock& block) { return execute(parent, block); },
            [this](const ConsensusState& state, const IndexedAttestation& indexed) { return verify(state, indexed); }};
}

Result<StatePointer> SharedChecks::execute(const ConsensusState& parent, const SignedBlock& signed_block) {
    const Root key = hash_tree_root(signed_block, parent.config);
    if (const auto known = post_states_.find(key); known != post_states_.end()) return known->second;
    TRY(const StatePointer state, plain_checks().state_transition(parent, signed_block));
    executed_.insert(hash_tree_root(signed_block.message, parent.config));
    post_states_[key] = state;
    return state;
}

// What a signature is verified against is the keys and the domain: the same in two states, the same verdict.
Result<void> SharedChecks::verify(const ConsensusState& state, const IndexedAttestation& indexed) {
    Bytes inputs = ssz::serialize(indexed, state.config);
    const auto append = [&](ByteView bytes) { inputs.insert(inputs.end(), bytes.begin(), bytes.end()); };
    append(state.genesis_root.bytes);
    for (const Fork& fork : state.fork_schedule)
        append(ssz::serialize(fork, state.config));
    for (ValidatorIndex index : indexed.attesting_indices) {
        if (index < state.validators.size()) append(state.validators[index.value].pubkey.bytes);
    }
    const Hash key = hash(inputs);
    if (verified_.contains(key)) return {};
    CHECK(is_valid_indexed_attestation(state, indexed));
    constexpr std::size_t REMEMBERED = 100'000;
    if (verified_.size() >= REMEMBERED) verified_.clear();
    verified_.insert(key);
    return {};
}

std::optional<BlockRow> SharedChecks::find_block(const Root& root) const {
    for (const Database* database : databases_) {
        if (auto row = database->block(root.bytes)) return row;
    }
    return std::nullopt;
}

void SharedChecks::forget_up_to(Slot slot) {
    std::erase_if(post_states_, [&](const auto& entry) { return entry.second->slot <= slot; });
}

// [STO-15]
Replay::Replay(std::string name, const Database& database, SharedChecks& shared)
    : name_(std::move(name)), database_(database), shared_(shared) {
    shared.add(database);
    const ConsensusState& genesis_state = database.genesis_state();
    auto store = get_forkchoice_store(genesis_state, genesis_block(genesis_state));
    if (!store) throw DatabaseError(name_ + ": no store can begin from its genesis: " + store.failure().reason);
    store_ = std::move(store).value();
    store_.checks = shared.checks();
}

bool Replay::advance() {
    constexpr std::size_t ROWS_AT_ONCE = 256;
    if (divergence_) return false;
    const std::vector<JournalRow> rows = database_.rows_after(last_seq_, ROWS_AT_ONCE);
    for (const JournalRow& row : rows) {
        take(row);
        if (divergence_ || lacks_blocks_before_) break;
    }
    return !rows.empty() && !lacks_blocks_before_;
}

void Replay::take(const JournalRow& row) {
    lacks_blocks_before_.reset();
    const Epoch finalized = store_.finalized_checkpoint.epoch;
    try {
        expect_equal(Clause::STO_16, "seq", std::to_string(row.seq), std::to_string(last_seq_ + 1));
        check_head_of_slot(row);
        if (row.kind == "anchor") apply_anchor(row);
        if (row.kind != "tick") {  // [STO-10]
            expect_equal(Clause::STO_16, "time_ms", std::to_string(row.time_ms), std::to_string(store_.time_ms));
        }
        apply(row);
        compare(row);
        last_seq_ = row.seq;
    } catch (const Diverges& found) {
        divergence_ = {name_, row.seq, row.kind, found.block, found.clause, found.field, found.stored, found.computed};
        return;
    } catch (const LacksBlocks& lacking) {
        lacks_blocks_before_ = lacking.before;
        return;
    }
    if (store_.finalized_checkpoint.epoch > finalized) forget_states(store_);
}

// [STO-22]
void Replay::check_head_of_slot(const JournalRow& row) {
    if (row.time_ms < store_.genesis_time_ms) return;  // rejected as a tick, or not the time of the store
    const Slot slot{(row.time_ms - store_.genesis_time_ms) / store_.config.SLOT_DURATION_MS};
    if (slot_ && *slot_ != slot) {
        if (!slot_has_head_) {
            throw Diverges{text(Clause::STO_22), "head_root",
                           "NULL in all rows of slot " + std::to_string(slot_->value), "a head in one of them", ""};
        }
        slot_has_head_ = false;
    }
    if (!slot_) slot_has_head_ = false;
    slot_ = slot;
    slot_has_head_ = slot_has_head_ || row.head_root.has_value();
}

// [STO-09], [STO-17]
void Replay::apply(const JournalRow& row) {
    if (row.kind == "anchor") return;  // the store is its own already
    if (row.kind == "tick") {
        expect_equal(Clause::STO_16, "payload", to_hex(row.payload), "0x");
        expect_accepted(on_tick(store_, row.time_ms));
    } else if (row.kind == "block") {
        apply_block(row);
    } else if (row.kind == "attestation") {
        expect_accepted(on_attestation(store_, decode<Attestation>(row, store_.config), false));
    } else if (row.kind == "attester_slashing") {
        expect_accepted(on_attester_slashing(store_, decode<AttesterSlashing>(row, store_.config)));
    } else if (row.kind == "order") {
        apply_order(row);
    } else {
        throw Diverges{text(Clause::STO_16), "kind", row.kind,
                       "anchor, tick, block, attestation, attester_slashing or order", ""};
    }
}

/// The blocks from the first after genesis to the one of this root.
std::vector<SignedBlock> Replay::blocks_up_to(Root root) const {
    const ConsensusState& genesis = database_.genesis_state();
    const Root first = hash_tree_root(genesis_block(genesis), genesis.config);
    std::vector<SignedBlock> blocks;
    while (root != first) {
        const auto row = shared_.find_block(root);
        if (!row) throw LacksBlocks{blocks.empty() ? Slot{UINT64_MAX} : blocks.back().message.slot};
        blocks.push_back(decode_block(*row, root, genesis.config));
        root = blocks.back().message.parent_root;
    }
    std::ranges::reverse(blocks);
    return blocks;
}

// [SYN-26]
void Replay::apply_anchor(const JournalRow& row) {
    if (row.seq != 1) throw Diverges{text(Clause::STO_16), "kind", "anchor", "an anchor in the first row only", ""};
    const std::vector<SignedBlock> blocks = blocks_up_to(decode<Root>(row, store_.config));
    auto state = std::make_shared<const ConsensusState>(database_.genesis_state());
    Block anchor = genesis_block(*state);
    for (const SignedBlock& block : blocks) {
        auto next = shared_.execute(*state, block);
        expect_accepted(next, text(hash_tree_root(block.message, store_.config)));
        state = std::move(next).value();
        anchor = block.message;
    }
    auto store = get_forkchoice_store(*state, anchor);
    expect_accepted(store);
    store_ = std::move(store).value();
    store_.checks = shared_.checks();
}

// [STO-18]
void Replay::apply_block(const JournalRow& row) {
    const Root root = decode<Root>(row, store_.config);
    const std::string name = text(root);
    const auto stored = database_.block(row.payload);
    if (!stored) throw Diverges{text(Clause::STO_18), "blocks", "no such row", "a row with this root", name};
    const SignedBlock block = decode_block(*stored, root, store_.config);
    const Block& message = block.message;
    expect_equal(Clause::STO_18, "slot", std::to_string(stored->slot.value), std::to_string(message.slot.value), name);
    expect_equal(Clause::STO_18, "parent_root", to_hex(stored->parent_root), text(message.parent_root), name);
    if (store_.blocks.contains(root))
        throw Diverges{text(Clause::STO_08), "block", "a new block", "known already", name};
    const auto accepted = on_block(store_, block);
    if (!accepted && accepted.failure().clause == Clause::BLK_08) {  // say what the root is, not only that it differs
        ConsensusState post = *store_.block_states.at(message.parent_root);
        expect_accepted(state_transition(post, block, false), name);
        throw Diverges{text(Clause::BLK_08), "state_root", text(message.state_root),
                       text(hash_tree_root(post, post.config)), name};
    }
    expect_accepted(accepted, name);
    // The transition has compared the block's state root with that of the state it computed [BLK-08].
    expect_equal(Clause::STO_18, "state_root", to_hex(stored->state_root), text(message.state_root), name);
}

// [STO-19]
void Replay::apply_order(const JournalRow& row) {
    const auto order = decode<ProposalOrder>(row, store_.config);
    const auto head = get_head(store_);
    expect_accepted(head);
    const auto proposer_head = get_proposer_head(store_, head.value(), order.slot);
    expect_accepted(proposer_head);
    if (order.parent_root != head.value()) {
        expect_equal(Clause::STO_19, "parent_root", text(order.parent_root), text(proposer_head.value()));
    }
    expect_equal(Clause::STO_19, "slot", std::to_string(order.slot.value),
                 std::to_string(get_current_slot(store_).value));
}

// [STO-20], [STO-21]
void Replay::compare(const JournalRow& row) {
    expect_equal(Clause::STO_20, "justified_checkpoint", text(row.justified), text(store_.justified_checkpoint));
    expect_equal(Clause::STO_20, "finalized_checkpoint", text(row.finalized), text(store_.finalized_checkpoint));
    if (!row.head_root) return;
    const auto head = get_head(store_);
    expect_accepted(head);
    expect_equal(Clause::STO_21, "head_root", to_hex(*row.head_root), text(head.value()));
}

}  // namespace touchstone::reference::cli
