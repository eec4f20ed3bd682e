// A peer of simulated nodes that does only what a test tells it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/kernel/consensus/domains.h"
#include "node/services/request_numbers.h"
#include "node/sim/simulation.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {

class ScriptedPeer final : public NetworkHandler {
  public:
    /// What it answers; nothing: silence.
    using Answer = std::optional<std::pair<ResponseCode, ByteVector>>;
    using Script = std::function<Answer(const ByteVector& request)>;

    ScriptedPeer(Simulation& simulation, std::size_t number)
        : ScriptedPeer(simulation, number,
                       compute_fork_digest(version_of(simulation.parameters().GENESIS_FORK_VERSION),
                                           simulation.chain().genesis_state->consensus().genesis_root)) {}
    ScriptedPeer(Simulation& simulation, std::size_t number, ForkDigest digest) {
        endpoint_ = simulation.network().attach(number, digest, [](const auto& task) { task(); });
        endpoint_->set_handler(this);
        status.fork_digest = digest;
        status.finalized_checkpoint = {};
        status.earliest_slot = Slot(1);
        scripts[Method::Status] = [this](const ByteVector&) { return success(encode(status)); };
        scripts[Method::Goodbye] = [](const ByteVector& request) { return success(request); };
    }

    static Answer success(ByteVector payload) { return std::pair{ResponseCode::Success, std::move(payload)}; }
    static Answer blocks(std::vector<ByteVector> blocks) { return success(encode(BlocksResponse{std::move(blocks)})); }

    /// What was answered to a request of this peer's own.
    void ask(std::size_t node, Method method, ByteVector payload,
             std::vector<std::pair<RequestOutcome, ByteVector>>& answers) {
        endpoint_->request(SimulatedNetwork::peer_id(node), method, std::move(payload), 10'000,
                           [&answers](RequestOutcome outcome, ByteVector answer) {
                               answers.emplace_back(outcome, std::move(answer));
                           });
    }
    SimulatedEndpoint& endpoint() { return *endpoint_; }

    void on_peer_connected(const PeerId& peer, const PeerConnection&) override { connected.insert(peer); }
    void on_peer_disconnected(const PeerId& peer) override { connected.erase(peer); }
    void on_gossip(GossipMessage message) override { endpoint_->report(message.id, Verdict::Ignore); }
    void on_request(InboundRequest request) override {
        ++requests[request.method];
        if (request.method == Method::Goodbye) goodbyes.push_back(decode_number(request.payload).value_or(0));
        const auto script = scripts.find(request.method);
        if (script == scripts.end()) return;
        if (auto answer = script->second(request.payload)) {
            endpoint_->respond(request.id, answer->first, std::move(answer->second));
        }
    }

    Status status;
    std::map<Method, Script> scripts;
    std::map<Method, std::size_t> requests;
    std::vector<std::uint64_t> goodbyes;
    std::set<PeerId> connected;

  private:
    std::unique_ptr<SimulatedEndpoint> endpoint_;
};

struct HonestChain {
    std::vector<StoredBlock> blocks;  // canonical, oldest first
    Checkpoint finalized;
};

/// What one node makes that has all validators. It is off from the first of these slots to the last.
inline HonestChain honest_chain(std::shared_ptr<const SimulatedChain> chain, std::shared_ptr<VerdictCache> verdicts,
                                std::uint64_t slots,
                                std::optional<std::pair<std::uint64_t, std::uint64_t>> off = std::nullopt) {
    SimulationConfig config;
    config.nodes = 1;
    config.validators = chain->keys.size();
    config.greatest_skew_ms = 0;
    Simulation simulation(config, std::move(chain), std::move(verdicts));
    simulation.start_all();
    if (off) {
        simulation.run_until_slot(off->first);
        simulation.stop(0);
        simulation.run_until_slot(off->second);
        simulation.start(0);
    }
    simulation.run_until_slot(slots);
    const Chain& made = simulation.node(0).chain();
    return {made.canonical_blocks(Slot(1), slots), made.fork_choice().finalized()};
}

}  // namespace touchstone::node::sim
