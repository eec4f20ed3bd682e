#include "node/kernel/tree/test_tree.h"

#include "crypto/sha256.h"

namespace touchstone::node::tree {
namespace {

using Pairs = std::vector<std::pair<Path, Hash>>;

template <class A, class B>
Hash model_hash(std::uint8_t tag, const A& a, const B& b) {
    ByteVector message{tag};
    message.insert(message.end(), a.bytes.begin(), a.bytes.end());
    message.insert(message.end(), b.bytes.begin(), b.bytes.end());
    return Hash(crypto::sha256_botan(message));
}

Hash model_subtree(const Pairs& entries, unsigned depth, std::size_t& inners) {
    if (entries.empty()) return {};
    if (entries.size() == 1) return model_hash(0, entries[0].first, entries[0].second);
    Pairs left;
    Pairs right;
    for (const auto& entry : entries) {
        const unsigned bit = (entry.first.bytes[depth / 8] >> (7 - depth % 8)) % 2;
        (bit == 0 ? left : right).push_back(entry);
    }
    ++inners;
    const Hash left_hash = model_subtree(left, depth + 1, inners);
    return model_hash(1, left_hash, model_subtree(right, depth + 1, inners));
}

ByteVector number_bytes(std::uint64_t number) {
    ByteVector bytes(sizeof number);
    std::memcpy(bytes.data(), &number, sizeof number);
    return bytes;
}

}  // namespace

Root model_root(const Model& model) {
    std::size_t inners = 0;
    return Root(model_subtree({model.begin(), model.end()}, 0, inners).bytes);
}

std::size_t model_inners(const Model& model) {
    std::size_t inners = 0;
    model_subtree({model.begin(), model.end()}, 0, inners);
    return inners;
}

std::vector<LeafChange> ordered(const std::vector<LeafChange>& changes) {
    std::map<Path, LeafChange> last;
    for (const LeafChange& change : changes)
        last[change.path] = change;
    std::vector<LeafChange> result;
    for (const auto& [path, change] : last)
        result.push_back(change);
    return result;
}

void apply_to(Model& model, const std::vector<LeafChange>& changes) {
    for (const LeafChange& change : changes) {
        if (change.value_hash) {
            model[change.path] = *change.value_hash;
        } else {
            model.erase(change.path);
        }
    }
}

Path random_path(std::uint64_t seed) { return Path(crypto::sha256(number_bytes(seed))); }

Hash random_value(std::uint64_t seed) { return Hash(crypto::sha256(number_bytes(~seed))); }

rc::Gen<Path> any_path() {
    return rc::gen::map(rc::gen::inRange<unsigned>(0, 320), [](unsigned choice) {
        if (choice >= 256) return random_path(choice);
        Path path = random_path(7);
        path.bytes[choice / 8] ^= static_cast<std::uint8_t>(0x80U >> (choice % 8));
        return path;
    });
}

rc::Gen<LeafChange> any_change() {
    return rc::gen::map(rc::gen::pair(any_path(), rc::gen::inRange<unsigned>(0, 6)),
                        [](const std::pair<Path, unsigned>& choice) {
                            // One in three removes, often what is absent.
                            if (choice.second < 2) return LeafChange{choice.first, std::nullopt};
                            return LeafChange{choice.first, random_value(choice.second)};
                        });
}

rc::Gen<std::vector<LeafChange>> any_changes() {
    return rc::gen::map(rc::gen::container<std::vector<LeafChange>>(any_change()), ordered);
}

}  // namespace touchstone::node::tree
