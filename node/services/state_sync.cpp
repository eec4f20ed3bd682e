#include "node/services/state_sync.h"

#include <algorithm>
#include <utility>

#include "node/kernel/state_sync/beginning.h"
#include "node/kernel/state_sync/list.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

std::string reason_of(const Rejection& rejection) {
    std::string said(to_string(rejection.clause));
    if (!rejection.detail.empty()) said += " (" + rejection.detail + ")";
    return said;
}

std::string hex_of(const Root& root) { return "0x" + to_hex(root); }

Root block_root_of(const SignedBlock& block, const Parameters& parameters) {
    return hash_tree_root(header_of(block.message, parameters), parameters);
}

ByteVector key_of(const Root& root) { return {root.bytes.begin(), root.bytes.end()}; }

}  // namespace

StateSync::StateSync(Chain& chain, BlockPipeline& blocks, Peers& peers, const Ports& ports, const Options& options)
    : chain_(chain),
      blocks_(blocks),
      peers_(peers),
      ports_(ports),
      options_(options),
      backward_(chain, peers, ports.network, ports.clock, ports.timers),
      download_(chain.parameters(), ports.network, ports.clock, ports.timers) {
    backward_.set_on_blocks([this](BackwardBlocks::Delivery delivery) { take_blocks(std::move(delivery)); });
    download_.set_hooks(
        {.who = [this] { return anchor_ ? who_lists(*anchor_) : std::vector<PeerId>(); },
         .wait = [this](const PeerId& peer, Method method) { return peers_.wait_before_asking(peer, method, 1); },
         .on_failed =
             [this](const PeerId& peer, std::optional<RequestOutcome> outcome) {
                 if (outcome) return peers_.answer_failed(peer, *outcome);
                 peers_.punish(peer, Offence::BrokenProtocol);  // [SYN-29]
             },
         .on_answer =
             [this](SyncAnswer answer) {
                 const StateDownload::Progress now = download_.progress();
                 done_.add(now.done, ports_.clock.now_ms());
                 bytes_.add(static_cast<double>(now.bytes), ports_.clock.now_ms());
                 keep(std::move(answer));
             },
         .on_complete = [this] { assemble(); }});
}

void StateSync::start() {
    began_ms_ = said_at_ms_ = ports_.clock.now_ms();
    ports_.log.info("state_sync_started",
                    {{"epoch", options_.trusted.epoch.value()}, {"root", hex_of(options_.trusted.root)}});
    load_kept();
    go_on();
    for (const auto& [id, peer] : peers_.all()) {
        if (peer.status) ask_for_list(id);
    }
}

void StateSync::on_status(const PeerId& peer) {
    if (phase_ == Phase::Done) return;
    ask_for_list(peer);
    backward_.work();
    download_.work();
}

void StateSync::on_slot() {
    if (phase_ == Phase::Done || chain_.failure()) return;
    std::erase_if(lists_, [this](const auto& entry) { return peers_.find(entry.first) == nullptr; });
    // What nobody lists any more is not chosen either. So these are no more than the lists of all peers.
    std::erase_if(refuted_, [this](const Checkpoint& each) { return who_lists(each).empty(); });
    for (const auto& [id, peer] : peers_.all()) {
        if (peer.status) ask_for_list(id);
    }
    if (download_.is_running() && who_lists(*anchor_).empty()) {
        download_.end();  // what has come is kept, should somebody serve it again
        anchor_.reset();
        phase_ = Phase::FindingState;
        go_on();
    }
    backward_.work();
    download_.work();
    say_what_is_missing();
}

// --------------------------------------------------------------------------------------------------------------- lists

void StateSync::ask_for_list(const PeerId& peer) {
    List& list = lists_[peer];
    const std::uint64_t now_ms = ports_.clock.now_ms();
    const bool is_new = list.asked_at_ms == 0;
    if (list.is_open || (!is_new && now_ms < saturating_add(list.asked_at_ms, kListAgainMs))) return;
    if (peers_.wait_before_asking(peer, Method::StateList, 1)) return;  // with the next slot
    list.asked_at_ms = now_ms;
    list.is_open = true;
    ports_.network.request(peer, Method::StateList, {}, Peers::kRequestTimeoutMs,
                           [this, peer](RequestOutcome outcome, const ByteVector& payload) {
                               const auto asked = lists_.find(peer);
                               if (asked == lists_.end()) return;
                               asked->second.is_open = false;
                               if (outcome != RequestOutcome::Success) return peers_.answer_failed(peer, outcome);
                               take_list(peer, payload);
                           });
}

void StateSync::take_list(const PeerId& peer, const ByteVector& payload) {
    auto list = decode<StateList>(payload, chain_.parameters());
    if (!list || !check_state_list(*list)) return peers_.punish(peer, Offence::BrokenProtocol);  // [SYN-28]
    lists_[peer].checkpoints = std::move(list->checkpoints);
    go_on();
    download_.work();
}

std::vector<PeerId> StateSync::who_lists(const Checkpoint& checkpoint) const {
    std::vector<PeerId> who;
    std::vector<PeerId> last_resort;
    for (const auto& [peer, list] : lists_) {
        const bool has = std::ranges::find(list.checkpoints, checkpoint) != list.checkpoints.end();
        if (has && peers_.find(peer) != nullptr) (peers_.is_last_resort(peer) ? last_resort : who).push_back(peer);
    }
    who.insert(who.end(), last_resort.begin(), last_resort.end());
    return who;
}

/// The latest; before it, one of whose state there is something already.
std::optional<Checkpoint> StateSync::choose_anchor() {
    std::optional<Checkpoint> best;
    for (const auto& [peer, list] : lists_) {
        if (peers_.find(peer) == nullptr) continue;
        for (const Checkpoint& each : list.checkpoints) {
            if (each.epoch == kGenesisEpoch || each.epoch > options_.trusted.epoch || refuted_.contains(each)) continue;
            const auto rank = [this](const Checkpoint& one) { return std::pair(one.root == kept_root_, one.epoch); };
            if (!best || rank(*best) < rank(each)) best = each;
        }
    }
    return best;
}

/// It is not of the trusted block's chain: whoever listed it does not have what he says.
void StateSync::refute(const Checkpoint& anchor) {
    refuted_.insert(anchor);
    ports_.log.info("state_refuted", {{"epoch", anchor.epoch.value()}, {"root", hex_of(anchor.root)}});
    for (const PeerId& peer : who_lists(anchor))
        peers_.punish(peer, Offence::EmptyPromise);
}

// -------------------------------------------------------------------------------------------------------------- blocks

/// Of the blocks those that lead back from the trusted one; of a state what it is of.
void StateSync::load_kept() {
    std::map<Root, LinkedBlock> kept;
    std::uint64_t number = 0;
    while (const auto next = chain_.store().next_sync_answer(number)) {
        number = next->first;
        const SyncAnswer& answer = next->second;
        if (answer.method == Method::BlocksByRoot) {
            const auto block = decode<SignedBlock>(answer.answer, chain_.parameters());
            if (!block) continue;
            const Root root = block_root_of(*block, chain_.parameters());
            kept[root] = {root, block->message.slot, block->message.parent_root};
        } else if (const auto part = decode<StatePartRequest>(answer.request, chain_.parameters())) {
            kept_root_ = part->block_root;
        }
    }
    for (auto found = kept.find(options_.trusted.root); found != kept.end(); found = kept.find(found->second.parent))
        linked_.push_front(found->second);
    if (number == 0) return;
    ports_.log.info("state_sync_resumed", {{"blocks", std::uint64_t{linked_.size()}}, {"answers", number}});
}

void StateSync::take_blocks(BackwardBlocks::Delivery delivery) {
    std::vector<SyncAnswer> answers;
    for (auto block = delivery.blocks.rbegin(); block != delivery.blocks.rend(); ++block) {
        const Root root = block_root_of(*block, chain_.parameters());
        if (!fetches_again_) link(*block, root);
        answers.push_back({.method = Method::BlocksByRoot, .request = key_of(root), .answer = encode(*block)});
    }
    backward_.accept(fetches_again_);
    if (!chain_.keep_answers(std::move(answers), false)) return;
    if (!std::exchange(fetches_again_, false)) return go_on();
    fetched_from_ = delivery.peer;
    if (phase_ == Phase::Executing) return execute_next();
    verify_anchor();
}

void StateSync::link(const SignedBlock& block, const Root& root) {
    linked_.push_front({root, block.message.slot, block.message.parent_root});
    if (root != options_.trusted.root) return;
    ports_.log.info("trusted_block_found", {{"slot", block.message.slot.value()}});
}

std::optional<SignedBlock> StateSync::read(const Root& root) {
    const auto kept = chain_.store().sync_answer(Method::BlocksByRoot, key_of(root));
    if (!kept) return std::nullopt;
    auto block = decode<SignedBlock>(*kept, chain_.parameters());
    if (!block || block_root_of(*block, chain_.parameters()) != root) return std::nullopt;
    return *std::move(block);
}

std::optional<std::size_t> StateSync::place_of(const Checkpoint& anchor) const {
    const Slot first = start_slot_of(anchor.epoch, chain_.parameters());
    const auto after =
        std::ranges::partition_point(linked_, [first](const auto& block) { return block.slot <= first; });
    if (after == linked_.begin()) return std::nullopt;
    return static_cast<std::size_t>(after - linked_.begin()) - 1;
}

void StateSync::go_on() {
    if (phase_ != Phase::FindingBlocks && phase_ != Phase::FindingState) return;
    if (linked_.empty()) {
        if (!backward_.is_running()) backward_.begin(options_.trusted.root, std::nullopt, std::nullopt);
        return;
    }
    const Epoch epoch = epoch_of(linked_.back().slot, chain_.parameters());
    if (epoch > options_.trusted.epoch) {
        return stop("the block " + hex_of(options_.trusted.root) + " of the setting checkpoint is of slot " +
                    std::to_string(linked_.back().slot.value()) + ", in epoch " + std::to_string(epoch.value()) +
                    ": it cannot be the checkpoint of epoch " + std::to_string(options_.trusted.epoch.value()) +
                    "; correct the setting");
    }
    while (const auto anchor = choose_anchor()) {
        const auto place = place_of(*anchor);
        const bool at_genesis = linked_.front().parent == chain_.genesis_block_root();
        if (!place && !at_genesis) {
            phase_ = Phase::FindingBlocks;
            const Slot goal = start_slot_of(anchor->epoch, chain_.parameters());
            if (backward_.is_running()) return backward_.set_goal(goal);
            return backward_.begin(linked_.front().parent, linked_.front().slot, goal);
        }
        if (place && linked_[*place].root == anchor->root) return download(*anchor, *place);
        refute(*anchor);
    }
    backward_.end();
    phase_ = Phase::FindingState;
}

// --------------------------------------------------------------------------------------------------------------- state

void StateSync::download(const Checkpoint& anchor, std::size_t place) {
    backward_.end();
    const auto block = read(anchor.root);
    if (!block) {  // damaged: as if it had never come
        linked_.erase(linked_.begin(), linked_.begin() + static_cast<std::ptrdiff_t>(place) + 1);
        return go_on();
    }
    anchor_ = anchor;
    place_ = place;
    phase_ = Phase::Downloading;
    ports_.log.info("state_sync_anchor", {{"epoch", anchor.epoch.value()},
                                          {"root", hex_of(anchor.root)},
                                          {"peers", std::uint64_t{who_lists(anchor).size()}},
                                          {"blocks_to_execute", std::uint64_t{linked_.size() - place - 1}}});
    download_.begin(anchor.root, block->message.state_root);
    restore_kept();
    const StateDownload::Progress now = download_.progress();
    done_.begin(now.done, ports_.clock.now_ms());
    bytes_.begin(static_cast<double>(now.bytes), ports_.clock.now_ms());
    if (download_.is_complete()) return assemble();
    download_.work();
}

/// What was kept is proved again: what is damaged on the disk is asked for as if it had never come. [SYN-04]
void StateSync::restore_kept() {
    std::uint64_t restored = 0;
    std::uint64_t refused = 0;
    for (const Method method : {Method::StatePart, Method::StateEntries}) {
        std::uint64_t number = 0;
        while (const auto next = chain_.store().next_sync_answer(number)) {
            number = next->first;
            if (next->second.method != method) continue;
            ++(download_.restore(next->second) ? restored : refused);
        }
    }
    if (restored + refused == 0) return;
    ports_.log.info("state_sync_restored", {{"answers", restored}, {"refused", refused}});
}

void StateSync::assemble() {
    const StateDownload::Progress had = download_.progress();
    const std::uint64_t took_ms = ports_.clock.now_ms() - began_ms_;
    ports_.log.info("state_received", {{"parts", std::uint64_t{had.parts}},
                                       {"entries", std::uint64_t{had.entries}},
                                       {"bytes", had.bytes},
                                       {"peers", std::uint64_t{had.peers}},
                                       {"milliseconds", took_ms}});
    auto consensus = download_.take_state();
    const KvEntries entries = download_.take_entries();
    download_.end();
    if (!consensus) {
        return stop("the parts of the state, each of which was proved, do not fit: " +
                    reason_of(consensus.rejection()));
    }
    if (!is_well_formed(*consensus, chain_.parameters())) {
        return stop("the state of the checkpoint of epoch " + std::to_string(anchor_->epoch.value()) +
                    " is none that the rules make: the setting checkpoint is not of a chain that this program knows");
    }
    const StatePointer genesis = chain_.head_state();
    auto state = State::with_entries(chain_.environment(), *std::move(consensus), entries, genesis.get());
    if (!state) {
        return stop("the entries of the state, each of which was proved, do not fit: " + reason_of(state.rejection()));
    }
    state_ = *std::move(state);
    verify_anchor();
}

/// The root of a block does not cover its signature, and this block is to be served.
void StateSync::verify_anchor() {
    const Root root = linked_[place_].root;
    const auto block = read(root);
    if (!block) return fetch_again();
    SignatureSets sets{older_block_signature(chain_.environment(), *state_, *block, root)};
    ports_.verifier.verify(std::move(sets), VerifyPriority::Block, [this](const std::vector<bool>& valid) {
        if (chain_.failure()) return;
        if (!valid.front()) return fetch_again();
        begin();
    });
}

void StateSync::begin() {
    const auto block = read(linked_[place_].root);
    if (!block) return fetch_again();
    State state = *std::exchange(state_, std::nullopt);
    const auto begun = chain_.begin_from(*anchor_, std::move(state), *block);
    if (!begun) {
        return stop("the chain cannot begin from the checkpoint of epoch " + std::to_string(anchor_->epoch.value()) +
                    ": " + reason_of(begun.rejection()) +
                    "; check that the genesis file and the setting checkpoint are of the same network");
    }
    chain_.tick();
    if (!chain_.commit()) return;
    phase_ = Phase::Executing;
    fetched_from_.reset();
    ++place_;
    execute_next();
}

// ----------------------------------------------------------------------------------------------------------- execution

void StateSync::execute_next() {
    if (chain_.failure()) return;
    if (place_ == linked_.size()) return complete();
    const auto block = read(linked_[place_].root);
    if (!block) return fetch_again();
    blocks_.import_block(*block, PeerId{}, [this](ImportOutcome outcome) { executed(outcome); });
}

void StateSync::executed(ImportOutcome outcome) {
    const std::string which = "the block of slot " + std::to_string(linked_[place_].slot.value()) +
                              ", which leads to that of the setting checkpoint, ";
    switch (outcome) {
        case ImportOutcome::Imported:
        case ImportOutcome::AlreadyKnown:
            fetched_from_.reset();
            ++place_;
            return execute_next();
        case ImportOutcome::BadSignature:
            return fetch_again();
        case ImportOutcome::NotYet:
            return stop(which + "is of the future: check this machine's clock");
        case ImportOutcome::MissingParent:
        case ImportOutcome::Irrelevant:
        case ImportOutcome::Invalid:
            return stop(which +
                        "breaks the rules: the checkpoint is not of a chain that this program can follow; "
                        "compare it with a source that you trust");
        case ImportOutcome::Stopped:
            return;
    }
}

void StateSync::fetch_again() {
    if (const auto peer = std::exchange(fetched_from_, std::nullopt)) peers_.punish(*peer, Offence::BadSignature);
    fetches_again_ = true;
    backward_.begin(linked_[place_].root, std::nullopt, std::nullopt);
}

/// [SYN-27]
void StateSync::complete() {
    const ForkChoice& store = chain_.fork_choice();
    const auto within = check_age(chain_.environment(), store, options_.trusted, false);
    if (!within && (within.rejection().clause != Clause::WS_03 || !options_.ordered_outside)) {
        return stop("the setting checkpoint, of epoch " + std::to_string(options_.trusted.epoch.value()) +
                    ", cannot be relied on in epoch " + std::to_string(store.current_store_epoch().value()) + ": " +
                    reason_of(within.rejection()) +
                    "; give a newer checkpoint from a source that you trust, or order the node to go on with "
                    "go_on_outside_weak_subjectivity");
    }
    if (!within) {
        ports_.log.warning("outside_weak_subjectivity",
                           {{"what", "the checkpoint of epoch " + std::to_string(options_.trusted.epoch.value())},
                            {"go_on_outside_weak_subjectivity", true},
                            {"advice", std::string("compare the finalized block with a source that you trust: the node "
                                                   "cannot tell a false chain from the true one")}});
    }
    if (!chain_.end_joining()) return;
    phase_ = Phase::Done;
    ports_.log.info("state_sync_finished", {{"anchor_epoch", anchor_->epoch.value()},
                                            {"head_slot", chain_.head_slot().value()},
                                            {"milliseconds", ports_.clock.now_ms() - began_ms_}});
    if (on_done_) on_done_();
}

void StateSync::stop(const std::string& reason) {
    backward_.end();
    download_.end();
    chain_.fail(reason);
}

void StateSync::keep(SyncAnswer answer) {
    std::vector<SyncAnswer> answers;
    answers.push_back(std::move(answer));
    if (!chain_.keep_answers(std::move(answers), false)) stop({});
}

// ------------------------------------------------------------------------------------------------------------ progress

StateSync::Progress StateSync::progress() const {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    Progress progress;
    progress.phase = phase_;
    if (download_.is_running()) {
        const StateDownload::Progress download = download_.progress();
        progress.done = download.done;
        progress.bytes = download.bytes;
        progress.peers = download.peers;
        progress.bytes_per_second = bytes_.per_second(now_ms);
        progress.seconds_left = done_.seconds_until(1 - download.done, now_ms);
    }
    const bool had_state = phase_ == Phase::Downloading && !download_.is_running();
    if (had_state || phase_ == Phase::Executing || phase_ == Phase::Done) progress.done = 1;
    if (phase_ != Phase::Done && anchor_) progress.blocks_left = linked_.size() - std::min(place_, linked_.size());
    return progress;
}

void StateSync::say_what_is_missing() {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    if (now_ms < saturating_add(said_at_ms_, kSayAgainMs)) return;
    said_at_ms_ = now_ms;
    const std::uint64_t peers = peers_.all().size();
    if (linked_.empty()) {
        ports_.log.warning("checkpoint_unknown",
                           {{"root", hex_of(options_.trusted.root)},
                            {"peers", peers},
                            {"advice", std::string("no peer has this block: check the setting checkpoint, and that "
                                                   "peers of this network can be reached")}});
    } else if (phase_ == Phase::FindingState) {
        ports_.log.warning("no_state_served",
                           {{"epoch", options_.trusted.epoch.value()},
                            {"peers", peers},
                            {"advice", std::string("no peer serves a state of this epoch or an earlier one of its "
                                                   "chain: wait for other peers, or give a newer checkpoint")}});
    }
}

}  // namespace touchstone::node
