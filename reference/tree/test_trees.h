// Trees for the tests, with paths that part late.
#pragma once

#include <rapidcheck.h>

#include <map>
#include <string_view>

#include "reference/tree/kv_tree.h"

namespace touchstone::reference::test {

inline Bytes text(std::string_view content) { return {content.begin(), content.end()}; }

/// The path with one bit turned over.
inline Bytes32 with_bit_turned(Bytes32 path, unsigned i) {
    path.bytes[i / 8] = static_cast<std::uint8_t>(path.bytes[i / 8] ^ 0x80U >> (i % 8));
    return path;
}

inline Bytes32 filled(std::uint8_t byte) {
    Bytes32 result;
    result.bytes.fill(byte);
    return result;
}

inline Bytes32 random_bytes32() { return Bytes32{*rc::gen::arbitrary<std::array<std::uint8_t, 32>>()}; }

/// Up to `most` leaves: each path is new, or parts from an earlier one at any of the 256 bits.
inline KvLeaves random_tree(int most = 12) {
    std::map<Bytes32, Bytes32> tree;
    std::vector<Bytes32> paths;
    const int count = *rc::gen::inRange(0, most + 1);
    for (int i = 0; i < count; ++i) {
        Bytes32 path = random_bytes32();
        if (!paths.empty() && *rc::gen::inRange(0, 4) != 0) {
            path = with_bit_turned(*rc::gen::elementOf(paths), *rc::gen::inRange(0U, 256U));
        }
        if (tree.emplace(path, random_bytes32()).second) paths.push_back(path);
    }
    KvLeaves leaves;
    for (const auto& [path, value_hash] : tree)
        leaves.push_back({path, value_hash});
    return leaves;
}

/// Any keys and values, many of the values empty.
inline KvMap random_entries(int most = 20) {
    KvMap entries;
    const int count = *rc::gen::inRange(0, most + 1);
    for (int i = 0; i < count; ++i) {
        const auto key = *rc::gen::nonEmpty<Bytes>(rc::gen::arbitrary<Bytes>());
        entries[key] = *rc::gen::oneOf(rc::gen::just(Bytes{}), rc::gen::arbitrary<Bytes>());
    }
    return entries;
}

}  // namespace touchstone::reference::test
