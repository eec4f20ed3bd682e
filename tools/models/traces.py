#!/usr/bin/env python3
"""Traces of simulated networks, checked to be behaviours of the fork-choice model.

    traces.py --sim PROGRAM [--seeds N] [--first-seed N] [--epochs N] [TRACE.ndjson...]

Each seed is a network of four nodes in one process, which loses messages; touchstone-sim records what the fork choice of one node was
given and answered (its journal). The trace becomes a module with the events as a constant sequence, and TLC follows it through the
handlers of spec/tla/ForkChoice.tla: an event that the model does not allow is a deadlock, and then it is shown with what the model says.
With trace files as arguments, these are checked and no network is run. The last line is "N passed, N failed", counting traces.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

import registry
import tlc

FOLDER = registry.ROOT / "build" / "models" / "traces"
ZERO_ROOT = 64 * "0"
NO_ROOT = -1
KINDS = {"tick": "tick", "block": "block", "attestation": "attestation", "attester_slashing": "slashing", "order": "order"}


class TraceError(Exception):
    """A trace that cannot be checked: says where and why."""


def read(path):
    """(header, events) of a trace."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, json.JSONDecodeError) as error:
        raise TraceError(f"{path}: {error}") from error
    if not lines or lines[0].get("trace") != "fork_choice":
        raise TraceError(f"{path}: the first line is not that of a trace of the fork choice (touchstone-sim --trace writes one)")
    for number, event in enumerate(lines[1:], 2):
        if event.get("event") not in KINDS or event.get("verdict") != "accepted":
            raise TraceError(f"{path}:{number}: no accepted event of a kind that is known ({', '.join(KINDS)})")
    return lines[0], lines[1:]


class Numbers:
    """Roots as the model's numbers: the anchor is 0, the others count from 1 as they are met."""

    def __init__(self, anchor):
        self.by_root = {anchor: 0}

    def of(self, root):
        if root is None or root == ZERO_ROOT:
            return NO_ROOT
        return self.by_root.setdefault(root, len(self.by_root))

    def order(self):
        """rank of each number: roots compared as bytes."""
        ranks = {root: rank for rank, root in enumerate(sorted(self.by_root))}
        return [ranks[root] for root in self.by_root]


@dataclasses.dataclass
class Slots:
    """Who votes and who proposes in a slot, as the trace has it."""
    voters: dict = dataclasses.field(default_factory=dict)
    proposers: dict = dataclasses.field(default_factory=dict)

    def add(self, table, slot, members):
        table.setdefault(slot, set()).update(members)

    def text(self, table, last):
        return "<<" + ", ".join(set_text(table.get(slot, ())) for slot in range(last + 1)) + ">>"


def set_text(members):
    return "{" + ", ".join(str(member) for member in sorted(members)) + "}"


def sequence_text(items):
    return "<<" + ", ".join(items) + ">>"


def record_text(**fields):
    return "[" + ", ".join(f"{name} |-> {text}" for name, text in fields.items()) + "]"


class Translator:
    """Events of a trace as text of TLA+."""

    def __init__(self, header):
        self.numbers = Numbers(header["anchor"])
        self.slots = Slots()
        self.last_slot = 0

    def checkpoint(self, checkpoint):
        return record_text(epoch=checkpoint["epoch"], root=self.numbers.of(checkpoint["root"]))

    def vote_fields(self, vote):
        self.last_slot = max(self.last_slot, vote["slot"])
        return {"slot": vote["slot"], "head": self.numbers.of(vote["head"]), "source": self.checkpoint(vote["source"]),
                "target": self.checkpoint(vote["target"])}

    def cast(self, vote):
        """A vote that is one of its slot's committee."""
        self.slots.add(self.slots.voters, vote["slot"], vote["validators"])
        return vote

    def evidence(self, evidence):
        return record_text(**{name: record_text(validators=set_text(evidence[name]["validators"]), **self.vote_fields(evidence[name]))
                              for name in ("first", "second")})

    def block(self, event):
        self.slots.add(self.slots.proposers, event["slot"], [event["proposer"]])
        votes = [record_text(validator=validator, **self.vote_fields(vote))
                 for vote in map(self.cast, event["votes"]) for validator in vote["validators"]]
        return record_text(parent=self.numbers.of(event["parent"]), slot=event["slot"], proposer=event["proposer"],
                           votes=sequence_text(votes), slashings=sequence_text(map(self.evidence, event["slashings"])))

    def event(self, event):
        kind = KINDS[event["event"]]
        fields = {"kind": f'"{kind}"'}
        if "slot" in event:
            self.last_slot = max(self.last_slot, event["slot"])
        if kind == "tick":
            fields |= {"slot": event["slot"], "phase": event["phase"]}
        elif kind == "block":
            fields |= {"root": self.numbers.of(event["root"]), "block": self.block(event)}
        elif kind == "attestation":
            vote = self.cast(event["vote"])
            fields |= {"vote": record_text(**self.vote_fields(vote)), "voters": sequence_text(map(str, vote["validators"]))}
        elif kind == "slashing":
            fields["evidence"] = self.evidence(event["evidence"])
        else:
            fields |= {"slot": event["slot"], "parent": self.numbers.of(event["parent"])}
        return record_text(**fields, head=self.numbers.of(event["head"]), justified=self.checkpoint(event["justified"]),
                           finalized=self.checkpoint(event["finalized"]))


def data_module(header, events):
    """The text of the module TraceData."""
    translator = Translator(header)
    texts = [translator.event(event) for event in events]
    last = translator.last_slot + 2 * header["slots_per_epoch"]
    slots, ranks = translator.slots, translator.numbers.order()
    return "\n".join([
        "---- MODULE TraceData ----", "(* Made of a trace by tools/models/traces.py. *)", "EXTENDS Integers, Sequences",
        f"VotersOfSlots == {slots.text(slots.voters, last)}", f"ProposersOfSlots == {slots.text(slots.proposers, last)}",
        f"Ranks == {sequence_text(map(str, ranks))}",
        f"TraceCommittee == [slot \\in 0..{last} |-> VotersOfSlots[slot + 1]]",
        f"TraceProposer == [slot \\in 0..{last} |-> ProposersOfSlots[slot + 1]]",
        f"TraceRootOrder == [root \\in 0..{len(ranks) - 1} |-> Ranks[root + 1]]",
        "Events == <<", ",\n".join(texts), ">>", "====", ""])


def configuration_text(header, unchecked):
    constants = {
        "Validators": "= " + set_text(range(header["validators"])), "Stake": "<- FiveEach",
        "SlotsPerEpoch": f"= {header['slots_per_epoch']}", "RootOrder": "<- TraceRootOrder", "Committee": "<- TraceCommittee",
        "Proposer": "<- TraceProposer", "MinSeedLookahead": f"= {header['min_seed_lookahead']}",
        "ProposerScoreBoost": f"= {header['proposer_score_boost']}",
        "ReorgHeadWeightThreshold": f"= {header['reorg_head_weight_threshold']}",
        "ReorgParentWeightThreshold": f"= {header['reorg_parent_weight_threshold']}",
        "ReorgMaxEpochsSinceFinalization": f"= {header['reorg_max_epochs_since_finalization']}", "Without": "= {}",
        "GetAncestor": "<- FastGetAncestor", "Unchecked": f"= {unchecked}"}
    lines = ["CONSTANTS"] + [f"  {name} {text}" for name, text in constants.items()]
    return "\n".join([*lines, "SPECIFICATION Spec", "INVARIANT BeforeUnchecked", "CHECK_DEADLOCK TRUE"]) + "\n"


def follow(jar, header, folder, unchecked, timeout):
    """(answer of TLC, its output)."""
    (folder / "Run.tla").write_text("---- MODULE Run ----\nEXTENDS Trace_ForkChoice\n====\n", encoding="utf-8")
    (folder / "Run.cfg").write_text(configuration_text(header, unchecked), encoding="utf-8")
    run = registry.Run(name=folder.name, module="Trace_ForkChoice", kind="property", property="", clauses=(), expected="pass",
                       file=folder)
    output = folder / "output.txt"
    libraries = [registry.ROOT / "spec/tla", registry.ROOT / "spec/tla/models", folder]
    with open(output, "w", encoding="utf-8") as file:
        try:
            done = subprocess.run(tlc.command_of(jar, run, folder, "2g", libraries=libraries), cwd=folder, stdout=file,
                                  stderr=subprocess.STDOUT, timeout=timeout, check=False)
        except subprocess.TimeoutExpired as error:
            raise TraceError(f"{folder}: TLC has not followed the trace in {timeout} s") from error
    shutil.rmtree(folder / "metadata", ignore_errors=True)
    text = output.read_text(encoding="utf-8", errors="replace")
    return tlc.answer_of(text, done.returncode), text


def check(jar, path, folder, timeout=600):
    """What is wrong with a trace, or an empty text; and the number of its events."""
    header, events = read(path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "TraceData.tla").write_text(data_module(header, events), encoding="utf-8")
    answer, output = follow(jar, header, folder, 0, timeout)
    if answer.verdict == "pass":
        if answer.depth != len(events) + 1:
            return f"TLC followed {answer.depth - 1} of {len(events)} events", len(events)
        return "", len(events)
    if answer.violated != "deadlock":
        return f"{answer.message}\n    whole output: {folder / 'output.txt'}", len(events)
    line = answer.depth  # the last state is before the event that is not allowed
    _, output = follow(jar, header, folder, line, timeout)
    says = [match.group(1) for code, _, state in tlc.messages(output) if code == tlc.STATE
            for match in re.finditer(r"^/\\ says = (.*?)(?=^/\\ |\Z)", state, re.S | re.M)]
    model = " ".join(says[-1].split()) if says else f"see {folder / 'output.txt'}"
    return (f"event {line} is not one of the model\n    the node: {json.dumps(events[line - 1])[:1500]}\n    the model: {model}\n"
            f"    (roots are numbered as in {folder / 'TraceData.tla'})"), len(events)


def record_trace(sim, seed, options, folder):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"seed_{seed}.ndjson"
    command = [sim, "--seed", str(seed), "--nodes", "4", "--validators", str(options.validators), "--epochs", str(options.epochs),
               "--loss-rate", str(options.loss_rate), "--trace", path, "--trace-node", str(seed % 4)]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    if not path.exists() or path.stat().st_size == 0:
        raise TraceError(f"seed {seed}: {sim} ended with {done.returncode} and no trace: {done.stderr}")
    return path


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("traces", nargs="*", type=pathlib.Path, metavar="TRACE", help="traces that are there already")
    parser.add_argument("--sim", type=pathlib.Path, help="the program touchstone-sim")
    parser.add_argument("--seeds", type=int, default=8, help="networks, one for each seed (8)")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=7, help="of each network (7)")
    parser.add_argument("--validators", type=int, default=16, help="of each network (16)")
    parser.add_argument("--loss-rate", type=float, default=0.45,
                        help="chance that a message is lost on a link (0.45: then there are forks)")
    options = parser.parse_args(arguments)
    if not options.traces and not options.sim:
        parser.error("give --sim, or traces")
    return options


def main(arguments):
    options = parse_arguments(arguments)
    start = time.monotonic()
    try:
        jar = tlc.find_jar()
        paths = options.traces or [record_trace(options.sim, seed, options, FOLDER)
                                   for seed in range(options.first_seed, options.first_seed + options.seeds)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(lambda path: check(jar, path, FOLDER / path.stem), paths))
    except (TraceError, tlc.TlcError) as error:
        print(f"./dev models --traces: {error}", file=sys.stderr)
        return 2
    failed = 0
    for path, (problem, events) in zip(paths, outcomes):
        print(f"{path.name}: {events} events, " + (f"FAILED: {problem}" if problem else "a behaviour of the model"))
        failed += bool(problem)
    print(f"{time.monotonic() - start:.0f} seconds")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
