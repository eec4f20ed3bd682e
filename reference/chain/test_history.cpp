#include "reference/chain/test_history.h"

#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"

namespace touchstone::reference::test {

// [splitmix64]
std::uint64_t Draws::below(std::uint64_t bound) {
    std::uint64_t z = seed_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % bound;
}

Address StakeDraws::anybody(const Stage& stage) {
    const std::uint64_t number = below(Stage::SAVERS + 4);
    return number < Stage::SAVERS ? saver(number) : stage.operator_of(number - Stage::SAVERS);
}

/// Operators and savers meet in the first pools and in those that savers registered; one is not registered.
ValidatorIndex StakeDraws::any_pool(const Stage& stage) {
    const std::uint64_t registered = stage.state().validators.size() - Stage::VALIDATORS;
    const std::uint64_t number = below(4 + registered + 1);
    return ValidatorIndex{number < 4 ? number : Stage::VALIDATORS + number - 4};
}

ValidatorIndex StakeDraws::own_pool(const Stage& stage, const Address& sender) {
    std::vector<ValidatorIndex> own;
    for (std::uint64_t index = 0; index < stage.state().validators.size(); ++index) {
        if (stage.shares(index, sender) > 0) own.emplace_back(index);
    }
    return own.empty() || below(8) == 0 ? any_pool(stage) : own[below(own.size())];
}

Amount StakeDraws::any_amount(const Stage& stage, const Address& sender) {
    const Amount balance = get_account(stage.state(), sender).balance;
    switch (below(12)) {
        case 0:
            return Amount{stage.state().config.MIN_BOND};
        case 1:
            return Amount{stage.state().config.MIN_BOND - 1};
        case 2:
            return std::min(balance, tst(5000));
        case 3:
            return Amount{balance.value + 1};
        default:
            return Amount{tst(1).value + below(tst(200).value)};
    }
}

std::uint64_t StakeDraws::any_shares(std::uint64_t held) {
    switch (below(8)) {
        case 0:
            return 0;
        case 1:
            return held + 1;
        case 2:
        case 3:
            return held;
        default:
            return below(held + 1);
    }
}

Payload StakeDraws::any_withdrawal(const Stage& stage, const Address& sender) {
    std::vector<Withdraw> held;
    for (std::uint64_t index = 0; index < stage.state().validators.size(); ++index) {
        for (std::uint64_t epoch = 1; epoch <= stage.epoch().value; ++epoch) {
            if (get_cohort_shares(stage.state(), ValidatorIndex{index}, Epoch{epoch}, sender) > 0)
                held.push_back({ValidatorIndex{index}, Epoch{epoch}});
        }
    }
    if (held.empty() || below(10) == 0) return Withdraw{any_pool(stage), Epoch{below(20)}};
    return held[below(held.size())];
}

StakeOperation StakeDraws::operation_of_an_operator(const Stage& stage) {
    const ValidatorIndex index{below(stage.state().validators.size())};
    const Address sender = below(8) == 0 ? anybody(stage) : stage.operator_of(index.value);
    switch (below(10)) {
        case 0:
        case 1:
            return {sender, ExitValidator{index}};
        case 2:
        case 3:
        case 4:
            return {sender, EditValidator{index, below(10'500)}};
        case 5: {
            const std::uint64_t number = below(Stage::SAVERS);
            return {saver(number), registration(number, Amount{tst(10).value + below(tst(80).value)}, below(10'500))};
        }
        default:
            return {sender, ClaimCommission{index}};
    }
}

StakeOperation StakeDraws::any_operation(const Stage& stage) {
    const Address sender = anybody(stage);
    switch (below(10)) {
        case 0:
        case 1:
            return operation_of_an_operator(stage);
        case 2:
        case 3:
        case 4:
            return {sender, Delegate{any_pool(stage), any_amount(stage, sender)}};
        case 5:
        case 6:
            return {sender, any_withdrawal(stage, sender)};
        default: {
            const ValidatorIndex index = own_pool(stage, sender);
            return {sender, Undelegate{index, any_shares(stage.shares(index.value, sender))}};
        }
    }
}

Offence StakeDraws::any_offence(const Stage& stage) {
    const std::vector<Validator>& validators = stage.state().validators;
    std::uint64_t index = below(2) == 0 ? below(4) : below(validators.size());
    for (std::uint64_t i = 0; i < validators.size(); ++i) {
        if (validators[i].slashed && below(4) == 0) index = i;
    }
    const Epoch epoch{stage.epoch().value - std::min(stage.epoch().value, below(7))};
    return {index, epoch, below(Stage::VALIDATORS)};
}

}  // namespace touchstone::reference::test
