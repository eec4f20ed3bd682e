#include "cli/devnet/process_usage.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace touchstone::cli {

namespace {

void add_to(std::optional<Course>& course, std::uint64_t value) {
    if (!course) course = Course{value, value, value};
    course->last = value;
    course->max = std::max(course->max, value);
}

}  // namespace

std::optional<ProcessUsage> usage_of(pid_t process) {
    const std::filesystem::path folder = "/proc/" + std::to_string(process);
    std::ifstream file(folder / "statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (!(file >> size >> resident) || resident == 0) return std::nullopt;
    ProcessUsage usage{resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), 0};
    std::error_code error;
    std::filesystem::directory_iterator entry(folder / "fd", error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        ++usage.descriptors;
    if (error) return std::nullopt;
    return usage;
}

void UsageCourse::add(std::int64_t second, const ProcessUsage& usage) {
    add_to(memory_, usage.memory);
    add_to(descriptors_, usage.descriptors);
    if (added_++ % step_ != 0) return;
    if (samples_.size() == kMostSamples) {
        for (std::size_t i = 0; 2 * i < samples_.size(); ++i)
            samples_[i] = samples_[2 * i];
        samples_.resize(kMostSamples / 2);
        step_ *= 2;
    }
    samples_.push_back({second, usage});
}

}  // namespace touchstone::cli
