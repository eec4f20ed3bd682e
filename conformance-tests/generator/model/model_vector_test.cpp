// Behaviours of the model as vectors.
#include "conformance-tests/generator/model/model_vector.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/model/committees_module.h"

namespace touchstone::vectors::model {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kValidators = 4;

BlockCache& cache() {
    static BlockCache made(anchor_of_model(1, kValidators));
    return made;
}

ModelBlock block_on(BlockNumber parent, std::uint64_t slot, std::int64_t rank) {
    return {.parent = parent, .slot = slot, .rank = rank};
}

Event tick(std::uint64_t slot, std::uint64_t phase) { return {.kind = EventKind::Tick, .slot = slot, .phase = phase}; }
Event block(BlockNumber number) { return {.kind = EventKind::Block, .block = number}; }

Behaviour behaviour_with(std::map<BlockNumber, ModelBlock> blocks, std::vector<Event> events) {
    blocks[kAnchor] = {};
    return {.name = "test",
            .slots_per_epoch = 1,
            .validators = kValidators,
            .stake = 5,
            .blocks = std::move(blocks),
            .events = std::move(events)};
}

Json steps_of(const Behaviour& behaviour) { return Json::parse(vector_of(behaviour, cache()).vector.steps); }

TEST(ModelBehaviour, WhatIsNoBehaviourIsRefused) {
    for (const char* line : {"", "{}", "[]",
                             R"({"name":"a","slots_per_epoch":1,"validators":4,"stake":5,"blocks":{},)"
                             R"("events":[{"kind":"tock"}]})"}) {
        EXPECT_THROW(read_behaviour(line), std::runtime_error) << line;
    }
}

TEST(ModelBehaviour, AnEventHasTheModelsVerdictAndView) {
    const Behaviour behaviour = read_behaviour(
        R"({"name":"a","slots_per_epoch":1,"validators":4,"stake":5,)"
        R"("blocks":{"0":{"parent":-1,"slot":0,"votes":[],"slashings":[]}},"events":[{"kind":"tick","slot":3,"phase":2,)"
        R"("rejected":"FC-11","seen":{"head":0,"justified":{"epoch":0,"root":0},"finalized":{"epoch":0,"root":0},)"
        R"("unrealizedJustified":{"epoch":0,"root":0},"unrealizedFinalized":{"epoch":0,"root":0},"boost":-1,)"
        R"("equivocating":[2],"weights":{"0":4}}}]})");
    const Event& event = behaviour.events.at(0);
    EXPECT_EQ(event.kind, EventKind::Tick);
    EXPECT_EQ(event.slot, 3U);
    EXPECT_EQ(event.rejected, "FC-11");
    ASSERT_TRUE(event.seen);
    EXPECT_EQ(event.seen->equivocating, std::vector<std::uint64_t>{2});
    EXPECT_EQ(event.seen->weights.at(0), 4U);
    EXPECT_FALSE(event.seen->proposer_head);
}

TEST(ChainOfModel, ParametersAreThoseOfTheBehaviour) {
    EXPECT_EQ(config_of_model(1, {{"REORG_HEAD_WEIGHT_THRESHOLD", "50"}}).REORG_HEAD_WEIGHT_THRESHOLD, 50U);
    EXPECT_THROW(config_of_model(1, {{"REORG_HEAD_THRESHOLD", "50"}}), std::runtime_error);
    EXPECT_THROW(config_of_model(1, {{"MIN_SEED_LOOKAHEAD", "4"}}), std::runtime_error);  // [TYP-06]
}

TEST(ChainOfModel, RootsOfSiblingsAreInTheOrderOfTheirRanks) {
    const Behaviour behaviour = behaviour_with(
        {{1, block_on(0, 1, 3)}, {2, block_on(0, 1, 1)}, {3, block_on(0, 2, 2)}, {4, block_on(0, 1, 4)}}, {});
    ChainOfModel chain(behaviour, cache());
    EXPECT_LT(chain.root_of(2), chain.root_of(3));
    EXPECT_LT(chain.root_of(3), chain.root_of(1));
    EXPECT_LT(chain.root_of(1), chain.root_of(4));
}

TEST(ChainOfModel, BlocksAreOnesThatTheReferenceAccepts) {
    ModelVote vote{.validators = {2}, .slot = 1, .head = 1, .source = {0, kNoRoot}, .target = {1, 1}};
    ModelBlock second = block_on(1, 2, 2);
    second.votes = {vote};
    const Behaviour behaviour = behaviour_with({{1, block_on(0, 1, 1)}, {2, second}}, {});
    ChainOfModel chain(behaviour, cache());
    auto store = need(reference::get_forkchoice_store(cache().anchor()->post, cache().anchor()->block.message));
    need(reference::on_tick(store, store.genesis_time_ms + 2 * store.config.SLOT_DURATION_MS));
    need(reference::on_block(store, chain.block(1)->block));
    need(reference::on_block(store, chain.block(2)->block));
    EXPECT_EQ(store.latest_messages.at(ValidatorIndex{2}).root, chain.root_of(1));
}

TEST(ModelVector, PhasesBeginAndEndWhereTheirBordersAre) {
    const Json steps =
        steps_of(behaviour_with({{1, block_on(0, 1, 1)}}, {tick(1, 0), tick(1, 1), tick(1, 2), block(1)}));
    const auto& config = cache().anchor()->post.config;
    const std::uint64_t start = cache().anchor()->post.genesis_time_ms + config.SLOT_DURATION_MS;
    const std::uint64_t due = config.ATTESTATION_DUE_BPS * config.SLOT_DURATION_MS / reference::BASIS_POINTS;
    const std::uint64_t cutoff = config.PROPOSER_REORG_CUTOFF_BPS * config.SLOT_DURATION_MS / reference::BASIS_POINTS;
    EXPECT_EQ(steps.at(0).at("tick"), std::to_string(start + cutoff));
    EXPECT_EQ(steps.at(1).at("tick"), std::to_string(start + due - 1));
    EXPECT_EQ(steps.at(2).at("tick"), std::to_string(start + due));
}

TEST(ModelVector, TheExpectationIsTheModelsAndNotTheReferences) {
    Observation wrong;
    wrong.head = kAnchor;  // it would be block 1
    Event delivered = block(1);
    delivered.rejected = "FC-19";
    delivered.seen = wrong;
    const Json steps = steps_of(behaviour_with({{1, block_on(0, 1, 1)}}, {tick(1, 0), delivered}));
    EXPECT_EQ(steps.at(1).at("rejected"), "FC-19");
    EXPECT_EQ(steps.at(2).at("checks").at("head").at("root"), reference::to_hex(cache().anchor()->root.bytes));
}

TEST(ModelVector, WhatTouchesAForgottenBlockMayBeRejectedForThat) {
    Event first = block(1);
    first.seen = Observation{.finalized = {1, 1}};
    Event other = block(3);
    other.rejected = "FC-19";
    const Json steps = steps_of(behaviour_with({{1, block_on(0, 1, 1)}, {2, block_on(0, 1, 2)}, {3, block_on(2, 2, 3)}},
                                               {tick(2, 0), first, other}));
    EXPECT_EQ(steps.back().at("rejected"), "FC-19");
    EXPECT_EQ(steps.back().at("or"), Json::array({"FC-16"}));
}

TEST(ModelVector, ABehaviourEndsBeforeWhatNoRealChainHas) {
    ModelBlock impossible = block_on(1, 2, 2);
    impossible.votes = {{.validators = {2}, .slot = 1, .head = 1, .source = {7, 1}, .target = {1, 1}}};  // ATT-08
    const ModelVector made = vector_of(
        behaviour_with({{1, block_on(0, 1, 1)}, {2, impossible}}, {tick(2, 0), block(1), block(2), tick(3, 0)}),
        cache());
    EXPECT_NE(made.cut_short.find("ATT-08"), std::string::npos) << made.cut_short;
    EXPECT_EQ(Json::parse(made.vector.steps).size(), 2U);
    EXPECT_THROW(vector_of(behaviour_with({{2, impossible}, {1, block_on(0, 1, 1)}}, {tick(2, 0), block(2)}), cache()),
                 Unrealizable);
}

TEST(CommitteesModule, HasEachValidatorOnceInAnEpoch) {
    const std::string text = committees_module(4, 8, 7);
    EXPECT_NE(text.find("---- MODULE RealCommittees ----"), std::string::npos);
    const std::string known =
        text.substr(text.find("KnownCommittee"), text.find("KnownProposer") - text.find("KnownCommittee"));
    // 16 slots of two validators each.
    EXPECT_EQ(std::ranges::count(known, '{'), 16);
    EXPECT_EQ(std::ranges::count(known, ','), 16);
}

}  // namespace
}  // namespace touchstone::vectors::model
