// SSZ types of every kind that are no containers of the protocol: the types of the runner ssz_generic.
#include <functional>
#include <string>

#include "fuzz/agreement.h"
#include "fuzz/decoders/sample_values.h"
#include "fuzz/targets.h"
#include "node/codec/generic_kinds.h"
#include "reference/ssz/generic_types.h"
#include "reference/ssz/merkle.h"
#include "reference/ssz/serialize.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;
namespace codec = node::codec;

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
    ssz::Type type;
    std::function<void(Bytes)> compare;
};

std::vector<GenericType> make_types() {
    std::vector<GenericType> types;
    const auto add = [&types](const std::string& name, const auto& kind, const ssz::Type& type) {
        types.push_back({type, [=](Bytes bytes) { compare(kind, type, name, bytes); }});
    };
    codec::generic::for_each_kind(
        [&add](const std::string& name, const auto& kind) { add(name, kind, ssz::generic_types().at(name)); });
    // A series whose elements are bits stands in no message and in no vector.
    add("vec_bitlist_9_3", codec::vector_of(codec::BitlistKind{9}, 3), ssz::vector_type(ssz::bitlist_type(9), 3));
    return types;
}

/// The first byte of an input chooses one of them, so what is new comes last.
const std::vector<GenericType>& all_types() {
    static const std::vector<GenericType> all = make_types();
    return all;
}

}  // namespace

void fuzz_generic_types(Bytes bytes) {
    Input input(bytes);
    input.choose(all_types()).compare(input.rest());
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
