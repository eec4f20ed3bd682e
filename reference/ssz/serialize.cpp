#include "reference/ssz/serialize.h"

#include "reference/base/arithmetic.h"

namespace touchstone::reference::ssz {

// [ENC-04]
Bytes pack_bits(const Bits& bits) {
    Bytes bytes((bits.size() + 7) / 8);
    for (std::size_t i = 0; i < bits.size(); ++i) {
        if (bits[i]) bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 1U << (i % 8));
    }
    return bytes;
}

namespace {

/// The type of part i: all elements of a series share one.
const Type& part_type(const Type& type, std::size_t i) {
    return type.kind == Kind::Container ? type.parts[i] : type.parts[0];
}

// [ENC-05]
Bytes serialize_parts(const Type& type, const Value& value) {
    std::uint64_t offset = 0;
    for (std::size_t i = 0; i < value.parts.size(); ++i)
        offset += fixed_section_size(part_type(type, i));
    Bytes fixed_section;
    Bytes variable_parts;
    for (std::size_t i = 0; i < value.parts.size(); ++i) {
        Bytes part = serialize(part_type(type, i), value.parts[i]);
        if (is_variable_size(part_type(type, i))) {
            variable_parts.insert(variable_parts.end(), part.begin(), part.end());
            const std::size_t size = part.size();
            part = little_endian(offset, 4);
            offset += size;
        }
        fixed_section.insert(fixed_section.end(), part.begin(), part.end());
    }
    return concatenate({fixed_section, variable_parts});
}

}  // namespace

Bytes serialize(const Type& type, const Value& value) {
    switch (type.kind) {
        case Kind::Uint:
        case Kind::Boolean:
            return value.bytes;  // [ENC-03]
        case Kind::Bitvector:
            return pack_bits(value.bits);  // [ENC-04]
        case Kind::Bitlist: {
            Bits with_sentinel = value.bits;  // [ENC-04]
            with_sentinel.push_back(true);
            return pack_bits(with_sentinel);
        }
        case Kind::Vector:
        case Kind::List:
            return is_basic(type.parts[0]) ? value.bytes : serialize_parts(type, value);
        case Kind::Container:
            return serialize_parts(type, value);
        case Kind::Union: {
            const Bytes selector{value.selector};  // [ENC-06]
            return concatenate({selector, serialize(type.parts[value.selector], value.parts[0])});
        }
    }
    return {};
}

namespace {

Result<void> check_booleans(const Type& type, ByteView bytes) {
    if (type.kind != Kind::Boolean) return {};
    for (std::uint8_t byte : bytes)
        REQUIRE(byte <= 1, Clause::ENC_08);
    return {};
}

Bits unpack_bits(ByteView bytes, std::uint64_t length) {
    Bits bits(length);
    for (std::uint64_t i = 0; i < length; ++i)
        bits[i] = (bytes[i / 8] >> (i % 8) & 1) != 0;
    return bits;
}

Result<Value> deserialize_basic(const Type& type, ByteView bytes) {
    REQUIRE(bytes.size() == type.size, Clause::ENC_07);
    CHECK(check_booleans(type, bytes));
    Value value;
    value.bytes.assign(bytes.begin(), bytes.end());
    return value;
}

Result<Value> deserialize_bitvector(const Type& type, ByteView bytes) {
    REQUIRE(bytes.size() == fixed_size(type), Clause::ENC_07);
    REQUIRE(type.size % 8 == 0 || bytes.back() >> (type.size % 8) == 0, Clause::ENC_12);
    Value value;
    value.bits = unpack_bits(bytes, type.size);
    return value;
}

Result<Value> deserialize_bitlist(const Type& type, ByteView bytes) {
    REQUIRE(!bytes.empty() && bytes.back() != 0, Clause::ENC_13);
    std::uint64_t length = bytes.size() * 8 - 1;
    while ((bytes[length / 8] >> (length % 8) & 1) == 0)
        --length;
    REQUIRE(length <= type.size, Clause::ENC_13);
    Value value;
    value.bits = unpack_bits(bytes, length);
    return value;
}

/// The number of parts in the bytes of a series.
Result<std::uint64_t> count_parts(const Type& type, ByteView bytes) {
    const Type& element = type.parts[0];
    if (type.kind == Kind::Vector) {
        REQUIRE(is_variable_size(element) || bytes.size() == fixed_size(type), Clause::ENC_07);
        return type.size;
    }
    std::uint64_t count = 0;
    if (!is_variable_size(element)) {
        REQUIRE(bytes.size() % fixed_size(element) == 0, Clause::ENC_11);
        count = bytes.size() / fixed_size(element);
    } else if (!bytes.empty()) {
        REQUIRE(bytes.size() >= 4, Clause::ENC_07);
        const std::uint64_t first_offset = from_little_endian(bytes.first(4));
        REQUIRE(first_offset > 0 && first_offset % 4 == 0, Clause::ENC_09);
        REQUIRE(first_offset <= bytes.size(), Clause::ENC_10);
        count = first_offset / 4;
    }
    REQUIRE(count <= type.size, Clause::ENC_11);
    return count;
}

/// Where each part's own bytes begin and end, after all that [ENC-07], [ENC-09] and [ENC-10] say about them.
Result<std::vector<ByteView>> divide_parts(const Type& type, ByteView bytes, std::uint64_t count) {
    Wide fixed_length = 0;
    bool all_fixed = true;
    if (type.kind == Kind::Container) {
        for (const Type& part : type.parts) {
            fixed_length += fixed_section_size(part);
            all_fixed = all_fixed && !is_variable_size(part);
        }
    } else {
        fixed_length = Wide{count} * fixed_section_size(type.parts[0]);
        all_fixed = !is_variable_size(type.parts[0]);
    }
    REQUIRE(bytes.size() >= fixed_length, Clause::ENC_07);
    REQUIRE(!all_fixed || bytes.size() == fixed_length, Clause::ENC_07);

    std::vector<ByteView> divided(count);
    std::optional<std::size_t> previous;  // the variable-size part before this one, and where it begins
    std::uint64_t previous_offset = 0;
    std::size_t position = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t size = fixed_section_size(part_type(type, i));
        if (is_variable_size(part_type(type, i))) {
            const std::uint64_t offset = from_little_endian(bytes.subspan(position, 4));
            REQUIRE(previous || offset == fixed_length, Clause::ENC_09);
            REQUIRE(offset >= previous_offset && offset <= bytes.size(), Clause::ENC_10);
            if (previous) divided[*previous] = bytes.subspan(previous_offset, offset - previous_offset);
            previous = i;
            previous_offset = offset;
        } else {
            divided[i] = bytes.subspan(position, size);
        }
        position += size;
    }
    if (previous) divided[*previous] = bytes.subspan(previous_offset);
    return divided;
}

Result<Value> deserialize_parts(const Type& type, ByteView bytes, std::uint64_t count) {
    TRY(const std::vector<ByteView> divided, divide_parts(type, bytes, count));
    Value value;
    value.parts.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        TRY(Value part, deserialize(part_type(type, i), divided[i]));
        value.parts.push_back(std::move(part));
    }
    return value;
}

Result<Value> deserialize_series(const Type& type, ByteView bytes) {
    TRY(const std::uint64_t count, count_parts(type, bytes));
    if (!is_basic(type.parts[0])) return deserialize_parts(type, bytes, count);
    CHECK(check_booleans(type.parts[0], bytes));
    Value value;
    value.bytes.assign(bytes.begin(), bytes.end());
    return value;
}

Result<Value> deserialize_union(const Type& type, ByteView bytes) {
    REQUIRE(!bytes.empty(), Clause::ENC_07);
    REQUIRE(bytes[0] < type.parts.size(), Clause::ENC_14);
    TRY(Value part, deserialize(type.parts[bytes[0]], bytes.subspan(1)));
    Value value;
    value.selector = bytes[0];
    value.parts.push_back(std::move(part));
    return value;
}

}  // namespace

Result<Value> deserialize(const Type& type, ByteView bytes) {
    switch (type.kind) {
        case Kind::Uint:
        case Kind::Boolean:
            return deserialize_basic(type, bytes);
        case Kind::Bitvector:
            return deserialize_bitvector(type, bytes);
        case Kind::Bitlist:
            return deserialize_bitlist(type, bytes);
        case Kind::Vector:
        case Kind::List:
            return deserialize_series(type, bytes);
        case Kind::Container:
            return deserialize_parts(type, bytes, type.parts.size());
        case Kind::Union:
            return deserialize_union(type, bytes);
    }
    return Failure{Clause::ENC_01, "no such kind of type"};
}

}  // namespace touchstone::reference::ssz
