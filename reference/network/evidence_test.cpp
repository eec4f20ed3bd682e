// Evidence of offences in gossip: what is older than that accepted before travels too [NET-48] to [NET-51].
#include <gtest/gtest.h>

#include "reference/chain/test_chain.h"
#include "reference/network/gossip.h"
#include "reference/signatures/domains.h"
#include "reference/transition/genesis.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {
namespace {

const GossipResult ACCEPTED{};
const GossipResult PROPOSER_SEEN{Verdict::Ignore, Clause::NET_48};
const GossipResult ATTESTERS_SEEN{Verdict::Ignore, Clause::NET_50};

/// A node in epoch 5 whose head is genesis: no offence has come into a block.
class GossipOfEvidence : public testing::Test {
  protected:
    GossipOfEvidence() {
        view_.store = get_forkchoice_store(genesis_, genesis_block(genesis_)).value();
        const std::uint64_t slots = 5 * view_.store.config.SLOTS_PER_EPOCH;
        view_.time_ms = view_.store.genesis_time_ms + slots * view_.store.config.SLOT_DURATION_MS;
        EXPECT_TRUE(on_tick(view_.store, view_.time_ms));
    }

    ProposerSlashing blocks(std::uint64_t proposer, std::uint64_t epoch, std::uint64_t slot_of_epoch = 0) const {
        const Slot slot{epoch * genesis_.config.SLOTS_PER_EPOCH + slot_of_epoch};
        return test::two_blocks_of(genesis_, ValidatorIndex{proposer}, slot);
    }
    GossipResult of_proposer(std::uint64_t proposer, std::uint64_t epoch, std::uint64_t slot_of_epoch = 0) {
        return on_gossip_proposer_slashing(view_, blocks(proposer, epoch, slot_of_epoch));
    }

    IndexedAttestation vote(const std::vector<std::uint64_t>& indices, std::uint64_t source, std::uint64_t target,
                            std::uint8_t head) const {
        IndexedAttestation vote;
        for (const std::uint64_t index : indices)
            vote.attesting_indices.emplace_back(index);
        vote.data.source.epoch = Epoch{source};
        vote.data.target.epoch = Epoch{target};
        vote.data.beacon_block_root.bytes[0] = head;
        const Domain domain = get_domain(genesis_, DOMAIN_ATTESTER, Epoch{target});
        vote.signature =
            test::sign_together(vote.attesting_indices, compute_signing_root(vote.data, domain, genesis_.config));
        return vote;
    }
    AttesterSlashing double_votes(const std::vector<std::uint64_t>& indices, std::uint64_t epoch) const {
        return {vote(indices, 0, epoch, 1), vote(indices, 0, epoch, 2)};
    }
    GossipResult of_attesters(const std::vector<std::uint64_t>& indices, std::uint64_t epoch) {
        return on_gossip_attester_slashing(view_, double_votes(indices, epoch));
    }

    ConsensusState genesis_ = test::genesis_state(16);
    GossipView view_;
};

/// [NET-48]
TEST_F(GossipOfEvidence, AProposersOlderOffenceIsAcceptedAndNoOther) {
    EXPECT_EQ(of_proposer(3, 3, 1), ACCEPTED);
    EXPECT_EQ(of_proposer(3, 3, 1), PROPOSER_SEEN);
    EXPECT_EQ(of_proposer(3, 3, 0), PROPOSER_SEEN) << "an older slot of the same epoch";
    EXPECT_EQ(of_proposer(3, 3, 7), PROPOSER_SEEN);
    EXPECT_EQ(of_proposer(3, 4), PROPOSER_SEEN);
    EXPECT_EQ(of_proposer(3, 1, 7), ACCEPTED) << "older";
    EXPECT_EQ(of_proposer(3, 1), PROPOSER_SEEN);
    EXPECT_EQ(of_proposer(3, 2), PROPOSER_SEEN) << "newer than the smallest, though older than the first";
    EXPECT_EQ(of_proposer(3, 3), PROPOSER_SEEN);
    EXPECT_EQ(of_proposer(3, 0), ACCEPTED);
    EXPECT_EQ(of_proposer(3, 0), PROPOSER_SEEN);
    EXPECT_EQ(of_proposer(4, 3), ACCEPTED) << "another proposer";
}

/// [NET-48] [NET-49]
TEST_F(GossipOfEvidence, OfAProposerThatIsRejectedHidesNone) {
    ProposerSlashing forged = blocks(3, 1);
    forged.signed_header_2.signature = forged.signed_header_1.signature;
    EXPECT_EQ(on_gossip_proposer_slashing(view_, forged), (GossipResult{Verdict::Reject, Clause::PSL_07}));
    EXPECT_EQ(of_proposer(3, 2), ACCEPTED);
    EXPECT_EQ(on_gossip_proposer_slashing(view_, forged), (GossipResult{Verdict::Reject, Clause::PSL_07}));
    EXPECT_EQ(of_proposer(3, 1), ACCEPTED);
    EXPECT_EQ(on_gossip_proposer_slashing(view_, forged), PROPOSER_SEEN) << "NET-48 comes first";
}

/// [NET-50]
TEST_F(GossipOfEvidence, AnAttestersOlderOffenceIsAcceptedAndNoOther) {
    EXPECT_EQ(of_attesters({3}, 3), ACCEPTED);
    EXPECT_EQ(of_attesters({3}, 3), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({3}, 4), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({3}, 1), ACCEPTED);
    EXPECT_EQ(of_attesters({3}, 1), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({3}, 2), ATTESTERS_SEEN) << "newer than the smallest, though older than the first";
    EXPECT_EQ(of_attesters({3}, 0), ACCEPTED);
    EXPECT_EQ(of_proposer(3, 4), ACCEPTED) << "offences of proposers are remembered apart";
}

/// [NET-50]
TEST_F(GossipOfEvidence, OneIndexThatIsNewOrOlderIsEnough) {
    EXPECT_EQ(of_attesters({1, 2}, 3), ACCEPTED);
    EXPECT_EQ(of_attesters({1}, 3), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({2}, 3), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({1, 2, 5}, 4), ACCEPTED) << "5 is new, though 1 and 2 are known";
    EXPECT_EQ(of_attesters({1, 2, 5}, 4), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({1, 2}, 4), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({1, 5}, 3), ACCEPTED) << "older for 5, for 1 the same";
    EXPECT_EQ(of_attesters({1, 2, 5}, 3), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({2}, 1), ACCEPTED);
    EXPECT_EQ(of_attesters({1, 2}, 2), ACCEPTED) << "older for 1, for 2 newer";
    EXPECT_EQ(of_attesters({2, 5}, 2), ACCEPTED) << "older for 5";
    EXPECT_EQ(of_attesters({1, 2, 5}, 2), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({2}, 1), ATTESTERS_SEEN) << "the newer one of 2 did not take the place of the smallest";
}

/// [NET-50]
TEST_F(GossipOfEvidence, OnlyWhoIsInBothVotesCounts) {
    const AttesterSlashing slashing{vote({1, 2}, 0, 3, 1), vote({2, 7}, 0, 3, 2)};
    EXPECT_EQ(on_gossip_attester_slashing(view_, slashing), ACCEPTED);
    EXPECT_EQ(of_attesters({2}, 3), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({1}, 4), ACCEPTED);
    EXPECT_EQ(of_attesters({7}, 4), ACCEPTED);
    EXPECT_EQ(on_gossip_attester_slashing(view_, {vote({1}, 0, 2, 1), vote({7}, 0, 2, 2)}), ATTESTERS_SEEN);
}

/// [NET-50]
TEST_F(GossipOfEvidence, OfTwoTargetsTheSmallerIsTheOffencesEpoch) {
    const IndexedAttestation outer = vote({3}, 0, 4, 0);
    const IndexedAttestation inner = vote({3}, 1, 2, 0);
    EXPECT_EQ(of_attesters({3}, 3), ACCEPTED);
    EXPECT_EQ(on_gossip_attester_slashing(view_, {outer, inner}), ACCEPTED) << "of epoch 2";
    EXPECT_EQ(on_gossip_attester_slashing(view_, {inner, outer}), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({3}, 2), ATTESTERS_SEEN);
    EXPECT_EQ(of_attesters({3}, 1), ACCEPTED);
}

/// [NET-50] [NET-51]
TEST_F(GossipOfEvidence, OfAttestersThatIsRejectedHidesNone) {
    AttesterSlashing forged = double_votes({1, 2}, 1);
    forged.attestation_2.signature = forged.attestation_1.signature;
    EXPECT_EQ(on_gossip_attester_slashing(view_, forged), (GossipResult{Verdict::Reject, Clause::ATT_12}));
    EXPECT_EQ(of_attesters({1, 2}, 3), ACCEPTED);
    EXPECT_EQ(on_gossip_attester_slashing(view_, forged), (GossipResult{Verdict::Reject, Clause::ATT_12}));
    EXPECT_EQ(of_attesters({1, 2}, 1), ACCEPTED);
    EXPECT_EQ(on_gossip_attester_slashing(view_, forged), ATTESTERS_SEEN) << "NET-50 comes first";
}

/// [NET-51]: the signatures come last, so that what slashes nobody costs none.
TEST_F(GossipOfEvidence, WhatSlashesNobodyIsIgnoredWhateverItsSignatures) {
    BlockBody body;
    body.attester_slashings = {double_votes({3}, 2)};
    ASSERT_TRUE(on_block(view_.store, test::make_block(genesis_, Slot{40}, body)));
    AttesterSlashing forged = double_votes({3}, 2);
    forged.attestation_1.signature = {};
    EXPECT_EQ(on_gossip_attester_slashing(view_, forged), (GossipResult{Verdict::Ignore, Clause::ASL_06}));
    forged.attestation_2.attesting_indices.emplace_back(99);
    EXPECT_EQ(on_gossip_attester_slashing(view_, forged), (GossipResult{Verdict::Reject, Clause::ATT_11}));
    forged = double_votes({3, 4}, 2);
    EXPECT_EQ(on_gossip_attester_slashing(view_, forged), ACCEPTED);
    forged.attestation_1.attesting_indices = {ValidatorIndex{3}, ValidatorIndex{5}};
    forged.attestation_2.attesting_indices = forged.attestation_1.attesting_indices;
    EXPECT_EQ(on_gossip_attester_slashing(view_, forged), (GossipResult{Verdict::Reject, Clause::ATT_12}));
}

/// [STK-24]: a head in which the newer offence is punished already does not stop the older one.
TEST_F(GossipOfEvidence, OfAnOlderOffenceIsAcceptedOnAHeadThatHasTheNewer) {
    BlockBody body;
    body.proposer_slashings = {blocks(3, 3)};
    const Slot slot{5 * genesis_.config.SLOTS_PER_EPOCH};
    const SignedBlock block = test::make_block(genesis_, slot, body);
    ASSERT_TRUE(on_block(view_.store, block));
    EXPECT_EQ(of_proposer(3, 3), (GossipResult{Verdict::Ignore, Clause::PSL_05}));
    EXPECT_EQ(of_proposer(3, 2), ACCEPTED);
    EXPECT_EQ(of_attesters({3}, 3), (GossipResult{Verdict::Ignore, Clause::ASL_06}));
    EXPECT_EQ(of_attesters({3}, 2), ACCEPTED);
}

}  // namespace
}  // namespace touchstone::reference
