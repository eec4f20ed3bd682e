// What the chain writes of transactions, and that it is all there again after a loss of power at any write.
#include <gtest/gtest.h>

#include <vector>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/stake/entries.h"
#include "node/kernel/stake/testing/books.h"
#include "node/services/account_history.h"
#include "node/services/testing/chain_with_transfers.h"
#include "node/sim/disk.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {
namespace {

const ChainWithTransfers& story() { return ChainWithTransfers::get(); }

/// A chain on a disk with a switch of power.
class Machine {
  public:
    explicit Machine(Disk& disk)
        : store_(disk,
                 [this] {
                     if (writes_left_ && (*writes_left_)-- == 0) throw SimulatedCrash{};
                 }),
          fed_(store_) {}

    FedChain& fed() { return fed_; }
    Chain& chain() { return *fed_.chain(); }
    /// There are two moments at each write, before it and after it.
    void lose_power_after(std::uint64_t moments) { writes_left_ = moments; }

  private:
    std::optional<std::uint64_t> writes_left_;
    SimulatedStore store_;
    FedChain fed_;
};

/// The disk of a node to which nothing happened.
Disk peaceful_disk() {
    Disk disk;
    Machine machine(disk);
    for (const SignedBlock& block : story().blocks())
        EXPECT_TRUE(machine.fed().feed(block));
    return disk;
}

std::string fault_after(Disk disk, const std::function<void(Disk&)>& damage) {
    damage(disk);
    return Machine(disk).fed().fault();
}

std::uint64_t balance_of(const Chain& chain, const Address& address) {
    return get_account(*chain.head_state(), address).balance.value();
}

/// [STO-13] [STO-14]
TEST(Persistence, APowerLossAtAnyWriteLosesNothingOfTransactions) {
    const Disk expected = peaceful_disk();
    Disk disk;
    const auto& blocks = story().blocks();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        for (const std::size_t moment : {0U, 1U}) {
            Machine machine(disk);
            ASSERT_EQ(machine.fed().fault(), "");
            ASSERT_EQ(machine.fed().known_blocks(), i);
            machine.lose_power_after(moment);
            EXPECT_THROW(machine.fed().feed(blocks[i]), SimulatedCrash);
        }
    }
    EXPECT_EQ(disk.journal, expected.journal);
    EXPECT_EQ(disk.entries, expected.entries);
    EXPECT_EQ(disk.entry_changes, expected.entry_changes) << "also after a restart only what changes is written";
    EXPECT_EQ(disk.receipts, expected.receipts);
    EXPECT_EQ(disk.transactions_by_id, expected.transactions_by_id);
    EXPECT_EQ(disk.finalized, expected.finalized);
    EXPECT_GE(disk.finalized.size(), 16U);
    Machine machine(disk);
    ASSERT_EQ(machine.fed().fault(), "");
    EXPECT_EQ(machine.fed().known_blocks(), blocks.size());
}

/// [STO-01] [NET-120]
TEST(Persistence, ALossOfTheLastCommitsLeavesTheDatabaseThatWasBeforeThem) {
    Disk disk;
    disk.losable_commits = 1000;
    std::vector<Disk> before;
    {
        Machine machine(disk);
        for (const SignedBlock& block : story().blocks()) {
            before.push_back(disk);
            ASSERT_TRUE(machine.fed().feed(block));
        }
    }
    for (std::size_t known = 0; known < before.size(); ++known) {
        Disk left = disk;
        left.lose_last(left.transactions - before[known].transactions);
        EXPECT_EQ(left.journal, before[known].journal);
        EXPECT_EQ(left.entries, before[known].entries);
        EXPECT_EQ(left.blocks.size(), before[known].blocks.size());
        EXPECT_EQ(left.receipts, before[known].receipts);
        EXPECT_EQ(left.transactions_by_id, before[known].transactions_by_id);
        EXPECT_EQ(left.finalized, before[known].finalized);
        Machine machine(left);
        ASSERT_EQ(machine.fed().fault(), "") << known;
        EXPECT_EQ(machine.fed().known_blocks(), known);
    }
}

TEST(Persistence, TheTableHasTheEntriesOfTheAnchor) {
    Disk disk = peaceful_disk();
    Machine machine(disk);
    ASSERT_EQ(machine.fed().fault(), "");
    const Root anchor = machine.chain().fork_choice().anchor_root();
    EXPECT_NE(anchor, machine.chain().genesis_block_root());
    const KvEntries expected = tree::all_entries(machine.chain().fork_choice().block_state(anchor)->tree());
    std::vector<KvEntry> found;
    for (const auto& [key, value] : disk.entries)
        found.push_back({key, value});
    EXPECT_EQ(found, expected.entries);
}

/// A validator is slashed in the first block of an epoch, whose end lets it leave.
class SlashedChain {
  public:
    static constexpr std::uint64_t kEpochs = 6;

    SlashedChain() {
        const TestChain& chain = story().test_chain();
        State tip = chain.genesis_state();
        for (Slot slot(1); slot < Slot(kEpochs * MINIMAL.SLOTS_PER_EPOCH); ++slot) {
            const State at_slot = chain.advance(tip, slot);
            const ValidatorIndex proposer = *get_proposer(at_slot.consensus(), slot, MINIMAL);
            if (at_slot.consensus().validators[proposer.value()].slashed) continue;
            BlockCandidates candidates;
            std::vector<Attestation> votes;
            if (tip.slot() > Slot(0)) votes = chain.attest(tip, tip.slot());
            candidates.attestations = votes;
            std::vector<AttesterSlashing> slashings;
            if (slot == Slot(2 * MINIMAL.SLOTS_PER_EPOCH)) {
                offender_ = ValidatorIndex((proposer.value() + 1) % 16);
                slashings.push_back(chain.double_vote(at_slot, {offender_}, Epoch(1)));
            }
            candidates.attester_slashings = slashings;
            blocks_.push_back(chain.make_block(tip, slot, candidates));
            SignatureSets sets;
            auto executed = execute_block(chain.environment(), tip, blocks_.back(), sets);
            if (!executed.ok()) std::abort();
            tip = std::move(executed->state);
        }
    }
    const std::vector<SignedBlock>& blocks() const { return blocks_; }
    ValidatorIndex offender() const { return offender_; }

  private:
    std::vector<SignedBlock> blocks_;
    ValidatorIndex offender_;
};

TEST(Persistence, WhatSlashingsAndTheEndOfAnEpochChangeOfTheEntriesIsWritten) {
    const SlashedChain slashed;
    const ByteVector exit = queued_unbond_key(0);
    Disk disk;
    bool queued = false;
    bool served = false;
    {
        Machine machine(disk);
        for (const SignedBlock& block : slashed.blocks()) {
            ASSERT_TRUE(machine.fed().feed(block));
            served = served || (queued && !disk.entries.contains(exit));
            queued = queued || disk.entries.contains(exit);
        }
    }
    EXPECT_TRUE(queued) << "an anchor right after the slashing has the exit";
    EXPECT_TRUE(served) << "the next has it no more";
    Machine machine(disk);
    ASSERT_EQ(machine.fed().fault(), "");
    const State& head = *machine.chain().head_state();
    EXPECT_EQ(head.slot(), slashed.blocks().back().message.slot);
    EXPECT_TRUE(head.consensus().validators[slashed.offender().value()].slashed);
    EXPECT_EQ(find_imbalance(head, genesis_supply_of(story().test_chain().genesis_state())).value_or(""), "");
}

/// [STO-05] [KVT-18]
TEST(Persistence, TheGenesisHasItsEntries) {
    Disk disk;
    const Machine machine(disk);
    const State& genesis = story().test_chain().genesis_state();
    EXPECT_EQ(disk.genesis->entries, encode(tree::all_entries(genesis.tree())));
    EXPECT_EQ(disk.entries.size(), genesis.tree().size());
}

TEST(Persistence, OnlyEntriesThatChangedAreWritten) {
    Disk disk;
    Machine machine(disk);
    const std::uint64_t at_first = disk.entry_changes;
    EXPECT_EQ(at_first, story().test_chain().genesis_state().tree().size());
    for (const SignedBlock& block : story().blocks())
        ASSERT_TRUE(machine.fed().feed(block));
    const std::uint64_t later = disk.entry_changes - at_first;
    // A recipient for each final block; the senders and the operators of proposers for each recovery point.
    EXPECT_GE(later, disk.finalized.size());
    EXPECT_LE(later, 5 * disk.finalized.size());
}

TEST(Persistence, ATransactionIsFoundWithItsReceiptWhereItIsCanonical) {
    Disk disk = peaceful_disk();
    Machine machine(disk);
    ASSERT_EQ(machine.fed().fault(), "");
    const Chain& chain = machine.chain();
    for (const std::uint64_t slot : {std::uint64_t{1}, ChainWithTransfers::kForkSlot - 1, ChainWithTransfers::kSlots}) {
        const SignedBlock& block = story().block_of(slot);
        const auto found = chain.transaction(story().id_of(block, 0));
        ASSERT_TRUE(found) << "slot " << slot;
        EXPECT_EQ(found->place, (TransactionPlace{story().root_of(block), Slot(slot), 0}));
        EXPECT_EQ(found->finalized, slot < ChainWithTransfers::kSlots);
        EXPECT_EQ(found->transaction, block.message.body.transactions[0]);
        EXPECT_EQ(found->receipt.status, 0);
        EXPECT_EQ(found->receipt.gas_used, found->transaction.message.gas_limit);
        EXPECT_EQ(balance_of(chain, ChainWithTransfers::recipient_of(slot)),
                  ChainWithTransfers::amount_of(slot).value());
    }
    EXPECT_FALSE(chain.transaction(Root()));
}

TEST(Persistence, ATransactionOfAnotherBranchIsKeptButNotFoundInTheChain) {
    Disk disk = peaceful_disk();
    Machine machine(disk);
    const SignedBlock& fork = story().fork_block();
    const Root both = story().id_of(fork, 0);
    ASSERT_EQ(both, story().id_of(story().block_of(ChainWithTransfers::kForkSlot - 1), 0));
    EXPECT_EQ(disk.transactions_by_id.at(both).size(), 2U);
    const Root alone = story().id_of(fork, 1);
    EXPECT_EQ(disk.transactions_by_id.at(alone),
              (std::vector<TransactionPlace>{{story().root_of(fork), Slot(ChainWithTransfers::kForkSlot), 1}}));
    EXPECT_FALSE(machine.chain().transaction(alone));
    EXPECT_EQ(balance_of(machine.chain(), ChainWithTransfers::recipient_of(99)), 0U);
}

/// All pages, of so many each.
std::vector<AccountTransaction> history_of(const Chain& chain, const Address& account, std::size_t count) {
    std::vector<AccountTransaction> all;
    std::optional<ChainPosition> before;
    do {
        const AccountHistory page = account_history(chain, account, before, count);
        EXPECT_LE(page.transactions.size(), count);
        all.insert(all.end(), page.transactions.begin(), page.transactions.end());
        if (page.next && before) {
            EXPECT_LT(*page.next, *before);
        }
        before = page.next;
    } while (before);
    return all;
}

TEST(Persistence, TheHistoryOfAnAccountIsThatOfTheHeadsChainInPagesOfAnySize) {
    Disk disk = peaceful_disk();
    Machine machine(disk);
    std::vector<AccountTransaction> expected;
    const Address sender = story().test_chain().account_address(2);
    for (std::uint64_t slot = ChainWithTransfers::kSlots; slot > 0; --slot) {
        if (slot % ChainWithTransfers::kSenders != 2) continue;
        const SignedBlock& block = story().block_of(slot);
        expected.push_back({story().id_of(block, 0), {story().root_of(block), Slot(slot), 0}, true});
    }
    for (const std::size_t count : {1U, 2U, 3U, 100U})
        EXPECT_EQ(history_of(machine.chain(), sender, count), expected) << count << " a page";
    EXPECT_EQ(account_history_begin(machine.chain()), Slot(0));
}

TEST(Persistence, TheHistoryOfAnAccountHasWhatItWasPaidButNotOnAnotherBranch) {
    Disk disk = peaceful_disk();
    Machine machine(disk);
    const std::uint64_t twice = ChainWithTransfers::kForkSlot - 1;
    const SignedBlock& block = story().block_of(twice);
    const Address recipient = ChainWithTransfers::recipient_of(twice);
    ASSERT_EQ(disk.accounts.count(
                  {recipient, {Slot(ChainWithTransfers::kForkSlot), 0}, story().root_of(story().fork_block())}),
              1U);
    for (const std::size_t count : {1U, 2U}) {
        EXPECT_EQ(history_of(machine.chain(), recipient, count),
                  (std::vector<AccountTransaction>{
                      {story().id_of(block, 0), {story().root_of(block), Slot(twice), 0}, false}}));
    }
    EXPECT_TRUE(history_of(machine.chain(), ChainWithTransfers::recipient_of(99), 1).empty());
}

/// [KVT-19] [ACC-02]
TEST(Persistence, RefusesADatabaseWhoseEntriesWereChanged) {
    const Disk disk = peaceful_disk();
    EXPECT_EQ(fault_after(disk, [](Disk&) {}), "");
    const auto expect_damage = [&](const std::function<void(Disk&)>& damage, const std::string& clause) {
        const std::string fault = fault_after(disk, damage);
        EXPECT_NE(fault.find("the database is damaged: the entries of the state of slot "), std::string::npos) << fault;
        EXPECT_NE(fault.find(clause), std::string::npos) << fault;
    };
    expect_damage([](Disk& changed) { changed.entries.erase(changed.entries.begin()); }, "KVT-19");
    expect_damage([](Disk& changed) { changed.entries.begin()->second[8] ^= 1; }, "KVT-19");
    expect_damage([](Disk& changed) { changed.entries.clear(); }, "KVT-19");
    expect_damage([](Disk& changed) { changed.entries.begin()->second.pop_back(); }, "ACC-02");
    const std::map<std::size_t, std::string> clauses{{0, "KVT-18"}, {33, "ACC-02"}, {200, "KVT-01"}};
    for (const auto& [size, clause] : clauses)
        expect_damage([&](Disk& changed) { changed.entries.emplace(ByteVector(size, 7), 1); }, clause);
}

}  // namespace
}  // namespace touchstone::node::sim
