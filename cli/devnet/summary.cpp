#include "cli/devnet/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace touchstone::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string hex(const node::Root& root) { return "0x" + node::to_hex(root); }

Json to_json(const std::optional<Course>& course) {
    if (!course) return nullptr;
    return {{"first", course->first}, {"last", course->last}, {"max", course->max}};
}

Json to_json(const std::vector<UsageSample>& samples) {
    Json list = Json::array();
    for (const UsageSample& each : samples)
        list.push_back({{"s", each.second}, {"memory", each.usage.memory}, {"descriptors", each.usage.descriptors}});
    return list;
}

Json to_json(const NodeSummary& summary, bool folder_kept) {
    const NodeChain& chain = summary.chain;
    Json json = {{"head_slot", chain.head_slot().value()},
                 {"head_root", hex(chain.head)},
                 {"justified_epoch", chain.justified.epoch.value()},
                 {"justified_root", hex(chain.justified.root)},
                 {"finalized_epoch", chain.finalized.epoch.value()},
                 {"finalized_root", hex(chain.finalized.root)},
                 {"blocks", chain.blocks.size()},
                 {"journal_rows", chain.rows},
                 {"peers", nullptr},
                 {"validators", summary.validators},
                 {"starts", summary.starts},
                 {"memory", to_json(summary.usage.memory())},
                 {"descriptors", to_json(summary.usage.descriptors())},
                 {"usage", to_json(summary.usage.samples())},
                 {"database", nullptr},
                 {"log", nullptr}};
    if (folder_kept) {
        json["database"] = summary.database.string();
        json["log"] = summary.log.string();
    }
    if (summary.peers) json["peers"] = *summary.peers;
    return json;
}

/// To a thousandth: more is noise.
double rounded(double value) { return std::round(value * 1000) / 1000; }

Json to_json(const std::optional<Percentiles>& latency) {
    if (!latency) return nullptr;
    return {{"p50", rounded(latency->p50)}, {"p95", rounded(latency->p95)}, {"p99", rounded(latency->p99)}};
}

Json stake_operations(const LoadReport& load) {
    Json json = Json::object();
    for (const StakeOperation operation : kStakeOperations) {
        const OperationCounts& counts = load.stake_operations[static_cast<std::size_t>(operation)];
        json[std::string(name_of(operation))] = {
            {"sent", counts.sent}, {"included", counts.included}, {"failed", counts.failed}};
    }
    return json;
}

Json to_json(const LoadReport& load) {
    return {{"rate", load.rate},
            {"accounts", load.accounts},
            {"sent", load.sent},
            {"included", load.included},
            {"failed", load.failed},
            {"finalized", load.finalized},
            {"tx_per_s", rounded(load.tx_per_s)},
            {"inclusion_latency_s", to_json(load.inclusion_latency_s)},
            {"finality_latency_s", to_json(load.finality_latency_s)},
            {"stake_operations", stake_operations(load)},
            {"first_failure", load.first_failure.empty() ? Json(nullptr) : Json(load.first_failure)}};
}

Json to_json(const ChaosRecord& record) {
    const auto seconds = [](std::int64_t ms) { return static_cast<double>(ms) / 1000; };
    Json json = {{"kind", name_of(record.event.kind)},
                 {"nodes", record.event.nodes},
                 {"begin_s", seconds(record.event.begin_ms)},
                 {"end_s", seconds(record.event.end_ms)},
                 {"back_s", record.back_ms ? Json(seconds(*record.back_ms)) : Json(nullptr)}};
    if (record.event.kind == ChaosKind::Delay) json["delay_ms"] = record.event.delay_ms;
    if (record.blocks_apart) json["blocks_apart"] = *record.blocks_apart;
    return json;
}

Json faults(const ChaosReport& chaos) {
    Json list = Json::array();
    for (const ChaosRecord& each : chaos.faults)
        list.push_back(to_json(each));
    return list;
}

std::string chaos_text(const ChaosReport& chaos) {
    std::string text;
    for (const ChaosKind kind : kChaosKinds) {
        const auto count =
            std::ranges::count_if(chaos.faults, [&](const ChaosRecord& each) { return each.event.kind == kind; });
        if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(name_of(kind));
    }
    text = "Faults from seed " + std::to_string(chaos.seed) + ": " + (text.empty() ? "none" : text);
    std::int64_t longest = 0;
    for (const ChaosRecord& each : chaos.faults)
        longest = std::max(longest, each.back_ms.value_or(0));
    char back[80];
    std::snprintf(back, sizeof back, "; nodes were back after at most %.1f s.\n", static_cast<double>(longest) / 1000);
    return text + back;
}

/// Of the node that has most.
std::string usage_text(const Summary& summary) {
    Course memory;
    Course descriptors;
    const auto raise = [](Course& most, const std::optional<Course>& course) {
        if (!course) return;
        most.first = std::max(most.first, course->first);
        most.last = std::max(most.last, course->last);
        most.max = std::max(most.max, course->max);
    };
    for (const NodeSummary& each : summary.nodes) {
        raise(memory, each.usage.memory());
        raise(descriptors, each.usage.descriptors());
    }
    if (memory.max == 0) return {};
    const auto three = [](const Course& course, std::uint64_t unit) {
        return std::to_string(course.first / unit) + " at first, " + std::to_string(course.last / unit) +
               " at the end, at most " + std::to_string(course.max / unit);
    };
    return "A node had resident memory of " + three(memory, 1U << 20U) +
           " MiB; open descriptors: " + three(descriptors, 1) + ".\n";
}

std::string load_text(const LoadReport& load) {
    char text[160];
    std::snprintf(text, sizeof text, "Of %llu transactions %llu were included (%.1f /s), %llu are final, %llu failed",
                  static_cast<unsigned long long>(load.sent), static_cast<unsigned long long>(load.included),
                  load.tx_per_s, static_cast<unsigned long long>(load.finalized),
                  static_cast<unsigned long long>(load.failed));
    std::string stake;
    for (const StakeOperation operation : kStakeOperations) {
        const OperationCounts& counts = load.stake_operations[static_cast<std::size_t>(operation)];
        stake += (stake.empty() ? "" : ", ") + std::to_string(counts.included) + " " + std::string(name_of(operation));
    }
    return text + std::string(load.first_failure.empty() ? "" : ": " + load.first_failure) +
           ".\nStake operations among those included: " + stake + ".\n";
}

void judge_load(Summary& summary) {
    if (!summary.load || summary.load->sent == 0 || summary.load->included != 0) return;
    summary.failures.push_back("none of the " + std::to_string(summary.load->sent) +
                               " transactions that were sent came into a block" +
                               (summary.load->first_failure.empty() ? "" : ": " + summary.load->first_failure));
}

/// Whatever was broken has mended.
void judge_chaos(Summary& summary) {
    if (!summary.chaos || summary.agreement.finalized_epoch >= summary.chaos->calm_epoch) return;
    summary.failures.push_back("finality did not come back on every node: epoch " +
                               std::to_string(summary.agreement.finalized_epoch.value()) +
                               " is finalized, which is before the faults were over, in epoch " +
                               std::to_string(summary.chaos->calm_epoch.value()));
}

/// Every validator of the network is honest, also one whose node was killed.
void judge_slashings(Summary& summary) {
    if (summary.slashed.value_or(0) == 0) return;
    summary.failures.push_back(std::to_string(*summary.slashed) + " validators were slashed");
}

/// [STO-23] [STO-24]
void judge_replay(Summary& summary) {
    if (!summary.replay) return;  // its absence is a failure already
    const ReplayReport& replay = *summary.replay;
    if (replay.divergences != 0) {
        summary.failures.push_back("the reference disagrees: " + replay.first_divergence);
        return;
    }
    std::uint64_t rows = 0;
    for (const NodeSummary& each : summary.nodes)
        rows += static_cast<std::uint64_t>(each.chain.rows);
    if (replay.databases != summary.nodes.size() || replay.blocks_replayed != summary.distinct_blocks ||
        replay.rows_replayed != rows) {
        summary.failures.push_back("the reference replayed " + std::to_string(replay.blocks_replayed) + " of " +
                                   std::to_string(summary.distinct_blocks) + " blocks and " +
                                   std::to_string(replay.rows_replayed) + " of " + std::to_string(rows) +
                                   " journal rows in " + std::to_string(replay.databases) + " of " +
                                   std::to_string(summary.nodes.size()) + " databases");
    }
}

}  // namespace

void judge(Summary& summary) {
    if (summary.agreement.finalized_epoch == node::Epoch(0)) {
        summary.failures.emplace_back(
            "no epoch after the first is finalized on every node; a network needs two thirds of its stake voting for "
            "about "
            "four epochs");
    }
    for (const std::string& each : summary.agreement.disagreements) {
        summary.failures.push_back("the nodes disagree: " + each);
    }
    judge_replay(summary);
    judge_load(summary);
    judge_chaos(summary);
    judge_slashings(summary);
}

std::string summary_to_json(const Summary& summary) {
    Json json = {
        {"success", summary.success()},
        {"finalized_epoch", summary.agreement.finalized_epoch.value()},
        {"finalized_root", hex(summary.agreement.finalized_root)},
        {"nodes_agree", summary.nodes_agree()},
        {"compared_slot", summary.agreement.compared_slot.value()},
        {"blocks_replayed", summary.replay ? summary.replay->blocks_replayed : 0},
        {"divergences", summary.replay ? summary.replay->divergences : 0},
        {"participation", summary.participation ? Json(summary.participation->share) : Json(nullptr)},
        {"participation_epoch", summary.participation ? Json(summary.participation->epoch.value()) : Json(nullptr)},
        {"load", summary.load ? to_json(*summary.load) : Json(nullptr)},
        {"chaos_seed", summary.chaos ? Json(summary.chaos->seed) : Json(nullptr)},
        {"faults", summary.chaos ? faults(*summary.chaos) : Json(nullptr)},
        {"faults_left_out", summary.chaos ? Json(summary.chaos->left_out) : Json(nullptr)},
        {"slashed", summary.slashed ? Json(*summary.slashed) : Json(nullptr)},
        {"command", summary.command},
        {"first_divergence", nullptr},
        {"failures", summary.failures},
        {"folder", summary.folder_kept ? Json(summary.folder.string()) : Json(nullptr)},
        {"nodes", Json::array()}};
    if (summary.replay && !summary.replay->first_divergence_json.empty()) {
        json["first_divergence"] = Json::parse(summary.replay->first_divergence_json, nullptr, false);
    }
    for (const NodeSummary& each : summary.nodes)
        json["nodes"].push_back(to_json(each, summary.folder_kept));
    return json.dump();
}

std::string summary_to_text(const Summary& summary) {
    std::string text = summary.success() ? "The network finalized epoch " : "The run failed. Finalized epoch: ";
    text += std::to_string(summary.agreement.finalized_epoch.value()) + "; ";
    text += summary.nodes_agree() ? "all nodes agree; " : "the nodes do NOT agree; ";
    if (summary.participation) {
        char share[64];
        std::snprintf(share, sizeof share, "%.1f %% of the stake voted in epoch ", summary.participation->share * 100);
        text += share + std::to_string(summary.participation->epoch.value()) + "; ";
    }
    text += "the reference replayed " + std::to_string(summary.replay ? summary.replay->blocks_replayed : 0) +
            " blocks with " + std::to_string(summary.replay ? summary.replay->divergences : 0) + " divergences.\n";
    if (summary.load) text += load_text(*summary.load);
    if (summary.chaos) text += chaos_text(*summary.chaos);
    text += usage_text(summary);
    for (const std::string& failure : summary.failures)
        text += "  - " + failure + "\n";
    if (!summary.success()) text += "To repeat it: " + summary.command + "\n";
    if (summary.folder_kept) text += "Databases, logs and configuration are in " + summary.folder.string() + "\n";
    return text;
}

}  // namespace touchstone::cli
