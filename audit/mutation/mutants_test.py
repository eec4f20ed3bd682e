#!/usr/bin/env python3
"""The table of mutants: what it refuses, and that each of its rows still fits the sources."""

import pathlib
import tempfile
import unittest

import suite
from mutants import ROOT, TABLE, Mutant, MutantError, read_table

ROW = {"name": "takes_all", "clause": "FC-17", "file": "node/a.cpp", "old": "a > b", "new": "a >= b"}


class Mutants(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def table(self, *rows):
        path = self.folder / "mutants.toml"
        path.write_text("".join("[[mutant]]\n" + "".join(f'{key} = "{value}"\n' for key, value in row.items()) for row in rows))
        return read_table(path, {"FC-17"})

    def source(self, text):
        (self.folder / "node").mkdir()
        (self.folder / "node" / "a.cpp").write_text(text)

    def test_every_row_fits_the_sources_and_has_cases_of_its_clause(self):
        table = read_table()
        self.assertGreater(len({mutant.file for mutant in table.values()}), 3)
        for mutant in table.values():
            with self.subTest(mutant.name):
                self.assertNotEqual(mutant.text(), (ROOT / mutant.file).read_text(encoding="utf-8"))
                self.assertTrue(suite.cases_of(mutant.clause))

    def test_every_row_of_the_attacks_fits_the_sources(self):
        table = read_table(TABLE.with_name("attacks.toml"))
        self.assertGreater(len(table), 2)
        for mutant in table.values():
            with self.subTest(mutant.name):
                self.assertNotEqual(mutant.text(), (ROOT / mutant.file).read_text(encoding="utf-8"))

    def test_a_mutant_differs_in_its_one_place(self):
        self.source("if (a > b) return c > d;\n")
        self.assertEqual(Mutant(**ROW).text(self.folder), "if (a >= b) return c > d;\n")

    def test_a_text_that_stands_there_twice_or_never_is_refused(self):
        self.source("a > b; a > b;")
        with self.assertRaisesRegex(MutantError, "2 times the text 'a > b'"):
            Mutant(**ROW).text(self.folder)
        with self.assertRaisesRegex(MutantError, "0 times"):
            Mutant(**{**ROW, "old": "x < y"}).text(self.folder)

    def test_a_file_that_is_not_there_is_refused(self):
        with self.assertRaisesRegex(MutantError, "there is no node/a.cpp"):
            Mutant(**ROW).text(self.folder)

    def test_the_program_follows_from_the_folder(self):
        self.assertEqual(Mutant(**ROW).program, "touchstone-node")
        self.assertEqual(Mutant(**{**ROW, "file": "reference/a.cpp"}).program, "touchstone-ref")

    def test_rows_that_make_no_sense_are_refused(self):
        self.assertEqual(self.table(ROW)["takes_all"], Mutant(**ROW))
        for change, message in [({"clause": "FC-99"}, "no clause is called FC-99"), ({"file": "node/a.h"}, "no .cpp file"),
                                ({"file": "crypto/a.cpp"}, "no .cpp file"), ({"new": "a > b"}, "the same text"),
                                ({"new": ""}, "none empty"), ({"more": "x"}, "no other"), ({"name": "A b"}, "small letters")]:
            with self.subTest(message), self.assertRaisesRegex(MutantError, message):
                self.table({**ROW, **change})
        with self.assertRaisesRegex(MutantError, "already a mutant takes_all"):
            self.table(ROW, ROW)


if __name__ == "__main__":
    unittest.main(verbosity=2)
