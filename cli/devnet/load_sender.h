// Sends signed transfers and stake operations to one node, so many a second, whatever becomes of them.
#pragma once

#include <optional>
#include <vector>

#include "cli/devnet/load_meter.h"
#include "cli/devnet/stake_load.h"
#include "cli/rpc/rpc_client.h"
#include "cli/wallet/chain_access.h"
#include "cli/wallet/key_file.h"

namespace touchstone::cli {

class LoadSender {
  public:
    /// `accounts` are numbers of development accounts, this sender's alone: nobody else uses their nonces, which begin
    /// at 0. They send to one another, and stake with the validators, of which there are so many.
    LoadSender(HttpUrl node, const std::vector<std::uint64_t>& accounts, std::uint64_t validators, LoadMeter& meter);

    /// What was sent before may have been lost: each account's nonce is asked before it is used again.
    void doubt_nonces();
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
        bool stakes = false;
    };
    struct Prepared {
        std::size_t account = 0;
        node::SignedTransaction transaction;
        std::optional<StakeLoad::Order> stake;
    };

    static std::vector<Account> development_accounts(const std::vector<std::uint64_t>& numbers);
    static std::vector<node::Address> addresses_of(const std::vector<Account>& accounts);

    Outcome<node::adapters::Done> send_batch(std::span<const double> due);
    Outcome<node::adapters::Done> ask_nonce(Account& account);
    /// A stake operation if it is its turn and one is possible, else a transfer.
    Outcome<Prepared> prepare();
    Outcome<Prepared> prepare(std::size_t account, node::Payload payload);
    node::Transfer next_transfer() const;

    RpcClient client_;
    std::vector<Account> accounts_;
    StakeLoad stake_;
    LoadMeter& meter_;
    ChainTerms terms_;
    std::uint64_t count_ = 0;
};

}  // namespace touchstone::cli
