#include "node/app/testing/long_chain.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <utility>

#include "node/kernel/consensus/domains.h"
#include "node/kernel/state_sync/entries.h"
#include "node/kernel/state_sync/parts.h"

namespace touchstone::node::app {

namespace {

std::size_t number_of(const char* variable, std::size_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

const LongChain& LongChain::get() {
    static const LongChain made;
    return made;
}

LongChain::LongChain()
    : chain_(MINIMAL, kValidators, Amount(32'000'000'000), number_of("TOUCHSTONE_SYNC_ACCOUNTS", 100'000)) {
    const std::size_t count = number_of("TOUCHSTONE_SYNC_BLOCKS", 10'000);
    State state = chain_.genesis_state();
    std::deque<State> of_epochs;  // the post-states of the last epochs' first blocks
    for (std::uint64_t slot = 1; slot <= count; ++slot) {
        std::vector<Attestation> votes;
        if (slot > 1) votes = chain_.attest(state, Slot(slot - 1));
        BlockCandidates candidates;
        candidates.attestations = votes;
        const SignedBlock block = chain_.make_block(state, Slot(slot), candidates);
        SignatureSets sets;
        state = must(execute_block(chain_.environment(), state, block, sets)).state;
        places_.emplace(hash_tree_root(block.message, MINIMAL), blocks_.size());
        blocks_.push_back(encode(block));
        if (slot % MINIMAL.SLOTS_PER_EPOCH == 0) of_epochs.push_back(state);
        if (of_epochs.size() > 4) of_epochs.pop_front();
    }
    status_.fork_digest =
        compute_fork_digest(version_of(MINIMAL.GENESIS_FORK_VERSION), chain_.genesis_state().consensus().genesis_root);
    status_.finalized_checkpoint = state.consensus().finalized_checkpoint;
    status_.head_root = latest_block_root(state, chain_.environment());
    status_.head_slot = Slot(count);
    status_.earliest_slot = Slot(1);
    const auto finalized = std::ranges::find_if(of_epochs, [this](const State& each) {
        return latest_block_root(each, chain_.environment()) == status_.finalized_checkpoint.root;
    });
    if (finalized == of_epochs.end()) std::abort();  // fewer blocks than become final
    finalized_state_ = *finalized;
}

std::vector<ByteVector> LongChain::blocks_by_range(const ByteVector& request) const {
    const auto range = must(decode<BlocksByRangeRequest>(request, MINIMAL));
    const std::size_t begin = std::min<std::size_t>(blocks_.size(), range.start_slot.value() - 1);
    const std::size_t end = std::min<std::size_t>(blocks_.size(), begin + range.count);
    return {blocks_.begin() + static_cast<std::ptrdiff_t>(begin), blocks_.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::vector<ByteVector> LongChain::blocks_by_root(const ByteVector& request) const {
    const auto roots = must(decode<BlocksByRootRequest>(request, MINIMAL)).roots;
    std::vector<ByteVector> found;
    for (const Root& root : roots) {
        const auto place = places_.find(root);
        if (place != places_.end()) found.push_back(blocks_[place->second]);
    }
    return found;
}

ByteVector LongChain::answer(Method method, const ByteVector& request) const {
    switch (method) {
        case Method::Status:
            return encode(status_);
        case Method::Goodbye:
        case Method::Ping:
        case Method::Metadata:
            return request;
        case Method::BlocksByRange:
            return encode(BlocksResponse{blocks_by_range(request)});
        case Method::BlocksByRoot:
            return encode(BlocksResponse{blocks_by_root(request)});
        case Method::StateList:
            return encode(StateList{{status_.finalized_checkpoint}});
        case Method::StatePart:
            return encode(must(get_state_part(finalized_state_->consensus(),
                                              must(decode<StatePartRequest>(request, MINIMAL)), MINIMAL)));
        case Method::StateEntries:
            return encode(
                must(get_state_entries(finalized_state_->tree(), must(decode<StateEntriesRequest>(request, MINIMAL)))));
    }
    return {};
}

}  // namespace touchstone::node::app
