#!/usr/bin/env python3
"""What run_tidy.py looks at, and when it looks again."""

import json
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


class Commands(unittest.TestCase):
    def commands(self, *entries):
        with tempfile.TemporaryDirectory() as folder:
            build = pathlib.Path(folder)
            (build / "compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")
            return run_tidy.commands(build, pathlib.Path("/srv"))

    def test_a_source_of_many_programs_is_looked_at_once(self):
        first = {"file": "/srv/fuzz/main.cpp", "command": "clang++ -o a"}
        second = {"file": "/srv/fuzz/main.cpp", "command": "clang++ -o b"}
        self.assertEqual(self.commands(first, second), {"fuzz/main.cpp": second})

    def test_generated_and_foreign_sources_are_left_out(self):
        self.assertEqual(self.commands({"file": "/srv/build/a.cpp", "command": ""}, {"file": "/usr/b.cpp", "command": ""}), {})

    def test_a_batch_is_found_by_its_sources_and_is_the_same_for_every_checkout(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve()
            batch = root / "build" / "Unity" / "unity_0_cxx.cxx"
            batch.parent.mkdir(parents=True)
            batch.write_text(f'#include "{root}/crypto/a.cpp"\n#include "{root}/crypto/b.cpp"\n', encoding="utf-8")
            entries = [{"file": str(batch), "command": "clang++"}]
            (root / "compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")
            known = run_tidy.commands(root, root)
            sources = run_tidy.Sources([root])
            self.assertEqual(run_tidy.with_sources(known, sources, ["crypto/b.cpp", "crypto/a.cpp"]), ["build/Unity/unity_0_cxx.cxx"])
            self.assertEqual(sources.closure("build/Unity/unity_0_cxx.cxx"), ["build/Unity/unity_0_cxx.cxx", "crypto/a.cpp", "crypto/b.cpp"])
            self.assertNotIn(folder.encode(), sources.content("build/Unity/unity_0_cxx.cxx")[0])
            with self.assertRaises(KeyError):
                run_tidy.with_sources(known, sources, ["crypto/c.cpp"])

    def test_the_precompiled_headers_that_they_need_are_known(self):
        entries = [{"command": "clang++ -Xclang -include-pch -Xclang /b/x.pch -Xclang -include -Xclang /b/x.hxx -c a.cpp"}] * 2
        self.assertEqual(run_tidy.precompiled_headers(entries + [{"command": "clang++ -c b.cpp"}]), ["/b/x.pch"])


class Diagnostics(unittest.TestCase):
    def test_each_stands_alone_with_its_notes(self):
        first = "/a.h:1:2: error: x [y]\n    1 | code\n/a.h:3:4: note: z"
        second = "/b.h:1:2: error: x [y]"
        self.assertEqual(run_tidy.split(first + "\n" + second), [first, second])


if __name__ == "__main__":
    unittest.main()
