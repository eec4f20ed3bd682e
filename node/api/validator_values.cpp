#include "node/api/validator_values.h"

#include "node/kernel/accounts/address.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node::api {

rpc::Type validator_status_type() {
    return rpc::choice_of(
        "ValidatorStatus",
        "pending: has not enough stake, or there is no place; eligible: waits to be activated; active: votes "
        "and proposes; exiting: votes still, and leaves; exited: votes no more, its stake is bound; slashed: "
        "the same after an offence; withdrawable: its pool can be left at once",
        {"pending", "eligible", "active", "exiting", "exited", "slashed", "withdrawable"});
}

rpc::Type validator_type() {
    const rpc::Type epoch = rpc::nullable(kUint64);
    return rpc::object("Validator", "a validator",
                       {{"index", kUint64, "its place in the registry"},
                        {"pubkey", kPublicKey, "signs its blocks and votes"},
                        {"operator", kAddressText, "account of its operator"},
                        {"status", validator_status_type()},
                        {"slashed", kBoolean},
                        {"stake", kAmount, "in its pool"},
                        {"shares", kUint64, "of its pool, of all holders"},
                        {"effective_stake", kAmount, "that counts"},
                        {"commission", kUint64, "of its rewards, for the operator; basis points"},
                        {"next_commission", rpc::nullable(kUint64), "a higher one that waits"},
                        {"next_commission_epoch", epoch, "from when that holds"},
                        {"unclaimed_commission", kAmount, "that the operator can claim"},
                        {"eligibility_epoch", epoch, "when it joined the queue to be activated"},
                        {"activation_epoch", epoch, "first in which it is active"},
                        {"exit_request_epoch", epoch, "when it joined the queue to exit"},
                        {"exit_epoch", epoch, "first in which it is active no more"},
                        {"withdrawable_epoch", epoch, "from which on its pool can be left at once"}});
}

Json validator_json(const StateView& view, ValidatorIndex index) {
    const Validator& validator = view.validator(index);
    const Pool pool = pool_of(view.consensus(), index);
    const bool waits =
        validator.next_commission_epoch != kFarFutureEpoch && validator.next_commission_epoch > view.epoch;
    return {{"index", to_json(index.value())},
            {"pubkey", to_json(validator.pubkey)},
            {"operator", address_to_text(validator.operator_address)},
            {"status", name_of(status_of(validator, view.epoch, view.parameters))},
            {"slashed", validator.slashed},
            {"stake", to_json(pool.tokens)},
            {"shares", to_json(pool.shares)},
            {"effective_stake", to_json(validator.effective_stake)},
            {"commission", to_json(get_commission(validator, view.epoch))},
            {"next_commission", waits ? to_json(validator.next_commission) : Json(nullptr)},
            {"next_commission_epoch", waits ? to_json(validator.next_commission_epoch) : Json(nullptr)},
            {"unclaimed_commission", to_json(view.consensus().commissions[index.value()])},
            {"eligibility_epoch", known_epoch(validator.eligibility_epoch)},
            {"activation_epoch", known_epoch(validator.activation_epoch)},
            {"exit_request_epoch", known_epoch(validator.exit_request_epoch)},
            {"exit_epoch", known_epoch(validator.exit_epoch)},
            {"withdrawable_epoch", known_epoch(withdrawable_epoch(validator, view.parameters))}};
}

}  // namespace touchstone::node::api
