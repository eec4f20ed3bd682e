// A node that makes blocks in simulated time and is asked over JSON-RPC.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "node/api/errors.h"
#include "node/api/methods.h"
#include "node/api/subscriptions/subscriptions.h"
#include "node/api/testing/recorded_exchanges.h"
#include "node/api/value_types.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/transaction.h"
#include "node/rpc/exchange.h"
#include "node/sim/simulation.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

using sim::SimulatedChain;
using sim::Simulation;

/// Of most tests' chains.
constexpr std::size_t kValidators = 16;

class AskedNodeTest : public ::testing::Test {
  protected:
    enum class Keys { WithTheNode, Elsewhere };

    /// In slot 2. The node has the keys of all validators of the chain, or of none.
    explicit AskedNodeTest(const std::shared_ptr<const SimulatedChain>& chain, Keys keys = Keys::WithTheNode)
        : simulation_(config(*chain, keys), chain, std::make_shared<sim::VerdictCache>()) {
        simulation_.start_all();
        simulation_.run_until_slot(2);
        begin();
    }

    /// With the node that the simulation has now.
    void begin() {
        subscriptions_.begin(simulation_.node(0));
        methods_ = make_methods(simulation_.node(0), nullptr, &subscriptions_);
    }

    Json respond(const std::string& method, const Json& params) {
        const Json request = {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}, {"id", 1}};
        rpc::Exchange exchange(request.dump(), *methods_, {}, Caller{connection_});
        while (exchange.has_next())
            exchange.run_next();
        Json response = Json::parse(exchange.response().value_or("null"));
        record_exchange(method, response);
        return response;
    }
    const rpc::Declaration& declaration(const std::string& method) const { return methods_->find(method)->declaration; }
    /// A result, held against its declaration.
    Json ask(const std::string& method, const Json& params = Json::array()) {
        const Json response = respond(method, params);
        if (!response.contains("result")) {
            ADD_FAILURE() << method << ": " << response;
            return {};
        }
        EXPECT_EQ(rpc::result_problem(declaration(method), response["result"]), "") << method << response["result"];
        return response["result"];
    }
    /// An error, held against its declaration.
    Json error(const std::string& method, const Json& params) {
        const Json response = respond(method, params);
        if (!response.contains("error")) {
            ADD_FAILURE() << method << ": " << response;
            return {};
        }
        const Json& error = response["error"];
        const rpc::Error given{error["code"].get<std::int64_t>(), error["message"].get<std::string>(),
                               error.value("data", Json())};
        EXPECT_EQ(rpc::error_problem(declaration(method), given), "") << method << error;
        return error;
    }

    Address address(std::size_t account) const {
        return address_of(crypto::ed25519_public_key(simulation_.chain().account_seeds[account]));
    }
    /// Of the account, signed, with the gas that it uses.
    SignedTransaction transaction(std::size_t account, std::uint64_t nonce, Payload payload) const {
        const auto& seed = simulation_.chain().account_seeds[account];
        SignedTransaction made;
        made.message.sender = Ed25519PublicKey(crypto::ed25519_public_key(seed));
        made.message.nonce = nonce;
        made.message.max_fee = 10'000;
        made.message.tip = 3;
        made.message.payload = std::move(payload);
        made.message.gas_limit = intrinsic_gas(made, simulation_.parameters());
        const ConsensusState& genesis = simulation_.chain().genesis_state->consensus();
        const Root root = transaction_signing_root(made.message, genesis, simulation_.parameters());
        made.signature = Ed25519Signature(crypto::ed25519_sign(seed, root.view()));
        return made;
    }
    /// The id.
    Json send(const SignedTransaction& transaction) {
        return ask("tx_send", {{"transaction", "0x" + to_hex(encode(transaction))}}).value("id", Json());
    }

    Simulation simulation_;
    sim::SimulatedClock clock_{simulation_.scheduler(), 0};
    sim::SimulatedTimers timers_{simulation_.scheduler(), 0, [](const auto& task) { task(); }};
    Subscriptions subscriptions_{clock_, timers_};
    std::shared_ptr<const rpc::MethodTable> methods_;
    /// Over which calls are made; null: each is a request of its own.
    std::shared_ptr<PushConnection> connection_;

  private:
    static sim::SimulationConfig config(const SimulatedChain& chain, Keys keys) {
        sim::SimulationConfig config;
        config.nodes = 1;
        config.validators = chain.keys.size();
        if (keys == Keys::Elsewhere) config.owners.assign(chain.keys.size(), 1);
        return config;
    }
};

}  // namespace touchstone::node::api
