// Values of any SSZ type with arbitrary content, the same on every machine: what fuzzing of decoders begins with.
#pragma once

#include "fuzz/random.h"
#include "reference/ssz/type.h"
#include "reference/ssz/value.h"

namespace touchstone::fuzz {

class SampleValues {
  public:
    explicit SampleValues(std::uint64_t seed) : random_(seed) {}

    /// Lists have up to two elements, byte lists and bitlists up to nine.
    reference::ssz::Value value(const reference::ssz::Type& type);

  private:
    void fill(reference::ssz::Value& value, const reference::ssz::Type& element, std::uint64_t count);
    Random random_;
};

}  // namespace touchstone::fuzz
