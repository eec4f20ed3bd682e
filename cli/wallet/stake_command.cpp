#include "cli/wallet/stake_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "cli/exit_codes.h"
#include "cli/genesis/amount_text.h"
#include "cli/wallet/order.h"
#include "cli/wallet/stake_text.h"
#include "cli/wallet/stake_view.h"
#include "crypto/development_keys.h"
#include "node/kernel/consensus/genesis.h"

namespace touchstone::cli {

namespace {

// ------------------------------------------------------------------------------------------------------------- orders

Outcome<Payloads> delegate(const Conversation& said) {
    const auto amount = parse_amount(said.arguments.amount);
    if (!amount.ok()) return amount.fault();
    const auto validator = read_validator(said.client, said.arguments.validator);
    if (!validator.ok()) return validator.fault();
    return Payloads{node::Delegate{validator->index, *amount}};
}

/// The shares that are to leave, as they were asked for.
Outcome<std::uint64_t> shares_to_leave(const Conversation& said, const StakeView& held) {
    const std::size_t given =
        said.command.count("--amount") + said.command.count("--shares") + said.command.count("--all");
    if (given != 1) return Fault{FaultKind::Configuration, "say how much: --amount TST, --shares N, or --all"};
    if (held.shares == 0) {
        return Fault{FaultKind::Data, "the account holds no shares of validator " + std::to_string(held.index.value())};
    }
    if (said.arguments.all) return held.shares;
    if (said.command.count("--shares") > 0) return said.arguments.shares;
    const auto amount = parse_amount(said.arguments.amount);
    if (!amount.ok()) return amount.fault();
    const auto shares = shares_worth(*amount, held.value, held.shares);
    if (shares) return *shares;
    return Fault{FaultKind::Data, "what the account holds of validator " + std::to_string(held.index.value()) +
                                      " is worth " + amount_to_text(held.value) + " now, less than " +
                                      amount_to_text(*amount) + "; take --all"};
}

Outcome<Payloads> undelegate(const Conversation& said) {
    const auto held = read_stake(said.client, said.outbox.key().address, said.arguments.validator);
    if (!held.ok()) return held.fault();
    const auto shares = shares_to_leave(said, *held);
    if (!shares.ok()) return shares.fault();
    return Payloads{node::Undelegate{held->index, *shares}};
}

/// When the next of what left is ripe, for who asked too early.
Fault nothing_ripe(const StakeView& held) {
    std::string text = "nothing of the account at validator " + std::to_string(held.index.value()) + " is ripe";
    const auto next = std::ranges::min_element(held.cohorts, {}, &CohortView::withdrawable_epoch);
    if (next != held.cohorts.end()) {
        text += "; the next is " + amount_to_text(next->value) + " in epoch " +
                std::to_string(next->withdrawable_epoch.value()) + ", and now is epoch " +
                std::to_string(held.epoch.value());
    }
    return {FaultKind::Data, text};
}

Outcome<Payloads> withdraw(const Conversation& said) {
    const auto held = read_stake(said.client, said.outbox.key().address, said.arguments.validator);
    if (!held.ok()) return held.fault();
    if (said.command.count("--exit-epoch") > 0) {
        return Payloads{node::Withdraw{held->index, node::Epoch(said.arguments.exit_epoch)}};
    }
    Payloads payloads;
    for (const CohortView& cohort : held->cohorts) {
        if (cohort.withdrawable) payloads.emplace_back(node::Withdraw{held->index, cohort.exit_epoch});
    }
    if (payloads.empty()) return nothing_ripe(*held);
    return payloads;
}

Outcome<Payloads> register_validator(const Conversation& said) {
    const auto stake = parse_amount(said.arguments.amount);
    if (!stake.ok()) return stake.fault();
    const crypto::bls::SecretKey key = crypto::development_validator_key(said.arguments.dev_validator);
    node::RegisterValidator registration;
    registration.pubkey = node::BlsPublicKey(crypto::bls::public_key(key).to_bytes());
    registration.commission = said.arguments.commission;
    registration.stake = *stake;
    const node::Root message =
        node::proof_of_possession_root(registration.pubkey, said.outbox.key().address, said.outbox.terms().parameters);
    registration.proof_of_possession = node::BlsSignature(crypto::bls::pop_prove(key, message.view()).to_bytes());
    return Payloads{registration};
}

/// For what needs the validator's index and nothing else.
template <class Make>
MakePayloads of_validator(Make make) {
    return [make](const Conversation& said) -> Outcome<Payloads> {
        const auto validator = read_validator(said.client, said.arguments.validator);
        if (!validator.ok()) return validator.fault();
        return Payloads{make(said.arguments, validator->index)};
    };
}

// ------------------------------------------------------------------------------------------------------------ showing

int run_stake(const WalletArguments& arguments, const CLI::App& command) {
    const auto address = whose_address(arguments, command);
    if (!address.ok()) return report(address.fault());
    auto client = node_client(arguments.node);
    if (!client.ok()) return report(client.fault());
    const auto validator = read_validator(*client, arguments.validator);
    if (!validator.ok()) return report(validator.fault());
    const auto stake = read_stake(*client, *address, arguments.validator);
    if (!stake.ok()) return report(stake.fault());
    std::cout << (arguments.json ? stake_to_json(*stake).dump() + "\n" : stake_text(*stake, *validator));
    return kExitSuccess;
}

int run_validator(const WalletArguments& arguments) {
    auto client = node_client(arguments.node);
    if (!client.ok()) return report(client.fault());
    const auto validator = read_validator(*client, arguments.validator);
    if (!validator.ok()) return report(validator.fault());
    std::cout << (arguments.json ? validator->json.dump() + "\n" : validator_text(*validator));
    return kExitSuccess;
}

// ----------------------------------------------------------------------------------------------------------- commands

/// Adds the subcommands one after another.
class StakeCommands {
  public:
    StakeCommands(CLI::App& wallet, const std::shared_ptr<WalletArguments>& arguments, int& exit_code)
        : wallet_(wallet), arguments_(arguments), exit_code_(exit_code) {}

    CLI::App& add_order(const std::string& name, const std::string& summary, MakePayloads make) {
        CLI::App* command = wallet_.add_subcommand(name, summary);
        add_key_options(*command, *arguments_);
        add_node_options(*command, arguments_->node);
        add_pricing_options(*command, *arguments_);
        command->add_flag("--no-wait", arguments_->no_wait, "Do not wait until it is in a block");
        add_json_option(*command, *arguments_);
        command->callback([arguments = arguments_, command, make = std::move(make), &exit_code = exit_code_] {
            exit_code = run_order(*arguments, *command, !arguments->no_wait, make);
        });
        return *command;
    }

    CLI::App& add_question(const std::string& name, const std::string& summary,
                           int (*run)(const WalletArguments& arguments, const CLI::App& command)) {
        CLI::App* command = wallet_.add_subcommand(name, summary);
        add_node_options(*command, arguments_->node);
        add_json_option(*command, *arguments_);
        command->callback(
            [arguments = arguments_, command, run, &exit_code = exit_code_] { exit_code = run(*arguments, *command); });
        return *command;
    }

    CLI::App& with_validator(CLI::App& command) {
        command.add_option("--validator", arguments_->validator, "Index, or 0x and public key, of the validator")
            ->required();
        return command;
    }

    CLI::Option* commission(CLI::App& command) {
        return command.add_option("--commission", arguments_->commission,
                                  "Of the rewards, for the operator, in basis points: 500 are 5 %");
    }

  private:
    CLI::App& wallet_;
    std::shared_ptr<WalletArguments> arguments_;
    int& exit_code_;
};

void add_delegator_commands(StakeCommands& commands, WalletArguments& arguments) {
    CLI::App& joins = commands.add_order("delegate", "Give TST into a validator's pool", delegate);
    commands.with_validator(joins)
        .add_option("--amount", arguments.amount, "TST, with at most nine decimals")
        ->required();

    CLI::App& leaves = commands.add_order("undelegate", "Take TST out of a validator's pool", undelegate);
    commands.with_validator(leaves).add_option("--amount", arguments.amount, "So many TST, at today's price");
    leaves.add_option("--shares", arguments.shares, "So many shares");
    leaves.add_flag("--all", arguments.all, "All shares that the account holds");

    CLI::App& takes = commands.add_order("withdraw", "Take what has left a pool and is ripe", withdraw);
    commands.with_validator(takes).add_option(
        "--exit-epoch", arguments.exit_epoch,
        "Only what left in this epoch (see `wallet stake`); else all that is ripe");

    CLI::App& shows = commands.add_question("stake", "Show what an account has with a validator", run_stake);
    commands.with_validator(shows).add_option("address", arguments.address, "Whose, instead of a key's");
    add_key_options(shows, arguments);

    CLI::App& validator =
        commands.add_question("validator", "Show a validator",
                              [](const WalletArguments& given, const CLI::App&) { return run_validator(given); });
    commands.with_validator(validator);
}

void add_operator_commands(StakeCommands& commands, WalletArguments& arguments) {
    CLI::App& begins =
        commands.add_order("register", "Register a validator, whose operator the account becomes", register_validator);
    begins
        .add_option("--dev-validator", arguments.dev_validator,
                    "INSECURE: with the development key of this number, which everybody can compute")
        ->required();
    begins.add_option("--amount", arguments.amount, "The operator's stake: TST, with at most nine decimals")
        ->required();
    commands.commission(begins);

    CLI::App& edits = commands.add_order("edit", "Change the commission of a validator",
                                         of_validator([](const WalletArguments& given, node::ValidatorIndex index) {
                                             return node::EditValidator{index, given.commission};
                                         }));
    commands.commission(commands.with_validator(edits))->required();

    CLI::App& exits = commands.add_order(
        "exit", "Make a validator leave",
        of_validator([](const WalletArguments&, node::ValidatorIndex index) { return node::ExitValidator{index}; }));
    commands.with_validator(exits);

    CLI::App& claims = commands.add_order(
        "claim", "Take the commission that a validator has earned",
        of_validator([](const WalletArguments&, node::ValidatorIndex index) { return node::ClaimCommission{index}; }));
    commands.with_validator(claims);
}

}  // namespace

void add_stake_commands(CLI::App& wallet, const std::shared_ptr<WalletArguments>& arguments, int& exit_code) {
    StakeCommands commands(wallet, arguments, exit_code);
    add_delegator_commands(commands, *arguments);
    add_operator_commands(commands, *arguments);
}

}  // namespace touchstone::cli
