// A node that makes blocks in simulated time and is asked over JSON-RPC.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "node/api/methods.h"
#include "node/api/value_types.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/transaction.h"
#include "node/rpc/exchange.h"
#include "node/sim/simulation.h"
#include "node/types/encoding.h"

namespace touchstone::node::api {

using sim::SimulatedChain;
using sim::Simulation;

class AskedNodeTest : public ::testing::Test {
  protected:
    /// In slot 2, with all validators of the chain.
    explicit AskedNodeTest(const std::shared_ptr<const SimulatedChain>& chain)
        : simulation_(config(*chain), chain, std::make_shared<sim::VerdictCache>()) {
        simulation_.start_all();
        simulation_.run_until_slot(2);
        methods_ = make_methods(simulation_.node(0));
    }

    Json respond(const std::string& method, const Json& params) {
        const Json request = {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}, {"id", 1}};
        rpc::Exchange exchange(request.dump(), *methods_, {});
        while (exchange.has_next())
            exchange.run_next();
        return Json::parse(exchange.response().value_or("null"));
    }
    /// A result, held against its declaration.
    Json ask(const std::string& method, const Json& params = Json::array()) {
        const Json response = respond(method, params);
        if (!response.contains("result")) {
            ADD_FAILURE() << method << ": " << response;
            return {};
        }
        EXPECT_EQ(rpc::result_problem(*methods_->find(method), response["result"]), "") << method;
        return response["result"];
    }
    Json error(const std::string& method, const Json& params) { return respond(method, params).value("error", Json()); }

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
    std::shared_ptr<const rpc::MethodTable> methods_;

  private:
    static sim::SimulationConfig config(const SimulatedChain& chain) {
        sim::SimulationConfig config;
        config.nodes = 1;
        config.validators = chain.keys.size();
        return config;
    }
};

}  // namespace touchstone::node::api
