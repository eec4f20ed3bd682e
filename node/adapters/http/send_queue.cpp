#include "node/adapters/http/send_queue.h"

#include <algorithm>
#include <array>
#include <utility>

namespace touchstone::node::adapters {

namespace {

// RFC 6455, section 7.4.1, and the registry that it began.
constexpr std::uint16_t kNormal = 1000;
constexpr std::uint16_t kTryAgainLater = 1013;
/// Of a control frame's 125 bytes the code takes two.
constexpr std::size_t kLongestReason = 123;

constexpr std::string_view kTooSlow = "too_slow";
constexpr std::string_view kOverloaded = "overloaded";

/// How much was copied.
std::size_t copy_from(const PushText& text, std::size_t offset, std::span<char> room) {
    const std::array<std::string_view, 3> pieces{
        text.head, text.shared ? std::string_view(*text.shared) : std::string_view(), text.tail};
    std::size_t copied = 0;
    for (const std::string_view piece : pieces) {
        const std::size_t skipped = std::min(offset, piece.size());
        offset -= skipped;
        const std::size_t bytes = std::min(piece.size() - skipped, room.size() - copied);
        piece.copy(room.data() + copied, bytes, skipped);
        copied += bytes;
    }
    return copied;
}

}  // namespace

SendQueue::SendQueue(const Bounds& bounds, std::shared_ptr<SendBudget> budget, std::function<void()> wake)
    : bounds_(bounds), wake_(std::move(wake)), share_(std::move(budget), [this] {
          begin_closing(kTryAgainLater, kOverloaded);
          return wake_;
      }) {}

bool SendQueue::send(PushText text) {
    const std::size_t bytes = text.size();
    std::vector<SendBudget::Share::Wake> wakes;
    bool taken = false;
    bool was_empty = false;
    {
        const auto lock = share_.lock();
        if (state_ != State::Open) return false;
        const bool fits = texts_.size() < bounds_.messages && bytes <= bounds_.bytes - share_.bytes();
        was_empty = texts_.empty();
        taken = fits && share_.take(bytes, wakes);
        if (taken) {
            texts_.push_back(std::move(text));
        } else {
            begin_closing(kTryAgainLater, fits ? kOverloaded : kTooSlow);
        }
    }
    if (was_empty || !taken) wake_();
    for (const auto& wake : wakes)
        wake();
    return taken;
}

void SendQueue::close(std::string_view reason) { close_with(kNormal, reason); }

void SendQueue::close_with(std::uint16_t code, std::string_view reason) {
    {
        const auto lock = share_.lock();
        if (state_ != State::Open) return;
        begin_closing(code, reason);
    }
    wake_();
}

bool SendQueue::is_open() const {
    const auto lock = share_.lock();
    return state_ == State::Open;
}

std::optional<SendQueue::Closing> SendQueue::closing() const {
    const auto lock = share_.lock();
    if (state_ != State::Closing) return std::nullopt;
    return closing_;
}

std::optional<SendQueue::Slice> SendQueue::next(std::span<char> room) {
    const auto lock = share_.lock();
    if (texts_.empty()) return std::nullopt;
    const PushText& text = texts_.front();
    Slice slice{.bytes = copy_from(text, copied_, room), .of_text = text.size(), .begins = copied_ == 0};
    copied_ += slice.bytes;
    slice.ends = copied_ == slice.of_text;
    if (slice.ends) {
        share_.give_back(slice.of_text);
        texts_.pop_front();
        copied_ = 0;
    }
    return slice;
}

void SendQueue::end() {
    const auto lock = share_.lock();
    state_ = State::Ended;
    drop_all();
}

void SendQueue::drop_all() {
    texts_.clear();
    copied_ = 0;
    share_.give_back_all();
}

void SendQueue::begin_closing(std::uint16_t code, std::string_view reason) {
    state_ = State::Closing;
    closing_ = {code, std::string(reason.substr(0, kLongestReason))};
    drop_all();
}

}  // namespace touchstone::node::adapters
