#!/usr/bin/env python3
"""Shows that the models catch an implementation that breaks a rule, in both directions.

    mutation_models_test.py BUILD-FOLDER

Behaviours of the fork-choice model, run as vectors, fail for a mutant and pass for a program that is built in the same way from the
source as it is; and the trace of a simulated network of mutants is no behaviour of the model. Run by ./dev models --mutants: it needs TLC.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from mutants import ROOT, read_table
from rebuild import Build

BUILD = None
SECONDS = 900
SCENARIOS = 60
FORK_CHOICE = "node/kernel/fork_choice/fork_choice.cpp"


def run_tool(tool, *arguments):
    """(exit code, output) of a tool of tools/models."""
    done = subprocess.run([sys.executable, "-B", ROOT / "tools" / "models" / tool, *arguments], text=True, capture_output=True,
                          timeout=SECONDS, check=False)
    return done.returncode, done.stdout + done.stderr


class Models(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def rebuild(self, program, file, text, name):
        return BUILD.rebuild(program, file, text, self.folder / name)

    def mutant(self, name, program):
        mutant = read_table()[name]
        return self.rebuild(program, mutant.file, mutant.text(), name)

    def scenarios(self, program):
        return run_tool("scenarios.py", "--bin", BUILD.folder / "bin", "--count", str(SCENARIOS),
                        "--adapter", f"program={program} adapter")

    def assert_scenarios_catch(self, name, program):
        code, output = self.scenarios(self.mutant(name, program))
        self.assertEqual(code, 1, output)
        failed = int(re.search(r"(\d+) passed, (\d+) failed\s*$", output).group(2))
        print(f"{name}: {failed} of {SCENARIOS} scenarios failed")
        self.assertGreater(failed, 0)
        # They fail by what the mutant answers, and not because it does not run.
        self.assertNotRegex(output, "the adapter|no answer|more than one line")

    def test_scenarios_pass_the_unchanged_node_built_in_the_same_way(self):
        text = (ROOT / FORK_CHOICE).read_text(encoding="utf-8")
        code, output = self.scenarios(self.rebuild("touchstone-node", FORK_CHOICE, text, "unchanged"))
        self.assertEqual(code, 0, output)

    def test_scenarios_catch_a_boost_at_the_deadline(self):
        self.assert_scenarios_catch("boosts_a_block_at_the_deadline", "touchstone-node")

    def test_scenarios_catch_a_second_vote_in_the_reference(self):
        self.assert_scenarios_catch("reference_lets_a_second_vote_of_an_epoch_count", "touchstone-ref")

    def traces(self, program):
        return run_tool("traces.py", "--sim", program, "--seeds", "1")

    def test_traces_pass_the_unchanged_network_built_in_the_same_way(self):
        text = (ROOT / FORK_CHOICE).read_text(encoding="utf-8")
        code, output = self.traces(self.rebuild("touchstone-sim", FORK_CHOICE, text, "unchanged"))
        self.assertEqual(code, 0, output)

    def test_traces_catch_checkpoints_that_are_realized_a_slot_late(self):
        code, output = self.traces(self.mutant("realizes_checkpoints_a_slot_late", "touchstone-sim"))
        self.assertEqual(code, 1, output)
        self.assertIn("is not one of the model", output)
        print(re.search(r"event \d+ is not one of the model", output).group(0))


if __name__ == "__main__":
    BUILD = Build(sys.argv.pop(1))
    unittest.main(verbosity=2)
