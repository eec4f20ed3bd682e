#include "node/services/node.h"

#include <algorithm>
#include <utility>

#include "node/kernel/consensus/weak_subjectivity.h"

#include "node/services/participation.h"

namespace touchstone::node {

namespace {

GossipContext context_of(const NodePorts& ports, LogArea area, SeenMessages& seen, SignatureQuota& signatures) {
    return {ports.clock,        ports.timers, ports.network, ports.verifier,
            ports.log.in(area), seen,         signatures,    ports.measurements};
}

/// Votes for an epoch's last slots come in the first blocks of the next: figures of it are taken only after these.
bool is_settled(Slot slot, const Parameters& parameters) {
    constexpr std::uint64_t kSettled = 2;
    return slot_in_epoch(slot, parameters) >= std::min(kSettled, parameters.SLOTS_PER_EPOCH - 1);
}

std::string short_hex(const Root& root) {
    constexpr std::size_t kDigits = 16;
    return to_hex(root).substr(0, kDigits);
}

}  // namespace

std::variant<std::unique_ptr<Node>, std::string> Node::open(const Environment& environment, const NodePorts& ports,
                                                            const State& genesis_state, NodeOptions options) {
    Log& log = ports.log.in(LogArea::Chain);
    auto opened = Chain::open(
        {environment, ports.clock, ports.store, ports.events, log, ports.measurements, options.performance_epochs},
        genesis_state, options.checkpoint.has_value());
    if (auto* error = std::get_if<std::string>(&opened)) return std::move(*error);
    auto chain = std::get<std::unique_ptr<Chain>>(std::move(opened));
    if (!chain->is_joining()) {
        if (const auto refusal = check_absence(environment, ports, *chain, options)) return *refusal;
        if (options.checkpoint) {
            if (const auto refusal = check_trusted(*chain, *options.checkpoint)) return *refusal;
        }
    }
    return std::unique_ptr<Node>(new Node(environment, ports, std::move(chain), std::move(options)));
}

/// Whoever begins from genesis has the genesis as its last finalized block. [WS-06]
std::optional<std::string> Node::check_absence(const Environment& environment, const NodePorts& ports,
                                               const Chain& chain, const NodeOptions& options) {
    const Checkpoint& finalized = chain.fork_choice().finalized();
    const StatePointer state = chain.fork_choice().block_state(finalized.root);
    const Epoch now = epoch_of(chain.slot_at(ports.clock.now_ms()), environment.parameters());
    const std::uint64_t period = compute_weak_subjectivity_period(environment, *state);
    if (now <= finalized.epoch + period) return std::nullopt;
    // A newer checkpoint tells a false chain, which cannot lead to it.
    if (options.checkpoint && now <= options.checkpoint->epoch + period) return std::nullopt;
    const bool ordered = options.go_on_outside_weak_subjectivity;
    const std::string what = "the last finalized epoch known here is " + std::to_string(finalized.epoch.value()) +
                             ", more than the weak-subjectivity period of " + std::to_string(period) +
                             " epochs before the present epoch " + std::to_string(now.value());
    if (!ordered) {
        return what +
               ": validators whose stake has left since could show this node a false chain, and it could not tell; "
               "give a newer checkpoint from a source that you trust with the setting checkpoint; or compare the "
               "finalized block of the chain with such a source, and order the node to go on with "
               "go_on_outside_weak_subjectivity";
    }
    ports.log.warning("outside_weak_subjectivity",
                      {{"what", what},
                       {"go_on_outside_weak_subjectivity", ordered},
                       {"advice", std::string("compare the finalized block with a source that you trust: the node "
                                              "cannot tell a false chain from the true one")}});
    return std::nullopt;
}

/// [WS-06] [SYN-03]
std::optional<std::string> Node::check_trusted(Chain& chain, const Checkpoint& trusted) {
    if (trusted.epoch > chain.finalized_to_tell().epoch) {
        chain.set_trusted(trusted);
        return std::nullopt;
    }
    const auto block = chain.stored_block(trusted.root);
    if (block && block->slot <= chain.finalized_slot() && chain.is_canonical(trusted.root, block->slot)) {
        return std::nullopt;
    }
    const auto found = chain.finalized_block_of(trusted.epoch);
    if (!found || *found == trusted.root) return std::nullopt;
    return "the database has a chain whose finalized block of epoch " + std::to_string(trusted.epoch.value()) +
           " is 0x" + to_hex(*found) + ", not 0x" + to_hex(trusted.root) +
           " as the setting checkpoint says: one of the two is of a false chain; compare them with a source that you "
           "trust, and correct the setting, or remove the database and begin anew from the checkpoint";
}

Node::Node(const Environment& environment, const NodePorts& ports, std::unique_ptr<Chain> chain, NodeOptions options)
    : environment_(environment),
      ports_(ports),
      chain_(std::move(chain)),
      signatures_(environment.parameters()),
      attestation_pool_(environment.parameters()),
      transaction_pool_(environment.parameters()),
      blocks_(*chain_, context_of(ports, LogArea::Chain, seen_, signatures_)),
      votes_(*chain_, context_of(ports, LogArea::Chain, seen_, signatures_), attestation_pool_),
      operations_(*chain_, context_of(ports, LogArea::Pool, seen_, signatures_), operation_pool_),
      transactions_(*chain_, context_of(ports, LogArea::Pool, seen_, signatures_), transaction_pool_),
      peers_(*chain_, ports.timers,
             {ports.clock, ports.network, ports.random, ports.log.in(LogArea::Peers), ports.peer_memory},
             std::move(options.peers)),
      responder_(*chain_, peers_, ports.network, ports.clock),
      ancestors_(*chain_, blocks_, peers_, ports.network, ports.timers, ports.random),
      range_sync_(*chain_, blocks_, ancestors_, peers_, ports.network, ports.clock, ports.timers,
                  ports.log.in(LogArea::Sync)),
      backfill_(*chain_, peers_,
                {ports.network, ports.verifier, ports.clock, ports.timers, ports.log.in(LogArea::Sync)},
                options.backfill_all, [this] { return !range_sync_.is_running(); }),
      pruned_epoch_(chain_->fork_choice().finalized().epoch) {
    duties_ = std::make_unique<Duties>(Duties::Parts{.chain = *chain_,
                                                     .blocks = blocks_,
                                                     .votes = votes_,
                                                     .attestations = attestation_pool_,
                                                     .operations = operation_pool_,
                                                     .transactions = transaction_pool_,
                                                     .protection = ports.protection,
                                                     .network = ports.network,
                                                     .clock = ports.clock,
                                                     .log = ports.log.in(LogArea::Duties),
                                                     .may_sign = [this] { return may_sign(); }},
                                       std::move(options.validator_keys), options.duties);
    if (chain_->is_joining()) {
        state_sync_.emplace(
            *chain_, blocks_, peers_,
            StateSync::Ports{ports.network, ports.verifier, ports.clock, ports.timers, ports.log.in(LogArea::Sync)},
            StateSync::Options{*options.checkpoint, options.go_on_outside_weak_subjectivity});
        state_sync_->set_on_done([this] { begin_joined(); });
    }
    set_hooks();
    update_quota();
}

Node::~Node() {
    if (running_) ports_.network.set_handler(nullptr);
}

void Node::set_hooks() {
    chain_->set_on_head([this](const Root& old_head) { transactions_.on_head(old_head); });
    blocks_.set_hooks({.on_imported = [this](const SignedBlock& block,
                                             const ImportedBlock& imported) { on_imported(block, imported); },
                       .on_header =
                           [this](const SignedBlockHeader& header) {
                               if (chain_->is_joining()) return;
                               measure_arrival(header.message.slot);
                               if (const auto evidence = slasher_.observe(header)) operations_.publish(*evidence);
                           },
                       .on_missing_parent = [this](const Root& missing, const Root& child,
                                                   const PeerId& peer) { ancestors_.fetch(missing, peer, child); },
                       .known_signatures =
                           [this](const Root&, const Root& signing_root, const Ed25519Signature& signature) {
                               return transaction_pool_.is_verified(signing_root, signature);
                           }});
    votes_.set_hooks(
        {.on_verified =
             [this](const IndexedAttestation& attestation) {
                 for (const auto& evidence : slasher_.observe(attestation))
                     operations_.publish(evidence);
             },
         .on_missing_block = [this](const Root& missing, const PeerId& peer) { ancestors_.fetch(missing, peer); }});
    ancestors_.set_hooks({.on_given_up =
                              [this](const Root& root) {
                                  blocks_.give_up(root);
                                  votes_.give_up(root);
                              },
                          .on_too_deep = [this](const PeerId& peer) { range_sync_.on_too_deep(peer); },
                          .on_delivered = [this](const PeerId& peer) { range_sync_.on_delivered(peer); }});
    peers_.set_on_status([this](const PeerId& peer) {
        if (chain_->is_joining()) return state_sync_->on_status(peer);
        range_sync_.on_status(peer);
        backfill_.on_status();
    });
}

/// The chain has begun: from here on the node is as any other that is behind.
void Node::begin_joined() {
    pruned_epoch_ = chain_->fork_choice().finalized().epoch;
    update_quota();
    std::vector<PeerId> known;
    for (const auto& [id, peer] : peers_.all()) {
        if (peer.status) known.push_back(id);
    }
    for (const PeerId& peer : known) {
        range_sync_.on_status(peer);
        peers_.ask_status(peer);
    }
    backfill_.start();
}

/// [DUT-01] [SYN-27]
bool Node::may_sign() { return !chain_->is_joining() && !chain_->awaits_trusted() && !range_sync_.is_behind(); }

Result<Root> Node::submit(const SignedTransaction& transaction) {
    if (chain_->is_joining()) return reject(Clause::SYN_02, "the node has no state yet to hold a transaction against");
    return transactions_.submit(transaction);
}

void Node::start() {
    running_ = true;
    ports_.network.set_handler(this);
    for (const TopicKind kind : {TopicKind::Block, TopicKind::AggregateAndProof, TopicKind::ProposerSlashing,
                                 TopicKind::AttesterSlashing, TopicKind::VoluntaryExit, TopicKind::Transactions}) {
        ports_.network.subscribe({kind});
    }
    for (std::uint64_t subnet = 0; subnet < environment_.parameters().ATTESTATION_SUBNET_COUNT; ++subnet) {
        ports_.network.subscribe({TopicKind::Attestation, subnet});  // [NET-04]
    }
    ports_.log.info("started", {{"head_slot", chain_->head_slot().value()},
                                {"head", short_hex(chain_->head())},
                                {"finalized_epoch", chain_->fork_choice().finalized().epoch.value()},
                                {"validators", std::uint64_t{duties_->validator_count()}}});
    peers_.start();
    if (state_sync_) {
        state_sync_->start();
    } else {
        backfill_.start();
    }
    const std::uint64_t now = ports_.clock.now_ms();
    if (now <= chain_->genesis_time_ms()) {
        if (!chain_->is_joining()) transactions_.restore();
        dial_until_genesis();
        return schedule_slot(Slot(GENESIS_SLOT));
    }
    // In the middle of a slot: what is still to come of it, then the next.
    const Slot slot = chain_->slot_at(now);
    chain_->tick();
    if (!chain_->commit()) return;
    if (!chain_->is_joining()) transactions_.restore();
    schedule_duties(slot);
    schedule_slot(slot + 1);
}

void Node::stop() {
    if (!running_) return;
    running_ = false;
    transactions_.flush();
    peers_.say_goodbye_to_all();
    peers_.connections().remember();
    ports_.network.set_handler(nullptr);
    ports_.log.info("stopped", {{"head_slot", chain_->head_slot().value()}});
}

void Node::submit(const SignedVoluntaryExit& exit) { operations_.publish(exit); }

Result<void> Node::submit(const SignedBlock& block) {
    NODE_TRY(blocks_.check_submitted(block));
    duties_->publish(block);
    return {};
}

void Node::call_at(std::uint64_t unix_ms, std::function<void()> task) {
    ports_.timers.call_at(unix_ms, [this, run = std::move(task)] {
        if (running_ && !has_failed()) run();
    });
}

// --------------------------------------------------------------------------------------------------------------- time

/// Before the first slot there are none whose beginning one could wait for.
void Node::dial_until_genesis() {
    const std::uint64_t next = ports_.clock.now_ms() + environment_.parameters().SLOT_DURATION_MS;
    if (next >= chain_->genesis_time_ms()) return;
    call_at(next, [this] {
        peers_.connections().dial();
        dial_until_genesis();
    });
}

void Node::schedule_slot(Slot slot) {
    call_at(chain_->start_of(slot), [this, slot] {
        // After a pause of the machine, time goes on in the slot that it is.
        const Slot now = std::max(slot, chain_->slot_at(ports_.clock.now_ms()));
        schedule_slot(now + 1);
        on_slot(now);
    });
}

void Node::on_slot(Slot slot) {
    chain_->tick();
    votes_.apply_until(chain_->current_slot());
    if (!chain_->commit()) return;
    if (chain_->is_joining()) return on_slot_of_joining(slot);
    transactions_.on_slot();
    duties_->on_slot_start(slot);
    blocks_.on_slot(slot);
    schedule_duties(slot);
    peers_.on_slot(slot);
    responder_.on_slot();
    votes_.prune();
    update_quota();
    on_finalized();
    backfill_.on_slot();
    measure_participation();
    report_status();
}

void Node::on_slot_of_joining(Slot slot) {
    peers_.on_slot(slot);
    responder_.on_slot();
    state_sync_->on_slot();
    report_status();
}

void Node::schedule_duties(Slot slot) {
    const Parameters& parameters = environment_.parameters();
    const auto due = [&](std::uint64_t basis_points) {
        return chain_->start_of(slot) + basis_points * parameters.SLOT_DURATION_MS / BASIS_POINTS;
    };
    call_at(due(parameters.ATTESTATION_DUE_BPS), [this, slot] { duties_->on_attestation_due(slot); });
    call_at(due(parameters.AGGREGATE_DUE_BPS), [this, slot] { duties_->on_aggregate_due(slot); });
}

// -------------------------------------------------------------------------------------------------------------- blocks

void Node::on_imported(const SignedBlock& block, const ImportedBlock& imported) {
    if (chain_->is_joining()) return;  // nothing of it is told yet [SYN-27]
    watch_attestations(block.message, *imported.post_state);
    votes_.on_block(imported.root);
    on_finalized();
    duties_->on_block(block.message.slot);
    ports_.log.in(LogArea::Chain)
        .debug("imported", {{"slot", block.message.slot.value()},
                            {"root", short_hex(imported.root)},
                            {"timely", imported.timely},
                            {"head", chain_->head() == imported.root}});
}

/// Blocks that are fetched later tell nothing of how they travel.
void Node::measure_arrival(Slot slot) {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    if ((last_arrival_ && slot <= *last_arrival_) || slot + 1 < chain_->slot_at(now_ms)) return;
    last_arrival_ = slot;
    block_arrival_.add(saturating_subtract(now_ms, chain_->start_of(slot)));
}

NetworkFigures Node::network_figures() const {
    return {.peers = peers_.connections().counters(), .served = responder_.served(), .block_arrival = block_arrival_};
}

/// [DUT-23]
void Node::watch_attestations(const Block& block, const State& state) {
    for (const Attestation& attestation : block.body.attestations) {
        const auto shuffling = get_shuffling(state, attestation.data.target.epoch, environment_);
        if (!shuffling) continue;
        auto indices = get_attesting_indices(shuffling->committee(attestation.data.slot, attestation.data.index),
                                             attestation.aggregation_bits);
        if (!indices) continue;
        const IndexedAttestation vote{std::move(indices).value(), attestation.data, attestation.signature};
        for (const auto& evidence : slasher_.observe(vote))
            operations_.publish(evidence);
    }
}

void Node::on_finalized() {
    const Epoch finalized = chain_->fork_choice().finalized().epoch;
    if (finalized == pruned_epoch_) return;
    pruned_epoch_ = finalized;
    seen_.prune(finalized, environment_.parameters());
    slasher_.prune(previous_of(finalized), environment_.parameters().SLOTS_PER_EPOCH);  // [DUT-25]
    operations_.prune();
    blocks_.prune();
    ports_.log.in(LogArea::Chain)
        .info("finalized", {{"epoch", finalized.value()}, {"root", short_hex(chain_->fork_choice().finalized().root)}});
}

// ------------------------------------------------------------------------------------------------------------- network

void Node::on_peer_connected(const PeerId& peer, const PeerConnection& connection) {
    if (!has_failed()) peers_.on_connected(peer, connection);
}

void Node::on_peer_disconnected(const PeerId& peer) { peers_.connections().on_disconnected(peer); }

void Node::on_peer_identified(const PeerId& peer, const PeerIdentity& identity) {
    peers_.connections().on_identified(peer, identity);
}

void Node::on_peer_subscription(const PeerId& peer, const Topic& topic, bool subscribed) {
    peers_.connections().on_subscription(peer, topic, subscribed);
}

void Node::on_peer_discovered(const PeerId& peer, const std::vector<std::string>& addresses) {
    peers_.connections().on_discovered(peer, addresses);
}

void Node::on_dial_failed(const PeerId& peer, const std::string&) { peers_.connections().on_dial_failed(peer); }

void Node::on_malformed_request(const PeerId& peer, Method method) {
    if (!has_failed()) responder_.on_malformed(peer, method);
}

void Node::on_gossip(GossipMessage message) {
    if (has_failed()) return;
    if (chain_->is_joining()) return ports_.network.report(message.id, Verdict::Ignore);  // [SYN-02]
    switch (message.topic.kind) {
        case TopicKind::Block:
            return blocks_.on_gossip(message);
        case TopicKind::AggregateAndProof:
            return votes_.on_gossip_aggregate(std::move(message));
        case TopicKind::Attestation:
            return votes_.on_gossip_attestation(std::move(message));
        case TopicKind::ProposerSlashing:
        case TopicKind::AttesterSlashing:
        case TopicKind::VoluntaryExit:
            return operations_.on_gossip(message);
        case TopicKind::Transactions:
            return transactions_.on_gossip(message);
    }
}

void Node::on_request(InboundRequest request) {
    if (!has_failed()) responder_.on_request(request);
}

// -------------------------------------------------------------------------------------------------------------- status

/// [NET-113]
void Node::update_quota() {
    const Shuffling& shuffling = *chain_->head_state()->context().current;
    signatures_.set_validators(shuffling.active().size(), shuffling.committees_per_slot());
    signatures_.forget_idle(ports_.clock.now_ms());
}

void Node::measure_participation() {
    const Slot slot = chain_->current_slot();
    if (participation_ && !is_settled(slot, environment_.parameters())) return;
    if (const auto state = chain_->head_state_now()) {
        participation_ = previous_target_participation(environment_, *state);
        record_epoch(slot, *state);
    }
}

/// Of the epoch before the slot's, once; not of epochs that are only fetched.
void Node::record_epoch(Slot slot, const State& state) {
    const Parameters& parameters = environment_.parameters();
    const Epoch epoch = epoch_of(slot, parameters);
    if (epoch == kGenesisEpoch || !is_settled(slot, parameters) || range_sync_.is_running()) return;
    const Epoch ended = previous_of(epoch);
    if (statistics_.has(ended)) return;
    statistics_.record(ended, state, {participation_, peers_.connections().counters(), block_arrival_});
}

namespace {

std::string name_of(StateSync::Phase phase) {
    switch (phase) {
        case StateSync::Phase::FindingBlocks:
            return "find_blocks";
        case StateSync::Phase::FindingState:
            return "find_state";
        case StateSync::Phase::Downloading:
            return "download";
        case StateSync::Phase::Executing:
        case StateSync::Phase::Done:
            return "execute";
    }
    return {};
}

}  // namespace

std::optional<StateSyncEvent> Node::state_sync_status() const {
    if (!chain_->is_joining()) return std::nullopt;
    const StateSync::Progress progress = state_sync_->progress();
    return StateSyncEvent{.phase = name_of(progress.phase),
                          .done = progress.done,
                          .bytes = progress.bytes,
                          .bytes_per_second = progress.bytes_per_second,
                          .seconds_left = progress.seconds_left,
                          .peers = progress.peers,
                          .blocks_left = progress.blocks_left};
}

std::optional<BackfillEvent> Node::backfill_status() const {
    const auto progress = backfill_.progress();
    if (!progress) return std::nullopt;
    return BackfillEvent{
        .distance = progress->distance, .speed = progress->speed, .seconds_left = progress->seconds_left};
}

StatusEvent Node::status() {
    const ForkChoice& fork_choice = chain_->fork_choice();
    const auto sync = range_sync_.progress();
    return {.slot = chain_->current_slot(),
            .head_root = chain_->head(),
            .head_slot = chain_->head_slot(),
            .justified_epoch = fork_choice.justified().epoch,
            .justified_root = fork_choice.justified().root,
            .finalized_epoch = fork_choice.finalized().epoch,
            .finalized_root = fork_choice.finalized().root,
            .participation = participation_,
            .peers = peers_.all().size(),
            .attestation_pool = attestation_pool_.size(),
            .operation_pool = operation_pool_.size(),
            .transaction_pool = transaction_pool_.size(),
            .waiting_blocks = blocks_.waiting_count(),
            .syncing = sync.has_value() || chain_->is_joining(),
            .sync_distance = sync ? sync->distance : 0,
            .sync_speed = sync ? sync->speed : 0,
            .sync_seconds_left = sync ? sync->seconds_left : std::nullopt,
            .sync_peers = sync ? sync->peers : 0,
            .state_sync = state_sync_status(),
            .backfill = backfill_status()};
}

NodeFigures Node::figures() {
    return {.status = status(),
            .network = network_figures(),
            .imports = blocks_.outcomes(),
            .last_epoch = statistics_.epochs().empty() ? std::nullopt : std::optional(statistics_.epochs().back()),
            .genesis_time_ms = chain_->genesis_time_ms(),
            .fork_choice_blocks = chain_->fork_choice().block_count(),
            .transactions_under_way = transactions_under_way(),
            .local_validators = validator_count()};
}

void Node::report_status() { ports_.events.on_status(status()); }

}  // namespace touchstone::node
