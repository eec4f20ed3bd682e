#include "node/app/admin_methods.h"

#include <algorithm>
#include <iterator>

#include "node/api/value_types.h"
#include "node/api/version.h"
#include "node/app/admin_peer_methods.h"
#include "node/rpc/method.h"
#include "node/rpc/open_rpc.h"

namespace touchstone::node::app {

namespace {

using rpc::Json;

constexpr rpc::ApiInfo kInfo{"Touchstone node, for its operator", api::kApiVersion,
                             "JSON-RPC 2.0 over the Unix socket rpc.admin_socket: what changes the node itself. Errors "
                             "of any call beside those of its method: ParseError, InvalidRequest, MethodNotFound, "
                             "InternalError, LimitExceeded."};
constexpr std::string_view kAllAreas = "all";

const rpc::ErrorKind kCredentialsRefused{-32021, "CredentialsRefused", "Credentials refused",
                                         "a file cannot be used; what was there before stays", rpc::reason_type()};

rpc::Type level_type() {
    return rpc::choice_of("LogLevel", "from which level on lines are written",
                          {"trace", "debug", "info", "warning", "error"});
}

rpc::Type area_type() {
    std::vector<std::string_view> areas{kAllAreas};
    for (const LogArea area : adapters::kLogAreas)
        areas.push_back(adapters::to_string(area));
    return rpc::choice_of("LogArea", "what lines are about; all: of every area without a level of its own",
                          std::move(areas));
}

Json to_json(const LogLevels& levels) {
    Json areas = Json::object();
    for (const auto& [area, level] : levels.areas)
        areas[std::string(adapters::to_string(area))] = adapters::to_string(level);
    return {{"level", adapters::to_string(levels.level)}, {"areas", std::move(areas)}};
}

rpc::Method set_log_level(const AdminServices& services) {
    return {{.name = "admin_set_log_level",
             .summary = "Sets the level of the log until the node ends or reads its settings again (SIGHUP)",
             .parameters = {{"area", area_type(), ""}, {"level", level_type(), ""}},
             .result = rpc::object("LogLevels", "the levels of the log",
                                   {{"level", level_type(), "of all areas but these"},
                                    {"areas", rpc::map_of("AreaLevels", "levels by area", level_type())}})},
            [set = services.set_log_level](const rpc::Arguments& arguments, const Caller&) -> rpc::Answer {
                const auto area = adapters::log_area_from(arguments[0].get<std::string>());
                return to_json(set(area, *adapters::log_level_from(arguments[1].get<std::string>())));
            }};
}

rpc::Method renew_credentials(const AdminServices& services) {
    return {
        {.name = "admin_renew_credentials",
         .summary = "Reads rpc.tls_certificate, rpc.tls_key and rpc.token_file again, as SIGHUP does. New connections "
                    "use what is there now; WebSockets that showed another token are closed",
         .parameters = {},
         .result = rpc::object("RenewedCredentials", "what the JSON-RPC uses from now on",
                               {{"certificate_expires", rpc::nullable(api::kText),
                                 "in UTC, as 2027-01-31T12:00:00Z; null where nothing is encrypted"}}),
         .errors = {kCredentialsRefused}},
        [renew = services.renew_credentials](const rpc::Arguments&, const Caller&) -> rpc::Answer {
            const auto expiry = renew();
            if (!expiry.ok()) return kCredentialsRefused.because(expiry.fault().text);
            return Json{{"certificate_expires", expiry->empty() ? Json(nullptr) : Json(*expiry)}};
        }};
}

rpc::Method stop(const AdminServices& services) {
    return {{.name = "admin_stop",
             .summary = "Stops the node in order, as SIGTERM does",
             .parameters = {},
             .result = rpc::object("Stopping", "the node stops", {{"stopping", api::kBoolean}})},
            [stop_node = services.stop](const rpc::Arguments&, const Caller&) -> rpc::Answer {
                stop_node();
                return Json{{"stopping", true}};
            }};
}

}  // namespace

std::shared_ptr<const rpc::MethodTable> make_admin_methods(const AdminServices& services) {
    std::vector<rpc::Method> all{set_log_level(services)};
    std::ranges::move(admin_peer_methods(services), std::back_inserter(all));
    all.push_back(renew_credentials(services));
    all.push_back(stop(services));
    rpc::add_discover(all, kInfo);
    return std::make_shared<const rpc::MethodTable>(std::move(all));
}

}  // namespace touchstone::node::app
