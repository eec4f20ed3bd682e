#!/usr/bin/env python3
"""Traces of simulated networks as modules of TLA+."""

import json
import pathlib
import tempfile
import unittest

import traces

A, B, C = "aa" + 62 * "0", "bb" + 62 * "0", "cc" + 62 * "0"
HEADER = {"trace": "fork_choice", "validators": 4, "slots_per_epoch": 2, "min_seed_lookahead": 1, "proposer_score_boost": 40,
          "reorg_head_weight_threshold": 20, "reorg_parent_weight_threshold": 160, "reorg_max_epochs_since_finalization": 2, "anchor": B}
SEEN = {"verdict": "accepted", "head": None, "justified": {"epoch": 0, "root": B}, "finalized": {"epoch": 0, "root": B}}
VOTE = {"validators": [3, 1], "slot": 1, "head": C, "source": {"epoch": 0, "root": traces.ZERO_ROOT}, "target": {"epoch": 0, "root": B}}
TICK = {"event": "tick", "slot": 1, "phase": 0, **SEEN, "head": B}
BLOCK = {"event": "block", "root": C, "parent": B, "slot": 1, "proposer": 2, "votes": [], "slashings": [], **SEEN, "head": C}
ATTESTATION = {"event": "attestation", "vote": VOTE, **SEEN}


class Traces(unittest.TestCase):
    def module(self, *events):
        return traces.data_module(HEADER, list(events))

    def test_roots_become_numbers_and_keep_their_order(self):
        text = self.module(TICK, BLOCK, {**BLOCK, "root": A, "parent": C, "slot": 2})
        self.assertIn('[kind |-> "block", root |-> 1, block |-> [parent |-> 0, slot |-> 1, proposer |-> 2, ', text)
        self.assertIn("root |-> 2, block |-> [parent |-> 1", text)
        self.assertIn("Ranks == <<1, 2, 0>>", text)  # bb, cc, aa

    def test_a_vote_shows_who_is_in_the_committee_and_keeps_its_order(self):
        text = self.module(ATTESTATION)
        self.assertIn("voters |-> <<3, 1>>", text)
        self.assertIn("source |-> [epoch |-> 0, root |-> -1]", text)
        self.assertIn("VotersOfSlots == <<{}, {1, 3}, ", text)
        self.assertIn("ProposersOfSlots == <<{}, {2}, ", self.module(BLOCK))

    def test_votes_of_a_block_are_those_of_each_validator(self):
        text = self.module({**BLOCK, "votes": [VOTE]})
        self.assertEqual([text.count(f"[validator |-> {v}, slot |-> 1, head |-> 1") for v in (3, 1)], [1, 1])

    def test_no_head_is_no_root(self):
        self.assertIn("head |-> -1, justified", self.module(ATTESTATION))
        self.assertIn("head |-> 0, justified", self.module(TICK))

    def test_what_is_no_trace_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "trace.ndjson"
            for lines, message in [([], "the first line"), ([{"trace": "other"}], "the first line"),
                                   ([HEADER, {**TICK, "event": "tock"}], ":2: no accepted event"),
                                   ([HEADER, TICK, {**TICK, "verdict": "rejected"}], ":3: no accepted event")]:
                path.write_text("".join(json.dumps(line) + "\n" for line in lines))
                with self.subTest(message), self.assertRaisesRegex(traces.TraceError, message):
                    traces.read(path)
            path.write_text("{")
            with self.assertRaises(traces.TraceError):
                traces.read(path)

    def test_parameters_are_those_of_the_trace(self):
        text = traces.configuration_text(HEADER, 0)
        for line in ("Validators = {0, 1, 2, 3}", "SlotsPerEpoch = 2", "ReorgParentWeightThreshold = 160", "CHECK_DEADLOCK TRUE"):
            self.assertIn(line + "\n", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
