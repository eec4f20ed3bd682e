// Transactions of development accounts.
#pragma once

#include "conformance-tests/generator/chain.h"

namespace touchstone::vectors {

using reference::Address;
using reference::Payload;
using reference::SignedTransaction;
using reference::Transaction;
using reference::Transfer;

reference::Bytes32 account_key(std::uint64_t account);
Address account_address(std::uint64_t account);
/// An address that has no account in any vector before something is sent to it.
Address new_address(std::uint8_t tag);

/// The root that the account's signature is over, on the chain and in the fork of the state.
SignedTransaction sign_transaction(const ConsensusState& state, std::uint64_t account, Transaction message);

/// A transfer of a development account with its nonce, and gas for what it does if the recipient has an account.
struct Payment {
    std::uint64_t from = 0;
    Address to = account_address(1);
    std::uint64_t amount = 5;
    std::uint64_t gas_limit = 21'000;
    std::uint64_t max_fee = 2'000;
    std::uint64_t tip = 3;
    std::uint64_t nonces_ahead = 0;
};
Transaction message_of(const ConsensusState& state, const Payment& payment);
SignedTransaction pay(const ConsensusState& state, const Payment& payment);

/// The root of the receipts of transactions, in a state of their slot; that of an empty list where they are invalid.
Root receipts_root_of(const ConsensusState& state, const std::vector<SignedTransaction>& transactions);

/// The entries of a state, encoded.
reference::Bytes encoded_entries(const ConsensusState& state);

}  // namespace touchstone::vectors
