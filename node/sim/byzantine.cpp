#include "node/sim/byzantine.h"

#include <algorithm>
#include <array>

#include "node/kernel/duties/production.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {

Byzantine::Byzantine(Simulation& simulation, const ByzantineChoice& choice)
    : simulation_(simulation),
      adversary_(simulation, choice.endpoint, choice.validators),
      first_slot_(choice.first_slot),
      last_slot_(choice.last_slot) {}

void Byzantine::begin() {
    const std::uint64_t now = simulation_.scheduler().now_ms();
    const std::uint64_t genesis = SimulatedChain::kGenesisTimeMs;
    const Slot next(now < genesis ? GENESIS_SLOT + 1 : (now - genesis) / slot_ms() + 1);
    schedule(std::max({first_slot_, next, Slot(GENESIS_SLOT + 1)}));
}

void Byzantine::schedule(Slot slot) {
    if (slot > last_slot_) return;
    const std::uint64_t start = SimulatedChain::kGenesisTimeMs + slot.value() * slot_ms();
    const std::uint64_t due = simulation_.parameters().ATTESTATION_DUE_BPS * slot_ms() / BASIS_POINTS;
    const std::weak_ptr<bool> alive = alive_;
    // A moment after the nodes have done theirs.
    simulation_.scheduler().call_at(start + 1, [this, alive, slot] {
        if (!alive.expired()) act(slot, &Byzantine::propose);
    });
    simulation_.scheduler().call_at(start + due + 1, [this, alive, slot] {
        if (alive.expired()) return;
        act(slot, &Byzantine::vote);
        schedule(slot + 1);
    });
}

void Byzantine::act(Slot slot, void (Byzantine::*duty)(const Root& head, Slot slot)) {
    for (std::size_t node = 0; node < simulation_.node_count(); ++node) {
        if (!simulation_.is_up(node)) continue;
        const Chain& chain = simulation_.node(node).chain();
        if (chain.head_slot() <= slot) (this->*duty)(chain.head(), slot);
        return;
    }
}

bool Byzantine::proposes_on(const Root& head, Slot slot) {
    if (adversary_.state_of(head)->slot() >= slot) return false;
    const auto proposer = adversary_.proposer_of(head, slot);
    // Of whom it is known in the state that it has offended, no block is taken.
    return proposer && adversary_.owns(*proposer) &&
           !adversary_.state_of(head)->consensus().validators[proposer->value()].slashed;
}

Audience Byzantine::half(bool odd) const {
    Audience audience;
    for (const auto& [node, delay_ms] : adversary_.everybody()) {
        if ((node % 2 == 1) == odd) audience[node] = delay_ms;
    }
    return audience;
}

namespace {

class Equivocating final : public Byzantine {
  public:
    Equivocating(Simulation& simulation, const ByzantineChoice& choice) : Byzantine(simulation, choice) {}

  protected:
    void propose(const Root& head, Slot slot) override {
        if (!proposes_on(head, slot)) return;
        adversary().show_block(adversary().make_block(head, slot, adversary().heard_votes(slot), 0), half(false));
        adversary().show_block(adversary().make_block(head, slot, adversary().heard_votes(slot), 1), half(true));
    }
    void vote(const Root& head, Slot slot) override {
        const Root parent = adversary().state_of(head)->consensus().latest_block_header.parent_root;
        for (const AttesterDuty& duty : adversary().duties_at(head, slot)) {
            adversary().show_vote(adversary().make_vote(duty, head), half(false));
            if (adversary().state_of(parent)) adversary().show_vote(adversary().make_vote(duty, parent), half(true));
        }
    }
};

class Withholding final : public Byzantine {
  public:
    Withholding(Simulation& simulation, const ByzantineChoice& choice) : Byzantine(simulation, choice) {}

  protected:
    void propose(const Root& head, Slot slot) override {
        if (!proposes_on(head, slot)) return;
        const Root block = adversary().make_block(head, slot, adversary().heard_votes(slot));
        adversary().show_block(block, adversary().everybody(2 * slot_ms()));
    }
    void vote(const Root& head, Slot slot) override {
        adversary().show_votes(adversary().make_votes(head, slot), adversary().everybody(slot_ms()));
    }
};

class Surrounding final : public Byzantine {
  public:
    Surrounding(Simulation& simulation, const ByzantineChoice& choice) : Byzantine(simulation, choice) {}

  protected:
    void propose(const Root& head, Slot slot) override {
        if (!proposes_on(head, slot)) return;
        adversary().show_block(adversary().make_block(head, slot, adversary().heard_votes(slot)),
                               adversary().everybody());
    }
    /// Every other epoch from genesis' checkpoint, which the epochs between are not.
    void vote(const Root& head, Slot slot) override {
        std::optional<Checkpoint> source;
        if (epoch_of(slot, simulation().parameters()).value() % 2 == 1) source = Checkpoint{};
        for (const AttesterDuty& duty : adversary().duties_at(head, slot))
            adversary().show_vote(adversary().make_vote(duty, head, source), adversary().everybody());
    }
};

class Spamming final : public Byzantine {
  public:
    Spamming(Simulation& simulation, const ByzantineChoice& choice)
        : Byzantine(simulation, choice), random_(SeededRandom::stream(simulation.seed(), "spam", choice.endpoint)) {}

  protected:
    static constexpr std::size_t kOfEachKind = 16;

    void propose(const Root& head, Slot slot) override {
        for (std::size_t i = 0; i < kOfEachKind; ++i) {
            send({TopicKind::Block}, noise(64));
            send({TopicKind::AttesterSlashing}, noise(64));
            SignedBlock block;
            block.message.slot = slot + i;  // of now, and of slots that are far ahead
            block.message.parent_root = i % 2 == 0 ? head : random_root();
            send({TopicKind::Block}, encode(block));
        }
    }
    void vote(const Root& head, Slot slot) override {
        const std::vector<AttesterDuty> duties = adversary().duties_at(head, slot);
        for (std::size_t i = 0; i < kOfEachKind; ++i) {
            send({TopicKind::Attestation, i % simulation().parameters().ATTESTATION_SUBNET_COUNT}, noise(64));
            if (duties.empty()) continue;
            Adversary::Vote vote = adversary().make_vote(duties.front(), head);
            // A block that nobody has, and a signature that is another's.
            vote.attestation.data.beacon_block_root = i % 2 == 0 ? random_root() : head;
            if (i % 2 == 1) vote.attestation.data.source.epoch = Epoch(i);
            adversary().show_vote(vote, adversary().everybody());
        }
    }

  private:
    ByteVector noise(std::size_t size) {
        ByteVector bytes(size);
        for (std::uint8_t& byte : bytes)
            byte = static_cast<std::uint8_t>(random_.below(256));
        return bytes;
    }
    Root random_root() {
        Root root;
        std::ranges::copy(noise(root.bytes.size()), root.bytes.begin());
        return root;
    }
    void send(const Topic& topic, const ByteVector& payload) {
        adversary().show(topic, payload, adversary().everybody());
    }

    SeededRandom random_;
};

constexpr std::array<std::string_view, 4> kBehaviours = {"equivocate", "withhold", "surround", "spam"};

}  // namespace

std::span<const std::string_view> byzantine_behaviours() { return kBehaviours; }

std::unique_ptr<Byzantine> make_byzantine(Simulation& simulation, const ByzantineChoice& choice) {
    std::unique_ptr<Byzantine> made;
    if (choice.behaviour == "equivocate") made = std::make_unique<Equivocating>(simulation, choice);
    if (choice.behaviour == "withhold") made = std::make_unique<Withholding>(simulation, choice);
    if (choice.behaviour == "surround") made = std::make_unique<Surrounding>(simulation, choice);
    if (choice.behaviour == "spam") made = std::make_unique<Spamming>(simulation, choice);
    if (made) made->begin();
    return made;
}

}  // namespace touchstone::node::sim
