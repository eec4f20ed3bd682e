#include "node/api/payload_values.h"

#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/transaction.h"

namespace touchstone::node::api {

namespace {

/// One for each payload that may be in a block. [TXN-04]
struct PayloadToJson {
    Json operator()(const Transfer& payload) const {
        return {{"kind", "transfer"},
                {"recipient", address_to_text(payload.recipient)},
                {"amount", to_json(payload.amount)}};
    }
    Json operator()(const RegisterValidator& payload) const {
        return {{"kind", "register_validator"},
                {"pubkey", to_json(payload.pubkey)},
                {"proof_of_possession", to_json(payload.proof_of_possession)},
                {"commission", to_json(payload.commission)},
                {"stake", to_json(payload.stake)}};
    }
    Json operator()(const EditValidator& payload) const {
        return {{"kind", "edit_validator"},
                {"validator_index", to_json(payload.validator_index.value())},
                {"commission", to_json(payload.commission)}};
    }
    Json operator()(const ExitValidator& payload) const {
        return {{"kind", "exit_validator"}, {"validator_index", to_json(payload.validator_index.value())}};
    }
    Json operator()(const Delegate& payload) const {
        return {{"kind", "delegate"},
                {"validator_index", to_json(payload.validator_index.value())},
                {"amount", to_json(payload.amount)}};
    }
    Json operator()(const Undelegate& payload) const {
        return {{"kind", "undelegate"},
                {"validator_index", to_json(payload.validator_index.value())},
                {"shares", to_json(payload.shares)}};
    }
    Json operator()(const Withdraw& payload) const {
        return {{"kind", "withdraw"},
                {"validator_index", to_json(payload.validator_index.value())},
                {"exit_epoch", to_json(payload.exit_epoch)}};
    }
    Json operator()(const ClaimCommission& payload) const {
        return {{"kind", "claim_commission"}, {"validator_index", to_json(payload.validator_index.value())}};
    }
    Json operator()(const Reserved& payload) const { return {{"kind", "reserved"}, {"data", bytes_json(payload)}}; }
};

/// Its kind says which of the payloads it is.
rpc::Type payload(std::string_view name, std::string_view kind, std::vector<rpc::Field> fields) {
    fields.insert(fields.begin(), rpc::Field{"kind", rpc::constant(kind)});
    return rpc::object(name, "a payload", std::move(fields));
}

rpc::Type payload_type() {
    const rpc::Field validator{"validator_index", kUint64};
    const rpc::Field commission{"commission", kUint64, "basis points"};
    return rpc::one_of(
        "Payload", "the payload of a transaction",
        {payload("Transfer", "transfer", {{"recipient", kAddressText}, {"amount", kAmount}}),
         payload("RegisterValidator", "register_validator",
                 {{"pubkey", kPublicKey}, {"proof_of_possession", kSignature}, commission, {"stake", kAmount}}),
         payload("EditValidator", "edit_validator", {validator, commission}),
         payload("ExitValidator", "exit_validator", {validator}),
         payload("Delegate", "delegate", {validator, {"amount", kAmount}}),
         payload("Undelegate", "undelegate", {validator, {"shares", kUint64}}),
         payload("Withdraw", "withdraw", {validator, {"exit_epoch", kUint64}}),
         payload("ClaimCommission", "claim_commission", {validator}),
         payload("Reserved", "reserved", {{"data", kBytes}})});
}

}  // namespace

rpc::Type transaction_type() {
    return rpc::object("Transaction", "what a sender signs",
                       {{"sender", kAddressText, "who pays"},
                        {"nonce", kUint64},
                        {"gas_limit", kUint64},
                        {"max_fee", kAmount, "for a unit of gas, the tip included"},
                        {"tip", kAmount, "for a unit of gas"},
                        {"payload", payload_type()}});
}

Json transaction_json(const Transaction& transaction) {
    return {{"sender", address_to_text(sender_of(transaction))},
            {"nonce", to_json(transaction.nonce)},
            {"gas_limit", to_json(transaction.gas_limit)},
            {"max_fee", to_json(transaction.max_fee)},
            {"tip", to_json(transaction.tip)},
            {"payload", std::visit(PayloadToJson{}, transaction.payload)}};
}

}  // namespace touchstone::node::api
