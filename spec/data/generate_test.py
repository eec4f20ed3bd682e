#!/usr/bin/env python3
"""What generate.py takes from the prose and the data, and what it refuses."""

import pathlib
import tempfile
import unittest

import generate


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")


class Clauses(Folder):
    def test_a_clause_has_id_kind_heading_and_first_sentence(self):
        self.write("05-a.md", "# Attestations\n## Inclusion\n\n`[ATT-03]` (rule) An attestation is\nincluded in time. More text.\n")
        self.assertEqual(generate.read_clauses(self.root), [{
            "id": "ATT-03", "kind": "rule", "file": "spec/prose/05-a.md", "heading": "Inclusion",
            "sentence": "An attestation is included in time."}])

    def test_a_mention_is_not_a_definition(self):
        self.write("a.md", "See `[ATT-03]` (rule) for more.\n```\n`[ATT-04]` (rule) An example.\n```\n")
        self.assertEqual(generate.read_clauses(self.root), [])

    def test_an_id_defined_twice_is_refused(self):
        self.write("a.md", "`[ATT-03]` (rule) One.\n")
        self.write("b.md", "`[ATT-03]` (rule) Two.\n")
        with self.assertRaisesRegex(generate.SpecError, r"b.md:1: \[ATT-03\] is already defined at a.md:1"):
            generate.read_clauses(self.root)

    def test_a_missing_or_unknown_kind_is_refused(self):
        for line in ("`[ATT-03]` An attestation.", "`[ATT-03]` (idea) An attestation.", "`[ATT-03]` (rule)"):
            self.write("a.md", line + "\n")
            with self.assertRaisesRegex(generate.SpecError, "needs a kind"):
                generate.read_clauses(self.root)

    def test_a_malformed_id_is_refused(self):
        self.write("a.md", "`[ATT3]` (rule) An attestation.\n")
        with self.assertRaisesRegex(generate.SpecError, "not a clause id"):
            generate.read_clauses(self.root)

    def test_the_header_names_each_clause(self):
        self.write("a.md", "`[FC-07]` (rule) The head.\n`[ATT-03]` (duty) To attest.\n")
        header = generate.clauses_header("node", generate.read_clauses(self.root))
        self.assertIn("namespace touchstone::node {", header)
        self.assertLess(header.index("    FC_07,"), header.index("    ATT_03,"))
        self.assertLess(header.index('{"ATT-03", Clause::ATT_03}'), header.index('{"FC-07", Clause::FC_07}'))


class Data(Folder):
    def parameter(self, minimal):
        self.write("parameters.toml", f'[[parameter]]\nname = "LIMIT"\nmainnet = 1\nminimal = {minimal}\nunit = "slots"\ndoc = "a"\n')
        return generate.parameters_header("reference", self.root)

    def test_the_largest_value_may_be_a_string(self):
        self.assertIn(".LIMIT = 18446744073709551615ULL", self.parameter('"18446744073709551615"'))

    def test_values_beyond_64_bits_are_refused(self):
        for value in ('"18446744073709551616"', "-1", "true", "1.5", '"x"'):
            with self.assertRaises(generate.SpecError, msg=value):
                self.parameter(value)

    def test_a_name_that_stands_twice_is_refused(self):
        entry = '[[parameter]]\nname = "LIMIT"\nmainnet = 1\nminimal = 1\nunit = "slots"\ndoc = "a"\n'
        self.write("parameters.toml", entry + entry)
        with self.assertRaisesRegex(generate.SpecError, "twice"):
            generate.parameters_header("node", self.root)

    def test_two_domains_never_share_a_value(self):
        self.write("constants.toml", "")
        self.write("domains.toml", "".join(
            f'[[domain]]\nname = "{name}"\nvalue = "0x01000000"\ndoc = "a"\n' for name in ("DOMAIN_A", "DOMAIN_B")))
        with self.assertRaisesRegex(generate.SpecError, "same value"):
            generate.constants_header("node", self.root)


if __name__ == "__main__":
    unittest.main()
