// The key-value tree: roots, proofs, and what breaks a proof [KVT-01] to [KVT-17].
#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/need.h"
#include "reference/ssz/container.h"
#include "reference/tree/kv_proof.h"

namespace touchstone::vectors {
namespace {

using Json = nlohmann::json;
using reference::Bytes32;
using reference::kv_root;
using reference::KvInterval;
using reference::KvLeaf;
using reference::KvLeaves;
using reference::KvMap;
using reference::KvProof;
using reference::KvQuery;
using reference::leaves_of;
using reference::path_of;
using reference::to_hex;

using Clauses = std::vector<std::string>;
using Keys = std::set<Bytes>;

Bytes text(const std::string& content) { return {content.begin(), content.end()}; }

Bytes32 filled(std::uint8_t byte) {
    Bytes32 path;
    path.bytes.fill(byte);
    return path;
}

Bytes32 with_bit_turned(Bytes32 path, unsigned i) {
    path.bytes[i / 8] = static_cast<std::uint8_t>(path.bytes[i / 8] ^ 0x80U >> (i % 8));
    return path;
}

// The path that comes after one that is not the last, or before one that is not the first.
Bytes32 after(Bytes32 path) {
    for (std::size_t i = 32; ++path.bytes[--i] == 0;) {
    }
    return path;
}
Bytes32 before(Bytes32 path) {
    for (std::size_t i = 32; path.bytes[--i]-- == 0;) {
    }
    return path;
}

const KvInterval kAll{filled(0), filled(0xff)};
const Bytes32 kEndOfLeft = with_bit_turned(filled(0xff), 0);
const Bytes32 kStartOfRight = filled(0x80);

Bytes account(unsigned i) { return text("account " + std::to_string(i)); }

KvMap accounts(unsigned count) {
    KvMap entries;
    for (unsigned i = 0; i < count; ++i)
        entries[account(i)] = text("balance " + std::to_string(1000 + 7 * i));
    return entries;
}

// Two keys whose paths agree in more bits than those of any other two of 65536 keys: some thirty.
std::pair<Bytes, Bytes> deep_pair() {
    std::vector<std::pair<Bytes32, Bytes>> keys;
    for (unsigned i = 0; i < 65536; ++i)
        keys.emplace_back(path_of(text("deep " + std::to_string(i))), text("deep " + std::to_string(i)));
    std::ranges::sort(keys);
    const auto common_bits = [&](std::size_t i) {
        unsigned bits = 0;
        while (path_bit(keys[i].first, bits) == path_bit(keys[i + 1].first, bits))
            ++bits;
        return bits;
    };
    std::size_t deepest = 0;
    for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
        if (common_bits(i) > common_bits(deepest)) deepest = i;
    }
    return {keys[deepest].second, keys[deepest + 1].second};
}

KvMap deep_entries(unsigned others) {
    KvMap entries = accounts(others);
    const auto [low, high] = deep_pair();
    entries[low] = text("low");
    entries[high] = text("high");
    return entries;
}

Json json_of(const KvMap& entries) {
    Json list = Json::array();
    for (const auto& [key, value] : entries)
        list.push_back({{"key", to_hex(key)}, {"value", to_hex(value)}});
    return list;
}

Json json_of(const KvQuery& query) {
    Json list = Json::array();
    for (const KvInterval& interval : query)
        list.push_back({{"first", to_hex(interval.first.bytes)}, {"last", to_hex(interval.last.bytes)}});
    return list;
}

Json json_of(const Keys& keys) {
    Json list = Json::array();
    for (const Bytes& key : keys)
        list.push_back(to_hex(key));
    return list;
}

Json json_of(const KvLeaves& leaves) {
    Json list = Json::array();
    for (const KvLeaf& leaf : leaves)
        list.push_back({{"path", to_hex(leaf.path.bytes)}, {"value_hash", to_hex(leaf.value_hash.bytes)}});
    return list;
}

// Roots

void add_root(Suite& suite, const std::string& name, const std::string& shows, const KvMap& entries,
              bool reversed = false) {
    Vector vector{.runner = "kv_tree",
                  .handler = "root",
                  .name = name,
                  .shows = shows,
                  .clauses = {"KVT-01", "KVT-02", "KVT-03", "KVT-04"}};
    Json list = json_of(entries);
    if (reversed) std::reverse(list.begin(), list.end());
    vector.params = Json{{"entries", list}}.dump();
    vector.values = Json{{"root", to_hex(kv_root(entries).bytes)}}.dump();
    suite.add(std::move(vector));
}

void add_roots(Suite& suite) {
    add_root(suite, "no_entries", "the root of nothing is zero", {});
    add_root(suite, "one_entry", "the root of one entry is its leaf", accounts(1));
    add_root(suite, "one_entry_of_an_empty_value", "an empty value is not absence", {{account(0), {}}});
    add_root(suite, "two_entries", "two entries", accounts(2));
    add_root(suite, "two_entries_one_empty", "an entry with a value and one with an empty value",
             {{account(0), text("balance")}, {account(1), {}}});
    add_root(suite, "ten_entries", "ten entries", accounts(10));
    add_root(suite, "ten_entries_in_another_order", "the root does not depend on the order of the entries",
             accounts(10), true);
    add_root(suite, "three_hundred_entries", "a tree of some depth", accounts(300));
    add_root(suite, "shortest_and_longest_key", "keys of one byte and of MAX_KEY_BYTES",
             {{Bytes(1, 0xff), text("short")}, {Bytes(reference::MAX_KEY_BYTES, 0xff), text("long")}});
    add_root(suite, "keys_of_zeros", "keys of zero bytes that differ in length only",
             {{Bytes(1), text("1")}, {Bytes(2), text("2")}, {Bytes(3), text("3")}, {Bytes(32), text("32")}});
    add_root(suite, "keys_that_begin_with_each_other", "a key may be the beginning of another",
             {{text("a"), text("1")}, {text("ab"), text("2")}, {text("abc"), text("3")}, {text("abcd"), text("4")}});
    add_root(suite, "same_value_everywhere", "leaves of one value differ by their paths",
             {{text("a"), text("x")}, {text("b"), text("x")}, {text("c"), text("x")}, {text("d"), text("x")}});
    add_root(suite, "long_value", "a value of 4096 bytes", {{text("code"), Bytes(4096, 0x5a)}});
    add_root(suite, "long_common_prefix", "two paths that agree in some thirty bits, and nothing else",
             deep_entries(0));
    add_root(suite, "long_common_prefix_among_others", "two paths that agree in some thirty bits, in a tree",
             deep_entries(20));
}

// Proofs that are made

void add_prove(Suite& suite, const std::string& name, const std::string& shows, const KvMap& entries,
               const KvQuery& query, const Json& params, const Expected& expected) {
    Vector vector{.runner = "kv_tree", .handler = "prove", .name = name, .shows = shows, .clauses = {}};
    Json all_params = params;
    all_params["entries"] = json_of(entries);
    vector.params = all_params.dump();
    const auto proof = get_kv_proof(entries, query);
    if (proof) {
        vector.clauses = {"KVT-09", "KVT-05", "KVT-06", "KVT-07", "KVT-08"};
        vector.values = Json{{"root", to_hex(kv_root(entries).bytes)},
                             {"leaves", json_of(leaves_in_query(leaves_of(entries), query))}}
                            .dump();
        vector.files["proof"] = reference::ssz::serialize(proof.value(), reference::ssz::NO_LIMITS);
    } else {
        vector.rejected = std::string(to_string(proof.failure().clause));
        vector.clauses = {*vector.rejected};
    }
    if (vector.rejected != expected) return suite.problem(vector.id() + ": the reference says otherwise");
    suite.add(std::move(vector));
}

void add_proved_keys(Suite& suite) {
    const auto add = [&](const std::string& name, const std::string& shows, const KvMap& entries, const Keys& keys) {
        add_prove(suite, name, shows, entries, reference::query_of(keys), {{"keys", json_of(keys)}}, std::nullopt);
    };
    const KvMap entries = accounts(20);
    add("key_that_is_there", "a key and its value", entries, {account(3)});
    add("key_that_is_absent", "a key that is not there", entries, {text("nobody")});
    add("key_of_an_empty_tree", "nothing is in an empty tree", {}, {account(3)});
    add("key_of_a_tree_of_one", "the root is the leaf that was asked for", accounts(1), {account(0)});
    add("key_beside_a_tree_of_one", "the root is the leaf of another key", accounts(1), {account(1)});
    add("key_of_an_empty_value", "an empty value has a leaf", {{text("a"), {}}, {text("b"), text("1")}}, {text("a")});
    add("keys_that_are_there_and_absent", "several keys at once", entries,
        {account(0), account(7), account(19), account(20), text("nobody"), text("somebody")});
    Keys all;
    for (unsigned i = 0; i < 20; ++i)
        all.insert(account(i));
    add("all_keys", "all keys of the tree, one by one", entries, all);
    const KvMap deep = deep_entries(6);
    const auto [low, high] = deep_pair();
    add("one_of_a_deep_pair", "a path that parts late from another", deep, {low});
    add("both_of_a_deep_pair", "two paths that part late", deep, {low, high});
    add("beside_a_deep_pair", "keys none of which is there", deep, {text("nobody"), text("somebody")});
    add_prove(suite, "no_keys", "a query asks for something", entries, {}, {{"keys", Json::array()}}, "KVT-06");
}

void add_proved_ranges(Suite& suite) {
    const KvMap entries = accounts(20);
    const auto add = [&](const std::string& name, const std::string& shows, const KvQuery& query,
                         const Expected& expected = std::nullopt) {
        add_prove(suite, name, shows, entries, query, {{"query", json_of(query)}}, expected);
    };
    const KvLeaves tree = leaves_of(entries);
    add("everything", "all of the tree: nothing is left to prove", {kAll});
    add("everything_in_two_halves", "two intervals that meet are not one",
        {{filled(0), kEndOfLeft}, {kStartOfRight, filled(0xff)}});
    add("left_half", "the span of one position", {{filled(0), kEndOfLeft}});
    add("all_but_the_first_path", "an interval that begins at the second path", {{after(filled(0)), filled(0xff)}});
    add("all_but_the_last_path", "an interval that ends at the last path but one", {{filled(0), before(filled(0xff))}});
    add("first_and_last_path", "the two ends of the tree", {{filled(0), filled(0)}, {filled(0xff), filled(0xff)}});
    add("from_leaf_to_leaf", "both ends are entries, and included", {{tree[4].path, tree[9].path}});
    add("between_two_leaves", "what lies between two neighbours: nothing",
        {{after(tree[4].path), before(tree[5].path)}});
    add("around_a_leaf", "the paths on both sides of an entry, not its own",
        {{before(tree[4].path), before(tree[4].path)}, {after(tree[4].path), after(tree[4].path)}});
    add("several_ranges", "ranges and single paths in one query",
        {{filled(0), tree[1].path},
         {tree[3].path, tree[3].path},
         {after(tree[6].path), tree[11].path},
         {filled(0xf0), filled(0xff)}});
    add("no_interval", "a query has an interval", {}, "KVT-06");
    add("interval_that_ends_before_it_begins", "the first path is above the last", {{tree[5].path, tree[4].path}},
        "KVT-06");
    add("intervals_that_overlap", "an interval begins inside the one before it",
        {{filled(0), tree[4].path}, {tree[3].path, tree[6].path}}, "KVT-06");
    add("intervals_that_share_an_end", "an interval begins at the end of the one before it",
        {{filled(0), tree[4].path}, {tree[4].path, tree[6].path}}, "KVT-06");
    add("intervals_out_of_order", "an interval stands before the one before it",
        {{tree[5].path, tree[6].path}, {tree[1].path, tree[2].path}}, "KVT-06");
    add_prove(suite, "everything_of_an_empty_tree", "all of an empty tree", {}, {kAll},
              {{"query", json_of(KvQuery{kAll})}}, std::nullopt);
    add_prove(suite, "range_of_an_empty_tree", "the root is empty", {}, {{filled(1), filled(2)}},
              {{"query", json_of(KvQuery{{filled(1), filled(2)}})}}, std::nullopt);
}

// Proofs that are held against a root

struct Claim {
    reference::Root root;
    KvQuery query;
    KvLeaves leaves;
    KvProof proof;
};

Claim claim_of(const KvLeaves& tree, const KvQuery& query) {
    return {reference::Root{subtree_root(tree, 0).bytes}, query, leaves_in_query(tree, query),
            need(get_kv_proof(tree, query))};
}

reference::Result<void> verdict_of(const Claim& claim, const Bytes& encoding) {
    TRY(const KvProof proof, reference::ssz::deserialize<KvProof>(encoding, reference::ssz::NO_LIMITS));
    return verify_kv_proof(claim.root, claim.query, claim.leaves, proof);
}

void add_encoded(Suite& suite, const std::string& name, const std::string& shows, const Claim& claim,
                 const Bytes& encoding, const Clauses& clauses, const Expected& expected) {
    Vector vector{.runner = "kv_tree", .handler = "verify", .name = name, .shows = shows, .clauses = clauses};
    vector.params =
        Json{{"root", to_hex(claim.root.bytes)}, {"query", json_of(claim.query)}, {"leaves", json_of(claim.leaves)}}
            .dump();
    vector.inputs["proof"] = encoding;
    const auto verdict = verdict_of(claim, encoding);
    if (!verdict) vector.rejected = std::string(to_string(verdict.failure().clause));
    if (vector.rejected != expected) {
        return suite.problem(vector.id() + ": the reference says " + vector.rejected.value_or("valid"));
    }
    suite.add(std::move(vector));
}

Bytes encode(const KvProof& proof) { return reference::ssz::serialize(proof, reference::ssz::NO_LIMITS); }

// The rules that an accepted proof is held to: those of a byte only if the byte is there.
void accept(Suite& suite, const std::string& name, const std::string& shows, const Claim& claim, Clauses clauses = {}) {
    for (const char* clause : {"KVT-16", "KVT-06", "KVT-10", "KVT-11", "KVT-08"})
        clauses.emplace_back(clause);
    const auto has = [&](std::uint8_t byte) { return std::ranges::count(claim.proof.shape, byte) != 0; };
    if (!claim.proof.shape.empty()) clauses.emplace_back("KVT-12");
    if (has(reference::KV_EMPTY)) clauses.emplace_back("KVT-13");
    if (has(reference::KV_OPAQUE)) clauses.emplace_back("KVT-14");
    if (has(reference::KV_LEAF)) clauses.emplace_back("KVT-15");
    add_encoded(suite, name, shows, claim, encode(claim.proof), clauses, std::nullopt);
}

void reject(Suite& suite, const std::string& clause, const std::string& name, const std::string& shows,
            const Claim& claim, Clauses others = {}) {
    others.insert(others.begin(), clause);
    add_encoded(suite, name, shows, claim, encode(claim.proof), others, clause);
}

Bytes32 hash_of(const std::string& value) { return Bytes32{reference::hash(text(value)).bytes}; }

KvQuery query_of_path(const Bytes32& path) { return {{path, path}}; }

// Four leaves: 00…, 01… and two that part at bit 3 of 1…; the query is a path between the first two, and the third.
KvLeaves small_tree() {
    return {{filled(0x00), hash_of("first")},
            {filled(0x40), hash_of("second")},
            {filled(0x80), hash_of("third")},
            {filled(0x90), hash_of("fourth")}};
}
Claim small_claim() { return claim_of(small_tree(), {{filled(0x20), filled(0x20)}, {filled(0x80), filled(0x80)}}); }

void add_accepted(Suite& suite) {
    const KvLeaves tree = leaves_of(accounts(20));
    accept(suite, "key_that_is_there", "a key has this value", claim_of(tree, query_of_path(path_of(account(3)))),
           {"KVT-17"});
    accept(suite, "key_that_is_absent", "a key is not there", claim_of(tree, query_of_path(path_of(text("nobody")))),
           {"KVT-17"});
    accept(suite, "keys_that_are_there_and_absent", "several keys at once",
           claim_of(tree, reference::query_of({account(0), account(7), text("nobody"), text("somebody")})), {"KVT-17"});
    accept(suite, "key_of_an_empty_value", "a key is there, its value is empty",
           claim_of(leaves_of({{text("a"), {}}, {text("b"), text("1")}}), query_of_path(path_of(text("a")))),
           {"KVT-17"});
    accept(suite, "every_kind_of_node", "empty, opaque, leaf and inner in one proof", small_claim());
    accept(suite, "everything", "all leaves and no proof", claim_of(tree, {kAll}));
    accept(suite, "everything_in_two_halves", "two intervals that meet",
           claim_of(tree, {{filled(0), kEndOfLeft}, {kStartOfRight, filled(0xff)}}));
    accept(suite, "range", "all entries of a range", claim_of(tree, {{tree[4].path, tree[9].path}}));
    accept(suite, "range_of_nothing", "a range in which nothing is",
           claim_of(tree, {{after(tree[4].path), before(tree[5].path)}}));
    accept(suite, "ranges", "all entries of several ranges",
           claim_of(tree,
                    {{filled(0), tree[1].path}, {after(tree[6].path), tree[11].path}, {filled(0xf0), filled(0xff)}}));
    accept(suite, "empty_tree", "nothing is in an empty tree", claim_of({}, query_of_path(filled(1))));
    accept(suite, "everything_of_an_empty_tree", "an empty tree has no leaves", claim_of({}, {kAll}));
    accept(suite, "tree_of_one", "the root is the leaf that was asked for",
           claim_of({small_tree()[0]}, query_of_path(filled(0))));
    accept(suite, "beside_a_tree_of_one", "the root is the leaf of another path",
           claim_of({small_tree()[0]}, query_of_path(filled(1))));
    const KvLeaves deep{
        {filled(0), hash_of("low")}, {after(filled(0)), hash_of("high")}, {filled(0xff), hash_of("far")}};
    accept(suite, "paths_that_part_at_the_last_bit", "a tree of the greatest depth",
           claim_of(deep, query_of_path(filled(0))));
    accept(suite, "both_paths_that_part_at_the_last_bit", "two leaves at the greatest depth",
           claim_of(deep, {{filled(0), after(filled(0))}}));
    accept(suite, "absent_below_a_long_prefix", "a path that parts late from both that are there",
           claim_of(deep, query_of_path(with_bit_turned(filled(0), 250))));
}

void add_bad_encodings(Suite& suite) {
    const Claim good = small_claim();
    const auto add = [&](const char* clause, const std::string& name, const std::string& shows, const Bytes& encoding,
                         const Claim& claim) {
        add_encoded(suite, name, shows, claim, encoding, {clause, "KVT-07"}, clause);
    };
    const Bytes encoding = encode(good.proof);
    add("ENC-07", "no_bytes", "no bytes are no proof", {}, good);
    add("ENC-11", "part_of_a_leaf", "the last byte is missing", {encoding.begin(), encoding.end() - 1}, good);
    Bytes bad = encoding;
    bad.push_back(0);
    add("ENC-11", "byte_behind_the_leaves", "a byte too many", bad, good);
    bad = encoding;
    bad[0] = 13;
    add("ENC-09", "first_offset_too_high", "the shape does not begin behind the offsets", bad, good);
    bad = encoding;
    bad[4] = 11;
    add("ENC-10", "offsets_run_backwards", "the hashes begin before the shape", bad, good);
    Claim no_query = good;
    no_query.query.clear();
    add("ENC-07", "encoding_before_query", "the encoding is looked at before the query", {}, no_query);
}

void add_bad_queries(Suite& suite) {
    const Claim good = small_claim();
    const auto add = [&](const std::string& name, const std::string& shows, const KvQuery& query) {
        Claim bad = good;
        bad.query = query;
        reject(suite, "KVT-06", name, shows, bad);
    };
    add("no_interval", "a query has an interval", {});
    add("interval_that_ends_before_it_begins", "the first path is above the last", {{filled(0x20), filled(0x1f)}});
    add("intervals_that_overlap", "an interval begins inside the one before it",
        {{filled(0x20), filled(0x80)}, {filled(0x70), filled(0x90)}});
    add("intervals_that_share_an_end", "an interval begins at the end of the one before it",
        {{filled(0x20), filled(0x80)}, {filled(0x80), filled(0x90)}});
    add("intervals_out_of_order", "the same intervals, exchanged", {good.query[1], good.query[0]});
    Claim bad = good;
    bad.query = {};
    bad.leaves = {bad.leaves[0], bad.leaves[0]};
    reject(suite, "KVT-06", "query_before_leaves", "the query is looked at before the claimed leaves", bad, {"KVT-10"});
}

void add_bad_claims(Suite& suite) {
    const Claim good = claim_of(small_tree(), {{filled(0x30), filled(0x80)}});
    const auto add = [&](const std::string& name, const std::string& shows, const KvLeaves& leaves) {
        Claim bad = good;
        bad.leaves = leaves;
        reject(suite, "KVT-10", name, shows, bad);
    };
    add("leaves_out_of_order", "the claimed leaves, exchanged", {good.leaves[1], good.leaves[0]});
    add("leaf_twice", "a leaf is claimed twice", {good.leaves[0], good.leaves[0], good.leaves[1]});
    add("path_twice", "a path is claimed with two values",
        {good.leaves[0], {good.leaves[0].path, hash_of("another")}, good.leaves[1]});
    add("leaf_below_the_query", "a leaf of the tree that was not asked for",
        {small_tree()[0], good.leaves[0], good.leaves[1]});
    add("leaf_above_the_query", "a leaf just above the last interval",
        {good.leaves[0], good.leaves[1], {after(filled(0x80)), hash_of("more")}});
    Claim bad = good;
    bad.leaves = {small_tree()[0]};
    bad.proof = {};
    reject(suite, "KVT-10", "leaves_before_walk", "the claimed leaves are looked at before the proof", bad, {"KVT-11"});
}

void add_bad_lengths(Suite& suite) {
    const Claim good = small_claim();
    const auto add = [&](const std::string& name, const std::string& shows, const auto& change, Clauses others = {}) {
        Claim bad = good;
        change(bad);
        reject(suite, "KVT-11", name, shows, bad, std::move(others));
    };
    add("empty_proof", "a proof of nothing for a query that needs one", [](Claim& bad) { bad.proof = {}; });
    add("shape_too_short", "the last byte of the shape is missing", [](Claim& bad) { bad.proof.shape.pop_back(); });
    add("shape_too_long", "a byte of the shape is left",
        [](Claim& bad) { bad.proof.shape.push_back(reference::KV_EMPTY); });
    add("hash_missing", "an opaque node without a hash", [](Claim& bad) { bad.proof.hashes.pop_back(); });
    add("hash_left", "a hash is left", [](Claim& bad) { bad.proof.hashes.push_back(filled(1)); });
    add("leaf_missing", "a leaf without its path", [](Claim& bad) { bad.proof.leaves.clear(); });
    add("leaf_left", "a leaf is left", [](Claim& bad) { bad.proof.leaves.push_back(small_tree()[3]); });
    add("left_before_root", "what is left is looked at before the root",
        [](Claim& bad) {
            bad.proof.hashes.push_back(filled(1));
            bad.root.bytes[0] ^= 1U;
        },
        {"KVT-16"});
    Claim whole = claim_of(small_tree(), {kAll});
    whole.proof.shape = {reference::KV_EMPTY};
    reject(suite, "KVT-11", "shape_of_a_query_of_everything", "where nothing is to be proved, nothing may be sent",
           whole);
    whole.proof = {};
    whole.proof.leaves = small_tree();
    reject(suite, "KVT-11", "leaves_sent_twice", "what is claimed is not sent again", whole);
}

// The shape of small_claim() by position: root, 0, 00, 01, 1, 10, 100, 1000, 1001, 101, 11.
void add_bad_bytes(Suite& suite) {
    const Claim good = small_claim();
    const auto add = [&](const std::string& name, const std::string& shows, std::size_t place, std::uint8_t byte) {
        Claim bad = good;
        bad.proof.shape[place] = byte;
        reject(suite, "KVT-12", name, shows, bad);
    };
    add("opaque_root", "the root is never opaque", 0, reference::KV_OPAQUE);
    add("opaque_where_the_query_is", "an opaque node above a path of the query", 5, reference::KV_OPAQUE);
    add("opaque_instead_of_a_claimed_leaf", "the claimed leaf has to be hashed", 7, reference::KV_OPAQUE);
    add("leaf_where_the_query_is_not", "outside of the query a leaf is opaque", 8, reference::KV_LEAF);
    add("inner_where_the_query_is_not", "outside of the query an inner node is opaque", 3, reference::KV_INNER);
    add("byte_4_where_the_query_is", "a byte that means nothing", 1, 4);
    add("byte_255_where_the_query_is_not", "a byte that means nothing", 10, 255);
}

void add_bad_nodes(Suite& suite) {
    const Claim good = small_claim();
    Claim bad = good;
    bad.proof.shape[7] = reference::KV_EMPTY;
    reject(suite, "KVT-13", "empty_with_a_claimed_leaf", "nothing is here, and the claimed leaf", bad);
    bad.proof = {{reference::KV_EMPTY}, {}, {}};
    reject(suite, "KVT-13", "empty_root_with_a_claimed_leaf", "an empty tree with a leaf", bad);
    bad.root = {};
    reject(suite, "KVT-13", "claimed_leaf_of_an_empty_tree",
           "the root is that of the empty tree, and a leaf is claimed", bad);

    bad = good;
    bad.proof.hashes[0] = {};
    reject(suite, "KVT-14", "opaque_zero", "an opaque node that would be an empty subtree", bad);
    bad = good;
    bad.proof.shape[10] = reference::KV_OPAQUE;
    bad.proof.hashes.emplace_back();
    reject(suite, "KVT-14", "empty_subtree_as_opaque", "the same root by another proof: empty written as opaque", bad);

    bad = claim_of(small_tree(), {{filled(0x70), filled(0x8f)}, {filled(0x90), filled(0x91)}});
    bad.proof = {{reference::KV_LEAF}, {}, {}};
    reject(suite, "KVT-15", "one_leaf_for_two_claims", "a leaf where two are claimed", bad);
    bad = good;
    bad.proof.leaves[0].path = filled(0x40);
    reject(suite, "KVT-15", "leaf_of_another_position", "a leaf that is not here", bad);
    bad = good;
    bad.proof.leaves[0] = {filled(0x80), hash_of("third")};
    reject(suite, "KVT-15", "leaf_of_a_position_on_the_right", "a leaf of the query's other path", bad);
    bad = good;
    bad.proof.leaves[0].path = filled(0x20);
    reject(suite, "KVT-15", "leaf_that_was_asked_for", "a leaf of the query that is not claimed", bad);
    bad = claim_of({small_tree()[0]}, query_of_path(filled(0)));
    bad.proof.leaves = bad.leaves;
    bad.leaves.clear();
    reject(suite, "KVT-15", "absence_of_a_leaf_that_is_there", "the leaf is hidden in the proof that it is absent", bad,
           {"KVT-17"});
}

void add_bad_roots(Suite& suite) {
    const Claim good = small_claim();
    const auto add = [&](const std::string& name, const std::string& shows, const auto& change) {
        Claim bad = good;
        change(bad);
        reject(suite, "KVT-16", name, shows, bad);
    };
    add("another_root", "one bit of the root differs", [](Claim& bad) { bad.root.bytes[31] ^= 1U; });
    add("root_of_zeros", "the root of the empty tree", [](Claim& bad) { bad.root = {}; });
    add("another_value", "another value is claimed", [](Claim& bad) { bad.leaves[0].value_hash = hash_of("more"); });
    add("empty_value", "an empty value is claimed", [](Claim& bad) { bad.leaves[0].value_hash = hash_of(""); });
    add("another_hash", "one bit of an opaque node differs", [](Claim& bad) { bad.proof.hashes[1].bytes[0] ^= 0x80U; });
    add("hashes_exchanged", "two opaque nodes are exchanged",
        [](Claim& bad) { std::swap(bad.proof.hashes[0], bad.proof.hashes[1]); });
    add("another_path_beside", "the leaf beside the query has another path",
        [](Claim& bad) { bad.proof.leaves[0].path = filled(0x01); });
    add("another_value_beside", "the leaf beside the query has another value",
        [](Claim& bad) { bad.proof.leaves[0].value_hash = hash_of("more"); });
    add("leaf_for_an_absent_path", "a leaf is claimed instead of the one beside it", [](Claim& bad) {
        bad.leaves.insert(bad.leaves.begin(), {filled(0x20), hash_of("first")});
        bad.proof.leaves.clear();
    });
    add("leaf_shown_as_empty", "a leaf of the tree is left out: nothing is there", [](Claim& bad) {
        bad.proof.shape[2] = reference::KV_EMPTY;
        bad.proof.leaves.clear();
    });
    add("opaque_shown_as_empty", "a subtree of the tree is left out", [](Claim& bad) {
        bad.proof.shape[3] = reference::KV_EMPTY;
        bad.proof.hashes.erase(bad.proof.hashes.begin());
    });
    add("lone_leaf_pushed_down", "a lone leaf is written one level below its place", [](Claim& bad) {
        bad.proof.shape[7] = reference::KV_INNER;
        bad.proof.shape.insert(bad.proof.shape.begin() + 8, {reference::KV_LEAF, reference::KV_EMPTY});
    });
    add("lone_leaf_pulled_up", "the claimed leaf is written one level above its place", [](Claim& bad) {
        bad.proof.shape[6] = reference::KV_LEAF;
        bad.proof.shape.erase(bad.proof.shape.begin() + 7, bad.proof.shape.begin() + 9);
        bad.proof.hashes.pop_back();
    });
}

// An inner node on the left whose left child's hash could be the path of a leaf there.
void add_inner_node_as_leaf(Suite& suite) {
    KvLeaves tree = small_tree();
    for (unsigned i = 0; path_bit(Bytes32{leaf_hash(tree[0]).bytes}, 0); ++i)
        tree[0].value_hash = hash_of("first " + std::to_string(i));
    Claim bad = claim_of(tree, query_of_path(filled(0x20)));
    bad.proof.shape = {reference::KV_INNER, reference::KV_LEAF, reference::KV_OPAQUE};
    bad.proof.hashes = {bad.proof.hashes[1]};
    bad.proof.leaves = {{Bytes32{leaf_hash(tree[0]).bytes}, Bytes32{leaf_hash(tree[1]).bytes}}};
    reject(suite, "KVT-16", "inner_node_as_leaf", "the children of an inner node as path and value of a leaf", bad,
           {"KVT-03"});
}

void add_withheld(Suite& suite) {
    const KvLeaves tree = leaves_of(accounts(20));
    const Claim range = claim_of(tree, {{tree[4].path, tree[9].path}});
    Claim bad = range;
    bad.leaves.erase(bad.leaves.begin() + 2);
    reject(suite, "KVT-16", "range_without_an_entry", "an entry of the range is withheld", bad);
    bad = range;
    bad.leaves.insert(bad.leaves.begin() + 1, {after(bad.leaves[0].path), hash_of("more")});
    reject(suite, "KVT-15", "entry_made_up_at_the_end_of_a_range", "a made-up entry beside a lone leaf", bad);
    bad = claim_of(tree, {{filled(0), kEndOfLeft}});
    bad.leaves.insert(bad.leaves.begin() + 1, {after(bad.leaves[0].path), hash_of("more")});
    reject(suite, "KVT-16", "entry_made_up_inside_a_range", "a made-up entry where nothing but the claim is hashed",
           bad);
    bad = claim_of(tree, {kAll});
    bad.leaves.pop_back();
    reject(suite, "KVT-16", "everything_without_an_entry", "the last entry of the tree is withheld", bad);
    bad = claim_of(leaves_of(accounts(19)), range.query);
    bad.root = range.root;
    reject(suite, "KVT-16", "proof_of_an_older_tree", "the proof of a tree without the newest entry", bad);
    bad = claim_of(tree, {kAll});
    bad.leaves.clear();
    reject(suite, "KVT-16", "everything_and_nothing", "all entries are withheld", bad);
    bad = claim_of(small_tree(), query_of_path(filled(0x20)));
    bad.proof = {{reference::KV_EMPTY}, {}, {}};
    reject(suite, "KVT-16", "empty_tree_instead", "the tree is said to be empty", bad, {"KVT-17"});
}

}  // namespace

void add_kv_tree(Suite& suite) {
    if (!suite.wants("kv_tree")) return;
    add_roots(suite);
    add_proved_keys(suite);
    add_proved_ranges(suite);
    add_accepted(suite);
    add_bad_encodings(suite);
    add_bad_queries(suite);
    add_bad_claims(suite);
    add_bad_lengths(suite);
    add_bad_bytes(suite);
    add_bad_nodes(suite);
    add_bad_roots(suite);
    add_inner_node_as_leaf(suite);
    add_withheld(suite);
}

}  // namespace touchstone::vectors
