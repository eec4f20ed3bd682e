// Files of a node's operator: its TOML settings and its network key.
#include "node/app/settings.h"

#include <algorithm>

#include "fuzz/agreement.h"
#include "fuzz/files/scratch.h"
#include "fuzz/targets.h"
#include "node/app/node_key.h"

namespace touchstone::fuzz {
namespace {

namespace app = node::app;

void settings(Bytes text) {
    const auto values = app::read_settings_file(scratch_file("node.toml", text));
    if (!values.ok()) return expect(!values.fault().text.empty(), "a refusal says why");
    const std::string printed = app::print_settings(values.value());
    const auto again = app::read_settings_file(scratch_file("printed.toml", as_bytes(printed)));
    expect(again.ok(), "what is printed is read: " + printed);
    agree_on("settings printed again", printed, app::print_settings(again.value()));
    const auto made = app::make_settings(values.value());
    const auto made_again = app::make_settings(again.value());
    agree_on("whether settings are allowed", made.ok() ? 1U : 0U, made_again.ok() ? 1U : 0U);
}

void node_key(Bytes text) {
    const auto path = scratch_file("node.key", text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto key = app::load_or_create_node_key(path);
    if (!key.ok()) return expect(!key.fault().text.empty(), "a refusal says why");
    std::string read(as_text(text));
    std::ranges::transform(read, read.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (read.ends_with('\n')) read.pop_back();
    if (read.starts_with("0x")) read.erase(0, 2);
    agree_on("a node key", read, node::to_hex(Bytes(key.value())));
}

}  // namespace

void fuzz_settings(Bytes bytes) {
    Input input(bytes);
    (input.flag() ? node_key : settings)(input.rest());
}

std::vector<ByteVector> settings_seeds() {
    app::SettingValues values;
    values.emplace("data_dir", std::string("/tmp/\"\\\n\x7f"));
    values.emplace("genesis", std::string("genesis.json"));
    values.emplace("dev_validators", std::string("0-15,20"));
    values.emplace("peers", std::vector<std::string>{"/ip4/127.0.0.1/tcp/9000", ""});
    return {
        seed_of({0}, app::print_settings({})),
        seed_of({0}, app::print_settings(values)),
        seed_of({0}, "data_dir = 'a'\ngenesis = '''b'''\nlisten = 'c'\n[log]\nlevel = \"debug\"\n"),
        seed_of({0}, "log.format = \"json\"\nverifier_threads = 0x7f\ncreate_watermarks = true\n"),
        seed_of({1}, std::string(64, 'a') + "\n"),
        seed_of({1}, std::string(64, 'F')),
        seed_of({1}, "0x00"),
    };
}

}  // namespace touchstone::fuzz
