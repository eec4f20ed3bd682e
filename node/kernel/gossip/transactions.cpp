// Batches of transactions. [NET-75] to [NET-78]
#include <algorithm>
#include <string>
#include <utility>

#include "node/kernel/execution/transaction.h"
#include "node/kernel/gossip/conditions.h"

namespace touchstone::node {
namespace {

GossipRefusal refusal(Refusal kind, Clause clause, std::string detail) {
    return {kind, reject(clause, std::move(detail)), std::nullopt};
}

bool names_one_twice(const TransactionBatch& batch) {
    std::vector<std::pair<Ed25519PublicKey, std::uint64_t>> names;
    names.reserve(batch.transactions.size());
    for (const SignedTransaction& each : batch.transactions)
        names.emplace_back(each.message.sender, each.message.nonce);
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) != names.end();
}

/// Nodes whose heads are on two sides of an upgrade differ in what a good signature is. [NET-78]
bool near_another_fork(const ConsensusState& head, Epoch epoch, const Parameters& parameters) {
    const auto domain = [&](Epoch of) { return get_domain(head, DomainType(DOMAIN_TRANSACTION), of, parameters); };
    return domain(previous_of(epoch)) != domain(epoch) || domain(epoch + 1) != domain(epoch);
}

}  // namespace

GossipResult<GossipChecked<GossipTransactions>> GossipConditions::check_transactions(const TransactionBatch& batch,
                                                                                     const TransactionPool& pool,
                                                                                     const State& head_state) const {
    if (batch.transactions.empty()) return refusal(Refusal::Reject, Clause::NET_75, "an empty batch");
    if (names_one_twice(batch)) return refusal(Refusal::Reject, Clause::NET_75, "two of one sender and nonce");
    for (const SignedTransaction& each : batch.transactions) {
        const auto alone = check_transaction_alone(each, parameters());
        if (!alone) {
            return refusal(Refusal::Reject, Clause::NET_76,
                           std::string(to_string(alone.rejection().clause)) + ", " + alone.rejection().detail);
        }
    }
    GossipTransactions content;
    SignatureSets sets;
    bool useful = false;
    for (const SignedTransaction& each : batch.transactions) {
        TransactionCandidate candidate = TransactionCandidate::of(each, pool.domain(), parameters());
        useful = useful || pool.would_take(candidate).ok();
        if (!pool.is_verified(candidate.signing_root, each.signature)) {
            sets.push_back(transaction_signature_set(Clause::NET_78, each, candidate.signing_root));
        }
        content.candidates.push_back(std::move(candidate));
    }
    if (!useful) return refusal(Refusal::Ignore, Clause::NET_77, "the pool takes none of it");
    const Epoch epoch = epoch_of(fork_choice_.current_slot(), parameters());
    if (near_another_fork(head_state.consensus(), epoch, parameters())) content.bad_signature = Refusal::Ignore;
    return MessageChecks::checked(std::move(content), std::move(sets));
}

SettledTransactions settle(TransactionPool& pool, GossipChecked<GossipTransactions> checked,
                           const std::vector<bool>& valid, std::uint64_t now_ms) {
    const Refusal cost = checked.content().bad_signature;
    auto batch = std::move(checked).with_signatures(valid);
    if (!batch.ok()) return {0, refusal(cost, batch.rejection().clause, batch.rejection().detail)};
    SettledTransactions settled;
    for (VerifiedTransaction& each : VerifiedTransaction::of_batch(std::move(batch).value())) {
        const auto added = pool.add(std::move(each), now_ms);
        if (added.ok() && *added == TransactionPool::Added::Taken) ++settled.taken;
    }
    if (settled.taken == 0) settled.refusal = refusal(Refusal::Ignore, Clause::NET_77, "the pool took none of it");
    return settled;
}

std::vector<VerifiedTransaction> VerifiedTransaction::of_batch(SignatureChecked<GossipTransactions> batch) {
    std::vector<VerifiedTransaction> verified;
    for (TransactionCandidate& candidate : std::move(batch).take().candidates)
        verified.push_back(VerifiedTransaction(std::move(candidate)));
    return verified;
}

}  // namespace touchstone::node
