// SSZ types of every kind that are no containers of the protocol: the types of the runner ssz_generic.
#include <array>
#include <string>
#include <tuple>
#include <variant>

#include "fuzz/agreement.h"
#include "fuzz/decoders/sample_values.h"
#include "fuzz/targets.h"
#include "node/codec/kinds.h"
#include "reference/ssz/merkle.h"
#include "reference/ssz/serialize.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;
namespace codec = node::codec;

// ------------------------------------------------------------------------------------------------ the node's types

template <class T>
inline constexpr codec::Plain<T> plain{};
using Uint128 = std::array<std::uint8_t, 16>;
using Uint256 = std::array<std::uint8_t, 32>;
/// In a sequence a boolean needs an address.
inline constexpr codec::Boolean<std::uint8_t> kBoolean{};

struct FixedStruct {
    std::uint8_t a = 0;
    std::uint64_t b = 0;
    std::uint32_t c = 0;
};
inline constexpr auto kFixedStruct = codec::container<FixedStruct>(codec::field(&FixedStruct::a, plain<std::uint8_t>),
                                                                   codec::field(&FixedStruct::b, plain<std::uint64_t>),
                                                                   codec::field(&FixedStruct::c, plain<std::uint32_t>));

struct VarStruct {
    std::uint16_t a = 0;
    std::vector<std::uint16_t> b;
    std::uint8_t c = 0;
};
inline constexpr auto kVarStruct =
    codec::container<VarStruct>(codec::field(&VarStruct::a, plain<std::uint16_t>),
                                codec::field(&VarStruct::b, codec::list_of(plain<std::uint16_t>, 1024)),
                                codec::field(&VarStruct::c, plain<std::uint8_t>));

struct ComplexStruct {
    std::uint16_t a = 0;
    std::vector<std::uint16_t> b;
    std::uint8_t c = 0;
    std::vector<std::uint8_t> d;
    VarStruct e;
    std::vector<FixedStruct> f;
    std::vector<VarStruct> g;
};
inline constexpr auto kComplexStruct = codec::container<ComplexStruct>(
    codec::field(&ComplexStruct::a, plain<std::uint16_t>),
    codec::field(&ComplexStruct::b, codec::list_of(plain<std::uint16_t>, 128)),
    codec::field(&ComplexStruct::c, plain<std::uint8_t>),
    codec::field(&ComplexStruct::d, codec::list_of(plain<std::uint8_t>, 256)),
    codec::field(&ComplexStruct::e, kVarStruct), codec::field(&ComplexStruct::f, codec::vector_of(kFixedStruct, 4)),
    codec::field(&ComplexStruct::g, codec::vector_of(kVarStruct, 2)));

struct BitsStruct {
    node::Bits a, b, c, d, e;
};
inline constexpr auto kBitsStruct = codec::container<BitsStruct>(
    codec::field(&BitsStruct::a, codec::BitlistKind{5}), codec::field(&BitsStruct::b, codec::BitvectorKind{2}),
    codec::field(&BitsStruct::c, codec::BitvectorKind{1}), codec::field(&BitsStruct::d, codec::BitlistKind{6}),
    codec::field(&BitsStruct::e, codec::BitvectorKind{8}));

inline constexpr auto kSmallUnion = codec::union_of(plain<std::uint8_t>, plain<std::uint64_t>);
inline constexpr auto kStructUnion = codec::union_of(codec::list_of(plain<std::uint16_t>, 8), kFixedStruct, kVarStruct);

struct UnionStruct {
    std::uint8_t a = 0;
    std::variant<std::uint8_t, std::vector<std::uint16_t>> b;
    std::uint16_t c = 0;
};
inline constexpr auto kUnionStruct = codec::container<UnionStruct>(
    codec::field(&UnionStruct::a, plain<std::uint8_t>),
    codec::field(&UnionStruct::b, codec::union_of(plain<std::uint8_t>, codec::list_of(plain<std::uint16_t>, 8))),
    codec::field(&UnionStruct::c, plain<std::uint16_t>));

// -------------------------------------------------------------------------------------------- the reference's types

ssz::Type container(std::vector<ssz::Type> parts) {
    ssz::Type type{ssz::Kind::Container, 0, std::move(parts), {}};
    for (std::size_t i = 0; i < type.parts.size(); ++i)
        type.names.push_back(std::to_string(i));
    return type;
}
ssz::Type uint(std::uint64_t bits) { return ssz::uint_type(bits); }
ssz::Type fixed_struct() { return container({uint(8), uint(64), uint(32)}); }
ssz::Type var_struct() { return container({uint(16), ssz::list_type(uint(16), 1024), uint(8)}); }

// ------------------------------------------------------------------------------------------------------ comparison

/// Parameters that no generic type looks at.
inline constexpr node::Parameters kNoParameters{};

template <class Kind>
void compare(const Kind& kind, const ssz::Type& type, const std::string& name, Bytes bytes) {
    const auto by_reference = ssz::deserialize(type, bytes);
    typename Kind::Value value{};
    const node::Result<void> by_node = kind.decode(bytes, kNoParameters, value);
    if (!agree_on_verdict("decoding of " + name + " from " + to_hex(bytes), by_reference, by_node)) return;
    ByteVector encoding;
    kind.encode(value, encoding);
    agree_on_bytes("encoding of " + name + ", which came as " + to_hex(bytes),
                   ssz::serialize(type, by_reference.value()), encoding);
    agree_on_bytes("encoding of " + name + " against its input", bytes, encoding);
    agree_on_bytes("root of " + name + " from " + to_hex(bytes), ssz::hash_tree_root(type, by_reference.value()).bytes,
                   kind.root(value, kNoParameters));
}

/// One type on both sides.
struct GenericType {
    std::string name;
    ssz::Type type;
    void (*compare)(const GenericType& self, Bytes bytes);
};

template <const auto& kind>
GenericType pair(std::string name, ssz::Type type) {
    return {std::move(name), std::move(type),
            [](const GenericType& self, Bytes bytes) { compare(kind, self.type, self.name, bytes); }};
}

/// Kinds that need no name of their own.
template <auto kind_maker>
GenericType pair_of(std::string name, ssz::Type type) {
    return {std::move(name), std::move(type),
            [](const GenericType& self, Bytes bytes) { compare(kind_maker(), self.type, self.name, bytes); }};
}

std::vector<GenericType> basic_types() {
    return {
        pair<kBoolean>("boolean", ssz::boolean_type()), pair<plain<std::uint8_t>>("uint8", uint(8)),
        pair<plain<std::uint16_t>>("uint16", uint(16)), pair<plain<std::uint32_t>>("uint32", uint(32)),
        pair<plain<std::uint64_t>>("uint64", uint(64)), pair<plain<Uint128>>("uint128", uint(128)),
        pair<plain<Uint256>>("uint256", uint(256)),
    };
}

std::vector<GenericType> series_types() {
    using codec::list_of;
    using codec::vector_of;
    return {
        pair_of<[] { return vector_of(kBoolean, 5); }>("vec_boolean_5", ssz::vector_type(ssz::boolean_type(), 5)),
        pair_of<[] { return vector_of(plain<std::uint16_t>, 3); }>("vec_uint16_3", ssz::vector_type(uint(16), 3)),
        pair_of<[] { return vector_of(plain<std::uint64_t>, 16); }>("vec_uint64_16", ssz::vector_type(uint(64), 16)),
        pair_of<[] { return vector_of(plain<Uint256>, 2); }>("vec_uint256_2", ssz::vector_type(uint(256), 2)),
        pair_of<[] { return vector_of(kVarStruct, 2); }>("vec_VarStruct_2", ssz::vector_type(var_struct(), 2)),
        pair_of<[] { return list_of(kBoolean, 8); }>("list_boolean_8", ssz::list_type(ssz::boolean_type(), 8)),
        pair_of<[] { return list_of(plain<std::uint8_t>, 32); }>("list_uint8_32", ssz::list_type(uint(8), 32)),
        pair_of<[] { return list_of(plain<std::uint16_t>, 8); }>("list_uint16_8", ssz::list_type(uint(16), 8)),
        pair_of<[] { return list_of(plain<std::uint64_t>, 100); }>("list_uint64_100", ssz::list_type(uint(64), 100)),
        pair_of<[] { return list_of(plain<Uint128>, 3); }>("list_uint128_3", ssz::list_type(uint(128), 3)),
        pair_of<[] { return list_of(kFixedStruct, 4); }>("list_FixedStruct_4", ssz::list_type(fixed_struct(), 4)),
        pair_of<[] { return list_of(kVarStruct, 4); }>("list_VarStruct_4", ssz::list_type(var_struct(), 4)),
        pair_of<[] { return list_of(list_of(plain<std::uint8_t>, 8), 4); }>(
            "list_list_uint8_8_4", ssz::list_type(ssz::list_type(uint(8), 8), 4)),
        pair_of<[] { return vector_of(codec::BitlistKind{9}, 3); }>("vec_bitlist_9_3",
                                                                    ssz::vector_type(ssz::bitlist_type(9), 3)),
    };
}

std::vector<GenericType> bits_types() {
    return {
        pair_of<[] { return codec::BitvectorKind{1}; }>("bitvec_1", ssz::bitvector_type(1)),
        pair_of<[] { return codec::BitvectorKind{8}; }>("bitvec_8", ssz::bitvector_type(8)),
        pair_of<[] { return codec::BitvectorKind{9}; }>("bitvec_9", ssz::bitvector_type(9)),
        pair_of<[] { return codec::BitvectorKind{257}; }>("bitvec_257", ssz::bitvector_type(257)),
        pair_of<[] { return codec::BitlistKind{1}; }>("bitlist_1", ssz::bitlist_type(1)),
        pair_of<[] { return codec::BitlistKind{8}; }>("bitlist_8", ssz::bitlist_type(8)),
        pair_of<[] { return codec::BitlistKind{9}; }>("bitlist_9", ssz::bitlist_type(9)),
        pair_of<[] { return codec::BitlistKind{513}; }>("bitlist_513", ssz::bitlist_type(513)),
    };
}

std::vector<GenericType> struct_types() {
    return {
        pair<kFixedStruct>("FixedStruct", fixed_struct()),
        pair<kVarStruct>("VarStruct", var_struct()),
        pair<kComplexStruct>(
            "ComplexStruct",
            container({uint(16), ssz::list_type(uint(16), 128), uint(8), ssz::list_type(uint(8), 256), var_struct(),
                       ssz::vector_type(fixed_struct(), 4), ssz::vector_type(var_struct(), 2)})),
        pair<kBitsStruct>("BitsStruct", container({ssz::bitlist_type(5), ssz::bitvector_type(2), ssz::bitvector_type(1),
                                                   ssz::bitlist_type(6), ssz::bitvector_type(8)})),
        pair<kSmallUnion>("union_uint8_uint64", ssz::union_type({uint(8), uint(64)})),
        pair<kStructUnion>("union_list_structs",
                           ssz::union_type({ssz::list_type(uint(16), 8), fixed_struct(), var_struct()})),
        pair<kUnionStruct>("UnionStruct",
                           container({uint(8), ssz::union_type({uint(8), ssz::list_type(uint(16), 8)}), uint(16)})),
        pair_of<[] { return codec::list_of(kSmallUnion, 4); }>("list_union_4",
                                                               ssz::list_type(ssz::union_type({uint(8), uint(64)}), 4)),
    };
}

const std::vector<GenericType>& all_types() {
    static const std::vector<GenericType> all = [] {
        std::vector<GenericType> types;
        for (const auto& group : {basic_types(), series_types(), bits_types(), struct_types()}) {
            types.insert(types.end(), group.begin(), group.end());
        }
        return types;
    }();
    return all;
}

}  // namespace

void fuzz_generic_types(Bytes bytes) {
    Input input(bytes);
    const GenericType& type = input.choose(all_types());
    type.compare(type, input.rest());
}

std::vector<ByteVector> generic_type_seeds() {
    std::vector<ByteVector> seeds;
    for (std::size_t i = 0; i < all_types().size(); ++i) {
        SampleValues samples(i);
        const ByteVector encoding = ssz::serialize(all_types()[i].type, samples.value(all_types()[i].type));
        ByteVector seed{static_cast<std::uint8_t>(i)};
        seed.insert(seed.end(), encoding.begin(), encoding.end());
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

}  // namespace touchstone::fuzz
