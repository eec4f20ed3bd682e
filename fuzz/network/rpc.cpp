// JSON-RPC: any body to a node that has a chain, and the texts around it. Every request gets one answer that the
// declaration of its method allows, a notification none.
#include <nlohmann/json.hpp>

#include "cli/query/account_proof.h"
#include "cli/rpc/http_url.h"
#include "fuzz/agreement.h"
#include "fuzz/files/scratch.h"
#include "fuzz/targets.h"
#include "node/adapters/http/http_address.h"
#include "node/api/methods.h"
#include "node/api/subscriptions/subscriptions.h"
#include "node/kernel/execution/transaction.h"
#include "node/rpc/exchange.h"
#include "node/rpc/method.h"
#include "node/sim/simulation.h"

namespace touchstone::fuzz {
namespace {

using node::rpc::Json;

/// A node with some blocks, one of which has a transaction, and another transaction that waits.
struct AskedNode {
    AskedNode() : chain(node::sim::SimulatedChain::make(16, 4)), simulation(config(), chain, verdicts) {
        simulation.start_all();
        simulation.run_until_slot(2);
        need_taken(transfer(0));
        simulation.run_until_slot(6);
        need_taken(transfer(1));
        subscriptions.begin(simulation.node(0));
        methods = node::api::make_methods(simulation.node(0), nullptr, &subscriptions);
    }

    static node::sim::SimulationConfig config() {
        node::sim::SimulationConfig config;
        config.nodes = 1;
        config.validators = 16;
        return config;
    }
    void need_taken(const node::SignedTransaction& transaction) {
        expect(simulation.node(0).submit(transaction).ok(), "the node takes a transfer");
    }
    node::SignedTransaction transfer(std::uint64_t nonce) const {
        const node::Parameters& parameters = simulation.parameters();
        const auto& seed = chain->account_seeds.front();
        node::SignedTransaction made;
        made.message.sender = node::Ed25519PublicKey(crypto::ed25519_public_key(seed));
        made.message.nonce = nonce;
        made.message.max_fee = 10'000;
        made.message.payload = node::Transfer{node::Address{}, node::Amount(1)};
        made.message.gas_limit = node::intrinsic_gas(made, parameters) + parameters.GAS_NEW_ACCOUNT;
        const auto root = node::transaction_signing_root(made.message, chain->genesis_state->consensus(), parameters);
        made.signature = node::Ed25519Signature(crypto::ed25519_sign(seed, root.view()));
        return made;
    }

    std::shared_ptr<const node::sim::SimulatedChain> chain;
    std::shared_ptr<node::sim::VerdictCache> verdicts = std::make_shared<node::sim::VerdictCache>();
    node::sim::Simulation simulation;
    node::sim::SimulatedClock clock{simulation.scheduler(), 0};
    node::sim::SimulatedTimers timers{simulation.scheduler(), 0, [](const auto& task) { task(); }};
    node::api::Subscriptions subscriptions{clock, timers};
    std::shared_ptr<const node::rpc::MethodTable> methods;
};

/// Of one body; it is closed when that is answered.
class Connection final : public node::PushConnection {
  public:
    bool send(node::PushText) override { return open_; }
    void close(std::string_view) override { open_ = false; }
    bool is_open() const override { return open_; }

  private:
    bool open_ = true;
};

AskedNode& server() {
    static AskedNode made;
    return made;
}

void check_error(const Json& error) {
    expect(error.at("code").is_number_integer() && error.at("message").is_string(),
           "an error has a code and a message");
    expect(error.at("data").is_object(), "an error has data");
}

void check_response(const Json& response) {
    expect(response.is_object() && response.size() == 3 && response.at("jsonrpc") == "2.0", "a response of 2.0");
    expect(response.contains("id") && !response.at("id").is_structured(), "a response has an id");
    if (response.contains("error")) return check_error(response.at("error"));
    expect(response.contains("result"), "a response has a result or an error");
}

/// Result or error are as the method declares them.
void check_answer(const Json& request, const Json& response) {
    if (!request.is_object() || !request.contains("id") || !request.contains("method")) return;
    const Json& name = request.at("method");
    const auto* method = name.is_string() ? server().methods->find(name.get_ref<const std::string&>()) : nullptr;
    expect(method != nullptr || response.contains("error"), "only what is known is called");
    if (method == nullptr) return;
    const node::rpc::Declaration& declaration = method->declaration;
    if (response.contains("result")) {
        agree_on("the id of a response", request.at("id").dump(), response.at("id").dump());
        const std::string problem = node::rpc::result_problem(declaration, response.at("result"));
        return expect(problem.empty(), std::string(declaration.name) + ": " + problem);
    }
    const Json& error = response.at("error");
    const std::string problem = node::rpc::error_problem(
        declaration, {error.at("code").get<std::int64_t>(), error.at("message").get<std::string>(), error.at("data")});
    expect(problem.empty(), std::string(declaration.name) + ": " + problem);
}

void body(Bytes bytes) {
    const std::string_view text = as_text(bytes);
    const auto connection = std::make_shared<Connection>();
    node::rpc::Exchange exchange(text, *server().methods, {}, node::Caller{connection});
    std::size_t calls = 0;
    for (; exchange.has_next(); ++calls)
        exchange.run_next();
    connection->close("answered");
    const auto answered = exchange.response();
    if (!answered) return;
    const Json response = Json::parse(*answered, nullptr, false);
    expect(!response.is_discarded(), "an answer is JSON");
    if (!response.is_array()) {
        check_response(response);
        return check_answer(Json::parse(text, nullptr, false), response);
    }
    expect(!response.empty() && calls <= node::rpc::Limits{}.batch_calls, "a batch is answered within its limits");
    for (const Json& each : response)
        check_response(each);
}

void address(Bytes bytes) {
    const std::string_view text = as_text(bytes);
    if (const auto read = node::adapters::parse_http_address(text)) {
        const auto again = node::adapters::parse_http_address(node::adapters::to_text(*read));
        expect(again && again->host == read->host && again->port == read->port, "an address is read as it is written");
    }
    node::adapters::names_loopback(text);
    if (const auto url = cli::parse_http_url(text); url.ok()) {
        const auto again = cli::parse_http_url(url->text());
        expect(again.ok() && again->text() == url->text(), "a URL is read as it is written");
    }
}

std::string call(const std::string& method, const std::string& params) {
    return R"({"jsonrpc":"2.0","method":")" + method + R"(","params":)" + params + R"(,"id":1})";
}

node::Address sender() { return node::sender_of(server().transfer(0).message); }

std::string account_proof() {
    const std::string request = call("account_proof", "[\"0x" + node::to_hex(sender()) + R"(","3"])");
    node::rpc::Exchange exchange(request, *server().methods, {}, node::Caller{std::make_shared<Connection>()});
    while (exchange.has_next())
        exchange.run_next();
    return Json::parse(exchange.response().value()).at("result").dump();
}

/// Any answer to account_proof, to the command line that verifies it: nothing but the truth is proved against a root.
void proof(Bytes bytes) {
    static const Json kTruth = Json::parse(account_proof());
    const Json answer = Json::parse(as_text(bytes), nullptr, false);
    const auto root = node::fixed_from_hex<node::Root>(kTruth.at("header").at("root").get<std::string>());
    const auto proved = cli::verify_account_proof(answer, sender(), root);
    if (!proved.ok()) return expect(!(answer == kTruth), "what the node answers proves the account");
    agree_on("the balance under one root", std::to_string(proved->account.balance.value()),
             kTruth.at("balance").get<std::string>());
    agree_on("the nonce under one root", std::to_string(proved->account.nonce), kTruth.at("nonce").get<std::string>());
}

}  // namespace

void fuzz_rpc(Bytes bytes) {
    Input input(bytes);
    const auto kind = input.number(1) % 8;
    (kind == 7 ? address : kind == 6 ? proof : body)(input.rest());
}

std::vector<ByteVector> rpc_seeds() {
    const auto& chain = server().simulation.node(0).chain();
    const std::string head = "\"0x" + node::to_hex(chain.head()) + "\"";
    const auto sent = server().transfer(0);
    const std::string id = "\"0x" + node::to_hex(node::transaction_id(sent.message, chain.parameters())) + "\"";
    const std::string encoded = "\"0x" + node::to_hex(node::encode(server().transfer(2))) + "\"";
    const std::string account = "\"0x" + node::to_hex(node::sender_of(sent.message)) + "\"";
    return {
        seed_of({0}, call("chain_head", "[]")),
        seed_of({0}, call("chain_config", "{}")),
        seed_of({0}, call("account_balance", "[" + account + "]")),
        seed_of({0}, call("account_balance",
                          R"({"address":"tst1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"})")),
        seed_of({0}, call("account_balance", "[" + account + R"(,"finalized"])")),
        seed_of({0}, call("account_proof", "[" + account + R"(,"3"])")),
        seed_of({0}, call("tx_simulate", "[" + encoded + R"(,"head"])")),
        seed_of({0}, call("tx_pool", R"({"count":"1"})")),
        seed_of({0}, call("validator_list", R"({"status":"active","first":"3","count":"2","at":"justified"})")),
        seed_of({0}, call("validator_duties", R"(["5","1"])")),
        seed_of({0}, call("validator_delegations", R"(["5"])")),
        seed_of({0}, call("stake_get", "[" + account + R"(,"0","1"])")),
        seed_of({0}, call("chain_fork_choice", R"(["0","3"])")),
        seed_of({0}, call("subscribe_heads", "[" + head + "]")),
        seed_of({0}, call("subscribe_finality", "[\"0:" + head.substr(1) + "]")),
        seed_of({0}, call("subscribe_transactions",
                          "{\"accounts\":[" + account + "],\"pending\":true,\"cursor\":" + head + "}")),
        seed_of({0}, call("subscribe_validators", R"([["1","5"]])")),
        seed_of({0}, call("subscribe_end", R"(["1"])")),
        seed_of({0}, call("rpc.discover", "[]")),
        seed_of({0}, call("tx_send", "[" + encoded + "]")),
        seed_of({0}, call("tx_receipt", "{\"id\":" + id + "}")),
        seed_of({0}, call("chain_block", "[" + head + "]")),
        seed_of({0}, call("chain_block", "[]")),
        seed_of({0}, call("chain_block_transactions", "[" + head + R"(,"0","1024"])")),
        seed_of({0}, "[" + call("chain_head", "[]") + "," + call("nothing", "{}") + ",1]"),
        seed_of({0}, R"({"jsonrpc":"2.0","method":"chain_head"})"),
        seed_of({0}, "[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]"),
        seed_of({6}, account_proof()),
        seed_of({7}, "127.0.0.1:8645"),
        seed_of({7}, "[::1]:1"),
        seed_of({7}, "http://[::1]:8645/"),
        seed_of({7}, "localhost"),
    };
}

}  // namespace touchstone::fuzz
