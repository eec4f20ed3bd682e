// The ports that connections stand on, as a test drives and watches them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/services/peers/connections.h"

namespace touchstone::node {

class SetClock final : public Clock {
  public:
    std::uint64_t now_ms() const override { return time_ms; }
    std::uint64_t time_ms = 1'800'000'000'000;
};

/// Connects to nobody by itself; answers no goodbye before it is told.
class PeerNetwork final : public Network {
  public:
    void set_handler(NetworkHandler*) override {}
    void subscribe(const Topic&) override {}
    void publish(const Topic&, ByteVector) override {}
    void report(GossipId, Verdict) override {}
    void request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t,
                 ResponseHandler handler) override {
        if (method == Method::Goodbye) goodbyes.emplace_back(peer, decode_number(payload).value_or(0));
        open.push_back(std::move(handler));
    }
    void respond(InboundRequestId, ResponseCode, ByteVector) override {}
    void disconnect(const PeerId& peer, bool ban) override {
        disconnected.push_back(peer);
        if (ban) refused.insert(peer);
    }
    void unban(const PeerId& peer) override { refused.erase(peer); }
    void dial(const std::string& address) override { dialed.push_back(address); }
    void discover() override { ++discoveries; }
    void set_peer_score(const PeerId& peer, double score) override { scores[peer] = score; }

    void answer_all(RequestOutcome outcome = RequestOutcome::Success) {
        for (const ResponseHandler& handler : std::exchange(open, {}))
            handler(outcome, {});
    }
    std::optional<std::uint64_t> goodbye_to(const PeerId& peer) const {
        std::optional<std::uint64_t> last;
        for (const auto& [who, reason] : goodbyes) {
            if (who == peer) last = reason;
        }
        return last;
    }

    std::vector<std::pair<PeerId, std::uint64_t>> goodbyes;
    std::vector<ResponseHandler> open;
    std::vector<PeerId> disconnected;
    std::set<PeerId> refused;  // by the network itself
    std::vector<std::string> dialed;
    std::map<PeerId, double> scores;
    std::size_t discoveries = 0;
};

class CountingRandom final : public Random {
  public:
    std::uint64_t next() override {
        constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;
        state_ += kStep;
        return state_ ^ (state_ >> 31U);
    }

  private:
    std::uint64_t state_ = 1;
};

class NoLog final : public Log {
  public:
    void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

class KeptMemory final : public PeerMemory {
  public:
    PeerRecords load() override {
        PeerRecords records;
        for (const auto& [id, peer] : peers)
            records.peers.push_back(peer);
        for (const auto& [id, ban] : bans)
            records.bans.push_back(ban);
        return records;
    }
    bool save(const PeerRecordChanges& changes) override {
        for (const RememberedPeer& peer : changes.kept.peers)
            peers[peer.peer] = peer;
        for (const RememberedBan& ban : changes.kept.bans)
            bans[ban.peer] = ban;
        for (const PeerId& peer : changes.forgotten_peers)
            peers.erase(peer);
        for (const PeerId& peer : changes.forgotten_bans)
            bans.erase(peer);
        return true;
    }

    std::map<PeerId, RememberedPeer> peers;
    std::map<PeerId, RememberedBan> bans;
};

}  // namespace touchstone::node
