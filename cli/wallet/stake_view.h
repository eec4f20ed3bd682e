// Validators and what an account has with them, asked of a node.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/rpc/rpc_client.h"
#include "node/types/containers.h"

namespace touchstone::cli {

struct ValidatorView {
    node::ValidatorIndex index;
    node::Epoch epoch;  // current, of the head
    std::string status;
    std::string operator_address;
    node::Amount stake;  // tokens of the pool
    node::Amount effective_stake;
    std::uint64_t shares = 0;
    std::uint64_t commission = 0;  // basis points
    node::Amount unclaimed_commission;
    RpcJson json;  // all of it
};

struct CohortView {
    node::Epoch exit_epoch;
    node::Amount value;
    node::Epoch withdrawable_epoch;
    bool withdrawable = false;
};

struct StakeView {
    node::ValidatorIndex index;
    node::Epoch epoch;
    std::uint64_t shares = 0;
    node::Amount value;  // of the shares, now
    /// In the queues; nothing where these are too long for the node to look through.
    std::optional<node::Amount> bonding;
    std::optional<std::uint64_t> leaving_shares;
    std::vector<CohortView> cohorts;  // the newest first
};

/// `validator` is an index, or 0x and a public key.
Outcome<ValidatorView> read_validator(RpcClient& client, const std::string& validator);
/// With all cohorts, however many answers that takes.
Outcome<StakeView> read_stake(RpcClient& client, const node::Address& address, const std::string& validator);

/// Of the answers to validator_get (the object `validator`, and the epoch) and stake_get; nothing of other JSON.
std::optional<ValidatorView> validator_from(const RpcJson& answer);
std::optional<StakeView> stake_from(const RpcJson& json);

/// One object, amounts in grains.
nlohmann::ordered_json stake_to_json(const StakeView& view);

/// The least shares that are worth so much now; nothing if all of the pool is not. [STK-02]
std::optional<std::uint64_t> shares_worth(node::Amount amount, node::Amount pool, std::uint64_t pool_shares);

}  // namespace touchstone::cli
