#!/usr/bin/env python3
"""Tests of run_tutorial.py, with tutorials that need nothing but bash."""

import contextlib
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import run_tutorial  # noqa: E402
from run_tutorial import TutorialError, missing_line, steps_of  # noqa: E402


def tutorial(*blocks):
    return "# Title\n\n" + "\n".join(f"```{kind}\n{text}\n```\n\nsome words\n" for kind, text in blocks)


class Steps(unittest.TestCase):
    def test_are_the_blocks_of_sh_with_their_output(self):
        steps = steps_of(tutorial(("console", "not run"), ("sh", "echo a\necho b"), ("output", "a\n\nb"), ("sh", "true")))
        self.assertEqual([(step.commands, step.patterns) for step in steps], [("echo a\necho b\n", ["a", "b"]), ("true\n", [])])
        self.assertEqual(steps[0].line, 10)

    def test_an_output_of_nothing_is_a_mistake(self):
        with self.assertRaisesRegex(TutorialError, "line 3: there is nothing before"):
            steps_of(tutorial(("output", "a")))

    def test_a_block_has_an_end(self):
        for text in ("```sh\necho", "```sh\n```sh\n```\n"):
            with self.assertRaises(TutorialError):
                steps_of(text)


class Patterns(unittest.TestCase):
    def test_lines_are_found_in_their_order(self):
        self.assertIsNone(missing_line(["a", "c"], "x\na\nb\nc\n"))
        self.assertEqual(missing_line(["c", "a"], "a\nb\nc\n"), "a")
        self.assertEqual(missing_line(["a", "a"], "a\n"), "a")
        self.assertIsNone(missing_line([], ""))

    def test_a_line_is_whole_but_for_what_is_left_open(self):
        self.assertEqual(missing_line(["a"], "ab"), "a")
        self.assertIsNone(missing_line(["slot …, epoch 0: …"], "slot 7, epoch 0: block 0xab…"))
        self.assertEqual(missing_line(["slot …, epoch 0"], "slot 7, epoch 1"), "slot …, epoch 0")
        self.assertEqual(missing_line(["a.c"], "abc"), "a.c")


class Runs(unittest.TestCase):
    def run_text(self, *blocks, seconds=20):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as told:
            run_tutorial.run(steps_of(tutorial(*blocks)), pathlib.Path(folder), seconds)
        return told.getvalue()

    def test_all_blocks_run_in_one_shell(self):
        told = self.run_text(("sh", "A=5\necho x > file"), ("sh", "echo $A\ncat file"), ("output", "5\nx"))
        self.assertIn("--- prints\n5\nx\n", told)

    def test_another_output_is_a_failure(self):
        with self.assertRaisesRegex(TutorialError, "line 4 does not print, in this place: b"):
            self.run_text(("sh", "echo a"), ("output", "b"))

    def test_a_command_that_fails_is_one(self):
        for commands in ("false\ntrue", "false | true", "exit 0"):
            with self.assertRaisesRegex(TutorialError, "line 4: a command failed"):
                self.run_text(("sh", commands), ("sh", "true"))

    def test_a_command_that_is_to_fail_may(self):
        self.run_text(("sh", "! false"), ("sh", "true"))

    def test_a_command_that_never_ends_is_one(self):
        with self.assertRaisesRegex(TutorialError, "it takes too long"):
            self.run_text(("sh", "sleep 60"), seconds=0.5)

    def test_nothing_waits_for_input(self):
        self.run_text(("sh", "cat"), ("sh", "echo on"), ("output", "on"))

    def test_what_it_left_running_ends_with_it(self):
        told = self.run_text(("sh", "sleep 600 > /dev/null &\necho pid=$!"))
        number = told.split("pid=")[2].split()[0]
        self.assertFalse(pathlib.Path(f"/proc/{number}").exists())


class Program(unittest.TestCase):
    def test_finds_programs_where_a_reader_has_them(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "bin").mkdir()
            (folder / "bin" / "greet").write_text("#!/bin/sh\necho hello\n", encoding="utf-8")
            (folder / "bin" / "greet").chmod(0o755)
            text = tutorial(("sh", 'export PATH="$PWD/build/dev/bin:$PATH"\ngreet\ntest -f examples/verify_account.py'), ("output", "hello"))
            for output, code in (("hello", 0), ("goodbye", 1)):
                (folder / "t.md").write_text(text.replace("```output\nhello", f"```output\n{output}"), encoding="utf-8")
                done = subprocess.run([sys.executable, "-B", run_tutorial.__file__, str(folder / "bin"), str(folder / "t.md")],
                                      capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
