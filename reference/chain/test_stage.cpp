#include "reference/chain/test_stage.h"

#include <cstdlib>
#include <iostream>

#include "crypto/development_keys.h"
#include "reference/chain/test_chain.h"
#include "reference/chain/test_need.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/signatures/domains.h"
#include "reference/stake/pools.h"
#include "reference/stake/slash_validator.h"
#include "reference/transition/epoch.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference::test {

namespace {

constexpr std::uint64_t FIRST_KEY_OF_SAVERS = 1000;

}  // namespace

Parameters stage_config() {
    Parameters config = MINIMAL;
    config.UNBONDING_EPOCHS = 4;
    config.EPOCHS_PER_SLASHINGS_VECTOR = 8;
    config.SHARD_COMMITTEE_PERIOD = 1;
    config.MAX_SEED_LOOKAHEAD = 1;
    config.MAX_ACTIVE_VALIDATORS = 12;
    config.MIN_CHURN = tst(600).value;
    config.CHURN_QUOTIENT = 4096;
    config.MAX_QUEUE_ITEMS = 16;
    return config;
}

Address saver(std::uint64_t number) { return Address{hash(little_endian(FIRST_KEY_OF_SAVERS + number)).bytes}; }

RegisterValidator registration(std::uint64_t number, Amount stake, std::uint64_t commission) {
    static std::map<std::uint64_t, RegisterValidator> made;
    if (!made.contains(number)) {
        const auto key = crypto::development_validator_key(FIRST_KEY_OF_SAVERS + number);
        const BLSPubkey pubkey{crypto::bls::public_key(key).to_bytes()};
        const Root root = proof_of_possession_root(pubkey, saver(number), MINIMAL);
        made[number] = {pubkey, BLSSignature{crypto::bls::pop_prove(key, root.bytes).to_bytes()}, 0, Amount{0}};
    }
    RegisterValidator payload = made[number];
    payload.stake = stake;
    payload.commission = commission;
    return payload;
}

Stage::Stage(const Parameters& config) : state_(genesis_state(VALIDATORS, config)) {
    for (std::uint64_t number = 0; number < SAVERS; ++number)
        set_account(state_, saver(number), {0, tst(1'000'000)});
    update_tree_root(state_);
}

Epoch Stage::epoch() const { return get_current_epoch(state_); }

StakeOutcome Stage::operate(const Address& sender, const Payload& payload) {
    const auto outcome = process_stake_operation(state_, sender, payload);
    need(outcome);
    return outcome.value();
}

void Stage::end_epoch(bool votes) {
    state_.slot = Slot{(epoch().value + 1) * state_.config.SLOTS_PER_EPOCH - 1};
    for (std::size_t i = 0; i < state_.validators.size(); ++i) {
        if (votes && is_active_validator(state_.validators[i], epoch())) state_.current_epoch_participation[i] = 7;
    }
    need(process_epoch(state_));
    ++state_.slot;
}

void Stage::end_epochs(std::uint64_t count, bool votes) {
    for (std::uint64_t i = 0; i < count; ++i)
        end_epoch(votes);
}

void Stage::end_epochs_until_shares_change(std::uint64_t index, const Address& address) {
    constexpr int MOST = 100;
    const std::uint64_t before = shares(index, address);
    for (int i = 0; i < MOST && shares(index, address) == before; ++i)
        end_epoch();
}

bool Stage::may_slash(std::uint64_t index, Epoch offence) const {
    return is_slashable_validator(state_.validators[index], epoch(), offence, state_.config);
}

void Stage::slash(std::uint64_t index, Epoch offence, std::uint64_t proposer) {
    if (!may_slash(index, offence)) {
        std::cerr << "stage: the validator is not slashable\n";
        std::abort();
    }
    need(slash_validator(state_, ValidatorIndex{index}, offence, ValidatorIndex{proposer}));
}

std::uint64_t Stage::shares(std::uint64_t index, const Address& address) const {
    return get_pool_shares(state_, ValidatorIndex{index}, address);
}

Wide Stage::wealth(const Address& address) const {
    std::map<std::uint64_t, std::uint64_t> of_pools;
    Wide sum = get_account(state_, address).balance.value;
    for (const auto& [key, value] : state_.entries.map()) {
        const auto decode = [&]<class T>(T) { return ssz::deserialize<T>(value, state_.config).value(); };
        if (key[0] == 0x04) {
            const auto bond = decode(QueuedBond{});
            if (bond.delegator == address) sum += bond.amount.value;
        }
        if (key[0] == 0x05) {
            const auto unbond = decode(QueuedUnbond{});
            if (unbond.delegator == address) of_pools[unbond.validator_index.value] += unbond.shares;
        }
        if (key[0] == 0x07 && std::equal(address.bytes.begin(), address.bytes.end(), key.begin() + 17)) {
            Bytes of_cohort(key.begin(), key.begin() + 17);
            of_cohort[0] = 0x06;
            const auto cohort = ssz::deserialize<Cohort>(state_.entries.map().at(of_cohort), state_.config).value();
            sum += share_value(cohort.tokens, cohort.shares, decode(std::uint64_t{}));
        }
    }
    for (std::uint64_t i = 0; i < state_.validators.size(); ++i)
        sum += share_value(state_, ValidatorIndex{i}, of_pools[i] + shares(i, address));
    return sum;
}

}  // namespace touchstone::reference::test
