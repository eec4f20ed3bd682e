// What waits to be written to a WebSocket, in its order and within its bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "node/ports/push_connection.h"

namespace touchstone::node::adapters {

/// Filled from any thread; emptied by the one of the connection.
class WebSocketQueue final : public PushConnection {
  public:
    /// Of what waits, with the text that is being written.
    struct Bounds {
        std::size_t bytes = 0;
        std::size_t messages = 0;
    };
    /// The code and the reason of the closing frame.
    struct Closing {
        std::uint16_t code = 0;
        std::string reason;
    };

    /// `wake` is called when there is something to do for the connection that was not there before; from any thread.
    WebSocketQueue(const Bounds& bounds, std::function<void()> wake);

    bool send(std::shared_ptr<const std::string> text) override;
    void close(std::string_view reason) override;
    bool is_open() const override;

    void close_with(std::uint16_t code, std::string_view reason);
    /// How it is to be closed, if so. What waited is gone then.
    std::optional<Closing> closing() const;
    /// What is to be written next, which counts until `pop`. Null: nothing.
    std::shared_ptr<const std::string> front() const;
    /// The front is written. Does nothing where closing has taken it.
    void pop();
    /// The connection is gone.
    void end();

  private:
    enum class State : std::uint8_t { Open, Closing, Ended };

    void begin_closing(std::uint16_t code, std::string_view reason);

    const Bounds bounds_;
    const std::function<void()> wake_;
    mutable std::mutex mutex_;
    State state_ = State::Open;
    Closing closing_;
    std::deque<std::shared_ptr<const std::string>> texts_;
    std::size_t bytes_ = 0;  // of them; never above the bound
};

}  // namespace touchstone::node::adapters
