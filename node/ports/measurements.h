// How long the parts of the services' work take, for metrics. Durations need a clock that the services do not have:
// only production gives them one, and nothing is decided by it.
#pragma once

#include <array>
#include <cstdint>

namespace touchstone::node {

enum class MeasuredWork : std::uint8_t {
    BlockConditions,  // of gossip, with decoding
    BlockSignature,   // of the proposer, with waiting
    BlockExecution,
    BlockSignatures,  // of the body, with waiting
    BlockForkChoice,  // taking an executed block in, without the commit
    Commit            // of the database
};
inline constexpr std::array kMeasuredWorks{MeasuredWork::BlockConditions, MeasuredWork::BlockSignature,
                                           MeasuredWork::BlockExecution,  MeasuredWork::BlockSignatures,
                                           MeasuredWork::BlockForkChoice, MeasuredWork::Commit};

/// Called on the writer thread.
class Measurements {
  public:
    virtual ~Measurements() = default;

    /// Of a clock that never steps back and began at any time.
    virtual std::uint64_t now_us() const = 0;
    virtual void add(MeasuredWork work, std::uint64_t duration_us) = 0;
};

/// From its construction on. Without measurements it does nothing.
class Stopwatch {
  public:
    explicit Stopwatch(Measurements* measurements)
        : measurements_(measurements), begun_us_(measurements == nullptr ? 0 : measurements->now_us()) {}

    void stop(MeasuredWork work) const {
        if (measurements_ != nullptr) measurements_->add(work, measurements_->now_us() - begun_us_);
    }

  private:
    Measurements* measurements_;
    std::uint64_t begun_us_;
};

}  // namespace touchstone::node
