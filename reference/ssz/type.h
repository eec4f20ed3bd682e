// Kinds of SSZ types as values, since limits are parameters [ENC-01].
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace touchstone::reference::ssz {

enum class Kind { Uint, Boolean, Vector, List, Bitvector, Bitlist, Container, Union };

struct Type {
    Kind kind = Kind::Uint;
    std::uint64_t size = 0;          // bytes of a uint; length of a vector or bitvector; limit of a list or bitlist
    std::vector<Type> parts;         // the element of a series; the fields of a container; the options of a union
    std::vector<std::string> names;  // of the fields of a container
};

Type uint_type(std::uint64_t bits);
Type boolean_type();
Type vector_type(Type element, std::uint64_t length);
Type list_type(Type element, std::uint64_t limit);
Type bitvector_type(std::uint64_t length);
Type bitlist_type(std::uint64_t limit);
Type union_type(std::vector<Type> options);
Type byte_vector_type(std::uint64_t length);

/// [ENC-01] Whether this is one of the kinds that the profile has, all the way down.
bool is_well_formed(const Type& type);

/// A uint or a boolean.
bool is_basic(const Type& type);

/// A vector or list of basic values, which is packed into chunks.
bool is_packed_series(const Type& type);

/// [ENC-02]
bool is_variable_size(const Type& type);

/// [ENC-02] Bytes of a value of a type of fixed size; saturates at 2^64 - 1.
std::uint64_t fixed_size(const Type& type);

/// Bytes that a part takes in the fixed section [ENC-05]: its own, or an offset's.
std::uint64_t fixed_section_size(const Type& part);

}  // namespace touchstone::reference::ssz
