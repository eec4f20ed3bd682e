#include "node/kernel/execution/execution.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/fees.h"
#include "node/kernel/execution/testing/random_transactions.h"
#include "node/types/encoding.h"

namespace touchstone::node::execution_test {
namespace {

/// Of each validator the tree has its key and its operator's shares. [GEN-08]
constexpr std::size_t kEntries = kAccounts + 2 * kValidators;

std::optional<Clause> rejection_of(const SignedTransaction& transaction, std::uint64_t gas_before = 0,
                                   State state = state_at_one()) {
    SignatureSets sets;
    const auto processed = process_transaction(chain().environment(), state, transaction, gas_before, sets);
    const auto outcome = conclude(processed.ok() ? Result<void>{} : processed.rejection(), sets, verify_each);
    return outcome.ok() ? std::nullopt : std::optional(outcome.rejection().clause);
}

ProcessedTransaction process(State& state, const SignedTransaction& transaction) {
    SignatureSets sets;
    auto processed = process_transaction(chain().environment(), state, transaction, 0, sets);
    EXPECT_TRUE(processed.ok());
    EXPECT_TRUE(first_invalid(sets, verify_each(sets)).ok());
    return std::move(processed).value();
}

SignedTransaction changed(const SignedTransaction& transaction, std::size_t account,
                          const std::function<void(Transaction&)>& change) {
    SignedTransaction result = transaction;
    change(result.message);
    chain().sign(state_at_one(), account, result);
    return result;
}

// -------------------------------------------------------------------------------------------------- one transaction

TEST(Transaction, OfATransferUsesTheGasThatTheSpecificationNames) {
    const SignedTransaction transaction = chain().transfer(state_at_one(), 0, chain().account_address(1), Amount(5));
    EXPECT_EQ(encode(transaction).size(), 177U);
    EXPECT_EQ(intrinsic_gas(transaction, MINIMAL), kTransferGas);
    SignedTransaction other;
    other.message.payload.emplace<8>();
    EXPECT_EQ(intrinsic_gas(other, MINIMAL), 0U);
}

TEST(Transaction, HasAnIdThatTheSignatureIsNotPartOf) {
    SignedTransaction transaction = chain().transfer(state_at_one(), 0, chain().account_address(1), Amount(5));
    const Root id = transaction_id(transaction.message, MINIMAL);
    EXPECT_EQ(id, hash_tree_root(transaction.message, MINIMAL));
    transaction.message.nonce = 1;
    EXPECT_NE(transaction_id(transaction.message, MINIMAL), id);
}

TEST(Transaction, IsRefusedByTheFirstClauseThatItBreaks) {
    const SignedTransaction good = chain().transfer(state_at_one(), 0, chain().account_address(1), Amount(5));
    const std::uint64_t base_fee = state_at_one().consensus().base_fee;
    EXPECT_EQ(rejection_of(good), std::nullopt);
    const auto with = [&](const std::function<void(Transaction&)>& change) {
        return rejection_of(changed(good, 0, change));
    };
    EXPECT_EQ(with([](Transaction& t) { t.payload.emplace<8>(); }), Clause::TXN_04);
    EXPECT_EQ(with([](Transaction& t) { t.payload.emplace<11>(); }), Clause::TXN_04);
    EXPECT_EQ(with([](Transaction& t) { t.payload.emplace<Delegate>(); }), Clause::TXN_05);
    EXPECT_EQ(with([](Transaction& t) { --t.gas_limit; }), Clause::TXN_05);
    EXPECT_EQ(with([](Transaction& t) { t.gas_limit = MINIMAL.BLOCK_GAS_LIMIT + 1; }), Clause::TXN_06);
    EXPECT_EQ(with([](Transaction& t) { t.gas_limit = kUint64Max; }), Clause::TXN_06);
    EXPECT_EQ(with([](Transaction& t) { t.tip = t.max_fee + 1; }), Clause::TXN_07);
    EXPECT_EQ(with([&](Transaction& t) { t.max_fee = base_fee - 1; }), Clause::TXN_08);
    EXPECT_EQ(with([](Transaction& t) { t.nonce = 1; }), Clause::TXN_10);
    EXPECT_EQ(with([](Transaction& t) { t.max_fee = kBalance / t.gas_limit + 1; }), Clause::TXN_11);
    EXPECT_EQ(with([](Transaction& t) { t.max_fee = kUint64Max; }), Clause::TXN_11);
    EXPECT_EQ(with([](Transaction& t) { t.max_fee = kBalance / t.gas_limit; }), std::nullopt);
    EXPECT_EQ(rejection_of(good, MINIMAL.BLOCK_GAS_LIMIT - kTransferGas), std::nullopt);
    EXPECT_EQ(rejection_of(good, MINIMAL.BLOCK_GAS_LIMIT - kTransferGas + 1), Clause::TXN_06);
    EXPECT_EQ(rejection_of(good, kUint64Max), Clause::TXN_06);

    SignedTransaction forged = good;
    forged.signature.bytes[40] ^= 1;
    EXPECT_EQ(rejection_of(forged), Clause::TXN_09);
    forged.message.nonce = 7;  // a later check
    EXPECT_EQ(rejection_of(forged), Clause::TXN_09);
    forged.message.tip = forged.message.max_fee + 1;  // an earlier one
    EXPECT_EQ(rejection_of(forged), Clause::TXN_07);
}

TEST(Transaction, IsCheckedAloneAsInABlockOfItsOwn) {
    const SignedTransaction good = chain().transfer(state_at_one(), 0, chain().account_address(1), Amount(5));
    const auto clause_of = [&](const std::function<void(Transaction&)>& change) -> std::optional<Clause> {
        const auto checked = check_transaction_alone(changed(good, 0, change), MINIMAL);
        return checked.ok() ? std::nullopt : std::optional(checked.rejection().clause);
    };
    EXPECT_EQ(clause_of([](Transaction& t) { t.max_fee = t.tip = 0; }), std::nullopt);
    EXPECT_EQ(clause_of([](Transaction& t) { t.payload.emplace<11>(); }), Clause::TXN_04);
    EXPECT_EQ(clause_of([](Transaction& t) {
                  t.payload = ClaimCommission{};
                  t.gas_limit = 100'000;
              }),
              std::nullopt);
    EXPECT_EQ(clause_of([](Transaction& t) { t.gas_limit = 0; }), Clause::TXN_05);
    EXPECT_EQ(clause_of([](Transaction& t) { t.gas_limit = MINIMAL.BLOCK_GAS_LIMIT; }), std::nullopt);
    EXPECT_EQ(clause_of([](Transaction& t) { t.gas_limit = MINIMAL.BLOCK_GAS_LIMIT + 1; }), Clause::TXN_06);
    EXPECT_EQ(clause_of([](Transaction& t) { t.tip = kUint64Max; }), Clause::TXN_07);
}

TEST(Transaction, MayNotHaveTheLastNonceOfAll) {
    State state = state_at_one();
    const tree::EntryChange change = account_change(chain().account_address(0), {kUint64Max, Amount(kBalance)});
    ASSERT_TRUE(state.change_entries({&change, 1}, serial_for).ok());
    EXPECT_EQ(rejection_of(chain().transfer(state, 0, stranger(1), Amount(0)), 0, state), Clause::TXN_10);
}

TEST(Transaction, IsSignedForOneForkAndOneChain) {
    const SignedTransaction good = chain().transfer(state_at_one(), 0, chain().account_address(1), Amount(5));
    const Root root = transaction_signing_root(good.message, state_at_one().consensus(), MINIMAL);
    EXPECT_TRUE(verify_transaction_signature(good, root).ok());
    ConsensusState other = state_at_one().consensus();
    other.genesis_root.bytes[0] ^= 1;
    const auto verified = verify_transaction_signature(good, transaction_signing_root(good.message, other, MINIMAL));
    EXPECT_EQ(verified.rejection().clause, Clause::TXN_09);
}

// --------------------------------------------------------------------------------------------------------- transfers

TEST(Transfer, MovesTheAmountAndPaysForTheGas) {
    State state = state_at_one();
    const std::uint64_t base_fee = state.consensus().base_fee;
    const auto done = process(state, chain().transfer(state, 0, chain().account_address(1), Amount(500)));
    EXPECT_EQ(done.receipt, (Receipt{0, kTransferGas, {}}));
    EXPECT_EQ(done.tip, kTransferGas * 3);
    const std::uint64_t paid = kTransferGas * (base_fee + 3);
    EXPECT_EQ(get_account(state, chain().account_address(0)), (Account{1, Amount(kBalance - 500 - paid)}));
    EXPECT_EQ(get_account(state, chain().account_address(1)), (Account{0, Amount(kBalance + 500)}));
    EXPECT_EQ(state.consensus().burnt.value() - state_at_one().consensus().burnt.value(), kTransferGas * base_fee);
    EXPECT_EQ(state.consensus().tree_root, state.tree().root());
}

TEST(Transfer, TipsNoMoreThanTheMaximalFeeLeaves) {
    State state = state_at_one();
    const std::uint64_t base_fee = state.consensus().base_fee;
    const SignedTransaction transaction =
        changed(chain().transfer(state, 0, chain().account_address(1), Amount(1)), 0, [&](Transaction& t) {
            t.max_fee = base_fee + 2;
            t.tip = base_fee;
        });
    EXPECT_EQ(process(state, transaction).tip, kTransferGas * 2);
}

TEST(Transfer, ToNobodyMakesAnAccountAndPaysForIt) {
    State state = state_at_one();
    const SignedTransaction transfer = chain().transfer(state, 0, stranger(1), Amount(1));
    EXPECT_EQ(process(state, transfer).receipt, (Receipt{1, kTransferGas, {}}));
    EXPECT_FALSE(has_entry(get_account(state, stranger(1))));
    EXPECT_EQ(get_account(state, chain().account_address(0)).nonce, 1U);

    state = state_at_one();
    const auto enough = [](Transaction& t) { t.gas_limit += MINIMAL.GAS_NEW_ACCOUNT; };
    EXPECT_EQ(process(state, changed(transfer, 0, enough)).receipt.gas_used, kTransferGas + MINIMAL.GAS_NEW_ACCOUNT);
    EXPECT_EQ(get_account(state, stranger(1)), (Account{0, Amount(1)}));
    EXPECT_EQ(state.tree().size(), kEntries + 1);
    // The second transfer finds it there.
    EXPECT_EQ(process(state, chain().transfer(state, 1, stranger(1), Amount(1))).receipt,
              (Receipt{0, kTransferGas, {}}));
}

TEST(Transfer, OfNothingMakesNoAccount) {
    State state = state_at_one();
    EXPECT_EQ(process(state, chain().transfer(state, 0, stranger(1), Amount(0))).receipt,
              (Receipt{0, kTransferGas, {}}));
    EXPECT_EQ(state.tree().size(), kEntries);
}

TEST(Transfer, OfMoreThanIsLeftFailsAndPays) {
    State state = state_at_one();
    const SignedTransaction transfer = chain().transfer(state, 0, stranger(1), Amount(kBalance));
    EXPECT_EQ(process(state, transfer).receipt, (Receipt{2, kTransferGas, {}}));
    const std::uint64_t paid = kTransferGas * (state.consensus().base_fee + 3);
    EXPECT_EQ(get_account(state, chain().account_address(0)), (Account{1, Amount(kBalance - paid)}));
    // What is asked for as gas is not there for the amount, though it comes back. [TXN-12]
    State again = state_at_one();
    const SignedTransaction tight = changed(transfer, 0, [&](Transaction& t) {
        t.payload = Transfer{chain().account_address(1), Amount(kBalance - paid)};
        t.gas_limit = kTransferGas + 1;
    });
    EXPECT_EQ(process(again, tight).receipt.status, 2U);
}

TEST(Transfer, ToOneselfChangesNothingButTheFee) {
    State state = state_at_one();
    const Address& own = chain().account_address(0);
    const std::uint64_t paid = kTransferGas * (state.consensus().base_fee + 3);
    EXPECT_EQ(process(state, chain().transfer(state, 0, own, Amount(700))).receipt, (Receipt{0, kTransferGas, {}}));
    EXPECT_EQ(get_account(state, own), (Account{1, Amount(kBalance - paid)}));
}

TEST(Transfer, ThatWouldOverflowTheRecipientIsInvalid) {
    State state = state_at_one();
    const tree::EntryChange change = account_change(stranger(1), {0, Amount(kUint64Max - 4)});
    ASSERT_TRUE(state.change_entries({&change, 1}, serial_for).ok());
    EXPECT_EQ(rejection_of(chain().transfer(state, 0, stranger(1), Amount(4)), 0, state), std::nullopt);
    EXPECT_EQ(rejection_of(chain().transfer(state, 0, stranger(1), Amount(5)), 0, state), Clause::TYP_01);
}

TEST(Transfer, OfASenderWithoutABalanceWithoutFeesLeavesItsNonce) {
    State state = state_at_one();
    state.mutable_consensus().base_fee = 0;
    const tree::EntryChange change = account_change(chain().account_address(0), {0, Amount(0)});
    ASSERT_TRUE(state.change_entries({&change, 1}, serial_for).ok());
    EXPECT_EQ(state.tree().size(), kEntries - 1);
    SignedTransaction transfer = chain().unsigned_transfer(state, 0, stranger(1), Amount(0));
    transfer.message.max_fee = transfer.message.tip = 0;
    chain().sign(state, 0, transfer);
    EXPECT_EQ(process(state, transfer).receipt, (Receipt{0, kTransferGas, {}}));
    EXPECT_EQ(get_account(state, chain().account_address(0)), (Account{1, Amount(0)}));
}

// --------------------------------------------------------------------------------------------------------------- fees

TEST(BaseFee, FollowsTheGasOfTheBlockBefore) {
    const std::uint64_t target = MINIMAL.BLOCK_GAS_LIMIT / 2;
    const auto next = [](std::uint64_t fee, std::uint64_t gas) { return next_base_fee(fee, gas, MINIMAL).value(); };
    EXPECT_EQ(next(1000, target), 1000U);
    EXPECT_EQ(next(1000, 2 * target), 1125U);
    EXPECT_EQ(next(1000, 0), 875U);
    EXPECT_EQ(next(1000, target + 1), 1001U);
    EXPECT_EQ(next(1000, target - 1), 1000U);
    EXPECT_EQ(next(0, 2 * target), 1U);
    EXPECT_EQ(next(11, 0), 10U);
    EXPECT_EQ(next(10, 0), MINIMAL.MIN_BASE_FEE);
    EXPECT_EQ(next(3, target - 1), MINIMAL.MIN_BASE_FEE);
    EXPECT_EQ(next(kUint64Max, 0), kUint64Max - kUint64Max / 8);
    EXPECT_EQ(next_base_fee(kUint64Max, target + 1, MINIMAL).rejection().clause, Clause::TYP_01);
}

// ------------------------------------------------------------------------------------------------------------- blocks

struct ProcessedBlock {
    State state;
    Result<Receipts> receipts;
    SignatureSets sets;
};

ProcessedBlock process_block_of(const State& before, const std::vector<SignedTransaction>& transactions,
                                const KnownSignatures& known = {}) {
    BlockBody body;
    body.transactions = transactions;
    // What the receipts are, the block has to say: found out by trying.
    const BlockTerms terms(before.consensus(), MINIMAL);
    const BlockEffects effects = execute_serially(prepare_all(body.transactions, terms), terms, before);
    body.receipts_root = receipts_root(effects.receipts, MINIMAL, serial_for);
    ProcessedBlock processed{before, Receipts{}, {}};
    processed.receipts =
        process_transactions(chain().environment(), processed.state, body, ValidatorIndex(3), processed.sets, known);
    return processed;
}

TEST(Transactions, OfABlockGiveReceiptsAndTipsAndTheNextFee) {
    const State& before = state_at_one();
    const Address operator_address = before.consensus().validators[3].operator_address;
    const std::vector<SignedTransaction> transactions{
        chain().transfer(before, 0, chain().account_address(1), Amount(5)),
        chain().transfer(before, 2, chain().account_address(0), Amount(kBalance))};
    const ProcessedBlock block = process_block_of(before, transactions);
    ASSERT_TRUE(block.receipts.ok());
    EXPECT_EQ(block.receipts->receipts, (std::vector<Receipt>{{0, kTransferGas, {}}, {2, kTransferGas, {}}}));
    EXPECT_EQ(get_account(block.state, operator_address), (Account{0, Amount(2 * kTransferGas * 3)}));
    EXPECT_EQ(block.state.consensus().gas_used, 2 * kTransferGas);
    EXPECT_EQ(block.state.consensus().base_fee, 876U);  // nearly empty
    EXPECT_EQ(block.sets.size(), 2U);
    EXPECT_TRUE(first_invalid(block.sets, verify_each(block.sets)).ok());
}

TEST(Transactions, ThatTipNothingMakeNoAccountForTheOperator) {
    const State& before = state_at_one();
    SignedTransaction transaction = chain().unsigned_transfer(before, 0, chain().account_address(1), Amount(5));
    transaction.message.tip = 0;
    chain().sign(before, 0, transaction);
    EXPECT_EQ(process_block_of(before, {transaction}).state.tree().size(), kEntries);
}

TEST(Transactions, AreRefusedWithTheReceiptsOfOthers) {
    State state = state_at_one();
    BlockBody body;
    body.transactions = {chain().transfer(state, 0, chain().account_address(1), Amount(5))};
    body.receipts_root = receipts_root({}, MINIMAL, serial_for);
    SignatureSets sets;
    const auto receipts = process_transactions(chain().environment(), state, body, ValidatorIndex(3), sets);
    EXPECT_EQ(receipts.rejection().clause, Clause::BLK_11);
    EXPECT_EQ(sets.size(), 1U);
    EXPECT_EQ(state.consensus(), state_at_one().consensus());
    EXPECT_EQ(state.tree().root(), state_at_one().tree().root());
}

TEST(Transactions, HandOutTheSignaturesBeforeTheCheckThatFails) {
    const State& before = state_at_one();
    const Address& to = chain().account_address(5);
    const SignedTransaction first = chain().transfer(before, 0, to, Amount(5));
    SignedTransaction cheap = chain().unsigned_transfer(before, 1, to, Amount(5));
    cheap.message.max_fee = 1;
    chain().sign(before, 1, cheap);
    const ProcessedBlock message = process_block_of(before, {first, cheap, first});
    EXPECT_EQ(message.receipts.rejection().clause, Clause::TXN_07);
    EXPECT_EQ(message.sets.size(), 1U);
    const ProcessedBlock account = process_block_of(before, {first, first, cheap});
    EXPECT_EQ(account.receipts.rejection().clause, Clause::TXN_10);
    EXPECT_EQ(account.sets.size(), 2U);
}

TEST(Transactions, WhoseSignaturesAreKnownNeedNotBeVerifiedAgain) {
    const State& before = state_at_one();
    const std::vector<SignedTransaction> transactions{
        chain().transfer(before, 0, chain().account_address(1), Amount(5)),
        chain().transfer(before, 2, chain().account_address(0), Amount(5))};
    const Root root = transaction_signing_root(transactions[1].message, before.consensus(), MINIMAL);
    const auto known = [&](const Root& id, const Root& signing_root, const Ed25519Signature& signature) {
        return id == transaction_id(transactions[1].message, MINIMAL) && signing_root == root &&
               signature == transactions[1].signature;
    };
    const ProcessedBlock block = process_block_of(before, transactions, known);
    ASSERT_TRUE(block.receipts.ok());
    ASSERT_EQ(block.sets.size(), 1U);
    EXPECT_EQ(std::get<AccountCheck>(block.sets[0].check).signature, transactions[0].signature);
}

/// [VAL-06]
RC_GTEST_PROP(Transactions, NeitherMakeNorLoseGrains, ()) {
    const State& before = state_at_one();
    const auto total = [](const State& state) {
        Uint128 sum = state.consensus().burnt.value();
        for (const KvEntry& entry : tree::all_entries(state.tree()).entries) {
            if (const auto address = address_of_key(entry.key)) sum += get_account(state, *address).balance.value();
        }
        return sum;
    };
    const ProcessedBlock block = process_block_of(before, any_transfers(before));
    RC_PRE(block.receipts.ok());
    RC_ASSERT(total(block.state) == total(before));
    RC_ASSERT(block.state.consensus().tree_root == block.state.tree().root());
    RC_ASSERT(block.state.consensus().minted == before.consensus().minted);
}

// ----------------------------------------------------------------------------------------------------------- accounts

TEST(Accounts, ComeWithAStateAndAreChecked) {
    const State& state = chain().genesis_state();
    const KvEntries good = tree::all_entries(state.tree());
    ASSERT_EQ(good.entries.size(), kEntries);
    const auto clause_of = [&](const std::function<void(KvEntries&)>& change) -> std::optional<Clause> {
        KvEntries entries = good;
        change(entries);
        const auto made = State::with_entries(chain().environment(), state.consensus(), entries, &state);
        return made.ok() ? std::nullopt : std::optional(made.rejection().clause);
    };
    EXPECT_EQ(clause_of([](KvEntries&) {}), std::nullopt);
    EXPECT_EQ(clause_of([](KvEntries& e) { std::swap(e.entries[0], e.entries[1]); }), Clause::KVT_18);
    // An account's entry alone: whatever its key becomes, the order is right.
    const auto clause_alone = [&](const std::function<void(KvEntry&)>& change) {
        return clause_of([&](KvEntries& e) {
            std::erase_if(e.entries, [](const KvEntry& each) { return !address_of_key(each.key); });
            e.entries.resize(1);
            change(e.entries[0]);
        });
    };
    EXPECT_EQ(clause_alone([](KvEntry&) {}), Clause::KVT_19);
    EXPECT_EQ(clause_alone([](KvEntry& e) { e.key[0] = 0; }), Clause::ACC_02);
    EXPECT_EQ(clause_alone([](KvEntry& e) { e.key.pop_back(); }), Clause::ACC_02);
    EXPECT_EQ(clause_alone([](KvEntry& e) { e.value.pop_back(); }), Clause::ACC_02);
    EXPECT_EQ(clause_alone([](KvEntry& e) { e.value.assign(16, 0); }), Clause::ACC_02);
    EXPECT_EQ(clause_of([](KvEntries& e) { e.entries[0].value.back() ^= 1; }), Clause::KVT_19);
    EXPECT_EQ(clause_of([](KvEntries& e) { e.entries.pop_back(); }), Clause::KVT_19);
    const auto again = State::with_entries(chain().environment(), state.consensus(), good);
    EXPECT_EQ(get_account(again.value(), chain().account_address(4)), (Account{0, Amount(kBalance)}));
}

TEST(Accounts, OfKeysWithGroundPathsAreFoundAsOthersAre) {
    AccountTable table(64);
    std::vector<AccountName> names;
    for (std::uint8_t i = 0; i < 200; ++i) {
        AccountName name;
        name.path.bytes[31] = i;  // all in one bucket
        names.push_back(name);
        EXPECT_EQ(table.find(name.path), nullptr);
        table.set(name, {i, Amount(1)});
    }
    for (std::uint8_t i = 0; i < 200; ++i)
        EXPECT_EQ(table.find(names[i].path)->account.nonce, i);
}

}  // namespace
}  // namespace touchstone::node::execution_test
