#include "cli/devnet/replay_report.h"

#include <nlohmann/json.hpp>

namespace touchstone::cli {

namespace {

using Json = nlohmann::ordered_json;

std::optional<std::uint64_t> number(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number_integer() || found->get<std::int64_t>() < 0) return std::nullopt;
    return found->get<std::uint64_t>();
}

std::string text(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
}

/// What is nested deeper than a report is none: the library writes values by recursion.
Json parse(std::string_view line) {
    constexpr int kDeepest = 16;
    bool too_deep = false;
    Json json = Json::parse(
        line,
        [&](int depth, Json::parse_event_t, Json&) {
            too_deep = too_deep || depth > kDeepest;
            return !too_deep;
        },
        false);
    return too_deep ? Json() : json;
}

std::string describe(const Json& divergence) {
    std::string result =
        text(divergence, "database") + ", row " + text(divergence, "seq") + " (" + text(divergence, "kind") + ")";
    const std::string block = text(divergence, "block");
    if (!block.empty()) result += ", block " + block;
    return result + ": [" + text(divergence, "clause") + "] " + text(divergence, "field") + ": the node has " +
           text(divergence, "stored") + ", the reference " + text(divergence, "computed");
}

}  // namespace

std::optional<ReplayReport> parse_replay_report(std::string_view line) {
    const Json json = parse(line);
    if (!json.is_object()) return std::nullopt;
    const auto blocks = number(json, "blocks_replayed");
    const auto divergences = number(json, "divergences");
    if (!blocks || !divergences) return std::nullopt;
    ReplayReport report;
    report.blocks_replayed = *blocks;
    report.divergences = *divergences;
    report.rows_replayed = number(json, "rows_replayed").value_or(0);
    report.databases = number(json, "databases").value_or(0);
    const auto final = json.find("final");
    report.final = final != json.end() && final->is_boolean() && final->get<bool>();
    const auto first = json.find("first_divergence");
    if (first != json.end() && first->is_object()) {
        report.first_divergence = describe(*first);
        report.first_divergence_json = first->dump();
    }
    return report;
}

}  // namespace touchstone::cli
