#include "reference/network/wire.h"

#include "reference/signatures/domains.h"
#include "reference/ssz/snappy.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

// [NET-02], [NET-03]
std::string gossip_topic(const ConsensusState& state, Epoch epoch, const std::string& name) {
    Version version;
    for (const Fork& fork : state.fork_schedule) {
        if (fork.epoch <= epoch) version = fork.version;
    }
    const std::string digest = to_hex(compute_fork_digest(version, state.genesis_root).bytes).substr(2);
    return "/touchstone/" + digest + "/" + name + "/ssz_snappy";
}

// [NET-05]
Bytes gossip_message_id(const std::string& topic, ByteView payload, const Parameters& config) {
    const auto decompressed = ssz::decompress(payload, config.GOSSIP_MAX_SIZE);
    const Bytes tag{decompressed ? std::uint8_t{1} : std::uint8_t{0}};
    const ByteView topic_bytes(reinterpret_cast<const std::uint8_t*>(topic.data()), topic.size());
    const ByteView content = decompressed ? ByteView(decompressed.value()) : payload;
    const Hash id = hash(concatenate({tag, little_endian(topic.size()), topic_bytes, content}));
    return {id.bytes.begin(), id.bytes.begin() + 20};
}

// [NET-11], [NET-12]
template <class T>
Result<T> decode_gossip(ByteView payload, const Parameters& config) {
    const Wide limit = config.GOSSIP_MAX_SIZE;
    REQUIRE(payload.size() <= 32 + limit + limit / 6, Clause::NET_11);
    TRY(const Bytes bytes, ssz::decompress(payload, config.GOSSIP_MAX_SIZE));
    return ssz::deserialize<T>(bytes, config);
}
template Result<SignedBlock> decode_gossip(ByteView, const Parameters&);
template Result<Attestation> decode_gossip(ByteView, const Parameters&);
template Result<SignedAggregateAndProof> decode_gossip(ByteView, const Parameters&);
template Result<ProposerSlashing> decode_gossip(ByteView, const Parameters&);
template Result<AttesterSlashing> decode_gossip(ByteView, const Parameters&);
template Result<SignedVoluntaryExit> decode_gossip(ByteView, const Parameters&);
template Result<TransactionBatch> decode_gossip(ByteView, const Parameters&);

namespace {

using Handler = std::function<GossipResult(GossipView&, ByteView)>;

template <class T>
Handler decoded(const std::function<GossipResult(GossipView&, const T&)>& conditions) {
    return [conditions](GossipView& view, ByteView payload) -> GossipResult {
        const auto message = decode_gossip<T>(payload, view.store.config);
        if (!message) return {Verdict::Reject, message.failure().clause};
        return conditions(view, message.value());
    };
}

/// [NET-03] By the name in the topic.
std::map<std::string, Handler> handlers_by_name(const Parameters& config) {
    std::map<std::string, Handler> handlers{
        {"block", decoded<SignedBlock>(on_gossip_block)},
        {"aggregate", decoded<SignedAggregateAndProof>(on_gossip_aggregate)},
        {"proposer_slashing", decoded<ProposerSlashing>(on_gossip_proposer_slashing)},
        {"attester_slashing", decoded<AttesterSlashing>(on_gossip_attester_slashing)},
        {"voluntary_exit", decoded<SignedVoluntaryExit>(on_gossip_voluntary_exit)},
        {"transactions", decoded<TransactionBatch>(on_gossip_transactions)},
    };
    for (std::uint64_t subnet = 0; subnet < config.ATTESTATION_SUBNET_COUNT; ++subnet) {
        handlers["attestation_" + std::to_string(subnet)] =
            decoded<Attestation>([subnet](GossipView& view, const Attestation& attestation) {
                return on_gossip_attestation(view, attestation, subnet);
            });
    }
    return handlers;
}

Epoch epoch_of_clock(const GossipView& view) {
    const Wide since_genesis = saturating_sub(view.time_ms, view.store.genesis_time_ms);
    const Slot slot{static_cast<std::uint64_t>(since_genesis / view.store.config.SLOT_DURATION_MS)};
    return compute_epoch_at_slot(slot, view.store.config);
}

}  // namespace

std::optional<GossipResult> on_gossip_message(GossipView& view, const std::string& topic, ByteView payload) {
    const StatePointer state = view.store.block_states.at(view.store.anchor_root);
    const Epoch epoch = epoch_of_clock(view);
    for (const auto& [name, handler] : handlers_by_name(view.store.config)) {
        if (gossip_topic(*state, epoch, name) == topic) return handler(view, payload);
    }
    return std::nullopt;
}

}  // namespace touchstone::reference
