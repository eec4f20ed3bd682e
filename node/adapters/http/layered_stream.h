// The bytes of a connection, encrypted or not, as one type of stream: what stands above is compiled once for both.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <memory>
#include <utility>
#include <variant>

namespace touchstone::node::adapters {

/// An AsyncStream of Asio over a stream of Beast with timeouts. Handlers are functions; other completion tokens are not
/// taken.
template <class PlainStream>
class LayeredStream {
  public:
    using Plain = PlainStream;
    using Tls = boost::beast::ssl_stream<Plain>;
    using executor_type = typename Plain::executor_type;

    executor_type get_executor() noexcept { return beneath().get_executor(); }
    bool is_encrypted() const { return std::holds_alternative<Tls>(layers_); }
    /// Beneath encryption.
    Plain& beneath() {
        if (auto* plain = std::get_if<Plain>(&layers_)) return *plain;
        return std::get_if<Tls>(&layers_)->next_layer();
    }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (auto* plain = std::get_if<Plain>(&layers_)) {
            plain->async_read_some(buffers, std::forward<Handler>(handler));
        } else {
            tls().async_read_some(buffers, std::forward<Handler>(handler));
        }
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (auto* plain = std::get_if<Plain>(&layers_)) {
            plain->async_write_some(buffers, std::forward<Handler>(handler));
        } else {
            tls().async_write_some(buffers, std::forward<Handler>(handler));
        }
    }

  protected:
    explicit LayeredStream(Plain plain) : layers_(std::in_place_type<Plain>, std::move(plain)) {}
    /// Encrypted. The context outlives it, or is `kept`.
    LayeredStream(Plain plain, boost::asio::ssl::context& context, std::shared_ptr<const void> kept = {})
        : kept_(std::move(kept)), layers_(std::in_place_type<Tls>, std::move(plain), context) {}
    ~LayeredStream() = default;
    LayeredStream(LayeredStream&&) = default;
    LayeredStream& operator=(LayeredStream&&) = default;

    Plain* plain() { return std::get_if<Plain>(&layers_); }
    /// Precondition: it is encrypted.
    Tls& tls() { return std::get<Tls>(layers_); }

  private:
    std::shared_ptr<const void> kept_;
    std::variant<Plain, Tls> layers_;
};

}  // namespace touchstone::node::adapters
