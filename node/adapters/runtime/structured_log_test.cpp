#include "node/adapters/runtime/structured_log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <thread>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/files/text_file.h"

namespace touchstone::node::adapters {
namespace {

const std::vector<LogField> kFields{{"slot", std::uint64_t{18446744073709551615U}},
                                    {"drift", std::int64_t{-5}},
                                    {"share", 0.25},
                                    {"synced", true},
                                    {"peer", std::string("12D3")},
                                    {"reason", std::string("say \"no\"\nnow")},
                                    {"empty", std::string()}};

TEST(StructuredLog, TextLinesHaveKeysAndValues) {
    EXPECT_EQ(format_line(LogFormat::Text, 1'700'000'000'007, LogLevel::Warning, LogArea::Sync, "status", kFields),
              "2023-11-14T22:13:20.007Z WARNING sync status slot=18446744073709551615 drift=-5 share=0.25 synced=true "
              "peer=12D3 reason=\"say \\\"no\\\"\\u000anow\" empty=\"\"");
}

TEST(StructuredLog, JsonLinesAreOneObjectEach) {
    EXPECT_EQ(format_line(LogFormat::Json, 1'700'000'000'007, LogLevel::Info, LogArea::Chain, "status", kFields),
              "{\"ts\":\"2023-11-14T22:13:20.007Z\",\"level\":\"info\",\"area\":\"chain\",\"event\":\"status\","
              "\"slot\":18446744073709551615,\"drift\":-5,\"share\":0.25,\"synced\":true,\"peer\":\"12D3\","
              "\"reason\":\"say \\\"no\\\"\\u000anow\",\"empty\":\"\"}");
    const LogField nothing{"share", std::numeric_limits<double>::quiet_NaN()};
    EXPECT_NE(format_line(LogFormat::Json, 0, LogLevel::Info, LogArea::Node, "x", {&nothing, 1}).find("\"share\":null"),
              std::string::npos);
}

TEST(StructuredLog, WritesLinesOfManyThreadsWhole) {
    const TemporaryFolder folder;
    {
        auto log = StructuredLog::open({LogLevel::Info, LogFormat::Text, folder / "log"}).value();
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int line = 0; line < 40; ++line)
                    log->info("event", {{"text", std::string(50, 'a')}});
                log->debug("not_wanted");
            });
        }
        for (std::thread& thread : threads)
            thread.join();
    }
    std::ifstream stream(folder / "log");
    std::string line;
    std::size_t lines = 0;
    while (std::getline(stream, line)) {
        EXPECT_TRUE(line.ends_with(" INFO node event text=" + std::string(50, 'a'))) << line;
        ++lines;
    }
    EXPECT_EQ(lines, 160U);
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream stream(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line.substr(line.find(' ') + 1));  // without the time
    return lines;
}

TEST(StructuredLog, AreasHaveLevelsThatChangeWhileItRuns) {
    const TemporaryFolder folder;
    {
        auto log =
            StructuredLog::open(
                {.level = LogLevel::Warning, .file = folder / "log", .areas = {{LogArea::Sync, LogLevel::Debug}}})
                .value();
        Log& sync = log->in(LogArea::Sync);
        Log& peers = log->in(LogArea::Peers);
        sync.debug("first");
        sync.trace("not_wanted");
        peers.info("not_wanted");
        log->info("not_wanted");
        log->set_levels(LogLevel::Info, {{LogArea::Sync, LogLevel::Error}});
        sync.warning("not_wanted");
        peers.info("second");
        log->info("third");
        const LogFigures figures = log->figures();
        EXPECT_EQ(figures.lines, (std::array<std::uint64_t, 5>{0, 1, 2, 0, 0}));
    }
    EXPECT_EQ(lines_of(folder / "log"),
              (std::vector<std::string>{"DEBUG sync first", "INFO peers second", "INFO node third"}));
}

TEST(StructuredLog, RepeatsAreLeftOutAndCounted) {
    const TemporaryFolder folder;
    {
        auto log = StructuredLog::open({.file = folder / "log", .areas = {}}).value();
        for (int i = 0; i < 10; ++i)
            log->in(LogArea::Storage).error("store_failed", {{"reason", std::string("full")}});
        EXPECT_EQ(log->figures().left_out, 9U);
    }
    EXPECT_EQ(lines_of(folder / "log"),
              (std::vector<std::string>{"ERROR storage store_failed reason=full",
                                        "WARNING node log_lines_left_out of=store_failed count=9"}));
}

TEST(StructuredLog, AFileThatCannotBeWrittenIsNamed) {
    const auto log = StructuredLog::open({LogLevel::Info, LogFormat::Text, "/proc/nothing/log"});
    ASSERT_FALSE(log.ok());
    EXPECT_NE(log.fault().text.find("/proc/nothing"), std::string::npos) << log.fault().text;
}

TEST(StructuredLog, LevelsHaveNames) {
    EXPECT_EQ(log_level_from("debug"), LogLevel::Debug);
    EXPECT_FALSE(log_level_from("loud"));
    for (const LogArea area : kLogAreas)
        EXPECT_EQ(log_area_from(to_string(area)), area);
    EXPECT_FALSE(log_area_from("weather"));
}

}  // namespace
}  // namespace touchstone::node::adapters
