// Encodings of the test types [ENC-01] to [ENC-18], and raw snappy [ENC-23], [ENC-24].
#include <snappy.h>

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/ssz_values.h"
#include "reference/ssz/generic_types.h"
#include "reference/ssz/merkle.h"
#include "reference/ssz/serialize.h"
#include "reference/ssz/snappy.h"

namespace touchstone::vectors {
namespace {

namespace ssz = reference::ssz;
using Json = nlohmann::json;

std::string lower(std::string text) {
    for (char& letter : text)
        letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter);
    return text;
}

void add_decode(Suite& suite, const std::string& type_name, const std::string& what, const std::string& shows,
                std::vector<std::string> clauses, const Bytes& encoding, const Expected& expected) {
    const ssz::Type& type = ssz::generic_types().at(type_name);
    Vector vector{.runner = "ssz_generic",
                  .handler = "decode",
                  .name = lower(type_name) + "_" + what,
                  .shows = shows,
                  .clauses = std::move(clauses)};
    vector.params = Json{{"type", type_name}}.dump();
    vector.inputs["serialized"] = encoding;
    const auto value = ssz::deserialize(type, encoding);
    if (!value) {
        const auto clause = std::string(to_string(value.failure().clause));
        if (expected != clause) return suite.problem(vector.id() + ": the reference rejects with " + clause);
        vector.rejected = clause;
    } else {
        if (expected) return suite.problem(vector.id() + ": the reference accepts, expected " + *expected);
        vector.files["serialized"] = ssz::serialize(type, value.value());
        if (vector.files["serialized"] != encoding) return suite.problem(vector.id() + ": not encoded as it was");
        vector.values = Json{{"root", reference::to_hex(ssz::hash_tree_root(type, value.value()).bytes)}}.dump();
    }
    suite.add(std::move(vector));
}

std::vector<std::string> clauses_of(const ssz::Type& type) {
    switch (type.kind) {
        case ssz::Kind::Uint:
        case ssz::Kind::Boolean:
            return {"ENC-03", "ENC-15", "ENC-18"};
        case ssz::Kind::Bitvector:
        case ssz::Kind::Bitlist:
            return {"ENC-04", "ENC-15", "ENC-16", "ENC-17", "ENC-18"};
        case ssz::Kind::Vector:
        case ssz::Kind::List:
            return {"ENC-02", "ENC-05", "ENC-15", "ENC-16", "ENC-17", "ENC-18"};
        case ssz::Kind::Container:
            return {"ENC-01", "ENC-02", "ENC-05", "ENC-16", "ENC-18"};
        case ssz::Kind::Union:
            return {"ENC-06", "ENC-17", "ENC-18"};
    }
    return {};
}

void add_valid(Suite& suite) {
    std::uint64_t seed = 1;
    for (const auto& [name, type] : ssz::generic_types()) {
        Rng rng(seed++);
        const auto add = [&](const std::string& what, const std::string& shows, const ssz::Value& value) {
            add_decode(suite, name, what, shows, clauses_of(type), ssz::serialize(type, value), std::nullopt);
        };
        add("zero", "the default value of " + name, zero_value(type));
        add("full", "the greatest content of " + name + ", its lists at their limits", full_value(type, 1024));
        add("random", "some value of " + name, random_value(type, rng, 5));
    }
}

Bytes b(std::initializer_list<int> bytes) {
    Bytes result;
    for (const int byte : bytes)
        result.push_back(static_cast<std::uint8_t>(byte));
    return result;
}

// A case of one line: type, name, what it shows, bytes.
struct Malformed {
    const char* type;
    const char* what;
    const char* shows;
    Bytes bytes;
};

void add_malformed(Suite& suite, const char* clause, const std::vector<Malformed>& cases) {
    for (const Malformed& entry : cases) {
        add_decode(suite, entry.type, entry.what, entry.shows, {clause}, entry.bytes, clause);
    }
}

void add_wrong_lengths(Suite& suite) {
    for (const char* name : {"uint8", "uint16", "uint32", "uint64", "uint128", "uint256", "boolean", "vec_boolean_5",
                             "vec_uint16_3", "vec_uint64_16", "vec_uint256_2", "bitvec_1", "bitvec_8", "bitvec_9",
                             "bitvec_257", "SingleField", "FixedStruct"}) {
        const ssz::Type& type = ssz::generic_types().at(name);
        Bytes encoding = ssz::serialize(type, zero_value(type));
        encoding.push_back(0);
        add_decode(suite, name, "one_byte_over", "a byte is left over", {"ENC-07"}, encoding, "ENC-07");
        encoding.resize(encoding.size() - 2);
        add_decode(suite, name, "one_byte_short", "the last byte is missing", {"ENC-07"}, encoding, "ENC-07");
    }
    add_malformed(
        suite, "ENC-07",
        {{"VarStruct", "ends_in_the_fixed_section", "the fixed section is cut", b({1, 0, 7, 0, 0, 0})},
         {"VarStruct", "empty", "a container of variable size is not empty", {}},
         {"ComplexStruct", "ends_in_an_offset", "the second offset is cut", b({1, 0, 71, 0, 0, 0, 1, 71})},
         {"vec_VarStruct_2", "empty", "a vector has all its elements", {}},
         {"list_VarStruct_4", "ends_in_the_first_offset", "the first offset is cut", b({4, 0, 0})},
         {"list_list_uint8_8_4", "of_one_byte", "a list with bytes has a first offset", b({4})},
         {"list_union_4", "ends_in_the_first_offset", "the first offset is cut", b({4, 0, 0})},
         {"list_union_4", "union_without_a_selector", "an element of no bytes has no selector",
          b({8, 0, 0, 0, 8, 0, 0, 0, 0, 1})},
         {"vec_VarStruct_2", "ends_in_the_second_offset", "the fixed section is cut", b({8, 0, 0, 0, 15})},
         {"UnionStruct", "union_without_a_selector", "a union of no bytes in a container", b({1, 7, 0, 0, 0, 5, 0})},
         {"union_uint8_uint64", "empty", "a union has a selector", {}},
         {"union_uint8_uint64", "value_too_short", "the option's value is cut", b({1, 1, 2, 3})},
         {"union_uint8_uint64", "value_too_long", "a byte is left over behind the option", b({0, 1, 2})},
         {"union_list_structs", "fixed_struct_cut", "the struct in the union is cut", b({1, 1, 2, 3})}});
}

void add_wrong_content(Suite& suite) {
    add_malformed(suite, "ENC-08",
                  {{"boolean", "two", "a boolean is 0 or 1", b({2})},
                   {"boolean", "all_bits", "a boolean is 0 or 1", b({0xFF})},
                   {"boolean", "high_bit", "a boolean is one byte, not one bit", b({0x80})},
                   {"vec_boolean_5", "last_is_two", "each boolean of a vector is checked", b({1, 0, 1, 0, 2})},
                   {"list_boolean_8", "first_is_two", "each boolean of a list is checked", b({2, 0, 1})}});
    add_malformed(suite, "ENC-12",
                  {{"bitvec_1", "bit_one_set", "bit 1 of a bitvector of one bit", b({2})},
                   {"bitvec_1", "high_bit_set", "bit 7 of a bitvector of one bit", b({0x81})},
                   {"bitvec_9", "bit_nine_set", "the first bit after the last", b({0xFF, 2})},
                   {"BitsStruct", "unused_bit_in_b", "a bitvector in a container is checked",
                    b({11, 0, 0, 0, 4, 0, 12, 0, 0, 0, 0, 1, 1})}});
    add_malformed(suite, "ENC-13",
                  {{"bitlist_8", "empty", "a bitlist has at least its sentinel", {}},
                   {"bitlist_8", "without_sentinel", "the last byte is zero", b({0})},
                   {"bitlist_8", "last_byte_zero", "the sentinel stands in the last byte", b({0xFF, 0})},
                   {"bitlist_8", "nine_bits", "one bit above the limit", b({0xFF, 2})},
                   {"bitlist_1", "two_bits", "one bit above the limit", b({7})},
                   {"bitlist_9", "ten_bits", "one bit above the limit", b({0xFF, 7})},
                   {"bitlist_9", "a_byte_too_many", "more bytes than the limit has", b({0xFF, 3, 1})},
                   {"BitsStruct", "last_bitlist_without_sentinel", "a bitlist in a container is checked",
                    b({11, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 1, 0})}});
    add_decode(suite, "bitlist_8", "at_its_limit", "eight bits, the sentinel in a byte of its own", {"ENC-13"},
               b({0xFF, 1}), std::nullopt);
    add_malformed(
        suite, "ENC-14",
        {{"union_uint8_uint64", "selector_two", "the first selector that is none", b({2, 0})},
         {"union_uint8_uint64", "selector_127", "no option 127", b({127, 0})},
         {"union_uint8_uint64", "selector_128", "selectors above 127 are never used", b({128, 0})},
         {"union_uint8_uint64", "selector_255", "the greatest byte", b({255})},
         {"union_list_structs", "selector_three", "the first selector that is none", b({3})},
         {"UnionStruct", "selector_two", "a union in a container is checked", b({1, 7, 0, 0, 0, 5, 0, 2, 0})}});
}

void add_wrong_offsets(Suite& suite) {
    add_malformed(
        suite, "ENC-09",
        {{"VarStruct", "first_offset_too_low", "the first offset points into the fixed section",
          b({1, 0, 6, 0, 0, 0, 1})},
         {"VarStruct", "first_offset_zero", "the first offset is zero", b({1, 0, 0, 0, 0, 0, 1})},
         {"VarStruct", "first_offset_too_high", "bytes between the fixed section and the first part are in no part",
          b({1, 0, 8, 0, 0, 0, 1, 9})},
         {"VarStruct", "first_offset_huge", "an offset of 2^32 - 1", b({1, 0, 255, 255, 255, 255, 1})},
         {"vec_VarStruct_2", "first_offset_too_low", "the first offset is one element's", b({4, 0, 0, 0, 8, 0, 0, 0})},
         {"list_VarStruct_4", "first_offset_zero", "a first offset of zero means no list", b({0, 0, 0, 0})},
         {"list_VarStruct_4", "first_offset_not_of_four", "the first offset is no multiple of four",
          b({5, 0, 0, 0, 7, 0, 0, 0})},
         {"list_list_uint8_8_4", "first_offset_one", "the first offset is no multiple of four", b({1, 0, 0, 0})},
         {"list_list_uint8_8_4", "first_offset_zero_of_many", "zero is no offset", b({0, 0, 0, 0, 8, 0, 0, 0})}});
    add_malformed(suite, "ENC-10",
                  {{"list_list_uint8_8_4", "offsets_run_backwards", "the second offset is below the first",
                    b({8, 0, 0, 0, 7, 0, 0, 0, 1, 2})},
                   {"list_list_uint8_8_4", "third_offset_below_second", "the third offset is below the second",
                    b({12, 0, 0, 0, 14, 0, 0, 0, 13, 0, 0, 0, 1, 2})},
                   {"list_list_uint8_8_4", "last_offset_beyond_the_end", "an offset one beyond the input",
                    b({8, 0, 0, 0, 11, 0, 0, 0, 1, 2})},
                   {"list_list_uint8_8_4", "first_offset_beyond_the_end", "the first offset is beyond the input",
                    b({8, 0, 0, 0})},
                   {"list_list_uint8_8_4", "ends_in_the_second_offset",
                    "the first offset says a fixed section of eight bytes, of which five came", b({8, 0, 0, 0, 8})},
                   {"vec_VarStruct_2", "second_offset_beyond_the_end", "an offset beyond the input",
                    b({8, 0, 0, 0, 255, 255, 0, 0, 1, 0, 7, 0, 0, 0, 1})},
                   {"BitsStruct", "second_offset_below_first", "the second offset is below the first",
                    b({11, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1, 1})},
                   {"BitsStruct", "second_offset_beyond_the_end", "an offset beyond the input",
                    b({11, 0, 0, 0, 0, 0, 14, 0, 0, 0, 0, 1, 1})}});
    add_decode(suite, "list_list_uint8_8_4", "offsets_are_equal", "an empty element has the offset of the next",
               {"ENC-10", "ENC-05"}, b({12, 0, 0, 0, 12, 0, 0, 0, 14, 0, 0, 0, 1, 2}), std::nullopt);
    add_decode(suite, "list_list_uint8_8_4", "last_offset_is_the_end",
               "an empty last element has the end as its offset", {"ENC-10", "ENC-05"},
               b({8, 0, 0, 0, 10, 0, 0, 0, 1, 2}), std::nullopt);
    add_decode(suite, "list_VarStruct_4", "of_no_bytes", "a list of no parts has no bytes", {"ENC-09"}, {},
               std::nullopt);
}

Bytes list_of_lists(std::size_t count) {
    Bytes encoding;
    for (std::size_t i = 0; i < count; ++i) {
        const Bytes offset = b({static_cast<int>(4 * count), 0, 0, 0});
        encoding.insert(encoding.end(), offset.begin(), offset.end());
    }
    return encoding;
}

void add_wrong_counts(Suite& suite) {
    add_malformed(
        suite, "ENC-11",
        {{"list_uint8_32", "one_above_the_limit", "33 elements of at most 32", Bytes(33)},
         {"list_uint16_8", "one_above_the_limit", "9 elements of at most 8", Bytes(18)},
         {"list_uint16_8", "half_an_element", "the bytes are no multiple of the element's size", Bytes(5)},
         {"list_uint64_100", "one_above_the_limit", "101 elements of at most 100", Bytes(808)},
         {"list_uint64_100", "half_an_element", "the bytes are no multiple of eight", Bytes(12)},
         {"list_boolean_8", "one_above_the_limit", "9 elements of at most 8", Bytes(9)},
         {"list_FixedStruct_4", "one_above_the_limit", "5 structs of at most 4", Bytes(65)},
         {"list_FixedStruct_4", "part_of_a_struct", "the bytes are no multiple of 13", Bytes(14)},
         {"list_list_uint8_8_4", "one_above_the_limit", "5 lists of at most 4", list_of_lists(5)},
         {"list_list_uint8_8_4", "inner_list_above_its_limit", "an inner list of 9 of at most 8",
          b({4, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9})},
         {"VarStruct", "half_an_element", "the list's bytes are no multiple of two", b({1, 0, 7, 0, 0, 0, 1, 9})}});
    Bytes long_list = b({1, 0, 7, 0, 0, 0, 1});
    long_list.resize(7 + 2 * 1025);
    add_decode(suite, "VarStruct", "list_above_its_limit", "1025 elements of at most 1024", {"ENC-11"}, long_list,
               "ENC-11");
    Bytes huge = list_of_lists(63);
    add_decode(suite, "list_list_uint8_8_4", "many_empty_elements", "the count is checked before elements are made",
               {"ENC-11"}, huge, "ENC-11");
    add_decode(suite, "list_list_uint8_8_4", "at_its_limit", "4 lists of at most 4", {"ENC-11"}, list_of_lists(4),
               std::nullopt);
}

void add_snappy_case(Suite& suite, const std::string& name, const std::string& shows, const Bytes& payload,
                     std::uint64_t limit, const Expected& expected) {
    Vector vector{
        .runner = "ssz_generic", .handler = "snappy", .name = name, .shows = shows, .clauses = {"ENC-24", "ENC-23"}};
    vector.params = Json{{"limit", std::to_string(limit)}}.dump();
    vector.inputs["payload"] = payload;
    const auto data = ssz::decompress(payload, limit);
    if (data) {
        if (expected) return suite.problem(vector.id() + ": the reference accepts");
        vector.files["data"] = data.value();
    } else {
        vector.rejected = std::string(to_string(data.failure().clause));
        if (vector.rejected != expected) return suite.problem(vector.id() + ": the reference says " + *vector.rejected);
    }
    suite.add(std::move(vector));
}

void add_snappy(Suite& suite) {
    Bytes text;
    for (int i = 0; i < 300; ++i)
        text.push_back(static_cast<std::uint8_t>(i % 7));
    const Bytes payload = ssz::compress(text);
    add_snappy_case(suite, "below_the_limit", "a payload of 300 bytes under a limit of 301", payload, 301,
                    std::nullopt);
    add_snappy_case(suite, "at_the_limit", "a payload of 300 bytes under a limit of 300", payload, 300, std::nullopt);
    add_snappy_case(suite, "above_the_limit", "a payload of 300 bytes over a limit of 299", payload, 299, "ENC-24");
    add_snappy_case(suite, "of_no_bytes", "no bytes, compressed", b({0}), 10, std::nullopt);
    add_snappy_case(suite, "empty_payload", "a payload without a length", {}, 10, "ENC-24");
    add_snappy_case(suite, "length_cut", "a declared length that does not end", b({0x80}), 1000, "ENC-24");
    add_snappy_case(suite, "no_content", "a declared length and nothing behind it", b({4}), 1000, "ENC-24");
    add_snappy_case(suite, "unfinished_literal", "a literal longer than the payload", b({8, 28, 1, 2}), 1000, "ENC-24");
    add_snappy_case(suite, "copy_with_offset_zero", "a copy of what is being written", b({8, 0, 1, 0x11, 0}), 100,
                    "ENC-24");
    add_snappy_case(suite, "framing_format", "a stream identifier of the framing format",
                    b({0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'}), 1000, "ENC-24");
    add_snappy_case(suite, "limit_zero", "a limit of no bytes", b({0}), 0, std::nullopt);
    add_snappy_case(suite, "bomb", "a payload that declares 2^32 - 1 bytes", b({255, 255, 255, 255, 15, 0}), 1 << 20,
                    "ENC-24");
    add_snappy_case(suite, "length_beyond_32_bits", "a length of more than 32 bits",
                    b({255, 255, 255, 255, 255, 15, 0}), UINT64_MAX, "ENC-24");
    add_snappy_case(suite, "declares_too_much", "fewer bytes than declared come out", b({5, 8, 1, 2, 3}), 100,
                    "ENC-24");
    add_snappy_case(suite, "declares_too_little", "more bytes than declared come out", b({2, 8, 1, 2, 3}), 100,
                    "ENC-24");
    Bytes cut = payload;
    cut.pop_back();
    add_snappy_case(suite, "cut", "the last byte is missing", cut, 1000, "ENC-24");
    Bytes trailing = b({3, 8, 1, 2, 3});
    add_snappy_case(suite, "literal", "a literal alone", trailing, 3, std::nullopt);
    trailing.push_back(0);
    add_snappy_case(suite, "bytes_left_over", "another literal behind the declared bytes", trailing, 3, "ENC-24");
    add_snappy_case(suite, "copy_from_before_the_start", "a copy that reaches back before the first byte",
                    b({8, 0, 1, 0x11, 9}), 100, "ENC-24");
}

}  // namespace

void add_ssz_generic(Suite& suite) {
    if (!suite.wants("ssz_generic")) return;
    add_valid(suite);
    add_wrong_lengths(suite);
    add_wrong_content(suite);
    add_wrong_offsets(suite);
    add_wrong_counts(suite);
    add_snappy(suite);
}

}  // namespace touchstone::vectors
