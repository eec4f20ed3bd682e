#!/usr/bin/env python3
"""Runs every benchmark program of a build folder and prints one table, or with --json one object.

A benchmark states its bound by two counters: "bound" (seconds that the raw hashes or signatures of the same work take,
measured in the same run) and "ratio" (its own time by that bound). Other counters are shown as they are.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
# What Google Benchmark says of every run beside the benchmark's own counters.
FIXED = {"name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions", "repetition_index",
         "threads", "iterations", "real_time", "cpu_time", "time_unit", "aggregate_name", "aggregate_unit", "label",
         "error_occurred", "error_message"}


def run(program, pattern):
    command = [str(program), "--benchmark_format=json"]
    if pattern:
        command.append(f"--benchmark_filter={pattern}")
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    # Nothing is printed where the filter leaves nothing.
    return json.loads(done.stdout)["benchmarks"] if done.stdout.strip() else []


def entry(program, measured):
    if measured.get("error_occurred"):
        raise RuntimeError(f"{measured['name']}: {measured.get('error_message', 'failed')}")
    counters = {key: value for key, value in measured.items() if key not in FIXED}
    result = {"program": program.name, "name": measured["name"], "seconds": measured["real_time"] * UNITS[measured["time_unit"]]}
    if measured.get("label"):
        result["label"] = measured["label"]
    return result | counters


def duration(seconds):
    for unit, factor in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def table(results):
    width = max((len(result["name"]) for result in results), default=4)
    print(f"{'name':<{width}}  {'time':>9}  {'bound':>9}  {'ratio':>7}")
    for result in results:
        bound = duration(result["bound"]) if "bound" in result else "-"
        ratio = f"{result['ratio']:.2f}" if "ratio" in result else "-"
        rest = " ".join(f"{key}={value}" for key, value in result.items()
                        if key not in ("program", "name", "seconds", "bound", "ratio"))
        print(f"{result['name']:<{width}}  {duration(result['seconds']):>9}  {bound:>9}  {ratio:>7}  {rest}".rstrip())


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--filter", default="")
    options = parser.parse_args(arguments)
    names = (options.folder / "touchstone_benchmarks.txt").read_text(encoding="utf-8").split()
    programs = [options.folder / "bench" / name for name in sorted(names)]
    if not programs:
        print(f"there are no benchmarks in {options.folder}", file=sys.stderr)
        return 1
    results = []
    for program in programs:
        print(f"running {program.name}", file=sys.stderr)
        results += [entry(program, measured) for measured in run(program, options.filter)]
    if options.json:
        json.dump({"machine": {"processors": len(os.sched_getaffinity(0)), "architecture": platform.machine()},
                   "benchmarks": results}, sys.stdout, indent=1)
        print()
    else:
        table(results)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
