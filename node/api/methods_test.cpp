// The methods against a node that makes blocks in simulated time.
#include "node/api/methods.h"

#include <gtest/gtest.h>

#include "node/api/testing/asked_node.h"
#include "node/sim/testing/scripted_peer.h"

namespace touchstone::node::api {
namespace {

std::shared_ptr<const SimulatedChain> asked_chain() {
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
    MethodsTest() : AskedNodeTest(asked_chain()) {}

    SignedTransaction transfer(std::uint64_t nonce, Amount amount = Amount(5)) const {
        return transaction(0, nonce, Transfer{address(1), amount});
    }
    Json rejection(const SignedTransaction& transaction) {
        return error("tx_send", list("0x" + to_hex(encode(transaction))));
    }
};

TEST_F(MethodsTest, TheHeadIsThatOfTheNode) {
    const Json head = ask("chain_head");
    const Chain& node = simulation_.node(0).chain();
    EXPECT_EQ(head["genesis_root"], to_json(node.genesis_root()));
    EXPECT_EQ(head["head_root"], to_json(node.head()));
    EXPECT_EQ(head["head_slot"], "2");
    EXPECT_EQ(head["finalized_epoch"], "0");
    EXPECT_EQ(head["base_fee"], std::to_string(node.head_state()->consensus().base_fee));
    EXPECT_EQ(head["syncing"], false);
    simulation_.run_until_epoch(5);
    EXPECT_NE(ask("chain_head")["finalized_epoch"], "0");
}

TEST_F(MethodsTest, TheParametersAreAllOfThem) {
    const Json parameters = ask("chain_config")["parameters"];
    EXPECT_EQ(parameters.size(), PARAMETER_FIELDS.size());
    EXPECT_EQ(parameters["SLOTS_PER_EPOCH"], "8");
}

TEST_F(MethodsTest, GenesisNamesTheChain) {
    const Json genesis = ask("chain_genesis");
    EXPECT_EQ(genesis["genesis_root"], to_json(simulation_.node(0).chain().genesis_root()));
    EXPECT_EQ(genesis["genesis_time_ms"], std::to_string(SimulatedChain::kGenesisTimeMs));
    EXPECT_EQ(genesis["forks"][0]["epoch"], "0");
    EXPECT_EQ(genesis["genesis_block_root"], ask("chain_header", {{"at", "0"}})["root"]);
}

TEST_F(MethodsTest, ThePeersAreThoseOfTheNode) {
    EXPECT_EQ(ask("net_peers")["peers"], Json::array());
    sim::ScriptedPeer peer(simulation_, 50);
    sim::ScriptedPeer silent(simulation_, 51);
    silent.scripts.erase(Method::Status);
    peer.status.head_slot = Slot(1);
    peer.status.head_root = simulation_.node(0).chain().canonical_blocks(Slot(1), 1).front().root;
    simulation_.run_until_slot(14);
    const Json answer = ask("net_peers");
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
    const Json counts = ask("net_counts");
    EXPECT_EQ(counts["inbound"], "2");
    EXPECT_EQ(counts["outbound"], "0");
    EXPECT_EQ(counts["banned"], "0");
    EXPECT_EQ(ask("node_sync")["peers"], "2");
}

TEST_F(MethodsTest, TheNodeTellsOfItself) {
    EXPECT_EQ(ask("node_version")["api"], ask("rpc.discover")["info"]["version"]);
    const Json sync = ask("node_sync");
    EXPECT_EQ(sync["syncing"], false);
    EXPECT_EQ(sync["slot"], "2");
    EXPECT_EQ(sync["head_slot"], "2");
    EXPECT_EQ(sync["distance"], "0");
}

TEST_F(MethodsTest, ANodeWithPeersThatFollowsTheChainIsHealthy) {
    EXPECT_EQ(ask("node_health"), (Json{{"live", true}, {"ready", false}, {"reasons", Json::array({"no peers"})}}));
    sim::ScriptedPeer peer(simulation_, 50);
    simulation_.run_until_slot(3);
    EXPECT_EQ(ask("node_health"), (Json{{"live", true}, {"ready", true}, {"reasons", Json::array()}}));
}

TEST_F(MethodsTest, TheDatabaseTellsFromWhenOnItHasWhat) {
    const Json early = ask("node_database");
    EXPECT_EQ(early["earliest_block_slot"], "1") << "after genesis";
    EXPECT_EQ(early["earliest_state_slot"], "0");
    EXPECT_EQ(early["head_slot"], "2");
    EXPECT_EQ(early["pages"], "0") << "a simulated disk has none";
    simulation_.run_until_epoch(5);
    const Json later = ask("node_database");
    EXPECT_EQ(later["earliest_block_slot"], "1") << "after genesis";
    EXPECT_EQ(later["earliest_state_slot"], ask("chain_finalized")["header"]["slot"]);
    EXPECT_NE(later["earliest_state_slot"], "0");
}

TEST_F(MethodsTest, AnAccountIsFoundByEitherFormOfItsAddress) {
    const Json account_0 = ask("account_balance", {{"address", address_to_text(address(0))}});
    EXPECT_EQ(account_0["balance"], std::to_string(SimulatedChain::kBalance.value()));
    EXPECT_EQ(account_0["nonce"], "0");
    EXPECT_EQ(account_0["exists"], true);
    EXPECT_EQ(account_0["at"]["root"], to_json(simulation_.node(0).chain().head()));
    EXPECT_EQ(ask("account_balance", list("0x" + to_hex(address(0)))), account_0);
    EXPECT_EQ(ask("account_nonce", list("0x" + to_hex(address(0))))["address"], account_0["address"]);
    const Json nobody = ask("account_balance", list("0x" + std::string(64, '0')));
    EXPECT_EQ(nobody["exists"], false);
    EXPECT_EQ(nobody["balance"], "0");
}

TEST_F(MethodsTest, AnAddressWithATypingMistakeIsNone) {
    std::string text = address_to_text(address(0));
    text.back() = text.back() == 'q' ? 'p' : 'q';
    EXPECT_EQ(error("account_balance", list(text))["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("account_balance", list(to_hex(address(0))))["code"], rpc::code::kInvalidParams) << "without 0x";
    EXPECT_EQ(error("account_balance", list(5))["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("account_balance", Json::array())["code"], rpc::code::kInvalidParams);
}

TEST_F(MethodsTest, ATransactionGoesFromUnknownToFinal) {
    const SignedTransaction sent = transfer(0);
    const Json id = to_json(transaction_id(sent.message, simulation_.parameters()));
    EXPECT_EQ(ask("tx_receipt", list(id))["state"], "unknown");
    EXPECT_EQ(send(sent), id);
    EXPECT_EQ(ask("tx_send", list("0x" + to_hex(encode(sent)))).value("id", Json()), id) << "sent again";
    EXPECT_EQ(ask("tx_receipt", list(id))["state"], "pending");
    EXPECT_EQ(ask("tx_get", list(id))["state"], "pending");
    EXPECT_EQ(ask("account_nonce", list(address_to_text(address(0))))["pending_nonce"], "1");

    simulation_.run_until_slot(5);
    const Json receipt = ask("tx_receipt", list(id));
    EXPECT_EQ(receipt["state"], "included");
    EXPECT_EQ(receipt["status"], "success");
    EXPECT_EQ(receipt["gas_used"], "21000");
    EXPECT_EQ(receipt["index"], "0");
    EXPECT_EQ(receipt["finalized"], false);
    const Json found = ask("tx_get", list(id));
    EXPECT_EQ(found["state"], "included");
    EXPECT_EQ(found["encoded"], "0x" + to_hex(encode(sent)));
    EXPECT_EQ(found["transaction"]["payload"],
              (Json{{"kind", "transfer"}, {"recipient", address_to_text(address(1))}, {"amount", "5"}}));
    const Json block = ask("chain_block", list(receipt["block_root"]));
    EXPECT_EQ(block["header"]["slot"], receipt["slot"]);
    EXPECT_EQ(block["contents"]["transactions"], "1");
    EXPECT_EQ(block["gas_used"], "21000");
    EXPECT_EQ(block["header"]["canonical"], true);
    EXPECT_EQ(block["header"]["finalized"], false);
    EXPECT_EQ(ask("account_balance", list(address_to_text(address(1))))["balance"],
              std::to_string(SimulatedChain::kBalance.value() + 5));

    simulation_.run_until_epoch(5);
    EXPECT_EQ(ask("tx_receipt", list(id))["finalized"], true);
    EXPECT_EQ(ask("chain_block", list(receipt["block_root"]))["header"]["finalized"], true);
}

TEST_F(MethodsTest, TheHistoryOfAnAccountHasWhatItSentAndWhatItWasPaid) {
    const Json first = send(transfer(0));
    simulation_.run_until_slot(4);
    const Json second = send(transfer(1));
    simulation_.run_until_slot(7);
    const Json page = ask("account_history", {{"address", address_to_text(address(0))}, {"count", "1"}});
    ASSERT_EQ(page["transactions"].size(), 1U);
    EXPECT_EQ(page["transactions"][0]["id"], second);
    EXPECT_EQ(page["transactions"][0]["sent"], true);
    EXPECT_EQ(page["transactions"][0]["block"]["root"], ask("tx_receipt", list(second))["block_root"]);
    EXPECT_EQ(page["complete_from"], "0");
    const Json rest = ask("account_history", {{"address", address_to_text(address(0))}, {"before", page["next"]}});
    ASSERT_EQ(rest["transactions"].size(), 1U);
    EXPECT_EQ(rest["transactions"][0]["id"], first);
    EXPECT_EQ(rest["next"], Json());
    const Json paid = ask("account_history", list(address_to_text(address(1))));
    ASSERT_EQ(paid["transactions"].size(), 2U);
    EXPECT_EQ(paid["transactions"][1]["id"], first);
    EXPECT_EQ(paid["transactions"][1]["sent"], false);
    for (const char* before : {"1", ":", "1:", "01:2", "1:2:3", "1:-2"})
        EXPECT_EQ(error("account_history", list(address_to_text(address(0)), before))["code"],
                  rpc::code::kInvalidParams);
    EXPECT_EQ(error("account_history", {{"address", address_to_text(address(0))}, {"count", "0"}})["code"],
              rpc::code::kInvalidParams);
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
    const Json all = ask("chain_block_transactions", list(root))["transactions"];
    ASSERT_EQ(all.size(), 5U);
    for (std::size_t i = 0; i < ids.size(); ++i)
        EXPECT_EQ(all[i], (Json{{"id", ids[i]}, {"status", "success"}, {"gas_used", "21000"}}));
    const Json some = ask("chain_block_transactions", {{"at", root}, {"first", "3"}, {"count", "1"}})["transactions"];
    EXPECT_EQ(some, Json::array({all[3]}));
    EXPECT_EQ(ask("chain_block_transactions", list(root, "5"))["transactions"].size(), 0U);
    EXPECT_EQ(ask("chain_block_transactions", list(root, "18446744073709551615"))["transactions"].size(), 0U);
    EXPECT_EQ(error("chain_block_transactions", list(root, "0", "1025"))["code"], rpc::code::kInvalidParams);
    EXPECT_EQ(error("chain_block_transactions", list(root, 0))["code"], rpc::code::kInvalidParams);
}

TEST_F(MethodsTest, ABlockIsTheHeadUnlessItIsNamed) {
    const Json head = ask("chain_block");
    EXPECT_EQ(head["header"]["root"], to_json(simulation_.node(0).chain().head()));
    EXPECT_EQ(head["contents"]["transactions"], "0");
    EXPECT_EQ(ask("chain_block_transactions", list(head["header"]["root"]))["transactions"].size(), 0U);
    EXPECT_EQ(ask("chain_block", list(head["header"]["parent_root"]))["header"]["slot"], "1");
    const Json unknown = error("chain_block", list("0x" + std::string(64, '1')));
    EXPECT_EQ(unknown["code"], code::kUnknownBlock);
    EXPECT_EQ(error("chain_block_transactions", list("0x" + std::string(64, '1')))["code"], code::kUnknownBlock);
}

TEST_F(MethodsTest, AnEncodedBlockHasTheRootThatNamesIt) {
    const Json encoded = ask("chain_block_encoded");
    const ByteVector bytes = bytes_from(encoded["signed_block"]);
    const auto block = decode<SignedBlock>(bytes, simulation_.parameters());
    ASSERT_TRUE(block.ok());
    EXPECT_EQ(encoded["id"]["root"], to_json(hash_tree_root(block->message, simulation_.parameters())));
    EXPECT_EQ(encoded["receipts"], nullptr);
    EXPECT_EQ(ask("chain_block")["bytes"], std::to_string(bytes.size()));
}

TEST_F(MethodsTest, HeadersAreToldBySlots) {
    const Json headers = ask("chain_headers", list("0"))["headers"];
    ASSERT_EQ(headers.size(), 2U) << "of slots 1 and 2";
    EXPECT_EQ(headers[1], ask("chain_header"));
    EXPECT_EQ(headers[1]["parent_root"], headers[0]["root"]);
    EXPECT_EQ(ask("chain_headers", list("1", "1"))["headers"], Json::array({headers[0]}));
    EXPECT_EQ(ask("chain_headers", list("18446744073709551615"))["headers"], Json::array());
    EXPECT_EQ(error("chain_headers", list("0", "17"))["code"], rpc::code::kInvalidParams);
}

TEST_F(MethodsTest, TheForkChoiceIsToldBlockByBlock) {
    simulation_.run_until_slot(4);
    const Json all = ask("chain_fork_choice");
    EXPECT_EQ(all["block_count"], "5");
    ASSERT_EQ(all["blocks"].size(), 5U);
    EXPECT_EQ(all["blocks"][0]["parent_root"], nullptr);
    EXPECT_EQ(all["blocks"][4]["root"], all["head_root"]);
    EXPECT_EQ(all["blocks"][4]["parent_root"], all["blocks"][3]["root"]);
    EXPECT_NE(all["blocks"][1]["weight"], "0");
    EXPECT_EQ(ask("chain_fork_choice", list("3", "1"))["blocks"], Json::array({all["blocks"][3]}));
    EXPECT_EQ(ask("chain_fork_choice", list("5"))["blocks"], Json::array());
}

TEST_F(MethodsTest, ThePoolIsToldInPages) {
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce)
        send(transfer(nonce));
    const Json all = ask("tx_pool");
    EXPECT_EQ(all["size"], "3");
    ASSERT_EQ(all["transactions"].size(), 3U);
    EXPECT_EQ(all["next"], nullptr);
    Json page = ask("tx_pool", {{"count", "2"}});
    ASSERT_EQ(page["transactions"].size(), 2U);
    page = ask("tx_pool", {{"count", "2"}, {"after", page["next"]}});
    EXPECT_EQ(page["transactions"], Json::array({all["transactions"][2]}));
    EXPECT_EQ(page["next"], nullptr);
    const Json own = ask("tx_pool", {{"sender", address_to_text(address(0))}})["transactions"];
    ASSERT_EQ(own.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(own[i]["transaction"]["nonce"], std::to_string(i));
    EXPECT_EQ(ask("tx_pool", {{"sender", address_to_text(address(1))}})["transactions"], Json::array());
}

TEST_F(MethodsTest, AFeeSufficesEvenIfAllBlocksUntilThenAreFull) {
    const Json fees = ask("tx_fee_estimate");
    const auto base = std::stoull(fees["base_fee"].get<std::string>());
    EXPECT_EQ(fees["estimates"][0]["max_fee"], fees["base_fee"]);
    EXPECT_EQ(fees["estimates"][0]["tip"], "0") << "nobody waits";
    EXPECT_GT(std::stoull(fees["estimates"][2]["max_fee"].get<std::string>()), base);
}

TEST_F(MethodsTest, ASimulationTellsWhatTheChainWouldDo) {
    const auto encoded = [](const SignedTransaction& made) { return "0x" + to_hex(encode(made)); };
    const Json good = ask("tx_simulate", list(encoded(transfer(0))));
    EXPECT_EQ(good["signed"], true);
    EXPECT_EQ(good["rejection"], nullptr);
    EXPECT_EQ(good["status"], "success");
    EXPECT_EQ(good["gas_used"], "21000");
    EXPECT_EQ(good["balance_before"], std::to_string(SimulatedChain::kBalance.value()));
    const auto fee = std::stoull(good["fee"].get<std::string>());
    EXPECT_EQ(good["balance_after"], std::to_string(SimulatedChain::kBalance.value() - fee - 5));
    EXPECT_EQ(ask("account_balance", list(address_to_text(address(0))))["nonce"], "0") << "nothing was done";

    SignedTransaction unsigned_one = transfer(0, SimulatedChain::kBalance);
    unsigned_one.signature = {};
    const Json poor = ask("tx_simulate", list(encoded(unsigned_one)));
    EXPECT_EQ(poor["signed"], false);
    EXPECT_EQ(poor["status"], "insufficient_balance");
    const Json late = ask("tx_simulate", list(encoded(transfer(1))));
    EXPECT_EQ(late["rejection"]["clause"], "TXN-10");
    EXPECT_EQ(late["status"], nullptr);
    EXPECT_EQ(error("tx_simulate", list("0x1234"))["data"]["clause"], "ENC-07");

    send(transfer(0));
    simulation_.run_until_slot(5);
    const Json sent = ask("account_balance", list(address_to_text(address(0))));
    EXPECT_EQ(sent["balance"], good["balance_after"]) << "as it was foretold";
}

}  // namespace
}  // namespace touchstone::node::api
