#include "node/kernel/consensus/domains.h"

#include <algorithm>
#include <cstring>

#include "crypto/sha256.h"

namespace touchstone::node {
namespace {

crypto::Digest fork_data_root(const Version& fork_version, const Root& genesis_root) {
    crypto::Digest version{};
    std::ranges::copy(fork_version.bytes, version.begin());
    return crypto::sha256_pair(version, genesis_root.bytes);
}

}  // namespace

Version version_of(std::uint64_t parameter) {
    Version version;
    for (std::size_t i = 0; i < version.size(); ++i)
        version.bytes[i] = static_cast<std::uint8_t>(parameter >> (8 * i));
    return version;
}

Domain compute_domain(const DomainType& type, const Version& fork_version, const Root& genesis_root) {
    const crypto::Digest root = fork_data_root(fork_version, genesis_root);
    Domain domain;
    std::ranges::copy(type.bytes, domain.bytes.begin());
    std::copy_n(root.begin(), domain.size() - type.size(), domain.bytes.begin() + type.size());
    return domain;
}

Root compute_signing_root(const Root& object_root, const Domain& domain) {
    return Root(crypto::sha256_pair(object_root.bytes, domain.bytes));
}

ForkDigest compute_fork_digest(const Version& fork_version, const Root& genesis_root) {
    const crypto::Digest root = fork_data_root(fork_version, genesis_root);
    ForkDigest digest;
    std::copy_n(root.begin(), digest.size(), digest.bytes.begin());
    return digest;
}

}  // namespace touchstone::node
