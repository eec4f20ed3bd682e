#include "fuzz/decoders/sample_values.h"

#include <algorithm>

namespace touchstone::fuzz {

namespace ssz = reference::ssz;

void SampleValues::fill(ssz::Value& value, const ssz::Type& element, std::uint64_t count) {
    if (!ssz::is_basic(element)) {
        for (std::uint64_t i = 0; i < count; ++i)
            value.parts.push_back(this->value(element));
        return;
    }
    for (std::uint64_t i = 0; i < count * element.size; ++i) {
        value.bytes.push_back(element.kind == ssz::Kind::Boolean ? random_.byte() % 2 : random_.byte());
    }
}

ssz::Value SampleValues::value(const ssz::Type& type) {
    ssz::Value made;
    switch (type.kind) {
        case ssz::Kind::Uint:
        case ssz::Kind::Boolean:
            fill(made, type, 1);
            break;
        case ssz::Kind::Vector:
            fill(made, type.parts[0], type.size);
            break;
        case ssz::Kind::List: {
            const std::uint64_t most = type.parts[0].kind == ssz::Kind::Uint && type.parts[0].size == 1 ? 9 : 2;
            fill(made, type.parts[0], random_.below(std::min(most, type.size) + 1));
            break;
        }
        case ssz::Kind::Bitvector:
        case ssz::Kind::Bitlist: {
            const bool is_list = type.kind == ssz::Kind::Bitlist;
            const std::uint64_t length = is_list ? random_.below(std::min<std::uint64_t>(9, type.size) + 1) : type.size;
            for (std::uint64_t i = 0; i < length; ++i)
                made.bits.push_back(random_.chance(50));
            break;
        }
        case ssz::Kind::Container:
            for (const ssz::Type& part : type.parts)
                made.parts.push_back(value(part));
            break;
        case ssz::Kind::Union:
            made.selector = static_cast<std::uint8_t>(random_.below(type.parts.size()));
            made.parts.push_back(value(type.parts[made.selector]));
            break;
    }
    return made;
}

}  // namespace touchstone::fuzz
