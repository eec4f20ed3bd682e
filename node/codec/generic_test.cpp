// The generic SSZ suite of the field: every kind of type, valid and invalid encodings.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>

#include "node/codec/generic_kinds.h"
#include "node/codec/snappy.h"

namespace touchstone::node::codec {
namespace {

namespace fs = std::filesystem;

constexpr Parameters kParameters = MINIMAL;

using generic::kBitsStruct;
using generic::kComplexStruct;
using generic::kFixedStruct;
using generic::kSingleField;
using generic::kVarStruct;
using generic::plain;

struct Small {
    std::uint16_t a = 0, b = 0;
};
constexpr auto kSmall =
    container<Small>(field(&Small::a, plain<std::uint16_t>), field(&Small::b, plain<std::uint16_t>));
/// What a codec makes of an encoding; nothing if it rejects it.
struct Outcome {
    ByteVector encoded;
    Digest root;
};
using Reader = std::function<std::optional<Outcome>(Bytes)>;

template <class Kind>
Reader reader(Kind kind) {
    return [kind](Bytes bytes) -> std::optional<Outcome> {
        typename Kind::Value value{};
        if (!kind.decode(bytes, kParameters, value).ok()) return std::nullopt;
        Outcome outcome{{}, kind.root(value, kParameters)};
        kind.encode(value, outcome.encoded);
        return outcome;
    };
}

Reader vector_reader(const std::string& element, std::uint64_t length) {
    if (length == 0) return [](Bytes) { return std::nullopt; };  // no such type [ENC-01]
    if (element == "bool") return reader(vector_of(Boolean<std::uint8_t>{}, length));
    if (element == "uint8") return reader(vector_of(plain<std::uint8_t>, length));
    if (element == "uint16") return reader(vector_of(plain<std::uint16_t>, length));
    if (element == "uint32") return reader(vector_of(plain<std::uint32_t>, length));
    if (element == "uint64") return reader(vector_of(plain<std::uint64_t>, length));
    if (element == "uint128") return reader(vector_of(plain<generic::Uint128>, length));
    if (element == "uint256") return reader(vector_of(plain<generic::Uint256>, length));
    return nullptr;
}

Reader uint_reader(std::uint64_t bits) {
    switch (bits) {
        case 8:
            return reader(plain<std::uint8_t>);
        case 16:
            return reader(plain<std::uint16_t>);
        case 32:
            return reader(plain<std::uint32_t>);
        case 64:
            return reader(plain<std::uint64_t>);
        case 128:
            return reader(plain<generic::Uint128>);
        case 256:
            return reader(plain<generic::Uint256>);
        default:
            return nullptr;
    }
}

Reader container_reader(const std::string& name) {
    if (name == "SingleFieldTestStruct") return reader(kSingleField);
    if (name == "SmallTestStruct") return reader(kSmall);
    if (name == "FixedTestStruct") return reader(kFixedStruct);
    if (name == "VarTestStruct") return reader(kVarStruct);
    if (name == "ComplexTestStruct") return reader(kComplexStruct);
    if (name == "BitsStruct") return reader(kBitsStruct);
    return nullptr;
}

std::vector<std::string> words(const std::string& name) {
    std::vector<std::string> parts{""};
    for (const char c : name) {
        if (c == '_') {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    return parts;
}

Reader reader_of(const std::string& handler, const std::string& name) {
    const std::vector<std::string> parts = words(name);
    if (handler == "boolean") return reader(Boolean<bool>{});
    if (handler == "containers") return container_reader(parts[0]);
    if (handler == "uints") return uint_reader(std::stoull(parts[1]));
    if (handler == "bitvector") return reader(BitvectorKind{std::stoull(parts[1])});
    if (handler == "bitlist") return reader(BitlistKind{parts[1] == "no" ? 0 : std::stoull(parts[1])});
    if (handler == "basic_vector") return vector_reader(parts[1], std::stoull(parts[2]));
    return nullptr;
}

std::string read_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

ByteVector read_compressed(const fs::path& path) {
    const std::string text = read_text(path);
    auto bytes = decompress({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, 1U << 24U);
    EXPECT_TRUE(bytes.ok()) << path;
    return bytes.ok() ? *std::move(bytes) : ByteVector{};
}

/// Unpacks the suite into a folder of its own.
class ThirdParty {
  public:
    explicit ThirdParty(const char* folder) {
        root_ = fs::temp_directory_path() / ("touchstone-codec-" + std::to_string(::getpid()));
        fs::create_directories(root_);
        const std::string command =
            "tar -xJf '" + std::string(folder) + "/ssz_generic.tar.xz' -C '" + root_.string() + "'";
        // NOLINTNEXTLINE(bugprone-command-processor): the folder is named by whoever runs the test
        unpacked_ = std::system(command.c_str()) == 0;
    }
    ~ThirdParty() { fs::remove_all(root_); }
    bool unpacked() const { return unpacked_; }
    const fs::path& root() const { return root_; }

  private:
    fs::path root_;
    bool unpacked_ = false;
};

TEST(SszGeneric, EveryCaseOfTheThirdPartySuite) {
    const char* folder = std::getenv("TOUCHSTONE_THIRD_PARTY");
    if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "skipped: no third-party data";
    const ThirdParty suite(folder);
    ASSERT_TRUE(suite.unpacked());
    std::map<std::string, std::size_t> counts;
    for (const auto& handler : fs::directory_iterator(suite.root() / "ssz_generic")) {
        if (!handler.is_directory()) continue;
        for (const std::string kind : {"valid", "invalid"}) {
            if (!fs::exists(handler.path() / kind)) continue;  // the suite is a sample
            for (const auto& entry : fs::directory_iterator(handler.path() / kind)) {
                const std::string name = entry.path().filename().string();
                if (name.starts_with("Progressive")) continue;  // no kind of this protocol [ENC-01]
                const Reader read = reader_of(handler.path().filename().string(), name);
                ASSERT_TRUE(read != nullptr) << name;
                const ByteVector bytes = read_compressed(entry.path() / "serialized.ssz_snappy");
                const auto outcome = read(bytes);
                ++counts[kind];
                EXPECT_EQ(outcome.has_value(), kind == "valid") << name;
                if (!outcome || kind != "valid") continue;
                EXPECT_EQ(outcome->encoded, bytes) << name;
                const std::string meta = read_text(entry.path() / "meta.yaml");
                EXPECT_NE(meta.find(to_hex(Bytes(outcome->root))), std::string::npos) << name;
            }
        }
    }
    EXPECT_GT(counts["valid"], 400U);
    EXPECT_GT(counts["invalid"], 200U);
}

Clause clause_of(const Result<void>& result) { return result.ok() ? Clause::ENC_01 : result.rejection().clause; }

template <class Kind>
Clause decode_clause(const Kind& kind, const ByteVector& bytes) {
    typename Kind::Value value{};
    return clause_of(kind.decode(bytes, kParameters, value));
}

TEST(Decoding, RejectionsNameTheClause) {
    const auto texts = list_of(list_of(plain<std::uint8_t>, 4), 3);
    EXPECT_EQ(decode_clause(texts, {}), Clause::ENC_01);
    EXPECT_EQ(decode_clause(texts, {0, 0, 0, 0}), Clause::ENC_09);
    EXPECT_EQ(decode_clause(texts, {5, 0, 0, 0, 0}), Clause::ENC_09);
    EXPECT_EQ(decode_clause(texts, {8, 0, 0, 0}), Clause::ENC_10);
    EXPECT_EQ(decode_clause(texts, {8, 0, 0, 0, 7, 0, 0, 0}), Clause::ENC_10);
    EXPECT_EQ(decode_clause(texts, {16, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0}), Clause::ENC_11);
    EXPECT_EQ(decode_clause(list_of(plain<std::uint16_t>, 4), {1, 2, 3}), Clause::ENC_11);
    EXPECT_EQ(decode_clause(kVarStruct, {1, 0, 8, 0, 0, 0, 9}), Clause::ENC_09);
    EXPECT_EQ(decode_clause(kSmall, {1, 0, 2}), Clause::ENC_07);
    EXPECT_EQ(decode_clause(Boolean<bool>{}, {2}), Clause::ENC_08);
    EXPECT_EQ(decode_clause(BitvectorKind{3}, {8}), Clause::ENC_12);
    EXPECT_EQ(decode_clause(BitlistKind{3}, {16}), Clause::ENC_13);
    EXPECT_EQ(decode_clause(BitlistKind{3}, {}), Clause::ENC_13);
}

TEST(Decoding, UnionsTakeKnownSelectorsOnly) {
    const auto kind = union_of(plain<std::uint16_t>, list_of(plain<std::uint8_t>, 3));
    EXPECT_EQ(decode_clause(kind, {0, 1, 2}), Clause::ENC_01);
    EXPECT_EQ(decode_clause(kind, {0, 1}), Clause::ENC_07);
    EXPECT_EQ(decode_clause(kind, {1, 1, 2, 3, 4}), Clause::ENC_11);
    EXPECT_EQ(decode_clause(kind, {2, 1}), Clause::ENC_14);
    EXPECT_EQ(decode_clause(kind, {255}), Clause::ENC_14);
    std::variant<std::uint16_t, std::vector<std::uint8_t>> value = std::vector<std::uint8_t>{7, 8};
    ByteVector encoded;
    kind.encode(value, encoded);
    EXPECT_EQ(encoded, (ByteVector{1, 7, 8}));
    Digest content{7, 8};
    EXPECT_EQ(kind.root(value, kParameters), mix_in_number(mix_in_number(content, 2), 1));
}

RC_GTEST_PROP(Decoding, WhatIsAcceptedEncodesToTheSameBytes, (ByteVector bytes)) {
    for (const Reader& read : {reader(kComplexStruct), reader(kVarStruct), reader(kBitsStruct), reader(BitlistKind{9}),
                               reader(union_of(plain<std::uint8_t>, BitlistKind{4}, list_of(kVarStruct, 2)))}) {
        const auto outcome = read(bytes);
        if (outcome) RC_ASSERT(outcome->encoded == bytes);
    }
}

TEST(Snappy, DeclaredLengthsAreCheckedFirst) {
    const ByteVector text(1000, 7);
    const ByteVector compressed = compress(text);
    EXPECT_EQ(decompress(compressed, 1000).value(), text);
    EXPECT_EQ(decompress(compressed, 999).rejection().clause, Clause::ENC_24);
    const ByteVector bomb{0xff, 0xff, 0xff, 0xff, 0x0f, 0x00};
    EXPECT_EQ(decompress(bomb, kUint64Max).rejection().clause, Clause::ENC_24);
    EXPECT_FALSE(decompress({}, 10).ok());
}

}  // namespace
}  // namespace touchstone::node::codec
