// The statuses of receipts, by name. [TXN-13] [STK-07]
#pragma once

#include <cstdint>
#include <string_view>

#include "node/kernel/execution/execution.h"
#include "node/rpc/type.h"

namespace touchstone::node::api {

/// Of a status that execution gave.
inline std::string_view status_name(std::uint8_t status) {
    switch (static_cast<TransactionStatus>(status)) {
        case TransactionStatus::success:
            return "success";
        case TransactionStatus::out_of_gas:
            return "out_of_gas";
        case TransactionStatus::insufficient_balance:
            return "insufficient_balance";
        case TransactionStatus::unknown_validator:
            return "unknown_validator";
        case TransactionStatus::not_operator:
            return "not_operator";
        case TransactionStatus::key_registered:
            return "key_registered";
        case TransactionStatus::bad_proof:
            return "bad_proof";
        case TransactionStatus::bad_commission:
            return "bad_commission";
        case TransactionStatus::too_small:
            return "too_small";
        case TransactionStatus::leaving:
            return "leaving";
        case TransactionStatus::not_enough_shares:
            return "not_enough_shares";
        case TransactionStatus::locked:
            return "locked";
        case TransactionStatus::not_withdrawable:
            return "not_withdrawable";
        case TransactionStatus::nothing_there:
            return "nothing_there";
        case TransactionStatus::not_active:
            return "not_active";
    }
    return "unknown";
}

inline rpc::Type status_type() {
    std::vector<std::string_view> names;
    for (std::uint8_t status = 0; status <= static_cast<std::uint8_t>(TransactionStatus::not_active); ++status)
        names.push_back(status_name(status));
    return rpc::choice_of("TransactionStatus",
                          "what a transaction came to: success, or why it failed and was paid for all the same",
                          std::move(names));
}

}  // namespace touchstone::node::api
