#include <algorithm>

#include "node/api/method_groups.h"
#include "node/api/methods.h"
#include "node/api/validator_status.h"
#include "node/api/value_types.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/stake/ledger.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node::api {

namespace {

/// Items of a queue, and epochs, that one call looks at: the node does nothing else meanwhile.
constexpr std::uint64_t kMostItems = 512;
constexpr std::uint64_t kMostEpochs = 512;

/// The state of the head, and what is read of it.
struct View {
    explicit View(const Node& node)
        : parameters(node.chain().parameters()),
          state(node.chain().head_state()),
          entries(state->tree()),
          epoch(epoch_of(state->slot(), parameters)) {}

    const ConsensusState& consensus() const { return state->consensus(); }
    const Validator& validator(ValidatorIndex index) const { return consensus().validators[index.value()]; }

    const Parameters& parameters;
    StatePointer state;
    EntryOverlay entries;
    Epoch epoch;
};

std::optional<ValidatorIndex> find_validator(View& view, const Json& json) {
    if (const auto public_key = public_key_from(json)) return read_validator(view.entries, *public_key);
    const std::uint64_t number = uint64_from(json);
    if (number >= view.consensus().validators.size()) return std::nullopt;
    return ValidatorIndex(number);
}

rpc::Error unknown_validator(const Json& json) {
    return {code::kUnknownValidator,
            "Unknown validator",
            {{"reason", "there is no validator " + json.get<std::string>() + " in the state of the head"}}};
}

/// Null for an epoch that is not known yet.
Json known_epoch(Epoch epoch) { return epoch == kFarFutureEpoch ? Json(nullptr) : to_json(epoch); }

// --------------------------------------------------------------------------------------------------------- validators

void add_commission(Json& json, const Validator& validator, Epoch epoch) {
    const bool waits = validator.next_commission_epoch != kFarFutureEpoch && validator.next_commission_epoch > epoch;
    json["commission"] = to_json(get_commission(validator, epoch));
    json["next_commission"] = waits ? to_json(validator.next_commission) : Json(nullptr);
    json["next_commission_epoch"] = waits ? to_json(validator.next_commission_epoch) : Json(nullptr);
}

rpc::Answer validator_get(const Node& node, const rpc::Arguments& arguments) {
    View view(node);
    const auto index = find_validator(view, arguments[0]);
    if (!index) return unknown_validator(arguments[0]);
    const Validator& validator = view.validator(*index);
    const Pool pool = pool_of(view.consensus(), *index);
    Json json = {{"index", to_json(index->value())},
                 {"pubkey", to_json(validator.pubkey)},
                 {"operator", address_to_text(validator.operator_address)},
                 {"epoch", to_json(view.epoch)},
                 {"status", name_of(status_of(validator, view.epoch, view.parameters))},
                 {"slashed", validator.slashed},
                 {"stake", to_json(pool.tokens)},
                 {"shares", to_json(pool.shares)},
                 {"effective_stake", to_json(validator.effective_stake)},
                 {"unclaimed_commission", to_json(view.consensus().commissions[index->value()])},
                 {"eligibility_epoch", known_epoch(validator.eligibility_epoch)},
                 {"activation_epoch", known_epoch(validator.activation_epoch)},
                 {"exit_request_epoch", known_epoch(validator.exit_request_epoch)},
                 {"exit_epoch", known_epoch(validator.exit_epoch)},
                 {"withdrawable_epoch", known_epoch(withdrawable_epoch(validator, view.parameters))}};
    add_commission(json, validator, view.epoch);
    return json;
}

// -------------------------------------------------------------------------------------------------------------- stake

/// What the address has in the bond queue for the validator; null if the queue is too long to be looked through.
Json bonding_of(View& view, ValidatorIndex index, const Address& address) {
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
Json leaving_of(View& view, ValidatorIndex index, const Address& address) {
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
Json cohort_json(const View& view, Epoch exit_epoch, const Cohort& cohort, std::uint64_t shares) {
    const Epoch withdrawable = std::max(exit_epoch + view.parameters.UNBONDING_EPOCHS, cohort.hold_epoch);
    return {{"exit_epoch", to_json(exit_epoch)},
            {"shares", to_json(shares)},
            {"value", to_json(share_value(Pool{cohort.tokens.value(), cohort.shares}, shares))},
            {"withdrawable_epoch", to_json(withdrawable)},
            {"withdrawable", withdrawable <= view.epoch}};
}

/// Cohorts of which the address holds something, the newest first, from `epoch` on backwards. Where one is not there
/// any more, for all its holders have withdrawn, the epochs before it are asked one by one.
void add_cohorts(Json& json, View& view, ValidatorIndex index, const Address& address, Epoch epoch) {
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

rpc::Answer stake_get(const Node& node, const rpc::Arguments& arguments) {
    const auto address = address_from(arguments[0]);
    if (!address) return rpc::invalid_params("\"address\" is no address");
    View view(node);
    const auto index = find_validator(view, arguments[1]);
    if (!index) return unknown_validator(arguments[1]);
    const std::uint64_t shares = read_shares(view.entries, *index, *address);
    Json json = {{"address", address_to_text(*address)},
                 {"validator_index", to_json(index->value())},
                 {"epoch", to_json(view.epoch)},
                 {"shares", to_json(shares)},
                 {"value", to_json(share_value(view.consensus(), *index, shares))},
                 {"bonding", bonding_of(view, *index, *address)},
                 {"leaving_shares", leaving_of(view, *index, *address)}};
    Epoch from = view.validator(*index).last_cohort;
    if (!arguments[2].is_null()) from = std::min(from, Epoch(uint64_from(arguments[2])));
    add_cohorts(json, view, *index, *address, from);
    return json;
}

// ------------------------------------------------------------------------------------------------------- declarations

const rpc::ErrorKind kNoValidator{code::kUnknownValidator, "Unknown validator", "the state of the head has none such"};

rpc::Method declare_validator_get(Node& node) {
    return {"validator_get",
            "A validator in the state of the head",
            {{"validator", &kValidator, "its index or its public key", true}},
            {{"index", &kUint64, "its place in the registry"},
             {"pubkey", &kPublicKey, "signs its blocks and votes"},
             {"operator", &kAddressText, "account of its operator"},
             {"epoch", &kUint64, "current, of the head"},
             {"status", &kText, "pending, eligible, active, exiting, exited, slashed or withdrawable"},
             {"slashed", &kBoolean, ""},
             {"stake", &kUint64, "grains in its pool"},
             {"shares", &kUint64, "of its pool, of all holders"},
             {"effective_stake", &kUint64, "grains that count"},
             {"commission", &kUint64, "of its rewards, for the operator; basis points"},
             {"next_commission", &kUint64, "a higher one that waits", true},
             {"next_commission_epoch", &kUint64, "from when that holds", true},
             {"unclaimed_commission", &kUint64, "grains that the operator can claim"},
             {"eligibility_epoch", &kUint64, "when it joined the queue to be activated", true},
             {"activation_epoch", &kUint64, "first in which it is active", true},
             {"exit_request_epoch", &kUint64, "when it joined the queue to exit", true},
             {"exit_epoch", &kUint64, "first in which it is active no more", true},
             {"withdrawable_epoch", &kUint64, "from which on its pool can be left at once", true}},
            {kNoValidator},
            [&node](const rpc::Arguments& arguments) { return validator_get(node, arguments); }};
}

rpc::Method declare_stake_get(Node& node) {
    return {"stake_get",
            "What an account has with a validator, in the state of the head",
            {{"address", &kAddress, "whose stake", true},
             {"validator", &kValidator, "its index or its public key", true},
             {"from", &kUint64, "go on with the cohorts from this exit epoch on, backwards", false}},
            {{"address", &kAddressText, "the same, as text"},
             {"validator_index", &kUint64, ""},
             {"epoch", &kUint64, "current, of the head"},
             {"shares", &kUint64, "of the pool"},
             {"value", &kUint64, "grains that these are worth now"},
             {"bonding", &kUint64, "grains in the queue to join; null if it has more than 512 items", true},
             {"leaving_shares", &kUint64, "shares in the queue to leave; null if it has more than 512 items", true},
             {"cohorts", &kCohorts, "what has left the pool and was not withdrawn, the newest first"},
             {"next_exit_epoch", &kUint64, "\"from\" of the call that has the rest; null if this is all", true}},
            {kNoValidator},
            [&node](const rpc::Arguments& arguments) { return stake_get(node, arguments); }};
}

}  // namespace

std::vector<rpc::Method> stake_methods(Node& node) { return {declare_validator_get(node), declare_stake_get(node)}; }

}  // namespace touchstone::node::api
