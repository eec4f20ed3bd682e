// The suites ssz_generic and shuffling of others, from the folder that TOUCHSTONE_THIRD_PARTY names.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "reference/ssz/merkle.h"
#include "reference/ssz/serialize.h"
#include "reference/ssz/snappy.h"
#include "reference/validators/committees.h"

namespace touchstone::reference {
namespace {

namespace fs = std::filesystem;
using ssz::Kind;
using ssz::Type;
using ssz::Value;

std::string read_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
}

/// The archive, unpacked for the life of the test.
class ThirdPartySsz : public testing::Test {
  protected:
    void SetUp() override {
        const char* data = std::getenv("TOUCHSTONE_THIRD_PARTY");
        if (data == nullptr || *data == '\0') GTEST_SKIP() << "skipped: no third-party data";
        folder_ = fs::temp_directory_path() / ("touchstone_ssz_" + std::to_string(getpid()));
        fs::create_directories(folder_);
        const std::string command =
            "tar -xf '" + std::string(data) + "/ssz_generic.tar.xz' -C '" + folder_.string() + "'";
        // NOLINTNEXTLINE(bugprone-command-processor): the folder is named by whoever runs the test
        ASSERT_EQ(std::system(command.c_str()), 0) << command;
    }
    void TearDown() override {
        if (!folder_.empty()) fs::remove_all(folder_);
    }
    fs::path folder_;
};

Type container(std::vector<Type> parts) { return {Kind::Container, 0, std::move(parts), {}}; }

std::optional<Type> container_type(const std::string& name) {
    using ssz::bitlist_type, ssz::bitvector_type, ssz::list_type, ssz::uint_type, ssz::vector_type;
    Type fixed = container({uint_type(8), uint_type(64), uint_type(32)});
    Type variable = container({uint_type(16), list_type(uint_type(16), 1024), uint_type(8)});
    if (name == "SingleFieldTestStruct") return container({uint_type(8)});
    if (name == "SmallTestStruct") return container({uint_type(16), uint_type(16)});
    if (name == "FixedTestStruct") return fixed;
    if (name == "VarTestStruct") return variable;
    if (name == "ComplexTestStruct") {
        return container({uint_type(16), list_type(uint_type(16), 128), uint_type(8), list_type(uint_type(8), 256),
                          variable, vector_type(fixed, 4), vector_type(variable, 2)});
    }
    if (name == "BitsStruct") {
        return container({bitlist_type(5), bitvector_type(2), bitvector_type(1), bitlist_type(6), bitvector_type(8)});
    }
    return std::nullopt;
}

/// The type that the name of a case begins with: vec_uint16_31, bitlist_9, uint_256, ComplexTestStruct, ...
std::optional<Type> type_of_case(const std::string& handler, const std::string& name) {
    std::smatch parts;
    if (handler == "uints" && std::regex_search(name, parts, std::regex("^uint_(\\d+)_"))) {
        return ssz::uint_type(std::stoul(parts[1]));
    }
    if (handler == "boolean") return ssz::boolean_type();
    if (std::regex_search(name, parts, std::regex("^vec_(bool|uint(\\d+))_(\\d+)"))) {
        const Type element = parts[1] == "bool" ? ssz::boolean_type() : ssz::uint_type(std::stoul(parts[2]));
        return ssz::vector_type(element, std::stoul(parts[3]));
    }
    if (std::regex_search(name, parts, std::regex("^bitvec_(\\d+)"))) return ssz::bitvector_type(std::stoul(parts[1]));
    if (std::regex_search(name, parts, std::regex("^bitlist_(\\d+)"))) return ssz::bitlist_type(std::stoul(parts[1]));
    // "bitlist_no_delimiter_...": of any limit
    if (name.starts_with("bitlist_no_delimiter")) return ssz::bitlist_type(8);
    return container_type(name.substr(0, name.find('_')));
}

std::string decimal(ByteView little_endian) {
    std::string digits = "0";  // most significant first
    for (std::size_t i = little_endian.size(); i > 0; --i) {
        unsigned carry = little_endian[i - 1];
        for (std::size_t d = digits.size(); d > 0; --d) {
            carry += static_cast<unsigned>(digits[d - 1] - '0') * 256;
            digits[d - 1] = static_cast<char>('0' + carry % 10);
            carry /= 10;
        }
        for (; carry > 0; carry /= 10)
            digits.insert(digits.begin(), static_cast<char>('0' + carry % 10));
    }
    return digits;
}

/// All scalars of a value, in order, as the suite writes them.
void scalars(const Type& type, const Value& value, std::vector<std::string>& out) {
    if (type.kind == Kind::Bitvector || type.kind == Kind::Bitlist ||
        (type.kind == Kind::List && type.parts[0].size == 1)) {
        out.push_back(to_hex(ssz::serialize(type, value)));
    } else if (ssz::is_packed_series(type) || ssz::is_basic(type)) {
        const Type& element = ssz::is_basic(type) ? type : type.parts[0];
        for (std::size_t i = 0; i < value.bytes.size(); i += element.size) {
            const ByteView one = ByteView(value.bytes).subspan(i, element.size);
            out.push_back(element.kind == Kind::Boolean ? (one[0] == 1 ? "true" : "false") : decimal(one));
        }
    } else {
        for (std::size_t i = 0; i < value.parts.size(); ++i) {
            scalars(type.kind == Kind::Container ? type.parts[i] : type.parts[0], value.parts[i], out);
        }
    }
}

std::vector<std::string> scalars_of(const Type& type, const Value& value) {
    std::vector<std::string> out;
    scalars(type, value, out);
    return out;
}

std::vector<std::string> scalars_of_yaml(std::string text) {
    text = std::regex_replace(text, std::regex("[A-Z]:"), " ");
    std::vector<std::string> out;
    const std::regex scalar("[0-9a-z]+");
    for (auto found = std::sregex_iterator(text.begin(), text.end(), scalar); found != std::sregex_iterator();
         ++found) {
        out.push_back(found->str());
    }
    return out;
}

void check_valid(const fs::path& folder, const Type& type, ByteView bytes) {
    const auto value = ssz::deserialize(type, bytes);
    ASSERT_TRUE(value) << value.failure().reason;
    EXPECT_EQ(ssz::serialize(type, value.value()), Bytes(bytes.begin(), bytes.end()));
    const std::string root = to_hex(ssz::hash_tree_root(type, value.value()).bytes);
    EXPECT_NE(read_file(folder / "meta.yaml").find(root), std::string::npos) << root;
    EXPECT_EQ(scalars_of(type, value.value()), scalars_of_yaml(read_file(folder / "value.yaml")));
}

TEST_F(ThirdPartySsz, EveryCaseButTheProgressiveKindsHasItsVerdict) {
    std::size_t valid = 0;
    std::size_t invalid = 0;
    std::size_t progressive = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "ssz_generic")) {
        if (entry.path().filename() != "serialized.ssz_snappy") continue;
        const fs::path folder = entry.path().parent_path();
        const std::string name = folder.filename().string();
        const std::string handler = folder.parent_path().parent_path().filename().string();
        SCOPED_TRACE(handler + "/" + name);
        if (name.starts_with("Progressive")) {
            ++progressive;
            continue;
        }
        const auto type = type_of_case(handler, name);
        ASSERT_TRUE(type);
        const std::string payload = read_file(entry.path());
        const auto bytes =
            ssz::decompress({reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, 1 << 20);
        ASSERT_TRUE(bytes);
        if (folder.parent_path().filename() == "valid") {
            check_valid(folder, *type, bytes.value());
            ++valid;
        } else {
            EXPECT_TRUE(!ssz::is_well_formed(*type) || !ssz::deserialize(*type, bytes.value()));
            ++invalid;
        }
    }
    RecordProperty("valid", static_cast<int>(valid));
    RecordProperty("invalid", static_cast<int>(invalid));
    std::cout << valid << " valid, " << invalid << " invalid, out of scope " << progressive << '\n';
    EXPECT_GT(valid, 500U);
    EXPECT_GT(invalid, 500U);
}

TEST_F(ThirdPartySsz, EveryShuffleIsThatOfTheSuite) {
    std::size_t cases = 0;
    for (const auto& entry : fs::directory_iterator(folder_ / "shuffling/minimal")) {
        SCOPED_TRACE(entry.path().filename().string());
        const std::string text = read_file(entry.path() / "mapping.yaml");
        std::smatch head;
        ASSERT_TRUE(std::regex_search(text, head, std::regex("seed: '(0x[0-9a-f]+)'\\s+count: (\\d+)\\s+mapping:")));
        const Hash seed = Hash::from(*from_hex(head[1].str()));
        const std::uint64_t count = std::stoul(head[2]);
        std::istringstream numbers(std::regex_replace(head.suffix().str(), std::regex("[^0-9]+"), " "));
        for (std::uint64_t i = 0; i < count; ++i) {
            std::uint64_t expected = 0;
            ASSERT_TRUE(numbers >> expected);
            ASSERT_EQ(compute_shuffled_index(i, count, seed, MINIMAL.SHUFFLE_ROUND_COUNT), expected) << i;
        }
        ++cases;
    }
    std::cout << cases << " shuffles\n";
    EXPECT_GT(cases, 10U);
}

}  // namespace
}  // namespace touchstone::reference
