#!/usr/bin/env python3
"""Runs the js-libp2p and go-libp2p programs of this folder against nodes of a development network.

    interop_test.py --bin FOLDER --node NODE --programs FOLDER --go GO

--bin has the programs of the build; --programs those of this folder in JavaScript, with their packages, and takes that in Go
when it is built; --node is Node.js 22; --go a Go that is new enough, its settings in the environment. Everything is on
loopback. The last line is "N passed, N failed".
"""

import argparse
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

GO_SOURCE = pathlib.Path(__file__).parent / "go"
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


def join(tools, command, folder):
    """The program joins a network of its own, which goes on in agreement."""
    with tempfile.TemporaryDirectory() as name:
        network_folder = pathlib.Path(name)
        devnet = [tools.bin / "touchstone", "devnet", "--json", "--nodes", str(NODES), "--validators", "16",
                  "--slot-ms", "1000", "--dir", network_folder]
        network = subprocess.Popen(devnet, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            options = ["--address", first_address(network_folder), "--nodes", str(NODES), "--seconds", str(SECONDS)]
            joined = subprocess.run([*command, *options], cwd=folder, text=True, stdout=subprocess.PIPE,
                                    timeout=2 * SECONDS)
            network.send_signal(signal.SIGINT)
            summary = json.loads(network.communicate(timeout=SECONDS)[0])
        finally:
            if network.poll() is None:
                network.kill()
    assert joined.returncode == 0, f"{command[-1]} ended with {joined.returncode}"
    print(joined.stdout.strip())
    assert summary["nodes_agree"] is True and summary["divergences"] == 0, summary


def test_js_wire(tools):
    """What js-libp2p's program makes and reads of frames, containers and message ids."""
    subprocess.run([tools.node, "--test", "wire_test.mjs"], cwd=tools.programs, check=True)


def test_openrpc(tools):
    """The node's description of its JSON-RPC is a valid OpenRPC document."""
    document = tools.programs / "openrpc.json"
    with document.open("w") as file:
        subprocess.run([tools.bin / "touchstone-node", "openrpc"], stdout=file, check=True)
    subprocess.run([tools.node, "openrpc_check.mjs", document], cwd=tools.programs, check=True)


def test_js_join(tools):
    """The program of js-libp2p joins. [NET-97] [NET-98]"""
    join(tools, [tools.node, "join.mjs"], tools.programs)


def test_go_wire(tools):
    """The same of go-libp2p's program; it is formatted, and vet finds nothing."""
    unformatted = subprocess.run([tools.go.with_name("gofmt"), "-l", "."], cwd=GO_SOURCE, check=True, text=True,
                                 stdout=subprocess.PIPE).stdout.split()
    assert not unformatted, f"gofmt would change {' '.join(unformatted)}"
    subprocess.run([tools.go, "vet", "."], cwd=GO_SOURCE, check=True)
    subprocess.run([tools.go, "test", "-vet=off", "."], cwd=GO_SOURCE, check=True)


def test_go_join(tools):
    """The program of go-libp2p joins. [NET-97] [NET-98]"""
    subprocess.run([tools.go, "build", "-o", tools.programs / "join-go", "."], cwd=GO_SOURCE, check=True)
    join(tools, [tools.programs / "join-go"], tools.programs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name in ["bin", "node", "programs", "go"]:
        parser.add_argument(f"--{name}", type=lambda path: pathlib.Path(path).absolute(), required=True)
    tools = parser.parse_args()
    failed = 0
    tests = [test_js_wire, test_openrpc, test_js_join, test_go_wire, test_go_join]
    for test in tests:
        begin = time.monotonic()
        print(f"{test.__name__}: {test.__doc__}", flush=True)
        try:
            test(tools)
        except (AssertionError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"{test.__name__} failed: {error}")
        print(f"{test.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
