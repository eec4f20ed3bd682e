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
# Of five nodes over fourteen epochs its schedule has every kind of fault.
CHAOS_SEED = "7"
# Its first fault is a pause of some seconds.
PAUSE_SEED = "44"


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


def rpc_of(log):
    """Where a node says that its RPC is."""
    for line in log.read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "rpc_listening":
            return "http://" + event["address"]
    raise AssertionError(f"no node listens for RPC in {log}")


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

    def test_chaos_ends_on_one_finalized_chain(self):
        """Nodes are killed, restarted, paused, parted and delayed: what they signed outlives that [DUT-18], so that nobody
        is slashed, and the replay holds each journal, which goes on, against the reference."""
        code, out, errors = self.run_to_end("--slot-ms", "500", "--validators", "20", "--nodes", "5", "--epochs", "14",
                                            "--chaos", "--chaos-seed", CHAOS_SEED, "--load", "10", "--accounts", "50")
        self.assertEqual(code, 0, errors)
        summary = json.loads(out)
        self.assertTrue(summary["success"])
        self.assertEqual((summary["divergences"], summary["slashed"]), (0, 0))
        self.assertIs(summary["nodes_agree"], True)
        self.assertGreaterEqual(summary["finalized_epoch"], 14 - 4, "which began after the last fault")
        self.assertEqual(summary["chaos_seed"], int(CHAOS_SEED))
        self.assertGreater(summary["load"]["included"], summary["load"]["sent"] / 2)
        kinds = {fault["kind"] for fault in summary["faults"]}
        self.assertEqual(len(summary["faults"]) + summary["faults_left_out"], 7)
        if summary["faults_left_out"] == 0:  # as always, unless nodes take seconds to start
            self.assertEqual(kinds, {"kill", "restart", "pause", "partition", "split", "one_way", "delay"})
        for fault in summary["faults"]:
            self.assertIsNotNone(fault["back_s"], fault)
        self.assertGreater(max(fault.get("blocks_apart", 0) for fault in summary["faults"]), 0)
        ended = [node for fault in summary["faults"] if fault["kind"] in ("kill", "restart") for node in fault["nodes"]]
        for number, node in enumerate(summary["nodes"]):
            self.assertEqual(node["starts"], 1 + ended.count(number))
            for course in (node["memory"], node["descriptors"]):
                self.assertGreater(course["last"], 0)
                self.assertGreaterEqual(course["max"], course["first"])
            self.assertGreater(len(node["usage"]), 1)
        self.assertIn("; kill of node", errors, "the fault under way is shown")

    def test_an_interrupt_ends_chaos_in_order(self):
        """Also while a node is paused, which hears no signal until it is resumed."""
        with tempfile.TemporaryDirectory() as folder:
            process = devnet("--slot-ms", "500", "--validators", "20", "--nodes", "5", "--chaos", "--chaos-seed",
                             PAUSE_SEED, folder=folder)
            self.addCleanup(lambda: process.poll() is None and process.kill())
            wait_for_line(process, "; pause of node")
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=120)
            summary = json.loads(out)
            self.assertEqual(process.returncode, 1)
            self.assertIn("interrupted before epoch 24", " ".join(summary["failures"]))
            self.assertNotIn("did not end in time", " ".join(summary["failures"]))
            self.assertIn(f"--chaos --chaos-seed {PAUSE_SEED}", summary["command"])
            self.assertIn("To repeat it: touchstone devnet", errors)

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

    def test_a_load_is_executed_and_replayed(self):
        code, out, errors = self.run_to_end("--slot-ms", "500", "--validators", "16", "--nodes", "2", "--epochs", "5",
                                            "--load", "20", "--accounts", "50")
        self.assertEqual(code, 0, errors)
        summary = json.loads(out)
        self.assertEqual(summary["divergences"], 0)
        load = summary["load"]
        self.assertEqual((load["rate"], load["accounts"], load["failed"]), (20, 50, 0), load)
        self.assertGreater(load["sent"], 200)
        self.assertEqual(load["included"], load["sent"])
        self.assertGreater(load["finalized"], 0)
        self.assertGreater(load["tx_per_s"], 10)
        self.assertLess(load["inclusion_latency_s"]["p50"], load["finality_latency_s"]["p50"])

    def test_a_load_moves_stake(self):
        code, out, errors = self.run_to_end("--slot-ms", "500", "--validators", "8", "--nodes", "2", "--epochs", "13",
                                            "--load", "40", "--accounts", "16", "--set", "UNBONDING_EPOCHS=3")
        self.assertEqual(code, 0, errors)
        summary = json.loads(out)
        self.assertEqual(summary["divergences"], 0)
        load = summary["load"]
        self.assertEqual((load["failed"], load["first_failure"]), (0, None), load)
        for operation in ("delegate", "undelegate", "withdraw", "claim_commission"):
            counts = load["stake_operations"][operation]
            self.assertGreater(counts["included"], 0, load)
            self.assertEqual(counts["included"], counts["sent"], load)

    def test_a_wallet_sends_over_the_rpc(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as own:
            process = devnet("--slot-ms", "500", "--validators", "8", "--nodes", "2", folder=folder)
            self.addCleanup(lambda: process.poll() is None and process.kill())
            wait_for_line(process, "slot 2,")
            rpc = rpc_of(pathlib.Path(folder) / "node-1" / "log.jsonl")
            key = str(pathlib.Path(own) / "alice.key")
            made = json.loads(self.wallet(0, "new", "--key", key, "--json"))
            self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)
            self.assertNotIn(pathlib.Path(key).read_text().strip(), json.dumps(made))
            to = ("--to", made["address"], "--rpc", rpc)
            sent = json.loads(self.wallet(0, "send", "--dev-account", "0", *to, "--amount", "2.5", "--wait", "--json"))
            self.assertEqual(sent["receipt"]["status"], "success")
            self.assertEqual(self.wallet(0, "balance", made["address"], "--rpc", rpc), "2.5 TST\n")
            back = ("--to", sent["sender"], "--rpc", rpc)
            self.assertIn("insufficient funds", self.wallet(1, "send", "--key", key, *back, "--amount", "2.5"))
            self.assertIn("--amount", self.wallet(2, "send", "--key", key, *back))
            self.assertIn("is no amount", self.wallet(2, "send", "--key", key, *back, "--amount", "1.0000000001"))
            self.assertIn("nothing was signed", self.wallet(2, "send", "--key", key, *back, "--amount", "1",
                                                            "--chain", "0x" + "12" * 32))
            self.assertIn("[TXN-05]", self.wallet(1, "send", "--key", key, *back, "--amount", "1", "--gas-limit", "1"))
            self.assertTrue(self.wallet(0, "send", "--key", key, *back, "--amount", "1", "--wait-final")
                            .splitlines()[1].startswith("final in slot"))
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)
        self.assertIn("connection refused", self.wallet(1, "balance", made["address"], "--rpc", rpc))

    def test_a_wallet_moves_stake(self):
        with tempfile.TemporaryDirectory() as folder:
            process = devnet("--slot-ms", "500", "--validators", "8", "--nodes", "2", "--set", "UNBONDING_EPOCHS=1",
                             folder=folder)
            self.addCleanup(lambda: process.poll() is None and process.kill())
            wait_for_line(process, "slot 2,")
            at = ("--rpc", rpc_of(pathlib.Path(folder) / "node-1" / "log.jsonl"))
            of = ("--validator", "3", *at)
            me = ("--dev-account", "20")
            self.assertIn("3, active", self.wallet(0, "validator", *of))
            self.assertIn("5 TST join validator 3", self.wallet(0, "delegate", *me, *of, "--amount", "5"))
            self.assertIn("Unknown validator", self.wallet(1, "delegate", *me, *at, "--validator", "8", "--amount", "5"))
            self.assertIn("say how much", self.wallet(2, "undelegate", *me, *of))
            failed = self.wallet_refused("delegate", *me, *of, "--amount", "0.5")
            self.assertIn("too_small", failed)
            self.assertIn("MIN_BOND", failed)
            made = self.wallet(0, "register", "--dev-account", "21", *at, "--dev-validator", "30", "--amount", "40",
                               "--commission", "250")
            self.assertIn("validator 8 is registered", made)
            self.wallet(0, "edit", "--dev-account", "21", *at, "--validator", "8", "--commission", "100")
            self.assertIn("8, pending", self.wallet(0, "validator", *at, "--validator", "8"))
            self.assertIn("not_operator", self.wallet_refused("claim", *me, *of))

            def stake():
                return json.loads(self.wallet(0, "stake", *me, *of, "--json"))

            def wait_until(holds):
                while not holds(stake()):
                    wait_for_line(process, "slot ")

            wait_until(lambda now: now["shares"] != "0")
            self.assertIn("commission of validator 3", self.wallet(0, "claim", "--dev-account", "3", *of))
            self.assertIn("wait to leave validator 3", self.wallet(0, "undelegate", *me, *of, "--amount", "4"))
            wait_until(lambda now: now["cohorts"])
            cohort = stake()["cohorts"][0]
            self.assertGreaterEqual(int(cohort["value"]), 4 * 10**9 - 10**6)
            wait_until(lambda now: now["cohorts"][0]["withdrawable"])
            self.assertIn("are in the account again", self.wallet(0, "withdraw", *me, *of))
            self.assertEqual(stake()["cohorts"], [])
            self.assertIn("nothing of the account at validator 3 is ripe", self.wallet(1, "withdraw", *me, *of))
            self.assertIn("locked", self.wallet_refused("undelegate", "--dev-account", "3", *of, "--all"))
            process.send_signal(signal.SIGINT)
            out, errors = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, errors)
            self.assertEqual(json.loads(out)["divergences"], 0)

    def test_a_wallet_registers_a_validator_that_signs(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "genesis.toml").write_text(
                'preset = "minimal"\ngenesis_time = "+4s"\n'
                "[parameters]\nSLOT_DURATION_MS = 300\nSHARD_COMMITTEE_PERIOD = 1\nMAX_SEED_LOOKAHEAD = 0\n"
                '[development_validators]\ncount = 8\nstake = "32"\n'
                '[development_accounts]\ncount = 9\nbalance = "1000"\n')
            subprocess.run([str(BIN / "touchstone"), "genesis", "--input", str(folder / "genesis.toml"), "--output",
                            str(folder / "genesis.json"), "--derive-seed"], check=True, capture_output=True)
            node = subprocess.Popen(
                [str(BIN / "touchstone-node"), "run", "--data-dir", str(folder / "node"), "--genesis",
                 str(folder / "genesis.json"), "--dev-validators", "0-7", "--dev-keys", "30", "--create-watermarks",
                 "--rpc-listen", "127.0.0.1:0", "--log-format", "json"], stderr=subprocess.PIPE, text=True)
            self.addCleanup(lambda: node.poll() is None and node.kill())
            events = (json.loads(line) for line in node.stderr)

            def wait_for(event, holds=lambda _: True):
                for each in events:
                    if each["event"] == event and holds(each):
                        return each
                raise AssertionError(f"the node ended without saying {event}")

            me = ("--dev-account", "8", "--rpc", "http://" + wait_for("rpc_listening")["address"])
            wait_for("proposed")
            self.wallet(0, "register", *me, "--dev-validator", "30", "--amount", "40", "--commission", "250")
            wait_for("proposed", lambda event: event["validator"] == 8)
            self.assertIn("8, active", self.wallet(0, "validator", *me[2:], "--validator", "8"))
            self.assertIn("locked", self.wallet_refused("undelegate", *me, "--validator", "8", "--all"))
            self.assertIn("waits to exit", self.wallet(0, "exit", *me, "--validator", "8"))
            self.assertIn("leaving", self.wallet_refused("exit", *me, "--validator", "8"))
            node.send_signal(signal.SIGTERM)
            node.communicate(timeout=60)
            self.assertEqual(node.returncode, 0)

    def wallet_refused(self, *arguments):
        """What it printed of an operation that came into a block and failed."""
        done = subprocess.run([str(BIN / "touchstone"), "wallet", *arguments], capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (1, ""), done.stdout)
        return done.stdout

    def wallet(self, code, *arguments):
        """What it printed; on failure, to standard error."""
        done = subprocess.run([str(BIN / "touchstone"), "wallet", *arguments], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr if code else done.stdout

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
            ("--set", "UNBONDING_EPOCH=4"): "did you mean UNBONDING_EPOCHS?",
            ("--set", "UNBONDING_EPOCHS"): "--set takes NAME=VALUE",
            ("--set", "UNBONDING_EPOCHS=0"): "[TYP-06]",
            ("--node-program", "/nowhere/node"): "there is no program /nowhere/node",
            ("--load", "1", "--accounts", "3"): "--accounts must be",
            ("--load", "100001"): "--load must be at most 100000",
            ("--dir", "/etc"): "/etc is not empty",
            ("--chaos", "--nodes", "3"): "--chaos needs --nodes from 4 to 16",
            ("--chaos", "--epochs", "7"): "--chaos needs --epochs of at least 8",
            ("--chaos-seed", "5"): "--chaos",
            ("--minutes", "5", "--epochs", "9"): "--minutes",
            ("--minutes", "1", "--slot-ms", "4000"): "is too short: it needs 4 epochs, of 32 s each. Give 3 or more",
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
