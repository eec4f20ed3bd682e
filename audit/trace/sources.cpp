#include "audit/trace/sources.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace touchstone::audit {
namespace {

namespace fs = std::filesystem;

enum class Role { prose, reference, node, both, models, none };

struct Folder {
    std::string_view path;
    Role role;
};

// Folders of the role none are no evidence, but what they cite has to exist.
constexpr std::array kFolders{
    Folder{"spec/prose", Role::prose},
    Folder{"spec/tla", Role::models},
    Folder{"proofs", Role::models},
    Folder{"reference", Role::reference},
    Folder{"node", Role::node},
    Folder{"native", Role::node},
    Folder{"crypto", Role::both},
    Folder{"cli", Role::none},
    Folder{"fuzz", Role::none},
    Folder{"conformance-tests/generator", Role::none},
    Folder{"conformance-tests/interop", Role::none},
    Folder{"conformance-tests/runner", Role::none},
    Folder{"docs", Role::none},
    Folder{"audit/findings", Role::none},
};

constexpr std::array<std::string_view, 9> kEndings{".cpp", ".h", ".rs", ".py", ".md", ".tla", ".toml", ".smt2", ".v"};

bool is_source(const fs::path& path) {
    return std::find(kEndings.begin(), kEndings.end(), path.extension().string()) != kEndings.end();
}

bool in_folder(const std::string& file, std::string_view name) {
    return ("/" + file).find("/" + std::string(name) + "/") != std::string::npos;
}

// A program that runs checks; what only supports tests (test_chain.cpp, testing/) is neither a test nor a product.
bool is_test(const std::string& file) {
    const std::string stem = fs::path(file).stem().string();
    return stem.ends_with("_test") || in_folder(file, "tests") ||
           (in_folder(file, "fuzz") && stem.starts_with("fuzz_"));
}
bool is_support(const std::string& file) {
    return fs::path(file).filename().string().starts_with("test_") || in_folder(file, "testing") ||
           in_folder(file, "testdata") || fs::path(file).stem().string().ends_with("_bench");
}

std::vector<std::string> files_below(const fs::path& root, std::string_view folder) {
    std::vector<std::string> files;
    if (!fs::is_directory(root / folder)) return files;
    for (auto entry = fs::recursive_directory_iterator(root / folder); entry != fs::end(entry); ++entry) {
        if (entry->is_directory() && entry->path().filename() == "target") entry.disable_recursion_pending();
        if (entry->is_regular_file() && is_source(entry->path()))
            files.push_back(fs::relative(entry->path(), root).generic_string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

class Collector {
  public:
    Collector(const ClauseIndex& index, SourceCitations& found) : index_(index), found_(found) {}

    void add(const Citation& citation, Role role) {
        const ClauseText* clause = index_.find(citation.id);
        if (clause == nullptr) {
            found_.unknown.push_back(citation);
            return;
        }
        if (is_test(citation.place.file)) {
            put(found_.tests, citation);
        } else if (!is_support(citation.place.file)) {
            put_by_role(citation, role, *clause);
        }
    }

  private:
    void put_by_role(const Citation& citation, Role role, const ClauseText& clause) {
        switch (role) {
            case Role::prose:
                if (citation.place != clause.place) put(found_.prose, citation);
                break;
            case Role::reference:
                put(found_.reference, citation);
                break;
            case Role::node:
                put(found_.node, citation);
                break;
            case Role::both:
                put(found_.reference, citation);
                put(found_.node, citation);
                break;
            case Role::models:
                put(found_.models, citation);
                break;
            case Role::none:
                break;
        }
    }

    // The same clause on the same line is one citation, a check if one of them is.
    static void put(SourceCitations::ById& column, const Citation& citation) {
        std::vector<Citation>& all = column[citation.id];
        if (!all.empty() && all.back().place == citation.place) {
            all.back().form = std::min(all.back().form, citation.form);
        } else {
            all.push_back(citation);
        }
    }

    const ClauseIndex& index_;
    SourceCitations& found_;
};

}  // namespace

SourceCitations read_sources(const fs::path& root, const ClauseIndex& index) {
    SourceCitations found;
    Collector collector(index, found);
    for (const Folder& folder : kFolders) {
        for (const std::string& file : files_below(root, folder.path)) {
            for (const Citation& citation : find_citations(file, read_text(root / file), index))
                collector.add(citation, folder.role);
        }
    }
    return found;
}

}  // namespace touchstone::audit
