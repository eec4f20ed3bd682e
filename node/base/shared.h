// A counted pointer that tells reliably whether it is the only one: the base of copy-on-write data.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace touchstone::node {

/// std::shared_ptr does not order use_count() with the release of other owners; this does, so an only owner may write.
template <class T>
class Shared {
  public:
    Shared() = default;
    template <class... Arguments>
    static Shared make(Arguments&&... arguments) {
        Shared shared;
        shared.block_ = new Block(std::forward<Arguments>(arguments)...);
        return shared;
    }
    Shared(const Shared& other) : block_(other.block_) {
        if (block_ != nullptr) block_->owners.fetch_add(1, std::memory_order_relaxed);
    }
    Shared(Shared&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    Shared& operator=(Shared other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~Shared() {
        if (block_ != nullptr && block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete block_;
    }

    const T& operator*() const { return block_->content; }
    const T* operator->() const { return &block_->content; }
    explicit operator bool() const { return block_ != nullptr; }
    bool same(const Shared& other) const { return block_ == other.block_; }

    /// The content for writing; copied first if anybody else holds it.
    T& writable() {
        if (block_->owners.load(std::memory_order_acquire) != 1) *this = make(std::as_const(block_->content));
        return block_->content;
    }

  private:
    struct Block {
        template <class... Arguments>
        explicit Block(Arguments&&... arguments) : content(std::forward<Arguments>(arguments)...) {}
        std::atomic<std::size_t> owners{1};
        T content;
    };
    Block* block_ = nullptr;
};

}  // namespace touchstone::node
