// Gossip of aggregates [NET-37] to [NET-46].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/gossip.h"
#include "reference/duties/duties.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using ref::SignedAggregateAndProof;

const std::string kAggregate = "aggregate";
const std::vector<std::size_t> kAll{0, 1, 2, 3};

/// Blocks of slots 1 and 2 on genesis. Every member of a committee of four is drawn as aggregator.
struct Early {
    NodePointer genesis = gossip_genesis();
    NodePointer first = child(genesis, 1);
    NodePointer second = child(first, 2);
    std::vector<ValidatorIndex> committee = committee_of(first, 1);
};
const Early& early() {
    static const Early made;
    return made;
}

using Change = std::function<void(SignedAggregateAndProof&)>;

/// What the validator sends as aggregator of `aggregate`; the change is not signed.
SignedAggregateAndProof aggregate_of(const NodePointer& node, ValidatorIndex aggregator, const Attestation& aggregate,
                                     const Change& change = {}) {
    const ConsensusState& state = node->post;
    SignedAggregateAndProof made;
    made.message = {aggregator, aggregate, sign(aggregator, ref::get_slot_signing_root(state, aggregate.data.slot))};
    made.signature = sign(aggregator, ref::get_aggregate_and_proof_signing_root(state, made.message));
    if (change) change(made);
    return made;
}

/// An aggregate of slot 1's votes, sent by a member of its committee.
SignedAggregateAndProof of_first(std::size_t aggregator, const std::vector<std::size_t>& members,
                                 const VoteChange& change = {}) {
    return aggregate_of(early().first, early().committee[aggregator], vote_by(early().first, 1, members, change));
}

GossipScenario start(Suite& suite, const std::string& name, const std::string& shows,
                     std::vector<std::string> clauses) {
    return {suite, "aggregate", {name, shows, std::move(clauses)}, gossip_genesis()};
}

/// A node in slot 3 that has both blocks.
GossipScenario start_early(Suite& suite, const std::string& name, const std::string& shows,
                           std::vector<std::string> clauses) {
    GossipScenario scenario = start(suite, name, shows, std::move(clauses));
    scenario.tick(3).imports(early().first).imports(early().second);
    return scenario;
}

void add_clocks(Suite& suite) {
    const NodePointer& genesis = early().genesis;
    const auto of_slot = [&](std::uint64_t slot, std::size_t member, const VoteChange& change = {}) {
        return aggregate_of(genesis, committee_of(genesis, slot)[member], vote_by(genesis, slot, kAll, change));
    };
    start(suite, "before_its_slot", "an aggregate exactly MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS before its slot",
          {"NET-25", "NET-37", "NET-09"})
        .tick(0, 1499)
        .ignores("NET-25", kAggregate, of_slot(1, 0))
        .tick(0, 1500)
        .accepts(kAggregate, of_slot(1, 0))
        .finish();
    start(suite, "previous_epoch", "an aggregate of the epoch before the earliest slot's, to the last moment",
          {"NET-25", "NET-37", "NET-09"})
        .tick(16, 499)
        .accepts(kAggregate, of_slot(0, 0))
        .tick(16, 500)
        .ignores("NET-25", kAggregate, of_slot(7, 0))
        .accepts(kAggregate, of_slot(8, 0))
        .finish();
    start(suite, "target_of_another_epoch", "the target's epoch is not that of the vote's slot", {"NET-24", "NET-37"})
        .tick(9)
        .rejects("NET-24", kAggregate, of_slot(1, 0, [](Attestation& v) { v.data.target.epoch = Epoch{1}; }))
        .accepts(kAggregate, of_slot(1, 0))
        .finish();
}

void add_seen(Suite& suite) {
    const auto for_genesis = [](Attestation& v) { v.data.beacon_block_root = early().genesis->root; };
    start_early(suite, "no_bits", "an aggregate of nobody, and one of somebody", {"NET-38"})
        .rejects("NET-38", kAggregate, of_first(0, {}))
        .accepts(kAggregate, of_first(0, {2}))
        .finish();
    start_early(suite, "covered", "the same votes by another aggregator, a part of them, others, and more", {"NET-39"})
        .accepts(kAggregate, of_first(0, {0, 1}))
        .ignores("NET-39", kAggregate, of_first(1, {0, 1}))
        .ignores("NET-39", kAggregate, of_first(1, {1}))
        .accepts(kAggregate, of_first(1, {2}))
        .accepts(kAggregate, of_first(2, {1, 2}))  // each is seen, but in no one aggregate
        .accepts(kAggregate, of_first(3, kAll))
        .ignores("NET-39", kAggregate, of_first(3, {0, 2}))
        .finish();
    start_early(suite, "covered_for_other_data", "votes for other data are others", {"NET-39"})
        .accepts(kAggregate, of_first(0, kAll))
        .accepts(kAggregate, of_first(1, kAll, for_genesis))
        .ignores("NET-39", kAggregate, of_first(2, {1}, for_genesis))
        .finish();
    start_early(suite, "seen", "an aggregator again in that epoch, with the same and with other data", {"NET-40"})
        .accepts(kAggregate, of_first(0, {0, 1}))
        .ignores("NET-40", kAggregate, of_first(0, {0, 1, 2}))
        .ignores("NET-40", kAggregate, of_first(0, kAll, for_genesis))
        .accepts(kAggregate, of_first(1, {0, 1, 2}))
        .finish();
    SignedAggregateAndProof spoiled = of_first(0, kAll);
    spoiled.signature = infinity_signature();
    start_early(suite, "not_seen_by_its_faults", "an aggregate that was not accepted hides none", {"NET-39", "NET-40"})
        .rejects("NET-45", kAggregate, spoiled)
        .accepts(kAggregate, of_first(1, {0, 1, 2}))
        .accepts(kAggregate, of_first(0, kAll))
        .finish();
    const Attestation single = vote_by(early().first, 1, {0});
    start_early(suite, "votes_alone_are_apart", "what was seen on a subnet hides no aggregate, nor the reverse",
                {"NET-35", "NET-39", "NET-40"})
        .accepts("attestation_1", single)
        .accepts(kAggregate, of_first(0, {0}))
        .ignores("NET-35", "attestation_1", single)
        .accepts("attestation_1", vote_by(early().first, 1, {1}))
        .accepts(kAggregate, of_first(1, {2, 3}))
        .accepts("attestation_1", vote_by(early().first, 1, {2}))
        .finish();
}

void add_blocks_of_votes(Suite& suite) {
    const Early& chain = early();
    const SignedBlock bad = bad_block(chain.genesis, 1);
    const auto head = [](const Root& root) {
        return of_first(0, kAll, [&](Attestation& v) { v.data.beacon_block_root = root; });
    };
    const auto target = [](const Root& root) {
        return of_first(0, kAll, [&](Attestation& v) { v.data.target.root = root; });
    };
    start_early(suite, "block_invalid", "votes for a block that was found invalid, as head and as target",
                {"NET-27", "NET-41", "NET-23"})
        .imports(bad, "BLK-08")
        .rejects("NET-27", kAggregate, head(root_of(bad)))
        .rejects("NET-27", kAggregate, target(root_of(bad)))
        .finish();
    start(suite, "block_unknown", "votes before the block that they are for, and after it", {"NET-28", "NET-41"})
        .tick(2)
        .ignores("NET-28", kAggregate, of_first(0, kAll))
        .ignores("NET-28", kAggregate, target(Root{}))
        .imports(chain.first)
        .accepts(kAggregate, of_first(0, kAll))
        .finish();
    start_early(suite, "block_newer_than_vote", "votes for a block of a later slot", {"NET-29", "NET-41"})
        .rejects("NET-29", kAggregate, head(chain.second->root))
        .finish();
    start_early(suite, "target_not_the_checkpoint", "the target is of the branch, but not its block of that epoch",
                {"NET-30", "NET-41"})
        .rejects("NET-30", kAggregate, target(chain.first->root))
        .finish();
    const auto& sparse = sparse_chain();
    GossipScenario final_chain = start(suite, "against_finality", "votes for a branch without the finalized block",
                                       {"NET-31", "NET-41", "FC-04"});
    final_chain.tick(31);
    for (std::size_t i = 1; i < sparse.size(); ++i)
        final_chain.imports(sparse[i]);
    const NodePointer branch = child(sparse[0], 3, {}, 9);
    const auto of = [](const NodePointer& node, std::size_t member) {
        return aggregate_of(node, committee_of(node, 33)[member], vote_by(node, 33, kAll));
    };
    final_chain.imports(branch)
        .tick(34)
        .hears(kAggregate, of(branch, 0), ignored("NET-31"), ignored("NET-28"))
        .accepts(kAggregate, of(sparse[3], 1))
        .finish();
}

void add_committees(Suite& suite) {
    const Early& chain = early();
    start_early(suite, "committee_that_is_none", "the slot has one committee", {"NET-32", "NET-41"})
        .rejects("NET-32", kAggregate, of_first(0, kAll, [](Attestation& v) { v.data.index = CommitteeIndex{1}; }))
        .finish();
    start_early(suite, "number_of_bits", "fewer bits than the committee has members, and more", {"NET-33", "NET-41"})
        .rejects("NET-33", kAggregate, of_first(0, {0, 1}, [](Attestation& v) { v.aggregation_bits.pop_back(); }))
        .rejects("NET-33", kAggregate, of_first(0, kAll, [](Attestation& v) { v.aggregation_bits.push_back(false); }))
        .finish();
    std::uint64_t stranger = 0;
    while (std::find(chain.committee.begin(), chain.committee.end(), ValidatorIndex{stranger}) != chain.committee.end())
        ++stranger;
    const auto by = [&](std::uint64_t aggregator) {
        return aggregate_of(chain.first, ValidatorIndex{aggregator}, vote_by(chain.first, 1, kAll));
    };
    start_early(suite, "aggregator_of_no_part", "a validator of another committee, and nobody", {"NET-42"})
        .rejects("NET-42", kAggregate, by(stranger))
        .rejects("NET-42", kAggregate, by(32))
        .rejects("NET-42", kAggregate, by(UINT64_MAX))
        .accepts(kAggregate, by(chain.committee[3].value))
        .finish();
    start_early(suite, "aggregator_who_did_not_vote", "an aggregator need not be among those who voted", {"NET-42"})
        .accepts(kAggregate, of_first(0, {2, 3}))
        .finish();
}

void add_selection(Suite& suite) {
    const Parameters config = minimal_with([](Parameters& c) { c.TARGET_AGGREGATORS_PER_COMMITTEE = 1; });
    const NodePointer genesis = genesis_node(genesis_state({.validators = 32, .config = config}));
    GossipScenario scenario(
        suite, "aggregate",
        {"selection", "one in four is drawn: those who are, and those who are not", {"NET-43", "DUT-15"}}, genesis);
    scenario.tick(7);
    std::map<bool, int> left{{true, 2}, {false, 3}};
    for (std::uint64_t slot = 0; slot < 8; ++slot) {
        const Attestation all = vote_by(genesis, slot, kAll);
        for (const ValidatorIndex member : committee_of(genesis, slot)) {
            const SignedAggregateAndProof made = aggregate_of(genesis, member, all);
            const bool drawn = ref::is_aggregator(advanced(genesis->post, Slot{slot}), Slot{slot}, CommitteeIndex{0},
                                                  made.message.selection_proof);
            if (left[drawn]-- <= 0) continue;
            scenario.hears(kAggregate, made, drawn ? accepted() : rejected("NET-43"));
            if (drawn) break;  // what follows is covered
        }
    }
    scenario.finish();
}

void add_signatures(Suite& suite) {
    const Early& chain = early();
    const ConsensusState& state = chain.first->post;
    const ValidatorIndex aggregator = chain.committee[0];
    const Attestation all = vote_by(chain.first, 1, kAll);
    const auto with_proof = [&](const BLSSignature& proof) {
        SignedAggregateAndProof made = aggregate_of(chain.first, aggregator, all);
        made.message.selection_proof = proof;
        made.signature = sign(aggregator, ref::get_aggregate_and_proof_signing_root(state, made.message));
        return made;
    };
    start_early(suite, "selection_proof_wrong", "selection proofs that do not verify", {"NET-44"})
        .rejects("NET-44", kAggregate, with_proof({}))
        .rejects("NET-44", kAggregate, with_proof(infinity_signature()))
        .rejects("NET-44", kAggregate, with_proof(sign(chain.committee[1], ref::get_slot_signing_root(state, Slot{1}))))
        .rejects("NET-44", kAggregate, with_proof(sign(aggregator, ref::get_slot_signing_root(state, Slot{2}))))
        .accepts(kAggregate, with_proof(sign(aggregator, ref::get_slot_signing_root(state, Slot{1}))))
        .finish();
    const auto with_signature = [&](const BLSSignature& signature) {
        return aggregate_of(chain.first, aggregator, all, [&](SignedAggregateAndProof& a) { a.signature = signature; });
    };
    const Root root = ref::get_aggregate_and_proof_signing_root(state, with_signature({}).message);
    start_early(suite, "signature_wrong", "signatures of the whole that do not verify", {"NET-45"})
        .rejects("NET-45", kAggregate, with_signature({}))
        .rejects("NET-45", kAggregate, with_signature(infinity_signature()))
        .rejects("NET-45", kAggregate, with_signature(sign(chain.committee[1], root)))
        .rejects("NET-45", kAggregate, with_signature(of_first(0, {0}).signature))
        .accepts(kAggregate, with_signature(sign(aggregator, root)))
        .finish();
    const auto with_votes = [&](const BLSSignature& signature) {
        Attestation votes = all;
        votes.signature = signature;
        return aggregate_of(chain.first, aggregator, votes);
    };
    start_early(suite, "votes_signature_wrong", "signatures of the votes that do not verify", {"NET-46"})
        .rejects("NET-46", kAggregate, with_votes({}))
        .rejects("NET-46", kAggregate, with_votes(infinity_signature()))
        .rejects("NET-46", kAggregate, with_votes(vote_by(chain.first, 1, {0, 1, 2}).signature))
        .accepts(kAggregate, with_votes(all.signature))
        .finish();
}

/// Each breaks two conditions that follow each other.
void add_order(Suite& suite) {
    const Early& chain = early();
    const Root nowhere{{1, 2, 3}};
    const auto no_committee = [](Attestation& v) { v.data.index = CommitteeIndex{1}; };
    const auto later = [](Attestation& v) { v.data.slot = Slot{5}; };
    const auto unknown = [&](Attestation& v) { v.data.beacon_block_root = nowhere; };
    const Attestation all = vote_by(chain.first, 1, kAll);
    const ValidatorIndex nobody{32};
    const auto spoil = [](SignedAggregateAndProof& a) { a.signature = {}; };
    const auto spoil_proof = [](SignedAggregateAndProof& a) { a.message.selection_proof = {}; };
    Attestation spoiled_votes = all;
    spoiled_votes.signature = {};
    start_early(suite, "order", "of two conditions that do not hold, the first gives the verdict", {"NET-07"})
        .ignores("NET-25", kAggregate, of_first(0, {}, later))  // NET-38
        .rejects("NET-32", kAggregate,
                 aggregate_of(chain.first, nobody, vote_by(chain.first, 1, kAll, no_committee)))             // NET-42
        .rejects("NET-42", kAggregate, aggregate_of(chain.first, nobody, all, spoil_proof))                  // NET-44
        .rejects("NET-44", kAggregate, aggregate_of(chain.first, chain.committee[0], all, spoil_proof))      // NET-45
        .rejects("NET-45", kAggregate, aggregate_of(chain.first, chain.committee[0], spoiled_votes, spoil))  // NET-46
        .accepts(kAggregate, of_first(0, {0, 1}))
        .rejects("NET-38", kAggregate, of_first(1, {}))             // NET-39: nothing is a part of anything
        .ignores("NET-39", kAggregate, of_first(0, {1}))            // NET-40
        .ignores("NET-40", kAggregate, of_first(0, kAll, unknown))  // NET-28
        .finish();
}

}  // namespace

void add_gossip_of_aggregates(Suite& suite) {
    if (!suite.wants("gossip")) return;
    add_clocks(suite);
    add_seen(suite);
    add_blocks_of_votes(suite);
    add_committees(suite);
    add_selection(suite);
    add_signatures(suite);
    add_order(suite);
}

}  // namespace touchstone::vectors
