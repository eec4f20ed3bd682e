// A behaviour of the model as a vector. The expectations are the model's; nothing is asked of the reference's fork
// choice.
#pragma once

#include "conformance-tests/generator/model/chain_of_model.h"
#include "conformance-tests/generator/vector.h"

namespace touchstone::vectors::model {

struct ModelVector {
    Vector vector;
    std::string cut_short;  // why the last events are not in it; empty if all are
};

/// The behaviour up to the first event that no real chain has. Throws Unrealizable if nothing is left of it.
ModelVector vector_of(const Behaviour& behaviour, BlockCache& cache);

}  // namespace touchstone::vectors::model
