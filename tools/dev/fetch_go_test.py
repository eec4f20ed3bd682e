#!/usr/bin/env python3
"""What fetch_go.py makes of an archive, and what of a wrong one."""

import pathlib
import tempfile
import unittest
import zipfile

import fetch_go

MODULE = "golang.org/toolchain@v0.0.1-go0.0.0.linux-none"
FILES = {"bin/go": "#!/bin/sh\n", "pkg/tool/linux_none/link": "link\n", "VERSION": "go0.0.0\n"}
# Made by golang.org/x/mod/sumdb/dirhash, HashZip, of these files.
HASH = "h1:ynIB0m6vilPG/hjEmw/fvFH2dM69AaYcN9Ic4J7R6IU="


class Unpack(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.archive = self.folder / "go.zip"
        with zipfile.ZipFile(self.archive, "w") as archive:
            for name, text in FILES.items():
                archive.writestr(f"{MODULE}/{name}", text)

    def test_the_hash_is_that_of_go(self):
        with zipfile.ZipFile(self.archive) as archive:
            self.assertEqual(fetch_go.hash_of(archive), HASH)

    def test_programs_can_be_run_and_nothing_else_is_left(self):
        target = self.folder / "go"
        fetch_go.unpack(self.archive, MODULE, HASH, target)
        self.assertEqual({name: (target / name).read_text() for name in FILES}, FILES)
        self.assertTrue((target / "bin/go").stat().st_mode & 0o100)
        self.assertTrue((target / "pkg/tool/linux_none/link").stat().st_mode & 0o100)
        self.assertFalse((target / "VERSION").stat().st_mode & 0o100)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["go", "go.zip"])

    def test_what_is_half_there_is_replaced(self):
        target = self.folder / "go"
        for stale in [target, self.folder / "go.part"]:
            stale.mkdir()
            (stale / "stale").touch()
        fetch_go.unpack(self.archive, MODULE, HASH, target)
        self.assertFalse((target / "stale").exists())

    def test_another_archive_is_refused_and_not_unpacked(self):
        with zipfile.ZipFile(self.archive, "a") as archive:
            archive.writestr(f"{MODULE}/bin/more", "")
        with self.assertRaisesRegex(fetch_go.FetchError, "not what was released"):
            fetch_go.unpack(self.archive, MODULE, HASH, self.folder / "go")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["go.zip"])

    def test_a_machine_without_a_pin_is_told_what_to_do(self):
        machine = fetch_go.platform.machine
        self.addCleanup(setattr, fetch_go.platform, "machine", machine)
        fetch_go.platform.machine = lambda: "vax"
        with self.assertRaisesRegex(fetch_go.FetchError, "vax; install Go"):
            fetch_go.fetch(self.folder / "go")


if __name__ == "__main__":
    unittest.main()
