// What `touchstone query` can ask a node, and how the answers are shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/query/layout.h"

namespace touchstone::cli {

/// A parameter of the method, by its name there.
struct QuestionParameter {
    std::string name;
    std::string option;  // "address": by position; "--first": by name
    std::string summary;
    bool required = false;
};

/// Of a question whose answer has a list in pages.
struct Paging {
    Table table;
    /// By which the next page is asked for.
    std::string parameter;
    /// So many items may be asked for at once, by `count`; 0: as many as the node gives.
    std::uint64_t most = 0;
    /// Where the answer names the block that it is of, so that all pages can be of one; empty: it does not.
    std::string block = {};
    /// The answer has no `next`, but the `total` of items, of which `parameter` is the place of the first.
    bool by_place = false;
    /// The value of `parameter` at which all pages begin, where a question without it is of the last items.
    std::string begin = {};
};

struct Question {
    std::string name;
    std::string summary;
    std::string method;
    std::vector<QuestionParameter> parameters;
    Show show;  // without the list of `paging`
    std::optional<Paging> paging = std::nullopt;
};

const std::vector<Question>& questions();

/// What has become of a transaction, with what that means.
std::optional<std::string> show_receipt(const RpcJson& receipt);

}  // namespace touchstone::cli
