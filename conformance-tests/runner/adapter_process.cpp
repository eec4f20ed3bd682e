#include "conformance-tests/runner/adapter_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace touchstone::conform {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTimeToEnd{10'000};
constexpr std::size_t kMaxLine = std::size_t{512} << 20U;

std::string describe(int status) {
    if (WIFSIGNALED(status)) {
        const int number = WTERMSIG(status);
        const char* name = ::sigabbrev_np(number);
        return "ended by signal SIG" + std::string(name == nullptr ? "?" : name);
    }
    return "ended with code " + std::to_string(WEXITSTATUS(status));
}

struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe: " + std::string(std::strerror(errno)));
    return {ends[0], ends[1]};
}

int wait_for(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace

AdapterProcess::AdapterProcess(std::vector<std::string> command, std::chrono::milliseconds timeout)
    : command_(std::move(command)), timeout_(timeout) {
    std::signal(SIGPIPE, SIG_IGN);  // a child that is gone shows as EPIPE
}

AdapterProcess::~AdapterProcess() { stop(); }

void AdapterProcess::start() {
    const Pipe input = make_pipe();
    const Pipe output = make_pipe();
    const Pipe failure = make_pipe();  // closed by a successful exec, else carries its errno
    std::vector<char*> arguments;
    for (std::string& word : command_)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("cannot start a process: " + std::string(std::strerror(errno)));
    if (pid == 0) {
        ::dup2(input.read_end, STDIN_FILENO);
        ::dup2(output.write_end, STDOUT_FILENO);
        std::signal(SIGPIPE, SIG_DFL);
        ::execvp(arguments[0], arguments.data());
        const int error = errno;
        const auto written = ::write(failure.write_end, &error, sizeof error);
        ::_exit(written == sizeof error ? 127 : 126);
    }
    ::close(input.read_end);
    ::close(output.write_end);
    ::close(failure.write_end);
    int error = 0;
    const auto count = ::read(failure.read_end, &error, sizeof error);
    ::close(failure.read_end);
    pid_ = pid;
    to_child_ = input.write_end;
    from_child_ = output.read_end;
    received_.clear();
    ++starts_;
    if (count == sizeof error) {
        stop();
        throw std::runtime_error("cannot start the adapter " + command_[0] + ": " + std::strerror(error));
    }
    ::fcntl(to_child_, F_SETFL, O_NONBLOCK);
    ::fcntl(from_child_, F_SETFL, O_NONBLOCK);
}

Exchange AdapterProcess::ask(const std::string& line) {
    if (!running()) start();
    const std::string message = line + "\n";
    std::size_t sent = 0;
    const auto deadline = Clock::now() + timeout_;
    while (true) {
        if (const auto end = received_.find('\n'); end != std::string::npos && sent == message.size()) {
            std::string answer = received_.substr(0, end);
            received_.erase(0, end + 1);
            if (!received_.empty()) {
                stop();
                return {false, {}, "answered one request with more than one line"};
            }
            return {true, std::move(answer), {}};
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) {
            stop();
            return {false, {}, "no answer within " + std::to_string(timeout_.count()) + " ms"};
        }
        std::array<pollfd, 2> watched{pollfd{from_child_, POLLIN, 0}, pollfd{to_child_, POLLOUT, 0}};
        const nfds_t count = sent < message.size() ? 2 : 1;
        if (::poll(watched.data(), count, static_cast<int>(left)) < 0 && errno != EINTR) return lost("poll failed");
        if (count == 2 && watched[1].revents != 0) {
            const auto written = ::write(to_child_, message.data() + sent, message.size() - sent);
            if (written < 0 && errno != EAGAIN && errno != EINTR) return lost("the adapter closed its input");
            if (written > 0) sent += static_cast<std::size_t>(written);
        }
        if (watched[0].revents != 0) {
            std::array<char, 65536> buffer{};
            const auto got = ::read(from_child_, buffer.data(), buffer.size());
            if (got == 0) return lost("the adapter closed its output");
            if (got < 0 && errno != EAGAIN && errno != EINTR) return lost("reading from the adapter failed");
            if (got > 0) received_.append(buffer.data(), static_cast<std::size_t>(got));
            if (received_.size() > kMaxLine) return lost("the answer is longer than 512 MiB");
        }
    }
}

// The child failed: take what it has to say about itself, whether it has ended or still has to be ended.
Exchange AdapterProcess::lost(const std::string& what) {
    const pid_t pid = pid_;
    pid_ = -1;
    close_pipes();
    for (const auto deadline = Clock::now() + std::chrono::seconds(2); Clock::now() < deadline;) {
        int status = 0;
        if (::waitpid(pid, &status, WNOHANG) == pid) return {false, {}, what + ", " + describe(status)};
        ::poll(nullptr, 0, 5);
    }
    ::kill(pid, SIGKILL);
    (void)wait_for(pid);
    return {false, {}, what};
}

void AdapterProcess::stop() {
    if (!running()) return;
    ::kill(pid_, SIGKILL);
    (void)wait_for(pid_);
    pid_ = -1;
    close_pipes();
}

void AdapterProcess::close_pipes() {
    ::close(to_child_);
    ::close(from_child_);
    to_child_ = from_child_ = -1;
}

std::string AdapterProcess::finish() {
    if (!running()) return {};
    ::close(to_child_);
    to_child_ = -1;
    for (const auto deadline = Clock::now() + kTimeToEnd; Clock::now() < deadline;) {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            ::close(from_child_);
            from_child_ = -1;
            return status == 0 ? "" : "at the end of its input the adapter " + describe(status) + " instead of 0";
        }
        ::poll(nullptr, 0, 5);
    }
    ::kill(pid_, SIGKILL);
    (void)wait_for(pid_);
    pid_ = -1;
    ::close(from_child_);
    from_child_ = -1;
    return "the adapter did not end at the end of its input";
}

}  // namespace touchstone::conform
