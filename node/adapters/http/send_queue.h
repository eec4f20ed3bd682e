// What waits to be sent over one connection, in its order and within its bounds: the texts of a WebSocket, or the one
// answer to an HTTP request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "node/adapters/http/send_budget.h"
#include "node/ports/push_connection.h"

namespace touchstone::node::adapters {

/// Filled from any thread; emptied by the one of the connection.
class SendQueue final : public PushConnection {
  public:
    /// Of what waits, with the text of which a part is written. The budget is of all connections.
    struct Bounds {
        std::size_t bytes = 0;
        std::size_t messages = 0;
    };
    /// The code and the reason of the closing frame.
    struct Closing {
        std::uint16_t code = 0;
        std::string reason;
    };
    /// A part of a text.
    struct Slice {
        std::size_t bytes = 0;
        std::size_t of_text = 0;  // that the whole text has
        bool begins = false;
        bool ends = false;
    };

    /// `wake` is called when there is something to do for the connection that was not there before; from any thread.
    SendQueue(const Bounds& bounds, std::shared_ptr<SendBudget> budget, std::function<void()> wake);

    bool send(PushText text) override;
    void close(std::string_view reason) override;
    bool is_open() const override;

    void close_with(std::uint16_t code, std::string_view reason);
    /// How it is to be closed, if so. What waited is gone then.
    std::optional<Closing> closing() const;
    /// Copies what is to be written next, as much as there is room for, of one text; this counts no more once its end
    /// is copied. Nothing: nothing waits. So whoever is cut off holds nothing but `room`, however slowly it is written.
    std::optional<Slice> next(std::span<char> room);
    /// The connection is gone.
    void end();

  private:
    enum class State : std::uint8_t { Open, Closing, Ended };

    void drop_all();
    void begin_closing(std::uint16_t code, std::string_view reason);

    const Bounds bounds_;
    const std::function<void()> wake_;
    // With the lock of the budget:
    State state_ = State::Open;
    Closing closing_;
    std::deque<PushText> texts_;
    std::size_t copied_ = 0;   // of the first
    SendBudget::Share share_;  // the last member: nobody cuts off a queue that is half gone
};

}  // namespace touchstone::node::adapters
