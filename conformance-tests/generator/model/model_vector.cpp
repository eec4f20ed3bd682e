#include "conformance-tests/generator/model/model_vector.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "conformance-tests/generator/transactions.h"

namespace touchstone::vectors::model {

namespace ref = reference;
using Json = nlohmann::json;

namespace {

Json json_of(const Checkpoint& checkpoint) {
    return {{"epoch", std::to_string(checkpoint.epoch.value)}, {"root", ref::to_hex(checkpoint.root.bytes)}};
}

// Writes down the steps of one behaviour.
class Writer {
  public:
    Writer(ChainOfModel& chain, Vector& vector, const NodePointer& anchor)
        : chain_(chain),
          vector_(vector),
          config_(anchor->post.config),
          genesis_time_ms_(anchor->post.genesis_time_ms) {}

    /// Throws Unrealizable before anything of the event is written down.
    void write(const Event& event) {
        if (event.kind != EventKind::Block || !is_forgotten_and_comes_again(event)) {
            steps_.push_back(step_of(event));
            if (event.kind == EventKind::Tick && event.rejected.empty()) slot_ = event.slot;
            if (event.kind == EventKind::Block && event.rejected.empty()) known_.insert(event.block);
        }
        if (!event.seen) return;
        finalized_ = event.seen->finalized;
        Json step{{"checks", checks_of(*event.seen)}};
        const bool has_proposers = has_the_models_proposers(event.seen->head);
        if (has_proposers && event.seen->proposer_head) {
            step["checks"]["proposer_head"] = hex(*event.seen->proposer_head);
            step["slot"] = std::to_string(slot_);
        }
        steps_.push_back(std::move(step));
        if (has_proposers && event.seen->next_proposer_head) {
            steps_.push_back({{"checks", {{"proposer_head", hex(*event.seen->next_proposer_head)}}},
                              {"slot", std::to_string(slot_ + 1)}});
        }
    }

    bool has_blocks() const { return known_.size() > 1; }

    void finish() {
        vector_.steps = steps_.dump();
        vector_.clauses.assign(clauses_.begin(), clauses_.end());
    }

  private:
    // [FC-59] In the model the proposer of a slot is one on all branches: nothing is said where that matters.
    bool has_the_models_proposers(BlockNumber head) {
        const auto& blocks = chain_.behaviour().blocks;
        return std::ranges::all_of(known_, [&](BlockNumber other) {
            return other == kAnchor || head == kAnchor || blocks.at(other).slot != blocks.at(head).slot ||
                   chain_.proposers_are_as_in_the_model(head, other);
        });
    }

    std::string hex(BlockNumber block) { return ref::to_hex(chain_.root_of(block).bytes); }

    // The borders of the phases are what a client gets wrong: each is its last or first moment.
    std::uint64_t time_of(const Event& event) const {
        const auto component = [&](std::uint64_t basis_points) {
            return basis_points * config_.SLOT_DURATION_MS / ref::BASIS_POINTS;
        };
        const std::uint64_t into_slot = event.phase == 0   ? component(config_.PROPOSER_REORG_CUTOFF_BPS)
                                        : event.phase == 1 ? component(config_.ATTESTATION_DUE_BPS) - 1
                                                           : component(config_.ATTESTATION_DUE_BPS);
        return genesis_time_ms_ + event.slot * config_.SLOT_DURATION_MS + into_slot;
    }

    // [FC-04] A client may have forgotten blocks that do not descend from the finalized one.
    bool may_be_forgotten(BlockNumber block) const {
        return block != kNoRoot && finalized_.root != kNoRoot && !chain_.descends(block, finalized_.root);
    }

    bool is_forgotten_and_comes_again(const Event& event) const {
        return known_.contains(event.block) && may_be_forgotten(event.block);
    }

    // Whoever gets past FC-43 is looked up in the committee of the target's state, which has to be the model's.
    void check_committee(const Event& event) {
        if (!event.rejected.empty() && event.rejected != "FC-44" && event.rejected != "ATT-12") return;
        if (chain_.is_in_committee(event.vote) == (event.rejected == "FC-44")) {
            throw Unrealizable("a vote on a branch with another shuffling");
        }
    }

    Json step_of(const Event& event) {
        Json step;
        std::vector<std::string> others;
        switch (event.kind) {
            case EventKind::Tick:
                step["tick"] = std::to_string(time_of(event));
                break;
            case EventKind::Block:
                step["block"] = input("block", ref::ssz::serialize(chain_.block(event.block)->block, config_));
                if (may_be_forgotten(chain_.behaviour().blocks.at(event.block).parent)) others = {"FC-16"};
                break;
            case EventKind::Attestation:
                check_committee(event);
                step["attestation"] = input(
                    "attestation", ref::ssz::serialize(chain_.attestation(event.vote, event.first_signed), config_));
                if (may_be_forgotten(event.vote.target.root)) others.emplace_back("FC-38");
                if (may_be_forgotten(event.vote.head)) others.emplace_back("FC-39");
                break;
            case EventKind::Slashing:
                step["attester_slashing"] =
                    input("attester_slashing",
                          ref::ssz::serialize(chain_.slashing(event.evidence, event.first_signed, event.second_signed),
                                              config_));
                break;
        }
        if (event.rejected.empty()) return step;
        step["rejected"] = event.rejected;
        if (!others.empty()) step["or"] = others;
        clauses_.insert(event.rejected);
        return step;
    }

    Json checks_of(const Observation& seen) {
        Json checks;
        checks["head"] = {{"slot", std::to_string(chain_.block(seen.head)->block.message.slot.value)},
                          {"root", hex(seen.head)}};
        checks["justified_checkpoint"] = json_of(chain_.checkpoint(seen.justified));
        checks["finalized_checkpoint"] = json_of(chain_.checkpoint(seen.finalized));
        checks["unrealized_justified_checkpoint"] = json_of(chain_.checkpoint(seen.unrealized_justified));
        checks["unrealized_finalized_checkpoint"] = json_of(chain_.checkpoint(seen.unrealized_finalized));
        checks["proposer_boost_root"] = hex(seen.boost);
        checks["equivocating_indices"] = Json::array();
        for (const std::uint64_t validator : seen.equivocating)
            checks["equivocating_indices"].push_back(std::to_string(validator));
        Json weights = Json::object();
        for (const auto& [block, weight] : seen.weights) {
            if (!may_be_forgotten(block)) weights[hex(block)] = std::to_string(grains(weight));
        }
        if (!weights.empty()) checks["weights"] = weights;
        return checks;
    }

    std::uint64_t grains(std::uint64_t weight) const {
        const ref::Wide scaled = ref::Wide{weight} * tst(kEffectiveStake).value;
        if (scaled % chain_.behaviour().stake != 0) throw Unrealizable("a weight of the model is no number of grains");
        return static_cast<std::uint64_t>(scaled / chain_.behaviour().stake);
    }

    std::string input(const std::string& kind, Bytes content) {
        const auto known = names_.find(content);
        if (known != names_.end()) return known->second;
        const std::string name = kind + "_" + std::to_string(counts_[kind]++);
        names_[content] = name;
        vector_.inputs[name] = std::move(content);
        return name;
    }

    ChainOfModel& chain_;
    Vector& vector_;
    const Parameters& config_;
    std::uint64_t genesis_time_ms_;
    std::uint64_t slot_ = 0;
    ModelCheckpoint finalized_{0, kAnchor};
    std::set<BlockNumber> known_{kAnchor};
    Json steps_ = Json::array();
    std::set<std::string> clauses_{"FC-10", "FC-21", "FC-31", "FC-34", "FC-35"};
    std::map<Bytes, std::string> names_;
    std::map<std::string, unsigned> counts_;
};

}  // namespace

ModelVector vector_of(const Behaviour& behaviour, BlockCache& cache) {
    const NodePointer& anchor = cache.anchor();
    const Parameters& config = anchor->post.config;
    Vector vector{.runner = "fork_choice",
                  .handler = "model",
                  .name = behaviour.name,
                  .shows = "what the model says of a behaviour that its checker drew"};
    vector.config = config_of(config);
    vector.inputs["anchor_state"] = ref::ssz::serialize(anchor->post, config);
    if (!anchor->post.entries.map().empty()) vector.inputs["anchor_state_entries"] = encoded_entries(anchor->post);
    vector.inputs["anchor_block"] = ref::ssz::serialize(anchor->block.message, config);
    ChainOfModel chain(behaviour, cache);
    Writer writer(chain, vector, anchor);
    std::string reason;
    try {
        for (const Event& event : behaviour.events)
            writer.write(event);
    } catch (const Unrealizable& unrealizable) {
        reason = unrealizable.what();
        if (!writer.has_blocks()) throw;
    }
    writer.finish();
    return {std::move(vector), reason};
}

}  // namespace touchstone::vectors::model
