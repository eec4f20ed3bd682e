// How far a message has been checked, as its type: Received → GossipChecked → SignatureChecked → Imported. What has not
// been checked cannot be given to a function that needs it: the constructors belong to the checks.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/kernel/consensus/signatures.h"
#include "node/types/encoding.h"

namespace touchstone::node {

/// Decoded, and nothing else is known of it.
template <class Message>
class Received {
  public:
    static Result<Received> decode(Bytes bytes, const Parameters& parameters) {
        NODE_TRY_ASSIGN(message, node::decode<Message>(bytes, parameters));
        return Received(std::move(message));
    }
    /// Of a message that this node made itself.
    static Received of_own(Message message) { return Received(std::move(message)); }

    const Message& message() const { return message_; }

  private:
    explicit Received(Message message) : message_(std::move(message)) {}
    Message message_;
};

/// All conditions but its signatures hold. `Content` is what the checks found out and the next stage needs.
template <class Content>
class SignatureChecked;

template <class Content>
class GossipChecked {
  public:
    const Content& content() const { return content_; }
    /// What is left to verify, in the order of the prose.
    std::span<const SignatureSet> sets() const { return sets_; }

    /// `valid` has an entry for each set; rejected with the clause of the first that is not.
    Result<SignatureChecked<Content>> with_signatures(const std::vector<bool>& valid) && {
        NODE_TRY(first_invalid(sets_, valid));
        return SignatureChecked<Content>(std::move(content_));
    }
    Result<SignatureChecked<Content>> with_signatures(const VerifySignatures& verify) && {
        return std::move(*this).with_signatures(verify(sets_));
    }

  private:
    friend struct MessageChecks;
    GossipChecked(Content content, SignatureSets sets) : content_(std::move(content)), sets_(std::move(sets)) {}
    Content content_;
    SignatureSets sets_;
};

template <class Content>
class SignatureChecked {
  public:
    const Content& content() const { return content_; }
    Content take() && { return std::move(content_); }

  private:
    friend class GossipChecked<Content>;
    explicit SignatureChecked(Content content) : content_(std::move(content)) {}
    Content content_;
};

/// The key to GossipChecked: held by the gossip conditions, by the execution of blocks and by the fork choice.
struct MessageChecks {
  private:
    template <class Content>
    static GossipChecked<Content> checked(Content content, SignatureSets sets) {
        return GossipChecked<Content>(std::move(content), std::move(sets));
    }
    friend class GossipConditions;
    friend class ForkChoice;
};

}  // namespace touchstone::node
