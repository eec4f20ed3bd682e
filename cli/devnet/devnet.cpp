#include "cli/devnet/devnet.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <thread>
#include <unordered_set>

#include "cli/devnet/chaos.h"
#include "cli/devnet/load.h"
#include "cli/devnet/node_process.h"
#include "cli/devnet/process_usage.h"
#include "cli/devnet/stall.h"
#include "cli/genesis/make_genesis.h"
#include "node/kernel/consensus/genesis.h"
#include "node/types/encoding.h"

namespace touchstone::cli {

namespace {

constexpr int kTickMs = 200;
constexpr std::int64_t kStartLimitMs = 60'000;  // from start to listening, of one node
constexpr std::int64_t kStopLimitMs = 30'000;   // from SIGTERM to exit, of all nodes
constexpr std::uint64_t kDrainSlots = 4;        // for what was sent to come into a block, at the end
constexpr std::uint64_t kExtraEpochs = 8;       // that finality may take longer to come back after chaos
constexpr node::Amount kStake{32 * node::GRAINS_PER_TST};
constexpr std::uint64_t kCommission = 500;  // basis points
constexpr node::Amount kBalance{1000 * node::GRAINS_PER_TST};

std::uint64_t unix_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

/// Time that no clock adjustment moves, for limits.
std::int64_t steady_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

/// Long enough for all nodes to listen before slot 0.
std::uint64_t genesis_delay_ms(std::uint64_t nodes) { return 3000 + 500 * nodes; }

/// The nodes share one machine.
unsigned threads_for_each(std::uint64_t nodes) {
    return std::max(1U, std::thread::hardware_concurrency() / static_cast<unsigned>(nodes));
}

Outcome<std::filesystem::path> make_folder(const DevnetOptions& options) {
    std::error_code error;
    if (!options.folder) {
        std::string name = (std::filesystem::temp_directory_path(error) / "touchstone-devnet-XXXXXX").string();
        if (!error && ::mkdtemp(name.data()) != nullptr) return std::filesystem::path(name);
        return Fault{FaultKind::Data, "cannot create a temporary folder " + name + "; give one with --dir"};
    }
    const std::filesystem::path folder = std::filesystem::absolute(*options.folder, error);
    std::filesystem::create_directories(folder, error);
    if (error) return Fault{FaultKind::Data, "cannot create " + folder.string() + ": " + error.message()};
    if (!std::filesystem::is_empty(folder, error) || error) {
        return Fault{FaultKind::Data,
                     folder.string() + " is not empty; a development network begins anew. Give another --dir"};
    }
    return folder;
}

std::uint16_t rpc_port_of(const DevnetOptions& options, std::size_t node) {
    return options.rpc_port == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(options.rpc_port + node);
}

GenesisDescription describe(const DevnetOptions& options) {
    GenesisDescription description;
    description.name = "touchstone devnet";
    description.preset = options.preset;
    for (const auto& [name, value] : options.parameters)
        description.parameters.push_back({name, value, 0});
    if (options.slot_ms) description.parameters.push_back({"SLOT_DURATION_MS", *options.slot_ms, 0});
    description.genesis_time = RelativeTime{genesis_delay_ms(options.nodes)};
    description.seed = options.seed;
    description.development_validators = DevelopmentValidators{options.validators, kStake, kCommission, 0};
    if (options.accounts > 0) description.development_accounts = DevelopmentAccounts{options.accounts, kBalance, 0};
    return description;
}

/// The run ends when this epoch begins; nothing: when it is interrupted.
Outcome<std::optional<std::uint64_t>> last_epoch(const DevnetOptions& options, const node::Parameters& parameters) {
    if (!options.minutes) return options.epochs;
    const std::uint64_t epoch_ms = parameters.SLOTS_PER_EPOCH * parameters.SLOT_DURATION_MS;
    const std::uint64_t epochs = (*options.minutes * 60'000 + epoch_ms - 1) / epoch_ms;
    const std::uint64_t fewest = options.chaos_seed ? kFewestChaosEpochs : kFewestEpochs;
    if (epochs >= fewest) return std::optional(epochs);
    return Fault{FaultKind::Configuration, "--minutes " + std::to_string(*options.minutes) +
                                               " is too short: it needs " + std::to_string(fewest) + " epochs, of " +
                                               std::to_string(epoch_ms / 1000) + " s each. Give " +
                                               std::to_string((fewest * epoch_ms + 59'999) / 60'000) + " or more"};
}

class Devnet {
  public:
    Devnet(const DevnetOptions& options, std::optional<std::uint64_t> last_epoch, Display& display,
           std::filesystem::path folder, node::adapters::GenesisFile genesis, node::Config config)
        : options_(options),
          last_epoch_(last_epoch),
          display_(display),
          folder_(std::move(folder)),
          genesis_(std::move(genesis)),
          environment_{std::move(config)},
          genesis_state_(node::unchecked_genesis_state(environment_, genesis_.genesis)),
          genesis_block_(node::hash_tree_root(node::genesis_block(environment_, genesis_state_), parameters())),
          participation_(environment_, genesis_state_, genesis_block_),
          replay_tail_(folder_ / "replay.jsonl"),
          stall_(stall_limit_ms(parameters().SLOT_DURATION_MS)),
          usage_(options.nodes) {}

    Summary run() {
        if (prepare_chaos() && start_nodes() && start_replay()) {
            start_load();
            watch();
            if (chaos_) chaos_->release(nodes_);
            finish_load();
        }
        stop_nodes();
        finish_replay();
        return summarize();
    }

  private:
    const node::Parameters& parameters() const { return environment_.parameters(); }
    void fail(const std::string& text) { failures_.push_back(text); }

    // ------------------------------------------------------------------------------------------------ start
    bool prepare_chaos() {
        if (!options_.chaos_seed || !last_epoch_) return true;
        ChaosNetwork network{{}, *last_epoch_, parameters().SLOTS_PER_EPOCH, parameters().SLOT_DURATION_MS};
        for (std::size_t i = 0; i < options_.nodes; ++i)
            network.validators.push_back(split_validators(options_.validators, i, options_.nodes).count);
        auto chaos = Chaos::make(*options_.chaos_seed, network);
        if (!chaos.ok()) {
            fail(chaos.fault().text);
            return false;
        }
        chaos_ = std::move(*chaos);
        return true;
    }

    bool start_nodes() {
        std::vector<std::string> addresses;
        for (std::size_t i = 0; i < options_.nodes; ++i) {
            auto node = NodeProcess::start({i, options_.node_program, folder_, folder_ / "genesis.json",
                                            split_validators(options_.validators, i, options_.nodes),
                                            chaos_ ? chaos_->peers_of(i) : addresses, threads_for_each(options_.nodes),
                                            genesis_block_, chaos_ != nullptr, rpc_port_of(options_, i)});
            if (!node.ok()) {
                fail(node.fault().text);
                return false;
            }
            nodes_.push_back(std::move(*node));
            if (!wait_until_listening(nodes_.back())) return false;
            addresses.push_back(*nodes_.back().address());
            if (!chaos_) continue;
            if (const auto done = chaos_->listens(nodes_.back()); !done.ok()) {
                fail(done.fault().text);
                return false;
            }
        }
        return true;
    }

    bool wait_until_listening(NodeProcess& node) {
        const std::int64_t begun = steady_ms();
        while (!node.address()) {
            if (interrupts_.wait(kTickMs / 4)) {
                fail("interrupted while the nodes were starting");
                return false;
            }
            show("starting " + node.name());
            const bool ran = node.process().running();
            node.read_log();
            if (!ran) {
                fail(node.obituary());
                return false;
            }
            if (steady_ms() - begun > kStartLimitMs) {
                fail(node.name() + " did not say `listening` within a minute; see " + node.log().string());
                return false;
            }
        }
        return true;
    }

    bool start_replay() {
        ChildProcess::Command command{{options_.reference_program.string(), "replay", "--follow", "--json"},
                                      folder_ / "replay.jsonl",
                                      folder_ / "replay.log"};
        for (const NodeProcess& node : nodes_) {
            command.arguments.emplace_back("--db");
            command.arguments.push_back(node.database().string());
        }
        auto process = ChildProcess::start(command);
        if (!process.ok()) {
            fail(process.fault().text);
            return false;
        }
        replay_process_ = std::move(*process);
        return true;
    }

    void start_load() {
        if (options_.load == 0) return;
        std::vector<HttpUrl> servers;
        for (const NodeProcess& node : nodes_) {
            const auto url = parse_http_url("http://" + node.rpc().value_or(""));
            if (!url.ok()) return fail(node.name() + " did not say `rpc_listening`; see " + node.log().string());
            servers.push_back(*url);
        }
        const std::int64_t since_first_slot =
            ms_since_genesis() - static_cast<std::int64_t>(parameters().SLOT_DURATION_MS);
        load_ = std::make_unique<TransactionLoad>(
            LoadOptions{options_.load, options_.accounts, options_.validators,
                        std::chrono::milliseconds(std::max<std::int64_t>(0, -since_first_slot)), chaos_ != nullptr},
            servers);
    }

    // ------------------------------------------------------------------------------------------------ run
    void watch() {
        const std::string note = last_epoch_
                                     ? "ends when every node has a block of epoch " + std::to_string(*last_epoch_)
                                     : "Ctrl-C ends it";
        while (failures_.empty()) {
            if (interrupts_.wait(kTickMs)) {
                if (last_epoch_) fail("interrupted before epoch " + std::to_string(*last_epoch_));
                return;
            }
            observe();
            disturb();
            check_processes();
            measure_usage();
            show(note);
            if (last_epoch_ && reached(*last_epoch_) && has_mended()) return;
            if (const auto stalled = stall_.observe(progress("")); stalled && failures_.empty()) fail(*stalled);
        }
    }

    void observe() {
        read_replay();
        for (NodeProcess& node : nodes_) {
            node.read_log();
            const auto added = node.read_database();
            if (!added.ok()) {
                fail(added.fault().text);
            } else if (node.index() == 0) {
                measure(*added);
            }
        }
    }

    void disturb() {
        if (!chaos_) return;
        if (const auto done = chaos_->act(ms_since_genesis(), nodes_); !done.ok()) fail(done.fault().text);
        for (std::size_t i = 0; load_ && i < nodes_.size(); ++i) {
            const auto url = parse_http_url("http://" + nodes_[i].rpc().value_or(""));
            load_->move(i, url.ok() ? std::optional(*url) : std::nullopt);
        }
        // Whoever is hit may stand still.
        if (!chaos_->undisturbed()) stall_ = StallWatch(stall_limit_ms(parameters().SLOT_DURATION_MS));
    }

    /// Once in a slot, after the network has begun.
    void measure_usage() {
        const std::int64_t slot = ms_since_genesis() / static_cast<std::int64_t>(parameters().SLOT_DURATION_MS);
        const auto first = static_cast<std::int64_t>(kQuietEpochs * parameters().SLOTS_PER_EPOCH);
        if (slot < first || slot == measured_slot_) return;
        measured_slot_ = slot;
        for (NodeProcess& node : nodes_) {
            const auto usage = usage_of(node.process().pid());
            if (usage) usage_[node.index()].add(ms_since_genesis() / 1000, *usage);
        }
    }

    void measure(const std::vector<node::Root>& blocks) {
        if (!measurable_) return;
        const NodeProcess& node = nodes_.front();
        for (const node::Root& root : blocks) {
            const auto encoded = node.block(root);
            if (!encoded.ok()) return fail(encoded.fault().text);
            const auto result = participation_.add(root, *encoded);
            if (result.ok()) continue;
            measurable_ = false;  // nor is what follows it
            return fail("block 0x" + node::to_hex(root) + " in " + node.database().string() +
                        " is not valid: " + result.rejection().detail + " [" +
                        std::string(node::to_string(result.rejection().clause)) + "]");
        }
        const NodeChain& chain = node.chain();
        participation_.forget(chain.blocks.slot_of(chain.finalized.root), chain.head);
    }

    void check_processes() {
        for (NodeProcess& node : nodes_) {
            if (chaos_ && chaos_->is_down(node.index())) continue;
            if (!node.process().running()) fail(node.obituary());
        }
        if (!replay_process_->running()) fail(replay_obituary());
        if (load_ && load_->fault()) fail("the load could not go on: " + *load_->fault());
        if (replay_ && replay_->divergences > 0) fail("the run was ended by the first divergence");
    }

    bool reached(std::uint64_t epoch) const {
        const node::Slot slot(epoch * parameters().SLOTS_PER_EPOCH);
        return std::ranges::all_of(nodes_,
                                   [&](const NodeProcess& node) { return node.chain().blocks.highest_slot() >= slot; });
    }

    /// Whether chaos is over and finality is back, or is waited for no longer.
    bool has_mended() const {
        if (!chaos_) return true;
        if (!chaos_->over()) return false;
        const node::Epoch epoch = chaos_->calm_epoch();
        return reached(std::max(*last_epoch_, epoch.value() + kCalmEpochs) + kExtraEpochs) ||
               std::ranges::all_of(nodes_,
                                   [&](const NodeProcess& node) { return node.chain().finalized.epoch >= epoch; });
    }

    void read_replay() {
        for (const std::string& line : replay_tail_.new_lines()) {
            if (auto report = parse_replay_report(line)) replay_ = std::move(*report);
        }
    }

    std::string replay_obituary() const {
        std::string text = "the replay of the reference ended by itself, " + replay_process_->ending();
        for (const std::string& line : last_lines(folder_ / "replay.log", 5))
            text += "\n      " + line;
        return text;
    }

    Progress progress(const std::string& note) const {
        Progress result;
        result.validators = options_.validators;
        result.preset = options_.preset;
        result.slot_ms = parameters().SLOT_DURATION_MS;
        result.slots_per_epoch = parameters().SLOTS_PER_EPOCH;
        result.ms_since_genesis = ms_since_genesis();
        for (const NodeProcess& node : nodes_) {
            const NodeChain& chain = node.chain();
            result.nodes.push_back(
                {chain.head, chain.head_slot(), chain.justified.epoch, chain.finalized.epoch, node.peers()});
        }
        if (!nodes_.empty()) result.participation = participation_.at(nodes_.front().chain().head);
        if (replay_) result.blocks_replayed = replay_->blocks_replayed;
        if (replay_) result.divergences = replay_->divergences;
        if (!nodes_.empty()) result.rpc = nodes_.front().rpc().value_or("");
        if (load_) result.load = load_->report();
        if (chaos_) result.chaos = chaos_->progress(result.ms_since_genesis);
        result.note = note;
        return result;
    }

    std::int64_t ms_since_genesis() const {
        return static_cast<std::int64_t>(unix_ms()) - static_cast<std::int64_t>(genesis_.genesis.genesis_time_ms);
    }

    void show(const std::string& note) { display_.show(progress(note)); }

    // ------------------------------------------------------------------------------------------------ end
    /// What was sent gets some slots to come into a block.
    void finish_load() {
        if (!load_) return;
        load_->stop_sending();
        const auto limit = static_cast<std::int64_t>(kDrainSlots * parameters().SLOT_DURATION_MS);
        const std::int64_t begun = steady_ms();
        while (failures_.empty() && load_->report().under_way() > 0 && steady_ms() - begun < limit) {
            if (interrupts_.wait(kTickMs)) break;
            observe();
            check_processes();
            show("waiting for the last transactions");
        }
        load_->stop();
    }

    void stop_nodes() {
        std::vector<std::reference_wrapper<NodeProcess>> running;
        for (NodeProcess& node : nodes_) {
            if (!node.process().running()) continue;
            node.process().ask_to_end();
            running.emplace_back(node);
        }
        const std::int64_t begun = steady_ms();
        bool patient = true;
        for (NodeProcess& node : running) {
            while (node.process().running() && patient) {
                show("stopping the nodes");
                patient = !interrupts_.wait(kTickMs / 4) && steady_ms() - begun < kStopLimitMs;
            }
            if (node.process().running()) {
                fail(node.name() + " did not end in time after SIGTERM and was killed");
                node.process().kill();
            } else if (!node.process().succeeded()) {
                fail(node.obituary());
            }
        }
    }

    /// The replay goes on to the end of the databases, which no longer grow.
    void finish_replay() {
        if (!replay_process_) return;
        if (!replay_process_->running()) return read_replay();
        replay_process_->close_input();
        while (replay_process_->running()) {
            if (interrupts_.wait(kTickMs / 4)) return fail("interrupted before the reference had replayed everything");
            read_replay();
            show("waiting for the reference to replay the rest");
        }
        read_replay();
        if (!replay_ || !replay_->final) fail(replay_obituary());
    }

    /// That repeats the run.
    std::string command() const {
        DevnetOptions options = options_;
        options.seed = genesis_.genesis.seed;
        return command_line(options);
    }

    Summary summarize() {
        Summary summary;
        summary.folder = folder_;
        summary.failures = failures_;
        summary.command = command();
        if (load_) summary.load = load_->report();
        if (chaos_) summary.chaos = chaos_->report();
        if (!replay_process_) return summary;
        std::vector<NodeChain> chains;
        std::unordered_set<node::Root> distinct;
        for (NodeProcess& node : nodes_) {
            node.read_log();
            if (node.error()) fail(node.name() + " had an error: " + *node.error());
            const auto added = node.read_database();
            if (!added.ok()) {
                fail(added.fault().text);
            } else if (node.index() == 0) {
                measure(*added);
            }
            chains.push_back(node.chain());
            for (const node::Root& root : node.chain().blocks.roots())
                distinct.insert(root);
            summary.nodes.push_back({node.chain(), node.peers(), node.validators().text(), node.database(), node.log(),
                                     node.starts(), usage_[node.index()]});
        }
        summary.agreement = compare(chains, parameters().SLOTS_PER_EPOCH);
        summary.distinct_blocks = distinct.size();
        if (replay_ && replay_->final) summary.replay = replay_;
        if (!chains.empty()) summary.participation = participation_.at(chains.front().head);
        if (!chains.empty()) summary.slashed = participation_.slashed_at(chains.front().head);
        summary.failures = failures_;
        return summary;
    }

    const DevnetOptions& options_;
    std::optional<std::uint64_t> last_epoch_;
    Display& display_;
    Interrupts interrupts_;
    std::filesystem::path folder_;
    node::adapters::GenesisFile genesis_;
    node::Environment environment_;
    node::State genesis_state_;
    node::Root genesis_block_;
    ParticipationMeter participation_;
    bool measurable_ = true;
    std::vector<NodeProcess> nodes_;
    std::optional<ChildProcess> replay_process_;
    FileTail replay_tail_;
    std::optional<ReplayReport> replay_;
    StallWatch stall_;
    std::vector<UsageCourse> usage_;  // by node
    std::int64_t measured_slot_ = -1;
    std::unique_ptr<Chaos> chaos_;
    std::unique_ptr<TransactionLoad> load_;
    std::vector<std::string> failures_;
};

}  // namespace

Outcome<Summary> run_devnet(const DevnetOptions& options, Display& display) {
    auto genesis = make_genesis(describe(options), {unix_ms(), true});
    if (!genesis.ok()) return genesis.fault();
    const auto config = node::make_config(genesis->configuration.parameters);
    if (!config.ok()) return Fault{FaultKind::Genesis, config.rejection().detail};
    const auto epoch = last_epoch(options, config->parameters);
    if (!epoch.ok()) return epoch.fault();
    const auto folder = make_folder(options);
    if (!folder.ok()) return folder.fault();
    const auto written = node::adapters::write_genesis_file(*folder / "genesis.json", *genesis);
    if (!written.ok()) return written.fault();

    Summary summary = Devnet(options, *epoch, display, *folder, std::move(*genesis), *config).run();
    if (!summary.nodes.empty()) judge(summary);
    summary.folder_kept = options.keep || options.folder || !summary.success();
    if (!summary.folder_kept) {
        std::error_code ignored;
        std::filesystem::remove_all(*folder, ignored);
    }
    return summary;
}

}  // namespace touchstone::cli
