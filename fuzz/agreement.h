// What the two implementations are held to: the same verdict with the same clause, the same bytes, the same roots.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>

#include "fuzz/input.h"
#include "node/base/result.h"
#include "node/generated/parameters.h"
#include "reference/base/result.h"
#include "reference/generated/parameters.h"

namespace touchstone::fuzz {

/// The finding of a fuzz target. A fuzzer ends with it; a test reports it.
struct Disagreement : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string to_hex(Bytes bytes);

/// Empty for an accepted input, else the clause that it breaks.
template <class T>
std::string verdict(const reference::Result<T>& result) {
    return result ? std::string() : std::string(to_string(result.failure().clause));
}
template <class T>
std::string verdict(const node::Result<T>& result) {
    return result.ok() ? std::string() : std::string(to_string(result.rejection().clause));
}

/// Why a side decided as it did, for people.
template <class T>
std::string reason(const reference::Result<T>& result) {
    return result ? "accepts" : verdict(result) + " (" + result.failure().reason + ")";
}
template <class T>
std::string reason(const node::Result<T>& result) {
    return result.ok() ? "accepts" : verdict(result) + " (" + result.rejection().detail + ")";
}

[[noreturn]] void disagree(const std::string& about, const std::string& reference, const std::string& node);

/// How often each verdict (a clause, or "" for acceptance) was agreed on since the program began: what inputs reach.
std::map<std::string, std::uint64_t>& agreed_verdicts();

/// Whether both accept; a Disagreement unless both do, or both reject with the same clause.
template <class T, class U>
bool agree_on_verdict(const std::string& about, const reference::Result<T>& reference, const node::Result<U>& node) {
    if (verdict(reference) != verdict(node)) disagree(about, reason(reference), reason(node));
    ++agreed_verdicts()[verdict(reference)];
    return verdict(reference).empty();
}

void agree_on_bytes(const std::string& about, Bytes reference, Bytes node);

inline std::string shown(std::uint64_t number) { return std::to_string(number); }
inline std::string shown(const std::string& text) { return text; }

template <class T>
void agree_on(const std::string& about, const T& reference, const T& node) {
    if (reference != node) disagree(about, shown(reference), shown(node));
}

/// What must hold of one side alone.
void expect(bool condition, const std::string& what);

/// The same configuration for the other side.
node::Parameters to_node(const reference::Parameters& config);

}  // namespace touchstone::fuzz
