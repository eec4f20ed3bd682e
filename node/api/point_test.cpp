// The parameter `at`: which block and state an answer is of.
#include <gtest/gtest.h>

#include "node/api/testing/asked_node.h"

namespace touchstone::node::api {
namespace {

class PointTest : public AskedNodeTest {
  protected:
    PointTest() : AskedNodeTest(chain()) {}

    static std::shared_ptr<const SimulatedChain> chain() {
        static const auto made = SimulatedChain::make(16, 4);
        return made;
    }
    Json at(const Json& point) { return ask("chain_state_root", {{"at", point}})["at"]; }
    Json refused(const Json& point) { return error("chain_state_root", {{"at", point}}); }
    std::string root(std::uint64_t slot) {
        return ask("chain_headers", {{"first", std::to_string(slot)}, {"count", "1"}})["headers"][0]["root"];
    }
};

TEST_F(PointTest, AWordASlotOrARootNamesABlock) {
    simulation_.run_until_epoch(5);
    const Json head = ask("chain_head");
    EXPECT_EQ(at("head"), (Json{{"root", head["head_root"]}, {"slot", head["head_slot"]}}));
    EXPECT_EQ(ask("chain_state_root")["at"], at("head"));
    EXPECT_EQ(at("justified")["root"], head["justified_root"]);
    EXPECT_EQ(at("finalized")["root"], head["finalized_root"]);
    EXPECT_NE(at("finalized"), at("justified"));
    EXPECT_EQ(at(head["head_root"]), at("head"));
    EXPECT_EQ(at("38")["root"], root(38));
    EXPECT_EQ(at("38")["slot"], "38");
}

TEST_F(PointTest, TheStateIsTheOneAfterTheBlock) {
    simulation_.run_until_slot(4);
    for (const char* slot : {"0", "1", "2", "3", "4"}) {
        EXPECT_EQ(ask("chain_state_root", {{"at", slot}})["state_root"],
                  ask("chain_header", {{"at", slot}})["state_root"]);
    }
}

TEST_F(PointTest, AnAccountIsAskedAsItWas) {
    const Json id = send(transaction(0, 0, Transfer{address(1), Amount(7)}));
    simulation_.run_until_slot(5);
    const Json receipt = ask("tx_receipt", {{"id", id}});
    const auto slot = std::stoull(receipt["slot"].get<std::string>());
    const auto balance = [&](std::uint64_t of_slot) {
        return ask("account_balance",
                   {{"address", address_to_text(address(1))}, {"at", std::to_string(of_slot)}})["balance"];
    };
    EXPECT_EQ(balance(slot - 1), std::to_string(SimulatedChain::kBalance.value()));
    EXPECT_EQ(balance(slot), std::to_string(SimulatedChain::kBalance.value() + 7));
}

TEST_F(PointTest, WhatIsNotKeptSaysWhatIs) {
    const std::string early = root(1);
    simulation_.run_until_epoch(5);
    const Json head = ask("chain_head");
    for (const Json& point : {Json("1"), Json(early), Json("0")}) {
        const Json error = refused(point);
        EXPECT_EQ(error["code"], code::kStateNotKept) << point;
        EXPECT_EQ(error["data"]["earliest"]["root"], head["finalized_root"]);
        EXPECT_EQ(error["data"]["head"]["slot"], head["head_slot"]);
    }
    EXPECT_EQ(ask("chain_block", {{"at", "1"}})["header"]["root"], early) << "the block itself is kept";
    EXPECT_EQ(ask("chain_header", {{"at", "1"}})["finalized"], true);
}

TEST_F(PointTest, WhatIsNotThereIsSaid) {
    EXPECT_EQ(refused("0x" + std::string(64, '1'))["code"], code::kUnknownBlock);
    const Json future = refused("3");
    EXPECT_EQ(future["code"], code::kUnknownBlock);
    EXPECT_NE(future["data"]["reason"].get<std::string>().find("has not begun"), std::string::npos);
    for (const Json& nonsense : {Json("Head"), Json("-1"), Json(1), Json("0x12"), Json(""), Json("genesis")})
        EXPECT_EQ(refused(nonsense)["code"], rpc::code::kInvalidParams) << nonsense;
}

}  // namespace
}  // namespace touchstone::node::api
