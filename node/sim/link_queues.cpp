#include "node/sim/link_queues.h"

#include <algorithm>
#include <utility>

namespace touchstone::node::sim {

namespace {

constexpr std::uint64_t kMicrosecondsOfMs = 1000;
constexpr std::uint64_t kMicrosecondsOfSecond = 1'000'000;
constexpr std::uint64_t kBitsOfByte = 8;

}  // namespace

std::uint64_t LinkQueues::now_us() const { return scheduler_.now_ms() * kMicrosecondsOfMs; }

void LinkQueues::call_at_us(std::uint64_t time_us, std::function<void()> task) {
    scheduler_.call_at((time_us + kMicrosecondsOfMs - 1) / kMicrosecondsOfMs, std::move(task));
}

void LinkQueues::send(std::size_t from, Copy copy, std::uint64_t bits_per_second) {
    bits_per_second_ = bits_per_second;
    copy.queued_us = now_us();
    outbound_[from].waiting.push_back(std::move(copy));
    if (!outbound_[from].wakes) drain(from);
}

/// The scheduler counts milliseconds, the queue microseconds: a copy may have begun a little before it is looked at.
void LinkQueues::drain(std::size_t from) {
    Outbound& side = outbound_[from];
    side.wakes = false;
    while (!side.waiting.empty()) {
        const std::uint64_t start_us = std::max(side.free_us, side.waiting.front().queued_us);
        if (start_us > now_us()) {
            side.wakes = true;
            return call_at_us(start_us, [this, from] { drain(from); });
        }
        Copy copy = std::move(side.waiting.front());
        side.waiting.pop_front();
        if (copy.is_wanted && !copy.is_wanted()) continue;
        const std::uint64_t duration_us = copy.bytes * kBitsOfByte * kMicrosecondsOfSecond / bits_per_second_;
        side.free_us = start_us + duration_us;
        const std::uint64_t first_bit_us = start_us + copy.latency_ms * kMicrosecondsOfMs;
        call_at_us(first_bit_us,
                   [this, to = copy.to, first_bit_us, duration_us, arrive = std::move(copy.arrive)]() mutable {
                       receive(to, first_bit_us, duration_us, std::move(arrive));
                   });
    }
}

void LinkQueues::receive(std::size_t to, std::uint64_t first_bit_us, std::uint64_t duration_us,
                         std::function<void()> arrive) {
    std::uint64_t& free_us = inbound_free_us_[to];
    free_us = std::max(free_us, first_bit_us) + duration_us;
    call_at_us(free_us, std::move(arrive));
}

/// The queue wakes once more if it was to, and finds nothing.
void LinkQueues::clear(std::size_t node) { outbound_[node].waiting.clear(); }

}  // namespace touchstone::node::sim
