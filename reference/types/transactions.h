// The containers of the page on execution, in the order of the prose [TXN-01].
#pragma once

#include "reference/base/basic_types.h"
#include "reference/ssz/container.h"

namespace touchstone::reference {

struct Account {
    std::uint64_t nonce = 0;
    Amount balance;
    static void describe(auto& self, auto& field) {
        field("nonce", self.nonce);
        field("balance", self.balance);
    }
    bool operator==(const Account&) const = default;
};

struct Transfer {
    Address recipient;
    Amount amount;
    static void describe(auto& self, auto& field) {
        field("recipient", self.recipient);
        field("amount", self.amount);
    }
    bool operator==(const Transfer&) const = default;
};

struct RegisterValidator {
    BLSPubkey pubkey;
    BLSSignature proof_of_possession;
    std::uint64_t commission = 0;
    Amount stake;
    static void describe(auto& self, auto& field) {
        field("pubkey", self.pubkey);
        field("proof_of_possession", self.proof_of_possession);
        field("commission", self.commission);
        field("stake", self.stake);
    }
    bool operator==(const RegisterValidator&) const = default;
};

struct EditValidator {
    ValidatorIndex validator_index;
    std::uint64_t commission = 0;
    static void describe(auto& self, auto& field) {
        field("validator_index", self.validator_index);
        field("commission", self.commission);
    }
    bool operator==(const EditValidator&) const = default;
};

struct ExitValidator {
    ValidatorIndex validator_index;
    static void describe(auto& self, auto& field) { field("validator_index", self.validator_index); }
    bool operator==(const ExitValidator&) const = default;
};

struct Delegate {
    ValidatorIndex validator_index;
    Amount amount;
    static void describe(auto& self, auto& field) {
        field("validator_index", self.validator_index);
        field("amount", self.amount);
    }
    bool operator==(const Delegate&) const = default;
};

struct Undelegate {
    ValidatorIndex validator_index;
    std::uint64_t shares = 0;
    static void describe(auto& self, auto& field) {
        field("validator_index", self.validator_index);
        field("shares", self.shares);
    }
    bool operator==(const Undelegate&) const = default;
};

struct Withdraw {
    ValidatorIndex validator_index;
    Epoch exit_epoch;
    static void describe(auto& self, auto& field) {
        field("validator_index", self.validator_index);
        field("exit_epoch", self.exit_epoch);
    }
    bool operator==(const Withdraw&) const = default;
};

struct ClaimCommission {
    ValidatorIndex validator_index;
    static void describe(auto& self, auto& field) { field("validator_index", self.validator_index); }
    bool operator==(const ClaimCommission&) const = default;
};

struct Reserved {
    static constexpr bool IS_SERIES = true;
    Bytes content;
    static void describe(auto& self, auto& field) {
        field("content", self.content, ssz::List{field.config.MAX_TRANSACTION_BYTES});
    }
    bool operator==(const Reserved&) const = default;
};

using Payload = std::variant<Transfer, RegisterValidator, EditValidator, ExitValidator, Delegate, Undelegate, Withdraw,
                             ClaimCommission, Reserved, Reserved, Reserved, Reserved>;

struct Transaction {
    Bytes32 sender;
    std::uint64_t nonce = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t max_fee = 0;
    std::uint64_t tip = 0;
    Payload payload;
    static void describe(auto& self, auto& field) {
        field("sender", self.sender);
        field("nonce", self.nonce);
        field("gas_limit", self.gas_limit);
        field("max_fee", self.max_fee);
        field("tip", self.tip);
        field("payload", self.payload);
    }
    bool operator==(const Transaction&) const = default;
};

struct SignedTransaction {
    Transaction message;
    Bytes64 signature;
    static void describe(auto& self, auto& field) {
        field("message", self.message);
        field("signature", self.signature);
    }
    bool operator==(const SignedTransaction&) const = default;
};

struct Event {
    Address emitter;
    Bytes32 topic;
    Bytes data;
    static void describe(auto& self, auto& field) {
        field("emitter", self.emitter);
        field("topic", self.topic);
        field("data", self.data, ssz::List{MAX_EVENT_BYTES});
    }
    bool operator==(const Event&) const = default;
};

struct Receipt {
    std::uint8_t status = 0;
    std::uint64_t gas_used = 0;
    std::vector<Event> events;
    static void describe(auto& self, auto& field) {
        field("status", self.status);
        field("gas_used", self.gas_used);
        field("events", self.events, ssz::List{MAX_EVENTS});
    }
    bool operator==(const Receipt&) const = default;
};

/// [BLK-11] The receipts of a block.
struct Receipts {
    static constexpr bool IS_SERIES = true;
    std::vector<Receipt> receipts;
    static void describe(auto& self, auto& field) {
        field("receipts", self.receipts, ssz::List{field.config.MAX_TRANSACTIONS});
    }
    bool operator==(const Receipts&) const = default;
};

struct TransactionBatch {
    static constexpr bool IS_SERIES = true;
    std::vector<SignedTransaction> transactions;
    static void describe(auto& self, auto& field) {
        field("transactions", self.transactions, ssz::List{MAX_GOSSIP_TRANSACTIONS});
    }
    bool operator==(const TransactionBatch&) const = default;
};

}  // namespace touchstone::reference
