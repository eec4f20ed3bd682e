#include "node/api/subscription_values.h"

#include "node/api/payload_values.h"
#include "node/api/subscriptions/chain_subscriptions.h"
#include "node/api/transaction_status.h"
#include "node/api/validator_values.h"

namespace touchstone::node::api {

namespace {

rpc::Type ended_type() {
    return rpc::object("EndedSubscription", "the node ends the subscription; nothing follows",
                       {{"kind", rpc::constant("ended")}, {"reason", kText, "what happened and what to do"}});
}

}  // namespace

rpc::Type subscribed_type() {
    return rpc::object("Subscribed", "a subscription that has begun",
                       {{"subscription", kUint64, "its id, which its notifications have; of this connection"},
                        {"cursor", rpc::nullable(kCursor),
                         "from where it goes on; null where nothing is told again of what was missed"}});
}

rpc::Type notification_type(const NotificationNames& names, std::vector<rpc::Type> events) {
    events.push_back(ended_type());
    return rpc::object(names.notification, "what is sent to a subscriber",
                       {{"subscription", kUint64, "its id"},
                        {"cursor", rpc::nullable(kCursor),
                         "with which a later subscription goes on after this event; null: keep the one before"},
                        {"event", rpc::one_of(names.event, "what happened", std::move(events))}});
}

rpc::Type head_block_type() {
    return rpc::object("HeadBlock", "the next block of the head's chain",
                       {{"kind", rpc::constant("block")},
                        {"root", kRoot},
                        {"slot", kUint64},
                        {"parent_root", kRoot, "of the block that was told before"},
                        {"state_root", kRoot, "of the state after it"}});
}

rpc::Type reorganization_type() {
    return rpc::object("Reorganization", "the head's chain has turned: what was told of later blocks does not hold",
                       {{"kind", rpc::constant("reorganization")},
                        {"from", kBlockId, "the last block that was told"},
                        {"common_ancestor", kBlockId, "the last block of both chains"},
                        {"left", kUint64, "blocks to take back, from that one to this"},
                        {"head", kBlockId, "the head now"}});
}

rpc::Type finalized_epoch_type() {
    return rpc::object("FinalizedEpoch", "an epoch whose checkpoint is final, and all blocks up to it",
                       {{"kind", rpc::constant("finalized")},
                        {"epoch", kUint64},
                        {"root", kRoot, "of the checkpoint's block"},
                        {"slot", kUint64, "of the checkpoint's block"}});
}

rpc::Type confirmed_transactions_type() {
    const rpc::Type confirmed = rpc::object("ConfirmedTransaction", "a transaction in a block",
                                            {{"id", kRoot},
                                             {"sender", kAddressText},
                                             {"index", kUint64, "in the block"},
                                             {"status", status_type()},
                                             {"gas_used", kUint64}});
    return rpc::object("ConfirmedTransactions", "transactions of a block of the head's chain",
                       {{"kind", rpc::constant("confirmed")},
                        {"block", kBlockId},
                        {"transactions", rpc::list_of(confirmed, kMostTransactionsTold), "in the order of the block"}});
}

rpc::Type pending_transactions_type() {
    const rpc::Type pending =
        rpc::object("PendingTransaction", "a transaction that came into this node's pool",
                    {{"id", kRoot}, {"sender", kAddressText}, {"transaction", transaction_type()}});
    return rpc::object(
        "PendingTransactions", "transactions that came into this node's pool",
        {{"kind", rpc::constant("pending")},
         {"transactions", rpc::list_of(pending, kMostTransactionsTold), "in the order of their coming"}});
}

rpc::Type status_change_type() {
    return rpc::object("StatusChange", "the status of a validator in the state of the head",
                       {{"kind", rpc::constant("status")},
                        {"validator_index", kUint64},
                        {"pubkey", kPublicKey},
                        {"previous", rpc::nullable(validator_status_type()), "that was told before; null at first"},
                        {"status", validator_status_type()},
                        {"at", kBlockId, "the head"},
                        {"epoch", kUint64, "of its state"}});
}

rpc::Type peer_change_type() {
    const rpc::Type kind = rpc::choice_of("PeerChangeKind", "what a peer did", {"peer_connected", "peer_disconnected"});
    return rpc::object("PeerChange", "a peer that came or went",
                       {{"kind", kind},
                        {"peer", kText, "its id"},
                        {"address", kText, "of the other end"},
                        {"outbound", kBoolean, "whether this node dialed"},
                        {"peers", kUint64, "connected now"}});
}

rpc::Type sync_change_type() {
    const rpc::Type kind =
        rpc::choice_of("SyncChangeKind", "whether the node begins or ends to catch up", {"sync_begun", "sync_ended"});
    return rpc::object("SyncChange", "the node begins or ends to catch up with the chain",
                       {{"kind", kind},
                        {"slot", kUint64, "of the clock"},
                        {"head_slot", kUint64},
                        {"distance", kUint64, "slots to the head that is asked for"}});
}

}  // namespace touchstone::node::api
