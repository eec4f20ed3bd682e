#!/usr/bin/env python3
"""Shows that the replay catches a node that breaks a rule.

    mutation_replay_test.py BUILD-FOLDER

Copies the node's source, flips one comparison in the copy, builds a node from it (with the commands of the build folder,
which must have been made by Ninja), runs a short development network of that node, and looks at what the reference says.
The product has no switch for any of this.
"""

import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path()

FILE = "node/kernel/consensus/epoch_processing.cpp"
# The threshold of justification [JUS-03]: two thirds of the stake.
RIGHT = "wide_multiply(3, part) >= wide_multiply(2, total)"
WRONG = "wide_multiply(3, part) < wide_multiply(2, total)"


def run(command, **options):
    done = subprocess.run(command, cwd=BUILD, text=True, capture_output=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def build_commands():
    """How touchstone-node is compiled and linked in the build folder."""
    lines = run(["ninja", "-t", "commands", "bin/touchstone-node"]).splitlines()
    compile_line = [line for line in lines if f" -c {SOURCE / FILE}" in line]
    if len(compile_line) != 1:
        raise AssertionError(f"{len(compile_line)} commands compile {FILE}")
    return shlex.split(compile_line[0]), lines[-1]


def build_broken_node(folder):
    copy = folder / "source"
    shutil.copytree(SOURCE / "node", copy / "node")
    text = (copy / FILE).read_text()
    if text.count(RIGHT) != 1:
        raise AssertionError(f"{FILE} has {text.count(RIGHT)} times: {RIGHT}")
    (copy / FILE).write_text(text.replace(RIGHT, WRONG))

    compile_command, link_line = build_commands()
    compiled = folder / (pathlib.Path(FILE).name + ".o")
    changed = {"-o": compiled, "-c": copy / FILE, "-MF": folder / "dependencies", "-MT": compiled}
    for option, value in changed.items():
        if option in compile_command:
            compile_command[compile_command.index(option) + 1] = str(value)
    # The copy's headers come before those of the repository.
    first_include = next(i for i, word in enumerate(compile_command) if word.startswith("-I"))
    compile_command.insert(first_include, f"-I{copy}")
    run(compile_command)

    archive = "lib/libtouchstone_node_kernel.a"
    shutil.copy(BUILD / archive, folder)
    members = run(["ar", "t", folder / "libtouchstone_node_kernel.a"])
    run(["ar", "r", folder / "libtouchstone_node_kernel.a", compiled])
    if run(["ar", "t", folder / "libtouchstone_node_kernel.a"]) != members:
        raise AssertionError("the object was added to the archive, not replaced")

    node = folder / "touchstone-node"
    if link_line.count(f" {archive}") == 0 or link_line.count("-o bin/touchstone-node") != 1:
        raise AssertionError(f"the command that links is of another form: {link_line}")
    link_line = link_line.replace(f" {archive}", f" {shlex.quote(str(folder / 'libtouchstone_node_kernel.a'))}")
    run(link_line.replace("-o bin/touchstone-node", f"-o {shlex.quote(str(node))}"), shell=True)
    return node


class Replay(unittest.TestCase):
    def test_catches_a_node_that_justifies_without_two_thirds(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            node = build_broken_node(folder)
            devnet = subprocess.run(
                [BUILD / "bin" / "touchstone", "devnet", "--json", "--nodes", "2", "--validators", "8", "--slot-ms", "500",
                 "--epochs", "4", "--node-program", node, "--dir", folder / "devnet"],
                text=True, capture_output=True, timeout=300)
            self.assertEqual(devnet.returncode, 1, devnet.stderr)
            summary = json.loads(devnet.stdout)
            self.assertGreaterEqual(summary["divergences"], 1, devnet.stderr)
            found = summary["first_divergence"]
            print("the reference says:", json.dumps(found))
            self.assertRegex(found["clause"], r"^[A-Z]{2,4}-[0-9]{2}$")
            self.assertTrue(found["field"])
            self.assertNotEqual(found["stored"], found["computed"])

            # The replay says the same of the databases when it is asked later.
            replay = subprocess.run(
                [BUILD / "bin" / "touchstone-ref", "replay", "--json", "--db", summary["nodes"][0]["database"]],
                text=True, capture_output=True, timeout=300)
            self.assertEqual(replay.returncode, 1, replay.stderr)
            self.assertEqual(json.loads(replay.stdout)["divergences"], 1)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
