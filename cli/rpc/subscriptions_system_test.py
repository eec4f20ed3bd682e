#!/usr/bin/env python3
"""Followers of a node that is killed and started again, over real WebSockets.

    subscriptions_system_test.py BIN-FOLDER

One node with all validators and short slots; everything is on loopback and in a temporary folder.
"""

import asyncio
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "api"))
import websocket  # noqa: E402

BIN = pathlib.Path()
SECONDS = 60
KILLS = 3
HEADS_BETWEEN_KILLS = 6
GENESIS = """preset = "minimal"
genesis_time = "+1s"
seed = "0x5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed"
[parameters]
SLOT_DURATION_MS = 400
[development_validators]
count = 8
stake = "32"
"""


class Node:
    """Started by `start`, again and again over the same data."""

    def __init__(self, folder):
        self._folder = folder
        (folder / "genesis.toml").write_text(GENESIS)
        subprocess.run([BIN / "touchstone", "genesis", "--input", folder / "genesis.toml", "--output", folder / "genesis.json"],
                       check=True, stdout=subprocess.DEVNULL)
        self._process = None
        self._starts = 0

    def start(self):
        """Where its RPC is."""
        self._starts += 1
        log = self._folder / f"log-{self._starts}.jsonl"
        command = [BIN / "touchstone-node", "run", "--genesis", self._folder / "genesis.json", "--data-dir", self._folder / "data",
                   "--listen", "/ip4/127.0.0.1/tcp/0", "--discovery=false", "--dev-validators", "0-7", "--rpc-listen", "127.0.0.1:0",
                   "--log-format", "json", "--log-file", log]
        if self._starts == 1:
            command.append("--create-watermarks")
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            for line in log.read_text().splitlines() if log.exists() else []:
                if '"event":"rpc_listening"' in line and line.endswith("}"):
                    return json.loads(line)["address"]
            time.sleep(0.02)
        raise AssertionError(f"the node does not listen; it ended with {self._process.poll()}")

    def end(self, number):
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(SECONDS)


def call(address, method, params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(f"http://{address}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return json.load(response)


class Subscriptions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.node = Node(pathlib.Path(folder.name))
        self.addCleanup(lambda: self.node.end(signal.SIGKILL))

    async def follow(self, address, method, cursor, count, tell):
        """Tells of so many events from the cursor on; the cursor after the last."""
        async with asyncio.timeout(SECONDS), websocket.Connection(address) as connection:
            begun = await connection.call(method, {"cursor": cursor} if cursor else {})
            cursor = begun["cursor"]
            for _ in range(count):
                notification = await connection.next_notification()
                self.assertEqual(notification["subscription"], begun["subscription"])
                tell(notification["event"])
                cursor = notification["cursor"] or cursor
        return cursor

    def apply(self, chain, event):
        """As docs/subscriptions.md says that a reader should."""
        if event["kind"] == "reorganization":
            left = int(event["left"])
            self.assertLess(left, len(chain))
            del chain[len(chain) - left:]
            self.assertEqual(chain[-1], event["common_ancestor"]["root"])
            return
        self.assertEqual(event["kind"], "block")
        if chain:
            self.assertEqual(event["parent_root"], chain[-1], "a gap, or a block twice")
        chain.append(event["root"])

    def test_a_reader_that_comes_back_after_each_kill_has_every_block_once(self):
        """Nothing is lost or told twice, although the node dies at moments of its own."""
        chain = []
        finalized = []
        cursors = {"subscribe_heads": None, "subscribe_finality": None}
        for kill in range(KILLS):
            address = self.node.start()
            tells = {"subscribe_heads": lambda event: self.apply(chain, event),
                     "subscribe_finality": lambda event: finalized.append(int(event["epoch"]))}
            counts = {"subscribe_heads": HEADS_BETWEEN_KILLS * (kill + 1), "subscribe_finality": 1 if kill else 0}

            async def both():
                ended = await asyncio.gather(*(self.follow(address, method, cursors[method], counts[method], tells[method])
                                               for method in cursors))
                return dict(zip(cursors, ended))

            cursors = asyncio.run(both())
            self.node.end(signal.SIGKILL)
        address = self.node.start()
        for root in chain:
            header = call(address, "chain_header", {"at": root})["result"]
            self.assertTrue(header["canonical"], "one node alone has no other branches")
        first = int(call(address, "chain_header", {"at": chain[0]})["result"]["slot"])
        self.assertGreater(first, 0)
        self.assertEqual(finalized, list(range(finalized[0], finalized[0] + len(finalized))))

    def test_over_a_single_request_nothing_is_subscribed(self):
        """A request of HTTP has nobody to tell."""
        answer = call(self.node.start(), "subscribe_heads", {})
        self.assertEqual(answer["error"]["code"], -32009)


if __name__ == "__main__":
    BIN = pathlib.Path(sys.argv.pop(1)).absolute()
    unittest.main()
