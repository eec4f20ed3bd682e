#include <algorithm>

#include "node/api/method_groups.h"
#include "node/api/state_view.h"
#include "node/base/arithmetic.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node::api {

namespace {

// -------------------------------------------------------------------------------------------------------------- stake

/// What the address has in the bond queue for the validator; null if the queue is too long to be looked through.
Json bonding_of(StateView& view, ValidatorIndex index, const Address& address) {
    const Queue& queue = view.consensus().bond_queue;
    if (queue.tail - queue.head > kMostItems) return nullptr;
    std::uint64_t sum = 0;
    for (std::uint64_t number = queue.head; number < queue.tail; ++number) {
        const auto item = read_queued_bond(view.entries, number);
        if (item && item->validator_index == index && item->delegator == address) sum += item->amount.value();
    }
    return to_json(sum);
}

/// Shares of it in the unbond queue; null likewise.
Json leaving_of(StateView& view, ValidatorIndex index, const Address& address) {
    const Queue& queue = view.consensus().unbond_queue;
    if (queue.tail - queue.head > kMostItems) return nullptr;
    std::uint64_t sum = 0;
    for (std::uint64_t number = queue.head; number < queue.tail; ++number) {
        const auto item = read_queued_unbond(view.entries, number);
        if (item && item->validator_index == index && item->delegator == address) sum += item->shares;
    }
    return to_json(sum);
}

/// [STK-15]
Json cohort_json(const StateView& view, Epoch exit_epoch, const Cohort& cohort, std::uint64_t shares) {
    const Epoch withdrawable = std::max(exit_epoch + view.parameters.UNBONDING_EPOCHS, cohort.hold_epoch);
    return {{"exit_epoch", to_json(exit_epoch)},
            {"shares", to_json(shares)},
            {"value", to_json(share_value(Pool{cohort.tokens.value(), cohort.shares}, shares))},
            {"withdrawable_epoch", to_json(withdrawable)},
            {"withdrawable", withdrawable <= view.epoch}};
}

/// Cohorts of which the address holds something, the newest first, from `epoch` on backwards. Where one is not there
/// any more, for all its holders have withdrawn, the epochs before it are asked one by one.
void add_cohorts(Json& json, StateView& view, ValidatorIndex index, const Address& address, Epoch epoch) {
    // Nothing leaves by a cohort before the validator was active.
    const Epoch end = view.validator(index).activation_epoch;
    json["cohorts"] = Json::array();
    for (std::uint64_t looked = 0; epoch > end && looked < kMostEpochs; ++looked) {
        const auto cohort = read_cohort(view.entries, index, epoch);
        if (!cohort) {
            epoch = epoch - 1;
            continue;
        }
        const std::uint64_t shares = read_cohort_shares(view.entries, index, epoch, address);
        if (shares != 0) json["cohorts"].push_back(cohort_json(view, epoch, *cohort, shares));
        epoch = std::min(cohort->previous, epoch - 1);
    }
    json["next_exit_epoch"] = epoch > end ? to_json(epoch) : Json(nullptr);
}

rpc::Answer stake_get(const Sources& sources, const rpc::Arguments& arguments) {
    const Address address = address_from(arguments[0]);
    auto found = validator_at(sources.chain(), arguments[1], arguments[3]);
    if (auto* error = std::get_if<rpc::Error>(&found)) return std::move(*error);
    auto& [view, index] = std::get<ValidatorView>(found);
    const std::uint64_t shares = read_shares(view.entries, index, address);
    Json json = {{"at", view.at.id()},
                 {"address", address_to_text(address)},
                 {"validator_index", to_json(index.value())},
                 {"epoch", to_json(view.epoch)},
                 {"shares", to_json(shares)},
                 {"value", to_json(share_value(view.consensus(), index, shares))},
                 {"bonding", bonding_of(view, index, address)},
                 {"leaving_shares", leaving_of(view, index, address)}};
    Epoch from = view.validator(index).last_cohort;
    if (!arguments[2].is_null()) from = std::min(from, Epoch(uint64_from(arguments[2])));
    add_cohorts(json, view, index, address, from);
    return json;
}

rpc::Declaration declare_stake_get() {
    const rpc::Type cohort = rpc::object("Cohort", "what left a pool at the end of one epoch, of one account",
                                         {{"exit_epoch", kUint64},
                                          {"shares", kUint64, "of the cohort"},
                                          {"value", kAmount, "that these are worth"},
                                          {"withdrawable_epoch", kUint64},
                                          {"withdrawable", kBoolean, "in that state's epoch"}});
    return {
        .name = "stake_get",
        .summary = "What an account has with a validator",
        .parameters = {{"address", kAddress, "whose stake", true},
                       validator_parameter(),
                       {"from", kUint64, "go on with the cohorts from this exit epoch on, backwards", false},
                       at_parameter()},
        .result = rpc::object(
            "Stake", "what an account has with a validator",
            {at_field(),
             {"address", kAddressText, "the same, as text"},
             {"validator_index", kUint64},
             {"epoch", kUint64, "of that state"},
             {"shares", kUint64, "of the pool"},
             {"value", kAmount, "that these are worth there"},
             {"bonding", rpc::nullable(kAmount), "in the queue to join; null if it has more than 512 items"},
             {"leaving_shares", rpc::nullable(kUint64), "in the queue to leave; null if it has more than 512 items"},
             {"cohorts", rpc::list_of(cohort), "what has left the pool and was not withdrawn, the newest first"},
             {"next_exit_epoch", rpc::nullable(kUint64),
              "`from` of the call that has the rest, with the same `at`; null if this is all"}}),
        .errors = validator_errors()};
}

// ------------------------------------------------------------------------------------------------------- all of one

rpc::Answer stake_list(const Sources& sources, const rpc::Arguments& arguments) {
    const Address address = address_from(arguments[0]);
    auto viewed = view_at(sources.chain(), arguments[2]);
    if (auto* error = std::get_if<rpc::Error>(&viewed)) return std::move(*error);
    const auto& view = std::get<StateView>(viewed);
    FoundShares found =
        find_shares(view, arguments[1], [&](const PoolShare& share) { return share.holder == address; });
    Json list = Json::array();
    for (const PoolShare& share : found.shares) {
        list.push_back({{"validator_index", to_json(share.index.value())},
                        {"shares", to_json(share.shares)},
                        {"value", to_json(share_value(view.consensus(), share.index, share.shares))}});
    }
    return Json{{"at", view.at.id()},
                {"address", address_to_text(address)},
                {"stakes", std::move(list)},
                {"next", std::move(found.next)}};
}

rpc::Declaration declare_stake_list() {
    const rpc::Type stake = rpc::object(
        "PoolStake", "what an account has in one pool",
        {{"validator_index", kUint64}, {"shares", kUint64}, {"value", kAmount, "that these are worth there"}});
    return {.name = "stake_list",
            .summary = "In which pools an account has stake, in no order; stake_get tells more of each",
            .parameters = {{"address", kAddress, "whose stake", true}, after_parameter(), at_parameter()},
            .result = rpc::object("StakeList", "a page of an account's stake",
                                  {at_field(),
                                   {"address", kAddressText, "the same, as text"},
                                   {"stakes", rpc::list_of(stake)},
                                   next_field()}),
            .errors = state_errors()};
}

// ------------------------------------------------------------------------------------------------------------ totals

Json queue_json(const Queue& queue) {
    return {{"length", to_json(queue.tail - queue.head)},
            {"head", to_json(queue.head)},
            {"tail", to_json(queue.tail)},
            {"budget", to_json(queue.budget)}};
}

rpc::Answer stake_queues(const Sources& sources, const rpc::Arguments& arguments) {
    auto viewed = view_at(sources.chain(), arguments[0]);
    if (auto* error = std::get_if<rpc::Error>(&viewed)) return std::move(*error);
    const auto& view = std::get<StateView>(viewed);
    return Json{{"at", view.at.id()},
                {"bond", queue_json(view.consensus().bond_queue)},
                {"unbond", queue_json(view.consensus().unbond_queue)},
                {"churn", to_json(get_churn(*view.at.state, view.parameters))}};
}

rpc::Declaration declare_stake_queues() {
    const rpc::Type queue = rpc::object("Queue", "a queue of stake",
                                        {{"length", kUint64, "in items"},
                                         {"head", kUint64, "number of the first item"},
                                         {"tail", kUint64, "number of the next that comes"},
                                         {"budget", kAmount, "that its head has saved up"}});
    return {.name = "stake_queues",
            .summary = "The queues of stake that joins and leaves",
            .parameters = {at_parameter()},
            .result = rpc::object("StakeQueues", "the queues of stake",
                                  {at_field(),
                                   {"bond", queue, "of stake that joins pools, and of activations"},
                                   {"unbond", queue, "of stake that leaves pools, and of exits"},
                                   {"churn", kAmount, "that each may move in an epoch"}}),
            .errors = state_errors()};
}

rpc::Answer stake_totals(const Sources& sources, const rpc::Arguments& arguments) {
    auto viewed = view_at(sources.chain(), arguments[0]);
    if (auto* error = std::get_if<rpc::Error>(&viewed)) return std::move(*error);
    const auto& view = std::get<StateView>(viewed);
    const ConsensusState& state = view.consensus();
    return Json{{"at", view.at.id()},
                {"epoch", to_json(view.epoch)},
                {"validators", to_json(std::uint64_t{state.validators.size()})},
                {"active_validators", to_json(std::uint64_t{view.at.state->context().current->active().size()})},
                {"active_stake", to_json(view.at.state->context().total_active_stake)},
                {"bonding", to_json(state.bonding)},
                {"unbonding", to_json(state.unbonding)},
                {"minted", to_json(state.minted)},
                {"burnt", to_json(state.burnt)}};
}

rpc::Declaration declare_stake_totals() {
    return {.name = "stake_totals",
            .summary = "How much stake there is, and what was minted and burnt since genesis",
            .parameters = {at_parameter()},
            .result = rpc::object("StakeTotals", "sums of a state",
                                  {at_field(),
                                   {"epoch", kUint64, "of that state"},
                                   {"validators", kUint64, "registered, whatever became of them"},
                                   {"active_validators", kUint64},
                                   {"active_stake", kAmount, "effective stake of the active validators"},
                                   {"bonding", kAmount, "on its way into pools"},
                                   {"unbonding", kAmount, "that left pools and was not withdrawn"},
                                   {"minted", kAmount, "since genesis"},
                                   {"burnt", kAmount, "since genesis"}}),
            .errors = state_errors()};
}

}  // namespace

std::vector<ApiMethod> stake_methods() {
    return {{declare_stake_get(), stake_get},
            {declare_stake_list(), stake_list},
            {declare_stake_queues(), stake_queues},
            {declare_stake_totals(), stake_totals}};
}

}  // namespace touchstone::node::api
