#include "audit/trace/citations.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "audit/trace/source_text.h"

namespace touchstone::audit {
namespace {

bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }
bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_word(char letter) {
    return is_upper(letter) || is_digit(letter) || (letter >= 'a' && letter <= 'z') || letter == '_';
}

// An id as it stands in the text: from `begin` on, `length` letters.
struct Word {
    std::size_t begin = 0;
    std::size_t length = 0;
    std::string family;
    std::string number;
    bool as_enum = false;

    [[nodiscard]] std::string id() const { return family + "-" + number; }
    [[nodiscard]] std::size_t end() const { return begin + length; }
};

constexpr std::string_view kEnum = "Clause::";
constexpr std::array<std::string_view, 6> kExits{"return", "if (", "throw", "CHECK(", "TRY(", "REQUIRE("};

std::optional<Word> word_at(std::string_view text, std::size_t begin) {
    if (!is_upper(text[begin]) || (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '-'))) return {};
    Word word;
    word.begin = begin;
    word.as_enum = text.substr(0, begin).ends_with(kEnum);
    std::size_t at = begin;
    while (at < text.size() && (is_upper(text[at]) || is_digit(text[at])))
        ++at;
    word.family = text.substr(begin, at - begin);
    if (at == text.size() || text[at] != (word.as_enum ? '_' : '-')) return {};
    const std::size_t number = ++at;
    while (at < text.size() && is_digit(text[at]))
        ++at;
    word.number = text.substr(number, at - number);
    word.length = at - begin;
    const bool ends = at == text.size() || !is_word(text[at]);
    return ends && word.number.size() >= 2 && word.number.size() <= 3 ? std::optional(word) : std::nullopt;
}

bool in_brackets(std::string_view text, const Word& word) {
    return word.begin > 0 && text[word.begin - 1] == '[' && word.end() < text.size() && text[word.end()] == ']';
}

std::string_view trimmed_end(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

// Whether `X::Clause::ATT_03` is compared with something, and so no refusal of its own.
bool is_inquiry(std::string_view text, const Word& word) {
    std::string_view before = text.substr(0, word.begin);
    while (!before.empty() && (is_word(before.back()) || before.back() == ':'))
        before.remove_suffix(1);
    before = trimmed_end(before);
    std::string_view after = text.substr(word.end());
    while (after.starts_with(' '))
        after.remove_prefix(1);
    return before.ends_with("==") || before.ends_with("!=") || before.ends_with("case") || after.starts_with("==") ||
           after.starts_with("!=");
}

// Whether the comment at `begin` follows code that may leave the function.
bool is_beside(std::string_view text, const std::vector<Part>& parts, std::size_t begin) {
    const std::size_t line = begin == 0 ? 0 : text.rfind('\n', begin - 1) + 1;  // npos + 1 is 0
    std::size_t comment = line;
    while (comment < begin && parts[comment] != Part::comment)
        ++comment;
    const std::string_view code = text.substr(line, comment - line);
    return std::any_of(kExits.begin(), kExits.end(),
                       [code](std::string_view exit) { return code.find(exit) != code.npos; });
}

// The length of the comment with which a file begins.
std::size_t length_of_title(std::string_view text) {
    std::size_t at = 0;
    while (text.substr(at).starts_with("//")) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos) return text.size();
        at = end + 1;
    }
    return at;
}

Form form_of(std::string_view text, const std::vector<Part>& parts, const Word& word) {
    const Part part = parts[word.begin];
    if (word.as_enum && part == Part::code) return is_inquiry(text, word) ? Form::inquiry : Form::check;
    const bool whole_string =
        part == Part::string && word.end() < text.size() && text[word.begin - 1] == '"' && text[word.end()] == '"';
    if (whole_string) return Form::check;
    return part == Part::comment && is_beside(text, parts, word.begin) ? Form::beside : Form::mention;
}

unsigned number_of(const std::string& digits) {
    unsigned number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

// "ATT-09 to ATT-12" names ATT-10 and ATT-11 as well, as far as there are such clauses.
void add_between(const Word& first, const Word& last, const Citation& citation, const ClauseIndex& index,
                 std::vector<Citation>& citations) {
    for (unsigned number = number_of(first.number) + 1; number < number_of(last.number); ++number) {
        std::string digits = std::to_string(number);
        digits.insert(0, first.number.size() - std::min(first.number.size(), digits.size()), '0');
        Citation between = citation;
        between.id = first.family + "-" + digits;
        if (index.find(between.id) != nullptr) citations.push_back(between);
    }
}

bool is_range(std::string_view text, const Word& first, const Word& last) {
    if (first.family != last.family || last.begin < first.end()) return false;
    std::string joint(text.substr(first.end(), last.begin - first.end()));
    std::erase_if(joint, [](char letter) { return letter == '[' || letter == ']' || letter == '`'; });
    return joint == " to ";
}

}  // namespace

std::string_view to_text(Form form) {
    switch (form) {
        case Form::check:
            return "check";
        case Form::inquiry:
            return "inquiry";
        case Form::beside:
            return "beside";
        case Form::mention:
            return "mention";
    }
    return "";
}

std::vector<Citation> find_citations(const std::string& file, const std::string& text, const ClauseIndex& index) {
    const bool is_cpp = file.ends_with(".cpp") || file.ends_with(".h") || file.ends_with(".rs");
    const std::vector<Part> parts = is_cpp ? parts_of_cpp(text) : std::vector<Part>(text.size(), Part::comment);
    const std::size_t title = is_cpp ? length_of_title(text) : 0;
    std::vector<Citation> citations;
    std::optional<Word> before;
    std::size_t line = 1;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') ++line;
        const std::optional<Word> word = word_at(text, i);
        if (!word) continue;
        if (!index.families.contains(word->family) && !word->as_enum && !in_brackets(text, *word)) continue;
        const Citation citation{.id = word->id(), .place = {file, line}, .form = form_of(text, parts, *word)};
        if (before && word->begin >= title && is_range(text, *before, *word))
            add_between(*before, *word, citation, index, citations);
        citations.push_back(citation);
        before = word;
        i = word->end() - 1;
    }
    return citations;
}

}  // namespace touchstone::audit
