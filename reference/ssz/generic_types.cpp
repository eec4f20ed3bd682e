#include "reference/ssz/generic_types.h"

namespace touchstone::reference::ssz {

namespace {

Type container(std::vector<Type> parts) {
    Type type{Kind::Container, 0, std::move(parts), {}};
    for (std::size_t i = 0; i < type.parts.size(); ++i)
        type.names.emplace_back(1, static_cast<char>('A' + i));
    return type;
}

Type fixed_struct() { return container({uint_type(8), uint_type(64), uint_type(32)}); }
Type var_struct() { return container({uint_type(16), list_type(uint_type(16), 1024), uint_type(8)}); }

std::map<std::string, Type> basic_types() {
    std::map<std::string, Type> types{{"boolean", boolean_type()}};
    for (unsigned bits = 8; bits <= 256; bits *= 2)
        types.emplace("uint" + std::to_string(bits), uint_type(bits));
    return types;
}

std::map<std::string, Type> series_types() {
    return {
        {"vec_boolean_5", vector_type(boolean_type(), 5)},
        {"vec_uint16_3", vector_type(uint_type(16), 3)},
        {"vec_uint64_16", vector_type(uint_type(64), 16)},
        {"vec_uint256_2", vector_type(uint_type(256), 2)},
        {"vec_VarStruct_2", vector_type(var_struct(), 2)},
        {"list_boolean_8", list_type(boolean_type(), 8)},
        {"list_uint8_32", list_type(uint_type(8), 32)},
        {"list_uint16_8", list_type(uint_type(16), 8)},
        {"list_uint64_100", list_type(uint_type(64), 100)},
        {"list_FixedStruct_4", list_type(fixed_struct(), 4)},
        {"list_VarStruct_4", list_type(var_struct(), 4)},
        {"list_list_uint8_8_4", list_type(list_type(uint_type(8), 8), 4)},
        {"bitvec_1", bitvector_type(1)},
        {"bitvec_8", bitvector_type(8)},
        {"bitvec_9", bitvector_type(9)},
        {"bitvec_257", bitvector_type(257)},
        {"bitlist_1", bitlist_type(1)},
        {"bitlist_8", bitlist_type(8)},
        {"bitlist_9", bitlist_type(9)},
        {"bitlist_513", bitlist_type(513)},
    };
}

std::map<std::string, Type> struct_types() {
    return {
        {"SingleField", container({uint_type(8)})},
        {"FixedStruct", fixed_struct()},
        {"VarStruct", var_struct()},
        {"ComplexStruct",
         container({uint_type(16), list_type(uint_type(16), 128), uint_type(8), list_type(uint_type(8), 256),
                    var_struct(), vector_type(fixed_struct(), 4), vector_type(var_struct(), 2)})},
        {"BitsStruct",
         container({bitlist_type(5), bitvector_type(2), bitvector_type(1), bitlist_type(6), bitvector_type(8)})},
        {"union_uint8_uint64", union_type({uint_type(8), uint_type(64)})},
        {"union_list_structs", union_type({list_type(uint_type(16), 8), fixed_struct(), var_struct()})},
        {"UnionStruct",
         container({uint_type(8), union_type({uint_type(8), list_type(uint_type(16), 8)}), uint_type(16)})},
        {"list_union_4", list_type(union_type({uint_type(8), uint_type(64)}), 4)},
    };
}

}  // namespace

const std::map<std::string, Type>& generic_types() {
    static const std::map<std::string, Type> all = [] {
        std::map<std::string, Type> types = basic_types();
        types.merge(series_types());
        types.merge(struct_types());
        return types;
    }();
    return all;
}

}  // namespace touchstone::reference::ssz
