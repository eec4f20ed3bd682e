#include "fuzz/fork_choice/pool.h"

#include <array>

#include "fuzz/chain/translate.h"
#include "fuzz/fork_choice/pool_builder.h"
#include "node/kernel/consensus/genesis.h"
#include "reference/transition/attestation.h"
#include "reference/transition/genesis.h"
#include "reference/transition/state_transition.h"

namespace touchstone::fuzz {
namespace {

node::Environment make_environment(const reference::Parameters& config) {
    auto made = node::make_config(to_node(config));
    if (!made.ok()) throw std::logic_error("a pool's configuration: " + reason(made));
    return {std::move(made).value()};
}

template <class Fixed>
void append(std::string& key, const Fixed& bytes) {
    key.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

Pool::Pool(const PoolShape& shape) : shape_(shape), environment_(make_environment(shape.config)) {
    const reference::Genesis genesis = development_genesis(shape.stakes, shape.config);
    genesis_state_ =
        std::make_shared<reference::ConsensusState>(need(reference::initialize_state(shape.config, genesis)));
    genesis_block_ = reference::genesis_block(*genesis_state_);
    auto for_node = node::initialize_state(environment_, translate<node::Genesis>(genesis, shape.config));
    if (!for_node.ok()) throw std::logic_error("a pool's genesis: " + reason(for_node));
    node_genesis_state_ = std::move(for_node).value();
    node_genesis_block_ = node::genesis_block(environment_, *node_genesis_state_);
    PoolBuilder(*this).build();
}

const PoolBlock* Pool::find(const reference::Root& root) const {
    const auto found = by_root_.find(root);
    return found == by_root_.end() ? nullptr : &blocks_[found->second];
}

reference::CostlyChecks Pool::remembering_checks(const PoolBlock* const& delivered) {
    reference::CostlyChecks checks;
    checks.state_transition = [this, &delivered](
                                  const reference::ConsensusState& parent,
                                  const reference::SignedBlock& block) -> reference::Result<StatePointer> {
        // A valid block was made from exactly this parent state, for its root names the parent.
        if (delivered != nullptr && delivered->post_state) return delivered->post_state;
        if (delivered != nullptr) {
            const auto known = transitions_.find(delivered->root);
            if (known != transitions_.end()) return known->second;
        }
        auto result = reference::plain_checks().state_transition(parent, block);
        if (delivered != nullptr) transitions_.try_emplace(delivered->root, result);
        return result;
    };
    checks.is_valid_indexed_attestation = [this](const reference::ConsensusState& state,
                                                 const reference::IndexedAttestation& indexed) {
        // All states of a pool have the same keys, as many validators and one fork.
        const auto encoding = reference::ssz::serialize(indexed, state.config);
        std::string key(encoding.begin(), encoding.end());
        const auto known = indexed_checks_.find(key);
        if (known != indexed_checks_.end()) return known->second;
        auto result = reference::is_valid_indexed_attestation(state, indexed);
        if (indexed_checks_.size() < 100'000) indexed_checks_.emplace(std::move(key), result);
        return result;
    };
    return checks;
}

node::VerifySignatures Pool::remembering_verifier() {
    return [this](std::span<const node::SignatureSet> sets) {
        std::vector<bool> valid;
        for (const node::SignatureSet& set : sets) {
            std::string key;
            if (const auto* validator = std::get_if<node::BlsCheck>(&set.check)) {
                if (!validator->key) {
                    valid.push_back(false);
                    continue;
                }
                append(key, validator->key->to_bytes());
                append(key, validator->signature);
            } else if (const auto* account = std::get_if<node::AccountCheck>(&set.check)) {
                append(key, account->key);
                append(key, account->signature);
            }
            append(key, set.message);
            auto known = verified_sets_.find(key);
            if (known == verified_sets_.end()) {
                if (verified_sets_.size() > 100'000) verified_sets_.clear();
                known = verified_sets_.emplace(std::move(key), node::verify_each({&set, 1}).at(0)).first;
            }
            valid.push_back(known->second);
        }
        return valid;
    };
}

namespace {

PoolShape shape_of_pool(std::size_t index) {
    PoolShape shape;
    shape.seed = index + 1;
    reference::Parameters& config = shape.config;
    shape.stakes.assign(16, 1024);
    if (index == 1) {
        // Short epochs, unequal stakes, a contest from the beginning.
        config.SLOTS_PER_EPOCH = 4;
        shape.stakes = {512, 1024, 1024, 2048, 33, 1024, 4096, 1024, 700, 1024, 1024, 64, 1024, 1500, 1024, 1024};
        shape.majority = 62;
        shape.fork_rate = 30;
        shape.slots = 36;
    }
    if (index == 2) {
        // Two committees in a slot, many who vote twice, finality over empty slots.
        config.SLOTS_PER_EPOCH = 4;
        config.TARGET_COMMITTEE_SIZE = 2;
        config.MAX_COMMITTEES_PER_SLOT = 2;
        config.PROPOSER_SCORE_BOOST = 100;
        config.REORG_HEAD_WEIGHT_THRESHOLD = 60;
        config.REORG_PARENT_WEIGHT_THRESHOLD = 60;
        shape.equivocators = 25;
        shape.block_rate = 60;
        shape.majority = 90;
        shape.slots = 40;
    }
    if (index == 3) {
        // Seconds after one another: no boost, no threshold for the parent, re-orgs whenever the head is late.
        config.SLOTS_PER_EPOCH = 4;
        config.PROPOSER_SCORE_BOOST = 0;
        config.REORG_HEAD_WEIGHT_THRESHOLD = 300;
        config.REORG_PARENT_WEIGHT_THRESHOLD = 0;
        config.REORG_MAX_EPOCHS_SINCE_FINALIZATION = 9;
        config.PROPOSER_REORG_CUTOFF_BPS = 3000;
        shape.majority = 97;
        shape.block_rate = 75;
        shape.fork_rate = 20;
        shape.slots = 40;
    }
    return shape;
}

}  // namespace

std::size_t pool_count() { return 4; }

Pool& pool(std::size_t index) {
    static std::array<std::unique_ptr<Pool>, 4> made;
    if (!made.at(index)) made.at(index) = std::make_unique<Pool>(shape_of_pool(index));
    return *made.at(index);
}

}  // namespace touchstone::fuzz
