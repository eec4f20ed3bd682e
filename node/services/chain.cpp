#include "node/services/chain.h"

#include <algorithm>
#include <utility>

#include "node/kernel/consensus/domains.h"
#include "node/kernel/execution/transaction.h"
#include "node/kernel/state_sync/beginning.h"
#include "node/kernel/tree/entries.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

std::vector<std::uint64_t> values_of(const Parameters& parameters) {
    std::vector<std::uint64_t> values;
    for (const auto& parameter : PARAMETER_FIELDS)
        values.push_back(parameters.*(parameter.value));
    return values;
}

std::string text(const Rejection& rejection) {
    std::string said(to_string(rejection.clause));
    if (!rejection.detail.empty()) said += " (" + rejection.detail + ")";
    return said;
}

StoredBlock stored(const ImportedBlock& imported, const SignedBlock& block) {
    return {.root = imported.root,
            .parent_root = block.message.parent_root,
            .state_root = block.message.state_root,
            .slot = block.message.slot,
            .signed_block = encode(block)};
}

StoredReceipts stored_receipts(const ImportedBlock& imported, const SignedBlock& block, const Parameters& parameters) {
    StoredReceipts stored{imported.root, encode(*imported.receipts), {}};
    for (const SignedTransaction& each : block.message.body.transactions) {
        const std::uint64_t index = stored.transactions.size();
        const Address sender = sender_of(each.message);
        stored.transactions.push_back(transaction_id(each.message, parameters));
        stored.accounts.push_back({sender, index, true});
        const auto* transfer = std::get_if<Transfer>(&each.message.payload);
        if (transfer != nullptr && transfer->recipient != sender) {
            stored.accounts.push_back({transfer->recipient, index, false});
        }
    }
    return stored;
}

constexpr std::size_t kRowsAtATime = 1024;

}  // namespace

Chain::Chain(const ChainPorts& ports, ForkChoice fork_choice)
    : ports_(ports), kept_states_(ports.store), performance_(ports.store, ports.performance_epochs) {
    replace(std::move(fork_choice));
}

void Chain::replace(ForkChoice fork_choice) {
    fork_choice_.emplace(std::move(fork_choice));
    head_ = fork_choice_->get_head();
    committed_finalized_ = fork_choice_->finalized();
    state_now_ = {};
}

void Chain::set_genesis(const State& genesis_state) {
    genesis_root_ = genesis_state.consensus().genesis_root;
    genesis_time_ms_ = genesis_state.consensus().genesis_time_ms;
    genesis_block_root_ = latest_block_root(genesis_state, ports_.environment);
}

// ---------------------------------------------------------------------------------------------------------- beginning

std::variant<std::unique_ptr<Chain>, std::string> Chain::open(const ChainPorts& ports, const State& genesis_state,
                                                              bool from_checkpoint) {
    const auto recorded = ports.store.genesis();
    if (!recorded) return begin(ports, genesis_state, from_checkpoint);
    if (recorded->genesis_root != genesis_state.consensus().genesis_root) {
        return "the database is of another chain: its genesis root is " + to_hex(recorded->genesis_root) + ", not " +
               to_hex(genesis_state.consensus().genesis_root);
    }
    const auto point = ports.store.recovery_point();
    if (!point) return std::string("the database has a genesis but no point to recover from: it is damaged");
    return recover(ports, genesis_state, *point);
}

std::variant<std::unique_ptr<Chain>, std::string> Chain::begin(const ChainPorts& ports, const State& genesis_state,
                                                               bool from_checkpoint) {
    auto fork_choice =
        ForkChoice::from_anchor(ports.environment, genesis_state, genesis_block(ports.environment, genesis_state));
    if (!fork_choice) return "the genesis state is refused: " + text(fork_choice.rejection());
    auto chain = std::unique_ptr<Chain>(new Chain(ports, std::move(fork_choice).value()));
    chain->set_genesis(genesis_state);
    chain->performance_.begin(*chain->fork_choice_);
    GenesisRecord genesis{.parameters = values_of(ports.environment.parameters()),
                          .state = encode(genesis_state.consensus()),
                          .entries = encode(tree::all_entries(genesis_state.tree())),
                          .genesis_root = chain->genesis_root_};
    if (from_checkpoint) {
        chain->joining_ = true;
        chain->genesis_record_ = std::move(genesis);
        return chain;
    }
    chain->pending_.genesis = std::move(genesis);
    chain->pending_.forget_sync_answers = true;
    chain->add_recovery_point();
    if (!chain->commit()) return *chain->failure_;
    return chain;
}

std::variant<std::unique_ptr<Chain>, std::string> Chain::recover(const ChainPorts& ports, const State& genesis_state,
                                                                 const RecoveryPoint& point) {
    const auto damaged = [](const std::string& what) { return "the database is damaged: " + what; };
    const auto record = decode_fork_choice_record(point.fork_choice);
    if (!record) return damaged("the record of the fork choice, " + text(record.rejection()));
    auto anchor = decode<ConsensusState>(point.anchor_state, ports.environment.parameters());
    const std::string which = "the state of slot " + std::to_string(point.anchor_slot.value()) + ", ";
    if (!anchor) return damaged(which + text(anchor.rejection()));
    auto anchor_state =
        State::with_entries(ports.environment, std::move(anchor).value(), ports.store.entries(), &genesis_state);
    if (!anchor_state) return damaged("the entries of " + which + text(anchor_state.rejection()));
    const tree::TreeVersion entries = anchor_state->tree();
    const auto block_by_root = [&](const Root& root) -> std::optional<SignedBlock> {
        const auto found = ports.store.block(root);
        if (!found) return std::nullopt;
        auto block = decode<SignedBlock>(found->signed_block, ports.environment.parameters());
        if (!block) return std::nullopt;
        return std::move(block).value();
    };
    auto fork_choice =
        ForkChoice::restore(ports.environment, record.value(), std::move(anchor_state).value(), block_by_root);
    if (!fork_choice) return damaged("the fork choice cannot be restored, " + text(fork_choice.rejection()));
    auto chain = std::unique_ptr<Chain>(new Chain(ports, std::move(fork_choice).value()));
    chain->set_genesis(genesis_state);
    chain->stored_entries_ = entries;
    chain->sequence_ = point.sequence;
    chain->recovery_sequence_ = point.sequence;
    if (const auto fault = chain->replay_rows()) return damaged(*fault);
    chain->committed_finalized_ = chain->fork_choice_->finalized();
    chain->remembers_ = chain->fork_choice_->anchor_root() != chain->committed_finalized_.root;
    chain->performance_.begin(*chain->fork_choice_);
    chain->kept_states_.set_last(chain->fork_choice_->block_state(chain->committed_finalized_.root));
    chain->anchor_ = ports.store.anchor();
    if (chain->anchor_) chain->note_earliest(ports.store.earliest_finalized_block());
    return chain;
}

/// Repeats the journal's rows after the recovery point. What they say must follow again. [STO-14]
std::optional<std::string> Chain::replay_rows() {
    for (;;) {
        const auto rows = ports_.store.journal_after(sequence_, kRowsAtATime);
        if (rows.empty()) return std::nullopt;
        for (const JournalRow& row : rows) {
            const std::string where = "row " + std::to_string(row.sequence) + " of the journal, ";
            if (row.sequence != sequence_ + 1) return where + "where " + std::to_string(sequence_ + 1) + " should be";
            sequence_ = row.sequence;
            if (const auto result = replay(row); !result) return where + text(result.rejection());
            head_ = fork_choice_->get_head();
            if (row.head_root && *row.head_root != head_) return where + "the head is " + to_hex(head_);
        }
    }
}

Result<void> Chain::replay(const JournalRow& row) {
    switch (row.kind) {
        case JournalKind::Tick:
            return fork_choice_->on_tick(row.time_ms);
        case JournalKind::Block: {
            Root root;
            if (row.payload.size() != Root::kSize) return reject(Clause::STO_16, "the payload is no root");
            std::ranges::copy(row.payload, root.data());
            const auto found = ports_.store.block(root);
            if (!found) return reject(Clause::STO_18, "block " + to_hex(root) + " is missing");
            NODE_TRY_ASSIGN(block, decode<SignedBlock>(found->signed_block, parameters()));
            NODE_TRY_ASSIGN(checked, fork_choice_->check_block(block));
            // Verified when it came. Votes under another committee were verified then too, one by one: here again,
            // since the outcome decides whether they count.
            NODE_TRY_ASSIGN(verified, std::move(checked).with_signatures(trust_all));
            NODE_TRY(fork_choice_->import_block(std::move(verified), verify_each));
            return {};
        }
        case JournalKind::Attestation: {
            NODE_TRY_ASSIGN(attestation, decode<Attestation>(row.payload, parameters()));
            return fork_choice_->on_attestation(attestation, false, trust_all);
        }
        case JournalKind::AttesterSlashing: {
            NODE_TRY_ASSIGN(slashing, decode<AttesterSlashing>(row.payload, parameters()));
            return fork_choice_->on_attester_slashing(slashing, trust_all);
        }
        case JournalKind::Order:
            return {};
        case JournalKind::Anchor:
            return reject(Clause::STO_16, "an anchor after the beginning");
    }
    return reject(Clause::STO_16, "unknown kind");
}

// ------------------------------------------------------------------------------------------------------------ joining

Result<void> Chain::begin_from(const Checkpoint& anchor, State state, const SignedBlock& block) {
    const Epoch now = epoch_of(slot_at(ports_.clock.now_ms()), parameters());
    NODE_TRY_ASSIGN(store,
                    begin_at_anchor(ports_.environment, genesis_root_, now, anchor, std::move(state), block.message));
    replace(std::move(store));
    sequence_ = recovery_sequence_ = 0;
    stored_entries_ = {};
    pending_ = {};
    imported_.clear();
    const Root root = head_;
    anchor_ = AnchorRecord{.checkpoint = {anchor.epoch, root}, .slot = block.message.slot};
    earliest_ = Earliest{block.message.slot, block.message.parent_root};
    pending_.genesis = genesis_record_;
    pending_.anchor = anchor_;
    pending_.blocks.push_back({.root = root,
                               .parent_root = block.message.parent_root,
                               .state_root = block.message.state_root,
                               .slot = block.message.slot,
                               .signed_block = encode(block)});
    pending_.finalized.push_back(root);
    pending_.forget_sync_answers = true;
    add_row(JournalKind::Anchor, {root.bytes.begin(), root.bytes.end()}).head_root = root;  // [SYN-26]
    performance_.clear();
    performance_.begin(*fork_choice_);
    kept_states_.begin(anchor_->checkpoint, fork_choice_->block_state(root), pending_);
    add_recovery_point();
    return {};
}

bool Chain::end_joining() {
    joining_ = false;
    genesis_record_.reset();
    const Root head = std::exchange(head_, genesis_block_root_);  // what everybody was told
    if (commit()) return true;
    head_ = head;
    return false;
}

bool Chain::keep_answers(std::vector<SyncAnswer> answers, bool forget_others) {
    StoreTransaction transaction;
    transaction.sync_answers = std::move(answers);
    transaction.forget_sync_answers = forget_others;
    if (transaction.empty() || ports_.store.commit(transaction)) return true;
    fail("the database cannot be written; what was received before is still there");
    return false;
}

bool Chain::keep_transactions(std::vector<OwnTransaction> added, std::vector<Root> dropped) {
    if (failure_) return false;
    StoreTransaction transaction;
    transaction.own_transactions = std::move(added);
    transaction.dropped_own_transactions = std::move(dropped);
    if (transaction.empty() || ports_.store.commit(transaction)) return true;
    fail("the database cannot be written; nothing was lost that was acknowledged before");
    return false;
}

bool Chain::add_older(const std::vector<SignedBlock>& blocks) {
    StoreTransaction transaction;
    for (const SignedBlock& block : blocks) {
        transaction.blocks.push_back({.root = hash_tree_root(header_of(block.message, parameters()), parameters()),
                                      .parent_root = block.message.parent_root,
                                      .state_root = block.message.state_root,
                                      .slot = block.message.slot,
                                      .signed_block = encode(block)});
        transaction.finalized.push_back(transaction.blocks.back().root);
    }
    if (!ports_.store.commit(transaction)) {
        fail("the database cannot be written; nothing was lost that was acknowledged before");
        return false;
    }
    note_earliest(transaction.blocks.front());
    return true;
}

void Chain::note_earliest(const std::optional<StoredBlock>& earliest) {
    earliest_.reset();
    if (earliest && earliest->parent_root != genesis_block_root_) {
        earliest_ = Earliest{earliest->slot, earliest->parent_root};
    }
}

void Chain::fail(const std::string& reason) {
    if (failure_) return;
    failure_ = reason;
    ports_.events.on_fatal(reason);
}

// ------------------------------------------------------------------------------------------------------------- inputs

JournalRow& Chain::add_row(JournalKind kind, ByteVector payload) {
    JournalRow row;
    row.sequence = ++sequence_;
    row.kind = kind;
    row.time_ms = fork_choice_->time_ms();
    row.payload = std::move(payload);
    pending_.journal.push_back(std::move(row));
    fill_checkpoints(pending_.journal.back());
    return pending_.journal.back();
}

void Chain::fill_checkpoints(JournalRow& row) const {
    row.justified_epoch = fork_choice_->justified().epoch;
    row.justified_root = fork_choice_->justified().root;
    row.finalized_epoch = fork_choice_->finalized().epoch;
    row.finalized_root = fork_choice_->finalized().root;
}

void Chain::tick() {
    // A clock that was set back waits until it has caught up.
    const std::uint64_t now = ports_.clock.now_ms();
    if (now <= fork_choice_->time_ms()) return;
    const Slot before = fork_choice_->current_slot();
    if (!fork_choice_->on_tick(now).ok()) return;
    if (joining_ && !anchor_) return;
    JournalRow& row = add_row(JournalKind::Tick, {});
    if (fork_choice_->current_slot() != before) row.head_root = fork_choice_->get_head();  // [STO-12]
}

Result<ImportedBlock> Chain::import_block(VerifiedBlock block, const VerifySignatures& verify) {
    const SignedBlock signed_block = block.content().block;
    NODE_TRY_ASSIGN(imported, fork_choice_->import_block(std::move(block), verify));
    if (imported.already_known) return imported;
    pending_.blocks.push_back(stored(imported, signed_block));
    if (!signed_block.message.body.transactions.empty())
        pending_.receipts.push_back(stored_receipts(imported, signed_block, parameters()));
    add_row(JournalKind::Block, {imported.root.bytes.begin(), imported.root.bytes.end()}).head_root =
        fork_choice_->get_head();
    performance_.note(imported.root, signed_block.message);
    imported_.push_back({imported.root, signed_block.message.parent_root, signed_block.message.slot});
    return imported;
}

Result<void> Chain::apply(const Attestation& attestation, const VerifiedVote& vote) {
    const auto votes = fork_choice_->votes().votes();
    const Epoch target = vote.content().data.target.epoch;
    const bool counts = std::ranges::any_of(vote.content().indices, [&](ValidatorIndex index) {
        if (index.value() >= votes.size()) return true;
        const Votes::Vote& latest = votes[index.value()];
        return !latest.equivocating && (latest.latest == ProtoArray::kNone || latest.epoch < target);
    });
    if (!counts) return {};  // an input that changes nothing needs no row
    NODE_TRY(fork_choice_->apply(vote));
    add_row(JournalKind::Attestation, encode(attestation));
    return {};
}

void Chain::apply(const AttesterSlashing& slashing, const VerifiedEquivocation& equivocation) {
    fork_choice_->apply(equivocation);
    add_row(JournalKind::AttesterSlashing, encode(slashing));
}

void Chain::order(Slot slot, const Root& parent) {
    add_row(JournalKind::Order, encode(ProposalOrder{slot, parent})).head_root = fork_choice_->get_head();
}

bool Chain::commit() {
    if (failure_) return false;
    if (pending_.empty()) return true;
    const Root old_head = head_;
    const Checkpoint old_finalized = committed_finalized_;
    if (!pending_.journal.empty()) {
        head_ = fork_choice_->get_head();
        pending_.journal.back().head_root = head_;
    }
    if (const auto wrong = check_trusted()) {
        fail(*wrong);
        return false;
    }
    if (fork_choice_->finalized().epoch > old_finalized.epoch) finalize();
    if (remembers_) forget_what_is_not_final();
    if (sequence_ - recovery_sequence_ >= kRowsPerRecoveryPoint) add_recovery_point();
    if (joining_) return true;
    if (!write()) return false;
    announce(old_head, old_finalized);
    return true;
}

bool Chain::write() {
    const Stopwatch stopwatch(ports_.measurements);
    const bool written = ports_.store.commit(pending_);
    stopwatch.stop(MeasuredWork::Commit);
    if (!written) {
        fail("the database cannot be written; nothing was lost that was acknowledged before");
        return false;
    }
    if (pending_.recovery_point) stored_entries_ = next_entries_;
    pending_ = {};
    return true;
}

/// All that has to be done with the step of finality itself.
void Chain::finalize() {
    collect_finalized();
    kept_states_.collect(*fork_choice_, committed_finalized_.epoch, pending_);
    committed_finalized_ = fork_choice_->finalized();
    remembers_ = true;
}

/// With the commit of the step of finality, or a later one if there is much to be recorded before. Until then a start
/// goes on from the recovery point before the step, whose blocks are there to be recorded.
void Chain::forget_what_is_not_final() {
    performance_.collect(*fork_choice_, pending_);
    if (performance_.is_behind(*fork_choice_)) return;
    fork_choice_->prune();
    performance_.prune(*fork_choice_);
    remembers_ = false;
    add_recovery_point();
}

/// Once the epoch of what is vouched for is final: whether its block is.
std::optional<std::string> Chain::check_trusted() {
    const Checkpoint& finalized = fork_choice_->finalized();
    if (!trusted_ || finalized.epoch < trusted_->epoch) return std::nullopt;
    const Checkpoint trusted = *std::exchange(trusted_, std::nullopt);
    const auto slot = fork_choice_->block_slot(trusted.root);
    if (slot && fork_choice_->get_ancestor(finalized.root, *slot) == trusted.root) return std::nullopt;
    return "the chain of this node's peers has finalized epoch " + std::to_string(trusted.epoch.value()) +
           " without the block 0x" + to_hex(trusted.root) +
           " of the setting checkpoint: either the checkpoint is wrong, or these peers follow a false chain; compare "
           "it "
           "with a source that you trust, then remove the database and begin anew from a checkpoint";
}

/// The blocks from the last final one to the new one, before the fork choice forgets those beneath it.
void Chain::collect_finalized() {
    std::vector<Root> roots;
    std::optional<Root> root = fork_choice_->finalized().root;
    while (root && *root != committed_finalized_.root && *root != genesis_block_root_) {
        roots.push_back(*root);
        root = fork_choice_->parent_of(*root);
    }
    pending_.finalized.insert(pending_.finalized.end(), roots.rbegin(), roots.rend());
}

/// With the entries that have changed since the last one: as many as the blocks between have changed, however many
/// there are.
void Chain::add_recovery_point() {
    const Root& anchor = fork_choice_->anchor_root();
    const StatePointer state = fork_choice_->block_state(anchor);
    pending_.recovery_point = RecoveryPoint{.sequence = sequence_,
                                            .anchor_root = anchor,
                                            .anchor_slot = state->slot(),
                                            .anchor_state = encode(state->consensus()),
                                            .fork_choice = encode(fork_choice_->record())};
    pending_.entries = tree::changes_between(stored_entries_, state->tree());
    next_entries_ = state->tree();
    recovery_sequence_ = sequence_;
}

void Chain::announce(const Root& old_head, const Checkpoint& old_finalized) {
    for (const BlockEvent& block : std::exchange(imported_, {}))
        ports_.events.on_block(block);
    if (head_ != old_head) {
        if (on_head_) on_head_(old_head);
        const Slot old_slot = fork_choice_->block_slot(old_head).value_or(Slot());
        const bool reorganized =
            old_head != genesis_block_root_ && fork_choice_->get_ancestor(head_, old_slot) != old_head;
        ports_.events.on_head({.root = head_,
                               .slot = head_slot(),
                               .state_root = head_state()->root(ports_.environment),
                               .reorganized = reorganized});
    }
    if (committed_finalized_ != old_finalized) {
        ports_.events.on_finalized({committed_finalized_.epoch, committed_finalized_.root});
    }
}

// ------------------------------------------------------------------------------------------------------------ answers

ForkDigest Chain::fork_digest() const {
    const Epoch epoch = epoch_of(slot_at(ports_.clock.now_ms()), parameters());
    return fork_digest_at(head_state()->consensus(), epoch, parameters());
}

StatePointer Chain::head_state_now() {
    if (joining_) return nullptr;  // genesis is no head to go on from
    if (!state_now_.state || state_now_.head != head_ || state_now_.slot != current_slot()) {
        auto state = fork_choice_->state_at(head_, current_slot());
        state_now_ = {head_, current_slot(), state.ok() ? *std::move(state) : nullptr};
    }
    return state_now_.state;
}

Slot Chain::slot_at(std::uint64_t unix_ms) const {
    if (unix_ms < genesis_time_ms_) return Slot(GENESIS_SLOT);
    return Slot((unix_ms - genesis_time_ms_) / parameters().SLOT_DURATION_MS);
}

std::uint64_t Chain::start_of(Slot slot) const {
    return saturating_add(genesis_time_ms_, saturating_multiply(slot.value(), parameters().SLOT_DURATION_MS));
}

Checkpoint Chain::finalized_to_tell() const {
    const Checkpoint& finalized = fork_choice_->finalized();
    return anchor_ && finalized.root == anchor_->checkpoint.root ? anchor_->checkpoint : finalized;
}

Slot Chain::earliest_slot() const { return earliest_ ? earliest_->slot : Slot(GENESIS_SLOT + 1); }

std::optional<Root> Chain::missing_parent() const {
    return earliest_ ? std::optional(earliest_->parent) : std::nullopt;
}

Slot Chain::finalized_slot() const { return fork_choice_->block_slot(committed_finalized_.root).value_or(Slot()); }

std::vector<StoredBlock> Chain::canonical_blocks(Slot first, std::uint64_t count) const {
    std::vector<StoredBlock> blocks = ports_.store.finalized_blocks(first, count);
    const Slot final_slot = finalized_slot();
    std::vector<Root> rest;
    for (std::optional<Root> root = head_; root; root = fork_choice_->parent_of(*root)) {
        const Slot slot = fork_choice_->block_slot(*root).value_or(Slot());
        if (slot <= final_slot || slot < first) break;
        if (slot < first + count) rest.push_back(*root);
    }
    for (auto root = rest.rbegin(); root != rest.rend(); ++root) {
        if (auto block = ports_.store.block(*root)) blocks.push_back(*std::move(block));
    }
    return blocks;
}

bool Chain::is_canonical(const Root& block_root, Slot slot) const {
    if (slot <= finalized_slot()) return ports_.store.finalized_root_at(slot) == block_root;
    return fork_choice_->get_ancestor(head_, slot) == block_root;
}

Root Chain::canonical_root_at(Slot slot) const {
    if (slot > finalized_slot()) return fork_choice_->get_ancestor(head_, slot).value_or(head_);
    return ports_.store.finalized_root_at(slot).value_or(genesis_block_root_);
}

std::optional<IncludedTransaction> Chain::transaction(const Root& id) const {
    for (const TransactionPlace& place : ports_.store.transaction(id)) {
        if (!is_canonical(place.block_root, place.slot)) continue;
        const auto block = ports_.store.block(place.block_root);
        const auto receipts = ports_.store.receipts(place.block_root);
        if (!block || !receipts) return std::nullopt;
        auto content = decode<SignedBlock>(block->signed_block, parameters());
        auto results = decode<Receipts>(*receipts, parameters());
        if (!content.ok() || !results.ok()) return std::nullopt;
        auto& transactions = content->message.body.transactions;
        if (place.index >= transactions.size() || place.index >= results->receipts.size()) return std::nullopt;
        return IncludedTransaction{.place = place,
                                   .finalized = place.slot <= finalized_slot(),
                                   .transaction = std::move(transactions[place.index]),
                                   .receipt = std::move(results->receipts[place.index])};
    }
    return std::nullopt;
}

std::optional<Root> Chain::finalized_block_of(Epoch epoch) const {
    const Checkpoint finalized = finalized_to_tell();
    if (epoch > finalized.epoch) return std::nullopt;
    if (epoch == finalized.epoch) return finalized.root;
    const auto root = ports_.store.finalized_root_at(start_slot_of(epoch, parameters()));
    if (!root && earliest_) return std::nullopt;  // not known here
    return root ? *root : genesis_block_root_;
}

}  // namespace touchstone::node
