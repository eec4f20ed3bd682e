// The mesh of each topic: who passes messages on to whom. [NET-122]
#pragma once

#include <map>
#include <set>
#include <vector>

#include "node/ports/network.h"
#include "node/sim/random.h"

namespace touchstone::node::sim {

class Meshes {
  public:
    const std::set<std::size_t>& of(const Topic& topic, std::size_t node) const;
    bool contains(const Topic& topic, std::size_t a, std::size_t b) const { return of(topic, a).contains(b); }

    /// Grafts when the node has too few, of the `candidates` that may be in its mesh and are not; prunes when it has
    /// too many.
    void balance(const Topic& topic, std::size_t node, std::vector<std::size_t> candidates, std::size_t degree,
                 SeededRandom& random);
    /// Of every topic: when the connection between the two has ended.
    void separate(std::size_t a, std::size_t b);

  private:
    using Mesh = std::map<std::size_t, std::set<std::size_t>>;  // symmetric

    std::map<Topic, Mesh> meshes_;
};

}  // namespace touchstone::node::sim
