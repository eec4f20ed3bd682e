#!/usr/bin/env python3
"""How many proposals does an adversary gain by withholding blocks at the end of epochs?

    randao_bias.py [--slots N] [SHARE...]
    randao_bias.py --table            the table of randao_bias.md, for both presets
    randao_bias.py --check            computes that table again; exit status 1 if the file has another one

The proposers of epoch M + 2 are drawn with the mix as it stands at the end of M (EPO-02, COM-02, COM-08). A reveal is fixed
by key and epoch (BLK-09), so that whoever proposes in a slot can only add its reveal or not: withhold the block. Who
proposes in all of the last k slots of M, and knows what came before, thus chooses among 2^k mixes, each withheld block
costing that block. Owners of slots before an honest proposer's choose blindly, which gains nothing: the honest reveal
makes all mixes alike (spec/tla/models/MC_Randao.tla).

Epochs M, M + 2, M + 4, ... thus form a decision process: its state is k, the length of the adversary's tail of M; an
action is one of the 2^k mixes; it yields the adversary's slots in M + 2, less the blocks withheld, and the tail of M + 2.
M + 1, M + 3, ... form another one, as large. What is computed is the greatest mean yield of an epoch, by value iteration.
It is exact up to the rounding of floating point, on these assumptions:
- each mix gives its own independent draw of the proposers (a random oracle), each slot's in proportion to stake;
- the adversary's stake is the share, all the time, and honest proposers miss no slot;
- no block that was published is reorganized away (that the first proposer of an epoch may not do so is FC-53);
- only proposals count, each for one; a tail of more than TAIL slots is used as one of TAIL, which loses less than 1e-4 of a slot
  for shares up to 0.45.
"""

import argparse
import math
import pathlib
import sys
import tomllib

FOLDER = pathlib.Path(__file__).resolve().parent
PARAMETERS = FOLDER.parent.parent / "spec" / "data" / "parameters.toml"
TABLE = FOLDER / "randao_bias.md"
SHARES = [0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.33, 0.40, 0.45]
TAIL = 16
TOLERANCE = 1e-9


def epochs(slots, share):
    """[(probability, the adversary's slots of an epoch, its tail)]."""
    outcomes = [(share**slots, slots, slots)]
    for tail in range(slots):
        rest = slots - tail - 1
        for more in range(rest + 1):
            probability = math.comb(rest, more) * share ** (tail + more) * (1 - share) ** (1 + rest - more)
            outcomes.append((probability, tail + more, tail))
    return outcomes


def distribution(outcomes, continuation):
    """Values of a draw, ascending, with the probability that a draw has at most that value."""
    values = sorted((drawn + continuation[min(tail, TAIL)], probability) for probability, drawn, tail in outcomes)
    below = 0.0
    result = []
    for value, probability in values:
        below += probability
        result.append((value, min(below, 1.0)))
    return result


def expected_maximum(values, tail):
    """Mean of the best of 2^tail draws, comb(tail, w) of which cost w blocks, and the mean number withheld for it.

    The best is at most x if all draws that cost w are at most x + w: the product of their distributions. Events are the
    points at which one of these rises, in ascending order.
    """
    events = sorted((value - withheld, withheld, below) for withheld in range(tail + 1) for value, below in values)
    copies = [math.comb(tail, withheld) for withheld in range(tail + 1)]
    at_most = [0.0] * (tail + 1)
    zeros = tail + 1
    log_product = 0.0
    mean = cost = before = 0.0
    for value, withheld, below in events:
        old = at_most[withheld]
        if old == 0.0:
            zeros -= 1
        else:
            log_product -= copies[withheld] * math.log(old)
        at_most[withheld] = below
        log_product += copies[withheld] * math.log(below)
        if zeros == 0:
            now = math.exp(min(log_product, 0.0))
            mean += value * (now - before)
            cost += withheld * (now - before)
            before = now
    return mean, cost


def solve(slots, share):
    """The greatest mean yield of an epoch, blocks withheld in it, and the share of epochs in which there is a choice."""
    outcomes = epochs(slots, share)
    tails = range(min(slots, TAIL) + 1)
    continuation = [0.0 for _ in tails]
    while True:
        values = distribution(outcomes, continuation)
        better = [expected_maximum(values, tail)[0] for tail in tails]
        change = [new - old for new, old in zip(better, continuation)]
        continuation = [value - better[0] for value in better]
        if max(change) - min(change) < TOLERANCE:
            break
    withheld, with_choice = stationary(outcomes, continuation, tails)
    return better[0], withheld, with_choice


def stationary(outcomes, continuation, tails):
    """How often each tail comes up under the best choices: the mean number of blocks withheld, and P(tail > 0)."""
    rows = [transitions(outcomes, continuation, tail) for tail in tails]
    share_of = [1.0 / len(rows) for _ in rows]
    while True:
        after = [sum(share_of[k] * rows[k][0][j] for k in tails) for j in tails]
        if max(abs(new - old) for new, old in zip(after, share_of)) < TOLERANCE:
            break
        share_of = after
    return sum(share_of[k] * rows[k][1] for k in tails), 1.0 - share_of[0]


def transitions(outcomes, continuation, tail):
    """Probabilities of the next tail, and the mean number of blocks withheld, for the best of 2^tail draws."""
    draws = sorted((drawn + continuation[min(next_tail, TAIL)] - withheld, withheld, probability, min(next_tail, TAIL))
                   for probability, drawn, next_tail in outcomes for withheld in range(tail + 1))
    at_most = [0.0] * (tail + 1)
    copies = [math.comb(tail, withheld) for withheld in range(tail + 1)]
    next_tails = [0.0] * len(continuation)
    cost = before = 0.0
    for _, withheld, probability, next_tail in draws:
        at_most[withheld] = min(at_most[withheld] + probability, 1.0)
        now = math.prod(part**number for part, number in zip(at_most, copies))
        next_tails[next_tail] += now - before
        cost += withheld * (now - before)
        before = now
    total = sum(next_tails)
    return [part / total for part in next_tails], cost / total


def preset_slots():
    with PARAMETERS.open("rb") as handle:
        for entry in tomllib.load(handle)["parameter"]:
            if entry["name"] == "SLOTS_PER_EPOCH":
                return {"mainnet": entry["mainnet"], "minimal": entry["minimal"]}
    raise SystemExit(f"{PARAMETERS} has no SLOTS_PER_EPOCH: the table cannot be computed")


def lines_of(slots, shares):
    yield "| share of the stake | share of the slots proposed in | extra proposals | withheld in an epoch | epochs with a choice |"
    yield "|---|---|---|---|---|"
    for share in shares:
        yielded, withheld, with_choice = solve(slots, share)
        yield (f"| {100 * share:.0f} % | {100 * yielded / slots:.3f} % | {100 * (yielded / (slots * share) - 1):+.2f} % "
               f"| {withheld:.4f} | {100 * with_choice:.1f} % |")


def table():
    parts = []
    for preset, slots in preset_slots().items():
        parts += [f"### {preset}: SLOTS_PER_EPOCH = {slots}", "", *lines_of(slots, SHARES), ""]
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slots", type=int, default=preset_slots()["mainnet"])
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("shares", nargs="*", type=float)
    arguments = parser.parse_args()
    if arguments.check:
        if table() not in TABLE.read_text(encoding="utf-8"):
            print(f"{TABLE} does not have the table that is computed now: put that of --table there", file=sys.stderr)
            return 1
        print("the table is that of the parameters")
        return 0
    if any(not 0 < share < 1 for share in arguments.shares) or arguments.slots < 1:
        parser.error("a share is between 0 and 1, and an epoch has a slot at least")
    print(table() if arguments.table else "\n".join(lines_of(arguments.slots, arguments.shares or SHARES)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
