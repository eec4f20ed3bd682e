// A state from peers that do what the test says. [SYN-04] [SYN-22]
#include "node/services/state_download.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "node/kernel/state_sync/entries.h"
#include "node/kernel/state_sync/parts.h"
#include "node/kernel/tree/entries.h"
#include "node/services/testing/hand_time.h"
#include "node/services/testing/silent_ports.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

class AskedNetwork final : public SilentNetwork {
  public:
    struct Asked {
        PeerId peer;
        Method method = Method::StatePart;
        ByteVector payload;
        ResponseHandler answer;
    };
    void request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t,
                 ResponseHandler handler) override {
        asked.push_back({peer, method, std::move(payload), std::move(handler)});
    }
    std::deque<Asked> asked;  // and not answered
};

/// What there is to be had: a registry of more than one part, and entries of more than one answer.
struct Origin {
    ConsensusState state;
    tree::Entries entries;
    tree::TreeVersion version;
    Root block_root;
    Root state_root;

    Origin() {
        block_root.bytes.fill(3);
        state.fork_schedule = {{Version{}, Epoch(0)}};
        state.block_roots.assign(MINIMAL.SLOTS_PER_HISTORICAL_ROOT, Root{});
        state.state_roots.assign(MINIMAL.SLOTS_PER_HISTORICAL_ROOT, Root{});
        state.randao_mixes.assign(MINIMAL.EPOCHS_PER_HISTORICAL_VECTOR, Hash{});
        state.slashings.assign(MINIMAL.EPOCHS_PER_SLASHINGS_VECTOR, Amount{});
        state.proposer_lookahead.assign(2 * MINIMAL.SLOTS_PER_EPOCH, ValidatorIndex{});
        for (std::uint64_t i = 0; i < 9'000; ++i) {
            Validator validator;
            validator.effective_stake = Amount(i);
            state.validators.push_back(validator);
        }
        std::vector<tree::EntryChange> changes;
        for (std::uint8_t i = 0; i < 200; ++i)
            changes.push_back({ByteVector(8, i), ByteVector(40'000, i)});
        version = *entries.apply({}, changes, serial_for);
        state.tree_root = version.root();
        state_root = state.update_root(MINIMAL);
    }
    ByteVector answer(Method method, const ByteVector& request) const {
        if (method == Method::StatePart) {
            return encode(*get_state_part(state, *decode<StatePartRequest>(request, MINIMAL), MINIMAL));
        }
        return encode(*get_state_entries(version, *decode<StateEntriesRequest>(request, MINIMAL)));
    }
};

const Origin& origin() {
    static const Origin made;
    return made;
}

class StateDownloadTest : public ::testing::Test {
  protected:
    StateDownloadTest() {
        download_.set_hooks(
            {.who = [this] { return peers_; },
             .wait = [this](const PeerId& peer, Method) -> std::optional<std::uint64_t> {
                 if (!full_.contains(peer)) return std::nullopt;
                 return time_.now + 5'000;
             },
             .on_failed = [this](const PeerId& peer, auto outcome) { ++(outcome ? failures_ : lies_)[peer]; },
             .on_answer = [this](SyncAnswer answer) { kept_.push_back(std::move(answer)); },
             .on_complete = [this] { ++completions_; }});
        download_.begin(origin().block_root, origin().state_root);
    }

    /// Answers the oldest request honestly.
    void answer_one() {
        AskedNetwork::Asked asked = take();
        answered_by_.insert(asked.peer);
        asked.answer(RequestOutcome::Success, origin().answer(asked.method, asked.payload));
    }
    AskedNetwork::Asked take() {
        AskedNetwork::Asked asked = std::move(network_.asked.front());
        network_.asked.pop_front();
        return asked;
    }
    void answer_all() {
        while (!network_.asked.empty())
            answer_one();
    }
    void answer_all_but(const PeerId& silent) {
        for (std::size_t at = 0; at < network_.asked.size();) {
            if (network_.asked[at].peer == silent) {
                ++at;
                continue;
            }
            std::swap(network_.asked[at], network_.asked.front());
            answer_one();
            at = 0;
        }
    }
    void expect_whole() {
        ASSERT_TRUE(download_.is_complete());
        EXPECT_EQ(download_.progress().done, 1.0);
        const auto state = download_.take_state();
        ASSERT_TRUE(state.ok());
        EXPECT_EQ(*state, origin().state);
        EXPECT_EQ(download_.take_entries(), tree::all_entries(origin().version));
    }

    std::vector<PeerId> peers_{{"a"}, {"b"}, {"c"}};
    std::set<PeerId> full_;  // who may not be asked now
    AskedNetwork network_;
    HandTime time_;
    StateDownload download_{MINIMAL, network_, time_, time_};
    std::map<PeerId, int> failures_;
    std::map<PeerId, int> lies_;
    std::set<PeerId> answered_by_;
    std::vector<SyncAnswer> kept_;
    int completions_ = 0;
};

TEST_F(StateDownloadTest, IsWholeWhenAllHasCome) {
    download_.work();
    EXPECT_EQ(network_.asked.size(), 2 * peers_.size()) << "parts, two of each peer; entries once their root is known";
    answer_all();
    EXPECT_EQ(completions_, 1);
    EXPECT_EQ(answered_by_.size(), peers_.size());
    EXPECT_TRUE(failures_.empty() && lies_.empty());
    expect_whole();
}

TEST_F(StateDownloadTest, APeerHasNoMoreThanTwoRequestsOfAMethodOpen) {
    download_.work();
    std::size_t most = 0;
    while (!network_.asked.empty()) {
        std::map<std::pair<PeerId, Method>, std::size_t> open;
        for (const auto& asked : network_.asked)
            most = std::max(most, ++open[{asked.peer, asked.method}]);
        answer_one();
    }
    EXPECT_EQ(most, StateDownload::kRequestsOfPeer);
    EXPECT_TRUE(download_.is_complete());
}

TEST_F(StateDownloadTest, WhoProvesNothingIsHeldResponsibleAndLeftAlone) {
    download_.work();
    const PeerId liar = network_.asked.front().peer;
    std::size_t lies = 0;
    while (!network_.asked.empty()) {
        AskedNetwork::Asked asked = take();
        ByteVector answer = origin().answer(asked.method, asked.payload);
        if (asked.peer == liar) {
            ++lies;
            answer.back() ^= 1U;
        }
        asked.answer(RequestOutcome::Success, answer);
    }
    EXPECT_EQ(static_cast<std::size_t>(lies_[liar]), lies);
    EXPECT_LE(lies, 4U) << "what was open when it was found out";
    EXPECT_EQ(lies_.size(), 1U);
    expect_whole();
}

TEST_F(StateDownloadTest, WhoFailsIsAskedAgainAfterAPause) {
    peers_ = {PeerId{"a"}};
    download_.work();
    take().answer(RequestOutcome::Timeout, {});
    EXPECT_EQ(failures_[PeerId{"a"}], 1);
    answer_one();  // the other one that was open
    EXPECT_FALSE(download_.is_complete());
    EXPECT_FALSE(network_.asked.empty()) << "it has answered meanwhile";
    answer_all();
    time_.pass(StateDownload::kFirstPauseMs);
    answer_all();
    expect_whole();
}

TEST_F(StateDownloadTest, AtTheEndWhatASilentPeerOwesIsAskedOfOthers) {
    const PeerId silent{"a"};
    download_.work();
    answer_all_but(silent);
    EXPECT_FALSE(download_.is_complete());
    const std::uint64_t began_ms = time_.now;
    while (!download_.is_complete() && time_.now < began_ms + StateDownload::kTimeoutMs) {
        time_.pass(ResponseTimes::kLeastPatienceMs);
        answer_all_but(silent);
    }
    EXPECT_LE(time_.now - began_ms, 2 * ResponseTimes::kFirstPatienceMs);
    EXPECT_EQ(completions_, 1);
    answer_all();
    EXPECT_TRUE(failures_.empty() && lies_.empty()) << "to be slower is no fault";
    EXPECT_EQ(completions_, 1);
    for (std::size_t i = 1; i < kept_.size(); ++i)
        EXPECT_EQ(std::ranges::count(kept_, kept_[i]), 1) << "nothing is kept twice";
    expect_whole();
}

TEST_F(StateDownloadTest, NothingIsAskedOfMoreThanTwoAtATime) {
    peers_ = {PeerId{"a"}, PeerId{"b"}, PeerId{"c"}, PeerId{"d"}, PeerId{"e"}};
    download_.work();
    for (int i = 0; i < 5; ++i) {
        time_.pass(ResponseTimes::kMostPatienceMs);
        for (const auto& asked : network_.asked) {
            const auto same = std::ranges::count_if(network_.asked, [&](const auto& other) {
                return other.method == asked.method && other.payload == asked.payload;
            });
            EXPECT_LE(same, StateDownload::kMostAsked);
        }
        peers_.push_back(PeerId{"late " + std::to_string(i)});
        download_.work();
    }
}

TEST_F(StateDownloadTest, WhoMayNotBeAskedNowIsAskedLater) {
    full_.insert(peers_.begin(), peers_.end());
    download_.work();
    EXPECT_TRUE(network_.asked.empty());
    full_.clear();
    time_.pass(5'000);
    EXPECT_FALSE(network_.asked.empty());
}

TEST_F(StateDownloadTest, WhatWasKeptIsNotAskedForAgain) {
    download_.work();
    for (int i = 0; i < 40 && !network_.asked.empty(); ++i)
        answer_one();
    ASSERT_FALSE(download_.is_complete());
    const std::vector<SyncAnswer> kept = std::exchange(kept_, {});
    ASSERT_EQ(kept.size(), 40U);
    network_.asked.clear();
    download_.begin(origin().block_root, origin().state_root);
    for (const Method method : {Method::StatePart, Method::StateEntries}) {
        for (const SyncAnswer& answer : kept) {
            if (answer.method != method) continue;
            EXPECT_TRUE(download_.restore(answer));
        }
    }
    download_.work();
    answer_all();
    for (const SyncAnswer& answer : kept_)
        EXPECT_EQ(std::ranges::find(kept, answer), kept.end());
    expect_whole();
}

TEST_F(StateDownloadTest, WhatWasDamagedIsAskedForAgain) {
    download_.work();
    answer_all();
    std::vector<SyncAnswer> kept = std::exchange(kept_, {});
    kept[1].answer.back() ^= 1U;
    kept[kept.size() - 3].answer.back() ^= 1U;
    download_.begin(origin().block_root, origin().state_root);
    int refused = 0;
    for (const Method method : {Method::StatePart, Method::StateEntries}) {
        for (const SyncAnswer& answer : kept) {
            if (answer.method == method && !download_.restore(answer)) ++refused;
        }
    }
    EXPECT_EQ(refused, 2);
    EXPECT_FALSE(download_.is_complete());
    download_.work();
    answer_all();
    expect_whole();
    EXPECT_LE(kept_.size(), 3U);
}

TEST_F(StateDownloadTest, WhatComesLateForAnotherStateIsPassedOver) {
    download_.work();
    AskedNetwork::Asked late = take();
    Root other;
    other.bytes.fill(4);
    download_.begin(other, origin().state_root);
    late.answer(RequestOutcome::Success, origin().answer(late.method, late.payload));
    EXPECT_TRUE(kept_.empty());
    EXPECT_TRUE(lies_.empty());
}

}  // namespace
}  // namespace touchstone::node
