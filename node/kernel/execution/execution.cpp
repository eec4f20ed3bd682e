#include "node/kernel/execution/execution.h"

#include <utility>

#include "node/codec/merkle.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/executors.h"
#include "node/kernel/execution/fees.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

std::vector<PreparedTransaction> prepare_all(std::span<const SignedTransaction> transactions, std::span<const Root> ids,
                                             const BlockTerms& terms, const ParallelFor& parallel_for) {
    std::vector<PreparedTransaction> prepared(transactions.size());
    parallel_for(prepared.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            prepared[i] = ids.empty() ? prepare(transactions[i], terms) : prepare(transactions[i], ids[i], terms);
    });
    return prepared;
}

void append_signatures(std::span<const PreparedTransaction> transactions, const KnownSignatures& known,
                       SignatureSets& sets) {
    for (const PreparedTransaction& each : transactions) {
        if (known && known(each.id, each.signing_root, each.transaction->signature)) continue;
        sets.push_back(transaction_signature_set(Clause::TXN_09, *each.transaction, each.signing_root));
    }
}

Result<void> apply_accounts(State& state, const AccountTable& accounts, const ParallelFor& parallel_for) {
    std::vector<tree::EntryChange> changes;
    accounts.for_each_changed(
        [&](const AccountTable::Entry& entry) { changes.push_back(account_change(entry.address, entry.account)); });
    if (changes.empty()) return {};
    return state.change_entries(changes, parallel_for);
}

/// [FEE-02]
Result<void> credit_tips(const State& state, const Address& operator_address, BlockEffects& block) {
    if (block.tips == 0) return {};
    const AccountName name{operator_address, account_path(operator_address)};
    const auto* const entry = block.accounts.find(name.path);
    Account account = entry != nullptr ? entry->account : get_account(state.tree(), name.path);
    const auto balance = narrow(block.tips + account.balance.value());
    if (!balance) return reject(Clause::TYP_01, "the balance of the operator exceeds 64 bits");
    account.balance = Amount(*balance);
    block.accounts.set(name, account);
    return {};
}

}  // namespace

Root receipts_root(std::span<const Receipt> receipts, const Parameters& parameters, const ParallelFor& parallel_for) {
    std::vector<codec::Digest> roots(receipts.size());
    parallel_for(roots.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            roots[i] = hash_tree_root(receipts[i], parameters).bytes;
    });
    const codec::Digest root = codec::merkleize(std::move(roots), parameters.MAX_TRANSACTIONS);
    return Root(codec::mix_in_number(root, receipts.size()));
}

Result<ProcessedTransaction> process_transaction(const Environment& environment, State& state,
                                                 const SignedTransaction& transaction, std::uint64_t gas_before,
                                                 SignatureSets& sets) {
    const BlockTerms terms(state.consensus(), environment.parameters());
    const PreparedTransaction prepared = prepare(transaction, terms);
    NODE_TRY(check_message(prepared, terms, gas_before));
    BlockEffects effects = execute_serially({&prepared, 1}, terms, state.tree(), state.consensus().burnt.value());
    append_signatures({&prepared, 1}, {}, sets);
    if (effects.rejection) return *effects.rejection;
    NODE_TRY(apply_accounts(state, effects.accounts, environment.parallel_for));
    state.mutable_consensus().burnt = Amount(effects.burnt);
    return ProcessedTransaction{std::move(effects.receipts.front()), static_cast<std::uint64_t>(effects.tips)};
}

Result<Receipts> process_transactions(const Environment& environment, State& state, const BlockBody& body,
                                      ValidatorIndex proposer, SignatureSets& sets, const KnownSignatures& known,
                                      std::span<const Root> ids) {
    const Parameters& parameters = environment.parameters();
    const BlockTerms terms(state.consensus(), parameters);
    const auto prepared = prepare_all(body.transactions, ids, terms, environment.parallel_for);
    BlockEffects effects = execute_optimistically(prepared, terms, state.tree(), state.consensus().burnt.value(),
                                                  environment.parallel_for);
    append_signatures(std::span(prepared).first(effects.signatures), known, sets);
    if (effects.rejection) return *effects.rejection;
    if (body.receipts_root != receipts_root(effects.receipts, parameters, environment.parallel_for)) {
        return reject(Clause::BLK_11, "receipts root " + to_hex(body.receipts_root));
    }
    NODE_TRY(credit_tips(state, state.consensus().validators[proposer.value()].operator_address, effects));
    NODE_TRY_ASSIGN(base_fee, next_base_fee(terms.base_fee, effects.gas_used, parameters));
    NODE_TRY(apply_accounts(state, effects.accounts, environment.parallel_for));
    ConsensusState& consensus = state.mutable_consensus();
    consensus.burnt = Amount(effects.burnt);
    consensus.gas_used = effects.gas_used;
    consensus.base_fee = base_fee;
    return Receipts{std::move(effects.receipts)};
}

}  // namespace touchstone::node
