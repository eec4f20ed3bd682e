// A connection over which the node may speak unasked: a WebSocket.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace touchstone::node {

/// All of it from any thread; nothing of it waits.
class PushConnection {
  public:
    virtual ~PushConnection() = default;

    /// Queues a text, which leaves after those queued before, answers to calls among them. False: the connection is
    /// closed, or the text would have taken what it holds over its bound; then it is being closed with the reason
    /// "too_slow", and nothing more of what was queued need arrive.
    virtual bool send(std::shared_ptr<const std::string> text) = 0;
    /// Closes it; `reason` is what the peer reads in the closing frame, at most 123 bytes.
    virtual void close(std::string_view reason) = 0;
    virtual bool is_open() const = 0;
};

/// Who has made a call.
struct Caller {
    /// Null: the call has come in a request of its own, over which nothing but its answer can be sent.
    std::shared_ptr<PushConnection> connection;
};

}  // namespace touchstone::node
