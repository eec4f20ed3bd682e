// What a wallet has to know of chain and accounts, asked of a node.
#pragma once

#include "cli/rpc/rpc_client.h"
#include "node/generated/parameters.h"
#include "node/types/containers.h"

namespace touchstone::cli {

/// Under what transactions are signed and paid for.
struct ChainTerms {
    node::Root genesis_root;
    node::Version fork_version;
    std::uint64_t base_fee = 0;  // of the next block
    node::Parameters parameters{};
};

struct ChainHead {
    node::Root genesis_root;
    node::Version fork_version;
    std::uint64_t base_fee = 0;
    node::Root head_root;
    node::Slot head_slot;
    node::Epoch finalized_epoch;
    node::Root finalized_root;
};

struct AccountView {
    node::Account account;
    std::uint64_t pending_nonce = 0;
    bool exists = false;
};

struct ReceiptView {
    std::string state;  // unknown, pending, included
    std::string status;
    bool finalized = false;
    RpcJson json;  // all of it
};

Outcome<ChainHead> read_chain_head(RpcClient& client);
Outcome<ChainTerms> read_chain_terms(RpcClient& client);
Outcome<AccountView> read_account(RpcClient& client, const node::Address& address);
Outcome<ReceiptView> read_receipt(RpcClient& client, const node::Root& id);

/// An encoded SignedTransaction; its id. A fault says why the node does not take it.
Outcome<node::Root> send_transaction(RpcClient& client, node::Bytes encoded);
RpcCall send_call(const node::SignedTransaction& transaction);

}  // namespace touchstone::cli
