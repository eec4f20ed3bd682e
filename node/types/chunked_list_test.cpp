#include "node/types/chunked_list.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/types/encoding.h"
#include "node/types/schemas.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kLimit = std::uint64_t{1} << 40U;

/// The root by the plain definition, from a vector.
template <class Element>
Root plain_root(const Element& element, const std::vector<typename Element::Value>& values) {
    return Root(codec::list_of(element, kLimit).root(values, MINIMAL));
}

template <class Element>
Root incremental_root(const Element& element, ChunkedList<typename Element::Value>& list) {
    return Root(schemas::chunked_list(element, kLimit).update_root(list, MINIMAL, serial_for));
}

/// Random writes, appends, copies and replacements; after each round the root is that of the plain definition.
template <class Element, class MakeValue>
void mutate_at_random(const Element& element, const MakeValue& make_value) {
    using T = typename Element::Value;
    std::vector<T> model(*rc::gen::inRange<std::size_t>(0, 1500));
    for (T& value : model)
        value = make_value(*rc::gen::inRange<std::uint8_t>(0, 255));
    ChunkedList<T> list{std::span<const T>(model)};
    for (int round = 0; round < 6; ++round) {
        const ChunkedList<T> copy = list;
        const std::vector<T> before = model;
        const auto writes = *rc::gen::inRange(0, 12);
        for (int i = 0; i < writes && !model.empty(); ++i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, model.size());
            model[at] = make_value(*rc::gen::inRange<std::uint8_t>(0, 255));
            list.set(at, model[at]);
        }
        const auto appended = *rc::gen::inRange(0, 600);
        for (int i = 0; i < appended; ++i) {
            model.push_back(make_value(static_cast<std::uint8_t>(i)));
            list.push_back(model.back());
        }
        if (*rc::gen::inRange(0, 5) == 0) {
            model.assign(*rc::gen::inRange<std::size_t>(0, 2000), make_value(3));
            list.assign(model.size(), make_value(3));
        }
        RC_ASSERT(incremental_root(element, list) == plain_root(element, model));
        RC_ASSERT(list.to_vector() == model);
        RC_ASSERT(copy.to_vector() == before);
        RC_ASSERT(Root(schemas::chunked_list(element, kLimit).root(copy, MINIMAL)) == plain_root(element, before));
    }
}

/// The root over the leaves below a node, by the plain definition.
codec::Digest plain_node(const std::vector<Root>& leaves, unsigned height, std::uint64_t index) {
    const std::uint64_t width = std::uint64_t{1} << height;
    std::vector<codec::Digest> below;
    for (std::uint64_t i = index * width; i < (index + 1) * width && i < leaves.size(); ++i)
        below.push_back(leaves[i].bytes);
    return codec::merkleize(std::move(below), width);
}

TEST(ChunkedList, NodesAreTheRootsOverTheLeavesBelow) {
    for (const std::size_t size : {0U, 1U, 255U, 256U, 257U, 700U, 1300U}) {
        std::vector<Root> leaves(size);
        for (std::size_t i = 0; i < size; ++i)
            leaves[i].bytes = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8U), 1};
        ChunkedList<Root> list{std::span<const Root>(leaves)};
        list.update_root(14, serial_for);
        for (unsigned height = 0; height <= 14; ++height) {
            const std::uint64_t count = std::uint64_t{1} << (14 - height);
            for (std::uint64_t index = 0; index < count; index += std::max<std::uint64_t>(1, count / 64))
                EXPECT_EQ(list.node(height, index), plain_node(leaves, height, index)) << size << " " << height;
        }
    }
}

RC_GTEST_PROP(ChunkedList, RootOfAmounts, ()) {
    mutate_at_random(schemas::plain<Amount>, [](std::uint8_t seed) { return Amount(seed * 1'000'003ULL); });
}

RC_GTEST_PROP(ChunkedList, RootOfFlags, ()) {
    mutate_at_random(schemas::plain<std::uint8_t>, [](std::uint8_t seed) { return seed; });
}

RC_GTEST_PROP(ChunkedList, RootOfHashes, ()) {
    mutate_at_random(schemas::plain<Root>, [](std::uint8_t seed) {
        Root root;
        root.bytes.fill(seed);
        return root;
    });
}

RC_GTEST_PROP(ChunkedList, RootOfValidators, ()) {
    mutate_at_random(schemas::schema<Validator>, [](std::uint8_t seed) {
        Validator validator;
        validator.pubkey.bytes.fill(seed);
        validator.effective_stake = Amount(seed);
        validator.slashed = seed % 2 == 1;
        validator.exit_epoch = Epoch(seed);
        return validator;
    });
}

TEST(ChunkedList, VectorsShorterThanAChunkHaveTheirOwnDepth) {
    for (const std::uint64_t length : {1ULL, 4ULL, 64ULL, 100ULL, 300ULL}) {
        std::vector<Root> values(length);
        for (std::size_t i = 0; i < length; ++i)
            values[i].bytes[0] = static_cast<std::uint8_t>(i);
        ChunkedList<Root> list{std::span<const Root>(values)};
        const auto plain = codec::vector_of(schemas::plain<Root>, length).root(values, MINIMAL);
        EXPECT_EQ(schemas::chunked_vector(schemas::plain<Root>, length).root(list, MINIMAL), plain) << length;
    }
}

/// Every field other than zero, so that a swapped field shows.
ConsensusState sample_state() {
    ConsensusState state;
    state.genesis_time_ms = 1;
    state.slot = Slot(77);
    state.fork_schedule = {Fork{Version({1, 2, 3, 4}), Epoch(0)}, Fork{Version({5, 2, 3, 4}), Epoch(9)}};
    state.latest_block_header.slot = Slot(76);
    state.block_roots.assign(MINIMAL.SLOTS_PER_HISTORICAL_ROOT, Root{});
    state.state_roots.assign(MINIMAL.SLOTS_PER_HISTORICAL_ROOT, Root{});
    state.historical_summaries.push_back({});
    state.validators.assign(300, Validator{});
    state.balances.assign(300, Amount(5));
    state.randao_mixes.assign(MINIMAL.EPOCHS_PER_HISTORICAL_VECTOR, Hash{});
    state.slashings.assign(MINIMAL.EPOCHS_PER_SLASHINGS_VECTOR, Amount(6));
    state.previous_epoch_participation.assign(300, 3);
    state.current_epoch_participation.assign(300, 7);
    state.justification_bits.bits = 5;
    state.finalized_checkpoint.epoch = Epoch(4);
    state.inactivity_scores.assign(300, 8);
    state.proposer_lookahead.assign(2 * MINIMAL.SLOTS_PER_EPOCH, ValidatorIndex(9));
    state.shares.push_back(2);
    state.minted = Amount(10);
    state.base_fee = 11;
    return state;
}

TEST(ConsensusState, DecodesWhatItEncodes) {
    const ConsensusState state = sample_state();
    const auto decoded = decode<ConsensusState>(encode(state), MINIMAL);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(*decoded, state);
    EXPECT_EQ(encode(*decoded), encode(state));
}

RC_GTEST_PROP(ConsensusState, TheIncrementalRootIsTheFullRoot, ()) {
    static ConsensusState state = sample_state();
    state.update_root(MINIMAL);
    const auto i = *rc::gen::inRange<std::size_t>(0, 64);
    const auto value = *rc::gen::arbitrary<std::uint64_t>();
    switch (*rc::gen::inRange(0, 9)) {
        case 0:
            state.slot = Slot(value);
            break;
        case 1:
            state.balances.mutate(i) = Amount(value);
            break;
        case 2:
            state.validators.mutate(i).exit_epoch = Epoch(value);
            break;
        case 3:
            state.block_roots.mutate(i).bytes[3] ^= static_cast<std::uint8_t>(value);
            break;
        case 4:
            state.fork_schedule.back().epoch = Epoch(value);
            break;
        case 5:
            state.current_justified_checkpoint.epoch = Epoch(value);
            break;
        case 6:
            state.shares.push_back(value);
            break;
        case 7:
            state.previous_epoch_participation = state.current_epoch_participation;
            break;
        default:
            state.current_epoch_participation.mutate(i) ^= 1;
            break;
    }
    const auto fresh = decode<ConsensusState>(encode(state), MINIMAL);
    RC_ASSERT(fresh.ok());
    RC_ASSERT(hash_tree_root(*fresh, MINIMAL) == state.update_root(MINIMAL));
}

TEST(Encoding, BlocksDecodeWhatTheyEncode) {
    SignedBlock block;
    block.message.slot = Slot(9);
    block.message.body.attestations.resize(2);
    block.message.body.attestations[0].aggregation_bits = Bits(13);
    block.message.body.attester_slashings.resize(1);
    block.message.body.attester_slashings[0].attestation_1.attesting_indices = {ValidatorIndex(4)};
    block.message.body.transactions.resize(3);
    block.message.body.transactions[1].message.payload.emplace<8>(ByteVector{1, 2});
    const ByteVector bytes = encode(block);
    const auto decoded = decode<SignedBlock>(bytes, MINIMAL);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(*decoded, block);
    EXPECT_EQ(hash_tree_root(header_of(block.message, MINIMAL), MINIMAL), hash_tree_root(block.message, MINIMAL));
    for (std::size_t cut = 0; cut < bytes.size(); cut += 7) {
        const auto shortened = decode<SignedBlock>(Bytes(bytes).first(cut), MINIMAL);
        EXPECT_TRUE(!shortened.ok() || encode(*shortened).size() == cut);
    }
}

}  // namespace
}  // namespace touchstone::node
