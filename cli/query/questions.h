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

struct Question {
    std::string name;
    std::string summary;
    std::string method;
    std::vector<QuestionParameter> parameters;
    Show show;
};

const std::vector<Question>& questions();

/// What has become of a transaction, with what that means.
std::optional<std::string> show_receipt(const RpcJson& receipt);

}  // namespace touchstone::cli
