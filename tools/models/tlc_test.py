#!/usr/bin/env python3
"""What is given to TLC, and what its answers mean."""

import pathlib
import tempfile
import unittest

import registry
import tlc

RUN = registry.Run(name="a/holds", module="MC_A", kind="property", property="x stays small", clauses=("FC-33",), expected="pass",
                   file=pathlib.Path("models.toml"), specification="Spec", invariants=("Small", "Even"))


def message(code, text, severity=0):
    return f"@!@!@STARTMSG {code}:{severity} @!@!@\n{text}\n@!@!@ENDMSG {code} @!@!@\n"


COUNTS = message(2199, "1,043 states generated, 1,021 distinct states found, 0 states left on queue.")
STATES = (message(2217, "1: <Initial predicate>\n/\\ x = 0\n/\\ y = <<1,\n  2>>\n", 4)
          + message(2217, "2: <Next line 8, col 26 to line 8, col 153 of module A>\n/\\ x = 3\n/\\ y = <<1,\n  2>>\n", 4))


class Configuration(unittest.TestCase):
    def written(self, **changes):
        return tlc.root_module(registry.dataclasses.replace(RUN, **changes), has_without=True)

    def test_values_that_a_configuration_cannot_say_are_defined_in_the_module(self):
        module, configuration = self.written(constants={"N": "4", "V": "{a, b}", "Stake": "[v \\in 1..4 |-> 5]", "F": "<- Fast"})
        self.assertIn("  N = 4\n", configuration)
        self.assertIn("  V = {a, b}\n", configuration)
        self.assertIn("  Stake <- RunStake\n", configuration)
        self.assertIn("  F <- Fast\n", configuration)
        self.assertIn("EXTENDS MC_A\nRunStake == [v \\in 1..4 |-> 5]\n", module)

    def test_rules_are_left_out_by_their_ids(self):
        self.assertIn('Without = {"FC-33a", "FC-34"}', self.written(without=("FC-33a", "FC-34"))[1])
        self.assertIn("Without = {}", self.written()[1])
        self.assertNotIn("Without", tlc.root_module(RUN, has_without=False)[1])

    def test_what_is_checked_stands_there(self):
        configuration = self.written(properties=("Live",), symmetry="Swap", deadlock="ignored")[1]
        for line in ("SPECIFICATION Spec", "INVARIANT Small", "INVARIANT Even", "PROPERTY Live", "SYMMETRY Swap", "CHECK_DEADLOCK FALSE"):
            self.assertIn(line + "\n", configuration)


class Command(unittest.TestCase):
    def command(self, **changes):
        return tlc.command_of("tlc.jar", registry.dataclasses.replace(RUN, **changes), pathlib.Path("f"), "2g", root=pathlib.Path("r"))

    def test_it_is_one_worker_and_a_result_that_comes_out_the_same_each_time(self):
        command = self.command()
        for option, value in (("-workers", "1"), ("-fp", "0"), ("-lncheck", "final")):
            self.assertEqual(command[command.index(option) + 1], value)
        self.assertIn("-DTLA-Library=r/spec/tla:r/spec/tla/models", command)
        self.assertNotIn("-simulate", command)

    def test_only_short_runs_do_without_the_optimizing_compiler(self):
        for states, short in ((0, False), (10, True), (100000, False)):
            self.assertEqual("-XX:TieredStopAtLevel=1" in self.command(states=states), short)

    def test_a_simulation_has_its_parameters(self):
        command = self.command(simulate={"traces": 7, "depth": 8, "seed": 9})
        self.assertEqual(command[command.index("-simulate"):][:6], ["-simulate", "num=7", "-depth", "8", "-seed", "9"])


class Answers(unittest.TestCase):
    def test_a_pass_has_distinct_states_and_depth(self):
        answer = tlc.answer_of(COUNTS + message(2194, "The depth of the complete state graph search is 7."), 0)
        self.assertEqual((answer.verdict, answer.states, answer.depth), ("pass", 1021, 7))

    def test_a_violated_invariant_is_named_and_its_counterexample_counted(self):
        answer = tlc.answer_of(message(2110, "Invariant Small is violated.", 1) + message(2121, "The behavior is:", 1) + STATES + COUNTS, 12)
        self.assertEqual((answer.verdict, answer.violated, answer.states, answer.depth), ("violated", "Small", 1021, 2))

    def test_an_initial_state_may_violate(self):
        answer = tlc.answer_of(message(2107, "Invariant Small is violated by the initial state:\nx = 0\n", 1), 12)
        self.assertEqual((answer.verdict, answer.violated, answer.depth), ("violated", "Small", 1))

    def test_temporal_properties_and_deadlocks_are_violations(self):
        self.assertEqual(tlc.answer_of(message(2116, "Temporal properties were violated.\n", 1) + STATES, 13).verdict, "violated")
        answer = tlc.answer_of(message(2114, "Deadlock reached.", 1) + STATES + COUNTS, 11)
        self.assertEqual((answer.verdict, answer.violated), ("violated", "deadlock"))

    def test_everything_else_is_an_error_with_the_message_of_tlc(self):
        answer = tlc.answer_of(message(1000, "TLC threw an unexpected exception.\nUndefined operator", 1), 150)
        self.assertEqual(answer.verdict, "error")
        self.assertIn("Undefined operator", answer.message)
        self.assertIn("no such option", tlc.answer_of("no such option", 1).message)
        # An evaluation error behind a violation's exit code is no violation.
        self.assertEqual(tlc.answer_of(message(2103, "Evaluation failed", 1), 12).verdict, "error")

    def test_messages_in_messages_are_one(self):
        text = "Evaluating failed:\n" + message(2266, "an integer was expected").rstrip("\n") + "\nat line 5"
        self.assertEqual(tlc.messages(message(1000, text, 1)), [(1000, 1, "Evaluating failed:\nan integer was expected\nat line 5")])

    def test_a_simulation_has_the_states_that_it_generated(self):
        answer = tlc.answer_of(message(2209, "Progress(-1) at 2026-11-27 16:01:59: 1,101 states generated, -1 distinct states found."), 0)
        self.assertEqual((answer.verdict, answer.states), ("pass", 1101))

    def test_a_counterexample_shows_what_changes(self):
        shown = tlc.counterexample(STATES + message(2122, "1: Back to state: <Next>", 4))
        self.assertEqual(shown[0], ("1: <Initial predicate>", "    x = 0\n    y = <<1,\n  2>>\n"))
        self.assertEqual(shown[1][1], "    x = 3\n")
        self.assertEqual(shown[2], ("1: Back to state: <Next>", ""))


class Jar(unittest.TestCase):
    def test_a_jar_with_another_content_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / tlc.JAR).write_bytes(b"not TLC")
            with self.assertRaisesRegex(tlc.TlcError, "has the SHA-256 .* remove it"):
                tlc.find_jar(pathlib.Path(folder))


if __name__ == "__main__":
    unittest.main(verbosity=2)
