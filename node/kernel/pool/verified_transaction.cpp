#include "node/kernel/pool/verified_transaction.h"

#include "node/kernel/accounts/address.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/execution/transaction.h"
#include "node/types/encoding.h"

namespace touchstone::node {

TransactionCandidate TransactionCandidate::of(SignedTransaction transaction, const Domain& domain,
                                              const Parameters& parameters) {
    TransactionCandidate candidate;
    candidate.id = transaction_id(transaction.message, parameters);
    candidate.signing_root = compute_signing_root(candidate.id, domain);
    candidate.sender = address_of(transaction.message.sender.bytes);
    candidate.bytes = encode(transaction).size();
    candidate.transaction = std::move(transaction);
    return candidate;
}

Result<VerifiedTransaction> VerifiedTransaction::verify(SignedTransaction transaction, const Domain& domain,
                                                        const Parameters& parameters) {
    NODE_TRY(check_transaction_alone(transaction, parameters));
    TransactionCandidate candidate = TransactionCandidate::of(std::move(transaction), domain, parameters);
    NODE_TRY(verify_transaction_signature(candidate.transaction, candidate.signing_root));
    return VerifiedTransaction(std::move(candidate));
}

}  // namespace touchstone::node
