#include "node/adapters/http/websocket_queue.h"

#include <utility>

namespace touchstone::node::adapters {

namespace {

// RFC 6455, section 7.4.1, and the registry that it began.
constexpr std::uint16_t kNormal = 1000;
constexpr std::uint16_t kTryAgainLater = 1013;
/// Of a control frame's 125 bytes the code takes two.
constexpr std::size_t kLongestReason = 123;

}  // namespace

WebSocketQueue::WebSocketQueue(const Bounds& bounds, std::function<void()> wake)
    : bounds_(bounds), wake_(std::move(wake)) {}

bool WebSocketQueue::send(std::shared_ptr<const std::string> text) {
    bool fits = false;
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::Open) return false;
        fits = texts_.size() < bounds_.messages && text->size() <= bounds_.bytes - bytes_;
        was_empty = texts_.empty();
        if (fits) {
            bytes_ += text->size();
            texts_.push_back(std::move(text));
        } else {
            begin_closing(kTryAgainLater, "too_slow");
        }
    }
    if (was_empty || !fits) wake_();
    return fits;
}

void WebSocketQueue::close(std::string_view reason) { close_with(kNormal, reason); }

void WebSocketQueue::close_with(std::uint16_t code, std::string_view reason) {
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::Open) return;
        begin_closing(code, reason);
    }
    wake_();
}

bool WebSocketQueue::is_open() const {
    const std::lock_guard lock(mutex_);
    return state_ == State::Open;
}

std::optional<WebSocketQueue::Closing> WebSocketQueue::closing() const {
    const std::lock_guard lock(mutex_);
    if (state_ != State::Closing) return std::nullopt;
    return closing_;
}

std::shared_ptr<const std::string> WebSocketQueue::front() const {
    const std::lock_guard lock(mutex_);
    return texts_.empty() ? nullptr : texts_.front();
}

void WebSocketQueue::pop() {
    const std::lock_guard lock(mutex_);
    if (texts_.empty()) return;
    bytes_ -= texts_.front()->size();
    texts_.pop_front();
}

void WebSocketQueue::end() {
    const std::lock_guard lock(mutex_);
    state_ = State::Ended;
    texts_.clear();
    bytes_ = 0;
}

void WebSocketQueue::begin_closing(std::uint16_t code, std::string_view reason) {
    state_ = State::Closing;
    closing_ = {code, std::string(reason.substr(0, kLongestReason))};
    texts_.clear();
    bytes_ = 0;
}

}  // namespace touchstone::node::adapters
