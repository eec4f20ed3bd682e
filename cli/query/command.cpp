#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/query/page_reader.h"
#include "cli/query/proof_command.h"
#include "cli/query/questions.h"
#include "cli/report.h"
#include "cli/rpc/node_options.h"

namespace touchstone::cli {

namespace {

struct QueryArguments {
    NodeOptions node;
    bool json = false;
    bool all = false;
    std::uint64_t limit = PageReader::kNoLimit;
    std::vector<std::string> values;  // of the question's parameters; empty: left out
    std::string method;               // of a call of any method
    std::string params;
};

RpcJson params_of(const Question& question, const QueryArguments& arguments) {
    RpcJson params = RpcJson::object();
    for (std::size_t i = 0; i < question.parameters.size(); ++i) {
        if (!arguments.values[i].empty()) params[question.parameters[i].name] = arguments.values[i];
    }
    return params;
}

/// Of the first page that is asked for.
RpcJson page_params_of(const Question& question, const QueryArguments& arguments) {
    RpcJson params = params_of(question, arguments);
    const Paging& paging = *question.paging;
    const bool begins = arguments.all && !paging.begin.empty() && !params.contains(paging.parameter);
    if (begins) params[paging.parameter] = paging.begin;
    return params;
}

/// Prints pages as they come: for people rows and a table, for programs the answer or, of all pages, item by item.
class PagePrinter {
  public:
    PagePrinter(const Question& question, const QueryArguments& arguments)
        : question_(question), arguments_(arguments), lines_(question.paging->table) {}

    /// False: it has not the form of an answer.
    bool print(const RpcJson& page, std::size_t items) {
        if (arguments_.json) {
            print_json(page, items);
            return true;
        }
        const auto heading = first_ ? question_.show(page) : std::optional<std::string>("");
        const auto lines = lines_.of(page, items);
        if (!heading || !lines) return false;
        gap_ = gap_ || !heading->empty();
        std::cout << *heading << (gap_ && !lines->empty() ? "\n" : "") << *lines;
        gap_ = gap_ && lines->empty();
        first_ = false;
        return true;
    }

  private:
    void print_json(const RpcJson& page, std::size_t items) const {
        if (!arguments_.all) {
            std::cout << page.dump() << '\n';
            return;
        }
        const RpcJson& list = *field_at(page, question_.paging->table.list);
        for (std::size_t i = 0; i < items; ++i)
            std::cout << list[i].dump() << '\n';
    }

    const Question& question_;
    const QueryArguments& arguments_;
    TableLines lines_;
    bool first_ = true;
    bool gap_ = false;  // between the heading and the table is still none
};

/// How to go on; where the output is items alone, not among them.
void print_continuation(const PageReader& pages, const QueryArguments& arguments) {
    const std::string way = pages.continuation();
    if (way.empty() || (arguments.json && !arguments.all)) return;
    std::cout.flush();
    (arguments.json ? std::cerr : std::cout)
        << "There may be more: " << way << (arguments.all ? "" : ", or --all") << '\n';
}

int run_pages(const Question& question, const QueryArguments& arguments, RpcClient& client) {
    PageReader pages(question, client, page_params_of(question, arguments), arguments.limit);
    PagePrinter printer(question, arguments);
    do {
        const auto page = pages.read();
        if (!page.ok()) return report(page.fault());
        if (!printer.print(*page, pages.items())) return report(client.unknown_form(question.method));
        if (!std::cout.flush()) return kExitFailure;  // nobody reads any more
    } while (arguments.all && pages.goes_on());
    print_continuation(pages, arguments);
    return kExitSuccess;
}

int run_question(const Question& question, const QueryArguments& arguments) {
    auto client = node_client(arguments.node);
    if (!client.ok()) return report(client.fault());
    if (question.paging) return run_pages(question, arguments, *client);
    const auto answer = client->result(question.method, params_of(question, arguments));
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

void add_page_options(CLI::App& command, QueryArguments& arguments) {
    CLI::Option* all = command.add_flag("--all", arguments.all, "All pages; with --json one item a line");
    command.add_option("--limit", arguments.limit, "With --all, so many items at most")
        ->check(CLI::Range(std::uint64_t{1}, PageReader::kNoLimit))
        ->needs(all);
}

void add_question(CLI::App& query, const Question& question, int& exit_code) {
    auto arguments = std::make_shared<QueryArguments>();
    CLI::App* command = query.add_subcommand(question.name, question.summary);
    arguments->values.resize(question.parameters.size());
    for (std::size_t i = 0; i < question.parameters.size(); ++i) {
        const QuestionParameter& parameter = question.parameters[i];
        command->add_option(parameter.option, arguments->values[i], parameter.summary)->required(parameter.required);
    }
    if (question.paging) add_page_options(*command, *arguments);
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
