#include <algorithm>
#include <array>
#include <functional>

#include "node/api/method_groups.h"
#include "node/api/performance_values.h"
#include "node/api/validator_values.h"
#include "node/base/arithmetic.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node::api {

namespace {

constexpr std::uint64_t kMostListed = 256;
/// Validators that one call looks at for those that its filters want.
constexpr std::uint64_t kMostFiltered = 65'536;
constexpr std::uint64_t kFlags = 3;

rpc::Field epoch_field() { return {"epoch", kUint64, "of that state"}; }

// ---------------------------------------------------------------------------------------------------------- registry

rpc::Answer validator_get(const Sources& sources, const rpc::Arguments& arguments) {
    auto found = validator_at(sources.chain(), arguments[0], arguments[1]);
    if (auto* error = std::get_if<rpc::Error>(&found)) return std::move(*error);
    auto& [view, index] = std::get<ValidatorView>(found);
    return Json{{"at", view.at.id()}, {"epoch", to_json(view.epoch)}, {"validator", validator_json(view, index)}};
}

rpc::Declaration declare_validator_get() {
    return {.name = "validator_get",
            .summary = "A validator",
            .parameters = {validator_parameter(), at_parameter()},
            .result = rpc::object("ValidatorAt", "a validator in a state",
                                  {at_field(), epoch_field(), {"validator", validator_type()}}),
            .errors = validator_errors()};
}

struct Filter {
    Json status;
    std::optional<Address> operator_address;

    bool wants(const StateView& view, const Validator& validator) const {
        if (operator_address && validator.operator_address != *operator_address) return false;
        return status.is_null() || status == Json(name_of(status_of(validator, view.epoch, view.parameters)));
    }
};

rpc::Answer validator_list(const Sources& sources, const rpc::Arguments& arguments) {
    auto found = view_at(sources.chain(), arguments[4]);
    if (auto* error = std::get_if<rpc::Error>(&found)) return std::move(*error);
    const auto& view = std::get<StateView>(found);
    Filter filter{arguments[0], std::nullopt};
    if (!arguments[1].is_null()) filter.operator_address = address_from(arguments[1]);
    const auto count = page_size(arguments[3], kMostListed);
    if (const auto* error = std::get_if<rpc::Error>(&count)) return *error;
    const std::uint64_t total = view.consensus().validators.size();
    std::uint64_t index = std::min(arguments[2].is_null() ? 0 : uint64_from(arguments[2]), total);
    const std::uint64_t end = std::min(total, index + kMostFiltered);
    Json list = Json::array();
    for (; index < end && list.size() < std::get<std::uint64_t>(count); ++index) {
        if (!filter.wants(view, view.validator(ValidatorIndex(index)))) continue;
        list.push_back(validator_json(view, ValidatorIndex(index)));
    }
    return Json{{"at", view.at.id()},
                {"epoch", to_json(view.epoch)},
                {"total", to_json(total)},
                {"validators", std::move(list)},
                {"next", index < total ? to_json(index) : Json(nullptr)}};
}

rpc::Declaration declare_validator_list() {
    return {
        .name = "validator_list",
        .summary = "Validators in the order of the registry",
        .parameters = {{"status", validator_status_type(), "only those with this status", false},
                       {"operator", kAddress, "only those of this operator", false},
                       {"first", kUint64, "index to begin with; 0 if left out", false},
                       {"count", kUint64, "of a page, 256 at most; so many if left out", false},
                       at_parameter()},
        .result = rpc::object("ValidatorList", "a page of validators",
                              {at_field(),
                               epoch_field(),
                               {"total", kUint64, "of all in the registry, whatever the filters"},
                               {"validators", rpc::list_of(validator_type(), kMostListed)},
                               {"next", rpc::nullable(kUint64),
                                "`first` of the next page; null if this is the last. A page may be empty and not the "
                                "last: one call looks at 65,536 validators"}}),
        .errors = state_errors()};
}

// ------------------------------------------------------------------------------------------------------------ duties

Json attester_json(const AttesterDuty& duty) {
    return {{"slot", to_json(duty.slot)},
            {"committee_index", to_json(duty.committee.value())},
            {"position", to_json(std::uint64_t{duty.position})},
            {"committee_size", to_json(std::uint64_t{duty.committee_size})}};
}

rpc::Answer validator_duties(const Sources& sources, const rpc::Arguments& arguments) {
    const Chain& chain = sources.chain();
    auto found = validator_at(chain, arguments[0], nullptr);
    if (auto* error = std::get_if<rpc::Error>(&found)) return std::move(*error);
    auto& [view, index] = std::get<ValidatorView>(found);
    const Epoch epoch = arguments[1].is_null() ? view.epoch : Epoch(uint64_from(arguments[1]));
    const auto attests = attester_duties(chain.environment(), *view.at.state, epoch, {&index, 1});
    if (!attests.ok()) {
        return rpc::invalid_params("\"epoch\" may be one before or after " + std::to_string(view.epoch.value()) +
                                   ", the head's");
    }
    Json proposals = Json::array();
    for (const ProposerDuty& duty : proposer_duties(chain.environment(), *view.at.state, epoch)) {
        if (duty.validator == index) proposals.push_back(to_json(duty.slot));
    }
    return Json{{"at", view.at.id()},
                {"epoch", to_json(epoch)},
                {"validator_index", to_json(index.value())},
                {"attestation", attests->empty() ? Json(nullptr) : attester_json(attests->front())},
                {"proposals", std::move(proposals)}};
}

rpc::Declaration declare_validator_duties() {
    const rpc::Type attestation = rpc::object("CommitteeSeat", "when and where a validator votes",
                                              {{"slot", kUint64},
                                               {"committee_index", kUint64},
                                               {"position", kUint64, "of its bit"},
                                               {"committee_size", kUint64}});
    return {.name = "validator_duties",
            .summary = "When a validator votes and proposes, as the head's state has it",
            .parameters = {validator_parameter(),
                           {"epoch", kUint64, "the head's, or one before or after; the head's if left out", false}},
            .result = rpc::object(
                "ValidatorDuties", "duties of one epoch",
                {at_field(),
                 {"epoch", kUint64},
                 {"validator_index", kUint64},
                 {"attestation", rpc::nullable(attestation), "null if it is not active then"},
                 {"proposals", rpc::list_of(kUint64), "slots; of an epoch before the head's none are told"}}),
            .errors = validator_errors()};
}

// ------------------------------------------------------------------------------------------------------------- queues

/// Where the first item is for which `is` says yes; null if there is none among the first kMostItems.
Json queue_place(const Queue& queue, const std::function<bool(std::uint64_t number)>& is) {
    const std::uint64_t end = std::min(queue.tail, saturating_add(queue.head, kMostItems));
    for (std::uint64_t number = queue.head; number < end; ++number) {
        if (is(number)) return {{"number", to_json(number)}, {"ahead", to_json(number - queue.head)}};
    }
    return nullptr;
}

rpc::Answer validator_queue(const Sources& sources, const rpc::Arguments& arguments) {
    auto found = validator_at(sources.chain(), arguments[0], arguments[1]);
    if (auto* error = std::get_if<rpc::Error>(&found)) return std::move(*error);
    auto& [view, index] = std::get<ValidatorView>(found);
    const auto activates = [&](std::uint64_t number) {
        const auto item = read_queued_bond(view.entries, number);
        return item && item->validator_index == index && item->amount == Amount();
    };
    const auto exits = [&](std::uint64_t number) {
        const auto item = read_queued_unbond(view.entries, number);
        return item && item->validator_index == index && item->shares == 0;
    };
    return Json{{"at", view.at.id()},
                {"validator_index", to_json(index.value())},
                {"status", name_of(status_of(view.validator(index), view.epoch, view.parameters))},
                {"activation", queue_place(view.consensus().bond_queue, activates)},
                {"exit", queue_place(view.consensus().unbond_queue, exits)}};
}

rpc::Declaration declare_validator_queue() {
    const rpc::Type place = rpc::object("QueuePlace", "a place in a queue",
                                        {{"number", kUint64, "of the item"}, {"ahead", kUint64, "items before it"}});
    return {.name = "validator_queue",
            .summary =
                "Where a validator stands in the queues to be activated and to exit; stake_queues tells of the queues",
            .parameters = {validator_parameter(), at_parameter()},
            .result = rpc::object("ValidatorQueue", "places in the queues",
                                  {at_field(),
                                   {"validator_index", kUint64},
                                   {"status", validator_status_type()},
                                   {"activation", rpc::nullable(place), "null if it is not among the first 512 items"},
                                   {"exit", rpc::nullable(place), "null if it is not among the first 512 items"}}),
            .errors = validator_errors()};
}

// -------------------------------------------------------------------------------------------------------- delegations

rpc::Answer validator_delegations(const Sources& sources, const rpc::Arguments& arguments) {
    auto found = validator_at(sources.chain(), arguments[0], arguments[2]);
    if (auto* error = std::get_if<rpc::Error>(&found)) return std::move(*error);
    auto& [view, index] = std::get<ValidatorView>(found);
    FoundShares shares = find_shares(view, arguments[1], [&](const PoolShare& share) { return share.index == index; });
    Json list = Json::array();
    for (const PoolShare& share : shares.shares) {
        list.push_back({{"holder", address_to_text(share.holder)},
                        {"shares", to_json(share.shares)},
                        {"value", to_json(share_value(view.consensus(), index, share.shares))}});
    }
    return Json{{"at", view.at.id()},
                {"validator_index", to_json(index.value())},
                {"delegations", std::move(list)},
                {"next", std::move(shares.next)}};
}

rpc::Declaration declare_validator_delegations() {
    const rpc::Type delegation =
        rpc::object("Delegation", "what an account has in a pool",
                    {{"holder", kAddressText}, {"shares", kUint64}, {"value", kAmount, "that these are worth there"}});
    return {.name = "validator_delegations",
            .summary = "Who has stake in a validator's pool: the operator and others, in no order",
            .parameters = {validator_parameter(), after_parameter(), at_parameter()},
            .result = rpc::object(
                "Delegations", "a page of the holders of a pool",
                {at_field(), {"validator_index", kUint64}, {"delegations", rpc::list_of(delegation)}, next_field()}),
            .errors = validator_errors()};
}

// ------------------------------------------------------------------------------------------------------------ rewards

Json flag_json(const Deltas& deltas, ValidatorIndex index) {
    return {{"reward", to_json(deltas.rewards[index.value()])}, {"penalty", to_json(deltas.penalties[index.value()])}};
}

rpc::Answer validator_rewards(const Sources& sources, const rpc::Arguments& arguments) {
    auto found = validator_at(sources.chain(), arguments[0], arguments[1]);
    if (auto* error = std::get_if<rpc::Error>(&found)) return std::move(*error);
    auto& [view, index] = std::get<ValidatorView>(found);
    const Environment& environment = sources.chain().environment();
    const State& state = *view.at.state;
    if (view.epoch == kGenesisEpoch) return kNotYet.because("in epoch 0 nothing is paid for an epoch before it");
    std::array<Json, kFlags> flags;
    for (std::uint64_t flag = 0; flag < kFlags; ++flag)
        flags[flag] = flag_json(get_flag_index_deltas(environment, state, flag), index);
    return Json{{"at", view.at.id()},
                {"epoch", to_json(previous_epoch(state, environment))},
                {"validator_index", to_json(index.value())},
                {"source", std::move(flags[TIMELY_SOURCE_FLAG_INDEX])},
                {"target", std::move(flags[TIMELY_TARGET_FLAG_INDEX])},
                {"head", std::move(flags[TIMELY_HEAD_FLAG_INDEX])},
                {"inactivity", flag_json(get_inactivity_penalty_deltas(environment, state), index)}};
}

rpc::Declaration declare_validator_rewards() {
    const rpc::Type delta = rpc::object("RewardDelta", "what a validator gains and loses under one component",
                                        {{"reward", kAmount}, {"penalty", kAmount}});
    std::vector<rpc::ErrorKind> errors = validator_errors();
    errors.push_back(kNotYet);
    return {
        .name = "validator_rewards",
        .summary =
            "What a validator's votes of the epoch before that state's are worth, if the state's epoch ended with it; "
            "commission not divided off",
        .parameters = {validator_parameter(), at_parameter()},
        .result = rpc::object("ValidatorRewards", "rewards and penalties for the votes of one epoch",
                              {at_field(),
                               {"epoch", kUint64, "of the votes"},
                               {"validator_index", kUint64},
                               {"source", delta},
                               {"target", delta},
                               {"head", delta},
                               {"inactivity", delta}}),
        .errors = std::move(errors)};
}

// -------------------------------------------------------------------------------------------------------- performance

/// Epochs that one call reads: each is the whole registry.
constexpr std::uint64_t kMostEpochsRead = 8;

rpc::Answer validator_performance(const Sources& sources, const rpc::Arguments& arguments) {
    const auto validators = validators_from(sources.chain(), arguments[0]);
    if (const auto* error = std::get_if<rpc::Error>(&validators)) return *error;
    const auto count = page_size(arguments[2], kMostEpochsRead);
    if (const auto* error = std::get_if<rpc::Error>(&count)) return *error;
    const PerformanceRecords& records = sources.chain().performance();
    const auto kept = records.epochs();
    Json list = Json::array();
    if (!kept) return Json{{"epochs", std::move(list)}, {"next", nullptr}};
    const std::uint64_t most = std::get<std::uint64_t>(count);
    // The last one that is kept is never complete.
    const Epoch first = arguments[1].is_null() ? kept->second - most : Epoch(uint64_from(arguments[1]));
    Epoch epoch = std::max(first, kept->first);
    for (std::uint64_t read = 0; read < most && epoch < kept->second; ++read, ++epoch) {
        if (const auto record = records.find(epoch)) {
            list.push_back(performance_json(*record, std::get<std::vector<ValidatorIndex>>(validators)));
        }
    }
    return Json{{"epochs", std::move(list)}, {"next", epoch < kept->second ? to_json(epoch) : Json(nullptr)}};
}

rpc::Declaration declare_validator_performance() {
    return {
        .name = "validator_performance",
        .summary = "How validators did in final epochs: proposals, votes, gains and losses",
        .parameters = {validators_parameter(),
                       {"from", kUint64, "the first epoch; without it, the last ones are told", false},
                       {"count", kUint64, "as many epochs at most; 8 without it, and never more", false}},
        .result = rpc::object("ValidatorPerformances", "epochs that are kept, ascending; of these some may be missing",
                              {{"epochs", rpc::list_of(epoch_performance_type(), kMostEpochsRead)},
                               {"next", rpc::nullable(kUint64), "from of the call for the rest; null: no more yet"}}),
        .errors = validator_errors()};
}

}  // namespace

std::vector<ApiMethod> validator_methods() {
    return {{declare_validator_get(), validator_get},
            {declare_validator_list(), validator_list},
            {declare_validator_duties(), validator_duties},
            {declare_validator_queue(), validator_queue},
            {declare_validator_delegations(), validator_delegations},
            {declare_validator_rewards(), validator_rewards},
            {declare_validator_performance(), validator_performance}};
}

}  // namespace touchstone::node::api
