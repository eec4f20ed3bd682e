#include "node/app/genesis_proofs.h"

#include <algorithm>

#include "crypto/random.h"

namespace touchstone::node::app {

GenesisProofs::GenesisProofs(Log& log, Now now) : log_(log), now_(std::move(now)), begun_(now_()), reported_(begun_) {}

std::vector<bool> GenesisProofs::verify(std::span<const crypto::bls::SignatureSet> proofs) {
    crypto::bls::BatchSeed seed{};
    crypto::secure_random(seed);
    std::vector<bool> valid = crypto::bls::pop_verify_batch(proofs, seed);

    const std::lock_guard lock(mutex_);
    verified_ += proofs.size();
    const Time now = now_();
    if (now - reported_ < kBetweenReports) return valid;
    reported_ = now;
    const double per_second = rate(now);
    const std::size_t left = total_ - std::min(total_, verified_);
    log_.info("verifying_genesis_proofs",
              {{"verified", std::uint64_t{verified_}},
               {"of", std::uint64_t{total_}},
               {"per_second", per_second},
               {"seconds_left", per_second > 0 ? static_cast<double>(left) / per_second : 0.0}});
    return valid;
}

void GenesisProofs::report_end() {
    const std::lock_guard lock(mutex_);
    const Time now = now_();
    log_.info("genesis_proofs_verified", {{"count", std::uint64_t{verified_}},
                                          {"seconds", std::chrono::duration<double>(now - begun_).count()},
                                          {"per_second", rate(now)}});
}

/// Since the beginning; 0 where no time has passed.
double GenesisProofs::rate(Time now) const {
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    return seconds > 0 ? static_cast<double>(verified_) / seconds : 0.0;
}

}  // namespace touchstone::node::app
