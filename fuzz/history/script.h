// Inputs of histories written down as what they do: seeds that reach what no random bytes reach.
#pragma once

#include <vector>

#include "fuzz/input.h"

namespace touchstone::fuzz {

class Script {
  public:
    /// Of a block; see the functions below.
    using Operation = ByteVector;

    /// A block in the next slot; its turnout as `Turnout` says.
    Script& block(const std::vector<Operation>& operations, std::uint8_t turnout = 0);
    /// A block that is changed by these bytes before it is offered, and then as it was.
    Script& changed_block(const std::vector<Operation>& operations, const ByteVector& change);
    /// So many epochs (at most 4), each with all votes.
    Script& quiet(std::uint8_t epochs);
    Script& skip_slots(std::uint8_t slots);
    Script& skip_epoch();
    /// To the parent of the head, or further back.
    Script& go_back(std::uint8_t further = 0);

    const ByteVector& bytes() const { return bytes_; }

  private:
    Script& add(const ByteVector& bytes);
    void add_body(const std::vector<Operation>& operations, std::uint8_t turnout);

    ByteVector bytes_;
};

// Amounts in TST; senders are accounts, `validator` an index.
Script::Operation transfer(std::uint8_t sender, std::uint8_t recipient, std::uint8_t tst);
/// With one of the keys that are new.
Script::Operation register_validator(std::uint8_t sender, std::uint8_t key, std::uint8_t tst);
Script::Operation edit(std::uint8_t sender, std::uint8_t validator, std::uint8_t commission);
Script::Operation exit_validator(std::uint8_t sender, std::uint8_t validator);
Script::Operation delegate(std::uint8_t sender, std::uint8_t validator, std::uint8_t tst);
/// All shares, half of them, or what an operator may take.
enum class Part : std::uint8_t { half = 0, all = 1, unlocked = 6 };
Script::Operation undelegate(std::uint8_t sender, std::uint8_t validator, Part part);
/// Of the newest cohort, or of older ones.
Script::Operation withdraw(std::uint8_t sender, std::uint8_t validator, std::uint8_t older = 0);
Script::Operation claim(std::uint8_t sender, std::uint8_t validator);
Script::Operation voluntary_exit(std::uint8_t validator);
/// Two blocks of so many slots before the block that tells.
Script::Operation proposer_slashing(std::uint8_t validator, std::uint8_t slots_ago);
/// Two votes of the current epoch, or of so many epochs before it; a bit for each validator.
Script::Operation attester_slashing(std::uint16_t validators, std::uint8_t epochs_ago);

/// Whole lives: see the definitions.
std::vector<ByteVector> scripted_histories();

}  // namespace touchstone::fuzz
