#include "node/app/conformance/adapter.h"

#include <istream>
#include <map>
#include <ostream>

#include "node/app/conformance/request.h"

namespace touchstone::node::app {

namespace {

const std::map<std::string, Runner>& runners() {
    static const std::map<std::string, Runner> kRunners{
        {"ssz_generic", run_ssz_generic},
        {"ssz_static", run_ssz_static},
        {"kv_tree", run_kv_tree},
        {"shuffling", run_shuffling},
        {"bls", run_bls},
        {"ed25519", run_ed25519},
        {"operations", run_operations},
        {"execution", run_execution},
        {"epoch_processing", run_epoch_processing},
        {"rewards", run_rewards},
        {"sanity", run_sanity},
        {"finality", run_blocks},
        {"random", run_blocks},
        {"genesis", run_genesis},
        {"fork_choice", run_fork_choice},
        {"gossip", run_gossip},
        {"duties", run_duties},
        {"weak_subjectivity", run_weak_subjectivity},
        {"state_sync", run_state_sync},
    };
    return kRunners;
}

Json rejection_response(const std::string& id, const Rejected& rejected) {
    Json response{{"id", id}, {"ok", false}, {"rejected", to_string(rejected.rejection.clause)}};
    if (!rejected.name.empty()) response["name"] = rejected.name;
    if (!rejected.rejection.detail.empty()) response["detail"] = rejected.rejection.detail;
    return response;
}

/// The library writes and copies values by recursion: nothing is kept that is nested deeper than requests are.
Json parse_line(std::string_view line) {
    constexpr int kDeepest = 32;
    bool too_deep = false;
    Json json = Json::parse(line, [&](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > kDeepest;
        return !too_deep;
    });
    if (too_deep) throw BadRequest("the request is nested too deeply");
    return json;
}

Json respond(const Json& json, std::string& id) {
    if (json.is_object() && json.contains("id") && json["id"].is_string()) id = json["id"].get<std::string>();
    const Request request = parse_request(json);
    const auto runner = runners().find(request.runner);
    if (runner == runners().end()) throw Unsupported{};
    return {{"id", id}, {"ok", true}, {"outputs", runner->second(request)}};
}

}  // namespace

std::string answer(std::string_view line) {
    std::string id;
    Json response;
    try {
        response = respond(parse_line(line), id);
    } catch (const Rejected& rejected) {
        response = rejection_response(id, rejected);
    } catch (const Unsupported&) {
        response = {{"id", id}, {"unsupported", true}};
    } catch (const std::exception& error) {
        response = {{"id", id}, {"error", error.what()}};
    }
    return response.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int run_adapter(std::istream& in, std::ostream& out) {
    std::string line;
    while (std::getline(in, line))
        out << answer(line) << std::endl;
    return 0;
}

}  // namespace touchstone::node::app
