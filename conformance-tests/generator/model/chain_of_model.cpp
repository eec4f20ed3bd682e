#include "conformance-tests/generator/model/chain_of_model.h"

#include <algorithm>
#include <set>

#include "reference/transition/block.h"
#include "reference/transition/state_transition.h"
#include "reference/types/configuration.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::vectors::model {

namespace ref = reference;

Parameters config_of_model(std::uint64_t slots_per_epoch, const std::map<std::string, std::string>& parameters) {
    const Parameters small = minimal_with([&](Parameters& config) {
        config.SLOTS_PER_EPOCH = slots_per_epoch;
        config.MIN_ACTIVE_VALIDATORS = std::max<std::uint64_t>(slots_per_epoch, 4);
        config.BASE_REWARD_FACTOR = 1;
        config.MIN_SLASHING_PENALTY_QUOTIENT = std::uint64_t{1} << 20U;
    });
    const auto config = ref::custom_configuration(small, parameters);
    if (!config) throw std::runtime_error(config.failure().reason);
    if (const auto allowed = ref::check_assumptions(config.value()); !allowed) {
        throw std::runtime_error("no configuration has these parameters: " + allowed.failure().reason);
    }
    return config.value();
}

NodePointer anchor_of_model(std::uint64_t slots_per_epoch, std::uint64_t validators,
                            const std::map<std::string, std::string>& parameters) {
    const Amount stake{tst(kEffectiveStake).value + ref::GRAINS_PER_TST / 2};
    return genesis_node(genesis_state({.validators = validators,
                                       .config = config_of_model(slots_per_epoch, parameters),
                                       .stakes = std::vector<Amount>(validators, stake)}));
}

const ConsensusState& BlockCache::state_at(const NodePointer& node, std::uint64_t slot) {
    const auto key = std::pair{node->root, std::max(slot, node->post.slot.value)};
    const auto found = states_.find(key);
    if (found != states_.end()) return found->second;
    return states_.emplace(key, advanced(node->post, Slot{slot})).first->second;
}

namespace {

// Part of all roots, by their first two bytes.
bool is_in_part(const Root& root, std::uint64_t part, std::uint64_t parts) {
    const std::uint64_t leading = (std::uint64_t{root.bytes[0]} << 8U) | root.bytes[1];
    return leading * parts / 65536 == part;
}

}  // namespace

NodePointer BlockCache::block(const NodePointer& parent, std::uint64_t slot, const BlockBody& body, std::uint64_t part,
                              std::uint64_t parts) {
    const Parameters& config = parent->post.config;
    Bytes key = ref::ssz::serialize(body, config);
    key.insert(key.end(), parent->root.bytes.begin(), parent->root.bytes.end());
    for (const std::uint64_t number : {slot, part, parts})
        key.push_back(static_cast<std::uint8_t>(number));
    NodePointer& known = blocks_[key];
    if (known) return known;

    const ConsensusState& at_slot = state_at(parent, slot);
    Node node{make_invalid_block(at_slot, Slot{slot}, body), at_slot, {}};
    if (const auto done = ref::process_block(node.post, node.block, false); !done) {
        throw Unrealizable("a block breaks " + std::string(to_string(done.failure().clause)) + ": " +
                           done.failure().reason);
    }
    // Another graffito changes nothing of the state but the root of the body in the latest header.
    for (std::uint64_t tag = 0; node.root == Root{} || !is_in_part(node.root, part, parts); ++tag) {
        for (std::size_t i = 0; i < 8; ++i)
            node.block.message.body.graffiti.bytes[i] = static_cast<std::uint8_t>(tag >> (8 * i));
        node.post.latest_block_header.body_root = ref::hash_tree_root(node.block.message.body, config);
        node.block.message.state_root = ref::hash_tree_root(node.post, config);
        node.root = ref::hash_tree_root(node.block.message, config);
    }
    resign(at_slot, node.block);
    return known = std::make_shared<const Node>(std::move(node));
}

ChainOfModel::ChainOfModel(const Behaviour& behaviour, BlockCache& cache) : behaviour_(behaviour), cache_(cache) {
    made_[kAnchor] = cache_.anchor();
}

const NodePointer& ChainOfModel::block(BlockNumber number) {
    const auto made = made_.find(number);
    if (made != made_.end()) return made->second;
    const auto found = behaviour_.blocks.find(number);
    if (found == behaviour_.blocks.end()) throw Unrealizable("no block " + std::to_string(number) + " in the tree");
    const NodePointer parent = block(found->second.parent);
    const auto [part, parts] = place(number);
    const NodePointer node = cache_.block(parent, found->second.slot, body_of(found->second), part, parts);
    return made_[number] = node;
}

Root ChainOfModel::root_of(BlockNumber number) { return number == kNoRoot ? Root{} : block(number)->root; }

Checkpoint ChainOfModel::checkpoint(const ModelCheckpoint& checkpoint) {
    return {Epoch{checkpoint.epoch}, root_of(checkpoint.root)};
}

std::pair<std::uint64_t, std::uint64_t> ChainOfModel::place(BlockNumber number) const {
    const ModelBlock& block = behaviour_.blocks.at(number);
    std::uint64_t part = 0;
    std::uint64_t parts = 0;
    for (const auto& [other, sibling] : behaviour_.blocks) {
        if (other == kAnchor || sibling.parent != block.parent) continue;
        ++parts;
        if (sibling.rank < block.rank) ++part;
    }
    return {part, parts};
}

AttestationData ChainOfModel::data_of(const ModelVote& vote) {
    return {Slot{vote.slot}, CommitteeIndex{0}, root_of(vote.head), checkpoint(vote.source), checkpoint(vote.target)};
}

std::vector<ValidatorIndex> ChainOfModel::committee(const ModelVote& vote) {
    const NodePointer& target = block(vote.target.root == kNoRoot ? kAnchor : vote.target.root);
    const ConsensusState& state = cache_.state_at(target, vote.target.epoch * behaviour_.slots_per_epoch);
    const std::uint64_t epoch = vote.slot / behaviour_.slots_per_epoch;
    const std::uint64_t reached = epoch_of(state).value;
    if (epoch > reached + 1 || epoch + 1 < reached) return {};  // [COM-07]
    return ref::get_beacon_committee(state, Slot{vote.slot}, CommitteeIndex{0});
}

bool ChainOfModel::is_in_committee(const ModelVote& vote) {
    const auto members = committee(vote);
    return std::ranges::all_of(vote.validators, [&](std::uint64_t voter) {
        return std::ranges::find(members, ValidatorIndex{voter}) != members.end();
    });
}

// The committee is that of the target's state [FC-44]. A validator that is not in it has no bit: a bit too many.
Attestation ChainOfModel::attestation(const ModelVote& vote, bool is_signed) {
    Attestation attestation;
    attestation.data = data_of(vote);
    for (const ValidatorIndex member : committee(vote)) {
        attestation.aggregation_bits.push_back(std::ranges::find(vote.validators, member.value) !=
                                               vote.validators.end());
    }
    if (!is_in_committee(vote)) attestation.aggregation_bits.push_back(true);
    attestation.signature = indexed(vote, is_signed).signature;
    return attestation;
}

IndexedAttestation ChainOfModel::indexed(const ModelVote& vote, bool is_signed) {
    std::vector<ValidatorIndex> indices;
    for (const std::uint64_t validator : vote.validators)
        indices.push_back(ValidatorIndex{validator});
    std::ranges::sort(indices);
    IndexedAttestation made = indexed_attestation(cache_.anchor()->post, indices, data_of(vote));
    if (!is_signed) made.signature = sign_together(indices, Root{});
    return made;
}

AttesterSlashing ChainOfModel::slashing(const ModelEvidence& evidence, bool first_signed, bool second_signed) {
    return {indexed(evidence.first, first_signed), indexed(evidence.second, second_signed)};
}

void ChainOfModel::check_shuffling(const ModelBlock& block, const ModelVote& vote) {
    // The bits are of the block's committee, and of the target's when the fork choice looks at them: the model has one.
    const auto members_at = [&](const ConsensusState& state) {
        return ref::get_beacon_committee(state, Slot{vote.slot}, CommitteeIndex{0});
    };
    const ConsensusState& of_target =
        cache_.state_at(this->block(vote.target.root), vote.target.epoch * behaviour_.slots_per_epoch);
    if (members_at(cache_.state_at(this->block(block.parent), block.slot)) != members_at(of_target)) {
        throw Unrealizable("a block carries a vote of another shuffling");
    }
}

namespace {

// Votes for the same, of different validators, are one attestation. Where a validator votes twice the order decides
// which vote is first, and each stays by itself.
std::vector<ModelVote> aggregated(const std::vector<ModelVote>& votes) {
    std::set<std::uint64_t> voters;
    for (const ModelVote& vote : votes)
        voters.insert(vote.validators.at(0));
    if (voters.size() < votes.size()) return votes;
    std::vector<ModelVote> together;
    for (const ModelVote& vote : votes) {
        const auto same = std::ranges::find_if(together, [&](const ModelVote& other) {
            return other.slot == vote.slot && other.head == vote.head && other.source == vote.source &&
                   other.target == vote.target;
        });
        if (same == together.end()) {
            together.push_back(vote);
        } else {
            same->validators.push_back(vote.validators.at(0));
        }
    }
    return together;
}

}  // namespace

BlockBody ChainOfModel::body_of(const ModelBlock& block) {
    BlockBody body;
    for (const ModelVote& vote : aggregated(block.votes)) {
        check_shuffling(block, vote);
        body.attestations.push_back(attestation(vote, true));
    }
    for (const ModelEvidence& evidence : block.slashings)
        body.attester_slashings.push_back(slashing(evidence, true, true));
    return body;
}

bool ChainOfModel::descends(BlockNumber number, BlockNumber ancestor) const {
    while (number != ancestor && number != kAnchor) {
        const auto found = behaviour_.blocks.find(number);
        if (found == behaviour_.blocks.end()) return false;
        number = found->second.parent;
    }
    return number == ancestor;
}

bool ChainOfModel::proposers_are_as_in_the_model(BlockNumber one, BlockNumber other) {
    const bool same = block(one)->block.message.proposer_index == block(other)->block.message.proposer_index;
    return same == (behaviour_.blocks.at(one).proposer == behaviour_.blocks.at(other).proposer);
}

}  // namespace touchstone::vectors::model
