#include "node/app/admin_peer_methods.h"

#include "node/api/value_types.h"
#include "node/app/peer_settings.h"

namespace touchstone::node::app {

namespace {

using rpc::Json;

constexpr std::uint64_t kMsPerSecond = 1000;
constexpr std::uint64_t kLongestSeconds = Bans::kLongestMs / kMsPerSecond;

const rpc::ErrorKind kUnknownPeer{-32020, "UnknownPeer", "Unknown peer", "the node is not connected to it",
                                  rpc::reason_type()};

const rpc::ErrorKind kTrustedPeer{-32022, "TrustedPeer", "Trusted peer", "trusted peers are never banned",
                                  rpc::reason_type()};
const rpc::ErrorKind kNotBanned{-32023, "NotBanned", "Not banned", "no ban of the peer lasts", rpc::reason_type()};

rpc::Method add_peer(const AdminServices& services) {
    return {{.name = "admin_add_peer",
             .summary = "Dials a peer once. Whether it is connected, net_peers tells; it counts as any other peer",
             .parameters = {{"address", api::kText, "a multiaddr with the peer's id at its end"}},
             .result = rpc::object("DialedPeer", "who is dialed", {{"id", api::kText}})},
            [&network = services.network](const rpc::Arguments& arguments, const Caller&) -> rpc::Answer {
                const auto address = arguments[0].get<std::string>();
                const auto named = read_peer_address(address);
                if (!named) {
                    return rpc::invalid_params(
                        "address must be a multiaddr with the peer's id at its end, as "
                        "/ip4/192.0.2.7/tcp/9000/p2p/12D3Koo...");
                }
                network.dial(address);
                return Json{{"id", named->peer.bytes}};
            }};
}

rpc::Method remove_peer(const AdminServices& services) {
    return {{.name = "admin_remove_peer",
             .summary = "Closes the connection to a peer. It may come again; admin_ban_peer keeps it away",
             .parameters = {{"id", api::kText, "as net_peers gives it"}},
             .result = rpc::object("RemovedPeer", "whose connection is closed", {{"id", api::kText}}),
             .errors = {kUnknownPeer}},
            [&network = services.network, connections = services.connections](const rpc::Arguments& arguments,
                                                                              const Caller&) -> rpc::Answer {
                const PeerId peer{arguments[0].get<std::string>()};
                if (connections().find(peer) == nullptr) return kUnknownPeer.because("no peer of this id is connected");
                network.disconnect(peer, false);
                return Json{{"id", peer.bytes}};
            }};
}

// ---------------------------------------------------------------------------------------------------------------- bans

rpc::Type ban_type() {
    return rpc::object(
        "Ban", "a peer that is not let in",
        {{"id", api::kText},
         {"ip", rpc::nullable(api::kText), "that it had; null if it is not known"},
         {"reason", rpc::nullable(api::kText),
          "operator: admin_ban_peer; else its last offence, as in the metric peer_offences_total; null: it "
          "was banned before reasons were kept"},
         {"until_ms", api::kUint64, "milliseconds since 1970"}});
}

Json ban_json(const RememberedBan& ban) {
    const auto known = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    return {{"id", ban.peer.bytes},
            {"ip", known(ban.ip)},
            {"reason", known(ban.reason)},
            {"until_ms", api::to_json(ban.until_ms)}};
}

rpc::Method list_bans(const AdminServices& services) {
    return {{.name = "admin_list_bans",
             .summary = "Who is banned, why, and until when. Peers of denied_peers are not among them",
             .parameters = {},
             .result = rpc::object("Bans", "bans that last",
                                   {{"bans", rpc::list_of(ban_type(), Bans::kMost), "in the order of their ids"}})},
            [connections = services.connections, now_ms = services.now_ms](const rpc::Arguments&,
                                                                           const Caller&) -> rpc::Answer {
                Json list = Json::array();
                for (const RememberedBan& ban : connections().bans().lasting(now_ms()))
                    list.push_back(ban_json(ban));
                return Json{{"bans", std::move(list)}};
            }};
}

rpc::Answer ban_for(Connections& connections, const std::string& id, std::uint64_t seconds,
                    const std::function<std::uint64_t()>& clock_ms) {
    if (!is_peer_id(id)) return rpc::invalid_params("id must be a peer id in base58, as 12D3Koo...");
    if (seconds == 0 || seconds > kLongestSeconds) {
        return rpc::invalid_params("seconds must be from 1 to " + std::to_string(kLongestSeconds) +
                                   "; denied_peers in the settings keeps a peer away for good");
    }
    const PeerId peer{id};
    if (!connections.ban_for(peer, seconds * kMsPerSecond)) {
        return kTrustedPeer.because("it is in trusted_peers; take it out there and start the node again");
    }
    const std::uint64_t now_ms = clock_ms();  // after the ban has begun: before, it is longer than any
    return Json{{"id", id}, {"until_ms", api::to_json(now_ms + connections.bans().remaining_ms(peer, now_ms))}};
}

rpc::Method ban_peer(const AdminServices& services) {
    return {{.name = "admin_ban_peer",
             .summary =
                 "Closes the connection to a peer, if there is one, and does not let it in again for some time, also "
                 "after a restart. Replaces any ban that it has",
             .parameters = {{"id", api::kText, "as net_peers gives it"},
                            {"seconds", api::kUint64, "for how long; a day, 86400, at most"}},
             .result = rpc::object("BannedPeer", "who is banned",
                                   {{"id", api::kText}, {"until_ms", api::kUint64, "milliseconds since 1970"}}),
             .errors = {kTrustedPeer}},
            [connections = services.connections, now_ms = services.now_ms](const rpc::Arguments& arguments,
                                                                           const Caller&) -> rpc::Answer {
                return ban_for(connections(), arguments[0].get<std::string>(), api::uint64_from(arguments[1]), now_ms);
            }};
}

rpc::Method lift_ban(const AdminServices& services) {
    return {
        {.name = "admin_lift_ban",
         .summary = "Lets a banned peer in again, and forgets that it was banned",
         .parameters = {{"id", api::kText, "as admin_list_bans gives it"}},
         .result = rpc::object("LiftedBan", "who is banned no more", {{"id", api::kText}}),
         .errors = {kNotBanned}},
        [connections = services.connections](const rpc::Arguments& arguments, const Caller&) -> rpc::Answer {
            const PeerId peer{arguments[0].get<std::string>()};
            if (!connections().lift_ban(peer)) {
                return kNotBanned.because("admin_list_bans tells who is; its address may be closed by bans of others");
            }
            return Json{{"id", peer.bytes}};
        }};
}

}  // namespace

std::vector<rpc::Method> admin_peer_methods(const AdminServices& services) {
    return {add_peer(services), remove_peer(services), list_bans(services), ban_peer(services), lift_ban(services)};
}

}  // namespace touchstone::node::app
