// How long a state can be trusted, and the start from a checkpoint.
#include "node/kernel/consensus/weak_subjectivity.h"

#include "node/app/conformance/request.h"
#include "node/kernel/fork_choice/fork_choice.h"

namespace touchstone::node::app {

namespace {

Epoch clock_epoch(const Request& request) { return Epoch(to_uint64(request.param("current_epoch"))); }

Json period(const Request& request) {
    const Environment environment = request.environment();
    const State state = make_state(environment, request.decoded<ConsensusState>("state"));
    return {{"period", from_uint64(compute_weak_subjectivity_period(environment, state))}};
}

Json check(const Request& request) {
    const Environment environment = request.environment();
    const State state = make_state(environment, request.decoded<ConsensusState>("state"));
    const Checkpoint checkpoint = to_checkpoint(request.param("checkpoint"));
    accepted(check_weak_subjectivity(environment, clock_epoch(request), state, checkpoint));
    return Json::object();
}

Json checkpoint_sync(const Request& request) {
    const auto genesis = request.decoded<ConsensusState>("genesis_state");
    auto consensus = request.decoded<ConsensusState>("state");
    const auto block = request.decoded<Block>("block");
    const Environment environment = request.environment();
    if (genesis.config_root != environment.config.config_root) {
        throw BadRequest("the genesis state is of another configuration");
    }
    accepted(ForkChoice::from_checkpoint(environment, genesis.genesis_root, clock_epoch(request),
                                         to_checkpoint(request.param("checkpoint")),
                                         make_state(environment, std::move(consensus)), block, false));
    return Json::object();
}

}  // namespace

Json run_weak_subjectivity(const Request& request) {
    if (request.handler == "period") return period(request);
    if (request.handler == "check") return check(request);
    if (request.handler == "checkpoint_sync") return checkpoint_sync(request);
    throw Unsupported{};
}

}  // namespace touchstone::node::app
