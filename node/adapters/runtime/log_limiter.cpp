#include "node/adapters/runtime/log_limiter.h"

#include <algorithm>
#include <utility>

namespace touchstone::node::adapters {

namespace {

/// A clock that was set back ends every span.
bool has_passed(std::uint64_t since_ms, std::uint64_t span_ms, std::uint64_t now_ms) {
    return now_ms < since_ms || now_ms - since_ms >= span_ms;
}

}  // namespace

LogLimiter::Decision LogLimiter::take(LogLevel level, std::string_view event, std::string_view content,
                                      std::uint64_t now_ms) {
    const std::lock_guard lock(mutex_);
    Decision decision;
    if (now_ms >= next_due_ms_) decision.due = take_due(now_ms);
    auto found = events_.find(event);
    if (found == events_.end()) found = events_.try_emplace(std::string(event)).first;
    OfEvent& state = found->second;
    if (is_to_be_left_out(state, level, content, now_ms)) {
        decision.write = false;
        if (state.left_out++ == 0) {
            state.left_out_since_ms = now_ms;
            next_due_ms_ = std::min(next_due_ms_, now_ms + kWindowMs);
        }
        return decision;
    }
    ++state.in_window;
    state.last_ms = now_ms;
    if (level >= LogLevel::Warning) state.last_content = content;
    return decision;
}

bool LogLimiter::is_to_be_left_out(OfEvent& state, LogLevel level, std::string_view content,
                                   std::uint64_t now_ms) const {
    if (has_passed(state.window_begun_ms, kWindowMs, now_ms)) {
        state.window_begun_ms = now_ms;
        state.in_window = 0;
    }
    if (state.in_window >= kMostInWindow) return true;
    return level >= LogLevel::Warning && state.last_content == content && !has_passed(state.last_ms, kRepeatMs, now_ms);
}

std::vector<LogLimiter::LeftOut> LogLimiter::take_due(std::uint64_t now_ms) {
    std::vector<LeftOut> due;
    next_due_ms_ = std::numeric_limits<std::uint64_t>::max();
    for (auto& [event, state] : events_) {
        if (state.left_out == 0) continue;
        if (has_passed(state.left_out_since_ms, kWindowMs, now_ms)) {
            due.push_back({event, std::exchange(state.left_out, 0)});
        } else {
            next_due_ms_ = std::min(next_due_ms_, state.left_out_since_ms + kWindowMs);
        }
    }
    return due;
}

std::vector<LogLimiter::LeftOut> LogLimiter::take_rest() {
    const std::lock_guard lock(mutex_);
    std::vector<LeftOut> rest;
    for (auto& [event, state] : events_) {
        if (state.left_out != 0) rest.push_back({event, std::exchange(state.left_out, 0)});
    }
    next_due_ms_ = std::numeric_limits<std::uint64_t>::max();
    return rest;
}

}  // namespace touchstone::node::adapters
