#include "fuzz/history/script.h"

#include "fuzz/history/history.h"
#include "fuzz/random.h"
#include "fuzz/targets.h"

namespace touchstone::fuzz {

Script& Script::add(const ByteVector& bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
}

void Script::add_body(const std::vector<Operation>& operations, std::uint8_t turnout) {
    add({0, turnout, static_cast<std::uint8_t>(operations.size())});
    for (const Operation& operation : operations)
        add(operation);
}

Script& Script::block(const std::vector<Operation>& operations, std::uint8_t turnout) {
    add({0});
    add_body(operations, turnout);
    return *this;
}

Script& Script::changed_block(const std::vector<Operation>& operations, const ByteVector& change) {
    add({14});
    add_body(operations, 0);
    return add({0}).add(change).add({1, 1});
}

Script& Script::quiet(std::uint8_t epochs) { return add({8, static_cast<std::uint8_t>(epochs - 1)}); }
Script& Script::skip_slots(std::uint8_t slots) { return add({10, slots}); }
Script& Script::skip_epoch() { return add({11}); }
Script& Script::go_back(std::uint8_t further) { return add({12, further}); }

namespace {

enum Kind : std::uint8_t {
    kTransfer,
    kRegistration,
    kEdit,
    kExit,
    kDelegation,
    kUndelegation,
    kWithdrawal,
    kClaim,
    kProposerSlashing = 13,
    kAttesterSlashing = 14,
    kVoluntaryExit = 15,
};

/// With gas for an account that is new, the least fee, and no fault.
Script::Operation transaction(std::uint8_t sender, Kind kind, const ByteVector& payload) {
    Script::Operation made{0, sender, kind};
    made.insert(made.end(), payload.begin(), payload.end());
    made.insert(made.end(), {1 + (1 << 4), 0});
    return made;
}

/// As TransactionMaker reads an index.
std::uint8_t any(std::uint8_t validator) { return static_cast<std::uint8_t>(4 * validator + 1); }

}  // namespace

Script::Operation transfer(std::uint8_t sender, std::uint8_t recipient, std::uint8_t tst) {
    return transaction(sender, kTransfer, {recipient, tst, 0});
}
Script::Operation register_validator(std::uint8_t sender, std::uint8_t key, std::uint8_t tst) {
    return transaction(sender, kRegistration, {key, tst, 0, 25, 0});
}
Script::Operation edit(std::uint8_t sender, std::uint8_t validator, std::uint8_t commission) {
    return transaction(sender, kEdit, {any(validator), commission});
}
Script::Operation exit_validator(std::uint8_t sender, std::uint8_t validator) {
    return transaction(sender, kExit, {any(validator)});
}
Script::Operation delegate(std::uint8_t sender, std::uint8_t validator, std::uint8_t tst) {
    return transaction(sender, kDelegation, {any(validator), tst, 0});
}
Script::Operation undelegate(std::uint8_t sender, std::uint8_t validator, Part part) {
    return transaction(sender, kUndelegation, {any(validator), static_cast<std::uint8_t>(part)});
}
Script::Operation withdraw(std::uint8_t sender, std::uint8_t validator, std::uint8_t older) {
    return transaction(sender, kWithdrawal, {any(validator), older});
}
Script::Operation claim(std::uint8_t sender, std::uint8_t validator) {
    return transaction(sender, kClaim, {any(validator)});
}
Script::Operation voluntary_exit(std::uint8_t validator) { return {kVoluntaryExit, validator, 1, 0}; }
Script::Operation proposer_slashing(std::uint8_t validator, std::uint8_t slots_ago) {
    return {kProposerSlashing, validator, static_cast<std::uint8_t>(slots_ago + 4), 0};
}
Script::Operation attester_slashing(std::uint16_t validators, std::uint8_t epochs_ago) {
    const auto low = static_cast<std::uint8_t>(validators);
    const auto high = static_cast<std::uint8_t>(validators >> 8U);
    return {kAttesterSlashing, static_cast<std::uint8_t>(epochs_ago + 1), 4, low, high, low, high, 0, 0};
}

namespace {

constexpr std::uint8_t kNew = kHistoryValidators;  // the first validator that a history registers

/// Registered, delegated to, active; stake leaves and is slashed behind its back; what is left of all is withdrawn.
Script whole_life() {
    Script script;
    script.block({register_validator(0, 0, 40), delegate(1, kNew, 20), delegate(2, 2, 60), transfer(3, 7, 5)});
    script.block({edit(0, kNew, 50), delegate(3, 4, 100)});  // more than the pool may hold
    script.quiet(4).quiet(4).quiet(1);
    script.block({undelegate(1, kNew, Part::half), undelegate(2, 2, Part::unlocked), edit(0, kNew, 10)});
    script.quiet(2);
    script.block({proposer_slashing(kNew, 8), undelegate(1, 1, Part::all)});
    script.quiet(1);
    script.block({withdraw(2, 2), claim(0, kNew), attester_slashing(1U << kNew, 4)});
    script.quiet(4).quiet(1);
    script.block({withdraw(1, kNew), withdraw(2, 2), undelegate(0, kNew, Part::all), claim(0, 0)});
    script.block({undelegate(1, kNew, Part::all), claim(0, kNew)});
    return script;
}

/// Two who come, of whom the second is one too many; the place that he took is empty once he has gone.
Script displacement() {
    Script script;
    script.block({register_validator(0, 1, 60), register_validator(1, 0, 70)});
    script.quiet(4).quiet(4).quiet(2);
    script.block({exit_validator(1, kNew + 1), withdraw(2, 8)});
    script.quiet(4);
    return script;
}

/// Who is to be activated takes his stake back, or leaves, before it comes to that.
Script second_thoughts() {
    Script script;
    script.block({register_validator(0, 0, 60), register_validator(1, 5, 70), delegate(2, kNew, 9)});
    script.quiet(4).skip_epoch();
    script.block({undelegate(0, kNew, Part::unlocked), exit_validator(1, kNew + 1), delegate(3, kNew + 1, 1)});
    script.block({delegate(3, kNew, 2), undelegate(1, kNew + 1, Part::all), claim(0, kNew)});
    script.quiet(4);
    return script;
}

/// Those who leave: by a transaction and by their own key, with unbonds before and behind them in the queue, until no
/// more may.
Script exits() {
    Script script;
    script.block({delegate(4, 0, 50), delegate(5, 1, 40), delegate(4, 3, 7)}).quiet(4).quiet(1);
    script.block({undelegate(0, 0, Part::half), exit_validator(0, 0), voluntary_exit(1), undelegate(4, 0, Part::all)});
    script.block({undelegate(2, 2, Part::unlocked), exit_validator(2, 2), voluntary_exit(3), delegate(4, 4, 10)});
    script.block({undelegate(5, 1, Part::half), undelegate(2, 2, Part::all), voluntary_exit(4), delegate(5, 5, 3)});
    script.quiet(4).quiet(4);
    script.block({withdraw(0, 0), withdraw(4, 0), undelegate(0, 0, Part::all), undelegate(1, 1, Part::all)});
    script.block({withdraw(5, 1, 1), undelegate(2, 2, Part::all), undelegate(5, 1, Part::all)});
    script.quiet(1);
    return script;
}

/// Two branches on which keys are registered in another order, by others: what an index means depends on the branch.
/// What is final on one is not on the other.
Script branches() {
    Script script;
    script.quiet(1);
    script.block({delegate(1, 3, 10), transfer(0, 8, 1)});
    script.block({register_validator(0, 0, 40), register_validator(1, 1, 50), transfer(2, 3, 1)});
    script.go_back().block({register_validator(2, 1, 60), register_validator(3, 2, 45)});
    script.block({delegate(3, kNew, 5), transfer(2, 4, 2)});
    script.go_back(1).quiet(4).quiet(2);  // where the first ones are, who now vote
    script.block({undelegate(1, 1, Part::unlocked), transfer(4, 9, 3)});
    script.go_back(1).block({delegate(3, kNew, 7), edit(0, kNew, 3)});
    script.skip_epoch().quiet(1).go_back(2).quiet(2);
    return script;
}

/// The other branch goes on for as long.
Script other_branch() {
    Script script;
    script.block({register_validator(0, 0, 40)});
    script.go_back().block({register_validator(1, 1, 50), register_validator(0, 0, 45)});
    script.quiet(4).quiet(4).quiet(2);
    script.block({proposer_slashing(kNew, 3), undelegate(0, kNew + 1, Part::half), claim(1, kNew)});
    script.quiet(2);
    return script;
}

/// Half of the stake is silent: nothing is final, bonds wait, and the silent ones are ejected in the end.
Script leak() {
    Script script;
    script.block({delegate(0, 6, 20), delegate(1, 8, 9), undelegate(5, 5, Part::unlocked)}, 14);
    for (int epoch = 0; epoch < 12; ++epoch)
        script.skip_epoch().block({transfer(0, 1, 1)}, 14);
    script.quiet(4);
    return script;
}

/// Nobody votes for as long as a history lasts: all stake leaks away.
Script silence() {
    Script script;
    for (int epoch = 0; epoch < 39; ++epoch)
        script.skip_epoch();
    return script.block({transfer(0, 1, 1)}, 15);
}

/// Offences of several, now and long ago, whose stake is on its way: in cohorts, in the queue, and still to come.
Script offences() {
    Script script;
    script.block({delegate(0, 1, 20), delegate(2, 3, 60), delegate(4, 5, 5)});
    script.quiet(4).quiet(2);
    script.block({undelegate(0, 1, Part::half), undelegate(2, 3, Part::all), undelegate(4, 5, Part::half)});
    script.quiet(1);
    script.block({delegate(0, 1, 2), undelegate(4, 5, Part::half)});
    script.block({attester_slashing(0b101010, 0), undelegate(2, 3, Part::all)});
    script.quiet(1);
    script.block({attester_slashing(0b001010, 3), proposer_slashing(5, 12), delegate(0, 1, 2)});
    script.quiet(4).quiet(1);
    script.block({withdraw(0, 1), withdraw(2, 3), withdraw(4, 5)});
    script.block({undelegate(1, 1, Part::all), undelegate(3, 3, Part::all), undelegate(0, 1, Part::all)});
    script.block({proposer_slashing(1, 20)});
    return script;
}

/// Those who have voted in the epoch are slashed before it ends: their votes do not count.
Script late_offence() {
    Script script;
    script.quiet(2).block({transfer(1, 2, 3)}).block({}).block({}).block({attester_slashing(0b10111, 0)});
    script.quiet(3);
    return script;
}

/// Each field once, signed again.
Script changes() {
    const std::vector<ByteVector> fields{{0, 3},
                                         {1, 5},
                                         {2, 1, 3, 3},
                                         {3, 1, 30, 7},
                                         {4, 1, 9, 0},
                                         {5, 1, 4, 4},
                                         {6, 1, 0, 0},
                                         {7, 1, 1, 3, 3},
                                         {7, 0, 1, 63, 7},
                                         {8, 0, 20},
                                         {9, 1, 0, 0, 0, 0, 0, 0, 1},
                                         {10, 0, 2},
                                         {11, 1, 95, 5}};
    Script script;
    for (const ByteVector& field : fields)
        script.changed_block({transfer(0, 1, 3), delegate(1, 2, 1)}, field);
    return script;
}

}  // namespace

std::vector<ByteVector> scripted_histories() {
    return {whole_life().bytes(),   displacement().bytes(), exits().bytes(),          branches().bytes(),
            other_branch().bytes(), leak().bytes(),         silence().bytes(),        offences().bytes(),
            late_offence().bytes(), changes().bytes(),      second_thoughts().bytes()};
}

std::vector<ByteVector> chain_seeds() {
    std::vector<ByteVector> seeds = scripted_histories();
    Random random(17);
    for (std::uint64_t i = 0; i < 12; ++i)
        seeds.push_back(random.bytes(40 + 20 * i));
    return seeds;
}

}  // namespace touchstone::fuzz
