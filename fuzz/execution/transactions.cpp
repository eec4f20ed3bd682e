// Blocks of transactions on accounts of any kind, as requests to the adapters of both sides: the same verdict with the
// same clause, the same receipts, the same state.
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

#include "fuzz/agreement.h"
#include "fuzz/input.h"
#include "fuzz/random.h"
#include "fuzz/targets.h"
#include "node/app/conformance/adapter.h"
#include "node/base/arithmetic.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/execution.h"
#include "node/kernel/execution/executors.h"
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

const node::TestChain& chain() {
    static const node::TestChain chain(node::MINIMAL, 16, Amount(32'000'000'000), kAccounts);
    return chain;
}

const node::State& first_state() {
    static const node::State state = chain().advance(chain().genesis_state(), node::Slot(1));
    return state;
}

constexpr std::array<std::uint64_t, 10> kBalances = {
    0,         1, kTransferGas, 42'000'000, 63'000'000, 84'000'000'000, 1'000'000'000'000, 900'000'000, kUint64Max - 7,
    kUint64Max};
constexpr std::array<std::uint64_t, 4> kNonces = {0, 1, kUint64Max - 1, kUint64Max};
constexpr std::array<std::uint64_t, 6> kBaseFees = {1'000, 0, 1, 10, 7'777, 40'000'000};
constexpr std::array<std::uint64_t, 4> kBurnt = {77, kUint64Max, kUint64Max - 25'000'000, 0};
constexpr std::array<std::uint64_t, 4> kGasLimits = {504'000'000, 63'005, 84'000, 104'000};

/// A case: a state with its entries, and a block on it.
class Case {
  public:
    explicit Case(Bytes bytes) : input_(bytes), state_(first_state()) {
        parameters_.BLOCK_GAS_LIMIT = input_.choose(kGasLimits);
        change_state();
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
        made.message.nonce = nonces_[sender]++;
        made.message.gas_limit = kTransferGas + input_.choose(kMoreGas);
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
                message.payload.emplace<4>();
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
        const auto effects = node::execute_serially(prepared, terms, state_.tree(), state_.consensus().burnt.value());
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
            ByteVector seed{0, 0, 0, 3, 0, static_cast<std::uint8_t>(wild + transactions)};
            const ByteVector rest = random.bytes(64);
            seed.insert(seed.end(), rest.begin(), rest.end());
            seeds.push_back(std::move(seed));
        }
    }
    return seeds;
}

}  // namespace touchstone::fuzz
