#include "audit/trace/declarations.h"

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <stdexcept>

namespace touchstone::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::array kAll{Evidence::reference, Evidence::node,   Evidence::accepts,
                          Evidence::rejects,   Evidence::vector, Evidence::test};

// One table of a file's array, and what is wrong with it.
class Entry {
  public:
    Entry(const toml::table& table, Place place, const ClauseIndex& index)
        : table_(table), place_(std::move(place)), index_(index) {}

    [[nodiscard]] const Place& place() const { return place_; }

    [[nodiscard]] std::string text(std::string_view key) const {
        const auto value = table_[key].value<std::string>();
        if (!value || value->empty()) fail("needs a text \"" + std::string(key) + "\"");
        return *value;
    }

    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> values;
        const toml::array* list = table_[key].as_array();
        if (list == nullptr || list->empty()) fail("needs a list of texts \"" + std::string(key) + "\"");
        for (const toml::node& node : *list) {
            const auto value = node.value<std::string>();
            if (!value) fail("\"" + std::string(key) + "\" has something that is no text");
            values.push_back(*value);
        }
        return values;
    }

    [[nodiscard]] std::vector<Evidence> evidence(std::string_view key) const {
        std::vector<Evidence> values;
        for (const std::string& name : texts(key)) {
            const auto* found = std::find_if(kAll.begin(), kAll.end(), [&](Evidence e) { return to_text(e) == name; });
            if (found == kAll.end()) fail("\"" + name + "\" is no evidence");
            values.push_back(*found);
        }
        return values;
    }

    [[nodiscard]] std::vector<Evidence> sides() const {
        const toml::array* list = table_["sides"].as_array();
        if (list != nullptr && list->empty()) return {};
        std::vector<Evidence> values = evidence("sides");
        const auto is_side = [](Evidence e) { return e == Evidence::reference || e == Evidence::node; };
        if (!std::all_of(values.begin(), values.end(), is_side)) fail("sides are reference and node");
        return values;
    }

    // "NET-13 to NET-36, NET-38": as prose writes it. Ids that are no clause go to `unknown`.
    [[nodiscard]] std::vector<std::string> clauses(std::vector<Citation>& unknown) const {
        std::vector<std::string> ids;
        for (Citation& citation : find_citations(place_.file, text("clauses"), index_)) {
            citation.place = place_;
            if (index_.find(citation.id) == nullptr) {
                unknown.push_back(citation);
            } else {
                ids.push_back(citation.id);
            }
        }
        if (ids.empty() && unknown.empty()) fail("names no clause");
        return ids;
    }

    void allow_only(std::initializer_list<std::string_view> keys) const {
        for (const auto& [key, value] : table_) {
            if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
                fail("\"" + std::string(key.str()) + "\" is no field of it");
        }
    }

    [[noreturn]] void fail(const std::string& problem) const {
        throw std::runtime_error(to_text(place_) + ": " + problem);
    }

  private:
    const toml::table& table_;
    Place place_;
    const ClauseIndex& index_;
};

template <class Read>
void read_entries(const fs::path& root, const std::string& file, std::string_view name, const ClauseIndex& index,
                  Read read) {
    if (!fs::exists(root / file)) return;
    const std::string text = read_text(root / file);
    toml::table whole;
    try {
        whole = toml::parse(std::string_view(text), file);
    } catch (const toml::parse_error& error) {
        throw std::runtime_error(file + ":" + std::to_string(error.source().begin.line) + ": " +
                                 std::string(error.description()));
    }
    for (const auto& [key, value] : whole) {
        const toml::array* list = value.as_array();
        if (key.str() != name || list == nullptr || !list->is_array_of_tables())
            throw std::runtime_error(file + ": holds nothing but [[" + std::string(name) + "]]");
        for (const toml::node& node : *list) {
            const toml::table& table = *node.as_table();
            read(Entry(table, {file, table.source().begin.line}, index));
        }
    }
}

}  // namespace

std::string_view to_text(Evidence evidence) {
    switch (evidence) {
        case Evidence::reference:
            return "reference";
        case Evidence::node:
            return "node";
        case Evidence::accepts:
            return "accepts";
        case Evidence::rejects:
            return "rejects";
        case Evidence::vector:
            return "vector";
        case Evidence::test:
            return "test";
    }
    return "";
}

Declarations read_declarations(const fs::path& root, const ClauseIndex& index) {
    Declarations result;
    read_entries(root, "spec/data/evidence.toml", "shown_by_tests", index, [&result](const Entry& entry) {
        entry.allow_only({"clauses", "sides", "by"});
        ShownByTests shown{.clauses = entry.clauses(result.unknown),
                           .sides = entry.sides(),
                           .by = entry.text("by"),
                           .place = entry.place()};
        result.shown_by_tests.push_back(std::move(shown));
    });
    read_entries(root, "audit/trace/owed.toml", "owed", index, [&result](const Entry& entry) {
        entry.allow_only({"clauses", "missing", "reason", "held_by"});
        result.owed.push_back({.clauses = entry.clauses(result.unknown),
                               .missing = entry.evidence("missing"),
                               .reason = entry.text("reason"),
                               .held_by = entry.texts("held_by"),
                               .place = entry.place()});
    });
    return result;
}

}  // namespace touchstone::audit
