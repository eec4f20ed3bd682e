// Transactions from users to blocks over whole nodes.
#include <gtest/gtest.h>

#include "crypto/sha256.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/transaction.h"
#include "node/kernel/stake/testing/books.h"
#include "node/sim/testing/scripted_peer.h"
#include "node/sim/transfer_load.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kValidators = 16;
constexpr std::size_t kUsers = 24;

std::shared_ptr<const SimulatedChain> chain() {
    static const auto made = SimulatedChain::make(kValidators, kUsers);
    return made;
}

std::shared_ptr<VerdictCache> verdicts() {
    static const auto cache = std::make_shared<VerdictCache>();
    return cache;
}

SimulationConfig config_of(std::uint64_t seed) {
    SimulationConfig config;
    config.seed = seed;
    config.validators = kValidators;
    return config;
}

/// Everything that was taken is in the chain of every node, and no grain was made or lost.
void expect_settled(Simulation& simulation, const TransferLoad& load) {
    EXPECT_TRUE(simulation.nodes_agree());
    ASSERT_TRUE(simulation.faults().empty()) << simulation.faults().front();
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        EXPECT_EQ(load.missing(node), 0U) << "node " << node;
        EXPECT_EQ(simulation.node(node).transaction_pool().size(), 0U) << "node " << node;
        EXPECT_EQ(genesis_supply_of(*simulation.node(node).chain().head_state()),
                  genesis_supply_of(*simulation.chain().genesis_state));
    }
}

/// [DUT-08] [DUT-09] [DUT-26] [NET-79] [VAL-06]
TEST(Transfers, GoFromAnyNodeIntoTheChainOfAll) {
    Simulation simulation(config_of(21), chain(), verdicts());
    TransferLoad load(simulation, {.per_second = 20});
    simulation.start_all();
    load.send_until_slot(20);
    simulation.run_until_slot(25);
    EXPECT_GT(load.taken(), 800U);
    EXPECT_TRUE(load.refused().empty());
    expect_settled(simulation, load);
    const StatePointer head = simulation.node(0).chain().head_state();
    EXPECT_GT(head->consensus().burnt.value(), 0U);
    for (std::size_t node = 0; node < simulation.node_count(); ++node)
        EXPECT_EQ(simulation.endpoint(node).rejected(), 0U) << "an honest message was rejected";
}

/// What came by gossip is known when it comes in a block; what a node was given itself it has verified then.
TEST(Transfers, AreVerifiedOnceByEachNode) {
    SimulationConfig config = config_of(27);
    config.network.loss_ppm = 0;
    Simulation simulation(config, chain(), verdicts());
    TransferLoad load(simulation, {.per_second = 10, .one_node_each = false, .send_again = false});
    simulation.start_all();
    load.send_until_slot(10);
    simulation.run_until_slot(14);
    expect_settled(simulation, load);
    std::uint64_t asked = 0;
    for (std::size_t node = 0; node < simulation.node_count(); ++node)
        asked += simulation.verifier(node).account_signatures();
    const std::uint64_t once = load.taken() * (simulation.node_count() - 1);
    EXPECT_GE(asked, once);
    EXPECT_LT(asked, once + once / 20) << "but for those that came in a block while their batch was being verified";
}

/// [NET-74]
TEST(Transfers, TheSameSeedGivesTheSameEvents) {
    const auto run = [](std::uint64_t seed) {
        SimulationConfig config = config_of(seed);
        config.crash_ppm = 5'000;
        Simulation simulation(config, chain(), verdicts());
        TransferLoad load(simulation, {.per_second = 5});
        simulation.start_all();
        load.send_until_slot(12);
        simulation.run_until_slot(14);
        return simulation.events().hash() + " " + std::to_string(load.taken());
    };
    const std::string first = run(22);
    EXPECT_EQ(run(22), first);
    EXPECT_NE(run(23), first);
}

/// [DUT-27]
TEST(Transfers, OfBlocksThatLostComeBack) {
    Simulation simulation(config_of(24), chain(), verdicts());
    TransferLoad load(simulation, {.per_second = 5, .one_node_each = true, .send_again = false});
    simulation.start_all();
    simulation.run_until_slot(4);
    simulation.network().partition({0, 0, 1, 1});
    load.send_until_slot(16);
    simulation.run_until_slot(18);
    EXPECT_FALSE(simulation.nodes_agree());
    EXPECT_EQ(load.missing(0) + load.missing(2), load.taken()) << "each side has processed what its users sent";
    simulation.network().heal();
    simulation.run_until_slot(40);
    EXPECT_GT(load.taken(), 100U);
    expect_settled(simulation, load);
}

TEST(Transfers, SurvivePowerLossesAsTheirUsersSendThemAgain) {
    SimulationConfig config = config_of(25);
    config.crash_ppm = 10'000;
    Simulation simulation(config, chain(), verdicts());
    TransferLoad load(simulation, {.per_second = 5});
    simulation.start_all();
    load.send_until_slot(24);
    simulation.run_until_slot(26);
    EXPECT_GT(simulation.crashes(), 3U);
    simulation.set_crash_ppm(0);
    simulation.run_until_slot(40);
    expect_settled(simulation, load);
}

/// [DUT-26] [STK-22]
TEST(Pool, KnowsWhatAnEpochsEndRefunds) {
    constexpr std::uint64_t kTst = 1'000'000'000;
    Parameters parameters = MINIMAL;
    parameters.MAX_EFFECTIVE_STAKE = 1024 * kTst;  // no pool has room
    const auto full = SimulatedChain::make({.validators = kValidators, .accounts = 1, .parameters = parameters});
    Simulation simulation(config_of(28), full, std::make_shared<VerdictCache>());
    simulation.start_all();
    simulation.run_until_slot(2);
    Node& node = simulation.node(0);
    const auto send = [&](std::uint64_t nonce, std::uint64_t max_fee, const Payload& payload) {
        SignedTransaction made;
        made.message.sender = Ed25519PublicKey(crypto::ed25519_public_key(full->account_seeds[0]));
        made.message.nonce = nonce;
        made.message.payload = payload;
        made.message.gas_limit = intrinsic_gas(made, parameters);
        made.message.max_fee = max_fee;
        const Root root = transaction_signing_root(made.message, full->genesis_state->consensus(), parameters);
        made.signature = Ed25519Signature(crypto::ed25519_sign(full->account_seeds[0], root.view()));
        const auto sent = node.submit(made);
        return sent.ok() ? std::nullopt : std::optional(sent.rejection().clause);
    };
    constexpr std::uint64_t kFee = 10'000;
    constexpr std::uint64_t kMuchMore = 1'000'000;
    EXPECT_EQ(send(0, kFee, Delegate{ValidatorIndex(0), Amount(999 * kTst)}), std::nullopt);
    // Waits for the one before it all the time, so that the pool keeps an eye on the account.
    EXPECT_EQ(send(2, kFee, ExitValidator{}), std::nullopt);
    simulation.run_until_slot(6);
    EXPECT_EQ(node.chain().head_state()->consensus().bonding, Amount(999 * kTst));
    EXPECT_EQ(send(1, kMuchMore, ExitValidator{}), Clause::TXN_11);
    simulation.run_until_slot(60);
    EXPECT_EQ(node.chain().head_state()->consensus().bonding, Amount(0));
    EXPECT_EQ(send(1, kMuchMore, ExitValidator{}), std::nullopt);
}

// --------------------------------------------------------------------------------------------- one node and strangers

/// One node without validators, with a slow verifier, at genesis.
class AgainstFloods : public testing::Test {
  protected:
    static constexpr std::size_t kFirst = 50;
    static constexpr std::size_t kSecond = 51;

    AgainstFloods()
        : simulation_(config(), chain(), verdicts()), flooder_(simulation_, kFirst), honest_(simulation_, kSecond) {
        simulation_.start(0);
        simulation_.run_until_slot(1);
    }
    static SimulationConfig config() {
        SimulationConfig config = config_of(26);
        config.nodes = 0;
        config.observers = 1;
        config.greatest_skew_ms = 0;
        config.verify_delay_ms = 300;
        config.network.loss_ppm = 0;
        config.network.duplication_ppm = 0;
        return config;
    }
    void run_ms(std::uint64_t ms) { simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + ms); }
    Node& node() { return simulation_.node(0); }
    const TransactionPool& pool() { return node().transaction_pool(); }
    const SimulatedEndpoint& endpoint() { return simulation_.endpoint(0); }

    static crypto::Ed25519Seed stranger(std::uint64_t number) {
        return crypto::Ed25519Seed(crypto::sha256({reinterpret_cast<const std::uint8_t*>(&number), sizeof number}));
    }
    SignedTransaction transfer(const crypto::Ed25519Seed& from, std::uint64_t nonce, std::uint64_t max_fee = 5'000) {
        SignedTransaction made;
        made.message = {.sender = Ed25519PublicKey(crypto::ed25519_public_key(from)),
                        .nonce = nonce,
                        .gas_limit = 21'000,
                        .max_fee = max_fee,
                        .tip = 1,
                        .payload = Transfer{{}, Amount(1)}};
        const Root root =
            transaction_signing_root(made.message, chain()->genesis_state->consensus(), simulation_.parameters());
        made.signature = Ed25519Signature(crypto::ed25519_sign(from, root.view()));
        return made;
    }
    SignedTransaction of_user(std::size_t user, std::uint64_t nonce, std::uint64_t max_fee = 5'000) {
        return transfer(chain()->account_seeds.at(user), nonce, max_fee);
    }
    static void send(ScriptedPeer& peer, std::vector<SignedTransaction> transactions) {
        peer.endpoint().publish({TopicKind::Transactions}, encode(TransactionBatch{std::move(transactions)}));
    }
    /// Signed as nobody can pay for it; each time others.
    std::vector<SignedTransaction> worthless(std::size_t count) {
        std::vector<SignedTransaction> made;
        for (std::size_t i = 0; i < count; ++i)
            made.push_back(transfer(stranger(++strangers_), 0));
        return made;
    }

    Simulation simulation_;
    ScriptedPeer flooder_;
    ScriptedPeer honest_;
    std::uint64_t strangers_ = 0;
};

/// [NET-75] [NET-76] [NET-77] [NET-78]
TEST_F(AgainstFloods, JunkCostsItsSenderOrIsIgnoredAndNeverComesIn) {
    SignedTransaction forged = of_user(0, 0);
    forged.signature.bytes[0] ^= 1U;
    SignedTransaction unsound = of_user(0, 0);
    unsound.message.tip = unsound.message.max_fee + 1;
    for (const auto& batch : std::vector<std::vector<SignedTransaction>>{{}, {forged}, {unsound}})
        send(flooder_, batch);
    run_ms(1'000);
    EXPECT_EQ(endpoint().rejected(), 3U);
    send(flooder_, worthless(10));
    send(flooder_, {of_user(0, 65)});
    run_ms(1'000);
    EXPECT_EQ(endpoint().rejected(), 3U);
    EXPECT_EQ(endpoint().accepted(), 0U);
    EXPECT_EQ(pool().size(), 0U);
    send(flooder_, {of_user(0, 0), transfer(stranger(99), 0)});
    run_ms(1'000);
    EXPECT_EQ(endpoint().accepted(), 1U) << "one of a batch is enough to pass it on";
    EXPECT_EQ(pool().size(), 1U) << "and comes in alone";
}

/// [NET-77]
TEST_F(AgainstFloods, WhoSendsMuchOfNoUseIsNotListenedToForAWhileAndOthersAre) {
    for (std::size_t batch = 0; batch < TransactionPipeline::kUseless / MAX_GOSSIP_TRANSACTIONS + 2; ++batch)
        send(flooder_, worthless(MAX_GOSSIP_TRANSACTIONS));
    run_ms(160);
    flooder_.endpoint().publish({TopicKind::Transactions}, {1, 2, 3});
    send(flooder_, {of_user(0, 0)});
    send(honest_, {of_user(1, 0)});
    run_ms(600);
    EXPECT_EQ(endpoint().rejected(), 0U) << "not even decoded";
    EXPECT_EQ(pool().size(), 1U);
    EXPECT_EQ(pool().next_nonce(address_of(crypto::ed25519_public_key(chain()->account_seeds[1]))), 1U);
    run_ms(5'000);
    send(flooder_, {of_user(2, 0)});
    run_ms(1'000);
    EXPECT_EQ(pool().size(), 2U);
}

/// Queues are bounded when the verifier is behind: the newest batch of the peer that filled them is refused.
TEST_F(AgainstFloods, APeerThatKeepsTheVerifierBusyDoesNotKeepItFromOthers) {
    constexpr std::size_t kEach = 64;
    for (std::size_t batch = 0; batch < TransactionPipeline::kMaxUnderWayOfPeer / kEach + 4; ++batch) {
        std::vector<SignedTransaction> made;
        // Of use while none of them is in: other fees each time.
        for (std::size_t nonce = 0; nonce < kEach; ++nonce)
            made.push_back(of_user(0, nonce, 5'000 + batch));
        send(flooder_, made);
    }
    run_ms(160);
    EXPECT_EQ(node().transactions_under_way(), TransactionPipeline::kMaxUnderWayOfPeer);
    send(honest_, {of_user(1, 0)});
    run_ms(600);
    EXPECT_EQ(node().transactions_under_way(), 0U);
    EXPECT_EQ(pool().size(), kEach + 1);
}

/// [NET-79]
TEST_F(AgainstFloods, OwnTransactionsArePublishedInBatches) {
    std::vector<std::pair<std::uint64_t, std::size_t>> published;  // when and how many
    const std::uint64_t begin = simulation_.scheduler().now_ms();
    simulation_.network().set_observer([&](std::size_t, const Topic& topic, const ByteVector& payload) {
        if (topic.kind != TopicKind::Transactions) return;
        const auto batch = decode<TransactionBatch>(payload, simulation_.parameters());
        published.emplace_back(simulation_.scheduler().now_ms() - begin, batch.value().transactions.size());
    });
    for (std::size_t i = 0; i < 300; ++i)
        EXPECT_TRUE(node().submit(of_user(i % kUsers, i / kUsers)).ok());
    EXPECT_EQ(pool().size(), 300U);
    run_ms(1'000);
    EXPECT_EQ(published, (std::vector<std::pair<std::uint64_t, std::size_t>>{{0, 256}, {50, 44}}));
    EXPECT_TRUE(node().submit(of_user(0, 0)).ok()) << "again, and it is known";
    run_ms(1'000);
    EXPECT_EQ(published.size(), 2U);
}

/// [DUT-26] [DUT-27]
TEST_F(AgainstFloods, ASubmissionIsRefusedByItsClause) {
    const auto refusal = [&](const SignedTransaction& transaction) {
        const auto submitted = node().submit(transaction);
        return submitted.ok() ? Clause::ENC_01 : submitted.rejection().clause;
    };
    const SignedTransaction good = of_user(0, 0);
    const auto id = node().submit(good);
    ASSERT_TRUE(id.ok());
    EXPECT_EQ(*id, transaction_id(good.message, simulation_.parameters()));
    EXPECT_EQ(refusal(of_user(0, 0, 5'001)), Clause::DUT_27);
    EXPECT_EQ(refusal(of_user(0, 65)), Clause::DUT_26);
    EXPECT_EQ(refusal(transfer(stranger(1), 0)), Clause::TXN_11);
    SignedTransaction forged = of_user(1, 0);
    forged.signature.bytes[40] ^= 1U;
    EXPECT_EQ(refusal(forged), Clause::TXN_09);
    forged.message.gas_limit = 20'999;
    EXPECT_EQ(refusal(forged), Clause::TXN_05);
}

}  // namespace
}  // namespace touchstone::node::sim
