// Proofs that an account is as the node says, verified by the node's own functions. docs/examples verifies them alone.
#include <gtest/gtest.h>

#include "node/api/testing/asked_node.h"
#include "node/codec/proof.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/tree/proof.h"

namespace touchstone::node::api {
namespace {

class AccountProofTest : public AskedNodeTest {
  protected:
    AccountProofTest() : AskedNodeTest(SimulatedChain::make(16, 4)) {}

    static KvProof proof_from(const Json& json) {
        KvProof proof;
        proof.shape = bytes_from(json["shape"]);
        for (const Json& hash : json["hashes"])
            proof.hashes.emplace_back(root_from(hash).bytes);
        for (const Json& leaf : json["leaves"])
            proof.leaves.push_back({Path(root_from(leaf["path"]).bytes), Hash(root_from(leaf["value_hash"]).bytes)});
        return proof;
    }
    /// From the entry up to the root of the block.
    void expect_proved(const Json& answer) {
        const Json& json = answer["proof"];
        const Root tree_root = root_from(json["tree_root"]);
        std::optional<ByteVector> value;
        if (!json["value"].is_null()) value = bytes_from(json["value"]);
        EXPECT_TRUE(tree::verify_key(tree_root, bytes_from(json["key"]), value, proof_from(json["tree_proof"])).ok());
        std::vector<crypto::Digest> branch;
        for (const Json& hash : json["tree_root_branch"]["hashes"])
            branch.push_back(root_from(hash).bytes);
        const Json& header = answer["header"];
        EXPECT_TRUE(codec::verify_proof(tree_root.bytes, uint64_from(json["tree_root_branch"]["generalized_index"]),
                                        branch, root_from(header["state_root"]).bytes)
                        .ok());
        const BlockHeader made{Slot(uint64_from(header["slot"])), ValidatorIndex(uint64_from(header["proposer_index"])),
                               root_from(header["parent_root"]), root_from(header["state_root"]),
                               root_from(header["body_root"])};
        EXPECT_EQ(header["root"], to_json(hash_tree_root(made, simulation_.parameters())));
    }
};

TEST_F(AccountProofTest, AnAccountIsProvedAgainstTheFinalizedRoot) {
    send(transaction(0, 0, Transfer{address(1), Amount(7)}));
    simulation_.run_until_epoch(5);
    const Json answer = ask("account_proof", {{"address", address_to_text(address(1))}, {"at", "finalized"}});
    EXPECT_EQ(answer["header"], ask("chain_finalized")["header"]);
    EXPECT_EQ(answer["header"]["finalized"], true);
    EXPECT_EQ(answer["balance"], std::to_string(SimulatedChain::kBalance.value() + 7));
    const Account account = account_of_value(bytes_from(answer["proof"]["value"]));
    EXPECT_EQ(answer["balance"], to_json(account.balance));
    EXPECT_EQ(answer["nonce"], to_json(account.nonce));
    expect_proved(answer);
}

TEST_F(AccountProofTest, ThatThereIsNoAccountIsProvedToo) {
    const Json answer = ask("account_proof", {{"address", "0x" + std::string(64, '7')}});
    EXPECT_EQ(answer["proof"]["value"], nullptr);
    EXPECT_EQ(answer["balance"], "0");
    expect_proved(answer);
}

}  // namespace
}  // namespace touchstone::node::api
