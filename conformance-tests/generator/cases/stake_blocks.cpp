// Stake operations in blocks [TXN-12], [STK-08], [BLK-11], and what becomes of them over epochs.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake.h"
#include "conformance-tests/generator/scenario.h"
#include "reference/entries/accounts.h"
#include "reference/transition/block.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

const ValidatorIndex kIndex{kOperator};

// Somebody's operation.
struct Sent {
    std::uint64_t from;
    Payload payload;
};

// Transactions of these in their order, each with the sender's next nonce.
std::vector<SignedTransaction> transactions_of(const ConsensusState& state, const std::vector<Sent>& list) {
    std::map<std::uint64_t, std::uint64_t> sent;
    std::vector<SignedTransaction> transactions;
    for (const Sent& one : list)
        transactions.push_back(stake_transaction(state, one.from, one.payload, sent[one.from]++));
    return transactions;
}

// A block of these, which end as is said.
void add(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& pre,
         const std::vector<Sent>& list, const std::vector<Status>& statuses) {
    const auto transactions = transactions_of(pre, list);
    ConsensusState post = pre;
    const auto executed = ref::execute_transactions(post, transactions);
    if (executed) {
        const auto& receipts = executed.value().receipts.receipts;
        for (std::size_t i = 0; i < statuses.size(); ++i) {
            if (receipts[i].status != statuses[i])
                suite.problem("operations/transactions/" + name + ": status " + std::to_string(receipts[i].status) +
                              " of " + std::to_string(i));
        }
    }
    add_block_of_transactions(suite, {name, shows, {"STK-07", "STK-08", "TXN-12", "BLK-11", "BLK-14"}}, pre,
                              block_of(pre, transactions));
}

void add_sequences(Suite& suite) {
    const ConsensusState& state = stake_state();
    const auto new_one = registration(state, 8, kHolder, tst(64).value);
    const ref::Delegate to_new_one{ValidatorIndex{8}, tst(3)};
    add(suite, "register_and_delegate", "somebody delegates to a validator that the block registers", state,
        {{kHolder, new_one}, {kOther, to_new_one}}, {kSuccess, kSuccess});
    add(suite, "delegate_before_it_is_registered", "the order counts: there is no such validator yet", state,
        {{kOther, to_new_one}, {kHolder, new_one}}, {kUnknownValidator, kSuccess});
    add(suite, "key_twice_in_a_block", "a key that the block has registered", state,
        {{kHolder, new_one}, {kOther, registration(state, 8, kOther, tst(64).value)}}, {kSuccess, kKeyRegistered});
    add(suite, "two_registrations", "two validators, in the order of the block", state,
        {{kOther, registration(state, 9, kOther, tst(40).value)}, {kHolder, new_one}}, {kSuccess, kSuccess});
    add(suite, "register_and_exit", "what was registered in the block exits in it", state,
        {{kHolder, new_one}, {kHolder, ref::ExitValidator{ValidatorIndex{8}}}, {kOther, to_new_one}},
        {kSuccess, kSuccess, kLeaving});
    add(suite, "exit_twice_in_a_block", "the second sees the first", state,
        {{kOperator, ref::ExitValidator{kIndex}}, {kOperator, ref::ExitValidator{kIndex}}}, {kSuccess, kLeaving});
    add(suite, "undelegate_twice", "the second has not enough left", state,
        {{kHolder, ref::Undelegate{kIndex, tst(60).value}},
         {kHolder, ref::Undelegate{kIndex, tst(60).value}},
         {kHolder, ref::Undelegate{kIndex, tst(40).value}}},
        {kSuccess, kNotEnoughShares, kSuccess});
    add(suite, "commission_up_and_down", "a raise that a lower one ends", state,
        {{kOperator, ref::EditValidator{kIndex, 900}}, {kOperator, ref::EditValidator{kIndex, 0}}},
        {kSuccess, kSuccess});
    const ConsensusState earned = stake_state_with([](ConsensusState& s) {
        s.commissions[kOperator] = tst(500);
        put_cohort(s, kOperator, 40, tst(70).value, {{account_address(kPoor), 7}});
    });
    add(suite, "claimed_and_sent", "what was claimed can be sent; there is nothing more to claim", earned,
        {{kOperator, ref::ClaimCommission{kIndex}},
         {kOperator, Transfer{account_address(1), tst(550)}},
         {kOperator, ref::ClaimCommission{kIndex}}},
        {kSuccess, kSuccess, kNothingThere});
    add(suite, "withdrawn_and_delegated", "what was withdrawn is delegated again; it is withdrawn once", earned,
        {{kPoor, ref::Delegate{kIndex, tst(80)}},
         {kPoor, ref::Withdraw{kIndex, Epoch{40}}},
         {kPoor, ref::Delegate{kIndex, tst(80)}},
         {kPoor, ref::Withdraw{kIndex, Epoch{40}}}},
        {kInsufficientBalance, kSuccess, kSuccess, kNothingThere});
    add(suite, "between_transfers", "stake operations stand between transfers", state,
        {{kHolder, Transfer{account_address(kPoor), tst(100)}},
         {kPoor, ref::Delegate{kIndex, tst(110)}},
         {kPoor, Transfer{account_address(kHolder), tst(5)}},
         {kPoor, Transfer{account_address(kHolder), tst(50)}}},
        {kSuccess, kSuccess, kSuccess, kInsufficientBalance});
    add(suite, "every_operation", "one of each", stake_state_with([](ConsensusState& s) {
            s.commissions[2] = tst(1);
            put_cohort(s, 5, 40, tst(9).value, {{account_address(kOther), 9}});
        }),
        {{kHolder, new_one},
         {kOperator, ref::EditValidator{kIndex, 250}},
         {4, ref::ExitValidator{ValidatorIndex{4}}},
         {kPoor, ref::Delegate{ValidatorIndex{6}, tst(7)}},
         {kHolder, ref::Undelegate{kIndex, tst(9).value}},
         {kOther, ref::Withdraw{ValidatorIndex{5}, Epoch{40}}},
         {2, ref::ClaimCommission{ValidatorIndex{2}}}},
        std::vector<Status>(7, kSuccess));
    add(suite, "all_that_fails", "each pays for its gas and changes nothing else", state,
        {{kOperator, ref::EditValidator{ValidatorIndex{9}, 1}},
         {kHolder, ref::ExitValidator{kIndex}},
         {kHolder, registration(state, 2, kHolder, tst(64).value)},
         {kOther, ref::EditValidator{kIndex, 1}},
         {kOther, ref::Delegate{kIndex, Amount{1}}},
         {kPoor, ref::Undelegate{kIndex, 1}},
         {kPoor, ref::Withdraw{kIndex, Epoch{1}}}},
        {kUnknownValidator, kNotOperator, kKeyRegistered, kNotOperator, kTooSmall, kNotEnoughShares, kNothingThere});
}

void add_gas(Suite& suite) {
    const ConsensusState tight = stake_state_with([](ConsensusState& s) { s.config.BLOCK_GAS_LIMIT = 10'100'000; });
    const std::vector<Sent> two{{kHolder, registration(tight, 8, kHolder, tst(64).value)},
                                {kOther, registration(tight, 9, kOther, tst(64).value)}};
    add(suite, "gas_of_registrations", "two registrations nearly fill the block: the base fee rises", tight, two,
        {kSuccess, kSuccess});
    std::vector<Sent> three = two;
    three.push_back({kPoor, ref::Delegate{kIndex, tst(2)}});
    add_block_of_transactions(suite, {"gas_of_a_stake_operation_too_much", "no gas is left for another", {"TXN-06"}},
                              tight, block_of(tight, transactions_of(tight, three)), "TXN-06");
    const ConsensusState& state = stake_state();
    Block later = block_of(state, {});
    Transaction reserved = stake_transaction(state, kHolder, ref::ExitValidator{kIndex}).message;
    reserved.payload = Payload(std::in_place_index<8>);
    later.body.transactions = {sign_transaction(state, kHolder, reserved)};
    add_block_of_transactions(suite,
                              {"selector_of_a_later_version", "selector 8 is not one of this version", {"TXN-04"}},
                              state, later, "TXN-04");
}

void add_receipts(Suite& suite) {
    const ConsensusState& state = stake_state();
    const auto transactions = transactions_of(state, {{kPoor, ref::Delegate{kIndex, tst(2)}}});
    const std::uint64_t gas = transactions[0].message.gas_limit;
    ref::Event event;
    event.topic.bytes[0] = 4;
    event.data = ref::ssz::serialize(ref::StakeEvent{kIndex, tst(2), 0}, state.config);
    const auto with = [&](const std::string& name, const std::string& shows, const ref::Receipt& receipt,
                          const Expected& expected = "BLK-11") {
        Block block = block_of(state, transactions);
        block.body.receipts_root = ref::hash_tree_root(ref::Receipts{{receipt}}, state.config);
        add_block_of_transactions(suite, {name, shows, {"BLK-11", "STK-08"}}, state, block, expected);
    };
    with("stake_receipt_by_hand", "the receipt of a delegation, written down", {0, gas, {event}}, std::nullopt);
    with("stake_receipt_without_event", "its event is missing", {0, gas, {}});
    with("stake_receipt_with_two_events", "its event twice", {0, gas, {event, event}});
    ref::Event other = event;
    other.topic.bytes[0] = 5;
    with("stake_receipt_with_another_topic", "the topic of another operation", {0, gas, {other}});
    other = event;
    other.emitter = account_address(kPoor);
    with("stake_receipt_with_an_emitter", "the emitter is zero", {0, gas, {other}});
    other = event;
    other.data.back() = 1;
    with("stake_receipt_with_another_number", "another number", {0, gas, {other}});
    other = event;
    other.data.pop_back();
    with("stake_receipt_with_cut_data", "data of one byte less", {0, gas, {other}});
}

// ------------------------------------------------------------------------------------------------------------ chains

// Epochs of four slots, an unbonding time of two epochs; 300 TST may come and leave in an epoch.
Parameters quick() {
    return minimal_with([](Parameters& c) {
        c.SLOTS_PER_EPOCH = 4;
        c.SLOTS_PER_HISTORICAL_ROOT = 16;
        c.EPOCHS_PER_HISTORICAL_VECTOR = 8;
        c.EPOCHS_PER_SLASHINGS_VECTOR = 4;
        c.MIN_ACTIVE_VALIDATORS = 6;
        c.MAX_SEED_LOOKAHEAD = 1;
        c.SHARD_COMMITTEE_PERIOD = 1;
        c.UNBONDING_EPOCHS = 2;
        c.MAX_EVIDENCE_AGE = 16;
        c.MIN_CHURN = tst(300).value;
    });
}

ConsensusState quick_genesis(std::size_t validators, std::uint64_t most = 1'024) {
    Parameters config = quick();
    config.MAX_ACTIVE_VALIDATORS = most;
    std::vector<Amount> accounts(11, tst(1'000));
    accounts[kHolder] = tst(2'000);
    return genesis_state({.validators = validators,
                          .config = config,
                          .accounts = accounts,
                          .commissions = {500, 1'000, 0, 2'000},
                          .accounts_operate = true});
}

// What is sent in which slots.
using Script = std::map<std::uint64_t, std::vector<Sent>>;
using Holds = std::function<bool(const ConsensusState&)>;

BlockBody busy_body(const Chain& chain, Slot slot, const std::vector<Sent>& sent) {
    BlockBody body;
    body.attestations = attestations_of_slot(chain.state, chain.state.slot);
    body.transactions = transactions_of(advanced(chain.state, slot), sent);
    return body;
}

// Blocks with all votes in all slots, and these transactions.
Chain run(const ConsensusState& start, std::uint64_t until, const Script& script) {
    Chain chain{start};
    while (chain.state.slot.value < until) {
        const Slot next{chain.state.slot.value + 1};
        const auto sent = script.find(next.value);
        chain.add(next, busy_body(chain, next, sent == script.end() ? std::vector<Sent>{} : sent->second));
    }
    return chain;
}

void add_chain(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
               const ConsensusState& start, const Chain& chain, const Holds& holds) {
    if (!holds(chain.state)) suite.problem("sanity/blocks/" + name + ": the end is not as said");
    clauses.insert(clauses.end(), {"EPO-01", "STK-01", "STK-08", "TXN-12"});
    add_blocks(suite, "sanity", {name, shows, std::move(clauses)}, start, chain.blocks, std::nullopt);
}

void add_lives(Suite& suite) {
    const ConsensusState start = quick_genesis(8);
    const std::uint64_t shares = tst(40).value;
    const Chain delegation = run(start, 42,
                                 {{2, {{kHolder, ref::Delegate{kIndex, tst(50)}}}},
                                  {21, {{kHolder, ref::Undelegate{kIndex, shares}}}},
                                  {31, {{kHolder, ref::Withdraw{kIndex, Epoch{6}}}}},
                                  {33, {{kHolder, ref::Withdraw{kIndex, Epoch{6}}}}}});
    add_chain(suite, "life_of_a_delegation", "stake comes, earns, leaves, waits, and is withdrawn",
              {"STK-12", "STK-13", "STK-15", "STK-19", "STK-20", "STK-21"}, start, delegation,
              [&](const ConsensusState& s) {
                  return balance_of(s, account_address(kHolder)) > tst(1'989).value && s.unbonding == 0 &&
                         pool_shares(s, kOperator, account_address(kHolder)) > tst(9).value &&
                         s.validators[kOperator].last_cohort == 6;
              });
    const ValidatorIndex fresh{8};
    const Chain validator =
        run(start, 76,
            {{1, {{kHolder, registration(start, 8, kHolder, tst(64).value)}}},
             {3, {{kOther, ref::Delegate{fresh, tst(16)}}}},
             {18, {{kHolder, ref::EditValidator{fresh, 900}}}},
             {49, {{kHolder, ref::ExitValidator{fresh}}, {kOther, ref::Undelegate{fresh, tst(16).value}}}},
             {70, {{kHolder, ref::Undelegate{fresh, tst(64).value}}, {kHolder, ref::ClaimCommission{fresh}}}}});
    add_chain(suite, "life_of_a_validator", "registered, bonded, eligible, active, leaving, free",
              {"STK-09", "STK-11", "STK-13", "STK-16", "STK-19", "STK-21", "REG-03", "REG-05", "STK-06"}, start,
              validator, [](const ConsensusState& s) {
                  const ref::Validator& v = s.validators.at(8);
                  return v.activation_epoch != far_future() && v.exit_epoch != far_future() && v.slashed == false &&
                         s.shares.at(8) == 0 && s.balances.at(8) == 0;
              });
}

void add_queues(Suite& suite) {
    const ConsensusState start = quick_genesis(8);
    const Chain saving =
        run(start, 33,
            {{1, {{kHolder, ref::Delegate{kIndex, tst(700)}}, {kOther, ref::Delegate{ValidatorIndex{1}, tst(450)}}}},
             {13, {{kOperator, ref::Undelegate{kIndex, tst(1'000).value}}}},
             {14, {{2, ref::Undelegate{ValidatorIndex{2}, tst(200).value}}}}});
    add_chain(suite, "queues_over_epochs", "more than the churn comes and leaves: in parts, in order",
              {"STK-19", "STK-21", "VAL-07"}, start, saving, [](const ConsensusState& s) {
                  return s.bond_queue.head == 2 && s.unbond_queue.head == 2 && s.unbonding.value > tst(1'200).value &&
                         s.bonding == 0;
              });
    const ConsensusState least = quick_genesis(6);
    const Chain waiting = run(least, 22,
                              {{6, {{1, ref::ExitValidator{ValidatorIndex{1}}}}},
                               {7,
                                {{kOperator, ref::Undelegate{kIndex, tst(100).value}},
                                 {kHolder, ref::Delegate{ValidatorIndex{1}, tst(5)}}}}});
    add_chain(suite, "exit_at_the_least_set_over_epochs",
              "it goes to the end at every epoch's end; stake leaves meanwhile", {"STK-19", "VAL-08"}, least, waiting,
              [](const ConsensusState& s) {
                  return s.validators[1].exit_epoch == far_future() && s.unbond_queue.tail - s.unbond_queue.head == 1 &&
                         s.unbonding.value > tst(99).value;
              });
    const ConsensusState full = quick_genesis(8, 8);
    const Chain displaced = run(full, 46, {{1, {{kHolder, registration(full, 8, kHolder, tst(1'500).value)}}}});
    add_chain(suite, "displacement_over_epochs", "somebody heavy takes the place of another",
              {"REG-04", "STK-19", "STK-21"}, full, displaced, [](const ConsensusState& s) {
                  return std::ranges::count_if(
                             s.validators,
                             [](const ref::Validator& v) { return v.exit_request_epoch != far_future(); }) == 1 &&
                         s.validators.at(8).eligibility_epoch != far_future();
              });
}

ProposerSlashing evidence(const ConsensusState& state, std::uint64_t offender, std::uint64_t epoch) {
    const auto header = [&](std::uint8_t tag) {
        ref::BlockHeader result;
        result.slot = Slot{epoch * 4 + 1};
        result.proposer_index = ValidatorIndex{offender};
        result.body_root.bytes.fill(tag);
        return ref::SignedBlockHeader{
            result, sign(ValidatorIndex{offender}, signing_root(state, result, ref::DOMAIN_PROPOSER, Epoch{epoch}))};
    };
    return {header(1), header(2)};
}

// Whoever unbonds before its validator's offence is found out, pays; blocks whose proposer was slashed do not come.
void add_slashed(Suite& suite) {
    const ConsensusState start = quick_genesis(8);
    Chain chain{start};
    while (chain.state.slot.value < 40) {
        const Slot next{chain.state.slot.value + 1};
        const ConsensusState at = advanced(chain.state, next);
        if (at.validators[ref::get_beacon_proposer_index(at).value].slashed) {
            chain.state = at;
            continue;
        }
        std::vector<Sent> sent;
        if (next == 2U) sent = {{kHolder, ref::Delegate{kIndex, tst(80)}}};
        if (next == 17U) sent = {{kHolder, ref::Undelegate{kIndex, tst(30).value}}};
        if (next == 21U) sent = {{kHolder, ref::Undelegate{kIndex, tst(20).value}}};
        if (next == 38U) sent = {{kHolder, ref::Withdraw{kIndex, Epoch{5}}}};
        BlockBody body = busy_body(chain, next, sent);
        if (chain.state.latest_block_header.slot != chain.state.slot) body.attestations.clear();
        if (next == 25U) body.proposer_slashings = {evidence(at, kOperator, 5)};
        if (next == 27U) body.proposer_slashings = {evidence(at, kOperator, 4)};
        chain.add(next, std::move(body));
    }
    add_chain(suite, "offence_with_cohorts", "a newer offence, then an older one: both cohorts pay, and are held",
              {"VAL-09", "STK-23", "STK-24", "STK-25", "SLA-01"}, start, chain, [](const ConsensusState& s) {
                  return s.validators[kOperator].slashed_from == 4 && s.unbonding.value < tst(49).value;
              });
}

void add_forks(Suite& suite) {
    const ConsensusState state = quick_genesis(8);
    const NodePointer genesis = genesis_node(state);
    const auto body_of = [](const NodePointer& parent, std::uint64_t slot, const std::vector<Sent>& sent) {
        BlockBody body;
        body.transactions = transactions_of(advanced(parent->post, Slot{slot}), sent);
        return body;
    };
    const auto first = registration(state, 8, kHolder, tst(64).value);
    const auto second = registration(state, 9, kOther, tst(32).value);
    const NodePointer trunk = child(genesis, 1, body_of(genesis, 1, {{kHolder, ref::Delegate{kIndex, tst(5)}}}));
    const NodePointer left = child(trunk, 2, body_of(trunk, 2, {{kHolder, first}, {kOther, second}}));
    const NodePointer right = child(trunk, 2, body_of(trunk, 2, {{kOther, second}}), 1);
    const ref::Delegate to_nine{ValidatorIndex{9}, tst(2)};
    const NodePointer left_next = child(left, 5, body_of(left, 5, {{kPoor, to_nine}}));
    const NodePointer right_next = child(right, 5, body_of(right, 5, {{kPoor, to_nine}, {kHolder, first}}), 1);
    const NodePointer right_last = child(right_next, 6, body_of(right_next, 6, {{kPoor, to_nine}}), 1);
    Scenario(suite, "on_block",
             {"stake_of_two_branches",
              "each branch has a registry and queues of its own",
              {"FC-20", "TYP-07", "STK-09", "STK-12", "BLK-14", "BLK-11"}},
             genesis)
        .timely(trunk)
        .timely(left)
        .block(right)
        .timely(left_next)
        .block(right_next)
        .tick(6)
        .block(right_last)
        .block(child(left_next, 6, body_of(left_next, 6, {{kHolder, ref::ExitValidator{ValidatorIndex{8}}}})))
        .block(make_invalid_block(right->post, Slot{6}, left_next->block.message.body), "BLK-11")
        .finish();
}

}  // namespace

void add_blocks_of_stake(Suite& suite) {
    if (suite.wants("operations")) {
        add_sequences(suite);
        add_gas(suite);
        add_receipts(suite);
    }
    if (suite.wants("sanity")) {
        add_lives(suite);
        add_queues(suite);
        add_slashed(suite);
    }
    if (suite.wants("fork_choice")) add_forks(suite);
}

}  // namespace touchstone::vectors
