// Domains and signing roots. [CRY-14] [CRY-15] [CRY-17]
#pragma once

#include "node/base/bytes.h"
#include "node/generated/constants.h"
#include "node/generated/parameters.h"
#include "node/types/containers.h"
#include "node/types/encoding.h"

namespace touchstone::node {

/// A version parameter as its four bytes, little-endian. [TYP-02]
Version version_of(std::uint64_t parameter);

Domain compute_domain(const DomainType& type, const Version& fork_version, const Root& genesis_root);
Root compute_signing_root(const Root& object_root, const Domain& domain);
ForkDigest compute_fork_digest(const Version& fork_version, const Root& genesis_root);

template <class T>
Root compute_signing_root(const T& object, const Domain& domain, const Parameters& parameters) {
    return compute_signing_root(hash_tree_root(object, parameters), domain);
}

}  // namespace touchstone::node
