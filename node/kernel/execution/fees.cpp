#include "node/kernel/execution/fees.h"

#include <algorithm>

#include "node/base/arithmetic.h"
#include "node/generated/constants.h"

namespace touchstone::node {

Result<std::uint64_t> next_base_fee(std::uint64_t base_fee, std::uint64_t gas_used, const Parameters& parameters) {
    const std::uint64_t target = parameters.BLOCK_GAS_LIMIT / GAS_ELASTICITY;
    if (gas_used == target) return base_fee;
    const std::uint64_t distance = gas_used > target ? gas_used - target : target - gas_used;
    const Uint128 step = wide_multiply(base_fee, distance) / target / parameters.BASE_FEE_CHANGE_DENOMINATOR;
    if (gas_used > target) {
        const auto next = narrow(Uint128{base_fee} + std::max<Uint128>(1, step));
        if (!next) return reject(Clause::TYP_01, "the base fee exceeds 64 bits");
        return *next;
    }
    // The distance is at most the target, so the step is at most the fee.
    return std::max(parameters.MIN_BASE_FEE, base_fee - static_cast<std::uint64_t>(step));
}

}  // namespace touchstone::node
