#include "node/api/performance_values.h"

namespace touchstone::node::api {

namespace {

Json delta_json(std::int64_t delta) {
    const auto size = delta < 0 ? 0 - static_cast<std::uint64_t>(delta) : static_cast<std::uint64_t>(delta);
    return {{"reward", to_json(delta < 0 ? std::uint64_t{0} : size)},
            {"penalty", to_json(delta < 0 ? size : std::uint64_t{0})}};
}

Json vote_json(bool timely, std::int64_t delta) {
    Json json = delta_json(delta);
    json["timely"] = timely;
    return json;
}

Json validator_json(ValidatorIndex index, const ValidatorPerformance& each) {
    const auto& distance = each.inclusion_distance;
    return {{"validator_index", to_json(index.value())},
            {"active", each.active},
            {"proposals_made", to_json(std::uint64_t{each.proposals_made})},
            {"proposals_missed", to_json(std::uint64_t{each.proposals_missed})},
            {"inclusion_distance", distance ? to_json(std::uint64_t{*distance}) : Json(nullptr)},
            {"source", vote_json(each.source, each.source_delta)},
            {"target", vote_json(each.target, each.target_delta)},
            {"head", vote_json(each.head, each.head_delta)},
            {"inactivity", to_json(std::uint64_t{0} - static_cast<std::uint64_t>(each.inactivity_delta))}};
}

std::vector<rpc::Field> epoch_fields() {
    const rpc::Type vote = rpc::object("VotePerformance", "a component of a vote",
                                       {{"timely", kBoolean, "whether it was right and in time"},
                                        {"reward", kAmount, "commission not divided off"},
                                        {"penalty", kAmount}});
    const rpc::Type validator =
        rpc::object("ValidatorPerformance", "how a validator did in an epoch",
                    {{"validator_index", kUint64},
                     {"active", kBoolean, "whether it had to vote"},
                     {"proposals_made", kUint64, "slots of which it made the block"},
                     {"proposals_missed", kUint64, "slots that are empty though they were its"},
                     {"inclusion_distance", rpc::nullable(kUint64),
                      "slots from its vote to the first block that has it, 255 for more; null: no block has it"},
                     {"source", vote},
                     {"target", vote},
                     {"head", vote},
                     {"inactivity", kAmount, "penalty while the chain does not finalize"}});
    return {{"epoch", kUint64},
            {"root", kRoot, "of the last block before the end of the next epoch, which counts the votes"},
            {"validators", rpc::list_of(validator), "without those that were not registered then"}};
}

}  // namespace

rpc::Type epoch_performance_type() {
    return rpc::object("EpochPerformance", "how validators did in an epoch", epoch_fields());
}

rpc::Type performance_event_type() {
    std::vector<rpc::Field> fields = epoch_fields();
    fields.insert(fields.begin(), rpc::Field{"kind", rpc::constant("performance")});
    return rpc::object("FinalPerformance", "how validators did in an epoch that has become final", std::move(fields));
}

Json performance_json(const EpochPerformance& performance, const std::vector<ValidatorIndex>& validators) {
    Json list = Json::array();
    for (const ValidatorIndex index : validators) {
        if (index.value() >= performance.validators.size()) continue;
        list.push_back(validator_json(index, performance.validators[index.value()]));
    }
    return {
        {"epoch", to_json(performance.epoch)}, {"root", to_json(performance.root)}, {"validators", std::move(list)}};
}

}  // namespace touchstone::node::api
