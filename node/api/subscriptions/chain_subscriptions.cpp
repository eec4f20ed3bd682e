#include "node/api/subscriptions/chain_subscriptions.h"

#include <algorithm>

namespace touchstone::node::api {

namespace {

/// Of slots whose blocks are final each look-up asks the database.
constexpr std::uint64_t kCostOfFinalStep = 8;

constexpr const char* kLost =
    "the node does not have the blocks any more that lead from the cursor to the chain; subscribe anew";

EventText turned_event(const ChainFollower::Turned& turned, const ChainPoint& head) {
    return event_text({{"kind", "reorganization"},
                       {"from", block_id(turned.from.root, turned.from.slot)},
                       {"common_ancestor", block_id(turned.common.root, turned.common.slot)},
                       {"left", to_json(turned.left)},
                       {"head", block_id(head.root, head.slot)}});
}

std::string cursor_text(const Root& root) { return to_text(Cursor{std::nullopt, root, std::nullopt}); }

/// Steps until the reader is at the head, or the turn is over; true: there is more.
template <class OnStep>
bool follow(ChainFollower& follower, Turn& turn, Telling& telling, const OnStep& on_step) {
    while (!turn.budget.is_spent() && telling.has_room()) {
        const bool is_final = follower.told().slot <= turn.node.chain().finalized_slot();
        turn.budget.charge(is_final ? kCostOfFinalStep : 1);
        const ChainFollower::Step step = follower.step(turn.chain);
        if (std::holds_alternative<ChainFollower::AtHead>(step)) return false;
        if (std::holds_alternative<ChainFollower::Lost>(step)) {
            telling.end(kLost);
            return false;
        }
        on_step(step);
    }
    return true;
}

}  // namespace

bool HeadsSubscription::go_on(Turn& turn, Telling& telling) {
    return follow(follower_, turn, telling, [&](const ChainFollower::Step& step) {
        if (const auto* turned = std::get_if<ChainFollower::Turned>(&step)) {
            telling.tell(cursor_text(turned->common.root), turned_event(*turned, turn.chain.head()));
        } else if (const auto* next = std::get_if<ChainFollower::Next>(&step)) {
            const auto event = turn.records.head_event(turn.node.chain(), next->block.root);
            turn.budget.charge(event.cost);
            if (event.value == nullptr) return telling.end(kLost);
            telling.tell(cursor_text(next->block.root), event.value);
        }
    });
}

bool ReorgsSubscription::go_on(Turn& turn, Telling& telling) {
    return follow(follower_, turn, telling, [&](const ChainFollower::Step& step) {
        const ChainPoint head = turn.chain.head();
        if (const auto* turned = std::get_if<ChainFollower::Turned>(&step)) {
            telling.tell(cursor_text(head.root), turned_event(*turned, head));
            follower_.skip_to(head);
        } else if (std::holds_alternative<ChainFollower::Next>(step)) {
            follower_.skip_to(head);
        }
    });
}

bool FinalitySubscription::go_on(Turn& turn, Telling& telling) {
    const Chain& chain = turn.node.chain();
    while (told_ < chain.finalized_to_tell().epoch) {
        if (turn.budget.is_spent() || !telling.has_room()) return true;
        turn.budget.charge(kCostOfFinalStep);
        const Epoch epoch = told_ + 1;
        const auto root = chain.finalized_block_of(epoch);
        const auto slot = root ? turn.chain.slot_of(*root) : std::nullopt;
        if (!slot) {
            telling.end(kLost);
            return false;
        }
        told_ = epoch;
        telling.tell(to_text(Cursor{epoch, *root, std::nullopt}), event_text({{"kind", "finalized"},
                                                                              {"epoch", to_json(epoch)},
                                                                              {"root", to_json(*root)},
                                                                              {"slot", to_json(*slot)}}));
    }
    return false;
}

// -------------------------------------------------------------------------------------------------------- transactions

std::vector<EventText> pending_pages(std::span<const TransactionRecord> records) {
    std::vector<EventText> pages;
    for (std::size_t first = 0; first < records.size(); first += kMostTransactionsTold) {
        std::vector<std::string_view> page;
        for (const TransactionRecord& record :
             records.subspan(first).first(std::min(records.size() - first, kMostTransactionsTold)))
            page.emplace_back(record.json);
        pages.push_back(transactions_event("pending", "", page));
    }
    return pages;
}

void TransactionsSubscription::hear(const News& news, Telling& telling) {
    if (!pending_) return;
    if (filter_.wants_all()) {
        for (const EventText& event : news.pending_events)
            telling.tell("", event);
        return;
    }
    std::vector<std::string_view> wanted;
    const auto tell = [&] {
        if (!wanted.empty()) telling.tell("", transactions_event("pending", "", wanted));
        wanted.clear();
    };
    for (const TransactionRecord& record : news.pending) {
        if (!record.is_wanted(filter_)) continue;
        wanted.emplace_back(record.json);
        if (wanted.size() == kMostTransactionsTold) tell();
    }
    tell();
}

bool TransactionsSubscription::go_on(Turn& turn, Telling& telling) {
    while (rest_) {
        if (turn.budget.is_spent() || !telling.has_room()) return true;
        tell_rest(turn, telling);
    }
    return follow(follower_, turn, telling, [&](const ChainFollower::Step& step) {
        if (const auto* turned = std::get_if<ChainFollower::Turned>(&step)) {
            telling.tell(cursor_text(turned->common.root), turned_event(*turned, turn.chain.head()));
        } else if (const auto* next = std::get_if<ChainFollower::Next>(&step)) {
            rest_ = Rest{next->block.root, 0};
        }
        while (rest_ && !turn.budget.is_spent() && telling.has_room())
            tell_rest(turn, telling);
    });
}

/// One notification of the block that was stepped to last, at most.
void TransactionsSubscription::tell_rest(Turn& turn, Telling& telling) {
    const Rest rest = *rest_;
    rest_.reset();
    const auto made = turn.records.transactions(turn.node.chain(), rest.block);
    turn.budget.charge(made.cost);
    if (made.value == nullptr) return;  // the block has none
    // One more than is told says whether that is all.
    const auto places = made.value->wanted(filter_, rest.first, kMostTransactionsTold + 1);
    if (places.empty()) return;
    const bool is_all = places.size() <= kMostTransactionsTold;
    std::vector<std::string_view> told;
    for (std::size_t i = 0; i < std::min(places.size(), kMostTransactionsTold); ++i)
        told.emplace_back(made.value->records()[places[i]].json);
    Cursor cursor{std::nullopt, rest.block, std::nullopt};
    if (!is_all) {
        cursor.index = places[kMostTransactionsTold - 1];
        rest_ = Rest{rest.block, *cursor.index + 1};
    }
    const auto make = [&] {
        const Json block = block_id(rest.block, turn.chain.slot_of(rest.block).value_or(Slot()));
        return transactions_event("confirmed", "\"block\":" + block.dump() + ",", told);
    };
    telling.tell(to_text(cursor), filter_.wants_all() ? turn.records.page(rest.block, rest.first, make) : make());
}

}  // namespace touchstone::node::api
