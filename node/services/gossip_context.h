// What the pipelines of gossiped messages share.
#pragma once

#include <optional>

#include "node/kernel/gossip/conditions.h"
#include "node/kernel/gossip/seen.h"
#include "node/ports/clock.h"
#include "node/ports/log.h"
#include "node/ports/measurements.h"
#include "node/ports/network.h"
#include "node/ports/timers.h"
#include "node/ports/verifier.h"
#include "node/services/signature_quota.h"

namespace touchstone::node {

struct GossipContext {
    Clock& clock;
    Timers& timers;
    Network& network;
    Verifier& verifier;
    Log& log;
    SeenMessages& seen;
    SignatureQuota& signatures;
    Measurements* measurements = nullptr;
};

inline Verdict verdict_of(const GossipRefusal& refusal) {
    switch (refusal.kind) {
        case Refusal::Ignore:
            return Verdict::Ignore;
        case Refusal::Reject:
            return Verdict::Reject;
    }
    return Verdict::Ignore;
}
inline Verdict verdict_of(const std::optional<GossipRefusal>& refusal) {
    return refusal ? verdict_of(*refusal) : Verdict::Accept;
}

inline SignatureSets copy_of(std::span<const SignatureSet> sets) { return {sets.begin(), sets.end()}; }

}  // namespace touchstone::node
