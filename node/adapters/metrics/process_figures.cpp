#include "node/adapters/metrics/process_figures.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>

namespace touchstone::node::adapters {

namespace {

std::string text_of(const char* path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

double seconds_of(const timeval& time) {
    constexpr double kUsPerSecond = 1e6;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / kUsPerSecond;
}

std::uint64_t open_files() {
    DIR* const folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) return 0;
    std::uint64_t count = 0;
    while (::readdir(folder) != nullptr)
        ++count;
    ::closedir(folder);
    constexpr std::uint64_t kNotOurs = 3;  // ".", ".." and the folder itself
    return count < kNotOurs ? 0 : count - kNotOurs;
}

/// The process's age from /proc/self/stat, whose second field may hold spaces, against the uptime of the machine.
double started_at() {
    std::string stat = text_of("/proc/self/stat");
    stat.erase(0, stat.rfind(')') + 1);
    std::istringstream fields(stat);
    std::string skipped;
    constexpr int kBeforeStart = 19;  // the start is field 22, the first after the parenthesis is field 3
    for (int i = 0; i < kBeforeStart; ++i)
        fields >> skipped;
    double start_ticks = 0;
    double uptime = 0;
    if (!(fields >> start_ticks) || !(std::istringstream(text_of("/proc/uptime")) >> uptime)) return 0;
    const double age = uptime - start_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    return now.count() - age;
}

}  // namespace

ProcessFigures process_figures() {
    ProcessFigures figures;
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0) {
        figures.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    }
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::istringstream memory(text_of("/proc/self/statm"));
    if (memory >> figures.virtual_bytes >> figures.resident_bytes) {
        figures.virtual_bytes *= page;
        figures.resident_bytes *= page;
    }
    figures.open_files = open_files();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.most_files = limit.rlim_cur;
    // It does not change; computed anew it would by the ticks of the clock.
    static const double kStartedAt = started_at();
    figures.started_at_seconds = kStartedAt;
    return figures;
}

std::optional<std::uint64_t> file_bytes(const std::filesystem::path& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error) return std::nullopt;
    return size;
}

std::optional<std::uint64_t> disk_free_bytes(const std::filesystem::path& folder) {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(folder, error);
    if (error) return std::nullopt;
    return space.available;
}

}  // namespace touchstone::node::adapters
