"""The computation of randao_bias.py against what can be known otherwise."""

import itertools
import math
import unittest

import randao_bias


def best_of(values, tail):
    """The mean of the best draw by listing all draws: for few values and a short tail."""
    costs = [sum(bits) for bits in itertools.product((0, 1), repeat=tail)]
    mean = 0.0
    for drawn in itertools.product(values, repeat=len(costs)):
        probability = math.prod(p for _, p in drawn)
        mean += probability * max(value - cost for (value, _), cost in zip(drawn, costs))
    return mean


class RandaoBias(unittest.TestCase):
    def test_outcomes_of_an_epoch_are_a_distribution_with_the_mean_of_the_share(self):
        for slots, share in ((1, 0.3), (8, 0.25), (32, 0.45)):
            outcomes = randao_bias.epochs(slots, share)
            self.assertAlmostEqual(sum(p for p, _, _ in outcomes), 1)
            self.assertAlmostEqual(sum(p * drawn for p, drawn, _ in outcomes), slots * share)
            self.assertAlmostEqual(sum(p for p, _, tail in outcomes if tail > 0), share)

    def test_best_draw_is_that_of_listing_all(self):
        outcomes = [(0.5, 0, 0), (0.3, 1, 0), (0.2, 3, 1)]
        values = randao_bias.distribution(outcomes, [0.0] * 3)
        for tail in (0, 1, 2):
            listed = best_of([(0, 0.5), (1, 0.3), (3, 0.2)], tail)
            self.assertAlmostEqual(randao_bias.expected_maximum(values, tail)[0], listed)

    def test_without_a_tail_nothing_is_gained(self):
        values = randao_bias.distribution(randao_bias.epochs(8, 0.4), [0.0] * 9)
        self.assertAlmostEqual(randao_bias.expected_maximum(values, 0)[0], 3.2)

    def test_an_epoch_of_one_slot(self):
        # With the slot: propose, and have the next with share a; or withhold it, worth at most the same. No gain by either.
        self.assertAlmostEqual(randao_bias.solve(1, 0.25)[0], 0.25, places=6)

    def test_gain_grows_with_the_share_and_is_that_of_the_literature(self):
        found = [randao_bias.solve(32, share)[0] / 32 for share in (0.05, 0.10, 0.20)]
        for value, published in zip(found, (0.05048, 0.1019, 0.2068)):
            self.assertAlmostEqual(value, published, delta=0.00005)

    def test_withholding_happens_and_more_choices_come_of_it(self):
        slots, share = 8, 0.3
        yielded, withheld, with_choice = randao_bias.solve(slots, share)
        self.assertGreater(yielded, slots * share)
        self.assertGreater(withheld, 0)
        self.assertGreater(with_choice, share)

    def test_the_table_is_that_of_the_parameters(self):
        text = randao_bias.TABLE.read_text(encoding="utf-8")
        for preset, slots in randao_bias.preset_slots().items():
            self.assertIn(f"### {preset}: SLOTS_PER_EPOCH = {slots}", text)
            for line in randao_bias.lines_of(slots, [0.10, 0.30]):
                self.assertIn(line, text)


if __name__ == "__main__":
    unittest.main()
