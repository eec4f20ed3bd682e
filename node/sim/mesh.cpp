#include "node/sim/mesh.h"

namespace touchstone::node::sim {

const std::set<std::size_t>& Meshes::of(const Topic& topic, std::size_t node) const {
    static const std::set<std::size_t> none;
    const auto mesh = meshes_.find(topic);
    if (mesh == meshes_.end()) return none;
    const auto members = mesh->second.find(node);
    return members == mesh->second.end() ? none : members->second;
}

void Meshes::balance(const Topic& topic, std::size_t node, std::vector<std::size_t> candidates, std::size_t degree,
                     SeededRandom& random) {
    const std::size_t low = degree * 3 / 4;
    const std::size_t high = degree * 3 / 2;
    Mesh& mesh = meshes_[topic];
    std::set<std::size_t>& own = mesh[node];
    if (own.size() < low && !candidates.empty()) {
        random.shuffle(candidates);
        for (const std::size_t other : candidates) {
            if (own.size() >= degree) break;
            if (mesh[other].size() >= high) continue;
            own.insert(other);
            mesh[other].insert(node);
        }
    }
    while (own.size() > high) {
        auto chosen = own.begin();
        std::advance(chosen, static_cast<std::ptrdiff_t>(random.below(own.size())));
        mesh[*chosen].erase(node);
        own.erase(chosen);
    }
}

void Meshes::separate(std::size_t a, std::size_t b) {
    for (auto& [topic, mesh] : meshes_) {
        mesh[a].erase(b);
        mesh[b].erase(a);
    }
}

}  // namespace touchstone::node::sim
