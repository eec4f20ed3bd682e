#!/usr/bin/env python3
"""Holds the direction of dependency: by the includes of the sources and by the symbols of the built libraries.

    check_dependencies.py [--root DIR] [--libraries DIR]

The rules are the tables below, and nothing else. Prints each violation; the exit code says whether there was one.
"""

import argparse
import collections
import pathlib
import re
import subprocess
import sys

# (chain: blocks and votes of development validators, for tests and the generator)
REFERENCE_LAYERS = ["base", "ssz", "tree", "types", "signatures", "entries", "validators", "stake", "execution", "transition", "fork_choice", "duties", "network", "sync", "chain", "cli"]

# What each part may include beside itself. A source belongs to the part with the longest matching path; a folder that stands
# in no row may not exist. Tests may include every part of their own side, and nothing but tests may include their support.
MAY_INCLUDE = {
    "native": [],
    "crypto": ["native"],
    # the executable specification: each layer may use all layers before it
    **{f"reference/{layer}": ["crypto", "reference/generated"] + [f"reference/{earlier}" for earlier in REFERENCE_LAYERS[:place]]
       for place, layer in enumerate(REFERENCE_LAYERS)},
    # the production node
    "node/base": ["crypto", "node/generated"],
    "node/codec": ["crypto", "node/generated", "node/base"],
    "node/types": ["crypto", "node/generated", "node/base", "node/codec"],
    "node/kernel": ["crypto", "native", "node/generated", "node/base", "node/codec", "node/types"],
    "node/ports": ["crypto", "node/generated", "node/base", "node/codec", "node/types", "node/kernel"],
    "node/services": ["crypto", "node/generated", "node/base", "node/codec", "node/types", "node/kernel", "node/ports"],
    # JSON-RPC: the protocol, which knows no method; and the methods
    "node/rpc": ["node/base", "node/ports"],
    "node/api": ["crypto", "node/generated", "node/base", "node/codec", "node/types", "node/kernel", "node/ports",
                 "node/services", "node/rpc"],
    "node/adapters": ["crypto", "native", "node/generated", "node/base", "node/codec", "node/types", "node/kernel", "node/ports"],
    "node/app": ["crypto", "node/generated", "node/base", "node/codec", "node/types", "node/kernel", "node/ports",
                 "node/services", "node/rpc", "node/api", "node/adapters"],
    "node/sim": ["crypto", "node/generated", "node/base", "node/codec", "node/types", "node/kernel", "node/ports",
                 "node/services"],
    # the program around the simulation: its files, and databases for the reference
    "node/sim/program": ["crypto", "node/generated", "node/base", "node/codec", "node/types", "node/kernel", "node/ports",
                         "node/services", "node/sim", "node/adapters"],
    # what holds the two against each other; the runner knows only the formats
    "conformance-tests/runner": ["crypto"],
    "conformance-tests/generator": ["crypto", "reference"],
    "conformance-tests": ["crypto", "reference", "node", "conformance-tests"],
    "fuzz": ["crypto", "native", "reference", "node", "conformance-tests", "cli"],
    # the auditor reads the tree and asks adapters; it links neither side
    "audit": ["conformance-tests/runner"],
    # the tools of users never see the reference
    "cli": ["crypto", "node/generated", "node/base", "node/codec", "node/types", "node/kernel", "node/ports", "node/adapters"],
}
# The command line of the reference offers the generator, which stands on the layers below it.
MAY_INCLUDE["reference/cli"].append("conformance-tests/generator")

# Parts that are pure: no thread, clock, file, log or network. The names are prefixes of <system> includes.
THREADS = ["thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "latch", "barrier", "stop_token",
           "pthread.h"]
CLOCKS = ["chrono", "ctime", "time.h", "sys/time.h"]
RANDOM = ["random", "sys/random.h"]
FILES = ["fstream", "filesystem", "iostream", "cstdio", "stdio.h", "unistd.h", "fcntl.h", "sys/socket.h", "sys/stat.h"]
LIBRARIES = ["boost/asio", "boost/beast", "sqlite3.h", "spdlog", "prometheus", "CLI", "toml++", "nlohmann"]
UNORDERED = ["unordered_map", "unordered_set"]
MAY_NOT_INCLUDE = {
    **{f"reference/{layer}": THREADS + CLOCKS + RANDOM + FILES + LIBRARIES + UNORDERED for layer in REFERENCE_LAYERS[:-1]},
    "node/base": THREADS + CLOCKS + RANDOM + FILES + LIBRARIES,
    "node/codec": THREADS + CLOCKS + RANDOM + FILES + LIBRARIES,
    "node/types": THREADS + CLOCKS + RANDOM + FILES + LIBRARIES,
    "node/kernel": THREADS + CLOCKS + RANDOM + FILES + LIBRARIES,
    "node/ports": THREADS + RANDOM + FILES + LIBRARIES,
    "node/services": THREADS + RANDOM + FILES + LIBRARIES,
    "node/rpc": THREADS + CLOCKS + RANDOM + FILES + [name for name in LIBRARIES if name != "nlohmann"],
    "node/api": THREADS + CLOCKS + RANDOM + FILES + [name for name in LIBRARIES if name != "nlohmann"],
    "node/sim": THREADS + RANDOM + [name for name in FILES if name not in ("iostream", "fstream", "cstdio", "filesystem")]
                + ["boost/asio", "boost/beast", "sqlite3.h", "spdlog", "prometheus"],
}

# What the archives of pure parts may neither define nor ask for. (A library's name begins with the part's.)
IMPURE_SYMBOL = re.compile(
    r"^(pthread_create|clock_gettime|gettimeofday|getrandom|nanosleep|sqlite3_\w+|socket|recv|std::chrono::_V2::\w+::now\(\)"
    r"|std::random_device::.*|std::thread::.*)$")
PURE_ARCHIVES = tuple("libtouchstone_" + part.replace("/", "_") for part in MAY_NOT_INCLUDE)

SIDES = {"reference": "touchstone::reference::", "node": "touchstone::node::"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
SOURCE_SUFFIXES = {".h", ".cpp", ".c"}


def part_of(path, parts=None):
    """The part that a path relative to the root belongs to: that of the longest matching name."""
    names = [name for name in (parts or MAY_INCLUDE) if path == name or path.startswith(name + "/")]
    return max(names, key=len, default=None)


def is_test(path):
    name = path.split("/")[-1]
    return name.startswith("test_") or name.endswith(("_test.cpp", "_test.h", "_bench.cpp")) or "/testing/" in path


def sources(root):
    tops = sorted({name.split("/")[0] for name in MAY_INCLUDE})
    for top in tops:
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES and "target" not in path.relative_to(root).parts:
                yield path.relative_to(root).as_posix()


def check_include(path, part, quote, target):
    """What is wrong with one include, or None."""
    top = target.split("/")[0]
    ours = top in {name.split("/")[0] for name in MAY_INCLUDE}
    if quote == "<" or not ours:
        if quote == '"' and "/" not in target:
            return f'"{target}" is not rooted at the repository'
        if target.startswith("."):
            return f'"{target}" is not rooted at the repository'
        if not is_test(path):
            for prefix in MAY_NOT_INCLUDE.get(part, []):
                if target == prefix or target.startswith(prefix + "/"):
                    return f"{part} is pure and may not include <{target}>"
        return None
    allowed = [part] + MAY_INCLUDE[part]
    if is_test(path):
        allowed.append(part.split("/")[0])
    elif is_test(target) and part.split("/")[0] in SIDES:
        return f"{target} is for tests only"
    if any(target.startswith(name + "/") for name in allowed):
        return None
    return f"{part} may not include {target} (it may include {', '.join(MAY_INCLUDE[part]) or 'nothing else'})"


def check_includes(root):
    violations = []
    for path in sources(root):
        part = part_of(path)
        if part is None:
            violations.append(f"{path}: stands in no part that tools/lint/check_dependencies.py knows; add a row")
            continue
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        for match in INCLUDE.finditer(text):
            problem = check_include(path, part, match.group(1), match.group(2))
            if problem:
                line = text.count("\n", 0, match.start(1)) + 1
                violations.append(f"{path}:{line}: {problem}")
    return violations


def symbols(archive):
    """(kind, demangled name) of every symbol in an archive."""
    done = subprocess.run(["nm", "--demangle", "--format=posix", str(archive)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=True)
    for line in done.stdout.splitlines():
        match = re.match(r"^(.*?) ([A-Za-z])(?: [0-9a-f]+(?: [0-9a-f]+)?)?\s*$", line)
        if match:
            yield match.group(2), match.group(1)


def check_symbols(libraries):
    violations = []
    strong = {side: collections.defaultdict(set) for side in SIDES}
    for side in SIDES:
        other = next(namespace for name, namespace in SIDES.items() if name != side)
        for archive in sorted(libraries.glob(f"libtouchstone_{side}_*.a")):
            foreign, impure = set(), set()
            for kind, name in symbols(archive):
                if other in name:
                    foreign.add(name)
                if kind in "TDBRGS":
                    strong[side][name].add(archive.name)
                if archive.name.startswith(PURE_ARCHIVES) and IMPURE_SYMBOL.match(name):
                    impure.add(name)
            violations += [f"{archive.name}: names a symbol of the other side: {name}" for name in sorted(foreign)]
            violations += [f"{archive.name}: is pure and may not use {name}" for name in sorted(impure)]
    for name in sorted(strong["reference"].keys() & strong["node"].keys()):
        where = ", ".join(sorted(strong["reference"][name] | strong["node"][name]))
        violations.append(f"{where}: both sides define {name}")
    return violations


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--libraries", type=pathlib.Path, help="folder of the built static libraries")
    options = parser.parse_args(arguments)
    violations = check_includes(options.root)
    if options.libraries:
        violations += check_symbols(options.libraries)
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
