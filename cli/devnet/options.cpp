#include "cli/devnet/options.h"

namespace touchstone::cli {

namespace {

std::string number(const char* name, std::uint64_t value) {
    return std::string(" --") + name + " " + std::to_string(value);
}

}  // namespace

std::string command_line(const DevnetOptions& options) {
    std::string text = "touchstone devnet" + number("nodes", options.nodes) + number("validators", options.validators) +
                       " --preset " + options.preset;
    if (options.slot_ms) text += number("slot-ms", *options.slot_ms);
    for (const auto& [name, value] : options.parameters)
        text += " --set " + name + "=" + std::to_string(value);
    if (options.epochs) text += number("epochs", *options.epochs);
    if (options.minutes) text += number("minutes", *options.minutes);
    if (options.load > 0) text += number("load", options.load);
    text += number("accounts", options.accounts);
    if (options.seed) text += " --seed " + node::to_hex(*options.seed);
    if (options.chaos_seed) text += " --chaos" + number("chaos-seed", *options.chaos_seed);
    return text;
}

}  // namespace touchstone::cli
