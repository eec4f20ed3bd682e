// Page 16: accounts, transactions and fees.
#include "reference/cli/adapter.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/execution/fees.h"
#include "reference/execution/transaction.h"
#include "reference/stake/pools.h"
#include "reference/transition/block.h"

namespace touchstone::reference::cli {

Result<std::optional<KvEntries>> Request::decode_entries(const std::string& of_state) const {
    const std::string name = of_state + "_entries";
    if (!inputs.contains(name)) return std::optional<KvEntries>{};
    TRY(KvEntries entries, decode<KvEntries>(name));
    return std::optional{std::move(entries)};
}

Result<void> attach_entries(ConsensusState& state, const std::optional<KvEntries>& entries) {
    if (!entries) return {};
    return reference::attach_entries(state, *entries);
}

namespace {

Answer transactions(const Request& request) {
    TRY(ConsensusState state, request.decode<ConsensusState>("pre"));
    TRY(const auto entries, request.decode_entries("pre"));
    TRY(const Block block, request.decode<Block>("block"));
    CHECK(attach_entries(state, entries));
    const SharedEntries before = state.entries;
    TRY(const Receipts receipts, process_transactions(state, block));
    update_tree_root(state, before);
    return Json{{"post", encode(state, request.config)}, {"receipts", encode(receipts, request.config)}};
}

Answer transaction(const Request& request) {
    TRY(ConsensusState state, request.decode<ConsensusState>("pre"));
    TRY(const auto entries, request.decode_entries("pre"));
    TRY(const SignedTransaction signed_transaction, request.decode<SignedTransaction>("signed_transaction"));
    CHECK(attach_entries(state, entries));
    TRY(const ProcessedTransaction processed,
        process_transaction(state, signed_transaction, parse_uint64(request.param("gas_before"))));
    update_tree_root(state);
    return Json{{"receipt", encode(processed.receipt, request.config)},
                {"post", encode(state, request.config)},
                {"tip", std::to_string(processed.tip.value)}};
}

Answer signing(const Request& request) {
    TRY(const ConsensusState state, request.decode<ConsensusState>("state"));
    TRY(const SignedTransaction signed_transaction, request.decode<SignedTransaction>("signed_transaction"));
    const Transaction& message = signed_transaction.message;
    Wide gas = 0;
    if (is_of_this_version(message.payload)) gas = intrinsic_gas(signed_transaction, request.config);
    TRY(const auto stored_gas, store<std::uint64_t>(gas));
    return Json{{"id", to_hex(get_transaction_id(signed_transaction, request.config).bytes)},
                {"signing_root", to_hex(get_transaction_signing_root(state, message).bytes)},
                {"sender", to_hex(sender_of(message).bytes)},
                {"intrinsic_gas", std::to_string(stored_gas)}};
}

Answer base_fee(const Request& request) {
    const std::uint64_t gas_used = parse_uint64(request.param("gas_used"));
    if (gas_used > request.config.BLOCK_GAS_LIMIT) throw BadRequest("no block uses more than BLOCK_GAS_LIMIT");
    TRY(const std::uint64_t next, next_base_fee(parse_uint64(request.param("base_fee")), gas_used, request.config));
    return Json{{"base_fee", std::to_string(next)}};
}

Answer entries(const Request& request) {
    TRY(ConsensusState state, request.decode<ConsensusState>("pre"));
    TRY(const KvEntries list, request.decode<KvEntries>("pre_entries"));
    CHECK(reference::attach_entries(state, list));
    const auto accounts = std::ranges::count_if(state.entries.map(), [&](const auto& entry) {
        return is_account_entry(entry.first, entry.second, request.config);
    });
    return Json{{"accounts", std::to_string(accounts)}};
}

// [STK-02]
Answer stake_value(const Request& request) {
    const Amount tokens{parse_uint64(request.param("tokens"))};
    const std::uint64_t shares = parse_uint64(request.param("shares"));
    const std::uint64_t part = parse_uint64(request.param("part"));
    if (part > shares) throw BadRequest("the part is more than all shares");
    const auto minted = mint_shares(tokens, shares, Amount{parse_uint64(request.param("amount"))});
    TRY(const auto value, store<std::uint64_t>(share_value(tokens, shares, part)));
    return Json{{"minted", minted ? Json(std::to_string(*minted)) : Json()}, {"value", std::to_string(value)}};
}

}  // namespace

void add_execution_handlers(Handlers& handlers) {
    handlers[{"operations", "transactions"}] = transactions;
    handlers[{"execution", "transaction"}] = transaction;
    handlers[{"execution", "signing"}] = signing;
    handlers[{"execution", "next_base_fee"}] = base_fee;
    handlers[{"execution", "entries"}] = entries;
    handlers[{"execution", "stake_value"}] = stake_value;
}

}  // namespace touchstone::reference::cli
