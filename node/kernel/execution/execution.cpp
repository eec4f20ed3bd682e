#include "node/kernel/execution/execution.h"

#include <algorithm>
#include <iterator>
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

/// What was burnt, accounts and stake become the state's.
Result<void> apply(State& state, BlockEffects effects, const ParallelFor& parallel_for) {
    std::vector<tree::EntryChange> changes;
    effects.accounts.for_each_changed(
        [&](const AccountTable::Entry& entry) { changes.push_back(account_change(entry.address, entry.account)); });
    std::optional<StakeChanges> stake = std::move(effects.stake).take();
    if (stake) std::ranges::move(stake->entries.changes(), std::back_inserter(changes));
    if (!changes.empty()) NODE_TRY(state.change_entries(changes, parallel_for));
    if (stake) {
        stake->consensus.tree_root = state.consensus().tree_root;
        state.mutable_consensus() = std::move(stake->consensus);
        state.parse_new_keys(parallel_for);
    }
    state.mutable_consensus().burnt = Amount(effects.burnt);
    return {};
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
    BlockEffects effects = execute_serially({&prepared, 1}, terms, state);
    append_signatures({&prepared, 1}, {}, sets);
    if (effects.rejection) return *effects.rejection;
    ProcessedTransaction processed{std::move(effects.receipts.front()), static_cast<std::uint64_t>(effects.tips)};
    NODE_TRY(apply(state, std::move(effects), environment.parallel_for));
    return processed;
}

Result<Receipts> process_transactions(const Environment& environment, State& state, const BlockBody& body,
                                      ValidatorIndex proposer, SignatureSets& sets, const KnownSignatures& known,
                                      std::span<const Root> ids) {
    const Parameters& parameters = environment.parameters();
    const BlockTerms terms(state.consensus(), parameters);
    const auto prepared = prepare_all(body.transactions, ids, terms, environment.parallel_for);
    BlockEffects effects = execute_optimistically(prepared, terms, state, environment.parallel_for);
    append_signatures(std::span(prepared).first(effects.signatures), known, sets);
    if (effects.rejection) return *effects.rejection;
    if (body.receipts_root != receipts_root(effects.receipts, parameters, environment.parallel_for)) {
        return reject(Clause::BLK_11, "receipts root " + to_hex(body.receipts_root));
    }
    NODE_TRY(credit_tips(state, state.consensus().validators[proposer.value()].operator_address, effects));
    NODE_TRY_ASSIGN(base_fee, next_base_fee(terms.base_fee, effects.gas_used, parameters));
    Receipts receipts{std::move(effects.receipts)};
    const std::uint64_t gas_used = effects.gas_used;
    NODE_TRY(apply(state, std::move(effects), environment.parallel_for));
    state.mutable_consensus().gas_used = gas_used;
    state.mutable_consensus().base_fee = base_fee;
    return receipts;
}

}  // namespace touchstone::node
