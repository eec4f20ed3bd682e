// For tests of this part of the tree: remembers what was logged.
#pragma once

#include <string>
#include <vector>

#include "node/ports/log.h"

namespace touchstone::node::adapters {

class RememberingLog final : public Log {
  public:
    void write(LogLevel, std::string_view event, std::span<const LogField> fields) override {
        std::string line(event);
        for (const LogField& field : fields) {
            if (const auto* text = std::get_if<std::string>(&field.value)) {
                line += " " + std::string(field.key) + "=" + *text;
            }
        }
        lines.push_back(line);
    }
    bool contains(const std::string& text) const {
        for (const std::string& line : lines) {
            if (line.find(text) != std::string::npos) return true;
        }
        return false;
    }

    std::vector<std::string> lines;
};

}  // namespace touchstone::node::adapters
