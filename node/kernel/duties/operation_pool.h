// What waits to be put into a block. [DUT-09] [DUT-16] [DUT-24]
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "crypto/bls.h"
#include "node/base/result.h"
#include "node/kernel/consensus/state.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// Aggregates by data, none contained in another; only verified attestations come in. Signatures are summed when
/// somebody asks for the sum, for most nodes never ask for most of them, or when kMostUnsummed of an aggregate wait.
class AttestationPool {
  public:
    static constexpr std::size_t kMostUnsummed = 64;

    /// Bounded by `capacity` attestations; the oldest slots leave first.
    AttestationPool(const Parameters& parameters, std::size_t capacity = 1U << 16U)
        : parameters_(&parameters), capacity_(capacity) {}

    /// Joins it with what it can be joined with. False if it brings no bit that the pool lacks.
    bool add(const Attestation& attestation);
    /// All bits of the data that single attestations gave, in one aggregate. [DUT-16] Nothing if there are none.
    std::optional<Attestation> aggregate_of(const AttestationData& data);
    /// Candidates for a block of this slot, oldest first. What is not useful is left out before its signatures are
    /// summed: those that `is_useful` is asked about may lack some of their bits.
    std::vector<Attestation> candidates(Slot block_slot,
                                        const std::function<bool(const Attestation& votes)>& is_useful = {});
    /// Drops what no block of this slot or later may include.
    void prune(Slot slot);
    std::size_t size() const { return size_; }

  private:
    /// Of disjoint votes, grown greedily.
    struct Union {
        Attestation attestation;           // its signature lacks those of `to_add`
        std::vector<BlsSignature> to_add;  // to the signature
    };
    /// Nothing if one of the signatures is none.
    static std::optional<Attestation> summed(Union& votes);
    void drop_oldest();

    const Parameters* parameters_;
    std::size_t capacity_;
    std::size_t size_ = 0;
    /// Ordered by slot, then root of the data.
    std::map<std::pair<Slot, Root>, std::vector<Union>> entries_;
};

/// Slashings and exits; only verified ones come in.
class OperationPool {
  public:
    explicit OperationPool(std::size_t capacity = 1U << 12U) : capacity_(capacity) {}

    void add(const ProposerSlashing& slashing);
    void add(const AttesterSlashing& slashing);
    void add(const SignedVoluntaryExit& exit);
    const std::vector<ProposerSlashing>& proposer_slashings() const { return proposer_slashings_; }
    const std::vector<AttesterSlashing>& attester_slashings() const { return attester_slashings_; }
    const std::vector<SignedVoluntaryExit>& voluntary_exits() const { return voluntary_exits_; }
    std::size_t size() const {
        return proposer_slashings_.size() + attester_slashings_.size() + voluntary_exits_.size();
    }
    /// Drops what a finalized state has made useless.
    void prune(const Environment& environment, const State& finalized_state);

  private:
    std::size_t capacity_;
    std::vector<ProposerSlashing> proposer_slashings_;
    std::vector<AttesterSlashing> attester_slashings_;
    std::vector<SignedVoluntaryExit> voluntary_exits_;
};

}  // namespace touchstone::node
