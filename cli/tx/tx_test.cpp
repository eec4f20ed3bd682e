// `touchstone tx` against a node that answers what the test says.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/commands.h"
#include "cli/rpc/testing/chain_answers.h"
#include "cli/rpc/testing/run_command.h"
#include "cli/rpc/testing/scripted_node.h"
#include "cli/tx/encoded_transaction.h"
#include "node/adapters/files/temporary_folder.h"

namespace touchstone::cli {
namespace {

class TxTest : public testing::Test {
  protected:
    Ran tx(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "tx");
        arguments.insert(arguments.end(), {"--rpc", node_.url()});
        return run_command(add_tx_command, std::move(arguments));
    }
    std::string file(const std::string& text) {
        std::ofstream(folder_ / "transaction") << text;
        return (folder_ / "transaction").string();
    }

    ScriptedNode node_;
    node::adapters::TemporaryFolder folder_;
    const std::string id_ = root_text('e');
};

TEST_F(TxTest, WhatWasSignedElsewhereIsSentAsItIs) {
    node_.answer("tx_send", {{"id", id_}});
    for (const char* const text : {"0x0aBc", "0abc\n", "  0x0abc\r\n"}) {
        const Ran ran = tx({"send", file(text)});
        EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
        EXPECT_EQ(ran.out, id_ + "\n");
        EXPECT_EQ(node_.calls("tx_send").back(), RpcJson({{"transaction", "0x0abc"}}));
    }
}

TEST_F(TxTest, SendingCanWaitForTheBlock) {
    node_.answer("tx_send", {{"id", id_}});
    node_.answer("tx_receipt", receipt_answer("included"));
    EXPECT_EQ(tx({"send", file("0x00"), "--wait"}).out, id_ + "\nincluded in slot 5: success\n");
    const RpcJson json = RpcJson::parse(tx({"send", file("0x00"), "--wait", "--json"}).out);
    EXPECT_EQ(json["id"], id_);
    EXPECT_EQ(json["receipt"], receipt_answer("included"));
    node_.forget("tx_receipt");
    node_.answer("tx_receipt", receipt_answer("included", "5", false, "locked"));
    EXPECT_EQ(tx({"send", file("0x00"), "--wait"}).code, kExitFailure);
}

TEST_F(TxTest, ARefusedTransactionIsAFailureWithItsClause) {
    node_.refuse("tx_send", -32000, "Transaction rejected", {{"clause", "TXN-10"}, {"reason", "nonce 1, not 2"}});
    const Ran ran = tx({"send", file("0x00")});
    EXPECT_EQ(ran.code, kExitFailure);
    EXPECT_EQ(ran.error,
              "touchstone: the node does not take the transaction: Transaction rejected: nonce 1, not 2 [TXN-10]\n");
}

TEST_F(TxTest, WhatIsToBeSentIsSaidInOneWay) {
    EXPECT_EQ(tx({"send"}).code, kExitUsage);
    EXPECT_EQ(tx({"send", "--to", "tst1you"}).code, kExitUsage);
    EXPECT_EQ(tx({"send", file("0x00"), "--to", "tst1you"}).code, kExitUsage);
    EXPECT_EQ(tx({"send", file("no hexadecimal text")}).code, kExitUsage);
    EXPECT_EQ(tx({"send", file("")}).code, kExitUsage);
    EXPECT_EQ(tx({"send", (folder_ / "none").string()}).code, kExitUsage);
    EXPECT_TRUE(node_.calls("tx_send").empty());
}

TEST_F(TxTest, StatusTellsWhatBecameOfIt) {
    node_.answer("tx_receipt", receipt_answer("pending"));
    const Ran ran = tx({"status", id_});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_EQ(ran.out, "transaction         " + id_ + "\nstate               pending\n");
    EXPECT_EQ(RpcJson::parse(tx({"status", id_, "--json"}).out), receipt_answer("pending"));
    EXPECT_EQ(tx({"status", "0x00"}).code, kExitUsage);
}

TEST_F(TxTest, WaitingEndsWithTheReceipt) {
    node_.answer("tx_receipt", receipt_answer("included", "5", true));
    const Ran ran = tx({"wait", id_, "--finalized"});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_NE(ran.out.find("final               yes\n"), std::string::npos) << ran.out;
    EXPECT_EQ(tx({"wait", id_, "--confirmations", "0"}).code, kExitUsage);
    EXPECT_EQ(tx({"wait", id_, "--confirmations", "1025"}).code, kExitUsage);
}

TEST_F(TxTest, WaitingInVainFails) {
    node_.answer("tx_receipt", receipt_answer("unknown"));
    const Ran ran = tx({"wait", id_, "--timeout", "0"});
    EXPECT_EQ(ran.code, kExitFailure);
    EXPECT_NE(ran.error.find("is unknown after 0 s"), std::string::npos) << ran.error;
}

TEST(EncodedTransaction, IsReadFromAStreamToo) {
    std::istringstream stream("0x0102\n");
    EXPECT_EQ(read_encoded_transaction("-", stream).value(), node::ByteVector({1, 2}));
    std::istringstream endless(std::string((1U << 20U) + 1, '0'));
    const auto large = read_encoded_transaction("-", endless);
    ASSERT_FALSE(large.ok());
    EXPECT_NE(large.fault().text.find("more than 1048576 bytes"), std::string::npos) << large.fault().text;
    std::istringstream nothing;
    EXPECT_FALSE(read_encoded_transaction("-", nothing).ok());
}

}  // namespace
}  // namespace touchstone::cli
