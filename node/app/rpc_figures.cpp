#include "node/app/rpc_figures.h"

#include <chrono>
#include <utility>
#include <variant>

namespace touchstone::node::app {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::uint64_t us_since(SteadyClock::time_point begun) {
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begun);
    return static_cast<std::uint64_t>(passed.count());
}

/// Counts as an error what ends with an exception.
rpc::Answer run_counted(const rpc::Method& method, const rpc::Arguments& arguments, const Caller& caller,
                        RpcFigures::Calls& calls) {
    try {
        rpc::Answer answer = method.run(arguments, caller);
        const bool refused = std::holds_alternative<rpc::Error>(answer);
        (refused ? calls.errors : calls.results).fetch_add(1, std::memory_order_relaxed);
        return answer;
    } catch (...) {
        calls.errors.fetch_add(1, std::memory_order_relaxed);
        throw;
    }
}

}  // namespace

RpcFigures::RpcFigures(const rpc::MethodTable& methods) {
    for (const rpc::Method& method : methods.methods())
        by_method_.try_emplace(std::string(method.declaration.name));
}

RpcFigures::Calls* RpcFigures::find(std::string_view method) {
    const auto found = by_method_.find(method);
    return found == by_method_.end() ? nullptr : &found->second;
}

std::shared_ptr<const rpc::MethodTable> counted(const rpc::MethodTable& methods,
                                                const std::shared_ptr<RpcFigures>& figures) {
    std::vector<rpc::Method> all = methods.methods();
    for (rpc::Method& method : all) {
        RpcFigures::Calls* const calls = figures->find(method.declaration.name);
        if (calls == nullptr) continue;
        method.run = [figures, calls, inner = method](const rpc::Arguments& arguments, const Caller& caller) {
            const auto begun = SteadyClock::now();
            rpc::Answer answer = run_counted(inner, arguments, caller, *calls);
            figures->calls.add(us_since(begun));
            return answer;
        };
    }
    return std::make_shared<const rpc::MethodTable>(std::move(all));
}

adapters::HttpHandler timed(adapters::HttpHandler handler, std::shared_ptr<RpcFigures> figures) {
    return [handler = std::move(handler), figures = std::move(figures)](std::string body, Caller caller,
                                                                        adapters::HttpReply reply) {
        handler(std::move(body), std::move(caller),
                [figures, begun = SteadyClock::now(), reply = std::move(reply)](std::optional<std::string> text) {
                    figures->bodies.add(us_since(begun));
                    reply(std::move(text));
                });
    };
}

}  // namespace touchstone::node::app
