#include "node/sim/verifier.h"

#include <algorithm>

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

std::vector<bool> VerdictCache::verify(std::span<const SignatureSet> sets) {
    if (!remembers_) {
        verified_ += sets.size();
        return verify_each(sets);
    }
    std::vector<bool*> verdicts;
    std::vector<bool*> new_verdicts;
    SignatureSets unknown;
    ByteVector digests;
    for (const SignatureSet& set : sets) {
        const crypto::Digest digest = digest_of(set);
        const auto [entry, added] = verdicts_.try_emplace(digest, false);
        verdicts.push_back(&entry->second);
        if (!added) continue;
        new_verdicts.push_back(&entry->second);
        unknown.push_back(set);
        digests.insert(digests.end(), digest.begin(), digest.end());
    }
    verified_ += unknown.size();
    // The seed follows from all that is verified: nobody can choose signatures against it. [CRY-07]
    const std::vector<bool> found = verify_inline(crypto::sha256(digests))(unknown);
    for (std::size_t i = 0; i < found.size(); ++i)
        *new_verdicts[i] = found[i];
    std::vector<bool> valid;
    valid.reserve(verdicts.size());
    for (const bool* verdict : verdicts)
        valid.push_back(*verdict);
    return valid;
}

void SimulatedVerifier::verify(SignatureSets sets, VerifyPriority /*priority*/, VerifyCompletion completion) {
    account_signatures_ += static_cast<std::uint64_t>(std::ranges::count_if(
        sets, [](const SignatureSet& set) { return std::holds_alternative<AccountCheck>(set.check); }));
    scheduler_.call_at(scheduler_.now_ms() + delay_ms_,
                       [alive = std::weak_ptr<bool>(alive_), guard = guard_, answer = std::move(completion),
                        verdicts = cache_.verify(sets)] {
                           if (alive.expired()) return;
                           guard([&] { answer(verdicts); });
                       });
}

}  // namespace touchstone::node::sim
