#include "reference/execution/transaction.h"

#include "reference/entries/accounts.h"
#include "reference/execution/stake_operations.h"
#include "reference/signatures/address.h"
#include "reference/signatures/domains.h"
#include "reference/signatures/ed25519.h"

namespace touchstone::reference {

// [CRY-12]
Address sender_of(const Transaction& message) { return address_of(message.sender.bytes); }

// [TXN-02]
Root get_transaction_id(const SignedTransaction& transaction, const Parameters& config) {
    return hash_tree_root(transaction.message, config);
}

// [TXN-04]
bool is_of_this_version(const Payload& payload) {
    constexpr std::size_t CLAIM_COMMISSION = 7;
    return payload.index() <= CLAIM_COMMISSION;
}

namespace {

// [TXN-03]
std::uint64_t gas_of_payload(const Payload& payload, const Parameters& config) {
    if (std::holds_alternative<Transfer>(payload)) return config.GAS_TRANSFER;
    if (std::holds_alternative<RegisterValidator>(payload)) return config.GAS_REGISTER_VALIDATOR;
    return config.GAS_STAKE;
}

}  // namespace

Wide intrinsic_gas(const SignedTransaction& transaction, const Parameters& config) {
    const Wide length = ssz::serialize(transaction, config).size();
    return config.GAS_PER_TRANSACTION + config.GAS_PER_BYTE * length +
           gas_of_payload(transaction.message.payload, config);
}

Result<void> check_payload(const SignedTransaction& transaction, const Parameters& config) {
    REQUIRE(is_of_this_version(transaction.message.payload), Clause::TXN_04);
    REQUIRE(intrinsic_gas(transaction, config) <= transaction.message.gas_limit, Clause::TXN_05);
    return {};
}

// [TXN-09]
Root get_transaction_signing_root(const ConsensusState& state, const Transaction& message) {
    const Epoch current_epoch{state.slot.value / state.config.SLOTS_PER_EPOCH};  // [SLO-01]
    return compute_signing_root(message, get_domain(state, DOMAIN_TRANSACTION, current_epoch), state.config);
}

Result<void> verify_transaction_signature(const ConsensusState& state, const SignedTransaction& transaction) {
    const Root signing_root = get_transaction_signing_root(state, transaction.message);
    REQUIRE(ed25519_verify(transaction.message.sender.bytes, signing_root.bytes, transaction.signature.bytes)
                .operator bool(),
            Clause::TXN_09);
    return {};
}

namespace {

Result<void> check_validity(const ConsensusState& state, const SignedTransaction& transaction,
                            std::uint64_t gas_before) {
    const Transaction& t = transaction.message;
    CHECK(check_payload(transaction, state.config));  // [TXN-04], [TXN-05]
    REQUIRE(Wide{gas_before} + t.gas_limit <= state.config.BLOCK_GAS_LIMIT, Clause::TXN_06);
    REQUIRE(t.tip <= t.max_fee, Clause::TXN_07);
    REQUIRE(state.base_fee <= t.max_fee, Clause::TXN_08);
    CHECK(verify_transaction_signature(state, transaction));  // [TXN-09]
    const Account a = get_account(state, sender_of(t));
    REQUIRE(t.nonce == a.nonce && t.nonce < UINT64_MAX, Clause::TXN_10);
    REQUIRE(a.balance >= Wide{t.gas_limit} * t.max_fee, Clause::TXN_11);
    return {};
}

/// How the execution of a payload ended. It looks before it changes anything: what fails has nothing to undo.
struct Outcome {
    std::uint8_t status;
    std::uint64_t gas_used;
    std::vector<Event> events;
};

// [TXN-14]
Result<Outcome> process_transfer(ConsensusState& state, const SignedTransaction& transaction) {
    const Transaction& t = transaction.message;
    const auto& transfer = std::get<Transfer>(t.payload);
    const Address sender = sender_of(t);
    Wide gas_used = intrinsic_gas(transaction, state.config);
    if (get_account(state, sender).balance < transfer.amount) {
        return Outcome{INSUFFICIENT_BALANCE, static_cast<std::uint64_t>(gas_used), {}};  // [TXN-05] at most gas_limit
    }
    if (transfer.amount != 0 && !has_account(state, transfer.recipient)) {
        gas_used += state.config.GAS_NEW_ACCOUNT;
        if (gas_used > t.gas_limit) return Outcome{OUT_OF_GAS, t.gas_limit, {}};
    }
    CHECK(decrease_account(state, sender, transfer.amount.value));
    CHECK(increase_account(state, transfer.recipient, transfer.amount.value));
    return Outcome{SUCCESS, static_cast<std::uint64_t>(gas_used), {}};
}

// [TXN-12] 2.
Result<Outcome> execute_payload(ConsensusState& state, const SignedTransaction& transaction) {
    const Transaction& t = transaction.message;
    if (std::holds_alternative<Transfer>(t.payload)) return process_transfer(state, transaction);
    TRY(const StakeOutcome ended, process_stake_operation(state, sender_of(t), t.payload));
    Outcome outcome{ended.status, static_cast<std::uint64_t>(intrinsic_gas(transaction, state.config)), {}};
    if (ended.status == SUCCESS) outcome.events = {stake_event(t.payload, ended.event, state.config)};
    return outcome;
}

}  // namespace

Result<ProcessedTransaction> process_transaction(ConsensusState& state, const SignedTransaction& transaction,
                                                 std::uint64_t gas_before) {
    CHECK(check_validity(state, transaction, gas_before));
    const Transaction& t = transaction.message;
    const Address sender = sender_of(t);
    const Wide price = Wide{state.base_fee} + std::min(t.tip, t.max_fee - state.base_fee);  // [TXN-12]
    Account a = get_account(state, sender);
    ++a.nonce;
    set_account(state, sender, a);
    CHECK(decrease_account(state, sender, t.gas_limit * price));
    TRY(const Outcome outcome, execute_payload(state, transaction));
    CHECK(increase_account(state, sender, (t.gas_limit - outcome.gas_used) * price));
    TRY(state.burnt, store<Amount>(state.burnt + Wide{outcome.gas_used} * state.base_fee));
    TRY(const Amount tip, store<Amount>(outcome.gas_used * (price - state.base_fee)));
    return ProcessedTransaction{{outcome.status, outcome.gas_used, outcome.events}, tip};
}

}  // namespace touchstone::reference
