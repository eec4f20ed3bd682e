"""The registry of model-checking runs: spec/tla/models.toml and spec/tla/models/*.toml.

A `[[run]]` is one run of TLC; a `[[base]]` is a set of keys that runs share (`base = "NAME"`; constants are merged). Keys:

  name          small letters, digits, _ and /; once in all files
  module        the module of spec/tla or spec/tla/models that is checked
  kind          property | witness | control
  property      the property in words; the runs of a property have the same text
  clauses       ids of the prose
  expected      pass (property) | violated (witness, control)
  constants     name = "TLA+ text"; "<- Name" takes the definition Name of the module
  without       the rules that are left out (constant Without; a control has some, or other constants)
  specification, or init and next
  invariants, properties, action_constraints, constraints    names of definitions
  violates      the invariant or property that a violated run violates; needed where it checks several
  symmetry, view, alias    names of definitions
  deadlock      error (default) | ignored | violation (a deadlock is what a violated run finds)
  deep          only with --deep
  simulate      { traces = N, depth = N, seed = N }: random behaviours instead of all; such a run is deep
  timeout       seconds; 180, and 14400 for a deep run, where it is not given
  states, depth distinct states and depth (of a violated run: length of the counterexample); written by --record
"""

import dataclasses
import json
import pathlib
import re
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = {"property": "pass", "witness": "violated", "control": "violated"}
DEADLOCKS = ("error", "ignored", "violation")
NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What a configuration file of TLC can say itself: numbers, strings, model values, and sets of these.
ATOM = r'(?:-?\d+|"[^"\\]*"|[A-Za-z_][A-Za-z0-9_]*)'
PLAIN_VALUE = re.compile(rf"\s*(?:{ATOM}|\{{\s*(?:{ATOM}\s*(?:,\s*{ATOM}\s*)*)?\}})\s*")


class RegistryError(Exception):
    """The registry cannot be used: says which file and run, why, and what to do."""


@dataclasses.dataclass(frozen=True)
class Run:
    name: str
    module: str
    kind: str
    property: str
    clauses: tuple
    expected: str
    file: pathlib.Path
    constants: dict = dataclasses.field(default_factory=dict)
    without: tuple = ()
    specification: str = ""
    init: str = ""
    next: str = ""
    invariants: tuple = ()
    properties: tuple = ()
    constraints: tuple = ()
    action_constraints: tuple = ()
    violates: str = ""
    symmetry: str = ""
    view: str = ""
    alias: str = ""
    deadlock: str = "error"
    deep: bool = False
    simulate: dict = dataclasses.field(default_factory=dict)
    timeout: int = 0
    states: int = 0
    depth: int = 0


FIELDS = {field.name: field for field in dataclasses.fields(Run) if field.name != "file"}
LISTS = {"clauses", "without", "invariants", "properties", "constraints", "action_constraints"}
TABLES = {"constants", "simulate"}
NUMBERS = {"timeout", "states", "depth"}
REQUIRED = ("name", "module", "kind", "property", "clauses", "expected")


def known_clauses(root=ROOT):
    index = json.loads((root / "spec/data/clauses.json").read_text(encoding="utf-8"))
    return {clause["id"] for clause in index["clauses"]}


def files(root=ROOT):
    found = [root / "spec/tla/models.toml", *sorted((root / "spec/tla/models").glob("*.toml"))]
    return [path for path in found if path.exists()]


def read(root=ROOT, clauses=None):
    """All runs by name, in the order of the files."""
    clauses = known_clauses(root) if clauses is None else clauses
    modules = Modules(root)
    bases, rows = {}, []
    for path in files(root):
        for kind, number, row in _rows_of(path):
            where = f"{path.relative_to(root)}: {kind} {row.get('name', number)}"
            if kind == "run":
                rows.append((path, where, row))
                continue
            _check_types(row, where, FIELDS)
            if not row.get("name") or row["name"] in bases:
                raise RegistryError(f"{where}: a base needs a name of its own")
            bases[row["name"]] = row
    if not rows:
        raise RegistryError("spec/tla/models.toml (and spec/tla/models/*.toml): there is no [[run]]")
    runs = {}
    for path, where, row in rows:
        run = _run_of(row, where, path, bases, clauses, modules)
        if run.name in runs:
            raise RegistryError(f"{where}: there is already a run of this name; give it another")
        runs[run.name] = run
    return runs


def _rows_of(path):
    with open(path, "rb") as file:
        try:
            content = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise RegistryError(f"{path}: {error}") from error
    unknown = set(content) - {"run", "base"}
    if unknown:
        raise RegistryError(f"{path}: unknown {', '.join(sorted(unknown))}; there are [[run]] and [[base]]")
    for kind in ("base", "run"):
        if not isinstance(content.get(kind, []), list):
            raise RegistryError(f"{path}: write [[{kind}]], not [{kind}]")
        for number, row in enumerate(content.get(kind, []), 1):
            yield kind, number, row


def _check_types(row, where, allowed):
    for key, value in row.items():
        if key not in allowed:
            raise RegistryError(f"{where}: unknown key {key!r}; there are {', '.join(allowed)}")
        if key in LISTS:
            fits, needed = isinstance(value, list) and all(isinstance(item, str) for item in value), "a list of texts"
        elif key in TABLES:
            wanted = str if key == "constants" else int
            fits = isinstance(value, dict) and all(isinstance(item, wanted) for item in value.values())
            needed = "a table of texts" if key == "constants" else "a table of numbers"
        elif key in NUMBERS:
            fits, needed = isinstance(value, int) and not isinstance(value, bool) and value >= 0, "a number"
        elif key == "deep":
            fits, needed = isinstance(value, bool), "true or false"
        else:
            fits, needed = isinstance(value, str), "a text"
        if not fits:
            raise RegistryError(f"{where}: {key} must be {needed}, not {value!r}")


def _run_of(row, where, path, bases, clauses, modules):
    row = dict(row)
    base = row.pop("base", None)
    if base is not None:
        if base not in bases:
            raise RegistryError(f"{where}: there is no [[base]] {base!r} (there are {', '.join(bases) or 'none'})")
        shared = bases[base]
        constants = {**shared.get("constants", {}), **row.get("constants", {})}
        row = {**shared, **row, **({"constants": constants} if constants else {})}
    _check_types(row, where, FIELDS)
    for key in REQUIRED:
        if not row.get(key):
            raise RegistryError(f"{where}: {key} is missing or empty")
    run = Run(file=path, **{key: tuple(value) if key in LISTS else value for key, value in row.items()})
    problem = _problem_of(run, clauses, modules)
    if problem:
        raise RegistryError(f"{where}: {problem}")
    timeout = run.timeout or (14400 if run.deep or run.simulate else 180)
    return dataclasses.replace(run, timeout=timeout, deep=run.deep or bool(run.simulate))


def _problem_of(run, clauses, modules):
    """What is wrong with a run, or None."""
    checked = [*run.invariants, *run.properties]
    wrong_names = [name for name in [*checked, *run.constraints, *run.action_constraints, *run.constants, run.module]
                   if not IDENTIFIER.fullmatch(name)]
    if not NAME.fullmatch(run.name):
        return f"the name {run.name!r} may have small letters, digits, _ and / only"
    if run.kind not in KINDS:
        return f"kind is {run.kind!r}; there are {', '.join(KINDS)}"
    if run.expected != KINDS[run.kind]:
        return f"a {run.kind} is expected to be {KINDS[run.kind]!r}, not {run.expected!r}"
    if wrong_names:
        return f"{wrong_names[0]!r} is no name of TLA+"
    if bool(run.specification) == bool(run.init or run.next) or bool(run.init) != bool(run.next):
        return "give either specification, or init and next"
    if run.deadlock not in DEADLOCKS:
        return f"deadlock is {run.deadlock!r}; there are {', '.join(DEADLOCKS)}"
    if not checked and run.deadlock == "ignored":
        return "nothing is checked: no invariants, no properties, and deadlock is ignored"
    if run.expected == "pass" and (run.violates or run.deadlock == "violation"):
        return "a run that is expected to pass violates nothing"
    if run.violates and run.violates not in checked:
        return f"violates names {run.violates!r}, which is not among its invariants and properties"
    if run.expected == "violated" and not run.violates and run.deadlock != "violation" and len(checked) != 1:
        return "it checks several; say by `violates` which of them it violates"
    if run.simulate and set(run.simulate) != {"traces", "depth", "seed"}:
        return "simulate has traces, depth and seed"
    return _problem_of_clauses(run, clauses, modules)


def _problem_of_clauses(run, clauses, modules):
    for clause in run.clauses:
        if clause not in clauses:
            return f"no clause is called {clause}; see spec/data/clauses.json"
    try:
        texts = modules.closure(run.module)
    except FileNotFoundError as error:
        return str(error)
    if "Without" in run.constants:
        return "write without = [...] instead of the constant Without"
    for rule in run.without:
        if not any(f'"{rule}"' in text for text in texts.values()):
            return f'no rule of {", ".join(texts)} is called "{rule}": leaving it out would change nothing'
    return None


class Modules:
    """The modules of spec/tla, and which of them a module stands on."""

    def __init__(self, root):
        self.folders = [root / "spec/tla", root / "spec/tla/models"]

    def path(self, module):
        for folder in self.folders:
            if (folder / f"{module}.tla").exists():
                return folder / f"{module}.tla"
        return None

    def closure(self, module):
        """name -> text of the module and of all that it extends or instantiates, the standard modules left out."""
        if self.path(module) is None:
            raise FileNotFoundError(f"there is no module {module} in spec/tla or spec/tla/models")
        texts, wanted = {}, [module]
        while wanted:
            name = wanted.pop()
            path = self.path(name)
            if name in texts or path is None:
                continue
            texts[name] = path.read_text(encoding="utf-8")
            for extended in re.findall(r"^\s*EXTENDS\s+([\w,\s]*?)(?=\n\s*\n|\n\s*\w+\s*==|\n\s*(?:CONSTANT|VARIABLE|ASSUME|LOCAL|\\\*|\(\*|-{4}|={4}))",
                                       texts[name], re.M):
                wanted += re.findall(r"\w+", extended)
            wanted += re.findall(r"\bINSTANCE\s+(\w+)", texts[name])
        return texts

    def has_without(self, module):
        return any(re.search(r"\bWithout\b", text) for text in self.closure(module).values())


def properties_without_evidence(runs):
    """(property, kind) of every property that lacks a holding run, a witness or a control."""
    kinds = {}
    for run in runs.values():
        kinds.setdefault(run.property, set()).add(run.kind)
    return [(text, kind) for text, found in kinds.items() for kind in KINDS if kind not in found]


def record(run, states, depth):
    """Writes the counts of a run into its file; everything else there stays as it is."""
    lines = run.file.read_text(encoding="utf-8").splitlines()
    start = _line_of(lines, run)
    end = next((i for i in range(start, len(lines)) if i > start and lines[i].lstrip().startswith("[")), len(lines))
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):  # these belong to what follows
        end -= 1
    block = [line for line in lines[start:end] if not re.match(r"\s*(states|depth)\s*=", line)]
    block += [f"states = {states}", f"depth = {depth}"]
    run.file.write_text("\n".join(lines[:start] + block + lines[end:]) + "\n", encoding="utf-8")


def _line_of(lines, run):
    """The line [[run]] above the name of the run."""
    named = [i for i, line in enumerate(lines) if re.match(rf'\s*name\s*=\s*"{re.escape(run.name)}"', line)]
    for i in named:
        for above in range(i, -1, -1):
            if lines[above].strip() == "[[run]]":
                return above
            if lines[above].lstrip().startswith("["):
                break
    raise RegistryError(f'{run.file}: cannot find the [[run]] with the line name = "{run.name}"; write it on a line of its own')
