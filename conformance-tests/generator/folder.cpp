#include "conformance-tests/generator/folder.h"

#include <snappy.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "crypto/sha256.h"
#include "reference/base/bytes.h"

namespace touchstone::vectors {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kEnding = ".ssz_snappy";

std::string digest(std::span<const std::uint8_t> content) {
    return reference::to_hex(crypto::sha256(content)).substr(2);
}

std::string digest(const std::string& text) {
    return digest(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::string meta_of(const Vector& vector) {
    Json meta;
    meta["shows"] = vector.shows;
    meta["clauses"] = vector.clauses;
    if (!vector.config.empty()) meta["config"] = vector.config;
    if (vector.params != "{}") meta["params"] = Json::parse(vector.params);
    meta["inputs"] = Json::array();
    for (const auto& [name, bytes] : vector.inputs)
        meta["inputs"].push_back(name);
    if (!vector.steps.empty()) meta["steps"] = Json::parse(vector.steps);
    Json& expect = meta["expect"];
    if (vector.rejected) {
        expect["rejected"] = *vector.rejected;
        if (vector.rejection_name) expect["name"] = *vector.rejection_name;
    } else {
        expect["accepted"] = true;
        for (const auto& [name, bytes] : vector.files)
            expect["files"].push_back(name);
        if (vector.values != "{}") expect["values"] = Json::parse(vector.values);
    }
    return meta.dump(1) + "\n";
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& content) {
    std::ofstream out(path, std::ios::binary);
    out << content;
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

void write_compressed(const fs::path& path, const Bytes& content) {
    std::string compressed;
    snappy::Compress(reinterpret_cast<const char*>(content.data()), content.size(), &compressed);
    write_file(path, compressed);
}

// Only the fields of `entry` that index.json has, sorted by name.
Json index_with(const SuitePlace& place, const std::map<std::string, std::map<std::string, std::string>>& cases) {
    return {{"preset", place.preset}, {"spec_version", place.spec_version}, {"cases", cases}};
}

std::string decompressed(const fs::path& path) {
    const std::string compressed = read_file(path);
    std::string content;
    if (!snappy::Uncompress(compressed.data(), compressed.size(), &content)) {
        throw std::runtime_error(path.string() + " is not raw snappy");
    }
    return content;
}

}  // namespace

void write_suite(const SuitePlace& place, const Suite& suite) {
    std::set<std::string> runners;
    for (const Vector& vector : suite.vectors())
        runners.insert(vector.runner);
    for (const std::string& runner : runners)
        fs::remove_all(place.folder() / runner);
    for (const Vector& vector : suite.vectors()) {
        const fs::path folder = place.folder() / vector.runner / vector.handler / vector.name;
        fs::create_directories(folder);
        write_file(folder / "meta.json", meta_of(vector));
        for (const auto& [name, bytes] : vector.inputs)
            write_compressed(folder / (name + std::string(kEnding)), bytes);
        for (const auto& [name, bytes] : vector.files)
            write_compressed(folder / (name + std::string(kEnding)), bytes);
    }
}

std::string index_of(const SuitePlace& place, const Suite& suite) {
    std::map<std::string, std::map<std::string, std::string>> cases;
    for (const Vector& vector : suite.vectors()) {
        auto& files = cases[vector.id()];
        files["meta.json"] = digest(meta_of(vector));
        for (const auto& [name, bytes] : vector.inputs)
            files[name + std::string(kEnding)] = digest(bytes);
        for (const auto& [name, bytes] : vector.files)
            files[name + std::string(kEnding)] = digest(bytes);
    }
    return index_with(place, cases).dump(1) + "\n";
}

std::string index_of_folder(const SuitePlace& place) {
    std::map<std::string, std::map<std::string, std::string>> cases;
    for (const auto& entry : fs::recursive_directory_iterator(place.folder())) {
        const fs::path path = fs::relative(entry.path(), place.folder());
        if (!entry.is_regular_file() || path == "index.json") continue;
        const bool compressed = path.extension() == kEnding;
        cases[path.parent_path().generic_string()][path.filename().string()] =
            digest(compressed ? decompressed(entry.path()) : read_file(entry.path()));
    }
    return index_with(place, cases).dump(1) + "\n";
}

std::vector<std::string> compare_indices(const std::string& expected, const std::string& found) {
    const auto flatten = [](const std::string& text) {
        std::map<std::string, std::string> files;
        const Json index = Json::parse(text);
        for (const auto& [id, content] : index.at("cases").items()) {
            for (const auto& [file, hash] : content.items())
                files[id + "/" + file] = hash.get<std::string>();
        }
        return files;
    };
    const auto wanted = flatten(expected);
    const auto got = flatten(found);
    std::vector<std::string> differences;
    for (const auto& [file, hash] : wanted) {
        const auto other = got.find(file);
        if (other == got.end()) {
            differences.push_back(file + " is missing");
        } else if (other->second != hash) {
            differences.push_back(file + " has other content");
        }
    }
    for (const auto& [file, hash] : got) {
        if (!wanted.contains(file)) differences.push_back(file + " is not in the index");
    }
    return differences;
}

}  // namespace touchstone::vectors
