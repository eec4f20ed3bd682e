#include "node/sim/transfer_load.h"

#include <algorithm>

#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/transaction.h"

namespace touchstone::node::sim {

TransferLoad::TransferLoad(Simulation& simulation, Rate rate)
    : simulation_(simulation), rate_(rate), random_(SeededRandom::stream(simulation.seed(), "transfers", 0)) {
    for (const crypto::Ed25519Seed& seed : simulation.chain().account_seeds) {
        users_.push_back({address_of(crypto::ed25519_public_key(seed)), users_.size() % simulation.node_count(), {}});
    }
}

void TransferLoad::send_until_slot(std::uint64_t slot) {
    until_ms_ = SimulatedChain::kGenesisTimeMs + slot * simulation_.parameters().SLOT_DURATION_MS;
    if (running_) return;
    running_ = true;
    tick();
}

void TransferLoad::tick() {
    constexpr std::uint64_t kSecond = 1000;
    const std::uint64_t now = simulation_.scheduler().now_ms();
    if (now < until_ms_) {
        const std::size_t number = random_.below(users_.size());
        send(users_[number], number);
    }
    if (rate_.send_again && now >= next_repeat_ms_) {
        next_repeat_ms_ = now + simulation_.parameters().SLOT_DURATION_MS;
        repeat();
    }
    simulation_.scheduler().call_at(now + std::max<std::uint64_t>(1, kSecond / rate_.transfers_per_second),
                                    [this] { tick(); });
}

std::optional<std::size_t> TransferLoad::node_for(const User& user) {
    const std::size_t node = rate_.one_node_each ? user.node : random_.below(simulation_.node_count());
    return simulation_.is_up(node) ? std::optional(node) : std::nullopt;
}

/// Mostly between users; some to new accounts, some with too little gas for that, some with more than there is.
SignedTransaction TransferLoad::make(const User& user, std::size_t number) {
    constexpr std::uint64_t kFew = 1'000;
    const Parameters& parameters = simulation_.parameters();
    Address recipient = users_[random_.below(users_.size())].address;
    std::uint64_t gas_of_account = 0;
    if (random_.below(4) == 0) {
        recipient.bytes.fill(0xee);
        recipient.bytes[0] = static_cast<std::uint8_t>(random_.below(64));
        strangers_.insert(recipient);
        gas_of_account = random_.below(4) == 0 ? 0 : parameters.GAS_NEW_ACCOUNT;
    }
    const std::uint64_t amount = random_.below(16) == 0 ? ~std::uint64_t{0} : 1 + random_.below(kFew);
    SignedTransaction transaction;
    transaction.message = {
        .sender = Ed25519PublicKey(crypto::ed25519_public_key(simulation_.chain().account_seeds[number])),
        .nonce = user.sent.size(),
        .gas_limit = 0,
        .max_fee = 10 * parameters.GENESIS_BASE_FEE,
        .tip = random_.below(100),
        .payload = Transfer{recipient, Amount(amount)}};
    transaction.message.gas_limit = intrinsic_gas(transaction, parameters) + gas_of_account;
    const Root root =
        transaction_signing_root(transaction.message, simulation_.chain().genesis_state->consensus(), parameters);
    transaction.signature =
        Ed25519Signature(crypto::ed25519_sign(simulation_.chain().account_seeds[number], root.view()));
    return transaction;
}

void TransferLoad::send(User& user, std::size_t number) {
    const auto node = node_for(user);
    if (!node) return;
    SignedTransaction transaction = make(user, number);
    const auto submitted = simulation_.node(*node).submit(transaction);
    if (!submitted) {
        ++refused_[submitted.rejection().clause];
        return;
    }
    ++taken_;
    user.sent.push_back(std::move(transaction));
}

/// A wallet that sees the nonce of its account stand still sends again. What a node has already costs nothing.
void TransferLoad::repeat() {
    for (const User& user : users_) {
        const auto node = node_for(user);
        if (!node) continue;
        const StatePointer head = simulation_.node(*node).chain().head_state();
        for (std::uint64_t nonce = get_account(*head, user.address).nonce; nonce < user.sent.size(); ++nonce) {
            const auto again = simulation_.node(*node).submit(user.sent[nonce]);
            if (!again) break;
        }
    }
}

std::uint64_t TransferLoad::missing(std::size_t node) const {
    const StatePointer head = simulation_.node(node).chain().head_state();
    std::uint64_t missing = 0;
    for (const User& user : users_)
        missing += user.sent.size() - get_account(*head, user.address).nonce;
    return missing;
}

std::uint64_t TransferLoad::supply(const State& state) const {
    std::set<Address> addresses = strangers_;
    for (const User& user : users_)
        addresses.insert(user.address);
    std::uint64_t sum = state.consensus().burnt.value() - state.consensus().minted.value();
    for (std::size_t i = 0; i < state.validator_count(); ++i) {
        addresses.insert(state.consensus().validators[i].operator_address);
        sum += state.consensus().balances[i].value();
    }
    for (const Address& address : addresses)
        sum += get_account(state, address).balance.value();
    return sum;
}

}  // namespace touchstone::node::sim
