#include "reference/signatures/domains.h"

#include "crypto/bls.h"

namespace touchstone::reference {

Version version_of(std::uint64_t parameter) { return Version::from(little_endian(parameter, 4)); }

namespace {

Root fork_data_root(const Version& fork_version, const Root& genesis_root) {
    return hash_tree_root(ForkData{fork_version, genesis_root}, ssz::NO_LIMITS);
}

}  // namespace

// [CRY-14]
Domain compute_domain(const std::array<std::uint8_t, 4>& type, const Version& fork_version, const Root& genesis_root) {
    const Root root = fork_data_root(fork_version, genesis_root);
    return Domain::from(concatenate({type, ByteView(root.bytes).first(28)}));
}

// [CRY-16]
Domain get_domain(const ConsensusState& state, const std::array<std::uint8_t, 4>& type, Epoch epoch) {
    Version version;
    for (const Fork& fork : state.fork_schedule) {
        if (fork.epoch <= epoch) version = fork.version;
    }
    return compute_domain(type, version, state.genesis_root);
}

// [CRY-17]
ForkDigest compute_fork_digest(const Version& fork_version, const Root& genesis_root) {
    return ForkDigest::from(fork_data_root(fork_version, genesis_root).bytes);
}

Root proof_of_possession_root(const BLSPubkey& pubkey, const Address& operator_address, const Parameters& config) {
    const Domain domain = compute_domain(DOMAIN_PROOF_OF_POSSESSION, version_of(config.GENESIS_FORK_VERSION), Root{});
    return compute_signing_root(ProofOfPossessionMessage{pubkey, operator_address}, domain, config);
}

// [CRY-18]
Result<void> verify_proof_of_possession(const BLSPubkey& pubkey, const Address& operator_address,
                                        const BLSSignature& proof, const Parameters& config) {
    const auto key = crypto::bls::PublicKey::parse(pubkey.bytes);
    REQUIRE(key.has_value(), Clause::CRY_03);
    const auto point = crypto::bls::Signature::parse(proof.bytes);
    REQUIRE(point.has_value(), Clause::CRY_04);
    const Root root = proof_of_possession_root(pubkey, operator_address, config);
    REQUIRE(crypto::bls::pop_verify(*key, root.bytes, *point), Clause::CRY_18);
    return {};
}

}  // namespace touchstone::reference
