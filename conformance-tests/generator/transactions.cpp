#include "conformance-tests/generator/transactions.h"

#include "crypto/development_keys.h"
#include "reference/entries/accounts.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/address.h"
#include "reference/transition/block.h"

namespace touchstone::vectors {

namespace ref = reference;

ref::Bytes32 account_key(std::uint64_t account) {
    return ref::Bytes32{crypto::ed25519_public_key(crypto::development_account_seed(account))};
}

Address account_address(std::uint64_t account) { return ref::address_of(account_key(account).bytes); }

Address new_address(std::uint8_t tag) {
    Address address;
    address.bytes.fill(tag);
    return address;
}

SignedTransaction sign_transaction(const ConsensusState& state, std::uint64_t account, Transaction message) {
    message.sender = account_key(account);
    const Root root = ref::get_transaction_signing_root(state, message);
    const auto signature = crypto::ed25519_sign(crypto::development_account_seed(account), root.bytes);
    return {std::move(message), ref::Bytes64{signature}};
}

Transaction message_of(const ConsensusState& state, const Payment& payment) {
    const std::uint64_t nonce = ref::get_account(state, account_address(payment.from)).nonce + payment.nonces_ahead;
    return {account_key(payment.from), nonce,       payment.gas_limit,
            payment.max_fee,           payment.tip, Transfer{payment.to, Amount{payment.amount}}};
}

SignedTransaction pay(const ConsensusState& state, const Payment& payment) {
    return sign_transaction(state, payment.from, message_of(state, payment));
}

Root receipts_root_of(const ConsensusState& state, const std::vector<SignedTransaction>& transactions) {
    ConsensusState after = state;
    const auto executed = ref::execute_transactions(after, transactions);
    return executed ? ref::hash_tree_root(executed.value().receipts, state.config) : empty_receipts_root(state.config);
}

ref::Bytes encoded_entries(const ConsensusState& state) {
    return ref::ssz::serialize(ref::list_of(state.entries.map()), state.config);
}

}  // namespace touchstone::vectors
