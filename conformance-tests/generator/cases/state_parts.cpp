// Parts of a consensus state, their proofs, and the state that they make [SYN-08] to [SYN-16].
#include "reference/sync/state_parts.h"

#include <algorithm>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/state_sync.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Json = nlohmann::json;
using ref::StatePart;
using ref::StatePartRequest;

constexpr std::uint64_t kGenesisRoot = 1;
constexpr std::uint64_t kForkSchedule = 4;
constexpr std::uint64_t kLatestHeader = 5;
constexpr std::uint64_t kBlockRoots = 6;
constexpr std::uint64_t kSummaries = 8;
constexpr std::uint64_t kValidators = 9;
constexpr std::uint64_t kBalances = 10;
constexpr std::uint64_t kSlashings = 12;
constexpr std::uint64_t kParticipation = 13;
constexpr std::uint64_t kJustificationBits = 15;
constexpr std::uint64_t kShares = 21;
constexpr std::uint64_t kBondQueue = 23;
constexpr std::uint64_t kTreeRoot = 29;
constexpr std::uint64_t kGasUsed = 31;
constexpr std::uint64_t kFields = 32;

/// Something in every field, no two elements alike: 40 validators, so that packed lists end within a chunk.
ConsensusState full_state(const Parameters& config = ref::MINIMAL) {
    ConsensusState state = genesis_state({.validators = 40, .config = config});
    const auto number = [](std::uint64_t n) { return ref::hash(ref::little_endian(n)); };
    state.slot = Slot{77};
    state.fork_schedule.push_back({ref::Version{{2, 0, 0, 1}}, Epoch{5}});
    for (std::uint64_t i = 0; i < state.block_roots.size(); ++i) {
        state.block_roots[i] = Root{number(1000 + i).bytes};
        state.state_roots[i] = Root{number(2000 + i).bytes};
    }
    for (std::uint64_t i = 0; i < 3; ++i)
        state.historical_summaries.push_back({Root{number(3000 + i).bytes}, Root{number(4000 + i).bytes}});
    for (std::uint64_t i = 0; i < state.validators.size(); ++i) {
        state.balances[i] = Amount{tst(1024).value + i};
        state.previous_epoch_participation[i] = static_cast<std::uint8_t>(i % 8);
        state.current_epoch_participation[i] = static_cast<std::uint8_t>(i % 5);
        state.inactivity_scores[i] = i * i;
        state.commissions[i] = Amount{7 * i};
    }
    for (std::uint64_t i = 0; i < state.slashings.size(); ++i)
        state.slashings[i] = Amount{100 + i};
    state.justification_bits = {true, false, true, true};
    state.finalized_checkpoint = {Epoch{7}, Root{number(5000).bytes}};
    state.bond_queue = {.head = 3, .tail = 9, .budget = tst(2)};
    return state;
}

Root root_of(const ConsensusState& state) { return ref::hash_tree_root(state, state.config); }

StatePartRequest leaves(std::uint64_t field, std::uint64_t first = 0, std::uint64_t count = 1) {
    return {.block_root = {}, .field = field, .first = first, .count = count};
}

Json json_of(const StatePartRequest& request) {
    return {{"field", std::to_string(request.field)},
            {"first", std::to_string(request.first)},
            {"count", std::to_string(request.count)}};
}

// Requests

void add_requests(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows, const StatePartRequest& request,
                         const Expected& expected = std::nullopt) {
        Vector vector = sync_case("part_request", {name, shows, {"SYN-09", "SYN-08"}});
        vector.params = json_of(request).dump();
        add_verdict(suite, std::move(vector), ref::check_state_part_request(request, ref::MINIMAL), expected);
    };
    const std::uint64_t limit = ref::MINIMAL.VALIDATOR_REGISTRY_LIMIT;
    add("one_value", "a field that is no series has one leaf", leaves(0));
    add("last_field", "the last of the fields", leaves(kGasUsed));
    add("most_leaves", "STATE_PART_LEAVES of a list", leaves(kValidators, 8192, ref::STATE_PART_LEAVES));
    add("last_leaf", "the last leaf that the list may have", leaves(kValidators, limit - 1));
    add("all_of_a_vector", "as many as the vector has", leaves(kBlockRoots, 0, ref::MINIMAL.SLOTS_PER_HISTORICAL_ROOT));
    add("packed_chunks", "of packed values the chunks are counted", leaves(kBalances, limit / 4 - 1));
    add("no_leaves", "a count of zero", leaves(kValidators, 0, 0), "SYN-09");
    add("three_leaves", "a count that is no power of two", leaves(kValidators, 0, 3), "SYN-09");
    add("greatest_count", "2^64 − 1 is none either", leaves(kValidators, 0, UINT64_MAX), "SYN-09");
    add("too_many_leaves", "twice STATE_PART_LEAVES", leaves(kValidators, 0, 2 * ref::STATE_PART_LEAVES), "SYN-09");
    add("more_than_the_capacity", "more than the vector has",
        leaves(kBlockRoots, 0, 2 * ref::MINIMAL.SLOTS_PER_HISTORICAL_ROOT), "SYN-09");
    add("two_of_one_value", "two leaves of a field that has one", leaves(0, 0, 2), "SYN-09");
    add("behind_one_value", "the second leaf of a field that has one", leaves(0, 1), "SYN-09");
    add("not_aligned", "the first leaf is no multiple of the count", leaves(kValidators, 4, 8), "SYN-09");
    add("behind_the_capacity", "the leaf behind the last that the list may have", leaves(kValidators, limit), "SYN-09");
    add("values_instead_of_chunks", "a packed list has less leaves than values", leaves(kBalances, limit / 4),
        "SYN-09");
    add("greatest_first", "2^64 − 4096", leaves(kValidators, UINT64_MAX - 4095, 4096), "SYN-09");
    add("no_such_field", "the field behind the last", leaves(kFields), "SYN-09");
    add("greatest_field", "field 2^64 − 1", leaves(UINT64_MAX), "SYN-09");
}

// Parts that are made

void add_part(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& state,
              const StatePartRequest& request, const Expected& expected = std::nullopt) {
    Vector vector = sync_case("get_part", {name, shows, {"SYN-10", "SYN-08", "ENC-20"}}, state.config);
    if (expected) vector.clauses = {*expected};
    vector.inputs["state"] = ref::ssz::serialize(state, state.config);
    vector.inputs["request"] = ref::ssz::serialize(request, state.config);
    const auto part = ref::get_state_part(state, request);
    if (!is_as_expected(suite, vector, part, expected)) return;
    if (part) vector.files["part"] = ref::ssz::serialize(part.value(), state.config);
    suite.add(std::move(vector));
}

void add_made_parts(Suite& suite, const ConsensusState& state) {
    const auto add = [&](const std::string& name, const std::string& shows, const StatePartRequest& request) {
        add_part(suite, name, shows, state, request);
    };
    add("first_field", "a number", leaves(0));
    add("root", "a root is one chunk", leaves(kGenesisRoot));
    add("container", "the header is one leaf", leaves(kLatestHeader));
    add("bits", "a bitvector is one leaf", leaves(kJustificationBits));
    add("queue", "a queue is one leaf: its items are entries", leaves(kBondQueue));
    add("last_field", "the last number", leaves(kGasUsed));
    add("roots", "a stretch of a vector of roots", leaves(kBlockRoots, 16, 16));
    add("whole_vector", "all of a vector: no siblings within the field", leaves(kBlockRoots, 0, 64));
    add("packed_vector", "a chunk of a vector of amounts", leaves(kSlashings, 2));
    add("elements", "whole validators", leaves(kValidators, 8, 8));
    add("one_element", "a single validator", leaves(kValidators, 39));
    add("elements_to_the_end", "the list ends within the part", leaves(kValidators, 32, 16));
    add("behind_the_last_element", "no leaf is there, and that is proved", leaves(kValidators, 48, 16));
    add("far_behind", "the last leaf that the list may have",
        leaves(kValidators, ref::MINIMAL.VALIDATOR_REGISTRY_LIMIT - 1));
    add("most_leaves", "as many leaves as may be asked for", leaves(kValidators, 0, ref::STATE_PART_LEAVES));
    add("packed_list", "chunks of four amounts", leaves(kBalances, 4, 4));
    add("packed_list_to_the_end", "the list ends in the part", leaves(kBalances, 8, 4));
    add("chunk_without_padding", "the last chunk of 40 flags has eight bytes", leaves(kParticipation, 1));
    add("two_chunks_without_padding", "40 bytes of 64", leaves(kParticipation, 0, 2));
    add("summaries", "containers of two roots, the last leaf not there", leaves(kSummaries, 0, 4));
    ConsensusState short_state = state;
    short_state.historical_summaries.clear();
    add_part(suite, "empty_list", "the length of an empty list is proved too", short_state, leaves(kSummaries, 0, 2));
    const ConsensusState deep = full_state(minimal_with([](Parameters& c) { c.MAX_FORKS = UINT64_MAX; }));
    add_part(suite, "deepest_tree", "a proof of 70 nodes", deep, leaves(kForkSchedule, 1));
    add_part(suite, "end_of_the_deepest_tree", "a leaf whose generalized index has 71 bits", deep,
             leaves(kForkSchedule, UINT64_MAX));
    add_part(suite, "wrong_request", "a request for three leaves", state, leaves(kValidators, 0, 3), "SYN-09");
}

// Parts that are held against a root

struct Claim {
    StatePartRequest request;
    StatePart part;
};

Claim honest(const ConsensusState& state, const StatePartRequest& request) {
    return {request, need(ref::get_state_part(state, request))};
}

using Change = std::function<void(Claim&)>;

struct Verify {
    Suite& suite;
    const ConsensusState& state;

    void operator()(const std::string& name, const std::string& shows, const StatePartRequest& request,
                    const Change& change, const Expected& expected) const {
        Claim claim = honest(state, request);
        change(claim);
        Vector vector = sync_case("verify_part", {name, shows, {expected.value_or("SYN-15"), "SYN-08"}}, state.config);
        vector.params = Json{{"state_root", ref::to_hex(root_of(state).bytes)}}.dump();
        vector.inputs["request"] = ref::ssz::serialize(claim.request, state.config);
        vector.inputs["part"] = ref::ssz::serialize(claim.part, state.config);
        add_verdict(suite, std::move(vector),
                    ref::verify_state_part(root_of(state), claim.request, claim.part, state.config), expected);
    }
};

void as_it_is(Claim&) {}

void add_proved_parts(const Verify& verify) {
    verify("number", "the proof of a number", leaves(0), as_it_is, std::nullopt);
    verify("tree_root", "the root of the key-value tree, without the rest of the state", leaves(kTreeRoot), as_it_is,
           std::nullopt);
    verify("elements", "eight validators", leaves(kValidators, 8, 8), as_it_is, std::nullopt);
    verify("elements_to_the_end", "the list ends within the part", leaves(kValidators, 32, 16), as_it_is, std::nullopt);
    verify("behind_the_last_element", "a part without leaves", leaves(kValidators, 48, 16), as_it_is, std::nullopt);
    verify("packed_list_to_the_end", "a part that ends within a chunk", leaves(kParticipation, 0, 4), as_it_is,
           std::nullopt);
    verify("whole_vector", "all of a vector", leaves(kBlockRoots, 0, 64), as_it_is, std::nullopt);
    verify(
        "another_empty_stretch", "zeros beside zeros have the same proof", leaves(kValidators, 64, 16),
        [](Claim& claim) { claim.request.first = 80; }, std::nullopt);
}

void add_wrong_lengths(const Verify& verify) {
    const std::uint64_t limit = ref::MINIMAL.VALIDATOR_REGISTRY_LIMIT;
    verify(
        "length_above_the_limit", "more elements than the list may have", leaves(kValidators, 0, 8),
        [=](Claim& claim) { claim.part.length = limit + 1; }, "SYN-11");
    verify(
        "length_of_a_vector", "a vector has no length", leaves(kBlockRoots, 0, 8),
        [](Claim& claim) { claim.part.length = 64; }, "SYN-11");
    verify(
        "length_of_a_number", "a number has no length", leaves(0), [](Claim& claim) { claim.part.length = 1; },
        "SYN-11");
    verify(
        "length_before_data", "the length is looked at before the data", leaves(kValidators, 0, 8),
        [=](Claim& claim) {
            claim.part.length = limit + 1;
            claim.part.data.clear();
        },
        "SYN-11");
    verify(
        "length_of_one_more", "the leaf that is said to be there has no data", leaves(kValidators, 32, 16),
        [](Claim& claim) { ++claim.part.length; }, "SYN-12");
    verify(
        "length_at_the_limit", "the longest list, of which all leaves of the part are there", leaves(kValidators, 0, 8),
        [=](Claim& claim) { claim.part.length = limit; }, "SYN-14");
    verify(
        "list_cut", "the last validators are left out, and the length says so", leaves(kValidators, 32, 16),
        [](Claim& claim) {
            claim.part.length -= 2;
            claim.part.data.resize(claim.part.data.size() - 2 * 169);
        },
        "SYN-14");
    verify(
        "list_said_to_be_empty", "all leaves are left out", leaves(kValidators, 0, 8),
        [](Claim& claim) {
            claim.part.length = 0;
            claim.part.data.clear();
        },
        "SYN-14");
    verify(
        "list_with_a_zero_more", "a zero value is no padding", leaves(kParticipation, 1),
        [](Claim& claim) {
            ++claim.part.length;
            claim.part.data.push_back(0);
        },
        "SYN-14");
    verify(
        "length_in_the_proof", "the node of the length is of another one", leaves(kBalances, 0, 2),
        [](Claim& claim) { claim.part.proof[claim.part.proof.size() - 6].bytes[0] ^= 1U; }, "SYN-14");
    verify(
        "length_with_high_bytes", "the rest of the node of the length is not zero", leaves(kBalances, 0, 2),
        [](Claim& claim) { claim.part.proof[claim.part.proof.size() - 6].bytes[8] = 1; }, "SYN-14");
    verify(
        "list_cut_with_its_node", "the length, and its node with it", leaves(kValidators, 32, 16),
        [](Claim& claim) {
            --claim.part.length;
            claim.part.data.resize(claim.part.data.size() - 169);
            --claim.part.proof[claim.part.proof.size() - 6].bytes[0];
        },
        "SYN-15");
}

void add_wrong_data(const Verify& verify) {
    verify(
        "data_cut", "a byte of the last leaf is missing", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.part.data.pop_back(); }, "SYN-12");
    verify(
        "leaf_cut", "the last leaf is missing", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.part.data.resize(7 * 169); }, "SYN-12");
    verify(
        "data_too_long", "a byte behind the last leaf", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.part.data.push_back(0); }, "SYN-12");
    verify(
        "leaf_too_many", "a leaf more than was asked for", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.part.data.resize(9 * 169); }, "SYN-12");
    verify(
        "padding", "the padding of the last chunk is not sent", leaves(kParticipation, 1),
        [](Claim& claim) { claim.part.data.resize(32); }, "SYN-12");
    verify(
        "padding_behind_the_list", "a leaf of zeros where none is", leaves(kValidators, 48, 16),
        [](Claim& claim) { claim.part.data.resize(169); }, "SYN-12");
    verify(
        "boolean_of_two", "a validator that does not decode", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.part.data[48 + 32 + 4 * 8] = 2; }, "SYN-12");
    verify(
        "unused_bit", "bits that do not decode", leaves(kJustificationBits),
        [](Claim& claim) { claim.part.data[0] |= 0x10U; }, "SYN-12");
    verify(
        "data_before_proof", "the data is looked at before the proof", leaves(kValidators, 8, 8),
        [](Claim& claim) {
            claim.part.data.pop_back();
            claim.part.proof.clear();
        },
        "SYN-12");
    verify(
        "data_of_another_value", "a balance that is one grain higher", leaves(kBalances, 0, 2),
        [](Claim& claim) { ++claim.part.data[8]; }, "SYN-15");
    verify(
        "leaves_in_another_order", "two validators have changed places", leaves(kValidators, 8, 2),
        [](Claim& claim) {
            std::rotate(claim.part.data.begin(), claim.part.data.begin() + 169, claim.part.data.end());
        },
        "SYN-15");
}

void add_wrong_proofs(const Verify& verify) {
    verify(
        "no_proof", "no nodes at all", leaves(kValidators, 8, 8), [](Claim& claim) { claim.part.proof.clear(); },
        "SYN-13");
    verify(
        "proof_cut", "the last node is missing", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.part.proof.pop_back(); }, "SYN-13");
    verify("proof_too_long", "a node more", leaves(0), [](Claim& claim) { claim.part.proof.emplace_back(); }, "SYN-13");
    verify(
        "proof_of_fewer_leaves", "the nodes of a part of half the size", leaves(kValidators, 8, 4),
        [](Claim& claim) {
            claim.request.count = 8;
            claim.part.data.resize(8 * 169);
        },
        "SYN-13");
    verify(
        "count_before_length", "the number of nodes is looked at before that of the length", leaves(kBalances, 0, 2),
        [](Claim& claim) {
            claim.part.proof[claim.part.proof.size() - 6].bytes[0] ^= 1U;
            claim.part.proof.emplace_back();
        },
        "SYN-13");
    verify(
        "first_node", "the lowest sibling is another", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.part.proof.front().bytes[3] ^= 1U; }, "SYN-15");
    verify(
        "last_node", "the highest sibling is another", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.part.proof.back().bytes[31] ^= 0x80U; }, "SYN-15");
    verify(
        "another_place", "the part of other leaves", leaves(kValidators, 8, 8),
        [](Claim& claim) { claim.request.first = 0; }, "SYN-15");
    verify(
        "another_field", "the part of another field of the same kind", leaves(kShares, 0, 4),
        [](Claim& claim) { claim.request.field = kBalances; }, "SYN-15");
    verify(
        "node_for_a_value", "a node above the leaf, with a proof that is right for it", leaves(kBlockRoots, 0, 2),
        [](Claim& claim) {
            ref::Root node{ref::ssz::merkleize(ref::ssz::pack(claim.part.data), 2)};
            claim.part.data.assign(node.bytes.begin(), node.bytes.end());
            claim.request.count = 1;
        },
        "SYN-13");
}

// The state that parts make

std::vector<ref::RequestedPart> parts_of(const ConsensusState& state, std::uint64_t most) {
    std::vector<ref::RequestedPart> parts;
    for (std::uint64_t field = 0; field < kFields; ++field) {
        const ref::StateField shape = *ref::state_field(field, state.config);
        const std::uint64_t count = std::min(most, std::uint64_t{1} << std::min(shape.depth, 12U));
        StatePartRequest request = leaves(field, 0, count);
        const std::uint64_t whole = shape.is_list ? 0 : ref::ssz::fixed_size(shape.type);
        for (std::uint64_t bytes = 0;; request.first += count) {
            const Claim claim = honest(state, request);
            parts.push_back({claim.request, claim.part});
            bytes += claim.part.data.size();
            const std::uint64_t all =
                shape.is_list ? claim.part.length * ref::ssz::fixed_size(shape.type.parts[0]) : whole;
            if (bytes == all) break;
        }
    }
    return parts;
}

void add_assembly(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& state,
                  const std::vector<ref::RequestedPart>& parts, const Expected& expected = std::nullopt) {
    Vector vector = sync_case("assemble", {name, shows, {expected.value_or("SYN-16")}}, state.config);
    Json list = Json::array();
    for (const ref::RequestedPart& part : parts) {
        const std::string input = "part_" + std::to_string(list.size());
        vector.inputs[input] = ref::ssz::serialize(part.part, state.config);
        list.push_back(json_of(part.request));
        list.back()["part"] = input;
    }
    vector.params = Json{{"state_root", ref::to_hex(root_of(state).bytes)}, {"parts", list}}.dump();
    const auto made = ref::assemble_state(root_of(state), parts, state.config);
    if (!is_as_expected(suite, vector, made, expected)) return;
    if (made) vector.files["state"] = ref::ssz::serialize(made.value(), state.config);
    suite.add(std::move(vector));
}

void add_assemblies(Suite& suite, const ConsensusState& state) {
    const auto add = [&](const std::string& name, const std::string& shows,
                         const std::vector<ref::RequestedPart>& parts, const Expected& expected = std::nullopt) {
        add_assembly(suite, name, shows, state, parts, expected);
    };
    const auto whole = parts_of(state, ref::STATE_PART_LEAVES);
    add("one_part_a_field", "the greatest parts", whole);
    const auto small = parts_of(state, 16);
    add("small_parts", "parts of at most 16 leaves", small);
    const auto until = [&](std::uint64_t field) {
        return std::ranges::find(small, field, [](const auto& part) { return part.request.field; }) - small.begin();
    };
    add("no_parts", "nothing", {}, "SYN-16");
    add("last_field_missing", "all but the last field", {whole.begin(), whole.end() - 1}, "SYN-16");
    add("first_field_missing", "it begins with the second field", {whole.begin() + 1, whole.begin() + 2}, "SYN-16");
    add("fields_out_of_order", "the second field stands before the first", {whole[1], whole[0]}, "SYN-16");
    add("part_twice", "a part of one value stands twice", {whole[0], whole[0]}, "SYN-16");
    const auto validators = until(kValidators);
    std::vector<ref::RequestedPart> gap(small.begin(), small.begin() + validators + 3);
    gap.erase(gap.end() - 2);
    add("gap", "the validators from 16 to 31 are missing", gap, "SYN-16");
    std::vector<ref::RequestedPart> cut(small.begin(), small.begin() + validators + 3);
    cut[static_cast<std::size_t>(validators) + 2] = small[static_cast<std::size_t>(until(kBalances))];
    add("last_part_missing", "the balances begin before the validators end", cut, "SYN-16");
    std::vector<ref::RequestedPart> longer(small.begin(), small.begin() + validators + 3);
    const Claim behind = honest(state, leaves(kValidators, 48, 16));
    longer.push_back({behind.request, behind.part});
    add("part_behind_the_last", "a part without leaves, behind the last one", longer, "SYN-16");
    auto extra = whole;
    extra.push_back(whole.back());
    add("part_behind_the_last_field", "something behind the last field", extra, "SYN-16");
    ref::RequestedPart forged = whole[0];
    ++forged.part.data[0];
    add("part_that_is_not_proved", "a part of another state", {forged}, "SYN-15");
    ref::RequestedPart wrong = whole[kValidators];
    wrong.request.count = 3;
    add("request_that_is_wrong", "no part has three leaves", {wrong}, "SYN-09");
}

}  // namespace

void add_state_parts(Suite& suite) {
    if (!suite.wants("state_sync")) return;
    const ConsensusState state = full_state();
    add_requests(suite);
    add_made_parts(suite, state);
    const Verify verify{suite, state};
    add_proved_parts(verify);
    add_wrong_lengths(verify);
    add_wrong_data(verify);
    add_wrong_proofs(verify);
    add_assemblies(suite, state);
}

}  // namespace touchstone::vectors
