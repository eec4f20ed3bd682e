// touchstone-vectors: makes the conformance vectors from the reference.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/folder.h"

namespace {

using namespace touchstone::vectors;

constexpr std::string_view kPreset = "minimal";

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string spec_version(const std::string& file) {
    std::string version = read_file(file);
    while (!version.empty() && (version.back() == '\n' || version.back() == ' '))
        version.pop_back();
    return version;
}

Suite make_suite(const std::string& only) {
    Suite suite(only);
    add_all(suite);
    return suite;
}

// The problems of a suite, and how many cases it has.
int report(const Suite& suite) {
    for (const std::string& problem : suite.problems())
        std::cerr << "problem: " << problem << "\n";
    std::size_t rejecting = 0;
    std::map<std::string, std::size_t> runners;
    for (const Vector& vector : suite.vectors()) {
        rejecting += is_rejecting(vector) ? 1U : 0U;
        ++runners[vector.runner];
    }
    for (const auto& [runner, count] : runners)
        std::cout << runner << " " << count << "\n";
    std::cout << suite.vectors().size() << " cases, " << rejecting << " rejecting, " << suite.problems().size()
              << " problems\n";
    return suite.problems().empty() ? 0 : 1;
}

int generate(const SuitePlace& place, const std::string& only) {
    const Suite suite = make_suite(only);
    const int code = report(suite);
    write_suite(place, suite);
    std::ofstream(place.folder() / "index.json") << index_of_folder(place);
    return code;
}

int compare(const std::string& expected, const std::string& found) {
    const auto differences = compare_indices(expected, found);
    for (const std::string& line : differences)
        std::cout << line << "\n";
    std::cout << (differences.empty() ? "the index matches" : std::to_string(differences.size()) + " differences")
              << "\n";
    return differences.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Makes the conformance vectors from the reference.", "touchstone-vectors"};
    app.require_subcommand(1);
    SuitePlace place{"conformance-tests/vectors", std::string(kPreset), {}};
    std::string version_file = "spec/VERSION";
    std::string only;
    std::string index;
    std::string out = place.out.string();
    app.add_option("--version-file", version_file, "file with the version of the specification")->capture_default_str();
    CLI::App* make = app.add_subcommand("generate", "write all cases and their index");
    CLI::App* list = app.add_subcommand("index", "print the index of the cases that lie in a folder");
    CLI::App* check =
        app.add_subcommand("check", "make all cases again and compare them with an index, writing nothing");
    for (CLI::App* command : {make, list})
        command->add_option("--out", out, "folder of vectors")->capture_default_str();
    for (CLI::App* command : {make, list, check}) {
        command->add_option("--preset", place.preset, "preset")
            ->capture_default_str()
            ->check(CLI::IsMember({std::string(kPreset)}));
    }
    make->add_option("--only", only, "only this runner");
    check->add_option("--index", index, "the index to compare with")->required();
    CLI11_PARSE(app, argc, argv);
    try {
        place.out = out;
        place.spec_version = spec_version(version_file);
        if (*list) return (std::cout << index_of_folder(place)), 0;
        if (*make) return generate(place, only);
        const Suite suite = make_suite({});
        if (report(suite) != 0) return 1;
        return compare(read_file(index), index_of(place, suite));
    } catch (const std::exception& error) {
        std::cerr << "touchstone-vectors: " << error.what() << "\n";
        return 2;
    }
}
