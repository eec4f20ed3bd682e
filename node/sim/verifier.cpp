#include "node/sim/verifier.h"

namespace touchstone::node::sim {

namespace {

/// Keys of the two kinds have different lengths, so do their signatures.
crypto::Digest digest_of(const SignatureSet& set) {
    ByteVector bytes(set.message.begin(), set.message.end());
    const auto append = [&](const auto& part) { bytes.insert(bytes.end(), part.begin(), part.end()); };
    if (const auto* account = std::get_if<AccountCheck>(&set.check)) {
        append(account->signature.bytes);
        append(account->key.bytes);
    } else if (const auto* validator = std::get_if<BlsCheck>(&set.check)) {
        append(validator->signature.bytes);
        if (validator->key) append(validator->key->to_bytes());
    }
    return crypto::sha256(bytes);
}

}  // namespace

bool VerdictCache::verify(const SignatureSet& set) {
    if (!remembers_) {
        ++verified_;
        return verify_one(set);
    }
    const auto [entry, added] = verdicts_.try_emplace(digest_of(set), false);
    if (added) {
        entry->second = verify_one(set);
        ++verified_;
    }
    return entry->second;
}

void SimulatedVerifier::verify(SignatureSets sets, VerifyPriority /*priority*/, VerifyCompletion completion) {
    std::vector<bool> valid;
    valid.reserve(sets.size());
    for (const SignatureSet& set : sets) {
        valid.push_back(cache_.verify(set));
        if (std::holds_alternative<AccountCheck>(set.check)) ++account_signatures_;
    }
    scheduler_.call_at(scheduler_.now_ms() + delay_ms_, [alive = std::weak_ptr<bool>(alive_), guard = guard_,
                                                         answer = std::move(completion), verdicts = std::move(valid)] {
        if (alive.expired()) return;
        guard([&] { answer(verdicts); });
    });
}

}  // namespace touchstone::node::sim
