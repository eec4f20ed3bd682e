#include "conformance-tests/generator/scenario.h"

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/transactions.h"
#include "reference/transition/genesis.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::vectors {

namespace ref = reference;
using Json = nlohmann::json;

namespace {

Json checkpoint_json(const Checkpoint& checkpoint) {
    return {{"epoch", std::to_string(checkpoint.epoch.value)}, {"root", ref::to_hex(checkpoint.root.bytes)}};
}

Root block_root(const Block& block, const Parameters& config) { return ref::hash_tree_root(block, config); }

ref::Store start_store(const NodePointer& anchor) {
    return need(ref::get_forkchoice_store(anchor->post, anchor->block.message));
}

}  // namespace

NodePointer genesis_node(const ConsensusState& state) {
    SignedBlock block{ref::genesis_block(state), {}};
    return std::make_shared<const Node>(Node{block, state, block_root(block.message, state.config)});
}

NodePointer changed_anchor(const NodePointer& node, const std::function<void(ConsensusState&)>& change) {
    Node changed = *node;
    change(changed.post);
    changed.block.message.state_root = ref::hash_tree_root(changed.post, changed.post.config);
    changed.root = block_root(changed.block.message, changed.post.config);
    return std::make_shared<const Node>(std::move(changed));
}

NodePointer child(const NodePointer& parent, std::uint64_t slot, BlockBody body, std::uint64_t tag) {
    for (std::size_t i = 0; i < 8; ++i)
        body.graffiti.bytes[i] = static_cast<std::uint8_t>(tag >> (8 * i));
    Node node{make_block(parent->post, Slot{slot}, std::move(body)), parent->post, {}};
    need(ref::state_transition(node.post, node.block));
    node.root = block_root(node.block.message, node.post.config);
    return std::make_shared<const Node>(std::move(node));
}

std::pair<NodePointer, NodePointer> children_by_root(const NodePointer& parent, std::uint64_t slot) {
    NodePointer first = child(parent, slot, {}, 1);
    NodePointer second = child(parent, slot, {}, 2);
    if (second->root < first->root) std::swap(first, second);
    return {first, second};
}

BlockBody votes_from(const NodePointer& parent, std::uint64_t first, std::uint64_t slot, const Voters& voters) {
    const ConsensusState state = advanced(parent->post, Slot{slot});
    BlockBody body;
    for (std::uint64_t voted = first; voted < slot; ++voted) {
        for (Attestation& vote : attestations_of_slot(state, Slot{voted}, voters))
            body.attestations.push_back(std::move(vote));
    }
    return body;
}

const std::vector<NodePointer>& busy_chain(std::uint64_t slot, std::size_t validators) {
    static std::map<std::size_t, std::vector<NodePointer>> made;
    auto& chain = made[validators];
    chain.reserve(200);
    if (chain.empty()) chain.push_back(genesis_node(genesis_state({.validators = validators})));
    while (chain.size() <= slot) {
        const std::uint64_t next = chain.size();
        chain.push_back(child(chain.back(), next, votes_from(chain.back(), next - 1, next)));
    }
    return chain;
}

Attestation vote_for(const NodePointer& node, std::uint64_t slot, const Voters& voters) {
    const ConsensusState state = advanced(node->post, Slot{slot});
    return signed_attestation(state, vote_data(state, Slot{slot}), voters);
}

Voters first(std::size_t members) {
    return [left = std::make_shared<std::size_t>(members)](ValidatorIndex) {
        if (*left == 0) return false;
        --*left;
        return true;
    };
}

Vector scenario_vector(const std::string& runner, const std::string& handler, const Title& title,
                       const NodePointer& anchor) {
    const Parameters& config = anchor->post.config;
    Vector vector{
        .runner = runner, .handler = handler, .name = title.name, .shows = title.shows, .clauses = title.clauses};
    vector.config = config_of(config);
    vector.inputs["anchor_state"] = ref::ssz::serialize(anchor->post, config);
    if (!anchor->post.entries.map().empty()) vector.inputs["anchor_state_entries"] = encoded_entries(anchor->post);
    vector.inputs["anchor_block"] = ref::ssz::serialize(anchor->block.message, config);
    return vector;
}

std::string StepInputs::name_of(Vector& vector, const std::string& kind, const Bytes& content) {
    const auto known = names_.find(content);
    if (known != names_.end()) return known->second;
    const std::string name = kind + "_" + std::to_string(counts_[kind]++);
    names_[content] = name;
    vector.inputs[name] = content;
    return name;
}

Scenario::Scenario(Suite& suite, const std::string& handler, const Title& title, const NodePointer& anchor)
    : suite_(suite), vector_(scenario_vector("fork_choice", handler, title, anchor)), store_(start_store(anchor)) {}

void Scenario::expect(bool holds, const std::string& what) {
    if (holds) return;
    broken_ = true;
    suite_.problem(vector_.id() + ", step " + std::to_string(steps_.size()) + ": " + what);
}

std::string Scenario::input(const std::string& kind, const Bytes& content) {
    return inputs_.name_of(vector_, kind, content);
}

void Scenario::step(const std::string& kind, const std::string& value, const ref::Result<void>& result,
                    const Expected& expected, const std::vector<std::string>& others) {
    Json entry{{kind, value}};
    const Expected observed = result ? Expected{} : Expected{std::string(to_string(result.failure().clause))};
    expect(observed == expected, kind + ": expected " + expected.value_or("accepted") + ", the reference says " +
                                     observed.value_or("accepted"));
    if (observed) {
        entry["rejected"] = *observed;
        auto& clauses = vector_.clauses;
        if (std::find(clauses.begin(), clauses.end(), *observed) == clauses.end()) clauses.push_back(*observed);
    }
    if (!others.empty()) entry["or"] = others;
    steps_.push_back(entry.dump());
}

void Scenario::check(const std::string& name, const std::string& json_value, const std::string& slot) {
    Json entry{{"checks", {{name, Json::parse(json_value)}}}};
    if (!slot.empty()) entry["slot"] = slot;
    steps_.push_back(entry.dump());
}

Scenario& Scenario::tick(std::uint64_t slot, std::uint64_t into_slot, const Expected& expected) {
    const std::uint64_t time = store_.genesis_time_ms + slot * store_.config.SLOT_DURATION_MS + into_slot;
    step("tick", std::to_string(time), ref::on_tick(store_, time), expected, {});
    return *this;
}

Scenario& Scenario::block(const NodePointer& node, const Expected& expected, const std::vector<std::string>& others) {
    return block(node->block, expected, others);
}

Scenario& Scenario::block(const SignedBlock& signed_block, const Expected& expected,
                          const std::vector<std::string>& others) {
    const std::string name = input("block", ref::ssz::serialize(signed_block, store_.config));
    step("block", name, ref::on_block(store_, signed_block), expected, others);
    return *this;
}

Scenario& Scenario::timely(const NodePointer& node) { return tick(node->block.message.slot.value).block(node); }

Scenario& Scenario::blocks(const std::vector<NodePointer>& nodes, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i <= last; ++i)
        timely(nodes[i]);
    return *this;
}

Scenario& Scenario::attestation(const Attestation& vote, const Expected& expected,
                                const std::vector<std::string>& others) {
    const std::string name = input("attestation", ref::ssz::serialize(vote, store_.config));
    step("attestation", name, ref::on_attestation(store_, vote), expected, others);
    return *this;
}

Scenario& Scenario::slashing(const AttesterSlashing& evidence, const Expected& expected) {
    const std::string name = input("attester_slashing", ref::ssz::serialize(evidence, store_.config));
    step("attester_slashing", name, ref::on_attester_slashing(store_, evidence), expected, {});
    return *this;
}

Scenario& Scenario::head_is(const NodePointer& node) {
    const Root head = need(ref::get_head(store_));
    expect(head == node->root, "the head is the block of slot " + std::to_string(store_.blocks.at(head).slot.value) +
                                   ", expected that of " + std::to_string(node->block.message.slot.value));
    check("head",
          Json{{"slot", std::to_string(store_.blocks.at(head).slot.value)}, {"root", ref::to_hex(head.bytes)}}.dump());
    return *this;
}

Scenario& Scenario::boost_is(const NodePointer& node) {
    expect(store_.proposer_boost_root == (node ? node->root : Root{}), "another block is boosted");
    check("proposer_boost_root", Json(ref::to_hex(store_.proposer_boost_root.bytes)).dump());
    return *this;
}

Scenario& Scenario::proposer_head_is(std::uint64_t slot, const NodePointer& node) {
    const Root head = need(ref::get_head(store_));
    const Root built_on = need(ref::get_proposer_head(store_, head, Slot{slot}));
    expect(built_on == node->root, "the proposer builds on another block");
    check("proposer_head", Json(ref::to_hex(built_on.bytes)).dump(), std::to_string(slot));
    return *this;
}

Scenario& Scenario::weights_are(const std::vector<std::pair<NodePointer, std::uint64_t>>& weights) {
    Json values = Json::object();
    for (const auto& [node, weight] : weights) {
        const Amount found = need(ref::get_weight(store_, node->root));
        expect(found.value / ref::GRAINS_PER_TST == weight,
               "the block of slot " + std::to_string(node->block.message.slot.value) + " weighs " +
                   std::to_string(found.value / ref::GRAINS_PER_TST) + " TST, expected " + std::to_string(weight));
        values[ref::to_hex(node->root.bytes)] = std::to_string(found.value);
    }
    check("weights", values.dump());
    return *this;
}

Scenario& Scenario::equivocating_are(const std::vector<std::uint64_t>& indices) {
    Json list = Json::array();
    for (const ValidatorIndex index : store_.equivocating_indices)
        list.push_back(std::to_string(index.value));
    Json expected = Json::array();
    for (const std::uint64_t index : indices)
        expected.push_back(std::to_string(index));
    expect(list == expected, "others equivocate: " + list.dump());
    check("equivocating_indices", list.dump());
    return *this;
}

Scenario& Scenario::checkpoints_are(std::uint64_t justified, std::uint64_t finalized) {
    expect(store_.justified_checkpoint.epoch == justified && store_.finalized_checkpoint.epoch == finalized,
           "justified " + std::to_string(store_.justified_checkpoint.epoch.value) + ", finalized " +
               std::to_string(store_.finalized_checkpoint.epoch.value));
    steps_.push_back(
        Json{{"checks",
              {{"justified_checkpoint", checkpoint_json(store_.justified_checkpoint)},
               {"finalized_checkpoint", checkpoint_json(store_.finalized_checkpoint)},
               {"unrealized_justified_checkpoint", checkpoint_json(store_.unrealized_justified_checkpoint)},
               {"unrealized_finalized_checkpoint", checkpoint_json(store_.unrealized_finalized_checkpoint)}}}}
            .dump());
    return *this;
}

Scenario& Scenario::time_is_recorded() {
    check("time", Json(std::to_string(store_.time_ms)).dump());
    return *this;
}

void Scenario::finish() {
    const Root head = need(ref::get_head(store_));
    check("head",
          Json{{"slot", std::to_string(store_.blocks.at(head).slot.value)}, {"root", ref::to_hex(head.bytes)}}.dump());
    checkpoints_are(store_.justified_checkpoint.epoch.value, store_.finalized_checkpoint.epoch.value);
    check("proposer_boost_root", Json(ref::to_hex(store_.proposer_boost_root.bytes)).dump());
    time_is_recorded();
    if (broken_) return;
    Json steps = Json::array();
    for (const std::string& entry : steps_)
        steps.push_back(Json::parse(entry));
    vector_.steps = steps.dump();
    suite_.add(std::move(vector_));
}

void add_refused_anchor(Suite& suite, const Title& title, const ConsensusState& anchor_state, const Block& anchor_block,
                        const std::string& clause) {
    Vector vector{.runner = "fork_choice",
                  .handler = "get_forkchoice_store",
                  .name = title.name,
                  .shows = title.shows,
                  .clauses = title.clauses};
    vector.config = config_of(anchor_state.config);
    vector.inputs["anchor_state"] = ref::ssz::serialize(anchor_state, anchor_state.config);
    vector.inputs["anchor_block"] = ref::ssz::serialize(anchor_block, anchor_state.config);
    vector.steps = R"([{"tick": "0"}])";
    const auto store = ref::get_forkchoice_store(anchor_state, anchor_block);
    if (store || to_string(store.failure().clause) != clause)
        return suite.problem(vector.id() + ": the reference says otherwise");
    vector.rejected = clause;
    suite.add(std::move(vector));
}

}  // namespace touchstone::vectors
