// What a node begins from that was given a checkpoint, lists of states, and older blocks [SYN-01], [SYN-03], [SYN-24],
// [SYN-27], [SYN-28].
#include "reference/sync/checkpoint_sync.h"

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/state_sync.h"
#include "conformance-tests/generator/scenario.h"
#include "conformance-tests/generator/transactions.h"
#include "reference/duties/duties.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Json = nlohmann::json;

void add_lists(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows, const std::vector<std::uint64_t>& epochs,
                         const Expected& expected = std::nullopt) {
        ref::StateList list;
        for (const std::uint64_t epoch : epochs)
            list.checkpoints.push_back({Epoch{epoch}, Root{ref::hash(ref::little_endian(epoch)).bytes}});
        Vector vector = sync_case("state_list", {name, shows, {"SYN-28"}});
        vector.inputs["list"] = ref::ssz::serialize(list, ref::MINIMAL);
        add_verdict(suite, std::move(vector), ref::check_state_list(list), expected);
    };
    add("no_states", "a node that serves none", {});
    add("one_state", "a single one", {9});
    add("descending", "the latest first, with gaps", {20, 19, 18, 16, 8});
    add("ascending", "the latest last", {8, 9}, "SYN-28");
    add("epoch_twice", "two states of one epoch", {9, 9, 8}, "SYN-28");
    add("last_out_of_order", "the last is later than the one before it", {20, 12, 13}, "SYN-28");
}

/// What a node is given, and what it has got from its peers.
struct Beginning {
    ConsensusState genesis;
    std::uint64_t time_ms = 0;
    Checkpoint trusted = {};
    ref::Anchor anchor;
    std::vector<SignedBlock> blocks;
};

std::vector<SignedBlock> blocks_from(std::uint64_t first, std::uint64_t last) {
    std::vector<SignedBlock> blocks;
    for (std::uint64_t slot = first; slot <= last; ++slot)
        blocks.push_back(busy_chain(24)[slot]->block);
    return blocks;
}

/// An anchor in slot 8, a trusted checkpoint in slot 16, and a clock in slot 17.
Beginning sound_beginning() {
    const auto& chain = busy_chain(24);
    Beginning beginning{.genesis = chain[0]->post, .anchor = {}, .blocks = blocks_from(9, 16)};
    beginning.time_ms = beginning.genesis.genesis_time_ms + 17 * ref::MINIMAL.SLOT_DURATION_MS;
    beginning.trusted = {Epoch{2}, chain[16]->root};
    beginning.anchor = {
        .checkpoint = {Epoch{1}, chain[8]->root}, .state = chain[8]->post, .block = chain[8]->block.message};
    return beginning;
}

Vector beginning_vector(const Title& title, const Beginning& beginning) {
    const Parameters& config = beginning.genesis.config;
    Vector vector = sync_case("begin", title, config);
    vector.inputs["genesis_state"] = ref::ssz::serialize(beginning.genesis, config);
    vector.inputs["anchor_state"] = ref::ssz::serialize(beginning.anchor.state, config);
    vector.inputs["anchor_state_entries"] = encoded_entries(beginning.anchor.state);
    vector.inputs["anchor_block"] = ref::ssz::serialize(beginning.anchor.block, config);
    Json names = Json::array();
    for (const SignedBlock& block : beginning.blocks) {
        names.push_back("block_" + std::to_string(names.size()));
        vector.inputs[names.back().get<std::string>()] = ref::ssz::serialize(block, config);
    }
    vector.params = Json{
        {"time_ms", std::to_string(beginning.time_ms)},
        {"trusted", checkpoint_json(beginning.trusted)},
        {"anchor", checkpoint_json(beginning.anchor.checkpoint)},
        {"blocks",
         names}}.dump();
    return vector;
}

void add_beginning(Suite& suite, const Title& title, const std::function<void(Beginning&)>& change,
                   const Expected& expected = std::nullopt) {
    Beginning beginning = sound_beginning();
    change(beginning);
    Vector vector = beginning_vector(title, beginning);
    const auto store = ref::begin_from_checkpoint(beginning.genesis, beginning.time_ms, beginning.trusted,
                                                  beginning.anchor, beginning.blocks);
    if (!is_as_expected(suite, vector, store, expected)) return;
    if (store) {
        const Root head = need(ref::get_head(store.value()));
        const std::uint64_t slot = store.value().blocks.at(head).slot.value;
        vector.values = Json{{"head", {{"slot", std::to_string(slot)}, {"root", ref::to_hex(head.bytes)}}},
                             {"justified_checkpoint", checkpoint_json(store.value().justified_checkpoint)},
                             {"finalized_checkpoint", checkpoint_json(store.value().finalized_checkpoint)}}
                            .dump();
    }
    suite.add(std::move(vector));
}

std::uint64_t last_epoch_of_trust(const Beginning& beginning) {
    const auto period = need(ref::compute_weak_subjectivity_period(beginning.anchor.state));
    return beginning.trusted.epoch.value + static_cast<std::uint64_t>(period);
}

void set_epoch(Beginning& beginning, std::uint64_t epoch) {
    const Parameters& config = beginning.genesis.config;
    beginning.time_ms = beginning.genesis.genesis_time_ms + epoch * config.SLOTS_PER_EPOCH * config.SLOT_DURATION_MS;
}

void add_beginnings(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows,
                         const std::function<void(Beginning&)>& change) {
        add_beginning(suite, {name, shows, {"SYN-01", "SYN-27", "SYN-03", "FC-06"}}, change);
    };
    add("earlier_state", "the state of an earlier checkpoint, and the blocks up to the trusted one", [](Beginning&) {});
    add("state_of_the_checkpoint", "the state of the trusted checkpoint itself", [](Beginning& b) {
        b.trusted = b.anchor.checkpoint;
        b.blocks.clear();
    });
    add("empty_first_slots", "the trusted checkpoint is of a later epoch than its block", [](Beginning& b) {
        b.trusted.epoch = Epoch{4};
        set_epoch(b, 5);
    });
    add("anchor_of_empty_first_slots", "so is the anchor", [](Beginning& b) {
        b.anchor.checkpoint.epoch = Epoch{2};
        b.trusted.epoch = Epoch{2};
    });
    add("block_within_an_epoch", "blocks in the middle of epochs: the anchor's checkpoint is of its state's epoch",
        [](Beginning& b) {
            const auto& chain = busy_chain(24);
            b.anchor = {
                .checkpoint = {Epoch{2}, chain[11]->root}, .state = chain[11]->post, .block = chain[11]->block.message};
            b.trusted = {Epoch{3}, chain[22]->root};
            b.blocks = blocks_from(12, 22);
            set_epoch(b, 3);
        });
    add("last_epoch_of_the_period", "it is the age of the trusted checkpoint that counts",
        [](Beginning& b) { set_epoch(b, last_epoch_of_trust(b)); });
}

void add_wrong_links(Suite& suite) {
    const auto reject = [&](const std::string& name, const std::string& shows,
                            const std::function<void(Beginning&)>& change) {
        add_beginning(suite, {name, shows, {"SYN-03", "SYN-01"}}, change, "SYN-03");
    };
    reject("no_blocks", "the blocks between are missing", [](Beginning& b) { b.blocks.clear(); });
    reject("first_block_missing", "the first does not link to the anchor",
           [](Beginning& b) { b.blocks.erase(b.blocks.begin()); });
    reject("last_block_missing", "they end before the trusted one", [](Beginning& b) { b.blocks.pop_back(); });
    reject("block_missing", "one between is missing", [](Beginning& b) { b.blocks.erase(b.blocks.begin() + 3); });
    reject("block_behind", "they go on behind the trusted one",
           [](Beginning& b) { b.blocks.push_back(busy_chain(24)[17]->block); });
    reject("another_root", "the trusted checkpoint is not of this chain",
           [](Beginning& b) { b.trusted.root.bytes[0] ^= 1U; });
    reject("another_anchor", "the anchor's block is another", [](Beginning& b) { ++b.anchor.block.proposer_index; });
    reject("links_first", "the links are looked at before the state", [](Beginning& b) {
        b.blocks.pop_back();
        b.anchor.state.genesis_root.bytes[0] ^= 1U;
    });
}

void add_wrong_anchors(Suite& suite) {
    const auto reject = [&](const std::string& clause, const std::string& name, const std::string& shows,
                            const std::function<void(Beginning&)>& change) {
        add_beginning(suite, {name, shows, {clause, "SYN-27"}}, change, clause);
    };
    reject("WS-04", "another_genesis", "a state of another genesis",
           [](Beginning& b) { b.anchor.state.genesis_root.bytes[0] ^= 1U; });
    reject("WS-04", "another_configuration", "a state of another configuration",
           [](Beginning& b) { b.anchor.state.config_root.bytes[0] ^= 1U; });
    reject("WS-02", "another_state", "the state is not that of the anchor's block",
           [](Beginning& b) { ++b.anchor.state.balances[0]; });
    reject("WS-02", "state_of_a_later_block", "the state of the block after the anchor",
           [](Beginning& b) { b.anchor.state = busy_chain(24)[9]->post; });
    reject("WS-02", "anchor_of_an_earlier_epoch", "the anchor is said to be of an epoch before its block",
           [](Beginning& b) { b.anchor.checkpoint.epoch = Epoch{0}; });
    reject("FC-05", "state_taken_further", "the state is advanced by an empty slot",
           [](Beginning& b) { b.anchor.state = advanced(b.anchor.state, Slot{9}); });
    reject("FC-11", "clock_before_the_anchor", "the clock is behind the anchor",
           [](Beginning& b) { b.time_ms = b.genesis.genesis_time_ms; });
    reject("FC-17", "clock_before_the_checkpoint", "the clock is behind the trusted block",
           [](Beginning& b) { b.time_ms -= 2 * ref::MINIMAL.SLOT_DURATION_MS; });
    reject("BLK-07", "signature_of_a_block", "roots do not commit to signatures",
           [](Beginning& b) { b.blocks[2].signature = b.blocks[3].signature; });
    reject("WS-02", "checkpoint_of_an_earlier_epoch", "the trusted checkpoint is of an epoch before its block",
           [](Beginning& b) { b.trusted.epoch = Epoch{1}; });
    reject("WS-03", "period_over", "the trusted checkpoint is too old",
           [](Beginning& b) { set_epoch(b, last_epoch_of_trust(b) + 1); });
}

// Backfill

void add_older(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& state,
               std::uint64_t earliest, const std::vector<SignedBlock>& blocks,
               const Expected& expected = std::nullopt) {
    Vector vector = sync_case("older_blocks", {name, shows, {"SYN-24"}}, state.config);
    const SignedBlock& block = busy_chain(24)[earliest]->block;
    vector.inputs["state"] = ref::ssz::serialize(state, state.config);
    vector.inputs["block"] = ref::ssz::serialize(block, state.config);
    Json names = Json::array();
    for (const SignedBlock& older : blocks) {
        names.push_back("older_" + std::to_string(names.size()));
        vector.inputs[names.back().get<std::string>()] = ref::ssz::serialize(older, state.config);
    }
    vector.params = Json{{"blocks", names}}.dump();
    add_verdict(suite, std::move(vector), ref::check_older_blocks(state, block.message, blocks), expected);
}

void add_older_blocks(Suite& suite) {
    const ConsensusState& state = busy_chain(24)[24]->post;
    const auto changed = [](std::vector<SignedBlock> blocks, const std::function<void(SignedBlock&)>& change) {
        change(blocks.front());
        return blocks;
    };
    add_older(suite, "up_to_the_anchor", "the blocks before the anchor", state, 24, blocks_from(17, 23));
    add_older(suite, "from_the_first_on", "the blocks from slot 1 on", state, 4, blocks_from(1, 3));
    add_older(suite, "no_blocks", "a range without blocks", state, 4, {});
    add_older(suite, "last_missing", "they do not reach the earliest block that is there", state, 24,
              blocks_from(17, 22), "SYN-24");
    add_older(suite, "one_too_many", "they end with a block that is there already", state, 23, blocks_from(17, 23),
              "SYN-24");
    add_older(suite, "another_signature", "the first is signed by somebody else", state, 20,
              changed(blocks_from(17, 19), [](SignedBlock& b) { b.signature = busy_chain(24)[18]->block.signature; }),
              "SYN-24");
    add_older(suite, "no_signature", "the first is not signed", state, 20,
              changed(blocks_from(17, 19), [](SignedBlock& b) { b.signature = {}; }), "SYN-24");
    add_older(suite, "nobody", "nobody has the proposer's index", state, 20,
              changed(blocks_from(17, 19), [](SignedBlock& b) { b.message.proposer_index = ValidatorIndex{32}; }),
              "SYN-24");
    ConsensusState forked = state;
    forked.fork_schedule.push_back({ref::Version{{9, 9, 9, 9}}, Epoch{2}});
    add_older(suite, "before_a_fork", "the version is that of the block's epoch", forked, 16, blocks_from(9, 15));
    add_older(suite, "after_a_fork", "a block that is signed for the version before", forked, 20, blocks_from(17, 19),
              "SYN-24");
}

}  // namespace

void add_checkpoint_sync(Suite& suite) {
    if (!suite.wants("state_sync")) return;
    add_lists(suite);
    add_beginnings(suite);
    add_wrong_links(suite);
    add_wrong_anchors(suite);
    add_older_blocks(suite);
}

}  // namespace touchstone::vectors
