// What `touchstone watch` shows: functions of what is known alone.
#pragma once

#include "cli/watch/model.h"

namespace touchstone::cli {

/// At most so many lines, each at most so many columns wide.
std::vector<std::string> draw(const WatchModel& model, std::size_t columns, std::size_t rows);

/// Tells what is new, where no table can be drawn or programs read it.
class Narrator {
  public:
    explicit Narrator(bool json) : json_(json) {}

    /// Lines: one for each slot that has a block or is over, from the head at the first time on; one for each
    /// reorganization; one where the node stops or begins to answer.
    std::vector<std::string> news(const WatchModel& model);
    /// That were told.
    std::uint64_t slots() const { return slots_; }

  private:
    void tell_connection(const WatchModel& model, std::vector<std::string>& lines);
    void tell_slots(const WatchModel& model, std::vector<std::string>& lines);

    bool json_;
    bool in_trouble_ = false;
    std::optional<std::uint64_t> told_;  // the last slot
    std::uint64_t slots_ = 0;
    std::uint64_t reorganizations_ = 0;
};

}  // namespace touchstone::cli
