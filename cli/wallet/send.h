// A transfer from the order to the receipt.
#pragma once

#include <chrono>
#include <optional>

#include "cli/wallet/chain_access.h"
#include "cli/wallet/key_file.h"
#include "cli/wallet/transfer.h"

namespace touchstone::cli {

struct SendOptions {
    TransferOrder order;
    std::optional<node::Root> chain;  // nothing is signed for another one
    bool wait = false;
    bool wait_final = false;
    std::chrono::seconds timeout{120};
};

struct SentTransfer {
    node::Root id;
    node::Address sender;
    node::SignedTransaction transaction;
    std::optional<ReceiptView> receipt;  // if it was waited for
};

/// A fault says why it was not sent, or what was waited for in vain; then with the id.
Outcome<SentTransfer> send_transfer(RpcClient& client, const AccountKey& key, const SendOptions& options);

}  // namespace touchstone::cli
