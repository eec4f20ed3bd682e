// The node's pool of transactions: batches of any bytes, transactions of few senders, heads and hours, against a model
// that looks at everything. [DUT-26] [DUT-27] [DUT-28]
#include <array>

#include "fuzz/agreement.h"
#include "fuzz/targets.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/pool/testing/naive_pool.h"
#include "node/types/encoding.h"

namespace touchstone::fuzz {
namespace {

constexpr std::uint8_t kSenders = 4;
constexpr std::uint64_t kGas = 21'000;
constexpr int kMostCalls = 200;

node::Ed25519PublicKey key_of(std::uint8_t sender) {
    node::Ed25519PublicKey key;
    key.bytes.fill(sender);
    return key;
}

const node::Address& address_of(std::uint8_t sender) {
    static const std::array<node::Address, kSenders> all = [] {
        std::array<node::Address, kSenders> made;
        for (std::uint8_t i = 0; i < kSenders; ++i)
            made[i] = node::address_of(key_of(i).bytes);
        return made;
    }();
    return all[sender];
}

node::PoolLimits limits_of(Input& input) {
    node::PoolLimits limits;
    limits.count = 1 + input.below(8);
    limits.bytes = 177 + input.number(2) % 2'000;
    limits.of_sender = 1 + input.below(4);
    limits.nonces_ahead = input.below(5);
    limits.wait_ms = input.below(100);
    return limits;
}

/// One pool, and the model beside it.
class Duel {
  public:
    explicit Duel(Input& input)
        : input_(input), limits_(limits_of(input)), pool_(node::MINIMAL, limits_), naive_(node::MINIMAL, limits_) {
        for (std::uint8_t sender = 1; sender < kSenders; ++sender)
            naive_.accounts[address_of(sender)] = {0, node::Amount(kGas * 64 * sender)};
        tell_pool(std::nullopt);
    }

    void step() {
        switch (input_.below(16)) {
            case 0:
                return add_batch();
            case 1:
                return change_account();
            case 2:
                now_ += input_.below(60);
                pool_.expire(now_);
                naive_.expire(now_);
                break;
            case 3:
                return upgrade();
            case 4:
                if (!naive_.kept.empty()) add(input_.choose(naive_.kept).candidate.transaction);
                break;
            default:
                return add(any_transaction());
        }
    }
    void compare() {
        const std::string difference =
            node::testing::difference(pool_, naive_, node::MINIMAL.MIN_BASE_FEE + input_.below(8));
        expect(difference.empty(), "the pool and its model are the same: " + difference);
        expect(pool_.size() <= limits_.count && pool_.bytes() <= limits_.bytes, "the pool is within its limits");
    }

  private:
    node::SignedTransaction any_transaction() {
        const auto sender = static_cast<std::uint8_t>(input_.below(kSenders));
        node::SignedTransaction made;
        made.message.sender = key_of(sender);
        made.message.nonce = naive_.accounts[address_of(sender)].nonce + input_.below(7);
        made.message.gas_limit = kGas;
        made.message.max_fee = node::MINIMAL.MIN_BASE_FEE + input_.below(16) - 1;
        made.message.tip = input_.below(3);
        made.message.payload = node::Transfer{};
        if (input_.below(8) == 0) made.message.payload.emplace<8>(node::ByteVector(input_.below(1'000)));
        if (input_.below(32) == 0) made.message.max_fee = input_.number();
        if (input_.below(32) == 0) made.message.nonce = input_.number();
        if (input_.below(32) == 0) made.message.tip = input_.number();
        if (input_.below(32) == 0) made.message.gas_limit = input_.number();
        return made;
    }
    /// Whatever decodes is offered: its senders have nothing, or are those of this duel.
    void add_batch() {
        const Bytes bytes = input_.take(input_.below(512));
        const auto batch = node::decode<node::TransactionBatch>(bytes, node::MINIMAL);
        if (!batch) return;
        agree_on_bytes("a batch that was decoded, encoded again", bytes, node::encode(batch.value()));
        for (const node::SignedTransaction& each : batch.value().transactions)
            add(each);
    }
    void add(const node::SignedTransaction& transaction) {
        const auto verified = node::VerifiedTransaction::of_block(transaction, domain_, node::MINIMAL);
        const bool known = naive_.has(verified.candidate().id);
        const node::Result<void> expected = pool_.would_take(verified.candidate());
        const auto added = pool_.add(verified, now_);
        const auto refusal = naive_.add(verified.candidate(), now_);
        const auto said = added ? std::string() : std::string(to_string(added.rejection().clause));
        expect(said == (refusal ? std::string(to_string(*refusal)) : std::string()),
               "the pool says what its model says, not '" + said + "'");
        expect(expected.ok() == (added.ok() && !known), "the pool takes what it would take");
        expect(!added.ok() || known || pool_.is_verified(verified.candidate().signing_root, transaction.signature),
               "the pool knows what it took to be signed");
    }
    void change_account() {
        const node::Address& who = address_of(static_cast<std::uint8_t>(input_.below(kSenders)));
        const std::uint64_t nonce = input_.below(8);
        const std::uint64_t balance = input_.flag() ? input_.number() : input_.number(1) * kGas;
        naive_.accounts[who] = {nonce, node::Amount(balance)};
        naive_.review();
        const std::array touched{who};
        if (input_.flag()) return tell_pool(std::nullopt);
        tell_pool(touched);
    }
    void upgrade() {
        domain_.bytes[31] ^= 1U;
        naive_.kept.clear();
        tell_pool(std::span<const node::Address>{});
    }
    void tell_pool(std::optional<std::span<const node::Address>> touched) {
        const auto account = [accounts = naive_.accounts](const node::Address& who) {
            const auto found = accounts.find(who);
            return found == accounts.end() ? node::Account{} : found->second;
        };
        pool_.on_head(account, domain_, touched);
    }

    Input& input_;
    node::PoolLimits limits_;
    node::TransactionPool pool_;
    node::testing::NaivePool naive_;
    node::Domain domain_;
    std::uint64_t now_ = 0;
};

void append(ByteVector& bytes, const std::vector<std::uint8_t>& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Limits that hold a few, and much money for one sender.
ByteVector beginning() { return {7, 0xff, 0x07, 3, 4, 99, 1, 1, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}; }

}  // namespace

void fuzz_transaction_pool(Bytes bytes) {
    Input input(bytes);
    Duel duel(input);
    for (int step = 0; step < kMostCalls && !input.empty(); ++step) {
        duel.step();
        duel.compare();
    }
}

std::vector<ByteVector> transaction_pool_seeds() {
    std::vector<ByteVector> seeds{{}, {1, 1, 1, 1, 1, 1, 1}};
    ByteVector in_order = beginning();
    for (std::uint8_t nonce = 0; nonce < 6; ++nonce)
        append(in_order, {5, 1, nonce, static_cast<std::uint8_t>(2 + nonce), 1, 1, 1, 1, 1, 1, 0});
    seeds.push_back(in_order);
    append(in_order, {2, 50, 0, 2, 59, 0, 4, 0, 0, 3, 0});
    seeds.push_back(in_order);
    ByteVector batch = beginning();
    node::TransactionBatch content;
    for (std::uint8_t nonce = 0; nonce < 2; ++nonce) {
        node::SignedTransaction& made = content.transactions.emplace_back();
        made.message = {key_of(1), nonce, kGas, 20, 1, node::Transfer{}};
    }
    const ByteVector encoded = node::encode(content);
    append(batch, {0, static_cast<std::uint8_t>(encoded.size()), static_cast<std::uint8_t>(encoded.size() >> 8U)});
    append(batch, encoded);
    seeds.push_back(batch);
    return seeds;
}

}  // namespace touchstone::fuzz
