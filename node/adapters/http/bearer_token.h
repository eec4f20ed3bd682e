// A secret that a client shows to be answered. (RFC 6750)
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "node/adapters/files/fault.h"

namespace touchstone::node::adapters {

/// It has no text form but the header that shows it: nothing logs it.
class BearerToken {
  public:
    static constexpr std::size_t kFewest = 32;  // characters
    static constexpr std::size_t kMost = 512;

    /// From a file that only its owner may read.
    static Outcome<BearerToken> load(const std::filesystem::path& path);
    /// The same; made with 64 random hexadecimal digits if it is missing.
    static Outcome<BearerToken> load_or_create(const std::filesystem::path& path);

    /// Whether the value of an Authorization header shows it.
    bool admits(std::string_view authorization) const;
    /// The value of an Authorization header that shows it.
    std::string header_value() const { return std::string(kScheme) + token_; }
    bool is(const BearerToken& other) const;

  private:
    static constexpr std::string_view kScheme = "Bearer ";

    explicit BearerToken(std::string token) : token_(std::move(token)) {}

    std::string token_;
};

}  // namespace touchstone::node::adapters
