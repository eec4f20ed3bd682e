// Random walks: blocks with votes of some, skipped slots, offences and exits, on chains of several shapes.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake.h"
#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/rng.h"
#include "reference/entries/accounts.h"
#include "reference/execution/transaction.h"
#include "reference/transition/slashing.h"
#include "reference/transition/state_transition.h"
#include "reference/transition/voluntary_exit.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

// Keeps an operation if it is valid on the state, and applies it there.
template <class Operation>
bool take(ConsensusState& state, const Operation& operation, Process<Operation> process) {
    ConsensusState copy = state;
    if (!process(copy, operation)) return false;
    state = copy;
    return true;
}

ProposerSlashing proposer_evidence(const ConsensusState& state, ValidatorIndex offender, Rng& rng) {
    const Slot slot{rng.below(state.slot.value + 20)};
    const auto header = [&] {
        ref::BlockHeader result;
        result.slot = slot;
        result.proposer_index = offender;
        for (std::uint8_t& byte : result.body_root.bytes)
            byte = rng.byte();
        const Epoch epoch{slot.value / state.config.SLOTS_PER_EPOCH};
        return ref::SignedBlockHeader{result, sign(offender, signing_root(state, result, ref::DOMAIN_PROPOSER, epoch))};
    };
    return {header(), header()};
}

AttesterSlashing attester_evidence(const ConsensusState& state, Rng& rng) {
    std::vector<ValidatorIndex> offenders;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        if (rng.chance(8)) offenders.emplace_back(i);
    }
    AttestationData inner;
    inner.source.epoch = Epoch{1 + rng.below(4)};
    inner.target.epoch = Epoch{inner.source.epoch.value + 1 + rng.below(3)};
    AttestationData outer = inner;
    if (rng.chance(50)) {
        outer.source.epoch = Epoch{0};
        outer.target.epoch = Epoch{inner.target.epoch.value + 1};
    } else {
        for (std::uint8_t& byte : outer.beacon_block_root.bytes)
            byte = rng.byte();
    }
    AttesterSlashing slashing{indexed_attestation(state, offenders, inner),
                              indexed_attestation(state, offenders, outer)};
    if (rng.chance(50)) std::swap(slashing.attestation_1, slashing.attestation_2);
    return slashing;
}

// Some operation of stake, by an account that might do it; some fail.
Payload random_stake_payload(const ConsensusState& state, std::uint64_t from, Rng& rng) {
    const Address sender = account_address(from);
    const ValidatorIndex anybody{rng.below(state.validators.size() + 1)};
    const ValidatorIndex own{rng.chance(80) ? from : anybody.value};
    const std::uint64_t held = pool_shares(state, anybody.value, sender);
    switch (rng.below(10)) {
        case 0: {
            // One draw a statement: arguments have no order.
            const std::uint64_t commission = rng.below(11'000);
            const Amount stake = tst(10 + rng.below(60));
            // The key of its own index, by which its votes are signed; or one that is there.
            const std::uint64_t key = state.validators.size() - (rng.chance(20) ? 1 : 0);
            return registration(state, key, from, stake.value, commission);
        }
        case 1:
            return ref::EditValidator{own, rng.below(11'000)};
        case 2:
            return ref::ExitValidator{own};
        case 3:
        case 4:
        case 5:
            return ref::Delegate{anybody, Amount{rng.below(tst(60).value)}};
        case 6:
            return ref::Undelegate{anybody, rng.chance(30) ? held : rng.below(held + 2)};
        case 7:
            return ref::Undelegate{own, rng.below(tst(300).value)};
        case 8:
            return ref::Withdraw{anybody, anybody < state.validators.size() && rng.chance(80)
                                              ? state.validators[anybody.value].last_cohort
                                              : Epoch{rng.below(12)}};
        default:
            return ref::ClaimCommission{own};
    }
}

// Operations of stake of the chain's accounts that are valid one after the other.
std::vector<SignedTransaction> random_stake(const ConsensusState& at_slot, std::uint64_t accounts, Rng& rng) {
    ConsensusState state = at_slot;
    std::vector<SignedTransaction> transactions;
    for (std::uint64_t i = rng.below(6); i > 0; --i) {
        const std::uint64_t from = rng.below(accounts);
        const SignedTransaction transaction = stake_transaction(state, from, random_stake_payload(state, from, rng));
        ConsensusState tried = state;
        if (!ref::process_transaction(tried, transaction, 0)) continue;
        transactions.push_back(transaction);
        state = tried;
    }
    return transactions;
}

// Transfers of the chain's accounts that are valid one after the other; some fail.
std::vector<SignedTransaction> random_transactions(const ConsensusState& at_slot, std::uint64_t accounts, Rng& rng) {
    ConsensusState state = at_slot;
    std::vector<SignedTransaction> transactions;
    std::uint64_t gas_before = 0;
    for (std::uint64_t i = rng.below(9); i > 0; --i) {
        const std::uint64_t from = rng.below(accounts);
        const std::uint64_t balance = ref::get_account(state, account_address(from)).balance.value;
        const std::uint64_t max_fee = state.base_fee + rng.below(400);
        const SignedTransaction transaction =
            pay(state, {.from = from,
                        .to = rng.chance(20) ? new_address(rng.byte()) : account_address(rng.below(accounts + 2)),
                        .amount = rng.chance(10) ? balance : rng.below(balance / 4 + 1),
                        .gas_limit = rng.chance(70) ? 41'000 : 21'000 + rng.below(20'000),
                        .max_fee = max_fee,
                        .tip = rng.below(max_fee + 1)});
        ConsensusState tried = state;
        const auto processed = ref::process_transaction(tried, transaction, gas_before);
        if (!processed) continue;
        gas_before += processed.value().receipt.gas_used;
        transactions.push_back(transaction);
        state = tried;
    }
    return transactions;
}

BlockBody random_body(const ConsensusState& parent, Slot slot, Rng& rng) {
    ConsensusState state = advanced(parent, slot);
    BlockBody body;
    for (std::uint8_t& byte : body.graffiti.bytes)
        byte = rng.byte();
    const auto anybody = [&] { return ValidatorIndex{rng.below(state.validators.size())}; };
    if (rng.chance(6)) {
        const auto slashing = proposer_evidence(state, anybody(), rng);
        if (take(state, slashing, ref::process_proposer_slashing)) body.proposer_slashings.push_back(slashing);
    }
    if (rng.chance(4)) {
        const auto slashing = attester_evidence(state, rng);
        if (take(state, slashing, ref::process_attester_slashing)) body.attester_slashings.push_back(slashing);
    }
    const std::uint64_t turnout = 40 + rng.below(61);
    for (std::uint64_t back = 1; back <= 1 + rng.below(4) && back <= slot.value; ++back) {
        const Slot voted{slot.value - back};
        for (Attestation& vote :
             attestations_of_slot(state, voted, [&](ValidatorIndex) { return rng.chance(turnout); })) {
            body.attestations.push_back(std::move(vote));
        }
    }
    for (int i = 0; i < 2; ++i) {
        if (!rng.chance(15)) continue;
        const ref::VoluntaryExit exit{Epoch{0}, anybody()};
        const ref::SignedVoluntaryExit signed_exit{
            exit, sign(exit.validator_index, signing_root(state, exit, ref::DOMAIN_VOLUNTARY_EXIT, Epoch{0}))};
        if (take(state, signed_exit, ref::process_voluntary_exit)) body.voluntary_exits.push_back(signed_exit);
    }
    return body;
}

void walk(Suite& suite, std::uint64_t seed, const Plan& plan, std::uint64_t slots) {
    Rng rng(5000 + seed);
    const ConsensusState start = advanced(genesis_state(plan), Slot{rng.below(20)});
    Chain chain{start};
    const std::uint64_t end = start.slot.value + slots;
    for (std::uint64_t slot = start.slot.value + 1; slot < end; ++slot) {
        if (rng.chance(15)) continue;
        const ConsensusState state = advanced(chain.state, Slot{slot});
        if (state.validators[ref::get_beacon_proposer_index(state).value].slashed) continue;
        BlockBody body = random_body(chain.state, Slot{slot}, rng);
        if (plan.accounts_operate) {
            body.transactions = random_stake(after_operations(state, body), plan.accounts.size(), rng);
        } else if (!plan.accounts.empty()) {
            body.transactions = random_transactions(state, plan.accounts.size(), rng);
        }
        chain.add(Slot{slot}, std::move(body));
    }
    add_blocks(suite, "random",
               {"walk_" + std::to_string(seed),
                "random blocks on " + std::to_string(plan.validators) + " validators",
                {"BLK-02", "EPO-01", "REG-03", "VAL-06", "STK-19", "STK-21"}},
               start, chain.blocks, std::nullopt);
}

}  // namespace

void add_random(Suite& suite) {
    if (!suite.wants("random")) return;
    const Parameters lively = minimal_with([](Parameters& c) {
        c.SHARD_COMMITTEE_PERIOD = 1;
        c.MIN_CHURN = tst(1500).value;
        c.MIN_ACTIVE_VALIDATORS = 8;
        c.EPOCHS_PER_SLASHINGS_VECTOR = 4;
        c.UNBONDING_EPOCHS = 3;
        c.MAX_EVIDENCE_AGE = 6;
        c.INACTIVITY_PENALTY_QUOTIENT = 1000;
        c.MIN_EPOCHS_TO_INACTIVITY_PENALTY = 2;
    });
    const Parameters short_epochs = minimal_with([](Parameters& c) {
        c.SLOTS_PER_EPOCH = 4;
        c.SHARD_COMMITTEE_PERIOD = 1;
        c.TARGET_COMMITTEE_SIZE = 2;
        c.MIN_ACTIVE_VALIDATORS = 6;
        c.SLOTS_PER_HISTORICAL_ROOT = 16;
        c.EPOCHS_PER_HISTORICAL_VECTOR = 8;
    });
    std::vector<Amount> uneven;
    Rng rng(4);
    for (std::size_t i = 0; i < 40; ++i)
        uneven.push_back(tst(17 + rng.below(4080)));
    for (std::uint64_t seed = 0; seed < 5; ++seed)
        walk(suite, seed, {.validators = 24, .config = lively}, 40);
    for (std::uint64_t seed = 5; seed < 9; ++seed)
        walk(suite, seed, {.validators = 13, .config = short_epochs}, 36);
    for (std::uint64_t seed = 9; seed < 12; ++seed)
        walk(suite, seed, {.validators = 40, .config = lively, .stakes = uneven}, 30);
    for (std::uint64_t seed = 12; seed < 14; ++seed)
        walk(suite, seed, {.validators = 32}, 40);
    for (std::uint64_t seed = 14; seed < 17; ++seed)
        walk(suite, seed, {.validators = 16, .accounts = std::vector<Amount>(10, tst(50))}, 40);
    Parameters tight = short_epochs;
    tight.BLOCK_GAS_LIMIT = 120'000;
    for (std::uint64_t seed = 17; seed < 20; ++seed)
        walk(suite, seed, {.validators = 13, .config = tight, .accounts = {tst(20), tst(1), Amount{90'000'000}}}, 40);
    Parameters stake = short_epochs;
    stake.EPOCHS_PER_SLASHINGS_VECTOR = 4;
    stake.MAX_SEED_LOOKAHEAD = 1;
    stake.UNBONDING_EPOCHS = 2;
    stake.MAX_EVIDENCE_AGE = 8;
    stake.MAX_QUEUE_ITEMS = 5;
    stake.MIN_ACTIVE_VALIDATORS = 9;
    const std::vector<std::uint64_t> commissions{0, 1, 500, 10'000, 2'500};
    for (std::uint64_t seed = 20; seed < 28; ++seed) {
        stake.MIN_CHURN = tst(seed % 2 == 0 ? 200 : 1'100).value;
        stake.MAX_ACTIVE_VALIDATORS = seed < 24 ? 16 : 11;
        walk(suite, seed,
             {.validators = 12,
              .config = stake,
              .stakes = {tst(20), tst(40), tst(300), tst(64), tst(4'090), tst(33)},
              .accounts = std::vector<Amount>(14, tst(400)),
              .commissions = commissions,
              .accounts_operate = true},
             64);
    }
}

}  // namespace touchstone::vectors
