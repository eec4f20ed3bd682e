// The containers of the page on stake, in the order of the prose [STK-03], [STK-08].
#pragma once

#include "reference/base/basic_types.h"
#include "reference/ssz/container.h"

namespace touchstone::reference {

struct QueuedBond {
    ValidatorIndex validator_index;
    Address delegator;
    Amount amount;
    Slot slot;
    static void describe(auto& self, auto& field) {
        field("validator_index", self.validator_index);
        field("delegator", self.delegator);
        field("amount", self.amount);
        field("slot", self.slot);
    }
    bool operator==(const QueuedBond&) const = default;
};

struct QueuedUnbond {
    ValidatorIndex validator_index;
    Address delegator;
    std::uint64_t shares = 0;
    static void describe(auto& self, auto& field) {
        field("validator_index", self.validator_index);
        field("delegator", self.delegator);
        field("shares", self.shares);
    }
    bool operator==(const QueuedUnbond&) const = default;
};

struct Cohort {
    Amount tokens;
    std::uint64_t shares = 0;
    Epoch hold_epoch;
    Epoch previous;
    static void describe(auto& self, auto& field) {
        field("tokens", self.tokens);
        field("shares", self.shares);
        field("hold_epoch", self.hold_epoch);
        field("previous", self.previous);
    }
    bool operator==(const Cohort&) const = default;
};

struct Queue {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    Amount budget;
    static void describe(auto& self, auto& field) {
        field("head", self.head);
        field("tail", self.tail);
        field("budget", self.budget);
    }
    bool operator==(const Queue&) const = default;
};

struct StakeEvent {
    ValidatorIndex index;
    Amount amount;
    std::uint64_t number = 0;
    static void describe(auto& self, auto& field) {
        field("index", self.index);
        field("amount", self.amount);
        field("number", self.number);
    }
    bool operator==(const StakeEvent&) const = default;
};

}  // namespace touchstone::reference
