#include "node/kernel/stake/pools.h"

#include <algorithm>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::node {
namespace {

/// The number of the next item of a queue, which now has it.
Result<std::uint64_t> take_number(Queue& queue) {
    const auto tail = checked_add(queue.tail, 1);
    if (!tail) return reject(Clause::TYP_01, "the numbers of a queue exceed 64 bits");
    return std::exchange(queue.tail, *tail);
}

}  // namespace

std::optional<std::uint64_t> mint_shares(const Pool& pool, std::uint64_t amount) {
    if (pool.shares != 0 && pool.tokens == 0) return std::nullopt;
    const Uint128 minted = pool.shares == 0 ? Uint128{amount} : wide_multiply(amount, pool.shares) / pool.tokens;
    if (minted == 0 || minted + pool.shares > kUint64Max) return std::nullopt;
    return static_cast<std::uint64_t>(minted);
}

std::uint64_t share_value(const Pool& pool, std::uint64_t part) {
    if (pool.shares == 0) return 0;
    return narrow(wide_multiply(part, pool.tokens) / pool.shares).value_or(kUint64Max);
}

std::optional<std::uint64_t> mint_shares(const ConsensusState& state, ValidatorIndex index, std::uint64_t amount) {
    return mint_shares(pool_of(state, index), amount);
}

std::uint64_t share_value(const ConsensusState& state, ValidatorIndex index, std::uint64_t part) {
    return share_value(pool_of(state, index), part);
}

std::uint64_t get_commission(const Validator& validator, Epoch epoch) {
    return validator.next_commission_epoch <= epoch ? validator.next_commission : validator.commission;
}

Result<void> pay_commission(ConsensusState& state, ValidatorIndex index, std::uint64_t reward, Epoch current) {
    const std::uint64_t commission = get_commission(state.validators[index.value()], current);
    if (commission == 0 || reward == 0) return {};
    const auto paid = narrow(wide_multiply(reward, commission) / BASIS_POINTS);
    const std::uint64_t balance = state.balances[index.value()].value();
    if (!paid || *paid > balance) return reject(Clause::TYP_01, "a commission exceeds the balance that it is of");
    if (*paid == 0) return {};
    state.balances.mutate(index.value()) = Amount(balance - *paid);
    return add_to(state.commissions.mutate(index.value()), *paid);
}

bool is_free(const Validator& validator, Epoch current, const Parameters& parameters) {
    return validator.activation_epoch == kFarFutureEpoch || withdrawable_epoch(validator, parameters) <= current;
}

Result<ValidatorIndex> append_validator(ConsensusState& state, EntryAccess& entries, const BlsPublicKey& pubkey,
                                        const Address& operator_address, std::uint64_t commission,
                                        const Parameters& parameters) {
    const ValidatorIndex index(state.validators.size());
    if (index.value() >= parameters.VALIDATOR_REGISTRY_LIMIT) return reject(Clause::TYP_01, "the registry is full");
    Validator validator;
    validator.pubkey = pubkey;
    validator.operator_address = operator_address;
    validator.commission = commission;
    validator.next_commission_epoch = kFarFutureEpoch;
    validator.slashed_from = kFarFutureEpoch;
    validator.eligibility_epoch = kFarFutureEpoch;
    validator.activation_epoch = kFarFutureEpoch;
    validator.exit_request_epoch = kFarFutureEpoch;
    validator.exit_epoch = kFarFutureEpoch;
    state.validators.push_back(validator);
    state.balances.push_back(Amount(0));
    state.previous_epoch_participation.push_back(ParticipationFlags{0});
    state.current_epoch_participation.push_back(ParticipationFlags{0});
    state.inactivity_scores.push_back(0);
    state.shares.push_back(0);
    state.commissions.push_back(Amount(0));
    write_validator(entries, pubkey, index);
    return index;
}

Result<std::uint64_t> append_bond(ConsensusState& state, EntryAccess& entries, const QueuedBond& item) {
    NODE_TRY_ASSIGN(number, take_number(state.bond_queue));
    write_queued_bond(entries, number, item);
    return number;
}

Result<std::uint64_t> append_unbond(ConsensusState& state, EntryAccess& entries, const QueuedUnbond& item) {
    NODE_TRY_ASSIGN(number, take_number(state.unbond_queue));
    write_queued_unbond(entries, number, item);
    return number;
}

Result<void> initiate_validator_exit(ConsensusState& state, EntryAccess& entries, ValidatorIndex index, Epoch current) {
    if (state.validators[index.value()].exit_request_epoch != kFarFutureEpoch) return {};
    Validator& validator = state.validators.mutate(index.value());
    validator.exit_request_epoch = current;
    if (validator.activation_epoch == kFarFutureEpoch) {
        validator.exit_epoch = current + 1;
        return {};
    }
    NODE_TRY(append_unbond(state, entries, {index, Address{}, 0}));
    return {};
}

}  // namespace touchstone::node
