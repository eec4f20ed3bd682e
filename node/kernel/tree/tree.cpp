#include "node/kernel/tree/tree.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <utility>

#include "node/kernel/tree/update.h"

namespace touchstone::node::tree {

/// Lives as long as the tree or one of its versions.
struct TreeCore {
    Nodes nodes;
    /// Versions whose last handle was dropped, as a list that anybody may push to and the writer takes whole.
    std::atomic<VersionRecord*> dropped{nullptr};

    ~TreeCore();
};

struct VersionRecord {
    std::shared_ptr<TreeCore> core;
    NodeRef top;
    Root root;
    std::uint64_t size;
    std::atomic<std::uint32_t> handles{1};
    VersionRecord* next = nullptr;
};

TreeCore::~TreeCore() {
    // Nodes go with their slabs; the bytes of entries do not.
    nodes.leaves().for_each_slot([](const Leaf& leaf) {
        if (leaf.owners != 0) leaf.content.free();
    });
    for (VersionRecord* record = dropped.load(std::memory_order_acquire); record != nullptr;)
        delete std::exchange(record, record->next);
}

namespace {

/// The record no longer keeps the core alive, for the core has the record now.
void hand_back(VersionRecord* record) {
    const std::shared_ptr<TreeCore> core = std::move(record->core);
    record->next = core->dropped.load(std::memory_order_relaxed);
    while (!core->dropped.compare_exchange_weak(record->next, record, std::memory_order_release,
                                                std::memory_order_relaxed)) {
    }
}

bool is_ascending(std::span<const LeafChange> changes) {
    return std::ranges::adjacent_find(
               changes, [](const LeafChange& a, const LeafChange& b) { return a.path >= b.path; }) == changes.end();
}

}  // namespace

TreeVersion::TreeVersion(const TreeVersion& other) : record_(other.record_) {
    if (record_ != nullptr) record_->handles.fetch_add(1, std::memory_order_relaxed);
}

TreeVersion::TreeVersion(TreeVersion&& other) noexcept : record_(std::exchange(other.record_, nullptr)) {}

TreeVersion& TreeVersion::operator=(TreeVersion other) noexcept {
    std::swap(record_, other.record_);
    return *this;
}

TreeVersion::~TreeVersion() {
    if (record_ != nullptr && record_->handles.fetch_sub(1, std::memory_order_acq_rel) == 1) hand_back(record_);
}

Root TreeVersion::root() const { return record_ == nullptr ? Root{} : record_->root; }

std::uint64_t TreeVersion::size() const { return record_ == nullptr ? 0 : record_->size; }

NodeRef TreeVersion::top() const { return record_ == nullptr ? NodeRef{} : record_->top; }

const Nodes& TreeVersion::nodes() const { return record_->core->nodes; }

const Leaf* TreeVersion::leaf(const Path& path) const {
    NodeRef node = top();
    for (unsigned depth = 0; node.is_inner(); ++depth) {
        const Inner& inner = nodes().inner(node);
        node = bit_of(path, depth) ? inner.right : inner.left;
    }
    if (node.is_empty()) return nullptr;
    const Leaf& leaf = nodes().leaf(node);
    return leaf.path == path ? &leaf : nullptr;
}

void TreeVersion::look_ahead(std::span<const Path> paths) const {
    if (!top().is_inner()) return;
    std::vector<NodeRef> places(paths.size(), top());
    bool deeper = true;
    for (unsigned depth = 0; deeper; ++depth) {
        deeper = false;
        for (std::size_t i = 0; i < paths.size(); ++i) {
            if (!places[i].is_inner()) continue;
            const Inner& inner = nodes().inner(places[i]);
            places[i] = bit_of(paths[i], depth) ? inner.right : inner.left;
            if (places[i].is_inner()) __builtin_prefetch(&nodes().inner(places[i]));
            deeper = true;
        }
    }
    for (const NodeRef place : places) {
        if (!place.is_leaf()) continue;
        __builtin_prefetch(&nodes().leaf(place));
        __builtin_prefetch(&nodes().leaf(place).content);
    }
    for (const NodeRef place : places) {
        if (place.is_leaf()) nodes().leaf(place).content.prefetch();
    }
}

std::optional<Hash> TreeVersion::find(const Path& path) const {
    const Leaf* const found = leaf(path);
    return found == nullptr ? std::nullopt : std::optional(found->value_hash);
}

Tree::Tree() : core_(std::make_shared<TreeCore>()) {}

Tree::~Tree() = default;

Tree::Applied Tree::apply(const TreeVersion& base, std::span<const LeafChange> changes,
                          const ParallelFor& parallel_for) {
    if (!is_ascending(changes)) std::abort();
    if (base.record_ != nullptr && base.record_->core != core_) std::abort();
    reclaim();
    Applied applied;
    applied.made.resize(changes.size());
    const UpdatedTop updated = update_tree(core_->nodes, base.top(), changes, applied.made, parallel_for);
    auto record = std::make_unique<VersionRecord>();
    record->core = core_;
    record->top = updated.top;
    record->root = Root(core_->nodes.hash(updated.top).bytes);
    record->size = base.size() + static_cast<std::uint64_t>(updated.growth);
    applied.version = TreeVersion(record.release());
    return applied;
}

void Tree::reclaim() {
    VersionRecord* record = core_->dropped.exchange(nullptr, std::memory_order_acquire);
    while (record != nullptr) {
        const std::unique_ptr<VersionRecord> owned(std::exchange(record, record->next));
        release(owned->top);
    }
}

void Tree::release(NodeRef top) {
    Nodes& nodes = core_->nodes;
    std::vector<NodeRef> pending{top};
    while (!pending.empty()) {
        const NodeRef node = pending.back();
        pending.pop_back();
        if (node.is_empty() || --nodes.owners(node) != 0) continue;
        if (node.is_leaf()) {
            nodes.leaf(node).content.free();
            nodes.leaves().free(node.index());
        } else {
            pending.push_back(nodes.inner(node).right);
            pending.push_back(nodes.inner(node).left);
            nodes.inners().free(node.index());
        }
    }
}

std::size_t Tree::live_inners() const { return core_->nodes.inners().live(); }
std::size_t Tree::live_leaves() const { return core_->nodes.leaves().live(); }
std::size_t Tree::bytes() const { return core_->nodes.inners().bytes() + core_->nodes.leaves().bytes(); }

}  // namespace touchstone::node::tree
