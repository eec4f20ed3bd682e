#include "node/app/rpc_gateway.h"

#include <deque>
#include <mutex>

#include "node/rpc/exchange.h"
#include "node/rpc/method.h"

namespace touchstone::node::app {

namespace {

using TimePoint = std::chrono::steady_clock::time_point;

rpc::Error limit_exceeded(const std::string& reason) {
    return rpc::common_error(rpc::code::kLimitExceeded).because(reason);
}

/// One body on its way.
class Errand : public std::enable_shared_from_this<Errand> {
  public:
    Errand(rpc::Exchange exchange, std::shared_ptr<const rpc::MethodTable> methods, PostToWriter post,
           PostToWriter serialize_on, adapters::HttpReply reply)
        : methods_(std::move(methods)),
          exchange_(std::move(exchange)),
          subscribes_(exchange_.subscribes()),
          post_(std::move(post)),
          serialize_on_(std::move(serialize_on)),
          reply_(std::move(reply)) {}

    void begin() {
        std::unique_lock lock(mutex_);
        go_on(lock);
    }

    /// Answers what was not run. False: the writer is at a call just now, which does not wait.
    bool give_up(const std::string& reason) {
        std::unique_lock lock(mutex_, std::try_to_lock);
        if (!lock) return false;
        if (answered_) return true;
        exchange_.refuse_rest(limit_exceeded(reason));
        answer(lock);
        return true;
    }

  private:
    /// With one lock, so that the server's thread does not come between the last call and its answer.
    void run_one() {
        std::unique_lock lock(mutex_);
        if (answered_) return;
        exchange_.run_next();
        has_results_ = true;
        go_on(lock);
    }

    void go_on(std::unique_lock<std::mutex>& lock) {
        if (!exchange_.has_next()) return answer(lock);
        lock.unlock();
        post_([self = shared_from_this()] { self->run_one(); });
    }

    /// Whoever comes later finds it answered, and leaves the exchange alone.
    void answer(std::unique_lock<std::mutex>& lock) {
        answered_ = true;
        lock.unlock();
        // What is told after a subscription comes from the writer: its answer has to leave before.
        if (!has_results_ || subscribes_ || !serialize_on_) return reply();
        serialize_on_([self = shared_from_this()] { self->reply(); });
    }

    void reply() {
        const rpc::Exchange exchange = std::move(exchange_);
        reply_(exchange.response());
    }

    std::shared_ptr<const rpc::MethodTable> methods_;
    std::mutex mutex_;
    rpc::Exchange exchange_;
    const bool subscribes_;
    bool answered_ = false;
    bool has_results_ = false;
    PostToWriter post_;
    PostToWriter serialize_on_;
    adapters::HttpReply reply_;
};

/// All that happens on the server's thread.
class Gateway {
  public:
    Gateway(std::shared_ptr<const rpc::MethodTable> methods, PostToWriter post, RpcGatewayOptions options)
        : methods_(std::move(methods)), post_(std::move(post)), options_(std::move(options)) {}

    void take(const std::string& body, Caller caller, adapters::HttpReply reply) {
        rpc::Exchange exchange(body, *methods_, options_.limits, std::move(caller));
        const bool waits = exchange.has_next();
        const auto errand =
            std::make_shared<Errand>(std::move(exchange), methods_, post_, options_.serialize_on, std::move(reply));
        if (waits) under_way_.push_back({options_.now() + options_.call_time, errand});
        errand->begin();
    }

    std::optional<std::string> refuse(const std::string& body, const std::string& reason) const {
        rpc::Exchange exchange(body, *methods_, options_.limits);
        exchange.refuse_rest(limit_exceeded(reason));
        return exchange.response();
    }

    /// All wait for the same time: those that came first are due first.
    void answer_overdue() {
        const TimePoint now = options_.now();
        const std::string reason = "the node did not come to this call within " +
                                   std::to_string(options_.call_time.count()) + " ms; try again later";
        while (!under_way_.empty()) {
            const auto errand = under_way_.front().errand.lock();
            if (errand && (under_way_.front().due > now || !errand->give_up(reason))) return;
            under_way_.pop_front();
        }
    }

  private:
    struct UnderWay {
        TimePoint due;
        std::weak_ptr<Errand> errand;
    };

    std::shared_ptr<const rpc::MethodTable> methods_;
    PostToWriter post_;
    RpcGatewayOptions options_;
    std::deque<UnderWay> under_way_;
};

}  // namespace

adapters::HttpHandlers make_rpc_handlers(std::shared_ptr<const rpc::MethodTable> methods, PostToWriter post,
                                         RpcGatewayOptions options) {
    const auto gateway = std::make_shared<Gateway>(std::move(methods), std::move(post), std::move(options));
    return {
        .on_body = [gateway](const std::string& body, Caller caller,
                             adapters::HttpReply reply) { gateway->take(body, std::move(caller), std::move(reply)); },
        .refuse_body = [gateway](const std::string& body,
                                 const std::string& reason) { return gateway->refuse(body, reason); },
        .on_tick = [gateway] { gateway->answer_overdue(); }};
}

}  // namespace touchstone::node::app
