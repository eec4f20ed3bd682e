#include "node/services/responder.h"

#include <algorithm>
#include <utility>

#include "node/kernel/state_sync/entries.h"
#include "node/kernel/state_sync/parts.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

/// Of an entry of a list of variable-size elements.
constexpr std::size_t kOffsetBytes = 4;

/// The subnets never change ([NET-04]), so neither does the number of the metadata. [NET-61]
constexpr std::uint64_t kMetadataNumber = 0;

/// Whose answers are counted in bytes. [NET-111] [SYN-29]
bool is_long(Method method) {
    switch (method) {
        case Method::Status:
        case Method::Goodbye:
        case Method::Ping:
        case Method::Metadata:
            return false;
        case Method::BlocksByRange:
        case Method::BlocksByRoot:
        case Method::StateList:
        case Method::StatePart:
        case Method::StateEntries:
            return true;
    }
    return true;
}

}  // namespace

void Responder::on_request(const InboundRequest& request) {
    if (request.method == Method::Goodbye) return goodbye(request);
    // Whoever was turned away waits for the end of the connection.
    if (peers_.find(request.peer) == nullptr) return put_off(request, "not connected");
    if (may_be_served(request)) serve(request);
}

bool Responder::may_be_served(const InboundRequest& request) {
    const std::uint64_t now_ms = clock_.now_ms();
    const std::uint64_t cost = cost_of_request(request.method, request.payload, chain_.parameters());
    if (!quotas_.take(request.peer, request.method, cost, now_ms)) {
        ++served_[request.method].above_quota;
        put_off(request, "above the quota");
        peers_.punish(request.peer, Offence::AboveQuota);
        return false;
    }
    if (!is_long(request.method)) return true;
    if (chain_.is_joining()) {  // [SYN-02]
        put_off(request, "syncing");
        return false;
    }
    if (bytes_.may_serve(request.peer, now_ms)) return true;
    ++served_[request.method].no_bandwidth;
    put_off(request, "too many bytes");
    return false;
}

void Responder::serve(const InboundRequest& request) {
    switch (request.method) {
        case Method::Status:
            return status(request);
        case Method::Goodbye:
            return goodbye(request);
        case Method::Ping:
            return ping(request);
        case Method::Metadata:
            return metadata(request);
        case Method::BlocksByRange:
            return blocks_by_range(request);
        case Method::BlocksByRoot:
            return blocks_by_root(request);
        case Method::StateList:
            return state_list(request);
        case Method::StatePart:
            return state_part(request);
        case Method::StateEntries:
            return state_entries(request);
    }
}

void Responder::on_slot() {
    quotas_.forget_full(clock_.now_ms());
    bytes_.forget_full(clock_.now_ms());
}

void Responder::on_malformed(const PeerId& peer, Method method) {
    ++served_[method].wrong;
    peers_.punish(peer, Offence::BrokenProtocol);
}

void Responder::answer(const InboundRequest& request, ByteVector payload) {
    Served& served = served_[request.method];
    ++served.answered;
    served.bytes += payload.size();
    network_.respond(request.id, ResponseCode::Success, std::move(payload));
}

void Responder::put_off(const InboundRequest& request, std::string_view why) {
    network_.respond(request.id, ResponseCode::ResourceUnavailable, {why.begin(), why.end()});
}

void Responder::refuse(const InboundRequest& request, std::string_view why) {
    network_.respond(request.id, ResponseCode::InvalidRequest, {why.begin(), why.end()});
    on_malformed(request.peer, request.method);
}

void Responder::status(const InboundRequest& request) {
    const auto received = decode<Status>(request.payload, chain_.parameters());
    if (!received) return refuse(request, "no Status");
    answer(request, encode(peers_.own_status()));
    peers_.receive_status(request.peer, received.value());
}

/// Whatever it says, and however often: it ends the connection.
void Responder::goodbye(const InboundRequest& request) {
    answer(request, encode_number(static_cast<std::uint64_t>(GoodbyeReason::ShutDown)));
    peers_.connections().on_goodbye(request.peer);
    network_.disconnect(request.peer, false);
}

void Responder::ping(const InboundRequest& request) {
    if (!decode_number(request.payload)) {
        return refuse(request, "no number");
    }
    answer(request, encode_number(kMetadataNumber));
}

void Responder::metadata(const InboundRequest& request) {
    if (!request.payload.empty()) return refuse(request, "content where none belongs");
    MetaData metadata{.seq_number = kMetadataNumber, .attnets = Bits(chain_.parameters().ATTESTATION_SUBNET_COUNT)};
    for (std::size_t subnet = 0; subnet < metadata.attnets.size(); ++subnet)
        metadata.attnets.set(subnet);
    answer(request, encode(metadata));
}

void Responder::blocks_by_range(const InboundRequest& request) {
    const auto range = decode<BlocksByRangeRequest>(request.payload, chain_.parameters());
    if (!range || range.value().count == 0 || range.value().count > chain_.parameters().MAX_REQUEST_BLOCKS) {
        return refuse(request, "NET-67");
    }
    const Slot start = range.value().start_slot;
    if (start != Slot(GENESIS_SLOT) && start < chain_.earliest_slot()) {  // [NET-68]
        return put_off(request, "older blocks are not here");
    }
    std::vector<ByteVector> encoded;
    for (StoredBlock& block : chain_.canonical_blocks(range.value().start_slot, range.value().count)) {
        encoded.push_back(std::move(block.signed_block));
    }
    respond_with(request, std::move(encoded));
}

void Responder::blocks_by_root(const InboundRequest& request) {
    const auto roots = decode<BlocksByRootRequest>(request.payload, chain_.parameters());
    if (!roots || roots.value().roots.empty()) return refuse(request, "NET-71");
    std::vector<ByteVector> encoded;
    for (const Root& root : roots.value().roots) {
        if (auto block = chain_.stored_block(root)) encoded.push_back(std::move(block->signed_block));
    }
    respond_with(request, std::move(encoded));
}

/// As many as fit, at least one if there is one. [NET-68] [NET-72]
void Responder::respond_with(const InboundRequest& request, std::vector<ByteVector> blocks) {
    std::size_t bytes = 0;
    std::size_t fitting = 0;
    for (const ByteVector& block : blocks) {
        bytes += block.size() + kOffsetBytes;
        if (bytes > chain_.parameters().RESPONSE_MAX_SIZE) break;
        ++fitting;
    }
    blocks.resize(std::max(fitting, std::min<std::size_t>(1, blocks.size())));
    answer_at_length(request, encode(BlocksResponse{std::move(blocks)}));
}

void Responder::answer_at_length(const InboundRequest& request, ByteVector payload) {
    bytes_.sent(request.peer, payload.size(), clock_.now_ms());
    answer(request, std::move(payload));
}

void Responder::state_list(const InboundRequest& request) {
    if (!request.payload.empty()) return refuse(request, "content where none belongs");
    answer_at_length(request, encode(chain_.kept_states().list()));
}

/// What is wrong in itself is refused whatever state it is about. [SYN-07]
void Responder::state_part(const InboundRequest& request) {
    const Parameters& parameters = chain_.parameters();
    const auto asked = decode<StatePartRequest>(request.payload, parameters);
    if (!asked || !check_state_part_request(*asked, parameters)) return refuse(request, "SYN-09");
    const auto* served = chain_.kept_states().find(asked->block_root, parameters, clock_.now_ms());
    if (served == nullptr) return put_off(request, "no such state, or not now");
    const auto part = get_state_part(*served->consensus, *asked, parameters);
    if (!part) return put_off(request, "no such part");
    answer_at_length(request, encode(*part));
}

void Responder::state_entries(const InboundRequest& request) {
    const auto asked = decode<StateEntriesRequest>(request.payload, chain_.parameters());
    if (!asked || !check_state_entries_request(*asked)) return refuse(request, "SYN-17");
    const auto* served = chain_.kept_states().find(asked->block_root, chain_.parameters(), clock_.now_ms());
    if (served == nullptr) return put_off(request, "no such state, or not now");
    const auto entries = get_state_entries(served->tree, *asked);
    if (!entries) return put_off(request, "no proof of these");
    answer_at_length(request, encode(*entries));
}

}  // namespace touchstone::node
