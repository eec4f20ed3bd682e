#include "node/sim/event_log.h"

#include "node/base/bytes.h"

namespace touchstone::node::sim {

void EventLog::add(std::uint64_t time_ms, std::size_t node, std::string_view event, std::string_view details) {
    std::string line =
        std::to_string(time_ms) + " n" + std::to_string(node) + " " + std::string(event) + " " + std::string(details);
    if (listener_) listener_(line);
    ByteVector input(chain_.begin(), chain_.end());
    input.insert(input.end(), line.begin(), line.end());
    chain_ = crypto::sha256(input);
    ++lines_;
}

std::string EventLog::hash() const { return to_hex(Bytes(chain_)); }

}  // namespace touchstone::node::sim
