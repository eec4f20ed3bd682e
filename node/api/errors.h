// The errors of the methods, beside those that any call may give. docs/rpc.md tells of them.
#pragma once

#include <string>

#include "node/api/value_types.h"
#include "node/base/result.h"
#include "node/rpc/method.h"

namespace touchstone::node::api {

namespace code {
inline constexpr std::int64_t kTransactionRejected = -32000;
inline constexpr std::int64_t kUnknownBlock = -32001;
inline constexpr std::int64_t kUnknownValidator = -32002;
inline constexpr std::int64_t kStateNotKept = -32003;
inline constexpr std::int64_t kProofTooLong = -32004;
inline constexpr std::int64_t kNotYet = -32006;
inline constexpr std::int64_t kMessageRefused = -32007;
inline constexpr std::int64_t kNotProposable = -32008;
inline constexpr std::int64_t kNeedsWebSocket = -32009;
inline constexpr std::int64_t kCursorNotKept = -32010;
inline constexpr std::int64_t kUnknownSubscription = -32011;
}  // namespace code

inline const rpc::Type kBrokenClause =
    rpc::object("BrokenClause", "which rule is broken",
                {{"clause", kText, "of the specification, as TXN-09"}, {"reason", kText, "more, for people"}});

inline const rpc::ErrorKind kTransactionRejected{
    code::kTransactionRejected, "TransactionRejected", "Transaction rejected",
    "it cannot come into a block, or the pool does not want it", kBrokenClause};

inline const rpc::ErrorKind kMessageRefused{code::kMessageRefused, "MessageRefused", "Message refused",
                                            "its encoding, or a condition of gossip", kBrokenClause};

inline const rpc::ErrorKind kNotProposable{code::kNotProposable, "NotProposable", "Not proposable",
                                           "no block can be made now", kBrokenClause};

inline const rpc::ErrorKind kUnknownBlock{code::kUnknownBlock, "UnknownBlock", "Unknown block",
                                          "this node has no such block", rpc::reason_type()};

inline const rpc::ErrorKind kUnknownValidator{code::kUnknownValidator, "UnknownValidator", "Unknown validator",
                                              "none such is registered in the state that was asked",
                                              rpc::reason_type()};

inline const rpc::ErrorKind kStateNotKept{
    code::kStateNotKept, "StateNotKept", "State not kept", "the block is known, but not the state after it",
    rpc::object("KeptStates", "the states that this node has",
                {{"reason", kText, "for people"},
                 {"earliest", kBlockId, "the last finalized block"},
                 {"head", kBlockId, "of the chain between both, and of what branches off it, every state is kept"}})};

inline const rpc::ErrorKind kProofTooLong{code::kProofTooLong, "ProofTooLong", "Proof too long",
                                          "the proof has no encoding", rpc::reason_type()};

inline const rpc::ErrorKind kNotYet{code::kNotYet, "NotYet", "Not yet", "there will be an answer later",
                                    rpc::reason_type()};

inline const rpc::ErrorKind kNeedsWebSocket{code::kNeedsWebSocket, "NeedsWebSocket", "Needs a WebSocket",
                                            "what is asked for comes over a connection that stays open",
                                            rpc::reason_type()};

inline const rpc::ErrorKind kCursorNotKept{
    code::kCursorNotKept, "CursorNotKept", "Cursor not kept", "from there the node cannot tell all that followed",
    rpc::object("OldestCursor", "from where it can",
                {{"reason", kText, "for people"},
                 {"oldest", kText, "the oldest cursor from which such a subscription can go on here"}})};

inline const rpc::ErrorKind kUnknownSubscription{code::kUnknownSubscription, "UnknownSubscription",
                                                 "Unknown subscription", "the connection has none such",
                                                 rpc::reason_type()};

inline Json rejection_json(const Rejection& rejection) {
    return {{"clause", to_string(rejection.clause)}, {"reason", rejection.detail}};
}
/// With the clause that it names.
inline rpc::Error broken(const rpc::ErrorKind& kind, const Rejection& rejection) {
    return kind.with(rejection_json(rejection));
}

}  // namespace touchstone::node::api
