#include "node/kernel/execution/processing.h"

#include <optional>
#include <string>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/execution.h"
#include "node/kernel/execution/stake_operations.h"

namespace touchstone::node {
namespace {

AccountName name_of(const Address& address) { return {address, account_path(address)}; }

struct PayloadResult {
    TransactionStatus status = TransactionStatus::success;
    std::uint64_t gas_used = 0;
};

/// Moves grains between two accounts, or within one. The sender has them.
Result<void> move(const PreparedTransaction& prepared, std::uint64_t amount, AccountAccess& accounts) {
    if (prepared.sender.address == prepared.recipient.address) return {};
    Account sender = accounts.read(prepared.sender);
    Account recipient = accounts.read(prepared.recipient);
    NODE_TRY(add_to(recipient.balance, amount));
    sender.balance = Amount(sender.balance.value() - amount);
    accounts.write(prepared.sender, sender);
    accounts.write(prepared.recipient, recipient);
    return {};
}

/// [TXN-14]
Result<PayloadResult> process_transfer(const PreparedTransaction& prepared, const BlockTerms& terms,
                                       AccountAccess& accounts) {
    const Transaction& message = prepared.transaction->message;
    const std::uint64_t amount = std::get_if<Transfer>(&message.payload)->amount.value();
    PayloadResult result{TransactionStatus::success, prepared.gas};
    if (accounts.read(prepared.sender).balance.value() < amount) {
        result.status = TransactionStatus::insufficient_balance;
        return result;
    }
    if (amount == 0) return result;
    if (!has_entry(accounts.read(prepared.recipient))) {
        result.gas_used = saturating_add(result.gas_used, terms.parameters.GAS_NEW_ACCOUNT);
        if (result.gas_used > message.gas_limit) {
            return PayloadResult{TransactionStatus::out_of_gas, message.gas_limit};
        }
    }
    NODE_TRY(move(prepared, amount, accounts));
    return result;
}

/// What a unit of gas costs. [TXN-12]
struct GasPrice {
    std::uint64_t all = 0;
    std::uint64_t tip = 0;
    std::uint64_t base_fee = 0;
};

/// [TXN-10] [TXN-11] [TXN-12], its first step.
Result<GasPrice> charge(const Transaction& message, const BlockTerms& terms, Account& sender) {
    if (message.nonce != sender.nonce || message.nonce == kUint64Max) {
        return reject(Clause::TXN_10, "the nonce " + std::to_string(message.nonce) + " where the account has " +
                                          std::to_string(sender.nonce));
    }
    if (wide_multiply(message.gas_limit, message.max_fee) > sender.balance.value()) {
        return reject(Clause::TXN_11, "a balance of " + std::to_string(sender.balance.value()) + " grains for " +
                                          std::to_string(message.gas_limit) + " gas at up to " +
                                          std::to_string(message.max_fee));
    }
    // No product with a price exceeds that of TXN-11.
    const std::uint64_t tip = effective_tip(message, terms.base_fee);
    const GasPrice price{terms.base_fee + tip, tip, terms.base_fee};
    ++sender.nonce;
    sender.balance = Amount(sender.balance.value() - message.gas_limit * price.all);
    return price;
}

/// [TXN-12], its third step.
Result<TransactionEffects> settle(const Transaction& message, const GasPrice& price, const PayloadResult& result,
                                  Account& sender) {
    NODE_TRY(add_to(sender.balance, (message.gas_limit - result.gas_used) * price.all));
    return TransactionEffects{Receipt{static_cast<std::uint8_t>(result.status), result.gas_used, {}},
                              result.gas_used * price.tip, result.gas_used * price.base_fee};
}

}  // namespace

BlockTerms::BlockTerms(const ConsensusState& state, const Parameters& block_parameters)
    : parameters(block_parameters),
      base_fee(state.base_fee),
      domain(transaction_domain(state, block_parameters)),
      slot(state.slot),
      epoch(epoch_of(state.slot, block_parameters)) {}

PreparedTransaction prepare(const SignedTransaction& transaction, const BlockTerms& terms) {
    return prepare(transaction, transaction_id(transaction.message, terms.parameters), terms);
}

PreparedTransaction prepare(const SignedTransaction& transaction, const Root& id, const BlockTerms& terms) {
    PreparedTransaction prepared;
    prepared.transaction = &transaction;
    prepared.id = id;
    prepared.signing_root = compute_signing_root(id, terms.domain);
    prepared.gas = intrinsic_gas(transaction, terms.parameters);
    prepared.sender = name_of(sender_of(transaction.message));
    const auto* const transfer = std::get_if<Transfer>(&transaction.message.payload);
    if (transfer != nullptr) prepared.recipient = name_of(transfer->recipient);
    return prepared;
}

Result<void> check_message(const PreparedTransaction& prepared, const BlockTerms& terms, std::uint64_t gas_before) {
    return check_transaction_message(prepared.transaction->message, prepared.gas, gas_before, terms.base_fee,
                                     terms.parameters);
}

Result<TransactionEffects> execute_transfer(const PreparedTransaction& prepared, const BlockTerms& terms,
                                            AccountAccess& accounts) {
    const Transaction& message = prepared.transaction->message;
    Account sender = accounts.read(prepared.sender);
    NODE_TRY_ASSIGN(price, charge(message, terms, sender));
    accounts.write(prepared.sender, sender);

    NODE_TRY_ASSIGN(result, process_transfer(prepared, terms, accounts));

    sender = accounts.read(prepared.sender);
    NODE_TRY_ASSIGN(effects, settle(message, price, result, sender));
    accounts.write(prepared.sender, sender);
    return std::move(effects);
}

Result<TransactionEffects> execute_stake_operation(const PreparedTransaction& prepared, const BlockTerms& terms,
                                                   AccountAccess& accounts, BlockStake& stake,
                                                   std::optional<bool> proved) {
    const Transaction& message = prepared.transaction->message;
    Account sender = accounts.read(prepared.sender);
    NODE_TRY_ASSIGN(price, charge(message, terms, sender));
    NODE_TRY_ASSIGN(outcome, process_stake_operation(prepared, terms, proved, sender, stake));
    NODE_TRY_ASSIGN(effects, settle(message, price, {outcome.status, prepared.gas}, sender));
    accounts.write(prepared.sender, sender);
    if (outcome.status == TransactionStatus::success) {
        effects.receipt.events.push_back(stake_event(message.payload.index(), outcome.event));
    }
    const auto burnt = checked_add(effects.burnt, outcome.burnt);
    if (!burnt) return reject(Clause::TYP_01, "what a transaction burns exceeds 64 bits");
    effects.burnt = *burnt;
    return std::move(effects);
}

}  // namespace touchstone::node
