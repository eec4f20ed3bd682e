#include "node/codec/kinds.h"

namespace touchstone::node::codec {
namespace {

constexpr std::uint64_t kBitsPerChunk = 256;

}  // namespace

Result<void> BitvectorKind::decode(Bytes bytes, const Parameters& parameters, Bits& bits) const {
    const std::uint64_t size = length.value(parameters);
    if (bytes.size() != fixed_size(parameters)) return wrong_length(bytes, fixed_size(parameters));
    if (size % 8 != 0 && (bytes.back() >> (size % 8)) != 0) return reject(Clause::ENC_12, "unused bits are set");
    bits = Bits(size);
    std::ranges::copy(bytes, bits.mutable_bytes().begin());
    return {};
}

void BitvectorKind::encode(const Bits& bits, ByteVector& out) const {
    append(out, bits.bytes().data(), bits.bytes().size());
}

Digest BitvectorKind::root(const Bits& bits, const Parameters& parameters) const {
    return merkleize_bytes(bits.bytes(), divide_up(length.value(parameters), kBitsPerChunk));
}

Result<void> BitlistKind::decode(Bytes bytes, const Parameters& parameters, Bits& bits) const {
    if (bytes.empty()) return reject(Clause::ENC_13, "no bytes");
    const std::uint8_t last = bytes.back();
    if (last == 0) return reject(Clause::ENC_13, "no sentinel");
    const auto sentinel = static_cast<std::size_t>(std::bit_width(last) - 1);
    const std::size_t size = (bytes.size() - 1) * 8 + sentinel;
    if (size > limit.value(parameters)) return reject(Clause::ENC_13, std::to_string(size) + " bits");
    bits = Bits(size);
    std::copy_n(bytes.begin(), bits.bytes().size(), bits.mutable_bytes().begin());
    if (size % 8 != 0) bits.set(size, false);
    return {};
}

void BitlistKind::encode(const Bits& bits, ByteVector& out) const {
    const std::size_t position = out.size();
    append(out, bits.bytes().data(), bits.bytes().size());
    out.resize(position + bits.size() / 8 + 1);
    out.back() = static_cast<std::uint8_t>(out.back() | (1U << (bits.size() % 8)));
}

Digest BitlistKind::root(const Bits& bits, const Parameters& parameters) const {
    const std::uint64_t chunks = divide_up(limit.value(parameters), kBitsPerChunk);
    return mix_in_number(merkleize_bytes(bits.bytes(), chunks), bits.size());
}

}  // namespace touchstone::node::codec
