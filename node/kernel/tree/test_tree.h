// For the tests of this folder: the tree as a map with the recursion of the prose, and paths that meet and part
// everywhere.
#pragma once

#include <rapidcheck.h>

#include <map>
#include <vector>

#include "node/kernel/tree/tree.h"

namespace touchstone::node::tree {

using Model = std::map<Path, Hash>;

/// By KVT-03 and KVT-04, word for word, with the second implementation of SHA-256.
Root model_root(const Model& model);
/// Inner nodes of the model's tree.
std::size_t model_inners(const Model& model);

/// The changes in order of path, the last of each path.
std::vector<LeafChange> ordered(const std::vector<LeafChange>& changes);
void apply_to(Model& model, const std::vector<LeafChange>& changes);

Path random_path(std::uint64_t seed);
Hash random_value(std::uint64_t seed);

/// One of few paths: random ones, and such as agree with a fixed path in up to 255 bits.
rc::Gen<Path> any_path();
rc::Gen<LeafChange> any_change();
rc::Gen<std::vector<LeafChange>> any_changes();

}  // namespace touchstone::node::tree
