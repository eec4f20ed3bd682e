#include "fuzz/history/transactions.h"

#include <algorithm>
#include <map>

#include "fuzz/history/history.h"
#include "reference/chain/test_chain.h"
#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {

using namespace reference;  // NOLINT(google-build-using-namespace): every type here is the reference's

namespace {

/// Made once: the proof takes longer than all else of a transaction.
const RegisterValidator& registration(std::uint64_t key, std::uint64_t account) {
    static std::map<std::pair<std::uint64_t, std::uint64_t>, RegisterValidator> made;
    const auto [place, is_new] = made.try_emplace({key, account});
    if (is_new) place->second = signed_registration(history_config(), key, test::development_address(account));
    return place->second;
}

}  // namespace

/// The one that the sender operates, or any, or one that is not registered.
ValidatorIndex TransactionMaker::any_validator(std::uint64_t sender) {
    const std::uint64_t byte = input_.number(1);
    return ValidatorIndex{byte % 4 == 0 ? sender : byte / 4 % (state_.validators.size() + 1)};
}

/// Whole TST, or a little more or less.
Amount TransactionMaker::any_amount() {
    const std::uint64_t whole = input_.number(1) * GRAINS_PER_TST;
    const std::uint64_t edge = input_.below(16);
    if (edge == 1) return Amount{std::max<std::uint64_t>(whole, 1) - 1};
    if (edge == 2) return Amount{whole + input_.number(4)};
    if (edge == 3) return Amount{input_.number(8)};
    return Amount{whole};
}

std::uint64_t TransactionMaker::any_commission() {
    const std::uint64_t byte = input_.number(1);
    return byte == 0xff ? near(BASIS_POINTS) : byte * 40;
}

Transfer TransactionMaker::any_transfer() {
    Transfer transfer;
    const std::uint64_t recipient = input_.below(10);
    if (recipient <= kHistoryAccounts) {
        transfer.recipient = test::development_address(recipient);
    } else {
        transfer.recipient.bytes.fill(static_cast<std::uint8_t>(recipient));
    }
    transfer.amount = any_amount();
    return transfer;
}

/// With a key that is new, or that somebody registered before: on another branch it may have had another index.
RegisterValidator TransactionMaker::any_registration(std::uint64_t sender) {
    const std::uint64_t key = kHistoryValidators + input_.below(kMostNewKeys);
    const Amount stake = any_amount();
    const std::uint64_t commission = any_commission();
    const std::uint64_t fault = input_.below(16);
    RegisterValidator operation = registration(fault == 1 ? input_.below(kHistoryValidators) : key, sender);
    operation.stake = stake;
    operation.commission = commission;
    if (fault == 2) operation.proof_of_possession.bytes[input_.below(96)] ^= 1;
    if (fault == 3) operation.pubkey.bytes[input_.below(48)] ^= 1;
    if (fault == 4) operation.proof_of_possession = registration(key, sender + 1).proof_of_possession;
    if (fault == 5) operation.stake = Amount{near(state_.config.MIN_SELF_STAKE)};
    return operation;
}

Undelegate TransactionMaker::any_undelegation(std::uint64_t sender) {
    const ValidatorIndex validator = any_validator(sender);
    const std::uint64_t held = validator.value < state_.validators.size()
                                   ? get_pool_shares(state_, validator, test::development_address(sender))
                                   : 0;
    switch (input_.below(8)) {
        case 1:
            return {validator, held};
        case 2:
            return {validator, held / 16};
        case 3:
            return {validator, near(held)};
        case 4:
            return {validator, near(state_.config.MIN_BOND)};
        case 5:
            return {validator, any_amount().value};
        case 6:
            return {validator, held - std::min(held, state_.config.MIN_SELF_STAKE)};
        default:
            return {validator, held / 2};
    }
}

/// Of a cohort of the validator's list, or of any epoch that is near.
Withdraw TransactionMaker::any_withdrawal(std::uint64_t sender) {
    const ValidatorIndex validator = any_validator(sender);
    const std::uint64_t which = input_.below(8);
    const Epoch current = get_current_epoch(state_);
    if (which >= 4 || validator.value >= state_.validators.size())
        return {validator, Epoch{current.value + 6 - std::min(current.value + 6, which)}};
    Epoch exit_epoch = state_.validators[validator.value].last_cohort;
    for (std::uint64_t back = which; back > 0; --back) {
        const auto cohort = get_cohort(state_, validator, exit_epoch);
        if (!cohort) break;
        exit_epoch = cohort->previous;
    }
    return {validator, exit_epoch};
}

Payload TransactionMaker::any_payload(std::uint64_t sender) {
    switch (input_.below(10)) {
        case 1:
            return any_registration(sender);
        case 2: {
            const ValidatorIndex validator = any_validator(sender);
            return EditValidator{validator, any_commission()};
        }
        case 3:
            return ExitValidator{any_validator(sender)};
        case 4:
        case 8: {
            const ValidatorIndex validator = any_validator(sender);
            return Delegate{validator, any_amount()};
        }
        case 5:
            return any_undelegation(sender);
        case 6:
        case 9:
            return any_withdrawal(sender);
        case 7:
            return ClaimCommission{any_validator(sender)};
        default:
            return any_transfer();
    }
}

void TransactionMaker::spoil(Transaction& message) {
    switch (input_.below(8)) {
        case 0:
            message.nonce = near(message.nonce);
            break;
        case 1:
            message.gas_limit = near(message.gas_limit);
            break;
        case 2:
            message.gas_limit = near(state_.config.BLOCK_GAS_LIMIT);
            break;
        case 3:
            message.max_fee = near(state_.base_fee);
            break;
        case 4:
            message.tip = near(message.max_fee);
            break;
        case 5:
            message.max_fee = message.tip = input_.number(8);
            break;
        case 6:
            message.gas_limit = input_.number(8);
            break;
        default:
            message.payload.emplace<8>(reference::Bytes{1, 2});
            break;
    }
}

SignedTransaction TransactionMaker::any_transaction(const BlockBody& body) {
    // The last one has no account.
    const std::uint64_t who = input_.below(4 * kHistoryAccounts + 1);
    const std::uint64_t sender = who == 4 * kHistoryAccounts ? kHistoryAccounts : who % kHistoryAccounts;
    Transaction message;
    message.sender = test::development_sender(sender);
    message.nonce =
        get_account(state_, test::development_address(sender)).nonce +
        static_cast<std::uint64_t>(std::ranges::count_if(body.transactions, [&](const SignedTransaction& before) {
            return before.message.sender == message.sender;
        }));
    message.payload = any_payload(sender);
    const std::uint64_t offer = input_.number(1);
    message.gas_limit = static_cast<std::uint64_t>(intrinsic_gas({message, {}}, state_.config)) +
                        offer % 4 * state_.config.GAS_NEW_ACCOUNT;
    message.max_fee = state_.base_fee + offer / 4 % 4;
    message.tip = std::min(message.max_fee, offer / 16 % 4);
    const std::uint64_t fault = input_.below(32);
    if (fault == 1) spoil(message);
    SignedTransaction transaction = test::sign_transaction(state_, sender, std::move(message));
    if (fault == 2) transaction.signature.bytes[input_.below(64)] ^= 1;
    if (fault == 3) transaction.message.sender.bytes[input_.below(32)] ^= 1;
    return transaction;
}

}  // namespace touchstone::fuzz
