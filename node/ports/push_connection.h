// A connection over which the node may speak unasked: a WebSocket.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace touchstone::node {

/// A text that is sent, in three pieces: what many connections are sent alike stands in the middle, once for all of
/// them.
struct PushText {
    std::string head;
    std::shared_ptr<const std::string> shared = {};  // null: nothing
    std::string tail = {};

    std::size_t size() const { return head.size() + (shared ? shared->size() : 0) + tail.size(); }
};

/// All of it from any thread; nothing of it waits.
class PushConnection {
  public:
    virtual ~PushConnection() = default;

    /// Queues a text, which leaves after those queued before, answers to calls among them. False: the connection is
    /// closed, or is being closed because of this text, and nothing more of what was queued need arrive. The reason is
    /// then "too_slow" if the text would have taken what the connection holds over its bound, and "overloaded" if it
    /// would have taken what all connections hold over theirs, and none of them more than this one.
    virtual bool send(PushText text) = 0;
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
