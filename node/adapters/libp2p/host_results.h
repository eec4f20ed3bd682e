// Texts and lists that the host writes into a buffer of the caller, whose length is not known beforehand.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "native/include/touchstone_native.h"
#include "node/base/bytes.h"

namespace touchstone::node::adapters {

/// Of the last call on this thread that failed.
inline std::string last_error() {
    std::string text(ts_last_error(nullptr, 0), '\0');
    text.resize(std::min(text.size(), ts_last_error(text.data(), text.size() + 1)));
    return text;
}

/// `read` takes a buffer and its size, and returns the length of all of it.
template <class Read>
std::string text_result(const Read& read) {
    const std::int64_t length = read(nullptr, 0);
    if (length <= 0) return {};
    std::string text(static_cast<std::size_t>(length), '\0');
    read(text.data(), text.size() + 1);
    return text;
}

/// The list may have grown between two looks.
template <class Read>
ByteVector list_result(const Read& read) {
    ByteVector list;
    while (true) {
        const std::int64_t length = read(list.data(), list.size());
        if (length < 0) return {};
        const bool whole = static_cast<std::size_t>(length) <= list.size();
        list.resize(static_cast<std::size_t>(length));
        if (whole) return list;
    }
}

}  // namespace touchstone::node::adapters
