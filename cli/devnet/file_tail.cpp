#include "cli/devnet/file_tail.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace touchstone::cli {

namespace {

/// Cuts the complete lines off the text.
std::vector<std::string> take_lines(std::string& text) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    text.erase(0, begin);
    return lines;
}

}  // namespace

std::vector<std::string> FileTail::new_lines() {
    std::ifstream file(path_, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(position_));
    std::array<char, 65536> buffer;
    while (file) {
        file.read(buffer.data(), buffer.size());
        const auto length = static_cast<std::size_t>(file.gcount());
        unfinished_.append(buffer.data(), length);
        position_ += length;
    }
    return take_lines(unfinished_);
}

std::vector<std::string> last_lines(const std::filesystem::path& path, std::size_t count) {
    constexpr std::streamoff kEnough = 65536;
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return {};
    const std::streamoff size = file.tellg();
    file.seekg(std::max<std::streamoff>(0, size - kEnough));
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!text.empty() && text.back() != '\n') text += '\n';
    auto lines = take_lines(text);
    if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
    return lines;
}

}  // namespace touchstone::cli
