#include "node/kernel/state_sync/beginning.h"

#include <utility>

#include "node/kernel/consensus/domains.h"
#include "node/kernel/consensus/weak_subjectivity.h"
#include "node/types/encoding.h"

namespace touchstone::node {

Result<void> check_links(const Root& anchor_block, std::span<const SignedBlock> blocks, const Root& trusted_block,
                         const Parameters& parameters) {
    Root last = anchor_block;
    for (const SignedBlock& block : blocks) {
        if (block.message.parent_root != last) {
            return reject(Clause::SYN_03,
                          "the block of slot " + std::to_string(block.message.slot.value()) + " has another parent");
        }
        last = hash_tree_root(header_of(block.message, parameters), parameters);
    }
    if (last != trusted_block) return reject(Clause::SYN_03, "the last block is not that of the trusted checkpoint");
    return {};
}

Result<ForkChoice> begin_at_anchor(const Environment& environment, const Root& genesis_root, Epoch current_epoch,
                                   const Checkpoint& anchor, State state, const Block& block) {
    return ForkChoice::from_checkpoint(environment, genesis_root, current_epoch, anchor, std::move(state), block, true);
}

Result<void> check_age(const Environment& environment, const ForkChoice& store, const Checkpoint& trusted,
                       bool ordered_outside) {
    const StatePointer state = store.block_state(trusted.root);
    if (!state) return reject(Clause::SYN_03, "the trusted checkpoint's block was not executed");
    auto within = check_weak_subjectivity(environment, store.current_store_epoch(), *state, trusted);
    if (!within.ok() && ordered_outside && within.rejection().clause == Clause::WS_03) return {};
    return within;
}

Result<ForkChoice> begin_from_checkpoint(const Environment& environment, BeginningInput input,
                                         const VerifySignatures& verify) {
    const Parameters& parameters = environment.parameters();
    const Checkpoint& trusted = input.checkpoints.trusted;
    NODE_TRY(check_links(hash_tree_root(input.anchor_block, parameters), input.blocks, trusted.root, parameters));
    NODE_TRY_ASSIGN(store, begin_at_anchor(environment, input.genesis_root, Epoch(), input.checkpoints.anchor,
                                           std::move(input.anchor_state), input.anchor_block));
    NODE_TRY(store.on_tick(input.time_ms));
    for (const SignedBlock& block : input.blocks) {
        NODE_TRY(store.on_block(block, verify));
    }
    NODE_TRY(check_age(environment, store, trusted, input.ordered_outside));
    return std::move(store);
}

SignatureSet older_block_signature(const Environment& environment, const State& state, const SignedBlock& block,
                                   const Root& root) {
    const Parameters& parameters = environment.parameters();
    const Epoch epoch = epoch_of(block.message.slot, parameters);
    const Domain domain = get_domain(state.consensus(), DomainType(DOMAIN_PROPOSER), epoch, parameters);
    return signature_set(Clause::SYN_24, state, block.message.proposer_index, compute_signing_root(root, domain),
                         block.signature);
}

Result<SignatureSets> check_older_blocks(const Environment& environment, const State& state,
                                         const Root& earliest_parent, std::span<const SignedBlock> blocks) {
    SignatureSets sets;
    Root last;
    for (const SignedBlock& block : blocks) {
        last = hash_tree_root(header_of(block.message, environment.parameters()), environment.parameters());
        sets.push_back(older_block_signature(environment, state, block, last));
    }
    if (!blocks.empty() && last != earliest_parent) {
        return reject(Clause::SYN_24, "the last block is not the parent of the earliest one");
    }
    return sets;
}

}  // namespace touchstone::node
