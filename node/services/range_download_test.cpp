// A range from peers that do what the test says.
#include "node/services/range_download.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "node/services/testing/hand_time.h"
#include "node/services/testing/silent_ports.h"

namespace touchstone::node {
namespace {

/// Small responses: of large blocks, no three fit one.
Parameters parameters_of_test() {
    Parameters parameters = MINIMAL;
    parameters.MAX_BLOCK_BYTES = 1'000;
    parameters.RESPONSE_MAX_SIZE = 2'600;
    return parameters;
}

class HandNetwork final : public SilentNetwork {
  public:
    struct Asked {
        PeerId peer;
        BlocksByRangeRequest range;
        ResponseHandler answer;
    };
    void request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t,
                 ResponseHandler handler) override {
        EXPECT_EQ(method, Method::BlocksByRange);
        asked.push_back({peer, decode<BlocksByRangeRequest>(payload, MINIMAL).value(), std::move(handler)});
    }
    std::vector<Asked> asked;  // and not answered
};

class RangeDownloadTest : public testing::Test {
  protected:
    explicit RangeDownloadTest(RangeDownload::Order order = RangeDownload::Order::Ascending)
        : download_(parameters_, network_, time_, time_, order) {
        download_.set_hooks(
            {.who = [this](Slot, Slot) { return std::vector<PeerId>(peers_.begin(), peers_.end()); },
             .rank = [this](const PeerId& peer) { return doubted_.contains(peer) ? 1U : 0U; },
             .wait = [this](const PeerId&, std::uint64_t) { return wait_until_; },
             .finalized_of = [](const PeerId&) { return Checkpoint{Epoch(3), {}}; },
             .on_failed = [this](const PeerId& peer, auto outcome) { failed_.emplace_back(peer, outcome); },
             .on_change = [this] { ++changes_; }});
    }
    static PeerId peer(int number) { return PeerId{"peer " + std::to_string(number)}; }
    void add_peers(int count) {
        for (int i = 0; i < count; ++i)
            peers_.insert(peer(i));
    }
    /// One block in each slot; of `bytes` of content at least.
    static std::vector<ByteVector> chain(Slot first, std::size_t count, std::size_t bytes = 0) {
        std::vector<ByteVector> blocks;
        Root parent;
        for (std::size_t i = 0; i < count; ++i) {
            SignedBlock block;
            block.message.slot = first + i;
            block.message.parent_root = parent;
            while (encode(block).size() < bytes)
                block.message.body.voluntary_exits.emplace_back();
            parent = hash_tree_root(block.message, parameters_of_test());
            blocks.push_back(encode(block));
        }
        return blocks;
    }
    /// Answers the request at that place.
    void answer(std::size_t at, RequestOutcome outcome, const std::vector<ByteVector>& blocks = {}) {
        const HandNetwork::Asked asked = network_.asked[at];
        network_.asked.erase(network_.asked.begin() + static_cast<std::ptrdiff_t>(at));
        asked.answer(outcome, outcome == RequestOutcome::Success ? encode(BlocksResponse{blocks}) : ByteVector{});
        download_.work();
    }
    std::size_t open_of(const PeerId& peer) const {
        return static_cast<std::size_t>(std::ranges::count(network_.asked, peer, &HandNetwork::Asked::peer));
    }

    Parameters parameters_ = parameters_of_test();
    HandNetwork network_;
    HandTime time_;
    std::set<PeerId> peers_;
    std::set<PeerId> doubted_;
    std::optional<std::uint64_t> wait_until_;
    std::vector<std::pair<PeerId, std::optional<RequestOutcome>>> failed_;
    std::size_t changes_ = 0;
    RangeDownload download_;
};

class DescendingDownloadTest : public RangeDownloadTest {
  protected:
    DescendingDownloadTest() : RangeDownloadTest(RangeDownload::Order::Descending) {}
    using Slots = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
    /// First and last slot of each batch.
    Slots batches() const {
        Slots found;
        for (const RangeBatch& batch : download_.batches())
            found.emplace_back(batch.first.value(), batch.last.value());
        return found;
    }
};

/// [NET-58]
TEST_F(RangeDownloadTest, AsksEachPeerForTwoBatchesAndNoMore) {
    add_peers(3);
    download_.begin(Slot(1), Slot(1000));
    download_.work();
    EXPECT_EQ(network_.asked.size(), 6U);
    for (const PeerId& peer : peers_)
        EXPECT_EQ(open_of(peer), 2U);
    EXPECT_EQ(network_.asked[0].range, (BlocksByRangeRequest{Slot(1), 64}));
    EXPECT_EQ(network_.asked[5].range, (BlocksByRangeRequest{Slot(321), 64}));
    answer(0, RequestOutcome::Success);
    EXPECT_EQ(network_.asked.size(), 6U) << "as soon as one has answered";
}

TEST_F(RangeDownloadTest, TheLastBatchEndsWithTheRange) {
    add_peers(1);
    download_.begin(Slot(1), Slot(70));
    download_.work();
    ASSERT_EQ(network_.asked.size(), 2U);
    EXPECT_EQ(network_.asked[1].range, (BlocksByRangeRequest{Slot(65), 6}));
    answer(0, RequestOutcome::Success);
    answer(0, RequestOutcome::Success);
    EXPECT_FALSE(download_.is_finished());
    download_.pop();
    download_.pop();
    EXPECT_TRUE(download_.is_finished());
}

TEST_F(RangeDownloadTest, WhatIsNotTakenIsBounded) {
    add_peers(40);
    download_.begin(Slot(1), Slot(100'000));
    download_.work();
    EXPECT_EQ(network_.asked.size(), RangeDownload::kMostResponses) << "each may be a full response";
    // Empty answers need no memory, but a place.
    for (int i = 0; i < 100 && !network_.asked.empty(); ++i)
        answer(network_.asked.size() - 1, RequestOutcome::Success);
    EXPECT_TRUE(network_.asked.empty());
    EXPECT_EQ(download_.batches().size(), RangeDownload::kMostBatches);
    download_.pop();
    download_.work();
    EXPECT_EQ(network_.asked.size(), 1U);
}

TEST_F(RangeDownloadTest, FullAnswersLeaveRoomForNothingButTheBatchThatComesNext) {
    add_peers(40);
    download_.begin(Slot(1), Slot(100'000));
    download_.work();
    while (network_.asked.size() > 1)
        answer(1, RequestOutcome::Success, chain(network_.asked[1].range.start_slot, 2, 900));
    EXPECT_EQ(download_.batches().front().open.size(), 1U);
    answer(0, RequestOutcome::Timeout);
    EXPECT_EQ(network_.asked.size(), 1U) << "again";
    EXPECT_EQ(network_.asked[0].range.start_slot, Slot(1));
}

/// [NET-68] [NET-70]
TEST_F(RangeDownloadTest, WhatDoesNotFitAResponseIsAskedForToo) {
    add_peers(1);
    download_.begin(Slot(1), Slot(64));
    download_.work();
    answer(0, RequestOutcome::Success, chain(Slot(1), 2, 900));
    ASSERT_EQ(network_.asked.size(), 1U);
    EXPECT_EQ(network_.asked[0].range, (BlocksByRangeRequest{Slot(3), 62}));
    answer(0, RequestOutcome::Success, chain(Slot(3), 1, 900));
    EXPECT_TRUE(network_.asked.empty()) << "there was room for another block";
    ASSERT_EQ(download_.batches().size(), 2U);
    EXPECT_EQ(download_.batches()[0].last, Slot(2));
    EXPECT_EQ(download_.batches()[1].last, Slot(64));
}

TEST_F(RangeDownloadTest, AFailedBatchIsAskedOfAnother) {
    add_peers(2);
    download_.begin(Slot(1), Slot(64));
    download_.work();
    const PeerId first = network_.asked[0].peer;
    peers_.erase(first);  // as whoever hears of the failure would have it
    answer(0, RequestOutcome::Timeout);
    ASSERT_EQ(network_.asked.size(), 1U);
    EXPECT_NE(network_.asked[0].peer, first);
    ASSERT_EQ(failed_.size(), 1U);
    EXPECT_EQ(failed_[0], std::pair(first, std::optional(RequestOutcome::Timeout)));
}

/// [NET-69]
TEST_F(RangeDownloadTest, AnAnswerThatIsNoChainOfTheRangeIsAFailure) {
    add_peers(1);
    download_.begin(Slot(1), Slot(64));
    download_.work();
    answer(0, RequestOutcome::Success, chain(Slot(60), 10));
    ASSERT_EQ(failed_.size(), 1U);
    EXPECT_FALSE(failed_[0].second.has_value());
    EXPECT_FALSE(download_.batches().front().is_answered());
}

TEST_F(RangeDownloadTest, WhoStallsTheNextBatchHasARivalWhenHeIsLate) {
    add_peers(2);
    download_.begin(Slot(1), Slot(64));
    download_.work();
    ASSERT_EQ(network_.asked.size(), 1U);
    time_.pass(ResponseTimes::kFirstPatienceMs - 1);
    download_.work();
    EXPECT_EQ(network_.asked.size(), 1U);
    time_.pass(1);
    EXPECT_EQ(changes_, 1U) << "it says so by itself";
    download_.work();
    ASSERT_EQ(network_.asked.size(), 2U);
    EXPECT_NE(network_.asked[0].peer, network_.asked[1].peer);
    const PeerId second = network_.asked[1].peer;
    answer(1, RequestOutcome::Success, chain(Slot(1), 3));
    EXPECT_EQ(download_.batches().front().source, second);
    answer(0, RequestOutcome::Success, chain(Slot(1), 1));
    EXPECT_EQ(download_.batches().front().source, second) << "the later answer is not taken";
    EXPECT_EQ(download_.batches().front().blocks.size(), 3U);
    EXPECT_TRUE(failed_.empty());
}

TEST_F(RangeDownloadTest, AtTheEndAllThatASilentPeerOwesIsAskedOfAnother) {
    add_peers(2);
    download_.begin(Slot(1), Slot(256));
    download_.work();
    ASSERT_EQ(network_.asked.size(), 4U);
    const PeerId silent = network_.asked[0].peer;
    const auto owes = [&](std::size_t at) { return network_.asked[at].peer == silent; };
    for (std::size_t at = network_.asked.size(); at-- > 0;) {
        if (!owes(at)) answer(at, RequestOutcome::Success);
    }
    ASSERT_EQ(network_.asked.size(), 2U);
    time_.pass(ResponseTimes::kFirstPatienceMs);
    download_.work();
    ASSERT_EQ(network_.asked.size(), 4U);
    EXPECT_EQ(open_of(silent), 2U);
    EXPECT_EQ(network_.asked[2].range, network_.asked[0].range);
    EXPECT_EQ(network_.asked[3].range, network_.asked[1].range);
    time_.pass(ResponseTimes::kMostPatienceMs);
    add_peers(4);
    download_.work();
    EXPECT_EQ(network_.asked.size(), 4U) << "and of no third one";
    answer(3, RequestOutcome::Success);
    answer(2, RequestOutcome::Success);
    EXPECT_TRUE(std::ranges::all_of(download_.batches(), &RangeBatch::is_answered));
    answer(0, RequestOutcome::Success);
    EXPECT_TRUE(failed_.empty()) << "to be slower is no fault";
}

TEST_F(RangeDownloadTest, BeforeTheEndOnlyTheBatchThatComesNextIsAskedForTwice) {
    add_peers(2);
    download_.begin(Slot(1), Slot(1'000));
    download_.work();
    const PeerId silent = network_.asked[0].peer;
    time_.pass(ResponseTimes::kFirstPatienceMs - 1);
    for (std::size_t at = network_.asked.size(); at-- > 0;) {
        if (network_.asked[at].peer != silent) answer(at, RequestOutcome::Success);
    }
    ASSERT_EQ(network_.asked.size(), 4U);
    time_.pass(1);
    const auto other = std::ranges::find_if(network_.asked, [&](const auto& each) { return each.peer != silent; });
    answer(static_cast<std::size_t>(other - network_.asked.begin()), RequestOutcome::Success);
    EXPECT_EQ(network_.asked.back().range, network_.asked.front().range) << "the first that the silent one owes";
    EXPECT_NE(network_.asked.back().peer, silent);
    const BlocksByRangeRequest& second = network_.asked[1].range;
    EXPECT_EQ(std::ranges::count(network_.asked, second, &HandNetwork::Asked::range), 1);
}

TEST_F(RangeDownloadTest, WhoOwesAnAnswerHelpsNobodyOut) {
    add_peers(2);
    download_.begin(Slot(1), Slot(128));
    download_.work();
    ASSERT_EQ(network_.asked.size(), 2U);
    time_.pass(ResponseTimes::kFirstPatienceMs);
    download_.work();
    EXPECT_EQ(network_.asked.size(), 2U);
}

TEST_F(RangeDownloadTest, WhoIsDoubtedIsAskedOnlyIfNobodyElseMayBe) {
    add_peers(2);
    doubted_ = {peer(0)};
    download_.begin(Slot(1), Slot(1000));
    download_.work();
    EXPECT_EQ(open_of(peer(0)), 0U);
    EXPECT_EQ(open_of(peer(1)), 2U);
    peers_.erase(peer(1));
    download_.work();
    EXPECT_EQ(open_of(peer(0)), 2U);
}

/// Over hours, from peers that come and go.
TEST_F(RangeDownloadTest, RemembersOfNoMoreThanTheMostPeersWhenTheyWereAsked) {
    add_peers(1);
    download_.begin(Slot(1), Slot(64));
    download_.work();
    std::size_t most = 0;
    for (int number = 0; number < 3'000; ++number) {
        ASSERT_EQ(network_.asked.size(), 1U);
        EXPECT_EQ(network_.asked[0].peer, peer(number));
        most = std::max(most, download_.remembered());
        peers_ = {peer(number + 1)};
        answer(0, RequestOutcome::Disconnected);
    }
    EXPECT_EQ(most, RangeDownload::kMostRemembered);
}

/// [NET-112]
TEST_F(RangeDownloadTest, WaitsWhereAPeersQuotaIsSpent) {
    add_peers(1);
    wait_until_ = time_.now + 500;
    download_.begin(Slot(1), Slot(64));
    download_.work();
    EXPECT_TRUE(network_.asked.empty());
    EXPECT_FALSE(download_.is_stuck()) << "it may be asked later";
    time_.pass(500);
    EXPECT_EQ(changes_, 1U);
    wait_until_.reset();
    download_.work();
    EXPECT_EQ(network_.asked.size(), 1U);
}

/// As often as something is imported: each time it is asked whether more may be asked for.
TEST_F(RangeDownloadTest, WhileAPeersQuotaIsSpentOneTimerWaits) {
    add_peers(1);
    wait_until_ = time_.now + 500;
    download_.begin(Slot(1), Slot(64));
    for (int i = 0; i < 100; ++i)
        download_.work();
    EXPECT_EQ(time_.tasks.size(), 1U);
}

TEST_F(RangeDownloadTest, IsStuckWhenNobodyMayBeAsked) {
    add_peers(1);
    download_.begin(Slot(1), Slot(64));
    download_.work();
    EXPECT_FALSE(download_.is_stuck());
    peers_.clear();
    EXPECT_FALSE(download_.is_stuck()) << "an answer may come";
    answer(0, RequestOutcome::Disconnected);
    EXPECT_TRUE(download_.is_stuck());
}

TEST_F(RangeDownloadTest, ABatchOfOnePeerIsAskedOfNobodyElse) {
    add_peers(3);
    download_.begin(Slot(1), Slot(128));
    download_.work();
    std::vector<RangeBatch> anew{RangeBatch::of(Slot(1), Slot(64)), RangeBatch::of(Slot(65), Slot(128))};
    for (RangeBatch& batch : anew)
        batch.only = peer(2);
    download_.replace(std::move(anew));
    const std::size_t before = network_.asked.size();
    download_.work();
    ASSERT_GT(network_.asked.size(), before);
    for (std::size_t i = before; i < network_.asked.size(); ++i)
        EXPECT_EQ(network_.asked[i].peer, peer(2));
    answer(0, RequestOutcome::Success, chain(Slot(1), 1));
    EXPECT_FALSE(download_.batches().front().is_answered()) << "what was asked before is not wanted any more";
}

TEST_F(DescendingDownloadTest, TheLatestBatchComesNextAndTheEarliestEndsWithTheRange) {
    add_peers(3);
    download_.begin(Slot(10), Slot(150));
    download_.work();
    EXPECT_EQ(batches(), (Slots{{87, 150}, {23, 86}, {10, 22}}));
    ASSERT_EQ(network_.asked.size(), 3U);
    EXPECT_EQ(network_.asked[0].range, (BlocksByRangeRequest{Slot(87), 64}));
    EXPECT_EQ(network_.asked[2].range, (BlocksByRangeRequest{Slot(10), 13}));
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(download_.is_finished());
        answer(0, RequestOutcome::Success);
        download_.pop();
    }
    EXPECT_TRUE(download_.is_finished());
}

TEST_F(DescendingDownloadTest, BeforeItBeginsItIsFinished) {
    EXPECT_TRUE(download_.is_finished());
    download_.resume_from(Slot(100));
    download_.work();
    EXPECT_TRUE(download_.is_finished());
}

/// [NET-68] [NET-70]
TEST_F(DescendingDownloadTest, WhatDidNotFitAResponseComesNext) {
    add_peers(1);
    download_.begin(Slot(1), Slot(64));
    download_.work();
    answer(0, RequestOutcome::Success, chain(Slot(1), 2, 900));
    EXPECT_EQ(batches(), (Slots{{3, 64}, {1, 2}}));
    ASSERT_EQ(network_.asked.size(), 1U);
    EXPECT_EQ(network_.asked[0].range, (BlocksByRangeRequest{Slot(3), 62}));
}

TEST_F(DescendingDownloadTest, GoesOnFromASlotWithoutAskingAgainForWhatIsThere) {
    add_peers(2);
    download_.begin(Slot(1), Slot(256));
    download_.work();
    ASSERT_EQ(network_.asked.size(), 4U);
    while (!network_.asked.empty())
        answer(0, RequestOutcome::Success);
    download_.pop();
    download_.resume_from(Slot(220));
    EXPECT_EQ(batches(), (Slots{{193, 220}, {129, 192}, {65, 128}, {1, 64}}));
    download_.work();
    ASSERT_EQ(network_.asked.size(), 1U);
    EXPECT_EQ(network_.asked[0].range, (BlocksByRangeRequest{Slot(193), 28}));
    download_.resume_from(Slot(140));
    EXPECT_EQ(batches(), (Slots{{129, 140}, {65, 128}, {1, 64}})) << "what is later is dropped";
    download_.resume_from(Slot(140));
    EXPECT_EQ(batches().size(), 3U) << "there is nothing in between";
    answer(0, RequestOutcome::Success);
    EXPECT_FALSE(download_.batches().front().is_answered()) << "what was asked before is not wanted any more";
    download_.resume_from(Slot(50));
    download_.work();
    EXPECT_EQ(batches(), (Slots{{1, 50}})) << "and goes on where all is dropped";
}

TEST_F(DescendingDownloadTest, ALongGapIsAskedForAgainWithWhatIsBehindIt) {
    add_peers(1);
    download_.begin(Slot(1), Slot(100'000));
    for (int i = 0; i < 200; ++i) {
        download_.work();
        ASSERT_FALSE(network_.asked.empty());
        answer(0, RequestOutcome::Success);
        download_.pop();
    }
    download_.resume_from(Slot(99'999));
    download_.work();
    EXPECT_EQ(download_.batches().size(), RangeDownload::kMostBatches);
    EXPECT_EQ(download_.batches().front().last, Slot(99'999));
}

}  // namespace
}  // namespace touchstone::node
