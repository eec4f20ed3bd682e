#!/usr/bin/env python3
"""Shows that the vectors catch an implementation that breaks a rule.

    mutation_vectors_test.py BUILD-FOLDER

Every mutant of the table is built and asked the cases of its clause: some of them have to fail. A program that is built in the
same way from the source as it is passes the whole suite.
"""

import pathlib
import sys
import tempfile
import unittest

import suite
from mutants import ROOT, read_table
from rebuild import Build

BUILD = None


class Vectors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_cases(self, program, file, text, cases=None):
        built = BUILD.rebuild(program, file, text, self.folder)
        return suite.run(BUILD.program("touchstone-conform"), built, cases)

    def control(self, program, file):
        report = self.run_cases(program, file, (ROOT / file).read_text(encoding="utf-8"))
        self.assertGreater(report["passed"], 1000)
        self.assertEqual([case for case in report["cases"] if not case["passed"]], [])

    def test_pass_the_unchanged_node_built_in_the_same_way(self):
        self.control("touchstone-node", "node/kernel/fork_choice/fork_choice.cpp")

    def test_pass_the_unchanged_reference_built_in_the_same_way(self):
        self.control("touchstone-ref", "reference/transition/attestation.cpp")

    def catch(self, mutant):
        report = self.run_cases(mutant.program, mutant.file, mutant.text(), suite.cases_of(mutant.clause))
        asked = [case for case in report["cases"] if mutant.clause in case["clauses"]]
        caught = [case for case in asked if not case["passed"]]
        print(f"{mutant.clause} {mutant.name}: {len(caught)} of {len(asked)} cases failed")
        self.assertTrue(caught, f"no case of {mutant.clause} sees that {mutant.file} has {mutant.new!r}")
        # They fail by what the mutant answers, and not because it does not run.
        for case in report["cases"]:
            self.assertNotRegex(case.get("reason", ""), "the adapter|no answer|more than one line", case)


def add_tests():
    for mutant in read_table().values():
        setattr(Vectors, f"test_catch_{mutant.name}", lambda self, mutant=mutant: self.catch(mutant))


if __name__ == "__main__":
    BUILD = Build(sys.argv.pop(1))
    add_tests()
    unittest.main(verbosity=2)
