// A vector in memory, and the suite that collects them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace touchstone::vectors {

using Bytes = std::vector<std::uint8_t>;

/// What a case is and expects: the content of its folder. JSON stands as text.
struct Vector {
    std::string runner;
    std::string handler;
    std::string name;
    std::string shows;
    std::vector<std::string> clauses = {};  // that of a rejection comes first
    std::map<std::string, std::string> config = {};
    std::string params = "{}";
    std::map<std::string, Bytes> inputs = {};
    std::string steps = {};  // an array, or empty
    std::optional<std::string> rejected = {};
    std::optional<std::string> rejection_name = {};
    std::map<std::string, Bytes> files = {};
    std::string values = "{}";

    [[nodiscard]] std::string id() const { return runner + "/" + handler + "/" + name; }
};

/// What the maker of a case says will become of it: accepted (nothing), or rejected with a clause.
using Expected = std::optional<std::string>;

/// All cases, in the order in which they were made. A case whose outcome is not what its maker said is a problem, and
/// is not written: either the maker or the reference is wrong.
class Suite {
  public:
    explicit Suite(std::string only) : only_(std::move(only)) {}

    /// Whether cases of this runner are wanted.
    [[nodiscard]] bool wants(const std::string& runner) const { return only_.empty() || only_ == runner; }

    void add(Vector vector);
    void problem(const std::string& what) { problems_.push_back(what); }

    [[nodiscard]] const std::vector<Vector>& vectors() const { return vectors_; }
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  private:
    std::string only_;
    std::set<std::string> ids_;
    std::vector<Vector> vectors_;
    std::vector<std::string> problems_;
};

}  // namespace touchstone::vectors
