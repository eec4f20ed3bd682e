// What makes a transaction invalid [TXN-04] to [TXN-11].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/execution.h"
#include "crypto/development_keys.h"
#include "reference/entries/accounts.h"
#include "reference/signatures/address.h"

namespace touchstone::vectors {

namespace ref = reference;

std::vector<Payload> other_payloads() {
    const ref::Reserved some{{1, 2, 3}};
    return {ref::RegisterValidator{{}, {}, 500, tst(32)}, ref::EditValidator{ValidatorIndex{1}, 250},
            ref::ExitValidator{ValidatorIndex{2}},        ref::Delegate{ValidatorIndex{3}, tst(1)},
            ref::Undelegate{ValidatorIndex{3}, 7},        ref::Withdraw{ValidatorIndex{3}, Epoch{9}},
            ref::ClaimCommission{ValidatorIndex{1}},      Payload(std::in_place_index<8>, some),
            Payload(std::in_place_index<9>, some),        Payload(std::in_place_index<10>, ref::Reserved{}),
            Payload(std::in_place_index<11>, some)};
}

namespace {

void reject(Suite& suite, const std::string& clause, const std::string& name, const std::string& shows,
            const ConsensusState& pre, const SignedTransaction& transaction, std::uint64_t gas_before = 0) {
    add_transaction(suite, {name, shows, {clause}}, pre, transaction, clause, gas_before);
}

void add_payload_kinds(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    for (const Payload& payload : other_payloads()) {
        if (payload.index() <= 7) continue;
        Transaction message = message_of(state, {.gas_limit = 1'000'000});
        message.payload = payload;
        reject(suite, "TXN-04", "payload_" + std::to_string(payload.index()), "a payload of a later version", state,
               sign_transaction(state, 0, message));
    }
}

void add_gas(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const std::uint64_t limit = state.config.BLOCK_GAS_LIMIT;
    const auto with_gas = [&](std::uint64_t gas) { return pay(state, {.gas_limit = gas}); };
    reject(suite, "TXN-05", "gas_limit_one_short", "one gas less than its bytes need", state, with_gas(20'999));
    reject(suite, "TXN-05", "gas_limit_zero", "no gas", state, with_gas(0));
    reject(suite, "TXN-06", "block_one_gas_short", "the block has one gas less left", state, pay(state, {}),
           limit - 20'999);
    reject(suite, "TXN-06", "block_is_full", "the block has nothing left", state, pay(state, {}), limit);
    reject(suite, "TXN-06", "gas_limit_above_that_of_a_block", "no block has as much", state, with_gas(limit + 1));
    reject(suite, "TXN-06", "gas_limit_that_counts", "what it might use counts, not what it uses", state,
           with_gas(30'000), limit - 29'999);
    reject(suite, "TXN-06", "sum_beyond_64_bits", "the sum is exact", state, with_gas(UINT64_MAX), 21'001);
    reject(suite, "TXN-06", "greatest_gas_before", "the sum is exact, the other way", state, pay(state, {}),
           UINT64_MAX);
}

void add_prices(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    reject(suite, "TXN-07", "tip_above_max_fee", "a tip of one grain above max_fee", state,
           pay(state, {.max_fee = 2'000, .tip = 2'001}));
    reject(suite, "TXN-07", "tip_huge", "a tip of 2^64 − 1", state, pay(state, {.tip = UINT64_MAX}));
    reject(suite, "TXN-08", "max_fee_below_the_base_fee", "one grain below the base fee", state,
           pay(state, {.max_fee = 999}));
    reject(suite, "TXN-08", "max_fee_zero", "nothing for gas", state, pay(state, {.max_fee = 0, .tip = 0}));
}

ref::Bytes64 joined(const std::array<std::uint8_t, 32>& r, const std::array<std::uint8_t, 32>& s) {
    ref::Bytes64 signature;
    std::copy(r.begin(), r.end(), signature.bytes.begin());
    std::copy(s.begin(), s.end(), signature.bytes.begin() + 32);
    return signature;
}

// S + L, which fits into 32 bytes: the equation holds for it as well.
ref::Bytes64 not_reduced(ref::Bytes64 signature) {
    constexpr std::array<std::uint8_t, 32> kOrder{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                                  0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                                  0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += signature.bytes[32 + i] + unsigned{kOrder[i]};
        signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
    return signature;
}

void add_signatures(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const SignedTransaction good = pay(state, {});
    const auto with = [&](const std::string& name, const std::string& shows,
                          const std::function<void(SignedTransaction&)>& change) {
        SignedTransaction transaction = good;
        change(transaction);
        reject(suite, "TXN-09", name, shows, state, transaction);
    };
    with("signed_by_another", "another account signed", [&](SignedTransaction& t) {
        t = sign_transaction(state, 1, good.message);
        t.message.sender = account_key(0);
    });
    with("sender_is_another", "the signature of one, the account of another",
         [](SignedTransaction& t) { t.message.sender = account_key(1); });
    with("amount_changed", "another amount than was signed",
         [](SignedTransaction& t) { std::get<Transfer>(t.message.payload).amount = Amount{6}; });
    with("recipient_changed", "another recipient than was signed",
         [](SignedTransaction& t) { std::get<Transfer>(t.message.payload).recipient.bytes[3] ^= 1U; });
    with("tip_changed", "another tip than was signed", [](SignedTransaction& t) { t.message.tip = 4; });
    with("bit_of_r_changed", "one bit of R", [](SignedTransaction& t) { t.signature.bytes[5] ^= 4U; });
    with("bit_of_s_changed", "one bit of S", [](SignedTransaction& t) { t.signature.bytes[37] ^= 4U; });
    with("signature_of_zeros", "64 zero bytes: R is of small order", [](SignedTransaction& t) { t.signature = {}; });
    with("signature_not_reduced", "S + L: the signature would be malleable",
         [](SignedTransaction& t) { t.signature = not_reduced(t.signature); });
    with("signature_of_the_plain_root", "signed without a domain", [&](SignedTransaction& t) {
        const auto root = ref::hash_tree_root(t.message, state.config);
        t.signature = ref::Bytes64{crypto::ed25519_sign(crypto::development_account_seed(0), root.bytes)};
    });
    with("domain_of_proposers", "signed for another domain", [&](SignedTransaction& t) {
        const Root root = signing_root(state, t.message, ref::DOMAIN_PROPOSER, Epoch{1});
        t.signature = ref::Bytes64{crypto::ed25519_sign(crypto::development_account_seed(0), root.bytes)};
    });
    ConsensusState elsewhere = state;
    elsewhere.genesis_root.bytes.fill(3);
    reject(suite, "TXN-09", "signed_for_another_chain", "the genesis root is another", elsewhere, good);
    ConsensusState upgraded = state;
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{1}});
    reject(suite, "TXN-09", "signed_for_the_fork_before", "a transaction that waits at an upgrade is signed again",
           upgraded, good);
    add_transaction(suite, {"signed_for_the_new_fork", "signed after the upgrade", {"TXN-09", "CRY-16"}}, upgraded,
                    pay(upgraded, {}), std::nullopt);
    ConsensusState later = state;
    later.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{2}});
    reject(suite, "TXN-09", "signed_for_the_next_fork", "signed for an upgrade to come", later, pay(upgraded, {}));
}

// Senders whose keys no honest signer has, but whose addresses have accounts: the key alone is what is wrong.
void add_bad_keys(Suite& suite) {
    struct BadKey {
        std::string name;
        std::string shows;
        std::uint8_t first;
        std::uint8_t middle;
        std::uint8_t last;
    };
    for (const BadKey& bad : {BadKey{"key_of_order_1", "a key of order 1, whose equation holds for all", 1, 0, 0},
                              BadKey{"key_of_order_2", "a key of order 2", 0xEC, 0xFF, 0x7F},
                              BadKey{"key_of_order_4", "a key of zeros, of order 4", 0, 0, 0},
                              BadKey{"key_minus_zero", "a key of order 1 with a sign", 1, 0, 0x80},
                              BadKey{"key_not_canonical", "1 + p for 1", 0xEE, 0xFF, 0x7F},
                              BadKey{"key_no_point", "no point has this y", 2, 0, 0}}) {
        ref::Bytes32 key;
        key.bytes.fill(bad.middle);
        key.bytes[0] = bad.first;
        key.bytes[31] = bad.last;
        const ConsensusState state = with_account(state_with_accounts(), ref::address_of(key.bytes), 0, tst(1).value);
        std::array<std::uint8_t, 32> identity{};
        identity[0] = 1;
        SignedTransaction transaction{message_of(state, {}), joined(identity, {})};
        transaction.message.sender = key;
        reject(suite, "TXN-09", bad.name, bad.shows, state, transaction);
    }
}

void add_nonces(Suite& suite) {
    const ConsensusState used = with_account(state_with_accounts(), account_address(0), 7, tst(10).value);
    const auto with_nonce = [](const ConsensusState& state, std::uint64_t nonce, std::uint64_t from = 0) {
        Transaction message = message_of(state, {.from = from});
        message.nonce = nonce;
        return sign_transaction(state, from, message);
    };
    reject(suite, "TXN-10", "nonce_of_a_transaction_before", "a transaction is not processed twice", used,
           with_nonce(used, 6));
    reject(suite, "TXN-10", "nonce_zero_again", "not the first one either", used, with_nonce(used, 0));
    reject(suite, "TXN-10", "nonce_ahead", "a nonce is missing before it", used, with_nonce(used, 8));
    reject(suite, "TXN-10", "nonce_huge", "a nonce of 2^64 − 1", used, with_nonce(used, UINT64_MAX));
    add_transaction(suite, {"nonce_of_the_account", "the account's nonce", {"TXN-10"}}, used, with_nonce(used, 7),
                    std::nullopt);
    const ConsensusState last = with_account(used, account_address(0), UINT64_MAX, tst(10).value);
    reject(suite, "TXN-10", "nonce_without_a_next", "an account that has used up its nonces sends no more", last,
           with_nonce(last, UINT64_MAX));
    reject(suite, "TXN-10", "nonce_of_an_absent_account", "who has no account begins with 0", used,
           with_nonce(used, 1, 9));
}

void add_balances(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const auto cost = [&](std::uint64_t balance) { return with_account(state, account_address(0), 0, balance); };
    const SignedTransaction some = pay(state, {.amount = 0});  // 21,000 gas, at most 2,000 for each
    add_transaction(suite, {"balance_is_the_greatest_cost", "exactly gas_limit · max_fee", {"TXN-11"}},
                    cost(42'000'000), some, std::nullopt);
    reject(suite, "TXN-11", "balance_one_grain_short", "one grain less", cost(41'999'999), some);
    reject(suite, "TXN-11", "balance_for_the_price_only", "enough for what it would cost, not for max_fee",
           cost(21'000 * 1'003), some);
    reject(suite, "TXN-11", "sender_that_is_absent", "who has no account has nothing", state, pay(state, {.from = 9}));
    reject(suite, "TXN-11", "balance_of_one_grain", "an account of one grain", state, pay(state, {.from = 3}));
    reject(suite, "TXN-11", "product_of_2_to_the_64", "2^28 · 2^36: the product is exact", state,
           pay(state, {.gas_limit = 1U << 28U, .max_fee = std::uint64_t{1} << 36U}));
    reject(suite, "TXN-11", "product_of_2_to_the_64_and_some", "a product that 64 bits would make small", state,
           pay(state, {.gas_limit = (1U << 28U) + 1, .max_fee = std::uint64_t{1} << 36U}));
    reject(suite, "TXN-11", "max_fee_huge", "a max_fee of 2^64 − 1", cost(UINT64_MAX),
           pay(state, {.max_fee = UINT64_MAX}));
    const ConsensusState rich = cost(UINT64_MAX - 1'000);
    add_transaction(suite, {"product_near_2_to_the_64", "a product just below 2^64", {"TXN-11"}}, rich,
                    pay(rich, {.amount = 0, .max_fee = UINT64_MAX / 21'000 - 1, .tip = 0}), std::nullopt);
    const ConsensusState full = with_account(state, account_address(1), 0, UINT64_MAX - 4);
    reject(suite, "TYP-01", "recipient_overflows", "a balance that does not fit", full, pay(full, {}));
    ConsensusState burnt = state;
    burnt.burnt = Amount{UINT64_MAX - 20'999'999};
    reject(suite, "TYP-01", "burnt_overflows", "a sum of all that burnt that does not fit", burnt, pay(burnt, {}));
}

// Of two faults the first in the order of the prose is named.
void add_order(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const std::uint64_t limit = state.config.BLOCK_GAS_LIMIT;
    const auto unsigned_one = [&](const Payment& payment) {
        SignedTransaction transaction = pay(state, payment);
        transaction.signature.bytes[40] ^= 1U;
        return transaction;
    };
    Transaction message = message_of(state, {.gas_limit = 0});
    message.payload = other_payloads().back();
    reject(suite, "TXN-04", "payload_before_gas", "a payload that there is not, and no gas", state,
           sign_transaction(state, 0, message));
    reject(suite, "TXN-05", "gas_before_gas_of_the_block", "too little gas, in a full block", state,
           pay(state, {.gas_limit = 20'999}), limit);
    reject(suite, "TXN-06", "gas_of_the_block_before_tip", "a full block, and too great a tip", state,
           pay(state, {.tip = 2'001}), limit);
    reject(suite, "TXN-07", "tip_before_base_fee", "too great a tip, too small a fee", state,
           pay(state, {.max_fee = 5, .tip = 6}));
    reject(suite, "TXN-08", "base_fee_before_signature", "too small a fee, badly signed", state,
           unsigned_one({.max_fee = 5}));
    reject(suite, "TXN-09", "signature_before_nonce", "badly signed, with a wrong nonce", state,
           unsigned_one({.nonces_ahead = 1}));
    reject(suite, "TXN-10", "nonce_before_balance", "a wrong nonce, and nothing to pay with", state,
           pay(state, {.from = 3, .nonces_ahead = 1}));
}

}  // namespace

void add_invalid_transactions(Suite& suite) {
    if (!suite.wants("execution")) return;
    add_payload_kinds(suite);
    add_gas(suite);
    add_prices(suite);
    add_signatures(suite);
    add_bad_keys(suite);
    add_nonces(suite);
    add_balances(suite);
    add_order(suite);
}

}  // namespace touchstone::vectors
