// Secure random bytes of the operating system.
#pragma once

#include <cstdint>
#include <span>

namespace touchstone::crypto {

// Fills `out` from the system's generator; ends the process if there is none (no caller can go on without).
void secure_random(std::span<std::uint8_t> out);

}  // namespace touchstone::crypto
