// The file of watermarks that somebody else may have written: refused, or read without surprise; and a key's record is
// never lowered.
#include "fuzz/agreement.h"
#include "fuzz/chain/short_chain.h"
#include "fuzz/files/forgery.h"
#include "fuzz/targets.h"
#include "node/adapters/sqlite/sqlite_watermarks.h"

namespace touchstone::fuzz {
namespace {

using node::adapters::SqliteWatermarks;

const node::Root kChain{};

node::BlsPublicKey key(std::uint8_t first) {
    node::BlsPublicKey made{};
    made.bytes[0] = first;
    return made;
}

void make_private(const std::filesystem::path& path) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

struct WatermarkTemplates {
    WatermarkTemplates() {
        const auto path = scratch("watermarks-template.sqlite");
        NoLog log;
        const std::vector<node::BlsPublicKey> keys{key(1), key(2)};
        if (!SqliteWatermarks::create(path, kChain, keys).ok()) throw std::logic_error("no file of watermarks");
        {
            auto file = SqliteWatermarks::open(path, kChain, log);
            const node::WatermarkOfKey row{key(1), {node::Slot(7), node::Epoch(1), node::Epoch(2)}};
            if (!file.ok() || !file.value()->raise({&row, 1})) throw std::logic_error("a watermark is not raised");
        }
        sound = file_content(path);
        RawDatabase(path).loosen("watermarks");
        loose = file_content(path);
    }
    ByteVector sound;
    ByteVector loose;
};

/// Uses the file as a node does: opens, lists, reads, raises.
void use(const std::filesystem::path& path, Input& input) {
    NoLog log;
    const auto listed = SqliteWatermarks::list(path, kChain);
    auto opened = SqliteWatermarks::open(path, kChain, log);
    if (!opened.ok()) return expect(!opened.fault().text.empty(), "a refusal says why");
    SqliteWatermarks& file = *opened.value();
    const auto before = file.load(key(1));
    const node::WatermarkOfKey wanted{
        key(1), {node::Slot(input.number(1)), node::Epoch(input.number(1)), node::Epoch(input.number(1))}};
    if (!file.raise({&wanted, 1})) return;
    expect(before.has_value(), "only a record that is there is raised");
    expect(!(wanted.watermark.block_slot < before->block_slot) && !(wanted.watermark.target < before->target),
           "a record is never lowered");
    const auto after = file.load(key(1));
    expect(after && after->block_slot == wanted.watermark.block_slot && after->target == wanted.watermark.target,
           "a record that was raised is read as it was written");
}

}  // namespace

void fuzz_watermarks(Bytes bytes) {
    static const WatermarkTemplates templates;
    static const std::vector<ForgedTable> tables{
        {"watermarks", {"public_key", "genesis_root", "block_slot", "source", "target"}, 2}};
    Input input(bytes);
    const bool pages = input.flag();
    ByteVector content = pages ? templates.sound : templates.loose;
    if (pages) spoil_pages(content, input);
    const auto path = scratch_file("watermarks.sqlite", content);
    make_private(path);
    if (!pages) {
        RawDatabase raw(path);
        for (std::uint64_t i = input.below(4); i > 0; --i)
            forge(raw, input, tables, {});
    }
    use(path, input);
    std::error_code ignored;
    for (const char* ending : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(path.string() + ending, ignored);
}

std::vector<ByteVector> watermark_seeds() {
    std::vector<ByteVector> seeds{{0, 0, 8, 1, 2}, {0, 0, 6, 1, 2}, {1, 2, 0, 16, 0, 0, 9}};
    for (std::uint8_t column = 0; column < 5; ++column) {
        for (std::uint8_t way = 0; way < 7; ++way)
            seeds.push_back({0, 1, 0, column, static_cast<std::uint8_t>(way % 2), way, 2, 60, 8, 1, 2});
    }
    return seeds;
}

}  // namespace touchstone::fuzz
