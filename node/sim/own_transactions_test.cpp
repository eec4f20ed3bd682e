// What users gave a node, over stops and losses of power.
#include <gtest/gtest.h>

#include <memory>

#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/transaction.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kValidating = 0;
constexpr std::size_t kOfUsers = 1;

/// A node with all validators, and one without any, that users send to; the two are parted from slot 3 on.
class OwnTransactionsOfNodes : public ::testing::Test {
  protected:
    OwnTransactionsOfNodes()
        : chain_(SimulatedChain::make(16, 2)), simulation_(config(), chain_, std::make_shared<VerdictCache>()) {
        simulation_.start_all();
        simulation_.run_until_slot(3);
        simulation_.network().partition({0, 1});
    }
    static SimulationConfig config() {
        SimulationConfig config;
        config.nodes = 1;
        config.observers = 1;
        config.validators = 16;
        config.greatest_skew_ms = 0;
        config.network.loss_ppm = 0;
        return config;
    }
    void run_ms(std::uint64_t ms) { simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + ms); }
    Address address(std::size_t user) const {
        return address_of(crypto::ed25519_public_key(chain_->account_seeds[user]));
    }
    /// From user 0 to user 1.
    SignedTransaction transfer(std::uint64_t nonce) const {
        const Parameters& parameters = chain_->environment.parameters();
        SignedTransaction made;
        made.message.sender = Ed25519PublicKey(crypto::ed25519_public_key(chain_->account_seeds[0]));
        made.message.nonce = nonce;
        made.message.max_fee = 10 * parameters.GENESIS_BASE_FEE;
        made.message.payload = Transfer{address(1), Amount(5)};
        made.message.gas_limit = intrinsic_gas(made, parameters);
        const Root root = transaction_signing_root(made.message, chain_->genesis_state->consensus(), parameters);
        made.signature = Ed25519Signature(crypto::ed25519_sign(chain_->account_seeds[0], root.view()));
        return made;
    }
    void send(std::size_t node, std::uint64_t nonce) {
        const auto answer = simulation_.submit(node, transfer(nonce));
        ASSERT_TRUE(answer && answer->ok());
    }
    std::uint64_t processed() {
        return get_account(*simulation_.node(kValidating).chain().head_state(), address(0)).nonce;
    }
    std::size_t pool_of_users() { return simulation_.node(kOfUsers).transaction_pool().size(); }
    std::size_t on_disk() const { return simulation_.disk(kOfUsers).own_transactions.size(); }

    std::shared_ptr<const SimulatedChain> chain_;
    Simulation simulation_;
};

TEST_F(OwnTransactionsOfNodes, ComeIntoTheChainAfterAStopAndALossOfPower) {
    send(kOfUsers, 0);
    simulation_.stop(kOfUsers);
    simulation_.start(kOfUsers);
    EXPECT_EQ(pool_of_users(), 1U) << "after a stop";
    send(kOfUsers, 1);
    simulation_.crash(kOfUsers, 100);
    run_ms(200);
    ASSERT_TRUE(simulation_.is_up(kOfUsers));
    EXPECT_EQ(pool_of_users(), 2U) << "what was answered is on the disk";
    EXPECT_EQ(processed(), 0U);
    simulation_.network().heal();
    run_ms(12 * simulation_.parameters().SLOT_DURATION_MS);
    EXPECT_EQ(processed(), 2U);
    EXPECT_EQ(pool_of_users(), 0U);
    EXPECT_EQ(on_disk(), 0U);
    EXPECT_TRUE(simulation_.faults().empty());
}

TEST_F(OwnTransactionsOfNodes, WhatTheChainHasProcessedMeanwhileIsDropped) {
    send(kOfUsers, 0);
    simulation_.stop(kOfUsers);
    send(kValidating, 0);
    run_ms(3 * simulation_.parameters().SLOT_DURATION_MS);
    ASSERT_EQ(processed(), 1U);
    simulation_.start(kOfUsers);
    EXPECT_EQ(pool_of_users(), 1U) << "it knows no better yet";
    simulation_.network().heal();
    run_ms(12 * simulation_.parameters().SLOT_DURATION_MS);
    EXPECT_EQ(pool_of_users(), 0U);
    EXPECT_EQ(on_disk(), 0U);
    EXPECT_EQ(processed(), 1U);
}

}  // namespace
}  // namespace touchstone::node::sim
