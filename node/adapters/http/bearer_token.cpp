#include "node/adapters/http/bearer_token.h"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>

#include "crypto/constant_time.h"
#include "crypto/random.h"
#include "node/adapters/files/private_file.h"
#include "node/adapters/files/text_file.h"
#include "node/base/bytes.h"

namespace touchstone::node::adapters {

namespace {

constexpr const char* kWhat = "the token file";

bool is_of_token(char character) {
    const bool letter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    const bool digit = character >= '0' && character <= '9';
    return letter || digit || std::string_view("-._~+/=").find(character) != std::string_view::npos;
}

}  // namespace

Outcome<BearerToken> BearerToken::load_or_create(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        std::array<std::uint8_t, 32> bytes{};
        crypto::secure_random(bytes);
        const std::string digits = to_hex(Bytes(bytes));
        const std::string text = digits + "\n";
        const auto created =
            create_private_file(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, kWhat);
        if (!created.ok()) return created.fault();
        return BearerToken(digits);
    }
    return load(path);
}

Outcome<BearerToken> BearerToken::load(const std::filesystem::path& path) {
    if (const auto checked = check_private(path, kWhat); !checked.ok()) return checked.fault();
    const auto text = read_text_file(path, kMost + 1, FaultKind::Keys, kWhat);
    if (!text.ok()) return text.fault();
    std::string_view token = *text;
    if (token.ends_with('\n')) token.remove_suffix(1);
    if (token.size() < kFewest || token.size() > kMost || !std::ranges::all_of(token, is_of_token)) {
        return Fault{
            FaultKind::Keys,
            std::string(kWhat) + " " + path.string() + " has no token of " + std::to_string(kFewest) + " to " +
                std::to_string(kMost) +
                " letters, digits or -._~+/=; copy the node's anew, or move it away and the node makes another"};
    }
    return BearerToken(std::string(token));
}

bool BearerToken::admits(std::string_view authorization) const {
    if (!boost::beast::iequals(authorization.substr(0, kScheme.size()), kScheme)) return false;
    return crypto::equal_in_constant_time(authorization.substr(kScheme.size()), token_);
}

bool BearerToken::is(const BearerToken& other) const { return crypto::equal_in_constant_time(other.token_, token_); }

}  // namespace touchstone::node::adapters
