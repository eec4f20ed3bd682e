// Parts of a consensus state, and the state that is put together from them. [SYN-08] to [SYN-16]
#include "node/kernel/state_sync/parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "node/kernel/state_sync/assembly.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

constexpr std::size_t kValidators = 10'000;  // three parts of the registry
constexpr std::uint64_t kForkSchedule = 4;
constexpr std::uint64_t kBlockRoots = 6;
constexpr std::uint64_t kHistoricalSummaries = 8;
constexpr std::uint64_t kValidatorsField = 9;
constexpr std::uint64_t kBalances = 10;
constexpr std::uint64_t kParticipation = 13;
constexpr std::uint64_t kJustificationBits = 15;

Root root_of(std::uint64_t seed) {
    Root root;
    for (std::size_t i = 0; i < sizeof seed; ++i)
        root.bytes[i] = static_cast<std::uint8_t>(seed >> (8 * i));
    root.bytes[31] = 1;
    return root;
}

Validator validator_of(std::uint64_t i) {
    Validator validator;
    validator.pubkey.bytes[0] = static_cast<std::uint8_t>(i);
    validator.pubkey.bytes[1] = static_cast<std::uint8_t>(i >> 8U);
    validator.slashed = i % 7 == 0;
    validator.effective_stake = Amount(i);
    return validator;
}

/// Every field has something of its own.
ConsensusState make_state() {
    ConsensusState state;
    state.genesis_time_ms = 1;
    state.genesis_root = root_of(2);
    state.slot = Slot(77);
    state.fork_schedule = {{Version({1, 2, 3, 4}), Epoch(0)}, {Version({5, 6, 7, 8}), Epoch(9)}};
    state.latest_block_header.parent_root = root_of(3);
    for (auto* roots : {&state.block_roots, &state.state_roots}) {
        for (std::uint64_t i = 0; i < MINIMAL.SLOTS_PER_HISTORICAL_ROOT; ++i)
            roots->push_back(root_of(100 + i));
    }
    state.historical_summaries.push_back({root_of(4), root_of(5)});
    state.randao_mixes.assign(MINIMAL.EPOCHS_PER_HISTORICAL_VECTOR, Hash(root_of(6).bytes));
    state.slashings.assign(MINIMAL.EPOCHS_PER_SLASHINGS_VECTOR, Amount(8));
    for (std::uint64_t i = 0; i < kValidators; ++i) {
        state.validators.push_back(validator_of(i));
        state.balances.push_back(Amount(i * i));
        state.previous_epoch_participation.push_back(static_cast<ParticipationFlags>(i % 8));
        state.current_epoch_participation.push_back(static_cast<ParticipationFlags>(i % 5));
        state.inactivity_scores.push_back(i);
        state.shares.push_back(i + 1);
        state.commissions.push_back(Amount(i + 2));
    }
    state.justification_bits.set(1);
    state.finalized_checkpoint = {Epoch(5), root_of(7)};
    state.proposer_lookahead.assign(2 * MINIMAL.SLOTS_PER_EPOCH, ValidatorIndex(3));
    state.bond_queue = {.head = 1, .tail = 2, .budget = Amount(3)};
    state.minted = Amount(9);
    state.tree_root = root_of(8);
    state.base_fee = 10;
    state.update_root(MINIMAL);
    return state;
}

const ConsensusState& the_state() {
    static const ConsensusState state = make_state();
    return state;
}

Root the_root() { return Root(the_state().root_cache.nodes[1]); }

StatePartRequest request_of(std::uint64_t field, std::uint64_t first, std::uint64_t count) {
    return {.block_root = root_of(1), .field = field, .first = first, .count = count};
}

StatePart part_of(const StatePartRequest& request) {
    auto part = get_state_part(the_state(), request, MINIMAL);
    EXPECT_TRUE(part.ok());
    return part.ok() ? *std::move(part) : StatePart{};
}

std::optional<Clause> refusal(const StatePartRequest& request, const StatePart& part) {
    const auto verified = verify_state_part(the_root(), request, part, MINIMAL);
    return verified.ok() ? std::nullopt : std::optional(verified.rejection().clause);
}

TEST(StateParts, OfEveryFieldAreProved) {
    for (std::uint64_t field = 0; field < ConsensusState::kFields; ++field) {
        const auto shape = state_field_shape(field, MINIMAL);
        ASSERT_TRUE(shape);
        for (std::uint64_t count = 1; count <= shape->most_of_request(); count *= 4) {
            std::set<std::uint64_t> firsts{0, count, 3 * count, 256 / count * count, 4096 / count * count};
            if (shape->depth < 64) firsts.insert((std::uint64_t{1} << shape->depth) - count);
            for (const std::uint64_t first : firsts) {
                if (!shape->has_leaf(first)) continue;
                const StatePartRequest request = request_of(field, first, count);
                EXPECT_EQ(refusal(request, part_of(request)), std::nullopt)
                    << "field " << field << ", leaves " << first << "+" << count;
            }
        }
    }
}

TEST(StateParts, HaveTheEncodingsOfTheirLeaves) {
    const StatePart flags = part_of(request_of(kParticipation, 2, 2));
    ASSERT_EQ(flags.data.size(), 64U);
    EXPECT_EQ(flags.data[0], 64 % 8);
    EXPECT_EQ(flags.length, kValidators);
    const StatePart last = part_of(request_of(kParticipation, 312, 8));
    EXPECT_EQ(last.data.size(), kValidators - std::size_t{312} * 32) << "without padding";
    const StatePart validator = part_of(request_of(kValidatorsField, 41, 1));
    EXPECT_EQ(validator.data, encode(validator_of(41)));
    const StatePart beyond = part_of(request_of(kBalances, std::uint64_t{1} << 30U, 4096));
    EXPECT_TRUE(beyond.data.empty());
    EXPECT_EQ(part_of(request_of(kBlockRoots, 8, 8)).length, 0U) << "a vector";
}

TEST(StateParts, AreAskedForByLeavesThatAre) {
    const auto refused = [](std::uint64_t field, std::uint64_t first, std::uint64_t count) {
        const auto checked = check_state_part_request(request_of(field, first, count), MINIMAL);
        return !checked.ok() && checked.rejection().clause == Clause::SYN_09 &&
               !get_state_part(the_state(), request_of(field, first, count), MINIMAL).ok();
    };
    EXPECT_TRUE(refused(ConsensusState::kFields, 0, 1));
    EXPECT_TRUE(refused(kBalances, 0, 0));
    EXPECT_TRUE(refused(kBalances, 0, 3));
    EXPECT_TRUE(refused(kBalances, 0, 2 * STATE_PART_LEAVES));
    EXPECT_TRUE(refused(kBalances, 1, 2));
    EXPECT_TRUE(refused(kBalances, std::uint64_t{1} << 38U, 1)) << "as many as 2^40 numbers fill";
    EXPECT_FALSE(refused(kBalances, (std::uint64_t{1} << 38U) - 1, 1));
    EXPECT_TRUE(refused(kJustificationBits, 0, 2));
    EXPECT_TRUE(refused(kJustificationBits, 1, 1));
    EXPECT_TRUE(refused(kBlockRoots, 0, 2 * MINIMAL.SLOTS_PER_HISTORICAL_ROOT));
}

TEST(StateParts, AreRefusedByTheFirstRuleThatTheyBreak) {
    const StatePartRequest request = request_of(kValidatorsField, 64, 64);
    const StatePart good = part_of(request);
    const auto changed = [&](const auto& change) {
        StatePart part = good;
        change(part);
        return refusal(request, part);
    };
    EXPECT_EQ(changed([](StatePart& part) { part.length = MINIMAL.VALIDATOR_REGISTRY_LIMIT + 1; }), Clause::SYN_11);
    EXPECT_EQ(changed([](StatePart& part) { part.length = 100; }), Clause::SYN_12) << "fewer leaves lie there then";
    EXPECT_EQ(changed([](StatePart& part) { part.data.pop_back(); }), Clause::SYN_12);
    constexpr std::size_t kSlashed = 48 + 32 + 8 * 4;
    EXPECT_EQ(changed([](StatePart& part) { part.data[kSlashed] = 2; }), Clause::SYN_12) << "no boolean";
    EXPECT_EQ(changed([](StatePart& part) { part.proof.pop_back(); }), Clause::SYN_13);
    EXPECT_EQ(changed([](StatePart& part) { part.proof.emplace_back(); }), Clause::SYN_13);
    EXPECT_EQ(changed([](StatePart& part) { ++part.length; }), Clause::SYN_14) << "as long, but not that length";
    EXPECT_EQ(changed([](StatePart& part) { part.data[0] ^= 1U; }), Clause::SYN_15);
    EXPECT_EQ(changed([](StatePart& part) { part.proof.front().bytes[0] ^= 1U; }), Clause::SYN_15);
    EXPECT_EQ(refusal(request_of(kValidatorsField, 128, 64), good), Clause::SYN_15) << "at another place";

    StatePart slot = part_of(request_of(3, 0, 1));
    slot.length = 1;
    EXPECT_EQ(refusal(request_of(3, 0, 1), slot), Clause::SYN_11) << "only lists have a length";
}

TEST(StateAssembly, HasTheStateWhenAllPartsHaveCome) {
    StateAssembly assembly(MINIMAL, root_of(1), the_root());
    EXPECT_EQ(assembly.tree_root(), std::nullopt);
    std::size_t asked = 0;
    while (!assembly.is_complete()) {
        // The last first: lists show their length only with their first part.
        const StatePartRequest request = assembly.missing().back();
        ASSERT_TRUE(assembly.add(request, part_of(request)).ok());
        EXPECT_TRUE(assembly.has(request));
        ++asked;
    }
    EXPECT_EQ(asked, assembly.needed_parts());
    EXPECT_EQ(asked, assembly.had_parts());
    EXPECT_EQ(asked, ConsensusState::kFields + 2) << "the registry has three";
    EXPECT_EQ(assembly.tree_root(), the_state().tree_root);
    const auto state = assembly.finish();
    ASSERT_TRUE(state.ok());
    EXPECT_EQ(*state, the_state());
}

TEST(StateAssembly, RefusesWhatIsNotProved) {
    StateAssembly assembly(MINIMAL, root_of(1), the_root());
    const StatePartRequest request = assembly.missing().front();
    StatePart part = part_of(request);
    part.data[0] ^= 1U;
    EXPECT_EQ(assembly.add(request, part).rejection().clause, Clause::SYN_15);
    EXPECT_FALSE(assembly.has(request));
    const StatePartRequest other = request_of(kHistoricalSummaries, 0, 1);
    EXPECT_EQ(assembly.add(other, part_of(other)).rejection().clause, Clause::SYN_09) << "it asks for more at a time";
}

std::vector<RequestedPart> all_parts() {
    StateAssembly assembly(MINIMAL, root_of(1), the_root());
    std::vector<RequestedPart> parts;
    while (!assembly.is_complete()) {
        const StatePartRequest request = assembly.missing().front();
        parts.push_back({request, part_of(request)});
        EXPECT_TRUE(assembly.add(request, parts.back().part).ok());
    }
    return parts;
}

TEST(AssembledState, NeedsThePartsOfEveryFieldInTheirOrder) {
    const std::vector<RequestedPart> parts = all_parts();
    const auto whole = assemble_state(the_root(), parts, MINIMAL);
    ASSERT_TRUE(whole.ok());
    EXPECT_EQ(*whole, the_state());
    const auto refused = [&](const auto& change) -> std::optional<Clause> {
        std::vector<RequestedPart> others = parts;
        change(others);
        const auto assembled = assemble_state(the_root(), others, MINIMAL);
        return assembled.ok() ? std::nullopt : std::optional(assembled.rejection().clause);
    };
    EXPECT_EQ(refused([](auto& some) { some.pop_back(); }), Clause::SYN_16);
    EXPECT_EQ(refused([](auto& some) { some.push_back(some.back()); }), Clause::SYN_16);
    EXPECT_EQ(refused([](auto& some) { std::swap(some[0], some[1]); }), Clause::SYN_16);
    EXPECT_EQ(refused([](auto& some) {
                  std::erase_if(some, [](const RequestedPart& each) {
                      return each.request.field == kValidatorsField && each.request.first != 0;
                  });
              }),
              Clause::SYN_16)
        << "the registry is cut off";
    EXPECT_EQ(refused([](auto& some) { some[kForkSchedule].part.data[0] ^= 1U; }), Clause::SYN_15);
    EXPECT_EQ(refused([](auto& some) { some[0].request.count = 2; }), Clause::SYN_09);
}

}  // namespace
}  // namespace touchstone::node
