#include "node/api/validator_status.h"

#include <gtest/gtest.h>

#include "node/kernel/consensus/config.h"

namespace touchstone::node::api {
namespace {

constexpr Epoch kNow(1000);

Validator registered() {
    Validator validator;
    validator.eligibility_epoch = validator.activation_epoch = kFarFutureEpoch;
    validator.exit_request_epoch = validator.exit_epoch = kFarFutureEpoch;
    return validator;
}

Validator active() {
    Validator validator = registered();
    validator.eligibility_epoch = validator.activation_epoch = kNow;
    return validator;
}

std::string_view status(const Validator& validator) { return name_of(status_of(validator, kNow, MINIMAL)); }

TEST(ValidatorStatus, GoesFromPendingToActive) {
    Validator validator = registered();
    EXPECT_EQ(status(validator), "pending");
    validator.eligibility_epoch = kNow;
    EXPECT_EQ(status(validator), "eligible");
    validator.activation_epoch = kNow + 1;
    EXPECT_EQ(status(validator), "eligible") << "it does not vote yet";
    validator.activation_epoch = kNow;
    EXPECT_EQ(status(validator), "active");
}

/// [VAL-02] [STK-14]
TEST(ValidatorStatus, GoesFromExitingToWithdrawable) {
    Validator validator = active();
    validator.exit_request_epoch = kNow;
    EXPECT_EQ(status(validator), "exiting");
    validator.exit_epoch = kNow + 1;
    EXPECT_EQ(status(validator), "exiting") << "it votes still";
    validator.exit_epoch = kNow;
    EXPECT_EQ(status(validator), "exited");
    validator.exit_epoch = kNow - (MINIMAL.UNBONDING_EPOCHS - 1);
    EXPECT_EQ(status(validator), "exited");
    validator.exit_epoch = kNow - MINIMAL.UNBONDING_EPOCHS;
    EXPECT_EQ(status(validator), "withdrawable");
    validator.hold_epoch = kNow + 1;
    EXPECT_EQ(status(validator), "exited") << "it is held longer";
}

TEST(ValidatorStatus, ASlashingIsToldUntilTheStakeIsFree) {
    Validator validator = active();
    validator.slashed = true;
    validator.exit_request_epoch = kNow;
    EXPECT_EQ(status(validator), "slashed");
    validator.exit_epoch = kNow;
    EXPECT_EQ(status(validator), "slashed");
    validator.exit_epoch = kNow - MINIMAL.UNBONDING_EPOCHS;
    EXPECT_EQ(status(validator), "withdrawable");
}

TEST(ValidatorStatus, AnExitBeforeAnyActivityFreesTheStakeAtOnce) {
    Validator validator = registered();
    validator.exit_request_epoch = kNow;
    validator.exit_epoch = kNow + 1;
    EXPECT_EQ(status(validator), "withdrawable");
}

}  // namespace
}  // namespace touchstone::node::api
