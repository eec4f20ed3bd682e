// The parts of a block [BLK-03] to [BLK-10], each by itself.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "reference/transition/block.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

// The slots of a block's state have been processed: the latest header has its state root.
const ConsensusState& state_now() {
    static const ConsensusState state = advanced(busy_state(18), Slot{20});
    return state;
}

Block block_now() { return make_invalid_block(state_now(), Slot{20}).message; }

ref::Result<void> apply_randao(ConsensusState& state, const Block& block) {
    return ref::process_randao(state, block.body);
}
ref::Result<void> apply_signature(ConsensusState& state, const SignedBlock& block) {
    return ref::verify_block_signature(state, block);
}

void add_header(Suite& suite, const Title& title, const ConsensusState& pre, const Block& block,
                const Expected& expected = std::nullopt) {
    add_operation(suite, "block_header", "block", title, pre, block, ref::process_block_header, expected);
}

void add_headers(Suite& suite) {
    const ConsensusState& state = state_now();
    const auto reject = [&](const std::string& clause, const std::string& name, const std::string& shows,
                            const ConsensusState& pre,
                            const Block& block) { add_header(suite, {name, shows, {clause}}, pre, block, clause); };
    add_header(
        suite,
        {"valid", "the header of a block becomes the latest, without its state root", {"BLK-03", "BLK-04", "BLK-05"}},
        state, block_now());
    Block block = block_now();
    block.body.graffiti.bytes.fill(0x55);
    add_header(suite, {"with_graffiti", "graffiti are free, and part of the body's root", {"BLK-03"}}, state, block);
    block = block_now();
    block.slot = Slot{21};
    reject("BLK-03", "slot_after_the_state", "a block of the next slot", state, block);
    block.slot = Slot{19};
    reject("BLK-03", "slot_before_the_state", "a block of the slot before", state, block);
    ConsensusState done = state;
    done.latest_block_header.slot = Slot{20};
    block = block_now();
    block.parent_root = ref::hash_tree_root(done.latest_block_header, done.config);
    reject("BLK-03", "second_block_of_the_slot", "the latest block is of this very slot", done, block);
    done.latest_block_header.slot = Slot{19};
    block.parent_root = ref::hash_tree_root(done.latest_block_header, done.config);
    add_header(suite, {"right_after_the_latest", "the latest block is of the slot before", {"BLK-03"}}, done, block);
    block = block_now();
    block.proposer_index = ValidatorIndex{(block.proposer_index.value + 1) % 32};
    reject("BLK-04", "another_proposer", "a block of another validator", state, block);
    block.proposer_index = ValidatorIndex{32};
    reject("BLK-04", "proposer_is_nobody", "an index that is nobody's", state, block);
    block.proposer_index = ValidatorIndex{UINT64_MAX};
    reject("BLK-04", "proposer_huge", "an index of 2^64 − 1", state, block);
    ConsensusState lookahead = state;
    lookahead.proposer_lookahead[4 + 8] = ValidatorIndex{block_now().proposer_index.value ^ 1U};
    block = block_now();
    block.proposer_index = lookahead.proposer_lookahead[4 + 8];
    reject("BLK-04", "proposer_of_the_next_epoch", "the proposer of this slot in the next epoch", lookahead, block);
    block = block_now();
    block.parent_root.bytes[0] ^= 1U;
    reject("BLK-05", "another_parent", "a parent that is not the latest block", state, block);
    block.parent_root = {};
    reject("BLK-05", "no_parent", "a zero parent", state, block);
    block.parent_root = state.block_roots[17];
    reject("BLK-05", "grandparent", "the parent of the latest block", state, block);
    ConsensusState slashed = state;
    slashed.validators[block_now().proposer_index.value].slashed = true;
    reject("BLK-06", "slashed_proposer", "a slashed validator may not propose", slashed, block_now());
}

void add_block_signatures(Suite& suite) {
    const ConsensusState& state = state_now();
    const SignedBlock good = make_invalid_block(state, Slot{20});
    const auto add = [&](const Title& title, const ConsensusState& pre, const SignedBlock& block,
                         const Expected& expected = std::nullopt) {
        add_operation(suite, "block_signature", "signed_block", title, pre, block, apply_signature, expected);
    };
    const auto reject = [&](const std::string& name, const std::string& shows, const ConsensusState& pre,
                            const SignedBlock& block) { add({name, shows, {"BLK-07"}}, pre, block, "BLK-07"); };
    add({"valid", "the proposer's signature", {"BLK-07"}}, state, good);
    const auto signed_with = [&](const BLSSignature& signature) { return SignedBlock{good.message, signature}; };
    const Epoch epoch{2};
    reject("signed_by_another", "another validator signed", state,
           signed_with(sign(ValidatorIndex{(good.message.proposer_index.value + 1) % 32},
                            signing_root(state, good.message, ref::DOMAIN_PROPOSER, epoch))));
    reject("signature_infinity", "the point at infinity", state, signed_with(infinity_signature()));
    reject("signature_of_zeros", "a signature that does not decode", state, signed_with({}));
    reject("signature_zero", "96 zero bytes", state, signed_with({}));
    reject(
        "other_domain", "signed for the domain of attesters", state,
        signed_with(sign(good.message.proposer_index, signing_root(state, good.message, ref::DOMAIN_ATTESTER, epoch))));
    SignedBlock changed = good;
    changed.message.body.graffiti.bytes[0] ^= 1U;
    reject("body_changed", "the body was changed after it was signed", state, changed);
    changed = good;
    changed.message.state_root.bytes[0] ^= 1U;
    reject("state_root_changed", "the state root was changed after it was signed", state, changed);
    ConsensusState elsewhere = state;
    elsewhere.genesis_root.bytes.fill(3);
    reject("other_chain", "a block of another chain", elsewhere, good);
    ConsensusState upgraded = state;
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{2}});
    reject("other_fork", "a block signed for the older fork", upgraded, good);
    add({"of_the_new_fork", "a block of the upgrade's first epoch", {"BLK-07", "CRY-16"}}, upgraded,
        make_invalid_block(upgraded, Slot{20}));
}

void add_randao(Suite& suite) {
    const ConsensusState& state = state_now();
    const auto add = [&](const Title& title, const ConsensusState& pre, const Block& block,
                         const Expected& expected = std::nullopt) {
        add_operation(suite, "randao", "block", title, pre, block, apply_randao, expected);
    };
    const Block good = block_now();
    const auto reveal = [&](ValidatorIndex signer, const DomainType& type, std::uint64_t epoch,
                            std::uint64_t domain_epoch) {
        Block block = good;
        block.body.randao_reveal = sign(signer, signing_root(state, Epoch{epoch}, type, Epoch{domain_epoch}));
        return block;
    };
    add({"valid", "the reveal is mixed into the epoch's entry", {"BLK-09", "BLK-10", "COM-01"}}, state, good);
    const auto reject = [&](const std::string& name, const std::string& shows, const Block& block) {
        add({name, shows, {"BLK-09"}}, state, block, "BLK-09");
    };
    const ValidatorIndex proposer = good.proposer_index;
    const ValidatorIndex other{(proposer.value + 1) % 32};
    reject("of_the_epoch_before", "a reveal of the epoch before", reveal(proposer, ref::DOMAIN_RANDAO, 1, 1));
    reject("of_the_next_epoch", "a reveal of the next epoch", reveal(proposer, ref::DOMAIN_RANDAO, 3, 3));
    reject("of_another", "another validator's reveal", reveal(other, ref::DOMAIN_RANDAO, 2, 2));
    reject("other_domain", "a reveal for the domain of proposers", reveal(proposer, ref::DOMAIN_PROPOSER, 2, 2));
    Block block = good;
    block.body.randao_reveal = infinity_signature();
    reject("infinity", "the point at infinity", block);
    block.body.randao_reveal = {};
    reject("zeros", "a reveal that does not decode", block);
    block.body.randao_reveal = {};
    reject("zero", "96 zero bytes", block);
    ConsensusState upgraded = state;
    upgraded.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{2}});
    add({"other_fork", "a reveal for the older fork", {"BLK-09"}}, upgraded, good, "BLK-09");
}

}  // namespace

void add_block_parts(Suite& suite) {
    if (!suite.wants("operations")) return;
    add_headers(suite);
    add_block_signatures(suite);
    add_randao(suite);
}

}  // namespace touchstone::vectors
