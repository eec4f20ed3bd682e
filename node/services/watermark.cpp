#include "node/services/watermark.h"

#include <set>

namespace touchstone::node {

std::optional<Watermark> raised_for_block(const Watermark& watermark, Slot slot) {
    if (watermark.block_slot && slot <= *watermark.block_slot) return std::nullopt;
    Watermark raised = watermark;
    raised.block_slot = slot;
    return raised;
}

std::optional<Watermark> raised_for_attestation(const Watermark& watermark, Epoch source, Epoch target) {
    if (source > target) return std::nullopt;
    if (watermark.target && target <= *watermark.target) return std::nullopt;
    if (watermark.source && source < *watermark.source) return std::nullopt;
    Watermark raised = watermark;
    raised.source = source;
    raised.target = target;
    return raised;
}

bool WatermarkGuard::permit_block(const BlsPublicKey& key, Slot slot) {
    const auto recorded = protection_.load(key);
    if (!recorded) return false;  // [DUT-21]
    const auto raised = raised_for_block(*recorded, slot);
    if (!raised) return false;
    const WatermarkOfKey row{key, *raised};
    return protection_.raise({&row, 1});
}

std::vector<bool> WatermarkGuard::permit_attestation(std::span<const BlsPublicKey> keys, Epoch source, Epoch target) {
    std::vector<bool> permitted(keys.size(), false);
    std::vector<WatermarkOfKey> rows;
    std::set<BlsPublicKey> asked;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!asked.insert(keys[i]).second) continue;  // twice in one batch would be two signatures on one record
        const auto recorded = protection_.load(keys[i]);
        if (!recorded) continue;  // [DUT-21]
        const auto raised = raised_for_attestation(*recorded, source, target);
        if (!raised) continue;
        permitted[i] = true;
        rows.push_back({keys[i], *raised});
    }
    if (!rows.empty() && !protection_.raise(rows)) permitted.assign(keys.size(), false);
    return permitted;
}

}  // namespace touchstone::node
