#!/usr/bin/env python3
"""The registry of runs: what it reads, what it refuses, and that counts are written where they belong."""

import pathlib
import tempfile
import unittest

import registry

MODULE = """---- MODULE MC_A ----
EXTENDS Types, Naturals
VARIABLE x
====
"""
TYPES = """---- MODULE Types ----
CONSTANTS Without
Rule(id, condition) == id \\in Without \\/ condition
Viable == Rule("FC-33a", TRUE)
====
"""
RUN = """[[run]]
name = "a/holds"
module = "MC_A"
kind = "property"
property = "x stays small"
clauses = ["FC-33"]
expected = "pass"
specification = "Spec"
invariants = ["Small"]
"""


class Registry(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "spec/tla/models").mkdir(parents=True)
        (self.root / "spec/tla/Types.tla").write_text(TYPES)
        (self.root / "spec/tla/models/MC_A.tla").write_text(MODULE)

    def read(self, text):
        (self.root / "spec/tla/models.toml").write_text(text)
        return registry.read(self.root, {"FC-33"})

    def test_a_run_is_read(self):
        run = self.read(RUN)["a/holds"]
        self.assertEqual((run.module, run.expected, run.invariants, run.deadlock), ("MC_A", "pass", ("Small",), "error"))
        self.assertEqual(run.timeout, 180)

    def test_files_beside_the_models_are_read_too(self):
        (self.root / "spec/tla/models/more.toml").write_text(RUN.replace("a/holds", "a/more"))
        self.assertEqual(list(self.read(RUN)), ["a/holds", "a/more"])

    def test_a_base_lends_its_keys_and_constants(self):
        runs = self.read('[[base]]\nname = "small"\nmodule = "MC_A"\nspecification = "Spec"\nconstants = { N = "1", M = "2" }\n'
                         + RUN.replace('module = "MC_A"', 'base = "small"\nconstants = { M = "3" }').replace('specification = "Spec"\n', ""))
        self.assertEqual(runs["a/holds"].constants, {"N": "1", "M": "3"})
        self.assertEqual(runs["a/holds"].specification, "Spec")

    def test_what_makes_no_sense_is_refused(self):
        for old, new, message in [
                ('kind = "property"', 'kind = "propery"', "kind is 'propery'"),
                ('expected = "pass"', 'expected = "violated"', "expected to be 'pass'"),
                ('invariants = ["Small"]', 'invariant = ["Small"]', "unknown key 'invariant'"),
                ('invariants = ["Small"]', 'invariants = "Small"', "invariants must be a list"),
                ('invariants = ["Small"]', 'invariants = ["Small"]\nconstants = { N = 3 }', "constants must be a table of texts"),
                ('invariants = ["Small"]', 'deadlock = "ignored"', "nothing is checked"),
                ('invariants = ["Small"]', 'invariants = ["x > 1"]', "no name of TLA"),
                ('invariants = ["Small"]', 'invariants = ["Small"]\ndeep = 1', "deep must be true or false"),
                ('"FC-33"', '"FC-99"', "no clause is called FC-99"),
                ('module = "MC_A"', 'module = "MC_B"', "there is no module MC_B"),
                ('module = "MC_A"', 'base = "b"', r"there is no \[\[base\]\] 'b'"),
                ('property = "x stays small"\n', "", "property is missing"),
                ('specification = "Spec"', 'init = "Init"', "either specification, or init and next"),
                ('specification = "Spec"', 'specification = "Spec"\nwithout = ["FC-33b"]', 'is called "FC-33b"'),
                ('specification = "Spec"', 'specification = "Spec"\nsimulate = { num = 1 }', "simulate has traces"),
                ('name = "a/holds"', 'name = "A holds"', "small letters"),
                ("[[run]]", "[[runs]]", "unknown runs"), ("[[run]]", "[run]", r"write \[\[run\]\]"), ("[[run]]", "[[run]", "models.toml")]:
            with self.subTest(message), self.assertRaisesRegex(registry.RegistryError, message):
                self.read(RUN.replace(old, new))
        with self.assertRaisesRegex(registry.RegistryError, "already a run of this name"):
            self.read(RUN + RUN)
        with self.assertRaisesRegex(registry.RegistryError, "there is no \\[\\[run\\]\\]"):
            self.read("")

    def test_a_violated_run_says_what_it_violates(self):
        control = RUN.replace("property\"", "control\"", 1).replace('"pass"', '"violated"') + 'without = ["FC-33a"]\n'
        self.assertEqual(self.read(control)["a/holds"].without, ("FC-33a",))
        several = control.replace('["Small"]', '["Small", "Even"]')
        with self.assertRaisesRegex(registry.RegistryError, "say by `violates`"):
            self.read(several)
        self.assertEqual(self.read(several + 'violates = "Even"\n')["a/holds"].violates, "Even")

    def test_a_property_without_witness_or_control_is_told(self):
        self.assertEqual(registry.properties_without_evidence(self.read(RUN)), [("x stays small", "witness"), ("x stays small", "control")])

    def test_counts_are_written_into_the_run_and_nothing_else_changes(self):
        second = RUN.replace("a/holds", "a/other")
        run = self.read("# first\n" + RUN + "\n# second\n" + second)["a/holds"]
        registry.record(run, 12, 3)
        registry.record(run, 14, 4)
        path = self.root / "spec/tla/models.toml"
        runs = registry.read(self.root, {"FC-33"})
        self.assertEqual((runs["a/holds"].states, runs["a/holds"].depth), (14, 4))
        self.assertEqual((runs["a/other"].states, runs["a/other"].depth), (0, 0))
        text = path.read_text()
        self.assertTrue(text.startswith("# first\n") and "# second" in text)
        registry.record(runs["a/other"], 1, 1)
        self.assertEqual(registry.read(self.root, {"FC-33"})["a/other"].states, 1)

    def test_a_comment_above_the_next_run_stays_there(self):
        run = self.read(RUN + "\n# second\n[[run]]\n" + RUN.replace("a/holds", "a/other").removeprefix("[[run]]\n"))["a/holds"]
        registry.record(run, 12, 3)
        self.assertRegex((self.root / "spec/tla/models.toml").read_text(), r"depth = 3\n\n# second\n\[\[run\]\]")

    def test_modules_are_found_through_what_they_extend(self):
        modules = registry.Modules(self.root)
        self.assertEqual(set(modules.closure("MC_A")), {"MC_A", "Types"})
        self.assertTrue(modules.has_without("MC_A"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
