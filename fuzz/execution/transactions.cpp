// Blocks of transactions on accounts of any kind and pools in any condition, as requests to the adapters of both sides:
// the same verdict with the same clause, the same receipts, the same state.
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

#include "crypto/development_keys.h"
#include "fuzz/agreement.h"
#include "fuzz/input.h"
#include "fuzz/random.h"
#include "fuzz/targets.h"
#include "node/app/conformance/adapter.h"
#include "node/base/arithmetic.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/execution.h"
#include "node/kernel/execution/executors.h"
#include "node/kernel/stake/ledger.h"
#include "node/kernel/test_chain.h"
#include "node/types/encoding.h"
#include "reference/cli/adapter.h"

namespace touchstone::fuzz {
namespace {

using Json = nlohmann::json;
using node::Amount;
using node::kUint64Max;

constexpr std::size_t kAccounts = 6;
constexpr std::uint64_t kTransferGas = 21'000;
constexpr std::size_t kValidators = 16;
constexpr std::uint64_t kTst = 1'000'000'000;
constexpr std::uint64_t kOwn = 20 * kTst;
constexpr std::uint64_t kOthers = 12 * kTst;

const node::TestChain& chain() {
    static const node::TestChain chain(node::MINIMAL, kValidators, Amount(kOwn + kOthers), kAccounts);
    return chain;
}

/// Validators that belong to the accounts with their indices; the account after it has a part of the pool.
constexpr std::uint64_t kOperated = 4;
constexpr std::array<std::uint64_t, 4> kCohortEpochs = {1, 2, 3, 5};

/// After all cohorts have become free.
const node::Epoch kLate = node::Epoch(5 + node::MINIMAL.UNBONDING_EPOCHS + node::MINIMAL.SHARD_COMMITTEE_PERIOD);

void set_slot(node::State& state, node::Epoch epoch) {
    state.mutable_consensus().slot = node::start_slot_of(epoch, node::MINIMAL) + 1;
}

/// Makes pools of several holders, commissions and cohorts, and the sums that belong to them. [STK-04]
void add_stake(node::ConsensusState& consensus, node::EntryAccess& entries) {
    for (std::uint64_t i = 0; i < kOperated; ++i) {
        const node::ValidatorIndex index(i);
        write_shares(entries, index, consensus.validators[i].operator_address, 0);
        consensus.validators.mutate(i).operator_address = chain().account_address(i);
        write_shares(entries, index, chain().account_address(i), kOwn);
        write_shares(entries, index, chain().account_address(i + 1), kOthers);
        consensus.commissions.set(i, Amount(i * kTst));
        const node::Epoch exit_epoch(kCohortEpochs[i]);
        const node::Cohort cohort{Amount(7 * kTst - i), 7 * kTst, node::Epoch(0), node::Epoch(0)};
        write_cohort(entries, index, exit_epoch, cohort);
        write_cohort_shares(entries, index, exit_epoch, chain().account_address(i), 3 * kTst);
        write_cohort_shares(entries, index, exit_epoch, chain().account_address(i + 1), 4 * kTst);
        consensus.validators.mutate(i).last_cohort = exit_epoch;
        consensus.unbonding = Amount(consensus.unbonding.value() + cohort.tokens.value());
    }
}

const node::State& first_state() {
    static const node::State state = [] {
        node::State made = chain().advance(chain().genesis_state(), node::Slot(1));
        node::EntryOverlay entries(made.tree());
        add_stake(made.mutable_consensus(), entries);
        expect(made.change_entries(entries, node::serial_for).ok(), "stake can be changed");
        set_slot(made, kLate);
        return made;
    }();
    return state;
}

constexpr std::size_t kKeys = 3;

/// Keys that no validator has, and one that has been registered, with the proofs of each account.
const node::RegisterValidator& registration(std::size_t key, std::size_t account) {
    static const auto all = [] {
        std::array<std::array<node::RegisterValidator, kAccounts>, kKeys> made;
        for (std::size_t k = 0; k < kKeys; ++k) {
            const auto secret = crypto::development_validator_key(kValidators - 1 + k);
            const node::BlsPublicKey pubkey(crypto::bls::public_key(secret).to_bytes());
            for (std::size_t a = 0; a < kAccounts; ++a) {
                const node::Root message =
                    node::proof_of_possession_root(pubkey, chain().account_address(a), node::MINIMAL);
                const node::BlsSignature proof(crypto::bls::pop_prove(secret, message.view()).to_bytes());
                made[k][a] = {pubkey, proof, 500, Amount(node::MINIMAL.MIN_SELF_STAKE)};
            }
        }
        return made;
    }();
    return all[key][account];
}

constexpr std::array<std::uint64_t, 10> kBalances = {
    0,         1, kTransferGas, 42'000'000, 63'000'000, 84'000'000'000, 1'000'000'000'000, 900'000'000, kUint64Max - 7,
    kUint64Max};
constexpr std::array<std::uint64_t, 4> kNonces = {0, 1, kUint64Max - 1, kUint64Max};
constexpr std::array<std::uint64_t, 6> kBaseFees = {1'000, 0, 1, 10, 7'777, 40'000'000};
constexpr std::array<std::uint64_t, 4> kBurnt = {77, kUint64Max, kUint64Max - 25'000'000, 0};
constexpr std::array<std::uint64_t, 4> kGasLimits = {504'000'000, 63'005, 164'000, 5'104'000};
/// Of delegations, and of stakes of those who register.
constexpr std::array<std::uint64_t, 8> kBonds = {kTst,          2 * kTst,   16 * kTst,    kTst - 1,
                                                 16 * kTst - 1, 999 * kTst, 1'000 * kTst, kUint64Max};
constexpr std::array<std::uint64_t, 8> kShares = {kTst, kOthers, kOwn, 4 * kTst, 4 * kTst + 1, 3 * kTst, kTst - 1, 0};
constexpr std::array<std::uint64_t, 5> kCommissions = {0, 400, 10'000, 10'001, kUint64Max};
constexpr std::array<std::uint64_t, 4> kTails = {0, 7, kUint64Max, kUint64Max - 1};
constexpr std::array<std::uint64_t, 3> kPending = {0, kUint64Max, kUint64Max - 17 * kTst};

/// A case: a state with its entries, and a block on it.
class Case {
  public:
    explicit Case(Bytes bytes) : input_(bytes), state_(first_state()) {
        parameters_.BLOCK_GAS_LIMIT = input_.choose(kGasLimits);
        change_state();
        for (std::uint64_t left = input_.below(4); left > 0; --left)
            change_stake(state_.mutable_consensus());
        const std::uint64_t how = input_.number(1);
        for (std::uint64_t left = how % 8; left > 0; --left)
            block_.body.transactions.push_back(any_transaction(how >= 128));
        seal(how % 32 == 31);
    }

    Json inputs() const {
        return {{"pre", hex(node::encode(state_.consensus()))},
                {"pre_entries", hex(node::encode(node::tree::all_entries(state_.tree())))}};
    }
    Json block_request() const {
        Json all = inputs();
        all["block"] = hex(node::encode(block_));
        return request("operations", "transactions", Json::object(), std::move(all));
    }
    /// Nothing without a transaction.
    std::optional<Json> transaction_request() {
        if (block_.body.transactions.empty()) return std::nullopt;
        Json all = inputs();
        all["signed_transaction"] = hex(node::encode(block_.body.transactions.front()));
        const std::array before = {std::uint64_t{0}, parameters_.BLOCK_GAS_LIMIT - kTransferGas,
                                   parameters_.BLOCK_GAS_LIMIT, kUint64Max};
        return request("execution", "transaction", {{"gas_before", std::to_string(input_.choose(before))}},
                       std::move(all));
    }

  private:
    static std::string hex(Bytes bytes) { return "0x" + node::to_hex(bytes); }
    Json request(const char* runner, const char* handler, Json params, Json inputs) const {
        return {{"id", "1"},
                {"runner", runner},
                {"handler", handler},
                {"preset", "minimal"},
                {"config", {{"BLOCK_GAS_LIMIT", std::to_string(parameters_.BLOCK_GAS_LIMIT)}}},
                {"params", std::move(params)},
                {"inputs", std::move(inputs)}};
    }

    void change_state() {
        node::ConsensusState& consensus = state_.mutable_consensus();
        consensus.base_fee = input_.choose(kBaseFees);
        consensus.burnt = Amount(input_.choose(kBurnt));
        block_.slot = state_.slot();
        block_.proposer_index = node::ValidatorIndex(input_.below(state_.validator_count()));
        operator_ = consensus.validators[block_.proposer_index.value()].operator_address;
        std::vector<node::tree::EntryChange> changes;
        for (std::uint64_t left = input_.below(4); left > 0; --left) {
            const std::uint64_t which = input_.below(kAccounts + 1);
            const node::Address& address = which == kAccounts ? operator_ : chain().account_address(which);
            const std::uint64_t nonce = which == kAccounts ? 0 : input_.choose(kNonces);
            changes.push_back(node::account_change(address, {nonce, Amount(input_.choose(kBalances))}));
        }
        expect(state_.change_entries(changes, node::serial_for).ok(), "accounts can be changed");
        for (std::size_t i = 0; i < kAccounts; ++i)
            nonces_[i] = node::get_account(state_, chain().account_address(i)).nonce;
    }

    /// Any condition of a pool, and sums at their edges.
    void change_stake(node::ConsensusState& consensus) {
        const std::uint64_t i = input_.below(kOperated);
        node::Validator& validator = consensus.validators.mutate(i);
        const node::Epoch near = node::Epoch(kLate.value() + 2 - input_.below(5));
        switch (input_.below(12)) {
            case 0:
                validator.activation_epoch = node::kFarFutureEpoch;
                break;
            case 1:
                validator.activation_epoch = near - node::MINIMAL.SHARD_COMMITTEE_PERIOD;
                break;
            case 2:
                validator.exit_request_epoch = node::Epoch(1);
                break;
            case 3:
                validator.exit_request_epoch = node::Epoch(1);
                validator.exit_epoch = input_.flag() ? near : near - node::MINIMAL.UNBONDING_EPOCHS;
                break;
            case 4:
                validator.slashed = true;
                validator.hold_epoch = near;
                break;
            case 5:
                consensus.balances.set(i, Amount((kOwn + kOthers) / 2 * input_.below(5) + input_.below(2)));
                break;
            case 6:
                validator.next_commission = 700;
                validator.next_commission_epoch = near;
                validator.commission = input_.choose(kCommissions);
                break;
            case 7:
                consensus.bond_queue.tail = input_.choose(kTails);
                consensus.unbond_queue.tail = input_.choose(kTails);
                break;
            case 8:
                consensus.bonding = Amount(input_.choose(kPending));
                break;
            case 9:
                hold_cohort(i, near);
                break;
            case 10:
                consensus.commissions.set(i, Amount(input_.choose(kBalances)));
                break;
            default:
                consensus.slot = node::start_slot_of(near - input_.below(10), node::MINIMAL) + 1;
                block_.slot = consensus.slot;
                break;
        }
    }
    void hold_cohort(std::uint64_t i, node::Epoch until) {
        node::EntryOverlay entries(state_.tree());
        auto cohort = read_cohort(entries, node::ValidatorIndex(i), node::Epoch(kCohortEpochs[i]));
        cohort->hold_epoch = until;
        write_cohort(entries, node::ValidatorIndex(i), node::Epoch(kCohortEpochs[i]), cohort);
        expect(state_.change_entries(entries, node::serial_for).ok(), "cohorts can be changed");
    }

    /// Mostly the sender's own or the one that he delegated to; else those of others, those that a block registers, and
    /// some that nobody has.
    node::ValidatorIndex any_validator(std::size_t sender) {
        static constexpr std::array<std::uint64_t, 8> kIndices = {0,         1, 2, 3, 9, kValidators, kValidators + 1,
                                                                  kUint64Max};
        switch (input_.below(4)) {
            case 0:
                return node::ValidatorIndex(sender % kOperated);
            case 1:
                return node::ValidatorIndex((sender + kOperated - 1) % kOperated);
            default:
                return node::ValidatorIndex(input_.choose(kIndices));
        }
    }
    node::RegisterValidator any_registration(std::size_t sender) {
        node::RegisterValidator operation = registration(input_.below(kKeys), sender);
        const std::uint64_t fault = input_.below(8);
        if (fault == 1) operation.proof_of_possession.bytes[input_.below(96)] ^= 1;
        if (fault == 2) operation.pubkey.bytes[input_.below(48)] ^= 1;
        if (fault == 3) operation.commission = input_.choose(kCommissions);
        if (fault == 4) operation.stake = Amount(input_.choose(kBonds));
        if (fault == 5) operation.proof_of_possession = registration(0, 0).proof_of_possession;
        return operation;
    }
    node::Payload any_operation(std::size_t sender) {
        switch (input_.below(8)) {
            case 1:
                return any_registration(sender);
            case 2:
                return node::EditValidator{any_validator(sender), input_.choose(kCommissions)};
            case 3:
                return node::ExitValidator{any_validator(sender)};
            case 4:
            case 5:
                return node::Undelegate{any_validator(sender), input_.choose(kShares)};
            case 6: {
                const node::ValidatorIndex index = any_validator(sender);
                return node::Withdraw{index, node::Epoch(kCohortEpochs[index.value() % kOperated])};
            }
            case 7:
                return node::ClaimCommission{any_validator(sender)};
            default:
                return node::Delegate{any_validator(sender), Amount(input_.choose(kBonds))};
        }
    }

    node::Address any_recipient(std::size_t sender) {
        switch (input_.below(4)) {
            case 0:
                return operator_;
            case 1: {
                node::Address stranger;
                stranger.bytes.fill(static_cast<std::uint8_t>(input_.below(3)));
                return stranger;
            }
            case 2:
                return chain().account_address(sender);
            default:
                return chain().account_address(input_.below(kAccounts));
        }
    }

    node::SignedTransaction any_transaction(bool wild) {
        static constexpr std::array<std::uint64_t, 5> kMoreGas = {0, 20'000, 19'999, 1, 40'000};
        static constexpr std::array<std::uint64_t, 3> kMoreFee = {0, 1, 1'000};
        static constexpr std::array<std::uint64_t, 4> kTips = {0, 1, 5, 100'000};
        const std::uint64_t base_fee = state_.consensus().base_fee;
        const std::size_t sender = input_.below(kAccounts);
        auto made = chain().unsigned_transfer(state_, sender, any_recipient(sender), Amount(input_.choose(kBalances)));
        if (input_.below(4) != 3) made.message.payload = any_operation(sender);
        made.message.nonce = nonces_[sender]++;
        made.message.gas_limit = node::intrinsic_gas(made, parameters_) + input_.choose(kMoreGas);
        made.message.max_fee = base_fee + input_.choose(kMoreFee);
        made.message.tip = std::min(made.message.max_fee, input_.choose(kTips));
        if (wild) change(made.message);
        chain().sign(state_, sender, made);
        if (wild && input_.below(8) == 7) made.signature.bytes[input_.below(64)] ^= 1;
        if (wild && input_.below(16) == 15) made.message.sender.bytes[input_.below(32)] ^= 1;
        return made;
    }

    void change(node::Transaction& message) {
        const std::array<std::uint64_t, 6> numbers = {
            0, 1, kTransferGas - 1, parameters_.BLOCK_GAS_LIMIT, parameters_.BLOCK_GAS_LIMIT + 1, kUint64Max};
        switch (input_.below(12)) {
            case 1:
                message.nonce += 1;
                break;
            case 2:
                message.gas_limit = input_.choose(numbers);
                break;
            case 3:
                message.max_fee = input_.flag() ? state_.consensus().base_fee - 1 : input_.choose(numbers);
                break;
            case 4:
                message.tip = input_.flag() ? message.max_fee + 1 : input_.choose(numbers);
                break;
            case 5:
                message.payload.emplace<8>();
                break;
            case 6:
                message.payload.emplace<9>(input_.below(20));
                break;
            case 7:
                message.payload.emplace<1>();
                break;
            default:
                break;
        }
    }

    /// With the root of the receipts, or another.
    void seal(bool badly) {
        const node::BlockTerms terms(state_.consensus(), parameters_);
        std::vector<node::PreparedTransaction> prepared;
        for (const node::SignedTransaction& each : block_.body.transactions)
            prepared.push_back(node::prepare(each, terms));
        const auto effects = node::execute_serially(prepared, terms, state_);
        block_.body.receipts_root = node::receipts_root(effects.receipts, parameters_, node::serial_for);
        if (badly) block_.body.receipts_root.bytes[0] ^= 1;
    }

    Input input_;
    node::State state_;
    node::Parameters parameters_ = node::MINIMAL;
    node::Block block_;
    node::Address operator_;
    std::array<std::uint64_t, kAccounts> nonces_{};
};

Json without_detail(const std::string& line) {
    Json response = Json::parse(line);
    response.erase("detail");
    return response;
}

void compare(const Json& request) {
    const std::string line = request.dump();
    std::istringstream in(line + "\n");
    std::ostringstream out;
    reference::cli::run_adapter(in, out);
    const Json by_reference = without_detail(out.str());
    const Json by_node = without_detail(node::app::answer(line));
    expect(by_reference.contains("ok"), "the reference answers the request " + line + ", not " + by_reference.dump());
    if (by_reference != by_node) disagree("the request " + line, by_reference.dump(), by_node.dump());
    ++agreed_verdicts()[by_reference.value("rejected", "")];
}

}  // namespace

void fuzz_transactions(Bytes bytes) {
    Case made(bytes);
    compare(made.block_request());
    if (const auto request = made.transaction_request()) compare(*request);
}

std::vector<ByteVector> transaction_seeds() {
    std::vector<ByteVector> seeds{{}};
    Random random(16);
    for (std::uint8_t transactions = 0; transactions < 8; ++transactions) {
        for (const std::uint8_t wild : std::array<std::uint8_t, 2>{0, 128}) {
            // Mostly an untouched state, so that more than the first transaction counts.
            ByteVector seed{0, 0, 0, 3, 0, 0, static_cast<std::uint8_t>(wild + transactions)};
            const ByteVector rest = random.bytes(96);
            seed.insert(seed.end(), rest.begin(), rest.end());
            seeds.push_back(std::move(seed));
        }
    }
    // One operation each on a pool that is in some condition: of its operator, and of who delegated to it.
    for (std::uint8_t condition = 0; condition < 12; ++condition) {
        for (std::uint8_t operation = 0; operation < 8; ++operation) {
            const auto pool = static_cast<std::uint8_t>(operation % 3);
            const std::uint8_t others = random.byte() % 2;
            const auto sender = static_cast<std::uint8_t>(pool + others);
            ByteVector seed{0, 0, 0, 3, 0, 1, pool, random.byte(), condition, random.byte(), random.byte(), 1};
            const ByteVector transaction{sender, 3, 0, 0, operation, others};
            seed.insert(seed.end(), transaction.begin(), transaction.end());
            const ByteVector rest = random.bytes(12);
            seed.insert(seed.end(), rest.begin(), rest.end());
            seeds.push_back(std::move(seed));
        }
    }
    return seeds;
}

}  // namespace touchstone::fuzz
