// The kinds of SSZ types [ENC-01] as small constant objects that encode, decode and hash C++ values in place.
//
// A kind knows its limits as constants or as names of parameters, which are looked up at run time. Every kind offers
//   Value                              the C++ type
//   kVariable, kBasic                  [ENC-02]; a basic kind is packed in lists and vectors
//   fixed_size(parameters)             bytes of the encoding, if not variable
//   decode(bytes, parameters, value)   the clause that the bytes break, or the value (unspecified after a rejection)
//   encode(value, out)                 appends
//   root(value, parameters)            [ENC-18]
// Decoders read straight from the input; nothing is allocated before its length has been checked against the input.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/base/result.h"
#include "node/codec/bits.h"
#include "node/codec/merkle.h"
#include "node/generated/parameters.h"

namespace touchstone::node::codec {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");

inline constexpr std::size_t kOffsetBytes = 4;

/// A length or a limit: a constant, or a multiple of a parameter.
class Limit {
  public:
    constexpr Limit(std::uint64_t constant) : factor_(constant) {}
    constexpr Limit(std::uint64_t Parameters::* parameter, std::uint64_t factor = 1)
        : parameter_(parameter), factor_(factor) {}
    constexpr std::uint64_t value(const Parameters& parameters) const {
        return parameter_ == nullptr ? factor_ : saturating_multiply(factor_, parameters.*parameter_);
    }

  private:
    std::uint64_t Parameters::* parameter_ = nullptr;
    std::uint64_t factor_ = 0;
};

inline std::uint32_t read_offset(Bytes bytes, std::size_t position) {
    std::uint32_t offset = 0;
    std::memcpy(&offset, bytes.data() + position, kOffsetBytes);
    return offset;
}

inline void append(ByteVector& out, const void* data, std::size_t size) {
    const std::size_t position = out.size();
    out.resize(position + size);
    if (size != 0) std::memcpy(out.data() + position, data, size);
}

/// Reserves an offset in the fixed section that began at `base`; the part follows once the section is complete.
inline void patch_offset(ByteVector& out, std::size_t position, std::size_t base) {  // [ENC-05]
    const auto offset = static_cast<std::uint32_t>(out.size() - base);
    std::memcpy(out.data() + position, &offset, kOffsetBytes);
}

inline Rejection wrong_length(Bytes bytes, std::size_t expected) {
    return reject(Clause::ENC_07, std::to_string(bytes.size()) + " bytes instead of " + std::to_string(expected));
}

// ---------------------------------------------------------------------------------------------------- basic kinds

/// What lies in memory as it is encoded: integers, distinct numbers, byte strings of fixed length. [ENC-03]
template <class T>
struct Plain {
    static_assert(std::is_trivially_copyable_v<T>);
    using Value = T;
    static constexpr bool kVariable = false;
    /// Byte strings are vectors; in lists they are composite.
    static constexpr bool kBasic = !requires { T::kSize; };

    static constexpr std::size_t fixed_size(const Parameters&) { return sizeof(T); }
    Result<void> decode(Bytes bytes, const Parameters&, T& value) const {
        if (bytes.size() != sizeof(T)) return wrong_length(bytes, sizeof(T));
        std::memcpy(static_cast<void*>(&value), bytes.data(), sizeof(T));
        return {};
    }
    void encode(const T& value, ByteVector& out) const { append(out, &value, sizeof(T)); }
    Digest root(const T& value, const Parameters&) const {
        if constexpr (sizeof(T) <= kChunkBytes) {
            Digest chunk{};
            std::memcpy(chunk.data(), &value, sizeof(T));
            return chunk;
        } else {
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
            return merkleize_bytes({bytes, sizeof(T)}, divide_up(sizeof(T), kChunkBytes));
        }
    }
};

/// `T` is bool, or uint8_t where a sequence of them needs addresses.
template <class T>
struct Boolean {
    using Value = T;
    static constexpr bool kVariable = false;
    static constexpr bool kBasic = true;

    static constexpr std::size_t fixed_size(const Parameters&) { return 1; }
    Result<void> decode(Bytes bytes, const Parameters&, T& value) const {
        if (bytes.size() != 1) return wrong_length(bytes, 1);
        if (bytes[0] > 1) return reject(Clause::ENC_08, "a boolean of " + std::to_string(bytes[0]));
        value = static_cast<T>(bytes[0]);
        return {};
    }
    void encode(const T& value, ByteVector& out) const { out.push_back(value ? 1 : 0); }
    Digest root(const T& value, const Parameters&) const {
        Digest chunk{};
        chunk[0] = value ? 1 : 0;
        return chunk;
    }
};

// ------------------------------------------------------------------------------------------------------- sequences

/// Decodes `values.size()` parts of fixed size; the length has been checked.
template <class Kind, class Sequence>
Result<void> decode_fixed_parts(const Kind& kind, Bytes bytes, const Parameters& parameters, Sequence& values) {
    using T = typename Kind::Value;
    if constexpr (std::is_same_v<Kind, Plain<T>>) {
        if (!values.empty()) std::memcpy(static_cast<void*>(values.data()), bytes.data(), bytes.size());
    } else {
        const std::size_t size = kind.fixed_size(parameters);
        for (std::size_t i = 0; i < values.size(); ++i) {
            NODE_TRY(kind.decode(bytes.subspan(i * size, size), parameters, values[i]));
        }
    }
    return {};
}

/// Decodes `values.size()` parts of variable size; the offsets' section lies within the input, the first is right. All
/// offsets are checked before any part.
template <class Kind, class Sequence>
Result<void> decode_variable_parts(const Kind& kind, Bytes bytes, const Parameters& parameters, Sequence& values) {
    const auto begin_of = [&](std::size_t i) {
        return i < values.size() ? read_offset(bytes, i * kOffsetBytes) : bytes.size();
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (begin_of(i) > begin_of(i + 1)) return reject(Clause::ENC_10, "offset of element " + std::to_string(i));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        NODE_TRY(kind.decode(bytes.subspan(begin_of(i), begin_of(i + 1) - begin_of(i)), parameters, values[i]));
    }
    return {};
}

template <class Kind, class Sequence>
void encode_parts(const Kind& kind, const Sequence& values, ByteVector& out) {
    if constexpr (!Kind::kVariable) {
        using T = typename Kind::Value;
        if constexpr (std::is_same_v<Kind, Plain<T>>) {
            append(out, values.data(), values.size() * sizeof(T));
        } else {
            for (const T& value : values)
                kind.encode(value, out);
        }
    } else {
        const std::size_t base = out.size();
        out.resize(base + values.size() * kOffsetBytes);
        for (std::size_t i = 0; i < values.size(); ++i) {
            patch_offset(out, base + i * kOffsetBytes, base);
            kind.encode(values[i], out);
        }
    }
}

template <class Kind, class Sequence>
Digest parts_root(const Kind& kind, const Sequence& values, std::uint64_t limit, const Parameters& parameters) {
    if constexpr (Kind::kBasic) {
        ByteVector packed;
        packed.reserve(values.size() * kind.fixed_size(parameters));
        encode_parts(kind, values, packed);
        const auto chunks = narrow((wide_multiply(limit, kind.fixed_size(parameters)) + kChunkBytes - 1) / kChunkBytes);
        return merkleize_bytes(packed, chunks.value_or(kUint64Max));
    } else {
        std::vector<Digest> roots;
        roots.reserve(values.size() + 1);
        for (const auto& value : values)
            roots.push_back(kind.root(value, parameters));
        return merkleize(std::move(roots), limit);
    }
}

template <class Element>
struct Vector {
    using Value = std::vector<typename Element::Value>;
    static constexpr bool kVariable = Element::kVariable;
    static constexpr bool kBasic = false;
    Element element;
    Limit length;

    std::size_t fixed_size(const Parameters& parameters) const {
        return saturating_multiply(length.value(parameters), element.fixed_size(parameters));
    }
    Result<void> decode(Bytes bytes, const Parameters& parameters, Value& values) const {
        const std::uint64_t count = length.value(parameters);
        if constexpr (Element::kVariable) {
            if (bytes.size() / kOffsetBytes < count) return wrong_length(bytes, count * kOffsetBytes);
            if (read_offset(bytes, 0) != count * kOffsetBytes)
                return reject(Clause::ENC_09, "first offset of a vector");
            values.resize(count);
            return decode_variable_parts(element, bytes, parameters, values);
        } else {
            if (bytes.size() != fixed_size(parameters)) return wrong_length(bytes, fixed_size(parameters));
            values.resize(count);
            return decode_fixed_parts(element, bytes, parameters, values);
        }
    }
    void encode(const Value& values, ByteVector& out) const { encode_parts(element, values, out); }
    Digest root(const Value& values, const Parameters& parameters) const {
        return parts_root(element, values, length.value(parameters), parameters);
    }
};

template <class Element>
struct List {
    using Value = std::vector<typename Element::Value>;
    static constexpr bool kVariable = true;
    static constexpr bool kBasic = false;
    Element element;
    Limit limit;

    Result<void> decode(Bytes bytes, const Parameters& parameters, Value& values) const {
        values.clear();
        if (bytes.empty()) return {};
        NODE_TRY_ASSIGN(count, count_of(bytes, parameters));
        if (count > limit.value(parameters)) return reject(Clause::ENC_11, std::to_string(count) + " elements");
        values.resize(count);
        if constexpr (Element::kVariable) {
            return decode_variable_parts(element, bytes, parameters, values);
        } else {
            return decode_fixed_parts(element, bytes, parameters, values);
        }
    }
    void encode(const Value& values, ByteVector& out) const { encode_parts(element, values, out); }
    Digest root(const Value& values, const Parameters& parameters) const {
        return mix_in_number(parts_root(element, values, limit.value(parameters), parameters), values.size());
    }

  private:
    Result<std::size_t> count_of(Bytes bytes, const Parameters& parameters) const {
        if constexpr (Element::kVariable) {
            if (bytes.size() < kOffsetBytes) return wrong_length(bytes, kOffsetBytes);
            const std::size_t first = read_offset(bytes, 0);
            if (first == 0 || first % kOffsetBytes != 0) return reject(Clause::ENC_09, "first offset of a list");
            if (first > bytes.size()) return reject(Clause::ENC_10, "first offset of a list");
            return first / kOffsetBytes;
        } else {
            const std::size_t size = element.fixed_size(parameters);
            if (bytes.size() % size != 0) return reject(Clause::ENC_11, "part of an element");
            return bytes.size() / size;
        }
    }
};

template <class Element>
constexpr Vector<Element> vector_of(Element element, Limit length) {
    return {element, length};
}
template <class Element>
constexpr List<Element> list_of(Element element, Limit limit) {
    return {element, limit};
}

// ------------------------------------------------------------------------------------------------------------ bits

struct BitvectorKind {  // [ENC-04]
    using Value = Bits;
    static constexpr bool kVariable = false;
    static constexpr bool kBasic = false;
    Limit length;

    std::size_t fixed_size(const Parameters& parameters) const { return divide_up(length.value(parameters), 8); }
    Result<void> decode(Bytes bytes, const Parameters& parameters, Bits& bits) const;
    void encode(const Bits& bits, ByteVector& out) const;
    Digest root(const Bits& bits, const Parameters& parameters) const;
};

struct BitlistKind {
    using Value = Bits;
    static constexpr bool kVariable = true;
    static constexpr bool kBasic = false;
    Limit limit;

    Result<void> decode(Bytes bytes, const Parameters& parameters, Bits& bits) const;
    void encode(const Bits& bits, ByteVector& out) const;
    Digest root(const Bits& bits, const Parameters& parameters) const;
};

// ------------------------------------------------------------------------------------------------------ containers

template <class Owner, class Kind>
struct Field {
    using KindType = Kind;
    typename Kind::Value Owner::* member;
    Kind kind;
};

template <class Owner, class Kind>
constexpr Field<Owner, Kind> field(typename Kind::Value Owner::* member, Kind kind) {
    return {member, kind};
}

template <class Owner, class... Fields>
struct Container {
    using Value = Owner;
    static constexpr std::size_t kFields = sizeof...(Fields);
    static_assert(kFields != 0);
    static constexpr bool kVariable = (Fields::KindType::kVariable || ...);
    static constexpr bool kBasic = false;
    std::tuple<Fields...> fields;

    /// The length of the fixed section.
    std::size_t fixed_size(const Parameters& parameters) const {
        return std::apply([&](const auto&... each) { return (section_size(each.kind, parameters) + ...); }, fields);
    }

    Result<void> decode(Bytes bytes, const Parameters& parameters, Owner& value) const {
        const std::size_t section = fixed_size(parameters);
        if (kVariable ? bytes.size() < section : bytes.size() != section) return wrong_length(bytes, section);
        Cursor cursor{bytes, section};
        NODE_TRY(check_offsets(cursor, parameters));
        std::optional<Rejection> rejection;
        std::size_t position = 0;
        std::size_t part = 0;
        const auto decode_field = [&](const auto& each) {
            auto result =
                each.kind.decode(cursor.next(each.kind, parameters, position, part), parameters, value.*each.member);
            if (!result.ok()) rejection = result.rejection();
            return result.ok();
        };
        std::apply([&](const auto&... each) { return (decode_field(each) && ...); }, fields);
        if (rejection) return *std::move(rejection);
        return {};
    }

    void encode(const Owner& value, ByteVector& out) const {
        const std::size_t base = out.size();
        std::array<std::size_t, kFields> places{};
        std::size_t index = 0;
        std::apply([&](const auto&... each) { (encode_fixed(each, value, out, places[index++]), ...); }, fields);
        index = 0;
        std::apply([&](const auto&... each) { (encode_variable(each, value, out, places[index++], base), ...); },
                   fields);
    }

    Digest root(const Owner& value, const Parameters& parameters) const {
        FieldRoots level{};
        std::size_t index = 0;
        std::apply(
            [&](const auto&... each) { ((level[index++] = each.kind.root(value.*each.member, parameters)), ...); },
            fields);
        return root_of(level);
    }

    /// A root for each field, then zeros.
    using FieldRoots = std::array<Digest, std::bit_ceil(kFields)>;
    static Digest root_of(FieldRoots level) {
        for (std::size_t width = level.size(); width > 1; width /= 2) {
            crypto::sha256_pairs({level.front().data(), width * kChunkBytes}, level.front().data());
        }
        return level.front();
    }

  private:
    template <class Kind>
    static std::size_t section_size(const Kind& kind, const Parameters& parameters) {
        if constexpr (Kind::kVariable) {
            return kOffsetBytes;
        } else {
            return kind.fixed_size(parameters);
        }
    }

    /// The parts of an encoding in order. The begin of every variable part is known once the offsets are checked.
    struct Cursor {
        Bytes bytes;
        std::size_t section;
        std::array<std::size_t, kFields + 1> begins{};
        std::size_t variable_parts = 0;

        template <class Kind>
        Bytes next(const Kind& kind, const Parameters& parameters, std::size_t& position, std::size_t& part) const {
            if constexpr (Kind::kVariable) {
                position += kOffsetBytes;
                const std::size_t begin = begins[part];
                ++part;
                return bytes.subspan(begin, begins[part] - begin);
            } else {
                const std::size_t size = kind.fixed_size(parameters);
                position += size;
                return bytes.subspan(position - size, size);
            }
        }
    };

    Result<void> check_offsets(Cursor& cursor, const Parameters& parameters) const {
        if constexpr (kVariable) {
            std::size_t position = 0;
            const auto collect = [&](const auto& each) {
                using Kind = typename std::remove_cvref_t<decltype(each)>::KindType;
                if constexpr (Kind::kVariable) {
                    cursor.begins[cursor.variable_parts++] = read_offset(cursor.bytes, position);
                }
                position += section_size(each.kind, parameters);
            };
            std::apply([&](const auto&... each) { (collect(each), ...); }, fields);
            cursor.begins[cursor.variable_parts] = cursor.bytes.size();
            if (cursor.begins[0] != cursor.section) return reject(Clause::ENC_09, "first offset of a container");
            for (std::size_t i = 0; i < cursor.variable_parts; ++i) {
                if (cursor.begins[i] > cursor.begins[i + 1]) return reject(Clause::ENC_10, "offset of a field");
            }
        }
        return {};
    }

    template <class FieldType>
    static void encode_fixed(const FieldType& each, const Owner& value, ByteVector& out, std::size_t& place) {
        place = out.size();
        if constexpr (FieldType::KindType::kVariable) {
            out.resize(out.size() + kOffsetBytes);
        } else {
            each.kind.encode(value.*each.member, out);
        }
    }

    template <class FieldType>
    static void encode_variable(const FieldType& each, const Owner& value, ByteVector& out, std::size_t place,
                                std::size_t base) {
        if constexpr (FieldType::KindType::kVariable) {
            patch_offset(out, place, base);
            each.kind.encode(value.*each.member, out);
        }
    }
};

template <class Owner, class... Fields>
constexpr Container<Owner, Fields...> container(Fields... fields) {
    return {std::tuple<Fields...>(fields...)};
}

// ---------------------------------------------------------------------------------------------------------- unions

template <class... Options>
struct Union {  // [ENC-06]
    using Value = std::variant<typename Options::Value...>;
    static_assert(sizeof...(Options) >= 1 && sizeof...(Options) <= 128);
    static constexpr bool kVariable = true;
    static constexpr bool kBasic = false;
    std::tuple<Options...> options;

    Result<void> decode(Bytes bytes, const Parameters& parameters, Value& value) const {
        if (bytes.empty()) return wrong_length(bytes, 1);
        return decode_option(bytes[0], bytes.subspan(1), parameters, value, std::index_sequence_for<Options...>{});
    }
    void encode(const Value& value, ByteVector& out) const {
        out.push_back(static_cast<std::uint8_t>(value.index()));
        visit_option(value, std::index_sequence_for<Options...>{},
                     [&](const auto& kind, const auto& content) { kind.encode(content, out); });
    }
    Digest root(const Value& value, const Parameters& parameters) const {
        Digest content_root{};
        visit_option(value, std::index_sequence_for<Options...>{},
                     [&](const auto& kind, const auto& content) { content_root = kind.root(content, parameters); });
        return mix_in_number(content_root, value.index());
    }

  private:
    template <std::size_t... I>
    Result<void> decode_option(std::size_t selector, Bytes bytes, const Parameters& parameters, Value& value,
                               std::index_sequence<I...>) const {
        Result<void> result = reject(Clause::ENC_14, "selector " + std::to_string(selector));
        const auto try_option = [&]<std::size_t Option>(std::integral_constant<std::size_t, Option>) {
            if (selector != Option) return false;
            result = std::get<Option>(options).decode(bytes, parameters, value.template emplace<Option>());
            return true;
        };
        (try_option(std::integral_constant<std::size_t, I>{}) || ...);
        return result;
    }

    template <std::size_t... I, class Visitor>
    void visit_option(const Value& value, std::index_sequence<I...>, const Visitor& visitor) const {
        const auto try_option = [&]<std::size_t Option>(std::integral_constant<std::size_t, Option>) {
            if (value.index() == Option) visitor(std::get<Option>(options), *std::get_if<Option>(&value));
        };
        (try_option(std::integral_constant<std::size_t, I>{}), ...);
    }
};

template <class... Options>
constexpr Union<Options...> union_of(Options... options) {
    return {std::tuple<Options...>(options...)};
}

}  // namespace touchstone::node::codec
