// A node's RPC with answers from a test's script, over the real HTTP server.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cli/rpc/rpc_client.h"
#include "node/adapters/http/http_server.h"

namespace touchstone::cli {

class SilentLog final : public node::Log {
  public:
    void write(node::LogLevel, std::string_view, std::span<const node::LogField>) override {}
};

/// A method without a script is answered with -32601. Callable from the test's thread while it serves.
class ScriptedNode {
  public:
    explicit ScriptedNode(node::adapters::HttpOptions options = {}) : encrypted_(options.tls.has_value()) {
        options.address = *node::adapters::parse_http_address("127.0.0.1:0");
        node::adapters::HttpHandlers handlers;
        handlers.on_body = [this](const std::string& body, const node::Caller&,
                                  const node::adapters::HttpReply& reply) { reply(respond(body)); };
        auto server = node::adapters::HttpServer::start(options, std::move(handlers), log_);
        EXPECT_TRUE(server.ok());
        if (server.ok()) server_ = std::move(server).value();
    }

    std::string url() const { return url(server_->address().host); }
    /// By another name of this machine.
    std::string url(const std::string& host) const { return HttpUrl{host, server_->address().port, encrypted_}.text(); }

    /// The next answer to calls of the method; the last is given again and again.
    void answer(const std::string& method, RpcJson result) { script(method, {{"result", std::move(result)}}); }
    void refuse(const std::string& method, std::int64_t code, const std::string& message,
                RpcJson data = RpcJson::object()) {
        script(method, {{"error", {{"code", code}, {"message", message}, {"data", std::move(data)}}}});
    }
    /// Nothing of the script holds any more.
    void forget(const std::string& method) {
        const std::lock_guard lock(mutex_);
        script_.erase(method);
    }

    /// The parameters of the calls of a method, in their order.
    std::vector<RpcJson> calls(const std::string& method) const {
        const std::lock_guard lock(mutex_);
        const auto found = calls_.find(method);
        return found == calls_.end() ? std::vector<RpcJson>() : found->second;
    }

  private:
    void script(const std::string& method, RpcJson answer) {
        const std::lock_guard lock(mutex_);
        script_[method].push_back(std::move(answer));
    }

    std::string respond(const std::string& body) {
        const RpcJson json = RpcJson::parse(body, nullptr, false);
        if (!json.is_array()) return answer_to(json).dump();
        RpcJson all = RpcJson::array();
        for (const RpcJson& call : json)
            all.push_back(answer_to(call));
        return all.dump();
    }

    RpcJson answer_to(const RpcJson& call) {
        const std::lock_guard lock(mutex_);
        const std::string method = call.value("method", "");
        calls_[method].push_back(call.value("params", RpcJson()));
        RpcJson response = {{"error", {{"code", -32601}, {"message", "Method not found"}}}};
        const auto found = script_.find(method);
        if (found != script_.end()) {
            response = found->second.front();
            if (found->second.size() > 1) found->second.pop_front();
        }
        response["jsonrpc"] = "2.0";
        response["id"] = call.value("id", RpcJson());
        return response;
    }

    bool encrypted_;
    mutable std::mutex mutex_;
    std::map<std::string, std::deque<RpcJson>> script_;
    std::map<std::string, std::vector<RpcJson>> calls_;
    SilentLog log_;
    std::unique_ptr<node::adapters::HttpServer> server_;  // the last: nobody calls once the rest goes
};

}  // namespace touchstone::cli
