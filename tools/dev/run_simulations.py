#!/usr/bin/env python3
"""Plays scenarios of node/sim/scenarios with many seeds, two at a time, and holds what must hold of each.

    run_simulations.py --bin FOLDER [--minutes N | --seeds N] [--seed FIRST] [--scenario NAME...] [--large NAME...] [--replay-every K]

Of each seed the scenario follows (those of the folder in turn), and all else that it leaves open. A seed is played twice, in two
processes, and both must tell the same to the byte (the hash of the event log is in it); of one seed in twenty the second play verifies
every signature anew, but not of a large scenario. What the nodes have on their disks is written as databases, and the reference replays them. Prints a line for
each seed, and for one that fails the commands that show it again; the last line is "N passed, N failed".
"""

import argparse
import concurrent.futures
import dataclasses
import itertools
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "node" / "sim" / "scenarios"
WITHOUT_CACHE_EVERY = 20
TIMEOUT_S = 1800


class UsageError(Exception):
    """What the caller has to change."""


@dataclasses.dataclass(frozen=True)
class Play:
    seed: int
    scenario: pathlib.Path
    replayed: bool
    anew: bool = False  # the second play verifies every signature anew

    def command(self, bin_folder, *more):
        return [str(bin_folder / "touchstone-sim"), "--seed", str(self.seed), "--scenario", str(self.scenario), "--json", *more]

    def shown(self):
        """What somebody types, from the root of the repository."""
        try:
            path = self.scenario.relative_to(ROOT)
        except ValueError:
            path = self.scenario
        return shlex.join(["build/dev/bin/touchstone-sim", "--seed", str(self.seed), "--scenario", str(path)])


@dataclasses.dataclass
class Outcome:
    play: Play
    summary: dict | None
    problems: list
    seconds: float


def scenario_path(name):
    """The file of a scenario that is given by name or by path."""
    for path in (pathlib.Path(name), SCENARIOS / f"{name}.toml", SCENARIOS / "large" / f"{name}.toml"):
        if path.is_file():
            return path.resolve()
    known = ", ".join(sorted(path.stem for path in SCENARIOS.rglob("*.toml")))
    raise UsageError(f"no scenario is called {name}, and no file; there are {known}")


def run(command):
    """(exit status, standard output, standard error)."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return 124, "", f"was not done after {TIMEOUT_S} s"
    return done.returncode, done.stdout, done.stderr


def summary_of(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def judge(first, second):
    """What is wrong with the two plays of a seed: (exit status, standard output, standard error) each."""
    problems = []
    summary = summary_of(first[1])
    if summary is None:
        return [f"exit status {first[0]} and no summary: {first[2].strip()[-2000:]}"]
    problems += summary.get("complaints", [])
    if first[0] != 0 and not problems:
        problems.append(f"exit status {first[0]}: {first[2].strip()[-2000:]}")
    again = summary_of(second[1])
    if again != summary:
        other = "nothing" if again is None else again.get("event_log_hash")
        problems.append(f"the same seed gave two histories: event log {summary.get('event_log_hash')}, then {other}")
    return problems


def judge_replay(done):
    """What the reference says against the databases."""
    report = summary_of(done[1])
    if report is None:
        return [f"the reference: exit status {done[0]}: {done[2].strip()[-2000:]}"]
    if done[0] == 0 and report.get("divergences") == 0 and report.get("rows_replayed", 0) > 0:
        return []
    return [f"the reference disagrees: {json.dumps(report.get('first_divergence', report))}"]


def replay(bin_folder, databases):
    files = sorted(pathlib.Path(databases).glob("*.sqlite"))
    if not files:
        return ["no database was written"]
    command = [str(bin_folder / "touchstone-ref"), "replay", "--json"]
    for file in files:
        command += ["--db", str(file)]
    return judge_replay(run(command))


def play(bin_folder, each):
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="touchstone-sim-") as folder:
        databases = str(pathlib.Path(folder) / "databases")
        first = run(each.command(bin_folder, *(["--databases", databases] if each.replayed else [])))
        second = run(each.command(bin_folder, *(["--no-verdict-cache"] if each.anew else [])))
        problems = judge(first, second)
        if each.replayed and summary_of(first[1]) is not None:
            problems += replay(bin_folder, databases)
    return Outcome(each, summary_of(first[1]), problems, time.monotonic() - start)


def plays(first_seed, scenarios, replay_every):
    """One after the other, without end."""
    seed = first_seed
    while True:
        yield Play(seed, scenarios[seed % len(scenarios)], (seed // len(scenarios)) % replay_every == 0, seed % WITHOUT_CACHE_EVERY == 0)
        seed += 1


class Table:
    """Prints what comes of each seed; counts."""

    def __init__(self):
        self.passed = 0
        self.failed = []
        self.lock = threading.Lock()

    def add(self, outcome):
        with self.lock:
            self.show(outcome)

    def show(self, outcome):
        name = f"{outcome.play.scenario.stem} seed {outcome.play.seed}"
        if outcome.problems:
            self.failed.append(outcome)
            print(f"{name}: FAILED", flush=True)
            for problem in outcome.problems:
                print(f"    {problem}", flush=True)
            print(f"    {outcome.play.shown()}", flush=True)
            return
        self.passed += 1
        summary = outcome.summary
        print(f"{name}: {summary['nodes']} nodes, finalized {summary['finalized_epoch']} of "
              f"{summary['epochs'] + summary['calm_epochs']}, {summary['crashes']} crashes, {summary['events']} events"
              f"{', replayed' if outcome.play.replayed else ''}, {outcome.seconds:.1f} s", flush=True)


def run_all(bin_folder, queue, jobs, table):
    """Takes from the queue until nothing is left, several at a time."""
    lock = threading.Lock()

    def take():
        with lock:
            return next(queue, None)

    def worker():
        while (each := take()) is not None:
            table.add(play(bin_folder, each))

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for future in [pool.submit(worker) for _ in range(jobs)]:
            future.result()


def limited(seeds, options):
    """The seeds that are to be begun."""
    if options.minutes is None:
        return itertools.islice(seeds, options.seeds)
    end = time.monotonic() + 60 * options.minutes
    return itertools.takewhile(lambda _: time.monotonic() < end, seeds)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of touchstone-sim and touchstone-ref")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, help="no seed is begun later")
    length.add_argument("--seeds", type=int, default=24, help="so many seeds (24)")
    parser.add_argument("--seed", type=int, help="the first (else it follows from the day)")
    parser.add_argument("--scenario", action="append", default=[], help="name or file; else all of node/sim/scenarios")
    parser.add_argument("--large", action="append", default=[], help="a scenario that is played once beside the others")
    parser.add_argument("--replay-every", type=int, default=1, metavar="K",
                        help="the reference replays one round of the scenarios in K (1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


def main(arguments):
    options = parse_arguments(arguments)
    first = options.seed if options.seed is not None else int(time.time()) // 86400 * 10000
    start = time.monotonic()
    table = Table()
    try:
        scenarios = [scenario_path(name) for name in options.scenario] or sorted(SCENARIOS.glob("*.toml"))
        # With the cache: every one of so many nodes would verify what all the others do, for an hour.
        large = [Play(first, scenario_path(name), replayed=False) for name in options.large]
    except UsageError as error:
        print(f"./dev sim: {error}", file=sys.stderr)
        return 2
    # The long ones first, so that they do not end alone.
    seeds = limited(plays(first, scenarios, max(1, options.replay_every)), options)
    run_all(options.bin, itertools.chain(large, seeds), options.jobs, table)
    print(f"{time.monotonic() - start:.0f} seconds")
    print(f"{table.passed} passed, {len(table.failed)} failed")
    return 1 if table.failed or table.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
