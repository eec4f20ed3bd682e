// touchstone-scenarios: behaviours of the fork-choice model as vectors.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <map>
#include <tuple>

#include "conformance-tests/generator/folder.h"
#include "conformance-tests/generator/model/committees_module.h"
#include "conformance-tests/generator/model/model_vector.h"

namespace {

using namespace touchstone::vectors;

struct Counts {
    std::size_t made = 0;
    std::map<std::string, std::size_t> cut_short;  // by reason
    std::map<std::string, std::size_t> left_out;   // by reason
};

/// The caches of each kind of genesis.
using Caches =
    std::map<std::tuple<std::uint64_t, std::uint64_t, std::map<std::string, std::string>>, model::BlockCache>;

model::BlockCache& cache_of(Caches& caches, const model::Behaviour& behaviour) {
    const std::tuple key{behaviour.slots_per_epoch, behaviour.validators, behaviour.parameters};
    const auto found = caches.find(key);
    if (found != caches.end()) return found->second;
    return caches.emplace(key, model::BlockCache(std::apply(model::anchor_of_model, key))).first->second;
}

Counts realize(const std::string& file, Suite& suite) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file);
    Counts counts;
    Caches caches;
    std::string line;
    while (std::getline(in, line)) {
        const model::Behaviour behaviour = model::read_behaviour(line);
        try {
            model::ModelVector made = model::vector_of(behaviour, cache_of(caches, behaviour));
            suite.add(std::move(made.vector));
            if (!made.cut_short.empty()) ++counts.cut_short[made.cut_short];
            ++counts.made;
        } catch (const model::Unrealizable& reason) {
            ++counts.left_out[reason.what()];
        }
    }
    return counts;
}

// Prints the reasons; the sum.
std::size_t list(const std::string& what, const std::map<std::string, std::size_t>& reasons) {
    std::size_t sum = 0;
    for (const auto& [reason, count] : reasons) {
        std::cout << what << " " << count << ": " << reason << "\n";
        sum += count;
    }
    return sum;
}

int make_vectors(const std::string& file, const SuitePlace& place) {
    Suite suite("");
    const Counts counts = realize(file, suite);
    write_suite(place, suite);
    std::ofstream(place.folder() / "index.json") << index_of(place, suite);
    const std::size_t cut_short = list("cut short", counts.cut_short);
    const std::size_t left_out = list("left out", counts.left_out);
    for (const std::string& problem : suite.problems())
        std::cerr << "problem: " << problem << "\n";
    std::cout << counts.made << " scenarios made, " << cut_short << " of them cut short, " << left_out << " left out\n";
    return suite.problems().empty() && counts.made > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Makes vectors of behaviours of the fork-choice model.", "touchstone-scenarios"};
    app.require_subcommand(1);
    std::string file;
    std::string out;
    std::uint64_t slots_per_epoch = 4;
    std::uint64_t validators = 8;
    std::uint64_t prefix = 7;
    CLI::App* realize_command = app.add_subcommand("realize", "a vector of each behaviour, a line of JSON each");
    realize_command->add_option("file", file, "behaviours, NDJSON")->required();
    realize_command->add_option("--out", out, "folder of vectors; what is in it is removed")->required();
    CLI::App* committees =
        app.add_subcommand("committees", "print the module RealCommittees: who votes and proposes in which slot");
    committees->add_option("--slots-per-epoch", slots_per_epoch, "SLOTS_PER_EPOCH")->capture_default_str();
    committees->add_option("--validators", validators, "validators of the genesis")->capture_default_str();
    committees->add_option("--prefix", prefix, "slots from 1 on that have a block on every branch")
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        if (*committees) {
            std::cout << model::committees_module(slots_per_epoch, validators, prefix);
            return 0;
        }
        return make_vectors(file, SuitePlace{out, "minimal", "model"});
    } catch (const std::exception& error) {
        std::cerr << "touchstone-scenarios: " << error.what() << "\n";
        return 2;
    }
}
