#!/usr/bin/env python3
"""How the driver of the simulations chooses, judges and counts."""

import io
import contextlib
import itertools
import json
import pathlib
import stat
import tempfile
import unittest

import run_simulations

SOUND = {"nodes": 4, "finalized_epoch": 6, "epochs": 6, "calm_epochs": 2, "crashes": 0, "events": 9, "complaints": [], "event_log_hash": "ab"}

# A program that answers as touchstone-sim does; its event log changes from play to play where a seed is 13.
PROGRAM = """#!/usr/bin/env python3
import json, os, sys
seed = int(sys.argv[sys.argv.index("--seed") + 1])
summary = json.loads('SUMMARY')
if seed == 13:
    summary["event_log_hash"] = str(os.getpid())
if seed == 14:
    summary["complaints"] = ["a validator was slashed"]
if "--databases" in sys.argv:
    folder = sys.argv[sys.argv.index("--databases") + 1]
    os.mkdir(folder)
    open(os.path.join(folder, "node-0.sqlite"), "w").close()
print(json.dumps(summary))
sys.exit(1 if summary["complaints"] else 0)
"""


def text(summary):
    return json.dumps(summary)


class Judge(unittest.TestCase):
    def test_two_equal_plays_without_complaint_pass(self):
        self.assertEqual(run_simulations.judge((0, text(SOUND), ""), (0, text(SOUND), "")), [])

    def test_two_histories_of_one_seed_fail(self):
        other = SOUND | {"event_log_hash": "cd"}
        self.assertIn("two histories: event log ab, then cd", run_simulations.judge((0, text(SOUND), ""), (0, text(other), ""))[0])
        self.assertIn("then nothing", run_simulations.judge((0, text(SOUND), ""), (1, "", "boom"))[0])

    def test_a_complaint_an_exit_status_and_a_missing_summary_fail(self):
        worse = SOUND | {"complaints": ["x"]}
        self.assertEqual(run_simulations.judge((1, text(worse), ""), (1, text(worse), "")), ["x"])
        self.assertIn("exit status 1", run_simulations.judge((1, text(SOUND), "boom"), (1, text(SOUND), ""))[0])
        self.assertIn("boom", run_simulations.judge((139, "", "boom"), (0, text(SOUND), ""))[0])

    def test_the_reference_has_to_have_replayed_rows_without_divergence(self):
        self.assertEqual(run_simulations.judge_replay((0, '{"divergences": 0, "rows_replayed": 5}', "")), [])
        self.assertTrue(run_simulations.judge_replay((0, '{"divergences": 0, "rows_replayed": 0}', "")))
        self.assertIn("FC-07", run_simulations.judge_replay(
            (1, '{"divergences": 1, "rows_replayed": 5, "first_divergence": {"clause": "FC-07"}}', ""))[0])
        self.assertIn("boom", run_simulations.judge_replay((1, "", "boom"))[0])


class Choice(unittest.TestCase):
    def test_scenarios_take_turns_and_rounds_are_replayed_in_turn(self):
        names = [pathlib.Path(name) for name in "abc"]
        chosen = list(itertools.islice(run_simulations.plays(3, names, 2), 6))
        self.assertEqual([str(play.scenario) for play in chosen], list("abcabc"))
        self.assertEqual([play.replayed for play in chosen], [False] * 3 + [True] * 3)
        self.assertEqual([play.seed for play in chosen], [3, 4, 5, 6, 7, 8])

    def test_one_seed_in_twenty_is_verified_anew(self):
        chosen = itertools.islice(run_simulations.plays(15, [pathlib.Path("a")], 1), 30)
        self.assertEqual([play.seed for play in chosen if play.anew], [20, 40])

    def test_a_scenario_is_found_by_its_name_and_an_unknown_one_is_refused(self):
        self.assertEqual(run_simulations.scenario_path("calm").name, "calm.toml")
        self.assertEqual(run_simulations.scenario_path("hundred_nodes").parent.name, "large")
        with self.assertRaisesRegex(run_simulations.UsageError, "calm"):
            run_simulations.scenario_path("no such")


class Main(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write("touchstone-sim", PROGRAM.replace("SUMMARY", text(SOUND)))
        self.write("touchstone-ref", "#!/bin/sh\necho '{\"divergences\": 0, \"rows_replayed\": 5}'\n")

    def write(self, name, content):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(content, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run_main(self, *arguments):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = run_simulations.main(["--bin", self.folder.name, "--scenario", "calm", *arguments])
        return code, out.getvalue()

    def test_sound_seeds_pass_and_are_counted(self):
        code, out = self.run_main("--seed", "1", "--seeds", "3", "--large", "hundred_nodes")
        self.assertEqual(code, 0, out)
        self.assertTrue(out.endswith("4 passed, 0 failed\n"), out)
        self.assertEqual(out.count("replayed"), 3)

    def test_a_large_scenario_alone_is_played_twice_with_the_cache(self):
        log = pathlib.Path(self.folder.name) / "log"
        self.write("touchstone-sim", f"#!/bin/sh\necho \"$@\" >>{log}\necho '{text(SOUND)}'\n")
        code, out = self.run_main("--seed", "20", "--seeds", "0", "--large", "thousand_validators")
        self.assertEqual(code, 0, out)
        self.assertTrue(out.endswith("1 passed, 0 failed\n"), out)
        commands = log.read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(commands), 2)
        self.assertFalse(any("--no-verdict-cache" in command for command in commands))

    def test_a_seed_that_fails_is_shown_with_its_command(self):
        code, out = self.run_main("--seed", "12", "--seeds", "3")
        self.assertEqual(code, 1)
        self.assertIn("touchstone-sim --seed 13 --scenario node/sim/scenarios/calm.toml", out)
        self.assertIn("a validator was slashed", out)
        self.assertTrue(out.endswith("1 passed, 2 failed\n"), out)

    def test_the_reference_can_fail_a_seed(self):
        self.write("touchstone-ref", "#!/bin/sh\necho '{\"divergences\": 1, \"rows_replayed\": 5}'\nexit 1\n")
        self.assertEqual(self.run_main("--seed", "1", "--seeds", "1")[0], 1)

    def test_nothing_at_all_is_no_success(self):
        self.assertEqual(self.run_main("--minutes", "0")[0], 1)
        self.assertEqual(self.run_main("--large", "no such")[0], 2)


if __name__ == "__main__":
    unittest.main()
