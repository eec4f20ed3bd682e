// Chance from the operating system's generator.
#pragma once

#include "node/ports/random.h"

namespace touchstone::node::adapters {

class SecureRandom final : public Random {
  public:
    std::uint64_t next() override;
};

}  // namespace touchstone::node::adapters
