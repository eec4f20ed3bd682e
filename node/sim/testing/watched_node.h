// A whole node in simulated time that a test watches at its ports: what it published and what was on its disk by then,
// which signatures it had verified, what it asked of the record of its keys.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/services/testing/silent_ports.h"
#include "node/sim/simulation.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {

/// The network of a node without peers. Gossip comes from the test.
class WatchedNetwork final : public SilentNetwork {
  public:
    struct Published {
        std::uint64_t time_ms = 0;
        Topic topic;
        ByteVector payload;
    };

    explicit WatchedNetwork(Scheduler& scheduler) : scheduler_(scheduler) {}

    void set_handler(NetworkHandler* handler) override { handler_ = handler; }
    void subscribe(const Topic& topic) override { subscriptions.push_back(topic); }
    void publish(const Topic& topic, ByteVector payload) override {
        published.push_back({scheduler_.now_ms(), topic, std::move(payload)});
        if (on_publish) on_publish(published.back());
    }
    void report(GossipId message, Verdict verdict) override { verdicts_[message].push_back(verdict); }
    void request(const PeerId&, Method, ByteVector, std::uint64_t, ResponseHandler handler) override {
        scheduler_.call_at(scheduler_.now_ms(),
                           [answer = std::move(handler)] { answer(RequestOutcome::Disconnected, {}); });
    }

    GossipId deliver(const Topic& topic, ByteVector payload, const std::string& sender = "peer") {
        const GossipId id = next_id_++;
        handler_->on_gossip({id, PeerId{sender}, topic, std::move(payload)});
        return id;
    }
    /// Nothing yet: the message is still judged.
    std::optional<Verdict> verdict(GossipId message) const {
        const auto found = verdicts_.find(message);
        if (found == verdicts_.end() || found->second.size() != 1) return std::nullopt;
        return found->second.front();
    }
    std::size_t count(Verdict verdict) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            verdicts_, [verdict](const auto& each) { return each.second == std::vector{verdict}; }));
    }
    std::vector<Published> published_of(TopicKind kind) const {
        std::vector<Published> found;
        std::ranges::copy_if(published, std::back_inserter(found),
                             [kind](const Published& each) { return each.topic.kind == kind; });
        return found;
    }

    std::vector<Topic> subscriptions;
    std::vector<Published> published;
    std::function<void(const Published& message)> on_publish;

  private:
    Scheduler& scheduler_;
    NetworkHandler* handler_ = nullptr;
    GossipId next_id_ = 1;
    std::map<GossipId, std::vector<Verdict>> verdicts_;
};

/// Verifies without loss of time, when it is not held back.
class WatchedVerifier final : public Verifier {
  public:
    WatchedVerifier(Scheduler& scheduler, VerdictCache& verdicts) : scheduler_(scheduler), verdicts_(verdicts) {}

    void verify(SignatureSets sets, VerifyPriority priority, VerifyCompletion completion) override {
        waiting_.push_back({std::move(sets), priority, std::move(completion)});
        scheduler_.call_at(scheduler_.now_ms(), [this] {
            if (!held) answer_all();
        });
    }
    void answer_all() {
        for (const Batch& batch : std::exchange(waiting_, {})) {
            std::vector<bool> valid = verdicts_.verify(batch.sets);
            if (batch.priority == denied) valid.assign(valid.size(), false);
            batch.completion(valid);
        }
    }
    std::size_t waiting() const { return waiting_.size(); }

    bool held = false;
    /// Nothing of it verifies.
    std::optional<VerifyPriority> denied;

  private:
    struct Batch {
        SignatureSets sets;
        VerifyPriority priority = VerifyPriority::Block;
        VerifyCompletion completion;
    };
    Scheduler& scheduler_;
    VerdictCache& verdicts_;
    std::vector<Batch> waiting_;
};

class WatchedProtection final : public SlashingProtection {
  public:
    explicit WatchedProtection(Disk& disk) : records_(disk, [] {}) {}

    std::optional<Watermark> load(const BlsPublicKey& public_key) override {
        ++questions;
        return lost ? std::nullopt : records_.load(public_key);
    }
    [[nodiscard]] bool raise(std::span<const WatermarkOfKey> rows) override {
        ++questions;
        raised.insert(raised.end(), rows.begin(), rows.end());
        return !lost && records_.raise(rows);
    }

    /// As if the disk with the records had gone.
    bool lost = false;
    std::size_t questions = 0;
    std::vector<WatermarkOfKey> raised;

  private:
    SimulatedProtection records_;
};

class WatchedNode {
  public:
    /// With the keys of all validators, or of none.
    WatchedNode(std::shared_ptr<const SimulatedChain> chain, std::shared_ptr<VerdictCache> verdicts, bool validates)
        : chain_(std::move(chain)),
          verdicts_(std::move(verdicts)),
          scheduler_(SimulatedChain::kGenesisTimeMs - parameters().SLOT_DURATION_MS),
          network(scheduler_),
          verifier(scheduler_, *verdicts_),
          protection(disk) {
        NodeOptions options;
        if (validates) options.validator_keys = chain_->keys;
        for (const auto& key : options.validator_keys)
            disk.watermarks[BlsPublicKey(crypto::bls::public_key(key).to_bytes())] = {};
        const NodePorts ports{.clock = clock_,
                              .timers = timers_,
                              .store = store_,
                              .protection = protection,
                              .network = network,
                              .verifier = verifier,
                              .random = random_,
                              .events = record_,
                              .log = record_};
        auto opened = Node::open(chain_->environment, ports, *chain_->genesis_state, std::move(options));
        node_ = std::get<std::unique_ptr<Node>>(std::move(opened));
        node_->start();
    }

    const Parameters& parameters() const { return chain_->environment.parameters(); }
    const Environment& environment() const { return chain_->environment; }
    Node& node() { return *node_; }
    const Chain& chain() const { return node_->chain(); }
    std::uint64_t start_of(std::uint64_t slot) const { return chain().start_of(Slot(slot)); }
    void run_until(std::uint64_t time_ms) { scheduler_.run_until(time_ms); }
    /// Whether the node has logged an event of that name.
    bool has_logged(const std::string& event) const { return record_.events.contains(event); }
    BlsSignature sign(ValidatorIndex validator, const Root& signing_root) const {
        return BlsSignature(crypto::bls::sign(chain_->keys[validator.value()], signing_root.view()).to_bytes());
    }
    /// Of the journal, from `first` on.
    std::vector<JournalRow> rows(JournalKind kind, std::size_t first = 0) const {
        std::vector<JournalRow> found;
        std::copy_if(disk.journal.begin() + static_cast<std::ptrdiff_t>(first), disk.journal.end(),
                     std::back_inserter(found), [kind](const JournalRow& row) { return row.kind == kind; });
        return found;
    }

  private:
    struct Record final : SilentEvents {
        void write(LogLevel, std::string_view event, std::span<const LogField>) override { events.emplace(event); }
        std::set<std::string> events;
    };

    std::shared_ptr<const SimulatedChain> chain_;
    std::shared_ptr<VerdictCache> verdicts_;
    Scheduler scheduler_;

  public:
    Disk disk;
    WatchedNetwork network;
    WatchedVerifier verifier;
    WatchedProtection protection;

  private:
    SimulatedClock clock_{scheduler_, 0};
    SimulatedTimers timers_{scheduler_, 0, [](const auto& task) { task(); }};
    SimulatedStore store_{disk, [] {}};
    SeededRandom random_ = SeededRandom::stream(1, "node", 0);
    Record record_;
    std::unique_ptr<Node> node_;
};

}  // namespace touchstone::node::sim
