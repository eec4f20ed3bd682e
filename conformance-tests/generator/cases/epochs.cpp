#include "conformance-tests/generator/cases/epochs.h"

#include "conformance-tests/generator/stake.h"

namespace touchstone::vectors {

void add_epoch_step(Suite& suite, const std::string& handler, Step step, const Title& title, const ConsensusState& pre,
                    const Expected& expected) {
    add_outcome(suite, state_vector("epoch_processing", handler, title, pre), pre, step, expected);
}

ConsensusState changed(const ConsensusState& state, const Change& change) {
    ConsensusState result = state;
    change(result);
    return settled(result);
}

const ConsensusState& end_of(std::uint64_t epoch) { return busy_state(epoch * 8 + 7); }

ConsensusState empty_end_of(std::uint64_t epoch) { return advanced(genesis_state(), Slot{epoch * 8 + 7}); }

void set_participation(std::vector<reference::ParticipationFlags>& participation, std::size_t count,
                       std::uint8_t flags) {
    for (std::size_t i = 0; i < participation.size(); ++i)
        participation[i] = i < count ? flags : std::uint8_t{0};
}

}  // namespace touchstone::vectors
