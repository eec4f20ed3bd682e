// A command of `touchstone`, run in the test's own process.
#pragma once

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "cli/exit_codes.h"

namespace touchstone::cli {

struct Ran {
    int code = kExitSuccess;
    std::string out;
    std::string error;
};

/// With one command's tree; the arguments as they would be typed.
inline Ran run_command(void (*add_command)(CLI::App& program, int& exit_code), std::vector<std::string> arguments) {
    CLI::App program("Touchstone", "touchstone");
    Ran ran;
    program.require_subcommand(1);
    add_command(program, ran.code);
    std::ranges::reverse(arguments);  // as CLI11 takes them
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    try {
        program.parse(arguments);
    } catch (const CLI::ParseError& error) {
        ran.code = program.exit(error) == 0 ? kExitSuccess : kExitUsage;
    }
    ran.out = testing::internal::GetCapturedStdout();
    ran.error = testing::internal::GetCapturedStderr();
    return ran;
}

}  // namespace touchstone::cli
