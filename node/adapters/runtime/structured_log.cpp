#include "node/adapters/runtime/structured_log.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cmath>
#include <cstdio>

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
    for (const LogLevel level :
         {LogLevel::Trace, LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error}) {
        if (to_string(level) == text) return level;
    }
    return std::nullopt;
}

std::string format_line(LogFormat format, std::uint64_t unix_ms, LogLevel level, std::string_view event,
                        std::span<const LogField> fields) {
    std::string line;
    if (format == LogFormat::Text) {
        line = fmt::format("{} {} {}", time_text(unix_ms), upper_case(level), event);
        for (const LogField& field : fields) {
            line += fmt::format(" {}=", field.key);
            append_value(line, format, field);
        }
        return line;
    }
    line = fmt::format(R"({{"ts":"{}","level":"{}","event":)", time_text(unix_ms), to_string(level));
    append_quoted(line, event);
    for (const LogField& field : fields) {
        line += ',';
        append_quoted(line, field.key);
        line += ':';
        append_value(line, format, field);
    }
    return line + "}";
}

struct StructuredLog::Impl {
    LogOptions options;
    SystemClock clock;
    std::shared_ptr<spdlog::details::thread_pool> thread;
    spdlog::sink_ptr sink;
    std::shared_ptr<spdlog::async_logger> logger;
};

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
    impl->logger->set_level(spdlog_level(options.level));
    impl->logger->flush_on(spdlog::level::trace);
    return std::unique_ptr<StructuredLog>(new StructuredLog(std::move(impl)));
}

StructuredLog::StructuredLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

StructuredLog::~StructuredLog() {
    const std::uint64_t dropped = impl_->thread->overrun_counter();
    impl_->logger.reset();
    impl_->thread.reset();  // waits for its queue
    if (dropped == 0) return;
    const LogField field{"count", dropped};
    const std::string line =
        format_line(impl_->options.format, impl_->clock.now_ms(), LogLevel::Warning, "log_lines_dropped", {&field, 1});
    impl_->sink->log(spdlog::details::log_msg("node", spdlog::level::warn, line));
    impl_->sink->flush();
}

void StructuredLog::write(LogLevel level, std::string_view event, std::span<const LogField> fields) {
    if (level < impl_->options.level) return;
    impl_->logger->log(spdlog_level(level), spdlog::string_view_t(format_line(
                                                impl_->options.format, impl_->clock.now_ms(), level, event, fields)));
}

}  // namespace touchstone::node::adapters
