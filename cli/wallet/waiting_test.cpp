#include "cli/wallet/waiting.h"

#include <gtest/gtest.h>

#include "cli/rpc/testing/chain_answers.h"
#include "cli/rpc/testing/scripted_node.h"

namespace touchstone::cli {
namespace {

class WaitingTest : public testing::Test {
  protected:
    /// In time that passes only where it is paused.
    Outcome<ReceiptView> wait(const WaitFor& wanted) {
        RpcClient client(*parse_http_url(node_.url()));
        return wait_for_receipt(client, node::Root{}, wanted,
                                {[this] { return now_; }, [this](std::chrono::milliseconds time) { now_ += time; }});
    }
    std::string fault(const WaitFor& wanted) {
        const auto receipt = wait(wanted);
        return receipt.ok() ? "none" : receipt.fault().text;
    }

    ScriptedNode node_;
    std::chrono::steady_clock::time_point now_;
};

TEST_F(WaitingTest, EndsWithTheBlock) {
    node_.answer("tx_receipt", receipt_answer("unknown"));
    node_.answer("tx_receipt", receipt_answer("pending"));
    node_.answer("tx_receipt", receipt_answer("included"));
    const auto receipt = wait({});
    ASSERT_TRUE(receipt.ok()) << receipt.fault().text;
    EXPECT_EQ(receipt->status, "success");
    EXPECT_EQ(node_.calls("tx_receipt").size(), 3U);
}

TEST_F(WaitingTest, ForAFinalBlockGoesOnAfterTheBlock) {
    node_.answer("tx_receipt", receipt_answer("included"));
    node_.answer("tx_receipt", receipt_answer("included", "5", true));
    const auto receipt = wait({.finalized = true});
    ASSERT_TRUE(receipt.ok()) << receipt.fault().text;
    EXPECT_TRUE(receipt->finalized);
}

TEST_F(WaitingTest, ForConfirmationsCountsBlocksNotSlots) {
    node_.answer("tx_receipt", receipt_answer("included"));
    node_.answer("chain_head", head_answer(8));
    node_.answer("chain_headers", {{"headers", RpcJson::array({header_answer(5), header_answer(8)})}});
    node_.answer("chain_headers",
                 {{"headers", RpcJson::array({header_answer(5), header_answer(8), header_answer(9)})}});
    ASSERT_TRUE(wait({.confirmations = 3}).ok());
    EXPECT_EQ(node_.calls("tx_receipt").size(), 2U);
    EXPECT_EQ(node_.calls("chain_headers").front(), RpcJson({{"first", "5"}, {"count", "16"}}));
}

TEST_F(WaitingTest, ForManyConfirmationsReadsPageByPage) {
    node_.answer("tx_receipt", receipt_answer("included"));
    node_.answer("chain_head", head_answer(30));
    RpcJson page = RpcJson::array();
    for (std::uint64_t slot = 0; slot < 10; ++slot)
        page.push_back(header_answer(slot));
    node_.answer("chain_headers", {{"headers", page}});
    ASSERT_TRUE(wait({.confirmations = 20}).ok());
    EXPECT_EQ(node_.calls("chain_headers").size(), 2U);
    EXPECT_EQ(node_.calls("chain_headers").back()["first"], "21");
}

TEST_F(WaitingTest, AFinalBlockIsEnoughOfConfirmations) {
    node_.answer("tx_receipt", receipt_answer("included", "5", true));
    EXPECT_TRUE(wait({.confirmations = 1000}).ok());
    EXPECT_TRUE(node_.calls("chain_headers").empty());
}

TEST_F(WaitingTest, ABlockThatLeavesTheChainIsWaitedForAgain) {
    node_.answer("tx_receipt", receipt_answer("included"));
    node_.answer("tx_receipt", receipt_answer("pending"));
    node_.answer("tx_receipt", receipt_answer("included", "7", true));
    const auto receipt = wait({.finalized = true});
    ASSERT_TRUE(receipt.ok());
    EXPECT_EQ(receipt->json["slot"], "7");
}

TEST_F(WaitingTest, InVainSaysHowFarItCame) {
    node_.answer("tx_receipt", receipt_answer("pending"));
    const auto begin = now_;
    EXPECT_EQ(fault({.timeout = std::chrono::seconds(3)}),
              "the transaction 0x" + std::string(64, '0') +
                  " is pending after 3 s; it may still come, so do not send it again");
    EXPECT_EQ(now_ - begin, std::chrono::seconds(3));
    node_.forget("tx_receipt");
    node_.answer("tx_receipt", receipt_answer("included"));
    EXPECT_NE(fault({.finalized = true}).find("in a block, which is not final yet"), std::string::npos);
    node_.answer("chain_head", head_answer(5));
    node_.answer("chain_headers", {{"headers", RpcJson::array({header_answer(5)})}});
    EXPECT_NE(fault({.confirmations = 2}).find("in a block, with 1 of 2 confirmations after 120 s"), std::string::npos);
}

TEST_F(WaitingTest, ARefusalEndsItAtOnce) {
    node_.refuse("tx_receipt", -32602, "Invalid params");
    EXPECT_NE(fault({}).find("Invalid params"), std::string::npos);
    EXPECT_EQ(node_.calls("tx_receipt").size(), 1U);
}

}  // namespace
}  // namespace touchstone::cli
