#include "cli/watch/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace touchstone::cli {

namespace {

constexpr const char* kBegin = "\x1b[?1049h\x1b[?25l\x1b[2J";  // the other screen, without a cursor
constexpr const char* kEnd = "\x1b[?25h\x1b[?1049l";

bool write_all(int descriptor, const std::string& text) {
    std::size_t written = 0;
    while (written < text.size()) {
        const auto length = ::write(descriptor, text.data() + written, text.size() - written);
        if (length < 0 && errno == EINTR) continue;
        if (length <= 0) return false;
        written += static_cast<std::size_t>(length);
    }
    return true;
}

}  // namespace

Screen::Screen(int descriptor) : descriptor_(descriptor) { (void)write_all(descriptor_, kBegin); }

Screen::~Screen() { (void)write_all(descriptor_, kEnd); }

Screen::Size Screen::size() const {
    winsize known{};
    if (::ioctl(descriptor_, TIOCGWINSZ, &known) != 0 || known.ws_col == 0 || known.ws_row == 0) return {};
    return {known.ws_col, known.ws_row};
}

bool Screen::show(const std::vector<std::string>& lines) const { return write_all(descriptor_, frame_of(lines)); }

std::string frame_of(const std::vector<std::string>& lines) {
    // Terminals that know it show all from ?2026h to ?2026l at once; others ignore it.
    std::string frame = "\x1b[?2026h\x1b[H";
    for (std::size_t i = 0; i < lines.size(); ++i)
        frame += (i == 0 ? "" : "\r\n") + lines[i] + "\x1b[K";
    return frame + "\x1b[J\x1b[?2026l";
}

TerminalSignals::TerminalSignals() : signals_{}, before_{} {
    ::sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH})
        ::sigaddset(&signals_, signal);
    ::sigprocmask(SIG_BLOCK, &signals_, &before_);
}

TerminalSignals::~TerminalSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

TerminalSignals::Event TerminalSignals::wait(std::chrono::milliseconds time) const {
    const auto left = std::max<std::int64_t>(time.count(), 0);
    const timespec limit{left / 1000, (left % 1000) * 1'000'000L};
    const int signal = ::sigtimedwait(&signals_, nullptr, &limit);
    if (signal == SIGWINCH) return Event::Resize;
    return signal > 0 ? Event::End : Event::Time;
}

}  // namespace touchstone::cli
