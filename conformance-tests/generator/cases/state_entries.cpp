// Entries of a state's tree, by ranges of their paths [SYN-17] to [SYN-21].
#include "reference/sync/state_entries.h"

#include <algorithm>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/state_sync.h"
#include "conformance-tests/generator/transactions.h"
#include "reference/entries/accounts.h"
#include "reference/tree/kv_proof.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Json = nlohmann::json;
using ref::Bytes32;
using ref::KvEntry;
using ref::StateEntries;
using ref::StateEntriesRequest;

Bytes32 filled(std::uint8_t byte) {
    Bytes32 path;
    path.bytes.fill(byte);
    return path;
}

/// The path after one that is not the last.
Bytes32 after(Bytes32 path) {
    for (std::size_t i = Bytes32::SIZE; ++path.bytes[--i] == 0;) {
    }
    return path;
}

Bytes32 path(const KvEntry& entry) { return ref::path_of(entry.key); }

StateEntriesRequest between(const Bytes32& first, const Bytes32& last) {
    return {.block_root = {}, .first = first, .last = last};
}
StateEntriesRequest everything() { return between(filled(0), filled(0xff)); }

/// With the entries of 16 validators and 12 accounts.
ConsensusState state_with_entries() {
    return genesis_state({.validators = 16, .accounts = std::vector<Amount>(12, tst(5))});
}

/// With more accounts than one answer holds: 61 bytes each, offsets included.
ConsensusState state_with_many_entries() {
    ConsensusState state = genesis_state({.validators = 8});
    for (std::uint64_t i = 0; i < 17'500; ++i) {
        ref::Address address;
        for (std::size_t byte = 0; byte < 3; ++byte)
            address.bytes[byte] = static_cast<std::uint8_t>(i >> (8 * byte));
        ref::set_account(state, address, {.nonce = 0, .balance = tst(1)});
    }
    state.tree_root = ref::kv_root(state.entries.map());
    return state;
}

ConsensusState without_entries(ConsensusState state) {
    state.entries = ref::SharedEntries();
    state.tree_root = Root{};
    return state;
}

// Requests

void add_requests(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows, const StateEntriesRequest& request,
                         const Expected& expected = std::nullopt) {
        Vector vector = sync_case("entries_request", {name, shows, {"SYN-17"}});
        vector.inputs["request"] = ref::ssz::serialize(request, ref::MINIMAL);
        add_verdict(suite, std::move(vector), ref::check_state_entries_request(request), expected);
    };
    Bytes32 low = filled(0x20);
    low.bytes[31] = 0x1f;
    add("everything", "all paths", everything());
    add("one_path", "a single path", between(filled(7), filled(7)));
    add("backwards", "the last path is below the first", between(filled(0x20), low), "SYN-17");
    add("bytes_from_the_first_on", "paths are compared as big-endian numbers", between(low, filled(0x20)));
}

// Answers that are made

void add_answer(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& state,
                const StateEntriesRequest& request, const Expected& expected = std::nullopt) {
    Vector vector = sync_case("get_entries", {name, shows, {"SYN-18", "KVT-09"}}, state.config);
    if (expected) vector.clauses = {*expected};
    vector.inputs["state"] = ref::ssz::serialize(state, state.config);
    if (!state.entries.map().empty()) vector.inputs["state_entries"] = encoded_entries(state);
    vector.inputs["request"] = ref::ssz::serialize(request, state.config);
    const auto answer = ref::get_state_entries(state, request);
    if (!is_as_expected(suite, vector, answer, expected)) return;
    if (answer) vector.files["answer"] = ref::ssz::serialize(answer.value(), state.config);
    suite.add(std::move(vector));
}

void add_answers(Suite& suite, const ConsensusState& state) {
    const std::vector<KvEntry> entries = need(ref::get_state_entries(state, everything())).entries;
    add_answer(suite, "everything", "all entries of a small tree, in order of path", state, everything());
    add_answer(suite, "stretch", "the entries of a stretch, both ends included", state,
               between(path(entries[5]), path(entries[9])));
    add_answer(suite, "one_entry", "a single path, which is there", state, between(path(entries[5]), path(entries[5])));
    add_answer(suite, "between_two_entries", "a stretch without entries", state,
               between(after(path(entries[5])), after(path(entries[5]))));
    add_answer(suite, "empty_tree", "a tree without entries", without_entries(state), everything());
    add_answer(suite, "stretch_of_an_empty_tree", "a stretch of a tree without entries", without_entries(state),
               between(filled(1), filled(2)));
    add_answer(suite, "backwards", "the last path is below the first", state, between(filled(2), filled(1)), "SYN-17");
    add_answer(suite, "more_than_one_answer_holds", "as many as STATE_PART_BYTES allow", state_with_many_entries(),
               everything());
}

// Answers that are held against a root

struct Claim {
    Root tree_root;
    StateEntriesRequest request;
    StateEntries answer;
};

struct Verify {
    Suite& suite;
    const ConsensusState& state;

    void operator()(const std::string& name, const std::string& shows, const StateEntriesRequest& request,
                    const std::function<void(Claim&)>& change, const Expected& expected) const {
        Claim claim{state.tree_root, request, need(ref::get_state_entries(state, request))};
        change(claim);
        Vector vector = sync_case("verify_entries", {name, shows, {expected.value_or("SYN-21")}}, state.config);
        vector.params = Json{{"tree_root", ref::to_hex(claim.tree_root.bytes)}}.dump();
        vector.inputs["request"] = ref::ssz::serialize(claim.request, state.config);
        vector.inputs["answer"] = ref::ssz::serialize(claim.answer, state.config);
        add_verdict(suite, std::move(vector), ref::verify_state_entries(claim.tree_root, claim.request, claim.answer),
                    expected);
    }

    /// An answer that ends at `last`, with what is there up to it.
    void cut(const std::string& name, const std::string& shows, const StateEntriesRequest& request, const Bytes32& last,
             const Expected& expected) const {
        const auto cut_at = [&](Claim& claim) {
            claim.answer = need(ref::get_state_entries(state, between(request.first, last)));
        };
        (*this)(name, shows, request, cut_at, expected);
    }
};

void as_it_is(Claim&) {}

void add_accepted(const Verify& verify, const std::vector<KvEntry>& entries) {
    verify("everything", "all entries need no proof but themselves", everything(), as_it_is, std::nullopt);
    verify("stretch", "the entries of a stretch", between(filled(0x31), filled(0xb2)), as_it_is, std::nullopt);
    verify("no_entries", "a stretch without entries", between(after(path(entries[5])), after(path(entries[5]))),
           as_it_is, std::nullopt);
    verify.cut("cut_after_an_entry", "a server may end after any entry", everything(), path(entries[6]), std::nullopt);
    verify.cut("cut_after_the_first", "one entry is enough", everything(), path(entries[0]), std::nullopt);
    verify.cut("cut_at_the_first_path", "the request begins with an entry", between(path(entries[3]), filled(0xff)),
               path(entries[3]), std::nullopt);
}

void add_wrong_ends(const Verify& verify, const std::vector<KvEntry>& entries) {
    const StateEntriesRequest request = between(path(entries[3]), path(entries[12]));
    verify(
        "last_behind_the_request", "the answer goes on behind the request", request,
        [&](Claim& claim) { claim.answer.last = after(claim.answer.last); }, "SYN-19");
    verify(
        "last_before_the_request", "the answer ends before the request begins", request,
        [&](Claim& claim) { claim.answer = {.last = filled(0), .entries = {}, .proof = {}}; }, "SYN-19");
    verify.cut("empty_sliver", "an answer that brings nobody on", everything(), filled(0), "SYN-20");
    verify.cut("cut_behind_an_entry", "the answer ends on a path behind its last entry", everything(),
               after(path(entries[6])), "SYN-20");
    verify(
        "entries_behind_the_end", "the answer ends at its first entry and has more of them", everything(),
        [](Claim& claim) { claim.answer.last = path(claim.answer.entries.front()); }, "SYN-20");
}

void add_wrong_order(const Verify& verify) {
    verify(
        "two_entries_exchanged", "paths do not ascend", everything(),
        [](Claim& claim) { std::swap(claim.answer.entries[3], claim.answer.entries[4]); }, "SYN-19");
    verify(
        "entry_twice", "a path stands twice", everything(),
        [](Claim& claim) { claim.answer.entries.insert(claim.answer.entries.begin(), claim.answer.entries[0]); },
        "SYN-19");
    verify(
        "order_of_keys", "entries stand in the order of their keys", everything(),
        [](Claim& claim) { std::ranges::sort(claim.answer.entries, {}, &KvEntry::key); }, "SYN-19");
    verify(
        "empty_key", "a key has at least a byte", everything(),
        [](Claim& claim) {
            const KvEntry none{};
            const auto place = std::ranges::find_if(claim.answer.entries,
                                                    [&](const KvEntry& entry) { return path(none) < path(entry); });
            claim.answer.entries.insert(place, none);
        },
        "SYN-19");
}

void add_lies(const Verify& verify, const std::vector<KvEntry>& entries) {
    const StateEntriesRequest request = between(path(entries[3]), path(entries[12]));
    verify(
        "entry_left_out", "an entry between is left out", request,
        [](Claim& claim) { claim.answer.entries.erase(claim.answer.entries.begin() + 2); }, "SYN-21");
    verify(
        "last_entry_left_out", "the last entry is left out", request,
        [](Claim& claim) { claim.answer.entries.pop_back(); }, "SYN-21");
    verify(
        "all_entries_left_out", "the tree is said to be empty", everything(),
        [](Claim& claim) { claim.answer.entries.clear(); }, "SYN-21");
    verify(
        "entry_of_before", "an entry whose path is before the request's", request,
        [&](Claim& claim) { claim.answer.entries.insert(claim.answer.entries.begin(), entries[2]); }, "SYN-21");
    verify(
        "entry_of_behind", "an entry whose path is behind the request's", request,
        [&](Claim& claim) { claim.answer.entries.push_back(entries[13]); }, "SYN-21");
    verify(
        "entry_made_up", "an entry that the tree does not have", everything(),
        [](Claim& claim) {
            const KvEntry forged{.key = Bytes(33, 1), .value = Bytes(16, 1)};
            const auto place = std::ranges::find_if(claim.answer.entries,
                                                    [&](const KvEntry& entry) { return path(forged) < path(entry); });
            claim.answer.entries.insert(place, forged);
        },
        "SYN-21");
    verify(
        "another_value", "a value with a bit turned", request,
        [](Claim& claim) { claim.answer.entries[4].value.back() ^= 1U; }, "SYN-21");
    verify(
        "value_left_out", "an empty value", request, [](Claim& claim) { claim.answer.entries[4].value.clear(); },
        "SYN-21");
    verify(
        "another_hash", "a hash of the proof with a bit turned", request,
        [](Claim& claim) { claim.answer.proof.hashes.front().bytes[0] ^= 1U; }, "SYN-21");
    verify(
        "node_left_over", "a byte of the shape is left over", request,
        [](Claim& claim) { claim.answer.proof.shape.push_back(0); }, "SYN-21");
    verify("no_proof", "no proof at all", request, [](Claim& claim) { claim.answer.proof = {}; }, "SYN-21");
    verify(
        "proof_of_the_whole_request", "the answer is cut, the proof is not", request,
        [](Claim& claim) {
            claim.answer.entries.pop_back();
            claim.answer.last = path(claim.answer.entries.back());
        },
        "SYN-21");
    verify(
        "another_tree", "the root of another tree", everything(), [](Claim& claim) { claim.tree_root.bytes[31] ^= 1U; },
        "SYN-21");
    verify(
        "root_of_nothing", "the tree is empty", everything(), [](Claim& claim) { claim.tree_root = Root{}; }, "SYN-21");
}

}  // namespace

void add_state_entries(Suite& suite) {
    if (!suite.wants("state_sync")) return;
    const ConsensusState state = state_with_entries();
    const std::vector<KvEntry> entries = need(ref::get_state_entries(state, everything())).entries;
    add_requests(suite);
    add_answers(suite, state);
    const Verify verify{suite, state};
    add_accepted(verify, entries);
    add_wrong_ends(verify, entries);
    add_wrong_order(verify);
    add_lies(verify, entries);
}

}  // namespace touchstone::vectors
