// What a joiner is sent of a state: parts and entries of any request, made by both sides and verified by both, spoilt,
// or made by nobody; and states put together of parts of any size.
#include <algorithm>
#include <bit>
#include <iterator>

#include "fuzz/agreement.h"
#include "fuzz/chain/translate.h"
#include "fuzz/targets.h"
#include "fuzz/transition/scenarios.h"
#include "node/kernel/state_sync/assembly.h"
#include "node/kernel/state_sync/entries.h"
#include "node/kernel/state_sync/parts.h"
#include "reference/sync/state_entries.h"
#include "reference/sync/state_parts.h"
#include "reference/tree/kv_tree.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;

constexpr unsigned kMostHeight = 12;  // of the leaves that a request may ask for
constexpr std::size_t kMostParts = 400;

/// A state of a scenario on both sides, with its root.
struct Origin {
    const reference::ConsensusState& state;
    node::Parameters parameters;
    node::ConsensusState node_state;
    node::tree::TreeVersion tree;
    reference::Root root;

    explicit Origin(const Scenario& scenario)
        : state(scenario.state),
          parameters(to_node(scenario.state.config)),
          node_state(scenario.node_state.consensus()),
          tree(scenario.node_state.tree()) {
        root.bytes = node_state.update_root(parameters).bytes;
    }
    const reference::Parameters& config() const { return state.config; }
};

const std::vector<Origin>& origins() {
    static const std::vector<Origin> all(scenarios().begin(), scenarios().end());
    return all;
}

// --------------------------------------------------------------------------------------------------------------- parts

reference::StatePartRequest any_part(Input& input) {
    reference::StatePartRequest request;
    request.field = input.below(node::ConsensusState::kFields + 1);
    if (input.below(8) == 0) {
        request.first = input.number();
        request.count = input.number();
        return request;
    }
    request.count = std::uint64_t{1} << input.below(kMostHeight + 2);
    request.first = input.below(4) == 0 ? input.number() / request.count * request.count : 0;
    if (input.flag()) request.first += input.below(8) * request.count;
    return request;
}

bool agree_on_part(const Origin& origin, const reference::StatePartRequest& request, const reference::StatePart& part) {
    return agree_on_verdict(
        "a part of a state", verify_state_part(origin.root, request, part, origin.config()),
        node::verify_state_part(translate(origin.root), translate<node::StatePartRequest>(request, origin.config()),
                                translate<node::StatePart>(part, origin.config()), origin.parameters));
}

void turn_bit(reference::Bytes& bytes, Input& input) {
    if (!bytes.empty()) bytes[input.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << input.below(8));
}

void turn_bit(std::vector<reference::Bytes32>& nodes, Input& input) {
    if (!nodes.empty()) input.choose(nodes).bytes[input.below(32)] ^= 1U;
}

template <class List>
void lengthen_or_shorten(List& list, Input& input, std::size_t most = 4096) {
    if (input.flag()) {
        if (list.size() < most) list.emplace_back();
    } else if (!list.empty()) {
        list.pop_back();
    }
}

void spoil(reference::StatePart& part, Input& input) {
    switch (input.below(6)) {
        case 0:
            part.length = input.flag() ? input.number() : part.length + 1;
            return;
        case 1:
            return turn_bit(part.data, input);
        case 2:
            return lengthen_or_shorten(part.data, input);
        case 3:
            return turn_bit(part.proof, input);
        case 4:
            return lengthen_or_shorten(part.proof, input, reference::MAX_STATE_PROOF_NODES);
        default:  // a little less of the list, and its data as long as that
            part.length -= std::min<std::uint64_t>(part.length, 1 + input.below(4));
            part.data.resize(part.data.size() - std::min<std::size_t>(part.data.size(), input.below(256)));
            return;
    }
}

void compare_part(const Origin& origin, Input& input) {
    reference::StatePartRequest request = any_part(input);
    const auto for_node = translate<node::StatePartRequest>(request, origin.config());
    if (!agree_on_verdict("a request of a part", check_state_part_request(request, origin.config()),
                          node::check_state_part_request(for_node, origin.parameters))) {
        expect(!node::get_state_part(origin.node_state, for_node, origin.parameters).ok(), "no part of such a request");
        return;
    }
    reference::StatePart part = need(get_state_part(origin.state, request));
    const auto by_node = node::get_state_part(origin.node_state, for_node, origin.parameters);
    expect(by_node.ok(), "the node has the part that is asked for");
    agree_on_bytes("a part of a state", ssz::serialize(part, origin.config()), node::encode(*by_node));
    expect(agree_on_part(origin, request, part), "an honest part verifies");
    while (!input.empty()) {
        spoil(part, input);
        agree_on_part(origin, request, part);
    }
}

/// Of a request that fulfils SYN-09, whatever the state.
void compare_any_part(const Origin& origin, Input& input) {
    const reference::StatePartRequest request = any_part(input);
    if (!check_state_part_request(request, origin.config())) return;
    reference::StatePart part;
    part.length = input.flag() ? input.below(64) : input.number();
    for (std::uint64_t nodes = input.below(48); nodes > 0; --nodes)
        part.proof.emplace_back().bytes.fill(static_cast<std::uint8_t>(nodes));
    const Bytes rest = input.rest();
    part.data.assign(rest.begin(), rest.end());
    agree_on_part(origin, request, part);
}

// ------------------------------------------------------------------------------------------------------------ assembly

/// The parts of a field, mostly as large as they may be.
void append_field(const Origin& origin, std::uint64_t field, Input& input,
                  std::vector<reference::RequestedPart>& parts) {
    const node::StateFieldShape shape = *node::state_field_shape(field, origin.parameters);
    const auto greatest = static_cast<unsigned>(std::countr_zero(shape.most_of_request()));
    std::uint64_t first = 0;
    std::uint64_t leaves = 1;
    while (first < leaves && parts.size() < kMostParts) {
        unsigned height = first == 0 ? greatest : std::min(greatest, static_cast<unsigned>(std::countr_zero(first)));
        if (!input.empty() && input.below(4) == 0) height -= static_cast<unsigned>(input.below(height + 1));
        const node::StatePartRequest request{
            .block_root = {}, .field = field, .first = first, .count = std::uint64_t{1} << height};
        const auto made = node::get_state_part(origin.node_state, request, origin.parameters);
        expect(made.ok(), "the node has each part of its state");
        leaves = std::max<std::uint64_t>(1, shape.leaves(shape.is_list ? made->length : shape.limit));
        parts.push_back({need(ssz::deserialize<reference::StatePartRequest>(node::encode(request), origin.config())),
                         need(ssz::deserialize<reference::StatePart>(node::encode(*made), origin.config()))});
        first += request.count;
    }
}

bool agree_on_assembly(const Origin& origin, const std::vector<reference::RequestedPart>& parts) {
    std::vector<node::RequestedPart> for_node;
    for (const reference::RequestedPart& each : parts)
        for_node.push_back({translate<node::StatePartRequest>(each.request, origin.config()),
                            translate<node::StatePart>(each.part, origin.config())});
    const auto by_reference = assemble_state(origin.root, parts, origin.config());
    auto by_node = node::assemble_state(translate(origin.root), for_node, origin.parameters);
    if (!agree_on_verdict("a state put together", by_reference, by_node)) return false;
    agree_on_bytes("the root of a state put together", origin.root.bytes,
                   by_node->update_root(origin.parameters).bytes);
    return true;
}

void compare_assembly(const Origin& origin, Input& input) {
    std::vector<reference::RequestedPart> parts;
    for (std::uint64_t field = 0; field < node::ConsensusState::kFields; ++field)
        append_field(origin, field, input, parts);
    if (parts.size() >= kMostParts) return;
    expect(agree_on_assembly(origin, parts), "the parts of a state make it");
    const std::size_t place = input.below(parts.size());
    const auto at = parts.begin() + static_cast<std::ptrdiff_t>(place);
    switch (input.below(5)) {
        case 0:
            parts.erase(at);
            break;
        case 1:
            parts.insert(at, reference::RequestedPart(parts[place]));
            break;
        case 2:
            std::swap(*at, input.choose(parts));
            break;
        case 3:
            spoil(at->part, input);
            break;
        default:
            at->request.first += at->request.count;
            break;
    }
    agree_on_assembly(origin, parts);
}

// ------------------------------------------------------------------------------------------------------------- entries

/// The path of an entry, one beside it, or any.
reference::Bytes32 any_path(const Origin& origin, Input& input) {
    const auto& entries = origin.state.entries.map();
    reference::Bytes32 path;
    switch (input.below(4)) {
        case 0:
            path.bytes.fill(input.flag() ? 0xff : 0);
            return path;
        case 1:
            path.bytes[0] = static_cast<std::uint8_t>(input.number(1));
            path.bytes[1] = static_cast<std::uint8_t>(input.number(1));
            return path;
        default:
            break;
    }
    if (entries.empty()) return path;
    path =
        reference::path_of(std::next(entries.begin(), static_cast<std::ptrdiff_t>(input.below(entries.size())))->first);
    if (input.flag()) path.bytes[31] = static_cast<std::uint8_t>(path.bytes[31] + input.below(3) - 1);
    return path;
}

bool agree_on_entries(const Origin& origin, const reference::StateEntriesRequest& request,
                      const reference::StateEntries& answer) {
    return agree_on_verdict("entries of a state", verify_state_entries(origin.state.tree_root, request, answer),
                            node::verify_state_entries(translate(origin.state.tree_root),
                                                       translate<node::StateEntriesRequest>(request, origin.config()),
                                                       translate<node::StateEntries>(answer, origin.config())));
}

void spoil(const Origin& origin, reference::StateEntries& answer, Input& input) {
    switch (input.below(8)) {
        case 0:
            answer.last = any_path(origin, input);
            return;
        case 1:
            return lengthen_or_shorten(answer.entries, input);
        case 2:  // as if it had been cut there
            if (!answer.entries.empty()) answer.entries.pop_back();
            if (!answer.entries.empty()) answer.last = reference::path_of(answer.entries.back().key);
            return;
        case 3:
            if (!answer.entries.empty()) turn_bit(input.choose(answer.entries).value, input);
            return;
        case 4:
            if (!answer.entries.empty()) turn_bit(input.choose(answer.entries).key, input);
            return;
        case 5:
            if (!answer.entries.empty()) std::swap(input.choose(answer.entries), input.choose(answer.entries));
            return;
        case 6:
            return turn_bit(answer.proof.hashes, input);
        default:
            return lengthen_or_shorten(answer.proof.shape, input);
    }
}

void compare_entries(const Origin& origin, Input& input) {
    const reference::StateEntriesRequest request{
        .block_root = {}, .first = any_path(origin, input), .last = any_path(origin, input)};
    const auto for_node = translate<node::StateEntriesRequest>(request, origin.config());
    if (!agree_on_verdict("a request of entries", reference::check_state_entries_request(request),
                          node::check_state_entries_request(for_node))) {
        return;
    }
    reference::StateEntries answer = need(get_state_entries(origin.state, request));
    const auto by_node = node::get_state_entries(origin.tree, for_node);
    expect(by_node.ok(), "the node has the entries that are asked for");
    agree_on_bytes("entries of a state", ssz::serialize(answer, origin.config()), node::encode(*by_node));
    expect(agree_on_entries(origin, request, answer), "honest entries verify");
    while (!input.empty()) {
        spoil(origin, answer, input);
        agree_on_entries(origin, request, answer);
    }
}

}  // namespace

void fuzz_state_pieces(Bytes bytes) {
    Input input(bytes);
    const Origin& origin = input.choose(origins());
    switch (input.below(8)) {
        case 0:
            return compare_assembly(origin, input);
        case 1:
            return compare_any_part(origin, input);
        case 2:
        case 3:
        case 4:
            return compare_part(origin, input);
        default:
            return compare_entries(origin, input);
    }
}

/// The first byte is the scenario's, the second says what is compared.
std::vector<ByteVector> state_piece_seeds() {
    return {
        {0, 0},                                               // a state of its largest parts
        {1, 0, 1, 0, 2, 0, 1, 1, 0, 3, 1, 1, 0, 2, 1, 1, 1},  // of smaller ones
        {2, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
        {0, 1, 9, 1, 3, 1, 0, 1, 4, 12, 1, 2, 3, 4, 5, 6, 7},  // a part that nobody made
        {0, 2, 0, 1, 0, 1, 0},                                 // a field that is one value
        {0, 2, 9, 1, 3, 1, 0, 1, 1, 0, 4, 3, 2, 2, 1},         // of a list, then spoilt
        {1, 3, 10, 1, 12, 1, 0, 0, 1, 2, 1, 4, 0},
        {2, 4, 13, 1, 5, 0, 1, 1, 0, 7, 5, 0, 9},
        {0, 2, 33, 1, 0, 0, 0},                               // no such field
        {0, 2, 9, 0, 3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0},     // no power of two
        {0, 5, 0, 0, 0, 1},                                   // all entries
        {1, 6, 2, 1, 0, 2, 7, 0, 1, 1, 2, 3, 0, 4, 1, 6, 0},  // those between two, then spoilt
        {2, 7, 0, 0, 0, 1, 2, 2, 2, 0, 1, 1, 5, 0, 3, 7, 0},
        {0, 5, 0, 1, 0, 0},  // an interval that ends before it begins
    };
}

}  // namespace touchstone::fuzz
