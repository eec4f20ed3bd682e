// Users of a simulated network, from the seed: they send transfers to its nodes, and again what does not arrive.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "node/sim/simulation.h"

namespace touchstone::node::sim {

class TransferLoad {
  public:
    struct Rate {
        std::uint64_t transfers_per_second = 10;
        /// Each user asks one node only, so that whoever is cut off from the others has users of its own.
        bool one_node_each = false;
        /// A user who sees the nonce of the account stand still sends again.
        bool send_again = true;
    };

    /// Lives as long as the simulation runs.
    TransferLoad(Simulation& simulation, Rate rate);

    /// Sends until then, and from then on only again what has not arrived.
    void send_until_slot(std::uint64_t slot);

    /// Transfers that a node took for the first time; how many were refused, by clause.
    std::uint64_t taken() const { return taken_; }
    const std::map<Clause, std::uint64_t>& refused() const { return refused_; }

    // What is asked of a node's head.
    /// Of all that was taken, how much the head's chain has not processed.
    std::uint64_t missing(std::size_t node) const;
    /// The sum of VAL-06 over every address that can have an account: users, recipients, operators.
    std::uint64_t supply(const State& state) const;

  private:
    struct User {
        Address address;
        std::uint64_t node = 0;
        std::vector<SignedTransaction> sent;  // by nonce
    };

    void tick();
    void send(User& user, std::size_t number);
    void repeat();
    SignedTransaction make(const User& user, std::size_t number);
    /// One that is up; nothing if the user's is down.
    std::optional<std::size_t> node_for(const User& user);

    Simulation& simulation_;
    Rate rate_;
    SeededRandom random_;
    std::vector<User> users_;
    std::set<Address> strangers_;
    std::uint64_t until_ms_ = 0;
    std::uint64_t next_repeat_ms_ = 0;
    std::uint64_t taken_ = 0;
    std::map<Clause, std::uint64_t> refused_;
    bool running_ = false;
};

}  // namespace touchstone::node::sim
