#include "node/services/backward_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "node/services/testing/chain_with_transfers.h"
#include "node/services/testing/hand_time.h"
#include "node/services/testing/peer_ports.h"
#include "node/sim/disk.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// The blocks before slot 385 are missing. Some peer has them all, another one those from slot 330 on: no whole batch.
class BackwardBlocksTest : public ::testing::Test {
  protected:
    BackwardBlocksTest() {
        time_.now = ChainWithTransfers::get().test_chain().slot_time_ms(Slot(400));
        add_peer(archive_, Slot(1));
        add_peer(recent_, Slot(330));
        blocks_.begin(Root(), Slot(385), Slot(1));
    }

    struct Asked {
        PeerId peer;
        Slot first;
        ResponseHandler answer;
    };
    class AskedNetwork final : public SilentNetwork {
      public:
        void request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t,
                     ResponseHandler handler) override {
            if (method != Method::BlocksByRange) return;
            const Slot first = decode<BlocksByRangeRequest>(payload, MINIMAL).value().start_slot;
            history.emplace_back(peer, first);
            open.push_back({peer, first, std::move(handler)});
        }
        std::vector<std::pair<PeerId, Slot>> history;
        std::vector<Asked> open;
    };

    void add_peer(const PeerId& peer, Slot earliest) {
        peers_.on_connected(peer, {.outbound = false, .address = peer.bytes});
        peers_.receive_status(peer, {.fork_digest = chain().fork_digest(),
                                     .finalized_checkpoint = {},
                                     .head_root = {},
                                     .head_slot = Slot(399),
                                     .earliest_slot = earliest});
        EXPECT_NE(peers_.find(peer), nullptr);
    }
    Chain& chain() { return *fed_.chain(); }
    /// The request for the batch from that slot on; an answer has no blocks.
    void answer(Slot first, RequestOutcome outcome) {
        const auto found = std::ranges::find(network_.open, first, &Asked::first);
        ASSERT_NE(found, network_.open.end()) << first.value();
        const ResponseHandler handler = std::move(found->answer);
        network_.open.erase(found);
        handler(outcome, outcome == RequestOutcome::Success ? encode(BlocksResponse{}) : ByteVector{});
        time_.pass(1);
    }
    std::size_t times_asked(const PeerId& peer, Slot first) const {
        return static_cast<std::size_t>(std::ranges::count(network_.history, std::pair(peer, first)));
    }

    const PeerId archive_{"archive"};
    const PeerId recent_{"recent"};
    sim::Disk disk_;
    sim::SimulatedStore store_{disk_, [] {}};
    FedChain fed_{store_};
    HandTime time_;
    AskedNetwork network_;
    CountingRandom random_;
    NoLog log_;
    Peers peers_{chain(), time_, Connections::Ports{time_, network_, random_, log_}, PeerOptions{}};
    BackwardBlocks blocks_{chain(), peers_, network_, time_, time_};
};

TEST_F(BackwardBlocksTest, APauseOfTheOnlyOneWhoHasABatchThrowsNothingAway) {
    ASSERT_EQ(times_asked(archive_, Slot(321)), 1U);
    answer(Slot(257), RequestOutcome::Success);
    answer(Slot(321), RequestOutcome::Timeout);
    EXPECT_EQ(times_asked(archive_, Slot(321)), 1U) << "it is left alone";
    time_.pass(BackwardBlocks::kFirstPauseMs);
    EXPECT_EQ(times_asked(archive_, Slot(321)), 2U);
    EXPECT_EQ(times_asked(archive_, Slot(257)), 1U) << "its answer is still there";
    EXPECT_EQ(times_asked(recent_, Slot(330)), 0U);
}

TEST_F(BackwardBlocksTest, WhatNobodyHasWhoIsConnectedIsBegunAnew) {
    peers_.connections().on_disconnected(archive_);
    answer(Slot(321), RequestOutcome::Disconnected);
    EXPECT_EQ(times_asked(recent_, Slot(330)), 1U);
}

TEST_F(BackwardBlocksTest, NothingWaitsForEverForWhoNeverAnswers) {
    for (unsigned failure = 0; failure <= BackwardBlocks::kMaxDoublings; ++failure) {
        EXPECT_EQ(times_asked(recent_, Slot(330)), 0U) << failure;
        answer(Slot(321), RequestOutcome::Refused);
        time_.pass(BackwardBlocks::kFirstPauseMs << failure);
    }
    EXPECT_EQ(times_asked(recent_, Slot(330)), 1U);
}

}  // namespace
}  // namespace touchstone::node
