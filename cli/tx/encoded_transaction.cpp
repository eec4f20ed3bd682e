#include "cli/tx/encoded_transaction.h"

#include "node/adapters/files/text_file.h"

namespace touchstone::cli {

namespace {

/// A node takes no larger body of a request.
constexpr std::size_t kMostText = 1U << 20U;
constexpr const char* kWhat = "the file of the transaction";

Outcome<std::string> read_stream(std::istream& stream) {
    std::string text(kMostText + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() <= kMostText) return text;
    return Fault{FaultKind::Configuration, "standard input has more than " + std::to_string(kMostText) +
                                               " bytes, which no transaction has; give it as hexadecimal text"};
}

std::string_view without_space(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

Outcome<node::ByteVector> read_encoded_transaction(const std::string& file, std::istream& stream) {
    const bool standard_input = file == "-";
    const auto text = standard_input ? read_stream(stream)
                                     : node::adapters::read_text_file(file, kMostText, FaultKind::Configuration, kWhat);
    if (!text.ok()) return text.fault();
    auto bytes = node::from_hex(without_space(*text));
    if (bytes && !bytes->empty()) return *std::move(bytes);
    return Fault{FaultKind::Configuration,
                 (standard_input ? std::string("what standard input has") : std::string(kWhat) + " " + file) +
                     " is no hexadecimal text; give the encoding of a signed transaction, 0x and two digits a byte"};
}

}  // namespace touchstone::cli
