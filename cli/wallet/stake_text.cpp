#include "cli/wallet/stake_text.h"

#include <array>

#include "cli/genesis/amount_text.h"

namespace touchstone::cli {

namespace {

struct Meaning {
    std::string_view status;
    std::string_view text;
};

constexpr std::array<Meaning, 14> kMeanings{{
    {"out_of_gas", "the gas did not suffice; leave --gas-limit out"},
    {"insufficient_balance", "the account has less than that besides the fee"},
    {"unknown_validator", "there is no such validator"},
    {"not_operator", "only the validator's operator may do that"},
    {"key_registered", "the key was registered before, which is done once for ever; take a new one"},
    {"bad_proof", "the proof is not one of possession of the key for this account, which becomes the operator"},
    {"bad_commission", "a commission is at most 10000 basis points"},
    {"too_small", "it is less than MIN_BOND, or MIN_SELF_STAKE of a registration; take more, or all that is left"},
    {"leaving", "the validator leaves, or was slashed; choose another one"},
    {"not_enough_shares", "the account does not hold so many shares of this validator"},
    {"locked", "an operator keeps MIN_SELF_STAKE in his pool until his validator has exited"},
    {"not_withdrawable", "it cannot be taken yet, see `touchstone wallet stake`"},
    {"nothing_there", "there is nothing to be taken"},
    {"not_active", "a validator exits after SHARD_COMMITTEE_PERIOD epochs of activity at the earliest"},
}};

const RpcJson* stake_event(const RpcJson& receipt) {
    const auto events = receipt.find("events");
    if (events == receipt.end() || !events->is_array()) return nullptr;
    for (const RpcJson& each : *events) {
        const auto stake = each.is_object() ? each.find("stake") : each.end();
        if (stake != each.end() && stake->is_object()) return &*stake;
    }
    return nullptr;
}

std::string line(const std::string& name, const std::string& value) {
    constexpr std::size_t kColumn = 18;
    return name + std::string(name.size() < kColumn ? kColumn - name.size() : 1, ' ') + value + "\n";
}

std::string optional_epoch(const RpcJson& json, std::string_view field) {
    const auto epoch = uint64_field(json, field);
    return epoch ? std::to_string(*epoch) : "";
}

}  // namespace

std::string meaning_of(const std::string& status) {
    for (const Meaning& each : kMeanings) {
        if (each.status == status) return std::string(each.text);
    }
    return {};
}

std::string event_text(const RpcJson& receipt) {
    const RpcJson* event = stake_event(receipt);
    if (event == nullptr) return {};
    const std::string operation = text_field(*event, "operation").value_or("");
    const std::string validator = "validator " + text_field(*event, "validator_index").value_or("?");
    const node::Amount amount(uint64_field(*event, "amount").value_or(0));
    const std::string tokens = amount_to_text(amount);
    if (operation == "register_validator") {
        return validator + " is registered; " + tokens + " join it once this is final";
    }
    if (operation == "delegate") return tokens + " join " + validator + " once this is final";
    if (operation == "undelegate") {
        return amount == node::Amount() ? "the shares wait to leave " + validator
                                        : tokens + " of " + validator + " are in the account again";
    }
    if (operation == "withdraw") return tokens + " of " + validator + " are in the account again";
    if (operation == "claim_commission") return tokens + " of commission of " + validator + " are in the account";
    if (operation == "exit_validator") return validator + " waits to exit";
    if (operation == "edit_validator") return validator + " has its new commission, or will have it";
    return {};
}

std::string percent_text(std::uint64_t basis_points) {
    std::string text = std::to_string(basis_points / 100);
    const std::uint64_t rest = basis_points % 100;
    if (rest != 0) {
        std::string decimals = (rest < 10 ? "0" : "") + std::to_string(rest);
        if (decimals.back() == '0') decimals.pop_back();
        text += "." + decimals;
    }
    return text + " %";
}

std::string validator_text(const ValidatorView& view) {
    std::string text = line("validator", std::to_string(view.index.value()) + ", " + view.status);
    text += line("public key", text_field(view.json, "pubkey").value_or("?"));
    text += line("operator", view.operator_address);
    text += line("stake", amount_to_text(view.stake) + " in " + std::to_string(view.shares) + " shares; " +
                              amount_to_text(view.effective_stake) + " count");
    std::string commission = percent_text(view.commission);
    if (const auto next = uint64_field(view.json, "next_commission")) {
        commission += ", " + percent_text(*next) + " from epoch " + optional_epoch(view.json, "next_commission_epoch");
    }
    text += line("commission", commission + "; " + amount_to_text(view.unclaimed_commission) + " not claimed");
    for (const auto& [name, field] :
         std::array<std::pair<const char*, const char*>, 5>{{{"eligible from", "eligibility_epoch"},
                                                             {"active from", "activation_epoch"},
                                                             {"exit asked in", "exit_request_epoch"},
                                                             {"exits in", "exit_epoch"},
                                                             {"withdrawable from", "withdrawable_epoch"}}}) {
        const std::string epoch = optional_epoch(view.json, field);
        if (!epoch.empty()) text += line(name, "epoch " + epoch);
    }
    return text;
}

std::string stake_text(const StakeView& view, const ValidatorView& validator) {
    std::string text = line("validator", std::to_string(view.index.value()) + ", " + validator.status +
                                             ", commission " + percent_text(validator.commission));
    text += line("holds", amount_to_text(view.value) + " (" + std::to_string(view.shares) + " shares of " +
                              std::to_string(validator.shares) + ")");
    if (!view.bonding || *view.bonding != node::Amount()) {
        text +=
            line("joins", view.bonding ? amount_to_text(*view.bonding) : "the queue is too long to be looked through");
    }
    if (view.leaving_shares && *view.leaving_shares != 0) {
        text += line("waits to leave", std::to_string(*view.leaving_shares) + " shares");
    }
    for (const CohortView& cohort : view.cohorts) {
        text +=
            line("left in epoch " + std::to_string(cohort.exit_epoch.value()),
                 amount_to_text(cohort.value) + ", withdrawable " +
                     (cohort.withdrawable ? "now" : "from epoch " + std::to_string(cohort.withdrawable_epoch.value())));
    }
    return text;
}

}  // namespace touchstone::cli
