// What transactions do [TXN-02], [TXN-03], [TXN-12] to [TXN-14], the base fee [FEE-01].
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/execution.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/execution/fees.h"
#include "reference/execution/transaction.h"

namespace touchstone::vectors {

namespace ref = reference;
using Json = nlohmann::json;

const ConsensusState& state_with_accounts() {
    static const ConsensusState state = advanced(
        genesis_state({.validators = 8, .accounts = {tst(10'000), tst(20), Amount{84'000'000}, Amount{1}}}), Slot{9});
    return state;
}

ConsensusState with_account(ConsensusState state, const Address& address, std::uint64_t nonce, std::uint64_t balance) {
    ref::set_account(state, address, {nonce, Amount{balance}});
    ref::update_tree_root(state);
    return state;
}

void add_transaction(Suite& suite, const Title& title, const ConsensusState& pre, const SignedTransaction& transaction,
                     const Expected& expected, std::uint64_t gas_before) {
    Vector vector = state_vector("execution", "transaction", title, pre);
    vector.inputs["signed_transaction"] = ref::ssz::serialize(transaction, pre.config);
    vector.params = Json{{"gas_before", std::to_string(gas_before)}}.dump();
    ConsensusState post = pre;
    const auto processed = ref::process_transaction(post, transaction, gas_before);
    if (processed) {
        ref::update_tree_root(post);
        if (processed.value().tip == 0U) check_sums(suite, vector.id(), pre, post);
        vector.files["post"] = ref::ssz::serialize(post, pre.config);
        vector.files["receipt"] = ref::ssz::serialize(processed.value().receipt, pre.config);
        vector.values = Json{{"tip", std::to_string(processed.value().tip.value)}}.dump();
    } else {
        vector.rejected = std::string(to_string(processed.failure().clause));
    }
    if (vector.rejected != expected) {
        return suite.problem(vector.id() + ": expected " + expected.value_or("accepted") + ", the reference says " +
                             vector.rejected.value_or("accepted"));
    }
    suite.add(std::move(vector));
}

namespace {

const std::vector<std::string> kEffects{"TXN-12", "TXN-13", "TXN-14", "ACC-01", "TXN-03"};

void accept(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& pre,
            const Payment& payment, std::uint64_t gas_before = 0) {
    add_transaction(suite, {name, shows, kEffects}, pre, pay(pre, payment), std::nullopt, gas_before);
}

void add_transfers(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    accept(suite, "transfer", "from one account to another", state, {});
    accept(suite, "transfer_from_another_account", "another sender", state, {.from = 1, .to = account_address(0)});
    accept(suite, "unused_gas_comes_back", "what is not used of the gas limit costs nothing", state,
           {.gas_limit = 1'000'000});
    accept(suite, "to_itself", "the sender may be the recipient", state, {.to = account_address(0)});
    accept(suite, "of_nothing", "an amount of zero", state, {.amount = 0});
    accept(suite, "of_nothing_to_itself", "an amount of zero to the sender", state,
           {.to = account_address(0), .amount = 0});
    accept(suite, "of_nothing_to_an_absent_account", "a transfer of nothing makes no account, and costs no more", state,
           {.to = new_address(7), .amount = 0});
    accept(suite, "to_the_operator_of_a_validator", "an operator's address is one as others", state,
           {.to = state.validators[3].operator_address, .gas_limit = 41'000});
    const ConsensusState nonces = with_account(state, account_address(0), UINT64_MAX - 1, tst(5).value);
    accept(suite, "last_nonce", "the last nonce that a transaction may have", nonces, {});
    accept(suite, "account_without_nonce", "a recipient that has sent before keeps its nonce",
           with_account(state, account_address(1), 77, 5), {});
}

void add_new_accounts(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const Payment payment{.to = new_address(7), .gas_limit = 41'000};
    const auto with_gas = [&](std::uint64_t gas) {
        Payment other = payment;
        other.gas_limit = gas;
        return other;
    };
    accept(suite, "new_account", "an account that is not there yet costs GAS_NEW_ACCOUNT", state, payment);
    accept(suite, "new_account_with_gas_to_spare", "the rest of the gas comes back", state, with_gas(41'001));
    accept(suite, "new_account_out_of_gas", "one gas short: status 1, all gas is used, nothing moves", state,
           with_gas(40'999));
    accept(suite, "new_account_with_gas_of_a_transfer", "gas for a transfer only: status 1", state, with_gas(21'000));
    Payment one = payment;
    one.amount = 1;
    accept(suite, "new_account_of_one_grain", "one grain makes an account", state, one);
    one.to = Address{};
    accept(suite, "new_account_zero", "the address of zeros is an address", state, one);
    one.to.bytes = account_address(0).bytes;
    one.to.bytes[31] ^= 1U;
    accept(suite, "new_account_near_another", "an address that differs in one bit", state, one);
}

// The account 2 has 84,000,000 grains: four times what 21,000 gas cost at 1,000.
void add_poor_senders(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const auto spend = [](std::uint64_t amount, std::uint64_t max_fee = 1'000) {
        return Payment{.from = 2, .amount = amount, .max_fee = max_fee, .tip = 0};
    };
    accept(suite, "all_that_is_left", "the sender is drained; its nonce stays", state, spend(63'000'000));
    accept(suite, "one_grain_too_much", "status 2: gas is paid, nothing moves", state, spend(63'000'001));
    accept(suite, "more_than_there_ever_was", "status 2 for an amount of 2^64 − 1", state, spend(UINT64_MAX));
    accept(suite, "one_grain_left", "one grain stays", state, spend(62'999'999));
    Payment refund = spend(63'000'001);
    refund.gas_limit = 22'000;
    accept(suite, "refund_comes_too_late", "what comes back of the gas cannot be sent: status 2", state, refund);
    refund.amount = 62'000'000;
    accept(suite, "all_but_the_refund", "the refund stays", state, refund);
    accept(suite, "max_fee_is_not_taken", "what is taken is the price of gas, not max_fee", state,
           spend(63'000'000, 4'000));
    Payment itself = spend(63'000'000);
    itself.to = account_address(2);
    accept(suite, "all_to_itself", "everything to itself: nothing moves", state, itself);
    itself.amount = 63'000'001;
    accept(suite, "too_much_to_itself", "more than everything to itself: status 2", state, itself);
    Payment fresh = spend(63'000'001);
    fresh.to = new_address(9);
    accept(suite, "balance_comes_before_gas", "of both faults the balance is named: status 2, gas of a transfer", state,
           fresh);
    fresh.gas_limit = 41'000;
    fresh.amount = 43'000'000;
    accept(suite, "all_to_a_new_account", "everything to a new account", state, fresh);
}

void add_prices(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const auto price = [](std::uint64_t max_fee, std::uint64_t tip) { return Payment{.max_fee = max_fee, .tip = tip}; };
    ConsensusState free = state;
    free.base_fee = 0;
    const std::uint64_t base = state.base_fee;
    accept(suite, "no_tip", "only the base fee, which burns", state, price(2'000, 0));
    accept(suite, "max_fee_is_the_base_fee", "nothing is left for a tip", state, price(base, base));
    accept(suite, "max_fee_one_above_the_base_fee", "one grain is left for the tip", state, price(base + 1, 5));
    accept(suite, "tip_fits_exactly", "the tip is all that max_fee leaves", state, price(base + 50, 50));
    accept(suite, "tip_is_capped", "the tip is cut to what max_fee leaves", state, price(base + 50, 51));
    accept(suite, "tip_is_max_fee", "the highest tip that may be asked for", state, price(base + 50, base + 50));
    accept(suite, "great_prices", "many grains for a unit of gas", state, price(40'000'000, 30'000'000));
    accept(suite, "base_fee_zero", "all that is paid is the tip", free, price(9, 7));
    accept(suite, "nothing_is_paid", "a base fee of zero and no tip", free, price(0, 0));
    Payment nobody{.from = 9, .amount = 0, .max_fee = 0, .tip = 0};
    accept(suite, "sender_without_account",
           "where gas is free, somebody without an account may send: its nonce is kept", free, nobody);
    nobody.amount = 1;
    accept(suite, "sender_without_account_has_nothing", "but has nothing to send: status 2", free, nobody);
    nobody.to = account_address(9);
    accept(suite, "sender_without_account_to_itself", "not even to itself", free, nobody);
    const auto gas = minimal_with([](Parameters& c) {
        c.GAS_PER_TRANSACTION = 1;
        c.GAS_PER_BYTE = 10;
        c.GAS_TRANSFER = 200;
        c.GAS_NEW_ACCOUNT = 3000;
    });
    const ConsensusState cheap =
        advanced(genesis_state({.validators = 8, .config = gas, .accounts = {tst(1), tst(1)}}), Slot{1});
    accept(suite, "gas_of_another_configuration", "1 + 10 · 177 + 200", cheap, {.gas_limit = 1'971});
    accept(suite, "new_account_of_another_configuration", "and 3,000 for an account", cheap,
           {.to = new_address(1), .gas_limit = 4'971});
}

void add_gas_before(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const std::uint64_t limit = state.config.BLOCK_GAS_LIMIT;
    accept(suite, "block_exactly_full", "the gas limit is the rest of the block's", state, {}, limit - 21'000);
    accept(suite, "whole_block", "the gas limit is that of the block", state, {.gas_limit = limit});
    accept(suite, "gas_before_changes_nothing_else", "somewhere in a block", state, {}, 123'456);
}

void add_signing(Suite& suite) {
    const ConsensusState& state = state_with_accounts();
    const auto add = [&](const std::string& name, const std::string& shows, const ConsensusState& of,
                         const SignedTransaction& transaction) {
        Vector vector{.runner = "execution",
                      .handler = "signing",
                      .name = name,
                      .shows = shows,
                      .clauses = {"TXN-01", "TXN-02", "TXN-03", "TXN-09", "CRY-12", "CRY-15"}};
        vector.config = config_of(of.config);
        vector.inputs["state"] = ref::ssz::serialize(of, of.config);
        vector.inputs["signed_transaction"] = ref::ssz::serialize(transaction, of.config);
        const Transaction& message = transaction.message;
        const bool is_known = message.payload.index() <= 7;
        const auto gas = static_cast<std::uint64_t>(is_known ? ref::intrinsic_gas(transaction, of.config) : 0);
        vector.values = Json{{"id", ref::to_hex(ref::get_transaction_id(transaction, of.config).bytes)},
                             {"signing_root", ref::to_hex(ref::get_transaction_signing_root(of, message).bytes)},
                             {"sender", ref::to_hex(ref::sender_of(message).bytes)},
                             {"intrinsic_gas", std::to_string(gas)}}
                            .dump();
        suite.add(std::move(vector));
    };
    add("transfer", "a transfer of 177 bytes uses 21,000 gas", state, pay(state, {}));
    SignedTransaction unsigned_one = pay(state, {});
    unsigned_one.signature = {};
    add("without_signature", "neither id nor signing root depend on the signature", state, unsigned_one);
    add("zero", "the default transaction", state, {});
    ConsensusState upgraded = state;
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{1}});
    add("after_an_upgrade", "another fork, another signing root", upgraded, pay(state, {}));
    upgraded.fork_schedule.back().epoch = Epoch{2};
    add("before_an_upgrade", "an upgrade to come changes nothing", upgraded, pay(state, {}));
    ConsensusState elsewhere = state;
    elsewhere.genesis_root.bytes.fill(1);
    add("of_another_chain", "another chain, another signing root", elsewhere, pay(state, {}));
    for (const Payload& payload : other_payloads()) {
        Transaction message = message_of(state, {});
        message.payload = payload;
        add("selector_" + std::to_string(payload.index()),
            payload.index() <= 7 ? "a payload of stake" : "a payload of a later version", state,
            sign_transaction(state, 0, message));
    }
    const auto heavy = minimal_with([](Parameters& c) {
        c.GAS_PER_TRANSACTION = std::uint64_t{1} << 32;
        c.GAS_PER_BYTE = std::uint64_t{1} << 16;
        c.GAS_TRANSFER = c.GAS_REGISTER_VALIDATOR = c.GAS_STAKE = std::uint64_t{1} << 32;
    });
    const ConsensusState costly = genesis_state({.validators = 8, .config = heavy});
    add("gas_at_its_bounds", "gas beyond 32 bits", costly, pay(costly, {}));
    for (const Payload& payload : other_payloads()) {
        if (payload.index() > 2) break;
        Transaction message = message_of(costly, {});
        message.payload = payload;
        add("gas_at_its_bounds_of_selector_" + std::to_string(payload.index()), "gas of stake beyond 32 bits", costly,
            sign_transaction(costly, 0, message));
    }
}

void add_base_fees(Suite& suite) {
    const std::uint64_t limit = ref::MINIMAL.BLOCK_GAS_LIMIT;
    const std::uint64_t target = limit / 2;
    const auto add = [&](const std::string& name, const std::string& shows, std::uint64_t base_fee,
                         std::uint64_t gas_used, const Expected& expected = std::nullopt,
                         const Parameters& config = ref::MINIMAL) {
        Vector vector{.runner = "execution",
                      .handler = "next_base_fee",
                      .name = name,
                      .shows = shows,
                      .clauses = {expected ? *expected : "FEE-01", "FEE-01"}};
        vector.config = config_of(config);
        vector.params = Json{{"base_fee", std::to_string(base_fee)}, {"gas_used", std::to_string(gas_used)}}.dump();
        const auto next = ref::next_base_fee(base_fee, gas_used, config);
        if (next) vector.values = Json{{"base_fee", std::to_string(next.value())}}.dump();
        if (!next) vector.rejected = std::string(to_string(next.failure().clause));
        if (vector.rejected != expected) return suite.problem(vector.id() + ": another outcome");
        suite.add(std::move(vector));
    };
    add("at_the_target", "the fee stays", 1'000, target);
    add("full_block", "an eighth more", 1'000, limit);
    add("empty_block", "an eighth less", 1'000, 0);
    add("one_gas_above_the_target", "at least one more", 1'000, target + 1);
    add("one_gas_below_the_target", "a quotient of zero: the fee stays", 1'000, target - 1);
    add("least_rise_that_is_a_quotient", "the quotient is one", 1'000, target + target * 8 / 1000);
    add("quotient_of_two", "the quotient is two", 1'000, target + 2 * target * 8 / 1000);
    add("three_quarters", "half of an eighth more", 1'000, target + target / 2);
    add("a_quarter", "half of an eighth less", 1'000, target / 2);
    add("two_floors", "the quotient by the target is floored before that by the denominator", 12'345, target + 77'777);
    add("two_floors_down", "downwards too", 987'654'321, target - 123'456'789);
    add("zero_full", "a fee of zero rises by one", 0, limit);
    add("zero_at_the_target", "a fee of zero stays", 0, target);
    add("zero_empty", "a fee of zero becomes the minimum where less is used", 0, 0);
    add("at_the_minimum", "the fee does not fall below the minimum", 10, 0);
    add("just_above_the_minimum", "a fall that ends at the minimum", 11, 0);
    add("below_the_minimum_at_the_target", "a fee below the minimum stays at the target", 3, target);
    add("below_the_minimum_full", "a fee below the minimum rises by one", 3, limit);
    add("below_the_minimum_one_gas_less", "and becomes the minimum where less is used", 3, target - 1);
    add("huge_at_the_target", "2^64 − 1 at the target", UINT64_MAX, target);
    add("huge_empty", "products beyond 64 bits", UINT64_MAX, 0);
    add("huge_below", "products beyond 64 bits, floored twice", UINT64_MAX, target - 1'234'567);
    add("greatest_that_rises", "the greatest fee that a full block may raise", 16'397'105'843'297'379'214ULL, limit);
    add("rises_beyond_64_bits", "a fee that does not fit", 16'397'105'843'297'379'215ULL, limit, "TYP-01");
    add("greatest_rises_by_one", "2^64 does not fit", UINT64_MAX, target + 1, "TYP-01");
    const Parameters odd = minimal_with([](Parameters& c) { c.BLOCK_GAS_LIMIT = 7; });
    add("odd_limit_at_the_target", "the target of 7 is 3", 800, 3, std::nullopt, odd);
    add("odd_limit_full", "a full block is more than twice the target", 800, 7, std::nullopt, odd);
    const Parameters sudden = minimal_with([](Parameters& c) { c.BASE_FEE_CHANGE_DENOMINATOR = 1; });
    add("denominator_of_one_full", "the fee doubles", 800, limit, std::nullopt, sudden);
    add("denominator_of_one_empty", "the fee falls to the minimum", 800, 0, std::nullopt, sudden);
    const Parameters no_floor = minimal_with([](Parameters& c) { c.MIN_BASE_FEE = 0; });
    add("no_minimum", "without a minimum a fee of 7 stays: an eighth of it is nothing", 7, 0, std::nullopt, no_floor);
    add("no_minimum_eight", "and one of 8 falls by one", 8, 0, std::nullopt, no_floor);
    const Parameters slow = minimal_with([](Parameters& c) { c.BASE_FEE_CHANGE_DENOMINATOR = UINT64_MAX; });
    add("greatest_denominator", "rises by one at least", 800, limit, std::nullopt, slow);
    const Parameters least = minimal_with([](Parameters& c) { c.BLOCK_GAS_LIMIT = 2; });
    add("least_limit_full", "a limit of 2 has a target of 1", 800, 2, std::nullopt, least);
    const Parameters most = minimal_with([](Parameters& c) { c.BLOCK_GAS_LIMIT = std::uint64_t{1} << 40; });
    add("greatest_limit", "products of 103 bits", UINT64_MAX / 2, std::uint64_t{1} << 40, std::nullopt, most);
}

}  // namespace

void add_execution(Suite& suite) {
    if (!suite.wants("execution")) return;
    add_transfers(suite);
    add_new_accounts(suite);
    add_poor_senders(suite);
    add_prices(suite);
    add_gas_before(suite);
    add_signing(suite);
    add_base_fees(suite);
}

}  // namespace touchstone::vectors
