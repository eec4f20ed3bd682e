#include "conformance-tests/generator/ssz_values.h"

#include <algorithm>
#include <functional>

namespace touchstone::vectors {
namespace {

namespace ssz = reference::ssz;
using ssz::Kind;
using ssz::Type;
using ssz::Value;

Type container(std::vector<std::pair<std::string, Type>> fields) {
    Type type{Kind::Container, 0, {}, {}};
    for (auto& [name, part] : fields) {
        type.names.push_back(name);
        type.parts.push_back(std::move(part));
    }
    return type;
}

Type u(std::uint64_t bits) { return ssz::uint_type(bits); }

Type fixed_struct() { return container({{"A", u(8)}, {"B", u(64)}, {"C", u(32)}}); }
Type var_struct() { return container({{"A", u(16)}, {"B", ssz::list_type(u(16), 1024)}, {"C", u(8)}}); }

Type complex_struct() {
    return container({{"A", u(16)},
                      {"B", ssz::list_type(u(16), 128)},
                      {"C", u(8)},
                      {"D", ssz::list_type(u(8), 256)},
                      {"E", var_struct()},
                      {"F", ssz::vector_type(fixed_struct(), 4)},
                      {"G", ssz::vector_type(var_struct(), 2)}});
}

Type bits_struct() {
    return container({{"A", ssz::bitlist_type(5)},
                      {"B", ssz::bitvector_type(2)},
                      {"C", ssz::bitvector_type(1)},
                      {"D", ssz::bitlist_type(6)},
                      {"E", ssz::bitvector_type(8)}});
}

// How a value is filled: the bytes of basic values, whether a bit is set, how long a list is, which option a union has.
struct Filling {
    std::function<std::uint8_t()> byte;
    std::function<bool()> bit;
    std::function<std::uint64_t(std::uint64_t limit)> length;
    std::function<std::size_t(std::size_t options)> option;
};

Value fill(const Type& type, const Filling& filling);

void fill_basic(const Type& type, const Filling& filling, reference::Bytes& bytes) {
    if (type.kind == Kind::Boolean) {
        bytes.push_back(filling.bit() ? 1 : 0);
        return;
    }
    for (std::uint64_t i = 0; i < type.size; ++i)
        bytes.push_back(filling.byte());
}

Value fill_series(const Type& type, const Filling& filling, std::uint64_t length) {
    Value value;
    for (std::uint64_t i = 0; i < length; ++i) {
        if (ssz::is_basic(type.parts[0])) {
            fill_basic(type.parts[0], filling, value.bytes);
        } else {
            value.parts.push_back(fill(type.parts[0], filling));
        }
    }
    return value;
}

Value fill_bits(const Filling& filling, std::uint64_t length) {
    Value value;
    for (std::uint64_t i = 0; i < length; ++i)
        value.bits.push_back(filling.bit());
    return value;
}

Value fill(const Type& type, const Filling& filling) {
    Value value;
    switch (type.kind) {
        case Kind::Uint:
        case Kind::Boolean:
            fill_basic(type, filling, value.bytes);
            break;
        case Kind::Vector:
            return fill_series(type, filling, type.size);
        case Kind::List:
            return fill_series(type, filling, filling.length(type.size));
        case Kind::Bitvector:
            return fill_bits(filling, type.size);
        case Kind::Bitlist:
            return fill_bits(filling, filling.length(type.size));
        case Kind::Container:
            for (const Type& part : type.parts)
                value.parts.push_back(fill(part, filling));
            break;
        case Kind::Union:
            value.selector = static_cast<std::uint8_t>(filling.option(type.parts.size()));
            value.parts.push_back(fill(type.parts[value.selector], filling));
            break;
    }
    return value;
}

}  // namespace

const std::map<std::string, Type>& generic_types() {
    static const std::map<std::string, Type> types{
        {"uint8", u(8)},
        {"uint16", u(16)},
        {"uint32", u(32)},
        {"uint64", u(64)},
        {"uint128", u(128)},
        {"uint256", u(256)},
        {"boolean", ssz::boolean_type()},
        {"vec_boolean_5", ssz::vector_type(ssz::boolean_type(), 5)},
        {"vec_uint16_3", ssz::vector_type(u(16), 3)},
        {"vec_uint64_16", ssz::vector_type(u(64), 16)},
        {"vec_uint256_2", ssz::vector_type(u(256), 2)},
        {"vec_VarStruct_2", ssz::vector_type(var_struct(), 2)},
        {"list_boolean_8", ssz::list_type(ssz::boolean_type(), 8)},
        {"list_uint8_32", ssz::list_type(u(8), 32)},
        {"list_uint16_8", ssz::list_type(u(16), 8)},
        {"list_uint64_100", ssz::list_type(u(64), 100)},
        {"list_FixedStruct_4", ssz::list_type(fixed_struct(), 4)},
        {"list_VarStruct_4", ssz::list_type(var_struct(), 4)},
        {"list_list_uint8_8_4", ssz::list_type(ssz::list_type(u(8), 8), 4)},
        {"bitvec_1", ssz::bitvector_type(1)},
        {"bitvec_8", ssz::bitvector_type(8)},
        {"bitvec_9", ssz::bitvector_type(9)},
        {"bitvec_257", ssz::bitvector_type(257)},
        {"bitlist_1", ssz::bitlist_type(1)},
        {"bitlist_8", ssz::bitlist_type(8)},
        {"bitlist_9", ssz::bitlist_type(9)},
        {"bitlist_513", ssz::bitlist_type(513)},
        {"SingleField", container({{"A", u(8)}})},
        {"FixedStruct", fixed_struct()},
        {"VarStruct", var_struct()},
        {"ComplexStruct", complex_struct()},
        {"BitsStruct", bits_struct()},
        {"union_uint8_uint64", ssz::union_type({u(8), u(64)})},
        {"union_list_structs", ssz::union_type({ssz::list_type(u(16), 8), fixed_struct(), var_struct()})},
        {"UnionStruct",
         container({{"A", u(8)}, {"B", ssz::union_type({u(8), ssz::list_type(u(16), 8)})}, {"C", u(16)}})},
        {"list_union_4", ssz::list_type(ssz::union_type({u(8), u(64)}), 4)},
    };
    return types;
}

Value zero_value(const Type& type) {
    return fill(type, {.byte = [] { return std::uint8_t{0}; },
                       .bit = [] { return false; },
                       .length = [](std::uint64_t) { return std::uint64_t{0}; },
                       .option = [](std::size_t) { return std::size_t{0}; }});
}

Value random_value(const Type& type, Rng& rng, std::uint64_t most) {
    return fill(type, {.byte = [&rng] { return rng.byte(); },
                       .bit = [&rng] { return rng.chance(50); },
                       .length = [&rng, most](std::uint64_t limit) { return rng.below(std::min(most, limit) + 1); },
                       .option = [&rng](std::size_t options) { return rng.below(options); }});
}

Value full_value(const Type& type, std::uint64_t most) {
    return fill(type, {.byte = [] { return std::uint8_t{0xFF}; },
                       .bit = [] { return true; },
                       .length = [most](std::uint64_t limit) { return std::min(most, limit); },
                       .option = [](std::size_t options) { return options - 1; }});
}

}  // namespace touchstone::vectors
