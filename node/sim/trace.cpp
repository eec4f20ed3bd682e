#include "node/sim/trace.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "node/base/bytes.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/consensus/operations.h"
#include "node/kernel/consensus/shuffling.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {
namespace {

using Json = nlohmann::ordered_json;

// What is in a journal was verified before it came there.
std::vector<bool> trust_all(std::span<const SignatureSet> sets) { return std::vector<bool>(sets.size(), true); }

std::string text(const Rejection& rejection) {
    return std::string(to_string(rejection.clause)) + " " + rejection.detail;
}

Json json_of(const Checkpoint& checkpoint) {
    return {{"epoch", checkpoint.epoch.value()}, {"root", to_hex(checkpoint.root)}};
}

Json json_of(const std::vector<ValidatorIndex>& indices) {
    Json list = Json::array();
    for (const ValidatorIndex index : indices)
        list.push_back(index.value());
    return list;
}

Json vote_json(const std::vector<ValidatorIndex>& validators, const AttestationData& data) {
    return {{"validators", json_of(validators)},
            {"slot", data.slot.value()},
            {"head", to_hex(data.beacon_block_root)},
            {"source", json_of(data.source)},
            {"target", json_of(data.target)}};
}

Json evidence_json(const AttesterSlashing& slashing) {
    const auto indexed = [](const IndexedAttestation& attestation) {
        return vote_json(attestation.attesting_indices, attestation.data);
    };
    return {{"first", indexed(slashing.attestation_1)}, {"second", indexed(slashing.attestation_2)}};
}

// Follows a journal with a fork choice of its own, which knows who the members of committees are.
class TraceWriter {
  public:
    TraceWriter(std::ostream& out, const SimulatedChain& chain, const Disk& disk, ForkChoice fork_choice)
        : out_(out), environment_(chain.environment), disk_(disk), fork_choice_(std::move(fork_choice)) {}

    void write_header(std::size_t validators) {
        const Parameters& parameters = environment_.parameters();
        out_ << Json{{"trace", "fork_choice"},
                     {"validators", validators},
                     {"slots_per_epoch", parameters.SLOTS_PER_EPOCH},
                     {"min_seed_lookahead", parameters.MIN_SEED_LOOKAHEAD},
                     {"proposer_score_boost", parameters.PROPOSER_SCORE_BOOST},
                     {"reorg_head_weight_threshold", parameters.REORG_HEAD_WEIGHT_THRESHOLD},
                     {"reorg_parent_weight_threshold", parameters.REORG_PARENT_WEIGHT_THRESHOLD},
                     {"reorg_max_epochs_since_finalization", parameters.REORG_MAX_EPOCHS_SINCE_FINALIZATION},
                     {"anchor", to_hex(fork_choice_.anchor_root())}}
             << '\n';
    }

    Result<void> write(const JournalRow& row) {
        Json line{{"seq", row.sequence}};
        NODE_TRY(event_of(row, line));
        line["verdict"] = "accepted";
        line["head"] = row.head_root ? Json(to_hex(*row.head_root)) : Json();
        line["justified"] = json_of(Checkpoint{row.justified_epoch, row.justified_root});
        line["finalized"] = json_of(Checkpoint{row.finalized_epoch, row.finalized_root});
        out_ << line << '\n';
        return {};
    }

  private:
    Result<void> event_of(const JournalRow& row, Json& line) {
        switch (row.kind) {
            case JournalKind::Tick:
                return tick(row, line);
            case JournalKind::Block:
                return block(row, line);
            case JournalKind::Attestation:
                return attestation(row, line);
            case JournalKind::AttesterSlashing:
                return attester_slashing(row, line);
            case JournalKind::Order:
                return order(row, line);
            case JournalKind::Anchor:
                break;  // traces begin with genesis
        }
        return reject(Clause::STO_16, "unknown kind");
    }

    // Phase 0 lasts to the cutoff of re-orgs, 1 from there to the attestation deadline, 2 to the end of the slot.
    // [FC-09]
    Result<void> tick(const JournalRow& row, Json& line) {
        NODE_TRY(fork_choice_.on_tick(row.time_ms));
        const Parameters& parameters = environment_.parameters();
        const auto component = [&](std::uint64_t basis_points) {
            return basis_points * parameters.SLOT_DURATION_MS / BASIS_POINTS;
        };
        const std::uint64_t into_slot = fork_choice_.time_into_slot_ms();
        line["event"] = "tick";
        line["clause"] = "FC-12";
        line["slot"] = fork_choice_.current_slot().value();
        line["phase"] = into_slot <= component(parameters.PROPOSER_REORG_CUTOFF_BPS) ? 0
                        : into_slot < component(parameters.ATTESTATION_DUE_BPS)      ? 1
                                                                                     : 2;
        return {};
    }

    Result<void> block(const JournalRow& row, Json& line) {
        Root root;
        if (row.payload.size() != Root::kSize) return reject(Clause::STO_16, "the payload is no root");
        std::ranges::copy(row.payload, root.data());
        const auto found = disk_.blocks.find(root);
        if (found == disk_.blocks.end()) return reject(Clause::STO_18, "block " + to_hex(root) + " is missing");
        NODE_TRY_ASSIGN(signed_block, decode<SignedBlock>(found->second.signed_block, environment_.parameters()));
        NODE_TRY(fork_choice_.on_block(signed_block, trust_all));
        const Block& message = signed_block.message;
        line["event"] = "block";
        line["clause"] = "FC-21";
        line["root"] = to_hex(root);
        line["parent"] = to_hex(message.parent_root);
        line["slot"] = message.slot.value();
        line["proposer"] = message.proposer_index.value();
        line["votes"] = Json::array();
        for (const Attestation& vote : message.body.attestations) {
            NODE_TRY_ASSIGN(validators, members(*fork_choice_.block_state(root), vote));
            line["votes"].push_back(vote_json(validators, vote.data));
        }
        line["slashings"] = Json::array();
        for (const AttesterSlashing& slashing : message.body.attester_slashings)
            line["slashings"].push_back(evidence_json(slashing));
        return {};
    }

    Result<std::vector<ValidatorIndex>> members(const State& state, const Attestation& vote) const {
        const auto shuffling = get_shuffling(state, vote.data.target.epoch, environment_);
        return get_attesting_indices(shuffling->committee(vote.data.slot, vote.data.index), vote.aggregation_bits);
    }

    Result<void> attestation(const JournalRow& row, Json& line) {
        NODE_TRY_ASSIGN(vote, decode<Attestation>(row.payload, environment_.parameters()));
        NODE_TRY_ASSIGN(checked, fork_choice_.check_attestation(vote, false));
        const Json entry = vote_json(checked.content().indices, vote.data);
        NODE_TRY(fork_choice_.on_attestation(vote, false, trust_all));
        line["event"] = "attestation";
        line["clause"] = "FC-46";
        line["vote"] = entry;
        return {};
    }

    Result<void> attester_slashing(const JournalRow& row, Json& line) {
        NODE_TRY_ASSIGN(slashing, decode<AttesterSlashing>(row.payload, environment_.parameters()));
        NODE_TRY(fork_choice_.on_attester_slashing(slashing, trust_all));
        line["event"] = "attester_slashing";
        line["clause"] = "FC-51";
        line["evidence"] = evidence_json(slashing);
        return {};
    }

    Result<void> order(const JournalRow& row, Json& line) {
        NODE_TRY_ASSIGN(order, decode<ProposalOrder>(row.payload, environment_.parameters()));
        line["event"] = "order";
        line["clause"] = "DUT-05";
        line["slot"] = order.slot.value();
        line["parent"] = to_hex(order.parent_root);
        return {};
    }

    std::ostream& out_;
    const Environment& environment_;
    const Disk& disk_;
    ForkChoice fork_choice_;
};

}  // namespace

std::optional<std::string> write_trace(std::ostream& out, const SimulatedChain& chain, const Disk& disk) {
    const State& genesis = *chain.genesis_state;
    auto fork_choice = ForkChoice::from_anchor(chain.environment, genesis, genesis_block(chain.environment, genesis));
    if (!fork_choice.ok()) return "the genesis is no anchor: " + text(fork_choice.rejection());
    TraceWriter writer(out, chain, disk, *std::move(fork_choice));
    writer.write_header(genesis.validator_count());
    for (const JournalRow& row : disk.journal) {
        if (const auto written = writer.write(row); !written.ok())
            return "row " + std::to_string(row.sequence) + " of the journal: " + text(written.rejection());
    }
    return std::nullopt;
}

}  // namespace touchstone::node::sim
