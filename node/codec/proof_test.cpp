#include "node/codec/proof.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

namespace touchstone::node::codec {
namespace {

using crypto::Digest;

/// All nodes of a tree of 2^depth different leaves.
std::map<GeneralizedIndex, Digest> tree(unsigned depth) {
    std::map<GeneralizedIndex, Digest> nodes;
    const GeneralizedIndex first = GeneralizedIndex{1} << depth;
    for (GeneralizedIndex i = first; i < 2 * first; ++i)
        nodes[i] = {static_cast<std::uint8_t>(i), 1};
    for (GeneralizedIndex i = first - 1; i >= 1; --i)
        nodes[i] = crypto::sha256_pair(nodes[2 * i], nodes[2 * i + 1]);
    return nodes;
}

TEST(Proof, ASingleProofFoldsToTheRoot) {
    const auto nodes = tree(3);
    const std::vector<Digest> branch{nodes.at(12), nodes.at(7), nodes.at(2)};
    EXPECT_TRUE(verify_proof(nodes.at(13), 13, branch, nodes.at(1)).ok());
    EXPECT_EQ(verify_proof(nodes.at(13), 12, branch, nodes.at(1)).rejection().clause, Clause::ENC_22);
    EXPECT_FALSE(verify_proof(nodes.at(13), 13, std::span(branch).first(2), nodes.at(1)).ok());
    EXPECT_FALSE(verify_proof(nodes.at(13), 0, branch, nodes.at(1)).ok());
    EXPECT_TRUE(verify_proof(nodes.at(1), 1, {}, nodes.at(1)).ok());
}

RC_GTEST_PROP(Proof, MultiProofsAreAcceptedExactlyWhenWhole, ()) {
    const auto nodes = tree(5);
    std::set<GeneralizedIndex> chosen;
    const auto count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
        const auto index = *rc::gen::inRange<GeneralizedIndex>(1, 64);
        bool related = false;
        for (GeneralizedIndex each : chosen) {
            for (GeneralizedIndex up = each; up != 0; up /= 2)
                related = related || up == index;
            for (GeneralizedIndex up = index; up != 0; up /= 2)
                related = related || up == each;
        }
        if (!related) chosen.insert(index);
    }
    std::vector<ProofNode> proved;
    for (const GeneralizedIndex index : chosen)
        proved.push_back({index, nodes.at(index)});
    const std::vector<GeneralizedIndex> wanted(chosen.begin(), chosen.end());
    const auto needed = proof_indices(wanted);
    RC_ASSERT(needed.ok());
    std::vector<Digest> siblings;
    for (const GeneralizedIndex index : *needed)
        siblings.push_back(nodes.at(index));
    RC_ASSERT(verify_multiproof(proved, siblings, nodes.at(1)).ok());
    siblings.push_back({});
    RC_ASSERT(!verify_multiproof(proved, siblings, nodes.at(1)).ok());
    siblings.pop_back();
    proved.front().hash[7] ^= 1;
    RC_ASSERT(!verify_multiproof(proved, siblings, nodes.at(1)).ok());
}

TEST(Proof, ANodeAboveAnotherCannotBeProvedWithIt) {
    const std::vector<GeneralizedIndex> related{2, 5};
    EXPECT_FALSE(proof_indices(related).ok());
    const std::vector<GeneralizedIndex> equal{5, 5};
    EXPECT_FALSE(proof_indices(equal).ok());
}

}  // namespace
}  // namespace touchstone::node::codec
