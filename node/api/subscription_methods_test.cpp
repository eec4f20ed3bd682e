// What subscribers are told by a node that makes blocks in simulated time.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "node/api/testing/asked_node.h"
#include "node/api/testing/recorded_connection.h"
#include "node/sim/testing/scripted_peer.h"

namespace touchstone::node::api {
namespace {

std::shared_ptr<const SimulatedChain> followed_chain() {
    static const auto made = SimulatedChain::make(16, 4);
    return made;
}

class SubscriptionMethodsTest : public AskedNodeTest {
  protected:
    SubscriptionMethodsTest() : AskedNodeTest(followed_chain()) { connection_ = reader_; }

    const Chain& node() { return simulation_.node(0).chain(); }
    /// The subscription's id.
    Json subscribe(const std::string& method, const Json& params = Json::object()) {
        const Json id = ask(method, params).value("subscription", Json());
        method_of_[id.get<std::string>()] = method;
        return id;
    }
    /// The events of a subscription, each held against its declaration.
    std::vector<Json> events(const Json& subscription) { return field(subscription, "event"); }
    std::vector<Json> cursors(const Json& subscription) { return field(subscription, "cursor"); }
    /// Of the events of one kind, a field.
    std::vector<Json> all_of(const Json& subscription, const std::string& kind, const std::string& name) {
        std::vector<Json> values;
        for (const Json& event : events(subscription)) {
            if (event.at("kind") == kind) values.push_back(event.at(name));
        }
        return values;
    }
    std::vector<Json> canonical_roots(Slot first) {
        std::vector<Json> roots;
        for (const StoredBlock& block : node().canonical_blocks(first, 1000))
            roots.push_back(to_json(block.root));
        return roots;
    }
    /// A little time, in which no slot begins.
    void wait(std::uint64_t ms = 200) { simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + ms); }
    SignedTransaction transfer(std::size_t account, std::uint64_t nonce) const {
        return transaction(account, nonce, Transfer{address(3), Amount(5)});
    }

    std::shared_ptr<RecordedConnection> reader_ = std::make_shared<RecordedConnection>();

  private:
    std::vector<Json> field(const Json& subscription, const std::string& name) {
        std::vector<Json> values;
        for (const Json& params : reader_->told(subscription)) {
            const auto& method = method_of_[subscription.get<std::string>()];
            EXPECT_EQ(rpc::notification_problem(declaration(method), params), "") << method << params;
            values.push_back(params.at(name));
        }
        return values;
    }
    std::map<std::string, std::string> method_of_;
};

TEST_F(SubscriptionMethodsTest, OverARequestOfItsOwnNobodySubscribes) {
    connection_ = nullptr;
    for (const char* const method :
         {"subscribe_heads", "subscribe_reorgs", "subscribe_finality", "subscribe_transactions", "subscribe_network"}) {
        const Json refused = error(method, Json::array());
        EXPECT_EQ(refused["code"], code::kNeedsWebSocket) << method;
        EXPECT_NE(refused["data"]["reason"].get<std::string>().find("WebSocket"), std::string::npos);
    }
    EXPECT_EQ(error("subscribe_validators", {{"validators", Json::array({"1"})}})["code"], code::kNeedsWebSocket);
    EXPECT_EQ(error("subscribe_end", Json::array({"1"}))["code"], code::kNeedsWebSocket);
}

// --------------------------------------------------------------------------------------------------------------- heads

TEST_F(SubscriptionMethodsTest, EveryBlockOfTheHeadsChainIsToldOnce) {
    const Json before = to_json(node().head());
    const Json answer = ask("subscribe_heads");
    EXPECT_EQ(answer["cursor"], before);
    const Json& id = answer["subscription"];
    EXPECT_TRUE(reader_->received.empty()) << "nothing before the answer";
    simulation_.run_until_slot(9);
    const auto expected = canonical_roots(Slot(3));
    std::vector<Json> roots;
    Json parent = before;
    for (const Json& params : reader_->told(id)) {
        EXPECT_EQ(rpc::notification_problem(declaration("subscribe_heads"), params), "") << params;
        EXPECT_EQ(params["event"]["parent_root"], parent);
        EXPECT_EQ(params["cursor"], params["event"]["root"]);
        parent = params["event"]["root"];
        roots.push_back(parent);
    }
    EXPECT_EQ(roots, expected);
    EXPECT_EQ(reader_->received.front()["jsonrpc"], "2.0");
    EXPECT_EQ(reader_->received.front()["method"], "subscription");
}

TEST_F(SubscriptionMethodsTest, FromACursorItGoesOnWithTheBlockAfterIt) {
    const Json id = subscribe("subscribe_heads");
    simulation_.run_until_slot(40);
    const auto given = cursors(id);
    ASSERT_GE(given.size(), 30U);
    const Json again = subscribe("subscribe_heads", {{"cursor", given[4]}});
    wait();
    EXPECT_EQ(all_of(again, "block", "root"), std::vector<Json>(given.begin() + 5, given.end()));
    const Json all = subscribe("subscribe_heads", {{"cursor", to_json(node().genesis_block_root())}});
    wait();
    EXPECT_EQ(all_of(all, "block", "root"), canonical_roots(Slot(1))) << "final ones and others";
}

TEST_F(SubscriptionMethodsTest, ABacklogIsToldInTurnsThatAreBounded) {
    simulation_.run_until_slot(120);
    const Json id = subscribe("subscribe_heads", {{"cursor", to_json(node().genesis_block_root())}});
    wait(0);
    const std::size_t first_turn = events(id).size();
    EXPECT_GT(first_turn, 0U);
    EXPECT_LE(first_turn, 64U);
    wait(100);
    EXPECT_EQ(all_of(id, "block", "root"), canonical_roots(Slot(1)));
}

TEST_F(SubscriptionMethodsTest, ACursorThatIsUnknownIsRefusedWithTheOldestThatIsNot) {
    const Json unknown = to_json(Root());
    for (const char* const method : {"subscribe_heads", "subscribe_reorgs", "subscribe_transactions"}) {
        const Json refused = error(method, {{"cursor", unknown}});
        EXPECT_EQ(refused["code"], code::kCursorNotKept) << method;
        EXPECT_EQ(refused["data"]["oldest"], to_json(node().genesis_block_root()));
        subscribe(method, {{"cursor", refused["data"]["oldest"]}});
    }
    const Json refused = error("subscribe_finality", {{"cursor", "0:" + unknown.get<std::string>()}});
    EXPECT_EQ(refused["code"], code::kCursorNotKept);
    subscribe("subscribe_finality", {{"cursor", refused["data"]["oldest"]}});
}

TEST_F(SubscriptionMethodsTest, ACursorOfAnotherKindIsRefused) {
    const std::string root = to_json(node().head()).get<std::string>();
    EXPECT_EQ(error("subscribe_heads", {{"cursor", root + ":3"}})["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("subscribe_heads", {{"cursor", "3:" + root}})["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("subscribe_transactions", {{"cursor", "3:" + root}})["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("subscribe_finality", {{"cursor", root}})["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("subscribe_heads", {{"cursor", "abc"}})["code"], rpc::code::kInvalidParams);
}

TEST_F(SubscriptionMethodsTest, ANewHeadIsToldWithoutWaitingForTheTick) {
    const Json id = subscribe("subscribe_heads");
    const std::uint64_t slot_3 = node().start_of(Slot(3));
    while (node().head_slot() < Slot(3) && simulation_.scheduler().now_ms() < slot_3 + 2000)
        wait(1);
    subscriptions_.on_head({node().head(), node().head_slot(), Root()});
    wait(Subscriptions::kPauseMs);
    EXPECT_EQ(events(id).size(), 1U);
}

// ------------------------------------------------------------------------------------------------------------ finality

TEST_F(SubscriptionMethodsTest, EveryFinalEpochIsToldOnceAndInOrder) {
    const Json id = subscribe("subscribe_finality");
    simulation_.run_until_epoch(7);
    const auto finalized = node().fork_choice().finalized();
    const auto epochs = all_of(id, "finalized", "epoch");
    ASSERT_EQ(epochs.size(), finalized.epoch.value());
    for (std::size_t i = 0; i < epochs.size(); ++i)
        EXPECT_EQ(epochs[i], std::to_string(i + 1));
    const std::vector<Json> all = events(id);
    EXPECT_EQ(all.back()["root"], to_json(finalized.root));
    const Json again = subscribe("subscribe_finality", {{"cursor", cursors(id)[1]}});
    wait();
    EXPECT_EQ(events(again), std::vector<Json>(all.begin() + 2, all.end()));
}

// -------------------------------------------------------------------------------------------------------- transactions

TEST_F(SubscriptionMethodsTest, ATransactionIsToldWhenItComesAndWhenItIsInABlock) {
    const Json id = subscribe("subscribe_transactions", {{"pending", true}});
    const Json confirmed_only = subscribe("subscribe_transactions");
    const Json sent = send(transfer(0, 0));
    wait();
    ASSERT_EQ(events(id).size(), 1U);
    EXPECT_EQ(events(id)[0]["kind"], "pending");
    EXPECT_EQ(events(id)[0]["transactions"][0]["id"], sent);
    EXPECT_EQ(cursors(id)[0], Json());
    EXPECT_TRUE(events(confirmed_only).empty());
    simulation_.run_until_slot(4);
    ASSERT_EQ(events(id).size(), 2U);
    const Json receipt = ask("tx_receipt", {{"id", sent}});
    const Json confirmed = events(id)[1];
    EXPECT_EQ(confirmed["block"]["root"], receipt["block_root"]);
    EXPECT_EQ(confirmed["transactions"][0]["id"], sent);
    EXPECT_EQ(confirmed["transactions"][0]["index"], "0");
    EXPECT_EQ(confirmed["transactions"][0]["status"], "success");
    EXPECT_EQ(cursors(id)[1], receipt["block_root"]);
    EXPECT_EQ(events(confirmed_only), std::vector<Json>(1, confirmed));
}

TEST_F(SubscriptionMethodsTest, AFilterNamesAccountsOrIds) {
    const Json mine = subscribe("subscribe_transactions", {{"accounts", Json::array({address_to_text(address(0))})}});
    const Json received =
        subscribe("subscribe_transactions", {{"accounts", Json::array({address_to_text(address(3))})}});
    const Json nobody = subscribe("subscribe_transactions", {{"accounts", Json::array({"0x" + std::string(64, '0')})}});
    const Json first = send(transfer(0, 0));
    const Json second = send(transfer(1, 0));
    const Json one = subscribe("subscribe_transactions", {{"ids", Json::array({second})}, {"pending", true}});
    simulation_.run_until_slot(5);
    const auto ids = [&](const Json& subscription) {
        std::set<std::string> found;
        for (const Json& list : all_of(subscription, "confirmed", "transactions")) {
            for (const Json& each : list)
                found.insert(each["id"].get<std::string>());
        }
        return found;
    };
    EXPECT_EQ(ids(mine), (std::set<std::string>{first.get<std::string>()}));
    EXPECT_EQ(ids(received), (std::set<std::string>{first.get<std::string>(), second.get<std::string>()}));
    EXPECT_EQ(ids(one), (std::set<std::string>{second.get<std::string>()}));
    EXPECT_TRUE(events(nobody).empty());
}

TEST_F(SubscriptionMethodsTest, ACursorWithinABlockGoesOnWithItsNextTransaction) {
    for (std::uint64_t nonce = 0; nonce < 6; ++nonce)
        send(transfer(0, nonce));
    const Json whole = subscribe("subscribe_transactions");
    simulation_.run_until_slot(5);
    const auto lists = all_of(whole, "confirmed", "transactions");
    ASSERT_EQ(lists.size(), 1U) << "all in one block";
    ASSERT_EQ(lists[0].size(), 6U);
    const std::string cursor = cursors(whole)[0].get<std::string>() + ":3";
    const Json rest = subscribe("subscribe_transactions", {{"cursor", cursor}});
    wait();
    const auto told = all_of(rest, "confirmed", "transactions");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0], Json::array({lists[0][4], lists[0][5]}));
    const Json none = subscribe("subscribe_transactions", {{"cursor", cursors(rest)[0]}});
    wait();
    EXPECT_TRUE(events(none).empty()) << "nothing twice";
}

// ------------------------------------------------------------------------------------------------- validators, network

TEST_F(SubscriptionMethodsTest, TheStatusOfAValidatorIsToldAtOnce) {
    const Json id = subscribe("subscribe_validators", {{"validators", Json::array({"3", "1", "3"})}});
    simulation_.run_until_slot(12);
    const auto told = events(id);
    ASSERT_EQ(told.size(), 2U) << "each once, and no change";
    EXPECT_EQ(told[0]["validator_index"], "1");
    EXPECT_EQ(told[0]["previous"], Json());
    EXPECT_EQ(told[0]["status"], "active");
    EXPECT_EQ(told[1]["validator_index"], "3");
    EXPECT_EQ(error("subscribe_validators", {{"validators", Json::array({"16"})}})["code"], code::kUnknownValidator);
    EXPECT_EQ(error("subscribe_validators", {{"validators", std::vector<std::string>(65, "1")}})["code"],
              rpc::code::kInvalidParams);
}

TEST_F(SubscriptionMethodsTest, PeersAreToldThatComeAndGo) {
    const Json id = subscribe("subscribe_network");
    {
        sim::ScriptedPeer peer(simulation_, 50);
        simulation_.run_until_slot(6);
        const auto told = events(id);
        ASSERT_FALSE(told.empty());
        EXPECT_EQ(told[0]["kind"], "peer_connected");
        EXPECT_EQ(told[0]["peer"], "node-50");
        EXPECT_EQ(told[0]["peers"], "1");
    }
    simulation_.run_until_slot(10);
    EXPECT_EQ(events(id).back()["kind"], "peer_disconnected");
    EXPECT_EQ(cursors(id).back(), Json());
}

// ------------------------------------------------------------------------------------------------------ ends and
// limits

TEST_F(SubscriptionMethodsTest, NothingComesAfterTheEnd) {
    const Json id = subscribe("subscribe_heads");
    EXPECT_EQ(subscriptions_.open(), 1U);
    EXPECT_EQ(ask("subscribe_end", {{"subscription", id}})["subscription"], id);
    EXPECT_EQ(subscriptions_.open(), 0U);
    simulation_.run_until_slot(6);
    EXPECT_TRUE(events(id).empty());
    EXPECT_EQ(error("subscribe_end", {{"subscription", id}})["code"], code::kUnknownSubscription);
}

TEST_F(SubscriptionMethodsTest, NobodyEndsTheSubscriptionOfAnother) {
    const Json id = subscribe("subscribe_heads");
    connection_ = std::make_shared<RecordedConnection>();
    EXPECT_EQ(error("subscribe_end", {{"subscription", id}})["code"], code::kUnknownSubscription);
    EXPECT_EQ(subscriptions_.open(), 1U);
}

TEST_F(SubscriptionMethodsTest, AConnectionAndTheNodeHaveTheirLimits) {
    const SubscriptionLimits limits;
    for (std::size_t i = 0; i < limits.of_connection; ++i)
        subscribe("subscribe_reorgs");
    EXPECT_EQ(error("subscribe_reorgs", Json::array())["code"], rpc::code::kLimitExceeded);
    std::vector<std::shared_ptr<PushConnection>> others;
    while (subscriptions_.open() < limits.all) {
        if (subscriptions_.open() % limits.of_connection == 0) {
            others.push_back(std::make_shared<RecordedConnection>());
            connection_ = others.back();
        }
        ask("subscribe_reorgs");
    }
    connection_ = std::make_shared<RecordedConnection>();
    const Json refused = error("subscribe_reorgs", Json::array());
    EXPECT_EQ(refused["code"], rpc::code::kLimitExceeded);
    others.front()->close("gone");
    ask("subscribe_reorgs");
}

TEST_F(SubscriptionMethodsTest, WhoDoesNotReadLosesItsSubscriptionsAndNobodyElse) {
    const Json id = subscribe("subscribe_heads");
    const auto slow = std::make_shared<RecordedConnection>(2);
    connection_ = slow;
    ask("subscribe_heads");
    ask("subscribe_reorgs");
    EXPECT_EQ(subscriptions_.open(), 3U);
    simulation_.run_until_slot(9);
    EXPECT_EQ(slow->received.size(), 2U);
    EXPECT_EQ(slow->closed_because, "too_slow");
    EXPECT_EQ(subscriptions_.open(), 1U);
    EXPECT_EQ(subscriptions_.dropped(), 1U);
    EXPECT_EQ(events(id).size(), canonical_roots(Slot(3)).size());
}

TEST_F(SubscriptionMethodsTest, AnEventIsThereOnceForAllWhoAreTold) {
    const auto other = std::make_shared<RecordedConnection>();
    for (const char* const method : {"subscribe_heads", "subscribe_transactions"}) {
        connection_ = reader_;
        ask(method);
        connection_ = other;
        ask(method);
    }
    send(transfer(1, 0));
    simulation_.run_until_slot(8);
    ASSERT_EQ(other->received.size(), reader_->received.size());
    std::set<std::string> kinds;
    for (std::size_t i = 0; i < other->received.size(); ++i) {
        EXPECT_EQ(other->shared[i], reader_->shared[i]);
        const Json& params = other->received[i].at("params");
        kinds.insert(params.at("event").at("kind").get<std::string>());
        EXPECT_EQ(other->texts[i], R"({"jsonrpc":"2.0","method":"subscription","params":{"subscription":)" +
                                       params.at("subscription").dump() + R"(,"cursor":)" + params.at("cursor").dump() +
                                       R"(,"event":)" + *other->shared[i] + "}}");
    }
    EXPECT_TRUE(kinds.contains("block") && kinds.contains("confirmed"));
}

TEST_F(SubscriptionMethodsTest, ANodeThatStopsClosesTheConnections) {
    subscribe("subscribe_heads");
    subscriptions_.end();
    EXPECT_FALSE(reader_->is_open());
    EXPECT_EQ(subscriptions_.open(), 0U);
    connection_ = std::make_shared<RecordedConnection>();
    EXPECT_EQ(error("subscribe_network", Json::array())["code"], rpc::code::kLimitExceeded);
}

}  // namespace
}  // namespace touchstone::node::api
