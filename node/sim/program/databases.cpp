#include "node/sim/program/databases.h"

#include <algorithm>
#include <system_error>

#include "node/adapters/sqlite/sqlite_store.h"

namespace touchstone::node::sim {

namespace {

class LastError final : public Log {
  public:
    void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override {
        if (level != LogLevel::Error) return;
        text = std::string(event);
        for (const LogField& field : fields) {
            if (const auto* value = std::get_if<std::string>(&field.value))
                text += " " + std::string(field.key) + "=" + *value;
        }
    }
    std::string text;
};

/// All that page 14 promises to a reader.
StoreTransaction view_of(const Disk& disk) {
    StoreTransaction view;
    view.genesis = disk.genesis;
    for (const auto& [root, block] : disk.blocks)
        view.blocks.push_back(block);
    std::ranges::sort(view.blocks, {}, [](const StoredBlock& block) { return std::pair(block.slot, block.root); });
    view.journal = disk.journal;
    view.anchor = disk.anchor;
    for (const auto& [slot, root] : disk.finalized)
        view.finalized.push_back(root);
    return view;
}

std::optional<std::string> write_database(const Simulation& simulation, std::size_t node,
                                          const std::filesystem::path& path) {
    if (std::filesystem::exists(path)) return path.string() + " is there already; choose another folder";
    LastError log;
    const Root& genesis_root = simulation.chain().genesis_state->consensus().genesis_root;
    const auto store = adapters::SqliteStore::open(
        {.path = path, .genesis_root = genesis_root, .preset = "minimal", .durability = adapters::Durability::Process},
        log);
    if (!store.ok()) return store.fault().text;
    if (!store.value()->commit(view_of(simulation.disk(node)))) return log.text;
    return std::nullopt;
}

}  // namespace

std::optional<std::string> write_databases(const Simulation& simulation, const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return "cannot make the folder " + folder.string() + ": " + error.message();
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        if (simulation.disk(node).journal.empty()) continue;  // it never began
        const auto path = folder / ("node-" + std::to_string(node) + ".sqlite");
        if (auto problem = write_database(simulation, node, path)) return problem;
    }
    return std::nullopt;
}

}  // namespace touchstone::node::sim
