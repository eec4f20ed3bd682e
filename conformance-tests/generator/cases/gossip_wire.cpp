// Gossip as it comes from the wire: topics [NET-02] [NET-03], ids [NET-05], payloads [NET-11] [NET-12].
#include <algorithm>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/gossip.h"
#include "conformance-tests/generator/transactions.h"
#include "reference/duties/duties.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

const std::string kExit = "voluntary_exit";

/// A chain in which validators may leave at once, whose messages have at most `most` bytes.
NodePointer genesis_with(std::uint64_t most) {
    const Parameters config = minimal_with([&](Parameters& c) {
        c.SHARD_COMMITTEE_PERIOD = 0;
        c.GOSSIP_MAX_SIZE = most;
        c.MAX_BLOCK_BYTES = std::min(c.MAX_BLOCK_BYTES, most);
    });
    return genesis_node(genesis_state({.validators = 32, .config = config}));
}

/// Messages of an exit: 112 bytes.
NodePointer genesis() {
    static const NodePointer made = genesis_with(ref::MINIMAL.GOSSIP_MAX_SIZE);
    return made;
}
Bytes encoded_exit(const NodePointer& anchor, std::uint64_t index) {
    return ref::ssz::serialize(exit_of(anchor->post, index, 0), anchor->post.config);
}

GossipScenario start(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
                     const NodePointer& anchor = genesis()) {
    return {suite, "wire", {name, shows, std::move(clauses)}, anchor};
}

void add_topics(Suite& suite) {
    const NodePointer first = child(genesis(), 1);
    const Bytes exit = literal_payload(encoded_exit(genesis(), 3));
    GossipScenario names =
        start(suite, "names_that_are_none", "names, subnets and forms that no topic has", {"NET-03"});
    names.tick(1);
    const std::string good = names.topic(kExit);
    const auto replaced = [&](const std::string& part, const std::string& other) {
        std::string topic = good;
        return topic.replace(topic.find(part), part.size(), other);
    };
    std::string upper = good;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    for (const std::string& topic :
         {std::string(), good.substr(1), good + "/", "/" + good, good + "\n", upper,
          replaced("touchstone", "Touchstone"), replaced("/ssz_snappy", ""), replaced("ssz_snappy", "ssz"),
          replaced("/" + kExit, ""), replaced(kExit, "voluntary_exits"), replaced(kExit, "Voluntary_exit"),
          replaced(kExit, ""), replaced("/touchstone/", "/touchstone/0x")})
        names.hears_payload(topic, exit, std::nullopt);
    for (const char* name : {"attestation", "attestation_", "attestation_4", "attestation_00", "attestation_01",
                             "attestation_+1", "attestation_-1", "attestation_1 ", "attestation_4294967297",
                             "attestation_18446744073709551617", "blocks", "transaction"})
        names.hears_payload(names.topic(name), exit, std::nullopt);
    names.hears_payload(good, exit, accepted()).finish();

    GossipScenario other = start(suite, "another_network",
                                 "the same names with the digest of another chain, and of none", {"NET-02", "NET-03"});
    other.tick(1);
    for (const char* name : {"block", "aggregate", "attestation_0", "proposer_slashing", "attester_slashing",
                             "voluntary_exit", "transactions"})
        other.hears_payload(ref::gossip_topic(gossip_genesis()->post, Epoch{0}, name), exit, std::nullopt);
    for (const char* digest : {"00000000", "", "*"})
        other.hears_payload("/touchstone/" + std::string(digest) + "/voluntary_exit/ssz_snappy", exit, std::nullopt);
    other.hears_payload(other.topic(kExit), exit, accepted()).finish();

    const NodePointer upgraded =
        changed_anchor(genesis(), [](ConsensusState& s) { s.fork_schedule.push_back({ref::version_of(9), Epoch{1}}); });
    const std::string before = ref::gossip_topic(upgraded->post, Epoch{0}, kExit);
    const std::string after = ref::gossip_topic(upgraded->post, Epoch{1}, kExit);
    const auto payload = [&](std::uint64_t index) { return literal_payload(encoded_exit(upgraded, index)); };
    start(suite, "at_an_upgrade", "the digest is that of the epoch of the clock", {"NET-02"}, upgraded)
        .tick(7, 1999)
        .hears_payload(after, payload(3), std::nullopt)
        .hears_payload(before, payload(3), accepted())
        .tick(8)
        .hears_payload(before, payload(4), std::nullopt)
        .hears_payload(after, payload(4), accepted())
        .finish();
}

void add_each_topic(Suite& suite) {
    const NodePointer& anchor = genesis();
    const ConsensusState& state = anchor->post;
    const Attestation vote = vote_by(anchor, 0, {0});
    const ValidatorIndex aggregator = committee_of(anchor, 0)[1];
    ref::SignedAggregateAndProof aggregate;
    aggregate.message = {aggregator, vote_by(anchor, 0, {0, 1, 2}),
                         sign(aggregator, ref::get_slot_signing_root(state, Slot{0}))};
    aggregate.signature = sign(aggregator, ref::get_aggregate_and_proof_signing_root(state, aggregate.message));
    start(suite, "each_topic", "a message on each topic", {"NET-03", "NET-05", "NET-12"})
        .tick(1)
        .accepts("block", child(anchor, 1)->block)
        .accepts("attestation_0", vote)
        .accepts("aggregate", aggregate)
        .accepts("proposer_slashing", two_blocks_of(state, 3, 0))
        .accepts("attester_slashing", two_votes_of(state, {3}, 0))
        .accepts(kExit, exit_of(state, 4, 0))
        .finish();
    const auto encoding = [&](const auto& message, const std::function<void(Bytes&)>& change) {
        Bytes bytes = ref::ssz::serialize(message, state.config);
        change(bytes);
        return literal_payload(bytes);
    };
    const NodePointer rich = genesis_node(genesis_state({.validators = 32, .accounts = {tst(1000)}}));
    const ref::TransactionBatch batch{{pay(rich->post, {})}};
    const std::size_t transfer = 41;  // the selector and a transfer come last
    GossipScenario faults =
        start(suite, "encodings", "on each topic, an encoding that is none of its type", {"NET-12"}, rich);
    const auto rejects = [&](const std::string& clause, const std::string& name, const Bytes& payload) {
        faults.hears_payload(faults.topic(name), payload, rejected(clause));
    };
    faults.tick(1);
    rejects("ENC-07", "block", literal_payload({}));
    rejects("ENC-09", "block", encoding(child(rich, 1)->block, [](Bytes& b) { ++b[0]; }));
    rejects("ENC-13", "attestation_0", encoding(vote, [](Bytes& b) { b.back() = 0; }));
    rejects("ENC-07", "attestation_0", literal_payload(ref::ssz::serialize(exit_of(state, 4, 0), state.config)));
    rejects("ENC-09", "aggregate", encoding(aggregate, [](Bytes& b) { --b[0]; }));
    rejects("ENC-07", "proposer_slashing", encoding(two_blocks_of(state, 3, 0), [](Bytes& b) { b.pop_back(); }));
    rejects("ENC-10", "attester_slashing", encoding(two_votes_of(state, {3}, 0), [](Bytes& b) { b[4] = 7; }));
    rejects("ENC-07", "voluntary_exit", encoding(exit_of(state, 4, 0), [](Bytes& b) { b.push_back(0); }));
    rejects("ENC-14", "transactions", encoding(batch, [](Bytes& b) { b[b.size() - transfer] = 12; }));
    faults.accepts("transactions", batch);
    faults.finish();
}

void add_sizes(Suite& suite) {
    // 125 + 125 / 6 + 32, rounded down: 177 bytes. Of an exit's 112, one says how many they are, and 64 are tags.
    const NodePointer anchor = genesis_with(125);
    const Bytes exit = encoded_exit(anchor, 3);
    const Bytes longest = literal_payload(exit, 63);
    GossipScenario scenario = start(suite, "payload_sizes", "a payload of the greatest length, and one byte more",
                                    {"NET-11", "NET-05"}, anchor);
    if (longest.size() != 177)
        suite.problem("gossip/wire/payload_sizes: the payload has " + std::to_string(longest.size()) + " bytes");
    const std::string topic = scenario.topic(kExit);
    scenario.hears_payload(topic, literal_payload(exit, 64), rejected("NET-11"))
        .hears_payload(topic, Bytes(178, 0xFF), rejected("NET-11"))  // before ENC-24
        .hears_payload(topic, Bytes(177, 0xFF), rejected("ENC-24"))
        .hears_payload(topic, longest, accepted())
        .finish();
    GossipScenario declared =
        start(suite, "declared_sizes", "a declared length of the limit, and one more", {"NET-12", "ENC-24"}, anchor);
    declared.hears_payload(topic, literal_payload(Bytes(125)), rejected("ENC-07"))
        .hears_payload(topic, literal_payload(Bytes(126)), rejected("ENC-24"))
        .hears_payload(topic, {0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, rejected("ENC-24"))
        .finish();
}

void add_compression(Suite& suite) {
    const Bytes exit = encoded_exit(genesis(), 3);
    const auto with = [&](const std::function<void(Bytes&)>& change) {
        Bytes payload = literal_payload(exit);
        change(payload);
        return payload;
    };
    GossipScenario broken = start(suite, "compression", "payloads that do not decompress to what they declare",
                                  {"NET-12", "ENC-24", "NET-05"});
    const std::string topic = broken.topic(kExit);
    for (const Bytes& payload :
         {Bytes{}, Bytes{0x80}, Bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x1F}, exit,
          with([](Bytes& p) { p.pop_back(); }), with([](Bytes& p) { p.push_back(0); }), with([](Bytes& p) { ++p[0]; }),
          with([](Bytes& p) { --p[0]; }), with([](Bytes& p) { p.resize(1); }),
          Bytes{0x08, 0x00, 0x07, 0x0D, 0x02},   // copies from before the beginning
          Bytes{0x08, 0x00, 0x07, 0x0D, 0x00},   // an offset of zero
          Bytes{0x04, 0x00, 0x07, 0x0D, 0x01}})  // copies beyond the declared length
        broken.hears_payload(topic, payload, rejected("ENC-24"));
    broken.hears_payload(topic, with([](Bytes&) {}), accepted()).finish();
    // The first eight bytes, the epoch, are zero: one byte and a copy of seven from one before.
    Bytes copied{0x70, 0x00, 0x00, 0x0D, 0x01};
    const Bytes rest = literal_payload(Bytes(exit.begin() + 8, exit.end()));
    copied.insert(copied.end(), rest.begin() + 1, rest.end());
    Bytes longer_length = literal_payload(exit);
    longer_length[0] |= 0x80U;
    longer_length.insert(longer_length.begin() + 1, 0x00);
    start(suite, "one_id_for_one_content", "the id is that of what is compressed, however it is", {"NET-05", "ENC-23"})
        .hears_payload(topic, copied, accepted())
        .hears_payload(topic, literal_payload(exit), ignored("NET-52"))
        .hears_payload(topic, literal_payload(exit, 5), ignored("NET-52"))
        .hears_payload(topic, longer_length, ignored("NET-52"))
        .finish();
}

}  // namespace

void add_gossip_on_the_wire(Suite& suite) {
    if (!suite.wants("gossip")) return;
    add_topics(suite);
    add_each_topic(suite);
    add_sizes(suite);
    add_compression(suite);
}

}  // namespace touchstone::vectors
