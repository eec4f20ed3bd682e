// What a process holds of the machine, as the kernel tells it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace touchstone::cli {

struct ProcessUsage {
    std::uint64_t memory = 0;       // bytes that are resident
    std::uint64_t descriptors = 0;  // open files, sockets and the like
};

/// Nothing if there is no such process of ours, or it has ended.
std::optional<ProcessUsage> usage_of(pid_t process);

/// How a quantity went.
struct Course {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t max = 0;
};

struct UsageSample {
    std::int64_t second = 0;
    ProcessUsage usage;
};

/// Of a process, and of those that follow it.
class UsageCourse {
  public:
    static constexpr std::size_t kMostSamples = 64;

    /// In the order of their time.
    void add(std::int64_t second, const ProcessUsage& usage);
    /// Nothing before the first.
    const std::optional<Course>& memory() const { return memory_; }
    const std::optional<Course>& descriptors() const { return descriptors_; }
    /// Evenly over all that was added: the longer, the further apart.
    const std::vector<UsageSample>& samples() const { return samples_; }

  private:
    std::optional<Course> memory_;
    std::optional<Course> descriptors_;
    std::vector<UsageSample> samples_;
    std::size_t added_ = 0;
    std::size_t step_ = 1;  // one of so many is kept
};

}  // namespace touchstone::cli
