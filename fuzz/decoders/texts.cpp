// Short texts of people and programs: amounts, lists of indices, hexadecimal bytes on both sides, and the lines that
// the development network reads from its programs.
#include <algorithm>
#include <array>

#include "cli/devnet/node_log.h"
#include "cli/devnet/replay_report.h"
#include "cli/genesis/amount_text.h"
#include "cli/nearest_word.h"
#include "fuzz/agreement.h"
#include "fuzz/files/scratch.h"
#include "fuzz/targets.h"
#include "node/app/settings.h"
#include "node/base/bytes.h"
#include "reference/base/bytes.h"

namespace touchstone::fuzz {
namespace {

void amounts(std::string_view text) {
    const auto amount = cli::amount_from_text(text);
    if (!amount) return;
    const std::string written = cli::amount_to_text(*amount);
    expect(cli::amount_from_text(written) == amount, "an amount is read as it was written: " + written);
}

void any_amount(std::string_view text) {
    std::uint64_t grains = 0;
    for (const char c : text.substr(0, 8))
        grains = grains << 8U | static_cast<std::uint8_t>(c);
    const node::Amount amount(grains);
    expect(cli::amount_from_text(cli::amount_to_text(amount)) == amount, "every amount can be written and read");
}

void indices(std::string_view text) {
    const auto read = node::app::parse_indices(text);
    if (!read) return;
    expect(read->size() <= 1U << 20U, "no more indices than a node is given");
    expect(std::ranges::is_sorted(*read) && std::ranges::adjacent_find(*read) == read->end(), "ascending, each once");
    if (read->size() > 1000) return;
    std::string written;
    for (const std::uint64_t index : *read)
        written += (written.empty() ? "" : ",") + std::to_string(index);
    expect(node::app::parse_indices(written) == read, "indices are read as they were written: " + written);
}

/// With 0x before it, as in every format; the node's key files go without.
void hexadecimal(std::string_view text) {
    if (!text.starts_with("0x")) {
        if (const auto bytes = node::from_hex(text)) agree_on("digits", 2 * bytes->size(), text.size());
        return;
    }
    const auto by_reference = reference::from_hex(text);
    const auto by_node = node::from_hex(text);
    agree_on("whether it is hexadecimal: " + std::string(text), by_reference ? 1U : 0U, by_node ? 1U : 0U);
    if (by_reference) agree_on_bytes("bytes of " + std::string(text), *by_reference, *by_node);
}

void lines(std::string_view text) {
    (void)cli::parse_node_log_line(text);
    if (const auto report = cli::parse_replay_report(text)) {
        expect(report->first_divergence.empty() == report->first_divergence_json.empty(), "a divergence has its text");
    }
}

constexpr std::array kReaders{amounts, any_amount, indices, hexadecimal, lines};

}  // namespace

void fuzz_texts(Bytes bytes) {
    Input input(bytes);
    const auto read = input.choose(kReaders);
    read(as_text(input.rest()));
}

std::vector<ByteVector> text_seeds() {
    std::vector<ByteVector> seeds;
    for (const char* text : {"32", "32.5 TST", "18446744073.709551615", "0.000000001", "18446744073.709551616", ".5"})
        seeds.push_back(seed_of({0}, text));
    seeds.push_back(seed_of({1}, "\xff\xff\xff\xff\xff\xff\xff\xff"));
    for (const char* text : {"0-15,20", "", "5", "1,1", "18446744073709551615", "0-1048575", "3-1"})
        seeds.push_back(seed_of({2}, text));
    for (const char* text : {"0x00ff", "00FF", "0x", "0x0", "0X12", "zz"})
        seeds.push_back(seed_of({3}, text));
    static constexpr const char* kDivergence =
        R"({"blocks_replayed":3,"divergences":1,"rows_replayed":9,"databases":2,"final":true,)"
        R"("first_divergence":{"database":"a","seq":4,"kind":"block","clause":"STO-18","stored":"x"}})";
    for (const char* text : {R"({"event":"listening","address":"/ip4/127.0.0.1/tcp/1","peers":3})", kDivergence,
                             R"({"blocks_replayed":18446744073709551615,"divergences":0,"final":false})", "{", "[]"}) {
        seeds.push_back(seed_of({4}, text));
    }
    return seeds;
}

}  // namespace touchstone::fuzz
