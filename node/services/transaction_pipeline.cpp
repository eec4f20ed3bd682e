#include "node/services/transaction_pipeline.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/transaction.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

/// Of each element of a list of elements of any length.
constexpr std::size_t kOffsetBytes = 4;

}  // namespace

TransactionPipeline::TransactionPipeline(Chain& chain, const GossipContext& context, TransactionPool& pool)
    : chain_(chain), context_(context), pool_(pool), kept_(chain, pool) {
    tell_pool(std::nullopt);
}

// -------------------------------------------------------------------------------------------------------------- gossip

void TransactionPipeline::on_gossip(const GossipMessage& message) {
    if (!being_verified_.has_room(message.sender) || !has_budget(message.sender)) {
        return context_.network.report(message.id, Verdict::Ignore);
    }
    const auto received = receive<TransactionBatch>(message.payload, chain_.parameters());
    if (!received.ok()) return context_.network.report(message.id, verdict_of(received.refusal()));
    const TransactionBatch& batch = received.value().message();
    const GossipConditions conditions(chain_.fork_choice(), context_.seen, context_.clock.now_ms());
    auto checked = conditions.check_transactions(batch, pool_, *chain_.head_state());
    if (!checked.ok()) {
        charge(message.sender, batch.transactions.size());
        return context_.network.report(message.id, verdict_of(checked.refusal()));
    }
    verify(message, std::move(checked).value());
}

void TransactionPipeline::verify(const GossipMessage& message, GossipChecked<GossipTransactions> checked) {
    const PeerId& peer = message.sender;
    if (!context_.signatures.take(peer, SignatureUse::Transaction, checked.sets().size(), context_.clock.now_ms())) {
        return context_.network.report(message.id, Verdict::Ignore);
    }
    const std::size_t count = checked.content().candidates.size();
    being_verified_.begin(peer, count);
    auto sets = copy_of(checked.sets());
    auto shared = std::make_shared<GossipChecked<GossipTransactions>>(std::move(checked));
    context_.verifier.verify(std::move(sets), VerifyPriority::Transaction,
                             [this, id = message.id, peer, count, shared](const auto& valid) {
                                 being_verified_.end(peer, count);
                                 const auto settled = settle(pool_, std::move(*shared), valid, context_.clock.now_ms());
                                 charge(peer, count - settled.taken);
                                 context_.network.report(id, verdict_of(settled.refusal));
                             });
}

// -------------------------------------------------------------------------------------------------------------- limits

bool TransactionPipeline::has_budget(const PeerId& peer) {
    const auto found = budgets_.find(peer);
    return found == budgets_.end() || found->second.available(kBudget, context_.clock.now_ms()) > 0;
}

void TransactionPipeline::charge(const PeerId& peer, std::size_t useless) {
    if (useless > 0) budgets_[peer].overdraw(useless, kBudget, context_.clock.now_ms());
}

// ------------------------------------------------------------------------------------------------------------ own ones

Result<Root> TransactionPipeline::submit(const SignedTransaction& transaction) {
    const Root id = transaction_id(transaction.message, chain_.parameters());
    const std::uint64_t now_ms = context_.clock.now_ms();
    const bool is_new = pool_.find(id) == nullptr;
    if (is_new) {
        NODE_TRY_ASSIGN(verified, VerifiedTransaction::verify(transaction, pool_.domain(), chain_.parameters()));
        NODE_TRY(pool_.add(std::move(verified), now_ms));
    }
    const TransactionPool::Entry& entry = *pool_.find(id);
    if (!kept_.keep({&id, 1}, now_ms)) {
        return reject(Clause::DUT_26, "the node cannot write its database and stops");
    }
    if (is_new) publish_soon(transaction, entry.candidate().bytes);
    return id;
}

void TransactionPipeline::restore() {
    tell_pool(std::nullopt);
    restored_ = kept_.restore(context_.clock.now_ms());
    restored_at_ = chain_.current_slot();
    if (!restored_.empty())
        context_.log.info("own_transactions_restored", {{"count", std::uint64_t{restored_.size()}}});
}

void TransactionPipeline::publish_restored() {
    if (restored_.empty() || chain_.current_slot() < restored_at_ + kSlotsUntilPeers) return;
    for (const Root& id : std::exchange(restored_, {})) {
        const TransactionPool::Entry* const entry = pool_.find(id);
        if (entry != nullptr) publish_soon(entry->candidate().transaction, entry->candidate().bytes);
    }
}

/// [NET-79]
void TransactionPipeline::publish_soon(const SignedTransaction& transaction, std::size_t bytes) {
    bytes += kOffsetBytes;
    if (own_bytes_ + bytes > chain_.parameters().GOSSIP_MAX_SIZE) flush();
    own_.push_back(transaction);
    own_bytes_ += bytes;
    if (own_.size() >= std::min<std::size_t>(kOwnBatch, MAX_GOSSIP_TRANSACTIONS)) return flush();
    if (flush_timer_) return;
    flush_timer_ = context_.timers.call_at(context_.clock.now_ms() + kOwnWindowMs, [this] {
        flush_timer_.reset();
        flush();
    });
}

void TransactionPipeline::flush() {
    if (flush_timer_) context_.timers.cancel(*std::exchange(flush_timer_, std::nullopt));
    if (own_.empty()) return;
    context_.network.publish({TopicKind::Transactions}, encode(TransactionBatch{std::exchange(own_, {})}));
    own_bytes_ = 0;
}

// ---------------------------------------------------------------------------------------------------------------- head

void TransactionPipeline::on_slot() {
    pool_.expire(context_.clock.now_ms());
    tell_pool(std::span<const Address>{});  // an upgrade may have begun
    if (!kept_.drop_gone()) return;
    publish_restored();
    for (auto entry = budgets_.begin(); entry != budgets_.end();) {
        const bool full = entry->second.is_full(kBudget, context_.clock.now_ms());
        entry = full ? budgets_.erase(entry) : std::next(entry);
    }
}

Domain TransactionPipeline::domain_at(Epoch epoch) const {
    return get_domain(chain_.head_state()->consensus(), DomainType(DOMAIN_TRANSACTION), epoch, chain_.parameters());
}

void TransactionPipeline::tell_pool(std::optional<std::span<const Address>> touched) {
    const Epoch epoch = epoch_of(chain_.current_slot(), chain_.parameters());
    pool_.on_head([head = chain_.head_state()](const Address& address) { return get_account(*head, address); },
                  domain_at(epoch), touched);
}

/// [DUT-27]
void TransactionPipeline::on_head(const Root& old_head) {
    const auto turn = turn_from(old_head);
    if (!turn) return tell_pool(std::nullopt);
    std::vector<Address> touched;
    const auto touch_all = [&](const std::vector<Root>& blocks) {
        return std::ranges::all_of(blocks, [&](const Root& root) { return touch(root, touched); });
    };
    const bool complete = pool_.size() == 0 || (!turn->ends_epoch && touch_all(turn->left) && touch_all(turn->joined));
    tell_pool(complete ? std::optional<std::span<const Address>>(touched) : std::nullopt);
    for (auto block = turn->left.rbegin(); block != turn->left.rend(); ++block)
        take_back(*block);
}

/// Of a block that finality has made the fork choice forget, too.
std::optional<TransactionPipeline::Link> TransactionPipeline::link_of(const Root& root) const {
    const auto slot = chain_.fork_choice().block_slot(root);
    const auto parent = chain_.fork_choice().parent_of(root);
    if (slot && parent) return Link{*slot, *parent};
    const auto stored = chain_.stored_block(root);
    return stored ? std::optional(Link{stored->slot, stored->parent_root}) : std::nullopt;
}

/// Nothing if one of the branches is too long.
std::optional<TransactionPipeline::Turn> TransactionPipeline::turn_from(const Root& old_head) const {
    Turn turn;
    Slot latest;
    Root old_root = old_head;
    Root new_root = chain_.head();
    while (old_root != new_root) {
        const auto old_link = link_of(old_root);
        const auto new_link = link_of(new_root);
        if (!old_link && !new_link) return std::nullopt;
        // The genesis block has no link: it is before all others.
        const bool leaves = old_link && (!new_link || old_link->slot > new_link->slot);
        std::vector<Root>& branch = leaves ? turn.left : turn.joined;
        if (branch.size() == kMaxBranch) return std::nullopt;
        Root& root = leaves ? old_root : new_root;
        branch.push_back(root);
        const Link& link = leaves ? *old_link : *new_link;
        latest = std::max(latest, link.slot);
        root = link.parent;
    }
    const auto common = link_of(old_root);
    const Slot parted = common ? common->slot : Slot(GENESIS_SLOT);
    turn.ends_epoch = epoch_of(std::max(latest, parted), chain_.parameters()) != epoch_of(parted, chain_.parameters());
    return turn;
}

std::optional<SignedBlock> TransactionPipeline::block_of(const Root& root) const {
    const auto stored = chain_.stored_block(root);
    if (!stored) return std::nullopt;
    auto block = decode<SignedBlock>(stored->signed_block, chain_.parameters());
    if (!block) return std::nullopt;
    return std::move(block).value();
}

/// Everybody whose account the block may have changed: senders, recipients, and who got the tips. [FEE-02]
bool TransactionPipeline::touch(const Root& root, std::vector<Address>& touched) const {
    const auto block = block_of(root);
    if (!block) return false;
    for (const SignedTransaction& each : block->message.body.transactions) {
        touched.push_back(sender_of(each.message));
        if (const auto* transfer = std::get_if<Transfer>(&each.message.payload)) touched.push_back(transfer->recipient);
    }
    const StatePointer head = chain_.head_state();
    const std::uint64_t proposer = block->message.proposer_index.value();
    if (proposer >= head->validator_count()) return false;
    touched.push_back(head->consensus().validators[proposer].operator_address);
    return true;
}

/// What was verified under another fork of the specification would not be valid now. The database may have dropped what
/// users gave this node when the block came.
void TransactionPipeline::take_back(const Root& root) {
    const auto block = block_of(root);
    if (!block || domain_at(epoch_of(block->message.slot, chain_.parameters())) != pool_.domain()) return;
    const std::uint64_t now_ms = context_.clock.now_ms();
    std::vector<Root> taken;
    for (const SignedTransaction& each : block->message.body.transactions) {
        auto verified = VerifiedTransaction::of_block(each, pool_.domain(), chain_.parameters());
        const Root id = verified.candidate().id;
        // What the new branch has processed too, or made impossible, stays out.
        if (pool_.add(std::move(verified), now_ms).ok()) taken.push_back(id);
    }
    // After a failure the node stops by itself.
    static_cast<void>(kept_.keep(taken, now_ms));
}

}  // namespace touchstone::node
