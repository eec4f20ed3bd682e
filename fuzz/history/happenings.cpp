#include "fuzz/history/happenings.h"

#include <array>

#include "fuzz/chain/translate.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"

namespace touchstone::fuzz {

using namespace reference;  // NOLINT(google-build-using-namespace): every type here is the reference's

namespace {

constexpr std::uint8_t kAccountEntry = 0x01;
constexpr std::uint8_t kQueuedBondEntry = 0x04;
constexpr std::uint8_t kQueuedUnbondEntry = 0x05;
constexpr std::uint8_t kCohortEntry = 0x06;

/// Names what happened, once for each time.
class Observer {
  public:
    Observer(const ConsensusState& before, const ConsensusState& after, Happenings& noted)
        : before_(before), after_(after), noted_(noted) {}

    void slots() {
        note(after_.current_justified_checkpoint.epoch > before_.current_justified_checkpoint.epoch, "justification");
        note(after_.finalized_checkpoint.epoch > before_.finalized_checkpoint.epoch, "finality");
        for (std::size_t i = 0; i < before_.validators.size(); ++i)
            validator_over_slots(before_.validators[i], after_.validators[i]);
        for (const auto& [key, value] : before_.entries.map())
            entry_over_slots(key, value);
        for (const auto& [key, value] : after_.entries.map())
            note(key[0] == kCohortEntry && !before_.entries.map().contains(key), "cohort made");
        for (std::size_t i = 0; i < before_.inactivity_scores.size(); ++i)
            note(after_.inactivity_scores[i] > before_.inactivity_scores[i], "inactivity");
    }
    void block() {
        for (std::size_t i = 0; i < before_.validators.size(); ++i) {
            const Validator& old = before_.validators[i];
            const Validator& now = after_.validators[i];
            note(!old.slashed && now.slashed, "slashing");
            note(old.slashed && now.slashed_from < old.slashed_from, "slashed again");
            note(before_.shares[i] != 0 && after_.shares[i] == 0, "pool emptied");
        }
        for (const auto& [key, value] : before_.entries.map()) {
            if (key[0] != kCohortEntry) continue;
            const auto left = of_after<Cohort>(key);
            note(!left, "cohort emptied");
            note(left && left->shares == decode<Cohort>(value).shares && left->tokens < decode<Cohort>(value).tokens,
                 "cohort slashed");
        }
    }

  private:
    void note(bool happened, const char* name) {
        if (happened) ++noted_[name];
    }
    template <class T>
    T decode(const reference::Bytes& value) const {
        return need(ssz::deserialize<T>(value, before_.config));
    }
    template <class T>
    std::optional<T> of_after(const reference::Bytes& key) const {
        const auto found = after_.entries.map().find(key);
        if (found == after_.entries.map().end()) return std::nullopt;
        return decode<T>(found->second);
    }

    void validator_over_slots(const Validator& old, const Validator& now) {
        const auto known = [](Epoch epoch) { return epoch.value != FAR_FUTURE_EPOCH; };
        const auto became_known = [&](Epoch was, Epoch is) { return !known(was) && known(is); };
        note(became_known(old.eligibility_epoch, now.eligibility_epoch), "eligibility");
        note(known(old.eligibility_epoch) && !known(now.eligibility_epoch), "activation dropped");
        note(became_known(old.activation_epoch, now.activation_epoch), "activation");
        note(became_known(old.exit_epoch, now.exit_epoch), "exit");
        if (!became_known(old.exit_request_epoch, now.exit_request_epoch)) return;
        note(true, old.effective_stake.value <= before_.config.EJECTION_STAKE ? "ejection" : "displacement");
    }

    void entry_over_slots(const reference::Bytes& key, const reference::Bytes& value) {
        switch (key[0]) {
            case kAccountEntry: {
                const auto account = of_after<Account>(key);
                return note(account && account->balance > decode<Account>(value).balance, "refund");
            }
            case kQueuedBondEntry: {
                const auto left = of_after<QueuedBond>(key);
                const auto bond = decode<QueuedBond>(value);
                note(!left && bond.amount.value != 0, "bond done");
                return note(left && left->amount < bond.amount, "bond done in part");
            }
            case kQueuedUnbondEntry:
                return unbond_over_slots(decode<QueuedUnbond>(value), of_after<QueuedUnbond>(key));
            case kCohortEntry: {
                const auto cohort = of_after<Cohort>(key);
                return note(cohort && cohort->tokens < decode<Cohort>(value).tokens, "cohort penalized");
            }
            default:
                return;
        }
    }
    void unbond_over_slots(const QueuedUnbond& old, const std::optional<QueuedUnbond>& left) {
        const Validator& validator = after_.validators[old.validator_index.value];
        if (left) return note(left->shares < old.shares, "unbond done in part");
        const bool leaves = validator.exit_epoch.value != FAR_FUTURE_EPOCH;
        if (old.shares == 0) return note(!leaves, "exit moved to the tail");
        note(true, validator.slashed || leaves ? "unbond of one who leaves" : "unbond done");
    }

    const ConsensusState& before_;
    const ConsensusState& after_;
    Happenings& noted_;
};

}  // namespace

void note_slots(const ConsensusState& before, const ConsensusState& after, Happenings& noted) {
    Observer(before, after, noted).slots();
}

void note_block(const ConsensusState& before, const ConsensusState& after, Happenings& noted) {
    Observer(before, after, noted).block();
}

void note_transactions(const std::vector<SignedTransaction>& transactions, const std::vector<std::uint8_t>& statuses,
                       Happenings& noted) {
    static constexpr std::array kOperations{"transfer",   "registration", "edit",       "exit of an operator",
                                            "delegation", "undelegation", "withdrawal", "claim"};
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        const bool done = statuses[i] == SUCCESS;
        ++noted[done ? kOperations.at(transactions[i].message.payload.index())
                     : "status " + std::to_string(statuses[i])];
    }
}

}  // namespace touchstone::fuzz
