#include "node/sim/verifier.h"

namespace touchstone::node::sim {

namespace {

crypto::Digest digest_of(const crypto::bls::PublicKey& key, const SignatureSet& set) {
    const auto compressed = key.to_bytes();
    ByteVector bytes(set.message.begin(), set.message.end());
    bytes.insert(bytes.end(), set.signature.bytes.begin(), set.signature.bytes.end());
    bytes.insert(bytes.end(), compressed.begin(), compressed.end());
    return crypto::sha256(bytes);
}

}  // namespace

bool VerdictCache::verify(const SignatureSet& set) {
    if (!set.key) return false;
    const auto [entry, added] = verdicts_.try_emplace(digest_of(*set.key, set), false);
    if (added) {
        const auto signature = crypto::bls::Signature::parse(set.signature.bytes);
        entry->second = signature && crypto::bls::verify(*set.key, set.message, *signature);
        ++verified_;
    }
    return entry->second;
}

void SimulatedVerifier::verify(SignatureSets sets, VerifyPriority /*priority*/, VerifyCompletion completion) {
    std::vector<bool> valid;
    valid.reserve(sets.size());
    for (const SignatureSet& set : sets)
        valid.push_back(cache_.verify(set));
    scheduler_.call_at(scheduler_.now_ms() + delay_ms_, [alive = std::weak_ptr<bool>(alive_), guard = guard_,
                                                         answer = std::move(completion), verdicts = std::move(valid)] {
        if (alive.expired()) return;
        guard([&] { answer(verdicts); });
    });
}

}  // namespace touchstone::node::sim
