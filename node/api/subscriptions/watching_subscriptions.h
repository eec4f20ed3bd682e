// Subscriptions to what is seen only while it is watched: there are no cursors.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/api/subscriptions/subscription.h"
#include "node/api/validator_status.h"

namespace touchstone::node::api {

/// The status of some validators in the head's state: first as it is, then when it changes.
class ValidatorsSubscription final : public Subscription {
  public:
    explicit ValidatorsSubscription(const std::vector<ValidatorIndex>& validators);
    bool go_on(Turn& turn, Telling& telling) override;

  private:
    struct Watched {
        ValidatorIndex index;
        std::optional<ValidatorStatus> told;
    };

    std::vector<Watched> watched_;
    std::optional<Root> seen_;  // the head whose state is looked at
    std::size_t next_ = 0;      // of `watched_`: those before have been looked at
};

/// Peers that come and go, and whether the node is behind.
class NetworkSubscription final : public Subscription {
  public:
    bool wants_network() const override { return true; }
    void hear(const News& news, Telling& telling) override;
};

/// Sees what changes between two looks.
class NetworkWatch {
  public:
    /// Events since the last look; none at the first.
    std::vector<EventText> look(Node& node);
    void forget() { seen_.reset(); }
    /// Nobody has looked.
    bool is_idle() const { return !seen_; }

  private:
    struct Peer {
        std::string address;
        bool outbound = false;
        std::uint64_t since_ms = 0;
    };
    struct Seen {
        std::map<PeerId, Peer> peers;
        bool syncing = false;
    };

    static Seen see(Node& node);

    std::optional<Seen> seen_;
};

}  // namespace touchstone::node::api
