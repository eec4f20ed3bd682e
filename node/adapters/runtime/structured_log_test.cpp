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
    EXPECT_EQ(format_line(LogFormat::Text, 1'700'000'000'007, LogLevel::Warning, "status", kFields),
              "2023-11-14T22:13:20.007Z WARNING status slot=18446744073709551615 drift=-5 share=0.25 synced=true "
              "peer=12D3 reason=\"say \\\"no\\\"\\u000anow\" empty=\"\"");
}

TEST(StructuredLog, JsonLinesAreOneObjectEach) {
    EXPECT_EQ(format_line(LogFormat::Json, 1'700'000'000'007, LogLevel::Info, "status", kFields),
              "{\"ts\":\"2023-11-14T22:13:20.007Z\",\"level\":\"info\",\"event\":\"status\","
              "\"slot\":18446744073709551615,\"drift\":-5,\"share\":0.25,\"synced\":true,\"peer\":\"12D3\","
              "\"reason\":\"say \\\"no\\\"\\u000anow\",\"empty\":\"\"}");
    const LogField nothing{"share", std::numeric_limits<double>::quiet_NaN()};
    EXPECT_NE(format_line(LogFormat::Json, 0, LogLevel::Info, "x", {&nothing, 1}).find("\"share\":null"),
              std::string::npos);
}

TEST(StructuredLog, WritesLinesOfManyThreadsWhole) {
    const TemporaryFolder folder;
    {
        auto log = StructuredLog::open({LogLevel::Info, LogFormat::Text, folder / "log"}).value();
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int line = 0; line < 100; ++line)
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
        EXPECT_TRUE(line.ends_with(" INFO event text=" + std::string(50, 'a'))) << line;
        ++lines;
    }
    EXPECT_EQ(lines, 400U);
}

TEST(StructuredLog, AFileThatCannotBeWrittenIsNamed) {
    const auto log = StructuredLog::open({LogLevel::Info, LogFormat::Text, "/proc/nothing/log"});
    ASSERT_FALSE(log.ok());
    EXPECT_NE(log.fault().text.find("/proc/nothing"), std::string::npos) << log.fault().text;
}

TEST(StructuredLog, LevelsHaveNames) {
    EXPECT_EQ(log_level_from("debug"), LogLevel::Debug);
    EXPECT_FALSE(log_level_from("loud"));
}

}  // namespace
}  // namespace touchstone::node::adapters
