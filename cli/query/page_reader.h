// The pages of a long answer, one after another and all of one state.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "cli/query/questions.h"
#include "cli/rpc/rpc_client.h"

namespace touchstone::cli {

class PageReader {
  public:
    static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

    /// Precondition: the question has pages. It and the client outlive the reader. No more than `limit` items count.
    PageReader(const Question& question, RpcClient& client, RpcJson params, std::uint64_t limit = kNoLimit);

    /// Asks for the next page. Precondition: goes_on().
    Outcome<RpcJson> read();
    /// How many items of the last page count, from its first on.
    std::size_t items() const { return items_; }
    /// Whether there are more items, as far as the node says, and as many are wanted.
    bool goes_on() const { return !at_end_ && left_ > 0; }

    /// By which arguments the question goes on after what was read; empty if there is no more, or no way to say it.
    std::string continuation() const;

  private:
    void bound_count();
    Outcome<Done> turn_page(const RpcJson& answer, std::size_t given);
    std::optional<std::string> next_of(const RpcJson& answer, std::size_t given) const;

    const Question& question_;
    const Paging& paging_;
    RpcClient& client_;
    RpcJson params_;
    std::uint64_t left_;
    std::size_t items_ = 0;
    bool at_end_ = false;
    bool cut_ = false;  // the last page has more than counts
};

}  // namespace touchstone::cli
