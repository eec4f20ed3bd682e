// For tests of gossip: what the conditions say of a message, and a chain to say it of.
#pragma once

#include <utility>

#include "node/kernel/gossip/conditions.h"
#include "node/kernel/test_chain.h"

namespace touchstone::node {

inline const TestChain& chain() {
    static const TestChain chain(MINIMAL, 64);
    return chain;
}

inline constexpr auto accepted = std::pair{Refusal::Ignore, Clause::ENC_01};
constexpr auto ignored(Clause clause) { return std::pair{Refusal::Ignore, clause}; }
constexpr auto rejected(Clause clause) { return std::pair{Refusal::Reject, clause}; }

template <class T>
std::pair<Refusal, Clause> refusal(const GossipResult<T>& result) {
    return result.ok() ? accepted : std::pair{result.refusal().kind, result.refusal().reason.clause};
}

}  // namespace touchstone::node
