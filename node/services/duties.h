// What this node's validators do: propose, attest, aggregate. [DUT-01] to [DUT-22]
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "crypto/bls.h"
#include "node/kernel/duties/operation_pool.h"
#include "node/kernel/duties/production.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/pool/transaction_pool.h"
#include "node/ports/log.h"
#include "node/ports/network.h"
#include "node/services/block_pipeline.h"
#include "node/services/chain.h"
#include "node/services/vote_pipeline.h"
#include "node/services/watermark.h"

namespace touchstone::node {

struct DutyOptions {
    Graffiti graffiti;
    /// Build on the head always, instead of passing over a late and weak block. [DUT-05]
    bool always_build_on_head = false;
};

class Duties {
  public:
    struct Parts {
        Chain& chain;
        BlockPipeline& blocks;
        VotePipeline& votes;
        AttestationPool& attestations;
        OperationPool& operations;
        TransactionPool& transactions;
        SlashingProtection& protection;
        Network& network;
        Clock& clock;
        Log& log;
        /// False while the node knows itself behind. [DUT-01]
        std::function<bool()> may_sign;
    };

    /// Keys that no registered validator has are logged; they have duties once they are registered and active.
    Duties(Parts parts, std::vector<crypto::bls::SecretKey> keys, DutyOptions options);

    void on_slot_start(Slot slot);
    /// A block was imported; the head is up to date.
    void on_block(Slot slot);
    void on_attestation_due(Slot slot);
    void on_aggregate_due(Slot slot);

    /// A block of the present slot that another may sign: on the parent of DUT-05, of what the pools have. Rejected
    /// with DUT-01 while the node is behind, with DUT-05 where the slot is another or has a block.
    Result<ProducedBlock> produce(Slot slot, const BlsSignature& randao_reveal, const Graffiti& graffiti);
    /// Through the node's own checks first; what they refuse is not published. [DUT-02] [DUT-10]
    void publish(const SignedBlock& block);

    /// Keys that validators of the head's state have.
    std::size_t validator_count() const { return validators_in(*parts_.chain.head_state()).size(); }

  private:
    using Keys = std::map<BlsPublicKey, crypto::bls::SecretKey>;
    struct OwnDuty {
        AttesterDuty duty;
        Keys::const_iterator key;
    };
    struct Vote {
        OwnDuty own;
        AttestationData data;
    };

    void propose(Slot slot);
    void propose_on(const Root& parent, const State& state, ValidatorIndex proposer, Keys::const_iterator key);
    Result<ProducedBlock> build(const Root& parent, const State& state, const BlsSignature& randao_reveal,
                                const Graffiti& graffiti) const;
    void attest(Slot slot);
    std::vector<OwnDuty> duties_of(Slot slot);
    void sign_votes(const std::vector<OwnDuty>& duties, const AttestationData& data, const State& state);
    void aggregate(const Vote& vote, const State& state);
    /// The validators of a state that have one of the keys: another state may have others, or none under an index.
    std::map<ValidatorIndex, Keys::const_iterator> validators_in(const State& state) const;

    Parts parts_;
    WatermarkGuard guard_;
    DutyOptions options_;
    Keys keys_;
    std::optional<Slot> attested_;
    /// Of the slot `attested_`.
    std::vector<Vote> votes_;
    /// Duties of one epoch under one shuffling. [DUT-04]
    struct Schedule {
        Epoch epoch;
        Root dependent_root;
        std::vector<OwnDuty> duties;
    };
    std::optional<Schedule> schedule_;
};

}  // namespace touchstone::node
