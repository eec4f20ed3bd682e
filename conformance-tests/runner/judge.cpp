#include "conformance-tests/runner/judge.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "conformance-tests/runner/json_schema.h"
#include "conformance-tests/runner/schemas.h"

namespace touchstone::conform {
namespace {

using Json = nlohmann::json;

std::string to_hex(const Bytes& bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "0x";
    text.reserve(2 + 2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

Verdict failed(std::string reason) { return {.passed = false, .reason = std::move(reason), .observed = {}}; }

std::string shortened(const std::string& text) { return text.size() <= 160 ? text : text.substr(0, 157) + "..."; }

// The step as the adapter sees it: checks become the names of what to observe.
Json request_step(const Json& step) {
    Json request = step;
    for (const char* expectation : {"rejected", "or", "id", "verdict", "reason", "otherwise"})
        request.erase(expectation);
    if (!step.contains("checks")) return request;
    Json names = Json::array();
    for (const auto& [name, value] : step.at("checks").items()) {
        names.push_back(name);
        if (name != "weights") continue;
        Json roots = Json::array();
        for (const auto& [root, weight] : value.items())
            roots.push_back(root);
        request["roots"] = roots;
    }
    request["checks"] = names;
    return request;
}

std::string compare_hex(const std::string& name, const Bytes& expected, const Json& observed) {
    if (!observed.is_string()) return "output " + name + " is not hexadecimal bytes";
    const std::string wanted = to_hex(expected);
    const auto& got = observed.get_ref<const std::string&>();
    if (got == wanted) return {};
    if (got.size() != wanted.size()) {
        return "output " + name + " has " + std::to_string(got.size() < 2 ? 0 : (got.size() - 2) / 2) +
               " bytes, expected " + std::to_string(expected.size());
    }
    const auto [left, right] = std::mismatch(wanted.begin(), wanted.end(), got.begin());
    const auto digit = static_cast<std::size_t>(left - wanted.begin());
    const std::size_t offset = digit < 2 ? 0 : (digit - 2) / 2;
    return "output " + name + " differs from byte " + std::to_string(offset) + " on: expected " +
           wanted.substr(2 + 2 * offset, 32) + ", got " + got.substr(2 + 2 * offset, 32);
}

std::string compare_value(const std::string& name, const Json& expected, const Json& observed) {
    if (expected == observed) return {};
    if (expected.is_array() && observed.is_array() && expected.size() == observed.size()) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (expected.at(i) != observed.at(i)) {
                return compare_value(name + "[" + std::to_string(i) + "]", expected.at(i), observed.at(i));
            }
        }
    }
    if (expected.is_object() && observed.is_object()) {
        for (const auto& [key, value] : expected.items()) {
            if (observed.contains(key) && observed.at(key) != value) {
                return compare_value(name + "." + key, value, observed.at(key));
            }
        }
    }
    return name + " is " + shortened(observed.dump()) + ", expected " + shortened(expected.dump());
}

std::string rejection_text(const Json& response) {
    std::string text = "rejected with " + response.at("rejected").get<std::string>();
    if (response.contains("name")) text += " (" + response.at("name").get<std::string>() + ")";
    if (response.contains("detail")) text += ": " + shortened(response.at("detail").get<std::string>());
    return text;
}

std::string verdict_text(const Json& answer) {
    std::string text = answer.contains("verdict") ? answer.at("verdict").dump() : "no verdict";
    if (answer.contains("reason")) text += " with " + answer.at("reason").dump();
    return shortened(text);
}

// Of a message of gossip: the verdict with its clause, and the message's id.
std::string compare_message(const Json& step, const Json& observed) {
    const auto says = [&observed](const Json& expected) {
        return expected.value("verdict", Json()) == observed.value("verdict", Json()) &&
               expected.value("reason", Json()) == observed.value("reason", Json());
    };
    if (!says(step) && !(step.contains("otherwise") && says(step.at("otherwise")))) {
        return verdict_text(observed) + ", expected " + verdict_text(step);
    }
    return compare_value("id", step.value("id", Json()), observed.value("id", Json()));
}

// Empty if the observed step is what the scenario says.
std::string compare_step(const Json& step, const Json& observed) {
    if (step.contains("message")) return compare_message(step, observed);
    if (step.contains("checks")) {
        if (!observed.contains("checks")) return "no checks observed";
        const Json& checks = observed.at("checks");
        for (const auto& [name, value] : step.at("checks").items()) {
            if (!checks.contains(name)) return "check " + name + " not observed";
            if (auto problem = compare_value(name, value, checks.at(name)); !problem.empty()) return problem;
        }
        return checks.size() == step.at("checks").size() ? "" : "observed checks that were not asked for";
    }
    if (!observed.contains("ok") || !observed.at("ok").is_boolean()) return "no verdict";
    const bool accepted = observed.at("ok").get<bool>();
    if (!accepted && (!observed.contains("rejected") || !observed.at("rejected").is_string()))
        return "rejected without a clause";
    if (!step.contains("rejected")) return accepted ? "" : rejection_text(observed);
    const auto clause = step.at("rejected").get<std::string>();
    if (accepted) return "accepted, has to be rejected with " + clause;
    if (observed.at("rejected") == step.at("rejected")) return {};
    const Json others = step.value("or", Json::array());
    if (std::find(others.begin(), others.end(), observed.at("rejected")) != others.end()) return {};
    return rejection_text(observed) + ", expected " + clause;
}

std::string step_name(const Json& step) {
    for (const char* kind : {"tick", "block", "attestation", "attester_slashing", "message"}) {
        if (step.contains(kind)) return std::string(kind) + " " + step.at(kind).get<std::string>();
    }
    return "checks";
}

std::string compare_steps(const Json& steps, const Json& observed) {
    if (!observed.is_array() || observed.size() != steps.size()) {
        return "outputs.steps has not an entry for each of " + std::to_string(steps.size()) + " steps";
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Json& entry = observed.at(i);
        const std::string problem = entry.is_object() ? compare_step(steps.at(i), entry) : "no object";
        if (!problem.empty()) return "step " + std::to_string(i) + " (" + step_name(steps.at(i)) + "): " + problem;
    }
    return {};
}

Verdict judge_accepted(const VectorCase& vector, const Json& meta, const Json& outputs) {
    const Json values = Json::parse(vector.expect.values);
    const std::size_t expected = vector.outputs.size() + values.size() + (meta.contains("steps") ? 1 : 0);
    for (const auto& [name, bytes] : vector.outputs) {
        if (!outputs.contains(name)) return failed("output " + name + " is missing");
        if (auto problem = compare_hex(name, bytes, outputs.at(name)); !problem.empty()) return failed(problem);
    }
    for (const auto& [name, value] : values.items()) {
        if (!outputs.contains(name)) return failed("output " + name + " is missing");
        if (auto problem = compare_value(name, value, outputs.at(name)); !problem.empty()) return failed(problem);
    }
    if (meta.contains("steps")) {
        if (!outputs.contains("steps")) return failed("output steps is missing");
        if (auto problem = compare_steps(meta.at("steps"), outputs.at("steps")); !problem.empty())
            return failed(problem);
    }
    if (outputs.size() != expected) return failed("there are outputs that the case does not expect");
    return {.passed = true, .reason = {}, .observed = {}};
}

Verdict judge_rejection(const Expectation& expect, const Json& response) {
    Verdict verdict = failed(rejection_text(response));
    verdict.observed = response.at("rejected").get<std::string>();
    if (!expect.rejected) {
        verdict.reason += ", has to be accepted";
    } else if (verdict.observed != *expect.rejected) {
        verdict.reason += ", expected " + *expect.rejected;
    } else if (expect.rejection_name && response.value("name", "") != *expect.rejection_name) {
        verdict.reason += ", expected the name " + *expect.rejection_name;
    } else {
        verdict.passed = true;
        verdict.reason.clear();
    }
    return verdict;
}

}  // namespace

std::string make_request(const VectorCase& vector, const std::string& id) {
    const Json meta = Json::parse(vector.meta);
    Json request{{"id", id},
                 {"runner", vector.place.runner},
                 {"handler", vector.place.handler},
                 {"preset", vector.place.preset},
                 {"config", meta.value("config", Json::object())},
                 {"params", meta.value("params", Json::object())},
                 {"inputs", Json::object()}};
    for (const auto& [name, bytes] : vector.inputs)
        request["inputs"][name] = to_hex(bytes);
    if (meta.contains("steps")) {
        request["steps"] = Json::array();
        for (const Json& step : meta.at("steps"))
            request["steps"].push_back(request_step(step));
    }
    return request.dump();
}

Verdict judge(const VectorCase& vector, const std::string& id, const std::string& response_line) {
    static const JsonSchema schema{kResponseSchema};
    const Json response = parse_document(response_line);
    if (response.is_discarded()) {
        Verdict verdict = failed("the answer is not JSON: " + shortened(response_line));
        verdict.out_of_step = true;
        return verdict;
    }
    if (const auto problem = schema.first_problem(response)) {
        return failed("the answer is not a response: " + *problem);
    }
    if (response.at("id") != id) {
        Verdict verdict = failed("the answer has id " + response.at("id").dump() + ", asked was \"" + id + "\"");
        verdict.out_of_step = true;
        return verdict;
    }
    if (response.contains("unsupported")) return failed("the adapter does not support this handler");
    if (response.contains("error")) return failed("the adapter: " + shortened(response.at("error").get<std::string>()));
    if (!response.at("ok").get<bool>()) return judge_rejection(vector.expect, response);
    if (vector.expect.rejected) return failed("accepted, has to be rejected with " + *vector.expect.rejected);
    return judge_accepted(vector, Json::parse(vector.meta), response.at("outputs"));
}

std::vector<std::string> rejected_in_steps(const VectorCase& vector) {
    std::vector<std::string> clauses;
    const Json meta = Json::parse(vector.meta);
    if (!meta.contains("steps")) return clauses;
    for (const Json& step : meta.at("steps")) {
        for (const char* refusal : {"rejected", "reason"}) {
            if (step.contains(refusal)) clauses.push_back(step.at(refusal).get<std::string>());
        }
    }
    return clauses;
}

}  // namespace touchstone::conform
