// touchstone-audit: what holds the clauses of the specification, and what does not.
#include <CLI/CLI.hpp>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

#include "audit/trace/output.h"
#include "audit/trace/verdicts.h"
#include "conformance-tests/runner/run.h"

namespace {

namespace fs = std::filesystem;
using touchstone::audit::Matrix;

constexpr int kFailures = 1;
constexpr int kNoMatrix = 2;

struct TraceOptions {
    std::string root = ".";
    std::vector<std::string> adapters;
    std::vector<std::string> reports;
    std::string format = "table";
    std::string json;
    std::string html;
    std::string inventory;
    std::string expected_inventory;
};

void write_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
    if (path == "-") {
        write(std::cout);
        return;
    }
    std::ofstream out(path);
    write(out);
    if (!out.flush())
        throw std::runtime_error("cannot write " + path + "; is its folder there, and the disk not full?");
}

// Adds a failure if the file is not what the tree says.
void expect_inventory(const std::string& file, Matrix& matrix) {
    std::ostringstream now;
    touchstone::audit::write_inventory(now, matrix);
    if (fs::exists(file) && touchstone::audit::read_text(file) == now.str()) return;
    matrix.failures.push_back({.clause = {},
                               .what = "the inventory is not what the tree says",
                               .where = file,
                               .action = "write it by touchstone-audit trace --inventory " + file});
}

int trace(const TraceOptions& options) {
    const fs::path root = options.root;
    const fs::path vectors = root / "conformance-tests" / "vectors";
    const auto cases = touchstone::conform::list({.vectors = vectors, .preset = {}, .filters = {}, .adapter = {}});
    const auto reports = touchstone::audit::gather_reports(vectors, options.adapters, options.reports);
    Matrix matrix = touchstone::audit::build_matrix(root, cases, reports);
    if (!options.expected_inventory.empty()) expect_inventory(options.expected_inventory, matrix);
    const bool stdout_is_taken = options.json == "-" || options.html == "-" || options.inventory == "-";
    if (!options.json.empty())
        write_file(options.json, [&](std::ostream& out) { touchstone::audit::write_json(out, matrix); });
    if (!options.html.empty())
        write_file(options.html, [&](std::ostream& out) { touchstone::audit::write_html(out, matrix, root); });
    if (!options.inventory.empty())
        write_file(options.inventory, [&](std::ostream& out) { touchstone::audit::write_inventory(out, matrix); });
    if (options.format == "table" && !stdout_is_taken) touchstone::audit::write_table(std::cout, matrix);
    touchstone::audit::write_failures(stdout_is_taken ? std::cerr : std::cout, matrix);
    return matrix.failures.empty() ? 0 : kFailures;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Shows what holds each clause of the specification.", "touchstone-audit"};
    app.require_subcommand(1);
    app.footer("Exit code: 0 nothing is wrong, 1 something is, 2 the audit could not be made.");
    CLI::App* command =
        app.add_subcommand("trace", "the clause matrix: prose, reference, node, tests, vectors, verdicts");
    TraceOptions options;
    command->add_option("--root", options.root, "the repository")->capture_default_str();
    command
        ->add_option("--adapter", options.adapters,
                     "<name>=<command>: run the vectors against this adapter (repeatable), for example "
                     "node='build/dev/bin/touchstone-node adapter'")
        ->allow_extra_args(false);
    command
        ->add_option("--report", options.reports,
                     "<name>=<file>: take verdicts from what touchstone-conform run --report wrote (repeatable)")
        ->allow_extra_args(false);
    command->add_option("--format", options.format, "table: a line for each clause; failures: only what is wrong")
        ->check(CLI::IsMember({"table", "failures"}))
        ->capture_default_str();
    command->add_option("--json", options.json, "write the matrix as JSON to this file, - for standard output");
    command->add_option("--html", options.html, "write the matrix as a page for a browser to this file");
    command->add_option("--inventory", options.inventory,
                        "write by which means each clause is held (Markdown) to this file, - for standard output");
    command->add_option("--expect-inventory", options.expected_inventory, "fail if this file is another inventory");
    CLI11_PARSE(app, argc, argv);
    try {
        return trace(options);
    } catch (const std::exception& error) {
        std::cerr << "touchstone-audit: " << error.what() << "\n";
        return kNoMatrix;
    }
}
