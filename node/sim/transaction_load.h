// Users of a simulated network, from the seed: they send transactions to its nodes, and again what does not arrive.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "node/sim/simulation.h"

namespace touchstone::node::sim {

class TransactionLoad {
  public:
    struct Rate {
        std::uint64_t per_second = 10;
        /// Each user asks one node only, so that whoever is cut off from the others has users of its own.
        bool one_node_each = false;
        /// A user who sees the nonce of the account stand still sends again.
        bool send_again = true;
        /// Which accounts of the genesis are the users: nobody else may use their nonces.
        std::size_t first_account = 0;
        std::size_t accounts = std::numeric_limits<std::size_t>::max();  // at most
    };

    virtual ~TransactionLoad() = default;
    TransactionLoad(const TransactionLoad&) = delete;
    TransactionLoad& operator=(const TransactionLoad&) = delete;

    /// Sends until then, and from then on only again what has not arrived.
    void send_until_slot(std::uint64_t slot);

    /// Transactions that a node took for the first time; how many were refused, by clause.
    std::uint64_t taken() const { return taken_; }
    const std::map<Clause, std::uint64_t>& refused() const { return refused_; }
    /// Of all that was taken, how much the chain of the node's head has not processed.
    std::uint64_t missing(std::size_t node) const;

  protected:
    /// Lives as long as the simulation runs.
    TransactionLoad(Simulation& simulation, std::string_view name, Rate rate);

    struct Order {
        Payload payload;
        std::uint64_t more_gas = 0;  // than the intrinsic
    };
    /// What the user does next, by what he sees at that node; nothing if he lets his turn pass.
    virtual std::optional<Order> next_order(std::size_t user, const Node& node) = 0;

    Simulation& simulation() { return simulation_; }
    SeededRandom& random() { return random_; }
    std::size_t user_count() const { return users_.size(); }
    const Address& address_of_user(std::size_t user) const { return users_[user].address; }

  private:
    struct User {
        crypto::Ed25519Seed seed;
        Address address;
        std::uint64_t node = 0;
        std::vector<SignedTransaction> sent;  // by nonce
    };

    void tick();
    void send(std::size_t number);
    void repeat();
    SignedTransaction sign(std::size_t number, Order order);
    /// One that is up; nothing if the user's is down.
    std::optional<std::size_t> node_for(const User& user);

    Simulation& simulation_;
    Rate rate_;
    SeededRandom random_;
    std::vector<User> users_;
    std::uint64_t until_ms_ = 0;
    std::uint64_t next_repeat_ms_ = 0;
    std::uint64_t taken_ = 0;
    std::map<Clause, std::uint64_t> refused_;
    bool running_ = false;
};

}  // namespace touchstone::node::sim
