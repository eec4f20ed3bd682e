#include "node/app/node_key.h"

#include <algorithm>

#include "crypto/random.h"
#include "node/adapters/files/private_file.h"
#include "node/adapters/files/text_file.h"
#include "node/base/bytes.h"

namespace touchstone::node::app {

namespace {

constexpr const char* kWhat = "the node key";
constexpr std::uintmax_t kFileLimit = 256;

using adapters::Fault;
using adapters::FaultKind;

}  // namespace

adapters::Outcome<NodeKey> load_or_create_node_key(const std::filesystem::path& path) {
    NodeKey key{};
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        crypto::secure_random(key);
        const std::string text = to_hex(Bytes(key)) + "\n";
        const auto created = adapters::create_private_file(
            path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, kWhat);
        if (!created.ok()) return created.fault();
        return key;
    }
    const auto checked = adapters::check_private(path, kWhat);
    if (!checked.ok()) return checked.fault();
    const auto text = adapters::read_text_file(path, kFileLimit, FaultKind::Keys, kWhat);
    if (!text.ok()) return text.fault();
    std::string_view digits = text.value();
    if (digits.ends_with('\n')) digits.remove_suffix(1);
    const auto bytes = from_hex(digits);
    if (!bytes || bytes->size() != key.size()) {
        return Fault{FaultKind::Keys,
                     std::string(kWhat) + " " + path.string() +
                         " is not 64 hexadecimal digits; restore it, or move it away to get a new one"};
    }
    std::ranges::copy(*bytes, key.begin());
    return key;
}

}  // namespace touchstone::node::app
