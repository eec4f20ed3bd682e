#include "node/sim/program/databases.h"

#include <gtest/gtest.h>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/sqlite/remembering_log.h"
#include "node/adapters/sqlite/sqlite_store.h"

namespace touchstone::node::sim {
namespace {

/// [STO-07] [STO-08]
TEST(Databases, HaveWhatIsOnTheDisksOfTheNodes) {
    const adapters::TemporaryFolder folder;
    SimulationConfig config;
    config.nodes = 2;
    config.validators = 8;
    Simulation simulation(config, SimulatedChain::make(8), std::make_shared<VerdictCache>());
    simulation.start_all();
    simulation.run_until_epoch(4);
    ASSERT_EQ(write_databases(simulation, folder / "new"), std::nullopt);
    for (std::size_t node = 0; node < 2; ++node) {
        adapters::RememberingLog log;
        const auto store =
            adapters::SqliteStore::open({.path = folder / ("new/node-" + std::to_string(node) + ".sqlite"),
                                         .genesis_root = simulation.chain().genesis_state->consensus().genesis_root,
                                         .preset = "minimal",
                                         .durability = adapters::Durability::Process},
                                        log);
        ASSERT_TRUE(store.ok()) << store.fault().text;
        const Disk& disk = simulation.disk(node);
        EXPECT_EQ(store.value()->genesis(), disk.genesis);
        EXPECT_EQ(store.value()->journal_after(0, disk.journal.size() + 1), disk.journal);
        EXPECT_GT(disk.finalized.size(), 8U);
        EXPECT_EQ(store.value()->finalized_blocks(Slot(0), 1000).size(), disk.finalized.size());
        for (const auto& [root, block] : disk.blocks)
            EXPECT_EQ(store.value()->block(root)->signed_block, block.signed_block);
    }
    const auto again = write_databases(simulation, folder / "new");
    ASSERT_TRUE(again);
    EXPECT_NE(again->find("is there already"), std::string::npos) << *again;
}

}  // namespace
}  // namespace touchstone::node::sim
