#include "node/sim/scenario_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace touchstone::node::sim {

namespace {

constexpr std::size_t kUsers = 64;  // of each kind; the first are operators
/// Numbers of peers that are no nodes, well apart from those.
constexpr std::size_t kFirstByzantine = 10'000;

SimulationConfig config_of(const Scenario& scenario, std::uint64_t seed, std::uint64_t nodes,
                           const SimulatedChain& chain) {
    SimulationConfig config = scenario.simulation;
    config.seed = seed;
    config.nodes = nodes;
    config.observers = scenario.observers;
    for (const Joiners& group : scenario.joiners)
        config.observers += group.count;
    config.validators = chain.genesis_state->validator_count();
    return config;
}

}  // namespace

std::unique_ptr<ScenarioRun> ScenarioRun::make(const Scenario& scenario, std::uint64_t seed, bool cached_verdicts) {
    auto random = SeededRandom::stream(seed, "scenario", 0);
    const std::uint64_t nodes = scenario.nodes.least + random.below(scenario.nodes.greatest - scenario.nodes.least + 1);
    const std::uint64_t validators =
        scenario.validators != 0 ? scenario.validators : scenario.validators_per_node * nodes;
    auto chain = SimulatedChain::make(
        {.validators = validators, .accounts = 2 * kUsers, .commission = 500, .operators_have_accounts = true});
    if (chain == nullptr) return nullptr;
    return std::unique_ptr<ScenarioRun>(new ScenarioRun(scenario, seed, nodes, std::move(chain), cached_verdicts));
}

ScenarioRun::ScenarioRun(const Scenario& scenario, std::uint64_t seed, std::uint64_t nodes,
                         std::shared_ptr<const SimulatedChain> chain, bool cached_verdicts)
    : scenario_(scenario), seed_(seed), first_joiner_(nodes + scenario.observers), next_byzantine_(kFirstByzantine) {
    SimulationConfig config = config_of(scenario, seed, nodes, *chain);
    take_validators(config);
    simulation_ =
        std::make_unique<Simulation>(config, std::move(chain), std::make_shared<VerdictCache>(cached_verdicts));
    invariants_ = std::make_unique<Invariants>(*simulation_);
    const auto rate = [](std::uint64_t per_second) { return std::max<std::uint64_t>(1, per_second); };
    TransactionLoad::Rate transfers{.per_second = rate(scenario.transfers_per_second)};
    transfers.first_account = kUsers;
    TransactionLoad::Rate stake{.per_second = rate(scenario.stake_operations_per_second)};
    stake.accounts = kUsers;
    transfers_ = std::make_unique<TransferLoad>(*simulation_, transfers);
    stake_ = std::make_unique<StakeLoad>(*simulation_, stake);
}

void ScenarioRun::run() {
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i)
        schedule(scenario_.faults[i], i);
    for (const ByzantinePeers& group : scenario_.byzantine_peers)
        schedule(group);
    for (std::size_t node = 0; node < first_joiner_; ++node)
        simulation_->start(node);
    schedule_joiners();
    if (scenario_.byzantine_validators) begin_byzantine_validators();
    const std::uint64_t slots = simulation_->parameters().SLOTS_PER_EPOCH;
    const std::uint64_t last_slot = (scenario_.epochs - 1) * slots;
    if (scenario_.transfers_per_second > 0) transfers_->send_until_slot(last_slot);
    if (scenario_.stake_operations_per_second > 0) stake_->send_until_slot(last_slot);
    if (scenario_.calm_epochs != 0) {
        simulation_->run_until_epoch(scenario_.epochs);
        calm();
    }
    // A few slots more, so that all have what the last epoch's end brought.
    constexpr std::uint64_t kSettlingSlots = 3;
    simulation_->run_until_slot((scenario_.epochs + scenario_.calm_epochs) * slots + kSettlingSlots);
}

/// Nothing is lost any more and nobody crashes; peers that break the rules stay.
void ScenarioRun::calm() {
    simulation_->set_crash_ppm(0);
    NetworkConditions conditions = simulation_->network().links().conditions();
    conditions.loss_ppm = 0;
    simulation_->network().set_conditions(conditions);
}

// -------------------------------------------------------------------------------------------------------------- faults

void ScenarioRun::at_slot(std::uint64_t slot, std::function<void()> task) {
    simulation_->scheduler().call_at(SimulatedChain::kGenesisTimeMs + slot * simulation_->parameters().SLOT_DURATION_MS,
                                     std::move(task));
}

std::vector<std::size_t> ScenarioRun::choose(const NodeChoice& choice, std::size_t number) const {
    if (!choice.nodes.empty()) return {choice.nodes.begin(), choice.nodes.end()};
    std::vector<std::size_t> all(first_joiner_);
    for (std::size_t node = 0; node < all.size(); ++node)
        all[node] = node;
    SeededRandom::stream(seed_, "chosen", number).shuffle(all);
    const auto wanted = static_cast<std::size_t>(std::llround(choice.share * static_cast<double>(all.size())));
    all.resize(std::clamp<std::size_t>(wanted, 1, all.size()));
    return all;
}

void ScenarioRun::schedule(const ScheduledFault& fault, std::size_t number) {
    const std::vector<std::size_t> chosen = choose(fault.who, number);
    at_slot(fault.from_slot, [this, fault, chosen] { begin(fault, chosen); });
    at_slot(fault.until_slot, [this, fault, chosen] { end(fault, chosen); });
}

void ScenarioRun::begin(const ScheduledFault& fault, const std::vector<std::size_t>& chosen) {
    NetworkConditions conditions = simulation_->network().links().conditions();
    switch (fault.kind) {
        case FaultKind::Partition: {
            std::vector<std::size_t> groups(simulation_->node_count(), 0);
            for (const std::size_t node : chosen)
                groups[node] = 1;
            return simulation_->network().partition(std::move(groups));
        }
        case FaultKind::OneWay:
            return set_one_way(chosen, true);
        case FaultKind::Outage:
            for (const std::size_t node : chosen)
                simulation_->crash(node, std::nullopt);
            return;
        case FaultKind::Loss:
            conditions.loss_ppm = parts_per_million(fault.rate);
            return simulation_->network().set_conditions(conditions);
        case FaultKind::Latency:
            conditions.more_latency_ms = fault.more_ms;
            return simulation_->network().set_conditions(conditions);
        case FaultKind::Crashes:
            return simulation_->set_crash_ppm(parts_per_million(fault.rate));
    }
}

void ScenarioRun::end(const ScheduledFault& fault, const std::vector<std::size_t>& chosen) {
    NetworkConditions conditions = simulation_->network().links().conditions();
    switch (fault.kind) {
        case FaultKind::Partition:
            return simulation_->network().heal();
        case FaultKind::OneWay:
            return set_one_way(chosen, false);
        case FaultKind::Outage:
            for (const std::size_t node : chosen)
                simulation_->start(node);
            return;
        case FaultKind::Loss:
            conditions.loss_ppm = scenario_.simulation.network.loss_ppm;
            return simulation_->network().set_conditions(conditions);
        case FaultKind::Latency:
            conditions.more_latency_ms = 0;
            return simulation_->network().set_conditions(conditions);
        case FaultKind::Crashes:
            return simulation_->set_crash_ppm(scenario_.simulation.crash_ppm);
    }
}

void ScenarioRun::set_one_way(const std::vector<std::size_t>& chosen, bool closed) {
    Links& links = simulation_->network().links();
    for (const std::size_t from : chosen) {
        for (std::size_t to = 0; to < simulation_->node_count(); ++to) {
            if (std::ranges::find(chosen, to) != chosen.end()) continue;
            if (closed) links.close(from, to);
            if (!closed) links.open(from, to);
        }
    }
}

void ScenarioRun::schedule(const ByzantinePeers& group) {
    for (std::uint64_t i = 0; i < group.count; ++i) {
        const std::size_t number = next_byzantine_++;
        at_slot(group.from_slot, [this, number, behaviour = group.behaviour] {
            byzantine_[number] = std::make_unique<ByzantinePeer>(*simulation_, number, behaviour);
        });
        if (group.until_slot) at_slot(*group.until_slot, [this, number] { byzantine_.erase(number); });
    }
}

void ScenarioRun::schedule_joiners() {
    auto random = SeededRandom::stream(seed_, "joiners", 0);
    std::size_t node = first_joiner_;
    for (const Joiners& group : scenario_.joiners) {
        for (std::uint64_t i = 0; i < group.count; ++i, ++node) {
            const Range& range = group.epochs_back;
            const std::uint64_t back = range.least + random.below(range.greatest - range.least + 1);
            at_slot(group.from_slot, [this, node, slot = group.from_slot, back] { join(node, slot, back); });
        }
    }
}

/// With what the first node that is up would tell a friend.
void ScenarioRun::join(std::size_t node, std::uint64_t slot, std::uint64_t epochs_back) {
    for (std::size_t friendly = 0; friendly < first_joiner_; ++friendly) {
        if (!simulation_->is_up(friendly)) continue;
        const Chain& chain = simulation_->node(friendly).chain();
        const Epoch finalized = chain.fork_choice().finalized().epoch;
        if (finalized == kGenesisEpoch) break;
        const Epoch epoch = finalized - std::min(epochs_back, finalized.value() - 1);
        const auto root = chain.finalized_block_of(epoch);
        if (!root) break;
        simulation_->trust(node, {epoch, *root});
        return simulation_->start(node);
    }
    at_slot(slot + 1, [this, node, slot, epochs_back] { join(node, slot + 1, epochs_back); });
}

void ScenarioRun::take_validators(SimulationConfig& config) {
    if (!scenario_.byzantine_validators) return;
    std::vector<std::size_t> all(config.validators);
    for (std::size_t validator = 0; validator < all.size(); ++validator) {
        all[validator] = validator;
        config.owners.push_back(validator % config.nodes);
    }
    SeededRandom::stream(seed_, "byzantine validators", 0).shuffle(all);
    const double share = scenario_.byzantine_validators->share;
    const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(all.size())));
    all.resize(std::clamp<std::size_t>(wanted, 1, all.size()));
    for (const std::size_t validator : all) {
        config.owners[validator] = config.nodes + config.observers;
        byzantine_validators_.insert(ValidatorIndex(validator));
    }
}

void ScenarioRun::begin_byzantine_validators() {
    const ByzantineValidators& choice = *scenario_.byzantine_validators;
    const std::uint64_t epochs = scenario_.epochs + scenario_.calm_epochs + 1;
    const std::uint64_t last = epochs * simulation_->parameters().SLOTS_PER_EPOCH;
    validators_adversary_ = make_byzantine(*simulation_, {.behaviour = choice.behaviour,
                                                          .validators = byzantine_validators_,
                                                          .first_slot = Slot(choice.from_slot),
                                                          .last_slot = Slot(choice.until_slot.value_or(last)),
                                                          .endpoint = next_byzantine_++});
}

// ------------------------------------------------------------------------------------------------------------- outcome

std::uint64_t ScenarioRun::processed(const TransactionLoad& load) const {
    std::uint64_t missing = 0;
    for (std::size_t node = 0; node < first_joiner_; ++node) {
        if (simulation_->is_up(node)) missing = std::max(missing, load.missing(node));
    }
    return load.taken() - missing;
}

Propagation ScenarioRun::propagation() const {
    std::vector<std::uint64_t> arrivals = simulation_->network().block_arrivals_ms();
    if (arrivals.empty()) return {};
    std::ranges::sort(arrivals);
    const auto percentile = [&](std::size_t percent) { return arrivals[(arrivals.size() - 1) * percent / 100]; };
    return {.arrivals = arrivals.size(),
            .expected = simulation_->network().blocks_published() * (simulation_->node_count() - 1),
            .p50_ms = percentile(50),
            .p99_ms = percentile(99),
            .greatest_ms = arrivals.back()};
}

std::vector<std::string> ScenarioRun::complaints() const {
    std::vector<std::string> complaints = invariants_->broken();
    const auto& faults = simulation_->faults();
    complaints.insert(complaints.end(), faults.begin(), faults.end());
    check_joined(complaints);
    check_slashed(complaints);
    check_expectations(complaints);
    return complaints;
}

void ScenarioRun::check_joined(std::vector<std::string>& complaints) const {
    for (std::size_t node = first_joiner_; node < simulation_->node_count(); ++node) {
        if (!simulation_->is_up(node)) {
            complaints.push_back("node " + std::to_string(node) + ", which was to join, is not up");
        } else if (simulation_->node(node).chain().is_joining()) {
            complaints.push_back("node " + std::to_string(node) + " has not begun from its checkpoint");
        }
    }
}

void ScenarioRun::check_slashed(std::vector<std::string>& complaints) const {
    for (std::size_t node = 0; node < simulation_->node_count(); ++node) {
        if (!simulation_->is_up(node)) continue;
        const StatePointer state = simulation_->node(node).chain().head_state();
        std::uint64_t slashed = 0;
        for (std::size_t validator = 0; validator < state->validator_count(); ++validator) {
            if (!state->consensus().validators[validator].slashed) continue;
            ++slashed;
            if (simulation_->owner_of(validator))
                complaints.push_back("validator " + std::to_string(validator) + ", which is honest, is slashed");
        }
        if (slashed < scenario_.expect.slashed) {
            complaints.push_back("at node " + std::to_string(node) + " " + std::to_string(slashed) +
                                 " validators are slashed, expected were " + std::to_string(scenario_.expect.slashed) +
                                 " at least");
        }
    }
}

void ScenarioRun::check_expectations(std::vector<std::string>& complaints) const {
    const Expectations& expect = scenario_.expect;
    const std::uint64_t epochs = scenario_.epochs + scenario_.calm_epochs;
    if (expect.agree && !simulation_->nodes_agree()) complaints.emplace_back("the nodes do not agree in the end");
    if (expect.finalized_within) {
        const std::uint64_t least = epochs > *expect.finalized_within ? epochs - *expect.finalized_within : 0;
        const std::uint64_t found = simulation_->least_finalized_epoch().value();
        if (found < least) {
            complaints.push_back("a node has finalized epoch " + std::to_string(found) + ", expected was " +
                                 std::to_string(least) + " at least");
        }
    }
    if (simulation_->crashes() < expect.crashes) {
        complaints.push_back("there were " + std::to_string(simulation_->crashes()) + " crashes, expected were " +
                             std::to_string(expect.crashes) + " at least");
    }
    for (const TransactionLoad* load :
         {static_cast<const TransactionLoad*>(transfers_.get()), static_cast<const TransactionLoad*>(stake_.get())}) {
        if (expect.all_processed && processed(*load) != load->taken()) {
            complaints.push_back("of " + std::to_string(load->taken()) + " transactions that were taken, a node has " +
                                 std::to_string(processed(*load)));
        }
    }
    const std::uint64_t p99_ms = propagation().p99_ms;
    if (expect.p99_block_ms && p99_ms > *expect.p99_block_ms) {
        complaints.push_back("blocks reach 99 % of the nodes in " + std::to_string(p99_ms) + " ms, expected were " +
                             std::to_string(*expect.p99_block_ms) + " at most");
    }
}

}  // namespace touchstone::node::sim
