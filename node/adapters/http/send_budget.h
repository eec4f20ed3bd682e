// How much may wait to be sent over all connections of a server together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace touchstone::node::adapters {

/// When there would be more, room is made by cutting off the connection for which most waits, and the next one, until
/// it is enough: who reads what he is sent never has much waiting, and is served however many others do not read. One
/// lock guards it and the queues of all connections, so that what it counts is what they hold, at any moment.
class SendBudget {
  public:
    class Share;

    explicit SendBudget(std::size_t bytes) : most_(bytes) {}

    std::size_t waiting() const;
    /// Connections, since the start.
    std::uint64_t cut_off() const;

  private:
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::size_t waiting_ = 0;  // never above it
    std::uint64_t cut_off_ = 0;
    std::set<Share*> shares_;
};

/// Of one connection.
class SendBudget::Share {
  public:
    using Wake = std::function<void()>;
    /// Called with the lock held. Lets go of everything, with `give_back_all`; what it returns is called without it.
    using CutOff = std::function<Wake()>;

    Share(std::shared_ptr<SendBudget> budget, CutOff cut_off);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    std::unique_lock<std::mutex> lock() const { return std::unique_lock(budget_->mutex_); }

    // All of the rest with the lock held.

    /// False: there is no room, and no other connection for which more waits than would for this one: it is the one to
    /// be cut off, by the caller. `wakes` are of those that were, to be called without the lock.
    bool take(std::size_t bytes, std::vector<Wake>& wakes);
    void give_back(std::size_t bytes);
    void give_back_all() { give_back(bytes_); }
    std::size_t bytes() const { return bytes_; }

  private:
    const std::shared_ptr<SendBudget> budget_;
    const CutOff cut_off_;
    std::size_t bytes_ = 0;
};

}  // namespace touchstone::node::adapters
