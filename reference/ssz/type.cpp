#include "reference/ssz/type.h"

#include <algorithm>
#include <utility>

#include "reference/base/arithmetic.h"

namespace touchstone::reference::ssz {

Type uint_type(std::uint64_t bits) { return {Kind::Uint, bits / 8, {}, {}}; }
Type boolean_type() { return {Kind::Boolean, 1, {}, {}}; }
Type vector_type(Type element, std::uint64_t length) { return {Kind::Vector, length, {std::move(element)}, {}}; }
Type list_type(Type element, std::uint64_t limit) { return {Kind::List, limit, {std::move(element)}, {}}; }
Type bitvector_type(std::uint64_t length) { return {Kind::Bitvector, length, {}, {}}; }
Type bitlist_type(std::uint64_t limit) { return {Kind::Bitlist, limit, {}, {}}; }
Type union_type(std::vector<Type> options) { return {Kind::Union, 0, std::move(options), {}}; }
Type byte_vector_type(std::uint64_t length) { return vector_type(uint_type(8), length); }

// [ENC-01]
bool is_well_formed(const Type& type) {
    const bool parts = std::all_of(type.parts.begin(), type.parts.end(), is_well_formed);
    switch (type.kind) {
        case Kind::Uint:
            return type.size > 0 && type.size <= 32 && (type.size & (type.size - 1)) == 0;
        case Kind::Boolean:
        case Kind::Bitlist:
            return true;
        case Kind::Vector:
            return type.size >= 1 && type.parts.size() == 1 && parts;
        case Kind::List:
            return type.parts.size() == 1 && parts;
        case Kind::Bitvector:
            return type.size >= 1;
        case Kind::Container:
            return !type.parts.empty() && parts;
        case Kind::Union:
            return !type.parts.empty() && type.parts.size() <= 128 && parts;
    }
    return false;
}

bool is_basic(const Type& type) { return type.kind == Kind::Uint || type.kind == Kind::Boolean; }

bool is_packed_series(const Type& type) {
    return (type.kind == Kind::Vector || type.kind == Kind::List) && is_basic(type.parts[0]);
}

// [ENC-02]
bool is_variable_size(const Type& type) {
    if (type.kind == Kind::List || type.kind == Kind::Bitlist || type.kind == Kind::Union) return true;
    return std::any_of(type.parts.begin(), type.parts.end(), is_variable_size);
}

std::uint64_t fixed_size(const Type& type) {
    Wide size = 0;
    switch (type.kind) {
        case Kind::Uint:
        case Kind::Boolean:
            size = type.size;
            break;
        case Kind::Bitvector:
            size = ceil_div(type.size, 8);
            break;
        case Kind::Vector:
            size = Wide{type.size} * fixed_size(type.parts[0]);
            break;
        case Kind::Container:
            for (const Type& part : type.parts)
                size += fixed_size(part);
            break;
        case Kind::List:
        case Kind::Bitlist:
        case Kind::Union:
            break;
    }
    return static_cast<std::uint64_t>(std::min<Wide>(size, UINT64_MAX));
}

std::uint64_t fixed_section_size(const Type& part) { return is_variable_size(part) ? 4 : fixed_size(part); }

}  // namespace touchstone::reference::ssz
