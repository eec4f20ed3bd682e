#include "node/services/peers/connections.h"

#include <algorithm>
#include <array>
#include <utility>

#include "node/base/arithmetic.h"

namespace touchstone::node {

namespace {

ConnectionLimits limits_of(const PeerOptions& options) {
    return {.target = options.target_peers, .most = std::max(options.target_peers, options.max_peers)};
}

/// What others call themselves is shown to people.
std::string printable(std::string_view text) {
    std::string kept(text.substr(0, Connections::kMostClientBytes));
    std::ranges::replace_if(kept, [](char character) { return character < ' ' || character > '~'; }, '?');
    return kept;
}

std::string program_of(const std::string& client) {
    const std::string program = client.substr(0, client.find('/'));
    return program.empty() ? "unknown" : program;
}

}  // namespace

Connections::Connections(const Ports& ports, PeerOptions options, const Parameters& parameters)
    : ports_(ports),
      options_(std::move(options)),
      limits_(limits_of(options_)),
      denied_(options_.denied.begin(), options_.denied.end()),
      dialer_(book_, ports.network, ports.random),
      ask_quotas_(RequestQuotas::of_client(parameters)) {
    for (const NamedPeer& named : options_.trusted)
        trusted_.insert(named.peer);
}

void Connections::start() {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    if (ports_.memory != nullptr) {
        const PeerRecords kept = ports_.memory->load();
        bans_.restore(kept.bans, now_ms);
        if (options_.discovery) book_.restore(kept.peers, now_ms);
    }
    for (const NamedPeer& named : options_.bootstrap)
        book_.name(named.peer, named.addresses, Named::Bootstrap, now_ms);
    for (const NamedPeer& named : options_.trusted)
        book_.name(named.peer, named.addresses, Named::Trusted, now_ms);
    dial();
}

const ConnectedPeer* Connections::find(const PeerId& peer) const {
    const auto found = peers_.find(peer);
    return found == peers_.end() ? nullptr : &found->second;
}

ConnectedPeer* Connections::find(const PeerId& peer) {
    const auto found = peers_.find(peer);
    return found == peers_.end() ? nullptr : &found->second;
}

// --------------------------------------------------------------------------------------------------------- connections

bool Connections::is_denied(const PeerId& peer, const std::optional<IpAddress>& ip) const {
    if (denied_.contains(peer)) return true;
    return ip &&
           std::ranges::any_of(options_.denied_addresses, [&ip](const IpRange& range) { return range.contains(*ip); });
}

/// [NET-101] [NET-102] [NET-103] [NET-107]
std::optional<GoodbyeReason> Connections::refusal_of(const PeerId& peer, const ConnectedPeer& candidate) const {
    if (is_denied(peer, ip_of_multiaddr(candidate.address))) return GoodbyeReason::ScoreTooLow;
    if (candidate.trusted) return std::nullopt;
    const std::uint64_t now_ms = ports_.clock.now_ms();
    if (bans_.is_banned(peer, now_ms)) return GoodbyeReason::ScoreTooLow;
    if (candidate.ip && bans_.is_closed(*candidate.ip, now_ms)) return GoodbyeReason::ScoreTooLow;
    if (!limits_.has_room_for(candidate, peers_)) return GoodbyeReason::TooManyPeers;
    return std::nullopt;
}

bool Connections::on_connected(const PeerId& peer, const PeerConnection& connection) {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    dialer_.on_connected(peer);
    ++events_.connected;
    ConnectedPeer candidate{.outbound = connection.outbound,
                            .trusted = is_trusted(peer),
                            .address = connection.address,
                            .ip = counted_ip_of(connection.address),
                            .since_ms = now_ms,
                            .client = {},
                            .topics = {},
                            .status = {},
                            .asked_at_ms = now_ms,
                            .status_is_due = false,
                            .has_said_goodbye = false};
    peers_.erase(peer);  // a connection that replaces another
    if (const auto reason = refusal_of(peer, candidate)) {
        ports_.log.debug(
            "peer_refused",
            {{"peer", peer.bytes}, {"address", candidate.address}, {"reason", static_cast<std::uint64_t>(*reason)}});
        farewell(peer, *reason);
        return false;
    }
    if (candidate.outbound && options_.discovery) book_.reached(peer, candidate.address, now_ms);
    ports_.log.debug("peer_accepted", {{"peer", peer.bytes},
                                       {"address", candidate.address},
                                       {"outbound", candidate.outbound},
                                       {"peers", std::uint64_t{peers_.size() + 1}}});
    peers_.insert_or_assign(peer, std::move(candidate));
    if (demerits_.of(peer) != 0) set_score(peer);
    return true;
}

void Connections::on_disconnected(const PeerId& peer) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    const std::uint64_t now_ms = ports_.clock.now_ms();
    const bool has_lasted = now_ms >= saturating_add(found->second.since_ms, kSettledMs);
    if (found->second.has_said_goodbye || (found->second.outbound && !has_lasted)) {
        book_.failed(peer, now_ms);
    } else if (found->second.outbound) {
        book_.settled(peer);
    }
    peers_.erase(found);
}

void Connections::on_goodbye(const PeerId& peer) {
    if (ConnectedPeer* connected = find(peer)) connected->has_said_goodbye = true;
}

void Connections::on_identified(const PeerId& peer, const PeerIdentity& identity) {
    ConnectedPeer* connected = find(peer);
    if (connected == nullptr) return;
    connected->client = printable(identity.agent);
    if (options_.discovery) book_.hear(peer, identity.addresses, ports_.clock.now_ms());
}

void Connections::on_subscription(const PeerId& peer, const Topic& topic, bool subscribed) {
    ConnectedPeer* connected = find(peer);
    if (connected == nullptr) return;
    if (subscribed) {
        connected->topics.insert(topic);
    } else {
        connected->topics.erase(topic);
    }
}

void Connections::on_discovered(const PeerId& peer, const std::vector<std::string>& addresses) {
    if (options_.discovery && !peers_.contains(peer)) book_.hear(peer, addresses, ports_.clock.now_ms());
}

void Connections::on_dial_failed(const PeerId& peer) {
    ++events_.dials_failed;
    dialer_.on_failed(peer, ports_.clock.now_ms());
}

void Connections::dial() {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    const std::uint64_t missing = limits_.missing(peers_);
    events_.dialed += dialer_.dial(missing, now_ms, [&](const PeerId& peer, const std::string& address) {
        if (peers_.contains(peer) || is_denied(peer, ip_of_multiaddr(address))) return false;
        if (is_trusted(peer)) return true;
        const auto ip = counted_ip_of(address);
        if (bans_.is_banned(peer, now_ms) || (ip && bans_.is_closed(*ip, now_ms))) return false;
        return ConnectionLimits::has_room_at(ip, peers_);
    });
    if (missing != 0 && options_.discovery) ports_.network.discover();
}

void Connections::trim() {
    for (const PeerId& peer : limits_.excess(peers_, demerits_))
        say_goodbye(peer, GoodbyeReason::TooManyPeers);
}

// ------------------------------------------------------------------------------------------------------------ demerits

void Connections::punish(const PeerId& peer, Offence offence) {
    const unsigned total = demerits_.add(peer, offence);
    ++events_.offences[offence];
    ports_.log.debug("demerits", {{"peer", peer.bytes},
                                  {"added", std::uint64_t{demerits_of(offence)}},
                                  {"total", std::uint64_t{total}},
                                  {"trusted", is_trusted(peer)}});
    if (total >= Demerits::kBan && !is_trusted(peer)) return ban(peer, offence);
    if (peers_.contains(peer)) set_score(peer);
}

/// [NET-107]
void Connections::ban(const PeerId& peer, Offence offence) {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    const ConnectedPeer* connected = find(peer);
    demerits_.forget(peer);
    if (bans_.is_banned(peer, now_ms)) return;  // for what it did before
    const std::string_view reason = name_of(offence);
    expel(peer, reason, bans_.ban(peer, connected == nullptr ? std::nullopt : connected->ip, reason, now_ms));
}

bool Connections::ban_for(const PeerId& peer, std::uint64_t length_ms) {
    if (is_trusted(peer)) return false;
    const ConnectedPeer* connected = find(peer);
    const auto ip = connected == nullptr ? std::nullopt : connected->ip;
    expel(peer, kByOperator, bans_.ban_for(peer, ip, kByOperator, length_ms, ports_.clock.now_ms()));
    remember();
    return true;
}

void Connections::expel(const PeerId& peer, std::string_view reason, std::uint64_t until_ms) {
    const ConnectedPeer* connected = find(peer);
    ++events_.bans;
    ports_.log.info("peer_banned", {{"peer", peer.bytes},
                                    {"address", connected == nullptr ? std::string() : connected->address},
                                    {"reason", std::string(reason)},
                                    {"for_seconds", (until_ms - ports_.clock.now_ms()) / 1000}});
    say_goodbye(peer, GoodbyeReason::ScoreTooLow);
}

bool Connections::lift_ban(const PeerId& peer) {
    if (!bans_.lift(peer, ports_.clock.now_ms())) return false;
    ports_.network.unban(peer);
    ports_.log.info("peer_ban_lifted", {{"peer", peer.bytes}});
    remember();
    return true;
}

/// [NET-96]
void Connections::set_score(const PeerId& peer) {
    constexpr double kOfDemerit = -40;
    ports_.network.set_peer_score(peer, kOfDemerit * demerits_.of(peer));
}

void Connections::forgive(std::uint64_t epochs) {
    constexpr std::uint64_t kForgivesAll = 16;  // halvings of what anybody can have
    for (std::uint64_t i = 0; i < std::min(epochs, kForgivesAll); ++i)
        demerits_.forgive_half();
    if (epochs == 0) return;
    for (const auto& [peer, connected] : peers_)
        set_score(peer);
}

std::optional<std::uint64_t> Connections::wait_before_asking(const PeerId& peer, Method method, std::uint64_t tokens) {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    if (ask_quotas_.take(peer, method, tokens, now_ms)) return std::nullopt;
    return std::max(ask_quotas_.ready_at(peer, method, tokens, now_ms), now_ms + 1);
}

// ------------------------------------------------------------------------------------------------------------- goodbye

void Connections::say_goodbye(const PeerId& peer, GoodbyeReason reason) {
    const ConnectedPeer* connected = find(peer);
    if (connected == nullptr) return;
    const std::uint64_t now_ms = ports_.clock.now_ms();
    if (reason == GoodbyeReason::AnotherNetwork) {
        book_.leave_alone(peer, saturating_add(now_ms, kAnotherNetworkMs), now_ms);
    } else if (connected->outbound && now_ms >= saturating_add(connected->since_ms, kSettledMs)) {
        book_.settled(peer);
    }
    const LogLevel level = reason == GoodbyeReason::TooManyPeers ? LogLevel::Debug : LogLevel::Info;
    const std::array<LogField, 2> fields{{{"peer", peer.bytes}, {"reason", static_cast<std::uint64_t>(reason)}}};
    ports_.log.write(level, "goodbye", fields);
    const auto gone = peers_.extract(peer);  // kept until the end: `peer` may be its key
    farewell(gone.key(), reason);
}

void Connections::farewell(const PeerId& peer, GoodbyeReason reason) {
    constexpr std::uint64_t kPatienceMs = 1000;
    // The network below refuses it too, unless the ban may end before the farewell does.
    const bool ban = bans_.remaining_ms(peer, ports_.clock.now_ms()) > 60 * kPatienceMs;
    ++events_.goodbyes[reason];
    // Who has just been told so need not be told again.
    if (*farewells_ >= kMostFarewells || wait_before_asking(peer, Method::Goodbye, 1)) {
        return ports_.network.disconnect(peer, ban);
    }
    ++*farewells_;
    ports_.network.request(
        peer, Method::Goodbye, encode_number(static_cast<std::uint64_t>(reason)), kPatienceMs,
        // The answer may come when this object is gone; the network is not.
        [&network = ports_.network, farewells = farewells_, peer, ban](RequestOutcome, const ByteVector&) {
            --*farewells;
            network.disconnect(peer, ban);
        });
}

void Connections::say_goodbye_to_all() {
    while (!peers_.empty())
        say_goodbye(PeerId(peers_.begin()->first), GoodbyeReason::ShutDown);
}

// ---------------------------------------------------------------------------------------------------------------- time

void Connections::on_slot(std::uint64_t epochs_begun) {
    const std::uint64_t now_ms = ports_.clock.now_ms();
    forgive(epochs_begun);
    for (const PeerId& peer : bans_.take_ended(now_ms))
        ports_.network.unban(peer);
    ask_quotas_.forget_full(now_ms);
    for (const auto& [peer, connected] : peers_) {
        if (connected.outbound && now_ms >= saturating_add(connected.since_ms, kSettledMs)) book_.settled(peer);
    }
    trim();
    dial();
    remember();
}

void Connections::remember() {
    // Where nobody remembers, too: else the names of all that ever changed would pile up.
    PeerRecordChanges changes;
    book_.take_changes(changes);
    bans_.take_changes(changes);
    if (ports_.memory != nullptr && !changes.empty()) ports_.memory->save(changes);
}

PeerCounters Connections::counters() const {
    PeerCounters counters;
    for (const auto& [id, peer] : peers_) {
        ++(peer.outbound ? counters.outbound : counters.inbound);
        counters.trusted += peer.trusted ? 1U : 0U;
        const std::string program = program_of(peer.client);
        const bool room = counters.clients.size() < PeerCounters::kMostClients || counters.clients.contains(program);
        ++counters.clients[room ? program : "other"];
        const auto place = std::ranges::lower_bound(kDemeritClasses, demerits_.of(id));
        ++counters.demerits[static_cast<std::size_t>(place - kDemeritClasses.begin())];
    }
    counters.banned = bans_.active(ports_.clock.now_ms());
    counters.remembered = book_.all().size();
    counters.dials_under_way = dialer_.under_way();
    counters.events = events_;
    return counters;
}

}  // namespace touchstone::node
