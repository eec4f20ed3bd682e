#!/usr/bin/env python3
"""Measures what a node's JSON-RPC can carry, and what it costs the node.

    load.py [--bin FOLDER] [--seconds N] [--json] [capacity] [import] [subscribers]

capacity     requests a second of two methods on an idle node, by wrk; also by each second of the node's processor time,
             which is what one core could carry if the client took none of it
import       how much longer a node takes to import blocks of 1,000 transactions a second while it answers 2,000 requests
             a second: rounds with and without requests take turns
subscribers  1,000 WebSockets that all follow the heads: whether each got every head, and how long after the first the last
             got it

Each starts a development network of its own on loopback. Goals: over 20,000 requests a second and core; import slower by
less than 5 %. Nothing here passes or fails: these are figures of a machine.
"""

import argparse
import asyncio
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import websocket  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOAL_A_CORE = 20_000
GOAL_SLOWDOWN = 0.05
TRANSACTIONS_A_SECOND = 1000
REQUESTS_A_SECOND = 2000
SUBSCRIBERS = 1000
ROUNDS = 3
CONNECTIONS = 32
# wrk knows no rate: each of so many connections waits between its requests. Many, so that the answers' own time matters little.
WAITING_CONNECTIONS = 256
START_SECONDS = 60


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


# --------------------------------------------------------------------------------------------------- reading figures


def seconds_of(text):
    """Of a duration as wrk writes it: 12.5us, 3ms, 1.2s, 2.00m."""
    number, unit = re.fullmatch(r"([0-9.]+)(us|ms|s|m|h)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}[unit]


def wrk_figures(text):
    """Requests a second, p50 and p99 in seconds, and answers that were none, from what wrk --latency writes."""
    rate = re.search(r"^Requests/sec:\s+([0-9.]+)", text, re.MULTILINE)
    if rate is None:
        raise RuntimeError(f"wrk says no rate:\n{text}")
    quantiles = {key: seconds_of(value) for key, value in re.findall(r"^\s+(50|99)%\s+(\S+)", text, re.MULTILINE)}
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failures = (int(refused.group(1)) if refused else 0) + (sum(map(int, lost.groups())) if lost else 0)
    return {"requests_per_second": float(rate.group(1)), "p50_seconds": quantiles["50"], "p99_seconds": quantiles["99"],
            "failures": failures}


def import_times(page):
    """Imports so far, and the seconds that all their stages took, from a page of metrics."""
    total = 0.0
    count = 0
    for line in page.splitlines():
        found = re.match(r'touchstone_block_import_seconds_(sum|count)\{stage="([a-z_]+)"\} (\S+)', line)
        if found is None:
            continue
        if found.group(1) == "sum":
            total += float(found.group(3))
        elif found.group(2) == "fork_choice":
            count = int(float(found.group(3)))
    return count, total


# ------------------------------------------------------------------------------------------------------------ network


class Network:
    """A development network that runs until the block of `with` ends."""

    def __init__(self, binaries, *options):
        self._temporary = tempfile.TemporaryDirectory(prefix="touchstone-load-")
        self.folder = pathlib.Path(self._temporary.name) / "net"
        command = [binaries / "touchstone", "devnet", "--json", "--dir", self.folder, *map(str, options)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._temporary.cleanup()

    def address(self, node, event):
        """Where a node listens, as soon as its log says so."""
        log = self.folder / f"node-{node}" / "log.jsonl"
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            for line in log.read_text().splitlines() if log.exists() else []:
                # The last line may be half written.
                if f'"event":"{event}"' in line and line.endswith("}"):
                    return json.loads(line)["address"]
            time.sleep(0.1)
        raise RuntimeError(f"node {node} does not say {event} in {log}")

    def process_of(self, node):
        """The id of a node's process: the child of the network's with the node's folder in its command line."""
        children = pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for child in children:
            if f"node-{node}/".encode() in pathlib.Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        raise RuntimeError(f"node {node} has no process")


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def call(address, method, params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(f"http://{address}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)["result"]


def an_account(address):
    """One that exists: that of a validator's operator."""
    return call(address, "validator_get", {"validator": "0"})["validator"]["operator"]


@contextlib.contextmanager
def wrk_script(method, params, delay_ms=0):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method = 'POST'\nwrk.body = [==[{body}]==]\nwrk.headers['Content-Type'] = 'application/json'\n")
        if delay_ms:
            script.write(f"function delay() return {delay_ms} end\n")
        script.flush()
        yield script.name


def wrk(address, script, seconds, connections=CONNECTIONS):
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--latency", "--script",
               script, f"http://{address}/"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


# --------------------------------------------------------------------------------------------------------- measuring


def measure_capacity(binaries, seconds):
    results = []
    with Network(binaries, "--nodes", 1, "--slot-ms", 12000) as network:
        address = network.address(0, "rpc_listening")
        process = network.process_of(0)
        for method, params in (("chain_head", []), ("account_balance", [an_account(address)])):
            say(f"capacity: {method} for {seconds} s")
            with wrk_script(method, params) as script:
                before = processor_seconds(process)
                text = wrk(address, script, seconds).communicate()[0]
                used = processor_seconds(process) - before
            figures = wrk_figures(text)
            a_core = figures["requests_per_second"] * seconds / used if used else 0.0
            results.append({"method": method} | figures | {"cores_used": used / seconds, "requests_per_core_second": a_core,
                                                           "goal": GOAL_A_CORE})
    return results


def measure_import(binaries, seconds):
    def page(address):
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as response:
            return response.read().decode()

    sums = {False: [0, 0.0], True: [0, 0.0]}
    rates = []
    with Network(binaries, "--nodes", 2, "--load", TRANSACTIONS_A_SECOND) as network:
        address = network.address(1, "rpc_listening")
        metrics = network.address(1, "metrics_listening")
        account = an_account(address)
        say(f"import: the load begins ({seconds} s)")
        time.sleep(seconds)
        for round_number in range(2 * ROUNDS):
            loaded = round_number % 2 == 1
            say(f"import: round {round_number + 1} of {2 * ROUNDS}, {REQUESTS_A_SECOND if loaded else 0} requests/s")
            before = import_times(page(metrics))
            if loaded:
                with wrk_script("account_balance", [account], 1000 * WAITING_CONNECTIONS // REQUESTS_A_SECOND) as script:
                    rates.append(wrk_figures(wrk(address, script, seconds, WAITING_CONNECTIONS).communicate()[0])["requests_per_second"])
            else:
                time.sleep(seconds)
            after = import_times(page(metrics))
            sums[loaded][0] += after[0] - before[0]
            sums[loaded][1] += after[1] - before[1]
    if not all(count for count, _ in sums.values()):
        raise RuntimeError("no block was imported in a round; give it more --seconds")
    idle, loaded = (sums[key][1] / sums[key][0] for key in (False, True))
    return {"import_seconds": idle, "import_seconds_under_requests": loaded, "slowdown": loaded / idle - 1,
            "goal": GOAL_SLOWDOWN, "blocks": sums[False][0] + sums[True][0],
            "requests_per_second": sum(rates) / len(rates)}


async def follow_heads(address, until, heads, turns):
    with contextlib.suppress(asyncio.TimeoutError):
        async with asyncio.timeout(until - time.monotonic()), contextlib.AsyncExitStack() as stack:
            async with turns:
                connection = await stack.enter_async_context(websocket.Connection(address))
                await connection.call("subscribe_heads", {})
            while True:
                event = (await connection.next_notification())["event"]
                if event["kind"] == "block":
                    heads.setdefault(event["root"], []).append(time.monotonic())


async def follow_by_many(address, seconds):
    heads = {}
    turns = asyncio.Semaphore(CONNECTIONS)  # a node answers only so many calls at once
    # Connections come over some seconds; heads of that time do not count.
    begin = time.monotonic() + 5
    until = begin + seconds
    ended = await asyncio.gather(*(follow_heads(address, until, heads, turns) for _ in range(SUBSCRIBERS)), return_exceptions=True)
    failures = [str(each) for each in ended if isinstance(each, Exception)]
    counted = {root: times for root, times in heads.items() if begin <= min(times) <= until - 2}
    return counted, failures


def measure_subscribers(binaries, seconds):
    with Network(binaries, "--nodes", 1, "--slot-ms", 2000) as network:
        address = network.address(0, "rpc_listening")
        process = network.process_of(0)
        say(f"subscribers: {SUBSCRIBERS} connections for {seconds} s")
        before = processor_seconds(process)
        heads, failures = asyncio.run(follow_by_many(address, seconds))
        used = processor_seconds(process) - before
    if not heads:
        raise RuntimeError(f"no head was told; {len(failures)} connections failed, as: {failures[:1]}")
    spreads = sorted(max(times) - min(times) for times in heads.values())
    return {"subscribers": SUBSCRIBERS, "failed": len(failures), "first_failure": failures[0] if failures else None,
            "heads": len(heads), "deliveries": sum(map(len, heads.values())),
            "missing": SUBSCRIBERS * len(heads) - sum(map(len, heads.values())),
            "seconds_from_first_to_last": spreads[len(spreads) // 2], "worst_seconds": spreads[-1],
            "node_processor_seconds": used}


def show(results):
    for row in results.get("capacity", []):
        print(f"{row['method']:<16} {row['requests_per_second']:>9,.0f} requests/s, p50 {1e3 * row['p50_seconds']:.2f} ms, "
              f"p99 {1e3 * row['p99_seconds']:.2f} ms, {row['cores_used']:.2f} cores, "
              f"{row['requests_per_core_second']:,.0f} a core (goal {row['goal']:,}), {row['failures']} failed")
    if row := results.get("import"):
        print(f"import           {1e3 * row['import_seconds']:.1f} ms a block, {1e3 * row['import_seconds_under_requests']:.1f} ms under "
              f"{row['requests_per_second']:,.0f} requests/s: {100 * row['slowdown']:+.1f} % (goal under {100 * row['goal']:.0f} %), "
              f"{row['blocks']} blocks")
    if row := results.get("subscribers"):
        print(f"subscribers      {row['subscribers']:,}: {row['heads']} heads, {row['missing']} deliveries missing, {row['failed']} "
              f"connections failed; from the first to the last {1e3 * row['seconds_from_first_to_last']:.0f} ms, at worst "
              f"{1e3 * row['worst_seconds']:.0f} ms; {row['node_processor_seconds']:.1f} s of processor")


MEASUREMENTS = {"capacity": measure_capacity, "import": measure_import, "subscribers": measure_subscribers}


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build" / "release" / "bin")
    parser.add_argument("--seconds", type=int, default=20, help="of each measurement (20)")
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("what", nargs="*", metavar="WHAT", help=f"{', '.join(MEASUREMENTS)} (all)")
    options = parser.parse_args(arguments)
    what = options.what or list(MEASUREMENTS)
    if unknown := sorted(set(what) - set(MEASUREMENTS)):
        parser.error(f"there is no measurement {', '.join(unknown)} (there are {', '.join(MEASUREMENTS)})")
    results = {name: MEASUREMENTS[name](options.bin.absolute(), options.seconds) for name in what}
    if options.json:
        print(json.dumps(results, indent=1))
    else:
        show(results)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
