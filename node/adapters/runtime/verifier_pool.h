// The signature pool: a fixed number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "node/ports/verifier.h"

namespace touchstone::node::adapters {

/// Runs a task on the writer thread, after those given before.
using PostToWriter = std::function<void(std::function<void()>)>;

/// Batches that wait together are verified in one multi-pairing, within a priority; large batches are spread over the
/// threads. What is unanswered when the pool ends is never answered.
class VerifierPool final : public Verifier {
  public:
    /// At least one thread.
    VerifierPool(std::size_t threads, PostToWriter post);
    ~VerifierPool() override;

    void verify(SignatureSets sets, VerifyPriority priority, VerifyCompletion completion) override;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace touchstone::node::adapters
