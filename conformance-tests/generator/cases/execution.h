// What the cases of execution share.
#pragma once

#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/transactions.h"

namespace touchstone::vectors {

/// In slot 9, with a base fee of 1,000 and the development accounts 0 (10,000 TST), 1 (20 TST), 2 (84,000,000 grains:
/// four times what a transfer costs) and 3 (one grain).
const ConsensusState& state_with_accounts();
ConsensusState with_account(ConsensusState state, const Address& address, std::uint64_t nonce, std::uint64_t balance);

/// One of each of the selectors 1 to 11, in their order: stake, and, from 8 on, those of later versions.
std::vector<Payload> other_payloads();

/// A case of execution/transaction.
void add_transaction(Suite& suite, const Title& title, const ConsensusState& pre, const SignedTransaction& transaction,
                     const Expected& expected, std::uint64_t gas_before = 0);

/// A block of the state's slot and proposer with these transactions and their receipts, otherwise empty.
Block block_of(const ConsensusState& pre, const std::vector<SignedTransaction>& transactions);
/// A case of operations/transactions.
void add_block_of_transactions(Suite& suite, const Title& title, const ConsensusState& pre, const Block& block,
                               const Expected& expected = std::nullopt);

}  // namespace touchstone::vectors
