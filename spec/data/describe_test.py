#!/usr/bin/env python3
"""The issuance curve, and the page of parameters."""

import unittest

import describe
import generate

MAINNET = {entry["name"]: int(entry["mainnet"])
           for entry in generate.read_table(describe.DATA / "parameters.toml", "parameter")}


class Issuance(unittest.TestCase):
    def test_a_hundred_times_the_stake_mints_ten_times_as_much(self):
        little = describe.issuance(10**6 * describe.GRAINS_PER_TST, MAINNET)
        much = describe.issuance(10**8 * describe.GRAINS_PER_TST, MAINNET)
        self.assertAlmostEqual(much / little, 10, delta=0.02)

    def test_an_epoch_mints_the_base_reward_of_each_increment(self):
        stake = 10**18
        per_epoch = (stake // 10**9) * (10**9 * 64 // 10**9)
        epochs = describe.MILLISECONDS_PER_YEAR / (12000 * 32)
        self.assertAlmostEqual(describe.issuance(stake, MAINNET), per_epoch * epochs, delta=10**9)

    def test_stake_at_its_bound_does_not_mint_more_than_it_is(self):
        for tokens in describe.STAKES:
            stake = tokens * describe.GRAINS_PER_TST
            self.assertLess(describe.issuance(stake, MAINNET), stake / 5)


class Page(unittest.TestCase):
    def test_the_page_is_what_the_data_says(self):
        self.assertEqual(describe.PAGE.read_text(encoding="utf-8"), describe.page())

    def test_every_parameter_says_why(self):
        for entry in generate.read_table(describe.DATA / "parameters.toml", "parameter"):
            self.assertGreater(len(entry["why"]), 20, entry["name"])


if __name__ == "__main__":
    unittest.main()
