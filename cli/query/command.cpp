#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/query/proof_command.h"
#include "cli/query/questions.h"
#include "cli/report.h"
#include "cli/rpc/node_options.h"

namespace touchstone::cli {

namespace {

struct QueryArguments {
    NodeOptions node;
    bool json = false;
    std::vector<std::string> values;  // of the question's parameters; empty: left out
    std::string method;               // of a call of any method
    std::string params;
};

int run_question(const Question& question, const QueryArguments& arguments) {
    auto client = node_client(arguments.node);
    if (!client.ok()) return report(client.fault());
    RpcJson params = RpcJson::object();
    for (std::size_t i = 0; i < question.parameters.size(); ++i) {
        if (!arguments.values[i].empty()) params[question.parameters[i].name] = arguments.values[i];
    }
    const auto answer = client->result(question.method, std::move(params));
    if (!answer.ok()) return report(answer.fault());
    if (arguments.json) {
        std::cout << answer->dump() << '\n';
        return kExitSuccess;
    }
    const auto text = question.show(*answer);
    if (!text) return report(client->unknown_form(question.method));
    std::cout << *text;
    return kExitSuccess;
}

int run_call(const QueryArguments& arguments) {
    RpcJson params = RpcJson::object();
    if (!arguments.params.empty()) params = RpcJson::parse(arguments.params, nullptr, false);
    if (!params.is_object() && !params.is_array()) {
        return report({FaultKind::Configuration, "\"" + arguments.params +
                                                     "\" is no JSON object or array of parameters; give them as "
                                                     "'{\"at\":\"finalized\"}', numbers as strings"});
    }
    auto client = node_client(arguments.node);
    if (!client.ok()) return report(client.fault());
    const auto answer = client->result(arguments.method, std::move(params));
    if (!answer.ok()) return report(answer.fault());
    constexpr int kIndent = 2;
    std::cout << answer->dump(arguments.json ? -1 : kIndent) << '\n';
    return kExitSuccess;
}

void add_question(CLI::App& query, const Question& question, int& exit_code) {
    auto arguments = std::make_shared<QueryArguments>();
    CLI::App* command = query.add_subcommand(question.name, question.summary);
    arguments->values.resize(question.parameters.size());
    for (std::size_t i = 0; i < question.parameters.size(); ++i) {
        const QuestionParameter& parameter = question.parameters[i];
        command->add_option(parameter.option, arguments->values[i], parameter.summary)->required(parameter.required);
    }
    add_node_options(*command, arguments->node);
    command->add_flag("--json", arguments->json, "Print the node's answer as it is; amounts are in grains");
    command->callback([arguments, &question, &exit_code] { exit_code = run_question(question, *arguments); });
}

void add_call(CLI::App& query, int& exit_code) {
    auto arguments = std::make_shared<QueryArguments>();
    CLI::App* command = query.add_subcommand("call", "Call any method of the node's RPC");
    command->add_option("method", arguments->method, "Its name, such as chain_head")->required();
    command->add_option("params", arguments->params, "Its parameters: a JSON object or array");
    add_node_options(*command, arguments->node);
    command->add_flag("--json", arguments->json, "Print the answer in one line");
    command->callback([arguments, &exit_code] { exit_code = run_call(*arguments); });
}

}  // namespace

void add_query_command(CLI::App& program, int& exit_code) {
    CLI::App* query = program.add_subcommand("query", "Ask a node about the chain, the network and itself");
    query->require_subcommand(1);
    for (const Question& question : questions())
        add_question(*query, question, exit_code);
    add_proof_command(*query, exit_code);
    add_call(*query, exit_code);
}

}  // namespace touchstone::cli
