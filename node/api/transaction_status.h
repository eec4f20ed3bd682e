// The statuses of receipts, by name. [TXN-13]
#pragma once

#include <cstdint>
#include <string_view>

#include "node/kernel/execution/execution.h"

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
    }
    return "unknown";
}

}  // namespace touchstone::node::api
