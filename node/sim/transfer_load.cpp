#include "node/sim/transfer_load.h"

namespace touchstone::node::sim {

/// Mostly between users; some to new accounts, some with too little gas for that, some with more than there is.
std::optional<TransactionLoad::Order> TransferLoad::next_order(std::size_t, const Node&) {
    constexpr std::uint64_t kFew = 1'000;
    Address recipient = address_of_user(random().below(user_count()));
    std::uint64_t gas_of_account = 0;
    if (random().below(4) == 0) {
        recipient.bytes.fill(0xee);
        recipient.bytes[0] = static_cast<std::uint8_t>(random().below(64));
        gas_of_account = random().below(4) == 0 ? 0 : simulation().parameters().GAS_NEW_ACCOUNT;
    }
    const std::uint64_t amount = random().below(16) == 0 ? ~std::uint64_t{0} : 1 + random().below(kFew);
    return Order{Transfer{recipient, Amount(amount)}, gas_of_account};
}

}  // namespace touchstone::node::sim
