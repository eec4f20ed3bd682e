#include "conformance-tests/generator/cases/stake.h"

#include "crypto/development_keys.h"
#include "reference/execution/transaction.h"

namespace touchstone::vectors {

namespace ref = reference;

const ConsensusState& stake_state() {
    static const ConsensusState state = [] {
        std::vector<Amount> accounts(8, tst(100));
        accounts.insert(accounts.end(), {tst(10'000), tst(10'000), tst(20)});
        ConsensusState made = genesis_state({.validators = 8, .accounts = accounts, .accounts_operate = true});
        made.slot = Slot{300 * 8 + 1};
        hold(made, kOperator, account_address(kHolder), tst(100).value);
        hold(made, kOperator, account_address(kOther), tst(50).value);
        made.balances[kOperator] = Amount{tst(1'200).value + 7};
        return settled(made);
    }();
    return state;
}

ConsensusState stake_state_with(const Change& change) {
    ConsensusState state = stake_state();
    change(state);
    return settled(state);
}

namespace {

std::uint64_t gas_of_payload(const Payload& payload, const Parameters& config) {
    if (payload.index() == 0) return config.GAS_TRANSFER;
    return payload.index() == 1 ? config.GAS_REGISTER_VALIDATOR : config.GAS_STAKE;
}

}  // namespace

SignedTransaction stake_transaction(const ConsensusState& state, std::uint64_t from, const Payload& payload,
                                    std::uint64_t nonces_ahead) {
    Transaction message =
        message_of(state, {.from = from, .max_fee = state.base_fee, .tip = 0, .nonces_ahead = nonces_ahead});
    message.payload = payload;
    const std::uint64_t bytes = ref::ssz::serialize(SignedTransaction{message, {}}, state.config).size();
    message.gas_limit =
        state.config.GAS_PER_TRANSACTION + state.config.GAS_PER_BYTE * bytes + gas_of_payload(payload, state.config);
    return sign_transaction(state, from, message);
}

std::uint64_t cost_of(const ConsensusState& state, const SignedTransaction& transaction) {
    return transaction.message.gas_limit * state.base_fee;
}

ref::RegisterValidator registration(const ConsensusState& state, std::uint64_t validator, std::uint64_t account,
                                    std::uint64_t stake, std::uint64_t commission) {
    const crypto::bls::SecretKey key = crypto::development_validator_key(validator);
    const ref::BLSPubkey pubkey{crypto::bls::public_key(key).to_bytes()};
    const Root root = ref::proof_of_possession_root(pubkey, account_address(account), state.config);
    return {pubkey, BLSSignature{crypto::bls::pop_prove(key, root.bytes).to_bytes()}, commission, Amount{stake}};
}

namespace {

// The event of STK-08, byte by byte.
ref::Event event_of(const Payload& payload, const ref::StakeEvent& event) {
    ref::Event made;
    made.topic.bytes[0] = static_cast<std::uint8_t>(payload.index());
    for (const std::uint64_t part : {event.index.value, event.amount.value, event.number}) {
        for (unsigned shift = 0; shift < 64; shift += 8)
            made.data.push_back(static_cast<std::uint8_t>(part >> shift));
    }
    return made;
}

std::string what_is_wrong(const ConsensusState& pre, const SignedTransaction& transaction, const Ending& ending) {
    ConsensusState post = pre;
    const auto processed = ref::process_transaction(post, transaction, 0);
    if (!processed) return "";  // add_transaction says so
    const ref::Receipt& receipt = processed.value().receipt;
    if (receipt.status != ending.status)
        return "status " + std::to_string(receipt.status) + ", expected " + std::to_string(ending.status);
    if (receipt.gas_used != transaction.message.gas_limit) return "other gas";
    const Address sender = ref::sender_of(transaction.message);
    const std::uint64_t expected =
        balance_of(pre, sender) - cost_of(pre, transaction) + static_cast<std::uint64_t>(ending.received);
    if (balance_of(post, sender) != expected)
        return "the sender has " + std::to_string(balance_of(post, sender)) + ", expected " + std::to_string(expected);
    std::vector<ref::Event> events;
    if (ending.status == kSuccess) events.push_back(event_of(transaction.message.payload, ending.event));
    if (receipt.events != events) return "another event";
    return ending.holds && !ending.holds(post) ? "the state is not as said" : "";
}

}  // namespace

void add_stake_case(Suite& suite, const Title& title, const ConsensusState& pre, std::uint64_t from,
                    const Payload& payload, const Ending& ending) {
    const SignedTransaction transaction = stake_transaction(pre, from, payload);
    const std::string wrong = what_is_wrong(pre, transaction, ending);
    if (!wrong.empty()) suite.problem("execution/transaction/" + title.name + ": " + wrong);
    add_transaction(suite, title, pre, transaction, std::nullopt);
}

}  // namespace touchstone::vectors
