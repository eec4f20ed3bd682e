#include "node/adapters/libp2p/request_frames.h"

#include <utility>

#include "native/include/touchstone_native.h"
#include "node/codec/snappy.h"

namespace touchstone::node::adapters {

std::uint8_t status_byte(ResponseCode code) {
    switch (code) {
        case ResponseCode::Success:
            return 0;
        case ResponseCode::InvalidRequest:
            return 1;
        case ResponseCode::ServerError:
            return 2;
        case ResponseCode::ResourceUnavailable:
            return 3;
    }
    return 2;
}

std::string_view status_text(ResponseCode code) {
    switch (code) {
        case ResponseCode::Success:
            return {};
        case ResponseCode::InvalidRequest:
            return "invalid request";
        case ResponseCode::ServerError:
            return "server error";
        case ResponseCode::ResourceUnavailable:
            return "not available";
    }
    return {};
}

RequestOutcome outcome_of(std::uint8_t reason) {
    switch (reason) {
        case TS_FAILURE_TIMEOUT:
            return RequestOutcome::Timeout;
        case TS_FAILURE_UNSUPPORTED_PROTOCOL:  // [NET-98]
            return RequestOutcome::Refused;
        case TS_FAILURE_REFUSED:
        case TS_FAILURE_IO:
            return RequestOutcome::BrokenStream;
        case TS_FAILURE_TOO_LARGE:
            return RequestOutcome::Malformed;
        default:
            return RequestOutcome::Disconnected;
    }
}

RequestOutcome outcome_of_status(std::uint8_t status) {
    const bool refused =
        status == status_byte(ResponseCode::InvalidRequest) || status == status_byte(ResponseCode::ResourceUnavailable);
    return refused ? RequestOutcome::Refused : RequestOutcome::ServerError;
}

ByteVector frame_content(Bytes payload, bool has_content) {
    return has_content ? codec::compress(payload) : ByteVector();
}

bool has_request(Method method) { return method != Method::Metadata && method != Method::StateList; }

std::optional<ByteVector> read_frame(Bytes frame, bool has_content, std::uint64_t limit) {
    if (!has_content) return frame.empty() ? std::optional(ByteVector()) : std::nullopt;
    auto payload = codec::decompress(frame, limit);
    if (!payload.ok()) return std::nullopt;
    return std::move(payload).value();
}

bool declares_more_than(Bytes frame, std::uint64_t limit) {
    const auto declared = codec::declared_length(frame);
    return declared.ok() && declared.value() > limit;
}

}  // namespace touchstone::node::adapters
