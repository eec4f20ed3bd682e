#include "node/sim/transaction_load.h"

#include <algorithm>

#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/transaction.h"

namespace touchstone::node::sim {

TransactionLoad::TransactionLoad(Simulation& simulation, std::string_view name, Rate rate)
    : simulation_(simulation), rate_(rate), random_(SeededRandom::stream(simulation.seed(), name, 0)) {
    const auto& seeds = simulation.chain().account_seeds;
    for (std::size_t i = rate.first_account; i < seeds.size() && users_.size() < rate.accounts; ++i) {
        users_.push_back(
            {seeds[i], address_of(crypto::ed25519_public_key(seeds[i])), users_.size() % simulation.node_count(), {}});
    }
}

void TransactionLoad::send_until_slot(std::uint64_t slot) {
    until_ms_ = SimulatedChain::kGenesisTimeMs + slot * simulation_.parameters().SLOT_DURATION_MS;
    if (running_) return;
    running_ = true;
    tick();
}

void TransactionLoad::tick() {
    constexpr std::uint64_t kSecond = 1000;
    const std::uint64_t now = simulation_.scheduler().now_ms();
    if (now < until_ms_) send(random_.below(users_.size()));
    if (rate_.send_again && now >= next_repeat_ms_) {
        next_repeat_ms_ = now + simulation_.parameters().SLOT_DURATION_MS;
        repeat();
    }
    simulation_.scheduler().call_at(now + std::max<std::uint64_t>(1, kSecond / rate_.per_second), [this] { tick(); });
}

std::optional<std::size_t> TransactionLoad::node_for(const User& user) {
    const std::size_t node = rate_.one_node_each ? user.node : random_.below(simulation_.node_count());
    return simulation_.is_up(node) ? std::optional(node) : std::nullopt;
}

SignedTransaction TransactionLoad::sign(std::size_t number, Order order) {
    const Parameters& parameters = simulation_.parameters();
    const crypto::Ed25519Seed& seed = users_[number].seed;
    SignedTransaction transaction;
    transaction.message = {.sender = Ed25519PublicKey(crypto::ed25519_public_key(seed)),
                           .nonce = users_[number].sent.size(),
                           .gas_limit = 0,
                           .max_fee = 10 * parameters.GENESIS_BASE_FEE,
                           .tip = random_.below(100),
                           .payload = std::move(order.payload)};
    transaction.message.gas_limit = intrinsic_gas(transaction, parameters) + order.more_gas;
    const Root root =
        transaction_signing_root(transaction.message, simulation_.chain().genesis_state->consensus(), parameters);
    transaction.signature = Ed25519Signature(crypto::ed25519_sign(seed, root.view()));
    return transaction;
}

void TransactionLoad::send(std::size_t number) {
    User& user = users_[number];
    const auto node = node_for(user);
    if (!node) return;
    auto order = next_order(number, simulation_.node(*node));
    if (!order) return;
    SignedTransaction transaction = sign(number, *std::move(order));
    // Whoever gets no answer, as the node loses its power, takes it for sent and sends it again.
    const auto submitted = simulation_.submit(*node, transaction);
    if (submitted && !submitted->ok()) {
        ++refused_[submitted->rejection().clause];
        return;
    }
    ++taken_;
    user.sent.push_back(std::move(transaction));
}

/// A wallet that sees the nonce of its account stand still sends again. What a node has already costs nothing.
void TransactionLoad::repeat() {
    for (const User& user : users_) {
        const auto node = node_for(user);
        if (!node) continue;
        const StatePointer head = simulation_.node(*node).chain().head_state();
        for (std::uint64_t nonce = get_account(*head, user.address).nonce; nonce < user.sent.size(); ++nonce) {
            const auto again = simulation_.submit(*node, user.sent[nonce]);
            if (!again || !again->ok()) break;
        }
    }
}

std::uint64_t TransactionLoad::missing(std::size_t node) const {
    const StatePointer head = simulation_.node(node).chain().head_state();
    std::uint64_t missing = 0;
    for (const User& user : users_)
        missing += user.sent.size() - get_account(*head, user.address).nonce;
    return missing;
}

}  // namespace touchstone::node::sim
