#include "fuzz/chain/short_chain.h"

#include "fuzz/chain/development_chain.h"
#include "fuzz/chain/translate.h"
#include "reference/transition/genesis.h"

namespace touchstone::fuzz {
namespace {

constexpr std::size_t kValidators = 8;
constexpr std::uint64_t kSlotsWithBlocks[] = {1, 2, 4, 5};

node::Environment make_environment() {
    auto config = node::make_config(to_node(short_chain_config()));
    if (!config.ok()) throw std::logic_error("the short chain's configuration: " + reason(config));
    return node::Environment{std::move(config).value()};
}

}  // namespace

ShortChain::ShortChain()
    : genesis(development_genesis(Stakes(kValidators, 32), short_chain_config(), kShortChainAccounts)),
      environment(make_environment()) {
    genesis_state = need(reference::initialize_state(short_chain_config(), genesis));
    auto for_node = node::initialize_state(environment, translate<node::Genesis>(genesis, short_chain_config()));
    if (!for_node.ok()) throw std::logic_error("the short chain's genesis: " + reason(for_node));
    node_genesis_state = std::make_unique<node::State>(std::move(for_node).value());
    auto tip = std::make_shared<const reference::ConsensusState>(genesis_state);
    for (const std::uint64_t slot : kSlotsWithBlocks) {
        reference::BlockBody body;
        for (const reference::Attestation& vote : votes) {
            if (vote.data.slot == tip->slot) body.attestations.push_back(vote);
        }
        const reference::ConsensusState now = at_slot(*tip, reference::Slot{slot});
        const reference::Transfer transfer{reference::Address{reference::hash(reference::little_endian(slot)).bytes},
                                           reference::Amount{slot}};
        body.transactions.push_back(signed_transfer(now, 0, blocks.size(), transfer));
        Built built = build_block(*tip, reference::Slot{slot}, std::move(body));
        if (!built.post_state) throw std::logic_error("a block of the short chain is not valid");
        blocks.push_back(built.block);
        tip = built.post_state;
        for (Vote& vote : votes_of_slot(*tip, reference::Slot{slot}, [](auto) { return true; }))
            votes.push_back(std::move(vote.attestation));
    }
}

std::uint64_t ShortChain::start_of_slot(std::uint64_t slot) const {
    return genesis_state.genesis_time_ms + slot * short_chain_config().SLOT_DURATION_MS;
}

const ShortChain& short_chain() {
    static const ShortChain chain;
    return chain;
}

reference::Store short_chain_store() {
    const ShortChain& chain = short_chain();
    auto store =
        need(reference::get_forkchoice_store(chain.genesis_state, reference::genesis_block(chain.genesis_state)));
    for (const reference::SignedBlock& block : chain.blocks) {
        need(reference::on_tick(store, chain.start_of_slot(block.message.slot.value)));
        need(reference::on_block(store, block));
    }
    return store;
}

std::unique_ptr<node::Chain> lived_chain(Quiet& quiet, node::Store& store) {
    const ShortChain& chain = short_chain();
    const auto must = [](bool done) {
        if (!done) throw std::logic_error("the node does not take the short chain");
    };
    auto opened = node::Chain::open(ports_of(quiet, store), *chain.node_genesis_state);
    must(opened.index() == 0);
    auto lived = std::move(std::get<0>(opened));
    for (const reference::SignedBlock& block : chain.blocks) {
        quiet.clock.time_ms = chain.start_of_slot(block.message.slot.value);
        lived->tick();
        auto checked = lived->fork_choice().check_block(translate<node::SignedBlock>(block, short_chain_config()));
        must(checked.ok());
        auto verified = std::move(checked).value().with_signatures(node::verify_each);
        must(verified.ok());
        must(lived->import_block(std::move(verified).value(), node::verify_each).ok());
        lived->order(node::Slot(block.message.slot.value), lived->fork_choice().get_head());
        must(lived->commit());
    }
    return lived;
}

void live_through(Quiet& quiet, node::Store& store) { lived_chain(quiet, store).reset(); }

}  // namespace touchstone::fuzz
