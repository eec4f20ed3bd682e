#include "cli/devnet/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

namespace touchstone::cli {

namespace {

int open_for_output(const std::filesystem::path& path) {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

/// In the child between fork and exec: only calls that are safe there.
[[noreturn]] void become(const std::vector<char*>& arguments, pid_t parent, int input, int output, int errors,
                         int report) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // Whatever else is open here, as the sockets of links between nodes, is not the child's.
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    const bool orphan = ::getppid() != parent;
    if (!orphan && ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
        ::dup2(errors, STDERR_FILENO) >= 0) {
        ::execv(arguments[0], arguments.data());
    }
    const int error = errno;
    const auto ignored = ::write(report, &error, sizeof error);
    ::_exit(ignored > 0 ? 127 : 126);
}

}  // namespace

Outcome<ChildProcess> ChildProcess::start(const Command& command) {
    std::array<int, 2> input{-1, -1};
    std::array<int, 2> report{-1, -1};
    const int output = open_for_output(command.output);
    const int errors = open_for_output(command.errors.value_or(command.output));
    const bool ready =
        output >= 0 && errors >= 0 && ::pipe2(input.data(), O_CLOEXEC) == 0 && ::pipe2(report.data(), O_CLOEXEC) == 0;
    std::vector<char*> arguments;
    for (const std::string& argument : command.arguments)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    const pid_t parent = ::getpid();
    const pid_t pid = ready ? ::fork() : -1;
    int error = errno;
    if (pid == 0) become(arguments, parent, input[0], output, errors, report[1]);
    for (const int descriptor : {output, errors, input[0], report[1]}) {
        if (descriptor >= 0) ::close(descriptor);
    }
    ChildProcess child(pid, input[1]);
    if (pid > 0) {
        // The pipe closes by itself when exec succeeds.
        const auto length = ::read(report[0], &error, sizeof error);
        ::close(report[0]);
        if (length == 0) return child;
        child.running();
    } else if (report[0] >= 0) {
        ::close(report[0]);
    }
    return Fault{FaultKind::Internal, "cannot start " + command.arguments[0] + ": " + std::strerror(error)};
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), input_(std::exchange(other.input_, -1)), status_(other.status_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(input_, other.input_);
    std::swap(status_, other.status_);
    return *this;
}

ChildProcess::~ChildProcess() {
    close_input();
    if (pid_ <= 0 || status_) return;
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
}

bool ChildProcess::running() {
    if (pid_ <= 0 || status_) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
    return !status_.has_value();
}

std::string ChildProcess::ending() const {
    if (!status_) return {};
    if (WIFSIGNALED(*status_)) {
        const int signal = WTERMSIG(*status_);
        return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
    }
    return "exit code " + std::to_string(WEXITSTATUS(*status_));
}

bool ChildProcess::succeeded() const { return status_ && WIFEXITED(*status_) && WEXITSTATUS(*status_) == 0; }

void ChildProcess::send(int signal) const {
    if (pid_ > 0 && !status_) ::kill(pid_, signal);
}

void ChildProcess::ask_to_end() const { send(SIGTERM); }

void ChildProcess::kill() const { send(SIGKILL); }

void ChildProcess::pause() const { send(SIGSTOP); }

void ChildProcess::resume() const { send(SIGCONT); }

void ChildProcess::close_input() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
}

namespace {

sigset_t signals_to_end() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        ::sigaddset(&signals, signal);
    return signals;
}

}  // namespace

Interrupts::Interrupts() {
    const sigset_t signals = signals_to_end();
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
}

bool Interrupts::wait(int milliseconds) const {
    const sigset_t signals = signals_to_end();
    const timespec limit{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L};
    return ::sigtimedwait(&signals, nullptr, &limit) > 0;
}

}  // namespace touchstone::cli
