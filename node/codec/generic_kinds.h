// Kinds that no message has: the types of the runner ssz_generic (conformance-tests/formats/README.md), for the
// adapter, the tests of the codec and the fuzz targets.
#pragma once

#include <array>
#include <cstdint>
#include <variant>
#include <vector>

#include "node/codec/kinds.h"

namespace touchstone::node::codec::generic {

template <class T>
inline constexpr Plain<T> plain{};
/// In a sequence a boolean needs an address.
inline constexpr Boolean<std::uint8_t> kBoolean{};
using Uint128 = std::array<std::uint8_t, 16>;
using Uint256 = std::array<std::uint8_t, 32>;

struct SingleField {
    std::uint8_t a = 0;
};
struct FixedStruct {
    std::uint8_t a = 0;
    std::uint64_t b = 0;
    std::uint32_t c = 0;
};
struct VarStruct {
    std::uint16_t a = 0;
    std::vector<std::uint16_t> b;
    std::uint8_t c = 0;
};
struct ComplexStruct {
    std::uint16_t a = 0;
    std::vector<std::uint16_t> b;
    std::uint8_t c = 0;
    std::vector<std::uint8_t> d;
    VarStruct e;
    std::vector<FixedStruct> f;
    std::vector<VarStruct> g;
};
struct BitsStruct {
    Bits a, b, c, d, e;
};
struct UnionStruct {
    std::uint8_t a = 0;
    std::variant<std::uint8_t, std::vector<std::uint16_t>> b;
    std::uint16_t c = 0;
};

inline constexpr auto kSingleField = container<SingleField>(field(&SingleField::a, plain<std::uint8_t>));
inline constexpr auto kFixedStruct =
    container<FixedStruct>(field(&FixedStruct::a, plain<std::uint8_t>), field(&FixedStruct::b, plain<std::uint64_t>),
                           field(&FixedStruct::c, plain<std::uint32_t>));
inline constexpr auto kVarStruct = container<VarStruct>(field(&VarStruct::a, plain<std::uint16_t>),
                                                        field(&VarStruct::b, list_of(plain<std::uint16_t>, 1024)),
                                                        field(&VarStruct::c, plain<std::uint8_t>));
inline constexpr auto kComplexStruct = container<ComplexStruct>(
    field(&ComplexStruct::a, plain<std::uint16_t>), field(&ComplexStruct::b, list_of(plain<std::uint16_t>, 128)),
    field(&ComplexStruct::c, plain<std::uint8_t>), field(&ComplexStruct::d, list_of(plain<std::uint8_t>, 256)),
    field(&ComplexStruct::e, kVarStruct), field(&ComplexStruct::f, vector_of(kFixedStruct, 4)),
    field(&ComplexStruct::g, vector_of(kVarStruct, 2)));
inline constexpr auto kBitsStruct =
    container<BitsStruct>(field(&BitsStruct::a, BitlistKind{5}), field(&BitsStruct::b, BitvectorKind{2}),
                          field(&BitsStruct::c, BitvectorKind{1}), field(&BitsStruct::d, BitlistKind{6}),
                          field(&BitsStruct::e, BitvectorKind{8}));
inline constexpr auto kUnionStruct =
    container<UnionStruct>(field(&UnionStruct::a, plain<std::uint8_t>),
                           field(&UnionStruct::b, union_of(plain<std::uint8_t>, list_of(plain<std::uint16_t>, 8))),
                           field(&UnionStruct::c, plain<std::uint16_t>));
inline constexpr auto kSmallUnion = union_of(plain<std::uint8_t>, plain<std::uint64_t>);

template <class Visit>
void for_each_series(const Visit& visit) {
    visit("vec_boolean_5", vector_of(kBoolean, 5));
    visit("vec_uint16_3", vector_of(plain<std::uint16_t>, 3));
    visit("vec_uint64_16", vector_of(plain<std::uint64_t>, 16));
    visit("vec_uint256_2", vector_of(plain<Uint256>, 2));
    visit("vec_VarStruct_2", vector_of(kVarStruct, 2));
    visit("list_boolean_8", list_of(kBoolean, 8));
    visit("list_uint8_32", list_of(plain<std::uint8_t>, 32));
    visit("list_uint16_8", list_of(plain<std::uint16_t>, 8));
    visit("list_uint64_100", list_of(plain<std::uint64_t>, 100));
    visit("list_FixedStruct_4", list_of(kFixedStruct, 4));
    visit("list_VarStruct_4", list_of(kVarStruct, 4));
    visit("list_list_uint8_8_4", list_of(list_of(plain<std::uint8_t>, 8), 4));
}

/// Calls visit(name, kind) for each type of the runner, always in the same order.
template <class Visit>
void for_each_kind(const Visit& visit) {
    visit("boolean", kBoolean);
    visit("uint8", plain<std::uint8_t>);
    visit("uint16", plain<std::uint16_t>);
    visit("uint32", plain<std::uint32_t>);
    visit("uint64", plain<std::uint64_t>);
    visit("uint128", plain<Uint128>);
    visit("uint256", plain<Uint256>);
    for_each_series(visit);
    visit("bitvec_1", BitvectorKind{1});
    visit("bitvec_8", BitvectorKind{8});
    visit("bitvec_9", BitvectorKind{9});
    visit("bitvec_257", BitvectorKind{257});
    visit("bitlist_1", BitlistKind{1});
    visit("bitlist_8", BitlistKind{8});
    visit("bitlist_9", BitlistKind{9});
    visit("bitlist_513", BitlistKind{513});
    visit("SingleField", kSingleField);
    visit("FixedStruct", kFixedStruct);
    visit("VarStruct", kVarStruct);
    visit("ComplexStruct", kComplexStruct);
    visit("BitsStruct", kBitsStruct);
    visit("union_uint8_uint64", kSmallUnion);
    visit("union_list_structs", union_of(list_of(plain<std::uint16_t>, 8), kFixedStruct, kVarStruct));
    visit("UnionStruct", kUnionStruct);
    visit("list_union_4", list_of(kSmallUnion, 4));
}

}  // namespace touchstone::node::codec::generic
