// The signature pool.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "crypto/bls.h"
#include "crypto/sha256.h"
#include "node/base/bytes.h"

namespace touchstone::node {

/// One signature: of one signer, or an aggregate of all `public_keys` over the same message ([CRY-06]: no keys, no
/// validity). The signature is still compressed: the pool parses it, with the subgroup check of [CRY-04].
struct SignatureClaim {
    std::vector<crypto::bls::PublicKey> public_keys;
    crypto::Digest message{};
    BlsSignature signature;
};

/// Element i: whether claim i is valid.
using VerifyCompletion = std::function<void(const std::vector<bool>& valid)>;

enum class VerifyPriority : std::uint8_t {
    Block,       // before everything else
    Aggregate,   // aggregates and operations
    Attestation  // last; callers drop their oldest waiting attestations before they let the pool's queue grow
};

/// Called on the writer thread. Claims of one batch may be verified together ([CRY-07]); one bad claim never spoils
/// another.
class Verifier {
  public:
    virtual ~Verifier() = default;

    /// Every batch is answered exactly once, on the writer thread, never from within this call. Batches of the same
    /// priority are answered in their order. The pool refuses nothing: whoever calls bounds what he has under way.
    virtual void verify(std::vector<SignatureClaim> claims, VerifyPriority priority, VerifyCompletion completion) = 0;
};

}  // namespace touchstone::node
