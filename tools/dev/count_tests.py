#!/usr/bin/env python3
"""Counts what a run of ctest did, from its log. The last line is "N passed, N failed" (test programs).

Fails if a program failed, and if a suite of others was skipped although TOUCHSTONE_THIRD_PARTY names their folder.
"""

import os
import pathlib
import re
import sys

NO_DATA = "skipped: no third-party data"


def count(text):
    return {
        "passed": len(re.findall(r"^Test Passed\.$", text, re.M)),
        "failed": len(re.findall(r"^Test Failed\.$|^Test time out|^Unable to find executable", text, re.M)),
        "cases": sum(int(n) for n in re.findall(r"^\[==========\] (\d+) tests? from .* ran\.", text, re.M))
        + sum(int(n) for n in re.findall(r"^Ran (\d+) tests? in ", text, re.M)),
        "skipped": sum(int(n) for n in re.findall(r"^\[  SKIPPED \] (\d+) tests?, listed below", text, re.M)),
    }


def main(path):
    log = pathlib.Path(path)
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    counts = count(text)
    print(f"{counts['cases']} cases in {counts['passed'] + counts['failed']} programs, {counts['skipped']} cases skipped")
    forbidden = bool(os.environ.get("TOUCHSTONE_THIRD_PARTY")) and NO_DATA in text
    if forbidden:
        print("a suite was skipped although TOUCHSTONE_THIRD_PARTY is set; that counts as a failure")
        counts["failed"] += 1
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
