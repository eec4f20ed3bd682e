// Watches everything that is published in a simulation for slashable contradictions, beside and independent of the
// nodes.
#pragma once

#include <map>
#include <vector>

#include "node/services/slasher.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim {

class OffenceWatch {
  public:
    /// Begins to watch; lives as long as the simulation runs.
    explicit OffenceWatch(Simulation& simulation);

    std::size_t blocks() const { return blocks_; }
    std::size_t votes() const { return votes_; }
    const std::vector<ProposerSlashing>& proposer_offences() const { return proposer_offences_; }
    const std::vector<AttesterSlashing>& attester_offences() const { return attester_offences_; }
    /// Of those, by validators whose keys are with nodes of the simulation.
    std::size_t honest_offences() const;

  private:
    bool is_signed(const SignedBlock& block) const;
    void on_block(std::size_t node, const ByteVector& payload);
    void on_vote(std::size_t node, const ByteVector& payload);

    Simulation& simulation_;
    Slasher slasher_;
    std::size_t blocks_ = 0;
    std::size_t votes_ = 0;
    std::vector<ProposerSlashing> proposer_offences_;
    std::vector<AttesterSlashing> attester_offences_;
};

}  // namespace touchstone::node::sim
