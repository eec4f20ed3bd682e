#include "node/kernel/execution/testing/random_transactions.h"

#include <rapidcheck.h>

#include <array>

namespace touchstone::node::execution_test {
namespace {

enum class Shape : std::uint8_t { one_sender, one_recipient, chain, random };

std::uint64_t one_of(const std::vector<std::uint64_t>& numbers) { return *rc::gen::elementOf(numbers); }

std::uint64_t any_amount() { return one_of({kTst, 2 * kTst, 0, kTst - 1, kBalance / 2, kBalance - kTst, kBalance}); }

ValidatorIndex any_validator() {
    // Those that the block registers as well, and one that nobody registers.
    return ValidatorIndex(one_of({0, 1, 2, 3, 0, 1, 16, 17, 18, 40}));
}

Payload any_payload(std::size_t sender) {
    switch (*rc::gen::inRange(0, 12)) {
        case 0: {
            RegisterValidator operation = registration(*rc::gen::inRange<std::size_t>(0, kKeys), sender);
            const int fault = *rc::gen::inRange(0, 8);
            if (fault == 0) operation.proof_of_possession.bytes[7] ^= 1;
            if (fault == 1) operation.stake = Amount(any_amount());
            if (fault == 2) operation.commission = BASIS_POINTS + 1;
            return operation;
        }
        case 1:
            return EditValidator{any_validator(), *rc::gen::inRange<std::uint64_t>(0, BASIS_POINTS + 10)};
        case 2:
            return ExitValidator{any_validator()};
        case 3:
        case 4:
            return Delegate{any_validator(), Amount(any_amount())};
        case 5:
        case 6:
            return undelegate(any_validator().value(), one_of({kTst, kOthers, kOwn, 1, 0}));
        case 7:
            return withdraw(one_of({0, 0, 0, 1}));
        case 8:
            return ClaimCommission{any_validator()};
        default: {
            Address to = account(*rc::gen::inRange<std::size_t>(0, kAccounts));
            if (*rc::gen::inRange(0, 8) == 0) to.bytes.fill(9);
            return Transfer{to, Amount(any_amount())};
        }
    }
}

}  // namespace

std::vector<SignedTransaction> any_transfers(const State& state) {
    const auto shape = *rc::gen::element(Shape::one_sender, Shape::one_recipient, Shape::chain, Shape::random);
    std::array<std::uint64_t, kAccounts> nonces{};
    std::vector<SignedTransaction> transactions;
    for (auto count = *rc::gen::inRange<std::size_t>(0, 60); transactions.size() < count;) {
        const std::size_t i = transactions.size();
        const auto any_account = [] { return *rc::gen::inRange<std::size_t>(0, kAccounts); };
        const std::size_t sender = shape == Shape::one_sender ? 0
                                   : shape == Shape::chain    ? i % kAccounts
                                                              : any_account();
        const std::size_t recipient = shape == Shape::one_recipient ? 1
                                      : shape == Shape::chain       ? (i + 1) % kAccounts
                                                                    : any_account();
        const bool to_stranger = *rc::gen::inRange(0, 4) == 0;
        const Address to =
            to_stranger ? stranger(*rc::gen::inRange<std::uint8_t>(1, 4)) : chain().account_address(recipient);
        const auto amount = *rc::gen::element<std::uint64_t>(0, 1, kBalance / 2, kBalance - 100'000'000,
                                                             kBalance - 43'000'000, kBalance);
        SignedTransaction transaction = chain().unsigned_transfer(state, sender, to, Amount(amount));
        transaction.message.nonce = nonces[sender]++;
        transaction.message.tip = *rc::gen::inRange<std::uint64_t>(0, 2'000);
        if (*rc::gen::arbitrary<bool>()) transaction.message.gas_limit += MINIMAL.GAS_NEW_ACCOUNT;
        // Rarely one that makes the block invalid.
        const int fault = *rc::gen::inRange(0, 400);
        if (fault == 0) ++transaction.message.nonce;
        if (fault == 1) transaction.message.max_fee = 1;
        if (fault == 2) transaction.message.gas_limit = MINIMAL.BLOCK_GAS_LIMIT;
        transactions.push_back(std::move(transaction));
    }
    return transactions;
}

State any_state() {
    State state = first_state();
    for (std::uint64_t i = 0; i < kOperated; ++i) {
        Validator& each = validator(state.mutable_consensus(), i);
        switch (*rc::gen::inRange(0, 6)) {
            case 0:
                each.activation_epoch = kFarFutureEpoch;
                break;
            case 1:
                each.exit_request_epoch = each.exit_epoch = Epoch(2);
                break;
            case 2:
                each.exit_request_epoch = each.exit_epoch = kLate - 1;
                each.slashed = true;
                break;
            default:
                break;
        }
    }
    return state;
}

std::vector<SignedTransaction> any_operations(const State& state) {
    std::array<std::uint64_t, kAccounts> nonces{};
    std::vector<SignedTransaction> transactions;
    const bool few_senders = *rc::gen::arbitrary<bool>();
    for (auto left = *rc::gen::inRange<std::size_t>(0, 50); left > 0; --left) {
        const std::size_t sender = *rc::gen::inRange<std::size_t>(0, few_senders ? 2 : kAccounts);
        SignedTransaction each = unsigned_operation(state, sender, any_payload(sender));
        each.message.nonce = nonces[sender]++;
        if (*rc::gen::inRange(0, 4) == 0) each.message.gas_limit += MINIMAL.GAS_NEW_ACCOUNT;
        // Rarely one that makes the block invalid.
        const int fault = *rc::gen::inRange(0, 400);
        if (fault == 0) ++each.message.nonce;
        if (fault == 1) each.message.gas_limit = MINIMAL.BLOCK_GAS_LIMIT;
        transactions.push_back(std::move(each));
    }
    return transactions;
}

}  // namespace touchstone::node::execution_test
