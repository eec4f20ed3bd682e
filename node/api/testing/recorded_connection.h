// The other end of a WebSocket in a test: it keeps what the node sends.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/ports/push_connection.h"
#include "node/rpc/type.h"

namespace touchstone::node::api {

class RecordedConnection final : public PushConnection {
  public:
    /// Takes so many texts and no more, as one whose reader is slow.
    explicit RecordedConnection(std::size_t room = std::numeric_limits<std::size_t>::max()) : room_(room) {}

    bool send(PushText text) override {
        if (!open_) return false;
        if (received.size() == room_) {
            close("too_slow");
            return false;
        }
        texts.push_back(whole(text));
        received.push_back(rpc::Json::parse(texts.back()));
        shared.push_back(std::move(text.shared));
        return true;
    }
    void close(std::string_view reason) override {
        open_ = false;
        closed_because = reason;
    }
    bool is_open() const override { return open_; }

    /// The params of the notifications of a subscription, in their order.
    std::vector<rpc::Json> told(const rpc::Json& subscription) const {
        std::vector<rpc::Json> params;
        for (const rpc::Json& each : received) {
            if (each.at("params").at("subscription") == subscription) params.push_back(each.at("params"));
        }
        return params;
    }

    std::vector<rpc::Json> received;
    // Of each of them:
    std::vector<std::string> texts;
    std::vector<std::shared_ptr<const std::string>> shared;  // what others may be sent too
    std::string closed_because;

  private:
    static std::string whole(const PushText& text) {
        return text.head + (text.shared ? *text.shared : std::string()) + text.tail;
    }

    std::size_t room_;
    bool open_ = true;
};

}  // namespace touchstone::node::api
