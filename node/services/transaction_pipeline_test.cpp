#include "node/services/transaction_pipeline.h"

#include <gtest/gtest.h>

#include <vector>

#include "node/kernel/execution/transaction.h"
#include "node/services/testing/chain_with_transfers.h"
#include "node/sim/testing/watched_node.h"

namespace touchstone::node {
namespace {

/// A node's chain from genesis on, whose process may be killed and begin again.
class TransactionPipelineTest : public ::testing::Test {
  protected:
    struct Process {
        explicit Process(TransactionPipelineTest& test)
            : fed(test.store_), pool(MINIMAL), pipeline(*fed.chain(), test.context_, pool) {
            fed.chain()->set_on_head([this](const Root& old_head) { pipeline.on_head(old_head); });
        }
        Root head() { return fed.chain()->head(); }

        FedChain fed;
        TransactionPool pool;
        TransactionPipeline pipeline;
    };
    static const TestChain& signer() { return ChainWithTransfers::get().test_chain(); }
    static Root root_of(const SignedBlock& block) { return ChainWithTransfers::get().root_of(block); }

    sim::Disk disk_;
    sim::SimulatedStore store_{disk_, [] {}};
    sim::Scheduler scheduler_{signer().slot_time_ms(Slot(1))};
    sim::SimulatedClock clock_{scheduler_, 0};
    sim::SimulatedTimers timers_{scheduler_, 0, [](const auto& task) { task(); }};
    sim::WatchedNetwork network_{scheduler_};
    sim::VerdictCache verdicts_;
    sim::WatchedVerifier verifier_{scheduler_, verdicts_};
    SilentEvents silence_;
    SeenMessages seen_;
    SignatureQuota signatures_{MINIMAL};
    GossipContext context_{clock_, timers_, network_, verifier_, silence_, seen_, signatures_};
};

/// [DUT-27]
TEST_F(TransactionPipelineTest, WhatAUserGaveAndABlockThatLostHadIsThereAfterAKill) {
    const State& genesis = signer().genesis_state();
    const std::vector given{signer().transfer(genesis, 0, signer().account_address(1), Amount(5))};
    const Root id = transaction_id(given[0].message, MINIMAL);
    const SignedBlock lost = signer().make_block(genesis, Slot(1), {{}, {}, {}, {}, given});
    ASSERT_EQ(lost.message.body.transactions, given);
    const SignedBlock rival = signer().make_block(genesis, Slot(2));
    const auto after_rival = state_transition(signer().environment(), genesis, rival, verify_each);
    ASSERT_TRUE(after_rival.ok());
    const std::vector<Attestation> votes = signer().attest(*after_rival, Slot(2));
    const SignedBlock next = signer().make_block(*after_rival, Slot(3), {{}, {}, votes, {}});
    {
        Process running(*this);
        ASSERT_TRUE(running.pipeline.submit(given[0]).ok());
        ASSERT_TRUE(running.fed.feed(lost));
        ASSERT_EQ(running.head(), root_of(lost));
        running.pipeline.on_slot();
        EXPECT_EQ(running.pool.size(), 0U);
        EXPECT_TRUE(disk_.own_transactions.empty()) << "the chain has it";
        ASSERT_TRUE(running.fed.feed(rival));
        ASSERT_TRUE(running.fed.feed(next));
        ASSERT_EQ(running.head(), root_of(next));
        EXPECT_NE(running.pool.find(id), nullptr);
    }
    Process after(*this);
    after.pipeline.restore();
    EXPECT_NE(after.pool.find(id), nullptr);
    ASSERT_EQ(disk_.own_transactions.size(), 1U);
    EXPECT_EQ(disk_.own_transactions[0].id, id);
}

}  // namespace
}  // namespace touchstone::node
