// Scenarios of gossip: what a node of the reference says to each message is recorded as it comes.
#pragma once

#include "conformance-tests/generator/scenario.h"
#include "reference/network/wire.h"

namespace touchstone::vectors {

/// What a message gets: the verdict, and the clause that is its reason.
struct Said {
    reference::Verdict verdict = reference::Verdict::Accept;
    std::string clause = {};
    bool operator==(const Said&) const = default;
};
inline Said accepted() { return {}; }
inline Said ignored(std::string clause) { return {reference::Verdict::Ignore, std::move(clause)}; }
inline Said rejected(std::string clause) { return {reference::Verdict::Reject, std::move(clause)}; }

/// Raw snappy of literals alone: unlike a library's, these bytes are the same for ever. The first `singles` bytes are
/// literals of their own, which makes the payload that much longer.
Bytes literal_payload(const Bytes& content, std::size_t singles = 0);

class GossipScenario {
  public:
    GossipScenario(Suite& suite, const std::string& handler, const Title& title, const NodePointer& anchor);

    /// The node's clock, in milliseconds within a slot.
    GossipScenario& tick(std::uint64_t slot, std::uint64_t into_slot = 0);
    /// A block that comes by a request.
    GossipScenario& imports(const SignedBlock& block, const Expected& expected = std::nullopt);
    GossipScenario& imports(const NodePointer& node) { return imports(node->block); }

    /// A message on the topic of this name. A policy may let a node answer otherwise.
    template <class T>
    GossipScenario& hears(const std::string& name, const T& message, const Said& said,
                          const std::optional<Said>& otherwise = std::nullopt) {
        return hears_payload(topic(name), literal_payload(reference::ssz::serialize(message, view_.store.config)), said,
                             otherwise);
    }
    template <class T>
    GossipScenario& accepts(const std::string& name, const T& message) {
        return hears(name, message, accepted());
    }
    template <class T>
    GossipScenario& ignores(const std::string& clause, const std::string& name, const T& message) {
        return hears(name, message, ignored(clause));
    }
    template <class T>
    GossipScenario& rejects(const std::string& clause, const std::string& name, const T& message) {
        return hears(name, message, rejected(clause));
    }

    /// A payload as it comes from the wire, on any topic; nothing is said on one that the node does not have.
    GossipScenario& hears_payload(const std::string& topic, const Bytes& payload, const std::optional<Said>& said,
                                  const std::optional<Said>& otherwise = std::nullopt);

    /// The topic of this name, in the epoch of the node's clock.
    [[nodiscard]] std::string topic(const std::string& name) const;

    void finish();

  private:
    void expect(bool holds, const std::string& what);
    void note_reason(const std::string& clause);

    Suite& suite_;
    Vector vector_;
    ConsensusState anchor_;
    reference::GossipView view_;
    std::vector<std::string> steps_;  // JSON
    StepInputs inputs_;
    bool broken_ = false;
};

}  // namespace touchstone::vectors
