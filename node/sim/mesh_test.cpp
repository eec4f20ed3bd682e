#include "node/sim/mesh.h"

#include <gtest/gtest.h>

namespace touchstone::node::sim {
namespace {

constexpr Topic kTopic{TopicKind::Block};
constexpr std::size_t kDegree = 8;

std::vector<std::size_t> others(const Meshes& meshes, std::size_t node, std::size_t nodes) {
    std::vector<std::size_t> found;
    for (std::size_t other = 0; other < nodes; ++other) {
        if (other != node && !meshes.contains(kTopic, node, other)) found.push_back(other);
    }
    return found;
}

/// [NET-122]
TEST(Meshes, EveryNodeHasEnoughAndNotTooManyAndTheyAreMutual) {
    constexpr std::size_t kNodes = 60;
    SeededRandom random(3);
    Meshes meshes;
    for (int round = 0; round < 3; ++round) {
        for (std::size_t node = 0; node < kNodes; ++node)
            meshes.balance(kTopic, node, others(meshes, node, kNodes), kDegree, random);
    }
    for (std::size_t node = 0; node < kNodes; ++node) {
        EXPECT_GE(meshes.of(kTopic, node).size(), kDegree * 3 / 4) << node;
        EXPECT_LE(meshes.of(kTopic, node).size(), kDegree * 3 / 2) << node;
        for (const std::size_t other : meshes.of(kTopic, node))
            EXPECT_TRUE(meshes.contains(kTopic, other, node)) << node << " " << other;
    }
    EXPECT_TRUE(meshes.of({TopicKind::Attestation, 1}, 0).empty()) << "each topic has its own";
}

TEST(Meshes, TakesNobodyWhoHasTooManyAndPrunesWhenThereAreTooMany) {
    SeededRandom random(4);
    Meshes meshes;
    // Each of forty wants the one that is offered to it.
    for (std::size_t node = 1; node <= 40; ++node)
        meshes.balance(kTopic, node, {0}, kDegree, random);
    EXPECT_EQ(meshes.of(kTopic, 0).size(), kDegree * 3 / 2);
    meshes.balance(kTopic, 0, {}, kDegree / 2, random);
    EXPECT_EQ(meshes.of(kTopic, 0).size(), kDegree / 2 * 3 / 2) << "a smaller mesh lets some go";
}

TEST(Meshes, WhoIsDisconnectedIsInNobodysMesh) {
    SeededRandom random(5);
    Meshes meshes;
    meshes.balance(kTopic, 0, {1, 2}, kDegree, random);
    EXPECT_TRUE(meshes.contains(kTopic, 1, 0));
    meshes.separate(1, 0);
    EXPECT_FALSE(meshes.contains(kTopic, 1, 0));
    EXPECT_FALSE(meshes.contains(kTopic, 0, 1));
    EXPECT_TRUE(meshes.contains(kTopic, 0, 2));
}

}  // namespace
}  // namespace touchstone::node::sim
