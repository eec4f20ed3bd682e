// Gossip of blocks [NET-13] to [NET-23].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/gossip.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

const std::string kBlock = "block";

/// Blocks of slots 1 and 2.
struct Early {
    NodePointer genesis = gossip_genesis();
    NodePointer first = child(genesis, 1);
    NodePointer second = child(first, 2);
};
const Early& early() {
    static const Early made;
    return made;
}

GossipScenario start(Suite& suite, const std::string& name, const std::string& shows,
                     std::vector<std::string> clauses) {
    return {suite, "block", {name, shows, std::move(clauses)}, gossip_genesis()};
}

/// A node that has the sparse chain, in epoch 4: the block of slot 15 is final.
GossipScenario start_final(Suite& suite, const std::string& name, const std::string& shows,
                           std::vector<std::string> clauses) {
    GossipScenario scenario = start(suite, name, shows, std::move(clauses));
    scenario.tick(31);
    for (std::size_t i = 1; i < sparse_chain().size(); ++i)
        scenario.imports(sparse_chain()[i]);
    return scenario;
}

void add_sizes(Suite& suite) {
    const std::size_t size = ref::ssz::serialize(bad_block(gossip_genesis(), 1), ref::MINIMAL).size();
    const auto with_limit = [&](const std::string& name, const std::string& shows, std::uint64_t limit) {
        const Parameters config = minimal_with([&](Parameters& c) { c.MAX_BLOCK_BYTES = limit; });
        const NodePointer genesis = genesis_node(genesis_state({.validators = 32, .config = config}));
        GossipScenario scenario(suite, "block", {name, shows, {"NET-13"}}, genesis);
        scenario.tick(1);
        return std::pair{std::move(scenario), genesis};
    };
    auto [whole, genesis] = with_limit("greatest_size", "an encoding of MAX_BLOCK_BYTES", size);
    whole.accepts(kBlock, bad_block(genesis, 1)).finish();
    auto [short_by_one, other] = with_limit("too_large", "an encoding of one byte more than MAX_BLOCK_BYTES", size - 1);
    short_by_one.rejects("NET-13", kBlock, bad_block(other, 1))
        .rejects("NET-13", kBlock, bad_block(other, 2))  // before NET-14
        .finish();
}

void add_clocks(Suite& suite) {
    const Early& blocks = early();
    start(suite, "in_its_slot", "a block at the first and one at the last moment of its slot", {"NET-03", "NET-14"})
        .tick(1)
        .accepts(kBlock, blocks.first->block)
        .imports(blocks.first)
        .tick(2, 1999)
        .accepts(kBlock, blocks.second->block)
        .finish();
    start(suite, "before_its_slot", "a block exactly MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS before its slot, and one more",
          {"NET-14", "NET-09"})
        .tick(0, 1499)
        .ignores("NET-14", kBlock, blocks.first->block)
        .tick(0, 1500)
        .accepts(kBlock, blocks.first->block)
        .finish();
    start(suite, "long_after_its_slot", "a block may be late, as long as nothing is final", {"NET-14", "NET-15"})
        .tick(40)
        .accepts(kBlock, blocks.first->block)
        .finish();
    start(suite, "far_future", "slots of other epochs, and the last that there is", {"NET-14"})
        .tick(1)
        .ignores("NET-14", kBlock, block_on(blocks.genesis->root, blocks.genesis, 9))
        .ignores("NET-14", kBlock,
                 changed_block(blocks.genesis, blocks.first, [](Block& b) { b.slot = Slot{UINT64_MAX}; }))
        .finish();
    start(suite, "of_slot_zero", "no block of the finalized epoch's first slot", {"NET-15"})
        .tick(1)
        .ignores("NET-15", kBlock, changed_block(blocks.genesis, blocks.first, [](Block& b) { b.slot = Slot{0}; }))
        .finish();
    const NodePointer& final_block = sparse_chain()[1];
    start_final(suite, "of_the_finalized_epochs_first_slot",
                "the finalized block is older than its epoch: a block on it of the first slot, and of the second",
                {"NET-15"})
        .tick(31, 1999)
        .accepts(kBlock, child(final_block, 16)->block)
        .tick(32)
        .ignores("NET-15", kBlock, child(final_block, 16, {}, 1)->block)
        .accepts(kBlock, child(final_block, 17)->block)
        .finish();
}

void add_seen(Suite& suite) {
    const Early& blocks = early();
    const NodePointer twin = child(blocks.genesis, 1, {}, 7);
    SignedBlock unsigned_twin = twin->block;
    unsigned_twin.signature = {};
    start(suite, "seen", "the same block again, and another one of its proposer and slot", {"NET-16"})
        .tick(1)
        .accepts(kBlock, blocks.first->block)
        .ignores("NET-16", kBlock, blocks.first->block)
        .ignores("NET-16", kBlock, twin->block)
        .ignores("NET-16", kBlock, unsigned_twin)
        .finish();
    start(suite, "not_seen_by_its_faults", "a block that was not accepted hides no other of its proposer and slot",
          {"NET-16", "NET-22", "NET-18"})
        .tick(2)
        .rejects("NET-22", kBlock, unsigned_twin)
        .accepts(kBlock, twin->block)
        .ignores("NET-16", kBlock, blocks.first->block)
        .ignores("NET-18", kBlock, blocks.second->block)
        .imports(blocks.first)
        .accepts(kBlock, blocks.second->block)
        .finish();
    const NodePointer later = child(blocks.genesis, 2);
    start(suite, "of_another_slot", "blocks of other slots are others", {"NET-16"})
        .tick(2)
        .accepts(kBlock, blocks.first->block)
        .accepts(kBlock, later->block)
        .finish();
}

void add_parents(Suite& suite) {
    const Early& blocks = early();
    const SignedBlock bad = bad_block(blocks.genesis, 1);
    const SignedBlock on_bad = block_on(root_of(bad), blocks.first, 2);
    const SignedBlock on_that = block_on(root_of(on_bad), blocks.second, 3);
    start(suite, "parent_invalid", "a block on one whose state transition failed, and a block on that",
          {"NET-17", "NET-23"})
        .tick(3)
        .ignores("NET-18", kBlock, on_bad)
        .imports(bad, "BLK-08")
        .rejects("NET-17", kBlock, on_bad)
        .rejects("NET-17", kBlock, on_that)
        .finish();
    start(suite, "parent_invalid_by_request", "a block on one that came by request, whose parent was found invalid",
          {"NET-17", "NET-23"})
        .tick(3)
        .imports(on_bad, "FC-16")
        .ignores("NET-18", kBlock, on_that)
        .imports(bad, "BLK-08")
        .imports(on_bad, "FC-16")
        .rejects("NET-17", kBlock, on_that)
        .finish();
    start(suite, "parent_invalid_after_it_was_accepted", "a block is passed on before its state transition has failed",
          {"NET-23", "NET-17"})
        .tick(2)
        .accepts(kBlock, bad)
        .imports(bad, "BLK-08")
        .rejects("NET-17", kBlock, on_bad)
        .finish();
    SignedBlock spoiled = blocks.first->block;
    spoiled.signature = infinity_signature();
    start(suite, "parents_signature_invalid", "a failure of the signature alone makes no block invalid",
          {"NET-23", "NET-17"})
        .tick(2)
        .imports(spoiled, "BLK-07")
        .ignores("NET-18", kBlock, blocks.second->block)
        .accepts(kBlock, blocks.first->block)
        .imports(blocks.first)
        .accepts(kBlock, blocks.second->block)
        .finish();
    start(suite, "parent_refused_by_the_store", "a block that comes too early is not invalid", {"NET-23", "NET-17"})
        .tick(0, 1500)
        .imports(blocks.first->block, "FC-17")
        .ignores("NET-14", kBlock, blocks.second->block)
        .tick(1, 1500)
        .ignores("NET-18", kBlock, blocks.second->block)
        .imports(blocks.first)
        .accepts(kBlock, blocks.second->block)
        .finish();
    start(suite, "parent_unknown", "a block before its parent, and after it", {"NET-18"})
        .tick(2)
        .ignores("NET-18", kBlock, blocks.second->block)
        .accepts(kBlock, blocks.first->block)
        .ignores("NET-18", kBlock, blocks.second->block)  // accepted is not known yet
        .imports(blocks.first)
        .accepts(kBlock, blocks.second->block)
        .finish();
    const auto of_slot_one = [&](Block& b) {
        b.slot = Slot{1};
        b.proposer_index = blocks.first->block.message.proposer_index;
    };
    start(suite, "no_later_than_its_parent", "a block of its parent's slot, and one of an earlier slot", {"NET-19"})
        .tick(3)
        .imports(blocks.first)
        .imports(blocks.second)
        .rejects("NET-19", kBlock, changed_block(blocks.first, blocks.second, of_slot_one))
        .rejects("NET-19", kBlock, changed_block(blocks.second, child(blocks.second, 3), of_slot_one))
        .accepts(kBlock, child(blocks.second, 3)->block)
        .finish();
}

void add_branches(Suite& suite) {
    const auto& chain = sparse_chain();
    const NodePointer branch = child(chain[0], 3, {}, 9);
    const std::optional<Said> forgotten = ignored("NET-18");
    start_final(suite, "against_finality", "a block on a branch without the finalized block, and on one that has it",
                {"NET-20", "FC-04"})
        .imports(branch)
        .tick(33)
        .hears(kBlock, block_on(branch->root, branch, 33), rejected("NET-20"), forgotten)
        .hears(kBlock, block_on(chain[0]->root, chain[0], 33), rejected("NET-20"), forgotten)
        .accepts(kBlock, child(chain[2], 33)->block)
        .finish();
    start_final(suite, "before_finality", "the same while that block is not final", {"NET-20"})
        .imports(branch)
        .tick(31, 1999)
        .accepts(kBlock, child(branch, 31)->block)
        .finish();
}

void add_proposers(Suite& suite) {
    const Early& blocks = early();
    const auto by = [&](const NodePointer& parent, const NodePointer& node,
                        const std::function<ValidatorIndex(ValidatorIndex)>& other) {
        return changed_block(parent, node, [&](Block& b) { b.proposer_index = other(b.proposer_index); });
    };
    start(suite, "proposer_wrong", "a block of another validator, and of none", {"NET-21"})
        .tick(1)
        .rejects("NET-21", kBlock,
                 by(blocks.genesis, blocks.first, [](ValidatorIndex i) { return ValidatorIndex{(i.value + 1) % 32}; }))
        .rejects("NET-21", kBlock, by(blocks.genesis, blocks.first, [](ValidatorIndex) { return ValidatorIndex{32}; }))
        .rejects("NET-21", kBlock,
                 by(blocks.genesis, blocks.first, [](ValidatorIndex) { return ValidatorIndex{UINT64_MAX}; }))
        .accepts(kBlock, blocks.first->block)
        .finish();
    start(suite, "proposer_of_a_later_epoch", "the state of the parent is taken to the slot of the block", {"NET-21"})
        .tick(20)
        .accepts(kBlock, child(blocks.genesis, 9)->block)
        .accepts(kBlock, child(blocks.genesis, 20)->block)
        .finish();
    BlockBody body;
    const ValidatorIndex proposer = child(blocks.genesis, 9)->block.message.proposer_index;
    body.proposer_slashings = {two_blocks_of(blocks.genesis->post, proposer.value, 1)};
    const NodePointer slashing = child(blocks.genesis, 8, body);
    start(suite, "proposer_slashed", "that the proposer is slashed is found in the transition", {"NET-21", "NET-23"})
        .tick(9)
        .imports(slashing)
        .accepts(kBlock, block_on(slashing->root, slashing, 9))
        .imports(block_on(slashing->root, slashing, 9), "BLK-06")
        .finish();
}

void add_signatures(Suite& suite) {
    const Early& blocks = early();
    const auto with = [&](const BLSSignature& signature) {
        SignedBlock block = blocks.first->block;
        block.signature = signature;
        return block;
    };
    const Block& message = blocks.first->block.message;
    const ConsensusState& state = blocks.genesis->post;
    ConsensusState elsewhere = state;
    elsewhere.genesis_root.bytes.fill(3);
    const auto signed_by = [&](ValidatorIndex index, const ConsensusState& on, const DomainType& type) {
        return with(sign(index, signing_root(on, message, type, Epoch{0})));
    };
    start(suite, "signature_wrong", "signatures that do not verify", {"NET-22"})
        .tick(1)
        .rejects("NET-22", kBlock, with({}))
        .rejects("NET-22", kBlock, with(infinity_signature()))
        .rejects("NET-22", kBlock,
                 signed_by(ValidatorIndex{(message.proposer_index.value + 1) % 32}, state, ref::DOMAIN_PROPOSER))
        .rejects("NET-22", kBlock, signed_by(message.proposer_index, state, ref::DOMAIN_ATTESTER))
        .rejects("NET-22", kBlock, signed_by(message.proposer_index, elsewhere, ref::DOMAIN_PROPOSER))
        .rejects("NET-22", kBlock, with(child(blocks.genesis, 1, {}, 5)->block.signature))
        .accepts(kBlock, blocks.first->block)
        .finish();
}

/// Each breaks two conditions that follow each other, where that can be.
void add_order(Suite& suite) {
    const Early& blocks = early();
    const auto& chain = sparse_chain();
    const SignedBlock bad = bad_block(blocks.genesis, 1);
    SignedBlock unsigned_on_bad = block_on(root_of(bad), blocks.first, 1);
    unsigned_on_bad.signature = {};
    const Root nowhere{{1, 2, 3}};
    const NodePointer second = child(blocks.genesis, 2, {}, 4);
    start(suite, "order", "of two conditions that do not hold, the first gives the verdict", {"NET-07"})
        .tick(1)
        .ignores("NET-14", kBlock, block_on(nowhere, blocks.first, 2))
        .ignores("NET-15", kBlock,
                 changed_block(blocks.genesis, blocks.first,
                               [&](Block& b) {
                                   b.slot = Slot{0};
                                   b.parent_root = nowhere;
                               }))
        .imports(bad, "BLK-08")
        .rejects("NET-17", kBlock, unsigned_on_bad)  // also NET-19, NET-22
        .tick(2)
        .accepts(kBlock, second->block)
        .ignores("NET-16", kBlock, block_on(root_of(bad), blocks.genesis, 2))  // also NET-17
        .ignores("NET-16", kBlock, block_on(nowhere, blocks.genesis, 2))       // also NET-18
        .finish();
    const auto wrong_proposer = [](Block& b) { b.proposer_index = ValidatorIndex{(b.proposer_index.value + 1) % 32}; };
    SignedBlock wrong_and_unsigned = changed_block(blocks.genesis, blocks.first, wrong_proposer);
    wrong_and_unsigned.signature = {};
    const NodePointer branch = child(chain[0], 20, {}, 9);
    const SignedBlock of_branch = block_on(branch->root, branch, 33);
    const std::optional<Said> forgotten = ignored("NET-18");
    start_final(suite, "order_of_the_later_conditions",
                "of two conditions that do not hold, the first gives the verdict", {"NET-07", "FC-04"})
        .rejects("NET-21", kBlock, wrong_and_unsigned)
        .imports(branch)
        .tick(33)
        .hears(kBlock,
               changed_block(branch, branch,
                             [&](Block& b) {
                                 b.slot = Slot{19};
                                 b.parent_root = branch->root;
                             }),
               rejected("NET-19"), forgotten)  // also NET-20
        .hears(kBlock,
               changed_block(branch, std::make_shared<const Node>(Node{of_branch, branch->post, {}}), wrong_proposer),
               rejected("NET-20"), forgotten)  // also NET-21
        .ignores("NET-15", kBlock, wrong_and_unsigned)
        .finish();
}

}  // namespace

void add_gossip_of_blocks(Suite& suite) {
    if (!suite.wants("gossip")) return;
    add_sizes(suite);
    add_clocks(suite);
    add_seen(suite);
    add_parents(suite);
    add_branches(suite);
    add_proposers(suite);
    add_signatures(suite);
    add_order(suite);
}

}  // namespace touchstone::vectors
