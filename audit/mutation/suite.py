"""The committed vectors, run against a program's adapter."""

import json
import pathlib
import subprocess

from mutants import ROOT

VECTORS = ROOT / "conformance-tests" / "vectors"
# A mutant may loop for ever; a case needs milliseconds.
CASE_SECONDS = 20


def cases_of(clause, vectors=VECTORS):
    """The cases (<runner>/<handler>/<case>) that are evidence for a clause."""
    cases = []
    for meta in sorted(pathlib.Path(vectors).glob("*/*/*/*/*/meta.json")):
        if clause in json.loads(meta.read_text(encoding="utf-8"))["clauses"]:
            cases.append("/".join(meta.parts[-4:-1]))
    return cases


def run(conform, program, cases=None, vectors=VECTORS):
    """What touchstone-conform reports, for these cases or for all."""
    command = [conform, "run", "--json", "--vectors", vectors, "--timeout", str(CASE_SECONDS)]
    for case in cases or []:
        command += ["--filter", case]
    done = subprocess.run([*command, "--", program, "adapter"], text=True, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"touchstone-conform ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)
