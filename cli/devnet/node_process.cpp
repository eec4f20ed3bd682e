#include "cli/devnet/node_process.h"

#include "cli/devnet/node_configuration.h"
#include "cli/devnet/node_log.h"
#include "node/adapters/files/text_file.h"

namespace touchstone::cli {

namespace {

std::filesystem::path node_folder(const NodeProcess::Setup& setup) {
    return setup.folder / ("node-" + std::to_string(setup.index));
}

Outcome<ChildProcess> launch(const NodeProcess::Setup& setup, const std::vector<std::string>& options) {
    const auto configuration = node_folder(setup) / "node.toml";
    const auto written = node::adapters::replace_text_file(
        configuration,
        node_configuration_text({setup.genesis, node_folder(setup), setup.validators.text(), setup.peers,
                                 setup.verifier_threads, setup.named_peers_only, setup.rpc_port}),
        FaultKind::Configuration, "a node's configuration");
    if (!written.ok()) return written.fault();
    ChildProcess::Command command{
        {setup.program.string(), "run", "--config", configuration.string()}, node_folder(setup) / "log.jsonl", {}};
    command.arguments.insert(command.arguments.end(), options.begin(), options.end());
    return ChildProcess::start(command);
}

}  // namespace

std::string ValidatorRange::text() const {
    if (count == 0) return {};
    if (count == 1) return std::to_string(first);
    return std::to_string(first) + "-" + std::to_string(first + count - 1);
}

ValidatorRange split_validators(std::uint64_t validators, std::uint64_t index, std::uint64_t parts) {
    const std::uint64_t first = validators * index / parts;
    return {first, validators * (index + 1) / parts - first};
}

Outcome<NodeProcess> NodeProcess::start(const Setup& setup) {
    std::error_code error;
    std::filesystem::create_directories(node_folder(setup), error);
    if (error) {
        return Fault{FaultKind::Data, "cannot create " + node_folder(setup).string() + ": " + error.message()};
    }
    // Only the first start may begin records of what the keys signed: it is not in the file, for a later start.
    auto process = launch(setup, {"--create-watermarks"});
    if (!process.ok()) return process.fault();
    return NodeProcess(setup, std::move(*process));
}

Outcome<node::adapters::Done> NodeProcess::start_again(const std::vector<std::string>& peers) {
    forget_process();
    setup_.peers = peers;
    auto process = launch(setup_, {});
    if (!process.ok()) return process.fault();
    process_ = std::move(*process);
    ++starts_;
    return node::adapters::Done{};
}

NodeProcess::NodeProcess(const Setup& setup, ChildProcess process)
    : setup_(setup),
      database_(node_folder(setup) / "chain.sqlite"),
      log_(node_folder(setup) / "log.jsonl"),
      process_(std::move(process)),
      tail_(log_),
      chain_(setup.genesis_block) {}

void NodeProcess::read_log() {
    for (const std::string& text : tail_.new_lines()) {
        const auto line = parse_node_log_line(text);
        if (!line) continue;
        if (line->event == "listening" && line->address && !address_) address_ = line->address;
        if (line->event == "rpc_listening" && line->address && !rpc_) rpc_ = line->address;
        if (line->event == "status" && line->peers) peers_ = line->peers;
        if (line->is_error && !error_) error_ = text;
    }
}

void NodeProcess::forget_process() {
    address_.reset();
    rpc_.reset();
    peers_.reset();
}

Outcome<std::vector<node::Root>> NodeProcess::read_database() {
    if (!view_) {
        auto view = DatabaseView::open(database_);
        if (!view.ok()) return view.fault();
        view_ = std::move(*view);
    }
    return view_->update(chain_);
}

std::string NodeProcess::obituary() const {
    std::string text = name() + " ended by itself, " + process_.ending() + ". The end of " + log_.string() + ":";
    for (const std::string& line : last_lines(log_, 10))
        text += "\n      " + line;
    return text;
}

}  // namespace touchstone::cli
