#include "cli/rpc/node_options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "node/adapters/http/bearer_token.h"

namespace touchstone::cli {

namespace {

/// Not by CLI11, which reads it for the options of all other commands too, and so over what this one was given.
void take_variable(const char* variable, std::string& value) {
    if (const char* const named = std::getenv(variable); named != nullptr && *named != '\0') value = named;
}

Outcome<std::string> authorization_of(const HttpUrl& url, const NodeOptions& options) {
    if (!url.encrypted && !url.is_loopback() && !options.token_in_clear) {
        return Fault{FaultKind::Configuration,
                     "everybody on the way to " + url.text() +
                         " could read the token; ask by https://, or, where nobody else is on the way, with "
                         "--token-in-clear"};
    }
    const auto token = node::adapters::BearerToken::load(options.token_file);
    if (!token.ok()) return token.fault();
    return token->header_value();
}

}  // namespace

void add_node_options(CLI::App& command, NodeOptions& options) {
    take_variable(kRpcVariable, options.rpc);
    take_variable(kCaVariable, options.ca);
    take_variable(kTokenFileVariable, options.token_file);
    command.add_option("--rpc", options.rpc, "Where a node's RPC listens; also by the environment's TOUCHSTONE_RPC")
        ->capture_default_str();
    command.add_option("--ca", options.ca,
                       "Believe the certificates in this PEM file, for https:// (those that the system believes)");
    command.add_option("--token-file", options.token_file, "Show the node the token in this file");
    command.add_flag("--token-in-clear", options.token_in_clear,
                     "Show it without encryption to another machine too, for all on the way to read");
}

Outcome<RpcClient> node_client(const NodeOptions& options, std::chrono::milliseconds limit) {
    const auto url = parse_http_url(options.rpc);
    if (!url.ok()) return url.fault();
    HttpCredentials credentials;
    if (url->encrypted) {
        auto trust = tls_trust(options.ca);
        if (!trust.ok()) return trust.fault();
        credentials.trust = std::move(trust).value();
    }
    if (!options.token_file.empty()) {
        auto shown = authorization_of(*url, options);
        if (!shown.ok()) return shown.fault();
        credentials.authorization = std::move(shown).value();
    }
    return RpcClient(*url, limit, std::move(credentials));
}

}  // namespace touchstone::cli
