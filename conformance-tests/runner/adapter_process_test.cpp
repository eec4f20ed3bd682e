#include "conformance-tests/runner/adapter_process.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace touchstone::conform {
namespace {

using std::chrono::milliseconds;

TEST(AdapterProcess, AnswersLineByLine) {
    AdapterProcess adapter({"cat"}, milliseconds(5000));
    EXPECT_EQ(adapter.ask("one").line, "one");
    EXPECT_EQ(adapter.ask("two").line, "two");
    EXPECT_EQ(adapter.finish(), "");
    EXPECT_EQ(adapter.starts(), 1U);
}

TEST(AdapterProcess, TakesLinesLongerThanAPipeHolds) {
    AdapterProcess adapter({"cat"}, milliseconds(10000));
    const std::string line(3U << 20U, 'x');
    EXPECT_EQ(adapter.ask(line).line, line);
}

TEST(AdapterProcess, SaysThatACommandCannotBeStarted) {
    AdapterProcess adapter({"/nonexistent/adapter"}, milliseconds(1000));
    EXPECT_THROW((void)adapter.ask("hello"), std::runtime_error);
}

TEST(AdapterProcess, GivesUpAfterTheTimeoutAndStartsAgain) {
    AdapterProcess adapter({"sh", "-c", "read line; read line; echo $line; cat"}, milliseconds(50));
    const Exchange silent = adapter.ask("first");
    EXPECT_FALSE(silent.answered);
    EXPECT_NE(silent.problem.find("no answer within 50 ms"), std::string::npos);
    (void)adapter.ask("second");
    EXPECT_EQ(adapter.starts(), 2U);
}

TEST(AdapterProcess, TellsTheSignalThatEndedTheAdapter) {
    AdapterProcess adapter({"sh", "-c", "read line; kill -SEGV $$"}, milliseconds(5000));
    EXPECT_NE(adapter.ask("hello").problem.find("SIGSEGV"), std::string::npos);
}

TEST(AdapterProcess, TellsTheCodeWithWhichTheAdapterEnded) {
    AdapterProcess adapter({"sh", "-c", "read line; exit 7"}, milliseconds(5000));
    EXPECT_NE(adapter.ask("hello").problem.find("code 7"), std::string::npos);
}

TEST(AdapterProcess, ReportsAnEndOtherThanZero) {
    AdapterProcess adapter({"sh", "-c", "read line; echo $line; exit 7"}, milliseconds(5000));
    EXPECT_EQ(adapter.ask("hello").line, "hello");
    EXPECT_NE(adapter.finish().find("code 7"), std::string::npos);
}

}  // namespace
}  // namespace touchstone::conform
