#include "node/kernel/state_sync/assembly.h"

#include <algorithm>
#include <string>
#include <utility>

#include "node/kernel/state_sync/field_leaves.h"
#include "node/kernel/state_sync/parts.h"

namespace touchstone::node {

namespace {

/// The place of `tree_root` among the fields.
constexpr std::uint64_t kTreeRootField = 29;
static_assert(std::get<kTreeRootField>(schemas::schema<ConsensusState>.fields).member == &ConsensusState::tree_root);

using FieldContents = std::array<ByteVector, ConsensusState::kFields>;

/// Precondition: the contents are those of proved parts, one after the other.
Result<ConsensusState> decode_fields(const Root& state_root, const FieldContents& contents,
                                     const Parameters& parameters) {
    ConsensusState state;
    std::optional<Rejection> rejection;
    for (std::uint64_t i = 0; i < contents.size(); ++i) {
        state_sync::with_field(i, [&](const auto& each) {
            const auto decoded = each.kind.decode(contents[i], parameters, state.*each.member);
            if (!decoded.ok() && !rejection) rejection = decoded.rejection();
        });
    }
    if (rejection) return reject(Clause::SYN_16, std::string(to_string(rejection->clause)) + ", " + rejection->detail);
    if (state.update_root(parameters) != state_root) return reject(Clause::SYN_16, "the parts give another state");
    return state;
}

/// Whether the parts from `next` on begin with all of that field, and which is the first that is not of it.
Result<std::size_t> end_of_field(const std::vector<RequestedPart>& parts, std::size_t next, std::uint64_t field,
                                 const Parameters& parameters) {
    const StateFieldShape shape = *state_field_shape(field, parameters);
    std::uint64_t first = 0;
    std::uint64_t leaves = 1;
    do {
        if (next == parts.size() || parts[next].request.field != field || parts[next].request.first != first) {
            return reject(Clause::SYN_16,
                          "field " + std::to_string(field) + " has no part from leaf " + std::to_string(first) + " on");
        }
        leaves = shape.leaves(shape.is_list ? parts[next].part.length : shape.limit);
        const auto end = checked_add(first, parts[next].request.count);
        ++next;
        if (!end) break;
        first = *end;
    } while (first < leaves);
    return next;
}

}  // namespace

Result<ConsensusState> assemble_state(const Root& state_root, const std::vector<RequestedPart>& parts,
                                      const Parameters& parameters) {
    for (const RequestedPart& each : parts) {
        NODE_TRY(verify_state_part(state_root, each.request, each.part, parameters));
    }
    FieldContents contents;
    std::size_t next = 0;
    for (std::uint64_t field = 0; field < contents.size(); ++field) {
        NODE_TRY_ASSIGN(end, end_of_field(parts, next, field, parameters));
        for (; next < end; ++next)
            contents[field].insert(contents[field].end(), parts[next].part.data.begin(), parts[next].part.data.end());
    }
    if (next != parts.size()) return reject(Clause::SYN_16, "parts are left over");
    return decode_fields(state_root, contents, parameters);
}

StateAssembly::StateAssembly(const Parameters& parameters, const Root& block_root, const Root& state_root)
    : parameters_(parameters), block_root_(block_root), state_root_(state_root) {
    for (std::uint64_t i = 0; i < fields_.size(); ++i) {
        const StateFieldShape shape = *state_field_shape(i, parameters);
        if (!shape.is_list) fields_[i].length = shape.limit;
    }
}

/// With the first part of each list at least: it tells that the list is empty, if it is.
template <class Visit>
void StateAssembly::for_each_needed(const Visit& visit) const {
    for (std::uint64_t i = 0; i < fields_.size(); ++i) {
        const StateFieldShape shape = *state_field_shape(i, parameters_);
        const std::uint64_t count = shape.most_of_request();
        const std::uint64_t leaves = std::max<std::uint64_t>(1, shape.leaves(fields_[i].length.value_or(0)));
        for (std::uint64_t first = 0; first < leaves; first += count)
            visit(StatePartRequest{.block_root = block_root_, .field = i, .first = first, .count = count});
    }
}

Result<void> StateAssembly::add(const StatePartRequest& request, StatePart part) {
    NODE_TRY(verify_state_part(state_root_, request, part, parameters_));
    const StateFieldShape shape = *state_field_shape(request.field, parameters_);
    if (request.block_root != block_root_ || request.count != shape.most_of_request()) {
        return reject(Clause::SYN_09, "a part that is not asked for");
    }
    Field& field = fields_[request.field];
    if (shape.is_list) field.length = part.length;
    if (request.first == 0 || request.first < shape.leaves(*field.length)) {
        field.content.try_emplace(request.first, std::move(part.data));
    }
    return {};
}

bool StateAssembly::has(const StatePartRequest& request) const {
    return request.field < fields_.size() && fields_[request.field].content.contains(request.first);
}

std::vector<StatePartRequest> StateAssembly::missing() const {
    std::vector<StatePartRequest> requests;
    for_each_needed([&](const StatePartRequest& request) {
        if (!has(request)) requests.push_back(request);
    });
    return requests;
}

std::size_t StateAssembly::needed_parts() const {
    std::size_t count = 0;
    for_each_needed([&](const StatePartRequest&) { ++count; });
    return count;
}

std::size_t StateAssembly::had_parts() const {
    std::size_t count = 0;
    for (const Field& field : fields_)
        count += field.content.size();
    return count;
}

std::optional<Root> StateAssembly::tree_root() const {
    const auto& content = fields_[kTreeRootField].content;
    if (content.empty()) return std::nullopt;
    Root root;
    std::ranges::copy(content.begin()->second, root.bytes.begin());
    return root;
}

Result<ConsensusState> StateAssembly::finish() {
    FieldContents contents;
    for (std::uint64_t i = 0; i < fields_.size(); ++i) {
        for (const auto& [first, data] : std::exchange(fields_[i].content, {}))
            contents[i].insert(contents[i].end(), data.begin(), data.end());
    }
    return decode_fields(state_root_, contents, parameters_);
}

}  // namespace touchstone::node
