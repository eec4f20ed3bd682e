// The place in the chain up to which a subscriber has been told, as the text from which it goes on later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/api/value_types.h"

namespace touchstone::node::api {

/// EPOCH:0xROOT:INDEX; epoch and index are there where a subscription has them.
struct Cursor {
    std::optional<Epoch> epoch;
    Root root;                           // of a block
    std::optional<std::uint64_t> index;  // of the last transaction of the block that was told; none: all were

    friend bool operator==(const Cursor&, const Cursor&) = default;
};

std::string to_text(const Cursor& cursor);
/// Nothing for a text that `to_text` does not make, but for the case of hexadecimal digits.
std::optional<Cursor> parse_cursor(std::string_view text);

extern const rpc::Scalar kCursor;

/// Precondition: it is a kCursor.
Cursor cursor_from(const Json& json);

}  // namespace touchstone::node::api
