#!/usr/bin/env python3
"""Asks z3 for each lemma of this folder whether it can be violated within the bounds of the specification.

    check.py [--json] [--timeout SECONDS] [LEMMA...]

A lemma is a file `<name>.smt2`: its first comment says it in words and names the clauses; it asserts the premises and the
*negation* of the claim, and ends with (check-sat), whose answer must be `unsat`. After that, a file gives a witness that
the premises can hold at all: it removes the claim ((push) ... (pop)) and checks again, which must be `sat`. Every
parameter and constant of spec/data is defined beforehand, with the values of each preset in turn: the numbers are those of the code.
Exit status 1 if an answer is another one, 2 if z3 is missing.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

FOLDER = pathlib.Path(__file__).resolve().parent
DATA = FOLDER.parent.parent / "spec" / "data"
EXPECTED = ["unsat", "sat"]


def definitions(preset):
    """(define-fun NAME () Int VALUE) for every parameter and constant."""
    lines = []
    for file, key, value in (("parameters.toml", "parameter", preset), ("constants.toml", "constant", "value")):
        with (DATA / file).open("rb") as handle:
            lines += [f"(define-fun {entry['name']} () Int {int(entry[value])})" for entry in tomllib.load(handle)[key]]
    return "\n".join(lines) + "\n"


def claim_of(text):
    """The comment with which the file begins, as one line."""
    lines = []
    for line in text.splitlines():
        if not line.startswith(";"):
            break
        lines.append(line.lstrip("; "))
    return " ".join(lines)


def check(lemma, preset, timeout):
    """Answers of z3 and the seconds it took."""
    start = time.monotonic()
    text = "(set-logic ALL)\n" + definitions(preset) + lemma.read_text(encoding="utf-8")
    done = subprocess.run(["z3", "-in", f"-T:{timeout}"], input=text, capture_output=True, text=True, check=False)
    return done.stdout.split(), time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--timeout", type=int, default=60)
    parser.add_argument("lemmas", nargs="*")
    arguments = parser.parse_args()
    if shutil.which("z3") is None:
        print("z3 is not installed (apt-get install z3)", file=sys.stderr)
        return 2

    results, failed = [], 0
    for lemma in sorted(FOLDER.glob("*.smt2")):
        if arguments.lemmas and lemma.stem not in arguments.lemmas:
            continue
        for preset in ("mainnet", "minimal"):
            answers, seconds = check(lemma, preset, arguments.timeout)
            passed = answers == EXPECTED
            failed += not passed
            results.append({"lemma": lemma.stem, "preset": preset, "claim": claim_of(lemma.read_text(encoding="utf-8")),
                            "verdict": "proved" if passed else "not proved", "answers": answers, "seconds": round(seconds, 2)})
            if not arguments.json:
                print(f"{lemma.stem:32} {preset:8} {results[-1]['verdict']:10} {seconds:6.2f} s  {' '.join(answers)}", flush=True)
    if arguments.json:
        json.dump({"lemmas": results}, sys.stdout, indent=1)
        print()
    else:
        print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
