#!/usr/bin/env python3
"""Checks the models of spec/tla with TLC.

Runs of spec/tla/models.toml and spec/tla/models/*.toml (tools/models/registry.py says what stands there), two at a time. A run
passes if its verdict is the expected one and its distinct states and depth are exactly the recorded ones. The last line is
"N passed, N failed", counting runs. The output of TLC is in build/models/NAME/output.txt.
"""

import argparse
import concurrent.futures
import dataclasses
import datetime
import fnmatch
import json
import os
import sys
import time

import registry
import tlc

BUILD = registry.ROOT / "build" / "models"
DEEP_REPORT = registry.ROOT / "proofs" / "models-deep.md"
AT_ONCE = 2


@dataclasses.dataclass(frozen=True)
class Outcome:
    run: registry.Run
    answer: tlc.Answer
    problem: str  # empty if the run passed


def judge(run, answer, recording):
    """What is wrong with the answer of a run, or an empty text."""
    if answer.verdict == "error":
        return answer.message
    if answer.verdict != run.expected:
        return f"expected {run.expected}: {answer.message}" if answer.message else f"expected {run.expected}"
    if run.expected == "violated":
        awaited = "deadlock" if run.deadlock == "violation" else run.violates or (*run.invariants, *run.properties)[0]
        if answer.violated and answer.violated != awaited:
            return f"violates {answer.violated}, expected {awaited}"
    if recording:
        return ""
    if not run.states or not run.depth:
        return f"{answer.states} states and depth {answer.depth}, but none are recorded (./dev models --record {run.name})"
    if (answer.states, answer.depth) != (run.states, run.depth):
        return (f"{answer.states} states and depth {answer.depth}, recorded are {run.states} and {run.depth}: the model has changed; "
                f"if that is meant: ./dev models --record {run.name}")
    return ""


def select(runs, names, deep):
    """The runs that are wanted: by name or pattern (then deep ones too), or all that are not deep."""
    if not names:
        return [run for run in runs.values() if deep or not run.deep]
    chosen = []
    for name in names:
        found = [run for run in runs.values() if fnmatch.fnmatchcase(run.name, name)]
        if not found:
            raise registry.RegistryError(f"no run is called {name!r}; ./dev models --list shows all")
        chosen += [run for run in found if run not in chosen]
    return chosen


def heap_of(run):
    if not run.deep:
        return "2g"
    pages = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**30
    return f"{max(2, min(12, pages // 3))}g"


def check_all(jar, runs, recording, say):
    """Outcomes in the order of `runs`; the largest are begun first."""
    outcomes = {}
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        started = {pool.submit(tlc.check, jar, run, BUILD / run.name, heap_of(run)): run
                   for run in sorted(runs, key=lambda run: -run.states)}
        for done in concurrent.futures.as_completed(started):
            run, answer = started[done], done.result()
            outcomes[run.name] = Outcome(run, answer, judge(run, answer, recording))
            say(f"[{len(outcomes)}/{len(runs)}] {run.name}: {'ok' if not outcomes[run.name].problem else 'FAILED'}, "
                f"{answer.verdict}, {answer.states} states, {answer.seconds:.1f} s")
    return [outcomes[run.name] for run in runs]


def table(outcomes):
    rows = [("name", "kind", "expected", "verdict", "states", "depth", "seconds")]
    rows += [(outcome.run.name, outcome.run.kind, outcome.run.expected,
              outcome.answer.verdict + ("" if not outcome.problem else " !"), str(outcome.answer.states), str(outcome.answer.depth),
              f"{outcome.answer.seconds:.1f}") for outcome in outcomes]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.rjust(width) if column >= 4 else cell.ljust(width)
                      for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]


def as_json(outcomes, seconds):
    return {"runs": [{"name": outcome.run.name, "expected": outcome.run.expected, "verdict": outcome.answer.verdict,
                      "states": outcome.answer.states, "depth": outcome.answer.depth,
                      "seconds": round(outcome.answer.seconds, 1)} for outcome in outcomes], "seconds": round(seconds, 1)}


def parameters_of(run):
    parts = [f"{name} = {' '.join(value.split())}" for name, value in run.constants.items()]
    parts += [f"without {', '.join(run.without)}"] if run.without else []
    parts += [f"{name} {value}" for name, value in run.simulate.items()]
    return "; ".join(parts).replace("|", "\\|")


def write_deep_report(outcomes, path=None, today=None):
    """Adds the deep runs, with date and parameters, to the report; the rows of other runs stay."""
    path = path or DEEP_REPORT
    today = today or datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    head = ["# Deep runs of the models", "",
            "Runs that are too long for each change: `./dev models --deep --record` checks them and writes their rows.", "",
            "| run | property | parameters | date | verdict | states | depth | seconds |", "|---|---|---|---|---|---|---|---|"]
    rows = {}
    if path.exists():
        rows = {line.split("|")[1].strip(): line for line in path.read_text(encoding="utf-8").splitlines()
                if line.startswith("| `")}
    for outcome in outcomes:
        run, answer = outcome.run, outcome.answer
        if run.deep and answer.verdict != "error":
            rows[f"`{run.name}`"] = (f"| `{run.name}` | {run.property} | {parameters_of(run)} | {today} | {answer.verdict} | "
                                     f"{answer.states} | {answer.depth} | {answer.seconds:.0f} |")
    if rows:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(head + [rows[name] for name in sorted(rows)]) + "\n", encoding="utf-8")


def show_trace(run):
    output = BUILD / run.name / "output.txt"
    if not output.exists():
        print(f"{run.name} has not run yet; ./dev models {run.name}", file=sys.stderr)
        return 1
    text = output.read_text(encoding="utf-8", errors="replace")
    states = tlc.counterexample(text)
    answer = [body for code, _, body in tlc.messages(text) if code in tlc.VIOLATIONS]
    print("\n".join(answer) if answer else f"{run.name} has no counterexample: it passed, or TLC could not run ({output})")
    for title, body in states:
        print(f"State {title}\n{body}", end="")
    return 0


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="./dev models", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="runs, by name or pattern (fork_choice/*); all if none is given")
    parser.add_argument("--json", action="store_true", help="one object on standard output, nothing else")
    parser.add_argument("--record", action="store_true", help="write the counts that are found into the registry")
    parser.add_argument("--deep", action="store_true", help="also the long runs and the simulations; with --record into proofs/")
    parser.add_argument("--trace", metavar="NAME", help="show the counterexample that the last run of NAME found")
    parser.add_argument("--list", action="store_true", help="show the runs and check nothing")
    return parser.parse_args(arguments)


def run(options):
    runs = registry.read()
    if options.trace:
        return show_trace(select(runs, [options.trace], True)[0])
    chosen = select(runs, options.names, options.deep)
    if options.list:
        for chosen_run in chosen:
            print(f"{chosen_run.name}: {chosen_run.kind}: {chosen_run.property} [{', '.join(chosen_run.clauses)}]")
        return 0
    start = time.monotonic()
    outcomes = check_all(tlc.find_jar(), chosen, options.record, lambda line: print(line, file=sys.stderr, flush=True))
    seconds = time.monotonic() - start
    if options.record:
        for outcome in outcomes:
            if not outcome.problem:
                registry.record(outcome.run, outcome.answer.states, outcome.answer.depth)
        write_deep_report(outcomes)
    missing = [] if options.names else registry.properties_without_evidence(runs)
    failed = sum(1 for outcome in outcomes if outcome.problem) + len(missing)
    if options.json:
        print(json.dumps(as_json(outcomes, seconds)))
    report = sys.stderr if options.json else sys.stdout
    print("\n".join(table(outcomes)), file=report)
    for outcome in outcomes:
        if outcome.problem:
            print(f"\n{outcome.run.name}: {outcome.problem}\n    whole output: {outcome.answer.output}", file=report)
    for text, kind in missing:
        print(f"\nno run of kind {kind} belongs to the property: {text}", file=report)
    print(f"{seconds:.0f} seconds", file=report)
    print(f"{len(outcomes) - sum(1 for outcome in outcomes if outcome.problem)} passed, {failed} failed", file=report)
    return 1 if failed else 0


def main(arguments):
    options = parse_arguments(arguments)
    try:
        return run(options)
    except (registry.RegistryError, tlc.TlcError) as error:
        print(f"./dev models: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
