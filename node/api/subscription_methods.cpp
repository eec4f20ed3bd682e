#include <algorithm>
#include <memory>
#include <utility>

#include "node/api/errors.h"
#include "node/api/method_groups.h"
#include "node/api/performance_values.h"
#include "node/api/state_view.h"
#include "node/api/subscription_values.h"
#include "node/api/subscriptions/chain_subscriptions.h"
#include "node/api/subscriptions/performance_subscription.h"
#include "node/api/subscriptions/subscriptions.h"
#include "node/api/subscriptions/watching_subscriptions.h"
#include "node/base/arithmetic.h"

namespace touchstone::node::api {

namespace {

/// Why nobody can subscribe by this call.
std::optional<rpc::Error> refusal_of(const Sources& sources) {
    if (sources.caller.connection == nullptr || sources.subscriptions == nullptr) {
        return kNeedsWebSocket.because(
            "over a single request the node cannot speak unasked; connect to the same address by WebSocket and call "
            "there");
    }
    return std::nullopt;
}

/// Likewise, of what the chain is asked for.
std::optional<rpc::Error> refusal_of_chain(const Sources& sources) {
    if (auto refusal = refusal_of(sources)) return refusal;
    if (!sources.chain().is_joining()) return std::nullopt;
    return kNotYet.because("the node fetches the state from which its chain begins; node_sync tells how far it is");
}

template <class Kind, class... Values>
rpc::Answer subscribe(const Sources& sources, const std::string& cursor, Values&&... values) {
    return sources.subscriptions->add(sources.caller.connection,
                                      std::make_unique<Kind>(std::forward<Values>(values)...), cursor);
}

rpc::Parameter cursor_parameter() {
    return {
        "cursor", kCursor,
        "from where to go on: that of the last notification, or of the subscription before; without it, from now on",
        false};
}

rpc::Declaration declaration_of(std::string_view name, std::string_view summary, std::vector<rpc::Parameter> parameters,
                                const rpc::Type& notification, std::vector<rpc::ErrorKind> errors) {
    errors.insert(errors.begin(), kNeedsWebSocket);
    return {.name = name,
            .summary = summary,
            .parameters = std::move(parameters),
            .result = subscribed_type(),
            .errors = std::move(errors),
            .notification = notification};
}

// ------------------------------------------------------------------------------------------------------------- cursors

std::string text_of(const Root& root) { return to_text(Cursor{std::nullopt, root, std::nullopt}); }

rpc::Error not_kept(const std::string& reason, const std::string& oldest) {
    return kCursorNotKept.with({{"reason", reason}, {"oldest", oldest}});
}

/// A place on the chain from which all that follows is here.
ChainPoint oldest_block(const Chain& chain) {
    if (!chain.missing_parent()) return {chain.genesis_block_root(), Slot(GENESIS_SLOT)};
    return {chain.canonical_root_at(chain.earliest_slot()), chain.earliest_slot()};
}

/// The same of what came of transactions: of blocks before the anchor that is not known.
ChainPoint oldest_receipts(const Chain& chain) {
    if (const auto& anchor = chain.anchor()) return {anchor->checkpoint.root, anchor->slot};
    return {chain.genesis_block_root(), Slot(GENESIS_SLOT)};
}

/// The block of a cursor, or the head without one.
std::variant<ChainPoint, rpc::Error> point_of(const Chain& chain, const std::optional<Cursor>& cursor,
                                              const ChainPoint& oldest) {
    if (!cursor) return ChainPoint{chain.head(), chain.head_slot()};
    if (cursor->epoch) return rpc::invalid_params("\"cursor\" is one of subscribe_finality");
    const auto slot = NodeChain(chain).slot_of(cursor->root);
    if (!slot) {
        return not_kept("there is no block 0x" + to_hex(cursor->root) + " here: the cursor is of another chain or node",
                        text_of(oldest.root));
    }
    if (*slot < oldest.slot) {
        return not_kept("the cursor is of slot " + std::to_string(slot->value()) +
                            "; what is told from cursors is here from slot " + std::to_string(oldest.slot.value()) +
                            " on",
                        text_of(oldest.root));
    }
    return ChainPoint{cursor->root, *slot};
}

std::optional<Cursor> given(const Json& argument) {
    return argument.is_null() ? std::nullopt : std::optional(cursor_from(argument));
}

/// Refused, too: a cursor within a block.
std::variant<ChainPoint, rpc::Error> whole_block_of(const Chain& chain, const Json& argument) {
    const auto cursor = given(argument);
    if (cursor && cursor->index) return rpc::invalid_params("\"cursor\" is one of subscribe_transactions");
    return point_of(chain, cursor, oldest_block(chain));
}

// --------------------------------------------------------------------------------------------------------------- chain

rpc::Answer subscribe_heads(const Sources& sources, const rpc::Arguments& arguments) {
    if (auto refusal = refusal_of_chain(sources)) return *std::move(refusal);
    const auto from = whole_block_of(sources.chain(), arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&from)) return *error;
    const auto& point = std::get<ChainPoint>(from);
    return subscribe<HeadsSubscription>(sources, text_of(point.root), point);
}

rpc::Declaration declare_subscribe_heads() {
    return declaration_of(
        "subscribe_heads", "Notifies of every block of the head's chain, in its order, and of reorganizations",
        {cursor_parameter()},
        notification_type({"HeadsNotification", "HeadsEvent"}, {head_block_type(), reorganization_type()}),
        {kNotYet, kCursorNotKept});
}

rpc::Answer subscribe_reorgs(const Sources& sources, const rpc::Arguments& arguments) {
    if (auto refusal = refusal_of_chain(sources)) return *std::move(refusal);
    const auto from = whole_block_of(sources.chain(), arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&from)) return *error;
    const auto& point = std::get<ChainPoint>(from);
    return subscribe<ReorgsSubscription>(sources, text_of(point.root), point);
}

rpc::Declaration declare_subscribe_reorgs() {
    return declaration_of(
        "subscribe_reorgs",
        "Notifies of reorganizations alone; from a cursor, of the one that leads from its block to the head's chain",
        {cursor_parameter()}, notification_type({"ReorgsNotification", "ReorgsEvent"}, {reorganization_type()}),
        {kNotYet, kCursorNotKept});
}

// ------------------------------------------------------------------------------------------------------------ finality

/// The first epoch whose checkpoint's block is known here.
Cursor oldest_checkpoint(const Chain& chain) {
    const Checkpoint finalized = chain.finalized_to_tell();
    if (!chain.missing_parent()) return {kGenesisEpoch, chain.genesis_block_root(), std::nullopt};
    const std::uint64_t slots = chain.parameters().SLOTS_PER_EPOCH;
    const Epoch first = std::min(epoch_of(chain.earliest_slot() + (slots - 1), chain.parameters()), finalized.epoch);
    return {first, chain.finalized_block_of(first).value_or(finalized.root), std::nullopt};
}

rpc::Answer subscribe_finality(const Sources& sources, const rpc::Arguments& arguments) {
    if (auto refusal = refusal_of_chain(sources)) return *std::move(refusal);
    const Chain& chain = sources.chain();
    const Checkpoint finalized = chain.finalized_to_tell();
    const Cursor cursor = given(arguments[0]).value_or(Cursor{finalized.epoch, finalized.root, std::nullopt});
    if (!cursor.epoch || cursor.index) return rpc::invalid_params("\"cursor\" is none of subscribe_finality");
    const Cursor oldest = oldest_checkpoint(chain);
    if (*cursor.epoch < *oldest.epoch || *cursor.epoch > finalized.epoch ||
        chain.finalized_block_of(*cursor.epoch) != cursor.root) {
        return not_kept("epoch " + std::to_string(cursor.epoch->value()) + " is not final here with the block 0x" +
                            to_hex(cursor.root) + ": the cursor is too old, or of another chain or node",
                        to_text(oldest));
    }
    return subscribe<FinalitySubscription>(sources, to_text(cursor), *cursor.epoch);
}

rpc::Declaration declare_subscribe_finality() {
    return declaration_of("subscribe_finality", "Notifies of every epoch whose checkpoint is final, in their order",
                          {cursor_parameter()},
                          notification_type({"FinalityNotification", "FinalityEvent"}, {finalized_epoch_type()}),
                          {kNotYet, kCursorNotKept});
}

// -------------------------------------------------------------------------------------------------------- transactions

TransactionFilter filter_of(const Json& accounts, const Json& ids) {
    TransactionFilter filter;
    if (accounts.is_array()) {
        for (const Json& each : accounts)
            filter.accounts.insert(address_from(each));
    }
    if (ids.is_array()) {
        for (const Json& each : ids)
            filter.ids.insert(root_from(each));
    }
    return filter;
}

rpc::Answer subscribe_transactions(const Sources& sources, const rpc::Arguments& arguments) {
    if (auto refusal = refusal_of_chain(sources)) return *std::move(refusal);
    const bool pending = arguments[2].is_boolean() && arguments[2].get<bool>();
    const auto cursor = given(arguments[3]);
    const auto from = point_of(sources.chain(), cursor, oldest_receipts(sources.chain()));
    if (const auto* error = std::get_if<rpc::Error>(&from)) return *error;
    const auto& point = std::get<ChainPoint>(from);
    std::optional<TransactionsSubscription::Rest> rest;
    if (cursor && cursor->index) rest = {point.root, saturating_add(*cursor->index, 1)};
    const std::string text = to_text(cursor.value_or(Cursor{std::nullopt, point.root, std::nullopt}));
    return subscribe<TransactionsSubscription>(sources, text, filter_of(arguments[0], arguments[1]), pending, point,
                                               rest);
}

rpc::Declaration declare_subscribe_transactions() {
    return declaration_of(
        "subscribe_transactions",
        "Notifies of transactions that come into blocks of the head's chain, and of reorganizations; of all without "
        "accounts and ids, else of those that fit one of them",
        {{"accounts", rpc::list_of(kAddress, kMostNamed), "that send or receive", false},
         {"ids", rpc::list_of(kRoot, kMostNamed), "of transactions", false},
         {"pending", kBoolean, "also of those that come into this node's pool, from now on; else not", false},
         cursor_parameter()},
        notification_type({"TransactionsNotification", "TransactionsEvent"},
                          {confirmed_transactions_type(), pending_transactions_type(), reorganization_type()}),
        {kNotYet, kCursorNotKept});
}

// ---------------------------------------------------------------------------------------------------------- validators

rpc::Answer subscribe_validators(const Sources& sources, const rpc::Arguments& arguments) {
    if (auto refusal = refusal_of_chain(sources)) return *std::move(refusal);
    const auto validators = validators_from(sources.chain(), arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&validators)) return *error;
    return subscribe<ValidatorsSubscription>(sources, "", std::get<std::vector<ValidatorIndex>>(validators));
}

rpc::Declaration declare_subscribe_validators() {
    return declaration_of("subscribe_validators",
                          "Notifies of the status of validators in the head's state: at once, and when it changes",
                          {validators_parameter()},
                          notification_type({"ValidatorsNotification", "ValidatorsEvent"}, {status_change_type()}),
                          {kNotYet, kUnknownBlock, kStateNotKept, kUnknownValidator});
}

// --------------------------------------------------------------------------------------------------------- performance

rpc::Answer subscribe_performance(const Sources& sources, const rpc::Arguments& arguments) {
    if (auto refusal = refusal_of_chain(sources)) return *std::move(refusal);
    auto validators = validators_from(sources.chain(), arguments[0]);
    if (auto* error = std::get_if<rpc::Error>(&validators)) return std::move(*error);
    const PerformanceRecords& records = sources.chain().performance();
    const auto kept = records.epochs();
    const auto cursor = given(arguments[1]);
    std::optional<Epoch> told;
    if (cursor) {
        if (!cursor->epoch || cursor->index) return rpc::invalid_params("\"cursor\" is none of subscribe_performance");
        const auto record = records.find(*cursor->epoch);
        if (!record || record->root != cursor->root) {
            const auto oldest = kept ? records.find(kept->first) : std::nullopt;
            return not_kept("how validators did in epoch " + std::to_string(cursor->epoch->value()) +
                                " is not kept, or was otherwise: the cursor is too old, or of another chain",
                            oldest ? to_text(Cursor{oldest->epoch, oldest->root, std::nullopt}) : "");
        }
        told = cursor->epoch;
    } else if (kept && kept->second > kept->first) {
        told = kept->second - 1;
    }
    const auto record = told ? records.find(*told) : std::nullopt;
    const std::string text = record ? to_text(Cursor{record->epoch, record->root, std::nullopt}) : "";
    return subscribe<PerformanceSubscription>(sources, text,
                                              std::get<std::vector<ValidatorIndex>>(std::move(validators)), told);
}

rpc::Declaration declare_subscribe_performance() {
    return declaration_of(
        "subscribe_performance", "Notifies of how validators did in each epoch that has become final",
        {validators_parameter(), cursor_parameter()},
        notification_type({"PerformanceNotification", "PerformanceEvent"}, {performance_event_type()}),
        {kNotYet, kUnknownBlock, kStateNotKept, kUnknownValidator, kCursorNotKept});
}

// ------------------------------------------------------------------------------------------------------------- network

rpc::Answer subscribe_network(const Sources& sources, const rpc::Arguments&) {
    if (auto refusal = refusal_of(sources)) return *std::move(refusal);
    return subscribe<NetworkSubscription>(sources, "");
}

rpc::Declaration declare_subscribe_network() {
    return declaration_of(
        "subscribe_network",
        "Notifies of peers that come and go, and when the node begins or ends to catch up, as it is "
        "seen once a second",
        {}, notification_type({"NetworkNotification", "NetworkEvent"}, {peer_change_type(), sync_change_type()}), {});
}

// ----------------------------------------------------------------------------------------------------------------- end

rpc::Answer subscribe_end(const Sources& sources, const rpc::Arguments& arguments) {
    if (auto refusal = refusal_of(sources)) return *std::move(refusal);
    const std::uint64_t id = uint64_from(arguments[0]);
    if (!sources.subscriptions->remove(sources.caller.connection, id)) {
        return kUnknownSubscription.because("this connection has no subscription " + std::to_string(id));
    }
    return Json{{"subscription", to_json(id)}};
}

rpc::Declaration declare_subscribe_end() {
    return {.name = "subscribe_end",
            .summary = "Ends a subscription of this connection; closing the connection ends all of them",
            .parameters = {{"subscription", kUint64, "its id", true}},
            .result = rpc::object("EndOfSubscription", "a subscription that the subscriber has ended",
                                  {{"subscription", kUint64, "of which nothing comes after this answer"}}),
            .errors = {kNeedsWebSocket, kUnknownSubscription}};
}

}  // namespace

std::vector<ApiMethod> subscription_methods() {
    return {{declare_subscribe_heads(), subscribe_heads},
            {declare_subscribe_reorgs(), subscribe_reorgs},
            {declare_subscribe_finality(), subscribe_finality},
            {declare_subscribe_transactions(), subscribe_transactions},
            {declare_subscribe_validators(), subscribe_validators},
            {declare_subscribe_performance(), subscribe_performance},
            {declare_subscribe_network(), subscribe_network},
            {declare_subscribe_end(), subscribe_end}};
}

}  // namespace touchstone::node::api
