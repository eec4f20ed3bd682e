// What a node's answer to `account_proof` proves. [KVT-17] [ENC-22] [ACC-02]
#pragma once

#include <optional>

#include "cli/outcome.h"
#include "cli/rpc/fields.h"
#include "node/types/containers.h"

namespace touchstone::cli {

struct ProvedAccount {
    node::Account account;
    /// Whether it has an entry; without one it has nothing.
    bool exists = false;
    /// Of the block after which this is so.
    node::BlockHeader header;
    node::Root block_root;
};

/// Computes every hash from the account's entry up to the root of the block. `trusted` is that root, from whoever is
/// trusted; without it, all that is proved is what holds if the header is one of the chain. Balance, nonce and root
/// that the answer names have to be those of the proof. The fault says what does not hold.
Outcome<ProvedAccount> verify_account_proof(const RpcJson& answer, const node::Address& address,
                                            const std::optional<node::Root>& trusted);

}  // namespace touchstone::cli
