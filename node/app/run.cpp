#include "node/app/run.h"

#include <sys/stat.h>

#include <csignal>

#include "node/adapters/files/file_lock.h"
#include "node/adapters/files/text_file.h"
#include "node/adapters/http/http_server.h"
#include "node/adapters/libp2p/libp2p_network.h"
#include "node/adapters/metrics/measured_verifier.h"
#include "node/adapters/runtime/parallel_loops.h"
#include "node/adapters/runtime/secure_random.h"
#include "node/adapters/runtime/verifier_pool.h"
#include "node/adapters/runtime/worker_pool.h"
#include "node/adapters/runtime/writer_loop.h"
#include "node/adapters/sqlite/sqlite_peer_memory.h"
#include "node/adapters/sqlite/sqlite_watermarks.h"
#include "node/api/methods.h"
#include "node/api/subscriptions/subscriptions.h"
#include "node/app/admin_methods.h"
#include "node/app/development_validators.h"
#include "node/app/event_fan.h"
#include "node/app/loaded_chain.h"
#include "node/app/metrics_page.h"
#include "node/app/node_key.h"
#include "node/app/node_metrics.h"
#include "node/app/peer_settings.h"
#include "node/app/reporting.h"
#include "node/app/rpc_figures.h"
#include "node/app/rpc_gateway.h"
#include "node/kernel/consensus/domains.h"
#include "node/services/node.h"

namespace touchstone::node::app {

using adapters::Done;

namespace {

/// For goodbyes to leave before the connections are closed.
constexpr std::uint64_t kFarewellMs = 250;
/// Threads that make results of the JSON-RPC into text.
constexpr std::size_t kSerializers = 2;
/// Between two publications of the node's figures.
constexpr std::uint64_t kPublishMs = 1000;

/// Of a node without keys: nobody asks it.
class NoWatermarks final : public SlashingProtection {
  public:
    std::optional<Watermark> load(const BlsPublicKey&) override { return std::nullopt; }
    bool raise(std::span<const WatermarkOfKey>) override { return false; }
};

Outcome<adapters::FileLock> take_data_directory(const std::filesystem::path& folder) {
    std::error_code error;
    const bool made = std::filesystem::create_directories(folder, error);
    if (error) {
        return Fault{FaultKind::Data,
                     "cannot make the data directory " + folder.string() + ": " + error.message() + "; check data_dir"};
    }
    if (made) ::chmod(folder.c_str(), 0700);
    return adapters::FileLock::acquire(folder / "node.lock", "the data directory " + folder.string());
}

Outcome<std::unique_ptr<SlashingProtection>> open_watermarks(const Settings& settings, const Root& genesis_root,
                                                             std::span<const BlsPublicKey> keys, Log& log) {
    if (keys.empty()) return std::unique_ptr<SlashingProtection>(new NoWatermarks());
    if (settings.create_watermarks) {
        const auto begun = adapters::SqliteWatermarks::create(settings.watermarks(), genesis_root, keys);
        if (!begun.ok()) return begun.fault();
        log.info("watermarks_created", {{"count", std::uint64_t{*begun}}, {"path", settings.watermarks().string()}});
    }
    auto marks = adapters::SqliteWatermarks::open(settings.watermarks(), genesis_root, log);
    if (!marks.ok()) return marks.fault();
    std::size_t missing = 0;
    for (const BlsPublicKey& key : keys)
        missing += marks.value()->load(key) ? 0U : 1U;
    if (missing != 0) {
        return Fault{FaultKind::Keys, "the watermark file " + settings.watermarks().string() + " has no record of " +
                                          std::to_string(missing) +
                                          " of the validators; if they never signed on this chain, run "
                                          "`touchstone-node watermark create` or set create_watermarks"};
    }
    return std::unique_ptr<SlashingProtection>(std::move(marks).value());
}

Outcome<Done> write_ready_file(const Settings& settings, const std::vector<std::string>& addresses) {
    if (!settings.ready_file) return Done{};
    std::string text;
    for (const std::string& address : addresses)
        text += address + "\n";
    return adapters::replace_text_file(*settings.ready_file, text, FaultKind::Configuration, "ready_file");
}

class RunningNode {
  public:
    RunningNode(const Settings& settings, const RereadSettings& reread, adapters::StructuredLog& log)
        : settings_(settings),
          reread_(reread),
          log_(log),
          levels_{settings.log.level, settings.log.areas},
          reporting_(log.in(LogArea::Chain), [this](const std::string& reason) { fail(reason); }) {}

    ~RunningNode() {
        if (!settings_.ready_file) return;
        std::error_code ignored;
        std::filesystem::remove(*settings_.ready_file, ignored);
    }
    RunningNode(const RunningNode&) = delete;
    RunningNode& operator=(const RunningNode&) = delete;

    Outcome<Done> run() {
        auto lock = take_data_directory(settings_.data_dir);
        if (!lock.ok()) return lock.fault();
        auto chain = load_chain(
            settings_.genesis, [this](std::size_t count, const RangeTask& task) { loops_.run(count, task); },
            adapters::SqliteStore::proved_genesis(settings_.database()), log_);
        if (!chain.ok()) return chain.fault();
        auto validators =
            load_development_validators(chain->file.genesis, settings_.dev_validators, settings_.dev_keys);
        if (!validators.ok()) return validators.fault();
        auto key = load_or_create_node_key(settings_.node_key);
        if (!key.ok()) return key.fault();
        auto opened = open_files(*chain, *validators);
        if (!opened.ok()) return opened.fault();
        auto listening = listen(*chain, *key);
        if (!listening.ok()) return listening.fault();
        return serve(*chain, std::move(validators->keys));
    }

  private:
    Outcome<Done> open_files(const LoadedChain& chain, const DevelopmentValidators& validators) {
        const Root& genesis_root = chain.file.genesis_root;
        auto store = adapters::SqliteStore::open(
            {settings_.database(), genesis_root, chain.file.configuration.preset, settings_.durability},
            log_.in(LogArea::Storage));
        if (!store.ok()) return store.fault();
        store_ = std::move(store).value();
        auto protection = open_watermarks(settings_, genesis_root, validators.public_keys, log_.in(LogArea::Storage));
        if (!protection.ok()) return protection.fault();
        protection_ = std::move(protection).value();
        auto memory = adapters::SqlitePeerMemory::open(settings_.known_peers(), log_.in(LogArea::Storage));
        if (!memory.ok()) return memory.fault();
        peer_memory_ = std::move(memory).value();
        return Done{};
    }

    Outcome<Done> listen(const LoadedChain& chain, const NodeKey& key) {
        const Parameters& parameters = chain.file.configuration.parameters;
        adapters::NetworkOptions options;
        options.digest = compute_fork_digest(version_of(parameters.GENESIS_FORK_VERSION), chain.file.genesis_root);
        options.parameters = parameters;
        options.listen = settings_.listen;
        options.external = settings_.external_addresses;
        options.peers = settings_.peers;
        options.private_peers = settings_.private_peers;
        options.max_connections = most_connections(settings_.peer_options);
        options.node_key = key;
        options.discovery = settings_.peer_options.discovery;
        options.validators = chain.genesis_state.validator_count();
        auto network =
            adapters::Libp2pNetwork::start(options, {post(), clock_, loop_.timers(), log_.in(LogArea::Network)});
        if (!network.ok()) return network.fault();
        network_ = std::move(network).value();
        return Done{};
    }

    Outcome<Done> serve(const LoadedChain& chain, std::vector<crypto::bls::SecretKey> keys) {
        if (!keys.empty()) {
            log_.warning("development_keys",
                         {{"validators", std::uint64_t{keys.size()}},
                          {"note", std::string("everybody knows these keys: for test networks only")}});
        }
        verifier_ = std::make_unique<adapters::VerifierPool>(settings_.verifier_threads, post());
        measured_verifier_ = std::make_unique<adapters::MeasuredVerifier>(*verifier_);
        const NodePorts ports{clock_,  loop_.timers(), *store_, *protection_,       *network_, *measured_verifier_,
                              random_, events_,        log_,    peer_memory_.get(), &metrics_};
        NodeOptions options;
        options.validator_keys = std::move(keys);
        options.go_on_outside_weak_subjectivity = settings_.go_on_outside_weak_subjectivity;
        options.checkpoint = settings_.checkpoint;
        options.backfill_all = settings_.backfill_all;
        options.performance_epochs = settings_.performance_epochs;
        options.duties.always_build_on_head = settings_.build_on_head;
        options.peers = settings_.peer_options;
        auto node = Node::open(*chain.environment, ports, chain.genesis_state, std::move(options));
        if (const auto* error = std::get_if<std::string>(&node)) return Fault{FaultKind::Data, *error};
        node_ = std::get<std::unique_ptr<Node>>(std::move(node));
        if (const auto serving = serve_rpc(); !serving.ok()) return serving.fault();
        if (const auto serving = serve_admin(); !serving.ok()) return serving.fault();
        if (const auto serving = serve_metrics(chain.environment->parameters()); !serving.ok()) return serving.fault();
        const auto addresses = network_->listen_addresses();
        for (const std::string& address : addresses)
            log_.in(LogArea::Network).info("listening", {{"address", address}});
        if (const auto written = write_ready_file(settings_, addresses); !written.ok()) return written.fault();
        loop_.on_termination([this](int signal) { stop(signal == SIGINT ? "SIGINT" : "SIGTERM"); });
        loop_.on_hangup([this] {
            set_log_levels();
            if (rpc_ && (settings_.rpc->http.tls || settings_.rpc->token_file)) (void)renew_credentials();
        });
        node_->start();
        publish_from(clock_.now_ms());
        loop_.run();
        close();
        if (failure_) return Fault{FaultKind::Internal, "the node stopped: " + *failure_};
        return Done{};
    }

    Outcome<Done> serve_rpc() {
        if (!settings_.rpc) return Done{};
        adapters::HttpOptions options = settings_.rpc->http;
        if (settings_.rpc->token_file) {
            auto token = adapters::BearerToken::load_or_create(*settings_.rpc->token_file);
            if (!token.ok()) return token.fault();
            options.token = std::move(token).value();
        }
        subscriptions_.begin(*node_);
        const auto methods = api::make_methods(*node_, network_.get(), &subscriptions_);
        rpc_figures_ = std::make_shared<RpcFigures>(*methods);
        RpcGatewayOptions gateway = settings_.rpc->gateway;
        gateway.serialize_on = [this](std::function<void()> task) { serializers_.post(std::move(task)); };
        auto handlers = make_rpc_handlers(counted(*methods, rpc_figures_), post(), std::move(gateway));
        handlers.on_body = timed(std::move(handlers.on_body), rpc_figures_);
        auto server = adapters::HttpServer::start(options, std::move(handlers), log_.in(LogArea::Api));
        if (!server.ok()) return server.fault();
        rpc_ = std::move(server).value();
        log_.in(LogArea::Api)
            .info("rpc_listening", {{"address", adapters::to_text(rpc_->address())},
                                    {"encrypted", options.tls.has_value()},
                                    {"token", options.token.has_value()}});
        return Done{};
    }

    Outcome<Done> serve_admin() {
        if (!settings_.admin_socket) return Done{};
        adapters::HttpOptions options;
        options.unix_socket = settings_.admin_socket;
        const auto methods = make_admin_methods(
            {.network = *network_,
             .connections = [this]() -> Connections& { return node_->peers().connections(); },
             .now_ms = [this] { return clock_.now_ms(); },
             .set_log_level = [this](std::optional<LogArea> area, LogLevel level) { return set_level(area, level); },
             .renew_credentials = [this] { return renew_credentials(); },
             .stop = [this] { loop_.post([this] { stop("admin_stop"); }); }});
        auto server = adapters::HttpServer::start(options, make_rpc_handlers(methods, post()), log_.in(LogArea::Api));
        if (!server.ok()) return server.fault();
        admin_ = std::move(server).value();
        log_.in(LogArea::Api).info("admin_listening", {{"path", settings_.admin_socket->string()}});
        return Done{};
    }

    Outcome<Done> serve_metrics(const Parameters& parameters) {
        if (!settings_.metrics) return Done{};
        adapters::HttpOptions options;
        options.table = "metrics";
        options.address = *settings_.metrics;
        options.open_to_network = settings_.metrics_open_to_network;
        MetricsSources sources{.node = metrics_,
                               .network = *network_,
                               .verifier = *measured_verifier_,
                               .rpc_calls = rpc_figures_.get(),
                               .rpc = rpc_.get(),
                               .subscriptions = &subscriptions_,
                               .log = log_,
                               .data_dir = settings_.data_dir,
                               .files = {{"chain", settings_.database()},
                                         {"chain_wal", settings_.database().string() + "-wal"},
                                         {"watermarks", settings_.watermarks()},
                                         {"peers", settings_.known_peers()}},
                               .slots_per_epoch = parameters.SLOTS_PER_EPOCH};
        auto server =
            adapters::HttpServer::start(options, {.pages = make_pages(std::move(sources))}, log_.in(LogArea::Api));
        if (!server.ok()) return server.fault();
        metrics_server_ = std::move(server).value();
        log_.in(LogArea::Api).info("metrics_listening", {{"address", adapters::to_text(metrics_server_->address())}});
        return Done{};
    }

    /// Publishes the figures now, and then every second.
    void publish_from(std::uint64_t due_ms) {
        const std::uint64_t now_ms = clock_.now_ms();
        constexpr std::uint64_t kUsPerMs = 1000;
        metrics_.add_writer_delay(kUsPerMs * saturating_subtract(now_ms, due_ms));
        metrics_.publish(node_->figures());
        loop_.timers().call_at(now_ms + kPublishMs, [this, next = now_ms + kPublishMs] {
            if (!stopping_) publish_from(next);
        });
    }

    void set_log_levels() {
        const auto settings = reread_();
        if (!settings.ok()) return log_.error("settings_refused", {{"reason", settings.fault().text}});
        apply({settings->log.level, settings->log.areas});
    }

    /// Whole or not at all.
    Outcome<std::string> renew_credentials() {
        if (!rpc_) return Fault{FaultKind::Configuration, "the node serves no JSON-RPC; set rpc.listen"};
        Log& log = log_.in(LogArea::Api);
        const auto refused = [&log](const Fault& fault) {
            log.error("rpc_credentials_refused",
                      {{"reason", fault.text}, {"note", std::string("those that were there before stay in use")}});
            return fault;
        };
        std::optional<adapters::BearerToken> token;
        if (settings_.rpc->token_file) {
            auto loaded = adapters::BearerToken::load(*settings_.rpc->token_file);
            if (!loaded.ok()) return refused(loaded.fault());
            token = std::move(loaded).value();
        }
        auto expiry = rpc_->renew(std::move(token));
        if (!expiry.ok()) return refused(expiry.fault());
        log.info("rpc_credentials_renewed", {{"certificate_expires", *expiry}});
        return expiry;
    }

    LogLevels set_level(std::optional<LogArea> area, LogLevel level) {
        LogLevels levels = levels_;
        (area ? levels.areas[*area] : levels.level) = level;
        apply(levels);
        return levels;
    }

    void apply(const LogLevels& levels) {
        levels_ = levels;
        log_.set_levels(levels.level, levels.areas);
        log_.info("log_levels_set", {{"level", std::string(adapters::to_string(levels.level))},
                                     {"areas", std::uint64_t{levels.areas.size()}}});
    }

    /// Once more: at once.
    void stop(const std::string& because) {
        log_.info("stopping", {{"because", because}});
        if (stopping_) return loop_.stop();
        stopping_ = true;
        metrics_server_.reset();
        subscriptions_.end();
        rpc_.reset();
        node_->stop();
        loop_.timers().call_at(clock_.now_ms() + kFarewellMs, [this] { loop_.stop(); });
    }

    void fail(const std::string& reason) {
        failure_ = reason;
        loop_.stop();
    }

    /// Whoever calls others goes before those whom it calls.
    void close() {
        metrics_server_.reset();
        admin_.reset();
        subscriptions_.end();
        rpc_.reset();
        node_->stop();
        verifier_.reset();
        network_.reset();
        node_.reset();
        peer_memory_.reset();
        protection_.reset();
        store_.reset();
    }

    std::function<void(std::function<void()>)> post() {
        return [this](std::function<void()> task) { loop_.post(std::move(task)); };
    }

    const Settings& settings_;
    const RereadSettings& reread_;
    adapters::StructuredLog& log_;
    LogLevels levels_;
    Reporting reporting_;
    NodeMetrics metrics_;
    adapters::ParallelLoops loops_;
    adapters::WorkerPool serializers_{kSerializers};  // of what the JSON-RPC answers
    adapters::WriterLoop loop_;
    adapters::SystemClock clock_;
    api::Subscriptions subscriptions_{clock_, loop_.timers()};
    EventFan events_{{&reporting_, &metrics_, &subscriptions_}};
    adapters::SecureRandom random_;
    std::unique_ptr<adapters::SqliteStore> store_;
    std::unique_ptr<SlashingProtection> protection_;
    std::unique_ptr<adapters::SqlitePeerMemory> peer_memory_;
    std::unique_ptr<adapters::Libp2pNetwork> network_;
    std::unique_ptr<adapters::VerifierPool> verifier_;
    std::unique_ptr<adapters::MeasuredVerifier> measured_verifier_;
    std::unique_ptr<Node> node_;
    std::shared_ptr<RpcFigures> rpc_figures_;
    std::unique_ptr<adapters::HttpServer> rpc_;
    std::unique_ptr<adapters::HttpServer> admin_;
    std::unique_ptr<adapters::HttpServer> metrics_server_;
    std::optional<std::string> failure_;
    bool stopping_ = false;
};

/// The genesis file, checked.
Outcome<adapters::GenesisFile> load_for_watermarks(const Settings& settings) {
    auto log = adapters::StructuredLog::open(settings.log);
    if (!log.ok()) return log.fault();
    adapters::ParallelLoops loops;
    auto chain = load_chain(
        settings.genesis, [&](std::size_t count, const RangeTask& task) { loops.run(count, task); },
        adapters::SqliteStore::proved_genesis(settings.database()), *log.value());
    if (!chain.ok()) return chain.fault();
    return std::move(chain->file);
}

std::string field_text(const char* name, const std::optional<std::uint64_t>& value) {
    return std::string(" ") + name + "=" + (value ? std::to_string(*value) : "none");
}

template <class Quantity>
std::optional<std::uint64_t> number_of(const std::optional<Quantity>& quantity) {
    if (!quantity) return std::nullopt;
    return quantity->value();
}

}  // namespace

Outcome<Done> run_node(const Settings& settings, const RereadSettings& reread) {
    auto log = adapters::StructuredLog::open(settings.log);
    if (!log.ok()) return log.fault();
    auto result = RunningNode(settings, reread, *log.value()).run();
    if (!result.ok() && settings.log.file) log.value()->error("failed", {{"reason", result.fault().text}});
    return result;
}

Outcome<std::string> create_watermarks(const Settings& settings) {
    const auto file = load_for_watermarks(settings);
    if (!file.ok()) return file.fault();
    const auto validators = load_development_validators(file->genesis, settings.dev_validators, settings.dev_keys);
    if (!validators.ok()) return validators.fault();
    if (validators->keys.empty()) {
        return Fault{FaultKind::Configuration, "no validators are named; say for which with --dev-validators"};
    }
    std::error_code error;
    std::filesystem::create_directories(settings.data_dir, error);
    const auto begun =
        adapters::SqliteWatermarks::create(settings.watermarks(), file->genesis_root, validators->public_keys);
    if (!begun.ok()) return begun.fault();
    return std::to_string(*begun) + " records begun, " + std::to_string(validators->keys.size() - *begun) +
           " were there already: " + settings.watermarks().string() + "\n";
}

Outcome<std::string> show_watermarks(const Settings& settings) {
    const auto file = load_for_watermarks(settings);
    if (!file.ok()) return file.fault();
    const auto records = adapters::SqliteWatermarks::list(settings.watermarks(), file->genesis_root);
    if (!records.ok()) return records.fault();
    std::string text;
    for (const WatermarkOfKey& record : records.value()) {
        text += "0x" + to_hex(record.public_key) + field_text("block_slot", number_of(record.watermark.block_slot)) +
                field_text("source", number_of(record.watermark.source)) +
                field_text("target", number_of(record.watermark.target)) + "\n";
    }
    return text;
}

}  // namespace touchstone::node::app
