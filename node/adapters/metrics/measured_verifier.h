// The signature pool, counted and timed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "node/adapters/metrics/duration_histogram.h"
#include "node/ports/verifier.h"

namespace touchstone::node::adapters {

inline constexpr std::array kVerifyPriorities{VerifyPriority::Block, VerifyPriority::Aggregate,
                                              VerifyPriority::Attestation, VerifyPriority::Transaction};

struct SignatureFigures {
    std::uint64_t valid = 0;  // since the start
    std::uint64_t invalid = 0;
    std::uint64_t under_way = 0;  // now
    HistogramValues batches;      // from the question to the answer
};

/// Passes everything on to the pool, which outlives it.
class MeasuredVerifier final : public Verifier {
  public:
    explicit MeasuredVerifier(Verifier& pool) : pool_(pool), counters_(std::make_shared<Counters>()) {}

    void verify(SignatureSets sets, VerifyPriority priority, VerifyCompletion completion) override;

    /// From any thread.
    SignatureFigures figures(VerifyPriority priority) const;

  private:
    struct OfPriority {
        std::atomic<std::uint64_t> valid = 0;
        std::atomic<std::uint64_t> invalid = 0;
        std::atomic<std::uint64_t> under_way = 0;
        DurationHistogram batches;
    };
    using Counters = std::array<OfPriority, kVerifyPriorities.size()>;

    Verifier& pool_;
    /// Shared with the answers that are still to come.
    std::shared_ptr<Counters> counters_;
};

}  // namespace touchstone::node::adapters
