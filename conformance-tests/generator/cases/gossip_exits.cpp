// Gossip of voluntary exits [NET-52], [NET-53].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/gossip.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

const std::string kExit = "voluntary_exit";

/// Who is active since epoch 0 may leave from epoch 1 on.
NodePointer genesis() {
    static const NodePointer made = genesis_node(
        genesis_state({.validators = 32, .config = minimal_with([](Parameters& c) { c.SHARD_COMMITTEE_PERIOD = 1; })}));
    return made;
}

GossipScenario start(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
                     const NodePointer& anchor = genesis()) {
    return {suite, "voluntary_exit", {name, shows, std::move(clauses)}, anchor};
}

void add_seen(Suite& suite) {
    const ConsensusState& state = genesis()->post;
    ref::SignedVoluntaryExit spoiled = exit_of(state, 7, 1);
    spoiled.signature = infinity_signature();
    start(suite, "seen", "an exit again, another one of the validator, and those of others", {"NET-52", "NET-53"})
        .tick(8)
        .accepts(kExit, exit_of(state, 7, 1))
        .ignores("NET-52", kExit, exit_of(state, 7, 1))
        .ignores("NET-52", kExit, exit_of(state, 7, 0))
        .ignores("NET-52", kExit, spoiled)
        .accepts(kExit, exit_of(state, 8, 0))
        .accepts(kExit, exit_of(state, 31, 1))
        .finish();
    start(suite, "not_seen_by_its_faults", "an exit that was not accepted hides none", {"NET-52", "NET-53"})
        .tick(7, 1999)
        .ignores("EXI-05", kExit, exit_of(state, 7, 0))
        .tick(8)
        .rejects("EXI-06", kExit, spoiled)
        .accepts(kExit, exit_of(state, 7, 0))
        .finish();
}

void add_conditions(Suite& suite) {
    const ConsensusState& state = genesis()->post;
    start(suite, "of_nobody", "an index that is nobody's", {"NET-53", "EXI-01"})
        .tick(8)
        .rejects("EXI-01", kExit, exit_of(state, 32, 1))
        .rejects("EXI-01", kExit, exit_of(state, UINT64_MAX, 1))
        .finish();
    const NodePointer later = changed_anchor(genesis(), [](ConsensusState& s) {
        s.validators[7].activation_epoch = Epoch{3};
        s.validators[8].exit_request_epoch = Epoch{0};
        s.validators[8].exit_epoch = Epoch{1};
    });
    start(suite, "not_active", "validators that are not active yet, and no more", {"NET-53", "EXI-02"}, later)
        .tick(23, 1999)
        .ignores("EXI-02", kExit, exit_of(later->post, 7, 1))
        .ignores("EXI-02", kExit, exit_of(later->post, 8, 1))
        .tick(24)
        .ignores("EXI-05", kExit, exit_of(later->post, 7, 1))
        .tick(32)
        .accepts(kExit, exit_of(later->post, 7, 1))
        .finish();
    BlockBody body;
    body.voluntary_exits = {exit_of(state, 7, 1)};
    const NodePointer with_exit = child(genesis(), 8, body);
    start(suite, "requested_in_the_head", "an exit that is in a block of the head's chain", {"NET-53", "EXI-03"})
        .tick(9)
        .imports(with_exit)
        .ignores("EXI-03", kExit, exit_of(state, 7, 1))
        .accepts(kExit, exit_of(state, 8, 1))
        .finish();
    start(suite, "of_the_next_epoch", "an exit of a later epoch, until that has begun", {"NET-53", "EXI-04", "NET-09"})
        .tick(15, 1999)
        .ignores("EXI-04", kExit, exit_of(state, 7, 2))
        .ignores("EXI-04", kExit, exit_of(state, 7, UINT64_MAX))
        .tick(16)
        .accepts(kExit, exit_of(state, 7, 2))
        .finish();
    start(suite, "too_young", "a validator that was not active for long enough, until it was",
          {"NET-53", "EXI-05", "NET-09"})
        .tick(7, 1999)
        .ignores("EXI-05", kExit, exit_of(state, 7, 0))
        .tick(8)
        .accepts(kExit, exit_of(state, 7, 0))
        .finish();
    const ref::SignedVoluntaryExit good = exit_of(state, 7, 1);
    const auto with = [&](const BLSSignature& signature) {
        ref::SignedVoluntaryExit exit = good;
        exit.signature = signature;
        return exit;
    };
    start(suite, "signature_wrong", "signatures that do not verify", {"NET-53", "EXI-06"})
        .tick(8)
        .rejects("EXI-06", kExit, with({}))
        .rejects("EXI-06", kExit, with(exit_of(state, 8, 1).signature))
        .rejects("EXI-06", kExit, with(exit_of(state, 7, 0).signature))
        .accepts(kExit, good)
        .finish();
    ref::SignedVoluntaryExit spoiled = exit_of(state, 7, 0);
    spoiled.signature = {};
    start(suite, "order", "of two conditions that do not hold, the first gives the verdict", {"NET-07", "NET-53"})
        .tick(7, 1999)
        .ignores("EXI-04", kExit, exit_of(state, 7, 1))  // EXI-05
        .ignores("EXI-05", kExit, spoiled)               // EXI-06
        .finish();
}

}  // namespace

void add_gossip_of_exits(Suite& suite) {
    if (!suite.wants("gossip")) return;
    add_seen(suite);
    add_conditions(suite);
}

}  // namespace touchstone::vectors
