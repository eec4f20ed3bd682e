#include "node/kernel/consensus/public_keys.h"

#include <algorithm>

namespace touchstone::node {

PublicKeys::PublicKeys(std::span<const Key> keys) {
    for (const Key& key : keys)
        append(key);
}

const crypto::bls::PublicKey* PublicKeys::find(std::size_t index) const {
    if (index >= size()) return nullptr;
    const Key& key = table_->chunks[index / kPerChunk]->keys[index % kPerChunk];
    return key ? &*key : nullptr;
}

void PublicKeys::append(const Key& key) {
    if (!table_) table_ = Shared<Table>::make();
    Table& table = table_.writable();
    if (table.size % kPerChunk == 0) {
        table.chunks.push_back(Shared<Chunk>::make());
        table.chunks.back().writable().keys.reserve(kPerChunk);
    }
    table.chunks.back().writable().keys.push_back(key);
    ++table.size;
}

PublicKeys PublicKeys::prefix(std::size_t count) const {
    if (count >= size()) return *this;
    PublicKeys result;
    if (count == 0) return result;
    result.table_ = Shared<Table>::make();
    Table& table = result.table_.writable();
    const std::size_t whole = count / kPerChunk;
    table.chunks.assign(table_->chunks.begin(), table_->chunks.begin() + static_cast<std::ptrdiff_t>(whole));
    table.size = whole * kPerChunk;
    while (table.size < count)
        result.append(table_->chunks[whole]->keys[table.size % kPerChunk]);
    return result;
}

PublicKeys parse_public_keys(const ConsensusState& consensus, PublicKeys known, const ParallelFor& parallel_for) {
    const std::size_t first = known.size();
    if (first >= consensus.validators.size()) return known;
    std::vector<PublicKeys::Key> parsed(consensus.validators.size() - first);
    parallel_for(parsed.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            parsed[i] = crypto::bls::PublicKey::parse(consensus.validators[first + i].pubkey.view());
    });
    for (const PublicKeys::Key& key : parsed)
        known.append(key);
    return known;
}

}  // namespace touchstone::node
