// The methods against a node that makes blocks in simulated time.
#include "node/api/methods.h"

#include <gtest/gtest.h>

#include "node/api/testing/asked_node.h"
#include "node/sim/testing/scripted_peer.h"

namespace touchstone::node::api {
namespace {

std::shared_ptr<const SimulatedChain> chain() {
    static const auto made = SimulatedChain::make(16, 4);
    return made;
}

/// Parameters by position. (One value in braces would be that value.)
template <class... Values>
Json list(const Values&... values) {
    Json array = Json::array();
    (array.push_back(Json(values)), ...);
    return array;
}

class MethodsTest : public AskedNodeTest {
  protected:
    MethodsTest() : AskedNodeTest(chain()) {}

    SignedTransaction transfer(std::uint64_t nonce, Amount amount = Amount(5)) const {
        return transaction(0, nonce, Transfer{address(1), amount});
    }
    Json rejection(const SignedTransaction& transaction) {
        return error("tx_send", list("0x" + to_hex(encode(transaction))));
    }
};

TEST_F(MethodsTest, EveryMethodDeclaresWhatItTakesAndGives) {
    for (const rpc::Method& method : methods_->methods()) {
        EXPECT_FALSE(method.summary.empty()) << method.name;
        EXPECT_FALSE(method.result.empty()) << method.name;
        bool optional = false;
        for (const rpc::Parameter& parameter : method.parameters) {
            EXPECT_TRUE(Json::accept(parameter.type->schema)) << parameter.name;
            EXPECT_FALSE(optional && parameter.required) << "required ones stand first";
            optional = optional || !parameter.required;
        }
        for (const rpc::Field& field : method.result)
            EXPECT_TRUE(Json::accept(field.type->schema)) << field.name;
    }
}

TEST_F(MethodsTest, TheHeadIsThatOfTheNode) {
    const Json head = ask("chain_head");
    const Chain& node = simulation_.node(0).chain();
    EXPECT_EQ(head["genesis_root"], to_json(node.genesis_root()));
    EXPECT_EQ(head["genesis_time_ms"], std::to_string(SimulatedChain::kGenesisTimeMs));
    EXPECT_EQ(head["head_root"], to_json(node.head()));
    EXPECT_EQ(head["head_slot"], "2");
    EXPECT_EQ(head["finalized_epoch"], "0");
    EXPECT_EQ(head["base_fee"], std::to_string(node.head_state()->consensus().base_fee));
    EXPECT_EQ(head["syncing"], false);
    simulation_.run_until_epoch(5);
    EXPECT_NE(ask("chain_head")["finalized_epoch"], "0");
}

TEST_F(MethodsTest, TheParametersAreAllOfThem) {
    const Json parameters = ask("chain_parameters")["parameters"];
    EXPECT_EQ(parameters.size(), PARAMETER_FIELDS.size());
    EXPECT_EQ(parameters["SLOTS_PER_EPOCH"], "8");
}

TEST_F(MethodsTest, ThePeersAreThoseOfTheNode) {
    EXPECT_EQ(ask("network_peers")["peers"], Json::array());
    sim::ScriptedPeer peer(simulation_, 50);
    sim::ScriptedPeer silent(simulation_, 51);
    silent.scripts.erase(Method::Status);
    peer.status.head_slot = Slot(1);
    peer.status.head_root = simulation_.node(0).chain().canonical_blocks(Slot(1), 1).front().root;
    simulation_.run_until_slot(14);
    const Json answer = ask("network_peers");
    ASSERT_EQ(answer["peers"].size(), 2U);
    const Json& first = answer["peers"][0];
    EXPECT_EQ(first["id"], "node-50");
    EXPECT_EQ(first["address"], "node-50");
    EXPECT_EQ(first["outbound"], false);
    EXPECT_EQ(first["trusted"], false);
    EXPECT_EQ(first["demerits"], "0");
    EXPECT_EQ(first["head_slot"], "1");
    EXPECT_EQ(answer["peers"][1]["head_slot"], Json());
    EXPECT_EQ(answer["peers"][1]["demerits"], "5") << "it did not answer";
    EXPECT_EQ(answer["banned"], "0");
}

TEST_F(MethodsTest, AnAccountIsFoundByEitherFormOfItsAddress) {
    const Json account_0 = ask("account_get", {{"address", address_to_text(address(0))}});
    EXPECT_EQ(account_0["balance"], std::to_string(SimulatedChain::kBalance.value()));
    EXPECT_EQ(account_0["nonce"], "0");
    EXPECT_EQ(account_0["pending_nonce"], "0");
    EXPECT_EQ(account_0["exists"], true);
    EXPECT_EQ(ask("account_get", list("0x" + to_hex(address(0)))), account_0);
    const Json nobody = ask("account_get", list("0x" + std::string(64, '0')));
    EXPECT_EQ(nobody["exists"], false);
    EXPECT_EQ(nobody["balance"], "0");
}

TEST_F(MethodsTest, AnAddressWithATypingMistakeIsNone) {
    std::string text = address_to_text(address(0));
    text.back() = text.back() == 'q' ? 'p' : 'q';
    EXPECT_EQ(error("account_get", list(text))["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("account_get", list(to_hex(address(0))))["code"], rpc::code::kInvalidParams) << "without 0x";
    EXPECT_EQ(error("account_get", list(5))["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("account_get", Json::array())["code"], rpc::code::kInvalidParams);
}

TEST_F(MethodsTest, ATransactionGoesFromUnknownToFinal) {
    const SignedTransaction sent = transfer(0);
    const Json id = to_json(transaction_id(sent.message, simulation_.parameters()));
    EXPECT_EQ(ask("tx_receipt", list(id))["state"], "unknown");
    EXPECT_EQ(send(sent), id);
    EXPECT_EQ(ask("tx_send", list("0x" + to_hex(encode(sent)))).value("id", Json()), id) << "sent again";
    EXPECT_EQ(ask("tx_receipt", list(id))["state"], "pending");
    EXPECT_EQ(ask("account_get", list(address_to_text(address(0))))["pending_nonce"], "1");

    simulation_.run_until_slot(5);
    const Json receipt = ask("tx_receipt", list(id));
    EXPECT_EQ(receipt["state"], "included");
    EXPECT_EQ(receipt["status"], "success");
    EXPECT_EQ(receipt["gas_used"], "21000");
    EXPECT_EQ(receipt["index"], "0");
    EXPECT_EQ(receipt["finalized"], false);
    const Json block = ask("block_get", list(receipt["block_root"]));
    EXPECT_EQ(block["slot"], receipt["slot"]);
    EXPECT_EQ(block["transactions"], "1");
    EXPECT_EQ(block["gas_used"], "21000");
    EXPECT_EQ(block["canonical"], true);
    EXPECT_EQ(block["finalized"], false);
    EXPECT_EQ(ask("account_get", list(address_to_text(address(1))))["balance"],
              std::to_string(SimulatedChain::kBalance.value() + 5));

    simulation_.run_until_epoch(5);
    EXPECT_EQ(ask("tx_receipt", list(id))["finalized"], true);
    EXPECT_EQ(ask("block_get", list(receipt["block_root"]))["finalized"], true);
}

TEST_F(MethodsTest, ATransferOfMoreThanThereIsFailsInItsBlock) {
    const Json id = send(transfer(0, SimulatedChain::kBalance));
    simulation_.run_until_slot(5);
    EXPECT_EQ(ask("tx_receipt", list(id))["status"], "insufficient_balance");
}

TEST_F(MethodsTest, ARejectionNamesTheClause) {
    SignedTransaction spoilt = transfer(0);
    spoilt.signature.bytes[3] ^= 1U;
    EXPECT_EQ(rejection(spoilt)["code"], code::kTransactionRejected);
    EXPECT_EQ(rejection(spoilt)["data"]["clause"], "TXN-09");
    SignedTransaction poor = transfer(0);
    poor.message.gas_limit = 100;
    EXPECT_EQ(rejection(poor)["data"]["clause"], "TXN-05");
    EXPECT_EQ(rejection(transfer(65))["data"]["clause"], "DUT-26");
    const Json garbage = error("tx_send", list("0x1234"));
    EXPECT_EQ(garbage["code"], code::kTransactionRejected);
    EXPECT_EQ(garbage["data"]["clause"], "ENC-07") << garbage;
    EXPECT_EQ(error("tx_send", list("0x123"))["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("tx_send", list("1234"))["code"], rpc::code::kInvalidParams);
}

TEST_F(MethodsTest, TransactionsOfABlockAreToldInPages) {
    std::vector<Json> ids;
    for (std::uint64_t nonce = 0; nonce < 5; ++nonce)
        ids.push_back(send(transfer(nonce)));
    simulation_.run_until_slot(5);
    const Json root = ask("tx_receipt", list(ids[0]))["block_root"];
    const Json all = ask("block_transactions", list(root))["transactions"];
    ASSERT_EQ(all.size(), 5U);
    for (std::size_t i = 0; i < ids.size(); ++i)
        EXPECT_EQ(all[i], (Json{{"id", ids[i]}, {"status", "success"}, {"gas_used", "21000"}}));
    const Json some = ask("block_transactions", {{"root", root}, {"first", "3"}, {"count", "1"}})["transactions"];
    EXPECT_EQ(some, Json::array({all[3]}));
    EXPECT_EQ(ask("block_transactions", list(root, "5"))["transactions"].size(), 0U);
    EXPECT_EQ(ask("block_transactions", list(root, "18446744073709551615"))["transactions"].size(), 0U);
    EXPECT_EQ(error("block_transactions", list(root, "0", "1025"))["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("block_transactions", list(root, 0))["code"], rpc::code::kInvalidParams);
}

TEST_F(MethodsTest, ABlockIsTheHeadUnlessItIsNamed) {
    const Json head = ask("block_get");
    EXPECT_EQ(head["root"], to_json(simulation_.node(0).chain().head()));
    EXPECT_EQ(head["transactions"], "0");
    EXPECT_EQ(ask("block_transactions", list(head["root"]))["transactions"].size(), 0U);
    EXPECT_EQ(ask("block_get", list(head["parent_root"]))["slot"], "1");
    const Json unknown = error("block_get", list("0x" + std::string(64, '1')));
    EXPECT_EQ(unknown["code"], code::kUnknownBlock);
    EXPECT_EQ(error("block_transactions", list("0x" + std::string(64, '1')))["code"], code::kUnknownBlock);
}

}  // namespace
}  // namespace touchstone::node::api
