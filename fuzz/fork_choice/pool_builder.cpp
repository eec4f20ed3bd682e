#include "fuzz/fork_choice/pool_builder.h"

#include <algorithm>
#include <map>

#include "fuzz/chain/translate.h"
#include "reference/transition/attestation.h"
#include "reference/transition/slashing.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {

using namespace reference;  // NOLINT(google-build-using-namespace): every type here is the reference's

namespace {

constexpr std::size_t kMostBranches = 3;
constexpr std::size_t kMostVotesInBlock = 8;

}  // namespace

PoolBuilder::PoolBuilder(Pool& pool) : pool_(pool), shape_(pool.shape_), random_(pool.shape_.seed) {
    const Tip genesis{hash_tree_root(pool.genesis_block_, shape_.config), pool.genesis_state_};
    tips_.push_back(genesis);
    branches_.push_back({genesis, {}});
}

void PoolBuilder::build() {
    for (std::uint64_t slot = 1; slot <= shape_.slots; ++slot)
        grow(Slot{slot});
    add_slashings();
    add_invalid_blocks();
    // Equal slots stay in the order in which the blocks were made.
    std::multimap<std::uint64_t, PoolBlock> by_slot;
    for (PoolBlock& each : pool_.blocks_)
        by_slot.emplace(each.block.message.slot.value, std::move(each));
    pool_.blocks_.clear();
    for (auto& [slot, each] : by_slot)
        pool_.blocks_.push_back(std::move(each));
    for (std::size_t i = 0; i < pool_.blocks_.size(); ++i)
        pool_.by_root_.try_emplace(pool_.blocks_[i].root, i);
}

void PoolBuilder::grow(Slot slot) {
    if (branches_.size() < kMostBranches && random_.chance(shape_.fork_rate)) begin_branch();
    for (std::size_t i = 0; i < branches_.size(); ++i) {
        if (random_.chance(shape_.block_rate)) add_block(branches_[i], slot);
    }
    // The proposer of the first branch equivocates.
    if (random_.chance(shape_.equivocators)) {
        Branch twin = branches_[0];
        twin.tip = tips_[tips_.size() - 1 - random_.below(std::min<std::uint64_t>(tips_.size(), 2))];
        if (twin.tip.state->slot < slot) {
            add_block(twin, slot);
            if (branches_.size() < kMostBranches && random_.chance(50)) branches_.push_back(twin);
        }
    }
    vote(slot);
    if (branches_.size() > 1 && random_.chance(10)) {
        branches_.erase(branches_.begin() + static_cast<std::ptrdiff_t>(1 + random_.below(branches_.size() - 1)));
    }
}

void PoolBuilder::begin_branch() {
    const std::size_t back = random_.chance(70) ? 4 : 16;
    const Tip& from = tips_[tips_.size() - 1 - random_.below(std::min(back, tips_.size()))];
    Branch branch{from, {}};
    for (std::size_t i = 0; i < pool_.votes_.size(); ++i)
        branch.waiting.push_back(i);
    branches_.push_back(std::move(branch));
}

void PoolBuilder::add_block(Branch& branch, Slot slot) {
    Built built = build_block(*branch.tip.state, slot, make_body(branch, slot));
    if (!built.post_state) return;
    branch.tip = add(std::move(built));
}

PoolBuilder::Tip PoolBuilder::add(Built built) {
    PoolBlock block;
    block.root = hash_tree_root(built.block.message, shape_.config);
    block.for_node = translate<node::SignedBlock>(built.block, shape_.config);
    block.block = std::move(built.block);
    block.post_state = built.post_state;
    pool_.blocks_.push_back(block);
    Tip tip{block.root, block.post_state};
    if (tip.state) tips_.push_back(tip);
    return tip;
}

BlockBody PoolBuilder::make_body(Branch& branch, Slot slot) {
    BlockBody body;
    const ConsensusState state = at_slot(*branch.tip.state, slot);
    ConsensusState scratch = state;
    for (const std::uint8_t byte : random_.bytes(2))
        body.graffiti.bytes[byte % 32] = byte;
    if (!pool_.slashings_.empty() && random_.chance(20)) {
        const AttesterSlashing& slashing = pool_.slashings_[random_.below(pool_.slashings_.size())].slashing;
        if (process_attester_slashing(scratch, slashing)) {
            body.attester_slashings.push_back(slashing);
        } else {
            scratch = state;
        }
    }
    std::vector<std::size_t> left;
    for (const std::size_t position : branch.waiting) {
        const Attestation& attestation = pool_.votes_[position].vote.attestation;
        const bool single = pool_.votes_[position].vote.signers.size() == 1;
        const bool recent = attestation.data.slot + Wide{2} * shape_.config.SLOTS_PER_EPOCH >= slot;
        const bool wanted = body.attestations.size() < kMostVotesInBlock && (!single || random_.chance(15));
        if (wanted && process_attestation(scratch, attestation)) {
            body.attestations.push_back(attestation);
        } else if (recent) {
            left.push_back(position);
        }
    }
    branch.waiting = std::move(left);
    return body;
}

bool PoolBuilder::votes_for(ValidatorIndex validator, std::size_t branch, Slot slot) const {
    // Who is where changes from epoch to epoch, with the epoch's share of the majority.
    const Epoch epoch = compute_epoch_at_slot(slot, shape_.config);
    Random lot(shape_.seed * 1000 + epoch.value * 64 + validator.value);
    if (lot.below(100) < shape_.equivocators) return true;
    if (branches_.size() == 1) return lot.below(100) < shape_.majority + 15;
    if (lot.below(100) < shape_.majority) return branch == 0;
    return branch == 1 + lot.below(branches_.size() - 1);
}

void PoolBuilder::vote(Slot slot) {
    for (std::size_t i = 0; i < branches_.size(); ++i)
        vote_for(i, slot);
}

void PoolBuilder::vote_for(std::size_t branch, Slot slot) {
    const ConsensusState& head_state = *branches_[branch].tip.state;
    for (Vote& whole :
         votes_of_slot(head_state, slot, [&](ValidatorIndex index) { return votes_for(index, branch, slot); })) {
        if (whole.signers.size() > 1) {
            const auto members = whole.signers;
            for (const ValidatorIndex member : members) {
                for (Vote& single :
                     votes_of_slot(head_state, slot, [&](ValidatorIndex index) { return index == member; })) {
                    add_vote(std::move(single));
                }
            }
        }
        add_vote(std::move(whole));
    }
}

void PoolBuilder::add_vote(Vote vote) {
    PoolVote made;
    made.for_node = translate<node::Attestation>(vote.attestation, shape_.config);
    made.vote = std::move(vote);
    for (Branch& branch : branches_)
        branch.waiting.push_back(pool_.votes_.size());
    pool_.votes_.push_back(std::move(made));
    if (random_.chance(4)) {
        PoolSlashing slashing;
        slashing.slashing = make_slashing(random_.below(6));
        slashing.for_node = translate<node::AttesterSlashing>(slashing.slashing, shape_.config);
        pool_.slashings_.push_back(std::move(slashing));
    }
}

/// Evidence made from nothing: double votes, votes that surround, and pairs that are no offence.
AttesterSlashing PoolBuilder::make_slashing(std::uint64_t kind) {
    const std::uint64_t validators = shape_.stakes.size();
    std::vector<ValidatorIndex> first;
    std::vector<ValidatorIndex> second;
    for (std::uint64_t i = random_.below(4); i < validators; i += 1 + random_.below(validators)) {
        first.push_back(ValidatorIndex{i});
        if (random_.chance(80)) second.push_back(ValidatorIndex{i});
    }
    if (first.empty()) first.push_back(ValidatorIndex{0});
    if (second.empty()) second.push_back(ValidatorIndex{validators - 1});
    AttestationData data_1;
    data_1.source.epoch = Epoch{1};
    data_1.target.epoch = Epoch{4};
    AttestationData data_2 = data_1;
    data_2.beacon_block_root.bytes[0] = 1;  // a double vote
    if (kind == 1) data_2 = data_1;
    if (kind == 2) data_2.source.epoch = Epoch{2}, data_2.target.epoch = Epoch{3};
    if (kind == 3) data_2.source.epoch = Epoch{0}, data_2.target.epoch = Epoch{5};
    if (kind == 4) data_2.source.epoch = Epoch{4}, data_2.target.epoch = Epoch{5};
    const ConsensusState& state = *pool_.genesis_state_;
    return {indexed_attestation(state, first, data_1), indexed_attestation(state, second, data_2)};
}

void PoolBuilder::add_slashings() {
    for (std::uint64_t kind = 0; kind < 10; ++kind) {
        PoolSlashing made;
        made.slashing = make_slashing(kind % 5);
        AttesterSlashing& slashing = made.slashing;
        if (kind == 5) slashing.attestation_1.signature.bytes[5] ^= 1;
        if (kind == 6) slashing.attestation_2.signature = slashing.attestation_1.signature;
        if (kind == 7) std::ranges::reverse(slashing.attestation_2.attesting_indices);
        if (kind == 8) slashing.attestation_1.attesting_indices.back() = ValidatorIndex{shape_.stakes.size()};
        if (kind == 9) slashing.attestation_2.attesting_indices.clear();
        made.for_node = translate<node::AttesterSlashing>(slashing, shape_.config);
        pool_.slashings_.push_back(std::move(made));
    }
}

/// Blocks that some check refuses: on a parent that nobody has, with another state root, with a signature of another.
void PoolBuilder::add_invalid_blocks() {
    const std::size_t valid = pool_.blocks_.size();
    for (std::size_t i = 0; i < valid; i += 1 + random_.below(8)) {
        SignedBlock block = pool_.blocks_[i].block;
        switch (random_.below(6)) {
            case 0:
                block.message.parent_root.bytes[0] ^= 1;
                break;
            case 1:
                block.message.state_root.bytes[0] ^= 1;
                break;
            case 2:
                block.message.slot.value += 1;
                break;
            case 3:
                block.message.proposer_index.value = (block.message.proposer_index.value + 1) % shape_.stakes.size();
                break;
            case 4:
                block.message.body.transactions.emplace_back();
                break;
            default:
                block.signature = pool_.blocks_[(i + 1) % valid].block.signature;
                add({std::move(block), nullptr});
                continue;
        }
        sign_again(*pool_.genesis_state_, block);
        add({std::move(block), nullptr});
    }
}

}  // namespace touchstone::fuzz
