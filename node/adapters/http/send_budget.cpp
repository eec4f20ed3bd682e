#include "node/adapters/http/send_budget.h"

#include <algorithm>
#include <utility>

namespace touchstone::node::adapters {

std::size_t SendBudget::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

std::uint64_t SendBudget::cut_off() const {
    const std::lock_guard lock(mutex_);
    return cut_off_;
}

SendBudget::Share::Share(std::shared_ptr<SendBudget> budget, CutOff cut_off)
    : budget_(std::move(budget)), cut_off_(std::move(cut_off)) {
    const auto held = lock();
    budget_->shares_.insert(this);
}

SendBudget::Share::~Share() {
    const auto held = lock();
    give_back_all();
    budget_->shares_.erase(this);
}

bool SendBudget::Share::take(std::size_t bytes, std::vector<Wake>& wakes) {
    SendBudget& budget = *budget_;
    while (bytes > budget.most_ - budget.waiting_) {
        ++budget.cut_off_;
        const Share& most_behind = **std::ranges::max_element(budget.shares_, {}, &Share::bytes_);
        if (most_behind.bytes_ <= bytes_ + bytes) return false;
        wakes.push_back(most_behind.cut_off_());
    }
    bytes_ += bytes;
    budget.waiting_ += bytes;
    return true;
}

void SendBudget::Share::give_back(std::size_t bytes) {
    bytes_ -= bytes;
    budget_->waiting_ -= bytes;
}

}  // namespace touchstone::node::adapters
