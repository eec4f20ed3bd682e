// Shares for tokens and tokens for shares [STK-02]: both round down, of exact products.
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/stake.h"
#include "reference/stake/pools.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

struct Pool {
    std::uint64_t tokens = 0;
    std::uint64_t shares = 0;
};

// What is said of the result beforehand; nothing where no shares are made.
struct Said {
    std::optional<std::uint64_t> minted;
    std::uint64_t value = 0;
};

void add(Suite& suite, const std::string& name, const std::string& shows, const Pool& pool, std::uint64_t amount,
         std::uint64_t part, const Said& said) {
    Vector vector{
        .runner = "execution", .handler = "stake_value", .name = name, .shows = shows, .clauses = {"STK-02", "STK-01"}};
    vector.params = nlohmann::json{{"tokens", std::to_string(pool.tokens)},
                                   {"shares", std::to_string(pool.shares)},
                                   {"amount", std::to_string(amount)},
                                   {"part", std::to_string(part)}}
                        .dump();
    const auto minted = ref::mint_shares(Amount{pool.tokens}, pool.shares, Amount{amount});
    const auto value = static_cast<std::uint64_t>(ref::share_value(Amount{pool.tokens}, pool.shares, part));
    if (minted != said.minted || value != said.value) suite.problem(vector.id() + ": the reference says otherwise");
    vector.values = nlohmann::json{{"minted", minted ? nlohmann::json(std::to_string(*minted)) : nlohmann::json()},
                                   {"value", std::to_string(value)}}
                        .dump();
    suite.add(std::move(vector));
}

}  // namespace

void add_stake_values(Suite& suite) {
    if (!suite.wants("execution")) return;
    constexpr std::uint64_t kMost = UINT64_MAX;
    constexpr std::uint64_t kSupply = 4'000'000'000'000'000'000;
    constexpr std::uint64_t kTst = ref::GRAINS_PER_TST;
    add(suite, "empty_pool", "the first shares are as many as tokens", {0, 0}, 16 * kTst, 0, {16 * kTst, 0});
    add(suite, "empty_pool_of_one_grain", "one grain, one share", {0, 0}, 1, 0, {1, 0});
    add(suite, "empty_pool_of_nothing", "nothing makes no shares", {0, 0}, 0, 0, {{}, 0});
    add(suite, "empty_pool_of_the_most", "2^64 − 1 shares fit", {0, 0}, kMost, 0, {kMost, 0});
    add(suite, "tokens_without_shares", "tokens that nobody holds have no part in the price", {77, 0}, 5, 0, {5, 0});
    add(suite, "shares_without_tokens", "shares that are worth nothing have no price", {0, 77}, 5, 77, {{}, 0});
    add(suite, "nothing", "an amount of 0 makes no shares; no shares are worth nothing", {10, 10}, 0, 0, {{}, 0});
    add(suite, "one_to_one", "a share is a token", {kTst, kTst}, 7, 7, {7, 7});
    add(suite, "shares_are_dearer", "3 tokens for 2 shares: both round down", {3, 2}, 5, 1, {3, 1});
    add(suite, "shares_are_cheaper", "2 tokens for 3 shares", {2, 3}, 5, 2, {7, 1});
    add(suite, "just_below_a_share", "one token less than a share makes none", {10, 1}, 9, 1, {{}, 10});
    add(suite, "just_a_share", "exactly the price of a share", {10, 1}, 10, 0, {1, 0});
    add(suite, "just_below_two_shares", "one token less than two shares makes one", {10, 1}, 19, 0, {1, 0});
    add(suite, "share_below_a_grain", "a share that is worth less than a grain is worth nothing", {1, 10}, 1, 9,
        {10, 0});
    add(suite, "all_shares", "all shares are worth all tokens", {kSupply, 12'345'678'901}, 1, 12'345'678'901,
        {{}, kSupply});
    add(suite, "all_but_one_share", "all shares but one: what is rounded off stays", {1'000'003, 1'000}, 1'001, 999,
        {1, 999'002});
    add(suite, "product_beyond_64_bits", "a product of 124 bits", {kSupply, kSupply / 2}, kSupply / 4, kSupply / 8,
        {kSupply / 8, kSupply / 4});
    add(suite, "product_of_the_greatest", "a product of 128 bits", {kMost, kMost - 2}, 1, kMost - 2, {{}, kMost});
    add(suite, "greatest_product_that_fits", "2^64 − 1 shares in all", {kMost, kMost - 1}, 2, kMost - 1, {1, kMost});
    add(suite, "one_share_too_many", "the sum with those that are there does not fit", {1, kMost}, 1, 1, {{}, 0});
    add(suite, "sum_that_just_fits", "the sum with those that are there is 2^64 − 1", {kMost - 1, kMost - 1}, 1, 5,
        {1, 5});
    add(suite, "sum_that_does_not_fit", "one more", {kMost - 1, kMost - 1}, 2, 0, {{}, 0});
    add(suite, "quotient_beyond_64_bits", "the quotient alone does not fit", {1, std::uint64_t{1} << 63U},
        std::uint64_t{1} << 62U, 3, {{}, 0});
    add(suite, "half_of_what_fits", "as many again, and one is left", {kTst, std::uint64_t{1} << 62U}, 2 * kTst, 1,
        {std::uint64_t{1} << 63U, 0});
    add(suite, "as_many_as_fit", "the greatest sum", {kTst, std::uint64_t{1} << 63U}, kTst - 1, 0,
        {quotient(kTst - 1, std::uint64_t{1} << 63U, kTst), 0});
    add(suite, "two_to_the_64", "a sum of exactly 2^64", {kTst, std::uint64_t{1} << 63U}, kTst, 0, {{}, 0});
}

}  // namespace touchstone::vectors
