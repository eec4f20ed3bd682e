// The node's connections under any sequence of events, against a model of the rules that looks at everything.
// [NET-100] to [NET-109]
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "fuzz/agreement.h"
#include "fuzz/targets.h"
#include "node/services/testing/peer_ports.h"

namespace touchstone::fuzz {
namespace {

using node::GoodbyeReason;
using node::Offence;
using node::PeerId;

constexpr std::size_t kPeers = 40;
constexpr std::size_t kTrusted = 0;
constexpr std::size_t kDenied = 1;
constexpr std::uint64_t kTopics = 3;
constexpr std::uint64_t kHourMs = 3'600'000;
constexpr std::uint64_t kDayMs = 24 * kHourMs;
constexpr int kMostSteps = 400;

constexpr std::array kOffences{Offence::Unresponsive, Offence::ServerError,  Offence::AboveQuota,
                               Offence::EmptyPromise, Offence::BadSignature, Offence::BrokenProtocol,
                               Offence::InvalidBlock};
/// The table of NET-105, in the order above.
constexpr std::array kDemerits{5U, 5U, 10U, 20U, 25U, 50U, 100U};

PeerId peer_of(std::size_t number) { return PeerId{"peer-" + std::to_string(number)}; }

/// A few addresses of one network, a few of others, and loopback.
std::string address_of(std::size_t choice) {
    const std::string last = choice < 10   ? "192.0.2." + std::to_string(choice % 5 + 1)
                             : choice < 15 ? "198.51." + std::to_string(choice) + ".1"
                                           : "127.0.0.1";
    return "/ip4/" + last + "/tcp/" + std::to_string(9000 + choice);
}
constexpr std::size_t kAddresses = 16;

struct ModelBan {
    std::string ip;
    std::uint64_t until_ms = 0;
    std::uint64_t length_ms = 0;
};

/// Of one peer, what the rules say is held against it.
struct ModelPeer {
    std::uint64_t demerits = 0;
    std::optional<ModelBan> ban;
};

class World {
  public:
    explicit World(Input& input) : input_(input) {
        options_.target_peers = input.below(8);
        options_.max_peers = options_.target_peers + 1 + input.below(12);
        options_.trusted = {{peer_of(kTrusted), {address_of(15)}}};
        options_.denied = {peer_of(kDenied)};
        options_.denied_addresses = {*node::parse_ip_range("192.0.2.5/32")};
        options_.discovery = input.below(8) != 0;
        start();
    }

    void step() {
        switch (input_.below(12)) {
            case 0:
            case 1:
            case 2:
                connect(input_.below(kPeers), input_.flag(), address_of(input_.below(kAddresses)));
                break;
            case 3:
                lose(peer_of(input_.below(kPeers)));
                break;
            case 4:
                punish(input_.below(kPeers), input_.below(kOffences.size()));
                break;
            case 5:
                subscribe(input_.below(kPeers));
                break;
            case 6:
                connections_->on_discovered(peer_of(input_.below(kPeers)), {address_of(input_.below(kAddresses))});
                break;
            case 7:
                connections_->on_identified(peer_of(input_.below(kPeers)),
                                            {"client/1", {address_of(input_.below(kAddresses))}});
                break;
            case 8:
                connections_->on_dial_failed(peer_of(input_.below(kPeers)));
                break;
            case 9:
                network_.answer_all();
                break;
            case 10:
                restart();
                break;
            default:
                tick();
                break;
        }
        settle();
        check();
    }

  private:
    void start() {
        connections_ = std::make_unique<node::Connections>(
            node::Connections::Ports{clock_, network_, random_, log_, &memory_}, options_, node::MINIMAL);
        connections_->start();
        check_dials();
    }

    void restart() {
        connections_->say_goodbye_to_all();
        connections_->remember();
        network_.answer_all();
        network_.goodbyes.clear();
        network_.dialed.clear();
        network_.disconnected.clear();
        network_.refused.clear();
        open_.clear();
        for (auto& [id, peer] : model_)
            peer.demerits = 0;  // they are of one run
        start();
    }

    void connect(std::size_t number, bool outbound, const std::string& address) {
        const PeerId peer = peer_of(number);
        if (open_.contains(peer)) return;
        open_[peer] = address;
        const bool expected = may_come(number, outbound, address);
        agree_on("whether a peer is let in", expected, connections_->on_connected(peer, {outbound, address}));
    }

    /// [NET-101] [NET-102] [NET-103] [NET-107]
    bool may_come(std::size_t number, bool outbound, const std::string& address) const {
        const std::string ip = ip_of(address);
        if (number == kDenied || ip == "192.0.2.5") return false;
        if (number == kTrusted) return true;
        if (is_banned(peer_of(number)) || banned_at(ip) >= 4) return false;
        std::size_t all = 0;
        std::size_t inbound = 0;
        std::size_t same = 0;
        std::size_t near = 0;
        for (const auto& [id, peer] : connections_->all()) {
            if (peer.trusted) continue;
            ++all;
            inbound += peer.outbound ? 0U : 1U;
            same += ip_of(peer.address) == ip ? 1U : 0U;
            near += network_of(peer.address) == network_of(address) ? 1U : 0U;
        }
        if (all >= options_.max_peers) return false;
        if (!outbound && inbound >= options_.max_peers - options_.target_peers / 3) return false;
        return ip == "127.0.0.1" || (same < 4 && near < 16);
    }

    void lose(const PeerId& peer) {
        if (open_.erase(peer) != 0) connections_->on_disconnected(peer);
    }

    void punish(std::size_t number, std::size_t offence) {
        const PeerId peer = peer_of(number);
        ModelPeer& model = model_[peer];
        const auto* connected = std::as_const(*connections_).find(peer);
        const std::string ip = connected == nullptr || !connected->ip ? "" : ip_of(connected->address);
        const std::uint64_t most = offence < 2 ? std::max<std::uint64_t>(50, model.demerits) : 1000;
        model.demerits = std::min(model.demerits + kDemerits[offence], most);
        if (number != kTrusted && model.demerits >= 100) {
            model.demerits = 0;
            if (!is_banned(peer)) ban(model, ip);
        }
        connections_->punish(peer, kOffences[offence]);
        agree_on("demerits", model.demerits, std::uint64_t{connections_->demerits(peer)});
    }

    void ban(ModelPeer& model, const std::string& ip) const {
        const bool again = model.ban && clock_.time_ms < model.ban->until_ms + kDayMs;
        const std::uint64_t length_ms = again ? std::min(2 * model.ban->length_ms, kDayMs) : kHourMs;
        model.ban = ModelBan{ip, clock_.time_ms + length_ms, length_ms};
    }

    void subscribe(std::size_t number) {
        connections_->on_subscription(peer_of(number), {node::TopicKind::Attestation, input_.below(kTopics)},
                                      input_.flag());
    }

    void tick() {
        constexpr std::array<std::uint64_t, 5> kSteps{1, 12'000, 61'000, kHourMs, kDayMs};
        clock_.time_ms += input_.choose(kSteps);
        const std::uint64_t epochs = input_.below(3);
        for (std::uint64_t i = 0; i < epochs; ++i) {
            for (auto& [id, peer] : model_)
                peer.demerits /= 2;
        }
        network_.dialed.clear();
        const Crowd before = crowd();
        connections_->on_slot(epochs);
        check_excess(before, crowd());
        check_dials();
    }

    struct Crowd {
        std::uint64_t all = 0;
        std::uint64_t dialed = 0;
        std::array<std::uint64_t, kTopics> subscribers{};
    };
    /// Who counts for limits, and all who subscribe.
    Crowd crowd() const {
        Crowd crowd;
        for (const auto& [id, peer] : connections_->all()) {
            crowd.all += peer.trusted ? 0U : 1U;
            crowd.dialed += peer.outbound && !peer.trusted ? 1U : 0U;
            for (const node::Topic& topic : peer.topics)
                ++crowd.subscribers.at(topic.subnet);
        }
        return crowd;
    }

    /// [NET-104]
    void check_excess(const Crowd& before, const Crowd& after) const {
        const std::uint64_t third = options_.target_peers / 3;
        expect(after.all >= std::min(before.all, options_.target_peers), "no more are let go than are too many");
        expect(after.dialed >= std::min(before.dialed, third), "dialed peers stay while they are a third");
        for (std::size_t i = 0; i < kTopics; ++i) {
            expect(after.subscribers.at(i) >= std::min<std::uint64_t>(before.subscribers.at(i), 6),
                   "each topic keeps what its mesh needs");
        }
        if (after.all <= options_.target_peers) return;
        for (const auto& [id, peer] : connections_->all()) {
            const bool needed = std::ranges::any_of(
                peer.topics, [&](const node::Topic& topic) { return after.subscribers.at(topic.subnet) <= 6; });
            const bool kept = peer.trusted || needed || (peer.outbound && after.dialed <= third);
            expect(kept, "who stays above the target is needed: " + id.bytes);
        }
    }

    /// [NET-100] [NET-103] [NET-107]
    void check_dials() const {
        const std::uint64_t missing = options_.target_peers - std::min(options_.target_peers, untrusted());
        expect(network_.dialed.size() <= missing + 1, "no more are dialed than are missing, and the trusted peer");
        for (const std::string& address : network_.dialed) {
            const auto peer = node::peer_of_multiaddr(address);
            expect(peer.has_value(), "a dial names the peer");
            expect(*peer != peer_of(kDenied) && ip_of(address) != "192.0.2.5", "nobody denied is dialed");
            expect(std::as_const(*connections_).find(*peer) == nullptr, "nobody is dialed who is connected");
            if (*peer == peer_of(kTrusted)) continue;
            expect(options_.discovery, "nobody else is dialed without discovery");
            expect(!is_banned(*peer) && banned_at(ip_of(address)) < 4, "nobody banned is dialed");
        }
    }

    /// What the network says when connections were closed.
    void settle() {
        for (const PeerId& peer : std::exchange(network_.disconnected, {}))
            lose(peer);
    }

    void check() {
        for (const auto& [peer, reason] : std::exchange(network_.goodbyes, {})) {
            const auto at = open_.find(peer);
            const std::string ip = at == open_.end() ? "" : ip_of(at->second);
            const bool denied = peer == peer_of(kDenied) || ip == "192.0.2.5";
            expect(denied || peer != peer_of(kTrusted), "a trusted peer is never sent away");
            if (reason != static_cast<std::uint64_t>(GoodbyeReason::ScoreTooLow)) continue;
            const bool deserved = denied || is_banned(peer) || banned_at(ip) >= 4;
            expect(deserved, "nobody who did nothing is told that his score is too low");
        }
        for (std::size_t i = 0; i < kPeers; ++i) {
            agree_on("whether " + peer_of(i).bytes + " is banned", is_banned(peer_of(i)),
                     connections_->bans().is_banned(peer_of(i), clock_.time_ms));
        }
        for (const auto& [id, peer] : connections_->all()) {
            expect(open_.contains(id), "who is known as connected is");
            expect(!is_banned(id), "who is connected is not banned");
        }
        expect(untrusted() <= options_.max_peers, "no more than the greatest number are connected");
        expect(connections_->addresses().all().size() <= kPeers, "nothing is kept of peers that nobody spoke of");
        expect(connections_->farewells() <= node::Connections::kMostFarewells, "farewells are bounded");
    }

    std::uint64_t untrusted() const {
        return static_cast<std::uint64_t>(
            std::ranges::count_if(connections_->all(), [](const auto& each) { return !each.second.trusted; }));
    }
    bool is_banned(const PeerId& peer) const {
        const auto found = model_.find(peer);
        return found != model_.end() && found->second.ban && found->second.ban->until_ms > clock_.time_ms;
    }
    std::size_t banned_at(const std::string& ip) const {
        if (ip.empty() || ip == "127.0.0.1") return 0;
        return static_cast<std::size_t>(std::ranges::count_if(
            model_, [&](const auto& each) { return is_banned(each.first) && each.second.ban->ip == ip; }));
    }
    static std::string ip_of(const std::string& address) { return address.substr(5, address.find('/', 5) - 5); }
    static std::string network_of(const std::string& address) {
        const std::string ip = ip_of(address);
        return ip.substr(0, ip.rfind('.'));
    }

    Input& input_;
    node::SetClock clock_;
    node::PeerNetwork network_;
    node::CountingRandom random_;
    node::NoLog log_;
    node::KeptMemory memory_;
    node::PeerOptions options_;
    std::unique_ptr<node::Connections> connections_;
    std::map<PeerId, std::string> open_;  // connections, and their addresses
    std::map<PeerId, ModelPeer> model_;
};

}  // namespace

void fuzz_peers(Bytes bytes) {
    Input input(bytes);
    World world(input);
    for (int step = 0; step < kMostSteps && !input.empty(); ++step)
        world.step();
}

std::vector<ByteVector> peer_seeds() {
    constexpr std::uint8_t kLast = 11;  // a tick
    std::vector<ByteVector> seeds;
    ByteVector crowd{5, 6, 1};
    for (std::uint8_t i = 0; i < 20; ++i)
        crowd.insert(crowd.end(), {0, i, static_cast<std::uint8_t>(i % 2), static_cast<std::uint8_t>(i % kAddresses)});
    crowd.insert(crowd.end(), {kLast, 1, 0, 9, kLast, 1, 1});
    seeds.push_back(crowd);
    ByteVector bans{3, 9, 1};
    for (std::uint8_t i = 2; i < 8; ++i) {
        bans.insert(bans.end(), {0, i, 0, 0, 4, i, 6, 9});
        bans.insert(bans.end(), {0, i, 0, 0, kLast, 3, 0, 0, i, 1, 1, 4, i, 5, 4, i, 5});
    }
    bans.insert(bans.end(), {10, kLast, 3, 1, 0, 9, 0, 0, kLast, 4, 2});
    seeds.push_back(bans);
    ByteVector found{7, 3, 1};
    for (std::uint8_t i = 2; i < 20; ++i)
        found.insert(found.end(), {6, i, static_cast<std::uint8_t>(i % kAddresses), 5, i, 1, 1, 7, i, 12});
    found.insert(found.end(), {kLast, 1, 0, 8, 4, 8, 5, kLast, 2, 0, 0, 6, 1, 12, 3, 6, 10, kLast, 3, 1});
    seeds.push_back(found);
    return seeds;
}

}  // namespace touchstone::fuzz
