#!/usr/bin/env python3
"""Runs `touchstone devnet` with the real programs.

    devnet_system_test.py BIN-FOLDER [TEST...]

Everything is on loopback and in temporary folders; slots are short.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path()


def devnet(*options, folder=None):
    command = [str(BIN / "touchstone"), "devnet", "--json", *options]
    if folder:
        command += ["--dir", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def children_of(process):
    tasks = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(number) for number in tasks.read_text().split()]


def command_of(number):
    return pathlib.Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")


def wait_for_line(process, text):
    """Reads the progress until a line has the text; what came before is thrown away."""
    for line in process.stderr:
        if text in line:
            return
    raise AssertionError(f"the run ended without saying {text!r}")


def is_gone(number):
    """Whether a process has ended: there is none of this number, or it waits to be collected by a parent that died."""
    try:
        state = pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


class Devnet(unittest.TestCase):
    def run_to_end(self, *options, folder=None):
        process = devnet(*options, folder=folder)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        out, errors = process.communicate(timeout=280)
        return process.returncode, out, errors

    def test_finalizes(self):
        """The replay holds each order against the fork choice [DUT-05], and the times of the rows [STO-10]."""
        code, out, errors = self.run_to_end("--slot-ms", "500", "--validators", "16", "--nodes", "4", "--epochs", "4")
        self.assertEqual(code, 0, errors)
        summary = json.loads(out)
        self.assertTrue(summary["success"])
        self.assertGreaterEqual(summary["finalized_epoch"], 1)
        self.assertIs(summary["nodes_agree"], True)
        self.assertEqual(summary["divergences"], 0)
        self.assertGreater(summary["blocks_replayed"], 16)
        self.assertGreater(summary["participation"], 2 / 3)
        self.assertLessEqual(summary["participation"], 1)
        self.assertEqual(len(summary["nodes"]), 4)
        self.assertIsNone(summary["folder"])

    def test_a_node_that_dies_fails_the_run(self):
        with tempfile.TemporaryDirectory() as folder:
            process = devnet("--slot-ms", "500", "--validators", "8", "--nodes", "2", folder=folder)
            self.addCleanup(lambda: process.poll() is None and process.kill())
            wait_for_line(process, "slot 2,")
            nodes = [number for number in children_of(process) if b"run" in command_of(number)]
            self.assertEqual(len(nodes), 2)
            os.kill(nodes[1], signal.SIGKILL)
            out, errors = process.communicate(timeout=120)
            summary = json.loads(out)
            self.assertEqual(process.returncode, 1)
            self.assertFalse(summary["success"])
            self.assertIn("node 1 ended by itself, signal 9", " ".join(summary["failures"]))
            self.assertIn('"event":"status"', " ".join(summary["failures"]), "the end of its log")
            self.assertIn("node 1 ended by itself", errors)
            self.assertEqual(summary["divergences"], 0)
            self.assertTrue((pathlib.Path(folder) / "node-1" / "log.jsonl").exists())

    def test_no_process_outlives_the_command(self):
        with tempfile.TemporaryDirectory() as folder:
            process = devnet("--slot-ms", "500", "--validators", "8", "--nodes", "2", folder=folder)
            wait_for_line(process, "slot 1,")
            children = children_of(process)
            self.assertEqual(len(children), 3)
            process.kill()
            process.communicate(timeout=60)
            for number in children:
                # What was killed with its parent is gone when its last thread is: within the time of this test's limit.
                while not is_gone(number):
                    os.sched_yield()

    def test_an_interrupt_ends_it_in_order(self):
        with tempfile.TemporaryDirectory() as folder:
            process = devnet("--slot-ms", "500", "--validators", "8", "--nodes", "2", folder=folder)
            self.addCleanup(lambda: process.poll() is None and process.kill())
            wait_for_line(process, "slot 3,")
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=120)
            summary = json.loads(out)
            self.assertEqual(process.returncode, 1, "nothing can be final after three slots")
            self.assertEqual(len(summary["failures"]), 1, errors)
            self.assertIn("no epoch after the first is finalized", summary["failures"][0])
            self.assertEqual(summary["divergences"], 0)
            self.assertTrue(summary["nodes_agree"])
            for node in summary["nodes"]:
                self.assertIn('"event":"stopped"', pathlib.Path(node["log"]).read_text())

    def test_options_without_sense_are_refused(self):
        refusals = {
            ("--epochs", "3"): "--epochs 3 is too few",
            ("--nodes", "0"): "--nodes must be from 1 to 64",
            ("--nodes", "9", "--validators", "8"): "--validators must be at least --nodes",
            ("--validators", "7"): "[GEN-03]",
            ("--preset", "maximal"): "--preset",
            ("--slot-ms", "99"): "--slot-ms",
            ("--seed", "0x12"): "--seed must be 64 hexadecimal digits",
            ("--node-program", "/nowhere/node"): "there is no program /nowhere/node",
            ("--dir", "/etc"): "/etc is not empty",
        }
        for options, text in refusals.items():
            code, out, errors = self.run_to_end(*options)
            self.assertEqual((code, out), (2, ""), options)
            self.assertIn(text, errors)

    def test_a_program_that_is_no_node_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            code, out, _ = self.run_to_end("--node-program", "/bin/false", folder=folder)
        summary = json.loads(out)
        self.assertEqual(code, 1)
        self.assertEqual(len(summary["failures"]), 1)
        self.assertIn("node 0 ended by itself, exit code 1", summary["failures"][0])


if __name__ == "__main__":
    BIN = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
