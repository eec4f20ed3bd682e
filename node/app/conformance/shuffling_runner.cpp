#include "node/app/conformance/request.h"
#include "node/kernel/consensus/shuffling.h"

namespace touchstone::node::app {

namespace {

Json permutation(const Request& request) {
    const auto seed = to_fixed<Hash>(request.param("seed"));
    const std::uint64_t count = to_uint64(request.param("count"));
    Json mapping = Json::array();
    for (std::uint64_t i = 0; i < count; ++i) {
        mapping.push_back(from_uint64(compute_shuffled_index(i, count, seed, request.parameters.SHUFFLE_ROUND_COUNT)));
    }
    return {{"mapping", std::move(mapping)}};
}

Json committees(const Request& request) {
    const Environment environment = request.environment();
    const State state = make_state(environment, request.decoded<ConsensusState>("state"));
    const Epoch epoch(to_uint64(request.param("epoch")));
    const auto shuffling = get_shuffling(state, epoch, environment);
    if (!shuffling) throw BadRequest("the state has no committees of this epoch");
    const Slot first = start_slot_of(epoch, environment.parameters());
    Json slots = Json::array();
    for (std::uint64_t slot = 0; slot < environment.parameters().SLOTS_PER_EPOCH; ++slot) {
        Json of_slot = Json::array();
        for (std::uint64_t index = 0; index < shuffling->committees_per_slot(); ++index) {
            of_slot.push_back(from_indices(shuffling->committee(first + slot, CommitteeIndex(index))));
        }
        slots.push_back(std::move(of_slot));
    }
    return {{"committees", std::move(slots)}};
}

Json proposers(const Request& request) {
    const Environment environment = request.environment();
    const State state = make_state(environment, request.decoded<ConsensusState>("state"));
    const Epoch epoch(to_uint64(request.param("epoch")));
    return {
        {"proposers", from_indices(accepted(compute_proposers(state.consensus(), epoch, environment.parameters())))}};
}

}  // namespace

Json run_shuffling(const Request& request) {
    if (request.handler == "permutation") return permutation(request);
    if (request.handler == "committees") return committees(request);
    if (request.handler == "proposers") return proposers(request);
    throw Unsupported{};
}

}  // namespace touchstone::node::app
