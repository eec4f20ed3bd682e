#!/usr/bin/env python3
"""When run_tidy.py looks at a source again."""

import pathlib
import tempfile
import unittest

import run_tidy


class Digest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("crypto/a.cpp", '#include "crypto/a.h"\n')
        self.write("crypto/a.h", '#include "crypto/b.h"\n#include "crypto/a.h"\n')
        self.write("crypto/b.h", "")

    def write(self, path, text):
        (self.root / path).parent.mkdir(exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def digest(self, salt=b""):
        return run_tidy.Sources([self.root]).digest("crypto/a.cpp", salt)

    def test_nothing_changed(self):
        self.assertEqual(self.digest(), self.digest())

    def test_a_header_included_by_a_header_counts(self):
        before = self.digest()
        self.write("crypto/b.h", "int f();\n")
        self.assertNotEqual(before, self.digest())

    def test_the_settings_count(self):
        self.assertNotEqual(self.digest(), self.digest(b"other settings"))


class Diagnostics(unittest.TestCase):
    def test_each_stands_alone_with_its_notes(self):
        first = "/a.h:1:2: error: x [y]\n    1 | code\n/a.h:3:4: note: z"
        second = "/b.h:1:2: error: x [y]"
        self.assertEqual(run_tidy.split(first + "\n" + second), [first, second])


if __name__ == "__main__":
    unittest.main()
