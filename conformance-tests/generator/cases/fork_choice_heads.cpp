// Fork choice: the head, viability, and the proposer's re-org of a late block [FC-32] to [FC-35], [FC-52] to [FC-60].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/rng.h"
#include "conformance-tests/generator/scenario.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

NodePointer genesis() { return busy_chain(0)[0]; }

void add_heads(Suite& suite) {
    const auto& chain = busy_chain(12);
    const std::vector<std::string> clauses{"FC-34", "FC-35"};
    Scenario(suite, "get_head", {"chain_without_votes", "the last block of a chain", clauses}, genesis())
        .timely(chain[1])
        .tick(2)
        .head_is(chain[1])
        .timely(chain[2])
        .head_is(chain[2])
        .tick(9)
        .head_is(chain[2])
        .finish();
    const auto [low, high] = children_by_root(genesis(), 1);
    Scenario(suite, "get_head",
             {"tie_by_greater_root", "of equal weights the greater root, in whatever order they came", clauses},
             genesis())
        .tick(2)
        .block(high)
        .head_is(high)
        .block(low)
        .head_is(high)
        .finish();
    Scenario(suite, "get_head", {"tie_in_the_other_order", "the greater root comes second", clauses}, genesis())
        .tick(2)
        .block(low)
        .head_is(low)
        .block(high)
        .head_is(high)
        .finish();
    Scenario(suite, "get_head", {"weight_over_root", "a vote outweighs a greater root", clauses}, genesis())
        .tick(2)
        .block(low)
        .block(high)
        .attestation(vote_for(low, 1, first(1)))
        .head_is(low)
        .finish();
    const NodePointer deep = child(child(child(low, 2, {}, 1), 3, {}, 1), 4, {}, 1);
    const NodePointer middle = child(low, 2, {}, 1);
    const NodePointer third = child(middle, 3, {}, 1);
    Scenario(suite, "get_head", {"weight_over_length", "a short branch with a vote beats a long one without", clauses},
             genesis())
        .tick(5)
        .block(low)
        .block(high)
        .block(middle)
        .block(third)
        .block(deep)
        .attestation(vote_for(high, 3, first(1)))
        .head_is(high)
        .attestation(vote_for(deep, 4, first(2)))
        .head_is(deep)
        .finish();
    const NodePointer low_a = child(low, 2, {}, 5);
    const NodePointer low_b = child(low, 2, {}, 6);
    Scenario(suite, "get_head",
             {"weight_is_of_the_subtree", "two branches that share an ancestor outweigh a third together", clauses},
             genesis())
        .tick(5)
        .block(low)
        .block(high)
        .block(low_a)
        .block(low_b)
        .attestation(vote_for(high, 2, first(3)))
        .attestation(vote_for(low_a, 3, first(2)))
        .attestation(vote_for(low_b, 4, first(2)))
        .head_is(low_a->root > low_b->root ? low_a : low_b)
        .finish();
    Scenario(suite, "get_head", {"votes_move", "the head follows the votes of new epochs", {"FC-35", "FC-47"}},
             genesis())
        .tick(4)
        .block(low)
        .block(high)
        .attestation(vote_for(low, 3))
        .head_is(low)
        .tick(10)
        .attestation(vote_for(high, 8))
        .attestation(vote_for(high, 9))
        .head_is(high)
        .finish();
}

// A branch that leaves a busy chain after slot 25 and stops at slot 29, before its votes are enough.
void add_viability(Suite& suite) {
    const auto& chain = busy_chain(34);
    const NodePointer aside = child(chain[25], 29, {}, 1);
    const auto vote_aside = [&](Scenario& scenario) {
        for (std::uint64_t slot = 32; slot < 38; ++slot)
            scenario.tick(slot + 1).attestation(vote_for(aside, slot));
    };
    Scenario two(suite, "get_head",
                 {"voting_source_two_epochs_old",
                  "a heavy branch whose source is two epochs old may be the head",
                  {"FC-32", "FC-33"}},
                 genesis());
    two.blocks(chain, 1, 29).block(aside).blocks(chain, 30, 33).checkpoints_are(3, 2);
    vote_aside(two);
    two.head_is(aside).tick(39, 1999).head_is(aside).finish();
    Scenario three(suite, "get_head",
                   {"voting_source_three_epochs_old", "one epoch later it may not, however heavy", {"FC-32", "FC-33"}},
                   genesis());
    three.blocks(chain, 1, 29).block(aside).blocks(chain, 30, 33);
    vote_aside(three);
    three.head_is(aside).tick(40).head_is(chain[33]).finish();
    // A heavy block both of whose children are of old sources is not viable itself.
    const NodePointer leaf = child(aside, 30, {}, 1);
    Scenario leaves(suite, "get_head", {"leaf_is_not_viable", "a block is as viable as its leaves", {"FC-33", "FC-34"}},
                    genesis());
    leaves.blocks(chain, 1, 29).block(aside).tick(30).block(leaf).blocks(chain, 30, 33);
    vote_aside(leaves);
    leaves.head_is(leaf).tick(40).head_is(chain[33]).finish();
    // The branch catches up: a block of it in epoch 4 learns of what it missed.
    const NodePointer catching_up =
        child(aside, 38, votes_from(aside, 29, 38, [](ValidatorIndex i) { return i.value < 30; }), 2);
    Scenario catch_up(
        suite, "get_head",
        {"branch_catches_up", "the branch comes back with a newer source of its own", {"FC-32", "FC-33", "FC-26"}},
        genesis());
    catch_up.blocks(chain, 1, 29).block(aside).blocks(chain, 30, 33);
    vote_aside(catch_up);
    catch_up.tick(38).block(catching_up).tick(40).finish();
    const NodePointer fork = child(chain[12], 14, {}, 5);
    Scenario conflict(
        suite, "get_head",
        {"conflicts_with_finalized", "no vote brings back a branch without the finalized block", {"FC-33", "FC-34"}},
        genesis());
    conflict.blocks(chain, 1, 14).block(fork).blocks(chain, 15, 17).tick(25);
    for (std::uint64_t slot = 16; slot < 25; ++slot)
        conflict.attestation(vote_for(fork, slot));
    conflict.finish();
    Scenario justified(suite, "get_head",
                       {"begins_at_the_justified_block",
                        "a branch that parted before the justified block is not the head, however heavy",
                        {"FC-34", "FC-35"}},
                       genesis());
    const NodePointer early = child(chain[7], 9, {}, 5);
    justified.blocks(chain, 1, 9).block(early).blocks(chain, 10, 24).checkpoints_are(2, 0).tick(32);
    for (std::uint64_t slot = 24; slot < 32; ++slot)
        justified.attestation(vote_for(early, slot));
    justified.head_is(chain[24]).finish();
}

// A chain of empty blocks of the first slots, whose last block comes late; the slot's voters and those before it vote
// for the parent.
struct Reorg {
    Parameters config = reference::MINIMAL;
    std::uint64_t head_slot = 3;
    std::uint64_t parent_slot = 2;
    std::uint64_t head_delay = 700;  // milliseconds into its slot
    std::size_t parent_votes = 8;
    std::size_t head_votes = 0;
    std::uint64_t next_delay = 0;
    std::uint64_t next_slot = 0;  // the slot after the head's if zero
};

struct ReorgNodes {
    NodePointer anchor;
    NodePointer parent;
    NodePointer head;
};

ReorgNodes nodes_of(const Reorg& reorg) {
    static std::map<std::string, NodePointer> anchors;
    std::string key;
    for (const auto& [name, value] : config_of(reorg.config))
        key += name + "=" + value + ",";
    auto& anchor = anchors[key];
    if (!anchor) anchor = genesis_node(genesis_state({.config = reorg.config}));
    const NodePointer parent = child(anchor, reorg.parent_slot, {}, 1);
    return {anchor, parent, child(parent, reorg.head_slot, {}, 1)};
}

Scenario reorg_scenario(Suite& suite, const std::string& name, const std::string& shows,
                        std::vector<std::string> clauses, const Reorg& reorg, const ReorgNodes& nodes) {
    Scenario scenario(suite, "get_proposer_head", {name, shows, std::move(clauses)}, nodes.anchor);
    scenario.tick(reorg.parent_slot).block(nodes.parent).tick(reorg.head_slot, reorg.head_delay).block(nodes.head);
    const std::uint64_t next = reorg.next_slot == 0 ? reorg.head_slot + 1 : reorg.next_slot;
    scenario.tick(next, reorg.next_delay);
    scenario.attestation(
        vote_for(nodes.parent, reorg.parent_slot, first(std::min<std::size_t>(4, reorg.parent_votes))));
    const std::size_t rest = reorg.parent_votes > 4 ? reorg.parent_votes - 4 : 0;
    if (rest > 0) scenario.attestation(vote_for(nodes.parent, reorg.head_slot, first(rest)));
    if (reorg.head_votes > 0) {
        scenario.attestation(
            vote_for(nodes.head, reorg.head_slot, [left = reorg.head_votes, skip = rest](ValidatorIndex) mutable {
                if (skip > 0) return --skip, false;
                if (left == 0) return false;
                return --left, true;
            }));
    }
    return scenario;
}

void add_reorg(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
               const Reorg& reorg, bool to_parent) {
    clauses.push_back("FC-60");
    const ReorgNodes nodes = nodes_of(reorg);
    const std::uint64_t next = reorg.next_slot == 0 ? reorg.head_slot + 1 : reorg.next_slot;
    reorg_scenario(suite, name, shows, clauses, reorg, nodes)
        .head_is(nodes.head)
        .proposer_head_is(next, to_parent ? nodes.parent : nodes.head)
        .finish();
}

void add_reorgs(Suite& suite) {
    add_reorg(suite, "late_and_weak", "a late block without votes on a strong parent is passed over",
              {"FC-52", "FC-57", "FC-58"}, {}, true);
    add_reorg(suite, "timely", "a timely block is built on", {"FC-52"}, {.head_delay = 665}, false);
    add_reorg(suite, "late_by_one_millisecond", "the deadline itself is late", {"FC-52", "FC-23"}, {.head_delay = 666},
              true);
    add_reorg(suite, "head_not_weak", "one vote is more than a fifth of a committee", {"FC-57"},
              {.parent_votes = 7, .head_votes = 1}, false);
    add_reorg(suite, "head_at_the_threshold", "a weight at the threshold is not weak", {"FC-57"},
              {.config = minimal_with([](Parameters& c) { c.REORG_HEAD_WEIGHT_THRESHOLD = 25; }),
               .parent_votes = 7,
               .head_votes = 1},
              false);
    add_reorg(suite, "head_just_below_the_threshold", "a weight below the threshold is weak", {"FC-57"},
              {.config = minimal_with([](Parameters& c) { c.REORG_HEAD_WEIGHT_THRESHOLD = 26; }),
               .parent_votes = 7,
               .head_votes = 1},
              true);
    add_reorg(suite, "parent_just_strong", "seven votes are more than 160 percent of four", {"FC-58"},
              {.parent_votes = 7}, true);
    add_reorg(suite, "parent_not_strong", "six votes are not", {"FC-58"}, {.parent_votes = 6}, false);
    add_reorg(suite, "parent_at_the_threshold", "a weight at the threshold is not strong", {"FC-58"},
              {.config = minimal_with([](Parameters& c) { c.REORG_PARENT_WEIGHT_THRESHOLD = 150; }), .parent_votes = 6},
              false);
    add_reorg(suite, "parent_just_above_the_threshold", "a weight above it is", {"FC-58"},
              {.config = minimal_with([](Parameters& c) { c.REORG_PARENT_WEIGHT_THRESHOLD = 149; }), .parent_votes = 6},
              true);
    add_reorg(suite, "first_slot_of_epoch", "no re-org in an epoch's first slot", {"FC-53", "FC-08"},
              {.head_slot = 7, .parent_slot = 6}, false);
    add_reorg(suite, "second_slot_of_epoch", "but in its second", {"FC-53", "FC-08"},
              {.head_slot = 8, .parent_slot = 7}, true);
    add_reorg(suite, "proposing_at_the_cutoff", "a proposer at the cutoff is on time", {"FC-56"}, {.next_delay = 333},
              true);
    add_reorg(suite, "proposing_late", "one millisecond later it is not", {"FC-56"}, {.next_delay = 334}, false);
    add_reorg(suite, "parent_two_slots_before", "an empty slot between parent and head", {"FC-60"},
              {.head_slot = 4, .parent_slot = 2}, false);
    add_reorg(suite, "two_slots_deep", "an empty slot between head and proposal", {"FC-60"}, {.next_slot = 5}, false);
    const Parameters strict = minimal_with([](Parameters& c) { c.REORG_MAX_EPOCHS_SINCE_FINALIZATION = 1; });
    add_reorg(suite, "finalizing", "finality is as old as allowed", {"FC-55"},
              {.config = strict, .head_slot = 14, .parent_slot = 13}, true);
    add_reorg(suite, "not_finalizing", "finality is one epoch older", {"FC-55"},
              {.config = strict, .head_slot = 17, .parent_slot = 16}, false);
    Scenario(suite, "get_proposer_head", {"anchor", "there is nothing below the anchor to build on", {"FC-60"}},
             genesis())
        .tick(1)
        .proposer_head_is(1, genesis())
        .finish();
}

void add_special_reorgs(Suite& suite) {
    // The block of slot 22 has the votes that justify epoch 2, its parent has not.
    const auto& chain = busy_chain(24);
    const auto late = [&](const std::string& name, const std::string& shows, std::uint64_t head_slot,
                          const std::vector<NodePointer>& nodes, const NodePointer& expected) {
        Scenario scenario(suite, "get_proposer_head", {name, shows, {"FC-54", "FC-60"}}, genesis());
        scenario.blocks(nodes, 1, head_slot - 1)
            .tick(head_slot, 900)
            .block(nodes[head_slot])
            .tick(head_slot + 1)
            .attestation(vote_for(nodes[head_slot - 1], head_slot))
            .head_is(nodes[head_slot])
            .proposer_head_is(head_slot + 1, expected)
            .finish();
    };
    late("justification_differs", "a head that justifies more than its parent is kept", 22, chain, chain[22]);
    late("justification_is_the_same", "a block earlier there is no difference: it is passed over", 21, chain,
         chain[20]);
    // Two blocks of one proposer and slot.
    const NodePointer parent = child(genesis(), 2, {}, 1);
    const auto [low, high] = children_by_root(parent, 3);
    const auto equivocation = [&, low = low, high = high](const std::string& name, const std::string& shows,
                                                          std::size_t head_votes, std::uint64_t slot,
                                                          const NodePointer& expected) {
        Scenario scenario(suite, "get_proposer_head", {name, shows, {"FC-59", "FC-60"}}, genesis());
        scenario.timely(parent).tick(3).block(high).block(low).tick(slot);
        if (head_votes > 0) scenario.attestation(vote_for(high, 3, first(head_votes)));
        scenario.head_is(high).proposer_head_is(slot, expected).finish();
    };
    equivocation("equivocation", "one of two blocks of a proposer, timely but weak, is passed over", 0, 4, parent);
    equivocation("equivocation_not_weak", "with a vote it is kept", 1, 4, high);
    equivocation("equivocation_two_slots_before", "with an empty slot between it is kept", 0, 5, high);
    Scenario(suite, "get_proposer_head",
             {"boosted_head", "the boosted block is built on, whatever else holds", {"FC-60"}}, genesis())
        .timely(parent)
        .tick(3)
        .block(high)
        .block(low)
        .head_is(high)
        .proposer_head_is(4, high)
        .finish();
    Scenario(suite, "get_proposer_head",
             {"one_block_alone", "a weak but timely block of an honest proposer is kept", {"FC-59", "FC-60"}},
             genesis())
        .timely(parent)
        .timely(high)
        .tick(4)
        .proposer_head_is(4, high)
        .finish();
    // The new block on the parent wins at once by its boost, and the head does not swing back.
    const Reorg reorg;
    const ReorgNodes nodes = nodes_of(reorg);
    const NodePointer instead = child(nodes.parent, 4, {}, 2);
    reorg_scenario(suite, "head_does_not_swing_back",
                   "the block that passed over a late one is the head, and stays it with the votes of its slot",
                   {"FC-60", "FC-35"}, reorg, nodes)
        .proposer_head_is(4, nodes.parent)
        .block(instead)
        .head_is(instead)
        .tick(5)
        .attestation(vote_for(instead, 4))
        .head_is(instead)
        .tick(6)
        .head_is(instead)
        .finish();
}

// A random tree, votes in a random order.
void add_random_trees(Suite& suite) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        Rng rng(700 + seed);
        std::vector<NodePointer> nodes{genesis()};
        Scenario scenario(suite, "random",
                          {"tree_" + std::to_string(seed),
                           "a random tree with random votes, evidence and times",
                           {"FC-21", "FC-30", "FC-35", "FC-47"}},
                          genesis());
        std::vector<std::pair<NodePointer, std::uint64_t>> known;
        for (std::uint64_t slot = 1; slot < 20; ++slot) {
            scenario.tick(slot, rng.below(3) * 400);
            for (std::uint64_t i = rng.below(3); i > 0; --i) {
                const NodePointer& parent = nodes[nodes.size() - 1 - rng.below(std::min<std::size_t>(nodes.size(), 5))];
                if (parent->block.message.slot >= slot) continue;
                nodes.push_back(child(parent, slot, {}, rng.next()));
                scenario.block(nodes.back());
            }
            scenario.tick(slot, 1500);
            for (std::uint64_t i = rng.below(3); i > 0 && slot > 1; --i) {
                const NodePointer& voted = nodes[nodes.size() - 1 - rng.below(std::min<std::size_t>(nodes.size(), 6))];
                if (voted->block.message.slot >= slot) continue;
                const std::uint64_t vote_slot = slot - 1;
                scenario.attestation(vote_for(voted, vote_slot, first(1 + rng.below(4))));
            }
            if (rng.chance(6)) {
                AttestationData one;
                AttestationData two;
                two.beacon_block_root.bytes.fill(static_cast<std::uint8_t>(1 + rng.below(200)));
                const std::vector<ValidatorIndex> offender{ValidatorIndex{rng.below(32)}};
                scenario.slashing({indexed_attestation(genesis()->post, offender, one),
                                   indexed_attestation(genesis()->post, offender, two)});
            }
            const Root head = need(ref::get_head(scenario.store()));
            for (const NodePointer& node : nodes) {
                if (node->root == head) scenario.head_is(node);
            }
        }
        scenario.finish();
    }
}

}  // namespace

void add_fork_choice_heads(Suite& suite) {
    if (!suite.wants("fork_choice")) return;
    add_heads(suite);
    add_viability(suite);
    add_reorgs(suite);
    add_special_reorgs(suite);
    add_random_trees(suite);
}

}  // namespace touchstone::vectors
