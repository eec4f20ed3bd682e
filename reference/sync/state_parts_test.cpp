#include "reference/sync/state_parts.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>

#include "reference/chain/test_chain.h"

namespace touchstone::reference {
namespace {

constexpr std::uint64_t FIELDS = 32;
constexpr std::uint64_t VALIDATORS = 9;
constexpr std::uint64_t BALANCES = 10;
constexpr std::uint64_t PARTICIPATION = 13;
constexpr std::uint64_t JUSTIFICATION_BITS = 15;

/// A state of a chain with blocks and votes, with all of its lists but the summaries filled.
const ConsensusState& some_state() {
    static const ConsensusState STATE = [] {
        test::Chain chain(40, MINIMAL, 3);
        chain.extend_to(Slot{19});
        return chain.state();
    }();
    return STATE;
}

Root root_of(const ConsensusState& state) { return hash_tree_root(state, state.config); }

StatePartRequest part_of(std::uint64_t field, std::uint64_t first = 0, std::uint64_t count = 1) {
    return {.block_root = {}, .field = field, .first = first, .count = count};
}

std::optional<Clause> verdict(const StatePartRequest& request, const StatePart& part) {
    const ConsensusState& state = some_state();
    const auto result = verify_state_part(root_of(state), request, part, state.config);
    return result ? std::nullopt : std::optional(result.failure().clause);
}

std::optional<Clause> verdict(const std::vector<RequestedPart>& parts) {
    const auto result = assemble_state(root_of(some_state()), parts, some_state().config);
    return result ? std::nullopt : std::optional(result.failure().clause);
}

/// The greatest count, as its logarithm, with which a field may be asked from `first` on.
unsigned greatest_count(std::uint64_t field, std::uint64_t first, const Parameters& config) {
    const unsigned depth = std::min(state_field(field, config)->depth, 12U);
    return first == 0 ? depth : std::min(depth, static_cast<unsigned>(std::countr_zero(first)));
}

/// All parts of a field; `choose` gives the logarithm of a count, at most that which it is given.
template <class Choose>
void append_parts(std::vector<RequestedPart>& parts, const ConsensusState& state, std::uint64_t field,
                  const Choose& choose) {
    const std::uint64_t leaf = state_field(field, state.config)->leaf_size;
    std::uint64_t first = 0;
    while (true) {
        const StatePartRequest request =
            part_of(field, first, std::uint64_t{1} << choose(greatest_count(field, first, state.config)));
        const StatePart part = get_state_part(state, request).value();
        if (part.data.empty() && first > 0) return;
        parts.push_back({request, part});
        first += request.count;
        const bool all = first >> state_field(field, state.config)->depth != 0;
        if (part.data.size() < request.count * leaf || all) return;
    }
}

template <class Choose>
std::vector<RequestedPart> parts_of(const ConsensusState& state, const Choose& choose) {
    std::vector<RequestedPart> parts;
    for (std::uint64_t field = 0; field < FIELDS; ++field)
        append_parts(parts, state, field, choose);
    return parts;
}

unsigned largest(unsigned most) { return most; }

/// [SYN-08]
TEST(StateField, HasTheLeavesOfItsKind) {
    const auto shape = [](std::uint64_t position, const Parameters& config = MAINNET) {
        const auto field = state_field(position, config);
        return std::tuple(field->is_list, field->leaf_size, field->depth);
    };
    EXPECT_EQ(shape(0), std::tuple(false, 8U, 0U)) << "a number is one leaf";
    EXPECT_EQ(shape(1), std::tuple(false, 32U, 0U)) << "a root is one chunk";
    EXPECT_EQ(shape(5), std::tuple(false, 112U, 0U)) << "the header of the latest block";
    EXPECT_EQ(shape(6), std::tuple(false, 32U, 13U)) << "8192 roots";
    EXPECT_EQ(shape(VALIDATORS), std::tuple(true, 169U, 40U));
    EXPECT_EQ(shape(BALANCES), std::tuple(true, 32U, 38U)) << "four to a chunk";
    EXPECT_EQ(shape(PARTICIPATION), std::tuple(true, 32U, 35U)) << "32 to a chunk";
    EXPECT_EQ(shape(JUSTIFICATION_BITS), std::tuple(false, 1U, 0U));
    EXPECT_FALSE(state_field(FIELDS, MAINNET));
    for (std::uint64_t field = 0; field < FIELDS; ++field)
        EXPECT_LE(state_field(field, MAINNET)->leaf_size * STATE_PART_LEAVES, STATE_PART_BYTES);
}

/// [SYN-09]
TEST(StatePartRequests, AskForAPowerOfTwoOfLeavesOfAField) {
    const auto allowed = [](const StatePartRequest& request) {
        return static_cast<bool>(check_state_part_request(request, MINIMAL));
    };
    EXPECT_EQ(check_state_part_request(part_of(FIELDS), MINIMAL).failure().clause, Clause::SYN_09);
    EXPECT_TRUE(allowed(part_of(0)));
    EXPECT_FALSE(allowed(part_of(0, 0, 0)));
    EXPECT_FALSE(allowed(part_of(0, 0, 2))) << "a single value has one leaf";
    EXPECT_FALSE(allowed(part_of(0, 1, 1)));
    EXPECT_FALSE(allowed(part_of(FIELDS)));
    EXPECT_FALSE(allowed(part_of(UINT64_MAX)));
    EXPECT_TRUE(allowed(part_of(VALIDATORS, 4096, 4096)));
    EXPECT_FALSE(allowed(part_of(VALIDATORS, 0, 8192)));
    EXPECT_FALSE(allowed(part_of(VALIDATORS, 0, 3)));
    EXPECT_FALSE(allowed(part_of(VALIDATORS, 6, 4))) << "no multiple of the count";
    EXPECT_TRUE(allowed(part_of(VALIDATORS, MINIMAL.VALIDATOR_REGISTRY_LIMIT - 1)));
    EXPECT_FALSE(allowed(part_of(VALIDATORS, MINIMAL.VALIDATOR_REGISTRY_LIMIT)));
    EXPECT_FALSE(allowed(part_of(VALIDATORS, std::uint64_t{1} << 63U, 4096)));
}

/// [SYN-10], [SYN-16]
TEST(StateParts, OfEveryFieldMakeTheState) {
    const ConsensusState& state = some_state();
    const auto made = assemble_state(root_of(state), parts_of(state, largest), state.config);
    ASSERT_TRUE(made);
    EXPECT_EQ(ssz::serialize(made.value(), state.config), ssz::serialize(state, state.config));
    EXPECT_EQ(made.value().config, state.config);
}

/// [SYN-10], [SYN-16]
RC_GTEST_PROP(StateParts, OfAnySizesMakeTheState, ()) {
    const auto any = [](unsigned most) { return *rc::gen::inRange(0U, most + 1); };
    RC_ASSERT(!verdict(parts_of(some_state(), any)));
}

/// [SYN-10] A proof may be longer than 64 nodes.
TEST(StateParts, AreProvedInTheDeepestTree) {
    Parameters config = MINIMAL;
    config.MAX_FORKS = UINT64_MAX;
    const ConsensusState state = test::genesis_state(16, config);
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
        const StatePartRequest request = part_of(4, first);
        const StatePart part = get_state_part(state, request).value();
        EXPECT_EQ(part.length, 1U);
        EXPECT_EQ(part.data.size(), first == 0 ? 12U : 0U);
        EXPECT_EQ(part.proof.size(), 70U);
        EXPECT_TRUE(verify_state_part(root_of(state), request, part, config)) << first;
    }
}

/// [SYN-15] What is not there has no bytes, and a proof.
TEST(StateParts, BehindTheLastLeafAreProvedToo) {
    const StatePartRequest request = part_of(VALIDATORS, 64, 16);
    StatePart part = get_state_part(some_state(), request).value();
    EXPECT_EQ(part.length, 40U);
    EXPECT_TRUE(part.data.empty());
    EXPECT_EQ(verdict(request, part), std::nullopt);
    EXPECT_EQ(verdict(part_of(VALIDATORS, 80, 16), part), std::nullopt) << "zeros beside zeros";
    EXPECT_EQ(verdict(part_of(VALIDATORS, 48, 16), part), Clause::SYN_15);
    EXPECT_EQ(verdict(part_of(VALIDATORS, 32, 16), part), Clause::SYN_12);
    part.length = 41;
    EXPECT_EQ(verdict(request, part), Clause::SYN_14);
}

/// [SYN-11]
TEST(StateParts, OfALongerListThanThereCanBeAreRefused) {
    StatePart part = get_state_part(some_state(), part_of(VALIDATORS)).value();
    part.length = MINIMAL.VALIDATOR_REGISTRY_LIMIT;
    EXPECT_EQ(verdict(part_of(VALIDATORS), part), Clause::SYN_14);
    ++part.length;
    EXPECT_EQ(verdict(part_of(VALIDATORS), part), Clause::SYN_11);
    part = get_state_part(some_state(), part_of(6)).value();
    part.length = 1;
    EXPECT_EQ(verdict(part_of(6), part), Clause::SYN_11) << "a vector has no length";
}

/// [SYN-12]
TEST(StateParts, OfAnotherLengthOrThatDoNotDecodeAreRefused) {
    const StatePartRequest request = part_of(VALIDATORS, 8, 8);
    const StatePart good = get_state_part(some_state(), request).value();
    StatePart bad = good;
    bad.data.pop_back();
    EXPECT_EQ(verdict(request, bad), Clause::SYN_12);
    bad = good;
    bad.data.push_back(0);
    EXPECT_EQ(verdict(request, bad), Clause::SYN_12);
    bad = good;
    bad.data[48 + 32 + 4 * 8] = 2;
    EXPECT_EQ(verdict(request, bad), Clause::SYN_12) << "slashed is a boolean";
    bad = get_state_part(some_state(), part_of(JUSTIFICATION_BITS)).value();
    bad.data[0] |= 0x10;
    EXPECT_EQ(verdict(part_of(JUSTIFICATION_BITS), bad), Clause::SYN_12);
}

/// [SYN-12] A packed list ends within a chunk.
TEST(StateParts, OfPackedValuesHaveNoPadding) {
    const StatePart part = get_state_part(some_state(), part_of(PARTICIPATION, 0, 4)).value();
    EXPECT_EQ(part.data.size(), 40U);
    EXPECT_EQ(get_state_part(some_state(), part_of(PARTICIPATION, 1)).value().data.size(), 8U);
}

/// [SYN-13]
TEST(StateParts, WithAnotherNumberOfNodesAreRefused) {
    const StatePart good = get_state_part(some_state(), part_of(BALANCES, 0, 2)).value();
    StatePart bad = good;
    bad.proof.pop_back();
    EXPECT_EQ(verdict(part_of(BALANCES, 0, 2), bad), Clause::SYN_13);
    bad = good;
    bad.proof.emplace_back();
    EXPECT_EQ(verdict(part_of(BALANCES, 0, 2), bad), Clause::SYN_13);
}

/// [SYN-15] One leaf's proof is not another's, nor another field's.
TEST(StateParts, OfAnotherPlaceAreRefused) {
    const StatePart part = get_state_part(some_state(), part_of(VALIDATORS, 8, 8)).value();
    EXPECT_EQ(verdict(part_of(VALIDATORS, 0, 8), part), Clause::SYN_15);
    const StatePart shares = get_state_part(some_state(), part_of(21)).value();
    EXPECT_EQ(verdict(part_of(BALANCES), shares), Clause::SYN_15);
}

/// Any bit of any part: the clause is that of what was changed.
RC_GTEST_PROP(StateParts, WithAFlippedBitAreRefused, ()) {
    const auto field = *rc::gen::inRange<std::uint64_t>(0, FIELDS);
    const unsigned most = greatest_count(field, 0, MINIMAL);
    const StatePartRequest request = part_of(field, 0, std::uint64_t{1} << *rc::gen::inRange(0U, most + 1));
    StatePart part = get_state_part(some_state(), request).value();
    const StateField shape = state_field(field, MINIMAL).value();
    const auto bit = static_cast<std::uint8_t>(1U << *rc::gen::inRange(0U, 8U));
    const auto at = *rc::gen::inRange<std::size_t>(0, part.data.size() + part.proof.size() * 32);
    if (at < part.data.size()) {
        part.data[at] ^= bit;
        const bool may_not_decode = field == VALIDATORS || field == JUSTIFICATION_BITS;
        const auto found = verdict(request, part);
        RC_ASSERT(found == Clause::SYN_15 || (may_not_decode && found == Clause::SYN_12));
    } else {
        const std::size_t node = (at - part.data.size()) / 32;
        part.proof[node].bytes[(at - part.data.size()) % 32] ^= bit;
        const auto in_field = static_cast<std::size_t>(shape.depth - std::countr_zero(request.count));
        RC_ASSERT(verdict(request, part) == (shape.is_list && node == in_field ? Clause::SYN_14 : Clause::SYN_15));
    }
}

/// [SYN-16]
class Assembly : public testing::Test {
  protected:
    std::vector<RequestedPart> parts_ = parts_of(some_state(), [](unsigned most) { return std::min(most, 3U); });
    /// The first part of a field.
    std::vector<RequestedPart>::iterator first_of(std::uint64_t field) {
        return std::ranges::find(parts_, field, [](const RequestedPart& part) { return part.request.field; });
    }
};

TEST_F(Assembly, TakesPartsThatFitTogether) { EXPECT_EQ(verdict(parts_), std::nullopt); }

TEST_F(Assembly, MissesAPart) {
    const auto whole = parts_;
    for (const std::uint64_t field : {std::uint64_t{0}, VALIDATORS, BALANCES, FIELDS - 1}) {
        parts_ = whole;
        parts_.erase(first_of(field));
        EXPECT_EQ(verdict(parts_), Clause::SYN_16) << "the first of field " << field;
    }
    parts_ = whole;
    parts_.erase(first_of(VALIDATORS) + 2);
    EXPECT_EQ(verdict(parts_), Clause::SYN_16) << "one between";
    parts_ = whole;
    parts_.erase(first_of(BALANCES) - 1);
    EXPECT_EQ(verdict(parts_), Clause::SYN_16) << "the last validators";
    EXPECT_EQ(verdict(std::vector<RequestedPart>{}), Clause::SYN_16);
}

TEST_F(Assembly, RefusesMoreThanTheParts) {
    const auto whole = parts_;
    parts_.insert(first_of(VALIDATORS), *first_of(VALIDATORS));
    EXPECT_EQ(verdict(parts_), Clause::SYN_16) << "one twice";
    parts_ = whole;
    const StatePartRequest behind = part_of(VALIDATORS, 40, 8);
    parts_.insert(first_of(BALANCES), {behind, get_state_part(some_state(), behind).value()});
    EXPECT_EQ(verdict(parts_), Clause::SYN_16) << "one without leaves";
    parts_ = whole;
    parts_.push_back(parts_.back());
    EXPECT_EQ(verdict(parts_), Clause::SYN_16);
}

TEST_F(Assembly, RefusesAnotherOrder) {
    std::swap(*first_of(VALIDATORS), *(first_of(VALIDATORS) + 1));
    EXPECT_EQ(verdict(parts_), Clause::SYN_16);
    std::swap(*first_of(VALIDATORS), *(first_of(VALIDATORS) + 1));
    std::swap(parts_[0], parts_[1]);
    EXPECT_EQ(verdict(parts_), Clause::SYN_16);
}

TEST_F(Assembly, SaysWhatIsWrongWithAPart) {
    first_of(BALANCES)->part.data[0] ^= 1U;
    EXPECT_EQ(verdict(parts_), Clause::SYN_15);
    first_of(VALIDATORS)->request.count = 3;
    EXPECT_EQ(verdict(parts_), Clause::SYN_09) << "the first in the list";
}

}  // namespace
}  // namespace touchstone::reference
