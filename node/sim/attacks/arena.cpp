#include "node/sim/attacks/arena.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "node/kernel/consensus/transition.h"
#include "node/kernel/duties/production.h"
#include "node/kernel/duties/schedule.h"

namespace touchstone::node::sim::attacks {
namespace {

constexpr std::size_t kEndpoint = 50;

using Validators = std::set<ValidatorIndex>;

/// The proposers in these slots after the strike; nothing if one is among the others.
std::optional<Validators> proposers_in(const std::vector<ProposerDuty>& duties, std::size_t strike,
                                       const std::vector<std::uint64_t>& offsets, const Validators& others) {
    Validators found;
    for (const std::uint64_t offset : offsets) {
        if (strike + offset >= duties.size()) return std::nullopt;
        const ValidatorIndex proposer = duties[strike + offset].validator;
        if (others.contains(proposer)) return std::nullopt;
        found.insert(proposer);
    }
    return found;
}

/// Gives the seats of a committee away; false if more are bound than a side has.
bool deal_out(std::span<const ValidatorIndex> committee, std::size_t share, const Validators& own,
              const Validators& honest, Plan& plan) {
    const auto first = [](const Validators& side) {
        return [&side](ValidatorIndex member) { return std::pair(side.contains(member) ? 0 : 1, member); };
    };
    std::vector<ValidatorIndex> members(committee.begin(), committee.end());
    std::ranges::sort(members, {}, first(own));
    // Of the rest, those who have to be in the left half come first.
    std::ranges::sort(members.begin() + static_cast<std::ptrdiff_t>(share), members.end(), {}, first(honest));
    const std::size_t left_end = share + (members.size() - share) / 2;
    for (std::size_t seat = 0; seat < members.size(); ++seat) {
        const std::size_t owner = seat < share ? kOwn : seat < left_end ? kLeft : kRight;
        if (own.contains(members[seat]) && owner != kOwn) return false;
        if (honest.contains(members[seat]) && owner != kLeft) return false;
        if (owner == kOwn) plan.adversary.insert(members[seat]);
        plan.owners[members[seat].value()] = owner;
    }
    return true;
}

std::optional<Plan> plan_at(const SimulatedChain& chain, const Wishes& wishes, std::size_t strike) {
    const State& genesis = *chain.genesis_state;
    const std::vector<ProposerDuty> duties = proposer_duties(chain.environment, genesis, Epoch(1));
    const auto own = proposers_in(duties, strike, wishes.own, {});
    if (!own) return std::nullopt;
    const auto honest = proposers_in(duties, strike, wishes.honest, *own);
    if (!honest) return std::nullopt;
    const auto shuffling = get_shuffling(genesis, Epoch(1), chain.environment);
    Plan plan{.strike = duties[strike].slot, .adversary = {}, .owners = std::vector<std::size_t>(kValidators)};
    for (const ProposerDuty& duty : duties) {
        const auto committee = shuffling->committee(duty.slot, CommitteeIndex(0));
        if (!deal_out(committee, wishes.share, *own, *honest, plan)) return std::nullopt;
    }
    return plan;
}

}  // namespace

std::shared_ptr<const SimulatedChain> chain_of_tens(std::uint64_t proposer_score_boost) {
    static std::map<std::uint64_t, std::shared_ptr<const SimulatedChain>> chains;
    auto& chain = chains[proposer_score_boost];
    if (chain) return chain;
    SimulatedGenesis choices{.validators = kValidators};
    choices.parameters.TARGET_COMMITTEE_SIZE = kSeats;
    choices.parameters.PROPOSER_SCORE_BOOST = proposer_score_boost;
    return chain = SimulatedChain::make(choices);
}

std::optional<Plan> plan_strike(const SimulatedChain& chain, const Wishes& wishes) {
    // The first slot of the epoch is left out: the votes of the epoch then have one target on all branches.
    for (std::size_t strike = 1; strike < chain.environment.parameters().SLOTS_PER_EPOCH; ++strike) {
        if (auto plan = plan_at(chain, wishes, strike)) return plan;
    }
    return std::nullopt;
}

Plan two_fifths(std::uint64_t offset) {
    Plan plan;
    for (std::uint64_t i = 0; i < kValidators; ++i) {
        const std::uint64_t place = (i + offset) % 5;
        if (place < 2) plan.adversary.insert(ValidatorIndex(i));
        plan.owners.push_back(place < 2 ? kOwn : (i / 5 + place) % 2 == 0 ? kLeft : kRight);
    }
    return plan;
}

State foresee(const SimulatedChain& chain, const std::set<ValidatorIndex>& absent, Epoch epoch) {
    const Environment& environment = chain.environment;
    const Parameters& parameters = environment.parameters();
    State state = *chain.genesis_state;
    const Slot end = start_slot_of(epoch, parameters);
    for (Slot slot(GENESIS_SLOT + 1); slot < end; slot = slot + 1) {
        if (!process_slots(environment, state, slot).ok()) throw std::logic_error("the chain cannot go on so far");
        const auto proposer = get_proposer(state.consensus(), slot, parameters);
        if (!proposer || absent.contains(*proposer)) continue;
        const Root reveal = randao_signing_root(environment, state, epoch_of(slot, parameters));
        const BlsSignature signature(crypto::bls::sign(chain.keys.at(proposer->value()), reveal.view()).to_bytes());
        const auto produced = produce_block(environment, state, signature, {}, {});
        if (!produced.ok()) throw std::logic_error("no block: " + produced.rejection().detail);
        SignatureSets unverified;
        auto executed = execute_block_at_slot(environment, state, {produced->block, {}}, unverified);
        if (!executed.ok()) throw std::logic_error("a block that is refused: " + executed.rejection().detail);
        state = std::move(executed->state);
    }
    if (!process_slots(environment, state, end).ok()) throw std::logic_error("the chain cannot go on so far");
    return state;
}

// ------------------------------------------------------------------------------------------------------------- arena

SimulationConfig Arena::config_of(const Plan& plan, std::uint64_t seed) {
    SimulationConfig config;
    config.seed = seed;
    config.nodes = 3;
    config.validators = kValidators;
    config.owners = plan.owners;
    config.greatest_skew_ms = 0;
    // Good for the honest: what holds an attack off here does not do so by bad luck of the adversary.
    config.network.least_latency_ms = 20;
    config.network.greatest_latency_ms = 40;
    config.network.greatest_jitter_ms = 10;
    config.network.loss_ppm = 0;
    config.network.duplication_ppm = 0;
    return config;
}

Arena::Arena(std::shared_ptr<const SimulatedChain> chain, const Plan& plan, std::uint64_t seed)
    : simulation_(config_of(plan, seed), chain,
                  [&chain] {
                      // What was verified on a chain is true in all simulations of it.
                      static std::map<const SimulatedChain*, std::shared_ptr<VerdictCache>> caches;
                      auto& cache = caches[chain.get()];
                      if (!cache) cache = std::make_shared<VerdictCache>();
                      return cache;
                  }()),
      watch_(simulation_),
      adversary_(simulation_, kEndpoint, plan.adversary) {}

void Arena::start(bool all) {
    simulation_.start(kLeft);
    simulation_.start(kRight);
    if (all) simulation_.start(kOwn);
}

void Arena::run_to(Slot slot, std::int64_t ms) {
    const std::uint64_t start =
        SimulatedChain::kGenesisTimeMs + slot.value() * simulation_.parameters().SLOT_DURATION_MS;
    simulation_.scheduler().run_until(start + static_cast<std::uint64_t>(ms));
}

void Arena::strike_at(Slot slot) {
    // When the votes of the slot before are out, and its aggregates.
    constexpr std::int64_t kBeforeSlotMs = -400;
    run_to(slot, kBeforeSlotMs);
    simulation_.stop(kOwn);
}

Root Arena::ancestor(std::size_t node, Slot slot) {
    return chain(node).fork_choice().get_ancestor(head(node), slot).value_or(Root());
}

bool Arena::descends(std::size_t node, const Root& block) {
    const auto slot = chain(node).fork_choice().block_slot(block);
    return slot && ancestor(node, *slot) == block;
}

std::string Arena::complaint_in(Epoch now, Epoch finalized) {
    if (!simulation_.is_up(kOwn)) {
        const Parameters& parameters = simulation_.parameters();
        run_to(start_slot_of(epoch_of(chain(kLeft).current_slot(), parameters) + 1, parameters), 1500);
        simulation_.start(kOwn);
    }
    simulation_.run_until_epoch(now.value());
    if (!simulation_.faults().empty()) return simulation_.faults().front();
    if (!simulation_.nodes_agree()) return "the nodes do not agree";
    if (simulation_.least_finalized_epoch() < finalized) {
        return "finalized is only epoch " + std::to_string(simulation_.least_finalized_epoch().value());
    }
    if (watch_.votes() == 0 || watch_.blocks() == 0) return "nobody watched";
    if (!watch_.attester_offences().empty()) return "an honest node has contradicted a vote of its own";
    if (!watch_.proposer_offences().empty()) return "an honest node has made two blocks of a slot";
    const auto& validators = chain(kLeft).head_state()->consensus().validators;
    for (std::uint64_t i = 0; i < validators.size(); ++i) {
        if (validators[i].slashed && !adversary_.owns(ValidatorIndex(i))) {
            return "validator " + std::to_string(i) + " is honest and slashed";
        }
    }
    return "";
}

std::size_t Arena::slashed() {
    const auto& validators = chain(kLeft).head_state()->consensus().validators;
    std::size_t count = 0;
    for (const ValidatorIndex validator : adversary_.validators())
        count += validators[validator.value()].slashed ? 1U : 0U;
    return count;
}

}  // namespace touchstone::node::sim::attacks
