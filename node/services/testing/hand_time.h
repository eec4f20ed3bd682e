// A clock that a test moves by hand, and the timers that go by it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "node/ports/clock.h"
#include "node/ports/timers.h"

namespace touchstone::node {

class HandTime final : public Clock, public Timers {
  public:
    std::uint64_t now_ms() const override { return now; }
    TimerId call_at(std::uint64_t unix_ms, std::function<void()> task) override {
        tasks.emplace(unix_ms, std::move(task));
        return 0;
    }
    void cancel(TimerId) override {}
    void pass(std::uint64_t ms) {
        now += ms;
        while (!tasks.empty() && tasks.begin()->first <= now) {
            const auto task = std::move(tasks.begin()->second);
            tasks.erase(tasks.begin());
            task();
        }
    }
    std::uint64_t now = 1'000'000;
    std::multimap<std::uint64_t, std::function<void()>> tasks;
};

}  // namespace touchstone::node
