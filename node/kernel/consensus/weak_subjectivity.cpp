#include "node/kernel/consensus/weak_subjectivity.h"

#include "node/base/arithmetic.h"

namespace touchstone::node {

std::uint64_t compute_weak_subjectivity_period(const Environment& environment, const State& state) {
    const Parameters& parameters = environment.parameters();
    const std::uint64_t total = state.context().total_active_stake.value();
    const std::uint64_t churn = get_churn(state, parameters).value();
    const Uint128 drain = wide_multiply(parameters.SAFETY_DECAY, total) / wide_multiply(200, churn);
    return narrow(parameters.UNBONDING_EPOCHS + drain).value_or(kUint64Max);
}

Result<void> check_weak_subjectivity(const Environment& environment, Epoch current_epoch, const State& state,
                                     const Checkpoint& checkpoint) {
    if (latest_block_root(state, environment) != checkpoint.root) {
        return reject(Clause::WS_02, "the state is not that of the checkpoint's block");
    }
    if (epoch_of(state.slot(), environment.parameters()) > checkpoint.epoch) {
        return reject(Clause::WS_02, "the state is later than the checkpoint");
    }
    if (current_epoch > checkpoint.epoch + compute_weak_subjectivity_period(environment, state)) {
        return reject(Clause::WS_03, "the checkpoint is older than the weak-subjectivity period");
    }
    return {};
}

Result<void> check_checkpoint_sync(const Environment& environment, const Root& genesis_root, Epoch current_epoch,
                                   const State& state, const Checkpoint& checkpoint, bool ordered_outside) {
    if (state.consensus().config_root != environment.config.config_root) {
        return reject(Clause::WS_04, "a state of another configuration");
    }
    if (state.consensus().genesis_root != genesis_root) return reject(Clause::WS_04, "a state of another chain");
    auto within = check_weak_subjectivity(environment, current_epoch, state, checkpoint);
    if (!within.ok() && !(ordered_outside && within.rejection().clause == Clause::WS_03)) return within;
    return {};
}

}  // namespace touchstone::node
