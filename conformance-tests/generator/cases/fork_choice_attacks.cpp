// Fork choice: the attacks with votes and blocks of a few slots, played to the end: re-orgs, balancing, equivocations.
// Each fails where the rule stops it, and works where the adversary has more than the rule stops. Of each committee of
// ten the adversary has the first seats.
#include <algorithm>
#include <tuple>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/scenario.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

constexpr std::uint64_t kStake = 1024;  // TST, of each validator
constexpr std::uint64_t kSeats = 10;
constexpr std::uint64_t kBoost = 4 * kStake;  // 40 percent of ten
constexpr std::uint64_t kLate = 1000;         // milliseconds into a slot

// Genesis with one committee of ten in each slot.
NodePointer tens() {
    static const NodePointer node = genesis_node(genesis_state({
        .validators = 8 * kSeats,
        .config = minimal_with([](Parameters& c) { c.TARGET_COMMITTEE_SIZE = kSeats; }),
    }));
    return node;
}

// Lets the members in these seats of one committee vote.
Voters seats(std::size_t first, std::size_t end) {
    return [first, end, seat = std::make_shared<std::size_t>(0)](ValidatorIndex) {
        const std::size_t here = (*seat)++;
        return here >= first && here < end;
    };
}

Voters adversary(std::size_t share) { return seats(0, share); }
Voters honest_of(std::size_t share) { return seats(share, kSeats); }

// A block whose root is greater than that of another, or smaller.
NodePointer child_beside(const NodePointer& parent, std::uint64_t slot, const NodePointer& other, bool greater) {
    for (std::uint64_t tag = 2;; ++tag) {
        NodePointer node = child(parent, slot, {}, tag);
        if ((other->root < node->root) == greater) return node;
    }
}

// The honest block of slot 3 is built on slot 1, since that of slot 2 is withheld.
struct Withheld {
    NodePointer base = child(tens(), 1);
    NodePointer withheld = child(base, 2, {}, 1);
    NodePointer honest;

    explicit Withheld(bool honest_root_greater) : honest(child_beside(base, 3, withheld, honest_root_greater)) {}
};

// Up to the moment in which the adversary has shown its block of slot 2 and its votes for it.
Scenario withheld_scenario(Suite& suite, const Title& title, const Withheld& nodes, std::size_t share) {
    Scenario scenario(suite, "attacks", title, tens());
    scenario.timely(nodes.base)
        .head_is(nodes.base)
        .tick(3)
        .attestation(vote_for(nodes.base, 2, honest_of(share)))
        .head_is(nodes.base)
        .block(nodes.honest)
        .boost_is(nodes.honest)
        .head_is(nodes.honest)
        .tick(3, kLate)
        .block(nodes.withheld)
        .head_is(nodes.honest)
        .attestation(vote_for(nodes.withheld, 2, adversary(share)))
        .weights_are({{nodes.honest, kBoost}, {nodes.withheld, share * kStake}});
    return scenario;
}

void add_ex_ante_that_fails(Suite& suite) {
    const Withheld nodes(false);
    const NodePointer next = child(nodes.honest, 4, {}, 3);
    withheld_scenario(suite,
                      {"ex_ante_reorg_fails",
                       "ex-ante re-org: a block withheld for a slot, with the votes of three in ten, does not displace "
                       "the honest block, which has the boost of four; their votes of that block's own slot come too "
                       "late to help",
                       {"FC-25", "FC-29", "FC-31", "FC-35", "FC-42"}},
                      nodes, 3)
        .head_is(nodes.honest)
        .attestation(vote_for(nodes.withheld, 3, adversary(3)), "FC-42")
        .head_is(nodes.honest)
        // The boost ends with the slot; then its votes arrive.
        .tick(4)
        .boost_is(nullptr)
        .head_is(nodes.withheld)
        .attestation(vote_for(nodes.honest, 3, honest_of(3)))
        .head_is(nodes.honest)
        .attestation(vote_for(nodes.withheld, 3, adversary(3)))
        .weights_are({{nodes.honest, 7 * kStake}, {nodes.withheld, 6 * kStake}})
        .head_is(nodes.honest)
        .block(next)
        .head_is(next)
        .finish();
}

void add_ex_ante_at_the_boost(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows, bool honest_wins) {
        const Withheld nodes(honest_wins);
        const NodePointer& head = honest_wins ? nodes.honest : nodes.withheld;
        withheld_scenario(suite, {name, shows, {"FC-28", "FC-29", "FC-31", "FC-35"}}, nodes, 4)
            .head_is(head)
            .tick(4)
            .head_is(nodes.withheld)
            .attestation(vote_for(head, 3, honest_of(4)))
            .head_is(head)
            .finish();
    };
    add("ex_ante_reorg_with_four_tenths_fails_by_the_root",
        "ex-ante re-org: the votes of four in ten are as much as the boost; the honest block has the greater root and "
        "stays",
        true);
    add("ex_ante_reorg_with_four_tenths_works_by_the_root",
        "ex-ante re-org: the votes of four in ten are as much as the boost; the withheld block has the greater root "
        "and displaces the honest one",
        false);
}

void add_ex_ante_that_works(Suite& suite) {
    const Withheld nodes(true);
    const NodePointer next = child(nodes.withheld, 4, {}, 3);
    withheld_scenario(suite,
                      {"ex_ante_reorg_works_with_half_a_committee",
                       "ex-ante re-org that nothing stops: the votes of five in ten for a withheld block outweigh the "
                       "honest block's boost of four, and the honest then vote for the withheld block",
                       {"FC-29", "FC-31", "FC-35"}},
                      nodes, 5)
        .head_is(nodes.withheld)
        .tick(4)
        .attestation(vote_for(nodes.withheld, 3))
        .weights_are({{nodes.honest, 0}, {nodes.withheld, 15 * kStake}})
        .head_is(nodes.withheld)
        .block(next)
        .head_is(next)
        .finish();
    const NodePointer second = child(nodes.withheld, 3, {}, 2);
    const NodePointer honest = child_beside(nodes.base, 4, nodes.withheld, true);
    Scenario(suite, "attacks",
             {"ex_ante_reorg_works_after_two_slots",
              "ex-ante re-org that nothing stops: two withheld blocks in a row, with the votes of three in ten of two "
              "slots, outweigh the honest block's boost of four",
              {"FC-29", "FC-31", "FC-35"}},
             tens())
        .timely(nodes.base)
        .tick(4)
        .attestation(vote_for(nodes.base, 2, honest_of(3)))
        .attestation(vote_for(nodes.base, 3, honest_of(3)))
        .head_is(nodes.base)
        .block(honest)
        .head_is(honest)
        .tick(4, kLate)
        .block(nodes.withheld)
        .attestation(vote_for(nodes.withheld, 2, adversary(3)))
        .head_is(honest)
        .block(second)
        .head_is(honest)
        .attestation(vote_for(second, 3, adversary(3)))
        .weights_are({{honest, kBoost}, {nodes.withheld, 6 * kStake}, {second, 3 * kStake}})
        .head_is(second)
        .tick(5)
        .attestation(vote_for(second, 4))
        .head_is(second)
        .finish();
}

// The adversary proposes in slots 2 and 4, an honest proposer between them.
void add_sandwich(Suite& suite, const Title& title, std::size_t share, bool honest_root_greater, bool works) {
    const Withheld nodes(honest_root_greater);
    const NodePointer top = child(nodes.withheld, 4, {}, 3);
    const NodePointer& head = works ? top : nodes.honest;
    withheld_scenario(suite, title, nodes, share)
        .head_is(nodes.honest)
        .tick(4)
        .head_is(nodes.withheld)
        .attestation(vote_for(nodes.honest, 3, honest_of(share)))
        .head_is(nodes.honest)
        .attestation(vote_for(nodes.withheld, 3, adversary(share)))
        .head_is(nodes.honest)
        .block(top)
        .boost_is(top)
        .weights_are({{nodes.honest, (kSeats - share) * kStake}, {nodes.withheld, 2 * share * kStake + kBoost}})
        .head_is(head)
        // Without the boost the honest block is ahead again, until the votes of slot 4 arrive.
        .tick(5)
        .head_is(nodes.honest)
        .attestation(vote_for(head, 4, honest_of(share)))
        .head_is(head)
        .attestation(vote_for(top, 4, adversary(share)))
        .head_is(head)
        .finish();
}

void add_sandwiches(Suite& suite) {
    const std::vector<std::string> clauses{"FC-25", "FC-29", "FC-31", "FC-35"};
    add_sandwich(suite,
                 {"sandwich_fails_with_a_tenth",
                  "sandwich: an honest block between two of the adversary's: the boost of the second and the votes of "
                  "one in ten of two slots, six, do not outweigh the nine votes for the honest block",
                  clauses},
                 1, false, false);
    add_sandwich(suite,
                 {"sandwich_with_a_fifth_fails_by_the_root",
                  "sandwich: the boost and the votes of two in ten of two slots are as much as the eight votes for the "
                  "honest block, which has the greater root and stays",
                  clauses},
                 2, true, false);
    add_sandwich(suite,
                 {"sandwich_with_a_fifth_works_by_the_root",
                  "sandwich: the boost and the votes of two in ten of two slots are as much as the eight votes for the "
                  "honest block; the adversary's branch has the greater root and displaces it",
                  clauses},
                 2, false, true);
    add_sandwich(suite,
                 {"sandwich_works_with_a_third",
                  "sandwich that nothing stops: the boost and the votes of three in ten of two slots, ten, outweigh "
                  "the seven votes for the honest block",
                  clauses},
                 3, true, true);
}

std::vector<ValidatorIndex> adversaries_of(const NodePointer& node, std::uint64_t slot, std::size_t from) {
    auto members = ref::get_beacon_committee(advanced(node->post, Slot{slot}), Slot{slot}, CommitteeIndex{0});
    return {members.begin() + static_cast<std::ptrdiff_t>(from), members.end()};
}

// Two blocks of slot 2 by one proposer, and one of slot 3 on the left of them, which has the smaller root.
struct Halves {
    NodePointer base = child(tens(), 1);
    NodePointer left;
    NodePointer right;
    NodePointer next;

    Halves() {
        std::tie(left, right) = children_by_root(base, 2);
        next = child(left, 3, {}, 3);
    }
};

// Each half of the honest of slot 2 has voted for what it was shown: the seats from `share` on, the left half first.
Scenario halves_scenario(Suite& suite, const Title& title, const Halves& nodes, std::size_t share) {
    const std::size_t middle = share + (kSeats - share) / 2;
    Scenario scenario(suite, "attacks", title, tens());
    scenario.timely(nodes.base)
        .tick(2)
        .block(nodes.left)
        .boost_is(nodes.left)
        .head_is(nodes.left)
        .block(nodes.right)
        .boost_is(nodes.left)
        .head_is(nodes.left)
        .tick(3)
        .head_is(nodes.right)
        .attestation(vote_for(nodes.left, 2, seats(share, middle)))
        .head_is(nodes.left)
        .attestation(vote_for(nodes.right, 2, seats(middle, kSeats)))
        .head_is(nodes.right);
    return scenario;
}

void add_balancing(Suite& suite) {
    const Halves nodes;
    const std::vector<std::string> clauses{"FC-25", "FC-31", "FC-35", "FC-47"};
    halves_scenario(suite,
                    {"balancing_fails",
                     "balancing: the honest are split between two blocks of one proposer, and two in ten of the "
                     "adversary hold them in balance; the boost of the next honest block decides, and the votes of its "
                     "slot keep it so",
                     clauses},
                    nodes, 2)
        .attestation(vote_for(nodes.left, 2, seats(0, 1)))
        .head_is(nodes.left)
        .attestation(vote_for(nodes.right, 2, seats(1, 2)))
        .weights_are({{nodes.left, 5 * kStake}, {nodes.right, 5 * kStake}})
        .head_is(nodes.right)
        .block(nodes.next)
        .boost_is(nodes.next)
        .weights_are({{nodes.left, 5 * kStake + kBoost}, {nodes.right, 5 * kStake}})
        .head_is(nodes.next)
        .tick(4)
        .head_is(nodes.right)
        .attestation(vote_for(nodes.next, 3, honest_of(2)))
        .head_is(nodes.next)
        .attestation(vote_for(nodes.right, 3, adversary(2)))
        .weights_are({{nodes.left, 13 * kStake}, {nodes.right, 7 * kStake}})
        .head_is(nodes.next)
        .finish();
    halves_scenario(suite,
                    {"balancing_works_with_six_tenths",
                     "balancing that nothing stops: six in ten of the adversary outweigh the boost of an honest block "
                     "on the other branch, and hold the branches in balance in the next slot too",
                     clauses},
                    nodes, 6)
        .attestation(vote_for(nodes.right, 2, adversary(6)))
        .head_is(nodes.right)
        .block(nodes.next)
        .boost_is(nodes.next)
        .weights_are({{nodes.left, 2 * kStake + kBoost}, {nodes.right, 8 * kStake}})
        .head_is(nodes.right)
        .tick(4)
        .attestation(vote_for(nodes.next, 3, seats(6, 8)))
        .head_is(nodes.right)
        .attestation(vote_for(nodes.right, 3, seats(8, 10)))
        .head_is(nodes.right)
        .attestation(vote_for(nodes.next, 3, adversary(6)))
        .weights_are({{nodes.left, 10 * kStake}, {nodes.right, 10 * kStake}})
        .head_is(nodes.right)
        .finish();
}

// Blocks of slot 2 that came late, each with the votes of three honest; the last four seats are the adversary's.
Scenario avalanche_scenario(Suite& suite, const Title& title, const Halves& nodes) {
    Scenario scenario(suite, "attacks", title, tens());
    scenario.timely(nodes.base)
        .tick(2, kLate)
        .block(nodes.left)
        .head_is(nodes.left)
        .block(nodes.right)
        .head_is(nodes.right)
        .tick(3)
        .attestation(vote_for(nodes.left, 2, seats(0, 3)))
        .head_is(nodes.left)
        .attestation(vote_for(nodes.right, 2, seats(3, 6)))
        .weights_are({{nodes.left, 3 * kStake}, {nodes.right, 3 * kStake}})
        .head_is(nodes.right);
    return scenario;
}

// The adversary's votes for one block, one after another in the slots from `first` up to the one before `end`.
void vote_again(Scenario& scenario, const NodePointer& node, const std::vector<ValidatorIndex>& offenders,
                std::uint64_t first, std::uint64_t end, const std::function<void(std::size_t)>& check) {
    std::size_t voted = 0;
    const ConsensusState state = advanced(node->post, Slot{first});
    for (std::uint64_t slot = first; slot < end; ++slot) {
        for (const ValidatorIndex member : ref::get_beacon_committee(state, Slot{slot}, CommitteeIndex{0})) {
            if (std::ranges::find(offenders, member) == offenders.end()) continue;
            scenario.attestation(vote_for(node, slot, [member](ValidatorIndex index) { return index == member; }));
            check(++voted);
        }
    }
}

void add_avalanche_that_fails(Suite& suite) {
    const Halves nodes;
    const auto offenders = adversaries_of(nodes.base, 2, 6);
    const AttestationData for_left = vote_for(nodes.left, 2).data;
    const AttestationData for_right = vote_for(nodes.right, 2).data;
    const auto evidence = [&](std::vector<ValidatorIndex> indices) {
        std::ranges::sort(indices);
        return AttesterSlashing{indexed_attestation(tens()->post, indices, for_left),
                                indexed_attestation(tens()->post, indices, for_right)};
    };
    const auto votes = [&](const NodePointer& node, std::size_t from, std::size_t end) {
        return vote_for(node, 2, seats(from, end));
    };
    Scenario scenario = avalanche_scenario(
        suite,
        {"avalanche_of_equivocations_fails",
         "avalanche: four in ten vote for both of two branches in balance, to move the head to and fro; the first vote "
         "of an epoch stands, so that each moves it once at most, and after the evidence none of their votes counts, "
         "neither those that came nor those to come",
         {"FC-30", "FC-35", "FC-47", "FC-51"}},
        nodes);
    scenario.attestation(votes(nodes.left, 6, 7))
        .head_is(nodes.left)
        .attestation(votes(nodes.right, 6, 7))
        .weights_are({{nodes.left, 4 * kStake}, {nodes.right, 3 * kStake}})
        .head_is(nodes.left)
        .attestation(votes(nodes.right, 7, 8))
        .head_is(nodes.right)
        .attestation(votes(nodes.left, 7, 8))
        .weights_are({{nodes.left, 4 * kStake}, {nodes.right, 4 * kStake}})
        .head_is(nodes.right)
        .attestation(votes(nodes.left, 8, 10))
        .head_is(nodes.left)
        .attestation(votes(nodes.right, 6, 10))
        .weights_are({{nodes.left, 6 * kStake}, {nodes.right, 4 * kStake}})
        .head_is(nodes.left)
        .slashing(evidence({offenders[0], offenders[1]}))
        .weights_are({{nodes.left, 5 * kStake}, {nodes.right, 3 * kStake}})
        .head_is(nodes.left)
        .slashing(evidence({offenders[2], offenders[3]}))
        .weights_are({{nodes.left, 3 * kStake}, {nodes.right, 3 * kStake}})
        .head_is(nodes.right)
        .tick(16);
    vote_again(scenario, nodes.left, offenders, 8, 16, [&](std::size_t) { scenario.head_is(nodes.right); });
    scenario.weights_are({{nodes.left, 3 * kStake}, {nodes.right, 3 * kStake}}).finish();
}

void add_avalanche_that_works(Suite& suite) {
    const Halves nodes;
    Scenario scenario = avalanche_scenario(
        suite,
        {"avalanche_works_once_an_epoch",
         "avalanche that nothing stops, since nobody offends: who votes once for one branch and in the next epoch for "
         "the other moves the head once in each, and a second vote in an epoch is not needed",
         {"FC-30", "FC-35", "FC-47"}},
        nodes);
    scenario.attestation(vote_for(nodes.left, 2, seats(6, 10)))
        .weights_are({{nodes.left, 7 * kStake}, {nodes.right, 3 * kStake}})
        .head_is(nodes.left)
        .tick(16);
    vote_again(scenario, nodes.right, adversaries_of(nodes.base, 2, 6), 8, 16, [&](std::size_t voted) {
        scenario.weights_are({{nodes.left, (7 - voted) * kStake}, {nodes.right, (3 + voted) * kStake}})
            .head_is(voted < 2 ? nodes.left : nodes.right);
    });
    scenario.weights_are({{nodes.left, 3 * kStake}, {nodes.right, 7 * kStake}}).head_is(nodes.right).finish();
}

}  // namespace

void add_fork_choice_attacks(Suite& suite) {
    if (!suite.wants("fork_choice")) return;
    add_ex_ante_that_fails(suite);
    add_ex_ante_at_the_boost(suite);
    add_ex_ante_that_works(suite);
    add_sandwiches(suite);
    add_balancing(suite);
    add_avalanche_that_fails(suite);
    add_avalanche_that_works(suite);
}

}  // namespace touchstone::vectors
