// For tests of this part of the tree: a process that writes and is killed.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>

namespace touchstone::node::adapters {

/// What a writer of `write_for_ever` gives its parent: a number that it has on the disk.
inline bool acknowledge(int pipe, std::uint64_t number) {
    return ::write(pipe, &number, sizeof(number)) == ssize_t{sizeof(number)};
}

/// Runs `write_for_ever(pipe)`, which never returns, in a process; kills it after `count` acknowledged numbers and
/// `microseconds` more. The last number that was acknowledged.
template <class WriteForEver>
std::uint64_t acknowledged_when_killed(const WriteForEver& write_for_ever, int count, int microseconds) {
    int pipe[2];
    EXPECT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(pipe[0]);
        write_for_ever(pipe[1]);
        ::_exit(4);
    }
    ::close(pipe[1]);
    std::uint64_t acknowledged = 0;
    const auto read_one = [&] {
        return ::read(pipe[0], &acknowledged, sizeof(acknowledged)) == ssize_t{sizeof(acknowledged)};
    };
    for (int i = 0; i < count; ++i)
        EXPECT_TRUE(read_one());
    ::usleep(static_cast<useconds_t>(microseconds));
    ::kill(child, SIGKILL);
    while (read_one()) {
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    return acknowledged;
}

}  // namespace touchstone::node::adapters
