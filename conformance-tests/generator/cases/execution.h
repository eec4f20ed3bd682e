// What the cases of execution share.
#pragma once

#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/transactions.h"

namespace touchstone::vectors {

/// In slot 9, with a base fee of 1,000 and the development accounts 0 (10,000 TST), 1 (20 TST), 2 (84,000,000 grains:
/// four times what a transfer costs) and 3 (one grain).
const ConsensusState& state_with_accounts();
ConsensusState with_account(ConsensusState state, const Address& address, std::uint64_t nonce, std::uint64_t balance);

/// One of each of the selectors 1 to 11.
std::vector<Payload> payloads_of_later_versions();

/// A case of execution/transaction.
void add_transaction(Suite& suite, const Title& title, const ConsensusState& pre, const SignedTransaction& transaction,
                     const Expected& expected, std::uint64_t gas_before = 0);

}  // namespace touchstone::vectors
