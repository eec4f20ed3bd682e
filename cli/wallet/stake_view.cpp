#include "cli/wallet/stake_view.h"

#include "node/base/arithmetic.h"

namespace touchstone::cli {

namespace {

std::optional<CohortView> cohort_from(const RpcJson& json) {
    const auto exit_epoch = uint64_field(json, "exit_epoch");
    const auto value = uint64_field(json, "value");
    const auto withdrawable_epoch = uint64_field(json, "withdrawable_epoch");
    const auto withdrawable = bool_field(json, "withdrawable");
    if (!exit_epoch || !value || !withdrawable_epoch || !withdrawable) return std::nullopt;
    return CohortView{node::Epoch(*exit_epoch), node::Amount(*value), node::Epoch(*withdrawable_epoch), *withdrawable};
}

bool read_cohorts(const RpcJson& json, StakeView& view) {
    const auto list = json.find("cohorts");
    if (list == json.end() || !list->is_array()) return false;
    for (const RpcJson& each : *list) {
        const auto cohort = each.is_object() ? cohort_from(each) : std::nullopt;
        if (!cohort) return false;
        view.cohorts.push_back(*cohort);
    }
    return true;
}

}  // namespace

std::optional<ValidatorView> validator_from(const RpcJson& answer) {
    const auto epoch = uint64_field(answer, "epoch");
    const auto found = answer.find("validator");
    if (found == answer.end() || !found->is_object()) return std::nullopt;
    const RpcJson& json = *found;
    const auto index = uint64_field(json, "index");
    const auto status = text_field(json, "status");
    const auto operator_address = text_field(json, "operator");
    const auto stake = uint64_field(json, "stake");
    const auto effective = uint64_field(json, "effective_stake");
    const auto shares = uint64_field(json, "shares");
    const auto commission = uint64_field(json, "commission");
    const auto unclaimed = uint64_field(json, "unclaimed_commission");
    if (!index || !epoch || !status || !operator_address || !stake || !effective || !shares || !commission ||
        !unclaimed) {
        return std::nullopt;
    }
    ValidatorView view{.index = node::ValidatorIndex(*index),
                       .epoch = node::Epoch(*epoch),
                       .status = *status,
                       .operator_address = *operator_address,
                       .stake = node::Amount(*stake),
                       .effective_stake = node::Amount(*effective),
                       .shares = *shares,
                       .commission = *commission,
                       .unclaimed_commission = node::Amount(*unclaimed),
                       .json = {}};
    view.json = json;
    view.json["epoch"] = std::to_string(*epoch);
    return view;
}

std::optional<StakeView> stake_from(const RpcJson& json) {
    const auto index = uint64_field(json, "validator_index");
    const auto epoch = uint64_field(json, "epoch");
    const auto shares = uint64_field(json, "shares");
    const auto value = uint64_field(json, "value");
    if (!index || !epoch || !shares || !value) return std::nullopt;
    StakeView view{.index = node::ValidatorIndex(*index),
                   .epoch = node::Epoch(*epoch),
                   .shares = *shares,
                   .value = node::Amount(*value),
                   .bonding = std::nullopt,
                   .leaving_shares = uint64_field(json, "leaving_shares"),
                   .cohorts = {}};
    if (const auto bonding = uint64_field(json, "bonding")) view.bonding = node::Amount(*bonding);
    if (!read_cohorts(json, view)) return std::nullopt;
    return view;
}

Outcome<ValidatorView> read_validator(RpcClient& client, const std::string& validator) {
    const auto json = client.result("validator_get", {{"validator", validator}});
    if (!json.ok()) return json.fault();
    auto view = validator_from(*json);
    if (!view) return client.unknown_form("validator_get");
    return *std::move(view);
}

Outcome<StakeView> read_stake(RpcClient& client, const node::Address& address, const std::string& validator) {
    RpcJson params = {{"address", "0x" + node::to_hex(address)}, {"validator", validator}};
    std::optional<StakeView> all;
    for (;;) {
        const auto json = client.result("stake_get", params);
        if (!json.ok()) return json.fault();
        auto view = stake_from(*json);
        if (!view) return client.unknown_form("stake_get");
        if (!all) {
            all = std::move(view);
        } else {
            all->cohorts.insert(all->cohorts.end(), view->cohorts.begin(), view->cohorts.end());
        }
        const auto next = uint64_field(*json, "next_exit_epoch");
        if (!next) return *std::move(all);
        // Always further back: a node that answers otherwise is none.
        if (params.contains("from") && *next >= *uint64_field(params, "from")) return client.unknown_form("stake_get");
        params["from"] = std::to_string(*next);
    }
}

nlohmann::ordered_json stake_to_json(const StakeView& view) {
    nlohmann::ordered_json json = {{"validator_index", std::to_string(view.index.value())},
                                   {"epoch", std::to_string(view.epoch.value())},
                                   {"shares", std::to_string(view.shares)},
                                   {"value", std::to_string(view.value.value())},
                                   {"bonding", nullptr},
                                   {"leaving_shares", nullptr},
                                   {"cohorts", nlohmann::ordered_json::array()}};
    if (view.bonding) json["bonding"] = std::to_string(view.bonding->value());
    if (view.leaving_shares) json["leaving_shares"] = std::to_string(*view.leaving_shares);
    for (const CohortView& cohort : view.cohorts) {
        json["cohorts"].push_back({{"exit_epoch", std::to_string(cohort.exit_epoch.value())},
                                   {"value", std::to_string(cohort.value.value())},
                                   {"withdrawable_epoch", std::to_string(cohort.withdrawable_epoch.value())},
                                   {"withdrawable", cohort.withdrawable}});
    }
    return json;
}

std::optional<std::uint64_t> shares_worth(node::Amount amount, node::Amount pool, std::uint64_t pool_shares) {
    if (amount > pool) return std::nullopt;
    if (pool.value() == 0) return 0;
    const node::Uint128 product = node::Uint128{amount.value()} * pool_shares;
    return static_cast<std::uint64_t>((product + pool.value() - 1) / pool.value());
}

}  // namespace touchstone::cli
