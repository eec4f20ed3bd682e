#!/usr/bin/env python3
"""Which conjuncts there are, and what of a behaviour is replayed without them."""

import pathlib
import tempfile
import unittest

import conjuncts

MODULE = r'''
Viable == Rule("FC-33a", Part("FC-33a-grace", x)) /\ ("FC-34" \in Without \/ y) /\ "FC-12" \notin Without
Clause == IF z THEN "FC-16" ELSE ""
'''


def checkpoint(epoch, root):
    return {"epoch": epoch, "root": root}


def seen(ok=True, head=0, finalized=0):
    return {"ok": ok, "clause": "" if ok else "FC-19", "head": head, "justified": checkpoint(0, 0), "finalized": checkpoint(0, finalized),
            "equivocating": [2, 3], "weights": {"0": 9, "1": 4, "2": 5}}


BLOCKS = {"0": {"parent": -1, "slot": 0}, "1": {"parent": 0, "slot": 1}, "2": {"parent": 0, "slot": 1}, "3": {"parent": 2, "slot": 2}}


class Conjuncts(unittest.TestCase):
    def test_they_are_what_can_be_taken_out(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "spec/tla").mkdir(parents=True)
            for module in conjuncts.MODULES:
                (root / "spec/tla" / f"{module}.tla").write_text(MODULE if module == "Votes" else "")
            self.assertEqual(conjuncts.conjuncts(root), {"FC-33a": "Votes", "FC-33a-grace": "Votes", "FC-34": "Votes", "FC-12": "Votes"})

    def test_values_become_text_of_tla(self):
        self.assertEqual(conjuncts.text_of({"validators": [1, 2], "votes": [{"slot": 1}], "ok": True, "kind": "tick"}),
                         '[validators |-> {1, 2}, votes |-> <<[slot |-> 1]>>, ok |-> TRUE, kind |-> "tick"]')

    def events(self, *events):
        return list(conjuncts.replayed_events({"blocks": BLOCKS, "events": list(events)}))

    def test_what_a_vector_does_not_check_is_left_out(self):
        texts = self.events({"kind": "block", "block": 1, "seen": seen(head=1, finalized=1)},
                            {"kind": "block", "block": 3, "seen": seen(ok=False, head=1, finalized=1), "rejected": "FC-19"})
        # Weights of what may be forgotten; the clause where a forgotten block is needed.
        self.assertIn("weights |-> {<<1, 4>>}]", texts[0])
        self.assertIn("loose |-> FALSE", texts[0])
        self.assertIn("loose |-> TRUE", texts[1])

    def test_a_forgotten_block_that_comes_again_is_left_out(self):
        self.assertEqual(len(self.events({"kind": "block", "block": 2, "seen": seen()},
                                         {"kind": "block", "block": 1, "seen": seen(head=1, finalized=1)},
                                         {"kind": "block", "block": 2, "seen": seen(head=1, finalized=1)})), 2)

    def test_proposers_matter_only_where_the_head_has_no_twin(self):
        texts = self.events({"kind": "block", "block": 1, "seen": seen(head=1)}, {"kind": "block", "block": 2, "seen": seen(head=1)})
        self.assertIn("proposers |-> TRUE", texts[0])
        self.assertIn("proposers |-> FALSE", texts[1])

    def test_what_nothing_catches_needs_a_reason_and_nothing_else_may_have_one(self):
        self.assertEqual(conjuncts.Catch("FC-34", ("a/b",), "").problem, "")
        self.assertEqual(conjuncts.Catch("FC-34", (), "", "never happens").problem, "")
        self.assertIn("nothing catches", conjuncts.Catch("FC-34", (), "").problem)
        self.assertIn("take it out", conjuncts.Catch("FC-34", (), "four_1, event 3", "never happens").problem)
        with self.assertRaisesRegex(conjuncts.ConjunctError, "give the id"):
            conjuncts.equivalents({})
        self.assertTrue(conjuncts.equivalents(conjuncts.conjuncts()))

    def test_the_table_names_runs_and_scenarios(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "conjuncts.md"
            conjuncts.write_table([conjuncts.Catch("FC-33a", ("a/b",), "four_1, event 3"), conjuncts.Catch("FC-34", (), "")],
                                  {"FC-33a": "Votes", "FC-34": "LMD"}, path)
            text = path.read_text()
        self.assertIn("| FC-33a | Votes | `a/b` | four_1, event 3 |", text)
        self.assertIn("| FC-34 | LMD | none | none |", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
