#include "reference/cli/replay.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "reference/chain/test_chain.h"
#include "reference/transition/genesis.h"
#include "reference/transition/state_transition.h"

namespace touchstone::reference::cli {
namespace {

std::string blob(ByteView bytes) { return "x'" + to_hex(bytes).substr(2) + "'"; }

/// Writes the storage view of a node that does what the reference does.
class NodeDatabase {
  public:
    NodeDatabase(std::filesystem::path path, const ConsensusState& genesis)
        : path_(std::move(path)), store_(get_forkchoice_store(genesis, genesis_block(genesis)).value()) {
        std::filesystem::remove(path_);
        EXPECT_EQ(sqlite3_open(path_.c_str(), &handle_), SQLITE_OK);
        execute(
            "PRAGMA journal_mode=WAL; CREATE TABLE meta (key TEXT, value TEXT); CREATE TABLE genesis (config TEXT, "
            "state BLOB, entries BLOB);"
            "CREATE TABLE blocks (root BLOB, slot INTEGER, parent_root BLOB, state_root BLOB, ssz BLOB);"
            "CREATE TABLE journal (seq INTEGER PRIMARY KEY, kind TEXT, time_ms INTEGER, payload BLOB, head_root BLOB,"
            " justified_epoch INTEGER, justified_root BLOB, finalized_epoch INTEGER, finalized_root BLOB)");
        execute(
            "INSERT INTO meta VALUES "
            "('view_version','2'),('schema_version','1'),('spec_version','" TOUCHSTONE_SPEC_VERSION "')");
        nlohmann::json parameters;
        for (const ParameterField& field : PARAMETER_FIELDS) {
            parameters[std::string(field.name)] = std::to_string(genesis.config.*field.value);
        }
        const nlohmann::json config{{"preset", "minimal"}, {"parameters", parameters}};
        execute("INSERT INTO genesis VALUES ('" + config.dump() + "'," + blob(ssz::serialize(genesis, genesis.config)) +
                "," + blob(ssz::serialize(list_of(genesis.entries.map()), genesis.config)) + ")");
    }
    ~NodeDatabase() { sqlite3_close(handle_); }

    void tick(std::uint64_t slot) {
        ASSERT_TRUE(on_tick(store_, store_.genesis_time_ms + slot * store_.config.SLOT_DURATION_MS));
        write("tick", {});
    }
    void block(const SignedBlock& block) {
        ASSERT_TRUE(on_block(store_, block));
        write("block", keep(block).bytes);
    }
    /// [SYN-26] The node's first row: it begins from the last of the blocks, whose post-state is given, and has
    /// fetched the others.
    void anchor(const ConsensusState& state, const std::vector<SignedBlock>& blocks) {
        store_ = get_forkchoice_store(state, blocks.back().message).value();
        execute("UPDATE meta SET value = '3' WHERE key = 'view_version'");
        for (const SignedBlock& block : blocks)
            keep(block);
        write("anchor", store_.anchor_root.bytes);
    }
    void attestation(const Attestation& attestation) {
        ASSERT_TRUE(on_attestation(store_, attestation));
        write("attestation", ssz::serialize(attestation, store_.config));
    }
    void order(std::uint64_t slot) {
        write("order", ssz::serialize(ProposalOrder{Slot{slot}, get_head(store_).value()}, store_.config));
    }
    void execute(const std::string& sql) {
        char* error = nullptr;
        EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
        sqlite3_free(error);
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    /// A row of `blocks`; gives the block's root.
    Root keep(const SignedBlock& block) {
        const Block& message = block.message;
        const Root root = hash_tree_root(message, store_.config);
        execute("INSERT INTO blocks VALUES (" + blob(root.bytes) + "," + std::to_string(message.slot.value) + "," +
                blob(message.parent_root.bytes) + "," + blob(message.state_root.bytes) + "," +
                blob(ssz::serialize(block, store_.config)) + ")");
        return root;
    }
    void write(const std::string& kind, ByteView payload) {
        const auto checkpoint = [](const Checkpoint& c) {
            return std::to_string(c.epoch.value) + "," + blob(c.root.bytes);
        };
        execute("INSERT INTO journal VALUES (NULL,'" + kind + "'," + std::to_string(store_.time_ms) + "," +
                blob(payload) + "," + blob(get_head(store_).value().bytes) + "," +
                checkpoint(store_.justified_checkpoint) + "," + checkpoint(store_.finalized_checkpoint) + ")");
    }

    std::filesystem::path path_;
    sqlite3* handle_ = nullptr;
    Store store_;
};

class ReplayTest : public testing::Test {
  protected:
    ReplayTest() : chain_(16, MINIMAL, 2), genesis_(chain_.state()) {
        folder_ = std::filesystem::temp_directory_path() / ("touchstone_replay_" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
        node_ = std::make_unique<NodeDatabase>(folder_ / "node.db", genesis_);
        chain_.extend_to(Slot{20});
        for (const SignedBlock& block : chain_.blocks()) {
            node_->tick(block.message.slot.value);
            node_->order(block.message.slot.value);
            node_->block(block);
        }
        node_->tick(21);
        const auto votes = test::attestations_of_slot(chain_.state(), Slot{20}, test::head_root(chain_.state()),
                                                      [](ValidatorIndex) { return true; });
        for (const Attestation& vote : votes)
            node_->attestation(vote);
    }
    ~ReplayTest() override {
        node_.reset();
        std::filesystem::remove_all(folder_);
    }

    std::optional<Divergence> replay() {
        const Database database(node_->path());
        SharedChecks shared;
        Replay replay("node.db", database, shared);
        while (replay.advance()) {
        }
        rows_ = replay.rows();
        blocks_ = shared.blocks_executed();
        return replay.divergence();
    }
    std::string clause_after(const std::string& sql) {
        node_->execute(sql);
        const auto found = replay();
        return found ? found->clause : "none";
    }

    test::Chain chain_;
    ConsensusState genesis_;
    std::filesystem::path folder_;
    std::unique_ptr<NodeDatabase> node_;
    std::int64_t rows_ = 0;
    std::size_t blocks_ = 0;
};

/// [STO-15]
TEST_F(ReplayTest, ASoundDatabaseHasNoDivergence) {
    const auto found = replay();
    EXPECT_FALSE(found) << found->clause << " " << found->field << " " << found->computed;
    EXPECT_EQ(blocks_, 20U);
    EXPECT_GT(rows_, 60);
}

TEST_F(ReplayTest, AChangedHeadIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET head_root = zeroblob(32) WHERE seq = 30"), "STO-21");
}
TEST_F(ReplayTest, AChangedCheckpointIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET finalized_epoch = 7 WHERE seq = 30"), "STO-20");
}
TEST_F(ReplayTest, AChangedStateRootIsFound) {
    EXPECT_EQ(clause_after("UPDATE blocks SET state_root = zeroblob(32) WHERE slot = 9"), "STO-18");
}
TEST_F(ReplayTest, ASwappedPairOfRowsIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET seq = -1 WHERE seq = 4; UPDATE journal SET seq = 4 WHERE seq = 5;"
                           "UPDATE journal SET seq = 5 WHERE seq = -1"),
              "STO-16");
}
TEST_F(ReplayTest, AMissingRowIsFound) { EXPECT_EQ(clause_after("DELETE FROM journal WHERE seq = 30"), "STO-16"); }
TEST_F(ReplayTest, AMissingBlockIsFound) { EXPECT_EQ(clause_after("DELETE FROM blocks WHERE slot = 9"), "STO-18"); }
TEST_F(ReplayTest, AnUnknownKindIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET kind = 'wish' WHERE seq = 30"), "STO-16");
}
TEST_F(ReplayTest, AnOrderOnAnotherParentIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET payload = zeroblob(40) WHERE seq = 2"), "STO-19");
}
TEST_F(ReplayTest, ASlotWithoutAHeadIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET head_root = NULL WHERE seq IN (4, 5, 6)"), "STO-22");
}
/// [STO-17] [STO-23]
TEST_F(ReplayTest, ARejectedInputIsFoundWithItsClause) {
    EXPECT_EQ(clause_after("UPDATE journal SET payload = (SELECT payload FROM journal WHERE kind = 'attestation'),"
                           " kind = 'attestation' WHERE seq = 5"),
              "FC-36");
}

/// [STO-24]
TEST_F(ReplayTest, SeveralDatabasesExecuteEachBlockOnce) {
    std::filesystem::copy(node_->path(), folder_ / "other.db");
    std::filesystem::copy(node_->path().string() + "-wal", folder_ / "other.db-wal");
    const Database one(node_->path());
    const Database other(folder_ / "other.db");
    SharedChecks shared;
    Replay first("one", one, shared);
    Replay second("other", other, shared);
    while (first.advance() || second.advance()) {
    }
    EXPECT_FALSE(first.divergence());
    EXPECT_FALSE(second.divergence());
    EXPECT_EQ(shared.blocks_executed(), 20U);
    EXPECT_EQ(first.rows(), second.rows());
}

TEST_F(ReplayTest, TheCommandSaysItInItsExitCodeAndItsOutput) {
    const auto output_of = [&](const ReplayOptions& options, int exit_code) {
        testing::internal::CaptureStdout();
        EXPECT_EQ(run_replay(options), exit_code);
        return testing::internal::GetCapturedStdout();
    };
    EXPECT_EQ(output_of({{node_->path()}, false, false}, 0), "20 blocks, 0 divergences\n");
    const auto summary = nlohmann::json::parse(output_of({{node_->path()}, true, false}, 0));
    EXPECT_EQ(summary.at("blocks_replayed"), 20);
    EXPECT_EQ(summary.at("divergences"), 0);
    EXPECT_EQ(output_of({{folder_ / "none.db"}, false, false}, 2), "");
    node_->execute("UPDATE journal SET head_root = zeroblob(32) WHERE seq = 30");
    const auto diverged = nlohmann::json::parse(output_of({{node_->path()}, true, false}, 1));
    EXPECT_EQ(diverged.at("first_divergence").at("clause"), "STO-21");
    EXPECT_EQ(diverged.at("first_divergence").at("seq"), 30);
    EXPECT_NE(diverged.at("first_divergence").at("stored"), diverged.at("first_divergence").at("computed"));
}

TEST_F(ReplayTest, FollowingEndsWithItsInputAndALastPass) {
    const int nothing = open("/dev/null", O_RDONLY);
    const int input = dup(STDIN_FILENO);
    dup2(nothing, STDIN_FILENO);
    testing::internal::CaptureStdout();
    EXPECT_EQ(run_replay({{node_->path()}, false, true}), 0);
    std::istringstream lines(testing::internal::GetCapturedStdout());
    dup2(input, STDIN_FILENO);
    std::vector<nlohmann::json> objects;
    for (std::string line; std::getline(lines, line);)
        objects.push_back(nlohmann::json::parse(line));
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(objects[0].at("blocks_replayed"), 20);
    EXPECT_EQ(objects[1].at("final"), true);
}

/// [SYN-26] A second node, which began from the block of slot 8 and fetched those before it.
class AnchoredReplayTest : public ReplayTest {
  protected:
    AnchoredReplayTest() : whole_(std::move(node_)) {
        node_ = std::make_unique<NodeDatabase>(folder_ / "anchored.db", genesis_);
        ConsensusState state = genesis_;
        const auto& blocks = chain_.blocks();
        for (std::size_t i = 0; i < 8; ++i)
            EXPECT_TRUE(state_transition(state, blocks[i]));
        node_->anchor(state, {blocks.begin(), blocks.begin() + 8});
        for (std::size_t i = 8; i < blocks.size(); ++i) {
            node_->tick(blocks[i].message.slot.value);
            node_->block(blocks[i]);
        }
    }

    std::unique_ptr<NodeDatabase> whole_;
};

TEST_F(AnchoredReplayTest, TheChainToTheAnchorIsExecutedFromGenesis) {
    const auto found = replay();
    EXPECT_FALSE(found) << found->clause << " " << found->field << " " << found->computed;
    EXPECT_EQ(blocks_, 20U);
    EXPECT_EQ(rows_, 1 + 2 * 12);
}
TEST_F(AnchoredReplayTest, AnAnchorElsewhereIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET kind = 'anchor', payload = (SELECT payload FROM journal WHERE seq = 1) "
                           "WHERE seq = 3"),
              "STO-16");
}
TEST_F(AnchoredReplayTest, AnotherHeadOfTheAnchorIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET head_root = zeroblob(32) WHERE seq = 1"), "STO-21");
}
TEST_F(AnchoredReplayTest, AnotherTimeOfTheAnchorIsFound) {
    EXPECT_EQ(clause_after("UPDATE journal SET time_ms = time_ms + 1 WHERE seq = 1"), "STO-16");
}
TEST_F(AnchoredReplayTest, AnotherBlockBehindTheAnchorIsFound) {
    EXPECT_EQ(clause_after("UPDATE blocks SET ssz = (SELECT ssz FROM blocks WHERE slot = 4) WHERE slot = 5"), "STO-18");
}
TEST_F(AnchoredReplayTest, ASignatureBehindTheAnchorIsVerified) {
    EXPECT_EQ(clause_after("UPDATE blocks SET ssz = CAST(substr(ssz, 1, 4) || (SELECT substr(ssz, 5, 96) FROM blocks "
                           "WHERE slot = 4) || substr(ssz, 101) AS BLOB) WHERE slot = 5"),
              "BLK-07");
}
TEST_F(AnchoredReplayTest, WithoutTheBlocksBehindItIsRefusedUnlessAnotherDatabaseHasThem) {
    node_->execute("DELETE FROM blocks WHERE slot = 3");
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_replay({{node_->path()}, false, false}), 2);
    EXPECT_NE(testing::internal::GetCapturedStderr().find("slot 4"), std::string::npos);
    testing::internal::CaptureStdout();
    EXPECT_EQ(run_replay({{node_->path(), whole_->path()}, false, false}), 0);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "20 blocks, 0 divergences\n");
}

/// [STO-04]
TEST_F(ReplayTest, WhatIsNoDatabaseOfThisViewIsRefused) {
    EXPECT_THROW(Database(folder_ / "none.db"), DatabaseError);
    std::ofstream(folder_ / "text.db") << "this is not a database at all, but some text";
    EXPECT_THROW(Database(folder_ / "text.db"), DatabaseError);
    node_->execute("UPDATE meta SET value = '1' WHERE key = 'view_version'");
    EXPECT_THROW(Database{node_->path()}, DatabaseError);
}

/// [STO-06]
TEST_F(ReplayTest, AGenesisThatContradictsItselfIsRefused) {
    node_->execute("UPDATE genesis SET config = replace(config, '\"MAX_FORKS\":\"64\"', '\"MAX_FORKS\":\"65\"')");
    EXPECT_THROW(Database{node_->path()}, DatabaseError);
}

/// [STO-06] [KVT-19]
TEST_F(ReplayTest, GenesisEntriesOfAnotherTreeAreRefused) {
    EXPECT_EQ(Database{node_->path()}.genesis_state().entries.map().size(), 2U + 2 * 16U);
    node_->execute("UPDATE genesis SET entries = x''");
    EXPECT_THROW(Database{node_->path()}, DatabaseError);
}

}  // namespace
}  // namespace touchstone::reference::cli
