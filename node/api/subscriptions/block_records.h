// What subscribers are told of blocks and transactions, as JSON made once for all of them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/api/subscriptions/chain_follower.h"
#include "node/rpc/type.h"
#include "node/services/chain.h"

namespace touchstone::node::api {

/// An event as JSON, which all who are told it share.
using EventText = std::shared_ptr<const std::string>;
EventText event_text(const rpc::Json& event);

/// Of a block, or of the pool: {"kind",INNER"transactions":[RECORDS]}. The records are JSON already; `inner` is empty,
/// or fields with a comma at their end.
EventText transactions_event(std::string_view kind, const std::string& inner,
                             std::span<const std::string_view> records);

/// Which transactions a subscriber wants; all, if it names none.
struct TransactionFilter {
    std::set<Address> accounts;  // that send or receive
    std::set<Root> ids;

    bool wants_all() const { return accounts.empty() && ids.empty(); }
};

struct TransactionRecord {
    Root id;
    Address sender;
    std::optional<Address> recipient;  // of a transfer
    std::string json;

    bool is_wanted(const TransactionFilter& filter) const;
};

/// The transaction of a pool.
TransactionRecord record_of_pooled(const Root& id, const Address& sender, const Transaction& transaction);

/// The transactions of a block, with what came of them.
class BlockTransactions {
  public:
    explicit BlockTransactions(std::vector<TransactionRecord> records);

    const std::vector<TransactionRecord>& records() const { return records_; }
    /// Places of those that are wanted, ascending, from `first` on, `most` at most.
    std::vector<std::size_t> wanted(const TransactionFilter& filter, std::uint64_t first, std::size_t most) const;

  private:
    template <class Key>
    using Places = std::vector<std::pair<Key, std::size_t>>;

    std::vector<TransactionRecord> records_;
    Places<Address> by_account_;  // ascending, as the next
    Places<Root> by_id_;
};

/// Remembers the last ones that were asked for.
class BlockRecords {
  public:
    static constexpr std::size_t kMostBlocks = 256;
    static constexpr std::size_t kMostWithTransactions = 4;
    static constexpr std::size_t kMostPages = 16;

    /// What it cost to make, in the units of `Turn`; 0 for what was remembered.
    template <class Value>
    struct Made {
        std::shared_ptr<const Value> value;
        std::uint64_t cost = 0;
    };

    /// The event of the block for those who follow heads. Null: the block is not here.
    Made<std::string> head_event(const Chain& chain, const Root& root);
    /// Null: the block is not here, or what came of its transactions.
    Made<BlockTransactions> transactions(const Chain& chain, const Root& root);
    /// The event with the transactions of a block from the `first` on, for those who want all of them; made if it is
    /// not remembered.
    EventText page(const Root& block, std::uint64_t first, const std::function<EventText()>& make);

  private:
    template <class Value>
    using Remembered = std::deque<std::pair<Root, std::shared_ptr<const Value>>>;

    Remembered<std::string> head_events_;
    Remembered<BlockTransactions> transactions_;
    std::deque<std::pair<std::pair<Root, std::uint64_t>, EventText>> pages_;
};

}  // namespace touchstone::node::api
