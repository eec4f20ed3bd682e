#include "reference/entries/stake_entries.h"

namespace touchstone::reference {

namespace {

constexpr std::uint8_t VALIDATOR_PREFIX = 0x02;
constexpr std::uint8_t POOL_SHARE_PREFIX = 0x03;
constexpr std::uint8_t QUEUED_BOND_PREFIX = 0x04;
constexpr std::uint8_t QUEUED_UNBOND_PREFIX = 0x05;
constexpr std::uint8_t COHORT_PREFIX = 0x06;
constexpr std::uint8_t COHORT_SHARE_PREFIX = 0x07;

Bytes big_endian(std::uint64_t number) {
    const Bytes bytes = little_endian(number);
    return {bytes.rbegin(), bytes.rend()};
}

Bytes key_of(std::uint8_t prefix, std::initializer_list<ByteView> parts) {
    Bytes key{prefix};
    for (ByteView part : parts)
        key.insert(key.end(), part.begin(), part.end());
    return key;
}

template <class T>
std::optional<T> get_entry(const ConsensusState& state, const Bytes& key) {
    const auto entry = state.entries.map().find(key);
    if (entry == state.entries.map().end()) return std::nullopt;
    return ssz::deserialize<T>(entry->second, state.config).value();  // entries are checked [ACC-02]
}

template <class T>
void set_entry(ConsensusState& state, const Bytes& key, const T& object) {
    state.entries.change()[key] = ssz::serialize(object, state.config);
}

void remove_entry(ConsensusState& state, const Bytes& key) { state.entries.change().erase(key); }

void set_shares(ConsensusState& state, const Bytes& key, std::uint64_t shares) {
    if (shares == 0) return remove_entry(state, key);
    set_entry(state, key, shares);
}

template <class T>
bool decodes(const Bytes& value, const Parameters& config) {
    return static_cast<bool>(ssz::deserialize<T>(value, config));
}

bool are_shares(const Bytes& value, const Parameters& config) {
    const auto shares = ssz::deserialize<std::uint64_t>(value, config);
    return shares && shares.value() != 0;
}

}  // namespace

// [STK-03]
Bytes validator_key(const BLSPubkey& pubkey) { return key_of(VALIDATOR_PREFIX, {pubkey.bytes}); }

Bytes pool_share_key(ValidatorIndex index, const Address& address) {
    return key_of(POOL_SHARE_PREFIX, {big_endian(index.value), address.bytes});
}

Bytes queued_bond_key(std::uint64_t number) { return key_of(QUEUED_BOND_PREFIX, {big_endian(number)}); }

Bytes queued_unbond_key(std::uint64_t number) { return key_of(QUEUED_UNBOND_PREFIX, {big_endian(number)}); }

Bytes cohort_key(ValidatorIndex index, Epoch exit_epoch) {
    return key_of(COHORT_PREFIX, {big_endian(index.value), big_endian(exit_epoch.value)});
}

Bytes cohort_share_key(ValidatorIndex index, Epoch exit_epoch, const Address& address) {
    return key_of(COHORT_SHARE_PREFIX, {big_endian(index.value), big_endian(exit_epoch.value), address.bytes});
}

// [ACC-02]
bool is_stake_entry(const Bytes& key, const Bytes& value, const Parameters& config) {
    constexpr std::size_t NUMBER = sizeof(std::uint64_t);
    const std::size_t length = key.size() - 1;  // entries have keys [KVT-01]
    switch (key[0]) {
        case VALIDATOR_PREFIX:
            return length == BLSPubkey::SIZE && decodes<ValidatorIndex>(value, config);
        case POOL_SHARE_PREFIX:
            return length == NUMBER + Address::SIZE && are_shares(value, config);
        case QUEUED_BOND_PREFIX:
            return length == NUMBER && decodes<QueuedBond>(value, config);
        case QUEUED_UNBOND_PREFIX:
            return length == NUMBER && decodes<QueuedUnbond>(value, config);
        case COHORT_PREFIX:
            return length == 2 * NUMBER && decodes<Cohort>(value, config);
        case COHORT_SHARE_PREFIX:
            return length == 2 * NUMBER + Address::SIZE && are_shares(value, config);
        default:
            return false;
    }
}

std::optional<ValidatorIndex> get_validator_index(const ConsensusState& state, const BLSPubkey& pubkey) {
    return get_entry<ValidatorIndex>(state, validator_key(pubkey));
}

void set_validator_index(ConsensusState& state, const BLSPubkey& pubkey, ValidatorIndex index) {
    set_entry(state, validator_key(pubkey), index);
}

std::uint64_t get_pool_shares(const ConsensusState& state, ValidatorIndex index, const Address& address) {
    return get_entry<std::uint64_t>(state, pool_share_key(index, address)).value_or(0);
}

void set_pool_shares(ConsensusState& state, ValidatorIndex index, const Address& address, std::uint64_t shares) {
    set_shares(state, pool_share_key(index, address), shares);
}

std::optional<Cohort> get_cohort(const ConsensusState& state, ValidatorIndex index, Epoch exit_epoch) {
    return get_entry<Cohort>(state, cohort_key(index, exit_epoch));
}

void set_cohort(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch, const Cohort& cohort) {
    set_entry(state, cohort_key(index, exit_epoch), cohort);
}

void remove_cohort(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch) {
    remove_entry(state, cohort_key(index, exit_epoch));
}

std::uint64_t get_cohort_shares(const ConsensusState& state, ValidatorIndex index, Epoch exit_epoch,
                                const Address& address) {
    return get_entry<std::uint64_t>(state, cohort_share_key(index, exit_epoch, address)).value_or(0);
}

void set_cohort_shares(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch, const Address& address,
                       std::uint64_t shares) {
    set_shares(state, cohort_share_key(index, exit_epoch, address), shares);
}

Result<QueuedBond> get_first_bond(const ConsensusState& state) {
    const auto bond = get_entry<QueuedBond>(state, queued_bond_key(state.bond_queue.head));
    REQUIRE(bond && bond->validator_index < state.validators.size(), Clause::STK_03);
    return *bond;
}

Result<QueuedUnbond> get_first_unbond(const ConsensusState& state) {
    const auto unbond = get_entry<QueuedUnbond>(state, queued_unbond_key(state.unbond_queue.head));
    REQUIRE(unbond && unbond->validator_index < state.validators.size(), Clause::STK_03);
    return *unbond;
}

void set_first_bond(ConsensusState& state, const QueuedBond& bond) {
    set_entry(state, queued_bond_key(state.bond_queue.head), bond);
}

void set_first_unbond(ConsensusState& state, const QueuedUnbond& unbond) {
    set_entry(state, queued_unbond_key(state.unbond_queue.head), unbond);
}

void remove_first_bond(ConsensusState& state) { remove_entry(state, queued_bond_key(state.bond_queue.head++)); }

void remove_first_unbond(ConsensusState& state) { remove_entry(state, queued_unbond_key(state.unbond_queue.head++)); }

Result<std::uint64_t> append_bond(ConsensusState& state, const QueuedBond& bond) {
    const std::uint64_t number = state.bond_queue.tail;
    TRY(state.bond_queue.tail, store<std::uint64_t>(Wide{number} + 1));
    set_entry(state, queued_bond_key(number), bond);
    return number;
}

Result<std::uint64_t> append_unbond(ConsensusState& state, const QueuedUnbond& unbond) {
    const std::uint64_t number = state.unbond_queue.tail;
    TRY(state.unbond_queue.tail, store<std::uint64_t>(Wide{number} + 1));
    set_entry(state, queued_unbond_key(number), unbond);
    return number;
}

}  // namespace touchstone::reference
