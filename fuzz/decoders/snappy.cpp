// Compressed payloads: the same bytes on both sides, or a rejection, whatever length is declared.
#include "node/codec/snappy.h"
#include "fuzz/agreement.h"
#include "fuzz/targets.h"
#include "reference/ssz/snappy.h"

namespace touchstone::fuzz {

void fuzz_snappy(Bytes bytes) {
    Input input(bytes);
    const std::uint64_t limit = input.below(1U << 20U);
    const Bytes payload = input.rest();
    const auto by_reference = reference::ssz::decompress(payload, limit);
    const auto by_node = node::codec::decompress(payload, limit);
    if (!agree_on_verdict("decompression of " + to_hex(payload), by_reference, by_node)) return;
    agree_on_bytes("decompressed " + to_hex(payload), by_reference.value(), by_node.value());
    expect(by_node.value().size() <= limit, "a decompressed payload is within the limit");

    // What one side compresses the other reads, with the length itself as the limit and not with one less.
    const ByteVector again = node::codec::compress(by_node.value());
    const auto returned = reference::ssz::decompress(again, by_node.value().size());
    expect(static_cast<bool>(returned) && returned.value() == by_node.value(), "decompress(compress(bytes)) = bytes");
    if (by_node.value().empty()) return;
    expect(!node::codec::decompress(again, by_node.value().size() - 1).ok(), "a payload beyond the limit is rejected");
}

std::vector<ByteVector> snappy_seeds() {
    std::vector<ByteVector> seeds;
    const auto add = [&](const ByteVector& content) {
        ByteVector seed{0xff, 0xff, 0x0f};
        const ByteVector payload = reference::ssz::compress(content);
        seed.insert(seed.end(), payload.begin(), payload.end());
        seeds.push_back(std::move(seed));
    };
    add({});
    add({1});
    add(ByteVector(300, 7));
    add(ByteVector(70'000, 7));
    ByteVector counting;
    for (std::size_t i = 0; i < 200; ++i)
        counting.push_back(static_cast<std::uint8_t>(i * i));
    add(counting);
    seeds.push_back({0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0xff, 0x0f});  // declares 4 GiB
    seeds.push_back({0xff, 0xff, 0x0f, 0x80});                          // a length without an end
    return seeds;
}

}  // namespace touchstone::fuzz
