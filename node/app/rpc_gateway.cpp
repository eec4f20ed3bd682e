#include "node/app/rpc_gateway.h"

#include "node/rpc/exchange.h"

namespace touchstone::node::app {

namespace {

/// One body on its way.
class Errand : public std::enable_shared_from_this<Errand> {
  public:
    Errand(rpc::Exchange exchange, std::shared_ptr<const rpc::MethodTable> methods, PostToWriter post,
           adapters::HttpReply reply)
        : methods_(std::move(methods)),
          exchange_(std::move(exchange)),
          post_(std::move(post)),
          reply_(std::move(reply)) {}

    void go_on() {
        if (!exchange_.has_next()) return reply_(exchange_.response());
        post_([self = shared_from_this()] {
            self->exchange_.run_next();
            self->go_on();
        });
    }

  private:
    std::shared_ptr<const rpc::MethodTable> methods_;
    rpc::Exchange exchange_;
    PostToWriter post_;
    adapters::HttpReply reply_;
};

}  // namespace

adapters::HttpHandler make_rpc_handler(std::shared_ptr<const rpc::MethodTable> methods, PostToWriter post,
                                       const rpc::Limits& limits) {
    return [methods = std::move(methods), post = std::move(post), limits](const std::string& body, Caller caller,
                                                                          adapters::HttpReply reply) {
        rpc::Exchange exchange(body, *methods, limits, std::move(caller));
        std::make_shared<Errand>(std::move(exchange), methods, post, std::move(reply))->go_on();
    };
}

}  // namespace touchstone::node::app
