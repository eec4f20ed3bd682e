// The links between the nodes of a development network: each node dials each other one through a port of this relay on
// loopback, where what it sends can be held back and delayed, in each direction for itself.
//
// A link that is held is like a network that loses every packet: connections stay open and carry nothing, whoever dials
// gets no answer, and what waits arrives when it is let go, unless those who wait have given up before. What a node
// sends beyond what the relay keeps (1 MiB for each direction of a connection) waits in the node.
#pragma once

#include <cstdint>
#include <memory>

#include "cli/devnet/chaos_schedule.h"
#include "cli/outcome.h"

namespace touchstone::cli {

class Relay {
  public:
    /// With a thread of its own.
    static Outcome<std::unique_ptr<Relay>> start(std::size_t nodes);
    /// Closes everything.
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    /// Where node `from` dials to reach node `to`, which is another: a port of 127.0.0.1.
    std::uint16_t port(std::size_t from, std::size_t to) const;
    /// Where a node listens on 127.0.0.1 from now on; 0: nowhere, so that whoever dials it is turned away.
    void set_target(std::size_t node, std::uint16_t port);
    /// For all that node `from` sends to node `to`, whoever of them has dialed.
    void set_rule(std::size_t from, std::size_t to, const LinkRule& rule);
    /// Waits until all that was set holds.
    void settle();

  private:
    struct Impl;
    explicit Relay(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::cli
