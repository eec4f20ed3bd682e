#include "cli/query/page_reader.h"

#include <algorithm>

#include "cli/terminal/text.h"

namespace touchstone::cli {

PageReader::PageReader(const Question& question, RpcClient& client, RpcJson params, std::uint64_t limit)
    : question_(question), paging_(*question.paging), client_(client), params_(std::move(params)), left_(limit) {}

Outcome<RpcJson> PageReader::read() {
    bound_count();
    auto answer = client_.result(question_.method, params_);
    if (!answer.ok()) return answer;
    const RpcJson* const list = field_at(*answer, paging_.table.list);
    if (list == nullptr || !list->is_array()) return client_.unknown_form(question_.method);
    items_ = static_cast<std::size_t>(std::min<std::uint64_t>(list->size(), left_));
    cut_ = items_ < list->size();
    left_ -= items_;
    const auto turned = turn_page(*answer, list->size());
    if (!turned.ok()) return turned.fault();
    return answer;
}

/// So that a page ends where the limit is, and the next can be named.
void PageReader::bound_count() {
    if (paging_.most == 0) return;
    const bool given = params_.contains("count");
    const auto asked = given ? uint64_field(params_, "count") : paging_.most;
    if (asked && *asked > left_) params_["count"] = std::to_string(left_);
}

Outcome<Done> PageReader::turn_page(const RpcJson& answer, std::size_t given) {
    if (!paging_.by_place) {
        const RpcJson* const next = field_at(answer, "next");
        if (next == nullptr || (!next->is_null() && !next->is_string())) {
            return client_.unknown_form(question_.method);
        }
    }
    const auto next = next_of(answer, given);
    at_end_ = !next;
    if (!next) return Done{};
    if (text_field(params_, paging_.parameter) == next) {
        return Fault{FaultKind::Network, "the node at " + client_.server().text() +
                                             " names the same page again and again in its answers to " +
                                             question_.method + "; ask another node"};
    }
    params_[paging_.parameter] = *next;
    if (paging_.block.empty()) return Done{};
    const RpcJson* const block = field_at(answer, paging_.block);
    if (block == nullptr || !block->is_string()) return client_.unknown_form(question_.method);
    params_["at"] = *block;
    return Done{};
}

std::optional<std::string> PageReader::next_of(const RpcJson& answer, std::size_t given) const {
    if (!paging_.by_place) return text_field(answer, "next");
    const std::uint64_t first = uint64_field(params_, paging_.parameter).value_or(0);
    const std::uint64_t total = uint64_field(answer, "total").value_or(0);
    if (given == 0 || first >= total || total - first <= given) return std::nullopt;
    return std::to_string(first + given);
}

std::string PageReader::continuation() const {
    if (at_end_ || cut_) return "";
    std::string text;
    for (const QuestionParameter& parameter : question_.parameters) {
        const bool pinned = parameter.name == "at" && !paging_.block.empty();
        if (parameter.name != paging_.parameter && !pinned) continue;
        if (!text.empty()) text += ' ';
        if (parameter.option.starts_with("--")) text += parameter.option + ' ';
        text += printable(text_field(params_, parameter.name).value_or(""));
    }
    return text;
}

}  // namespace touchstone::cli
