// Blocks on the states of the scenarios: valid ones with any operations, and ones of which a field, a signature or an
// encoded byte is another.
#include "fuzz/agreement.h"
#include "fuzz/chain/translate.h"
#include "fuzz/random.h"
#include "fuzz/targets.h"
#include "fuzz/transition/changes.h"
#include "fuzz/transition/operations.h"
#include "fuzz/transition/scenarios.h"
#include "node/kernel/consensus/transition.h"
#include "reference/transition/state_transition.h"

namespace touchstone::fuzz {
namespace {

using reference::SignedBlock;

/// A few bytes of the encoding, wherever they are.
std::optional<SignedBlock> change_encoding(const SignedBlock& block, const reference::Parameters& config,
                                           Input& input) {
    reference::Bytes encoding = reference::ssz::serialize(block, config);
    while (!input.empty())
        encoding[input.below(1U << 16U) % encoding.size()] = static_cast<std::uint8_t>(input.number(1));
    auto decoded = reference::ssz::deserialize<SignedBlock>(encoding, config);
    const auto by_node = node::decode<node::SignedBlock>(encoding, to_node(config));
    if (!agree_on_verdict("decoding of a changed block", decoded, by_node)) return std::nullopt;
    return std::move(decoded).value();
}

void compare(const Scenario& scenario, const SignedBlock& block) {
    const reference::Parameters& config = scenario.state.config;
    // Neither side goes so far for a block, however valid; the fork choice has refused it by its slot [FC-17].
    if (block.message.slot.value > scenario.state.slot.value + 4 * config.SLOTS_PER_EPOCH) return;
    const std::string about = scenario.name + ", block " + to_hex(reference::ssz::serialize(block, config));
    reference::ConsensusState state = scenario.state;
    const auto by_reference = reference::state_transition(state, block);
    const auto by_node = node::state_transition(*scenario.environment, scenario.node_state,
                                                translate<node::SignedBlock>(block, config), node::verify_each);
    if (agree_on_verdict(about, by_reference, by_node)) {
        agree_on_state(about, state, by_node.value(), *scenario.environment);
    } else {
        agree_on_state(about + ": the state after a rejection", state, scenario.node_state, *scenario.environment);
    }
}

}  // namespace

void fuzz_block(Bytes bytes) {
    Input input(bytes);
    const Scenario& scenario = input.choose(scenarios());
    const std::uint64_t how = input.number(1);
    const std::uint64_t ahead = how % 16 < 12 ? 1 : 1 + input.below(2 * scenario.state.config.SLOTS_PER_EPOCH);
    const reference::Slot slot{scenario.state.slot.value + ahead};
    const reference::ConsensusState pre_state = at_slot(scenario.state, slot);

    reference::BlockBody body;
    OperationMaker maker(pre_state, input);
    for (std::uint64_t operations = how / 16 % 4; operations > 0; --operations)
        maker.add_to(body);
    SignedBlock block = build_block(scenario.state, slot, std::move(body)).block;
    switch (how / 64) {
        case 0:
        case 1:
            break;
        case 2:
            for (std::uint64_t changes = 1 + input.below(2); changes > 0; --changes)
                change_field(block, input);
            if (block.message.proposer_index.value < scenario.state.validators.size() && input.flag()) {
                sign_again(pre_state, block);
            }
            break;
        default:
            if (const auto changed = change_encoding(block, scenario.state.config, input)) block = *changed;
            break;
    }
    compare(scenario, block);
}

std::vector<ByteVector> block_seeds() {
    std::vector<ByteVector> seeds;
    Random random(5);
    for (std::uint8_t scenario = 0; scenario < static_cast<std::uint8_t>(scenarios().size()); ++scenario) {
        seeds.push_back({scenario, 0});
        ByteVector seed{scenario, random.byte()};
        const ByteVector rest = random.bytes(24);
        seed.insert(seed.end(), rest.begin(), rest.end());
        seeds.push_back(std::move(seed));
        seeds.push_back({scenario, 32, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0});           // two votes
        seeds.push_back({scenario, 16, 3, 4, 3, 0});                             // a proposer slashing
        seeds.push_back({scenario, 16, 4, 2, 4, 0xff, 0x0f, 0xff, 0xff, 0, 0});  // an attester slashing
        seeds.push_back({scenario, 16, 5, 3, 1, 0});                             // an exit
        // Transfers.
        seeds.push_back({scenario, 48, 6, 0, 1, 1, 3, 2, 1, 0, 0, 6, 0, 7, 1, 3, 2, 2, 1, 0, 7, 1, 6, 2, 3, 2});
        for (std::uint8_t kind = 1; kind <= 10; ++kind)
            seeds.push_back({scenario, 16, 6, 1, 2, 1, 3, 2, 1, 1, kind, 1, 1});
        // Each operation of stake by who operates a validator, of an amount or by a number that is random.
        for (std::uint8_t operation = 0; operation < 8; ++operation) {
            ByteVector stake{scenario, 32, 6, static_cast<std::uint8_t>(operation % 4), 2, 1, 0, 0, operation};
            const ByteVector more = random.bytes(20);
            stake.insert(stake.end(), more.begin(), more.end());
            seeds.push_back(std::move(stake));
        }
        seeds.push_back({scenario, 192, 100, 0, 1, 200, 0, 7});
        seeds.push_back({scenario, 15, 3});
    }
    return seeds;
}

}  // namespace touchstone::fuzz
