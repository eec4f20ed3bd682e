// The TOML side of the settings.
#include <algorithm>
#include <sstream>

#include "node/adapters/files/text_file.h"
#include "node/adapters/files/toml_library.h"
#include "node/app/settings.h"

namespace touchstone::node::app {

namespace {

constexpr std::uintmax_t kFileLimit = 1U << 20U;

class Reader {
  public:
    explicit Reader(const std::filesystem::path& path) : path_(path) {}

    std::optional<Fault> read(const toml::table& table, const std::string& prefix) {
        for (const auto& [name, node] : table) {
            const std::string key = prefix + std::string(name.str());
            if (const auto* inner = node.as_table(); inner != nullptr && is_table(key)) {
                if (auto fault = read(*inner, key + ".")) return fault;
                continue;
            }
            const auto keys = setting_keys();
            const auto known = std::ranges::find(keys, key, &SettingKey::name);
            if (known == keys.end()) {
                return fault(name.source().begin.line, "there is no setting " + key + "; " + suggest_key(key));
            }
            auto value = read_value(node, known->fallback);
            if (!value) return fault(node.source().begin.line, key + " must be " + expected(known->fallback));
            values_.emplace(key, std::move(*value));
        }
        return std::nullopt;
    }

    Fault fault(toml::source_index line, const std::string& problem) const {
        return {FaultKind::Configuration,
                "the configuration file " + path_.string() + ", line " + std::to_string(line) + ": " + problem};
    }
    SettingValues take() { return std::move(values_); }

  private:
    static bool is_table(const std::string& name) {
        return std::ranges::any_of(setting_keys(),
                                   [&](const SettingKey& key) { return key.name.starts_with(name + "."); });
    }

    static std::optional<SettingValue> read_value(const toml::node& node, const SettingValue& like) {
        if (std::holds_alternative<bool>(like)) {
            if (const auto value = node.value_exact<bool>()) return SettingValue(*value);
        } else if (std::holds_alternative<std::uint64_t>(like)) {
            const auto value = node.value_exact<std::int64_t>();
            if (value && *value >= 0) return SettingValue(static_cast<std::uint64_t>(*value));
        } else if (std::holds_alternative<std::string>(like)) {
            if (auto value = node.value_exact<std::string>()) return SettingValue(std::move(*value));
        } else {
            return read_list(node);
        }
        return std::nullopt;
    }

    /// One text stands for a list of one.
    static std::optional<SettingValue> read_list(const toml::node& node) {
        std::vector<std::string> texts;
        if (auto one = node.value_exact<std::string>()) return SettingValue(std::vector{std::move(*one)});
        const toml::array* list = node.as_array();
        if (list == nullptr) return std::nullopt;
        for (const toml::node& entry : *list) {
            auto text = entry.value_exact<std::string>();
            if (!text) return std::nullopt;
            texts.push_back(std::move(*text));
        }
        return SettingValue(std::move(texts));
    }

    static std::string expected(const SettingValue& like) {
        if (std::holds_alternative<bool>(like)) return "true or false";
        if (std::holds_alternative<std::uint64_t>(like)) return "a whole number, not negative";
        if (std::holds_alternative<std::string>(like)) return "a text in quotes";
        return "a list of texts in quotes";
    }

    std::filesystem::path path_;
    SettingValues values_;
};

}  // namespace

Outcome<SettingValues> read_settings_file(const std::filesystem::path& path) {
    const auto text = adapters::read_text_file(path, kFileLimit, FaultKind::Configuration, "the configuration file");
    if (!text.ok()) return text.fault();
    const toml::parse_result parsed = toml::parse(std::string_view(text.value()));
    Reader reader(path);
    if (!parsed) {
        return reader.fault(parsed.error().source().begin.line, std::string(parsed.error().description()));
    }
    if (auto fault = reader.read(parsed.table(), "")) return *fault;
    return reader.take();
}

}  // namespace touchstone::node::app
