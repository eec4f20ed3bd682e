#include "node/sim/simulation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "crypto/development_keys.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/consensus/genesis.h"

namespace touchstone::node::sim {

// -------------------------------------------------------------------------------------------------------------- chain

namespace {

GenesisValidator genesis_validator(const crypto::bls::SecretKey& key, std::size_t index,
                                   const SimulatedGenesis& choices) {
    constexpr std::uint64_t kStakeTst = 1024;
    GenesisValidator validator;
    validator.pubkey = BlsPublicKey(crypto::bls::public_key(key).to_bytes());
    if (choices.operators_have_accounts) {
        validator.operator_address = address_of(crypto::ed25519_public_key(crypto::development_account_seed(index)));
    } else {
        validator.operator_address.bytes[0] = static_cast<std::uint8_t>(index);
    }
    validator.stake = Amount(kStakeTst * GRAINS_PER_TST);
    validator.commission = choices.commission;
    const Root root = proof_of_possession_root(validator.pubkey, validator.operator_address, choices.parameters);
    validator.proof_of_possession = BlsSignature(crypto::bls::pop_prove(key, root.view()).to_bytes());
    return validator;
}

}  // namespace

std::shared_ptr<const SimulatedChain> SimulatedChain::make(const SimulatedGenesis& choices) {
    const auto config = make_config(choices.parameters);
    if (!config) return nullptr;
    auto chain = std::make_shared<SimulatedChain>(SimulatedChain{
        .environment = {.config = config.value()}, .genesis_state = {}, .keys = {}, .account_seeds = {}});
    Genesis genesis;
    genesis.genesis_time_ms = kGenesisTimeMs;
    for (std::size_t i = 0; i < choices.validators + choices.spare_keys; ++i) {
        chain->keys.push_back(crypto::development_validator_key(i));
        if (i < choices.validators) genesis.validators.push_back(genesis_validator(chain->keys.back(), i, choices));
    }
    for (std::size_t i = 0; i < choices.accounts; ++i) {
        chain->account_seeds.push_back(crypto::development_account_seed(i));
        genesis.accounts.push_back({address_of(crypto::ed25519_public_key(chain->account_seeds.back())), kBalance});
    }
    std::ranges::sort(genesis.accounts, {}, &GenesisAccount::address);
    auto state = initialize_state(chain->environment, genesis);
    if (!state) return nullptr;
    chain->genesis_state = std::move(state).value();
    return chain;
}

// ----------------------------------------------------------------------------------------------------------- recording

/// Writes what a node tells into the log of the simulation.
class Simulation::Recorder final : public Events, public Log {
  public:
    Recorder(Simulation& simulation, std::size_t node) : simulation_(simulation), node_(node) {}

    void on_block(const BlockEvent& event) override {
        add("imported", std::to_string(event.slot.value()) + " " + to_hex(event.root));
    }
    void on_head(const HeadEvent& event) override {
        add("head", std::to_string(event.slot.value()) + " " + to_hex(event.root) + " " + to_hex(event.state_root) +
                        (event.reorganized ? " reorganized" : ""));
    }
    void on_finalized(const FinalizedEvent& event) override {
        add("finalized", std::to_string(event.epoch.value()) + " " + to_hex(event.root));
        if (simulation_.finalized_listener_) simulation_.finalized_listener_(node_, event.epoch);
    }
    void on_status(const StatusEvent& event) override {
        // In millionths, so that no floating point is printed.
        const auto parts = static_cast<std::uint64_t>(std::llround(event.participation.value_or(0.0) * 1e6));
        add("status", "slot " + std::to_string(event.slot.value()) + " head " +
                          std::to_string(event.head_slot.value()) + " justified " +
                          std::to_string(event.justified_epoch.value()) + " finalized " +
                          std::to_string(event.finalized_epoch.value()) + " participation " + std::to_string(parts) +
                          " peers " + std::to_string(event.peers) + " pool " + std::to_string(event.attestation_pool) +
                          "/" + std::to_string(event.operation_pool) + "/" + std::to_string(event.transaction_pool) +
                          " waiting " + std::to_string(event.waiting_blocks));
    }
    void on_fatal(const std::string& reason) override {
        add("fatal", reason);
        simulation_.faults_.push_back("node " + std::to_string(node_) + ": " + reason);
    }

    void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override {
        if (level < LogLevel::Info) return;
        std::string details;
        for (const LogField& field : fields) {
            details += std::string(details.empty() ? "" : " ") + std::string(field.key) + "=";
            details += std::visit([](const auto& value) { return printed(value); }, field.value);
        }
        add(event, details);
    }

  private:
    static std::string printed(const std::string& value) { return value; }
    static std::string printed(bool value) { return value ? "true" : "false"; }
    template <class Number>
    static std::string printed(Number value) {
        return std::to_string(value);
    }
    void add(std::string_view event, const std::string& details) {
        simulation_.events_.add(simulation_.scheduler_.now_ms(), node_, event, details);
    }

    Simulation& simulation_;
    std::size_t node_;
};

// ------------------------------------------------------------------------------------------------------------ machines

Simulation::Simulation(const SimulationConfig& config, std::shared_ptr<const SimulatedChain> chain,
                       std::shared_ptr<VerdictCache> verdicts)
    : config_(config),
      chain_(std::move(chain)),
      verdicts_(std::move(verdicts)),
      scheduler_(SimulatedChain::kGenesisTimeMs - chain_->environment.parameters().SLOT_DURATION_MS),
      network_(scheduler_, events_, config.network, config.seed),
      crash_random_(SeededRandom::stream(config.seed, "crashes", 0)),
      machines_(config.nodes + config.observers) {
    auto skews = SeededRandom::stream(config.seed, "skew", 0);
    auto drifts = SeededRandom::stream(config.seed, "drift", 0);
    const auto either_way = [](SeededRandom& random, std::int64_t greatest) {
        return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * greatest + 1))) - greatest;
    };
    for (Machine& machine : machines_) {
        machine.clock_error = {.skew_ms = either_way(skews, config.greatest_skew_ms),
                               .drift_ppm = either_way(drifts, config.greatest_drift_ppm),
                               .start_ms = scheduler_.now_ms()};
        machine.disk.losable_commits = config.greatest_lost_commits;
    }
    for (std::size_t node = 0; node < machines_.size(); ++node) {
        // The operator's express order to begin a record for each key. [DUT-21]
        for (const auto& key : keys_of(node)) {
            machines_[node].disk.watermarks[BlsPublicKey(crypto::bls::public_key(key).to_bytes())] = {};
        }
    }
}

Simulation::~Simulation() {
    for (std::size_t node = 0; node < machines_.size(); ++node)
        destroy(node);
}

std::optional<std::size_t> Simulation::owner_of(std::size_t validator) const {
    if (config_.nodes == 0) return std::nullopt;
    const std::size_t owner = validator < config_.owners.size() ? config_.owners[validator] : validator % config_.nodes;
    return owner < config_.nodes ? std::optional(owner) : std::nullopt;
}

std::vector<crypto::bls::SecretKey> Simulation::keys_of(std::size_t node) const {
    std::vector<crypto::bls::SecretKey> keys;
    if (node >= config_.nodes) return keys;
    for (std::size_t i = 0; i < chain_->keys.size(); ++i) {
        if (owner_of(i) == node) keys.push_back(chain_->keys[i]);
    }
    return keys;
}

/// Runs a task of the node. A loss of power inside it unwinds to here; what is left is taken away before the next task.
TaskGuard Simulation::guard_of(std::size_t node) {
    return [this, node](const std::function<void()>& task) {
        if (machines_[node].crashed) return;
        try {
            task();
        } catch (const SimulatedCrash&) {
            const std::uint64_t range = config_.greatest_outage_ms - config_.least_outage_ms;
            on_power_loss(node, config_.least_outage_ms + crash_random_.below(range + 1));
        }
    };
}

PowerSwitch Simulation::power_of(std::size_t node) {
    return [this, node] {
        // Not while it starts: a machine that never comes up shows nothing.
        if (machines_[node].node != nullptr && crash_random_.chance(config_.crash_ppm)) throw SimulatedCrash{};
    };
}

void Simulation::on_power_loss(std::size_t node, std::optional<std::uint64_t> outage_ms) {
    Machine& machine = machines_[node];
    machine.crashed = true;
    ++crashes_;
    const std::size_t lost =
        config_.greatest_lost_commits == 0 ? 0 : crash_random_.below(config_.greatest_lost_commits + 1);
    events_.add(scheduler_.now_ms(), node, "crash", lost == 0 ? "" : "lost " + std::to_string(lost));
    // The stack may still hold objects of the node: they are destroyed from a task of their own.
    scheduler_.call_at(scheduler_.now_ms(), [this, node, lost] {
        destroy(node);
        machines_[node].disk.lose_last(lost);
    });
    if (outage_ms) scheduler_.call_at(scheduler_.now_ms() + *outage_ms, [this, node] { start(node); });
}

std::optional<Result<Root>> Simulation::submit(std::size_t node, const SignedTransaction& transaction) {
    std::optional<Result<Root>> answer;
    guard_of(node)([&] { answer.emplace(machines_[node].node->submit(transaction)); });
    return answer;
}

void Simulation::crash(std::size_t node, std::optional<std::uint64_t> outage_ms) {
    if (machines_[node].node == nullptr || machines_[node].crashed) return;
    on_power_loss(node, outage_ms);
}

ForkDigest Simulation::fork_digest() const {
    return compute_fork_digest(version_of(parameters().GENESIS_FORK_VERSION),
                               chain_->genesis_state->consensus().genesis_root);
}

void Simulation::build(std::size_t node) {
    Machine& machine = machines_[node];
    const TaskGuard guard = guard_of(node);
    machine.clock = std::make_unique<SimulatedClock>(scheduler_, machine.clock_error);
    machine.timers = std::make_unique<SimulatedTimers>(scheduler_, machine.clock_error, guard);
    machine.store = std::make_unique<SimulatedStore>(machine.disk, power_of(node));
    machine.protection = std::make_unique<SimulatedProtection>(machine.disk, power_of(node));
    machine.endpoint = network_.attach(node, fork_digest(), guard);
    machine.verifier = std::make_unique<SimulatedVerifier>(scheduler_, *verdicts_, config_.verify_delay_ms, guard);
    machine.random =
        std::make_unique<SeededRandom>(SeededRandom::stream(config_.seed, "node", node + 1000 * machine.starts));
    machine.recorder = std::make_unique<Recorder>(*this, node);
}

void Simulation::start(std::size_t node) {
    Machine& machine = machines_[node];
    if (machine.node != nullptr) return;
    ++machine.starts;
    machine.crashed = false;
    build(node);
    events_.add(scheduler_.now_ms(), node, "start", std::to_string(machine.starts));
    if (start_listener_) start_listener_(node);
    const NodePorts ports{.clock = *machine.clock,
                          .timers = *machine.timers,
                          .store = *machine.store,
                          .protection = *machine.protection,
                          .network = *machine.endpoint,
                          .verifier = *machine.verifier,
                          .random = *machine.random,
                          .events = *machine.recorder,
                          .log = *machine.recorder};
    NodeOptions options;
    options.validator_keys = keys_of(node);
    options.go_on_outside_weak_subjectivity = config_.go_on_outside_weak_subjectivity;
    if (const auto trusted = config_.checkpoints.find(node); trusted != config_.checkpoints.end()) {
        options.checkpoint = trusted->second;
    }
    if (const std::size_t sought = config_.network.peers; sought != 0) {
        // The model dials [NET-120], so that the node neither seeks more nor lets any go.
        options.peers.target_peers = sought * 3 / 2;
        options.peers.max_peers = 2 * sought;
        options.peers.discovery = false;
    }
    auto opened = Node::open(chain_->environment, ports, *chain_->genesis_state, std::move(options));
    if (const auto* fault = std::get_if<std::string>(&opened)) {
        faults_.push_back("node " + std::to_string(node) + ": " + *fault);
        return destroy(node);
    }
    machine.node = std::get<std::unique_ptr<Node>>(std::move(opened));
    guard_of(node)([&] { machine.node->start(); });
}

void Simulation::start_all() {
    for (std::size_t node = 0; node < machines_.size(); ++node)
        start(node);
}

void Simulation::stop(std::size_t node) {
    if (machines_[node].node == nullptr) return;
    machines_[node].node->stop();
    events_.add(scheduler_.now_ms(), node, "stop", "");
    destroy(node);
}

void Simulation::destroy(std::size_t node) {
    Machine& machine = machines_[node];
    machine.node.reset();
    machine.verifier.reset();
    machine.endpoint.reset();
    machine.timers.reset();
}

// ----------------------------------------------------------------------------------------------------------- questions

void Simulation::run_until_slot(std::uint64_t slot) {
    const std::uint64_t duration = parameters().SLOT_DURATION_MS;
    scheduler_.run_until(SimulatedChain::kGenesisTimeMs + slot * duration + duration / 2);
}

Epoch Simulation::least_finalized_epoch() {
    std::optional<Epoch> least;
    for (const Machine& machine : machines_) {
        if (machine.node == nullptr) continue;
        const Epoch epoch = machine.node->chain().fork_choice().finalized().epoch;
        if (!least || epoch < *least) least = epoch;
    }
    return least.value_or(Epoch());
}

bool Simulation::nodes_agree() {
    constexpr std::uint64_t kSlotsBack = 4;
    std::optional<Checkpoint> finalized;
    std::optional<Root> ancestor;
    const Slot slot = Slot((scheduler_.now_ms() - SimulatedChain::kGenesisTimeMs) / parameters().SLOT_DURATION_MS);
    for (const Machine& machine : machines_) {
        if (machine.node == nullptr) continue;
        const Chain& chain = machine.node->chain();
        const auto own = chain.fork_choice().get_ancestor(chain.head(), slot - kSlotsBack);
        if (finalized && (*finalized != chain.fork_choice().finalized() || ancestor != own)) return false;
        finalized = chain.fork_choice().finalized();
        ancestor = own;
    }
    return finalized.has_value();
}

bool Simulation::anybody_slashed() {
    return std::ranges::any_of(machines_, [](const Machine& machine) {
        if (machine.node == nullptr) return false;
        const auto& validators = machine.node->chain().head_state()->consensus().validators;
        for (std::size_t i = 0; i < validators.size(); ++i) {
            if (validators[i].slashed) return true;
        }
        return false;
    });
}

}  // namespace touchstone::node::sim
