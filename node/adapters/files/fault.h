// Why something of the operator's could not be used, as a value: an adapter throws nothing over its edge.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace touchstone::node::adapters {

/// What the operator has to look at. The program's exit code follows from it.
enum class FaultKind : std::uint8_t {
    Configuration,  // the command line or the configuration file
    Genesis,        // the genesis file
    Data,           // the data directory or a database
    Keys,           // key files and watermarks
    Network,        // addresses and ports
    Internal        // the operating system refused something else
};

/// `text` says what happened, where, and what to do about it.
struct Fault {
    FaultKind kind = FaultKind::Internal;
    std::string text;
};

/// A value, or why there is none.
template <class T>
class [[nodiscard]] Outcome {
  public:
    Outcome(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    Outcome(Fault fault) : content_(std::in_place_index<1>, std::move(fault)) {}

    bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Precondition of both: the matching answer of ok().
    T& value() & { return *std::get_if<0>(&content_); }
    const T& value() const& { return *std::get_if<0>(&content_); }
    T&& value() && { return std::move(*std::get_if<0>(&content_)); }
    const Fault& fault() const { return *std::get_if<1>(&content_); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

  private:
    std::variant<T, Fault> content_;
};

/// Success without a value.
struct Done {};

}  // namespace touchstone::node::adapters
