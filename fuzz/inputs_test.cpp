// Every target over its committed inputs, and over a fixed number of inputs made from its seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz/agreement.h"
#include "fuzz/mutate.h"
#include "fuzz/targets.h"

namespace touchstone::fuzz {
namespace {

ByteVector read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> committed_inputs(const Target& target) {
    std::vector<std::filesystem::path> files;
    const auto folder = std::filesystem::path(TOUCHSTONE_FUZZ_CORPUS) / target.name;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

/// TOUCHSTONE_FUZZ_INPUTS says how many more inputs each target gets.
std::uint64_t inputs_wanted(const Target& target) {
    const char* const wanted = std::getenv("TOUCHSTONE_FUZZ_INPUTS");
    return wanted == nullptr ? target.quick_inputs : std::strtoull(wanted, nullptr, 10);
}

class FuzzTarget : public testing::TestWithParam<Target> {};

TEST_P(FuzzTarget, AgreesOnEveryCommittedInput) {
    const auto files = committed_inputs(GetParam());
    EXPECT_FALSE(files.empty());
    for (const auto& file : files) {
        SCOPED_TRACE(file.string());
        EXPECT_NO_THROW(GetParam().run(read(file)));
    }
}

TEST_P(FuzzTarget, AgreesOnInputsMadeFromItsSeeds) {
    const std::vector<ByteVector> seeds = GetParam().seeds();
    Random random(1);
    std::uint64_t findings = 0;
    for (std::uint64_t i = 0; i < inputs_wanted(GetParam()) && findings < 5; ++i) {
        const ByteVector input = mutate(seeds, random);
        try {
            GetParam().run(input);
        } catch (const std::exception& finding) {
            ++findings;
            ADD_FAILURE() << "input " << i << ", " << to_hex(input) << "\n" << finding.what();
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, FuzzTarget, testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace touchstone::fuzz
