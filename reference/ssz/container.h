// The bridge between the containers of the protocol and SSZ. A container lists its fields once, as the prose does:
//
//     static void describe(auto& self, auto& field) {
//         field("epoch", self.epoch);
//         field("attestations", self.attestations, List{field.config.MAX_ATTESTATIONS});
//     }
//
// and from that follow its type, and its conversion to and from a value of that type. A union is a std::variant. Where
// the prose gives a name to a series, the struct has that one field and says `static constexpr bool IS_SERIES = true`:
// it is the field, not a container.
#pragma once

#include <variant>

#include "reference/base/basic_types.h"
#include "reference/ssz/merkle.h"
#include "reference/ssz/serialize.h"

namespace touchstone::reference::ssz {

/// How long a series is, where the C++ type does not say.
struct List {
    std::uint64_t limit;
};
struct Vector {
    std::uint64_t length;
};

/// Parameters for containers without lists, whose encoding does not depend on any.
inline constexpr Parameters NO_LIMITS{};

template <class T>
Type type_of(const Parameters& config);
template <class T>
Value to_value(const T& object, const Parameters& config);
template <class T>
T from_value(Value value, const Parameters& config);

inline Type series_type(Type element, List list) { return list_type(std::move(element), list.limit); }
inline Type series_type(Type element, Vector vector) { return vector_type(std::move(element), vector.length); }

// Basic types, and byte strings of a fixed length.
template <class T>
struct Plain;
template <std::unsigned_integral T>
struct Plain<T> {
    static constexpr std::size_t SIZE = sizeof(T);
    static Type type() { return uint_type(SIZE * 8); }
    static Bytes encode(T number) { return little_endian(number, SIZE); }
    static T decode(ByteView bytes) { return static_cast<T>(from_little_endian(bytes)); }
};
template <>
struct Plain<bool> {
    static constexpr std::size_t SIZE = 1;
    static Type type() { return boolean_type(); }
    static Bytes encode(bool flag) { return {flag ? std::uint8_t{1} : std::uint8_t{0}}; }
    static bool decode(ByteView bytes) { return bytes[0] == 1; }
};
template <class Tag>
struct Plain<Quantity<Tag>> : Plain<std::uint64_t> {
    static Bytes encode(Quantity<Tag> quantity) { return little_endian(quantity.value); }
    static Quantity<Tag> decode(ByteView bytes) { return Quantity<Tag>{from_little_endian(bytes)}; }
};
template <std::size_t N, class Tag>
struct Plain<FixedBytes<N, Tag>> {
    static constexpr std::size_t SIZE = N;
    static Type type() { return byte_vector_type(N); }
    static Bytes encode(const FixedBytes<N, Tag>& bytes) { return {bytes.bytes.begin(), bytes.bytes.end()}; }
    static FixedBytes<N, Tag> decode(ByteView bytes) { return FixedBytes<N, Tag>::from(bytes); }
};
template <class T>
concept IsPlain = requires { Plain<T>::SIZE; };
/// Elements that a series packs: their encodings stand side by side in its value.
template <class T>
concept IsBasic = IsPlain<T> && !requires(T bytes) { bytes.bytes; };

template <class T>
struct UnionOf;
template <class... Options>
struct UnionOf<std::variant<Options...>> {
    static Type type(const Parameters& config) { return union_type({type_of<Options>(config)...}); }
    static Value to_value(const std::variant<Options...>& chosen, const Parameters& config) {
        Value value;
        value.selector = static_cast<std::uint8_t>(chosen.index());
        value.parts.push_back(std::visit([&](const auto& option) { return ssz::to_value(option, config); }, chosen));
        return value;
    }
    /// Tries the options from number I on.
    template <std::size_t I = 0>
    static std::variant<Options...> from_value(Value value, const Parameters& config) {
        using Option = std::variant_alternative_t<I, std::variant<Options...>>;
        if constexpr (I + 1 < sizeof...(Options)) {
            if (value.selector != I) return from_value<I + 1>(std::move(value), config);
        }
        return std::variant<Options...>(std::in_place_index<I>,
                                        ssz::from_value<Option>(std::move(value.parts[0]), config));
    }
};
template <class T>
concept IsUnion = requires { UnionOf<T>::type; };

template <class T>
concept IsSeries = requires { T::IS_SERIES; };

struct TypeVisitor {
    const Parameters& config;
    Type& type;

    void operator()(const char* name, const Bits&, List list) { add(name, bitlist_type(list.limit)); }
    void operator()(const char* name, const Bits&, Vector vector) { add(name, bitvector_type(vector.length)); }
    template <class T>
    void operator()(const char* name, const T&) {
        add(name, type_of<T>(config));
    }
    template <class T, class Length>
    void operator()(const char* name, const std::vector<T>&, Length length) {
        add(name, series_type(type_of<T>(config), length));
    }
    void add(const char* name, Type part) {
        type.names.emplace_back(name);
        type.parts.push_back(std::move(part));
    }
};

struct ToValue {
    const Parameters& config;
    Value& value;

    template <class Length>
    void operator()(const char*, const Bits& bits, Length) {
        value.parts.push_back({{}, bits, {}, 0});
    }
    template <class T>
    void operator()(const char*, const T& member) {
        value.parts.push_back(to_value(member, config));
    }
    template <class T, class Length>
    void operator()(const char*, const std::vector<T>& series, Length) {
        Value part;
        if constexpr (!IsBasic<T>) part.parts.reserve(series.size());
        for (const T& element : series) {
            if constexpr (IsBasic<T>) {
                const Bytes encoding = Plain<T>::encode(element);
                part.bytes.insert(part.bytes.end(), encoding.begin(), encoding.end());
            } else {
                part.parts.push_back(to_value(element, config));
            }
        }
        value.parts.push_back(std::move(part));
    }
};

struct FromValue {
    const Parameters& config;
    Value& value;
    std::size_t next = 0;

    template <class Length>
    void operator()(const char*, Bits& bits, Length) {
        bits = std::move(value.parts[next++].bits);
    }
    template <class T>
    void operator()(const char*, T& member) {
        member = from_value<T>(std::move(value.parts[next++]), config);
    }
    template <class T, class Length>
    void operator()(const char*, std::vector<T>& series, Length) {
        Value& part = value.parts[next++];
        if constexpr (IsBasic<T>) {
            series.resize(part.bytes.size() / Plain<T>::SIZE);
            for (std::size_t i = 0; i < series.size(); ++i) {
                series[i] = Plain<T>::decode(ByteView(part.bytes).subspan(i * Plain<T>::SIZE, Plain<T>::SIZE));
            }
        } else {
            series.reserve(part.parts.size());
            for (Value& element : part.parts)
                series.push_back(from_value<T>(std::move(element), config));
        }
    }
};

template <class T>
Type type_of(const Parameters& config) {
    if constexpr (IsPlain<T>) {
        return Plain<T>::type();
    } else if constexpr (IsUnion<T>) {
        return UnionOf<T>::type(config);
    } else {
        Type type{Kind::Container, 0, {}, {}};
        TypeVisitor visitor{config, type};
        const T example{};
        T::describe(example, visitor);
        return IsSeries<T> ? Type(type.parts[0]) : type;
    }
}

template <class T>
Value to_value(const T& object, const Parameters& config) {
    Value value;
    if constexpr (IsPlain<T>) {
        value.bytes = Plain<T>::encode(object);
    } else if constexpr (IsUnion<T>) {
        return UnionOf<T>::to_value(object, config);
    } else {
        ToValue visitor{config, value};
        T::describe(object, visitor);
        if constexpr (IsSeries<T>) return Value(std::move(value.parts[0]));
    }
    return value;
}

template <class T>
T from_value(Value value, const Parameters& config) {
    if constexpr (IsPlain<T>) {
        return Plain<T>::decode(value.bytes);
    } else if constexpr (IsUnion<T>) {
        return UnionOf<T>::from_value(std::move(value), config);
    } else {
        if constexpr (IsSeries<T>) value = Value{{}, {}, std::vector<Value>(1, value), 0};
        T object;
        FromValue visitor{config, value};
        T::describe(object, visitor);
        if constexpr (requires { object.config; }) object.config = config;
        return object;
    }
}

template <class T>
Bytes serialize(const T& object, const Parameters& config) {
    return serialize(type_of<T>(config), to_value(object, config));
}

/// [TYP-03] The object whose encoding this is, or the clause of the encoding that the bytes break.
template <class T>
Result<T> deserialize(ByteView bytes, const Parameters& config) {
    TRY(Value value, deserialize(type_of<T>(config), bytes));
    return from_value<T>(std::move(value), config);
}

template <class T>
Root hash_tree_root(const T& object, const Parameters& config) {
    return hash_tree_root(type_of<T>(config), to_value(object, config));
}

}  // namespace touchstone::reference::ssz

namespace touchstone::reference {

using ssz::hash_tree_root;

}  // namespace touchstone::reference
