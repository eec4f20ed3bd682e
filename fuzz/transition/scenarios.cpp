#include "fuzz/transition/scenarios.h"

#include <functional>
#include <set>

#include "fuzz/agreement.h"
#include "fuzz/chain/translate.h"
#include "reference/chain/test_chain.h"
#include "reference/entries/accounts.h"
#include "reference/transition/genesis.h"
#include "reference/transition/slashing.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {
namespace {

using reference::Amount;
using reference::Slot;
using reference::ValidatorIndex;

/// Everything that takes hundreds of epochs happens within a few.
reference::Parameters hasty_config() {
    reference::Parameters config = reference::MINIMAL;
    config.SLOTS_PER_EPOCH = 4;
    config.SLOTS_PER_HISTORICAL_ROOT = 16;
    config.EPOCHS_PER_HISTORICAL_VECTOR = 8;
    config.EPOCHS_PER_SLASHINGS_VECTOR = 4;
    config.MIN_ACTIVE_VALIDATORS = 12;
    config.TARGET_COMMITTEE_SIZE = 2;
    config.MAX_COMMITTEES_PER_SLOT = 2;
    config.MAX_SEED_LOOKAHEAD = 1;
    config.SHARD_COMMITTEE_PERIOD = 1;
    config.UNBONDING_EPOCHS = 1;
    config.MAX_EVIDENCE_AGE = 4;
    config.MIN_CHURN = 1500 * reference::GRAINS_PER_TST;
    config.MIN_EPOCHS_TO_INACTIVITY_PENALTY = 1;
    config.INACTIVITY_PENALTY_QUOTIENT = 1 << 10;
    return config;
}

Stakes mixed_stakes() {
    return {1024, 1024, 2048, 1024, 512, 1024, 4096, 33, 1024, 700, 1024, 17, 1024, 1500, 1024, 1024};
}

std::shared_ptr<const node::Environment> environment_of(const reference::Parameters& config) {
    auto made = node::make_config(to_node(config));
    if (!made.ok()) throw std::logic_error("a scenario's configuration: " + reason(made));
    return std::make_shared<const node::Environment>(node::Environment{std::move(made).value()});
}

/// How a chain goes: who votes, and what else is in its blocks.
struct Plan {
    std::string name;
    reference::Parameters config;
    Stakes stakes;
    std::function<bool(ValidatorIndex)> votes = [](ValidatorIndex) { return true; };
    std::function<void(const reference::ConsensusState&, Slot, reference::BlockBody&)> extra = [](auto&&...) {};
    std::set<std::uint64_t> states;  // slots whose post-states become scenarios; the last one ends the chain
};

/// One account pays another in every slot, and in every third one an address that is new.
std::vector<reference::SignedTransaction> transfers_of_slot(const reference::ConsensusState& state) {
    const std::uint64_t slot = state.slot.value;
    const std::uint64_t sender = slot % 2;
    const auto address = reference::test::development_address;
    reference::Transfer transfer{address(sender + 1), reference::Amount{slot}};
    if (slot % 3 == 0) transfer.recipient.bytes.fill(static_cast<std::uint8_t>(slot));
    return {signed_transfer(state, sender, reference::get_account(state, address(sender)).nonce, transfer)};
}

/// The third account registers a validator, takes stake out of its own and withdraws it; the fourth delegates to both,
/// and claims.
std::vector<reference::SignedTransaction> operations_of_slot(const reference::ConsensusState& state) {
    using reference::Payload;
    constexpr std::uint64_t kTst = reference::GRAINS_PER_TST;
    const std::uint64_t slot = state.slot.value;
    const ValidatorIndex own{2};
    const ValidatorIndex registered{kFirstNewKey};
    const auto by = [&](std::uint64_t account, const Payload& payload) {
        return signed_operation(state, account, payload);
    };
    switch (slot % 6) {
        case 2: {
            if (slot > 6) return {by(3, reference::ClaimCommission{ValidatorIndex{3}})};
            auto operation = signed_registration(state.config, kFirstNewKey, reference::test::development_address(2));
            operation.stake = Amount{40 * kTst};
            return {by(2, operation)};
        }
        case 3:
            return {by(2, reference::Undelegate{own, 3 * kTst}),
                    by(3, reference::EditValidator{ValidatorIndex{3}, slot < 6 ? 0 : 100 * slot})};
        case 4:
            return {by(3, reference::Delegate{slot < 6 ? registered : own, Amount{(2 + slot) * kTst}})};
        case 5: {
            const reference::Epoch ripe{reference::get_current_epoch(state).value - state.config.UNBONDING_EPOCHS};
            return {by(2, reference::Withdraw{own, ripe})};
        }
        default:
            return {};
    }
}

bool proposer_is_slashed(const reference::ConsensusState& state, Slot slot) {
    return state.validators[reference::get_beacon_proposer_index(at_slot(state, slot)).value].slashed;
}

void run(const Plan& plan, std::vector<Scenario>& made) {
    const auto environment = environment_of(plan.config);
    auto state = need(
        reference::initialize_state(plan.config, development_genesis(plan.stakes, plan.config, kScenarioAccounts)));
    const std::size_t first = made.size();
    const auto keep = [&](std::uint64_t slot) {
        if (!plan.states.contains(slot)) return;
        const node::State* const like = made.size() == first ? nullptr : &made.back().node_state;
        made.push_back({plan.name + " in slot " + std::to_string(slot), state, environment,
                        node_state_of(*environment, state, like)});
    };
    keep(0);
    for (std::uint64_t slot = 1; slot <= *plan.states.rbegin(); ++slot) {
        if (proposer_is_slashed(state, Slot{slot})) continue;
        reference::BlockBody body;
        for (Vote& vote : votes_of_slot(state, Slot{slot - 1}, plan.votes)) {
            body.attestations.push_back(std::move(vote.attestation));
        }
        plan.extra(state, Slot{slot}, body);
        const auto at_block = at_slot(state, Slot{slot});
        body.transactions = transfers_of_slot(at_block);
        for (auto& operation : operations_of_slot(at_block))
            body.transactions.push_back(std::move(operation));
        const Built built = build_block(state, Slot{slot}, std::move(body));
        if (!built.post_state) throw std::logic_error("a block of the scenario " + plan.name + " is not valid");
        state = *built.post_state;
        keep(slot);
    }
}

/// Slashes two validators and lets others leave.
void troubles(const reference::ConsensusState& state, Slot slot, reference::BlockBody& body) {
    if (slot.value == 10 || slot.value == 13) {
        reference::AttestationData data;
        data.target.epoch = reference::Epoch{1};
        reference::AttestationData other = data;
        other.beacon_block_root.bytes[0] = 1;
        const std::vector<ValidatorIndex> who{ValidatorIndex{slot.value - 8}};
        body.attester_slashings.push_back(
            {indexed_attestation(state, who, data), indexed_attestation(state, who, other)});
    }
    if (slot.value == 9) {
        for (std::uint64_t index = 6; index < 9; ++index)
            body.voluntary_exits.push_back(signed_exit(state, index, 1));
    }
}

}  // namespace

const std::vector<Scenario>& scenarios() {
    static const std::vector<Scenario> all = [] {
        std::vector<Scenario> made;
        run({.name = "minimal", .config = reference::MINIMAL, .stakes = Stakes(16, 1024), .states = {0, 6, 15, 25}},
            made);
        run({.name = "hasty", .config = hasty_config(), .stakes = mixed_stakes(), .states = {3, 7, 8, 14, 19, 22}},
            made);
        run({.name = "leaking",
             .config = hasty_config(),
             .stakes = mixed_stakes(),
             .votes = [](ValidatorIndex index) { return index.value % 2 == 0 && index.value != 6; },
             .states = {15, 21}},
            made);
        run({.name = "troubled",
             .config = hasty_config(),
             .stakes = mixed_stakes(),
             .extra = troubles,
             .states = {12, 15, 17, 23}},
            made);
        return made;
    }();
    return all;
}

node::State node_state_of(const node::Environment& environment, const reference::ConsensusState& state,
                          const node::State* like) {
    auto made = node::State::with_entries(
        environment, translate<node::ConsensusState>(state, state.config),
        translate<node::KvEntries>(reference::list_of(state.entries.map()), state.config), like);
    if (!made.ok()) throw Disagreement("the node refuses entries of the reference: " + reason(made));
    return std::move(made).value();
}

namespace {

/// Collects the encodings of a state's fields.
struct FieldEncodings {
    const reference::Parameters& config;
    std::vector<std::pair<std::string, reference::Bytes>> fields;

    template <class T>
    void operator()(const char* name, const T& member) {
        fields.emplace_back(name, reference::ssz::serialize(member, config));
    }
    template <class Length>
    void operator()(const char* name, const reference::Bits& bits, Length) {
        fields.emplace_back(name, reference::ssz::pack_bits(bits));
    }
    template <class T, class Length>
    void operator()(const char* name, const std::vector<T>& series, Length) {
        reference::Bytes all;
        for (const T& element : series) {
            const reference::Bytes encoding = reference::ssz::serialize(element, config);
            all.insert(all.end(), encoding.begin(), encoding.end());
        }
        fields.emplace_back(name, std::move(all));
    }
};

}  // namespace

void agree_on_state(const std::string& about, const reference::ConsensusState& by_reference, const node::State& by_node,
                    const node::Environment& environment) {
    const reference::Parameters& config = by_reference.config;
    const reference::Root root = reference::hash_tree_root(by_reference, config);
    if (translate(root) == by_node.root(environment)) return;
    const ByteVector encoding = node::encode(by_node.consensus());
    const auto decoded = need(reference::ssz::deserialize<reference::ConsensusState>(encoding, config));
    FieldEncodings one{config, {}};
    FieldEncodings other{config, {}};
    reference::ConsensusState::describe(by_reference, one);
    reference::ConsensusState::describe(decoded, other);
    for (std::size_t i = 0; i < one.fields.size(); ++i) {
        agree_on_bytes(about + ": " + one.fields[i].first, one.fields[i].second, other.fields[i].second);
    }
    disagree(about + ": the same fields, another root", to_hex(root.bytes), to_hex(by_node.root(environment).bytes));
}

}  // namespace touchstone::fuzz
