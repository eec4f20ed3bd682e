#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "cli/devnet/chaos.h"
#include "cli/devnet/chaos_schedule.h"
#include "cli/devnet/options.h"
#include "cli/devnet/peer_address.h"
#include "cli/devnet/process_usage.h"
#include "cli/devnet/progress.h"
#include "cli/devnet/summary.h"

namespace touchstone::cli {
namespace {

using node::Epoch;
using node::Root;
using node::Slot;

ChaosNetwork network_of(std::uint64_t nodes, std::uint64_t validators, std::uint64_t epochs) {
    ChaosNetwork network{{}, epochs, 8, 500};
    for (std::uint64_t i = 0; i < nodes; ++i)
        network.validators.push_back(split_validators(validators, i, nodes).count);
    return network;
}

std::uint64_t validators_at(const ChaosNetwork& network, const std::set<std::size_t>& nodes) {
    return std::accumulate(nodes.begin(), nodes.end(), std::uint64_t{0},
                           [&](std::uint64_t sum, std::size_t node) { return sum + network.validators[node]; });
}

/// What holds at one moment, found without what made the schedule.
void check_moment(const ChaosNetwork& network, const std::vector<ChaosEvent>& events, std::int64_t time) {
    const std::uint64_t total = std::accumulate(network.validators.begin(), network.validators.end(), std::uint64_t{0});
    const std::int64_t rest = network.epoch_ms() / 2;
    std::set<std::size_t> hit_or_resting;
    std::size_t nodes = 0;
    std::size_t under_way = 0;
    bool split = false;
    for (const ChaosEvent& event : events) {
        if (time < event.begin_ms || time >= event.end_ms + rest) continue;
        if (time < event.end_ms) ++under_way;
        split = split || event.kind == ChaosKind::Split;
        nodes += event.nodes.size();
        hit_or_resting.insert(event.nodes.begin(), event.nodes.end());
    }
    EXPECT_LE(under_way, 2U);
    EXPECT_EQ(hit_or_resting.size(), nodes) << "a node in two faults at " << time;
    if (split) {
        EXPECT_EQ(under_way, under_way == 0 ? 0U : 1U);
        EXPECT_LT(3 * validators_at(network, hit_or_resting), 2 * total);
        EXPECT_GT(3 * validators_at(network, hit_or_resting), total) << "the other side could finalize";
    } else {
        EXPECT_LT(3 * validators_at(network, hit_or_resting), total) << "nobody could finalize at " << time;
    }
}

void check_bounds(const ChaosNetwork& network, const std::vector<ChaosEvent>& events) {
    const auto epochs = [&](std::uint64_t count) { return static_cast<std::int64_t>(count) * network.epoch_ms(); };
    std::int64_t free_from = 0;
    for (const ChaosEvent& event : events) {
        EXPECT_GE(event.begin_ms, epochs(kQuietEpochs));
        EXPECT_LE(event.end_ms, epochs(network.epochs - kCalmEpochs));
        EXPECT_LT(event.begin_ms, event.end_ms);
        EXPECT_LE(event.end_ms - event.begin_ms, epochs(2));
        EXPECT_GE(event.begin_ms, free_from) << "within two epochs of a split";
        EXPECT_FALSE(event.nodes.empty());
        EXPECT_TRUE(std::ranges::is_sorted(event.nodes));
        EXPECT_LT(event.nodes.back(), network.validators.size());
        EXPECT_EQ(event.delay_ms > 0, event.kind == ChaosKind::Delay);
        const bool ends_processes = event.kind == ChaosKind::Kill || event.kind == ChaosKind::Restart;
        EXPECT_FALSE(ends_processes && event.hits(0)) << "the first node's process is to show the whole run";
        if (event.kind == ChaosKind::Split) free_from = event.end_ms + epochs(2);
    }
}

TEST(ChaosSchedule, KeepsItsRulesForEverySeed) {
    const std::vector<ChaosNetwork> networks{network_of(4, 64, 8), network_of(4, 5, 24), network_of(5, 16, 12),
                                             network_of(8, 64, 24), network_of(16, 40, 60)};
    for (const ChaosNetwork& network : networks) {
        for (std::uint64_t seed = 0; seed < 100; ++seed) {
            SCOPED_TRACE(std::to_string(network.validators.size()) + " nodes, seed " + std::to_string(seed));
            const auto events = chaos_schedule(seed, network);
            EXPECT_FALSE(events.empty());
            check_bounds(network, events);
            for (const ChaosEvent& event : events)
                check_moment(network, events, event.begin_ms);
            if (HasFailure()) return;
        }
    }
}

TEST(ChaosSchedule, FollowsFromTheSeed) {
    const ChaosNetwork network = network_of(8, 64, 24);
    EXPECT_EQ(chaos_schedule(7, network), chaos_schedule(7, network));
    EXPECT_NE(chaos_schedule(7, network), chaos_schedule(8, network));
    // Of a schedule that somebody wrote down, with any compiler and library.
    EXPECT_EQ(chaos_schedule(7, network).front().text(), "restart of node 5");
}

TEST(ChaosSchedule, EveryKindHasItsTurn) {
    const auto events = chaos_schedule(1, network_of(8, 64, 60));
    for (const ChaosKind kind : kChaosKinds) {
        EXPECT_TRUE(std::ranges::any_of(events, [&](const ChaosEvent& each) { return each.kind == kind; }))
            << name_of(kind);
    }
    const auto overlap = [&](const ChaosEvent& one) {
        return std::ranges::any_of(events, [&](const ChaosEvent& other) {
            return one.begin_ms < other.begin_ms && other.begin_ms < one.end_ms;
        });
    };
    EXPECT_TRUE(std::ranges::any_of(events, overlap)) << "two at once";
}

ChaosEvent event_of(ChaosKind kind, std::vector<std::size_t> nodes, std::int64_t delay_ms = 0) {
    return {kind, std::move(nodes), 10'000, 20'000, delay_ms};
}

TEST(ChaosEvent, IsTold) {
    EXPECT_EQ(event_of(ChaosKind::Kill, {3}).text(), "kill of node 3");
    EXPECT_EQ(event_of(ChaosKind::OneWay, {1, 2}).text(), "one_way of nodes 1 2");
    EXPECT_EQ(event_of(ChaosKind::Delay, {0}, 120).text(), "delay by 120 ms of node 0");
}

TEST(LinkRules, APartitionHoldsWhatCrossesIt) {
    const std::vector<ChaosEvent> under_way{event_of(ChaosKind::Partition, {1, 2})};
    EXPECT_TRUE(link_rule(under_way, 0, 1).held);
    EXPECT_TRUE(link_rule(under_way, 1, 0).held);
    EXPECT_FALSE(link_rule(under_way, 1, 2).held);
    EXPECT_FALSE(link_rule(under_way, 0, 3).held);
    EXPECT_EQ(link_rule({}, 0, 1), LinkRule{});
}

TEST(LinkRules, OneWayHoldsWhatTheNodesSend) {
    const std::vector<ChaosEvent> under_way{event_of(ChaosKind::OneWay, {1})};
    EXPECT_TRUE(link_rule(under_way, 1, 0).held);
    EXPECT_FALSE(link_rule(under_way, 0, 1).held);
}

TEST(LinkRules, TheLongerDelayCounts) {
    const std::vector<ChaosEvent> under_way{event_of(ChaosKind::Delay, {1}, 100), event_of(ChaosKind::Delay, {2}, 70),
                                            event_of(ChaosKind::Kill, {3})};
    EXPECT_EQ(link_rule(under_way, 2, 1).delay_ms, 100);
    EXPECT_EQ(link_rule(under_way, 2, 0).delay_ms, 70);
    EXPECT_EQ(link_rule(under_way, 3, 0), LinkRule{});
}

Root block_root(std::uint8_t name) {
    Root result;
    result.bytes[0] = name;
    return result;
}

/// Blocks named after their slots.
NodeChain chain_of(std::initializer_list<std::uint8_t> slots) {
    NodeChain chain(block_root(0));
    for (const std::uint8_t slot : slots)
        chain.blocks.add(block_root(slot), Slot(slot), block_root(0));
    return chain;
}

TEST(BlocksApart, AreThoseOfSlotsAfterTheSidesWereParted) {
    // From 10 s on, with slots of half a second: slot 21 is the first that counts.
    const ChaosNetwork network = network_of(3, 6, 8);
    const NodeChain first = chain_of({19, 20, 21, 23});
    const NodeChain second = chain_of({19, 20, 21});
    const NodeChain cut_off = chain_of({19, 20, 22});
    const std::vector<const NodeChain*> chains{&first, &second, &cut_off};
    const auto apart = blocks_apart(event_of(ChaosKind::Partition, {2}), network, chains);
    ASSERT_TRUE(apart.ok()) << apart.fault().text;
    EXPECT_EQ(*apart, 3U);
}

TEST(BlocksApart, ABlockOnBothSidesIsAWayAround) {
    const ChaosNetwork network = network_of(3, 6, 8);
    const NodeChain first = chain_of({21});
    const NodeChain second = chain_of({});
    const std::vector<const NodeChain*> chains{&first, &second, &first};
    const auto apart = blocks_apart(event_of(ChaosKind::Partition, {2}), network, chains);
    ASSERT_FALSE(apart.ok());
    EXPECT_NE(apart.fault().text.find("node 0 and node 2 both have the block 0x15"), std::string::npos)
        << apart.fault().text;
}

TEST(PeerAddress, IsReadAndWritten) {
    const std::string text = "/ip4/127.0.0.1/tcp/4001/p2p/12D3KooW";
    const auto address = parse_peer_address(text);
    ASSERT_TRUE(address);
    EXPECT_EQ(*address, (PeerAddress{4001, "12D3KooW"}));
    EXPECT_EQ(address->text(), text);
    for (const char* other :
         {"", "/ip4/127.0.0.1/tcp/4001", "/ip4/10.0.0.1/tcp/4001/p2p/x", "/ip4/127.0.0.1/tcp/65536/p2p/x",
          "/ip4/127.0.0.1/tcp/0/p2p/x", "/ip4/127.0.0.1/tcp/4001/p2p/", "/ip4/127.0.0.1/tcp/4x/p2p/x"}) {
        EXPECT_FALSE(parse_peer_address(other)) << other;
    }
}

TEST(ProcessUsage, SeesWhatIsOpened) {
    const auto before = usage_of(::getpid());
    const int descriptor = ::dup(STDIN_FILENO);
    const auto after = usage_of(::getpid());
    ::close(descriptor);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->descriptors, before->descriptors + 1);
    EXPECT_GT(before->memory, 1U << 20U);
    EXPECT_FALSE(usage_of(-1));
}

TEST(UsageCourse, HasFirstLastAndMost) {
    UsageCourse course;
    EXPECT_FALSE(course.memory());
    course.add(1, {10, 3});
    course.add(2, {30, 5});
    course.add(3, {20, 4});
    EXPECT_EQ(course.memory()->first, 10U);
    EXPECT_EQ(course.memory()->last, 20U);
    EXPECT_EQ(course.memory()->max, 30U);
    EXPECT_EQ(course.descriptors()->max, 5U);
}

TEST(UsageCourse, KeepsABoundedNumberOfSamplesOverTheWholeTime) {
    UsageCourse course;
    constexpr std::int64_t kLong = 100'000;
    for (std::int64_t second = 0; second < kLong; ++second)
        course.add(second, {1, 1});
    const auto& samples = course.samples();
    EXPECT_LE(samples.size(), UsageCourse::kMostSamples);
    EXPECT_GE(samples.size(), UsageCourse::kMostSamples / 2);
    const std::int64_t step = samples[1].second;
    for (std::size_t i = 0; i < samples.size(); ++i)
        EXPECT_EQ(samples[i].second, static_cast<std::int64_t>(i) * step);
    EXPECT_GE(samples.back().second, kLong - step);
}

TEST(UsageCourse, IsInTheSummary) {
    Summary summary;
    summary.nodes.push_back({NodeChain(block_root(0)), 1, "0-7", "a", "b"});
    summary.nodes.push_back({NodeChain(block_root(0)), 1, "8-15", "a", "b"});
    EXPECT_EQ(nlohmann::json::parse(summary_to_json(summary))["nodes"][0]["memory"], nullptr);
    summary.nodes[0].usage.add(32, {50U << 20U, 70});
    summary.nodes[1].usage.add(32, {40U << 20U, 80});
    summary.nodes[1].usage.add(34, {60U << 20U, 75});
    const auto json = nlohmann::json::parse(summary_to_json(summary));
    EXPECT_EQ(json["nodes"][1]["descriptors"], (nlohmann::json{{"first", 80}, {"last", 75}, {"max", 80}}));
    EXPECT_EQ(json["nodes"][1]["usage"][1], (nlohmann::json{{"s", 34}, {"memory", 60U << 20U}, {"descriptors", 75}}));
    EXPECT_NE(summary_to_text(summary).find("A node had resident memory of 50 at first, 60 at the end, at most 60 MiB; "
                                            "open descriptors: 80 at first, 75 at the end, at most 80."),
              std::string::npos)
        << summary_to_text(summary);
}

TEST(Chaos, IsShownWhileItIsUnderWay) {
    Progress progress;
    progress.slot_ms = 500;
    progress.nodes.resize(2);
    progress.chaos = ChaosProgress{2, 9, {"kill of node 1 until slot 45"}, {"", "kill 3 s"}};
    const auto lines = render_table(progress);
    EXPECT_NE(std::ranges::find(lines, "faults          2 of 9 over"), lines.end());
    EXPECT_TRUE(lines[3].ends_with("  peers  fault")) << lines[3];
    EXPECT_FALSE(lines[4].ends_with(" s")) << lines[4];
    EXPECT_TRUE(lines[5].ends_with("  kill 3 s")) << lines[5];
    EXPECT_TRUE(render_line(progress).ends_with(", faults 2 of 9 over; kill of node 1 until slot 45"));
}

TEST(Chaos, IsInTheSummary) {
    Summary summary;
    summary.chaos =
        ChaosReport{7,
                    {{event_of(ChaosKind::Split, {0, 2}), 5, 1500}, {event_of(ChaosKind::Delay, {1}, 90), {}, {}}},
                    1,
                    Epoch(20)};
    summary.slashed = 0;
    summary.command = "touchstone devnet --chaos";
    const auto json = nlohmann::json::parse(summary_to_json(summary));
    EXPECT_EQ(json["chaos_seed"], 7);
    EXPECT_EQ(json["faults_left_out"], 1);
    EXPECT_EQ(json["slashed"], 0);
    EXPECT_EQ(json["faults"][0], (nlohmann::json{{"kind", "split"},
                                                 {"nodes", {0, 2}},
                                                 {"begin_s", 10.0},
                                                 {"end_s", 20.0},
                                                 {"back_s", 1.5},
                                                 {"blocks_apart", 5}}));
    EXPECT_EQ(json["faults"][1]["delay_ms"], 90);
    EXPECT_EQ(json["faults"][1]["back_s"], nullptr);
    EXPECT_NE(
        summary_to_text(summary).find("Faults from seed 7: 1 split, 1 delay; nodes were back after at most 1.5 s."),
        std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(summary_to_json(Summary{}))["faults"], nullptr);
}

TEST(Chaos, FinalityThatDoesNotComeBackIsAFailure) {
    Summary summary;
    summary.chaos = ChaosReport{7, {}, 0, Epoch(20)};
    summary.agreement.finalized_epoch = Epoch(20);
    judge(summary);
    EXPECT_TRUE(summary.success());
    summary.agreement.finalized_epoch = Epoch(19);
    judge(summary);
    ASSERT_EQ(summary.failures.size(), 1U);
    EXPECT_NE(summary.failures[0].find("finality did not come back"), std::string::npos);
    summary.command = "touchstone devnet --chaos --chaos-seed 7";
    EXPECT_NE(summary_to_text(summary).find("To repeat it: " + summary.command), std::string::npos);
}

TEST(Chaos, ASlashedValidatorIsAFailure) {
    Summary summary;
    summary.agreement.finalized_epoch = Epoch(3);
    summary.slashed = 1;
    judge(summary);
    ASSERT_EQ(summary.failures.size(), 1U);
    EXPECT_NE(summary.failures[0].find("1 validators were slashed"), std::string::npos);
}

TEST(CommandLine, RepeatsTheRun) {
    DevnetOptions options;
    options.slot_ms = 500;
    options.epochs = 12;
    options.parameters = {{"UNBONDING_EPOCHS", 3}};
    options.chaos_seed = 99;
    EXPECT_EQ(command_line(options),
              "touchstone devnet --nodes 4 --validators 64 --preset minimal --slot-ms 500 --set UNBONDING_EPOCHS=3 "
              "--epochs 12 --accounts 1000 --chaos --chaos-seed 99");
}

}  // namespace
}  // namespace touchstone::cli
