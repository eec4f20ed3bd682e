// The signature pool of a simulation: real verification, once for each distinct set however many nodes ask.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "node/ports/verifier.h"
#include "node/sim/scheduler.h"

namespace touchstone::node::sim {

/// Verdicts by the whole set (key, message, signature). Sound, because verification is a function of these alone.
class VerdictCache {
  public:
    /// One that does not remember verifies everything anew, each signature alone.
    explicit VerdictCache(bool remembers = true) : remembers_(remembers) {}

    /// What is new among them is verified in one multi-pairing: most votes of a batch sign the same message.
    std::vector<bool> verify(std::span<const SignatureSet> sets);
    /// Sets that were verified, those alone that were not known.
    std::uint64_t verified() const { return verified_; }

  private:
    std::map<crypto::Digest, bool> verdicts_;
    std::uint64_t verified_ = 0;
    bool remembers_;
};

class SimulatedVerifier final : public Verifier {
  public:
    /// Answers `delay_ms` of simulated time after the question.
    SimulatedVerifier(Scheduler& scheduler, VerdictCache& cache, std::uint64_t delay_ms, TaskGuard guard)
        : scheduler_(scheduler), cache_(cache), delay_ms_(delay_ms), guard_(std::move(guard)) {}

    void verify(SignatureSets sets, VerifyPriority priority, VerifyCompletion completion) override;

    /// How many signatures of accounts were asked for.
    std::uint64_t account_signatures() const { return account_signatures_; }

  private:
    Scheduler& scheduler_;
    VerdictCache& cache_;
    std::uint64_t delay_ms_;
    std::uint64_t account_signatures_ = 0;
    TaskGuard guard_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // answers to a node that is gone are dropped
};

}  // namespace touchstone::node::sim
