// Transactions of one account, from the order to the receipt.
#pragma once

#include <optional>

#include "cli/wallet/chain_access.h"
#include "cli/wallet/key_file.h"
#include "cli/wallet/transactions.h"
#include "cli/wallet/waiting.h"

namespace touchstone::cli {

struct SendOptions {
    Pricing pricing;
    std::optional<node::Root> chain;  // nothing is signed for another one
    std::optional<WaitFor> wait;      // not at all
};

struct SentTransaction {
    node::Root id;
    node::SignedTransaction transaction;
    std::optional<ReceiptView> receipt;  // if it was waited for

    bool failed() const { return receipt && receipt->status != "success"; }
};

class Outbox {
  public:
    /// Asks the node for chain and account. Client and key outlive the box.
    static Outcome<Outbox> open(RpcClient& client, const AccountKey& key, const SendOptions& options);

    const ChainTerms& terms() const { return terms_; }
    const AccountKey& key() const { return key_; }

    /// Signs and sends, with the account's next nonce. A fault says why it was not sent.
    Outcome<SentTransaction> send(node::Payload payload);
    /// Until it is in a block, or final, if the options say so. A fault, with the id, where that was in vain.
    Outcome<node::adapters::Done> await(SentTransaction& sent);

  private:
    Outbox(RpcClient& client, const AccountKey& key, SendOptions options, ChainTerms terms, const AccountView& account)
        : client_(client),
          key_(key),
          options_(std::move(options)),
          terms_(std::move(terms)),
          nonce_(account.pending_nonce),
          balance_(account.account.balance) {}

    Outcome<std::uint64_t> more_gas(const node::Payload& payload);

    RpcClient& client_;
    const AccountKey& key_;
    SendOptions options_;
    ChainTerms terms_;
    std::uint64_t nonce_;
    node::Amount balance_;  // what is left if all that was sent costs all that it can
};

}  // namespace touchstone::cli
