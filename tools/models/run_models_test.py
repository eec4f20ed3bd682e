#!/usr/bin/env python3
"""When a run passes, which runs are chosen, and what is printed of them."""

import dataclasses
import pathlib
import tempfile
import unittest

import registry
import run_models
import tlc

RUN = registry.Run(name="a/holds", module="MC_A", kind="property", property="x stays small", clauses=("FC-33",), expected="pass",
                   file=pathlib.Path("models.toml"), specification="Spec", invariants=("Small",), states=10, depth=3)
CONTROL = dataclasses.replace(RUN, name="a/control", kind="control", expected="violated", without=("FC-33a",))
DEEP = dataclasses.replace(RUN, name="a/deep", deep=True, constants={"N": "4"})
PASS = tlc.Answer("pass", 10, 3, 1.25)


class Judge(unittest.TestCase):
    def test_the_expected_verdict_with_the_recorded_counts_passes(self):
        self.assertEqual(run_models.judge(RUN, PASS, False), "")
        self.assertEqual(run_models.judge(CONTROL, tlc.Answer("violated", 10, 3, violated="Small"), False), "")

    def test_another_verdict_fails(self):
        self.assertIn("expected pass", run_models.judge(RUN, tlc.Answer("violated", 10, 3, message="Small is violated"), False))
        self.assertIn("expected violated", run_models.judge(CONTROL, PASS, False))
        self.assertIn("expected Small", run_models.judge(CONTROL, tlc.Answer("violated", 10, 3, violated="TypeOK"), False))
        self.assertEqual(run_models.judge(RUN, tlc.Answer("error", message="cannot parse"), True), "cannot parse")

    def test_another_count_fails_unless_it_is_recorded(self):
        for answer in (tlc.Answer("pass", 11, 3), tlc.Answer("pass", 10, 4)):
            self.assertIn("the model has changed", run_models.judge(RUN, answer, False))
            self.assertEqual(run_models.judge(RUN, answer, True), "")
        self.assertIn("none are recorded", run_models.judge(dataclasses.replace(RUN, states=0), PASS, False))


class Selection(unittest.TestCase):
    RUNS = {run.name: run for run in (RUN, CONTROL, DEEP)}

    def test_deep_runs_are_asked_for(self):
        self.assertEqual(run_models.select(self.RUNS, [], False), [RUN, CONTROL])
        self.assertEqual(run_models.select(self.RUNS, [], True), [RUN, CONTROL, DEEP])
        self.assertEqual(run_models.select(self.RUNS, ["a/deep", "a/d*"], False), [DEEP])

    def test_an_unknown_name_is_refused(self):
        with self.assertRaisesRegex(registry.RegistryError, "no run is called 'b'"):
            run_models.select(self.RUNS, ["b"], False)


class Report(unittest.TestCase):
    OUTCOMES = [run_models.Outcome(RUN, PASS, ""), run_models.Outcome(CONTROL, PASS, "expected violated")]

    def test_json_has_exactly_its_fields(self):
        self.assertEqual(run_models.as_json(self.OUTCOMES[:1], 2.04), {
            "runs": [{"name": "a/holds", "expected": "pass", "verdict": "pass", "states": 10, "depth": 3, "seconds": 1.2}], "seconds": 2.0})

    def test_the_table_marks_what_failed(self):
        lines = run_models.table(self.OUTCOMES)
        self.assertRegex(lines[1], r"^a/holds +property +pass +pass +10 +3 +1\.2$")
        self.assertRegex(lines[2], r"^a/control +control +violated +pass ! +10")

    def test_deep_runs_are_recorded_with_date_and_parameters(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "deep.md"
            run_models.write_deep_report([run_models.Outcome(DEEP, PASS, ""), self.OUTCOMES[0]], path, "2026-01-02")
            other = dataclasses.replace(DEEP, name="a/another")
            run_models.write_deep_report([run_models.Outcome(other, PASS, "")], path, "2026-01-03")
            text = path.read_text()
        self.assertIn("| `a/deep` | x stays small | N = 4 | 2026-01-02 | pass | 10 | 3 | 1 |", text)
        self.assertIn("| `a/another` | x stays small | N = 4 | 2026-01-03 |", text)
        self.assertNotIn("a/holds", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
