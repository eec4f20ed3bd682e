#include "node/api/state_view.h"

#include <algorithm>

#include "node/kernel/stake/entries.h"
#include "node/kernel/tree/walk.h"

namespace touchstone::node::api {

namespace {

/// Of a kValidator.
std::variant<ValidatorIndex, rpc::Error> find_validator(StateView& view, const Json& json) {
    if (const auto public_key = public_key_from(json)) {
        if (const auto index = read_validator(view.entries, *public_key)) return *index;
    } else if (const std::uint64_t number = uint64_from(json); number < view.consensus().validators.size()) {
        return ValidatorIndex(number);
    }
    return kUnknownValidator.because("there is no validator " + json.get<std::string>() + " in the state of slot " +
                                     std::to_string(view.at.slot.value()));
}

}  // namespace

std::variant<StateView, rpc::Error> view_at(const Chain& chain, const Json& at) {
    auto found = state_at(chain, at);
    if (auto* error = std::get_if<rpc::Error>(&found)) return std::move(*error);
    return StateView(std::get<StateAt>(std::move(found)), chain.parameters());
}

std::variant<ValidatorView, rpc::Error> validator_at(const Chain& chain, const Json& validator, const Json& at) {
    auto viewed = view_at(chain, at);
    if (auto* error = std::get_if<rpc::Error>(&viewed)) return std::move(*error);
    auto& view = std::get<StateView>(viewed);
    const auto found = find_validator(view, validator);
    if (const auto* error = std::get_if<rpc::Error>(&found)) return *error;
    return ValidatorView{std::move(view), std::get<ValidatorIndex>(found)};
}

rpc::Parameter validators_parameter() {
    return {"validators", rpc::list_of(kValidator, kMostNamed), "their indices or public keys", true};
}

std::variant<std::vector<ValidatorIndex>, rpc::Error> validators_from(const Chain& chain, const Json& list) {
    auto viewed = view_at(chain, nullptr);
    if (auto* error = std::get_if<rpc::Error>(&viewed)) return std::move(*error);
    std::vector<ValidatorIndex> validators;
    for (const Json& each : list) {
        const auto found = find_validator(std::get<StateView>(viewed), each);
        if (const auto* error = std::get_if<rpc::Error>(&found)) return *error;
        validators.push_back(std::get<ValidatorIndex>(found));
    }
    std::ranges::sort(validators);
    const auto twice = std::ranges::unique(validators);
    validators.erase(twice.begin(), twice.end());
    return validators;
}

std::vector<rpc::ErrorKind> validator_errors() { return {kUnknownBlock, kStateNotKept, kUnknownValidator}; }

FoundShares find_shares(const StateView& view, const Json& after, const std::function<bool(const PoolShare&)>& wanted) {
    std::optional<Path> from;
    if (!after.is_null()) from = Path(root_from(after).bytes);
    const auto entries = tree::entries_after(view.at.state->tree(), from, kMostEntries);
    FoundShares found;
    for (const tree::EntryView& entry : entries) {
        const auto name = pool_share_of_key(entry.key);
        if (!name) continue;
        PoolShare share{entry.path, name->index, name->holder, 0};
        if (!wanted(share)) continue;
        const auto* const bytes = entry.value.data();
        for (std::size_t i = entry.value.size(); i-- != 0;)
            share.shares = (share.shares << 8U) | bytes[i];
        found.shares.push_back(share);
    }
    if (entries.size() == kMostEntries) found.next = to_json(entries.back().path);
    return found;
}

rpc::Parameter after_parameter() {
    return {"after", kRoot, "`next` of the page before; the first page if left out", false};
}

rpc::Field next_field() {
    return {
        "next", rpc::nullable(kRoot),
        "`after` of the next page, with the same `at`; null if this is the last. A page may be empty and not the last"};
}

}  // namespace touchstone::node::api
