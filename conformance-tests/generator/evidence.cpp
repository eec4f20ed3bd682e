#include "conformance-tests/generator/evidence.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace touchstone::vectors {
namespace {

using Clauses = std::vector<std::string>;

const Clauses kAttestation{"ATT-02", "ATT-03", "ATT-04", "ATT-05", "ATT-06", "ATT-07",
                           "ATT-08", "ATT-09", "ATT-10", "ATT-11", "ATT-12", "CRY-15"};
const Clauses kBlocks{"BLK-01", "BLK-03", "BLK-04", "BLK-05", "BLK-06", "BLK-07",
                      "BLK-08", "BLK-09", "BLK-11", "SLO-03", "SLO-05", "TYP-01"};
const Clauses kTransaction{"TXN-04", "TXN-05", "TXN-06", "TXN-07", "TXN-08", "TXN-09", "TXN-10", "TXN-11", "TYP-01"};

const std::map<std::string, Clauses>& clauses_by_handler() {
    static const std::map<std::string, Clauses> clauses{
        {"operations/attestation", kAttestation},
        {"operations/proposer_slashing",
         {"PSL-01", "PSL-02", "PSL-03", "PSL-04", "PSL-05", "PSL-06", "PSL-07", "CRY-15", "TYP-01"}},
        {"operations/attester_slashing",
         {"ASL-02", "ASL-03", "ASL-04", "ASL-06", "ATT-09", "ATT-10", "ATT-11", "ATT-12", "TYP-01"}},
        {"operations/voluntary_exit", {"EXI-01", "EXI-02", "EXI-03", "EXI-04", "EXI-05", "EXI-06"}},
        {"operations/block_header", {"BLK-03", "BLK-04", "BLK-05", "BLK-06"}},
        {"operations/block_signature", {"BLK-07"}},
        {"operations/randao", {"BLK-09"}},
        {"operations/transactions", {"BLK-11"}},
        {"execution/transaction", kTransaction},
        {"execution/entries", {"KVT-18", "ACC-02", "KVT-19"}},
        {"execution/next_base_fee", {"TYP-01"}},
        {"sanity/blocks", kBlocks},
        {"finality/blocks", kBlocks},
        {"random/blocks", kBlocks},
        {"sanity/slots", {"SLO-05", "TYP-01"}},
        {"genesis/config", {"GEN-02", "TYP-06"}},
        {"genesis/state", {"GEN-01", "GEN-03", "GEN-04", "GEN-11", "GEN-05", "GEN-06", "GEN-10", "GEN-07"}},
        {"bls/verify", {"CRY-03", "CRY-04"}},
        {"bls/fast_aggregate_verify", {"CRY-03", "CRY-04"}},
        {"epoch_processing/inactivity_updates", {"TYP-01"}},
        {"epoch_processing/justification_and_finalization", {"SLO-03"}},
        {"epoch_processing/registry_updates", {"SLO-02", "VAL-01"}},
        {"epoch_processing/rewards_and_penalties", {"TYP-01"}},
        {"shuffling/committees", {"VAL-01"}},
        {"state_sync/state_list", {"SYN-28"}},
        {"state_sync/part_request", {"SYN-09"}},
        {"state_sync/verify_part", {"SYN-11", "SYN-12", "SYN-13", "SYN-14", "SYN-15"}},
        {"state_sync/assemble", {"SYN-16"}},
        {"state_sync/entries_request", {"SYN-17"}},
        {"state_sync/verify_entries", {"SYN-19", "SYN-20", "SYN-21"}},
        {"state_sync/begin", {"SYN-03", "SYN-27", "WS-02", "WS-03", "WS-04", "FC-05"}},
        {"state_sync/older_blocks", {"SYN-24"}},
        {"weak_subjectivity/check", {"WS-02", "WS-03"}},
        {"weak_subjectivity/checkpoint_sync", {"WS-04", "WS-02", "WS-03", "FC-05"}},
    };
    return clauses;
}

// The kinds of types that a test type's name speaks of.
Clauses clauses_of_type(const std::string& type) {
    Clauses clauses{"ENC-07"};
    const auto has = [&type](const char* part) { return type.find(part) != std::string::npos; };
    if (has("boolean")) clauses.emplace_back("ENC-08");
    if (has("VarStruct") || has("list_list") || type == "ComplexStruct")
        clauses.insert(clauses.end(), {"ENC-09", "ENC-10"});
    if (type.starts_with("list_") || has("VarStruct")) clauses.emplace_back("ENC-11");
    if (has("bitvec")) clauses.emplace_back("ENC-12");
    if (has("bitlist")) clauses.emplace_back("ENC-13");
    if (type == "BitsStruct") clauses.insert(clauses.end(), {"ENC-12", "ENC-13"});
    if (has("nion")) clauses.emplace_back("ENC-14");
    return clauses;
}

Clauses clauses_of_steps(const std::string& steps) {
    Clauses clauses;
    for (const auto& step : nlohmann::json::parse(steps)) {
        if (step.contains("rejected")) continue;
        if (step.contains("tick")) clauses.emplace_back("FC-11");
        if (step.contains("block")) clauses.insert(clauses.end(), {"FC-16", "FC-17", "FC-18", "FC-19"});
        if (step.contains("attestation")) {
            clauses.insert(clauses.end(),
                           {"FC-36", "FC-37", "FC-38", "FC-39", "FC-40", "FC-41", "FC-42", "FC-43", "FC-44"});
        }
        if (step.contains("attester_slashing")) clauses.emplace_back("FC-48");
    }
    return clauses;
}

// What has to hold of a message that is accepted, by the name in its topic; that of a vote has its subnet behind it.
Clauses clauses_of_topic(const std::string& topic) {
    static const std::map<std::string, Clauses> by_name{
        {"block",
         {"NET-11", "NET-13", "NET-14", "NET-15", "NET-16", "NET-17", "NET-18", "NET-19", "NET-20", "NET-21",
          "NET-22"}},
        {"attestation",
         {"NET-11", "NET-24", "NET-25", "NET-26", "NET-27", "NET-28", "NET-29", "NET-30", "NET-31", "NET-32", "NET-33",
          "NET-34", "NET-35", "NET-36"}},
        {"aggregate",
         {"NET-11", "NET-24", "NET-25", "NET-27", "NET-28", "NET-29", "NET-30", "NET-31", "NET-32", "NET-33",
          "NET-37", "NET-38", "NET-39", "NET-40", "NET-41", "NET-42", "NET-43", "NET-44", "NET-45", "NET-46"}},
        {"proposer_slashing", {"NET-11", "NET-48"}},
        {"attester_slashing", {"NET-11", "NET-50"}},
        {"voluntary_exit", {"NET-11", "NET-52"}},
        {"transactions", {"NET-11", "NET-75", "NET-76", "NET-77", "NET-78"}},
    };
    const auto found = std::find_if(by_name.begin(), by_name.end(), [&topic](const auto& entry) {
        return topic.find("/" + entry.first + "/") != std::string::npos ||
               topic.find("/" + entry.first + "_") != std::string::npos;
    });
    return found == by_name.end() ? Clauses{} : found->second;
}

Clauses clauses_of_messages(const std::string& steps) {
    Clauses clauses;
    for (const auto& step : nlohmann::json::parse(steps)) {
        if (step.value("verdict", "") != "accept") continue;
        const Clauses more = clauses_of_topic(step.at("topic").get<std::string>());
        clauses.insert(clauses.end(), more.begin(), more.end());
    }
    return clauses;
}

}  // namespace

std::vector<std::string> clauses_of_accepted(const Vector& vector) {
    if (vector.runner == "fork_choice") {
        Clauses clauses = clauses_of_steps(vector.steps);
        clauses.emplace_back("FC-05");
        return clauses;
    }
    if (vector.runner == "gossip") return clauses_of_messages(vector.steps);
    if (vector.runner == "ssz_static") return {"ENC-07"};
    if (vector.runner == "ssz_generic" && vector.handler == "decode") {
        return clauses_of_type(nlohmann::json::parse(vector.params).at("type").get<std::string>());
    }
    const auto found = clauses_by_handler().find(vector.runner + "/" + vector.handler);
    return found == clauses_by_handler().end() ? Clauses{} : found->second;
}

}  // namespace touchstone::vectors
