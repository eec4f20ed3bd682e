#!/usr/bin/env python3
"""Shows that the attacks on simulated networks work as soon as what holds them off is gone.

    mutation_attacks_test.py BUILD-FOLDER

The program of node/sim/attacks is built anew with a mitigation taken out of a copy of the node. Its test of that attack must then
say that the attack works, and a test of another attack passes as before. Where the mitigation is a parameter or an operator's order, the
program itself shows it.
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

from mutants import TABLE, read_table
from rebuild import Build

BUILD = None
SECONDS = 300
PROGRAM = "tests/touchstone_node_sim_attacks_test"
# Does not depend on what is taken out: a program that is broken elsewhere fails it.
ANOTHER = "ExAnteReorg.WorksWithMoreThanTheBoost"
ATTACKS = TABLE.with_name("attacks.toml")


class Attacks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def without(self, *names):
        """The program without these mitigations."""
        table = read_table(ATTACKS)
        return BUILD.rebuild_with(PROGRAM, {table[name].file: table[name].text() for name in names}, self.folder)

    def run_test(self, program, name):
        done = subprocess.run([program, f"--gtest_filter={name}"], text=True, capture_output=True, timeout=SECONDS, check=False)
        self.assertIn("[==========] 1 test from 1 test suite ran.", done.stdout, f"there is no test {name}")
        return done

    def assert_attack_works(self, program, name):
        done = self.run_test(program, name)
        self.assertEqual(done.returncode, 1, done.stdout)
        # Not because something else is amiss with the program.
        self.assertIn("the attack works", done.stdout)

        other = self.run_test(program, ANOTHER)
        self.assertEqual(other.returncode, 0, other.stdout)

    def test_avalanche_without_first_votes_and_evidence(self):
        program = self.without("a_later_vote_of_an_epoch_counts", "a_later_vote_of_an_epoch_is_an_input")
        self.assert_attack_works(program, "Avalanche.FailsAgainstFirstVotesAndEvidence")

    def test_unrealized_justification_without_the_pull_up(self):
        program = self.without("the_voting_source_is_what_is_realized")
        self.assert_attack_works(program, "UnrealizedJustification.FailsAgainstThePullUp")

    def test_bouncing_if_justification_is_realized_at_once(self):
        program = self.without("what_is_justified_is_realized_at_once")
        self.assert_attack_works(program, "Bouncing.WaitsForTheEndOfTheEpoch")


if __name__ == "__main__":
    BUILD = Build(sys.argv.pop(1))
    unittest.main(verbosity=2)
