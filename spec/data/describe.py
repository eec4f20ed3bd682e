#!/usr/bin/env python3
"""Writes docs/reference/parameters.md: every parameter with its values and why it has them, and the issuance curve.

    describe.py            rewrite the page
    describe.py --check    fail if the page is not what the data says
"""

import argparse
import math
import pathlib
import sys

import generate

DATA = pathlib.Path(__file__).resolve().parent
PAGE = DATA.parent.parent / "docs" / "reference" / "parameters.md"
GRAINS_PER_TST = 10**9
MILLISECONDS_PER_YEAR = 31_557_600_000
STAKES = (10**6, 10**7, 3 * 10**7, 10**8, 3 * 10**8, 10**9)


def base_reward_per_increment(stake, parameters):
    """[REW-02] with all of the stake (grains) active: grains per increment and epoch."""
    return parameters["EFFECTIVE_STAKE_INCREMENT"] * parameters["BASE_REWARD_FACTOR"] // math.isqrt(stake)


def issuance(stake, parameters):
    """Grains minted in a year when everybody votes in time and every vote is included at once [REW-03] [ATT-14]."""
    increments = stake // parameters["EFFECTIVE_STAKE_INCREMENT"]
    epoch_ms = parameters["SLOT_DURATION_MS"] * parameters["SLOTS_PER_EPOCH"]
    return increments * base_reward_per_increment(stake, parameters) * MILLISECONDS_PER_YEAR // epoch_ms


def grouped(number):
    return f"{number:,}"


def page():
    path = DATA / "parameters.toml"
    entries = generate.read_table(path, "parameter")
    for entry in entries:
        if not entry.get("why"):
            raise generate.SpecError(f"{path.name}: {entry['name']} does not say why it has its value")
    mainnet = {entry["name"]: generate.uint64(path, entry["name"], entry["mainnet"]) for entry in entries}
    lines = [
        "# Parameters",
        "",
        "Written by `spec/data/describe.py` from `spec/data/parameters.toml`. What each is, its values, and why it has them;",
        "a network may replace any of them ([genesis](../genesis.md)) as long as `[TYP-06]` holds.",
        "",
        "| parameter | mainnet | minimal | unit | what | why |",
        "|---|---|---|---|---|---|",
    ]
    for entry in entries:
        values = [grouped(generate.uint64(path, entry["name"], entry[preset])) for preset in ("mainnet", "minimal")]
        lines.append(f"| `{entry['name']}` | {values[0]} | {values[1]} | {entry['unit']} | {entry['doc']} | {entry['why']} |")
    lines += [
        "",
        "## Issuance",
        "",
        "What mainnet mints in a year of 365.25 days if everybody votes in time: `[REW-02]` pays each increment of stake in inverse",
        "proportion to the square root of all stake, so issuance grows with that root, and what one token earns falls with it.",
        "",
        "| staked, TST | issued in a year, TST | a staked token earns |",
        "|---|---|---|",
    ]
    for tokens in STAKES:
        minted = issuance(tokens * GRAINS_PER_TST, mainnet)
        lines.append(f"| {grouped(tokens)} | {grouped(minted // GRAINS_PER_TST)} | {100 * minted / (tokens * GRAINS_PER_TST):.2f} % |")
    lines += [
        "",
        "Why a root: a fixed sum would pay the first validators without bound and starve the last; a fixed rate would mint without",
        "bound as stake grows. In between, little stake draws more stake in, and much of it costs holders little. Seven eighths go to",
        "the votes, one eighth to the proposers that include them; who is late or away gets less, and his penalty burns.",
        "Fees mint nothing: the base fee burns, tips change hands.",
        "",
    ]
    return "\n".join(lines)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    try:
        text = page()
        if not options.check:
            generate.write_if_different(PAGE, text)
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            raise generate.SpecError("docs/reference/parameters.md is not what the data says; run spec/data/describe.py")
    except generate.SpecError as error:
        print(f"describe.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
