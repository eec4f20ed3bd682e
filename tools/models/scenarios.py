#!/usr/bin/env python3
"""Behaviours that TLC draws of the fork-choice model, run as vectors against the reference and the node.

    scenarios.py --bin BUILD/bin [--count N] [--seed N] [--adapter NAME=COMMAND]... [--keep]

TLC simulates spec/tla/models/SIM_ForkChoice.tla in two configurations: epochs of one slot, in which everything is free; and epochs
of four slots, with the committees of the real chain, which the first two epochs fix (a quarter of the behaviours). TLC checks in each state
what holds of the fork choice whoever breaks the rules (INVARIANTS, PROPERTIES). Each trace becomes a line of JSON,
touchstone-scenarios makes a real chain of it, and touchstone-conform asks the adapters. The expectations are the model's. Nothing is
stored: all is in build/models/scenarios. The last line is "N passed, N failed", counting scenarios of each adapter.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import time

import registry
import tla_values
import tlc

FOLDER = registry.ROOT / "build" / "models" / "scenarios"
WANTED = {"event", "seen", "tree"}
SHARED = {"Stake": "<- FiveEach", "RootOrder": "<- Identity", "Without": "{}", "GetAncestor": "<- FastGetAncestor"}
# Constants of the model that are parameters of the configuration.
PARAMETERS = {"MIN_SEED_LOOKAHEAD": "MinSeedLookahead", "PROPOSER_SCORE_BOOST": "ProposerScoreBoost",
              "REORG_HEAD_WEIGHT_THRESHOLD": "ReorgHeadWeightThreshold", "REORG_PARENT_WEIGHT_THRESHOLD": "ReorgParentWeightThreshold",
              "REORG_MAX_EPOCHS_SINCE_FINALIZATION": "ReorgMaxEpochsSinceFinalization"}
USUAL = {"MIN_SEED_LOOKAHEAD": 1, "PROPOSER_SCORE_BOOST": 40, "REORG_HEAD_WEIGHT_THRESHOLD": 20, "REORG_PARENT_WEIGHT_THRESHOLD": 160,
         "REORG_MAX_EPOCHS_SINCE_FINALIZATION": 2}
STAKE = 5
# What holds in every behaviour, as ForkChoiceProperties and SIM_ForkChoice define it: a trace that violates one is no scenario.
INVARIANTS = ("BlocksAreOfTheTree", "BoostIsOfThisSlot", "EquivocatorsHaveOffended", "EvidenceOfBlocksCounts", "HeadIsALeaf", "HeadIsUnique",
              "MessagesAreSoundVotes", "NoBlockIsOfTheFuture", "StatesAreRealized", "UnrealizedIsNotBehind")
PROPERTIES = ("BoostIsEarned", "CheckpointsAreMonotone", "EquivocatorsAreSilent", "EquivocatorsStay", "FirstVoteOfAnEpochStands",
              "GossipIsRecent", "NewBlocksAreOnFinalized", "NewMessagesAreOnFinalized", "TimeIsMonotone", "TimelinessIsKept")


class ScenarioError(Exception):
    """No scenarios can be made: says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Configuration:
    name: str
    slots_per_epoch: int
    validators: int
    depth: int
    parameters: dict
    constants: dict
    extends: str = "SIM_ForkChoice"
    definitions: str = ""


CONFIGURATIONS = (
    # A head that has the boost alone counts as weak here: FC-60 must not pass it over.
    Configuration("single_slot_epochs", 1, 4, 45, USUAL | {"REORG_HEAD_WEIGHT_THRESHOLD": 50},
                  {"Committee": "<- Everybody", "Proposer": "<- OneByOne", "HonestSlots": "8", "PrefixSlots": "0", "LastSlot": "13",
                   "LastVotingEpoch": "99", "MaxBlocks": "13", "SlashingsInBlocks": "TRUE"},
                  definitions="Everybody == [slot \\in 0..99 |-> Validators]\nOneByOne == [slot \\in 0..99 |-> {slot % 4}]\n"),
    Configuration("four_slot_epochs", 4, 8, 60, USUAL,
                  {"Committee": "<- RealCommittee", "Proposer": "<- RealProposer", "HonestSlots": "18", "PrefixSlots": "7",
                   "LastSlot": "21", "LastVotingEpoch": "3", "MaxBlocks": "24", "SlashingsInBlocks": "TRUE"},
                  extends="SIM_ForkChoice, RealCommittees"),
)


def constants_of(configuration):
    """Those of the fork choice."""
    return {"Validators": "{" + ", ".join(str(validator) for validator in range(configuration.validators)) + "}",
            "SlotsPerEpoch": str(configuration.slots_per_epoch), **SHARED,
            **{PARAMETERS[name]: str(value) for name, value in configuration.parameters.items()}}


def configuration_texts(configuration):
    """(module, configuration file) for TLC."""
    module = f"---- MODULE Run ----\nEXTENDS {configuration.extends}\n{configuration.definitions}====\n"
    constants = constants_of(configuration) | configuration.constants
    lines = ["CONSTANTS"] + [f"  {name} {text}" if text.startswith("<-") else f"  {name} = {text}"
                             for name, text in constants.items()]
    lines += ["INIT Init", "NEXT Next", "CHECK_DEADLOCK FALSE"]
    lines += [f"INVARIANT {name}" for name in INVARIANTS] + [f"PROPERTY {name}" for name in PROPERTIES]
    return module, "\n".join(lines) + "\n"


def simulate(jar, configuration, count, seed, folder):
    """The trace files of TLC."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    module, text = configuration_texts(configuration)
    (folder / "Run.tla").write_text(module, encoding="utf-8")
    (folder / "Run.cfg").write_text(text, encoding="utf-8")
    run = registry.Run(name=configuration.name, module="SIM_ForkChoice", kind="property", property="", clauses=(), expected="pass",
                       file=folder, simulate={"traces": count, "depth": configuration.depth, "seed": seed})
    libraries = [registry.ROOT / "spec/tla", registry.ROOT / "spec/tla/models", FOLDER]
    command = tlc.command_of(jar, run, folder, "2g", trace_file=folder / "trace", libraries=libraries)
    output = folder / "output.txt"
    with open(output, "w", encoding="utf-8") as file:
        done = subprocess.run(command, cwd=folder, stdout=file, stderr=subprocess.STDOUT, timeout=1800, check=False)
    answer = tlc.answer_of(output.read_text(encoding="utf-8", errors="replace"), done.returncode)
    if answer.verdict != "pass":
        raise ScenarioError(f"{configuration.name}: {answer.message}\n    whole output: {output}")
    return sorted(folder.glob("trace_*"), key=lambda path: [int(part) for part in path.name.split("_")[1:]])


def behaviour_of(text, name, configuration):
    """A trace as touchstone-scenarios reads it; None if nothing is delivered in it."""
    states = tla_values.states_of(text, WANTED)
    events = []
    for state in states:
        event = tla_values.parse(state["event"])
        if event["kind"] in ("init", "made"):
            continue
        seen = tla_values.parse(state["seen"])
        if not seen["ok"]:
            event["rejected"] = seen["clause"]
        event["seen"] = seen
        events.append(event)
    if not any(event["kind"] == "block" for event in events):
        return None
    return {"name": name, "slots_per_epoch": configuration.slots_per_epoch, "validators": configuration.validators,
            "stake": STAKE, "parameters": configuration.parameters, "blocks": tla_values.parse(states[-1]["tree"]), "events": events}


def statistics(behaviours):
    """What the behaviours are made of: events by kind and verdict."""
    counts = {}
    for behaviour in behaviours:
        for event in behaviour["events"]:
            key = event["kind"] + (f" rejected by {event['rejected']}" if "rejected" in event else "")
            counts[key] = counts.get(key, 0) + 1
    return counts


def export(jar, configuration, count, seed, program):
    """Simulates and makes the vectors of one configuration; gives their number, that of those left out, and the statistics."""
    folder = FOLDER / configuration.name
    traces = simulate(jar, configuration, count, seed, folder)
    behaviours = []
    for trace in traces:
        name = f"{configuration.name}_{seed}_{trace.name.split('_')[-1]}"
        behaviour = behaviour_of(trace.read_text(encoding="utf-8"), name, configuration)
        if behaviour is not None:
            behaviours.append(behaviour)
        trace.unlink()
    lines = folder / "behaviours.ndjson"
    lines.write_text("".join(json.dumps(behaviour) + "\n" for behaviour in behaviours), encoding="utf-8")
    done = subprocess.run([program, "realize", lines, "--out", folder / "vectors"], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise ScenarioError(f"{configuration.name}: touchstone-scenarios ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout, statistics(behaviours)


def ask(conform, name, command, configuration):
    """(adapter, configuration, report of touchstone-conform)."""
    vectors = FOLDER / configuration.name / "vectors"
    done = subprocess.run([conform, "run", "--json", "--vectors", vectors, "--", *shlex.split(command)], text=True,
                          capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise ScenarioError(f"touchstone-conform ended with {done.returncode}: {done.stderr}")
    return name, configuration.name, json.loads(done.stdout)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the built programs")
    parser.add_argument("--count", type=int, default=2000, help="behaviours in all (2000)")
    parser.add_argument("--seed", type=int, default=1, help="of the simulation (1)")
    parser.add_argument("--adapter", action="append", metavar="NAME=COMMAND", help="in place of reference and node; repeatable")
    return parser.parse_args(arguments)


def adapters_of(options):
    if not options.adapter:
        return {"reference": f"{options.bin}/touchstone-ref adapter", "node": f"{options.bin}/touchstone-node adapter"}
    return dict(text.split("=", 1) for text in options.adapter)


def main(arguments):
    options = parse_arguments(arguments)
    try:
        return run(options)
    except (ScenarioError, tlc.TlcError, tla_values.NoValue) as error:
        print(f"./dev models --scenarios: {error}", file=sys.stderr)
        return 2


def run(options):
    start = time.monotonic()
    program = options.bin / "touchstone-scenarios"
    jar = tlc.find_jar()
    FOLDER.mkdir(parents=True, exist_ok=True)
    committees = subprocess.run([program, "committees"], text=True, capture_output=True, check=True).stdout
    (FOLDER / "RealCommittees.tla").write_text(committees, encoding="utf-8")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        # A behaviour of the second kind costs three times as much.
        counts = [options.count - options.count // 4, options.count // 4]
        exported = [pool.submit(export, jar, configuration, count, options.seed, program)
                    for configuration, count in zip(CONFIGURATIONS, counts)]
        for configuration, future in zip(CONFIGURATIONS, exported):
            made, counted = future.result()
            print(f"{configuration.name}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items())))
            print("    " + made.strip().replace("\n", "\n    "), flush=True)
        print(f"    {time.monotonic() - start:.0f} s", flush=True)
        asked = [pool.submit(ask, options.bin / "touchstone-conform", name, command, configuration)
                 for name, command in adapters_of(options).items() for configuration in CONFIGURATIONS]
        reports = [future.result() for future in asked]
    passed, failed = report(reports)
    print(f"{time.monotonic() - start:.0f} seconds")
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


def report(reports):
    """Prints each adapter's counts and first failures; the sums."""
    passed = failed = 0
    for adapter, configuration, found in reports:
        failures = [case for case in found["cases"] if not case["passed"]]
        passed += len(found["cases"]) - len(failures)
        failed += len(failures)
        print(f"{adapter}, {configuration}: {len(found['cases']) - len(failures)} of {len(found['cases'])} scenarios as the model says")
        for case in failures[:5]:
            print(f"    {case['case']}: {case.get('reason', '')}")
    return passed, failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
