#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reference/chain/test_chain.h"
#include "reference/chain/test_ledger.h"
#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/domains.h"
#include "reference/transition/slashing.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

constexpr std::size_t VALIDATORS = 16;

IndexedAttestation vote_of(const ConsensusState& state, ValidatorIndex index, Epoch source, Epoch target,
                           std::uint8_t head) {
    IndexedAttestation vote;
    vote.attesting_indices = {index};
    vote.data.source.epoch = source;
    vote.data.target.epoch = target;
    vote.data.beacon_block_root.bytes[0] = head;
    const Domain domain = get_domain(state, DOMAIN_ATTESTER, target);
    vote.signature = test::sign(index, compute_signing_root(vote.data, domain, state.config));
    return vote;
}

// Random participation, exits by leak and slashings: tokens are conserved, finality and justification never go back.
RC_GTEST_PROP(Chains, TokensAreConservedAndFinalityIsMonotone, ()) {
    static const ConsensusState GENESIS = test::genesis_state(VALIDATORS);
    ConsensusState state = GENESIS;
    const Wide at_genesis = test::supply(state);
    const auto slots = *rc::gen::inRange(8, 42);
    for (int i = 0; i < slots; ++i) {
        const ConsensusState before = state;
        const auto absent = *rc::gen::arbitrary<std::uint16_t>();
        const auto share = *rc::gen::inRange(0, 3);
        BlockBody body;
        body.attestations = test::attestations_of_slot(
            state, state.slot, test::head_root(state),
            [&](ValidatorIndex index) { return share > 0 || (absent >> index.value & 1) == 0; });
        const ValidatorIndex offender{*rc::gen::inRange<std::uint64_t>(0, VALIDATORS)};
        const bool offends = *rc::gen::inRange(0, 8) == 0 && !state.validators[offender.value].slashed;
        if (offends) body.proposer_slashings = {test::two_blocks_of(state, offender, state.slot)};
        const Slot next{state.slot.value + 1 + (*rc::gen::inRange(0, 6) == 0 ? 1U : 0U)};
        ConsensusState advanced = state;
        RC_ASSERT(static_cast<bool>(process_slots(advanced, next)));
        const auto proposer = advanced.proposer_lookahead[next % state.config.SLOTS_PER_EPOCH];
        // An empty slot where a slashed validator would propose.
        if (advanced.validators[proposer.value].slashed) {
            state = advanced;
        } else {
            RC_ASSERT(static_cast<bool>(state_transition(state, test::make_block(state, next, body))));
            if (offends) RC_ASSERT(state.validators[offender.value].slashed);
        }
        RC_ASSERT(test::supply(state) + state.burnt == at_genesis + state.minted);
        RC_ASSERT(state.finalized_checkpoint.epoch >= before.finalized_checkpoint.epoch);
        RC_ASSERT(state.current_justified_checkpoint.epoch >= before.current_justified_checkpoint.epoch);
        RC_ASSERT(state.finalized_checkpoint.epoch <= state.current_justified_checkpoint.epoch);
    }
}

// Random transfers, good and bad ones: grains are conserved, and what is rejected changes nothing [VAL-06].
RC_GTEST_PROP(Accounts, GrainsAreConservedByTransfersThatFailToo, ()) {
    constexpr std::uint64_t ACCOUNTS = 4;
    static const ConsensusState GENESIS = test::genesis_state(VALIDATORS, MINIMAL, ACCOUNTS);
    ConsensusState state = GENESIS;
    const Wide at_genesis = test::supply(state);
    const auto blocks = *rc::gen::inRange(1, 5);
    for (int i = 0; i < blocks; ++i) {
        const Slot next{state.slot.value + 1};
        ConsensusState tried = state;
        RC_ASSERT(static_cast<bool>(process_slots(tried, next)));
        BlockBody body;
        const auto count = *rc::gen::inRange(0, 12);
        for (int j = 0; j < count; ++j) {
            const auto account = *rc::gen::inRange<std::uint64_t>(0, ACCOUNTS);
            const Account sender = get_account(tried, test::development_address(account));
            const auto recipient = *rc::gen::inRange<std::uint64_t>(0, ACCOUNTS + 3);
            const auto amount = *rc::gen::element<std::uint64_t>(0, 1, sender.balance.value / 3, sender.balance.value);
            const auto max_fee = tried.base_fee + *rc::gen::inRange<std::uint64_t>(0, 300);
            const auto tip = *rc::gen::inRange<std::uint64_t>(0, max_fee + 1);
            const auto gas_limit = *rc::gen::inRange<std::uint64_t>(20'900, 45'000);
            const auto nonce = sender.nonce + (*rc::gen::inRange(0, 10) == 0 ? 1U : 0U);
            const SignedTransaction transaction = test::sign_transaction(
                tried, account,
                {{}, nonce, gas_limit, max_fee, tip, Transfer{test::development_address(recipient), Amount{amount}}});
            ConsensusState after = tried;
            const auto processed = process_transaction(after, transaction, 0);
            RC_ASSERT(static_cast<bool>(processed) == (gas_limit >= 21'000 && nonce == sender.nonce));
            if (!processed) continue;
            const auto tips = processed.value().tip.value;
            RC_ASSERT(test::supply(after) + after.burnt + tips == test::supply(tried) + tried.burnt);
            RC_ASSERT(processed.value().receipt.status == SUCCESS || test::supply(after) < test::supply(tried));
            tried = after;
            body.transactions.push_back(transaction);
        }
        RC_ASSERT(static_cast<bool>(state_transition(state, test::make_block(state, next, body))));
        RC_ASSERT(test::supply(state) + state.burnt == at_genesis + state.minted);
        RC_ASSERT(state.tree_root == kv_root(state.entries.map()));
    }
}

// Two votes slash their validator exactly if they are a double vote or one surrounds the other.
RC_GTEST_PROP(Evidence, SlashesExactlyWhoOffended, ()) {
    static const ConsensusState GENESIS = test::genesis_state(VALIDATORS);
    ConsensusState state = GENESIS;
    const ValidatorIndex index{*rc::gen::inRange<std::uint64_t>(0, VALIDATORS)};
    const auto epoch = [] { return Epoch{*rc::gen::inRange<std::uint64_t>(0, 4)}; };
    const Epoch source_1 = epoch(), target_1 = epoch(), source_2 = epoch(), target_2 = epoch();
    const auto head_1 = *rc::gen::inRange<std::uint8_t>(0, 2);
    const auto head_2 = *rc::gen::inRange<std::uint8_t>(0, 2);
    const AttesterSlashing slashing{vote_of(state, index, source_1, target_1, head_1),
                                    vote_of(state, index, source_2, target_2, head_2)};
    const bool same = source_1 == source_2 && target_1 == target_2 && head_1 == head_2;
    const bool offence = (target_1 == target_2 && !same) || (source_1 < source_2 && target_2 < target_1) ||
                         (source_2 < source_1 && target_1 < target_2);
    const ConsensusState before = state;
    const auto processed = process_attester_slashing(state, slashing);
    RC_ASSERT(static_cast<bool>(processed) == offence);
    RC_ASSERT(state.validators[index.value].slashed == offence);
    if (!offence) {
        RC_ASSERT(processed.failure().clause == Clause::ASL_02);
        RC_ASSERT(state == before);
        return;
    }
    RC_ASSERT(state.burnt > 0U && get_first_unbond(state).value() == (QueuedUnbond{index, {}, 0}));
    RC_ASSERT(process_attester_slashing(state, slashing).failure().clause == Clause::ASL_06);
    AttesterSlashing forged = slashing;
    forged.attestation_2.signature = forged.attestation_1.signature;
    ConsensusState unslashed = GENESIS;
    RC_ASSERT(process_attester_slashing(unslashed, forged).failure().clause == Clause::ATT_12);
}

}  // namespace
}  // namespace touchstone::reference
