#!/usr/bin/env python3
"""Simulates networks from many seeds, each twice, and holds what must hold of every one: nobody
is slashed, no node fails, and after some epochs in which nothing is lost and nobody crashes, all agree and finalize again.

    simulate_seeds.py --seconds N [--first SEED] PROGRAM      PROGRAM is touchstone-sim

At least eight seeds are run, however short the time. The number of nodes, the losses and the crashes follow from the seed.
Exit status 1 if a seed fails; its command is printed, so that it can be run again.
"""

import argparse
import json
import subprocess
import sys
import time

LEAST_SEEDS = 8
EPOCHS = 12
CALM_EPOCHS = 4


def command_of(program, seed):
    """The options of a seed. Losses and crashes take turns, so that all pairs occur within sixteen seeds."""
    return [program, "--json", "--seed", str(seed), "--epochs", str(EPOCHS), "--calm-epochs", str(CALM_EPOCHS), "--nodes", str(4 + seed % 5),
            "--observers", str(seed % 2), "--validators", str(8 * (4 + seed % 5)),
            "--loss-rate", ("0.01", "0.05", "0.1", "0.2")[seed % 4], "--crash-rate", ("0", "0.001", "0.002", "0.004")[seed // 4 % 4]]


def complaint(outcome, again, summary):
    """What is wrong with a seed's two runs, or nothing."""
    if outcome != 0:
        return f"exit status {outcome}"
    if summary != again:
        return "the same seed gave two histories"
    if not summary["nodes_agree"] or summary["slashed"] or summary["faults"]:
        return f"agreement {summary['nodes_agree']}, slashed {summary['slashed']}, faults {summary['faults']}"
    if summary["finalized_epoch"] < EPOCHS:
        return f"finalized epoch {summary['finalized_epoch']} after {CALM_EPOCHS} calm epochs"
    return None


def run(program, seed):
    """Exit status and summary (nothing if there is none) of one run."""
    done = subprocess.run(command_of(program, seed), capture_output=True, text=True, check=False)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError:
        return done.returncode or 1, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--first", type=int, default=int(time.time()) // 86400 * 10000)
    parser.add_argument("program")
    arguments = parser.parse_args()

    end = time.monotonic() + arguments.seconds
    seed, failed = arguments.first, 0
    while seed < arguments.first + LEAST_SEEDS or time.monotonic() < end:
        outcome, summary = run(arguments.program, seed)
        wrong = complaint(outcome, run(arguments.program, seed)[1], summary)
        if wrong:
            failed += 1
            print(f"seed {seed}: {wrong}: {' '.join(command_of(arguments.program, seed))}", flush=True)
        else:
            print(f"seed {seed}: finalized {summary['finalized_epoch']}, {summary['crashes']} crashes", flush=True)
        seed += 1
    print(f"{seed - arguments.first - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
