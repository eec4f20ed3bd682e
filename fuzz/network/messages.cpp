// What comes over the wire, before anything is known of it: gossip payloads by topic, message ids, answers that bring
// blocks, limits of frames, names of topics and protocols, and the events of the native host.
#include <array>

#include "fuzz/agreement.h"
#include "fuzz/chain/short_chain.h"
#include "fuzz/files/scratch.h"
#include "fuzz/targets.h"
#include "native/include/touchstone_native.h"
#include "node/adapters/libp2p/event_reader.h"
#include "node/adapters/libp2p/gossip_payload.h"
#include "node/adapters/libp2p/protocol_names.h"
#include "node/ports/topic_names.h"
#include "node/services/block_responses.h"
#include "node/types/encoding.h"
#include "reference/network/requests.h"
#include "reference/network/wire.h"
#include "reference/ssz/snappy.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;

/// Limits that small inputs reach, and those of the minimal preset.
const std::array<reference::Parameters, 2>& configs() {
    static const std::array<reference::Parameters, 2> all = [] {
        std::array<reference::Parameters, 2> made{reference::MINIMAL, reference::MINIMAL};
        made[0].GOSSIP_MAX_SIZE = 300;
        made[0].RESPONSE_MAX_SIZE = 400;
        made[0].MAX_BLOCK_BYTES = 350;
        made[0].MAX_REQUEST_BLOCKS = 3;
        return made;
    }();
    return all;
}

// -------------------------------------------------------------------------------------------------------------- gossip

/// The node's way: the adapter unpacks, the pipeline decodes.
template <class T>
node::Result<T> node_gossip(Bytes payload, const node::Parameters& config) {
    const auto bytes = node::adapters::unpack_gossip(payload, config);
    if (!bytes.ok()) return bytes.rejection();
    return node::decode<T>(bytes.value(), config);
}

template <class R, class N>
void compare_gossip(Bytes payload, const reference::Parameters& config) {
    const auto by_reference = reference::decode_gossip<R>(payload, config);
    const auto by_node = node_gossip<N>(payload, to_node(config));
    if (!agree_on_verdict("the gossip payload " + to_hex(payload), by_reference, by_node)) return;
    agree_on_bytes("encoding of a gossiped message", ssz::serialize(by_reference.value(), config),
                   node::encode(by_node.value()));
}

using Compare = void (*)(Bytes payload, const reference::Parameters& config);
constexpr std::array<Compare, 7> kTopics{
    compare_gossip<reference::SignedBlock, node::SignedBlock>,
    compare_gossip<reference::Attestation, node::Attestation>,
    compare_gossip<reference::SignedAggregateAndProof, node::SignedAggregateAndProof>,
    compare_gossip<reference::ProposerSlashing, node::ProposerSlashing>,
    compare_gossip<reference::AttesterSlashing, node::AttesterSlashing>,
    compare_gossip<reference::SignedVoluntaryExit, node::SignedVoluntaryExit>,
    compare_gossip<reference::TransactionBatch, node::TransactionBatch>,
};

/// [NET-05] The node's ids are those of the native host.
void compare_message_ids(Bytes payload, const reference::Parameters& config) {
    const std::string topic = "/touchstone/00000000/block/ssz_snappy";
    const auto by_node = node::adapters::wire_message_id(topic, payload, to_node(config));
    agree_on_bytes("message id of " + to_hex(payload), reference::gossip_message_id(topic, payload, config), by_node);
}

void gossip(Input& input) {
    const Compare compare = input.choose(kTopics);
    const reference::Parameters& config = input.choose(configs());
    compare(input.rest(), config);
    compare_message_ids(input.rest(), config);
}

// ------------------------------------------------------------------------------------------------------------- answers

void compare_blocks(const std::string& about,
                    const reference::Result<std::vector<reference::SignedBlock>>& by_reference,
                    const node::Result<std::vector<node::SignedBlock>>& by_node, const reference::Parameters& config) {
    if (!agree_on_verdict(about, by_reference, by_node)) return;
    agree_on("number of blocks", by_reference.value().size(), by_node.value().size());
    for (std::size_t i = 0; i < by_node.value().size(); ++i) {
        agree_on_bytes("a block of " + about, ssz::serialize(by_reference.value()[i], config),
                       node::encode(by_node.value()[i]));
    }
}

void range_response(Input& input) {
    const reference::Parameters& config = input.choose(configs());
    const reference::BlocksByRangeRequest asked{reference::Slot{input.flag() ? input.number(8) : input.number(1)},
                                                1 + input.below(6)};
    const Bytes bytes = input.rest();
    const auto by_reference = [&]() -> reference::Result<std::vector<reference::SignedBlock>> {
        TRY(const auto answer, ssz::deserialize<reference::BlocksResponse>(bytes, config));
        return reference::check_blocks_by_range_response(asked, answer, config);
    }();
    const node::BlocksByRangeRequest for_node{node::Slot(asked.start_slot.value), asked.count};
    compare_blocks("the answer " + to_hex(bytes) + " to a request by range", by_reference,
                   node::check_range_response(bytes, for_node, to_node(config)), config);
}

/// Asked are the answer's own blocks, some left out, twice or in another order, and one that nobody knows.
std::vector<reference::Root> roots_asked(Input& choices, const reference::BlocksResponse& answer,
                                         const reference::Parameters& config) {
    std::vector<reference::Root> known{reference::Root{}};
    for (const reference::EncodedBlock& encoded : answer.blocks) {
        const auto block = ssz::deserialize<reference::SignedBlock>(encoded.content, config);
        if (block) known.push_back(reference::hash_tree_root(block.value().message, config));
    }
    if (choices.flag()) return known;
    std::vector<reference::Root> asked;
    for (std::uint64_t i = choices.below(6); i > 0; --i)
        asked.push_back(choices.choose(known));
    return asked;
}

void roots_response(Input& input) {
    const reference::Parameters& config = input.choose(configs());
    Input choices(input.take(8));
    const Bytes bytes = input.rest();
    const auto answer = ssz::deserialize<reference::BlocksResponse>(bytes, config);
    reference::BlocksByRootRequest asked;
    if (answer) asked.roots = roots_asked(choices, answer.value(), config);
    const auto by_reference = [&]() -> reference::Result<std::vector<reference::SignedBlock>> {
        if (!answer) return answer.failure();
        return reference::check_blocks_by_root_response(asked, answer.value(), config);
    }();
    std::vector<node::Root> for_node;
    for (const reference::Root& root : asked.roots)
        for_node.emplace_back(root.bytes);
    compare_blocks("the answer " + to_hex(bytes) + " to a request by root", by_reference,
                   node::check_roots_response(bytes, for_node, to_node(config)), config);
}

// -------------------------------------------------------------------------------------------------------------- frames

/// [NET-57] Which frames a type's limit lets in.
void frame_limits(Input& input) {
    reference::Parameters config = input.choose(configs());
    if (input.flag()) config.RESPONSE_MAX_SIZE = input.number(4);
    const node::Parameters for_node = to_node(config);
    const node::Method method = input.choose(node::adapters::kMethods);
    const std::uint64_t limit = input.flag() ? node::adapters::request_limit(method, for_node)
                                             : node::adapters::response_limit(method, for_node);
    const std::uint64_t greatest = node::adapters::compressed_limit(std::min(limit, config.RESPONSE_MAX_SIZE));
    if (limit > config.RESPONSE_MAX_SIZE) return;  // the types of fixed size, under a limit that no chain has
    const std::uint64_t length = greatest + input.below(5) - 2;
    agree_on("a frame of " + std::to_string(length) + " bytes for a limit of " + std::to_string(limit),
             reference::check_frame(length, 0, limit, config) ? 1U : 0U, length <= greatest ? 1U : 0U);
}

// --------------------------------------------------------------------------------------------------------------- names

void names(Input& input) {
    node::ForkDigest digest;
    for (std::uint8_t& byte : digest.bytes)
        byte = static_cast<std::uint8_t>(input.number(1));
    const std::uint64_t subnets = input.below(70);
    const std::string text(as_text(input.rest()));
    // With the chain's own beginning before it, so that the rest is reached.
    for (const std::string& name : {text, "/touchstone/" + to_hex(digest.bytes).substr(2) + "/" + text}) {
        if (const auto topic = node::topic_of(digest, name, subnets)) {
            agree_on("name of the topic", name, node::topic_name(digest, *topic));
            expect(topic->subnet < std::max<std::uint64_t>(1, subnets), "a topic's subnet exists");
        }
        if (const auto method = node::adapters::method_of(digest, name)) {
            agree_on("name of the protocol", name, node::adapters::protocol_name(digest, *method));
        }
    }
}

// -------------------------------------------------------------------------------------------------------------- events

std::size_t length(const std::vector<std::string>& texts) {
    std::size_t sum = 0;
    for (const std::string& each : texts)
        sum += each.size();
    return sum;
}

struct Size {
    std::size_t operator()(const node::adapters::GossipArrived& e) const {
        return e.id.size() + e.source.size() + e.topic.size() + e.payload.size();
    }
    std::size_t operator()(const node::adapters::RequestArrived& e) const {
        return e.peer.size() + e.protocol.size() + e.payload.size();
    }
    std::size_t operator()(const node::adapters::ResponseArrived& e) const { return e.payload.size(); }
    std::size_t operator()(const node::adapters::RequestFailed&) const { return 0; }
    std::size_t operator()(const node::adapters::PeerConnected& e) const { return e.peer.size() + e.address.size(); }
    std::size_t operator()(const node::adapters::PeerDisconnected& e) const { return e.peer.size(); }
    std::size_t operator()(const node::adapters::PeerIdentified& e) const {
        return e.peer.size() + e.agent.size() + length(e.addresses);
    }
    std::size_t operator()(const node::adapters::PeerSubscribed& e) const { return e.peer.size() + e.topic.size(); }
    std::size_t operator()(const node::adapters::PeerDiscovered& e) const {
        return e.peer.size() + length(e.addresses);
    }
    std::size_t operator()(const node::adapters::DialFailed& e) const { return e.peer.size() + e.address.size(); }
    std::size_t operator()(const node::adapters::RequestViolation& e) const {
        return e.peer.size() + e.protocol.size();
    }
    std::size_t operator()(const node::adapters::News& e) const { return e.subject.size(); }
};

void native_events(Input& input) {
    const Bytes bytes = input.rest();
    const auto event = node::adapters::read_event(bytes);
    if (!event) return;
    expect(std::visit(Size{}, *event) < bytes.size(), "an event holds no more than came: " + to_hex(bytes));
    ByteVector longer(bytes.begin(), bytes.end());
    longer.push_back(0xff);
    const auto again = node::adapters::read_event(longer);
    expect(again && again->index() == event->index(), "what follows an event changes nothing of it");
}

constexpr std::array kKinds{gossip, range_response, roots_response, frame_limits, names, native_events};

ByteVector joined(ByteVector choices, Bytes content) {
    choices.insert(choices.end(), content.begin(), content.end());
    return choices;
}

void add_gossip_seeds(std::vector<ByteVector>& seeds) {
    const reference::Parameters& config = configs()[1];
    const ShortChain& chain = short_chain();
    reference::SignedAggregateAndProof aggregate;
    aggregate.message.aggregate = chain.votes[0];
    node::TransactionBatch batch;
    batch.transactions.resize(2);
    const std::array<ByteVector, 7> encodings{
        ssz::serialize(chain.blocks[0], config),
        ssz::serialize(chain.votes[0], config),
        ssz::serialize(aggregate, config),
        ssz::serialize(reference::ProposerSlashing{}, config),
        ssz::serialize(reference::AttesterSlashing{}, config),
        ssz::serialize(reference::SignedVoluntaryExit{}, config),
        node::encode(batch),
    };
    for (std::size_t i = 0; i < encodings.size(); ++i) {
        const auto topic = static_cast<std::uint8_t>(i);
        for (std::uint8_t limits = 0; limits < 2; ++limits)
            seeds.push_back(joined({0, topic, limits}, ssz::compress(encodings[topic])));
    }
}

void add_response_seeds(std::vector<ByteVector>& seeds) {
    const reference::Parameters& config = configs()[1];
    reference::BlocksResponse answer;
    seeds.push_back(joined({1, 1, 0, 0, 5}, ssz::serialize(answer, config)));
    for (const reference::SignedBlock& block : short_chain().blocks) {
        answer.blocks.push_back({ssz::serialize(block, config)});
        const ByteVector bytes = ssz::serialize(answer, config);
        seeds.push_back(joined({1, 1, 0, 1, 5}, bytes));
        seeds.push_back(joined({2, 1, 1, 0, 0, 0, 0, 0, 0, 0}, bytes));
        seeds.push_back(joined({2, 1, 0, 3, 2, 1, 1, 0, 0, 0}, bytes));
    }
}

}  // namespace

void fuzz_messages(Bytes bytes) {
    Input input(bytes);
    input.choose(kKinds)(input);
}

std::vector<ByteVector> message_seeds() {
    std::vector<ByteVector> seeds;
    add_gossip_seeds(seeds);
    add_response_seeds(seeds);
    for (std::uint8_t method = 0; method < 6; ++method)
        seeds.push_back({3, 1, 0, method, static_cast<std::uint8_t>(method % 2), 2});
    for (const char* name : {"block/ssz_snappy", "attestation_12/ssz_snappy", "status/1", "blocks_by_range/1"})
        seeds.push_back(seed_of({4, 1, 2, 3, 4, 64}, name));
    for (std::uint8_t kind = TS_EVENT_GOSSIP; kind <= TS_EVENT_DIAL_FAILED; ++kind) {
        ByteVector seed{5, kind};
        for (int field = 0; field < 12; ++field)
            seed.insert(seed.end(), {2, 0, 0, 0});
        seeds.push_back(seed);
    }
    return seeds;
}

}  // namespace touchstone::fuzz
