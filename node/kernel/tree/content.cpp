#include "node/kernel/tree/content.h"

#include <cstring>

namespace touchstone::node::tree {
namespace {

/// One byte says how long the key is, four how long the value is.
constexpr std::size_t kLengths = 5;

std::size_t key_size(const std::uint8_t* block) { return block[0]; }

std::size_t value_size(const std::uint8_t* block) {
    std::uint32_t size = 0;
    std::memcpy(&size, block + 1, sizeof size);
    return size;
}

}  // namespace

Content Content::make(Bytes key, Bytes value) {
    auto* const block = new std::uint8_t[kLengths + key.size() + value.size()];
    block[0] = static_cast<std::uint8_t>(key.size());
    const auto size = static_cast<std::uint32_t>(value.size());
    std::memcpy(block + 1, &size, sizeof size);
    if (!key.empty()) std::memcpy(block + kLengths, key.data(), key.size());
    if (!value.empty()) std::memcpy(block + kLengths + key.size(), value.data(), value.size());
    return Content(block);
}

void Content::free() const { delete[] block(); }

Bytes Content::key() const { return {block() + kLengths, key_size(block())}; }

Bytes Content::value() const { return {block() + kLengths + key_size(block()), value_size(block())}; }

}  // namespace touchstone::node::tree
