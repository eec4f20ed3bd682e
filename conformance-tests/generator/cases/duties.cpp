// What validators compute before they sign [DUT-03] to [DUT-20].
#include "reference/duties/duties.h"

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/scenario.h"
#include "conformance-tests/generator/transactions.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Json = nlohmann::json;

Vector duty(const std::string& handler, const Title& title, const ConsensusState* state = nullptr) {
    Vector vector{
        .runner = "duties", .handler = handler, .name = title.name, .shows = title.shows, .clauses = title.clauses};
    if (state == nullptr) return vector;
    vector.config = config_of(state->config);
    vector.inputs["state"] = ref::ssz::serialize(*state, state->config);
    return vector;
}

std::string text(std::uint64_t number) { return std::to_string(number); }

void add_assignment(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& state,
                    std::uint64_t epoch, std::uint64_t index, const Expected& expected = std::nullopt) {
    Vector vector = duty("committee_assignment", {name, shows, {"DUT-03", "COM-06"}}, &state);
    vector.params = Json{{"epoch", text(epoch)}, {"index", text(index)}}.dump();
    const auto found = ref::get_committee_assignment(state, Epoch{epoch}, ValidatorIndex{index});
    if (!found) {
        vector.rejected = std::string(to_string(found.failure().clause));
    } else if (found.value()) {
        Json committee = Json::array();
        for (const ValidatorIndex member : found.value()->committee)
            committee.push_back(text(member.value));
        vector.values = Json{{"assignment",
                              {{"slot", text(found.value()->slot.value)},
                               {"committee_index", text(found.value()->committee_index.value)},
                               {"committee", committee}}}}
                            .dump();
    }
    if (vector.rejected != expected) return suite.problem(vector.id() + ": the reference says otherwise");
    suite.add(std::move(vector));
}

void add_assignments(Suite& suite) {
    const ConsensusState& state = busy_state(28);
    add_assignment(suite, "current_epoch", "a place in the state's epoch", state, 3, 5);
    add_assignment(suite, "previous_epoch", "a place in the epoch before", state, 2, 5);
    add_assignment(suite, "next_epoch", "a place in the next epoch", state, 4, 5);
    add_assignment(suite, "last_validator", "the last of the registry", state, 3, 31);
    add_assignment(suite, "not_registered", "nobody has this index", state, 3, 32);
    add_assignment(suite, "two_committees_a_slot", "the committee's index within the slot",
                   genesis_state({.validators = 64}), 1, 40);
    ConsensusState left = state;
    left.validators[5].exit_epoch = Epoch{4};
    add_assignment(suite, "leaves_next_epoch", "who leaves has a place in the last epoch", left, 3, 5);
    add_assignment(suite, "has_left", "who has left has none", left, 4, 5);
    add_assignment(suite, "epoch_after_next", "the seed of that epoch is not fixed", state, 5, 5, "DUT-03");
    add_assignment(suite, "two_epochs_before", "committees of that epoch cannot be computed any more", state, 1, 5,
                   "DUT-03");
}

void add_signing_roots(Suite& suite) {
    const auto add = [&suite](Vector vector, const Root& root) {
        vector.values = Json{{"signing_root", ref::to_hex(root.bytes)}}.dump();
        suite.add(std::move(vector));
    };
    ConsensusState state = busy_state(28);
    state.fork_schedule.push_back({ref::version_of(9), Epoch{4}});
    const auto epoch = [&](const std::string& name, const std::string& shows, std::uint64_t number) {
        Vector vector = duty("epoch_signature", {name, shows, {"DUT-07", "CRY-16"}}, &state);
        vector.params = Json{{"epoch", text(number)}}.dump();
        add(std::move(vector), ref::get_epoch_signing_root(state, Epoch{number}));
    };
    epoch("before_the_upgrade", "the reveal of an epoch before an upgrade", 3);
    epoch("after_the_upgrade", "the domain is that of the epoch, not of the state", 4);
    const auto slot = [&](const std::string& name, const std::string& shows, std::uint64_t number) {
        Vector vector = duty("slot_signature", {name, shows, {"DUT-14", "CRY-16"}}, &state);
        vector.params = Json{{"slot", text(number)}}.dump();
        add(std::move(vector), ref::get_slot_signing_root(state, Slot{number}));
    };
    slot("last_before_the_upgrade", "the selection proof of an epoch's last slot", 31);
    slot("first_after_the_upgrade", "the domain is that of the slot's epoch", 32);
    const auto aggregate = [&](const std::string& name, const std::string& shows, std::uint64_t number) {
        ref::AggregateAndProof message{ValidatorIndex{3}, {}, sign(ValidatorIndex{3}, {})};
        message.aggregate = signed_attestation(busy_state(28), vote_data(busy_state(28), Slot{28}));
        message.aggregate.data.slot = Slot{number};
        Vector vector = duty("aggregate_and_proof_signature", {name, shows, {"DUT-16", "CRY-16"}}, &state);
        vector.inputs["aggregate_and_proof"] = ref::ssz::serialize(message, state.config);
        add(std::move(vector), ref::get_aggregate_and_proof_signing_root(state, message));
    };
    aggregate("before_the_upgrade", "the message with its selection proof", 28);
    aggregate("after_the_upgrade", "the domain is that of the aggregate's slot", 32);
}

struct Vote {
    std::uint64_t slot = 0;
    std::uint64_t index = 0;
};

void add_vote(Suite& suite, const std::string& name, const std::string& shows, const std::vector<NodePointer>& blocks,
              const Vote& vote, std::uint64_t target_slot) {
    const NodePointer& anchor = blocks[0];
    const Parameters& config = anchor->post.config;
    Vector vector = duty("attestation_data", {name, shows, {"DUT-12"}});
    vector.config = config_of(config);
    vector.inputs["anchor_state"] = ref::ssz::serialize(anchor->post, config);
    if (!anchor->post.entries.map().empty()) vector.inputs["anchor_state_entries"] = encoded_entries(anchor->post);
    vector.inputs["anchor_block"] = ref::ssz::serialize(anchor->block.message, config);
    auto store = need(ref::get_forkchoice_store(anchor->post, anchor->block.message));
    const std::uint64_t time = store.genesis_time_ms + vote.slot * config.SLOT_DURATION_MS;
    need(ref::on_tick(store, time));
    Json names = Json::array();
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        names.push_back("block_" + text(i));
        vector.inputs[names.back()] = ref::ssz::serialize(blocks[i]->block, config);
        need(ref::on_block(store, blocks[i]->block));
    }
    vector.params =
        Json{{"time_ms", text(time)}, {"blocks", names}, {"slot", text(vote.slot)}, {"index", text(vote.index)}}.dump();
    const AttestationData data =
        need(ref::get_attestation_data(store, Slot{vote.slot}, ref::CommitteeIndex{vote.index}));
    if (store.blocks.at(data.target.root).slot != target_slot)
        return suite.problem(vector.id() + ": another block is the target");
    vector.files["data"] = ref::ssz::serialize(data, config);
    suite.add(std::move(vector));
}

// Blocks with transactions, on a chain with accounts.
std::vector<NodePointer> chain_with_accounts() {
    std::vector<NodePointer> chain{genesis_node(genesis_state({.accounts = {tst(9), tst(1)}}))};
    for (std::uint64_t slot = 1; slot <= 2; ++slot) {
        BlockBody body;
        body.transactions = {pay(advanced(chain.back()->post, Slot{slot}), {})};
        chain.push_back(child(chain.back(), slot, std::move(body)));
    }
    return chain;
}

void add_votes(Suite& suite) {
    add_vote(suite, "blocks_with_transactions", "a vote for a block with a transfer", chain_with_accounts(), {2, 0}, 0);
    const auto& chain = busy_chain(24);
    const auto up_to = [&chain](std::size_t slot) {
        return std::vector<NodePointer>(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(slot) + 1);
    };
    add_vote(suite, "block_of_the_slot", "head and target of the chain", up_to(10), {10, 0}, 8);
    add_vote(suite, "empty_slot", "without a block the vote is for the one before", up_to(10), {11, 0}, 8);
    add_vote(suite, "first_slot_of_the_epoch", "the block of the epoch's first slot is head and target", up_to(8),
             {8, 0}, 8);
    add_vote(suite, "empty_first_slot", "the target is the block before the empty first slot", up_to(7), {8, 0}, 7);
    add_vote(suite, "another_committee", "the committee's index is that which was asked for", up_to(3), {3, 1}, 0);
    add_vote(suite, "source_raised_by_the_boundary",
             "the head's state justifies at the boundary after it: the source is the raised one", up_to(23), {24, 0},
             23);
}

void add_aggregators(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows, const ConsensusState& state,
                         std::uint8_t tag, bool expected) {
        Vector vector = duty("is_aggregator", {name, shows, {"DUT-15"}}, &state);
        ref::BLSSignature proof;
        proof.bytes.fill(tag);
        vector.params = Json{{"slot", "5"}, {"index", "0"}, {"selection_proof", ref::to_hex(proof.bytes)}}.dump();
        const bool found = ref::is_aggregator(state, Slot{5}, ref::CommitteeIndex{0}, proof);
        if (found != expected) return suite.problem(vector.id() + ": the reference says otherwise");
        vector.values = Json{{"aggregator", found}}.dump();
        suite.add(std::move(vector));
    };
    const auto with = [](std::uint64_t aggregators) {
        return genesis_state({.validators = 32, .config = minimal_with([&](Parameters& c) {
                                                    c.TARGET_AGGREGATORS_PER_COMMITTEE = aggregators;
                                                })});
    };
    // Committees of four: with one aggregator wanted, one hash in four draws it.
    const ConsensusState one = with(1);
    std::uint8_t drawn = 0;
    std::uint8_t passed = 0;
    const auto draws = [&one](std::uint8_t tag) {
        ref::BLSSignature proof;
        proof.bytes.fill(tag);
        return ref::is_aggregator(one, Slot{5}, ref::CommitteeIndex{0}, proof);
    };
    while (!draws(drawn))
        ++drawn;
    while (draws(passed))
        ++passed;
    add("drawn", "the hash of the proof is a multiple of four", one, drawn, true);
    add("not_drawn", "the hash of the proof is none", one, passed, false);
    add("as_many_as_members", "a committee of the target's size: everybody aggregates", with(4), passed, true);
    add("more_than_members", "a committee below the target's size: everybody aggregates", with(5), passed, true);
    add("quotient_is_floored", "four members and three aggregators: the quotient is one", with(3), passed, true);
}

void add_subnets(Suite& suite) {
    const auto add = [&suite](const std::string& name, const std::string& shows, std::uint64_t committees,
                              std::uint64_t slot, std::uint64_t index, std::uint64_t expected) {
        Vector vector = duty("subnet", {name, shows, {"DUT-17"}});
        vector.params =
            Json{{"committees_per_slot", text(committees)}, {"slot", text(slot)}, {"index", text(index)}}.dump();
        const std::uint64_t found =
            ref::compute_subnet_for_attestation(committees, Slot{slot}, ref::CommitteeIndex{index}, ref::MINIMAL);
        if (found != expected) return suite.problem(vector.id() + ": the reference says " + text(found));
        vector.values = Json{{"subnet", text(found)}}.dump();
        suite.add(std::move(vector));
    };
    add("first", "the first committee of an epoch", 1, 8, 0, 0);
    add("second_slot", "the next slot, the next subnet", 1, 9, 0, 1);
    add("begins_again", "after the last subnet the first one", 1, 12, 0, 0);
    add("of_several_committees", "committees of the slots before count", 3, 10, 1, 3);
    add("next_epoch", "each epoch begins with subnet 0", 3, 16, 0, 0);
    add("exact_product", "the product is exact", UINT64_MAX, 15, 3, 0);
}

void add_watermarks(Suite& suite) {
    const auto block = [](std::uint64_t slot) { return Json{{"block", text(slot)}}; };
    const auto vote = [](std::uint64_t source, std::uint64_t target) {
        return Json{{"attestation", {{"source", text(source)}, {"target", text(target)}}}};
    };
    const auto add = [&](const std::string& name, const std::string& shows, std::vector<std::string> clauses,
                         const std::vector<std::pair<Json, bool>>& messages) {
        Vector vector = duty("watermark", {name, shows, std::move(clauses)});
        Json list = Json::array();
        Json allowed = Json::array();
        ref::Watermark watermark;
        for (const auto& [message, expected] : messages) {
            list.push_back(message);
            const auto number = [](const Json& json) { return std::stoull(json.get<std::string>()); };
            const bool found =
                message.contains("block")
                    ? ref::raise_for_block(watermark, Slot{number(message.at("block"))})
                    : ref::raise_for_attestation(watermark, Epoch{number(message.at("attestation").at("source"))},
                                                 Epoch{number(message.at("attestation").at("target"))});
            if (found != expected) return suite.problem(vector.id() + ": the reference says otherwise");
            allowed.push_back(found);
        }
        vector.params = Json{{"messages", list}}.dump();
        vector.values = Json{{"signed", allowed}}.dump();
        suite.add(std::move(vector));
    };
    add("blocks_rise", "slots of blocks rise", {"DUT-19"},
        {{block(5), true}, {block(6), true}, {block(9), true}, {block(UINT64_MAX), true}});
    add("block_twice", "no second block for a slot, and none for one before", {"DUT-19"},
        {{block(5), true}, {block(5), false}, {block(4), false}, {block(0), false}, {block(6), true}});
    add("block_of_slot_zero", "the first slot is a slot", {"DUT-19"}, {{block(0), true}, {block(0), false}});
    add("votes_rise", "targets rise, sources do not fall", {"DUT-20"},
        {{vote(0, 1), true}, {vote(1, 2), true}, {vote(1, 3), true}, {vote(3, 4), true}});
    add("double_vote", "no second vote for a target", {"DUT-20"},
        {{vote(1, 2), true}, {vote(1, 2), false}, {vote(0, 2), false}, {vote(2, 3), true}});
    add("surrounding_vote", "a lower source would surround", {"DUT-20"},
        {{vote(2, 3), true}, {vote(1, 4), false}, {vote(2, 4), true}});
    add("surrounded_vote", "a lower target would be surrounded", {"DUT-20"},
        {{vote(1, 9), true}, {vote(2, 8), false}, {vote(2, 10), true}});
    add("source_above_target", "no vote from a source above its target", {"DUT-20"},
        {{vote(4, 3), false}, {vote(3, 3), true}});
    add("genesis_vote", "the vote of epoch 0 for itself", {"DUT-20"}, {{vote(0, 0), true}, {vote(0, 0), false}});
    add("refused_raises_nothing", "what is refused leaves the watermark as it was", {"DUT-19", "DUT-20"},
        {{vote(5, 6), true}, {vote(7, 6), false}, {vote(4, 90), false}, {vote(5, 7), true}, {block(1), true}});
    add("blocks_and_votes_apart", "blocks and votes have their own watermarks", {"DUT-19", "DUT-20"},
        {{block(900), true}, {vote(0, 1), true}, {block(901), true}, {vote(0, 2), true}});
}

}  // namespace

void add_duties(Suite& suite) {
    if (!suite.wants("duties")) return;
    add_assignments(suite);
    add_signing_roots(suite);
    add_votes(suite);
    add_aggregators(suite);
    add_subnets(suite);
    add_watermarks(suite);
}

}  // namespace touchstone::vectors
