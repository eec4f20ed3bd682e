// The node: all services over the ports. What runs in the simulation is exactly this.
//
// Everything runs on the one writer thread: the ports call back on it, and nothing here blocks or waits.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crypto/bls.h"
#include "node/ports/clock.h"
#include "node/ports/events.h"
#include "node/ports/log.h"
#include "node/ports/measurements.h"
#include "node/ports/network.h"
#include "node/ports/peer_memory.h"
#include "node/ports/random.h"
#include "node/ports/slashing_protection.h"
#include "node/ports/store.h"
#include "node/ports/timers.h"
#include "node/ports/verifier.h"
#include "node/services/ancestors.h"
#include "node/services/backfill.h"
#include "node/services/block_pipeline.h"
#include "node/services/chain.h"
#include "node/services/delay_histogram.h"
#include "node/services/duties.h"
#include "node/services/network_statistics.h"
#include "node/services/operation_pipeline.h"
#include "node/services/peers.h"
#include "node/services/range_sync.h"
#include "node/services/responder.h"
#include "node/services/signature_quota.h"
#include "node/services/slasher.h"
#include "node/services/state_sync.h"
#include "node/services/transaction_pipeline.h"
#include "node/services/vote_pipeline.h"

namespace touchstone::node {

/// All of it outlives the node.
struct NodePorts {
    Clock& clock;
    Timers& timers;
    Store& store;
    SlashingProtection& protection;
    Network& network;
    Verifier& verifier;
    Random& random;
    Events& events;
    Log& log;
    PeerMemory* peer_memory = nullptr;     // null: nothing of peers is remembered
    Measurements* measurements = nullptr;  // null: nothing is measured
};

struct NodeOptions {
    std::vector<crypto::bls::SecretKey> validator_keys;
    DutyOptions duties;
    /// The operator's order to go on although the node was away for longer than it can tell chains apart. [WS-06]
    bool go_on_outside_weak_subjectivity = false;
    /// What the operator vouches for: an empty database begins from it, any other has to come to it. [SYN-01] [WS-06]
    std::optional<Checkpoint> checkpoint = {};
    /// All blocks before the anchor are fetched, not only those that evidence may be about. [SYN-23]
    bool backfill_all = true;
    /// Of which it is kept how validators did. 0: of none.
    std::uint64_t performance_epochs = PerformanceRecords::kDefaultEpochs;
    PeerOptions peers = {};
};

/// Of peers and what goes between them and this node, since its start; the network below counts bytes and messages.
struct NetworkFigures {
    PeerCounters peers;
    std::map<Method, Responder::Served> served;
    /// Of the first block of each slot: from the beginning of the slot until its signature was verified.
    DelayHistogram block_arrival;
};

/// How the node stands, to be copied and read elsewhere.
struct NodeFigures {
    StatusEvent status;
    NetworkFigures network;
    ImportCounts imports;
    std::optional<EpochStatistics> last_epoch;  // the last one that has ended and was followed
    std::uint64_t genesis_time_ms = 0;
    std::size_t fork_choice_blocks = 0;
    std::size_t transactions_under_way = 0;
    std::size_t local_validators = 0;
};

class Node final : public NetworkHandler {
  public:
    /// The environment outlives the node and is not used by another thread. An error is for people.
    static std::variant<std::unique_ptr<Node>, std::string> open(const Environment& environment, const NodePorts& ports,
                                                                 const State& genesis_state, NodeOptions options);
    ~Node() override;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// Joins the network and begins to keep time. Once, after open.
    void start();
    /// Says goodbye; nothing happens afterwards. Before the object is destroyed, timers and verifier must be at rest:
    /// what they would still call are its parts.
    void stop();

    /// Publishes an exit that the operator signed, if it is valid now.
    void submit(const SignedVoluntaryExit& exit);

    /// A user's transaction, verified here and now. Its id, also if the pool has it already; rejected by the clause
    /// that keeps it out of the pool.
    Result<Root> submit(const SignedTransaction& transaction);

    // For validators whose keys are elsewhere: what they sign, and what they have signed. The node signs nothing here.
    /// Whether the node knows itself behind, so that nobody should sign what follows from its head. [DUT-01]
    bool is_behind() { return range_sync_.is_behind(); }
    Result<ProducedBlock> produce_block(Slot slot, const BlsSignature& randao_reveal, const Graffiti& graffiti) {
        return duties_->produce(slot, randao_reveal, graffiti);
    }
    /// All that single votes for the data gave. [DUT-16]
    std::optional<Attestation> aggregate_of(const AttestationData& data) {
        return attestation_pool_.aggregate_of(data);
    }
    // Verified here and now, and published; rejected with the condition of gossip that does not hold. A block is
    // published once it is imported. [DUT-02]
    Result<void> submit(const Attestation& attestation) { return votes_.submit(attestation); }
    Result<void> submit(const SignedAggregateAndProof& aggregate) { return votes_.submit(aggregate); }
    Result<void> submit(const SignedBlock& block);

    const TransactionPool& transaction_pool() const { return transaction_pool_; }
    /// Received ones whose signatures are being verified.
    std::size_t transactions_under_way() const { return transactions_.under_way(); }
    Peers& peers() { return peers_; }
    const Peers& peers() const { return peers_; }
    NetworkFigures network_figures() const;
    const NetworkStatistics& network_statistics() const { return statistics_; }
    const Chain& chain() const { return *chain_; }
    /// For what its fork choice computes only when it is asked: weights, states of later slots.
    ForkChoice& fork_choice() { return chain_->fork_choice(); }
    std::size_t validator_count() const { return duties_->validator_count(); }
    StatusEvent status();
    NodeFigures figures();

    void on_peer_connected(const PeerId& peer, const PeerConnection& connection) override;
    void on_peer_disconnected(const PeerId& peer) override;
    void on_peer_identified(const PeerId& peer, const PeerIdentity& identity) override;
    void on_peer_subscription(const PeerId& peer, const Topic& topic, bool subscribed) override;
    void on_peer_discovered(const PeerId& peer, const std::vector<std::string>& addresses) override;
    void on_dial_failed(const PeerId& peer, const std::string& address) override;
    void on_malformed_request(const PeerId& peer, Method method) override;
    void on_gossip(GossipMessage message) override;
    void on_request(InboundRequest request) override;

  private:
    Node(const Environment& environment, const NodePorts& ports, std::unique_ptr<Chain> chain, NodeOptions options);

    static std::optional<std::string> check_absence(const Environment& environment, const NodePorts& ports,
                                                    const Chain& chain, const NodeOptions& options);
    static std::optional<std::string> check_trusted(Chain& chain, const Checkpoint& trusted);
    void set_hooks();
    void begin_joined();
    bool may_sign();
    void schedule_slot(Slot slot);
    void dial_until_genesis();
    void on_slot(Slot slot);
    void on_slot_of_joining(Slot slot);
    void schedule_duties(Slot slot);
    void on_imported(const SignedBlock& block, const ImportedBlock& imported);
    void measure_arrival(Slot slot);
    void watch_attestations(const Block& block, const State& state);
    void on_finalized();
    void update_quota();
    void measure_participation();
    void record_epoch(Slot slot, const State& state);
    std::optional<StateSyncEvent> state_sync_status() const;
    std::optional<BackfillEvent> backfill_status() const;
    void report_status();
    bool has_failed() const { return chain_->failure().has_value(); }
    /// The call at that time, unless the node has stopped by then.
    void call_at(std::uint64_t unix_ms, std::function<void()> task);

    const Environment& environment_;
    NodePorts ports_;
    std::unique_ptr<Chain> chain_;
    SeenMessages seen_;
    SignatureQuota signatures_;
    AttestationPool attestation_pool_;
    OperationPool operation_pool_;
    TransactionPool transaction_pool_;
    Slasher slasher_;
    BlockPipeline blocks_;
    VotePipeline votes_;
    OperationPipeline operations_;
    TransactionPipeline transactions_;
    Peers peers_;
    Responder responder_;
    Ancestors ancestors_;
    RangeSync range_sync_;
    std::unique_ptr<Duties> duties_;
    std::optional<StateSync> state_sync_;  // while the chain is joining
    Backfill backfill_;
    Epoch pruned_epoch_;
    std::optional<double> participation_;
    NetworkStatistics statistics_;
    DelayHistogram block_arrival_;
    std::optional<Slot> last_arrival_;
    bool running_ = false;
};

}  // namespace touchstone::node
