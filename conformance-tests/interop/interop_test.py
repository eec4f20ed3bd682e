#!/usr/bin/env python3
"""Runs the js-libp2p program of this folder against nodes of a development network.

    interop_test.py BIN-FOLDER NODE FOLDER

BIN-FOLDER has the programs of the build, NODE is Node.js 22, FOLDER holds the program with its packages. Everything is on
loopback. The last line is "N passed, N failed".
"""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

NODES = 4
SECONDS = 120


def first_address(folder):
    """The address on which the first node listens, when it says so."""
    log = folder / "node-0" / "log.jsonl"
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if log.exists():
            for line in log.read_text().splitlines():
                # The last line may be half written.
                if '"event":"listening"' in line and line.endswith("}"):
                    return json.loads(line)["address"]
        time.sleep(0.1)
    raise AssertionError(f"no node listens in {log}")


def test_wire(binaries, node, programs):
    """What the program makes and reads of frames, containers and message ids."""
    subprocess.run([node, "--test", "wire_test.mjs"], cwd=programs, check=True)


def test_openrpc(binaries, node, programs):
    """The node's description of its JSON-RPC is a valid OpenRPC document."""
    document = programs / "openrpc.json"
    with document.open("w") as file:
        subprocess.run([binaries / "touchstone-node", "openrpc"], stdout=file, check=True)
    subprocess.run([node, "openrpc_check.mjs", document], cwd=programs, check=True)


def test_join(binaries, node, programs):
    """The program joins, and the network goes on in agreement. [NET-97] [NET-98]"""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = [binaries / "touchstone", "devnet", "--json", "--nodes", str(NODES), "--validators", "16",
                   "--slot-ms", "1000", "--dir", folder]
        network = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            options = ["--address", first_address(folder), "--nodes", str(NODES), "--seconds", str(SECONDS)]
            joined = subprocess.run([node, "join.mjs", *options], cwd=programs, text=True, stdout=subprocess.PIPE,
                                    timeout=2 * SECONDS)
            network.send_signal(signal.SIGINT)
            summary = json.loads(network.communicate(timeout=SECONDS)[0])
        finally:
            if network.poll() is None:
                network.kill()
    assert joined.returncode == 0, f"join.mjs ended with {joined.returncode}"
    print(joined.stdout.strip())
    assert summary["nodes_agree"] is True and summary["divergences"] == 0, summary


def main():
    binaries, node, programs = (pathlib.Path(argument).absolute() for argument in sys.argv[1:4])
    failed = 0
    tests = [test_wire, test_openrpc, test_join]
    for test in tests:
        begin = time.monotonic()
        print(f"{test.__name__}: {test.__doc__}", flush=True)
        try:
            test(binaries, node, programs)
        except (AssertionError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"{test.__name__} failed: {error}")
        print(f"{test.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
