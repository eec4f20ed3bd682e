// Downloads the parts and entries of one state from many peers at once, each answer proved by itself. [SYN-02] [SYN-22]
//
// Bounds: a peer has at most kRequestsOfPeer requests of a method open, and what is kept is of the state that is asked
// for. Who answers with what is not proved is left alone for a time that doubles with each failure, and so is one that
// has nothing; others are asked for the same meanwhile. When nothing is left that nobody was asked for, a second peer
// is asked for what is late, going by how long other answers took: who stalls costs that time and not the whole
// timeout. The first proved answer is taken, and nobody is blamed for being the slower.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "node/kernel/state_sync/assembly.h"
#include "node/ports/clock.h"
#include "node/ports/network.h"
#include "node/ports/store.h"
#include "node/ports/timers.h"
#include "node/services/response_times.h"

namespace touchstone::node {

class StateDownload {
  public:
    static constexpr unsigned kRequestsOfPeer = 2;  // [NET-58]
    static constexpr unsigned kMostAsked = 2;       // for one piece at a time
    static constexpr std::uint64_t kTimeoutMs = 10'000;
    static constexpr std::uint64_t kFirstPauseMs = 2'000;
    static constexpr unsigned kMaxDoublings = 5;
    /// Into so many intervals the paths are divided.
    static constexpr std::size_t kIntervals = 32;

    /// What is decided elsewhere.
    struct Hooks {
        /// Who serves the state, whom it is best to ask first.
        std::function<std::vector<PeerId>()> who;
        /// Nothing if the peer may be asked now, else from when. [NET-112]
        std::function<std::optional<std::uint64_t>(const PeerId& peer, Method method)> wait;
        /// The request came to nothing; without an outcome, the answer is not proved.
        std::function<void(const PeerId& peer, std::optional<RequestOutcome> outcome)> on_failed;
        /// Proved, and to be kept. [SYN-04]
        std::function<void(SyncAnswer answer)> on_answer;
        /// All is there.
        std::function<void()> on_complete;
    };

    StateDownload(const Parameters& parameters, Network& network, Clock& clock, Timers& timers)
        : parameters_(parameters), network_(network), clock_(clock), timers_(timers) {}
    void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

    void begin(const Root& block_root, const Root& state_root);
    void end();
    bool is_running() const { return assembly_.has_value(); }
    /// An answer that was kept: counts if it is of this state, and proved. The parts first, then the entries.
    bool restore(const SyncAnswer& answer);
    /// Asks for what is missing whom it may. Called again when peers come, and with each slot.
    void work();

    bool is_complete() const;
    /// Precondition of both: is_complete(). Once. Rejected with SYN-16.
    Result<ConsensusState> take_state() { return assembly_->finish(); }
    /// In ascending order of key.
    KvEntries take_entries();

    struct Progress {
        std::size_t parts = 0;
        std::size_t needed_parts = 0;  // that are known
        std::size_t entries = 0;
        double done = 0;  // of the whole, 0 to 1
        std::uint64_t bytes = 0;
        std::size_t peers = 0;  // that have delivered
    };
    Progress progress() const;

  private:
    /// Paths that are still missing.
    struct Interval {
        Path first;
        Path last;
        unsigned asked = 0;  // how many are
    };
    struct Request {
        PeerId peer;
        Method method = Method::StatePart;
        ByteVector payload;
        std::uint64_t asked_at_ms = 0;
        std::uint64_t late_at_ms = 0;
    };
    struct Pause {
        unsigned failures = 0;
        std::uint64_t not_before_ms = 0;
    };

    std::vector<StatePartRequest> parts_to_ask() const;
    Interval* interval_to_ask();
    bool may_ask(const PeerId& peer, Method method);
    bool ask_round(std::vector<StatePartRequest>& parts);
    /// Of others what somebody owes.
    void ask_again(Method method);
    std::vector<PeerId> who_helps_out(const Request& late) const;
    bool is_late(const PeerId& peer) const;
    void call_when_late();
    /// How many are asked for what the request is for; nothing if it is not missing any more.
    unsigned* asked_of(const Request& request);
    void ask(const PeerId& peer, Method method, ByteVector payload);
    void answered(std::uint64_t number, RequestOutcome outcome, const ByteVector& payload);
    Result<void> take(Method method, const ByteVector& request, const ByteVector& answer);
    Result<void> take_part(const ByteVector& request, const ByteVector& answer);
    Result<void> take_entries_of(const ByteVector& request, const ByteVector& answer);
    void cover(const Path& first, const Path& last);
    void leave_alone(const PeerId& peer);
    void call_at(std::uint64_t time_ms);

    const Parameters& parameters_;
    Network& network_;
    Clock& clock_;
    Timers& timers_;
    Hooks hooks_;
    std::optional<StateAssembly> assembly_;
    Root block_root_;
    std::vector<Interval> intervals_;
    std::vector<KvEntry> entries_;
    std::map<std::uint64_t, Request> open_;
    /// By field and first leaf, how many are asked.
    std::map<std::pair<std::uint64_t, std::uint64_t>, unsigned> asked_parts_;
    ResponseTimes times_;
    std::map<PeerId, Pause> pauses_;
    std::set<PeerId> delivered_;
    std::uint64_t bytes_ = 0;
    std::uint64_t numbers_ = 0;
    std::uint64_t next_call_ms_ = 0;
};

}  // namespace touchstone::node
