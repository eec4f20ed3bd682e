// A transaction whose signature was verified, as its type: only such come into the pool.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// What is known of a transaction before its signature is: enough to say whether the pool would take it.
struct TransactionCandidate {
    SignedTransaction transaction;
    Root id;  // [TXN-02]
    /// Names the message and the domain under which it was or will be verified. [TXN-09]
    Root signing_root;
    Address sender;
    std::size_t bytes = 0;  // of the encoding

    static TransactionCandidate of(SignedTransaction transaction, const Domain& domain, const Parameters& parameters);
};

template <class Content>
class SignatureChecked;
struct GossipTransactions;

class VerifiedTransaction {
  public:
    /// TXN-04 to TXN-07 of the message alone, and TXN-09, here and now.
    static Result<VerifiedTransaction> verify(SignedTransaction transaction, const Domain& domain,
                                              const Parameters& parameters);
    /// Of a block that was executed under this domain: verified then. [DUT-27]
    static VerifiedTransaction of_block(const SignedTransaction& transaction, const Domain& domain,
                                        const Parameters& parameters) {
        return VerifiedTransaction(TransactionCandidate::of(transaction, domain, parameters));
    }

    /// All of a gossiped batch, in its order. [NET-79]
    static std::vector<VerifiedTransaction> of_batch(SignatureChecked<GossipTransactions> batch);

    const SignedTransaction& transaction() const { return candidate_.transaction; }
    const Transaction& message() const { return candidate_.transaction.message; }
    const TransactionCandidate& candidate() const { return candidate_; }

  private:
    explicit VerifiedTransaction(TransactionCandidate candidate) : candidate_(std::move(candidate)) {}
    TransactionCandidate candidate_;
};

}  // namespace touchstone::node
