#include "node/ports/network_counters.h"

namespace touchstone::node {

std::string_view name_of(TopicKind kind) {
    switch (kind) {
        case TopicKind::Block:
            return "block";
        case TopicKind::AggregateAndProof:
            return "aggregate";
        case TopicKind::Attestation:
            return "attestation";
        case TopicKind::ProposerSlashing:
            return "proposer_slashing";
        case TopicKind::AttesterSlashing:
            return "attester_slashing";
        case TopicKind::VoluntaryExit:
            return "voluntary_exit";
        case TopicKind::Transactions:
            return "transactions";
    }
    return {};
}

std::string_view name_of(Method method) {
    switch (method) {
        case Method::Status:
            return "status";
        case Method::Goodbye:
            return "goodbye";
        case Method::Ping:
            return "ping";
        case Method::Metadata:
            return "metadata";
        case Method::BlocksByRange:
            return "blocks_by_range";
        case Method::BlocksByRoot:
            return "blocks_by_root";
        case Method::StateList:
            return "state_list";
        case Method::StatePart:
            return "state_part";
        case Method::StateEntries:
            return "state_entries";
    }
    return {};
}

std::string_view name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Accept:
            return "accept";
        case Verdict::Ignore:
            return "ignore";
        case Verdict::Reject:
            return "reject";
    }
    return {};
}

}  // namespace touchstone::node
