#include "conformance-tests/generator/cases/stake_queues.h"

namespace touchstone::vectors {

const Address& holder() {
    static const Address address = account_address(kHolder);
    return address;
}

const Address& other() {
    static const Address address = account_address(kOther);
    return address;
}

ConsensusState state_before_queues(const Plan& plan) {
    ConsensusState state = advanced(genesis_state(plan), Slot{31});
    for (std::size_t i = 0; i < state.balances.size(); ++i)
        state.balances[i] = Amount{state.shares[i]};
    return state;
}

void add_queue_case(Suite& suite, const std::string& queue, Step step, const Title& title, const ConsensusState& pre,
                    const Holds& holds) {
    ConsensusState post = pre;
    if (step(post) && !holds(post))
        suite.problem("epoch_processing/" + queue + "/" + title.name + ": the state is not as said");
    add_epoch_step(suite, queue, step, title, pre);
}

}  // namespace touchstone::vectors
