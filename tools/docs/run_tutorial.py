#!/usr/bin/env python3
"""Runs a tutorial as it is written.

    run_tutorial.py BIN-FOLDER TUTORIAL.md

All fenced blocks `sh` run in their order in one bash with `set -e`, in a temporary folder in which `build/dev/bin` is BIN-FOLDER
and all else is as in the repository. A fenced block `output` after one is a pattern of what that printed: each of its lines must be
there, in this order, with other lines before, between and after them; `…` stands for any text within a line. Exit code 1:
something is otherwise.
"""

import dataclasses
import os
import pathlib
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time

BLOCK_SECONDS = 90
END_SECONDS = 30
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class TutorialError(Exception):
    """What is not as the tutorial says, for people."""


@dataclasses.dataclass
class Step:
    line: int  # in the tutorial, of the block's first line
    commands: str
    patterns: list


def steps_of(text):
    """The blocks that are run, each with the lines that its output must have."""
    steps, kind, block, begin = [], None, [], 0
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.fullmatch(r"```(\S*)\s*", line)
        if not fence:
            block.append(line)
        elif kind is None:
            kind, block, begin = fence[1], [], number + 1
        elif fence[1]:
            raise TutorialError(f"line {number}: a block begins before the one of line {begin - 1} has ended")
        else:
            if kind == "sh":
                steps.append(Step(begin, "\n".join(block) + "\n", []))
            elif kind == "output":
                if not steps:
                    raise TutorialError(f"line {begin - 1}: there is nothing before this whose output it could be")
                steps[-1].patterns += [each for each in block if each.strip()]
            kind = None
    if kind is not None:
        raise TutorialError(f"line {begin - 1}: the block does not end")
    return steps


def missing_line(patterns, output):
    """The first pattern that no line matches after the line of the pattern before; None if all are there."""
    lines = iter(output.splitlines())
    for pattern in patterns:
        expression = re.compile(".*".join(re.escape(part) for part in pattern.rstrip().split("…")))
        if not any(expression.fullmatch(line.rstrip()) for line in lines):
            return pattern
    return None


class Shell:
    """One bash, which is given files to source. What it leaves running ends with it."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.process = subprocess.Popen(["bash", "--noprofile", "--norc"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        self.send("set -eo pipefail\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """To all of its session, which is this shell's alone: first so that they end in order."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            limit = time.monotonic() + END_SECONDS
            while time.monotonic() < limit and number == signal.SIGTERM and self.has_members():
                time.sleep(0.1)
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def has_members(self):
        self.process.poll()
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def send(self, text):
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise TutorialError("the shell has ended") from error

    def run(self, commands, seconds):
        """What they printed. Fails if one of them does, or if they take longer."""
        self.count += 1
        script = self.folder / f".block-{self.count}.sh"
        script.write_text(commands, encoding="utf-8")
        mark = f"--- end of block {self.count} ---"
        self.send(f"source ./{script.name} </dev/null\nprintf '%s\\n' '{mark}'\n")
        output = self.read_until(mark.encode() + b"\n", time.monotonic() + seconds)
        return output.decode(errors="replace")

    def read_until(self, mark, limit):
        output = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not output.endswith(mark):
                if not selector.select(max(0, limit - time.monotonic())):
                    raise TutorialError("it takes too long; so far:\n" + output.decode(errors="replace"))
                read = os.read(self.process.stdout.fileno(), 1 << 16)
                if not read:
                    raise TutorialError("a command failed:\n" + output.decode(errors="replace"))
                output += read
        return output[: -len(mark)]


def run(steps, folder, seconds=BLOCK_SECONDS):
    with Shell(folder) as shell:
        for step in steps:
            print(f"--- line {step.line}\n{step.commands}", end="", flush=True)
            try:
                output = shell.run(step.commands, seconds)
            except TutorialError as error:
                raise TutorialError(f"the block of line {step.line}: {error}") from error
            print("--- prints\n" + output, end="", flush=True)
            missing = missing_line(step.patterns, output)
            if missing is not None:
                raise TutorialError(f"the block of line {step.line} does not print, in this place: {missing}")


def furnish(folder, programs):
    """As the repository is, but for what was built."""
    for each in REPOSITORY.iterdir():
        if each.name != "build" and not each.name.startswith("."):
            (folder / each.name).symlink_to(each)
    (folder / "build" / "dev").mkdir(parents=True)
    (folder / "build" / "dev" / "bin").symlink_to(programs.resolve())


def main(arguments):
    if len(arguments) != 2:
        print(__doc__)
        return 2
    programs, tutorial = map(pathlib.Path, arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        furnish(folder, programs)
        try:
            run(steps_of(tutorial.read_text(encoding="utf-8")), folder)
        except TutorialError as error:
            print(f"{tutorial}: {error}")
            for log in sorted(folder.glob("*.txt")):
                if not log.is_symlink():
                    print(f"--- {log.name}\n" + log.read_text(encoding="utf-8", errors="replace")[-4000:])
            return 1
    print(f"{tutorial}: everything is as it says")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
