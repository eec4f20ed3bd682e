// touchstone-conform: the vectors against any client's adapter.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "conformance-tests/runner/run.h"

namespace {

using touchstone::conform::Report;
using touchstone::conform::RunOptions;

constexpr int kFailures = 1;
constexpr int kNothingRun = 2;

void write_file(const std::string& path, const Report& report, void (*write)(std::ostream&, const Report&)) {
    std::ofstream out(path);
    write(out, report);
    if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Runs the conformance vectors against the adapter of a client.", "touchstone-conform"};
    app.require_subcommand(1);
    app.footer(
        "Exit code: 0 all passed, 1 some failed, 2 nothing could be run.\n"
        "The adapter's protocol: conformance-tests/formats/README.md");
    CLI::App* run = app.add_subcommand("run", "run vectors; the adapter's command stands after --");
    RunOptions options;
    std::string vectors = "conformance-tests/vectors";
    std::string preset;
    std::string junit;
    std::string json_report;
    double timeout_seconds = 60;
    bool json = false;
    run->add_option("--vectors", vectors, "folder of vectors")->capture_default_str();
    run->add_option("--preset", preset, "only this preset");
    run->add_option("--filter", options.filters,
                    "only cases <runner>/<handler>/<case> with this part or glob (repeatable)")
        ->allow_extra_args(false);
    run->add_option("--junit", junit, "write JUnit XML to this file");
    run->add_option("--report", json_report, "write all results as JSON to this file, as touchstone-audit reads them");
    run->add_option("--timeout", timeout_seconds, "seconds for one case")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    run->add_flag("--json", json, "all results as JSON instead of text");
    run->add_option("adapter", options.adapter, "command of the adapter and its arguments")->required();
    run->positionals_at_end();
    CLI11_PARSE(app, argc, argv);
    options.vectors = vectors;
    if (!preset.empty()) options.preset = preset;
    options.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(timeout_seconds * 1000));
    try {
        const Report report = touchstone::conform::run(options);
        if (!junit.empty()) write_file(junit, report, touchstone::conform::write_junit);
        if (!json_report.empty()) write_file(json_report, report, touchstone::conform::write_json);
        json ? write_json(std::cout, report) : write_text(std::cout, report);
        return report.failed() == 0 ? 0 : kFailures;
    } catch (const std::exception& error) {
        std::cerr << "touchstone-conform: " << error.what() << "\n";
        return kNothingRun;
    }
}
