// Sequences of fork-choice events, made of bytes: ticks, blocks early, late and again, votes, evidence, forgetting and
// restarting, on a tree of really signed blocks.
#include "fuzz/fork_choice/events.h"

#include <algorithm>

#include "fuzz/agreement.h"
#include "fuzz/chain/translate.h"
#include "fuzz/fork_choice/duel.h"
#include "fuzz/targets.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {
namespace {

constexpr std::size_t kMostEvents = 600;

class Player {
  public:
    Player(Pool& pool, Input input) : pool_(pool), duel_(pool), input_(input) {
        for (std::size_t i = 0; i < pool.blocks().size(); ++i)
            waiting_.push_back(i);
    }

    DuelFigures play() {
        for (std::uint64_t slots = input_.below(pool_.slots()); slots > 0; --slots)
            play_slot(0, 0);
        while (!input_.empty() && duel_.figures().events < kMostEvents) {
            play_move();
            if (duel_.figures().events % 8 == 0) duel_.compare_all();
        }
        duel_.compare_all();
        return duel_.figures();
    }

  private:
    std::uint64_t slot_ms() const { return pool_.config().SLOT_DURATION_MS; }
    std::uint64_t start_of(std::uint64_t slot) const { return duel_.genesis_time_ms() + slot * slot_ms(); }

    void play_move() {
        switch (input_.below(16)) {
            case 0:
            case 1:
            case 2: {
                const std::uint64_t missing = input_.number(1);
                play_slot(missing, input_.number(1));
                break;
            }
            case 3:
            case 4:
            case 5:
                deliver_waiting_block();
                break;
            case 6:
                duel_.deliver(input_.choose(pool_.blocks()));
                break;
            case 7:
            case 8:
                deliver_recent_vote();
                break;
            case 9:
                duel_.deliver(input_.choose(pool_.votes()), input_.flag());
                break;
            case 10:
                deliver_changed_vote();
                break;
            case 11:
                deliver_changed_block();
                break;
            case 12:
                duel_.deliver(input_.choose(pool_.slashings()));
                break;
            case 13:
                tick();
                break;
            case 14:
                tick_within_slot();
                break;
            default:
                forget_or_restart();
                break;
        }
    }

    /// The next slot as it goes among honest nodes, apart from what is missing: bit i of `missing_blocks` keeps the
    /// slot's block i back, bit i of `missing_votes` every eighth vote.
    void play_slot(std::uint64_t missing_blocks, std::uint64_t missing_votes) {
        const std::uint64_t slot = duel_.current_slot() + 1;
        duel_.tick(start_of(slot));
        unsigned place = 0;
        const std::vector<std::size_t> candidates(
            waiting_.begin(), waiting_.begin() + std::min<std::ptrdiff_t>(24, std::ssize(waiting_)));
        for (const std::size_t position : candidates) {
            const PoolBlock& block = pool_.blocks()[position];
            if (block.block.message.slot.value > slot) break;
            if ((missing_blocks >> (place++ % 8) & 1U) != 0) continue;
            std::erase(waiting_, position);
            duel_.deliver(block);
        }
        duel_.tick(start_of(slot) + slot_ms() / 3);
        deliver_votes_of(slot - 1, missing_votes);
    }

    void deliver_votes_of(std::uint64_t slot, std::uint64_t missing) {
        const auto [begin, end] = votes_of(slot, slot);
        for (std::size_t i = begin; i < end; ++i) {
            if ((missing >> ((i - begin) % 8) & 1U) == 0) duel_.deliver(pool_.votes()[i]);
        }
    }

    /// Positions of the votes of these slots.
    std::pair<std::size_t, std::size_t> votes_of(std::uint64_t first, std::uint64_t last) const {
        const auto slot_of = [](const PoolVote& vote) { return vote.vote.attestation.data.slot.value; };
        const auto begin = std::ranges::lower_bound(pool_.votes(), first, {}, slot_of);
        const auto end = std::ranges::upper_bound(pool_.votes(), last, {}, slot_of);
        return {static_cast<std::size_t>(begin - pool_.votes().begin()),
                static_cast<std::size_t>(end - pool_.votes().begin())};
    }

    void deliver_waiting_block() {
        if (waiting_.empty()) return;
        const std::size_t place = input_.below(std::min<std::size_t>(8, waiting_.size()));
        const PoolBlock& block = pool_.blocks()[waiting_[place]];
        duel_.deliver(block);
        if (duel_.knows(block.root) || !block.post_state) waiting_.erase(waiting_.begin() + std::ptrdiff_t(place));
    }

    const PoolVote* recent_vote() {
        const std::uint64_t slot = duel_.current_slot();
        const auto [begin, end] = votes_of(slot < 3 ? 0 : slot - 3, slot + 1);
        return begin == end ? nullptr : &pool_.votes()[begin + input_.below(end - begin)];
    }

    void deliver_recent_vote() {
        if (const PoolVote* vote = recent_vote()) duel_.deliver(*vote);
    }

    /// A vote of which one part is another, signed again or not.
    void deliver_changed_vote() {
        const PoolVote* const original = recent_vote();
        if (original == nullptr) return;
        Vote vote = original->vote;
        reference::AttestationData& data = vote.attestation.data;
        const std::uint64_t by = input_.below(4);
        switch (input_.below(10)) {
            case 0:
                data.slot.value += by;
                break;
            case 1:
                data.index.value += by;
                break;
            case 2:
                data.beacon_block_root = input_.choose(pool_.blocks()).root;
                break;
            case 3:
                data.target.root = input_.choose(pool_.blocks()).root;
                break;
            case 4:
                data.target.epoch.value += by;
                break;
            case 5:
                data.source.epoch.value += by;
                break;
            case 6:
                vote.attestation.aggregation_bits.push_back(by == 0);
                break;
            case 7:
                vote.attestation.aggregation_bits.flip();
                break;
            case 8:
                vote.attestation.aggregation_bits.assign(vote.attestation.aggregation_bits.size(), false);
                break;
            default:
                vote.attestation.signature = input_.choose(pool_.votes()).vote.attestation.signature;
                break;
        }
        const std::uint64_t how = input_.number(1);
        if (how % 2 == 1) sign_again(pool_.genesis_state(), vote);
        duel_.deliver(vote.attestation, how / 2 % 4 == 3);
    }

    /// A block of which one part is another, signed again or not.
    void deliver_changed_block() {
        if (waiting_.empty()) return;
        const std::size_t place = input_.below(std::min<std::size_t>(8, waiting_.size()));
        reference::SignedBlock block = pool_.blocks()[waiting_[place]].block;
        const std::uint64_t by = input_.below(4);
        switch (input_.below(7)) {
            case 0:
                block.message.slot.value += by;
                break;
            case 1:
                block.message.parent_root = input_.choose(pool_.blocks()).root;
                break;
            case 2:
                block.message.body.graffiti.bytes[by] ^= 1;
                break;
            case 3:
                block.message.state_root.bytes[by] ^= 1;
                break;
            case 4:
                block.signature.bytes[by] ^= 1;
                break;
            case 5:
                block.message.body.attestations.push_back(input_.choose(pool_.votes()).vote.attestation);
                break;
            default:
                block.message.body.attester_slashings.push_back(input_.choose(pool_.slashings()).slashing);
                break;
        }
        const reference::Bytes encoding = reference::ssz::serialize(block, pool_.config());
        if (reference::ssz::deserialize<reference::SignedBlock>(encoding, pool_.config()) &&
            block.message.proposer_index.value < pool_.genesis_state().validators.size()) {
            if (input_.flag()) sign_again(pool_.genesis_state(), block);
            duel_.deliver(block);
        }
    }

    void tick() {
        const std::uint64_t now = duel_.time_ms();
        switch (input_.below(5)) {
            case 0:
                duel_.tick(now - std::min(now, input_.below(1000)));
                break;
            case 1:
                duel_.tick(now + input_.below(2 * slot_ms()));
                break;
            case 2:
                duel_.tick(start_of(duel_.current_slot() + 1 + input_.below(3)));
                break;
            case 3:
                duel_.tick(start_of(duel_.current_slot() + input_.below(2 * pool_.config().SLOTS_PER_EPOCH)) +
                           slot_ms());
                break;
            default:
                duel_.tick(now);
                break;
        }
    }

    /// To the moments on which something depends, or just beside them.
    void tick_within_slot() {
        const reference::Parameters& config = pool_.config();
        const std::uint64_t moments[] = {reference::get_attestation_due_ms(config),
                                         reference::get_proposer_reorg_cutoff_ms(config), 1, slot_ms() - 1};
        const std::uint64_t moment = moments[input_.below(4)] + input_.below(3) - 1;
        duel_.tick(std::max(duel_.time_ms(), start_of(duel_.current_slot()) + moment));
    }

    void forget_or_restart() {
        switch (input_.below(8)) {
            case 0:
                duel_.prune();
                break;
            case 1:
                duel_.restart();
                break;
            default:
                duel_.compare_all();
                break;
        }
    }

    Pool& pool_;
    Duel duel_;
    Input input_;
    std::vector<std::size_t> waiting_;  // positions of blocks that were not delivered yet, in order
};

}  // namespace

DuelFigures play_events(Bytes bytes) {
    Input input(bytes);
    Pool& chosen = pool(input.below(pool_count()));
    return Player(chosen, input).play();
}

void fuzz_fork_choice(Bytes bytes) { play_events(bytes); }

std::vector<ByteVector> fork_choice_seeds() {
    std::vector<ByteVector> seeds;
    for (std::uint8_t i = 0; i < 12; ++i) {
        Random random(i);
        ByteVector seed{static_cast<std::uint8_t>(i % pool_count()), static_cast<std::uint8_t>(i * 3)};
        const ByteVector moves = random.bytes(20 + 10 * std::size_t{i});
        seed.insert(seed.end(), moves.begin(), moves.end());
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

}  // namespace touchstone::fuzz
