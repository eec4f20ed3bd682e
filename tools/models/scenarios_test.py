#!/usr/bin/env python3
"""Traces of TLC's simulation as behaviours that can be made real."""

import unittest

import scenarios

SEEN = '[ok |-> TRUE, clause |-> "", head |-> 0]'
TREE = "(0 :> [parent |-> -1, slot |-> 0] @@ 3 :> [parent |-> 0, slot |-> 1])"


def trace(*states):
    return "".join(f"STATE_{number} ==\n/\\ event = {event}\n/\\ seen = {seen}\n/\\ tree = {TREE}\n\n\n"
                   for number, (event, seen) in enumerate(states, 1)) + "====\n"


class Behaviours(unittest.TestCase):
    CONFIGURATION = scenarios.CONFIGURATIONS[0]

    def behaviour(self, *states):
        return scenarios.behaviour_of(trace(*states), "name", self.CONFIGURATION)

    def test_events_have_what_the_model_saw(self):
        found = self.behaviour(('[kind |-> "init"]', SEEN), ('[kind |-> "tick", slot |-> 1, phase |-> 0]', SEEN),
                               ('[kind |-> "made", block |-> 3]', SEEN), ('[kind |-> "block", block |-> 3]', SEEN),
                               ('[kind |-> "block", block |-> 4]', '[ok |-> FALSE, clause |-> "FC-16", head |-> 0]'))
        self.assertEqual([event["kind"] for event in found["events"]], ["tick", "block", "block"])
        self.assertNotIn("rejected", found["events"][1])
        self.assertEqual(found["events"][2]["rejected"], "FC-16")
        self.assertEqual(found["blocks"]["3"], {"parent": 0, "slot": 1})
        self.assertEqual(scenarios.statistics([found]), {"tick": 1, "block": 1, "block rejected by FC-16": 1})

    def test_a_behaviour_in_which_no_block_comes_is_left_out(self):
        self.assertIsNone(self.behaviour(('[kind |-> "tick", slot |-> 1, phase |-> 0]', SEEN)))

    def test_configurations_name_each_constant_once(self):
        for configuration in scenarios.CONFIGURATIONS:
            _, text = scenarios.configuration_texts(configuration)
            names = [line.split()[0] for line in text.splitlines() if line.startswith("  ")]
            self.assertEqual(len(names), len(set(names)))
            self.assertIn("  Stake <- FiveEach\n", text)
            self.assertIn(f"  SlotsPerEpoch = {configuration.slots_per_epoch}\n", text)

    def test_what_is_checked_is_defined_and_in_each_configuration(self):
        folder = scenarios.registry.ROOT / "spec/tla/models"
        modules = "".join((folder / f"{name}.tla").read_text(encoding="utf-8") for name in ("ForkChoiceProperties", "SIM_ForkChoice"))
        for keyword, names in (("INVARIANT", scenarios.INVARIANTS), ("PROPERTY", scenarios.PROPERTIES)):
            for name in names:
                self.assertIn(f"\n{name} ==", modules)
                for configuration in scenarios.CONFIGURATIONS:
                    self.assertIn(f"\n{keyword} {name}\n", scenarios.configuration_texts(configuration)[1])

    def test_adapters_are_reference_and_node_unless_others_are_named(self):
        options = scenarios.parse_arguments(["--bin", "bin"])
        self.assertEqual(list(scenarios.adapters_of(options)), ["reference", "node"])
        options = scenarios.parse_arguments(["--bin", "bin", "--adapter", "mine=./mine --a=b"])
        self.assertEqual(scenarios.adapters_of(options), {"mine": "./mine --a=b"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
