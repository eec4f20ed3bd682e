#include "fuzz/history/history.h"

#include <set>
#include <utility>

#include "fuzz/agreement.h"
#include "fuzz/chain/translate.h"
#include "fuzz/transition/scenarios.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/consensus/transition.h"
#include "node/kernel/execution/executors.h"
#include "node/kernel/stake/testing/books.h"
#include "node/kernel/tree/proof.h"
#include "reference/chain/test_ledger.h"
#include "reference/signatures/domains.h"
#include "reference/transition/genesis.h"
#include "reference/transition/state_transition.h"
#include "reference/tree/kv_proof.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {

using reference::BlockBody;
using reference::ConsensusState;
using reference::SignedBlock;
using reference::Slot;

namespace {

constexpr std::uint64_t kTst = reference::GRAINS_PER_TST;
constexpr std::size_t kMostKept = 6;
constexpr std::size_t kMostProvedChanges = 3;

reference::Parameters make_history_config() {
    reference::Parameters config = reference::MINIMAL;
    config.SLOTS_PER_EPOCH = 4;
    config.SLOTS_PER_HISTORICAL_ROOT = 16;
    config.EPOCHS_PER_HISTORICAL_VECTOR = 8;
    config.EPOCHS_PER_SLASHINGS_VECTOR = 4;
    // Exits wait below ten; whoever comes as the fourteenth has to displace somebody.
    config.MIN_ACTIVE_VALIDATORS = 10;
    config.MAX_ACTIVE_VALIDATORS = 13;
    // A vote takes two pairings of each side: one committee a slot.
    config.MAX_COMMITTEES_PER_SLOT = 1;
    config.MAX_SEED_LOOKAHEAD = 1;
    config.SHARD_COMMITTEE_PERIOD = 1;
    config.UNBONDING_EPOCHS = 2;
    config.MAX_EVIDENCE_AGE = 6;
    // Hardly more than one validator an epoch, and few enough items that they are left over.
    config.MIN_CHURN = 50 * kTst;
    config.MAX_QUEUE_ITEMS = 3;
    // Twice what validators have: delegations fill a pool and are refunded.
    config.MAX_EFFECTIVE_STAKE = 128 * kTst;
    // Prices of shares part from one.
    config.BASE_REWARD_FACTOR = 4096;
    config.MIN_EPOCHS_TO_INACTIVITY_PENALTY = 1;
    config.INACTIVITY_PENALTY_QUOTIENT = 1 << 6;
    // Two registrations fit into a block, and make the next one dearer.
    config.BLOCK_GAS_LIMIT = 12'000'000;
    return config;
}

const node::Environment& environment() {
    static const node::Environment made = [] {
        auto config = node::make_config(to_node(history_config()));
        if (!config.ok()) throw std::logic_error("the configuration of histories: " + reason(config));
        return node::Environment{std::move(config).value()};
    }();
    return made;
}

/// [VAL-06]
reference::Wide genesis_supply(const ConsensusState& state) {
    return reference::test::supply(state) + state.burnt - state.minted;
}

}  // namespace

const reference::Parameters& history_config() {
    static const reference::Parameters config = make_history_config();
    return config;
}

const History::Place& History::genesis() {
    static const Place place = [] {
        const Stakes stakes{64, 40, 48, 40, 64, 40, 56, 40, 33, 40, 50, 40};
        const reference::Genesis genesis = development_genesis(stakes, history_config(), kHistoryAccounts);
        auto by_reference = need(reference::initialize_state(history_config(), genesis));
        auto by_node = node::initialize_state(environment(), translate<node::Genesis>(genesis, history_config()));
        if (!by_node.ok()) throw std::logic_error("the genesis of histories: " + reason(by_node));
        return Place{std::make_shared<ConsensusState>(std::move(by_reference)),
                     std::make_shared<node::State>(std::move(by_node).value())};
    }();
    return place;
}

History::History() : head_(genesis()) {}

std::string History::here(const std::string& what) const {
    return what + ", on the state of slot " + std::to_string(state().slot.value);
}

void History::move_to(Place place) {
    const std::string about = here("to slot " + std::to_string(place.reference->slot.value));
    agree_on_state(about, *place.reference, *place.node, environment());
    compare_entries(head_, place);
    compare_proof(head_, place);
    static const reference::Wide supply = genesis_supply(*genesis().reference);
    expect(genesis_supply(*place.reference) == supply, about + ": the reference keeps the supply");
    const std::string broken = reference::test::broken_ledger(*place.reference);
    expect(broken.empty(), about + ": the reference's sums are right; not " + broken);
    const auto imbalance = node::find_imbalance(*place.node, supply);
    expect(!imbalance, about + ": the node's sums are right; not " + imbalance.value_or(""));
    node::State counted_anew = *place.node;
    counted_anew.refresh(environment());
    expect(counted_anew.target_stakes() == place.node->target_stakes(), about + ": the node's sums of votes are right");
    head_ = std::move(place);
}

void History::skip_to(Slot slot) {
    auto by_reference = std::make_shared<ConsensusState>(state());
    auto by_node = std::make_shared<node::State>(*head_.node);
    const bool done = agree_on_verdict(here("empty slots to " + std::to_string(slot.value)),
                                       reference::process_slots(*by_reference, slot),
                                       node::process_slots(environment(), *by_node, node::Slot(slot.value)));
    if (!done) return;
    note_slots(state(), *by_reference, happenings_);
    move_to({std::move(by_reference), std::move(by_node)});
}

/// The node's word on what the block leads to, which costs no pairing; both sides find it again in their transition.
void History::conclude(Made& made) const {
    reference::Block& block = made.block.message;
    const node::Parameters& parameters = environment().parameters();
    auto for_node = translate<node::SignedBlock>(made.block, history_config());
    node::State state = *head_.node;
    if (state.slot() < node::Slot(block.slot.value)) {
        expect(node::process_slots(environment(), state, node::Slot(block.slot.value)).ok(), here("the node goes on"));
    }
    node::SignatureSets unverified;
    node::State before = state;
    if (!node::process_operations(environment(), before, for_node.message.body, unverified).ok()) return;
    const node::BlockTerms terms(before.consensus(), parameters);
    std::vector<node::PreparedTransaction> transactions;
    for (const node::SignedTransaction& each : for_node.message.body.transactions)
        transactions.push_back(node::prepare(each, terms));
    const auto effects = node::execute_serially(transactions, terms, before);
    for (const node::Receipt& receipt : effects.receipts)
        made.statuses.push_back(receipt.status);
    for_node.message.body.receipts_root = node::receipts_root(effects.receipts, parameters, node::serial_for);
    block.body.receipts_root = reference::Root(for_node.message.body.receipts_root.bytes);
    made.valid = node::process_block(environment(), state, for_node, unverified).ok();
    if (made.valid) block.state_root = reference::Root(state.update_root(environment()).bytes);
}

History::Made History::make_block(const ConsensusState& at_slot, BlockBody body) const {
    Made made;
    reference::Block& block = made.block.message;
    block.slot = at_slot.slot;
    block.proposer_index = reference::get_beacon_proposer_index(at_slot);
    block.parent_root = reference::hash_tree_root(at_slot.latest_block_header, at_slot.config);
    const reference::Epoch epoch = reference::get_current_epoch(at_slot);
    const reference::Domain domain = reference::get_domain(at_slot, reference::DOMAIN_RANDAO, epoch);
    body.randao_reveal =
        sign(at_slot, block.proposer_index, reference::compute_signing_root(epoch, domain, at_slot.config));
    block.body = std::move(body);
    conclude(made);
    sign_again(at_slot, made.block);
    return made;
}

bool History::take(const Made& made, const ConsensusState& at_slot) {
    const reference::Parameters& config = history_config();
    const std::uint64_t slot = made.block.message.slot.value;
    // Neither side goes so far for a block, however valid; the fork choice has refused it by its slot [FC-17].
    if (slot > state().slot.value + 4 * config.SLOTS_PER_EPOCH) return false;
    const reference::Bytes encoding = reference::ssz::serialize(made.block, config);
    const std::string about = here("block of slot " + std::to_string(slot));
    const auto block = reference::ssz::deserialize<SignedBlock>(encoding, config);
    const auto for_node = node::decode<node::SignedBlock>(encoding, environment().parameters());
    if (!agree_on_verdict(about + ", decoded", block, for_node)) return false;

    auto by_reference = std::make_shared<ConsensusState>(state());
    const auto verdict = reference::state_transition(*by_reference, block.value());
    auto by_node = node::state_transition(environment(), *head_.node, for_node.value(), node::verify_each);
    if (!verdict && by_node.ok() && verdict.failure().clause == reference::Clause::BLK_08) {
        // The block's root is the node's word: what of the state is another?
        need(reference::state_transition(*by_reference, block.value(), false));
        agree_on_state(about, *by_reference, by_node.value(), environment());
    }
    if (!agree_on_verdict(about, verdict, by_node)) {
        agree_on_state(about + ": the state after a rejection", *by_reference, *head_.node, environment());
        ++happenings_["block refused"];
        return false;
    }
    ++happenings_[on_branch_ ? "block on a branch" : "block"];
    note_slots(state(), at_slot, happenings_);
    note_block(at_slot, *by_reference, happenings_);
    note_transactions(made.block.message.body.transactions, made.statuses, happenings_);
    const Place parent = head_;
    move_to({std::move(by_reference), std::make_shared<node::State>(std::move(by_node).value())});
    if (kept_.size() == kMostKept) kept_.erase(kept_.begin());
    kept_.push_back(parent);
    on_branch_ = false;
    return true;
}

void History::go_back_to(std::size_t which) {
    std::swap(head_, kept_[which]);
    on_branch_ = true;
}

void History::compare_entries(const Place& before, const Place& after) const {
    const auto& map = after.reference->entries.map();
    if (before.reference->entries == after.reference->entries &&
        before.node->tree().root() == after.node->tree().root())
        return;
    agree_on_bytes(here("the entries"), reference::ssz::serialize(reference::list_of(map), history_config()),
                   node::encode(node::tree::all_entries(after.node->tree())));
}

/// The node proves some entries that have changed, and others of before and after; the reference knows what they are.
void History::compare_proof(const Place& before, const Place& after) const {
    const auto& old = before.reference->entries.map();
    const auto& now = after.reference->entries.map();
    std::set<reference::Bytes> keys{{0x01, 0x02}};  // which nobody has
    const auto keep_some = [&](const auto& changed_from, const auto& changed_to) {
        for (const auto& [key, value] : changed_from) {
            const auto found = changed_to.find(key);
            if (keys.size() <= kMostProvedChanges && (found == changed_to.end() || found->second != value))
                keys.insert(key);
        }
    };
    keep_some(old, now);
    keep_some(now, old);
    const auto any = static_cast<std::ptrdiff_t>(after.reference->slot.value * 7 % now.size());
    keys.insert(std::next(now.begin(), any)->first);

    std::map<reference::Bytes, std::optional<reference::Bytes>> values;
    for (const reference::Bytes& key : keys) {
        const auto found = now.find(key);
        values[key] = found == now.end() ? std::nullopt : std::optional(found->second);
    }
    const node::tree::Query query = node::tree::query_of_keys(std::vector<node::ByteVector>(keys.begin(), keys.end()));
    const auto by_node = node::tree::get_kv_proof(after.node->tree(), query);
    expect(by_node.ok(), here("the node proves entries"));
    const ByteVector encoding = node::encode(by_node.value());
    const auto proof = need(reference::ssz::deserialize<reference::KvProof>(encoding, history_config()));
    const auto verified = reference::verify_kv_values(after.reference->tree_root, values, proof);
    expect(static_cast<bool>(verified), here("the reference finds the node's proof sound; " + reason(verified)));
}

}  // namespace touchstone::fuzz
