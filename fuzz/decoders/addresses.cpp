// Text addresses: any text, and valid ones that were spoilt.
#include <algorithm>
#include <string>

#include "fuzz/agreement.h"
#include "fuzz/targets.h"
#include "node/kernel/accounts/address.h"
#include "reference/signatures/address.h"

namespace touchstone::fuzz {
namespace {

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }
char upper(char letter) { return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter; }

void spoil(std::string& text, Input& input) {
    const std::uint64_t times = input.below(4);
    for (std::uint64_t i = 0; i < times && !text.empty(); ++i) {
        const std::size_t place = input.below(text.size());
        switch (input.below(6)) {
            case 0:
                text[place] = static_cast<char>(input.number(1));
                break;
            case 1:
                text.erase(place, 1);
                break;
            case 2:
                text.insert(place, 1, static_cast<char>(input.number(1)));
                break;
            case 3:
                std::ranges::transform(text, text.begin(), upper);
                break;
            case 4:
                text[place] = upper(text[place]);
                break;
            default:
                std::swap(text[place], text[text.size() - 1 - place]);
                break;
        }
    }
}

void compare(const std::string& text) {
    const auto by_reference = reference::address_from_text(text);
    const auto by_node = node::address_from_text(text);
    if (!agree_on_verdict("address \"" + text + "\"", by_reference, by_node)) return;
    agree_on_bytes("address of \"" + text + "\"", by_reference.value().bytes, by_node.value().bytes);
    std::string lowered = text;
    std::ranges::transform(lowered, lowered.begin(), lower);
    agree_on("text of an address", reference::address_to_text(by_reference.value()), lowered);
    agree_on("text of an address", lowered, node::address_to_text(by_node.value()));
}

}  // namespace

void fuzz_addresses(Bytes bytes) {
    Input input(bytes);
    if (input.flag()) {
        compare(std::string(input.rest().begin(), input.rest().end()));
        return;
    }
    crypto::Ed25519PublicKey key{};
    std::ranges::copy(input.take(key.size()), key.begin());
    agree_on_bytes("address of a key", reference::address_of(key).bytes, node::address_of(key).bytes);
    std::string text = reference::address_to_text(reference::address_of(key));
    spoil(text, input);
    compare(text);
}

std::vector<ByteVector> address_seeds() {
    std::vector<ByteVector> seeds;
    const auto add_text = [&](const std::string& text) {
        ByteVector seed{1};
        seed.insert(seed.end(), text.begin(), text.end());
        seeds.push_back(std::move(seed));
    };
    add_text(reference::address_to_text(reference::Address{}));
    add_text("tst1");
    add_text("A1LQFN3A");
    add_text("?1v759aa");
    add_text("abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx");
    for (std::uint8_t spoilt = 0; spoilt < 6; ++spoilt) {
        ByteVector seed(37, spoilt);
        seed[0] = 0;
        seed[33] = 1;
        seed[34] = 11;
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

}  // namespace touchstone::fuzz
