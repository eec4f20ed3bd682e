// Entries that are given with a state [KVT-18], [KVT-19], [ACC-02]: accounts, and each kind of STK-03.
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake.h"
#include "reference/entries/entries.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using EntryList = std::vector<ref::KvEntry>;
using ListChange = std::function<void(EntryList&)>;

// Entries that are given with a state whose tree_root is theirs, unless `keeps_root`.
void add_entries(Suite& suite, const ConsensusState& state, const Title& title, const Expected& expected,
                 const ListChange& change, bool keeps_root = false) {
    ConsensusState pre = state;
    ref::KvEntries list = ref::list_of(pre.entries.map());
    change(list.entries);
    if (!keeps_root) {
        ref::KvMap map;
        for (const ref::KvEntry& entry : list.entries)
            map.insert({entry.key, entry.value});
        pre.tree_root = ref::kv_root(map);
    }
    Vector vector = state_vector("execution", "entries", title, pre);
    vector.inputs["pre_entries"] = ref::ssz::serialize(list, pre.config);
    const auto attached = ref::attach_entries(pre, list);
    if (attached) {
        const auto accounts = std::ranges::count_if(list.entries, [](const auto& entry) { return entry.key[0] == 1; });
        vector.values = nlohmann::json{{"accounts", std::to_string(accounts)}}.dump();
    } else {
        vector.rejected = std::string(to_string(attached.failure().clause));
    }
    if (vector.rejected != expected) return suite.problem(vector.id() + ": " + vector.rejected.value_or("accepted"));
    suite.add(std::move(vector));
}

// Four accounts; the keys and shares of eight validators come after them.
void add_accounts(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows, const Expected& expected,
                         const ListChange& change, bool keeps_root = false) {
        add_entries(suite, state_with_accounts(), {name, shows, {expected.value_or("ACC-02")}}, expected, change,
                    keeps_root);
    };
    add("four_accounts", "the accounts of a genesis, and the entries of its validators", {}, [](EntryList&) {});
    add("none", "an empty tree", {}, [](EntryList& list) { list.clear(); });
    add("one", "a tree of one entry", {}, [](EntryList& list) { list.resize(1); });
    add("account_with_nonce_only", "an account that was drained", {},
        [](EntryList& list) { list[0].value = Bytes{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; });
    add("exchanged", "two entries exchanged", "KVT-18", [](EntryList& list) { std::swap(list[0], list[1]); });
    add("last_two_exchanged", "the last two exchanged", "KVT-18",
        [](EntryList& list) { std::swap(list[list.size() - 2], list.back()); });
    add("key_twice", "a key stands twice, with the same value", "KVT-18", [](EntryList& list) { list[2] = list[1]; });
    add("key_twice_with_other_values", "a key stands twice", "KVT-18",
        [](EntryList& list) { list[2].key = list[1].key; });
    add("empty_key", "an empty key", "KVT-18", [](EntryList& list) { list[0].key.clear(); });
    add("longer_key_first", "a key comes before those that begin with it", "KVT-18", [](EntryList& list) {
        list[1] = list[0];
        list[1].key.pop_back();
    });
    add("order_before_accounts", "of both faults the order is named", "KVT-18", [](EntryList& list) {
        std::swap(list[2], list[3]);
        list[0].value.clear();
    });
    add("key_of_kind_zero", "0x00 is no kind", "ACC-02", [](EntryList& list) { list[0].key[0] = 0; });
    add("key_too_short", "a key of 32 bytes", "ACC-02", [](EntryList& list) { list[1].key.pop_back(); });
    add("key_too_long", "a key of 34 bytes", "ACC-02", [](EntryList& list) { list[1].key.push_back(0); });
    add("key_of_one_byte", "a key that is only its kind", "ACC-02", [](EntryList& list) { list[0].key.resize(1); });
    add("value_too_short", "15 bytes are no account", "ACC-02", [](EntryList& list) { list[3].value.pop_back(); });
    add("value_too_long", "17 bytes are no account", "ACC-02", [](EntryList& list) { list[3].value.push_back(0); });
    add("value_empty", "no bytes are no account", "ACC-02", [](EntryList& list) { list[2].value.clear(); });
    add("default_account", "the default account has no entry", "ACC-02",
        [](EntryList& list) { list[2].value = Bytes(16); });
    add("another_balance", "one grain more", "KVT-19", [](EntryList& list) { ++list[1].value[8]; }, true);
    add("another_nonce", "another nonce", "KVT-19", [](EntryList& list) { ++list[1].value[0]; }, true);
    add(
        "one_entry_missing", "an entry of the tree is missing", "KVT-19", [](EntryList& list) { list.pop_back(); },
        true);
    add(
        "all_entries_missing", "no entries for a tree that has some", "KVT-19", [](EntryList& list) { list.clear(); },
        true);
    add(
        "one_entry_too_many", "an entry that the tree has not", "KVT-19",
        [](EntryList& list) {
            list.push_back(list.back());
            list.back().key.back() ^= 1U;
            if (list.back().key < list[list.size() - 2].key) std::swap(list.back(), list[list.size() - 2]);
        },
        true);
    add(
        "accounts_before_root", "of both faults that of the account is named", "ACC-02",
        [](EntryList& list) { list[2].value = Bytes(16); }, true);
}

// A state with entries of every kind, each at least once.
const ConsensusState& state_of_all_kinds() {
    static const ConsensusState state = stake_state_with([](ConsensusState& s) {
        queue_bond(s, {ValidatorIndex{3}, account_address(kHolder), tst(5), Slot{2'000}});
        queue_exit(s, 2);
        put_cohort(s, kOperator, 290, 500, {{account_address(kHolder), 400}, {account_address(kOther), 100}});
    });
    return state;
}

struct Kind {
    std::uint8_t prefix;
    std::string name;
    std::size_t key_bytes;
    std::size_t value_bytes;
    bool may_be_zero;
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> list{{2, "validator_key", 49, 8, true}, {3, "pool_shares", 41, 8, false},
                                        {4, "queued_bond", 9, 56, true},   {5, "queued_unbond", 9, 48, true},
                                        {6, "cohort", 17, 32, true},       {7, "cohort_shares", 49, 8, false}};
    return list;
}

// The last entry of a kind, so that a longer key is in order, and a shorter one before all others of it.
ListChange last_of(const Kind& kind, const std::function<void(ref::KvEntry&)>& change) {
    return [=](EntryList& list) {
        const auto found = std::find_if(list.rbegin(), list.rend(),
                                        [&](const ref::KvEntry& entry) { return entry.key[0] == kind.prefix; });
        change(*found);
        std::ranges::sort(list, {}, &ref::KvEntry::key);
    };
}

void add_kinds(Suite& suite) {
    const ConsensusState& state = state_of_all_kinds();
    const std::vector<std::string> clauses{"ACC-02", "STK-03"};
    add_entries(suite, state, {"of_every_kind", "accounts, and every kind of stake", clauses}, {}, [](EntryList&) {});
    for (const Kind& kind : kinds()) {
        const auto add = [&](const std::string& name, const std::string& shows,
                             const std::function<void(ref::KvEntry&)>& change, bool accepted = false) {
            add_entries(suite, state, {kind.name + "_" + name, shows, clauses},
                        accepted ? Expected() : Expected("ACC-02"), last_of(kind, change));
        };
        const std::string length = std::to_string(kind.key_bytes);
        const std::string size = std::to_string(kind.value_bytes);
        add("key_too_short", "keys of this kind have " + length + " bytes, not one less",
            [](ref::KvEntry& entry) { entry.key.pop_back(); });
        add("key_too_long", "keys of this kind have " + length + " bytes, not one more",
            [](ref::KvEntry& entry) { entry.key.push_back(0); });
        add("key_of_one_byte", "a key that is only its kind", [](ref::KvEntry& entry) { entry.key.resize(1); });
        add("value_too_short", "values of this kind have " + size + " bytes, not one less",
            [](ref::KvEntry& entry) { entry.value.pop_back(); });
        add("value_too_long", "values of this kind have " + size + " bytes, not one more",
            [](ref::KvEntry& entry) { entry.value.push_back(0); });
        add("value_empty", "no bytes", [](ref::KvEntry& entry) { entry.value.clear(); });
        add(
            "of_zeros", kind.may_be_zero ? "a value of zeros decodes" : "a number of shares that is 0 has no entry",
            [&](ref::KvEntry& entry) { entry.value = Bytes(kind.value_bytes); }, kind.may_be_zero);
    }
    for (const unsigned prefix : {0U, 8U, 9U, 0x7FU, 0xFFU}) {
        add_entries(suite, state, {"kind_" + std::to_string(prefix), "there is no such kind of key", clauses}, "ACC-02",
                    [prefix](EntryList& list) {
                        list.push_back({Bytes(33, static_cast<std::uint8_t>(prefix)), Bytes(8, 1)});
                        std::ranges::sort(list, {}, &ref::KvEntry::key);
                    });
    }
}

}  // namespace

void add_entries_of_states(Suite& suite) {
    if (!suite.wants("execution")) return;
    add_accounts(suite);
    add_kinds(suite);
}

}  // namespace touchstone::vectors
