#!/usr/bin/env python3
"""What catches each conjunct of the fork-choice rules when it is removed: audit/models/conjuncts.md.

    conjuncts.py [--write] [ID...]

A conjunct is an id that Rule, Part or `\\in Without` names in the modules of the fork choice. Beside each stand the runs of the registry
that leave it out and must be violated, and the first generated scenario that sees the difference: the behaviours that ./dev models
--scenarios has left in build/models/scenarios (it must have run) are replayed by TLC without that rule, and compared in all that a
vector checks. A conjunct that nothing catches fails, unless audit/models/equivalent.toml says why no store shows the difference. The last line is "N passed, N failed", counting conjuncts.
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
import tomllib

import registry
import scenarios
import tlc

FOLDER = registry.ROOT / "build" / "models" / "conjuncts"
TABLE = registry.ROOT / "audit" / "models" / "conjuncts.md"
# Conjuncts that no reachable store tells from their absence: id = "why".
EQUIVALENT = registry.ROOT / "audit" / "models" / "equivalent.toml"
MODULES = ("BlockTree", "Votes", "LMD", "ForkChoice")
NAMED = re.compile(r'(?:Rule|Part)\(\s*"([A-Z]{2,3}-[\w-]+)"|"([A-Z]{2,3}-[\w-]+)"\s*\\(?:not)?in\s+Without')
SETS = {"validators", "equivocating"}
SECONDS = 900
# Behaviours that are replayed, batch after batch until one differs: (configuration, first, last). A small batch is read sooner, and
# most conjuncts are caught by the first.
BATCHES = (("single_slot_epochs", 0, 20), ("four_slot_epochs", 0, 15), ("single_slot_epochs", 20, 60), ("four_slot_epochs", 15, 40))


class ConjunctError(Exception):
    """The conjuncts cannot be tried: says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Catch:
    conjunct: str
    runs: tuple  # of the registry
    scenario: str  # empty if none
    reason: str = ""  # why nothing can catch it

    @property
    def problem(self):
        caught = bool(self.runs or self.scenario)
        if caught and self.reason:
            return f"{self.conjunct} is caught; take it out of {EQUIVALENT.name}"
        return "" if caught or self.reason else f"nothing catches that {self.conjunct} is missing"


def conjuncts(root=registry.ROOT):
    """id -> the module that names it, in the order of the modules."""
    found = {}
    for module in MODULES:
        for match in NAMED.finditer((root / "spec/tla" / f"{module}.tla").read_text(encoding="utf-8")):
            found.setdefault(match.group(1) or match.group(2), module)
    return found


def text_of(value, field=""):
    """A value of the behaviours as text of TLA+."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        items = ", ".join(text_of(item) for item in value)
        return "{" + items + "}" if field in SETS else "<<" + items + ">>"
    return "[" + ", ".join(f"{name} |-> {text_of(item, name)}" for name, item in value.items()) + "]"


def descends(blocks, block, ancestor):
    while block not in (ancestor, 0):
        block = blocks[str(block)]["parent"]
    return block == ancestor


def replayed_events(behaviour):
    """The events with what is compared after each; those that a vector leaves out are left out here too."""
    blocks, finalized, known = behaviour["blocks"], 0, {0}
    for event in behaviour["events"]:
        seen = event["seen"]
        forgotten = [block for block in needed_blocks(event, blocks) if block >= 0 and not descends(blocks, block, finalized)]
        if event["kind"] == "block" and event["block"] in known and not descends(blocks, event["block"], finalized):
            continue
        if event["kind"] == "block" and seen["ok"]:
            known.add(event["block"])
        finalized = seen["finalized"]["root"]
        head = blocks[str(seen["head"])]
        alone = not any(block != seen["head"] and blocks[str(block)]["slot"] == head["slot"] for block in known)
        fields = {name: value for name, value in event.items() if name not in ("seen", "rejected")}
        fields |= {name: value for name, value in seen.items() if name != "weights"}
        text = text_of(fields | {"loose": bool(forgotten) and not seen["ok"], "proposers": alone})
        weights = ", ".join(f"<<{block}, {weight}>>" for block, weight in seen["weights"].items()
                            if descends(blocks, int(block), finalized))
        yield text[:-1] + f", weights |-> {{{weights}}}]"


def needed_blocks(event, blocks):
    if event["kind"] == "block":
        return [blocks[str(event["block"])]["parent"]]
    if event["kind"] == "attestation":
        return [event["vote"]["head"], event["vote"]["target"]["root"]]
    return []


def data_module(behaviours):
    rows = []
    for behaviour in behaviours:
        blocks = " @@ ".join(f"{number} :> {text_of(block)}" for number, block in behaviour["blocks"].items())
        rows.append(f"[blocks |-> {blocks},\n events |-> <<" + ",\n".join(replayed_events(behaviour)) + ">>]")
    return "---- MODULE ReplayData ----\nEXTENDS Integers, Sequences, TLC\nBehaviours == <<\n" + ",\n".join(rows) + "\n>>\n====\n"


def configuration_text(configuration, conjunct):
    kept = scenarios.constants_of(configuration) | {name: configuration.constants[name] for name in ("Committee", "Proposer")}
    kept["Without"] = f'{{"{conjunct}"}}' if conjunct else "{}"
    lines = ["CONSTANTS"] + [f"  {name} {text}" if text.startswith("<-") else f"  {name} = {text}" for name, text in kept.items()]
    return "\n".join([*lines, "SPECIFICATION Spec", "CHECK_DEADLOCK TRUE"]) + "\n"


@dataclasses.dataclass(frozen=True)
class Batch:
    configuration: scenarios.Configuration
    behaviours: list
    folder: pathlib.Path


def prepare(name, first, last):
    """Lays the data of a batch into its folder."""
    path = scenarios.FOLDER / name / "behaviours.ndjson"
    if not path.exists():
        raise ConjunctError(f"there is no {path}; run ./dev models --scenarios 240 first")
    behaviours = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[first:last]]
    if not behaviours:
        raise ConjunctError(f"{path} has less than {first + 1} behaviours; run ./dev models --scenarios 240 first")
    folder = FOLDER / f"{name}_{first}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "ReplayData.tla").write_text(data_module(behaviours), encoding="utf-8")
    return Batch(next(each for each in scenarios.CONFIGURATIONS if each.name == name), behaviours, folder)


def replay(jar, batch, conjunct):
    """The name of a behaviour, and its event, that differs without the conjunct; empty if none does."""
    configuration, folder = batch.configuration, batch.folder / (conjunct or "none")
    folder.mkdir(parents=True)
    extends = configuration.extends.replace("SIM_ForkChoice", "Replay_ForkChoice")
    (folder / "Run.tla").write_text(f"---- MODULE Run ----\nEXTENDS {extends}\n{configuration.definitions}====\n",
                                    encoding="utf-8")
    (folder / "Run.cfg").write_text(configuration_text(configuration, conjunct), encoding="utf-8")
    run = registry.Run(name="replay", module="Replay_ForkChoice", kind="property", property="", clauses=(), expected="pass", file=folder,
                       states=1)  # a short run
    libraries = [registry.ROOT / "spec/tla", registry.ROOT / "spec/tla/models", batch.folder, scenarios.FOLDER]
    with open(folder / "output.txt", "w", encoding="utf-8") as file:
        done = subprocess.run(tlc.command_of(jar, run, folder, "2g", libraries=libraries), cwd=folder, stdout=file,
                              stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    shutil.rmtree(folder / "metadata", ignore_errors=True)
    output = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")
    answer = tlc.answer_of(output, done.returncode)
    if answer.verdict == "pass":
        return ""
    states = [text for code, _, text in tlc.messages(output) if code == tlc.STATE]
    # A store that the rule alone keeps sound may have no head at all without it: TLC cannot go on, and that is a difference too.
    undefined = answer.verdict == "error" and "The behavior up to this point is" in answer.message
    if not states or not (undefined or answer.violated == "deadlock"):
        raise ConjunctError(f"{conjunct}: {answer.message}\n    whole output: {folder / 'output.txt'}")
    number, line = (int(re.search(rf"^/\\ {name} = (\d+)", states[-1], re.M).group(1)) for name in ("number", "line"))
    return f"{batch.behaviours[number - 1]['name']}, event {line}"


def equivalents(known, path=None):
    path = path or EQUIVALENT
    with open(path, "rb") as file:
        reasons = tomllib.load(file)
    for conjunct, reason in reasons.items():
        if conjunct not in known or not isinstance(reason, str) or not reason:
            raise ConjunctError(f"{path}: {conjunct}: give the id of a conjunct and a reason")
    return reasons


def catch(jar, batches, runs, reason, conjunct):
    # What a run of the registry catches, or nothing can, is looked for less long.
    for batch in batches[:2] if runs or reason else batches:
        scenario = replay(jar, batch, conjunct)
        if scenario:
            return Catch(conjunct, runs, scenario, reason)
    return Catch(conjunct, runs, "", reason)


def write_table(catches, modules, path=None):
    path = path or TABLE
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["# What catches each conjunct of the fork choice", "",
             "Written by `./dev models --conjuncts --write`. Each conjunct of the modules is taken out of the model by its id; a run of the",
             "registry must then be violated, or a generated scenario (seed 1) must differ, so that an implementation without the",
             "conjunct fails it.", "", "| conjunct | module | runs that are violated | scenario that differs |", "|---|---|---|---|"]
    for each in catches:
        runs = ", ".join(f"`{name}`" for name in each.runs) or "none"
        lines.append(f"| {each.conjunct} | {modules[each.conjunct]} | {runs} | {each.scenario or (f'none: {each.reason}' if each.reason else 'none')} |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(options):
    start = time.monotonic()
    modules = conjuncts()
    unknown = set(options.ids) - set(modules)
    if unknown:
        raise ConjunctError(f"no conjunct is called {', '.join(sorted(unknown))}; there are {', '.join(modules)}")
    reasons, controls = equivalents(modules), {}
    for each in registry.read().values():
        for rule in each.without:
            controls.setdefault(rule, []).append(each.name)
    jar = tlc.find_jar()
    batches = [prepare(*each) for each in BATCHES]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for scenario in pool.map(lambda batch: replay(jar, batch, ""), batches[:2]):
            if scenario:
                raise ConjunctError(f"the whole model does not see what it saw itself: {scenario}; draw the scenarios anew")
        wanted = options.ids or list(modules)
        catches = []
        found = pool.map(lambda conjunct: catch(jar, batches, tuple(controls.get(conjunct, ())), reasons.get(conjunct, ""), conjunct), wanted)
        for each in found:
            catches.append(each)
            print(f"[{len(catches)}/{len(wanted)}] {each.conjunct}: {len(each.runs)} runs; {each.scenario or 'no scenario'}", flush=True)
    if options.write:
        write_table(catches, modules)
    missed = [each.problem for each in catches if each.problem]
    for problem in missed:
        print(problem)
    print(f"{time.monotonic() - start:.0f} seconds")
    print(f"{len(catches) - len(missed)} passed, {len(missed)} failed")
    return 1 if missed else 0


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these conjuncts")
    parser.add_argument("--write", action="store_true", help="write audit/models/conjuncts.md")
    try:
        return run(parser.parse_args(arguments))
    except (ConjunctError, registry.RegistryError, tlc.TlcError) as error:
        print(f"./dev models --conjuncts: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
