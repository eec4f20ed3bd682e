// The trace of a node in a simulated network.
#include "node/sim/trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace touchstone::node::sim {
namespace {

using Json = nlohmann::json;

class Trace : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        chain_ = SimulatedChain::make(16);
        SimulationConfig config;
        config.nodes = 2;
        config.validators = 16;
        simulation_ = new Simulation(config, chain_, std::make_shared<VerdictCache>());
        simulation_->start_all();
        simulation_->run_until_epoch(2);
    }
    static void TearDownTestSuite() {
        delete simulation_;
        simulation_ = nullptr;
        chain_ = nullptr;
    }

    static std::vector<Json> lines_of(const std::string& text) {
        std::vector<Json> lines;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);)
            lines.push_back(Json::parse(line));
        return lines;
    }

    static inline std::shared_ptr<const SimulatedChain> chain_;
    static inline Simulation* simulation_ = nullptr;
};

TEST_F(Trace, HasALineForEachRowOfTheJournal) {
    std::ostringstream out;
    EXPECT_EQ(write_trace(out, *chain_, simulation_->disk(0)), std::nullopt);
    const auto lines = lines_of(out.str());
    const auto& rows = simulation_->disk(0).journal;
    ASSERT_EQ(lines.size(), rows.size() + 1);
    EXPECT_EQ(lines[0].at("validators"), 16);
    EXPECT_EQ(lines[0].at("slots_per_epoch"), chain_->environment.parameters().SLOTS_PER_EPOCH);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(lines[i + 1].at("seq"), rows[i].sequence);
        EXPECT_EQ(lines[i + 1].at("head").is_null(), !rows[i].head_root.has_value());
        EXPECT_EQ(lines[i + 1].at("justified").at("epoch"), rows[i].justified_epoch.value());
    }
}

TEST_F(Trace, NamesTheVotersOfBlocksAndAggregates) {
    std::ostringstream out;
    EXPECT_EQ(write_trace(out, *chain_, simulation_->disk(1)), std::nullopt);
    std::set<std::uint64_t> in_blocks;
    std::set<std::uint64_t> in_gossip;
    for (const Json& line : lines_of(out.str())) {
        if (line.value("event", "") == "attestation")
            in_gossip.insert(line.at("vote").at("validators").begin(), line.at("vote").at("validators").end());
        for (const Json& vote : line.value("votes", Json::array()))
            in_blocks.insert(vote.at("validators").begin(), vote.at("validators").end());
    }
    EXPECT_EQ(in_blocks.size(), 16U) << "everybody votes once an epoch, and all votes come into blocks";
    EXPECT_GT(in_gossip.size(), 8U);
}

TEST_F(Trace, AJournalThatNoForkChoiceHadIsToldByItsRow) {
    Disk disk = simulation_->disk(0);
    const auto block = std::ranges::find(disk.journal, JournalKind::Block, &JournalRow::kind);
    ASSERT_NE(block, disk.journal.end());
    disk.blocks.clear();
    std::ostringstream out;
    const auto problem = write_trace(out, *chain_, disk);
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->find("row " + std::to_string(block->sequence)), std::string::npos) << *problem;
    EXPECT_NE(problem->find("STO-18"), std::string::npos) << *problem;
}

}  // namespace
}  // namespace touchstone::node::sim
