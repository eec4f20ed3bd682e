#include "conformance-tests/generator/ssz_values.h"

#include <algorithm>
#include <functional>

namespace touchstone::vectors {
namespace {

namespace ssz = reference::ssz;
using ssz::Kind;
using ssz::Type;
using ssz::Value;

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
