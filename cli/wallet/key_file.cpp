#include "cli/wallet/key_file.h"

#include <array>

#include "crypto/development_keys.h"
#include "crypto/random.h"
#include "node/adapters/files/private_file.h"
#include "node/adapters/files/text_file.h"
#include "node/kernel/accounts/address.h"

namespace touchstone::cli {

namespace {

constexpr const char* kWhat = "the key file";
constexpr std::uintmax_t kFileLimit = 256;

/// Secrets do not stay behind in memory that is freed. The compiler must not see through it.
template <class Container>
void wipe(Container& container) {
    volatile auto* bytes = container.data();
    for (std::size_t i = 0; i < container.size(); ++i)
        bytes[i] = 0;
}

}  // namespace

AccountKey::AccountKey(const crypto::Ed25519Seed& secret)
    : seed(secret), public_key(crypto::ed25519_public_key(secret)), address(node::address_of(public_key.bytes)) {}

Outcome<AccountKey> create_key_file(const std::filesystem::path& path) {
    std::array<std::uint8_t, 32> secret{};
    crypto::secure_random(secret);
    std::string text = node::to_hex(node::Bytes(secret)) + "\n";
    const AccountKey key{crypto::Ed25519Seed(secret)};
    const auto created = node::adapters::create_private_file(
        path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, kWhat);
    wipe(secret);
    wipe(text);
    if (!created.ok()) return created.fault();
    return key;
}

Outcome<AccountKey> load_key_file(const std::filesystem::path& path) {
    const auto checked = node::adapters::check_private(path, kWhat);
    if (!checked.ok()) return checked.fault();
    auto text = node::adapters::read_text_file(path, kFileLimit, FaultKind::Keys, kWhat);
    if (!text.ok()) return text.fault();
    std::string_view digits = text.value();
    if (digits.ends_with('\n')) digits.remove_suffix(1);
    auto bytes = node::from_hex(digits);
    wipe(text.value());
    if (!bytes || bytes->size() != 32) {
        return Fault{FaultKind::Keys, std::string(kWhat) + " " + path.string() +
                                          " is not 64 hexadecimal digits; restore it from a copy"};
    }
    const AccountKey key{crypto::Ed25519Seed(std::span<const std::uint8_t, 32>(bytes->data(), 32))};
    wipe(*bytes);
    return key;
}

AccountKey development_account(std::uint64_t index) { return AccountKey(crypto::development_account_seed(index)); }

}  // namespace touchstone::cli
