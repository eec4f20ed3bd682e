// Chains of blocks that branch in a store of the fork choice: people send transfers and stake operations on two
// branches, votes switch the head from one to the other. On each of them every grain is accounted for.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "crypto/development_keys.h"
#include "reference/chain/test_chain.h"
#include "reference/chain/test_history.h"
#include "reference/chain/test_ledger.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/fork_choice/store.h"
#include "reference/signatures/domains.h"
#include "reference/transition/genesis.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

using test::tst;

constexpr std::uint64_t VALIDATORS = 16;
constexpr std::uint64_t ACCOUNTS = 6;
constexpr std::uint64_t SLOTS = 44;

/// What was really reached by all cases of a run.
struct Reached {
    std::uint64_t cases = 0;
    std::uint64_t blocks_on_branches = 0;
    std::uint64_t transfers = 0;
    std::uint64_t stake_operations = 0;
    std::uint64_t head_switches = 0;       // to a block that does not descend from the head before
    std::uint64_t switches_of_epochs = 0;  // to a branch that has ended an epoch by itself
    std::uint64_t slashings = 0;           // for two blocks of a slot, on two branches
    std::uint64_t slashings_again = 0;     // for the same ones, on the other branch
};

Parameters short_times() {
    Parameters config = test::stage_config();
    config.MAX_ACTIVE_VALIDATORS = VALIDATORS + 4;
    return config;
}

const ConsensusState& genesis() {
    static const ConsensusState state = test::genesis_state(VALIDATORS, short_times(), ACCOUNTS);
    return state;
}

/// What an account registers: a validator of its own.
const RegisterValidator& registration_of(std::uint64_t account) {
    static std::map<std::uint64_t, RegisterValidator> made;
    if (!made.contains(account)) {
        const auto key = crypto::development_validator_key(VALIDATORS + account);
        const BLSPubkey pubkey{crypto::bls::public_key(key).to_bytes()};
        const Root root = proof_of_possession_root(pubkey, test::development_address(account), short_times());
        made[account] = {pubkey, BLSSignature{crypto::bls::pop_prove(key, root.bytes).to_bytes()}, 700, tst(40)};
    }
    return made[account];
}

/// Transactions of development accounts, each valid in the state that those before it leave.
class People {
  public:
    People(test::Draws& draws, Reached& reached) : draws_(draws), reached_(reached) {}

    std::vector<SignedTransaction> transactions_in(ConsensusState state);

  private:
    Payload any_payload(const ConsensusState& state, std::uint64_t account);
    Payload transfer();
    Payload of_an_operator(const ConsensusState& state, std::uint64_t account);
    Payload withdrawal(const ConsensusState& state, const Address& sender);
    SignedTransaction any_transaction(const ConsensusState& state);

    test::Draws& draws_;
    Reached& reached_;
};

Payload People::transfer() {
    return Transfer{test::development_address(draws_.below(ACCOUNTS + 3)), Amount{draws_.below(tst(400'000).value)}};
}

Payload People::of_an_operator(const ConsensusState& state, std::uint64_t account) {
    const auto own = get_validator_index(state, registration_of(account).pubkey);
    if (!own) return registration_of(account);
    switch (draws_.below(4)) {
        case 0:
            return ExitValidator{*own};
        case 1:
            return EditValidator{*own, draws_.below(10'500)};
        default:
            return ClaimCommission{*own};
    }
}

Payload People::withdrawal(const ConsensusState& state, const Address& sender) {
    for (std::uint64_t index = 0; index < state.validators.size(); ++index) {
        for (Epoch epoch; epoch <= get_current_epoch(state); ++epoch) {
            if (get_cohort_shares(state, ValidatorIndex{index}, epoch, sender) > 0 && draws_.one_in(2))
                return Withdraw{ValidatorIndex{index}, epoch};
        }
    }
    return Withdraw{ValidatorIndex{draws_.below(4)}, get_current_epoch(state)};
}

Payload People::any_payload(const ConsensusState& state, std::uint64_t account) {
    const Address sender = test::development_address(account);
    const ValidatorIndex pool{draws_.below(4)};
    const std::uint64_t held = get_pool_shares(state, pool, sender);
    switch (draws_.below(8)) {
        case 0:
        case 1:
            return transfer();
        case 2:
            return of_an_operator(state, account);
        case 3:
        case 4:
            return Delegate{pool, Amount{tst(1).value + draws_.below(tst(300).value)}};
        case 5:
            return withdrawal(state, sender);
        default:
            return Undelegate{pool, draws_.one_in(3) ? held : draws_.below(held + 2)};
    }
}

SignedTransaction People::any_transaction(const ConsensusState& state) {
    const std::uint64_t account = draws_.below(ACCOUNTS);
    Transaction message;
    message.nonce = get_account(state, test::development_address(account)).nonce;
    message.max_fee = state.base_fee + draws_.below(100);
    message.tip = draws_.below(message.max_fee + 1);
    message.payload = any_payload(state, account);
    const Wide gas = intrinsic_gas({message, {}}, state.config);
    message.gas_limit = static_cast<std::uint64_t>(gas) + (draws_.one_in(2) ? state.config.GAS_NEW_ACCOUNT : 0);
    return test::sign_transaction(state, account, message);
}

std::vector<SignedTransaction> People::transactions_in(ConsensusState state) {
    std::vector<SignedTransaction> transactions;
    for (std::uint64_t i = draws_.below(6); i > 0; --i) {
        const SignedTransaction transaction = any_transaction(state);
        const auto processed = process_transaction(state, transaction, 0);
        RC_ASSERT(static_cast<bool>(processed));
        transactions.push_back(transaction);
        const bool is_transfer = std::holds_alternative<Transfer>(transaction.message.payload);
        if (processed.value().receipt.status == SUCCESS)
            ++(is_transfer ? reached_.transfers : reached_.stake_operations);
    }
    return transactions;
}

SignedBlockHeader header_of(const SignedBlock& signed_block) {
    const Block& block = signed_block.message;
    const Root body_root = hash_tree_root(block.body, short_times());
    return {{block.slot, block.proposer_index, block.parent_root, block.state_root, body_root}, signed_block.signature};
}

/// A node's store, in which one branch grows, or two from a block on.
class Network {
  public:
    Network(std::uint64_t seed, Reached& reached) : draws_(seed), people_(draws_, reached), reached_(reached) {}

    void run();

  private:
    struct Branch {
        Root tip;
        std::vector<Attestation> votes = {};  // for its blocks, that are in none yet
    };
    /// Of a proposer who made two blocks of a slot.
    struct Evidence {
        ProposerSlashing slashing;
        std::uint64_t blocks = 0;  // that it is in
    };

    const ConsensusState& state_of(const Root& root) const { return *store_.block_states.at(root); }
    bool is_forked() const { return branches_.size() > 1; }
    void tick(Slot slot);
    void begin_or_end_a_fork(Slot slot);
    void extend(Branch& branch, Slot slot);
    BlockBody any_body(Branch& branch, const ConsensusState& state);
    std::vector<ProposerSlashing> any_evidence(const ConsensusState& state);
    void add(Branch& branch, const SignedBlock& block);
    void vote(Slot slot);
    void check_head();
    Slot last_slot_of_both(const Root& one, Root other) const;
    void check_conservation(const ConsensusState& state) const;
    void check_in_the_end();
    void replay_alone(Root tip) const;

    test::Draws draws_;
    People people_;
    Reached& reached_;
    Store store_ = get_forkchoice_store(genesis(), genesis_block(genesis())).value();
    Wide at_genesis_ = test::supply(genesis());
    std::vector<Branch> branches_{{store_.anchor_root}};
    std::size_t favourite_ = 0;
    Root head_ = store_.anchor_root;
    std::map<Root, SignedBlock> blocks_;
    std::vector<Evidence> evidence_;
};

void Network::check_conservation(const ConsensusState& state) const {
    RC_ASSERT(test::broken_conservation(state, at_genesis_) == "");  // [VAL-06], [STK-04]
    RC_ASSERT(state.tree_root == kv_root(state.entries.map()));
}

void Network::tick(Slot slot) {
    const std::uint64_t since_genesis = slot.value * store_.config.SLOT_DURATION_MS;
    RC_ASSERT(static_cast<bool>(on_tick(store_, store_.genesis_time_ms + since_genesis)));
    check_head();
}

/// A fork ends when one of its branches cannot be final any more, or when everybody has found the head.
void Network::begin_or_end_a_fork(Slot slot) {
    const Checkpoint& finalized = store_.finalized_checkpoint;
    const auto is_lost = [&](const Branch& branch) {
        return get_checkpoint_block(store_, branch.tip, finalized.epoch) != finalized.root;
    };
    if (std::ranges::any_of(branches_, is_lost) || (is_forked() && draws_.one_in(24))) branches_ = {{head_}};
    if (!is_forked() && slot > 10U && draws_.one_in(6)) branches_.push_back({branches_[0].tip});
}

std::vector<ProposerSlashing> Network::any_evidence(const ConsensusState& state) {
    constexpr std::ptrdiff_t MOST_SLASHED = 4;  // so that the others still finalize
    if (std::ranges::count(state.validators, true, &Validator::slashed) >= MOST_SLASHED) return {};
    for (Evidence& evidence : evidence_) {
        const BlockHeader& header = evidence.slashing.signed_header_1.message;
        const Epoch offence = compute_epoch_at_slot(header.slot, state.config);
        const Validator& proposer = state.validators[header.proposer_index.value];
        if (!is_slashable_validator(proposer, get_current_epoch(state), offence, state.config)) continue;
        if (!draws_.one_in(4)) continue;
        ++evidence.blocks;
        ++reached_.slashings;
        reached_.slashings_again += evidence.blocks > 1 ? 1 : 0;
        return {evidence.slashing};
    }
    return {};
}

BlockBody Network::any_body(Branch& branch, const ConsensusState& state) {
    BlockBody body;
    body.graffiti.bytes[0] = &branch == &branches_[0] ? 1 : 2;
    for (const Attestation& vote : branch.votes) {
        if (vote.data.target.epoch + 1U >= get_current_epoch(state).value) body.attestations.push_back(vote);
    }
    branch.votes.clear();
    body.proposer_slashings = any_evidence(state);
    body.transactions = people_.transactions_in(state);
    return body;
}

void Network::extend(Branch& branch, Slot slot) {
    ConsensusState state = state_of(branch.tip);
    RC_ASSERT(static_cast<bool>(process_slots(state, slot)));
    if (state.validators[get_beacon_proposer_index(state).value].slashed) return;
    add(branch, test::make_block(state_of(branch.tip), slot, any_body(branch, state)));
}

void Network::add(Branch& branch, const SignedBlock& block) {
    const Root root = hash_tree_root(block.message, store_.config);
    RC_ASSERT(static_cast<bool>(on_block(store_, block)));
    check_conservation(state_of(root));
    check_head();
    for (const auto& [other_root, other] : blocks_) {
        const bool same_slot = other.message.slot == block.message.slot;
        if (same_slot && other.message.proposer_index == block.message.proposer_index)
            evidence_.push_back({{header_of(other), header_of(block)}});
    }
    blocks_[root] = block;
    branch.tip = root;
    reached_.blocks_on_branches += is_forked() ? 1 : 0;
}

/// The committees of a slot that has passed vote for one branch.
void Network::vote(Slot slot) {
    if (draws_.one_in(3)) favourite_ = draws_.below(2);
    Branch& branch = branches_[favourite_ % branches_.size()];
    const auto votes = [&](ValidatorIndex) { return !draws_.one_in(12); };
    for (const Attestation& vote : test::attestations_of_slot(state_of(branch.tip), slot, branch.tip, votes)) {
        RC_ASSERT(static_cast<bool>(on_attestation(store_, vote)));
        branch.votes.push_back(vote);
    }
    check_head();
}

Slot Network::last_slot_of_both(const Root& one, Root other) const {
    while (get_ancestor(store_, one, store_.blocks.at(other).slot.value) != other)
        other = store_.blocks.at(other).parent_root;
    return store_.blocks.at(other).slot;
}

void Network::check_head() {
    const auto head = get_head(store_);
    RC_ASSERT(static_cast<bool>(head));
    const Slot common = last_slot_of_both(head.value(), head_);
    const bool switched = common < store_.blocks.at(head_).slot;
    head_ = head.value();
    if (!switched) return;
    ConsensusState state = state_of(head_);
    check_conservation(state);
    ++reached_.head_switches;
    const bool has_ended_an_epoch = compute_epoch_at_slot(common, state.config) < get_current_epoch(state);
    reached_.switches_of_epochs += has_ended_an_epoch ? 1 : 0;
    if (state.slot == get_current_slot(store_)) return;
    RC_ASSERT(static_cast<bool>(process_slots(state, get_current_slot(store_))));
    check_conservation(state);
}

/// The blocks of a chain once more, where no other branch was.
void Network::replay_alone(Root tip) const {
    std::vector<const SignedBlock*> chain;
    for (; tip != store_.anchor_root; tip = chain.back()->message.parent_root)
        chain.push_back(&blocks_.at(tip));
    ConsensusState state = genesis();
    for (auto block = chain.rbegin(); block != chain.rend(); ++block)
        RC_ASSERT(static_cast<bool>(state_transition(state, **block)));
    if (!chain.empty()) RC_ASSERT(state == state_of(hash_tree_root(chain.front()->message, state.config)));
}

void Network::check_in_the_end() {
    for (const auto& [root, block] : store_.blocks)
        RC_ASSERT(hash_tree_root(state_of(root), store_.config) == block.state_root);
    for (const Branch& branch : branches_)
        replay_alone(branch.tip);
    ++reached_.cases;
}

void Network::run() {
    for (Slot slot{1}; slot <= SLOTS; ++slot) {
        tick(slot);
        begin_or_end_a_fork(slot);
        vote(Slot{slot.value - 1});
        for (Branch& branch : branches_) {
            if (draws_.below(10) < (is_forked() ? 7U : 9U)) extend(branch, slot);
        }
    }
    check_in_the_end();
}

/// So many in ten cases, on the average of the run.
void expect_reached(const char* what, std::uint64_t count, const Reached& reached, std::uint64_t in_ten_cases) {
    EXPECT_GE(10 * count, in_ten_cases * reached.cases) << what;
    testing::Test::RecordProperty(what, static_cast<int>(count));
}

TEST(Reorgs, OnEveryBranchAndAfterEverySwitchOfTheHeadGrainsAreConserved) {
    Reached reached;
    ASSERT_TRUE(rc::check("blocks on two branches", [&](std::uint64_t seed) { Network(seed, reached).run(); }));
    if (reached.cases < 10) GTEST_SKIP() << "the cases hold, but they are too few for an average";
    expect_reached("blocks_on_branches", reached.blocks_on_branches, reached, 150);
    expect_reached("transfers", reached.transfers, reached, 100);
    expect_reached("stake_operations", reached.stake_operations, reached, 150);
    expect_reached("head_switches", reached.head_switches, reached, 7);
    expect_reached("switches_of_epochs", reached.switches_of_epochs, reached, 1);
    expect_reached("slashings", reached.slashings, reached, 20);
    expect_reached("slashings_again", reached.slashings_again, reached, 5);
}

}  // namespace
}  // namespace touchstone::reference
