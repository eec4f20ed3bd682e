// For tests: random histories of stake on a stage, drawn from one number.
#pragma once

#include "reference/chain/test_stage.h"

namespace touchstone::reference::test {

struct StakeOperation {
    Address sender;
    Payload payload;
};

/// Something that a validator did in an epoch, and whoever proposes the block that reports it.
struct Offence {
    std::uint64_t validator = 0;
    Epoch epoch;
    std::uint64_t reporter = 0;
    bool operator==(const Offence&) const = default;
};

/// Draws that come from one number, for RapidCheck's own get smaller where a case is small.
class Draws {
  public:
    explicit Draws(std::uint64_t seed) : seed_(seed) {}

    std::uint64_t below(std::uint64_t bound);
    bool one_in(std::uint64_t count) { return below(count) == 0; }

  private:
    std::uint64_t seed_;
};

/// What befalls stake on a stage. Equal seeds and stages give equal draws.
class StakeDraws : public Draws {
  public:
    using Draws::Draws;

    /// An operation of anybody that may succeed or not.
    StakeOperation any_operation(const Stage& stage);
    /// An offence of late. Who did it need not be slashable; who is slashed already is more often drawn than others.
    Offence any_offence(const Stage& stage);

  private:
    Address anybody(const Stage& stage);
    ValidatorIndex any_pool(const Stage& stage);
    ValidatorIndex own_pool(const Stage& stage, const Address& sender);
    Amount any_amount(const Stage& stage, const Address& sender);
    std::uint64_t any_shares(std::uint64_t held);
    Payload any_withdrawal(const Stage& stage, const Address& sender);
    StakeOperation operation_of_an_operator(const Stage& stage);
};

}  // namespace touchstone::reference::test
