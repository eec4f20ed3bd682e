// Transactions, fees and accounts.
#include <algorithm>

#include "node/app/conformance/request.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/execution.h"
#include "node/kernel/execution/fees.h"
#include "node/kernel/execution/transaction.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node::app {

namespace {

Json transaction(const Request& request) {
    auto pre = decode_state_input(request, "pre");
    const auto signed_transaction = request.decoded<SignedTransaction>("signed_transaction");
    const Environment environment = request.environment();
    State state = make_state(environment, std::move(pre));
    SignatureSets sets;
    const std::uint64_t gas_before = to_uint64(request.param("gas_before"));
    const auto processed = process_transaction(environment, state, signed_transaction, gas_before, sets);
    accepted(conclude(processed.ok() ? Result<void>{} : processed.rejection(), sets, verify_each));
    return {{"receipt", from_bytes(encode(processed->receipt))},
            {"post", state_output(state)},
            {"tip", from_uint64(processed->tip)}};
}

Json signing(const Request& request) {
    const auto state = request.decoded<ConsensusState>("state");
    const auto signed_transaction = request.decoded<SignedTransaction>("signed_transaction");
    const Transaction& message = signed_transaction.message;
    const Parameters& parameters = request.parameters;
    return {{"id", from_bytes(transaction_id(message, parameters).view())},
            {"signing_root", from_bytes(transaction_signing_root(message, state, parameters).view())},
            {"sender", from_bytes(sender_of(message).view())},
            {"intrinsic_gas", from_uint64(intrinsic_gas(signed_transaction, parameters))}};
}

Json base_fee(const Request& request) {
    const std::uint64_t fee = to_uint64(request.param("base_fee"));
    const std::uint64_t gas_used = to_uint64(request.param("gas_used"));
    return {{"base_fee", from_uint64(accepted(next_base_fee(fee, gas_used, request.parameters)))}};
}

Json entries(const Request& request) {
    auto pre = decode_state_input(request, "pre");
    if (!pre.entries) throw BadRequest("there is no input pre_entries");
    const Environment environment = request.environment();
    const KvEntries all = tree::all_entries(make_state(environment, std::move(pre)).tree());
    const auto accounts =
        std::ranges::count_if(all.entries, [](const KvEntry& each) { return address_of_key(each.key).has_value(); });
    return {{"accounts", from_uint64(static_cast<std::uint64_t>(accounts))}};
}

Json stake_value(const Request& request) {
    const Pool pool{to_uint64(request.param("tokens")), to_uint64(request.param("shares"))};
    const auto minted = mint_shares(pool, to_uint64(request.param("amount")));
    return {{"minted", minted ? from_uint64(*minted) : Json()},
            {"value", from_uint64(share_value(pool, to_uint64(request.param("part"))))}};
}

}  // namespace

Json run_execution(const Request& request) {
    if (request.handler == "transaction") return transaction(request);
    if (request.handler == "signing") return signing(request);
    if (request.handler == "next_base_fee") return base_fee(request);
    if (request.handler == "entries") return entries(request);
    if (request.handler == "stake_value") return stake_value(request);
    throw Unsupported{};
}

}  // namespace touchstone::node::app
