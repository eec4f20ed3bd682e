#include "node/app/metrics_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "node/adapters/metrics/exposition.h"
#include "node/adapters/metrics/process_figures.h"
#include "node/services/health.h"

namespace touchstone::node::app {

using adapters::Exposition;
using adapters::HistogramValues;
using adapters::HttpPage;

namespace {

constexpr double kMsPerSecond = 1e3;
constexpr double kUsPerSecond = 1e6;

template <class Number>
double value_of(Number number) {
    return static_cast<double>(number);
}

HistogramValues values_of(const DelayHistogram& histogram) {
    HistogramValues values;
    for (const std::uint64_t bound : DelayHistogram::kBoundsMs)
        values.bounds.push_back(value_of(bound) / kMsPerSecond);
    values.counts.assign(histogram.counts.begin(), histogram.counts.end());
    values.sum = value_of(histogram.sum_ms) / kMsPerSecond;
    return values;
}

/// Of figures that the writer's thread published.
double age_seconds(const NodeMetrics& node, const NodeMetrics::Published& published) {
    const std::uint64_t now_us = node.now_us();
    return value_of(now_us - std::min(now_us, published.at_us)) / kUsPerSecond;
}

std::string_view name_of(ImportOutcome outcome) {
    switch (outcome) {
        case ImportOutcome::Imported:
            return "imported";
        case ImportOutcome::AlreadyKnown:
            return "already_known";
        case ImportOutcome::MissingParent:
            return "missing_parent";
        case ImportOutcome::NotYet:
            return "not_yet";
        case ImportOutcome::Irrelevant:
            return "irrelevant";
        case ImportOutcome::BadSignature:
            return "bad_signature";
        case ImportOutcome::Invalid:
            return "invalid";
        case ImportOutcome::Stopped:
            return "stopped";
    }
    return {};
}

std::string_view name_of(GoodbyeReason reason) {
    switch (reason) {
        case GoodbyeReason::ShutDown:
            return "shut_down";
        case GoodbyeReason::AnotherNetwork:
            return "another_network";
        case GoodbyeReason::Fault:
            return "fault";
        case GoodbyeReason::TooManyPeers:
            return "too_many_peers";
        case GoodbyeReason::ScoreTooLow:
            return "score_too_low";
    }
    return {};
}

std::string_view name_of(VerifyPriority priority) {
    switch (priority) {
        case VerifyPriority::Block:
            return "block";
        case VerifyPriority::Aggregate:
            return "aggregate";
        case VerifyPriority::Attestation:
            return "attestation";
        case VerifyPriority::Transaction:
            return "transaction";
    }
    return {};
}

/// Nothing for the commits, which have a metric of their own.
std::optional<std::string_view> stage_of(MeasuredWork work) {
    switch (work) {
        case MeasuredWork::BlockConditions:
            return "conditions";
        case MeasuredWork::BlockSignature:
            return "signature";
        case MeasuredWork::BlockExecution:
            return "execution";
        case MeasuredWork::BlockSignatures:
            return "signatures";
        case MeasuredWork::BlockForkChoice:
            return "fork_choice";
        case MeasuredWork::Commit:
            return std::nullopt;
    }
    return std::nullopt;
}

/// Every value of a label is there from the beginning, at 0 before the first time: rates need it.
template <class Enum, std::size_t kCount>
void add_counts(Exposition& page, Metric metric, const std::array<Enum, kCount>& all,
                const std::map<Enum, std::uint64_t>& counts) {
    for (const Enum each : all) {
        const auto found = counts.find(each);
        page.add(metric, found == counts.end() ? 0 : value_of(found->second), {name_of(each)});
    }
}

// ------------------------------------------------------------------------------------------------------------ sections

void add_program(Exposition& page, const NodeMetrics& node) {
    page.add(Metric::BuildInfo, 1, {TOUCHSTONE_VERSION, TOUCHSTONE_SPEC_VERSION});
    page.add(Metric::WriterDelaySeconds, node.writer_delay());
    page.add(Metric::HeadChangesTotal, value_of(node.extensions()), {"extension"});
    page.add(Metric::HeadChangesTotal, value_of(node.reorganizations()), {"reorganization"});
    for (const MeasuredWork work : kMeasuredWorks) {
        if (const auto stage = stage_of(work)) {
            page.add(Metric::BlockImportSeconds, node.durations(work), {*stage});
        } else {
            page.add(Metric::StoreCommitSeconds, node.durations(work));
        }
    }
}

void add_chain(Exposition& page, const NodeFigures& figures) {
    const StatusEvent& status = figures.status;
    page.add(Metric::GenesisTimeSeconds, value_of(figures.genesis_time_ms) / kMsPerSecond);
    page.add(Metric::ClockSlot, value_of(status.slot.value()));
    page.add(Metric::HeadSlot, value_of(status.head_slot.value()));
    page.add(Metric::JustifiedEpoch, value_of(status.justified_epoch.value()));
    page.add(Metric::FinalizedEpoch, value_of(status.finalized_epoch.value()));
    if (status.participation) page.add(Metric::ParticipationRatio, *status.participation);
    page.add(Metric::Syncing, status.syncing ? 1 : 0);
    page.add(Metric::SyncDistanceSlots, value_of(status.sync_distance));
    page.add(Metric::LocalValidators, value_of(figures.local_validators));
    page.add(Metric::ForkChoiceBlocks, value_of(figures.fork_choice_blocks));
    page.add(Metric::BlocksWaiting, value_of(status.waiting_blocks));
    page.add(Metric::BlockArrivalSeconds, values_of(figures.network.block_arrival));
    constexpr std::array kOutcomes{ImportOutcome::Imported, ImportOutcome::AlreadyKnown, ImportOutcome::MissingParent,
                                   ImportOutcome::NotYet,   ImportOutcome::Irrelevant,   ImportOutcome::BadSignature,
                                   ImportOutcome::Invalid,  ImportOutcome::Stopped};
    add_counts(page, Metric::BlockImportsTotal, kOutcomes, figures.imports);
    page.add(Metric::AttestationPoolEntries, value_of(status.attestation_pool));
    page.add(Metric::OperationPoolEntries, value_of(status.operation_pool));
    page.add(Metric::TransactionPoolEntries, value_of(status.transaction_pool));
    page.add(Metric::TransactionsUnderWay, value_of(figures.transactions_under_way));
}

void add_epoch(Exposition& page, const EpochStatistics& epoch) {
    page.add(Metric::Validators, value_of(epoch.validators.pending), {"pending"});
    page.add(Metric::Validators, value_of(epoch.validators.active), {"active"});
    page.add(Metric::Validators, value_of(epoch.validators.exiting), {"exiting"});
    page.add(Metric::Validators, value_of(epoch.validators.exited), {"exited"});
    page.add(Metric::ValidatorsSlashed, value_of(epoch.validators.slashed));
    const StakeDistribution& stake = epoch.stake;
    page.add(Metric::StakeOperators, value_of(stake.operators));
    if (stake.stake != 0) {
        page.add(Metric::StakeLargestOperatorRatio, value_of(stake.largest_operator) / value_of(stake.stake));
    }
    page.add(Metric::StakeNakamotoOperators, value_of(stake.to_stop_finality), {"stop"});
    page.add(Metric::StakeNakamotoOperators, value_of(stake.to_control_finality), {"control"});
}

void add_signatures(Exposition& page, const adapters::MeasuredVerifier& verifier) {
    for (const VerifyPriority priority : adapters::kVerifyPriorities) {
        const adapters::SignatureFigures figures = verifier.figures(priority);
        const std::string_view name = name_of(priority);
        page.add(Metric::SignaturesVerifiedTotal, value_of(figures.valid), {name, "valid"});
        page.add(Metric::SignaturesVerifiedTotal, value_of(figures.invalid), {name, "invalid"});
        page.add(Metric::SignaturesUnderWay, value_of(figures.under_way), {name});
        page.add(Metric::SignatureBatchSeconds, figures.batches, {name});
    }
}

void add_storage(Exposition& page, const MetricsSources& sources) {
    for (const auto& [label, path] : sources.files) {
        if (const auto size = adapters::file_bytes(path)) page.add(Metric::DatabaseBytes, value_of(*size), {label});
    }
    if (const auto room = adapters::disk_free_bytes(sources.data_dir)) {
        page.add(Metric::DiskFreeBytes, value_of(*room));
    }
}

void add_peers(Exposition& page, const PeerCounters& peers) {
    page.add(Metric::Peers, value_of(peers.inbound), {"inbound"});
    page.add(Metric::Peers, value_of(peers.outbound), {"outbound"});
    page.add(Metric::PeersTrusted, value_of(peers.trusted));
    for (const auto& [client, count] : peers.clients)
        page.add(Metric::PeersByClient, value_of(count), {client});
    constexpr std::array<std::string_view, kDemeritClasses.size() + 1> kClasses{"0", "1_to_24", "25_to_49",
                                                                                "50_or_more"};
    for (std::size_t i = 0; i < kClasses.size(); ++i)
        page.add(Metric::PeersByDemerits, value_of(peers.demerits[i]), {kClasses[i]});
    page.add(Metric::PeersBanned, value_of(peers.banned));
    page.add(Metric::PeersKnown, value_of(peers.remembered));
    page.add(Metric::PeerConnectionsTotal, value_of(peers.events.connected));
    page.add(Metric::DialsTotal, value_of(peers.events.dialed));
    page.add(Metric::DialsFailedTotal, value_of(peers.events.dials_failed));
    page.add(Metric::PeerBansTotal, value_of(peers.events.bans));
    constexpr std::array kReasons{GoodbyeReason::ShutDown, GoodbyeReason::AnotherNetwork, GoodbyeReason::Fault,
                                  GoodbyeReason::TooManyPeers, GoodbyeReason::ScoreTooLow};
    add_counts(page, Metric::PeerGoodbyesTotal, kReasons, peers.events.goodbyes);
    constexpr std::array kOffences{Offence::Unresponsive, Offence::ServerError,  Offence::AboveQuota,
                                   Offence::EmptyPromise, Offence::BadSignature, Offence::BrokenProtocol,
                                   Offence::InvalidBlock};
    add_counts(page, Metric::PeerOffencesTotal, kOffences, peers.events.offences);
}

void add_served(Exposition& page, const std::map<Method, Responder::Served>& served) {
    for (const auto& [method, counts] : served) {
        const std::string_view name = node::name_of(method);
        page.add(Metric::RequestsServedTotal, value_of(counts.answered), {name, "answered"});
        page.add(Metric::RequestsServedTotal, value_of(counts.above_quota), {name, "above_quota"});
        page.add(Metric::RequestsServedTotal, value_of(counts.no_bandwidth), {name, "no_bandwidth"});
        page.add(Metric::RequestsServedTotal, value_of(counts.wrong), {name, "wrong"});
    }
}

void add_connections(Exposition& page, const NetworkReport& report) {
    std::array<std::uint64_t, 5> scores{};
    std::vector<std::uint64_t> round_trips;
    for (const PeerReport& peer : report.peers) {
        const double score = peer.gossip_score;
        const std::size_t place = score >= 0                            ? 0U
                                  : score >= report.thresholds.gossip   ? 1U
                                  : score >= report.thresholds.publish  ? 2U
                                  : score >= report.thresholds.graylist ? 3U
                                                                        : 4U;
        ++scores[place];
        if (peer.round_trip_us) round_trips.push_back(*peer.round_trip_us);
    }
    constexpr std::array<std::string_view, 5> kScores{"good", "bad", "no_gossip", "no_publishing", "not_heard"};
    for (std::size_t i = 0; i < kScores.size(); ++i)
        page.add(Metric::PeersByScore, value_of(scores[i]), {kScores[i]});
    if (!round_trips.empty()) {
        std::ranges::sort(round_trips);
        const std::uint64_t median = round_trips[round_trips.size() / 2];
        page.add(Metric::PeerRoundTripSeconds, value_of(median) / kUsPerSecond, {"median"});
        page.add(Metric::PeerRoundTripSeconds, value_of(round_trips.back()) / kUsPerSecond, {"greatest"});
    }
    page.add(Metric::NetworkQueuedEvents, value_of(report.queued_events));
    page.add(Metric::NetworkDroppedTotal, value_of(report.dropped_gossip), {"gossip"});
    page.add(Metric::NetworkDroppedTotal, value_of(report.dropped_news), {"news"});
    page.add(Metric::NetworkRefusedTotal, value_of(report.refused_requests), {"requests"});
    page.add(Metric::NetworkRefusedTotal, value_of(report.refused_connections), {"connections"});
}

void add_carried(Exposition& page, Metric messages, Metric bytes, std::string_view name,
                 const CarriedTraffic& carried) {
    page.add(messages, value_of(carried.messages_in), {name, "in"});
    page.add(messages, value_of(carried.messages_out), {name, "out"});
    page.add(bytes, value_of(carried.bytes_in), {name, "in"});
    page.add(bytes, value_of(carried.bytes_out), {name, "out"});
}

/// The subnets of attestations together.
void add_traffic(Exposition& page, const NetworkReport& report) {
    std::map<TopicKind, TopicTraffic> topics;
    for (const TopicTraffic& each : report.topics) {
        const auto [entry, first] = topics.try_emplace(each.topic.kind, each);
        if (first) continue;
        entry->second.carried += each.carried;
        entry->second.mesh_peers = std::min(entry->second.mesh_peers, each.mesh_peers);
    }
    for (const auto& [kind, traffic] : topics) {
        const std::string_view name = node::name_of(kind);
        add_carried(page, Metric::GossipMessagesTotal, Metric::GossipBytesTotal, name, traffic.carried);
        page.add(Metric::GossipMeshPeers, value_of(traffic.mesh_peers), {name});
    }
    for (const auto& [kind, counts] : report.verdicts) {
        for (const Verdict verdict : {Verdict::Accept, Verdict::Ignore, Verdict::Reject}) {
            page.add(Metric::GossipVerdictsTotal, value_of(counts[static_cast<std::size_t>(verdict)]),
                     {node::name_of(kind), node::name_of(verdict)});
        }
    }
    for (const MethodTraffic& each : report.methods) {
        add_carried(page, Metric::ProtocolMessagesTotal, Metric::ProtocolBytesTotal, node::name_of(each.method),
                    each.carried);
    }
}

void add_rpc(Exposition& page, const MetricsSources& sources) {
    if (sources.rpc_calls == nullptr || sources.rpc == nullptr) return;
    for (const auto& [method, calls] : sources.rpc_calls->by_method()) {
        const std::uint64_t results = calls.results.load(std::memory_order_relaxed);
        const std::uint64_t errors = calls.errors.load(std::memory_order_relaxed);
        if (results + errors == 0) continue;
        page.add(Metric::RpcCallsTotal, value_of(results), {method, "result"});
        page.add(Metric::RpcCallsTotal, value_of(errors), {method, "error"});
    }
    page.add(Metric::RpcCallSeconds, sources.rpc_calls->calls.read());
    page.add(Metric::RpcBodySeconds, sources.rpc_calls->bodies.read());
    const adapters::HttpFigures figures = sources.rpc->figures();
    page.add(Metric::RpcConnections, value_of(figures.open_connections));
    page.add(Metric::RpcTurnedAwayTotal, value_of(figures.turned_away));
    page.add(Metric::RpcWaitingBytes, value_of(figures.waiting_bytes));
    page.add(Metric::RpcCutOffTotal, value_of(figures.cut_off));
    if (sources.subscriptions != nullptr) {
        page.add(Metric::RpcSubscriptions, value_of(sources.subscriptions->open()));
        page.add(Metric::RpcSubscriptionsDroppedTotal, value_of(sources.subscriptions->dropped()));
    }
    for (const std::size_t hundreds : {2U, 4U, 5U})
        page.add(Metric::RpcAnswersTotal, value_of(figures.answers[hundreds]), {std::to_string(hundreds) + "xx"});
}

void add_log(Exposition& page, const adapters::StructuredLog& log) {
    const adapters::LogFigures figures = log.figures();
    for (const LogLevel level : adapters::kLogLevels) {
        page.add(Metric::LogLinesTotal, value_of(figures.lines[static_cast<std::size_t>(level)]),
                 {adapters::to_string(level)});
    }
    page.add(Metric::LogLinesLeftOutTotal, value_of(figures.left_out));
    page.add(Metric::LogLinesDroppedTotal, value_of(figures.dropped));
}

void add_process(Exposition& page) {
    const adapters::ProcessFigures process = adapters::process_figures();
    page.add(Metric::ProcessCpuSecondsTotal, process.cpu_seconds);
    page.add(Metric::ProcessResidentMemoryBytes, value_of(process.resident_bytes));
    page.add(Metric::ProcessVirtualMemoryBytes, value_of(process.virtual_bytes));
    page.add(Metric::ProcessOpenFds, value_of(process.open_files));
    page.add(Metric::ProcessMaxFds, value_of(process.most_files));
    page.add(Metric::ProcessStartTimeSeconds, process.started_at_seconds);
}

HttpPage health_page(const Objections& objections) {
    constexpr unsigned kGood = 200;
    constexpr unsigned kUnavailable = 503;
    const bool ok = objections.empty();
    return {ok ? kGood : kUnavailable, "application/json",
            nlohmann::json{{"ok", ok}, {"reasons", objections}}.dump() + "\n"};
}

Objections ready(const MetricsSources& sources) {
    const auto published = sources.node.published();
    if (published == nullptr) return {"the node has not begun yet"};
    const auto age = static_cast<std::uint64_t>(age_seconds(sources.node, *published));
    return objections_to_ready(published->figures.status, sources.slots_per_epoch, age);
}

Objections live(const MetricsSources& sources) {
    const auto published = sources.node.published();
    if (published == nullptr) return {};
    return objections_to_live(static_cast<std::uint64_t>(age_seconds(sources.node, *published)));
}

}  // namespace

std::string metrics_page(const MetricsSources& sources) {
    Exposition page;
    add_program(page, sources.node);
    page.add(Metric::Ready, ready(sources).empty() ? 1 : 0);
    if (const auto published = sources.node.published()) {
        page.add(Metric::FiguresAgeSeconds, age_seconds(sources.node, *published));
        add_chain(page, published->figures);
        if (const auto& epoch = published->figures.last_epoch) add_epoch(page, *epoch);
        add_peers(page, published->figures.network.peers);
        add_served(page, published->figures.network.served);
    }
    add_signatures(page, sources.verifier);
    add_storage(page, sources);
    const NetworkReport report = sources.network.report();
    add_connections(page, report);
    add_traffic(page, report);
    add_rpc(page, sources);
    add_log(page, sources.log);
    add_process(page);
    return page.text();
}

adapters::HttpPages make_pages(MetricsSources sources) {
    return [sources = std::move(sources)](std::string_view path) -> std::optional<HttpPage> {
        constexpr unsigned kGood = 200;
        if (path == "/metrics") return HttpPage{kGood, std::string(Exposition::kContentType), metrics_page(sources)};
        if (path == "/health/live") return health_page(live(sources));
        if (path == "/health/ready") return health_page(ready(sources));
        return std::nullopt;
    };
}

}  // namespace touchstone::node::app
