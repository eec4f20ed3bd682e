#include "fuzz/transition/operations.h"

#include <algorithm>

#include "fuzz/chain/translate.h"
#include "fuzz/transition/scenarios.h"
#include "reference/chain/test_chain.h"
#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/domains.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {

using namespace reference;  // NOLINT(google-build-using-namespace): every type here is the reference's

namespace {

BLSSignature sign_header(const ConsensusState& state, const BlockHeader& header, ValidatorIndex signer) {
    const Epoch epoch = compute_epoch_at_slot(header.slot, state.config);
    return sign(state, signer, compute_signing_root(header, get_domain(state, DOMAIN_PROPOSER, epoch), state.config));
}

template <class Sequence>
void add(Sequence& list, std::uint64_t limit, auto operation) {
    if (list.size() < limit) list.push_back(std::move(operation));
}

}  // namespace

void OperationMaker::add_to(BlockBody& body) {
    const Parameters& config = state_.config;
    switch (input_.below(9)) {
        case 0:
        case 1:
        case 2:
            add(body.attestations, config.MAX_ATTESTATIONS, any_attestation());
            break;
        case 3:
            add(body.proposer_slashings, config.MAX_PROPOSER_SLASHINGS, any_proposer_slashing());
            break;
        case 4:
            add(body.attester_slashings, config.MAX_ATTESTER_SLASHINGS, any_attester_slashing());
            break;
        case 5:
            add(body.voluntary_exits, config.MAX_VOLUNTARY_EXITS, any_exit());
            break;
        default:
            add(body.transactions, config.MAX_TRANSACTIONS, any_transaction(body));
            break;
    }
}

std::uint64_t OperationMaker::near(std::uint64_t value) { return value + input_.below(5) - 2; }

/// Sometimes one that is not registered.
ValidatorIndex OperationMaker::any_validator() { return ValidatorIndex{input_.below(state_.validators.size() + 1)}; }

std::vector<ValidatorIndex> OperationMaker::any_validators() {
    std::vector<ValidatorIndex> validators;
    const std::uint64_t mask = input_.number(2);
    for (std::uint64_t i = 0; i < 16; ++i) {
        if ((mask >> i & 1U) != 0) validators.push_back(ValidatorIndex{i});
    }
    return validators;
}

std::optional<Vote> OperationMaker::vote(Slot slot, CommitteeIndex index) const {
    const Epoch epoch = compute_epoch_at_slot(slot, state_.config);
    const bool is_current = epoch == get_current_epoch(state_);
    const auto target = get_block_root(state_, epoch);
    const auto head = get_block_root_at_slot(state_, slot.value);
    if (!target || !head || index.value >= get_committee_count_per_slot(state_, epoch)) return std::nullopt;
    Vote vote;
    vote.attestation.data = {slot,
                             index,
                             head.value(),
                             is_current ? state_.current_justified_checkpoint : state_.previous_justified_checkpoint,
                             {epoch, target.value()}};
    vote.signers = get_beacon_committee(state_, slot, index);
    vote.attestation.aggregation_bits.assign(vote.signers.size(), true);
    return vote;
}

void OperationMaker::change(AttestationData& data) {
    switch (input_.below(10)) {
        case 0:
            data.slot.value = near(data.slot.value);
            break;
        case 1:
            data.index.value = near(data.index.value);
            break;
        case 2:
            data.beacon_block_root.bytes[input_.below(32)] ^= 1;
            break;
        case 3:
            data.source.epoch.value = near(data.source.epoch.value);
            break;
        case 4:
            data.source.root.bytes[0] ^= 1;
            break;
        case 5:
            data.target.epoch.value = near(data.target.epoch.value);
            break;
        case 6:
            data.target.root.bytes[31] ^= 1;
            break;
        case 7:
            data.slot.value = input_.number(8);
            break;
        case 8:
            data.target.epoch.value = input_.number(8);
            break;
        default:
            break;
    }
}

Attestation OperationMaker::any_attestation() {
    const std::uint64_t back = input_.below(2 * state_.config.SLOTS_PER_EPOCH + 2);
    const Slot slot{state_.slot.value - std::min(state_.slot.value, back)};
    std::optional<Vote> made = vote(slot, CommitteeIndex{input_.below(2)});
    if (!made) made = Vote{};
    const std::uint64_t mask = input_.number(1);
    Bits& bits = made->attestation.aggregation_bits;
    std::vector<ValidatorIndex> signers;
    for (std::size_t i = 0; i < bits.size(); ++i) {
        bits[i] = (mask >> (i % 7) & 1U) == 0;
        if (bits[i]) signers.push_back(made->signers[i]);
    }
    made->signers = std::move(signers);
    if (mask >= 128) {
        change(made->attestation.data);
        const std::uint64_t length = input_.below(8);
        if (length == 1) bits.push_back(false);
        if (length == 2 && !bits.empty()) bits.pop_back();
    }
    sign_again(state_, *made);
    if (input_.below(16) == 1) made->attestation.signature.bytes[input_.below(96)] ^= 1;
    return made->attestation;
}

ProposerSlashing OperationMaker::any_proposer_slashing() {
    const ValidatorIndex proposer = any_validator();
    const ValidatorIndex signer{proposer.value % state_.validators.size()};
    ProposerSlashing slashing;
    BlockHeader& first = slashing.signed_header_1.message;
    BlockHeader& second = slashing.signed_header_2.message;
    // Also slots whose epoch is too old, or still to come.
    const std::uint64_t back = input_.below(8 * state_.config.SLOTS_PER_EPOCH);
    first.slot.value = state_.slot.value + 4 - std::min(state_.slot.value, back);
    first.proposer_index = proposer;
    second = first;
    second.body_root.bytes[0] = 1;
    const std::uint64_t kind = input_.below(16);
    if (kind == 1) second = first;
    if (kind == 2) second.slot.value += 1;
    if (kind == 3) second.proposer_index.value += 1;
    if (kind == 4) first.slot.value = second.slot.value = input_.number(8);
    slashing.signed_header_1.signature = sign_header(state_, first, signer);
    slashing.signed_header_2.signature = sign_header(state_, second, signer);
    if (kind == 5) slashing.signed_header_1.signature.bytes[input_.below(96)] ^= 1;
    if (kind == 6) slashing.signed_header_2.signature = slashing.signed_header_1.signature;
    return slashing;
}

AttesterSlashing OperationMaker::any_attester_slashing() {
    AttestationData first;
    const Epoch epoch = get_current_epoch(state_);
    first.target.epoch.value = epoch.value + 1 - std::min(epoch.value, input_.below(8));
    first.source.epoch.value = first.target.epoch.value / 2;
    AttestationData second = first;
    switch (input_.below(5)) {
        case 0:
            break;
        case 1:
            second.source.epoch.value += 1;
            second.target.epoch.value = near(second.target.epoch.value);
            break;
        case 2:
            second.source.epoch.value = near(second.source.epoch.value);
            second.target.epoch.value += 1;
            break;
        case 3:
            change(second);
            break;
        default:
            second.beacon_block_root.bytes[0] = 1;
            break;
    }
    AttesterSlashing slashing{indexed_attestation(state_, any_validators(), first),
                              indexed_attestation(state_, any_validators(), second)};
    auto& indices = (input_.flag() ? slashing.attestation_1 : slashing.attestation_2).attesting_indices;
    switch (input_.below(16)) {
        case 1:
            std::ranges::reverse(indices);
            break;
        case 2:
            indices.push_back(any_validator());
            break;
        case 3:
            slashing.attestation_1.signature.bytes[input_.below(96)] ^= 1;
            break;
        case 4:
            slashing.attestation_2.signature = slashing.attestation_1.signature;
            break;
        default:
            break;
    }
    return slashing;
}

SignedVoluntaryExit OperationMaker::any_exit() {
    const ValidatorIndex validator = any_validator();
    const Epoch epoch = get_current_epoch(state_);
    SignedVoluntaryExit exit = signed_exit(state_, validator.value % state_.validators.size(),
                                           epoch.value + 1 - std::min(epoch.value, input_.below(4)));
    const std::uint64_t kind = input_.below(16);
    if (kind == 1) exit.message.validator_index = validator;
    if (kind == 2) exit.message.epoch.value = input_.number(8);
    if (kind == 3) exit.signature.bytes[input_.below(96)] ^= 1;
    return exit;
}

Transfer OperationMaker::any_transfer() {
    Transfer transfer;
    // An account that there is, one that there is not, or the operator of a validator.
    const std::uint64_t recipient = input_.below(8);
    if (recipient <= kScenarioAccounts) {
        transfer.recipient = test::development_address(recipient);
    } else if (recipient == 5) {
        transfer.recipient = state_.validators[any_validator().value % state_.validators.size()].operator_address;
    } else {
        transfer.recipient.bytes.fill(static_cast<std::uint8_t>(recipient));
    }
    const std::uint64_t amount = input_.below(4);
    transfer.amount.value = amount == 3 ? input_.number(8) : amount * (1000 * GRAINS_PER_TST / 2);
    return transfer;
}

/// By the account, with a key that no validator of a scenario has, or with one that a scenario registers.
RegisterValidator OperationMaker::any_registration(std::uint64_t account) {
    const std::uint64_t key = kFirstNewKey + input_.below(3);
    RegisterValidator operation = signed_registration(state_.config, key, test::development_address(account));
    operation.stake = Amount{(16 + input_.below(32)) * GRAINS_PER_TST};
    const std::uint64_t kind = input_.below(16);
    if (kind == 1) operation.proof_of_possession.bytes[input_.below(96)] ^= 1;
    if (kind == 2) operation.pubkey.bytes[input_.below(48)] ^= 1;
    if (kind == 3) operation.commission = near(BASIS_POINTS);
    if (kind == 4) operation.stake.value = near(state_.config.MIN_SELF_STAKE);
    if (kind == 5) operation.stake.value = input_.number(8);
    if (kind == 6) operation.pubkey = state_.validators[any_validator().value % state_.validators.size()].pubkey;
    return operation;
}

Payload OperationMaker::any_stake_operation(std::uint64_t account) {
    const ValidatorIndex validator = input_.below(4) != 3 ? ValidatorIndex{account} : any_validator();
    switch (input_.below(8)) {
        case 0:
            return any_registration(account);
        case 1:
            return EditValidator{validator, input_.below(4) == 3 ? near(BASIS_POINTS) : input_.below(2'000)};
        case 2:
            return ExitValidator{validator};
        case 3:
            return Delegate{validator, Amount{near(state_.config.MIN_BOND)}};
        case 4:
            return Delegate{validator, Amount{input_.number(5)}};
        case 5: {
            const std::uint64_t held = validator.value < state_.validators.size()
                                           ? get_pool_shares(state_, validator, test::development_address(account))
                                           : 0;
            constexpr std::uint64_t kMost = 32 * GRAINS_PER_TST;
            const std::uint64_t shares = input_.below(4) != 3 ? input_.number(5) % kMost : near(held);
            return Undelegate{validator, shares};
        }
        case 6: {
            const Epoch epoch = get_current_epoch(state_);
            return Withdraw{validator, Epoch{epoch.value - std::min(epoch.value, input_.below(6))}};
        }
        default:
            return ClaimCommission{validator};
    }
}

SignedTransaction OperationMaker::any_transaction(const BlockBody& body) {
    // The last of these has no entry.
    const std::uint64_t account = input_.below(kScenarioAccounts + 1);
    Transaction message;
    message.sender = test::development_sender(account);
    message.nonce =
        get_account(state_, test::development_address(account)).nonce +
        static_cast<std::uint64_t>(std::ranges::count_if(body.transactions, [&](const SignedTransaction& before) {
            return before.message.sender == message.sender;
        }));
    message.payload = any_transfer();
    if (input_.below(4) != 3) message.payload = any_stake_operation(account);
    const auto gas = static_cast<std::uint64_t>(intrinsic_gas({message, {}}, state_.config));
    message.gas_limit = gas + input_.below(3) * state_.config.GAS_NEW_ACCOUNT / 2;
    message.max_fee = state_.base_fee + input_.below(4);
    message.tip = input_.below(3);
    const std::uint64_t kind = input_.below(32);
    if (kind == 1) message.nonce = near(message.nonce);
    if (kind == 2) message.gas_limit = near(gas);
    if (kind == 3) message.gas_limit = near(state_.config.BLOCK_GAS_LIMIT);
    if (kind == 4) message.max_fee = near(state_.base_fee);
    if (kind == 5) message.tip = near(message.max_fee);
    if (kind == 6) message.max_fee = message.tip = input_.number(8);
    if (kind == 7) message.gas_limit = input_.number(8);
    if (kind == 8) message.payload.emplace<8>(reference::Bytes{1, 2});
    SignedTransaction transaction = test::sign_transaction(state_, account, std::move(message));
    if (kind == 9) transaction.signature.bytes[input_.below(64)] ^= 1;
    if (kind == 10) transaction.message.sender.bytes[input_.below(32)] ^= 1;
    return transaction;
}

}  // namespace touchstone::fuzz
