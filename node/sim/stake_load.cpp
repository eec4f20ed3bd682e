#include "node/sim/stake_load.h"

#include <algorithm>

#include "node/kernel/consensus/genesis.h"
#include "node/kernel/stake/ledger.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node::sim {

std::optional<TransactionLoad::Order> StakeLoad::next_order(std::size_t user, const Node& node) {
    const StatePointer state = node.chain().head_state();
    const Sight sight{address_of_user(user), state, epoch_of(state->slot(), simulation().parameters())};
    std::optional<Payload> payload;
    switch (random().below(8)) {
        case 0:
        case 1:
            payload = delegate(sight);
            break;
        case 2:
        case 3:
            payload = undelegate(sight);
            break;
        case 4:
        case 5:
            payload = withdraw(sight);
            break;
        case 6:
            payload = register_spare_key(sight);
            break;
        default:
            payload = operate(sight);
    }
    if (!payload) return std::nullopt;
    return Order{*std::move(payload), 0};
}

/// One index is not registered.
ValidatorIndex StakeLoad::any_validator(const Sight& sight) {
    return ValidatorIndex(random().below(sight.state->validator_count() + 1));
}

std::optional<Payload> StakeLoad::delegate(const Sight& sight) {
    const std::uint64_t bond = simulation().parameters().MIN_BOND;
    return Delegate{any_validator(sight), Amount(bond / 2 + random().below(20 * bond))};
}

std::optional<Payload> StakeLoad::undelegate(const Sight& sight) {
    EntryOverlay entries(sight.state->tree());
    for (std::size_t tries = 0; tries < sight.state->validator_count(); ++tries) {
        const ValidatorIndex index = any_validator(sight);
        const std::uint64_t held = read_shares(entries, index, sight.user);
        if (held == 0) continue;
        const std::uint64_t part = random().below(3) == 0 ? 1 + random().below(held) : held;
        return Undelegate{index, random().below(16) == 0 ? held + 1 : part};
    }
    return std::nullopt;
}

std::optional<Payload> StakeLoad::withdraw(const Sight& sight) {
    EntryOverlay entries(sight.state->tree());
    for (std::size_t i = 0; i < sight.state->validator_count(); ++i) {
        const ValidatorIndex index(i);
        for (Epoch epoch = sight.state->consensus().validators[i].last_cohort; epoch > Epoch(0); epoch = epoch - 1) {
            if (read_cohort_shares(entries, index, epoch, sight.user) == 0) continue;
            const bool ripe = epoch + simulation().parameters().UNBONDING_EPOCHS <= sight.epoch;
            if (ripe || random().below(16) == 0) return Withdraw{index, epoch};
        }
    }
    return std::nullopt;
}

std::optional<Payload> StakeLoad::register_spare_key(const Sight& sight) {
    const SimulatedChain& chain = simulation().chain();
    const std::size_t registered = chain.genesis_state->validator_count();
    if (chain.keys.size() == registered) return std::nullopt;
    // Each a few times, for the operation may fail; then it is registered already.
    const std::size_t spare = chain.keys.size() - registered;
    if (used_keys_ >= 3 * spare) return std::nullopt;
    const crypto::bls::SecretKey& key = chain.keys[registered + used_keys_++ % spare];
    RegisterValidator registration;
    registration.pubkey = BlsPublicKey(crypto::bls::public_key(key).to_bytes());
    registration.commission = random().below(10'002);
    registration.stake = Amount(32 * GRAINS_PER_TST + random().below(64 * GRAINS_PER_TST));
    const Root message = proof_of_possession_root(registration.pubkey, sight.user, simulation().parameters());
    registration.proof_of_possession = BlsSignature(crypto::bls::pop_prove(key, message.view()).to_bytes());
    if (random().below(4) == 0) registration.proof_of_possession.bytes[5] ^= 1U;
    return registration;
}

/// Claims, commissions and exits, of a validator that is the user's own if it has one.
std::optional<Payload> StakeLoad::operate(const Sight& sight) {
    const auto& validators = sight.state->consensus().validators;
    std::vector<std::uint64_t> own;
    std::uint64_t leaving = 0;
    for (std::size_t i = 0; i < validators.size(); ++i) {
        if (validators[i].operator_address == sight.user) own.push_back(i);
        if (validators[i].exit_request_epoch != kFarFutureEpoch) ++leaving;
    }
    if (own.empty() && random().below(8) != 0) return std::nullopt;
    const ValidatorIndex index = own.empty() ? any_validator(sight) : ValidatorIndex(own[random().below(own.size())]);
    const std::uint64_t choice = random().below(8);
    if (choice == 0) return EditValidator{index, random().below(10'002)};
    // Enough stay for the chain to go on.
    if (choice == 1 && leaving < validators.size() / 4) return ExitValidator{index};
    return ClaimCommission{index};
}

}  // namespace touchstone::node::sim
