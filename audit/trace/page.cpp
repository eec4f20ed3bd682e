#include <algorithm>
#include <iterator>
#include <map>
#include <ostream>
#include <string_view>

#include "audit/trace/json.h"
#include "audit/trace/output.h"
#include "audit/trace/page_text.h"

namespace touchstone::audit {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kMostExcerpts = 6;  // of one clause and side; the page lists the other places
constexpr std::size_t kLinesBefore = 4;
constexpr std::size_t kLinesAfter = 3;
constexpr std::size_t kLongestFunction = 30;

// Lines of a file, the first being number `begin` (from 0), up to and without `end`.
struct Excerpt {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::vector<std::size_t> marked;
};

bool ends_a_function(const std::string& line) { return line.starts_with("}") || line.starts_with("    }"); }

// A check with some lines around it; of a mention, which stands above what it speaks of, the function below.
Excerpt excerpt_at(const std::vector<std::string>& lines, const Citation& citation) {
    const std::size_t at = std::min(citation.place.line, lines.size()) - 1;
    const std::size_t begin = at < kLinesBefore ? 0 : at - kLinesBefore;
    if (citation.form != Form::mention) return {begin, std::min(at + 1 + kLinesAfter, lines.size()), {at}};
    std::size_t end = at + 1;
    while (end < lines.size() && end < at + kLongestFunction && !ends_a_function(lines[end]) &&
           !(lines[end].empty() && end > at + kLinesAfter))
        ++end;
    return {at, std::min(end + 1, lines.size()), {at}};
}

class Excerpts {
  public:
    explicit Excerpts(const fs::path& root) : root_(root) {}

    // Checks first; excerpts of a file that meet become one.
    [[nodiscard]] Json of(const std::vector<Citation>& all) {
        std::vector<Citation> citations;
        for (const Form form : {Form::check, Form::beside, Form::mention, Form::inquiry}) {
            std::copy_if(all.begin(), all.end(), std::back_inserter(citations),
                         [form](const Citation& citation) { return citation.form == form; });
        }
        std::vector<std::string> files;
        std::map<std::string, std::vector<Excerpt>> by_file;
        for (std::size_t i = 0; i < std::min(citations.size(), kMostExcerpts); ++i) {
            const std::string& file = citations[i].place.file;
            if (!by_file.contains(file)) files.push_back(file);
            by_file[file].push_back(excerpt_at(lines_of(file), citations[i]));
        }
        Json list = Json::array();
        for (const std::string& file : files) {
            for (const Excerpt& excerpt : merged(by_file[file]))
                list.push_back(excerpt_json(file, excerpt));
        }
        return list;
    }

  private:
    static std::vector<Excerpt> merged(std::vector<Excerpt> excerpts) {
        std::sort(excerpts.begin(), excerpts.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
        std::vector<Excerpt> result;
        for (const Excerpt& excerpt : excerpts) {
            if (result.empty() || result.back().end < excerpt.begin) {
                result.push_back(excerpt);
                continue;
            }
            result.back().end = std::max(result.back().end, excerpt.end);
            result.back().marked.push_back(excerpt.marked.front());
        }
        return result;
    }

    [[nodiscard]] Json excerpt_json(const std::string& file, const Excerpt& excerpt) {
        const std::vector<std::string>& lines = lines_of(file);
        Json text = Json::array();
        for (std::size_t i = excerpt.begin; i < excerpt.end; ++i)
            text.push_back(lines[i]);
        Json marked = Json::array();
        for (const std::size_t line : excerpt.marked)
            marked.push_back(line + 1);
        return {{"file", file}, {"line", excerpt.begin + 1}, {"text", std::move(text)}, {"marked", std::move(marked)}};
    }

    const std::vector<std::string>& lines_of(const std::string& file) {
        const auto found = lines_.find(file);
        return found != lines_.end() ? found->second
                                     : lines_.emplace(file, split_lines(read_text(root_ / file))).first->second;
    }

    fs::path root_;
    std::map<std::string, std::vector<std::string>> lines_;
};

// A script element ends at "</", wherever it stands.
std::string for_script(std::string json) {
    for (std::size_t at = json.find("</"); at != std::string::npos; at = json.find("</", at))
        json.replace(at, 2, "<\\/");
    return json;
}

}  // namespace

void write_html(std::ostream& out, const Matrix& matrix, const fs::path& root) {
    Json data = to_json(matrix);
    Excerpts excerpts(root);
    for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
        Json& entry = data["clauses"][i];
        entry["passage"] = matrix.rows[i].clause->passage;
        entry["reference_text"] = excerpts.of(matrix.rows[i].reference);
        entry["node_text"] = excerpts.of(matrix.rows[i].node);
        entry["models_text"] = excerpts.of(matrix.rows[i].models);
    }
    constexpr std::string_view place = "/*DATA*/";
    const std::size_t at = kPage.find(place);
    // "replace": a source that is not UTF-8 shows as such rather than ends the audit.
    out << kPage.substr(0, at) << for_script(data.dump(-1, ' ', false, Json::error_handler_t::replace))
        << kPage.substr(at + place.size());
}

}  // namespace touchstone::audit
