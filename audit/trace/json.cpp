#include "audit/trace/json.h"

#include <ostream>

#include "audit/trace/output.h"

namespace touchstone::audit {
namespace {

using Json = nlohmann::json;

Json citations_json(const std::vector<Citation>& citations) {
    Json list = Json::array();
    for (const Citation& citation : citations)
        list.push_back(
            {{"file", citation.place.file}, {"line", citation.place.line}, {"form", to_text(citation.form)}});
    return list;
}

Json verdicts_json(const Row& row) {
    Json verdicts = Json::object();
    for (const auto& [adapter, counts] : row.verdicts)
        verdicts[adapter] = {{"passed", counts.passed()}, {"of", counts.accepting() + counts.rejecting()}};
    return verdicts;
}

Json missing_json(const Row& row) {
    Json list = Json::array();
    for (const Missing& missing : row.missing) {
        Json entry{{"evidence", to_text(missing.evidence)}, {"what", missing.what}};
        if (missing.owed != nullptr)
            entry["owed"] = {{"reason", missing.owed->reason}, {"held_by", missing.owed->held_by}};
        list.push_back(std::move(entry));
    }
    return list;
}

Json row_json(const Row& row) {
    const ClauseText& clause = *row.clause;
    Json entry{{"id", clause.id},
               {"kind", to_text(clause.kind)},
               {"file", clause.place.file},
               {"line", clause.place.line},
               {"heading", clause.heading},
               {"sentence", clause.sentence},
               {"prose", citations_json(row.prose)},
               {"reference", citations_json(row.reference)},
               {"node", citations_json(row.node)},
               {"tests", citations_json(row.tests)},
               {"models", citations_json(row.models)},
               {"accepts", row.vectors.accepting()},
               {"rejects", row.vectors.rejecting()},
               {"accepting", row.accepting},
               {"rejecting", row.rejecting},
               {"verdicts", verdicts_json(row)},
               {"missing", missing_json(row)}};
    if (row.shown_by_tests != nullptr) entry["shown_by"] = row.shown_by_tests->by;
    return entry;
}

}  // namespace

Json to_json(const Matrix& matrix) {
    Json clauses = Json::array();
    for (const Row& row : matrix.rows)
        clauses.push_back(row_json(row));
    Json failures = Json::array();
    for (const Failure& failure : matrix.failures) {
        failures.push_back(
            {{"clause", failure.clause}, {"what", failure.what}, {"where", failure.where}, {"action", failure.action}});
    }
    return {{"clauses", std::move(clauses)}, {"failures", std::move(failures)}};
}

void write_json(std::ostream& out, const Matrix& matrix) { out << to_json(matrix).dump(1) << "\n"; }

}  // namespace touchstone::audit
