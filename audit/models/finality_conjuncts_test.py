"""finality_conjuncts.toml against the modules that it is about and the registry of runs."""

import pathlib
import re
import sys
import tomllib
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
MODULES = ("FFG", "Slashing", "Adversary", "Stake", "models/MC_FFG", "models/MC_Safety", "models/MC_Honest", "models/MC_Duties", "models/MC_Blocks",
           "models/MC_Stake", "models/MC_Randao", "models/MC_Attack_LongRange")
NAMED = re.compile(r'Rule\("([A-Z]{2,3}-[\w-]+)"|"([A-Z]{2,3}-[\w-]+)" \\(?:not)?in Without')


def ids_of_modules():
    found = set()
    for module in MODULES:
        text = (ROOT / "spec" / "tla" / f"{module}.tla").read_text(encoding="utf-8")
        found |= {rule or value for rule, value in NAMED.findall(text)}
    return found


def conjuncts():
    with (FOLDER / "finality_conjuncts.toml").open("rb") as handle:
        return tomllib.load(handle)["conjunct"]


def runs():
    found = {}
    for file in (ROOT / "spec" / "tla" / "models").glob("*.toml"):
        with file.open("rb") as handle:
            found |= {run["name"]: run for run in tomllib.load(handle).get("run", [])}
    return found


class FinalityConjuncts(unittest.TestCase):
    def test_each_id_of_a_module_is_listed_once(self):
        listed = [conjunct["id"] for conjunct in conjuncts()]
        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(set(listed), ids_of_modules())

    def test_what_catches_an_id_is_a_control_that_leaves_it_out(self):
        known = runs()
        for conjunct in conjuncts():
            for name in conjunct["caught_by"]:
                with self.subTest(conjunct=conjunct["id"], run=name):
                    self.assertIn(name, known)
                    self.assertEqual(known[name]["kind"], "control")
                    self.assertIn(conjunct["id"], known[name]["without"])

    def test_an_id_that_nothing_catches_alone_has_a_note(self):
        known = runs()
        for conjunct in conjuncts():
            alone = [name for name in conjunct["caught_by"] if known[name]["without"] == [conjunct["id"]]]
            with self.subTest(conjunct=conjunct["id"]):
                self.assertTrue(alone or conjunct.get("note"))


if __name__ == "__main__":
    sys.exit(unittest.main())
