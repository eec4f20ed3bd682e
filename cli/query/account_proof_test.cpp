// Proofs of real states, and every way to spoil them; `touchstone query proof`.
#include "cli/query/account_proof.h"

#include <gtest/gtest.h>

#include <array>

#include "cli/commands.h"
#include "cli/rpc/testing/run_command.h"
#include "cli/rpc/testing/scripted_node.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/test_chain.h"
#include "node/kernel/tree/proof.h"
#include "node/types/encoding.h"
#include "node/types/state_branch.h"

namespace touchstone::cli {
namespace {

constexpr std::size_t kAccounts = 6;

const node::TestChain& chain() {
    static const node::TestChain kChain(node::MINIMAL, 16, node::Amount(32'000'000'000), kAccounts,
                                        node::Amount(2'500'000'000));
    return kChain;
}

RpcJson text(node::Bytes bytes) { return "0x" + node::to_hex(bytes); }

RpcJson texts(const auto& hashes) {
    RpcJson list = RpcJson::array();
    for (const auto& hash : hashes)
        list.push_back(text(node::Hash(hash).view()));
    return list;
}

RpcJson tree_proof_json(const node::KvProof& proof) {
    RpcJson hashes = RpcJson::array();
    for (const node::Hash& hash : proof.hashes)
        hashes.push_back(text(hash.view()));
    RpcJson leaves = RpcJson::array();
    for (const node::KvLeaf& leaf : proof.leaves)
        leaves.push_back({{"path", text(leaf.path.view())}, {"value_hash", text(leaf.value_hash.view())}});
    return {{"shape", text(proof.shape)}, {"hashes", std::move(hashes)}, {"leaves", std::move(leaves)}};
}

const node::BlockHeader& header() {
    static const node::BlockHeader kHeader = [] {
        node::BlockHeader made{node::Slot(72), node::ValidatorIndex(5), {}, {}, {}};
        made.parent_root.bytes.fill(1);
        made.body_root.bytes.fill(2);
        made.state_root = chain().genesis_state().root(chain().environment());
        return made;
    }();
    return kHeader;
}

const node::Root& block_root() {
    static const node::Root kRoot = node::hash_tree_root(header(), chain().parameters());
    return kRoot;
}

/// What a node answers to account_proof.
RpcJson answer_for(const node::Address& address) {
    const node::State& state = chain().genesis_state();
    const std::array keys{node::account_key(address)};
    const auto value = node::tree::find_value(state.tree(), keys[0]);
    const auto proof = node::tree::get_kv_proof(state.tree(), node::tree::query_of_keys(keys)).value();
    const node::StateBranch branch = node::tree_root_branch(state.consensus(), chain().parameters());
    const node::Account account = node::get_account(state, address);
    return {{"header",
             {{"root", text(block_root().view())},
              {"slot", "72"},
              {"proposer_index", "5"},
              {"parent_root", text(header().parent_root.view())},
              {"state_root", text(header().state_root.view())},
              {"body_root", text(header().body_root.view())},
              {"canonical", true},
              {"finalized", true}}},
            {"address", node::address_to_text(address)},
            {"balance", std::to_string(account.balance.value())},
            {"nonce", std::to_string(account.nonce)},
            {"proof",
             {{"key", text(keys[0])},
              {"value", value ? text(*value) : RpcJson()},
              {"tree_root", text(state.consensus().tree_root.view())},
              {"tree_proof", tree_proof_json(proof)},
              {"tree_root_branch", {{"generalized_index", "61"}, {"hashes", texts(branch.hashes)}}}}}};
}

const node::Address& somebody() { return chain().account_address(1); }

node::Address nobody(std::uint8_t digit = 7) {
    node::Address address;
    address.bytes.fill(digit);
    return address;
}

std::string fault_of(const RpcJson& answer, const node::Address& address) {
    const auto proved = verify_account_proof(answer, address, block_root());
    return proved.ok() ? "" : proved.fault().text;
}

TEST(AccountProof, ProvesEveryAccount) {
    for (std::size_t i = 0; i < kAccounts; ++i) {
        const node::Address& address = chain().account_address(i);
        const auto proved = verify_account_proof(answer_for(address), address, block_root());
        ASSERT_TRUE(proved.ok()) << proved.fault().text;
        EXPECT_TRUE(proved->exists);
        EXPECT_EQ(proved->account, (node::Account{0, node::Amount(2'500'000'000)}));
        EXPECT_EQ(proved->header, header());
        EXPECT_EQ(proved->block_root, block_root());
    }
}

TEST(AccountProof, ProvesThatThereIsNone) {
    for (int digit = 0; digit < 40; ++digit) {
        const node::Address address = nobody(static_cast<std::uint8_t>(digit));
        const auto proved = verify_account_proof(answer_for(address), address, block_root());
        ASSERT_TRUE(proved.ok()) << proved.fault().text;
        EXPECT_FALSE(proved->exists);
        EXPECT_EQ(proved->account, node::Account{});
    }
}

TEST(AccountProof, IsOfOneAddress) {
    EXPECT_NE(fault_of(answer_for(somebody()), chain().account_address(2)), "");
    EXPECT_NE(fault_of(answer_for(somebody()), nobody()), "");
    EXPECT_NE(fault_of(answer_for(nobody()), somebody()), "");
}

TEST(AccountProof, IsOfOneBlock) {
    node::Root other = block_root();
    other.bytes[31] ^= 1U;
    const auto proved = verify_account_proof(answer_for(somebody()), somebody(), other);
    ASSERT_FALSE(proved.ok());
    EXPECT_EQ(proved.fault().kind, FaultKind::Data);
    EXPECT_NE(proved.fault().text.find("not of the trusted one"), std::string::npos) << proved.fault().text;
    EXPECT_TRUE(verify_account_proof(answer_for(somebody()), somebody(), std::nullopt).ok());
}

TEST(AccountProof, AnAccountCannotBeHidden) {
    RpcJson answer = answer_for(somebody());
    answer["proof"]["value"] = nullptr;
    answer["balance"] = "0";
    EXPECT_NE(fault_of(answer, somebody()).find("[KVT-"), std::string::npos) << fault_of(answer, somebody());
}

TEST(AccountProof, WhatTheAnswerSaysBesideItHasToBeProved) {
    RpcJson answer = answer_for(somebody());
    answer["balance"] = "2500000001";
    EXPECT_NE(fault_of(answer, somebody()).find("another balance or nonce"), std::string::npos);
    answer = answer_for(nobody());
    answer["nonce"] = "1";
    EXPECT_NE(fault_of(answer, nobody()).find("another balance or nonce"), std::string::npos);
    answer = answer_for(somebody());
    answer["header"]["root"] = text(nobody().view());
    EXPECT_FALSE(verify_account_proof(answer, somebody(), std::nullopt).ok());
}

TEST(AccountProof, EveryChangedDigitIsSeen) {
    for (const node::Address& address : {somebody(), nobody()}) {
        const RpcJson answer = answer_for(address);
        const RpcJson flat = answer.flatten();
        for (const auto& [place, value] : flat.items()) {
            if (!value.is_string() || !value.get<std::string>().starts_with("0x") || place == "/proof/key") continue;
            for (std::size_t i = 2; i < value.get<std::string>().size(); ++i) {
                std::string changed = value.get<std::string>();
                changed[i] = changed[i] == '0' ? '1' : '0';
                RpcJson spoilt = answer;
                spoilt[RpcJson::json_pointer(place)] = changed;
                ASSERT_NE(fault_of(spoilt, address), "") << place << " at " << i;
            }
        }
    }
}

TEST(AccountProof, WhatIsLeftOverOrMissingIsSeen) {
    const RpcJson answer = answer_for(somebody());
    const auto with = [&](const char* place, const RpcJson& value) {
        RpcJson spoilt = answer;
        spoilt[RpcJson::json_pointer(place)] = value;
        return fault_of(spoilt, somebody());
    };
    const std::string shape = answer["proof"]["tree_proof"]["shape"].get<std::string>();
    EXPECT_NE(with("/proof/tree_proof/shape", shape + "00"), "");
    EXPECT_NE(with("/proof/tree_proof/shape", shape.substr(0, shape.size() - 2)), "");
    EXPECT_NE(with("/proof/tree_proof/hashes/-", text(nobody().view())), "");
    EXPECT_NE(with("/proof/tree_proof/hashes", RpcJson::array()), "");
    EXPECT_NE(with("/proof/tree_root_branch/hashes/-", text(nobody().view())), "");
    EXPECT_NE(with("/proof/tree_root_branch/hashes", RpcJson::array()), "");
    EXPECT_NE(with("/proof/value", "0x00"), "");
}

TEST(AccountProof, WhatIsNoAnswerIsAFault) {
    const RpcJson answer = answer_for(nobody());
    const RpcJson flat = answer.flatten();
    for (const auto& [place, value] : flat.items()) {
        const bool said_only = place == "/address" || place == "/proof/key" || place == "/header/canonical" ||
                               place == "/header/finalized" || place == "/proof/tree_root_branch/generalized_index";
        if (said_only) continue;
        for (const RpcJson& other : {RpcJson(5), RpcJson::object(), RpcJson("zz")}) {
            RpcJson spoilt = answer;
            spoilt[RpcJson::json_pointer(place)] = other;
            EXPECT_NE(fault_of(spoilt, nobody()), "") << place << ' ' << other;
        }
    }
    for (const RpcJson& other : {RpcJson(), RpcJson(5), RpcJson::array(), RpcJson::object(), RpcJson("x")})
        EXPECT_NE(fault_of(other, nobody()), "") << other;
}

// -------------------------------------------------------------------------------------------------------- the command

class ProofCommandTest : public testing::Test {
  protected:
    Ran prove(const node::Address& address, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{"query", "proof", node::address_to_text(address), "--rpc", node_.url()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_command(add_query_command, std::move(arguments));
    }
    static std::string root() { return "0x" + node::to_hex(block_root()); }

    ScriptedNode node_;
};

TEST_F(ProofCommandTest, ProvesAgainstTheRootThatIsGiven) {
    node_.answer("account_proof", answer_for(somebody()));
    const Ran ran = prove(somebody(), {"--root", root()});
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_EQ(ran.out,
              "balance             2.5 TST\n"
              "nonce               0\n"
              "entry in the state  there is one\n"
              "after the block of  72\n"
              "block               " +
                  root() +
                  "\n"
                  "state root          0x" +
                  node::to_hex(header().state_root) +
                  "\n"
                  "\n"
                  "proved against the root that was given: the node need not be trusted\n");
    EXPECT_EQ(node_.calls("account_proof").back(),
              RpcJson({{"address", "0x" + node::to_hex(somebody())}, {"at", root()}}));
}

TEST_F(ProofCommandTest, SaysOnWhoseWordItStands) {
    RpcJson answer = answer_for(nobody());
    node_.answer("account_proof", answer);
    const Ran ran = prove(nobody());
    EXPECT_EQ(ran.code, kExitSuccess) << ran.error;
    EXPECT_NE(ran.out.find("there is none"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("of which this node alone says that it is final;"), std::string::npos) << ran.out;
    EXPECT_EQ(node_.calls("account_proof").back()["at"], "finalized");
    node_.forget("account_proof");
    answer["header"]["finalized"] = false;
    node_.answer("account_proof", answer);
    EXPECT_NE(prove(nobody(), {"--at", "head"}).out.find("not final yet"), std::string::npos);
    EXPECT_EQ(node_.calls("account_proof").back()["at"], "head");
}

TEST_F(ProofCommandTest, JsonHasTheAnswerAndWhatIsProved) {
    const RpcJson answer = answer_for(somebody());
    node_.answer("account_proof", answer);
    RpcJson json = RpcJson::parse(prove(somebody(), {"--json", "--root", root()}).out);
    EXPECT_EQ(json["proved"], RpcJson::parse(R"({"trusted":"given_root","slot":"72","exists":true,
        "balance":"2500000000","nonce":"0","block_root":")" +
                                             root() + R"("})"));
    EXPECT_EQ(RpcJson::parse(prove(somebody(), {"--json"}).out)["proved"]["trusted"], "node");
    json.erase("proved");
    EXPECT_EQ(json, answer);
}

TEST_F(ProofCommandTest, WhatIsNotProvedIsNotPrinted) {
    node_.answer("account_proof", answer_for(somebody()));
    const std::vector<std::vector<std::string>> ways{{}, {"--json"}, {"--root", root()}};
    for (const auto& more : ways) {
        const Ran ran = prove(nobody(), more);
        EXPECT_EQ(ran.code, kExitFailure);
        EXPECT_EQ(ran.out, "");
        EXPECT_NE(ran.error.find("touchstone: not proved: "), std::string::npos) << ran.error;
    }
    const Ran other = prove(somebody(), {"--root", "0x" + std::string(64, '0')});
    EXPECT_EQ(other.code, kExitFailure);
    EXPECT_EQ(other.out, "");
}

TEST_F(ProofCommandTest, ArgumentsWithoutSenseAreRefused) {
    EXPECT_EQ(prove(somebody(), {"--root", "0x00"}).code, kExitUsage);
    EXPECT_EQ(prove(somebody(), {"--root", root(), "--at", "head"}).code, kExitUsage);
    EXPECT_EQ(run_command(add_query_command, {"query", "proof", "tst1nobody"}).code, kExitUsage);
    EXPECT_TRUE(node_.calls("account_proof").empty());
}

}  // namespace
}  // namespace touchstone::cli
