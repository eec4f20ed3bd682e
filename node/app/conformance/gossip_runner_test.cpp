#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "node/adapters/libp2p/gossip_payload.h"
#include "node/app/conformance/adapter.h"
#include "node/codec/snappy.h"
#include "node/kernel/test_chain.h"

namespace touchstone::node::app {
namespace {

using Json = nlohmann::ordered_json;

std::string hex(Bytes bytes) { return "0x" + to_hex(bytes); }

/// A scenario on a new chain, at the start of slot 1.
class GossipScenarioTest : public ::testing::Test {
  protected:
    static const TestChain& chain() {
        static const TestChain chain(MINIMAL, 16);
        return chain;
    }
    GossipScenarioTest() {
        inputs_["anchor_state"] = hex(encode(chain().genesis_state().consensus()));
        inputs_["anchor_block"] = hex(encode(chain().genesis_block()));
        tick(1);
    }

    void tick(std::uint64_t slot) { steps_.push_back({{"tick", std::to_string(chain().slot_time_ms(Slot(slot)))}}); }
    void block(const SignedBlock& block) {
        const std::string name = "input_" + std::to_string(inputs_.size());
        inputs_[name] = hex(encode(block));
        steps_.push_back({{"block", name}});
    }
    void message(const std::string& topic, Bytes payload) {
        const std::string name = "input_" + std::to_string(inputs_.size());
        inputs_[name] = hex(payload);
        steps_.push_back({{"message", name}, {"topic", topic}});
    }
    void message(const std::string& topic, const SignedBlock& block) { message(topic, codec::compress(encode(block))); }
    static std::string topic(const Topic& topic) {
        const ConsensusState& state = chain().genesis_state().consensus();
        return topic_name(fork_digest_at(state, Epoch(0), MINIMAL), topic);
    }
    /// Of the steps after the first tick.
    Json run() const {
        const Json request{{"id", "1"},           {"runner", "gossip"},       {"handler", "block"},
                           {"preset", "minimal"}, {"config", Json::object()}, {"params", Json::object()},
                           {"inputs", inputs_},   {"steps", steps_}};
        Json response = Json::parse(answer(request.dump()));
        Json steps = response.at("outputs").at("steps");
        EXPECT_EQ(steps.at(0).at("ok"), true);
        steps.erase(0);
        return steps;
    }
    /// Without the ids.
    Json verdicts() const {
        Json steps = run();
        for (Json& each : steps)
            each.erase("id");
        return steps;
    }

  private:
    Json inputs_ = Json::object();
    Json steps_ = Json::array();
};

const Json kOk{{"ok", true}};
const Json kAccept{{"verdict", "accept"}};
const Json kNone{{"verdict", "none"}};
Json refused(const char* verdict, const char* reason) { return {{"verdict", verdict}, {"reason", reason}}; }

TEST_F(GossipScenarioTest, AnswersWithIdVerdictAndReason) {
    const SignedBlock good = chain().make_block(chain().genesis_state(), Slot(1));
    SignedBlock forged = good;
    forged.signature.bytes[20] ^= 1U;
    const std::string blocks = topic({TopicKind::Block});
    const ByteVector payload = codec::compress(encode(good));
    message(blocks, forged);
    message(blocks, payload);
    message(blocks, payload);
    message("/touchstone/00000000/block/ssz_snappy", payload);
    message(blocks, ByteVector{0x05, 'a', 'b'});
    message(blocks, codec::compress(ByteVector{1}));
    const Json steps = run();
    EXPECT_EQ(steps.at(1).at("id"), hex(Bytes(gossip_message_id(blocks, encode(good)))));
    EXPECT_EQ(steps.at(4).at("id").get<std::string>().size(), 42U);
    const Json expected = Json::array(
        {refused("reject", "NET-22"), kAccept, refused("ignore", "NET-16"), kNone, refused("reject", "ENC-24")});
    Json found = verdicts();
    EXPECT_TRUE(found.at(5).at("reason").get<std::string>().starts_with("ENC-"));
    found.erase(5);
    EXPECT_EQ(found, expected);
}

TEST_F(GossipScenarioTest, AnAcceptedBlockIsNotImportedAndAnImportedOneIsNotSeen) {
    ForkChoice store = chain().fork_choice();
    ASSERT_TRUE(store.on_tick(chain().slot_time_ms(Slot(2))).ok());
    const SignedBlock first = chain().make_block(chain().genesis_state(), Slot(1));
    const Root root = store.on_block(first, verify_each)->root;
    const SignedBlock second = chain().make_block(*store.block_state(root), Slot(2));
    const std::string blocks = topic({TopicKind::Block});
    message(blocks, first);
    tick(2);
    message(blocks, second);
    block(first);
    block(second);
    message(blocks, second);
    EXPECT_EQ(verdicts(), Json::array({kAccept, kOk, refused("ignore", "NET-18"), kOk, kOk, kAccept}));
}

TEST_F(GossipScenarioTest, ABlockWhoseTransitionFailsMakesItsDescendantsInvalid) {
    SignedBlock wrong = chain().make_block(chain().genesis_state(), Slot(1));
    wrong.message.state_root.bytes[0] ^= 1U;
    chain().seal(wrong, chain().genesis_state());
    SignedBlock child = wrong;
    child.message.slot = Slot(2);
    child.message.parent_root = hash_tree_root(wrong.message, MINIMAL);
    SignedBlock grandchild = child;
    grandchild.message.slot = Slot(3);
    grandchild.message.parent_root = hash_tree_root(child.message, MINIMAL);
    const std::string blocks = topic({TopicKind::Block});
    tick(3);
    message(blocks, child);
    block(wrong);
    message(blocks, child);
    message(blocks, grandchild);
    const Json steps = verdicts();
    EXPECT_EQ(steps.at(1), refused("ignore", "NET-18"));
    EXPECT_EQ(steps.at(2).at("ok"), false);
    EXPECT_EQ(steps.at(3), refused("reject", "NET-17"));
    EXPECT_EQ(steps.at(4), refused("reject", "NET-17"));
}

TEST_F(GossipScenarioTest, ATickBackIsRefusedAndChangesNothing) {
    tick(0);
    message(topic({TopicKind::Block}), chain().make_block(chain().genesis_state(), Slot(1)));
    const Json back{{"ok", false}, {"rejected", "FC-11"}};
    EXPECT_EQ(verdicts(), Json::array({back, kAccept}));
}

}  // namespace
}  // namespace touchstone::node::app
