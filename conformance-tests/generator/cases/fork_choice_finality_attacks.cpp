// Fork choice: the attacks on what is justified and final, played to the end: unrealized justification, bouncing, long
// range. Each fails where the rule stops it, and works where the adversary has more than the rule stops.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/scenario.h"

namespace touchstone::vectors {
namespace {

constexpr std::uint64_t kStake = 1024;  // TST, of each validator
constexpr std::uint64_t kLate = 1000;   // milliseconds into a slot

// The minimal preset as it is: 32 validators, four in each committee.
NodePointer genesis() { return busy_chain(0)[0]; }

// Epoch 2 is justified by the votes in the block of slot 22 or 23, and nothing before it: two epochs of grace do not
// reach back to genesis. The adversary holds back the block of slot 22 and puts one on it across the boundary.
void add_unrealized(Suite& suite, const Title& title, bool justifies) {
    const NodePointer parent = child(genesis(), 16, {}, 1);
    const NodePointer rival = child(parent, 22, votes_from(parent, 16, 22), 2);
    const NodePointer across = child(rival, 24, {}, 2);
    const NodePointer honest = child(parent, 23, justifies ? votes_from(parent, 16, 23) : BlockBody{}, 3);
    Scenario scenario(suite, "attacks", title, genesis());
    scenario.timely(parent)
        .timely(honest)
        .head_is(honest)
        .tick(23, kLate)
        .block(rival)
        .head_is(honest)
        .checkpoints_are(0, 0)
        .tick(24)
        .checkpoints_are(2, 0)
        .attestation(vote_for(honest, 23))
        .weights_are({{honest, 4 * kStake}, {rival, 0}})
        .head_is(justifies ? honest : rival)
        .block(across)
        .boost_is(across)
        .head_is(justifies ? honest : across)
        .tick(25)
        .head_is(justifies ? honest : across)
        .attestation(vote_for(justifies ? honest : across, 24))
        .head_is(justifies ? honest : across)
        .finish();
}

// The honest branch has its votes for epoch 2 only in a block of epoch 3, when the rival's justification is realized.
void add_justified_too_late(Suite& suite) {
    const NodePointer parent = child(genesis(), 16, {}, 1);
    const NodePointer rival = child(parent, 22, votes_from(parent, 16, 22), 2);
    const NodePointer honest = child(parent, 23, {}, 3);
    const NodePointer late = child(honest, 25, votes_from(honest, 16, 25), 3);
    Scenario(suite, "attacks",
             {"unrealized_justification_reorg_lasts_for_an_epoch",
              "unrealized justification: a displaced branch that justifies the same in a block of the current epoch is "
              "judged by what that block's state has realized, and is the head again when the epoch ends",
              {"FC-26", "FC-32", "FC-33", "FC-35"}},
             genesis())
        .timely(parent)
        .timely(honest)
        .tick(23, kLate)
        .block(rival)
        .head_is(honest)
        .tick(24)
        .checkpoints_are(2, 0)
        .head_is(rival)
        .timely(late)
        .checkpoints_are(2, 0)
        .head_is(rival)
        .tick(31, 1999)
        // Of the committees of slots 23 and 24; one validator is in both.
        .weights_are({{honest, 7 * kStake}, {rival, 0}})
        .head_is(rival)
        .tick(32)
        .checkpoints_are(2, 0)
        .head_is(late)
        .finish();
}

void add_unrealized_justification(Suite& suite) {
    add_unrealized(suite,
                   {"unrealized_justification_reorg_fails",
                    "unrealized justification: the adversary's block across the boundary has realized in its state "
                    "what the honest branch justifies too, unrealized; the branch with the votes stays",
                    {"FC-26", "FC-32", "FC-33", "FC-35"}},
                   true);
    add_unrealized(suite,
                   {"unrealized_justification_reorg_works_on_a_branch_that_does_not_justify",
                    "unrealized justification: a branch with the votes that does not justify what another does is "
                    "displaced when that is realized",
                    {"FC-26", "FC-32", "FC-33", "FC-34", "FC-35"}},
                   false);
    add_justified_too_late(suite);
}

// Two branches that part in epoch 1. On each 20 of 32 have voted, in the one's epoch 2 and the other's epoch 3, and
// the last block adds what is missing to two thirds.
struct Bouncing {
    NodePointer a = child(genesis(), 14, {}, 1);
    NodePointer b = child(genesis(), 15, {}, 2);
    NodePointer b_voted = child(b, 21, votes_from(b, 16, 21));
    NodePointer b_justified = child(b_voted, 22, votes_from(b_voted, 21, 22));
    NodePointer a_voted = child(a, 29, votes_from(a, 24, 29));
    NodePointer a_justified = child(a_voted, 30, votes_from(a_voted, 29, 30));
};

// Up to slot 29, with (2, b) justified.
Scenario bouncing_scenario(Suite& suite, const Title& title, const Bouncing& nodes) {
    Scenario scenario(suite, "attacks", title, genesis());
    scenario.timely(nodes.a)
        .head_is(nodes.a)
        .timely(nodes.b)
        .head_is(nodes.b)
        .timely(nodes.b_voted)
        .head_is(nodes.b_voted)
        .timely(nodes.b_justified)
        .head_is(nodes.b_justified)
        .checkpoints_are(0, 0)
        .tick(23, 1999)
        .checkpoints_are(0, 0)
        .tick(24)
        .checkpoints_are(2, 0)
        .head_is(nodes.b_justified)
        .timely(nodes.a_voted)
        .head_is(nodes.b_justified);
    return scenario;
}

void add_bouncing(Suite& suite) {
    const Bouncing nodes;
    bouncing_scenario(suite,
                      {"bouncing_waits_for_the_end_of_the_epoch",
                       "bouncing: a block of the epoch adds the votes that the other branch lacked; the justified "
                       "checkpoint goes there when the epoch ends and all look at it together, not a millisecond "
                       "before",
                       {"FC-10", "FC-13", "FC-26", "FC-34", "FC-35"}},
                      nodes)
        .timely(nodes.a_justified)
        .checkpoints_are(2, 0)
        .head_is(nodes.b_justified)
        .tick(31, 1999)
        .checkpoints_are(2, 0)
        .head_is(nodes.b_justified)
        .tick(32)
        .checkpoints_are(3, 0)
        .head_is(nodes.a_justified)
        .finish();
    const NodePointer back_voted = child(nodes.b_justified, 37, votes_from(nodes.b_justified, 32, 37));
    const NodePointer back = child(back_voted, 38, votes_from(back_voted, 37, 38));
    bouncing_scenario(suite,
                      {"bouncing_works_with_blocks_held_back",
                       "bouncing that nothing stops: a block that is held back over the end of its epoch moves the "
                       "justified checkpoint at once to the other branch, and one of the next epoch back again; nobody "
                       "commits an offence",
                       {"FC-10", "FC-13", "FC-26", "FC-32", "FC-34", "FC-35"}},
                      nodes)
        .tick(32)
        .checkpoints_are(2, 0)
        .head_is(nodes.b_justified)
        .tick(33, kLate)
        .block(nodes.a_justified)
        .checkpoints_are(3, 0)
        .head_is(nodes.a_justified)
        .timely(back_voted)
        .head_is(nodes.a_justified)
        .tick(40)
        .checkpoints_are(3, 0)
        .head_is(nodes.a_justified)
        .tick(41, kLate)
        .block(back)
        .checkpoints_are(4, 0)
        .head_is(back)
        .finish();
}

// A chain that former validators make up with their old keys: it parts from the other in slot 12, before the block
// that the other finalizes, and has a block and all votes in each slot from 14 to 33.
std::vector<NodePointer> long_range_chain() {
    std::vector<NodePointer> made{child(busy_chain(12)[12], 14, {}, 5)};
    for (std::uint64_t slot = 15; slot <= 33; ++slot)
        made.push_back(child(made.back(), slot, votes_from(made.back(), slot - 1, slot), 5));
    return made;
}

void add_long_range_that_fails(Suite& suite, const std::vector<NodePointer>& attack) {
    const auto& chain = busy_chain(34);
    const NodePointer late = child(chain[12], 17, {}, 6);
    const std::vector<std::string> forgotten{"FC-16"};
    Scenario unknown(
        suite, "attacks",
        {"long_range_fails_after_finality",
         "long range: a whole chain that parts before the finalized checkpoint, with a block and all votes "
         "in each slot, comes after finality: not one of its blocks and votes is accepted",
         {"FC-16", "FC-18", "FC-19", "FC-38", "FC-04"}},
        genesis());
    unknown.blocks(chain, 1, 33).checkpoints_are(3, 2).head_is(chain[33]).block(attack[0], "FC-18", forgotten);
    for (std::size_t i = 1; i < attack.size(); ++i)
        unknown.block(attack[i], "FC-16");
    unknown.block(late, "FC-19", forgotten)
        .head_is(chain[33])
        .tick(34)
        .attestation(vote_for(late, 33), "FC-38")
        .attestation(vote_for(attack.back(), 33), "FC-38")
        .checkpoints_are(3, 2)
        .head_is(chain[33])
        .finish();
    Scenario known(suite, "attacks",
                   {"long_range_fails_on_a_branch_that_was_known",
                    "long range: a branch that was known before finality gets neither another block nor another vote "
                    "after it",
                    {"FC-19", "FC-43", "FC-04"}},
                   genesis());
    known.blocks(chain, 1, 14).block(attack[0]).head_is(chain[14]);
    for (std::size_t slot = 15; slot <= 20; ++slot)
        known.timely(chain[slot]).block(attack[slot - 14]).head_is(chain[slot]);
    known.blocks(chain, 21, 33)
        .checkpoints_are(3, 2)
        .block(attack[7], "FC-19", forgotten)
        .block(attack[8], "FC-16")
        .head_is(chain[33])
        .tick(34)
        .attestation(vote_for(attack[6], 33), "FC-43", {"FC-38", "FC-39"})
        .head_is(chain[33])
        .finish();
}

void add_long_range_on_anchors(Suite& suite, const std::vector<NodePointer>& attack) {
    const auto& chain = busy_chain(34);
    const NodePointer late = child(chain[12], 17, {}, 6);
    Scenario trusting(suite, "attacks",
                      {"long_range_fails_on_a_newer_anchor",
                       "long range: a store that began with a checkpoint newer than the fork knows nothing that the "
                       "attack could build on",
                       {"FC-05", "FC-16", "FC-38"}},
                      chain[16]);
    trusting.tick(34).block(attack[0], "FC-16").block(attack[3], "FC-16").block(late, "FC-16").head_is(chain[16]);
    trusting.attestation(vote_for(attack.back(), 33), "FC-38");
    for (std::size_t slot = 17; slot <= 33; ++slot)
        trusting.block(chain[slot]);
    trusting.head_is(chain[33]).finish();
    Scenario fooled(suite, "attacks",
                    {"long_range_works_on_an_old_anchor",
                     "long range that the fork choice does not stop: a store with an old anchor that sees the attack "
                     "first finalizes it, and then refuses the chain that all followed; what stops it is a checkpoint "
                     "within the weak-subjectivity period",
                     {"FC-16", "FC-18", "FC-19", "FC-21", "FC-26"}},
                    genesis());
    fooled.tick(34);
    for (std::size_t slot = 1; slot <= 12; ++slot)
        fooled.block(chain[slot]);
    fooled.head_is(chain[12]);
    for (const NodePointer& node : attack)
        fooled.block(node);
    fooled.checkpoints_are(3, 2)
        .head_is(attack.back())
        .block(chain[13], "FC-18", {"FC-16"})
        .block(late, "FC-19", {"FC-16"})
        .block(chain[17], "FC-16")
        .block(chain[33], "FC-16")
        .attestation(vote_for(chain[33], 33), "FC-38")
        .head_is(attack.back())
        .finish();
}

void add_long_range(Suite& suite) {
    const std::vector<NodePointer> attack = long_range_chain();
    add_long_range_that_fails(suite, attack);
    add_long_range_on_anchors(suite, attack);
}

}  // namespace

void add_fork_choice_finality_attacks(Suite& suite) {
    if (!suite.wants("fork_choice")) return;
    add_unrealized_justification(suite);
    add_bouncing(suite);
    add_long_range(suite);
}

}  // namespace touchstone::vectors
