#include "audit/trace/source_text.h"

#include <algorithm>
#include <string_view>

namespace touchstone::audit {
namespace {

// Where what begins at `begin` ends: behind the next `mark`, or at the end of the text.
std::size_t behind(std::string_view text, std::string_view mark, std::size_t from) {
    const std::size_t found = text.find(mark, from);
    return found == std::string_view::npos ? text.size() : found + mark.size();
}

std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
    const char quote = text[begin];
    for (std::size_t i = begin + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            return i + 1;
        }
    }
    return begin + 1;  // no string after all: an apostrophe
}

std::size_t end_of_raw_string(std::string_view text, std::size_t quote) {
    const std::size_t open = text.find('(', quote);
    if (open == std::string_view::npos) return text.size();
    return behind(text, ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"", open);
}

bool is_digit_or_letter(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

}  // namespace

std::vector<Part> parts_of_cpp(const std::string& source) {
    const std::string_view text = source;
    std::vector<Part> parts(text.size(), Part::code);
    const auto mark = [&parts](std::size_t begin, std::size_t end, Part part) {
        std::fill(parts.begin() + static_cast<std::ptrdiff_t>(begin), parts.begin() + static_cast<std::ptrdiff_t>(end),
                  part);
        return end;
    };
    for (std::size_t i = 0; i < text.size();) {
        const char before = i == 0 ? ' ' : text[i - 1];
        if (text.substr(i, 2) == "//") {
            i = mark(i, std::min(text.find('\n', i), text.size()), Part::comment);
        } else if (text.substr(i, 2) == "/*") {
            i = mark(i, behind(text, "*/", i + 2), Part::comment);
        } else if (text[i] == '"') {
            i = mark(i, before == 'R' ? end_of_raw_string(text, i) : end_of_quoted(text, i), Part::string);
        } else if (text[i] == '\'' && !is_digit_or_letter(before)) {  // else it separates digits
            i = mark(i, end_of_quoted(text, i), Part::string);
        } else {
            ++i;
        }
    }
    return parts;
}

}  // namespace touchstone::audit
