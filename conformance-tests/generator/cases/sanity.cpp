// Slots and whole blocks [SLO-01] to [SLO-07], [BLK-01], [BLK-02], [BLK-08].
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

void add_slots(Suite& suite, const Title& title, const ConsensusState& pre, std::uint64_t slot,
               const Expected& expected = std::nullopt) {
    Vector vector = state_vector("sanity", "slots", title, pre);
    vector.params = nlohmann::json{{"slot", std::to_string(slot)}}.dump();
    add_outcome(
        suite, std::move(vector), pre, [&](ConsensusState& state) { return ref::process_slots(state, Slot{slot}); },
        expected);
}

void add_all_slots(Suite& suite) {
    const std::vector<std::string> clauses{"SLO-01", "SLO-05", "SLO-06", "SLO-07"};
    const ConsensusState genesis = genesis_state();
    add_slots(suite, {"one_from_genesis", "the first slot: the header gets its state root", clauses}, genesis, 1);
    add_slots(suite, {"two_from_genesis", "the header's state root stays when no block comes", clauses}, genesis, 2);
    add_slots(suite, {"to_the_last_slot_of_the_epoch", "no epoch is processed yet", clauses}, genesis, 7);
    add_slots(suite, {"over_the_epoch", "the epoch is processed before the slot is raised", clauses},
              advanced(genesis, Slot{7}), 8);
    add_slots(suite, {"three_empty_epochs", "three epochs without a block", clauses}, genesis, 24);
    add_slots(suite, {"into_a_leak", "seven empty epochs: scores rise, stakes shrink", {"SLO-06", "INA-02", "INA-03"}},
              busy_state(31), 88);
    add_slots(suite, {"roots_wrap", "roots of blocks and states begin again after 64 slots", {"SLO-07", "RES-01"}},
              busy_state(63), 66);
    add_slots(suite, {"after_a_block", "the slot after a block", clauses}, busy_state(12), 13);
    add_slots(suite, {"to_the_same_slot", "a state does not move to its own slot", {"SLO-05"}}, busy_state(12), 12,
              "SLO-05");
    add_slots(suite, {"back_by_one", "a state does not move back", {"SLO-05"}}, busy_state(12), 11, "SLO-05");
    add_slots(suite, {"back_to_genesis", "a state does not move back to slot 0", {"SLO-05"}}, busy_state(12), 0,
              "SLO-05");
    ConsensusState last = busy_state(15);
    last.balances[4] = Amount{UINT64_MAX};
    for (std::size_t i = 0; i < 32; ++i) {
        last.balances[i] = Amount{0};
        last.validators[i].effective_stake = Amount{0};
    }
    add_slots(suite, {"epoch_without_stake", "without any stake there are no proposers: the chain ends", {"COM-08"}},
              last, 16, "COM-08");
    last = busy_state(15);
    last.balances[4] = Amount{UINT64_MAX};
    add_slots(suite, {"epoch_that_overflows", "an epoch that cannot be processed stops the chain there", {"TYP-01"}},
              last, 16, "TYP-01");
}

void accept(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
            const ConsensusState& pre, const std::vector<SignedBlock>& blocks) {
    add_blocks(suite, "sanity", {name, shows, std::move(clauses)}, pre, blocks, std::nullopt);
}

void reject(Suite& suite, const std::string& clause, const std::string& name, const std::string& shows,
            const ConsensusState& pre, const std::vector<SignedBlock>& blocks) {
    add_blocks(suite, "sanity", {name, shows, {clause}}, pre, blocks, clause);
}

// A block with a change after it was made, signed again.
SignedBlock changed(const ConsensusState& parent, SignedBlock block, const std::function<void(Block&)>& change) {
    change(block.message);
    resign(parent, block);
    return block;
}

BlockBody body_with_votes(const ConsensusState& state) {
    BlockBody body;
    body.attestations = attestations_of_slot(state, state.slot);
    return body;
}

ProposerSlashing proposer_evidence(const ConsensusState& state, ValidatorIndex offender, std::uint64_t slot) {
    const auto header = [&](std::uint8_t tag) {
        ref::BlockHeader result;
        result.slot = Slot{slot};
        result.proposer_index = offender;
        result.body_root.bytes.fill(tag);
        return ref::SignedBlockHeader{
            result, sign(offender, signing_root(state, result, ref::DOMAIN_PROPOSER, Epoch{slot / 8}))};
    };
    return {header(1), header(2)};
}

AttesterSlashing attester_evidence(const ConsensusState& state, const std::vector<ValidatorIndex>& offenders) {
    AttestationData data;
    data.target.epoch = Epoch{1};
    AttestationData other = data;
    other.beacon_block_root.bytes.fill(1);
    return {indexed_attestation(state, offenders, data), indexed_attestation(state, offenders, other)};
}

ref::SignedVoluntaryExit exit_of(const ConsensusState& state, std::uint64_t index) {
    const ref::VoluntaryExit exit{Epoch{0}, ValidatorIndex{index}};
    return {exit, sign(ValidatorIndex{index}, signing_root(state, exit, ref::DOMAIN_VOLUNTARY_EXIT, Epoch{0}))};
}

void add_valid(Suite& suite) {
    const std::vector<std::string> clauses{"SLO-04", "BLK-02", "BLK-08"};
    const ConsensusState genesis = genesis_state();
    accept(suite, "first_block", "an empty block on genesis: its parent is the genesis block",
           {"GEN-09", "BLK-05", "BLK-08"}, genesis, {make_block(genesis, Slot{1})});
    accept(suite, "skipped_slots", "a block after three empty slots", clauses, genesis, {make_block(genesis, Slot{4})});
    accept(suite, "skipped_epoch", "a block after an empty epoch", clauses, genesis, {make_block(genesis, Slot{17})});
    accept(suite, "first_slot_of_an_epoch", "the epoch is processed before the block", clauses, busy_state(15),
           {make_block(busy_state(15), Slot{16})});
    Chain chain{busy_state(12)};
    chain.extend_to(Slot{15});
    accept(suite, "three_blocks_with_votes", "blocks with the votes of the slots before them", {"BLK-02", "ATT-14"},
           busy_state(12), chain.blocks);
    const ConsensusState& state = busy_state(20);
    BlockBody body;
    body.graffiti.bytes.fill(0x21);
    accept(suite, "graffiti", "graffiti are free", clauses, state, {make_block(state, Slot{21}, body)});
    body = body_with_votes(state);
    body.attestations.push_back(body.attestations[0]);
    accept(suite, "vote_twice", "the same votes twice in a block: the second counts nothing", {"ATT-14", "BLK-02"},
           state, {make_block(state, Slot{21}, body)});
    const auto young = minimal_with([](Parameters& c) { c.SHARD_COMMITTEE_PERIOD = 1; });
    const ConsensusState exiting = advanced(genesis_state({.config = young}), Slot{17});
    body = {};
    body.proposer_slashings = {proposer_evidence(exiting, ValidatorIndex{1}, 9),
                               proposer_evidence(exiting, ValidatorIndex{2}, 3)};
    body.attester_slashings = {attester_evidence(exiting, {ValidatorIndex{3}, ValidatorIndex{4}})};
    body.voluntary_exits = {exit_of(exiting, 20), exit_of(exiting, 10)};
    body.attestations = attestations_of_slot(advanced(exiting, Slot{18}), Slot{17});
    accept(suite, "everything", "a block with every kind of operation: offenders queue before those who leave",
           {"BLK-02", "VAL-08"}, exiting, {make_block(exiting, Slot{18}, body)});
    body = {};
    for (std::uint64_t i = 0; i < 16; ++i)
        body.voluntary_exits.push_back(exit_of(exiting, 31 - i));
    accept(suite, "as_many_exits_as_fit", "MAX_VOLUNTARY_EXITS in one block", {"BLK-02", "EXI-07"}, exiting,
           {make_block(exiting, Slot{18}, body)});
    const ConsensusState next = advanced(exiting, Slot{18});
    body = {};
    body.proposer_slashings = {proposer_evidence(exiting, ref::get_beacon_proposer_index(next), 9)};
    accept(suite, "proposer_slashes_itself", "a block may carry evidence against its own proposer",
           {"BLK-06", "PSL-08"}, exiting, {make_block(exiting, Slot{18}, body)});
}

void add_order(Suite& suite) {
    const auto young = minimal_with([](Parameters& c) { c.SHARD_COMMITTEE_PERIOD = 1; });
    const ConsensusState state = advanced(genesis_state({.config = young}), Slot{17});
    const auto block = [&](const BlockBody& body) {
        return std::vector<SignedBlock>{make_invalid_block(state, Slot{18}, body)};
    };
    BlockBody body;
    body.voluntary_exits = {exit_of(state, 5), exit_of(state, 5)};
    reject(suite, "EXI-03", "exit_twice", "the second exit sees the first", state, block(body));
    body = {};
    body.proposer_slashings = {proposer_evidence(state, ValidatorIndex{1}, 9),
                               proposer_evidence(state, ValidatorIndex{1}, 9)};
    reject(suite, "PSL-05", "slashing_twice", "the second evidence sees the first", state, block(body));
    body = {};
    body.attester_slashings = {attester_evidence(state, {ValidatorIndex{3}}),
                               attester_evidence(state, {ValidatorIndex{3}})};
    reject(suite, "ASL-06", "attester_slashing_twice", "the second evidence slashes nobody", state, block(body));
    body = {};
    body.proposer_slashings = {proposer_evidence(state, ValidatorIndex{3}, 9)};
    body.attester_slashings = {attester_evidence(state, {ValidatorIndex{3}})};
    reject(suite, "ASL-06", "proposer_slashings_come_first",
           "evidence against an attester sees what was slashed before", state, block(body));
    body = {};
    body.attester_slashings = {attester_evidence(state, {ValidatorIndex{3}})};
    body.voluntary_exits = {exit_of(state, 3)};
    reject(suite, "EXI-03", "slashings_come_before_exits", "who was slashed in the block may not exit in it", state,
           block(body));
    body = {};
    body.voluntary_exits = {exit_of(state, 40)};
    body.attestations = attestations_of_slot(advanced(state, Slot{18}), Slot{17});
    body.attestations[0].signature = infinity_signature();
    reject(suite, "ATT-12", "attestations_come_before_exits", "of a bad vote and a bad exit the vote is named", state,
           block(body));
    SignedBlock bad = make_invalid_block(state, Slot{18}, body);
    bad.message.body.randao_reveal = infinity_signature();
    resign(state, bad);
    reject(suite, "BLK-09", "randao_comes_before_operations", "of a bad reveal and bad operations the reveal is named",
           state, {bad});
    bad.signature = infinity_signature();
    reject(suite, "BLK-07", "signature_comes_before_randao",
           "of a bad signature and a bad reveal the signature is named", state, {bad});
    bad.message.parent_root = {};
    reject(suite, "BLK-05", "header_comes_before_signature", "of a bad header and a bad signature the header is named",
           state, {bad});
}

void add_invalid(Suite& suite) {
    const ConsensusState& state = busy_state(20);
    const SignedBlock good = make_block(state, Slot{21}, body_with_votes(state));
    const auto with = [&](const std::string& clause, const std::string& name, const std::string& shows,
                          const std::function<void(Block&)>& change) {
        reject(suite, clause, name, shows, state, {changed(state, good, change)});
    };
    with("BLK-08", "state_root_wrong", "another post-state", [](Block& b) { b.state_root.bytes[0] ^= 1U; });
    with("BLK-08", "state_root_of_the_parent", "the state root of the block before",
         [&](Block& b) { b.state_root = ref::hash_tree_root(state, state.config); });
    with("BLK-08", "state_root_zero", "no state root", [](Block& b) { b.state_root = {}; });
    with("BLK-08", "graffiti_changed", "another body has another header, and the state another root",
         [](Block& b) { b.body.graffiti.bytes[0] ^= 1U; });
    with("BLK-04", "another_proposer", "signed by another validator in its own name",
         [](Block& b) { b.proposer_index = ValidatorIndex{b.proposer_index.value ^ 1U}; });
    with("BLK-05", "another_parent", "a block on another parent", [](Block& b) { b.parent_root.bytes[0] ^= 1U; });
    with("BLK-11", "receipts_root_wrong", "receipts of nothing", [](Block& b) { b.body.receipts_root = {}; });
    with("TXN-04", "transaction_of_a_later_version", "a transaction of a kind that there is not yet", [](Block& b) {
        b.body.transactions.resize(1);
        b.body.transactions[0].message.payload = ref::Payload(std::in_place_index<8>);
    });
    with("SLO-05", "slot_of_the_parent", "a block of its parent's slot", [](Block& b) { b.slot = Slot{20}; });
    with("SLO-05", "slot_before_the_parent", "a block of a slot before its parent's",
         [](Block& b) { b.slot = Slot{19}; });
    SignedBlock bad = good;
    bad.signature = infinity_signature();
    reject(suite, "BLK-07", "signature_infinity", "a signature at infinity", state, {bad});
    Chain chain{state};
    chain.extend_to(Slot{22});
    auto blocks = chain.blocks;
    blocks[1] = changed(state, blocks[1], [](Block& b) { b.state_root.bytes[5] ^= 1U; });
    reject(suite, "BLK-08", "second_of_two_blocks", "the second block of two is invalid", state, blocks);
    reject(suite, "SLO-05", "same_block_twice", "a block is not applied twice", state, {good, good});
    ConsensusState slashed = state;
    slashed.validators[good.message.proposer_index.value].slashed = true;
    reject(suite, "BLK-06", "slashed_proposer", "a slashed validator does not propose", slashed,
           {make_invalid_block(slashed, Slot{21})});
}

void add_sizes(Suite& suite) {
    const auto sized = [](std::uint64_t bytes) {
        return genesis_state({.config = minimal_with([&](Parameters& c) { c.MAX_BLOCK_BYTES = bytes; })});
    };
    const SignedBlock some = make_block(sized(10'000), Slot{1});
    const std::uint64_t size = ref::ssz::serialize(some, ref::MINIMAL).size();
    const ConsensusState fits = sized(size);
    accept(suite, "block_at_the_limit", "a block of exactly MAX_BLOCK_BYTES", {"BLK-01"}, fits,
           {make_block(fits, Slot{1})});
    const ConsensusState tight = sized(size - 1);
    reject(suite, "BLK-01", "block_above_the_limit", "a block of one byte more", tight,
           {make_invalid_block(tight, Slot{1})});
    SignedBlock wrong = make_invalid_block(tight, Slot{1});
    wrong.message.slot = Slot{0};
    reject(suite, "BLK-01", "size_comes_before_slots", "the size is looked at first", tight, {wrong});
}

}  // namespace

void add_sanity(Suite& suite) {
    if (!suite.wants("sanity")) return;
    add_all_slots(suite);
    add_valid(suite);
    add_order(suite);
    add_invalid(suite);
    add_sizes(suite);
}

void add_finality(Suite& suite) {
    if (!suite.wants("finality")) return;
    const auto run = [&](const std::string& name, const std::string& shows, const ConsensusState& start,
                         std::uint64_t until, const std::function<Voters(std::uint64_t slot)>& voters) {
        Chain chain{start};
        while (chain.state.slot.value < until) {
            chain.extend_to(Slot{chain.state.slot.value + 1}, voters(chain.state.slot.value));
        }
        add_blocks(suite, "finality", {name, shows, {"JUS-03", "JUS-04", "BLK-02", "VAL-06"}}, start, chain.blocks,
                   std::nullopt);
    };
    const auto all = [](std::uint64_t) -> Voters { return everybody; };
    run("first_epochs", "nothing is justified in the first two epochs", genesis_state(), 17, all);
    run("from_genesis", "the first finality, by rule 4", genesis_state(), 33, all);
    run("rule_4", "each epoch finalizes the one before", busy_state(31), 41, all);
    run("late_votes", "one epoch without votes, then all: rule 2 or 3", busy_state(31), 57,
        [](std::uint64_t slot) -> Voters {
            return slot < 40 ? Voters([](ValidatorIndex) { return false; }) : Voters(everybody);
        });
    run("two_thirds", "22 of 32 are enough", busy_state(31), 49,
        [](std::uint64_t) -> Voters { return [](ValidatorIndex i) { return i.value < 22; }; });
    run("below_two_thirds", "21 of 32 are not", busy_state(31), 49,
        [](std::uint64_t) -> Voters { return [](ValidatorIndex i) { return i.value < 21; }; });
    run("leak_and_recovery", "half are away for six epochs, then return", busy_state(15), 97,
        [](std::uint64_t slot) -> Voters {
            return slot < 72 ? Voters([](ValidatorIndex i) { return i.value % 2 == 0; }) : Voters(everybody);
        });
    run("one_slot_an_epoch", "every slot is an epoch",
        genesis_state({.config = minimal_with([](Parameters& c) { c.SLOTS_PER_EPOCH = 1; })}), 9, all);
    const ConsensusState nine = genesis_state({.validators = 9});
    run("nine_validators", "a number of validators that is not divisible by the slots", nine, 33, all);
    const ConsensusState skewed =
        genesis_state({.validators = 16, .stakes = {tst(4096), tst(4096), tst(17), tst(18), tst(19)}});
    run("unequal_stakes", "two heavy validators among light ones", skewed, 33, all);
    const ConsensusState four = genesis_state({.validators = 4, .config = minimal_with([](Parameters& c) {
                                                                    c.SLOTS_PER_EPOCH = 4;
                                                                    c.MIN_ACTIVE_VALIDATORS = 4;
                                                                })});
    run("four_validators", "a chain of four validators has four slots an epoch", four, 17, all);
}

}  // namespace touchstone::vectors
