#!/usr/bin/env python3
"""Shows that the replay catches a node that breaks a rule.

    mutation_replay_test.py BUILD-FOLDER

Builds a mutant of the node, runs a short development network of it, and looks at what the reference says of its databases.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from mutants import clauses, read_table
from rebuild import Build

BUILD = None
SECONDS = 280


def run_json(*command):
    """Exit code, the object on standard output, and standard error."""
    done = subprocess.run(command, text=True, capture_output=True, timeout=SECONDS, check=False)
    try:
        return done.returncode, json.loads(done.stdout), done.stderr
    except json.JSONDecodeError as error:
        raise AssertionError(f"{command} ended with {done.returncode} and no JSON:\n{done.stdout}{done.stderr}") from error


class Replay(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def devnet(self, node):
        """A network that is long enough for the first epochs to be justified; it ends by itself at the first divergence."""
        return run_json(BUILD.program("touchstone"), "devnet", "--json", "--nodes", "2", "--validators", "8", "--slot-ms", "500",
                        "--epochs", "4", "--node-program", node, "--dir", self.folder / "devnet")

    def assert_tells(self, divergence):
        print("the reference says:", json.dumps(divergence))
        # Which of the two comes first, the head or the state of a block, depends on when the votes arrived.
        self.assertIn(divergence["clause"], clauses())
        self.assertRegex(divergence["field"], r"^[a-z_]+$")
        self.assertTrue(divergence["stored"])
        self.assertTrue(divergence["computed"])
        self.assertNotEqual(divergence["stored"], divergence["computed"])
        self.assertGreater(divergence["seq"], 0)

    def test_catches_a_node_that_justifies_below_two_thirds(self):
        mutant = read_table()["justifies_below_two_thirds"]
        code, summary, errors = self.devnet(BUILD.rebuild("touchstone-node", mutant.file, mutant.text(), self.folder / "build"))
        self.assertEqual(code, 1, errors)
        self.assertGreaterEqual(summary["divergences"], 1, errors)
        self.assert_tells(summary["first_divergence"])

        # The replay says the same of a database when it is asked later.
        database = summary["first_divergence"]["database"]
        code, report, errors = run_json(BUILD.program("touchstone-ref"), "replay", "--json", "--db", database)
        self.assertEqual(code, 1, errors)
        self.assertEqual(report["divergences"], 1)
        self.assertEqual(report["first_divergence"], summary["first_divergence"])


if __name__ == "__main__":
    BUILD = Build(sys.argv.pop(1))
    unittest.main(verbosity=2)
