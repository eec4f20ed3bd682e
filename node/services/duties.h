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

    /// Keys that no registered validator has are passed over and logged.
    Duties(Parts parts, std::vector<crypto::bls::SecretKey> keys, DutyOptions options);

    void on_slot_start(Slot slot);
    /// A block was imported; the head is up to date.
    void on_block(Slot slot);
    void on_attestation_due(Slot slot);
    void on_aggregate_due(Slot slot);

    std::size_t validator_count() const { return keys_.size(); }

  private:
    struct Key {
        crypto::bls::SecretKey secret;
        BlsPublicKey public_key;
    };
    struct Vote {
        AttesterDuty duty;
        AttestationData data;
    };

    void propose(Slot slot);
    void propose_on(const Root& parent, const State& state, ValidatorIndex proposer);
    void publish(const SignedBlock& block);
    void attest(Slot slot);
    std::vector<AttesterDuty> duties_of(Slot slot);
    void sign_votes(const std::vector<AttesterDuty>& duties, const AttestationData& data, const State& state);
    void aggregate(const Vote& vote, const State& state);
    BlsSignature sign(ValidatorIndex validator, const Root& signing_root) const;

    Parts parts_;
    WatermarkGuard guard_;
    DutyOptions options_;
    std::map<ValidatorIndex, Key> keys_;
    std::vector<ValidatorIndex> indices_;
    std::optional<Slot> attested_;
    /// Of the slot `attested_`.
    std::vector<Vote> votes_;
    /// Duties of one epoch under one shuffling. [DUT-04]
    struct Schedule {
        Epoch epoch;
        Root dependent_root;
        std::vector<AttesterDuty> duties;
    };
    std::optional<Schedule> schedule_;
};

}  // namespace touchstone::node
