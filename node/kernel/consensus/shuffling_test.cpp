#include "node/kernel/consensus/shuffling.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace touchstone::node {
namespace {

namespace fs = std::filesystem;

std::vector<ValidatorIndex> first_indices(std::uint64_t count) {
    std::vector<ValidatorIndex> indices;
    for (std::uint64_t i = 0; i < count; ++i)
        indices.emplace_back(i);
    return indices;
}

struct Case {
    Hash seed;
    std::vector<std::uint64_t> mapping;
};

Case read_case(const fs::path& path) {
    std::ifstream file(path);
    std::stringstream buffer;
    buffer << file.rdbuf();
    const std::string text = buffer.str();
    Case result;
    std::smatch match;
    if (std::regex_search(text, match, std::regex("seed: '(0x[0-9a-f]{64})'"))) {
        result.seed = *fixed_from_hex<Hash>(match[1].str());
    }
    std::string digits;
    for (const char c : text.substr(text.find('['))) {
        if (c >= '0' && c <= '9') {
            digits.push_back(c);
        } else if (!digits.empty()) {
            result.mapping.push_back(std::stoull(digits));
            digits.clear();
        }
    }
    return result;
}

TEST(Shuffling, EveryCaseOfTheThirdPartySuite) {
    const char* folder = std::getenv("TOUCHSTONE_THIRD_PARTY");
    if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "skipped: no third-party data";
    const fs::path root = fs::temp_directory_path() / ("touchstone-shuffling-" + std::to_string(::getpid()));
    fs::create_directories(root);
    const std::string command =
        "tar -xJf '" + std::string(folder) + "/ssz_generic.tar.xz' -C '" + root.string() + "' shuffling";
    // NOLINTNEXTLINE(bugprone-command-processor): the folder is named by whoever runs the test
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::size_t cases = 0;
    for (const auto& entry : fs::directory_iterator(root / "shuffling" / "minimal")) {
        const Case given = read_case(entry.path() / "mapping.yaml");
        const auto shuffled = shuffle_list(first_indices(given.mapping.size()), given.seed, 10, serial_for);
        for (std::size_t i = 0; i < given.mapping.size(); ++i) {
            ASSERT_EQ(shuffled[i].value(), given.mapping[i]) << entry.path() << " " << i;
        }
        ++cases;
    }
    EXPECT_GT(cases, 20U);
    fs::remove_all(root);
}

RC_GTEST_PROP(Shuffling, TheListIsThatOfTheSingleIndices, ()) {
    Hash seed;
    seed.bytes[0] = *rc::gen::arbitrary<std::uint8_t>();
    const auto count = *rc::gen::inRange<std::uint64_t>(1, 700);
    const auto rounds = *rc::gen::inRange<std::uint64_t>(1, 20);
    const auto shuffled = shuffle_list(first_indices(count), seed, rounds, serial_for);
    for (std::uint64_t i = 0; i < count; ++i) {
        RC_ASSERT(shuffled[i].value() == compute_shuffled_index(i, count, seed, rounds));
    }
}

RC_GTEST_PROP(Shuffling, EveryActiveValidatorSitsInOneCommittee, ()) {
    const auto count = *rc::gen::inRange<std::uint64_t>(8, 500);
    const Shuffling shuffling(Epoch(3), Hash{}, first_indices(count), MINIMAL, serial_for);
    std::set<ValidatorIndex> seated;
    for (std::uint64_t slot = 24; slot < 32; ++slot) {
        for (std::uint64_t index = 0; index < shuffling.committees_per_slot(); ++index) {
            const auto members = shuffling.committee(Slot(slot), CommitteeIndex(index));
            RC_ASSERT(!members.empty());
            for (std::size_t position = 0; position < members.size(); ++position) {
                RC_ASSERT(seated.insert(members[position]).second);
                const auto seat = shuffling.seat_of(members[position]);
                RC_ASSERT(seat && seat->slot == Slot(slot) && seat->index == CommitteeIndex(index));
                RC_ASSERT(seat->position == position);
            }
        }
    }
    RC_ASSERT(seated.size() == count);
    RC_ASSERT(shuffling.committee(Slot(23), CommitteeIndex(0)).empty());
}

}  // namespace
}  // namespace touchstone::node
