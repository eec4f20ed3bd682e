// A fork choice as bytes, and back.
#include <algorithm>

#include "node/kernel/fork_choice/fork_choice.h"
#include "node/types/schemas.h"

namespace touchstone::node {
namespace schemas {

constexpr Limit kAnyNumber{std::uint64_t{1} << 40U};

template <>
struct Schema<ForkChoiceRecord::KnownBlock> {
    using B = ForkChoiceRecord::KnownBlock;
    static constexpr auto kind = container<B>(field(&B::root, plain<Root>), field(&B::timely, Boolean<bool>{}),
                                              field(&B::unrealized_justified, schema<Checkpoint>));
};

template <>
struct Schema<ForkChoiceRecord::LatestMessage> {
    using M = ForkChoiceRecord::LatestMessage;
    static constexpr auto kind = container<M>(field(&M::validator, plain<ValidatorIndex>),
                                              field(&M::epoch, plain<Epoch>), field(&M::root, plain<Root>));
};

template <>
struct Schema<ForkChoiceRecord> {
    using R = ForkChoiceRecord;
    static constexpr auto kind = container<R>(
        field(&R::time_ms, plain<std::uint64_t>), field(&R::pruned, Boolean<bool>{}),
        field(&R::justified, schema<Checkpoint>), field(&R::finalized, schema<Checkpoint>),
        field(&R::unrealized_justified, schema<Checkpoint>), field(&R::unrealized_finalized, schema<Checkpoint>),
        field(&R::boost_root, plain<Root>), field(&R::equivocating, list_of(plain<ValidatorIndex>, kAnyNumber)),
        field(&R::blocks, list_of(schema<R::KnownBlock>, kAnyNumber)),
        field(&R::messages, list_of(schema<R::LatestMessage>, kAnyNumber)));
};

}  // namespace schemas

ByteVector encode(const ForkChoiceRecord& record) {
    ByteVector out;
    schemas::schema<ForkChoiceRecord>.encode(record, out);
    return out;
}

Result<ForkChoiceRecord> decode_fork_choice_record(Bytes bytes) {
    ForkChoiceRecord record;
    NODE_TRY(schemas::schema<ForkChoiceRecord>.decode(bytes, Parameters{}, record));
    return record;
}

ForkChoiceRecord ForkChoice::record() const {
    ForkChoiceRecord record{.time_ms = time_ms_,
                            .pruned = blocks_.pruned(),
                            .justified = justified_,
                            .finalized = finalized_,
                            .unrealized_justified = unrealized_justified_,
                            .unrealized_finalized = unrealized_finalized_,
                            .boost_root = boost_root_,
                            .equivocating = {},
                            .blocks = {},
                            .messages = {}};
    for (const ProtoArray::Node& node : blocks_.nodes()) {
        record.blocks.push_back({node.root, node.timely, node.unrealized_justified});
    }
    for (std::size_t i = 0; i < votes_.votes().size(); ++i) {
        const Votes::Vote& vote = votes_.votes()[i];
        if (vote.equivocating) record.equivocating.emplace_back(i);
        if (!vote.voted) continue;
        const bool known = vote.latest != ProtoArray::kNone;
        record.messages.push_back({ValidatorIndex(i), vote.epoch, known ? blocks_.node(vote.latest).root : Root{}});
    }
    return record;
}

Result<void> ForkChoice::insert_recorded(const SignedBlock& block, const ForkChoiceRecord::KnownBlock& known) {
    const auto parent = blocks_.find(block.message.parent_root);
    const BlockRoots roots = compute_block_roots(block.message, parameters(), environment_->parallel_for);
    if (!parent || roots.root != known.root) {
        return reject(Clause::FC_05, "block " + to_hex(known.root) + " is another or has no parent");
    }
    NODE_TRY_ASSIGN(pre_state, state_at(block.message.parent_root, block.message.slot));
    SignatureSets sets;
    NODE_TRY_ASSIGN(executed, execute_block_at_slot(*environment_, *pre_state, block, roots, sets, {}));
    State& post_state = executed.state;
    ProtoArray::Node node;
    node.root = known.root;
    node.parent = *parent;
    node.slot = block.message.slot;
    node.proposer = block.message.proposer_index;
    node.timely = known.timely;
    node.justified = post_state.consensus().current_justified_checkpoint;
    node.unrealized_justified = known.unrealized_justified;
    blocks_.insert(std::move(node));
    block_states_.emplace(known.root, std::make_shared<const State>(std::move(post_state)));
    return {};
}

Result<void> ForkChoice::restore_rest(const ForkChoiceRecord& record) {
    if (record.time_ms < time_ms_ || !blocks_.contains(record.justified.root) ||
        !blocks_.contains(record.finalized.root)) {
        return reject(Clause::FC_05, "the record's time or checkpoints are not of its blocks");
    }
    // The registry grows: whoever has voted or offended is registered after some block of the store.
    std::size_t validators = 0;
    for (const auto& [root, state] : block_states_)
        validators = std::max(validators, state->validator_count());
    for (const ForkChoiceRecord::LatestMessage& message : record.messages) {
        const auto block = blocks_.find(message.root);
        if (message.validator.value() >= validators || (!block && !message.root.is_zero())) {
            return reject(Clause::FC_05, "a message of nobody or for an unknown block");
        }
        votes_.update(message.validator, message.epoch, block.value_or(ProtoArray::kNone));
    }
    for (const ValidatorIndex index : record.equivocating) {
        if (index.value() >= validators) return reject(Clause::FC_05, "an equivocation of nobody");
        votes_.set_equivocating(index);
    }
    time_ms_ = record.time_ms;
    justified_ = record.justified;
    finalized_ = record.finalized;
    unrealized_justified_ = record.unrealized_justified;
    unrealized_finalized_ = record.unrealized_finalized;
    boost_root_ = record.boost_root;
    scores_stale_ = true;
    return {};
}

Result<ForkChoice> ForkChoice::restore(const Environment& environment, const ForkChoiceRecord& record,
                                       State anchor_state,
                                       const std::function<std::optional<SignedBlock>(const Root&)>& block_by_root) {
    anchor_state.update_root(environment);
    if (record.blocks.empty() || latest_block_root(anchor_state, environment) != record.blocks.front().root) {
        return reject(Clause::FC_05, "the state is not that of the record's first block");
    }
    ProtoArray::Node first;
    first.root = record.blocks.front().root;
    first.slot = anchor_state.consensus().latest_block_header.slot;
    first.proposer = anchor_state.consensus().latest_block_header.proposer_index;
    first.timely = record.blocks.front().timely;
    first.justified = anchor_state.consensus().current_justified_checkpoint;
    first.unrealized_justified = record.blocks.front().unrealized_justified;
    ForkChoice store(environment, ProtoArray(first, record.pruned));
    store.genesis_time_ms_ = anchor_state.consensus().genesis_time_ms;
    store.time_ms_ = store.genesis_time_ms_;
    store.block_states_.emplace(first.root, std::make_shared<const State>(std::move(anchor_state)));
    for (std::size_t i = 1; i < record.blocks.size(); ++i) {
        const auto block = block_by_root(record.blocks[i].root);
        if (!block) return reject(Clause::FC_05, "block " + to_hex(record.blocks[i].root) + " is missing");
        NODE_TRY(store.insert_recorded(*block, record.blocks[i]));
    }
    NODE_TRY(store.restore_rest(record));
    return store;
}

}  // namespace touchstone::node
