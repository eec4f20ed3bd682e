#include "cli/query/proof_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/exit_codes.h"
#include "cli/genesis/amount_text.h"
#include "cli/query/account_proof.h"
#include "cli/query/layout.h"
#include "cli/report.h"
#include "cli/wallet/arguments.h"

namespace touchstone::cli {

namespace {

struct ProofArguments {
    NodeOptions node;
    std::string address;
    std::string at = "finalized";
    std::string root;
    bool json = false;
};

std::string root_text(const node::Root& root) { return "0x" + node::to_hex(root); }

/// The node's answer, and what of it is proved.
std::string proof_json(RpcJson answer, const ProvedAccount& proved, bool root_given) {
    answer["proved"] = {{"trusted", root_given ? "given_root" : "node"},
                        {"block_root", root_text(proved.block_root)},
                        {"slot", std::to_string(proved.header.slot.value())},
                        {"exists", proved.exists},
                        {"balance", std::to_string(proved.account.balance.value())},
                        {"nonce", std::to_string(proved.account.nonce)}};
    return answer.dump() + "\n";
}

/// On whose word it stands.
std::string trust_text(const RpcJson& answer, bool root_given) {
    if (root_given) return "against the root that was given: the node need not be trusted\n";
    const bool is_final = bool_field(answer.at("header"), "finalized").value_or(false);
    return std::string("against a block of which this node alone says that it is ") +
           (is_final ? "final" : "of its chain, and that it is not final yet") +
           "; give --root with\nthe root of a final block from another source, and the node need not be trusted\n";
}

std::string proof_text(const RpcJson& answer, const ProvedAccount& proved, bool root_given) {
    return labelled_line("balance", amount_to_text(proved.account.balance)) +
           labelled_line("nonce", std::to_string(proved.account.nonce)) +
           labelled_line("entry in the state", proved.exists ? "there is one" : "there is none, so it has nothing") +
           labelled_line("after the block of", std::to_string(proved.header.slot.value())) +
           labelled_line("block", root_text(proved.block_root)) +
           labelled_line("state root", root_text(proved.header.state_root)) + "\nproved " +
           trust_text(answer, root_given);
}

int run_proof(const ProofArguments& arguments) {
    const auto address = parse_address(arguments.address);
    if (!address.ok()) return report(address.fault());
    std::optional<node::Root> trusted;
    if (!arguments.root.empty()) {
        const auto root = parse_root(arguments.root, "root of a block");
        if (!root.ok()) return report(root.fault());
        trusted = *root;
    }
    auto client = node_client(arguments.node);
    if (!client.ok()) return report(client.fault());
    const auto answer = client->result("account_proof", {{"address", "0x" + node::to_hex(*address)},
                                                         {"at", trusted ? root_text(*trusted) : arguments.at}});
    if (!answer.ok()) return report(answer.fault());
    const auto proved = verify_account_proof(*answer, *address, trusted);
    if (!proved.ok()) return report(proved.fault());
    std::cout << (arguments.json ? proof_json(*answer, *proved, trusted.has_value())
                                 : proof_text(*answer, *proved, trusted.has_value()));
    return kExitSuccess;
}

}  // namespace

void add_proof_command(CLI::App& query, int& exit_code) {
    auto arguments = std::make_shared<ProofArguments>();
    CLI::App* command =
        query.add_subcommand("proof", "What an account has, or that there is none, proved up to the root of a block");
    command->add_option("address", arguments->address, "Whose account: tst1…")->required();
    CLI::Option* root = command->add_option(
        "--root", arguments->root, "Root of a final block, from a source that you trust (what the node says is final)");
    command
        ->add_option("--at", arguments->at,
                     "Without a root, after which block: head, justified, finalized, a slot, or a root")
        ->capture_default_str()
        ->excludes(root);
    add_node_options(*command, arguments->node);
    command->add_flag("--json", arguments->json, "Print the node's answer with what is proved; amounts are in grains");
    command->callback([arguments, &exit_code] { exit_code = run_proof(*arguments); });
}

}  // namespace touchstone::cli
