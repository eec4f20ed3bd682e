#!/usr/bin/env python3
"""Runs clang-tidy on every source of ours; remembers by content which ones were clean.

    run_tidy.py --build DIR [--jobs N] [FILE...]

DIR is a build folder of clang, whose precompiled headers clang-tidy can read; those that are missing are built first. Sources
that it compiles in batches (preset asan-ubsan) are looked at in batches, in two thirds of the time; preset lint has each alone,
which shows a little more: what it includes too little, or does not use. A batch is looked at again when a source of it, a header
of ours that they include, the settings or its command changed. What was clean is remembered for all checkouts, in touchstone/tidy
below $XDG_CACHE_HOME (or ~/.cache).
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import time

TIDY = "clang-tidy-22"
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.M)
PRECOMPILED = re.compile(r"-include-pch (?:-Xclang )?(\S+)")


class Sources:
    """First-party files by their path below the root, with their includes resolved."""

    def __init__(self, roots):
        self.roots = roots
        self.read = {}

    def content(self, name):
        if name not in self.read:
            file = next((root / name for root in self.roots if (root / name).is_file()), None)
            # A batch names its sources with the checkout's path.
            data = file.read_bytes().replace(f"{self.roots[0]}/".encode(), b"") if file else b""
            self.read[name] = (data, [match.decode() for match in INCLUDE.findall(data)])
        return self.read[name]

    def closure(self, name):
        seen, waiting = {name}, [name]
        while waiting:
            for included in self.content(waiting.pop())[1]:
                if included not in seen:
                    seen.add(included)
                    waiting.append(included)
        return sorted(seen)

    def digest(self, name, salt):
        state = hashlib.sha256(salt)
        for member in self.closure(name):
            state.update(member.encode() + b"\0" + hashlib.sha256(self.content(member)[0]).digest())
        return state.hexdigest()


def is_batch(path):
    return path.parent.name == "Unity"


def commands(build, root):
    """{source or batch below the root: its entry} of what the build compiles from the repository itself, one for each: the
    main function of the fuzz targets is compiled into every one of them, but looked at once."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = pathlib.Path(entry["file"])
        if is_batch(path):
            found[path.read_bytes()] = path.relative_to(root).as_posix(), entry
        elif path.is_relative_to(root) and not path.is_relative_to(root / "build"):
            found[path] = path.relative_to(root).as_posix(), entry
    return dict(found.values())


def with_sources(known, sources, files):
    """Those of the known that are the files, or batches of them. KeyError: one that the build has not."""
    wanted = {}
    for file in files:
        holders = [name for name in known if name == file or is_batch(pathlib.Path(name)) and file in sources.content(name)[1]]
        if not holders:
            raise KeyError(file)
        wanted.update(dict.fromkeys(holders))
    return list(wanted)


def cache_folder():
    folder = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "touchstone" / "tidy"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def forget_old(cache):
    """Marks that no run has met for a month."""
    oldest = time.time() - 30 * 24 * 3600
    for mark in cache.iterdir():
        if mark.stat().st_mtime < oldest:
            mark.unlink(missing_ok=True)


def precompiled_headers(entries):
    return sorted({match for entry in entries for match in PRECOMPILED.findall(entry["command"])})


def tidy(database, root, name):
    start = time.monotonic()
    # A batch is nothing but such includes.
    options = ["--checks=-bugprone-suspicious-include"] if is_batch(pathlib.Path(name)) else []
    done = subprocess.run([TIDY, "--quiet", *options, f"-p={database}", str(root / name)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    problems = done.stdout.strip()
    if done.returncode != 0 and not problems:
        problems = done.stderr.strip()
    return name, done.returncode == 0 and not problems, problems, time.monotonic() - start


def split(problems):
    """One text per diagnostic: a fault in a header is found again in every source that includes it."""
    return re.split(r"\n(?=/[^\n]*: (?:error|warning): )", problems)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("files", nargs="*", help="sources, as paths below the repository's root")
    options = parser.parse_args(arguments)
    root = pathlib.Path(__file__).resolve().parents[2]
    build = options.build.resolve()
    cache = cache_folder()
    database = build / "tidy"
    database.mkdir(exist_ok=True)

    known = commands(build, root)
    sources = Sources([root, build / "generated"])
    try:
        names = with_sources(known, sources, options.files) if options.files else sorted(known)
    except KeyError as unknown:
        parser.error(f"this build has no {unknown.args[0]}")
    version = subprocess.run([TIDY, "--version"], stdout=subprocess.PIPE, check=True).stdout
    settings = version + (root / ".clang-tidy").read_bytes()

    def mark_of(name):
        command = known[name]["command"].replace(str(build), "build").replace(str(root), ".")
        return cache / sources.digest(name, settings + command.encode())

    wanted = {name: mark_of(name) for name in names}
    changed = {name: mark for name, mark in wanted.items() if not mark.exists()}
    for mark in wanted.values():
        if mark.exists():
            mark.touch()
    forget_old(cache)
    print(f"clang-tidy: {len(wanted)} sources and batches of them, {len(changed)} new or changed", flush=True)

    headers = precompiled_headers(known[name] for name in changed)
    if headers:
        subprocess.run(["ninja", "-C", str(build), "--quiet", *(os.path.relpath(header, build) for header in headers)], check=True)
    (database / "compile_commands.json").write_text(json.dumps([known[name] for name in changed]), encoding="utf-8")

    dirty = 0
    shown = set()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for name, clean, problems, seconds in pool.map(lambda name: tidy(database, root, name), changed):
            if clean:
                changed[name].touch()
            else:
                dirty += 1
                fresh = [problem for problem in split(problems) if problem not in shown]
                shown.update(fresh)
                print(f"{name} ({seconds:.0f} s)", *fresh, sep="\n", flush=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"clang-tidy: {dirty} with findings, {used.ru_utime + used.ru_stime:.0f} s of processor time")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
