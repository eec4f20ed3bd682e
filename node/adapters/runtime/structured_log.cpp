#include "node/adapters/runtime/structured_log.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <utility>

#include "node/adapters/runtime/log_limiter.h"
#include "node/adapters/runtime/writer_loop.h"

namespace touchstone::node::adapters {

namespace {

constexpr std::size_t kQueueLines = 8192;
constexpr std::size_t kFileBytes = 64U << 20U;
constexpr std::size_t kFiles = 5;

std::string time_text(std::uint64_t unix_ms) {
    const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, unix_ms % 1000);
}

/// The text as a JSON string. Bytes above ASCII pass: texts are UTF-8.
void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (code < 0x20 || code == 0x7f) {
            out += fmt::format("\\u{:04x}", code);
        } else {
            out += character;
        }
    }
    out += '"';
}

bool needs_quotes(std::string_view text) {
    if (text.empty()) return true;
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (code <= 0x20 || code == 0x7f || character == '"' || character == '\\' || character == '=') return true;
    }
    return false;
}

std::string number_text(double value) {
    // JSON knows no infinity.
    return std::isfinite(value) ? fmt::format("{:.6g}", value) : std::string("null");
}

void append_value(std::string& out, LogFormat format, const LogField& field) {
    if (const auto* text = std::get_if<std::string>(&field.value)) {
        if (format == LogFormat::Json || needs_quotes(*text)) return append_quoted(out, *text);
        out += *text;
    } else if (const auto* whole = std::get_if<std::uint64_t>(&field.value)) {
        out += std::to_string(*whole);
    } else if (const auto* with_sign = std::get_if<std::int64_t>(&field.value)) {
        out += std::to_string(*with_sign);
    } else if (const auto* fraction = std::get_if<double>(&field.value)) {
        out += number_text(*fraction);
    } else if (const auto* truth = std::get_if<bool>(&field.value)) {
        out += *truth ? "true" : "false";
    }
}

std::string_view upper_case(LogLevel level) {
    switch (level) {
        case LogLevel::Trace:
            return "TRACE";
        case LogLevel::Debug:
            return "DEBUG";
        case LogLevel::Info:
            return "INFO";
        case LogLevel::Warning:
            return "WARNING";
        case LogLevel::Error:
            return "ERROR";
    }
    return {};
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::Trace:
            return spdlog::level::trace;
        case LogLevel::Debug:
            return spdlog::level::debug;
        case LogLevel::Info:
            return spdlog::level::info;
        case LogLevel::Warning:
            return spdlog::level::warn;
        case LogLevel::Error:
            return spdlog::level::err;
    }
    return spdlog::level::off;
}

}  // namespace

std::string_view to_string(LogLevel level) {
    switch (level) {
        case LogLevel::Trace:
            return "trace";
        case LogLevel::Debug:
            return "debug";
        case LogLevel::Info:
            return "info";
        case LogLevel::Warning:
            return "warning";
        case LogLevel::Error:
            return "error";
    }
    return {};
}

std::optional<LogLevel> log_level_from(std::string_view text) {
    for (const LogLevel level : kLogLevels) {
        if (to_string(level) == text) return level;
    }
    return std::nullopt;
}

std::string_view to_string(LogArea area) {
    switch (area) {
        case LogArea::Node:
            return "node";
        case LogArea::Chain:
            return "chain";
        case LogArea::Duties:
            return "duties";
        case LogArea::Network:
            return "network";
        case LogArea::Peers:
            return "peers";
        case LogArea::Sync:
            return "sync";
        case LogArea::Pool:
            return "pool";
        case LogArea::Storage:
            return "storage";
        case LogArea::Api:
            return "api";
    }
    return {};
}

std::optional<LogArea> log_area_from(std::string_view text) {
    for (const LogArea area : kLogAreas) {
        if (to_string(area) == text) return area;
    }
    return std::nullopt;
}

namespace {

/// With what stands before each.
std::string fields_text(LogFormat format, std::span<const LogField> fields) {
    std::string text;
    for (const LogField& field : fields) {
        if (format == LogFormat::Text) {
            text += fmt::format(" {}=", field.key);
        } else {
            text += ',';
            append_quoted(text, field.key);
            text += ':';
        }
        append_value(text, format, field);
    }
    return text;
}

std::string line_of(LogFormat format, std::uint64_t unix_ms, LogLevel level, LogArea area, std::string_view event,
                    std::string_view fields) {
    if (format == LogFormat::Text) {
        return fmt::format("{} {} {} {}{}", time_text(unix_ms), upper_case(level), to_string(area), event, fields);
    }
    std::string line = fmt::format(R"({{"ts":"{}","level":"{}","area":"{}","event":)", time_text(unix_ms),
                                   to_string(level), to_string(area));
    append_quoted(line, event);
    return line.append(fields) + "}";
}

}  // namespace

std::string format_line(LogFormat format, std::uint64_t unix_ms, LogLevel level, LogArea area, std::string_view event,
                        std::span<const LogField> fields) {
    return line_of(format, unix_ms, level, area, event, fields_text(format, fields));
}

/// The log as those see it who write of one area.
class StructuredLog::OfArea final : public Log {
  public:
    OfArea(Impl& log, LogArea area) : log_(log), area_(area) {}
    void write(LogLevel level, std::string_view event, std::span<const LogField> fields) override;

  private:
    Impl& log_;
    LogArea area_;
};

struct StructuredLog::Impl {
    LogOptions options;
    std::array<std::atomic<LogLevel>, kLogAreas.size()> levels{};
    std::array<std::atomic<std::uint64_t>, kLogLevels.size()> lines{};
    std::atomic<std::uint64_t> left_out = 0;
    LogLimiter limiter;
    std::vector<std::unique_ptr<OfArea>> areas;
    SystemClock clock;
    std::shared_ptr<spdlog::details::thread_pool> thread;
    spdlog::sink_ptr sink;
    std::shared_ptr<spdlog::async_logger> logger;

    std::atomic<LogLevel>& level_of(LogArea area) { return levels[static_cast<std::size_t>(area)]; }

    /// What is said of lines that were left out stands in the area that comes next.
    std::string left_out_line(LogArea area, const LogLimiter::LeftOut& each) const {
        const std::array fields{LogField{"of", each.event}, LogField{"count", each.count}};
        return format_line(options.format, clock.now_ms(), LogLevel::Warning, area, "log_lines_left_out", fields);
    }

    void put(LogLevel level, const std::string& line) {
        lines[static_cast<std::size_t>(level)].fetch_add(1, std::memory_order_relaxed);
        logger->log(spdlog_level(level), spdlog::string_view_t(line));
    }

    void write(LogArea area, LogLevel level, std::string_view event, std::span<const LogField> fields) {
        if (level < level_of(area).load(std::memory_order_relaxed)) return;
        const std::string content = fields_text(options.format, fields);
        const std::uint64_t now_ms = clock.now_ms();
        if (level >= LogLevel::Info) {  // who asks for more wants all of it
            const LogLimiter::Decision decision = limiter.take(level, event, content, now_ms);
            for (const LogLimiter::LeftOut& each : decision.due)
                put(LogLevel::Warning, left_out_line(area, each));
            if (!decision.write) {
                left_out.fetch_add(1, std::memory_order_relaxed);
                return;
            }
        }
        put(level, line_of(options.format, now_ms, level, area, event, content));
    }
};

void StructuredLog::OfArea::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
    log_.write(area_, level, event, fields);
}

Outcome<std::unique_ptr<StructuredLog>> StructuredLog::open(const LogOptions& options) {
    auto impl = std::make_unique<Impl>();
    impl->options = options;
    try {
        if (options.file) {
            impl->sink =
                std::make_shared<spdlog::sinks::rotating_file_sink_mt>(options.file->string(), kFileBytes, kFiles);
        } else {
            impl->sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        }
        impl->thread = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
        impl->logger = std::make_shared<spdlog::async_logger>("node", impl->sink, impl->thread,
                                                              spdlog::async_overflow_policy::overrun_oldest);
    } catch (const spdlog::spdlog_ex& error) {
        return Fault{FaultKind::Configuration,
                     std::string("cannot write the log file: ") + error.what() + "; check log.file"};
    }
    impl->logger->set_pattern("%v");
    impl->logger->set_level(spdlog::level::trace);  // the areas have levels of their own
    impl->logger->flush_on(spdlog::level::trace);
    for (const LogArea area : kLogAreas)
        impl->areas.push_back(std::make_unique<OfArea>(*impl, area));
    auto log = std::unique_ptr<StructuredLog>(new StructuredLog(std::move(impl)));
    log->set_levels(options.level, options.areas);
    return log;
}

StructuredLog::StructuredLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

StructuredLog::~StructuredLog() {
    for (const LogLimiter::LeftOut& each : impl_->limiter.take_rest())
        impl_->put(LogLevel::Warning, impl_->left_out_line(LogArea::Node, each));
    const std::uint64_t dropped = impl_->thread->overrun_counter();
    impl_->logger.reset();
    impl_->thread.reset();  // waits for its queue
    if (dropped == 0) return;
    const LogField field{"count", dropped};
    const std::string line = format_line(impl_->options.format, impl_->clock.now_ms(), LogLevel::Warning, LogArea::Node,
                                         "log_lines_dropped", {&field, 1});
    impl_->sink->log(spdlog::details::log_msg("node", spdlog::level::warn, line));
    impl_->sink->flush();
}

void StructuredLog::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
    impl_->write(LogArea::Node, level, event, fields);
}

Log& StructuredLog::in(LogArea area) { return *impl_->areas[static_cast<std::size_t>(area)]; }

void StructuredLog::set_levels(LogLevel level, const AreaLevels& areas) {
    for (const LogArea area : kLogAreas) {
        const auto own = areas.find(area);
        impl_->level_of(area).store(own == areas.end() ? level : own->second, std::memory_order_relaxed);
    }
}

LogFigures StructuredLog::figures() const {
    LogFigures figures;
    for (std::size_t i = 0; i < figures.lines.size(); ++i)
        figures.lines[i] = impl_->lines[i].load(std::memory_order_relaxed);
    figures.left_out = impl_->left_out.load(std::memory_order_relaxed);
    figures.dropped = impl_->thread->overrun_counter();
    return figures;
}

}  // namespace touchstone::node::adapters
