// Sends signed transfers to one node, so many a second, whatever becomes of them.
#pragma once

#include <functional>
#include <vector>

#include "cli/devnet/load_meter.h"
#include "cli/rpc/rpc_client.h"
#include "cli/wallet/chain_access.h"
#include "cli/wallet/key_file.h"

namespace touchstone::cli {

class LoadSender {
  public:
    /// `accounts` are this sender's alone: nobody else uses their nonces, which begin at 0. They send to one another.
    LoadSender(HttpUrl node, std::vector<AccountKey> accounts, LoadMeter& meter);

    /// Asks the node under which terms to sign. Before the first `send`, and now and then, for fees change.
    Outcome<node::adapters::Done> refresh_terms();
    /// So many transactions, whose time has come; `due` says when, of each. A fault where the node does not answer.
    Outcome<node::adapters::Done> send(std::span<const double> due);

  private:
    struct Account {
        AccountKey key;
        std::uint64_t nonce = 0;
        bool in_doubt = false;  // a refusal may have left a gap
    };
    struct Sent {
        node::Root id;
        std::size_t account = 0;
    };

    Outcome<node::adapters::Done> send_batch(std::span<const double> due);
    Outcome<node::adapters::Done> ask_nonce(Account& account);
    node::SignedTransaction next_transfer(Account& account);

    RpcClient client_;
    std::vector<Account> accounts_;
    LoadMeter& meter_;
    ChainTerms terms_;
    std::uint64_t count_ = 0;
};

}  // namespace touchstone::cli
