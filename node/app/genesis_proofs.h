// The proofs of possession of a genesis, verified in batches; who waits for many is told how far it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>

#include "node/kernel/consensus/genesis.h"
#include "node/ports/log.h"

namespace touchstone::node::app {

class GenesisProofs {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Now = std::function<Time()>;

    explicit GenesisProofs(Log& log, Now now = std::chrono::steady_clock::now);

    /// How many there will be. Before `verify`.
    void expect(std::size_t total) { total_ = total; }
    /// From any thread.
    std::vector<bool> verify(std::span<const crypto::bls::SignatureSet> proofs);
    /// Says that all of them were verified, and how long it took.
    void report_end();

    static constexpr std::chrono::seconds kBetweenReports{5};

  private:
    double rate(Time now) const;

    Log& log_;
    Now now_;
    const Time begun_;
    std::size_t total_ = 0;
    std::mutex mutex_;
    std::size_t verified_ = 0;
    Time reported_;
};

}  // namespace touchstone::node::app
