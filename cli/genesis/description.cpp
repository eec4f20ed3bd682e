#include "cli/genesis/description.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "cli/genesis/amount_text.h"
#include "cli/nearest_word.h"
#include "node/adapters/files/toml_library.h"
#include "node/adapters/genesis_file/configuration_json.h"
#include "node/kernel/accounts/address.h"

namespace touchstone::cli {

namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 8> kTopKeys{"preset",     "genesis_time",        "seed",
                                                   "parameters", "validators",          "development_validators",
                                                   "accounts",   "development_accounts"};
constexpr std::array<std::string_view, 4> kValidatorKeys{"pubkey", "operator", "stake", "proof_of_possession"};
constexpr std::array<std::string_view, 2> kDevelopmentKeys{"count", "stake"};
/// What a table of validators may have besides.
constexpr std::array<std::string_view, 1> kValidatorOptions{"commission"};
constexpr std::array<std::string_view, 2> kAccountKeys{"address", "balance"};
constexpr std::array<std::string_view, 2> kDevelopmentAccountKeys{"count", "balance"};

std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

/// A value with its name and place, so that every message can say where.
class Entry {
  public:
    Entry(const std::string& file, std::string path, const toml::node& value)
        : file_(file), path_(std::move(path)), value_(value) {}

    Fault fault(const std::string& text) const { return fault_at(file_, line_of(value_), path_ + " " + text); }
    std::uint32_t line() const { return line_of(value_); }
    const toml::node& value() const { return value_; }

    std::optional<std::string> text() const { return value_.is_string() ? value_.value<std::string>() : std::nullopt; }
    std::optional<std::uint64_t> whole_number() const {
        const auto number = value_.is_integer() ? value_.value<std::int64_t>() : std::nullopt;
        if (!number || *number < 0) return std::nullopt;
        return static_cast<std::uint64_t>(*number);
    }

  private:
    const std::string& file_;
    std::string path_;
    const toml::node& value_;
};

template <class Fixed>
Outcome<Fixed> fixed_bytes(const Entry& entry) {
    const auto text = entry.text();
    const auto bytes = text && text->starts_with("0x") ? node::fixed_from_hex<Fixed>(*text) : std::nullopt;
    if (bytes) return *bytes;
    return entry.fault("must be a text of 0x and " + std::to_string(2 * Fixed::kSize) + " hexadecimal digits");
}

Outcome<node::Amount> amount(const Entry& entry) {
    if (const auto grains = entry.whole_number()) return node::Amount(*grains);
    const auto text = entry.text();
    if (const auto parsed = text ? amount_from_text(*text) : std::nullopt) return *parsed;
    return entry.fault(
        "must be an amount: a text such as \"32.5\" in TST with at most nine decimals, or a whole number of grains");
}

Outcome<node::Address> address(const Entry& entry) {
    const auto text = entry.text();
    if (text && text->starts_with("0x")) {
        if (const auto bytes = node::fixed_from_hex<node::Address>(*text)) return *bytes;
    } else if (text) {
        const auto parsed = node::address_from_text(*text);
        if (parsed.ok()) return *parsed;
    }
    return entry.fault(
        "must be an address: tst1… as a wallet shows it (check each character), or 0x and 64 hexadecimal digits "
        "[CRY-13]");
}

/// Parameters go up to 2^64 - 1, integers of TOML to 2^63 - 1: a decimal text is as good.
Outcome<std::uint64_t> uint64(const Entry& entry) {
    if (const auto number = entry.whole_number()) return *number;
    if (const auto text = entry.text()) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
        if (error == std::errc{} && end == text->data() + text->size()) return value;
    }
    return entry.fault("must be a whole number from 0 to 18446744073709551615 [GEN-02]");
}

std::optional<std::uint64_t> unix_ms_of(const toml::date_time& time) {
    if (!time.offset) return std::nullopt;
    using namespace std::chrono;
    const year_month_day date{year{time.date.year}, month{time.date.month}, day{time.date.day}};
    const auto moment = sys_days{date} + hours{time.time.hour} + minutes{time.time.minute} + seconds{time.time.second} +
                        milliseconds{time.time.nanosecond / 1'000'000} - minutes{time.offset->minutes};
    const auto passed = moment.time_since_epoch().count();
    return passed < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(passed));
}

/// RFC 3339 in quotes, read by the same parser as without.
std::optional<std::uint64_t> unix_ms_of(const std::string& text) {
    constexpr std::string_view kAllowed = "0123456789-:.+TtZz ";
    if (text.find_first_not_of(kAllowed) != std::string::npos) return std::nullopt;
    const auto parsed = toml::parse("time = " + text);
    if (!parsed) return std::nullopt;
    const auto time = parsed.table()["time"].value<toml::date_time>();
    return time ? unix_ms_of(*time) : std::nullopt;
}

/// "+10s"
std::optional<RelativeTime> relative_time(std::string_view text) {
    if (!text.starts_with('+') || !text.ends_with('s')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return RelativeTime{std::uint64_t{seconds} * 1000};
}

Outcome<std::variant<AbsoluteTime, RelativeTime>> genesis_time(const Entry& entry) {
    using Time = std::variant<AbsoluteTime, RelativeTime>;
    if (const auto ms = entry.whole_number()) return Time(AbsoluteTime{*ms});
    if (const auto text = entry.text()) {
        if (const auto relative = relative_time(*text)) return Time(*relative);
        if (const auto ms = unix_ms_of(*text)) return Time(AbsoluteTime{*ms});
    } else if (const auto time = entry.value().value<toml::date_time>()) {
        if (const auto ms = unix_ms_of(*time)) return Time(AbsoluteTime{*ms});
    }
    return entry.fault(
        "must be a time with its zone such as 2027-01-31T12:00:00Z, milliseconds since 1970, or \"+10s\" for ten "
        "seconds from now");
}

class Reader {
  public:
    Reader(const toml::table& root, std::string name) : root_(root) { description_.name = std::move(name); }

    Outcome<GenesisDescription> read() {
        using Step = std::optional<Fault> (Reader::*)();
        constexpr std::array<Step, 9> kSteps{&Reader::check_keys,
                                             &Reader::read_preset,
                                             &Reader::read_parameters,
                                             &Reader::read_time,
                                             &Reader::read_seed,
                                             &Reader::read_validators,
                                             &Reader::read_development_validators,
                                             &Reader::read_accounts,
                                             &Reader::read_development_accounts};
        for (const Step step : kSteps) {
            if (auto fault = (this->*step)()) return *fault;
        }
        return std::move(description_);
    }

  private:
    Fault fault(std::uint32_t line, const std::string& text) const { return fault_at(description_.name, line, text); }
    Entry entry(std::string path, const toml::node& value) const { return {description_.name, std::move(path), value}; }

    std::optional<Fault> unknown_key(const toml::table& table, Words known, const std::string& where) const {
        for (const auto& [key, value] : table) {
            if (std::ranges::find(known, key.str()) == known.end()) {
                return fault(key.source().begin.line,
                             where + std::string(key.str()) + " is not known" + suggestion(key.str(), known));
            }
        }
        return std::nullopt;
    }

    std::optional<Fault> check_keys() { return unknown_key(root_, kTopKeys, ""); }

    std::optional<Fault> read_preset() {
        const toml::node* value = root_.get("preset");
        if (value == nullptr) return fault(0, "preset is missing; write preset = \"mainnet\" or \"minimal\"");
        const auto text = entry("preset", *value).text();
        if (!text || node::adapters::preset_parameters(*text) == nullptr) {
            return entry("preset", *value).fault("must be \"mainnet\" or \"minimal\"");
        }
        description_.preset = *text;
        return std::nullopt;
    }

    std::optional<Fault> read_parameters() {
        const toml::node* value = root_.get("parameters");
        if (value == nullptr) return std::nullopt;
        if (!value->is_table()) return entry("parameters", *value).fault("must be a table: [parameters]");
        std::vector<std::string_view> known;
        for (const auto& field : node::PARAMETER_FIELDS)
            known.push_back(field.name);
        for (const auto& [key, each] : *value->as_table()) {
            const std::string name(key.str());
            if (std::ranges::find(known, name) == known.end()) {
                return fault(key.source().begin.line,
                             "parameters." + name + " does not exist [GEN-02]" + suggestion(name, known));
            }
            const auto number = uint64(entry("parameters." + name, each));
            if (!number.ok()) return number.fault();
            description_.parameters.push_back({name, *number, line_of(each)});
        }
        return std::nullopt;
    }

    std::optional<Fault> read_time() {
        const toml::node* value = root_.get("genesis_time");
        if (value == nullptr) {
            return fault(0, "genesis_time is missing; write for example genesis_time = 2027-01-31T12:00:00Z");
        }
        const auto time = genesis_time(entry("genesis_time", *value));
        if (!time.ok()) return time.fault();
        description_.genesis_time = *time;
        return std::nullopt;
    }

    std::optional<Fault> read_seed() {
        const toml::node* value = root_.get("seed");
        if (value == nullptr) return std::nullopt;
        const auto seed = fixed_bytes<node::Hash>(entry("seed", *value));
        if (!seed.ok()) return seed.fault();
        description_.seed = *seed;
        return std::nullopt;
    }

    /// A table that has all the keys, and no other but the options.
    std::optional<Fault> wrong_key(const toml::table& table, Words keys, Words options, const std::string& path) const {
        std::vector<std::string_view> known(keys.begin(), keys.end());
        known.insert(known.end(), options.begin(), options.end());
        if (auto found = unknown_key(table, known, path + ".")) return found;
        return missing_key(table, keys, path);
    }

    /// A list of tables, [[name]] for each: `read` makes an element of one.
    template <class Read>
    std::optional<Fault> read_list(const std::string& name, Words keys, Words options, const Read& read) {
        const toml::node* value = root_.get(name);
        if (value == nullptr) return std::nullopt;
        const toml::array* list = value->as_array();
        if (list == nullptr) return entry(name, *value).fault("must be a list: one [[" + name + "]] for each");
        for (std::size_t i = 0; i < list->size(); ++i) {
            const std::string path = name + "[" + std::to_string(i) + "]";
            const toml::table* table = list->get(i)->as_table();
            if (table == nullptr) return entry(path, *list->get(i)).fault("must be a table: [[" + name + "]]");
            if (auto found = wrong_key(*table, keys, options, path)) return found;
            if (auto found = read(*table, path)) return found;
        }
        return std::nullopt;
    }

    std::optional<Fault> read_validators() {
        return read_list(
            "validators", kValidatorKeys, kValidatorOptions,
            [&](const toml::table& table, const std::string& path) { return read_validator(table, path); });
    }

    std::optional<Fault> read_accounts() {
        return read_list("accounts", kAccountKeys, {},
                         [&](const toml::table& table, const std::string& path) { return read_account(table, path); });
    }

    std::optional<Fault> missing_key(const toml::table& table, Words keys, const std::string& path) const {
        for (const std::string_view key : keys) {
            if (table.get(key) == nullptr) {
                return fault(line_of(table), path + " lacks the key " + std::string(key));
            }
        }
        return std::nullopt;
    }

    std::optional<Fault> read_validator(const toml::table& table, const std::string& path) {
        const auto at = [&](std::string_view key) { return entry(path + "." + std::string(key), *table.get(key)); };
        const auto pubkey = fixed_bytes<node::BlsPublicKey>(at("pubkey"));
        if (!pubkey.ok()) return pubkey.fault();
        const auto operator_address = address(at("operator"));
        if (!operator_address.ok()) return operator_address.fault();
        const auto stake = amount(at("stake"));
        if (!stake.ok()) return stake.fault();
        const auto proof = fixed_bytes<node::BlsSignature>(at("proof_of_possession"));
        if (!proof.ok()) return proof.fault();
        const auto commission = read_commission(table, path);
        if (!commission.ok()) return commission.fault();
        description_.validators.push_back({{.pubkey = *pubkey,
                                            .operator_address = *operator_address,
                                            .stake = *stake,
                                            .commission = *commission,
                                            .proof_of_possession = *proof},
                                           line_of(table)});
        return std::nullopt;
    }

    Outcome<std::uint64_t> read_commission(const toml::table& table, const std::string& path) const {
        const toml::node* value = table.get("commission");
        if (value == nullptr) return std::uint64_t{0};
        const Entry given = entry(path + ".commission", *value);
        if (const auto number = given.whole_number()) return *number;
        return given.fault("must be a whole number of basis points, from 0 to 10000 (all rewards)");
    }

    std::optional<Fault> read_account(const toml::table& table, const std::string& path) {
        const auto account_address = address(entry(path + ".address", *table.get("address")));
        if (!account_address.ok()) return account_address.fault();
        const auto balance = amount(entry(path + ".balance", *table.get("balance")));
        if (!balance.ok()) return balance.fault();
        description_.accounts.push_back({{*account_address, *balance}, line_of(table)});
        return std::nullopt;
    }

    /// What a table [name] of development keys says: how many, how much each has, and where it stands.
    struct Development {
        std::uint64_t count = 0;
        node::Amount each;
        std::uint32_t line = 0;
    };

    Outcome<std::optional<Development>> read_development(const std::string& name, Words keys, Words options,
                                                         const std::string& amount_key) const {
        const toml::node* value = root_.get(name);
        if (value == nullptr) return std::optional<Development>();
        const toml::table* table = value->as_table();
        if (table == nullptr) return entry(name, *value).fault("must be a table: [" + name + "]");
        if (auto found = wrong_key(*table, keys, options, name)) return *found;
        const Entry count = entry(name + ".count", *table->get("count"));
        const auto number = count.whole_number();
        if (!number || *number == 0) return count.fault("must be a whole number above 0");
        const auto each = amount(entry(name + "." + amount_key, *table->get(amount_key)));
        if (!each.ok()) return each.fault();
        return std::optional(Development{*number, *each, line_of(*table)});
    }

    std::optional<Fault> read_development_validators() {
        const std::string name = "development_validators";
        const auto found = read_development(name, kDevelopmentKeys, kValidatorOptions, "stake");
        if (!found.ok()) return found.fault();
        if (!*found) return std::nullopt;
        const auto commission = read_commission(*root_.get(name)->as_table(), name);
        if (!commission.ok()) return commission.fault();
        const Development& made = **found;
        description_.development_validators = DevelopmentValidators{made.count, made.each, *commission, made.line};
        return std::nullopt;
    }

    std::optional<Fault> read_development_accounts() {
        const auto found = read_development("development_accounts", kDevelopmentAccountKeys, {}, "balance");
        if (!found.ok()) return found.fault();
        if (const auto& made = *found)
            description_.development_accounts = DevelopmentAccounts{made->count, made->each, made->line};
        return std::nullopt;
    }

    const toml::table& root_;
    GenesisDescription description_;
};

}  // namespace

Fault fault_at(const std::string& name, std::uint32_t line, const std::string& text) {
    return {FaultKind::Configuration, name + ":" + (line == 0 ? "" : std::to_string(line) + ":") + " " + text};
}

Outcome<GenesisDescription> parse_description(std::string_view text, const std::string& name) {
    const auto parsed = toml::parse(text);
    if (!parsed) {
        const auto& error = parsed.error();
        return fault_at(name, error.source().begin.line, "is no TOML: " + std::string(error.description()));
    }
    return Reader(parsed.table(), name).read();
}

}  // namespace touchstone::cli
