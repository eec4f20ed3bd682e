// A transaction that was signed elsewhere, as hexadecimal text.
#pragma once

#include <istream>
#include <string>

#include "cli/outcome.h"
#include "node/base/bytes.h"

namespace touchstone::cli {

/// Of the file; "-": of the stream. The text may begin with 0x, with space around it. What the bytes are, the node
/// says.
Outcome<node::ByteVector> read_encoded_transaction(const std::string& file, std::istream& stream);

}  // namespace touchstone::cli
