// The signature pool.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "node/kernel/consensus/signatures.h"

namespace touchstone::node {

/// Element i: whether set i is valid.
using VerifyCompletion = std::function<void(const std::vector<bool>& valid)>;

enum class VerifyPriority : std::uint8_t {
    Block,        // before everything else
    Aggregate,    // aggregates and operations
    Attestation,  // callers drop their oldest waiting attestations before they let the pool's queue grow
    Transaction   // last; callers refuse the newest
};

/// Called on the writer thread. A signature is still compressed: the pool parses it, with the subgroup check of
/// [CRY-04]; a set without key is not valid. Sets of one batch may be verified together ([CRY-07]); one bad set never
/// spoils another.
class Verifier {
  public:
    virtual ~Verifier() = default;

    /// Every batch is answered exactly once, on the writer thread, never from within this call. Batches of the same
    /// priority are answered in their order. The pool refuses nothing: whoever calls bounds what he has under way.
    virtual void verify(SignatureSets sets, VerifyPriority priority, VerifyCompletion completion) = 0;
};

}  // namespace touchstone::node
