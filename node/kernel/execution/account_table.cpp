#include "node/kernel/execution/account_table.h"

#include <algorithm>
#include <bit>

namespace touchstone::node {
namespace {

constexpr std::size_t kMaxBuckets = std::size_t{1} << 16U;

}  // namespace

AccountTable::AccountTable(std::size_t expected)
    : bits_(static_cast<unsigned>(std::bit_width(std::min(expected, kMaxBuckets - 1) / 2))),
      buckets_(std::size_t{1} << bits_) {}

std::map<Path, AccountTable::Entry>& AccountTable::bucket_of(const Path& path) {
    const std::size_t first = std::size_t{path.bytes[0]} << 8U | path.bytes[1];
    return buckets_[first >> (16 - bits_)];
}

AccountTable::Entry* AccountTable::find(const Path& path) {
    auto& bucket = bucket_of(path);
    const auto found = bucket.find(path);
    return found == bucket.end() ? nullptr : &found->second;
}

AccountTable::Entry& AccountTable::add(const AccountName& name, const Account& account) {
    return bucket_of(name.path).emplace(name.path, Entry{name.address, account, false}).first->second;
}

void AccountTable::set(const AccountName& name, const Account& account) {
    bucket_of(name.path).insert_or_assign(name.path, Entry{name.address, account, true});
}

}  // namespace touchstone::node
