#include "node/kernel/stake/testing/scene.h"

#include <cstdlib>

namespace touchstone::node {
namespace {

/// Tests cannot go on without what they ask for.
void must(const Result<void>& result) {
    if (!result.ok()) std::abort();
}

}  // namespace

template <class Change>
void StakeScene::with_entries(const Change& change) {
    EntryOverlay entries(state_.tree());
    must(change(entries));
    must(state_.change_entries(entries, serial_for));
}

std::uint64_t StakeScene::account(const Address& address) const {
    EntryOverlay entries(state_.tree());
    return read_account(entries, address).balance.value();
}

std::uint64_t StakeScene::shares(std::uint64_t i, const Address& holder) const {
    EntryOverlay entries(state_.tree());
    return read_shares(entries, ValidatorIndex(i), holder);
}

std::uint64_t StakeScene::cohort_shares(std::uint64_t i, Epoch exit_epoch, const Address& holder) const {
    EntryOverlay entries(state_.tree());
    return read_cohort_shares(entries, ValidatorIndex(i), exit_epoch, holder);
}

std::optional<Cohort> StakeScene::cohort(std::uint64_t i, Epoch exit_epoch) const {
    EntryOverlay entries(state_.tree());
    return read_cohort(entries, ValidatorIndex(i), exit_epoch);
}

ValidatorIndex StakeScene::register_validator(std::uint8_t key, const Address& operator_address) {
    BlsPublicKey pubkey;
    pubkey.bytes.fill(key);
    ValidatorIndex index;
    with_entries([&](EntryAccess& entries) -> Result<void> {
        NODE_TRY_ASSIGN(added, append_validator(consensus(), entries, pubkey, operator_address, 0, MINIMAL));
        index = added;
        return {};
    });
    state_.parse_new_keys(serial_for);
    return index;
}

void StakeScene::bond(std::uint64_t i, const Address& delegator, std::uint64_t amount) {
    with_entries([&](EntryAccess& entries) -> Result<void> {
        Account account = read_account(entries, delegator);
        account.balance = Amount(account.balance.value() - amount);
        write_account(entries, delegator, account);
        NODE_TRY(add_to(consensus().bonding, amount));
        NODE_TRY(append_bond(consensus(), entries, {ValidatorIndex(i), delegator, Amount(amount), state_.slot()}));
        return {};
    });
}

void StakeScene::unbond(std::uint64_t i, const Address& delegator, std::uint64_t shares) {
    with_entries([&](EntryAccess& entries) -> Result<void> {
        const std::uint64_t held = read_shares(entries, ValidatorIndex(i), delegator);
        write_shares(entries, ValidatorIndex(i), delegator, held - shares);
        NODE_TRY(append_unbond(consensus(), entries, {ValidatorIndex(i), delegator, shares}));
        return {};
    });
}

void StakeScene::exit(std::uint64_t i) {
    with_entries([&](EntryAccess& entries) {
        return initiate_validator_exit(consensus(), entries, ValidatorIndex(i), epoch());
    });
}

void StakeScene::slash(std::uint64_t i, Epoch offence, std::uint64_t proposer) {
    with_entries([&](EntryAccess& entries) {
        return slash_validator(chain_->environment(), state_, entries, ValidatorIndex(i), offence,
                               ValidatorIndex(proposer));
    });
}

void StakeScene::end_epoch(std::uint64_t back) {
    const Epoch next = epoch() + 1;
    consensus().finalized_checkpoint.epoch = next - back;
    must(process_slots(chain_->environment(), state_, start_slot_of(next, chain_->parameters())));
}

}  // namespace touchstone::node
