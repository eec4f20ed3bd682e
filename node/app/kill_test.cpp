// A chain over its real database in a process that is killed while blocks with transactions come, transfers and stake.
#include <gtest/gtest.h>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/sqlite/killed_writer.h"
#include "node/adapters/sqlite/remembering_log.h"
#include "node/adapters/sqlite/sqlite_store.h"
#include "node/kernel/stake/testing/books.h"
#include "node/services/testing/chain_with_transfers.h"

namespace touchstone::node::app {
namespace {

using adapters::SqliteStore;

const ChainWithTransfers& story() { return ChainWithTransfers::get(); }

class KillTest : public ::testing::Test {
  protected:
    std::unique_ptr<SqliteStore> open(const std::filesystem::path& path) {
        const Root genesis_root = story().test_chain().genesis_state().consensus().genesis_root;
        auto store = SqliteStore::open({path, genesis_root, "minimal", adapters::Durability::Process}, log_);
        if (!store.ok()) return nullptr;
        return std::move(store).value();
    }

    /// Feeds what is left, telling after each block how many there are; never returns.
    [[noreturn]] void feed_for_ever(const std::filesystem::path& path, int pipe) {
        const auto store = open(path);
        if (!store) ::_exit(1);
        FedChain fed(*store);
        if (fed.chain() == nullptr) ::_exit(2);
        std::uint64_t known = fed.known_blocks();
        while (true) {
            if (known < story().blocks().size()) {
                if (!fed.feed(story().blocks()[known])) ::_exit(3);
                ++known;
            }
            if (!adapters::acknowledge(pipe, known)) ::_exit(4);
        }
    }

    /// How many blocks the database has after a process was killed that added to it.
    std::uint64_t known_after_kill(const std::filesystem::path& path, int round) {
        const std::uint64_t acknowledged = adapters::acknowledged_when_killed(
            [&](int pipe) { feed_for_ever(path, pipe); }, 1 + round % 3, round * 977 % 9000);
        const auto store = open(path);
        if (!store) return 0;
        FedChain fed(*store);
        EXPECT_EQ(fed.fault(), "");
        if (fed.chain() == nullptr) return 0;
        const std::uint64_t known = fed.known_blocks();
        EXPECT_GE(known, acknowledged);
        EXPECT_LE(known, acknowledged + 1);
        expect_transactions(*store, *fed.chain(), known);
        return known;
    }

    void expect_transactions(SqliteStore& store, const Chain& chain, std::uint64_t known) {
        for (std::uint64_t i = 0; i < story().blocks().size(); ++i) {
            const SignedBlock& block = story().blocks()[i];
            EXPECT_EQ(store.receipts(story().root_of(block)).has_value(), i < known) << i;
            const Root id = story().id_of(block, block.message.body.transactions.size() - 1);
            EXPECT_EQ(store.transaction(id).empty(), i >= known) << i;
        }
        const auto last = chain.transaction(story().id_of(story().blocks()[known - 1], 0));
        ASSERT_TRUE(last);
        EXPECT_EQ(last->receipt.status, 0);
    }

    adapters::TemporaryFolder folder_;
    adapters::RememberingLog log_;
};

/// [STO-13] [STO-14]
TEST_F(KillTest, TransactionsThatWereAcknowledgedAreThereAfterKill9) {
    const auto path = folder_ / "killed.sqlite";
    std::uint64_t known = 0;
    for (int round = 0; known < story().blocks().size(); ++round) {
        const std::uint64_t before = known;
        known = known_after_kill(path, round);
        ASSERT_GE(known, before);
        ASSERT_LT(round, 100);
    }
    const auto killed = open(path);
    const auto peaceful = open(folder_ / "peaceful.sqlite");
    ASSERT_TRUE(killed && peaceful);
    FedChain fed(*peaceful);
    for (const SignedBlock& block : story().blocks())
        ASSERT_TRUE(fed.feed(block));
    EXPECT_GE(fed.chain()->fork_choice().finalized().epoch, Epoch(2));
    EXPECT_EQ(killed->entries(), peaceful->entries());
    EXPECT_EQ(find_imbalance(*fed.chain()->head_state(), genesis_supply_of(story().test_chain().genesis_state()))
                  .value_or(""),
              "");
    EXPECT_GT(fed.chain()->head_state()->consensus().unbonding, Amount()) << "stake has come and left";
    EXPECT_EQ(killed->journal_after(0, 1000), peaceful->journal_after(0, 1000));
    for (const SignedBlock& block : story().blocks())
        EXPECT_EQ(killed->receipts(story().root_of(block)), peaceful->receipts(story().root_of(block)));
}

}  // namespace
}  // namespace touchstone::node::app
