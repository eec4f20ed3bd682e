#include "node/adapters/metrics/process_figures.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "node/adapters/files/temporary_folder.h"

namespace touchstone::node::adapters {
namespace {

TEST(ProcessFigures, AreThoseOfThisProcess) {
    const ProcessFigures before = process_figures();
    EXPECT_GT(before.resident_bytes, 1U << 20U);
    EXPECT_GT(before.virtual_bytes, before.resident_bytes);
    EXPECT_GE(before.open_files, 3U);
    EXPECT_GE(before.most_files, before.open_files);
    const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    EXPECT_GT(before.started_at_seconds, now - 3600);
    EXPECT_LT(before.started_at_seconds, now + 1);

    volatile std::uint64_t work = 0;
    while (process_figures().cpu_seconds < before.cpu_seconds + 0.02)
        work = work + 1;
    const std::ifstream opened("/proc/self/stat");
    EXPECT_EQ(process_figures().open_files, before.open_files + 1);
    EXPECT_EQ(process_figures().started_at_seconds, before.started_at_seconds);
}

TEST(FileBytes, OfFilesThatAreThere) {
    const TemporaryFolder folder;
    EXPECT_EQ(file_bytes(folder / "none"), std::nullopt);
    std::ofstream(folder / "some") << "twelve bytes";
    EXPECT_EQ(file_bytes(folder / "some"), 12U);
    EXPECT_GT(disk_free_bytes(folder / "."), 0U);
    EXPECT_EQ(disk_free_bytes(folder / "none"), std::nullopt);
}

}  // namespace
}  // namespace touchstone::node::adapters
