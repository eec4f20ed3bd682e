#include "reference/network/gossip.h"

#include "reference/duties/duties.h"
#include "reference/entries/accounts.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/bls.h"
#include "reference/transition/attestation.h"
#include "reference/transition/block.h"
#include "reference/transition/slashing.h"
#include "reference/transition/state_transition.h"
#include "reference/transition/voluntary_exit.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

// The conditions, as they stand in the prose: what must hold, the verdict if it does not, its clause.
#define GOSSIP_CONDITION(condition, verdict_otherwise, clause_id)                                      \
    do {                                                                                               \
        if (!(condition)) return GossipResult{Verdict::verdict_otherwise, std::optional((clause_id))}; \
    } while (false)

namespace {

GossipResult accepted() { return {}; }
bool is_accepted(const GossipResult& result) { return result.verdict == Verdict::Accept; }

Slot slot_at(const Store& store, Wide time_ms) {
    if (time_ms <= store.genesis_time_ms) return Slot{GENESIS_SLOT};
    return Slot{static_cast<std::uint64_t>((time_ms - store.genesis_time_ms) / store.config.SLOT_DURATION_MS)};
}

// [NET-09]
Slot latest_current_slot(const GossipView& view) {
    return slot_at(view.store, Wide{view.time_ms} + view.store.config.MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS);
}
Slot earliest_current_slot(const GossipView& view) {
    return slot_at(view.store, saturating_sub(view.time_ms, view.store.config.MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS));
}

bool descends_from_finalized(const Store& store, const Root& root) {
    const Checkpoint& finalized = store.finalized_checkpoint;
    return get_checkpoint_block(store, root, finalized.epoch) == finalized.root;
}

/// The post-state of a known block, taken to the slot if it is behind.
Result<ConsensusState> state_at(const Store& store, const Root& root, Slot slot) {
    ConsensusState state = *store.block_states.at(root);
    if (state.slot < slot) CHECK(process_slots(state, slot));
    return state;
}

/// The head's state taken to the node's current slot, in which operations are tried.
Result<ConsensusState> head_state(const GossipView& view) {
    TRY(const Root head, get_head(view.store));
    return state_at(view.store, head, slot_at(view.store, view.time_ms));
}

// [NET-24], [NET-25]
GossipResult check_time_of_vote(const GossipView& view, const AttestationData& data) {
    const Parameters& config = view.store.config;
    GOSSIP_CONDITION(data.target.epoch == compute_epoch_at_slot(data.slot, config), Reject, Clause::NET_24);
    GOSSIP_CONDITION(data.slot <= latest_current_slot(view) &&
                         data.target.epoch + 1U >= compute_epoch_at_slot(earliest_current_slot(view), config).value,
                     Ignore, Clause::NET_25);
    return accepted();
}

// [NET-27] to [NET-31]
GossipResult check_blocks_of_vote(const GossipView& view, const AttestationData& data) {
    const Store& store = view.store;
    GOSSIP_CONDITION(
        !view.invalid_blocks.contains(data.beacon_block_root) && !view.invalid_blocks.contains(data.target.root),
        Reject, Clause::NET_27);
    GOSSIP_CONDITION(store.blocks.contains(data.beacon_block_root) && store.blocks.contains(data.target.root), Ignore,
                     Clause::NET_28);
    GOSSIP_CONDITION(store.blocks.at(data.beacon_block_root).slot <= data.slot, Reject, Clause::NET_29);
    GOSSIP_CONDITION(data.target.root == get_checkpoint_block(store, data.beacon_block_root, data.target.epoch), Reject,
                     Clause::NET_30);
    GOSSIP_CONDITION(
        data.target.epoch >= store.finalized_checkpoint.epoch && descends_from_finalized(store, data.beacon_block_root),
        Ignore, Clause::NET_31);
    return accepted();
}

// [NET-32], [NET-33]
GossipResult check_committee_of_vote(const ConsensusState& target_state, const Attestation& attestation) {
    const AttestationData& data = attestation.data;
    GOSSIP_CONDITION(data.index < get_committee_count_per_slot(target_state, data.target.epoch), Reject,
                     Clause::NET_32);
    GOSSIP_CONDITION(
        attestation.aggregation_bits.size() == get_beacon_committee(target_state, data.slot, data.index).size(), Reject,
        Clause::NET_33);
    return accepted();
}

bool includes(const Bits& superset, const Bits& bits) {
    if (superset.size() != bits.size()) return false;
    for (std::size_t i = 0; i < bits.size(); ++i) {
        if (bits[i] && !superset[i]) return false;
    }
    return true;
}

/// [NET-48], [NET-50] Whether no offence of this epoch or an earlier one has been accepted of the validator.
bool is_older_than_seen(const OldestOffences& seen, ValidatorIndex validator, Epoch offence) {
    const auto oldest = seen.find(validator);
    return oldest == seen.end() || offence < oldest->second;
}

void note_offence(OldestOffences& seen, ValidatorIndex validator, Epoch offence) {
    if (is_older_than_seen(seen, validator, offence)) seen[validator] = offence;
}

/// [NET-51] The rules of process_attester_slashing, with the signatures last.
Result<void> check_attester_slashing(const ConsensusState& state, const AttesterSlashing& slashing) {
    const auto& [first, second] = slashing;
    const Epoch current = get_current_epoch(state);
    const Epoch offence = std::min(first.data.target.epoch, second.data.target.epoch);
    REQUIRE(is_slashable_attestation_data(first.data, second.data), Clause::ASL_02);
    REQUIRE(current <= offence + state.config.MAX_EVIDENCE_AGE, Clause::ASL_03);
    CHECK(check_attesting_indices(state, first));  // [ASL-04]
    CHECK(check_attesting_indices(state, second));
    const auto common = common_indices(slashing);
    const auto is_slashable = [&](ValidatorIndex index) {
        return is_slashable_validator(state.validators[index.value], current, offence, state.config);
    };
    REQUIRE(std::any_of(common.begin(), common.end(), is_slashable), Clause::ASL_06);
    CHECK(is_valid_indexed_attestation(state, first));
    return is_valid_indexed_attestation(state, second);
}

/// The verdict on an operation that was tried: REJECT, but IGNORE for what two honest nodes may see differently.
GossipResult verdict_on_operation(const Result<void>& tried, const std::set<Clause>& ignored) {
    if (tried) return accepted();
    const Clause broken = tried.failure().clause;
    return {ignored.contains(broken) ? Verdict::Ignore : Verdict::Reject, broken};
}

}  // namespace

GossipResult on_gossip_block(GossipView& view, const SignedBlock& signed_block) {
    const Block& block = signed_block.message;
    const Store& store = view.store;
    const Parameters& config = store.config;
    const std::pair seen{block.proposer_index, block.slot};
    GOSSIP_CONDITION(ssz::serialize(signed_block, config).size() <= config.MAX_BLOCK_BYTES, Reject, Clause::NET_13);
    GOSSIP_CONDITION(block.slot <= latest_current_slot(view), Ignore, Clause::NET_14);
    GOSSIP_CONDITION(block.slot > compute_start_slot_at_epoch(store.finalized_checkpoint.epoch, config), Ignore,
                     Clause::NET_15);
    GOSSIP_CONDITION(!view.seen_blocks.contains(seen), Ignore, Clause::NET_16);
    if (view.invalid_blocks.contains(block.parent_root)) {
        view.invalid_blocks.insert(hash_tree_root(block, config));  // [NET-23]
        return {Verdict::Reject, Clause::NET_17};
    }
    GOSSIP_CONDITION(store.blocks.contains(block.parent_root), Ignore, Clause::NET_18);
    GOSSIP_CONDITION(block.slot > store.blocks.at(block.parent_root).slot, Reject, Clause::NET_19);
    GOSSIP_CONDITION(descends_from_finalized(store, block.parent_root), Reject, Clause::NET_20);
    const auto state = state_at(store, block.parent_root, block.slot);
    GOSSIP_CONDITION(state && block.proposer_index == get_beacon_proposer_index(state.value()), Reject, Clause::NET_21);
    GOSSIP_CONDITION(verify_block_signature(state.value(), signed_block), Reject, Clause::NET_22);
    view.seen_blocks.insert(seen);
    return accepted();
}

Result<void> import_block(GossipView& view, const SignedBlock& signed_block) {
    const Block& block = signed_block.message;
    const Root root = hash_tree_root(block, view.store.config);
    const std::set<Clause> of_the_store{Clause::FC_16, Clause::FC_17, Clause::FC_18, Clause::FC_19};
    auto imported = on_block(view.store, signed_block);
    if (imported) return {};
    const Clause broken = imported.failure().clause;
    const bool transition_failed = !of_the_store.contains(broken) && broken != Clause::BLK_07;
    if (transition_failed || view.invalid_blocks.contains(block.parent_root)) view.invalid_blocks.insert(root);
    return imported;
}

GossipResult on_gossip_attestation(GossipView& view, const Attestation& attestation, std::uint64_t subnet) {
    const AttestationData& data = attestation.data;
    const Parameters& config = view.store.config;
    if (const auto result = check_time_of_vote(view, data); !is_accepted(result)) return result;
    const auto bits = std::count(attestation.aggregation_bits.begin(), attestation.aggregation_bits.end(), true);
    GOSSIP_CONDITION(bits == 1, Reject, Clause::NET_26);
    if (const auto result = check_blocks_of_vote(view, data); !is_accepted(result)) return result;
    const auto target_state = get_checkpoint_state(view.store, data.target);
    GOSSIP_CONDITION(static_cast<bool>(target_state), Reject, Clause::NET_32);
    const ConsensusState& state = *target_state.value();
    if (const auto result = check_committee_of_vote(state, attestation); !is_accepted(result)) return result;
    const std::uint64_t committees = get_committee_count_per_slot(state, data.target.epoch);
    GOSSIP_CONDITION(compute_subnet_for_attestation(committees, data.slot, data.index, config) == subnet, Reject,
                     Clause::NET_34);
    const IndexedAttestation indexed = get_indexed_attestation(state, attestation);
    const std::pair seen{indexed.attesting_indices.at(0), data.target.epoch};
    GOSSIP_CONDITION(!view.seen_attesters.contains(seen), Ignore, Clause::NET_35);
    GOSSIP_CONDITION(is_valid_indexed_attestation(state, indexed), Reject, Clause::NET_36);
    view.seen_attesters.insert(seen);
    return accepted();
}

GossipResult on_gossip_aggregate(GossipView& view, const SignedAggregateAndProof& signed_aggregate) {
    const AggregateAndProof& message = signed_aggregate.message;
    const Attestation& aggregate = message.aggregate;
    const AttestationData& data = aggregate.data;
    const Bits& bits = aggregate.aggregation_bits;
    const ValidatorIndex aggregator = message.aggregator_index;
    if (const auto result = check_time_of_vote(view, data); !is_accepted(result)) return result;  // [NET-37]
    GOSSIP_CONDITION(std::find(bits.begin(), bits.end(), true) != bits.end(), Reject, Clause::NET_38);
    const auto same_data = view.seen_aggregates.find(data);
    const bool is_covered =
        same_data != view.seen_aggregates.end() && std::any_of(same_data->second.begin(), same_data->second.end(),
                                                               [&](const Bits& seen) { return includes(seen, bits); });
    GOSSIP_CONDITION(!is_covered, Ignore, Clause::NET_39);
    const std::pair seen{aggregator, data.target.epoch};
    GOSSIP_CONDITION(!view.seen_aggregators.contains(seen), Ignore, Clause::NET_40);
    if (const auto result = check_blocks_of_vote(view, data); !is_accepted(result)) return result;  // [NET-41]
    const auto target_state = get_checkpoint_state(view.store, data.target);
    GOSSIP_CONDITION(static_cast<bool>(target_state), Reject, Clause::NET_32);
    const ConsensusState& state = *target_state.value();
    if (const auto result = check_committee_of_vote(state, aggregate); !is_accepted(result)) return result;
    const auto committee = get_beacon_committee(state, data.slot, data.index);
    GOSSIP_CONDITION(std::find(committee.begin(), committee.end(), aggregator) != committee.end(), Reject,
                     Clause::NET_42);
    GOSSIP_CONDITION(is_aggregator(state, data.slot, data.index, message.selection_proof), Reject, Clause::NET_43);
    const BLSPubkey& pubkey = state.validators[aggregator.value].pubkey;
    GOSSIP_CONDITION(bls_verify(pubkey, get_slot_signing_root(state, data.slot), message.selection_proof), Reject,
                     Clause::NET_44);
    GOSSIP_CONDITION(
        bls_verify(pubkey, get_aggregate_and_proof_signing_root(state, message), signed_aggregate.signature), Reject,
        Clause::NET_45);
    GOSSIP_CONDITION(is_valid_indexed_attestation(state, get_indexed_attestation(state, aggregate)), Reject,
                     Clause::NET_46);
    view.seen_aggregates[data].push_back(bits);
    view.seen_aggregators.insert(seen);
    return accepted();
}

GossipResult on_gossip_proposer_slashing(GossipView& view, const ProposerSlashing& slashing) {
    const BlockHeader& header = slashing.signed_header_1.message;
    const Epoch offence = compute_epoch_at_slot(header.slot, view.store.config);
    GOSSIP_CONDITION(is_older_than_seen(view.seen_proposer_slashings, header.proposer_index, offence), Ignore,
                     Clause::NET_48);
    auto state = head_state(view);
    GOSSIP_CONDITION(static_cast<bool>(state), Ignore, Clause::NET_49);
    const auto result =
        verdict_on_operation(process_proposer_slashing(state.value(), slashing), {Clause::PSL_05, Clause::PSL_06});
    if (is_accepted(result)) note_offence(view.seen_proposer_slashings, header.proposer_index, offence);
    return result;
}

GossipResult on_gossip_attester_slashing(GossipView& view, const AttesterSlashing& slashing) {
    const std::vector<ValidatorIndex> common = common_indices(slashing);
    const Epoch offence = std::min(slashing.attestation_1.data.target.epoch, slashing.attestation_2.data.target.epoch);
    const auto tells_something_new = [&](ValidatorIndex index) {
        return is_older_than_seen(view.seen_attester_slashings, index, offence);
    };
    GOSSIP_CONDITION(std::any_of(common.begin(), common.end(), tells_something_new), Ignore, Clause::NET_50);
    auto state = head_state(view);
    GOSSIP_CONDITION(static_cast<bool>(state), Ignore, Clause::NET_51);
    const auto result =
        verdict_on_operation(check_attester_slashing(state.value(), slashing), {Clause::ASL_03, Clause::ASL_06});
    if (!is_accepted(result)) return result;
    for (const ValidatorIndex index : common)
        note_offence(view.seen_attester_slashings, index, offence);
    return accepted();
}

GossipResult on_gossip_voluntary_exit(GossipView& view, const SignedVoluntaryExit& signed_exit) {
    const ValidatorIndex index = signed_exit.message.validator_index;
    GOSSIP_CONDITION(!view.seen_exits.contains(index), Ignore, Clause::NET_52);
    auto state = head_state(view);
    GOSSIP_CONDITION(static_cast<bool>(state), Ignore, Clause::NET_53);
    const auto result = verdict_on_operation(process_voluntary_exit(state.value(), signed_exit),
                                             {Clause::EXI_02, Clause::EXI_03, Clause::EXI_04, Clause::EXI_05});
    if (is_accepted(result)) view.seen_exits.insert(index);
    return result;
}

namespace {

std::pair<Address, std::uint64_t> place_in_pool(const SignedTransaction& transaction) {
    return {sender_of(transaction.message), transaction.message.nonce};
}

/// [TXN-11] What a sender has to have for a transaction.
Wide most_cost(const SignedTransaction& transaction) {
    return Wide{transaction.message.gas_limit} * transaction.message.max_fee;
}

/// [DUT-27] At least 10 % higher, rounded up.
bool outbids(std::uint64_t later, std::uint64_t earlier) { return later >= ceil_div(Wide{earlier} * 11, 10); }

constexpr std::uint64_t MOST_NONCES_AHEAD = 64;
constexpr std::size_t MOST_OF_A_SENDER = 64;

// [NET-76]
bool is_valid_alone(const SignedTransaction& transaction, const Parameters& config) {
    return check_payload(transaction, config) && transaction.message.gas_limit <= config.BLOCK_GAS_LIMIT &&
           transaction.message.tip <= transaction.message.max_fee;
}

// [NET-78]
bool is_next_to_an_upgrade(const ConsensusState& state) {
    const Epoch epoch = get_current_epoch(state);
    return std::any_of(state.fork_schedule.begin() + 1, state.fork_schedule.end(),
                       [&](const Fork& fork) { return fork.epoch == epoch || fork.epoch == epoch + 1U; });
}

}  // namespace

bool would_come_into_pool(const TransactionPool& pool, const SignedTransaction& transaction,
                          const ConsensusState& state) {
    const auto [sender, nonce] = place_in_pool(transaction);
    const Account account = get_account(state, sender);
    if (nonce < account.nonce || nonce - account.nonce > MOST_NONCES_AHEAD) return false;
    if (transaction.message.max_fee < state.config.MIN_BASE_FEE) return false;
    const auto known = pool.find({sender, nonce});
    if (known != pool.end()) {
        const Transaction& earlier = known->second.message;
        if (transaction.message == earlier || !outbids(transaction.message.max_fee, earlier.max_fee) ||
            !outbids(transaction.message.tip, earlier.tip)) {
            return false;
        }
    }
    Wide cost = most_cost(transaction);
    std::size_t of_sender = 1;
    for (const auto& [place, other] : pool) {
        if (place.first != sender || place.second == nonce) continue;
        ++of_sender;
        if (place.second < nonce) cost += most_cost(other);
    }
    return account.balance >= cost && of_sender <= MOST_OF_A_SENDER;
}

GossipResult on_gossip_transactions(GossipView& view, const TransactionBatch& batch) {
    std::set<std::pair<Address, std::uint64_t>> places;
    for (const SignedTransaction& transaction : batch.transactions)
        places.insert(place_in_pool(transaction));
    GOSSIP_CONDITION(!places.empty() && places.size() == batch.transactions.size(), Reject, Clause::NET_75);
    for (const SignedTransaction& transaction : batch.transactions)
        GOSSIP_CONDITION(is_valid_alone(transaction, view.store.config), Reject, Clause::NET_76);
    const auto state = head_state(view);
    GOSSIP_CONDITION(static_cast<bool>(state), Ignore, Clause::NET_77);
    const auto is_wanted = [&](const SignedTransaction& transaction) {
        return would_come_into_pool(view.pool, transaction, state.value());
    };
    GOSSIP_CONDITION(std::any_of(batch.transactions.begin(), batch.transactions.end(), is_wanted), Ignore,
                     Clause::NET_77);
    for (const SignedTransaction& transaction : batch.transactions) {
        if (verify_transaction_signature(state.value(), transaction)) continue;
        return {is_next_to_an_upgrade(state.value()) ? Verdict::Ignore : Verdict::Reject, Clause::NET_78};
    }
    for (const SignedTransaction& transaction : batch.transactions) {
        if (is_wanted(transaction)) view.pool[place_in_pool(transaction)] = transaction;
    }
    return accepted();
}

}  // namespace touchstone::reference
