#include "node/api/validator_status.h"

#include "node/kernel/consensus/state.h"

namespace touchstone::node::api {

ValidatorStatus status_of(const Validator& validator, Epoch epoch, const Parameters& parameters) {
    const Epoch never(FAR_FUTURE_EPOCH);
    const bool never_active = validator.activation_epoch == never;
    if (validator.exit_request_epoch != never) {
        if (never_active || withdrawable_epoch(validator, parameters) <= epoch) return ValidatorStatus::withdrawable;
        if (validator.slashed) return ValidatorStatus::slashed;
        return validator.exit_epoch <= epoch ? ValidatorStatus::exited : ValidatorStatus::exiting;
    }
    if (never_active)
        return validator.eligibility_epoch == never ? ValidatorStatus::pending : ValidatorStatus::eligible;
    return validator.activation_epoch <= epoch ? ValidatorStatus::active : ValidatorStatus::eligible;
}

std::string_view name_of(ValidatorStatus status) {
    switch (status) {
        case ValidatorStatus::pending:
            return "pending";
        case ValidatorStatus::eligible:
            return "eligible";
        case ValidatorStatus::active:
            return "active";
        case ValidatorStatus::exiting:
            return "exiting";
        case ValidatorStatus::exited:
            return "exited";
        case ValidatorStatus::slashed:
            return "slashed";
        case ValidatorStatus::withdrawable:
            return "withdrawable";
    }
    return "unknown";
}

}  // namespace touchstone::node::api
