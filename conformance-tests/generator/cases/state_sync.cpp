#include "conformance-tests/generator/cases/state_sync.h"

namespace touchstone::vectors {

Vector sync_case(const std::string& handler, const Title& title, const Parameters& config) {
    Vector vector{
        .runner = "state_sync", .handler = handler, .name = title.name, .shows = title.shows, .clauses = title.clauses};
    vector.config = config_of(config);
    return vector;
}

void add_verdict(Suite& suite, Vector vector, const reference::Result<void>& result, const Expected& expected) {
    if (is_as_expected(suite, vector, result, expected)) suite.add(std::move(vector));
}

nlohmann::json checkpoint_json(const Checkpoint& checkpoint) {
    return {{"epoch", std::to_string(checkpoint.epoch.value)}, {"root", reference::to_hex(checkpoint.root.bytes)}};
}

}  // namespace touchstone::vectors
