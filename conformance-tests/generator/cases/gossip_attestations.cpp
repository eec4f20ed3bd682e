// Gossip of attestations on their subnets [NET-24] to [NET-36].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/gossip.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

/// With one committee in a slot, the subnet of an epoch's slot i is i mod 4.
std::string subnet(std::uint64_t slot) { return "attestation_" + std::to_string(slot % 8 % 4); }

/// Blocks of slots 1 and 2 on genesis, and the vote of a member for the first.
struct Early {
    NodePointer genesis = gossip_genesis();
    NodePointer first = child(genesis, 1);
    NodePointer second = child(first, 2);
    Attestation vote = vote_by(first, 1, {0});
};
const Early& early() {
    static const Early made;
    return made;
}

GossipScenario start(Suite& suite, const std::string& name, const std::string& shows,
                     std::vector<std::string> clauses) {
    return {suite, "attestation", {name, shows, std::move(clauses)}, gossip_genesis()};
}

/// A node in slot 3 that has both blocks.
GossipScenario start_early(Suite& suite, const std::string& name, const std::string& shows,
                           std::vector<std::string> clauses) {
    GossipScenario scenario = start(suite, name, shows, std::move(clauses));
    scenario.tick(3).imports(early().first).imports(early().second);
    return scenario;
}

void add_accepted(Suite& suite) {
    const Early& chain = early();
    GossipScenario all =
        start_early(suite, "each_member", "the votes of a committee, one by one", {"NET-34", "NET-35"});
    for (const std::size_t member : {0U, 1U, 2U, 3U})
        all.accepts(subnet(1), vote_by(chain.first, 1, {member}));
    all.finish();
    start_early(suite, "each_subnet", "votes of successive slots come on successive subnets", {"NET-03", "NET-34"})
        .tick(6)
        .accepts(subnet(2), vote_by(chain.second, 2, {0}))
        .accepts(subnet(3), vote_by(chain.second, 3, {0}))
        .accepts(subnet(4), vote_by(chain.second, 4, {0}))
        .accepts(subnet(5), vote_by(chain.second, 5, {0}))
        .finish();
    start_early(suite, "over_an_epochs_end", "the target's state is taken to the first slot of the vote's epoch",
                {"NET-30", "NET-33"})
        .tick(18)
        .accepts(subnet(9), vote_by(chain.second, 9, {2}))
        .accepts(subnet(17), vote_by(chain.second, 17, {1}))
        .finish();
    start_early(suite, "source_is_not_looked_at", "what the vote says of its source is no condition", {"NET-30"})
        .accepts(subnet(2), vote_by(chain.second, 2, {0}, [](Attestation& v) { v.data.source.epoch = Epoch{9}; }))
        .finish();
}

void add_clocks(Suite& suite) {
    const Early& chain = early();
    const NodePointer& genesis = chain.genesis;
    start(suite, "at_genesis", "the earliest slot is never before genesis", {"NET-25", "NET-09"})
        .accepts(subnet(0), vote_by(genesis, 0, {0}))
        .finish();
    start(suite, "before_its_slot", "a vote exactly MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS before its slot, and one more",
          {"NET-25", "NET-09"})
        .tick(0, 1499)
        .ignores("NET-25", subnet(1), vote_by(genesis, 1, {0}))
        .tick(0, 1500)
        .accepts(subnet(1), vote_by(genesis, 1, {0}))
        .finish();
    start(suite, "previous_epoch", "a vote of the epoch before the earliest slot's, to the last moment and one more",
          {"NET-25", "NET-09"})
        .tick(16, 499)
        .accepts(subnet(0), vote_by(genesis, 0, {0}))
        .tick(16, 500)
        .ignores("NET-25", subnet(0), vote_by(genesis, 0, {1}))
        .ignores("NET-25", subnet(7), vote_by(genesis, 7, {1}))
        .accepts(subnet(8), vote_by(genesis, 8, {0}))
        .finish();
    const auto last_slot = [](Attestation& v) {
        v.data.slot = Slot{UINT64_MAX};
        v.data.target.epoch = Epoch{UINT64_MAX / 8};
    };
    start(suite, "far_future", "votes of later epochs, and of the last slot that there is", {"NET-25"})
        .tick(3)
        .ignores("NET-25", subnet(8), vote_by(genesis, 8, {0}))
        .ignores("NET-25", subnet(UINT64_MAX), vote_by(genesis, 1, {0}, last_slot))
        .finish();
    start_early(suite, "target_of_another_epoch", "the target's epoch is not that of the vote's slot", {"NET-24"})
        .tick(9)
        .rejects(
            "NET-24", subnet(1),
            vote_by(chain.first, 1, {0}, [](Attestation& v) { v.data.target = {Epoch{1}, v.data.beacon_block_root}; }))
        .rejects("NET-24", subnet(1),
                 vote_by(chain.first, 9, {0}, [](Attestation& v) { v.data.target.epoch = Epoch{0}; }))
        .rejects("NET-24", subnet(1),
                 vote_by(chain.first, 1, {0}, [](Attestation& v) { v.data.target.epoch = far_future(); }))
        .accepts(subnet(1), chain.vote)
        .finish();
}

void add_bits(Suite& suite) {
    const Early& chain = early();
    const auto with_bits = [&](const std::vector<bool>& bits) {
        return vote_by(chain.first, 1, {}, [&](Attestation& v) { v.aggregation_bits = bits; });
    };
    start_early(suite, "bits_set", "no bit, two bits, and one", {"NET-26"})
        .rejects("NET-26", subnet(1), vote_by(chain.first, 1, {}))
        .rejects("NET-26", subnet(1), vote_by(chain.first, 1, {0, 1}))
        .rejects("NET-26", subnet(1), vote_by(chain.first, 1, {0, 1, 2, 3}))
        .accepts(subnet(1), chain.vote)
        .finish();
    start_early(suite, "number_of_bits", "fewer bits than the committee has members, and more", {"NET-33"})
        .rejects("NET-33", subnet(1), with_bits({true, false, false}))
        .rejects("NET-33", subnet(1), with_bits({true, false, false, false, false}))
        .rejects("NET-33", subnet(1), with_bits({false, false, false, false, true}))
        .accepts(subnet(1), with_bits({true, false, false, false}))
        .finish();
}

void add_blocks_of_votes(Suite& suite) {
    const Early& chain = early();
    const SignedBlock bad = bad_block(chain.genesis, 1);
    const auto head = [&](const Root& root) {
        return vote_by(chain.first, 1, {0}, [&](Attestation& v) { v.data.beacon_block_root = root; });
    };
    const auto target = [&](const Root& root) {
        return vote_by(chain.first, 1, {0}, [&](Attestation& v) { v.data.target.root = root; });
    };
    const SignedBlock on_bad = block_on(root_of(bad), chain.first, 2);
    start_early(suite, "block_invalid", "votes for a block that was found invalid, as head and as target",
                {"NET-27", "NET-23"})
        .ignores("NET-28", subnet(1), head(root_of(bad)))
        .imports(bad, "BLK-08")
        .rejects("NET-27", subnet(1), head(root_of(bad)))
        .rejects("NET-27", subnet(1), target(root_of(bad)))
        .ignores("NET-28", subnet(1), head(root_of(on_bad)))
        .rejects("NET-17", "block", on_bad)
        .rejects("NET-27", subnet(1), head(root_of(on_bad)))
        .accepts(subnet(1), chain.vote)
        .finish();
    SignedBlock spoiled = chain.first->block;
    spoiled.signature = infinity_signature();
    start(suite, "blocks_signature_invalid", "a failure of the signature alone makes no block invalid",
          {"NET-27", "NET-23"})
        .tick(2)
        .imports(spoiled, "BLK-07")
        .ignores("NET-28", subnet(1), chain.vote)
        .imports(chain.first)
        .accepts(subnet(1), chain.vote)
        .finish();
    start(suite, "block_unknown", "a vote before the block that it is for, and after it", {"NET-28"})
        .tick(2)
        .ignores("NET-28", subnet(1), chain.vote)
        .accepts("block", chain.first->block)
        .ignores("NET-28", subnet(1), chain.vote)  // accepted is not known yet
        .imports(chain.first)
        .accepts(subnet(1), chain.vote)
        .finish();
    start_early(suite, "target_unknown", "a target that is no block", {"NET-28"})
        .ignores("NET-28", subnet(1), target(Root{}))
        .accepts(subnet(1), chain.vote)
        .finish();
    start_early(suite, "block_newer_than_vote", "a vote for a block of a slot after the vote's", {"NET-29"})
        .rejects("NET-29", subnet(1), head(chain.second->root))
        .accepts(subnet(1), head(chain.first->root))
        .finish();
    start_early(suite, "target_not_the_checkpoint", "the target is of the branch, but not its block of that epoch",
                {"NET-30"})
        .rejects("NET-30", subnet(1), target(chain.first->root))
        .rejects("NET-30", subnet(1), target(chain.second->root))
        .accepts(subnet(1), target(chain.genesis->root))
        .finish();
}

/// A node that has the sparse chain, and a branch from before its finalized block.
GossipScenario start_final(Suite& suite, const std::string& name, const std::string& shows,
                           std::vector<std::string> clauses, const NodePointer& branch) {
    GossipScenario scenario = start(suite, name, shows, std::move(clauses));
    scenario.tick(31);
    for (std::size_t i = 1; i < sparse_chain().size(); ++i)
        scenario.imports(sparse_chain()[i]);
    scenario.imports(branch);
    return scenario;
}

void add_branches(Suite& suite) {
    const auto& chain = sparse_chain();
    const NodePointer branch = child(chain[0], 3, {}, 9);
    const std::optional<Said> forgotten = ignored("NET-28");
    start_final(suite, "against_finality", "a vote for a branch without the finalized block, and for its own chain",
                {"NET-31", "FC-04"}, branch)
        .tick(34)
        .hears(subnet(33), vote_by(branch, 33, {0}), ignored("NET-31"), forgotten)
        .hears(subnet(33), vote_by(chain[0], 33, {0}), ignored("NET-31"), forgotten)
        .accepts(subnet(33), vote_by(chain[3], 33, {1}))
        .accepts(subnet(33), vote_by(chain[2], 33, {2}))
        .finish();
    start_final(suite, "before_finality", "the same while that block is not final", {"NET-31"}, branch)
        .accepts(subnet(30), vote_by(branch, 30, {0}))
        .finish();
    const auto wrong_target = [&](Attestation& v) { v.data.target.root = chain[0]->root; };
    const auto no_committee = [](Attestation& v) { v.data.index = CommitteeIndex{1}; };
    start_final(suite, "order_at_finality", "of two conditions that do not hold, the first gives the verdict",
                {"NET-07", "FC-04"}, branch)
        .tick(34)
        .hears(subnet(33), vote_by(branch, 33, {0}, wrong_target), rejected("NET-30"), forgotten)
        .hears(subnet(33), vote_by(branch, 33, {0}, no_committee), ignored("NET-31"), forgotten)
        .finish();
}

void add_committees(Suite& suite) {
    const Early& chain = early();
    const auto of_committee = [&](std::uint64_t index) {
        return vote_by(chain.first, 1, {0}, [&](Attestation& v) { v.data.index = CommitteeIndex{index}; });
    };
    GossipScenario none = start_early(suite, "committee_that_is_none", "the slot has one committee", {"NET-32"});
    for (const std::uint64_t index : {std::uint64_t{1}, std::uint64_t{3}, UINT64_MAX}) {
        for (const char* topic : {"attestation_1", "attestation_2"})
            none.rejects("NET-32", topic, of_committee(index));
    }
    none.accepts("attestation_1", of_committee(0)).finish();
    GossipScenario other =
        start_early(suite, "another_subnet", "a vote on each subnet but its own, and on that", {"NET-34"});
    for (const char* topic : {"attestation_0", "attestation_2", "attestation_3"})
        other.rejects("NET-34", topic, chain.vote);
    other.accepts("attestation_1", chain.vote).finish();
    const NodePointer many = genesis_node(genesis_state({.validators = 64}));
    const auto second_committee = [&](std::uint64_t slot) {
        const ConsensusState state = advanced(many->post, Slot{slot});
        return signed_attestation(state, vote_data(state, Slot{slot}, CommitteeIndex{1}), first(1));
    };
    GossipScenario(suite, "attestation",
                   {"two_committees_a_slot", "each committee has a subnet of its own", {"NET-32", "NET-34"}}, many)
        .tick(5)
        .accepts("attestation_0", vote_by(many, 2, {0}))
        .accepts("attestation_1", second_committee(2))
        .accepts("attestation_3", second_committee(5))
        .rejects("NET-34", "attestation_0", second_committee(4))
        .accepts("attestation_1", second_committee(4))
        .finish();
}

void add_seen(Suite& suite) {
    const Early& chain = early();
    const auto for_genesis = [&](Attestation& v) { v.data.beacon_block_root = chain.genesis->root; };
    Attestation spoiled = chain.vote;
    spoiled.signature = infinity_signature();
    start_early(suite, "seen", "the vote again, another of the validator in that epoch, and those of others",
                {"NET-35"})
        .accepts(subnet(1), chain.vote)
        .ignores("NET-35", subnet(1), chain.vote)
        .ignores("NET-35", subnet(1), vote_by(chain.first, 1, {0}, for_genesis))
        .ignores("NET-35", subnet(1), spoiled)
        .accepts(subnet(1), vote_by(chain.first, 1, {1}, for_genesis))
        .finish();
    start_early(suite, "not_seen_by_its_faults", "a vote that was not accepted hides none", {"NET-35", "NET-36"})
        .rejects("NET-36", subnet(1), spoiled)
        .rejects("NET-34", subnet(2), chain.vote)
        .accepts(subnet(1), vote_by(chain.first, 1, {0}, for_genesis))
        .ignores("NET-35", subnet(1), chain.vote)
        .finish();
    // The member of slot 1's committee again in the next epoch.
    const ValidatorIndex voter = committee_of(chain.second, 1)[0];
    std::optional<Attestation> again;
    std::uint64_t slot = 7;
    while (!again) {
        const auto committee = committee_of(chain.second, ++slot);
        const auto place = std::find(committee.begin(), committee.end(), voter);
        if (place == committee.end()) continue;
        again = vote_by(chain.second, slot, {static_cast<std::size_t>(place - committee.begin())});
    }
    start_early(suite, "of_another_epoch", "a validator votes once in each epoch", {"NET-35"})
        .tick(15)
        .accepts(subnet(1), chain.vote)
        .accepts(subnet(slot), *again)
        .ignores("NET-35", subnet(1), chain.vote)
        .ignores("NET-35", subnet(slot), *again)
        .finish();
}

void add_signatures(Suite& suite) {
    const Early& chain = early();
    const ConsensusState& state = chain.first->post;
    const auto with = [&](const BLSSignature& signature) {
        Attestation vote = chain.vote;
        vote.signature = signature;
        return vote;
    };
    const auto committee = committee_of(chain.first, 1);
    const auto root = [&](const DomainType& type, std::uint64_t epoch) {
        return signing_root(state, chain.vote.data, type, Epoch{epoch});
    };
    start_early(suite, "signature_wrong", "signatures that do not verify", {"NET-36"})
        .rejects("NET-36", subnet(1), with({}))
        .rejects("NET-36", subnet(1), with(infinity_signature()))
        .rejects("NET-36", subnet(1), with(sign(committee[1], root(ref::DOMAIN_ATTESTER, 0))))
        .rejects("NET-36", subnet(1), with(sign(committee[0], root(ref::DOMAIN_PROPOSER, 0))))
        .rejects("NET-36", subnet(1), with(sign_together({committee[0], committee[1]}, root(ref::DOMAIN_ATTESTER, 0))))
        .rejects("NET-36", subnet(1), with(vote_by(chain.second, 2, {0}).signature))
        .accepts(subnet(1), chain.vote)
        .finish();
}

/// Each breaks two conditions that follow each other.
void add_order(Suite& suite) {
    const Early& chain = early();
    const SignedBlock bad = bad_block(chain.genesis, 1);
    const Root nowhere{{1, 2, 3}};
    const auto changed = [&](const std::vector<std::size_t>& members, const VoteChange& change) {
        return vote_by(chain.first, 1, members, change);
    };
    Attestation spoiled = chain.vote;
    spoiled.signature = {};
    const Attestation unsigned_other = [&] {
        Attestation vote = vote_by(chain.first, 1, {1});
        vote.signature = {};
        return vote;
    }();
    start_early(suite, "order", "of two conditions that do not hold, the first gives the verdict", {"NET-07"})
        .imports(bad, "BLK-08")
        .rejects("NET-24", subnet(1), changed({0}, [](Attestation& v) { v.data.slot = Slot{100}; }))   // NET-25
        .ignores("NET-25", subnet(1), changed({0, 1}, [](Attestation& v) { v.data.slot = Slot{5}; }))  // NET-26
        .rejects("NET-26", subnet(1),
                 changed({}, [&](Attestation& v) { v.data.beacon_block_root = root_of(bad); }))  // NET-27
        .rejects("NET-27", subnet(1),
                 changed({0},
                         [&](Attestation& v) {
                             v.data.beacon_block_root = root_of(bad);
                             v.data.target.root = nowhere;  // NET-28
                         }))
        .ignores("NET-28", subnet(1),
                 changed({0},
                         [&](Attestation& v) {
                             v.data.beacon_block_root = chain.second->root;  // NET-29
                             v.data.target.root = nowhere;
                         }))
        .rejects("NET-29", subnet(1),
                 changed({0},
                         [&](Attestation& v) {
                             v.data.beacon_block_root = chain.second->root;
                             v.data.target.root = chain.first->root;  // NET-30
                         }))
        .rejects("NET-32", subnet(1),
                 changed({0},
                         [](Attestation& v) {
                             v.data.index = CommitteeIndex{1};
                             v.aggregation_bits.push_back(false);  // NET-33
                         }))
        .rejects("NET-33", subnet(2),
                 changed({0}, [](Attestation& v) { v.aggregation_bits.push_back(false); }))  // NET-34
        .accepts(subnet(1), chain.vote)
        .rejects("NET-34", subnet(2), chain.vote)      // NET-35
        .ignores("NET-35", subnet(1), spoiled)         // NET-36
        .rejects("NET-34", subnet(2), unsigned_other)  // NET-36
        .finish();
}

}  // namespace

void add_gossip_of_attestations(Suite& suite) {
    if (!suite.wants("gossip")) return;
    add_accepted(suite);
    add_clocks(suite);
    add_bits(suite);
    add_blocks_of_votes(suite);
    add_branches(suite);
    add_committees(suite);
    add_seen(suite);
    add_signatures(suite);
    add_order(suite);
}

}  // namespace touchstone::vectors
