#include "cli/devnet/load_watcher.h"

#include "cli/wallet/chain_access.h"

namespace touchstone::cli {

namespace {

using node::adapters::Done;

constexpr std::uint64_t kPage = 1024;
constexpr std::int64_t kUnknownBlock = -32001;

std::string hex(const node::Root& root) { return "0x" + node::to_hex(root); }

std::optional<node::Root> root_field(const RpcJson& json, std::string_view name) {
    const auto text = text_field(json, name);
    return text ? node::fixed_from_hex<node::Root>(*text) : std::nullopt;
}

Fault unexpected(const RpcClient& client, const std::string& method) {
    return {FaultKind::Network, "the node at " + client.server().text() + " answered " + method +
                                    " in a form that this program does not know"};
}

}  // namespace

LoadWatcher::LoadWatcher(HttpUrl node, LoadMeter& meter) : client_(std::move(node)), meter_(meter) {}

Outcome<Done> LoadWatcher::look(const std::function<double()>& now) {
    const auto head = read_chain_head(client_);
    if (!head.ok()) return head.fault();
    // Back to what is known: a block is read after those that follow it, which a reader of its own does not mind.
    node::Root root = head->head_root;
    while (root != head_ && !root.is_zero() && !blocks_.contains(root)) {
        const auto block = read(root, now);
        if (!block.ok()) return block.fault();
        root = (*block)->parent;
    }
    head_ = head->head_root;
    if (head->finalized_root != finalized_) {
        finalize(head->finalized_root, now());
        finalized_ = head->finalized_root;
    }
    return Done{};
}

Outcome<const LoadWatcher::Block*> LoadWatcher::read(const node::Root& root, const std::function<double()>& now) {
    const auto answer = client_.call("chain_block", {{"at", hex(root)}});
    if (!answer.ok()) return answer.fault();
    if (const auto* error = std::get_if<RpcError>(&answer.value())) {
        if (error->code != kUnknownBlock) return Fault{FaultKind::Network, "chain_block was refused: " + error->text()};
        return &(blocks_[root] = Block{});
    }
    const auto& json = std::get<RpcJson>(answer.value());
    const auto header = json.find("header");
    const auto contents = json.find("contents");
    if (header == json.end() || contents == json.end()) return unexpected(client_, "chain_block");
    const auto parent = root_field(*header, "parent_root");
    const auto count = uint64_field(*contents, "transactions");
    if (!parent || !count) return unexpected(client_, "chain_block");
    Block block{*parent, {}};
    const auto done = read_transactions(root, *count, block, now());
    if (!done.ok()) return done.fault();
    return &(blocks_[root] = std::move(block));
}

Outcome<Done> LoadWatcher::read_transactions(const node::Root& root, std::uint64_t count, Block& block, double now) {
    while (block.transactions.size() < count) {
        const auto json =
            client_.result("chain_block_transactions", {{"at", hex(root)},
                                                        {"first", std::to_string(block.transactions.size())},
                                                        {"count", std::to_string(kPage)}});
        if (!json.ok()) return json.fault();
        const auto list = json->find("transactions");
        if (list == json->end() || !list->is_array() || list->empty())
            return unexpected(client_, "chain_block_transactions");
        for (const RpcJson& each : *list) {
            const auto id = root_field(each, "id");
            if (!id) return unexpected(client_, "chain_block_transactions");
            block.transactions.push_back(*id);
            meter_.included(*id, text_field(each, "status").value_or("no status"), now);
        }
    }
    return Done{};
}

/// The block and its ancestors that were not final before. What led elsewhere is forgotten when nothing needs it: a
/// finalized block keeps its place only as a mark where to stop.
void LoadWatcher::finalize(node::Root root, double now) {
    for (auto found = blocks_.find(root); found != blocks_.end() && root != finalized_; found = blocks_.find(root)) {
        for (const node::Root& id : found->second.transactions)
            meter_.finalized(id, now);
        found->second.transactions = {};
        root = found->second.parent;
    }
}

}  // namespace touchstone::cli
