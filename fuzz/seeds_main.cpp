// Writes the seeds of every target into a folder: fuzz_seeds fuzz/corpus. Files are named by their content.
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "crypto/sha256.h"
#include "fuzz/agreement.h"
#include "fuzz/targets.h"

namespace {

using touchstone::fuzz::ByteVector;

std::string file_name(const ByteVector& content) {
    const auto digest = touchstone::crypto::sha256(content);
    return "seed-" + touchstone::fuzz::to_hex({digest.data(), 8}).substr(2);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 || *argv[1] == '-') {
        std::cerr << "usage: fuzz_seeds FOLDER\n";
        return 2;
    }
    for (const touchstone::fuzz::Target& target : touchstone::fuzz::targets()) {
        const std::filesystem::path folder = std::filesystem::path(argv[1]) / target.name;
        std::filesystem::create_directories(folder);
        for (const ByteVector& seed : target.seeds()) {
            std::ofstream file(folder / file_name(seed), std::ios::binary);
            file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
            if (!file) {
                std::cerr << "cannot write into " << folder << '\n';
                return 1;
            }
        }
    }
    return 0;
}
