// A validator client that has all keys, against a node that has none: by the methods for such alone, the chain goes on.
#include <gtest/gtest.h>

#include "node/api/testing/asked_node.h"
#include "node/kernel/duties/production.h"
#include "node/kernel/duties/schedule.h"

namespace touchstone::node::api {
namespace {

class DutyMethodsTest : public AskedNodeTest {
  protected:
    DutyMethodsTest() : AskedNodeTest(SimulatedChain::make(kValidators, 2), Keys::Elsewhere) {}

    const Environment& environment() const { return simulation_.environment(); }
    /// That of the head: domains are the same in all tests.
    const State& state() { return *simulation_.node(0).chain().head_state(); }
    BlsSignature sign(std::size_t validator, const Root& root) {
        return BlsSignature(crypto::bls::sign(simulation_.chain().keys[validator], root.view()).to_bytes());
    }
    /// Until what was given to the node has been verified.
    void run_a_little() { simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 100); }
    std::uint64_t epoch(std::uint64_t slot) const { return slot / simulation_.parameters().SLOTS_PER_EPOCH; }

    std::size_t proposer(std::uint64_t slot) {
        const Json duties = ask("duty_proposer_v1", {{"epoch", std::to_string(epoch(slot))}})["duties"];
        const Json& duty = duties[slot % simulation_.parameters().SLOTS_PER_EPOCH];
        EXPECT_EQ(duty["slot"], std::to_string(slot));
        return std::stoull(duty["validator_index"].get<std::string>());
    }
    Json block_to_sign(std::uint64_t slot) {
        const BlsSignature reveal =
            sign(proposer(slot), randao_signing_root(environment(), state(), Epoch(epoch(slot))));
        return ask("duty_block_v1", {{"slot", std::to_string(slot)}, {"randao_reveal", to_json(reveal)}});
    }
    SignedBlock signed_block(const Json& to_sign) {
        const auto block = decode<Block>(bytes_from(to_sign["block"]), simulation_.parameters());
        EXPECT_TRUE(block.ok());
        const Root signing_root = block_signing_root(environment(), state(), *block);
        EXPECT_EQ(to_sign["signing_root"], to_json(signing_root));
        return {*block, sign(block->proposer_index.value(), signing_root)};
    }
    /// In the middle of the slot; the root.
    Json propose(std::uint64_t slot) {
        const SignedBlock block = signed_block(block_to_sign(slot));
        return ask("duty_publish_block_v1", {{"signed_block", bytes_json(encode(block))}})["root"];
    }
    Json duties_of(std::uint64_t slot) {
        Json all = Json::array();
        for (std::size_t i = 0; i < kValidators; ++i)
            all.push_back(std::to_string(i));
        const Json duties =
            ask("duty_attester_v1", {{"epoch", std::to_string(epoch(slot))}, {"validators", all}})["duties"];
        EXPECT_EQ(duties.size(), kValidators);
        Json own = Json::array();
        for (const Json& duty : duties) {
            if (duty["slot"] == std::to_string(slot)) own.push_back(duty);
        }
        return own;
    }
    AttestationData data_of(const Json& duty) {
        const Json vote =
            ask("duty_attestation_data_v1", {{"slot", duty["slot"]}, {"committee_index", duty["committee_index"]}});
        const auto data = decode<AttestationData>(bytes_from(vote["encoded"]), simulation_.parameters());
        EXPECT_TRUE(data.ok());
        EXPECT_EQ(vote["data"]["block_root"], to_json(data->beacon_block_root));
        return *data;
    }
    Attestation vote(const Json& duty) {
        const AttestationData data = data_of(duty);
        const std::size_t validator = std::stoull(duty["validator_index"].get<std::string>());
        return make_attestation(data, data.index, std::stoull(duty["position"].get<std::string>()),
                                std::stoull(duty["committee_size"].get<std::string>()),
                                sign(validator, attestation_signing_root(environment(), state(), data)));
    }
    Json publish(const Attestation& attestation) {
        const Json list = Json::array({bytes_json(encode(attestation))});
        return ask("duty_publish_attestations_v1", {{"attestations", list}})["results"][0];
    }
    /// All validators of the slot vote.
    void attest(std::uint64_t slot) {
        for (const Json& duty : duties_of(slot))
            EXPECT_EQ(publish(vote(duty)), (Json{{"taken", true}, {"refusal", nullptr}}));
    }
};

TEST_F(DutyMethodsTest, AChainIsFinalizedByAClientAlone) {
    EXPECT_EQ(ask("chain_head")["head_slot"], "0") << "nobody else proposes";
    for (std::uint64_t slot = 3; slot < 5 * 8; ++slot) {
        simulation_.run_until_slot(slot);
        const Json root = propose(slot);
        run_a_little();
        ASSERT_EQ(ask("chain_head")["head_root"], root) << slot;
        attest(slot);
    }
    simulation_.run_until_slot(5 * 8);
    EXPECT_GT(std::stoull(ask("chain_head")["finalized_epoch"].get<std::string>()), 0U);
}

TEST_F(DutyMethodsTest, VotesAreJoinedAndPublishedByAnAggregator) {
    simulation_.run_until_slot(3);
    propose(3);
    run_a_little();
    const Json duty = duties_of(3)[0];
    const AttestationData data = data_of(duty);
    const Json encoded = bytes_json(encode(data));
    EXPECT_EQ(ask("duty_aggregate_v1", {{"data", encoded}})["aggregate"], nullptr);
    attest(3);
    const auto joined = decode<Attestation>(bytes_from(ask("duty_aggregate_v1", {{"data", encoded}})["aggregate"]),
                                            simulation_.parameters());
    ASSERT_TRUE(joined.ok());
    EXPECT_EQ(joined->data, data);
    const std::size_t validator = std::stoull(duty["validator_index"].get<std::string>());
    SignedAggregateAndProof message;
    message.message = {ValidatorIndex(validator), *joined,
                       sign(validator, selection_signing_root(environment(), state(), data.slot))};
    message.signature = sign(validator, aggregate_signing_root(environment(), state(), message.message));
    const auto publish_aggregate = [this](const SignedAggregateAndProof& made) {
        const Json list = Json::array({bytes_json(encode(made)), "0x00"});
        return ask("duty_publish_aggregates_v1", {{"aggregates", list}})["results"];
    };
    SignedAggregateAndProof spoilt = message;
    spoilt.signature.bytes[5] ^= 1U;
    EXPECT_EQ(publish_aggregate(spoilt)[0]["taken"], false);
    const Json results = publish_aggregate(message);
    EXPECT_EQ(results[0]["taken"], true) << results;
    EXPECT_EQ(results[1]["taken"], false);
    EXPECT_EQ(publish_aggregate(message)[0]["taken"], false) << "once is enough";
}

TEST_F(DutyMethodsTest, AVoteThatIsNotGoodIsRefusedByItsClause) {
    simulation_.run_until_slot(3);
    const Json duty = duties_of(3)[0];
    Attestation spoilt = vote(duty);
    spoilt.signature.bytes[5] ^= 1U;
    EXPECT_EQ(publish(spoilt)["refusal"]["clause"], "NET-36");
    Attestation late = vote(duty);
    late.data.slot = Slot(40);
    EXPECT_EQ(publish(late)["refusal"]["clause"], "NET-24");
    EXPECT_EQ(publish(vote(duty))["taken"], true);
    EXPECT_EQ(publish(vote(duty))["refusal"]["clause"], "NET-35") << "a second vote of the epoch";
    EXPECT_EQ(error("duty_attestation_data_v1", {{"slot", "4"}, {"committee_index", "0"}})["code"],
              rpc::code::kInvalidParams);
    EXPECT_EQ(error("duty_aggregate_v1", {{"data", "0x00"}})["code"], code::kMessageRefused);
    EXPECT_EQ(error("duty_attester_v1", {{"epoch", "2"}, {"validators", Json::array()}})["code"],
              rpc::code::kInvalidParams);
}

TEST_F(DutyMethodsTest, ABlockThatIsNotGoodIsRefused) {
    simulation_.run_until_slot(3);
    const Json to_sign = block_to_sign(3);
    SignedBlock spoilt = signed_block(to_sign);
    spoilt.signature.bytes[5] ^= 1U;
    const auto publish_block = [](const SignedBlock& block) {
        return Json{{"signed_block", bytes_json(encode(block))}};
    };
    EXPECT_EQ(error("duty_publish_block_v1", publish_block(spoilt))["code"], code::kMessageRefused);
    EXPECT_EQ(error("duty_publish_block_v1", {{"signed_block", "0x00"}})["code"], code::kMessageRefused);
    EXPECT_EQ(
        error("duty_block_v1", {{"slot", "4"}, {"randao_reveal", "0x" + std::string(192, '0')}})["data"]["clause"],
        "DUT-05");
    ask("duty_publish_block_v1", publish_block(signed_block(to_sign)));
    run_a_little();
    EXPECT_EQ(ask("chain_head")["head_slot"], "3");
    EXPECT_EQ(error("duty_block_v1", {{"slot", "3"}, {"randao_reveal", "0x" + std::string(192, '0')}})["code"],
              code::kNotProposable)
        << "the slot has its block";
}

}  // namespace
}  // namespace touchstone::node::api
