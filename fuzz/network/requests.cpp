// Requests to a node that has a chain: any payload of any method gets one answer, the answer that the rules allow.
#include "reference/network/requests.h"
#include <array>

#include "fuzz/agreement.h"
#include "fuzz/chain/short_chain.h"
#include "fuzz/chain/translate.h"
#include "fuzz/targets.h"
#include "node/services/responder.h"
#include "node/sim/disk.h"
#include "node/types/encoding.h"
#include "reference/signatures/domains.h"
#include "reference/types/state_sync.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;
using node::Method;
using node::ResponseCode;

/// Remembers what the node says.
class Listening final : public node::Network {
  public:
    void set_handler(node::NetworkHandler*) override {}
    void subscribe(const node::Topic&) override {}
    void publish(const node::Topic&, ByteVector) override {}
    void report(node::GossipId, node::Verdict) override {}
    void request(const node::PeerId&, Method method, ByteVector payload, std::uint64_t,
                 node::ResponseHandler) override {
        if (method == Method::Goodbye) goodbye = node::decode_number(payload);
    }
    void respond(node::InboundRequestId, ResponseCode given, ByteVector payload) override {
        ++answers;
        code = given;
        content = std::move(payload);
    }
    void disconnect(const node::PeerId&, bool) override { disconnected = true; }
    void unban(const node::PeerId&) override {}
    void dial(const std::string&) override {}
    void discover() override {}
    void set_peer_score(const node::PeerId&, double) override {}

    std::size_t answers = 0;
    ResponseCode code = ResponseCode::ServerError;
    ByteVector content;
    std::optional<std::uint64_t> goodbye;
    bool disconnected = false;
};

class NoTimers final : public node::Timers {
  public:
    node::TimerId call_at(std::uint64_t, std::function<void()>) override { return 1; }
    void cancel(node::TimerId) override {}
};

class NoRandom final : public node::Random {
  public:
    std::uint64_t next() override { return 0; }
};

struct Server {
    Server() : store(disk, [] {}), chain(lived_chain(quiet, store)), reference_store(short_chain_store()) {}

    Quiet quiet;
    node::sim::Disk disk;
    node::sim::SimulatedStore store;
    std::unique_ptr<node::Chain> chain;
    reference::Store reference_store;
};

reference::ForkDigest own_digest() {
    const reference::ConsensusState& state = short_chain().genesis_state;
    return reference::compute_fork_digest(state.fork_schedule.front().version, state.genesis_root);
}

const reference::Parameters& config() { return short_chain_config(); }

bool succeeded(const Listening& network) { return network.code == ResponseCode::Success; }

/// [NET-64] [NET-65]
void check_status_answer(const Server& server, Bytes payload, const Listening& network) {
    const auto status = ssz::deserialize<reference::Status>(payload, config());
    agree_on("whether a Status decodes", status ? 1U : 0U, succeeded(network) ? 1U : 0U);
    if (!status) return;
    const auto own = ssz::deserialize<reference::Status>(network.content, config());
    expect(own && reference::check_status(server.reference_store, own_digest(), own.value()),
           "the node's own Status is of this chain");
    const auto checked = reference::check_status(server.reference_store, own_digest(), status.value());
    constexpr auto kAnother = static_cast<std::uint64_t>(node::GoodbyeReason::AnotherNetwork);
    agree_on("goodbye for " + reason(checked), checked ? 0U : 1U, network.goodbye == kAnother ? 1U : 0U);
}

reference::BlocksResponse answered_blocks(const Listening& network) {
    return need(ssz::deserialize<reference::BlocksResponse>(network.content, config()));
}

/// [NET-67] to [NET-69]
void check_range_answer(Bytes payload, const Listening& network) {
    const auto asked = ssz::deserialize<reference::BlocksByRangeRequest>(payload, config());
    const bool allowed = asked && reference::check_blocks_by_range_request(asked.value(), config());
    agree_on("whether a range is answered", allowed ? 1U : 0U, succeeded(network) ? 1U : 0U);
    if (!allowed) return;
    const auto blocks = reference::check_blocks_by_range_response(asked.value(), answered_blocks(network), config());
    expect(static_cast<bool>(blocks), "the client takes the answer: " + reason(blocks));
    std::size_t wanted = 0;
    for (const reference::SignedBlock& block : short_chain().blocks) {
        const std::uint64_t slot = block.message.slot.value;
        if (slot >= asked.value().start_slot.value && slot - asked.value().start_slot.value < asked.value().count)
            ++wanted;
    }
    agree_on("number of blocks in a range", wanted, blocks.value().size());
}

/// [NET-71] to [NET-73]
void check_roots_answer(Bytes payload, const Listening& network) {
    const auto asked = ssz::deserialize<reference::BlocksByRootRequest>(payload, config());
    const bool allowed = asked && reference::check_blocks_by_root_request(asked.value());
    agree_on("whether roots are answered", allowed ? 1U : 0U, succeeded(network) ? 1U : 0U);
    if (!allowed) return;
    const auto blocks = reference::check_blocks_by_root_response(asked.value(), answered_blocks(network), config());
    expect(static_cast<bool>(blocks), "the client takes the answer: " + reason(blocks));
}

/// [SYN-06]
void check_list_answer(Bytes payload, const Listening& network) {
    agree_on("whether a list of states is given", payload.empty() ? 1U : 0U, succeeded(network) ? 1U : 0U);
    if (payload.empty()) expect(network.content.empty(), "no state is served");
}

void check_answer(const Server& server, Method method, Bytes payload, const Listening& network) {
    switch (method) {
        case Method::Status:
            return check_status_answer(server, payload, network);
        case Method::Goodbye:
            return expect(succeeded(network) && network.disconnected, "a goodbye ends the connection");
        case Method::Ping:
            agree_on("whether a ping is answered", payload.size() == 8 ? 1U : 0U, succeeded(network) ? 1U : 0U);
            return;
        case Method::Metadata:
            agree_on("whether metadata are given", payload.empty() ? 1U : 0U, succeeded(network) ? 1U : 0U);
            if (payload.empty()) need(ssz::deserialize<reference::MetaData>(network.content, config()));
            return;
        case Method::BlocksByRange:
            return check_range_answer(payload, network);
        case Method::BlocksByRoot:
            return check_roots_answer(payload, network);
        case Method::StateList:
            return check_list_answer(payload, network);
        case Method::StatePart:
        case Method::StateEntries:
            // The chain is too short for a state to be final and served: whatever is asked for is not there.
            return expect(!succeeded(network), "no state is served");
    }
}

constexpr std::array kMethods{Method::Status,    Method::Goodbye,       Method::Ping,
                              Method::Metadata,  Method::BlocksByRange, Method::BlocksByRoot,
                              Method::StateList, Method::StatePart,     Method::StateEntries};

}  // namespace

void fuzz_requests(Bytes bytes) {
    static Server server;
    Input input(bytes);
    const Method method = input.choose(kMethods);
    const Bytes payload = input.rest();
    Listening network;
    NoTimers timers;
    NoRandom random;
    node::Peers peers(*server.chain, timers, {server.quiet.clock, network, random, server.quiet.log}, {});
    const node::PeerId peer{"peer"};
    peers.on_connected(peer, {});
    node::Responder responder(*server.chain, peers, network, server.quiet.clock);
    responder.on_request({1, peer, method, {payload.begin(), payload.end()}});
    agree_on("answers", std::size_t{1}, network.answers);
    check_answer(server, method, payload, network);
}

std::vector<ByteVector> request_seeds() {
    std::vector<ByteVector> seeds;
    const auto add = [&](std::uint8_t method, const ByteVector& payload) {
        ByteVector seed{method};
        seed.insert(seed.end(), payload.begin(), payload.end());
        seeds.push_back(std::move(seed));
    };
    reference::Status status;
    add(0, ssz::serialize(status, config()));
    status.fork_digest = own_digest();
    add(0, ssz::serialize(status, config()));
    status.head_slot = reference::Slot{5};
    status.finalized_checkpoint.epoch = reference::Epoch{1};
    add(0, ssz::serialize(status, config()));
    add(1, node::encode_number(2));
    add(2, node::encode_number(7));
    add(2, {1, 2, 3});
    add(3, {});
    for (const std::uint64_t first : {0U, 1U, 3U, 9U})
        add(4, ssz::serialize(reference::BlocksByRangeRequest{reference::Slot{first}, 1 + first}, config()));
    reference::BlocksByRootRequest roots;
    add(5, ssz::serialize(roots, config()));
    for (const reference::SignedBlock& block : short_chain().blocks)
        roots.roots.push_back(reference::hash_tree_root(block.message, config()));
    add(5, ssz::serialize(roots, config()));
    add(6, {});
    const reference::Root head = roots.roots.back();
    for (const std::uint64_t count : {1U, 3U})  // the second is no power of two
        add(7, ssz::serialize(reference::StatePartRequest{.block_root = head, .field = 9, .count = count}, config()));
    reference::StateEntriesRequest entries;
    entries.block_root = head;
    add(8, ssz::serialize(entries, config()));
    entries.first.bytes.fill(0xff);
    add(8, ssz::serialize(entries, config()));
    return seeds;
}

}  // namespace touchstone::fuzz
