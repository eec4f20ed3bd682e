// A table of a TOML file that is read key by key; what is left then is refused, with the name that was likely meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/adapters/files/nearest_name.h"
#include "node/adapters/files/toml_library.h"
#include "node/sim/scenario.h"

namespace touchstone::node::sim {

class StrictTable {
  public:
    /// `problem` gets the first that is wrong, with its line; it is shared by all tables of a file.
    StrictTable(const toml::table& table, std::string name, std::optional<std::string>& problem)
        : table_(table), name_(std::move(name)), problem_(problem) {}

    bool has(std::string_view key) { return find(key) != nullptr; }

    void read(std::string_view key, std::uint64_t& value, std::uint64_t least, std::uint64_t greatest) {
        const toml::node* const node = find(key);
        if (node == nullptr) return;
        const auto number = number_of(*node, least, greatest);
        if (!number) return refuse(*node, key, "a whole number" + between(least, greatest));
        value = *number;
    }
    template <class Number>
    void read_as(std::string_view key, Number& value, std::uint64_t least, std::uint64_t greatest) {
        auto number = static_cast<std::uint64_t>(value);
        read(key, number, least, greatest);
        value = static_cast<Number>(number);
    }
    void read(std::string_view key, std::optional<std::uint64_t>& value, std::uint64_t least, std::uint64_t greatest) {
        std::uint64_t number = least;
        if (!has(key)) return;
        read(key, number, least, greatest);
        value = number;
    }
    /// One number, or the two ends of an interval.
    void read(std::string_view key, Range& value, std::uint64_t least, std::uint64_t greatest) {
        const toml::node* const node = find(key);
        if (node == nullptr) return;
        if (const auto number = number_of(*node, least, greatest)) {
            value = {*number, *number};
            return;
        }
        const toml::array* const ends = node->as_array();
        const auto first = ends != nullptr && ends->size() == 2 ? number_of((*ends)[0], least, greatest) : std::nullopt;
        const auto last = first ? number_of((*ends)[1], *first, greatest) : std::nullopt;
        if (!last) return refuse(*node, key, "a number, or two in ascending order," + between(least, greatest));
        value = {*first, *last};
    }
    void read(std::string_view key, double& value, double greatest) {
        const toml::node* const node = find(key);
        if (node == nullptr) return;
        const auto number = node->value<double>();
        if (!number || !(*number >= 0.0 && *number <= greatest)) {
            return refuse(*node, key, "a number from 0 to " + std::to_string(greatest));
        }
        value = *number;
    }
    void read(std::string_view key, bool& value) {
        const toml::node* const node = find(key);
        if (node == nullptr) return;
        const auto flag = node->value_exact<bool>();
        if (!flag) return refuse(*node, key, "true or false");
        value = *flag;
    }
    void read(std::string_view key, std::string& value) {
        const toml::node* const node = find(key);
        if (node == nullptr) return;
        const auto text = node->value_exact<std::string>();
        if (!text) return refuse(*node, key, "a text in quotes");
        value = *text;
    }
    void read(std::string_view key, std::vector<std::uint64_t>& value, std::uint64_t greatest) {
        const toml::node* const node = find(key);
        if (node == nullptr) return;
        const toml::array* const list = node->as_array();
        if (list == nullptr) return refuse(*node, key, "a list of numbers");
        for (const toml::node& each : *list) {
            const auto number = number_of(each, 0, greatest);
            if (!number) return refuse(each, key, "a list of numbers" + between(0, greatest));
            value.push_back(*number);
        }
    }
    /// One of the names, which are given with their values.
    template <class Choices, class Value, class Project>
    void read_choice(std::string_view key, const Choices& choices, Value& value, Project member) {
        std::string text;
        const toml::node* const node = find(key);
        if (node == nullptr) return note(line_of(table_), name_ + " lacks " + std::string(key));
        read(key, text);
        std::vector<std::string_view> names;
        for (const auto& choice : choices) {
            if (choice.name == text) {
                value = choice.*member;
                return;
            }
            names.push_back(choice.name);
        }
        note(line_of(*node),
             key_text(key) + " is \"" + text + "\", which is none of its values" + suggestion(text, names));
    }
    template <class Read>
    void read_table(std::string_view key, const Read& read) {
        const toml::node* const node = find(key);
        if (node == nullptr) return;
        const toml::table* const inner = node->as_table();
        if (inner == nullptr) return refuse(*node, key, "a table, [" + std::string(key) + "]");
        StrictTable table(*inner, std::string(key), problem_);
        read(table);
        table.finish();
    }
    template <class Read>
    void read_tables(std::string_view key, const Read& read) {
        const toml::node* const node = find(key);
        if (node == nullptr) return;
        const toml::array* const list = node->as_array();
        if (list == nullptr || !list->is_array_of_tables()) {
            return refuse(*node, key, "a list of tables, each [[" + std::string(key) + "]]");
        }
        for (const toml::node& each : *list) {
            StrictTable table(*each.as_table(), std::string(key), problem_);
            read(table);
            table.finish();
        }
    }

    /// Refuses what nobody has asked for.
    void finish() {
        for (const auto& [key, node] : table_) {
            if (std::ranges::find(known_, key.str()) != known_.end()) continue;
            note(line_of(node), "there is no key " + key_text(key.str()) + suggestion(key.str(), known_));
        }
    }

  private:
    const toml::node* find(std::string_view key) {
        known_.push_back(key);
        return table_.get(key);
    }
    static std::optional<std::uint64_t> number_of(const toml::node& node, std::uint64_t least, std::uint64_t greatest) {
        const auto number = node.value_exact<std::int64_t>();
        if (!number || *number < 0) return std::nullopt;
        const auto value = static_cast<std::uint64_t>(*number);
        return value >= least && value <= greatest ? std::optional(value) : std::nullopt;
    }
    static std::string between(std::uint64_t least, std::uint64_t greatest) {
        return " from " + std::to_string(least) + " to " + std::to_string(greatest);
    }
    static std::string suggestion(std::string_view unknown, const std::vector<std::string_view>& names) {
        if (const auto nearest = adapters::nearest_name(unknown, names)) {
            return "; did you mean " + std::string(*nearest) + "?";
        }
        std::string list;
        for (const std::string_view name : names)
            list += (list.empty() ? "" : ", ") + std::string(name);
        return "; there are " + list;
    }
    static toml::source_index line_of(const toml::node& node) { return node.source().begin.line; }
    std::string key_text(std::string_view key) const { return (name_.empty() ? "" : name_ + ".") + std::string(key); }
    void refuse(const toml::node& node, std::string_view key, const std::string& expected) {
        note(line_of(node), key_text(key) + " must be " + expected);
    }
    void note(toml::source_index line, const std::string& problem) {
        if (!problem_) problem_ = "line " + std::to_string(line) + ": " + problem;
    }

    const toml::table& table_;
    std::string name_;
    std::optional<std::string>& problem_;
    std::vector<std::string_view> known_;
};

}  // namespace touchstone::node::sim
