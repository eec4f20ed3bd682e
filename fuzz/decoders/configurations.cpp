// Configurations: which replacements are refused, which assumption fails first, and what the state commits to.
#include <array>
#include <map>
#include <string>

#include "fuzz/agreement.h"
#include "fuzz/targets.h"
#include "node/kernel/consensus/config.h"
#include "reference/types/configuration.h"

namespace touchstone::fuzz {
namespace {

using Replaced = std::map<std::string, std::string>;

/// Values at which an assumption may change its mind; some depend on another parameter.
std::uint64_t any_value(Input& input, const reference::Parameters& config) {
    const auto near = [&](std::uint64_t value) { return value + input.below(3) - 1; };
    switch (input.below(6)) {
        case 0:
            return input.below(4);
        case 1:
            return near(std::uint64_t{1} << input.below(64));
        case 2:
            return near(config.*input.choose(reference::PARAMETER_FIELDS).value);
        case 3:
            return near(config.*input.choose(reference::PARAMETER_FIELDS).value * (1 + input.below(4)));
        case 4:
            return near(10'000);
        default:
            return input.number(8);
    }
}

Replaced any_replacements(Input& input, const reference::Parameters& config) {
    Replaced replaced;
    const std::uint64_t count = input.below(5);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string name(input.choose(reference::PARAMETER_FIELDS).name);
        std::string value = std::to_string(any_value(input, config));
        if (input.below(16) == 1) {
            const Bytes text = input.take(1 + input.below(24));
            (input.flag() ? name : value).assign(text.begin(), text.end());
        }
        replaced[name] = value;
    }
    return replaced;
}

std::string shown_all(const Replaced& replaced) {
    std::string text;
    for (const auto& [name, value] : replaced)
        text.append(" ").append(name).append("=").append(value);
    return text;
}

}  // namespace

void fuzz_configurations(Bytes bytes) {
    Input input(bytes);
    const bool minimal = input.flag();
    const reference::Parameters& base = minimal ? reference::MINIMAL : reference::MAINNET;
    const Replaced replaced = any_replacements(input, base);
    const std::string about = (minimal ? "minimal with" : "mainnet with") + shown_all(replaced);

    const std::vector<std::pair<std::string, std::string>> pairs(replaced.begin(), replaced.end());
    const auto by_reference = reference::custom_configuration(base, replaced);
    const auto by_node = node::override_parameters(minimal ? node::MINIMAL : node::MAINNET, pairs);
    if (!agree_on_verdict(about, by_reference, by_node)) return;
    expect(to_node(by_reference.value()) == by_node.value(), "the same parameters: " + about);

    const auto checked = reference::check_assumptions(by_reference.value());
    const auto made = node::make_config(by_node.value());
    if (!agree_on_verdict("assumptions of " + about, checked, made)) {
        agree_on("assumption that fails of " + about, checked.failure().reason, made.rejection().detail);
    }
    const node::Root node_root = node::compute_config_root(by_node.value());
    agree_on_bytes("config_root of " + about, reference::config_root(by_reference.value()).bytes, node_root.bytes);
    if (made.ok()) agree_on_bytes("config_root of " + about, node_root.bytes, made.value().config_root.bytes);
}

std::vector<ByteVector> configuration_seeds() {
    std::vector<ByteVector> seeds{{0}, {1}};
    for (std::uint8_t parameter = 0; parameter < static_cast<std::uint8_t>(reference::PARAMETER_FIELDS.size());
         ++parameter) {
        seeds.push_back({1, 1, parameter, 0, 0, 0});
        seeds.push_back({static_cast<std::uint8_t>(parameter % 2), 1, parameter, 1, 16, 2, 0});
    }
    seeds.push_back({1, 1, 0, 0, 1, 1, 3, 'a', 'b', 'c', 'd', 1});
    return seeds;
}

}  // namespace touchstone::fuzz
