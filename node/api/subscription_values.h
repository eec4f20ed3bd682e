// What subscriptions give and notify of, as types.
#pragma once

#include "node/api/subscriptions/cursor.h"
#include "node/api/value_types.h"

namespace touchstone::node::api {

/// What every method that subscribes gives.
rpc::Type subscribed_type();
/// Of types.
struct NotificationNames {
    std::string_view notification;
    std::string_view event;
};
/// The params of a notification of one of these events, or of the end of the subscription.
rpc::Type notification_type(const NotificationNames& names, std::vector<rpc::Type> events);

rpc::Type head_block_type();
rpc::Type reorganization_type();
rpc::Type finalized_epoch_type();
rpc::Type confirmed_transactions_type();
rpc::Type pending_transactions_type();
rpc::Type status_change_type();
rpc::Type peer_change_type();
rpc::Type sync_change_type();

}  // namespace touchstone::node::api
