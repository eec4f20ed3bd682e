#!/usr/bin/env python3
"""Shows that check_dependencies.py fails on each kind of violation, and only then."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import check_dependencies as check


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def archive(self, name, source):
        compiler = os.environ.get("CXX", "c++")
        file = self.write(f"objects/{name}.cpp", source)
        subprocess.run([compiler, "-std=c++20", "-c", "-o", f"{file}.o", file], check=True)
        (self.root / "lib").mkdir(exist_ok=True)
        subprocess.run(["ar", "rcs", self.root / "lib" / f"lib{name}.a", f"{file}.o"], check=True)


class Includes(Tree):
    def assert_violation(self, part_of_message):
        violations = check.check_includes(self.root)
        self.assertEqual(len(violations), 1, violations)
        self.assertIn(part_of_message, violations[0])

    def test_the_declared_direction_passes(self):
        self.write("reference/transition/a.cpp", '#include <map>\n#include "reference/types/b.h"\n#include "crypto/hash.h"\n')
        self.write("node/app/a.cpp", '#include <thread>\n#include "node/services/b.h"\n#include "node/adapters/c.h"\n')
        self.write("node/kernel/tree/a.cpp", '#include "node/kernel/consensus/b.h"\n#include "node/generated/clauses.h"\n')
        self.write("fuzz/a.cpp", '#include "node/kernel/b.h"\n#include "reference/types/b.h"\n')
        self.assertEqual(check.check_includes(self.root), [])

    def test_the_node_may_not_include_the_reference(self):
        self.write("node/kernel/a.cpp", '\n#include "reference/types/state.h"\n')
        self.assert_violation("node/kernel/a.cpp:2: node/kernel may not include reference/types/state.h")

    def test_the_reference_may_not_include_the_node(self):
        self.write("reference/cli/a.cpp", '#include "node/codec/decode.h"\n')
        self.assert_violation("reference/cli may not include node/codec/decode.h")

    def test_nor_the_other_sides_generated_data(self):
        self.write("node/types/a.h", '#include "reference/generated/parameters.h"\n')
        self.assert_violation("node/types may not include")

    def test_a_lower_layer_may_not_include_a_higher_one(self):
        self.write("reference/ssz/a.h", '#include "reference/transition/block.h"\n')
        self.assert_violation("reference/ssz may not include")

    def test_services_and_adapters_do_not_know_each_other(self):
        self.write("node/services/a.cpp", '#include "node/adapters/sqlite/store.h"\n')
        self.write("node/adapters/b.cpp", '#include "node/services/import.h"\n')
        self.assertEqual(len(check.check_includes(self.root)), 2)

    def test_the_kernel_is_pure(self):
        for header in ("thread", "chrono", "boost/asio/io_context.hpp", "sqlite3.h", "spdlog/spdlog.h"):
            self.write("node/kernel/a.cpp", f"#include <{header}>\n")
            self.assert_violation("node/kernel is pure")

    def test_the_reference_is_ordered_and_has_no_threads(self):
        for header in ("thread", "unordered_map", "random", "iostream"):
            self.write("reference/transition/a.cpp", f"#include <{header}>\n")
            self.assert_violation("reference/transition is pure")

    def test_a_test_may_reach_up_on_its_own_side_but_never_across(self):
        self.write("reference/fork_choice/a_test.cpp", '#include <iostream>\n#include "reference/chain/test_chain.h"\n')
        self.assertEqual(check.check_includes(self.root), [])
        self.write("reference/fork_choice/a_test.cpp", '#include "node/kernel/b.h"\n')
        self.assert_violation("may not include node/kernel/b.h")

    def test_what_supports_tests_stays_out_of_the_product(self):
        self.write("reference/cli/a.cpp", '#include "reference/chain/test_chain.h"\n')
        self.assert_violation("for tests only")

    def test_includes_are_rooted_at_the_repository(self):
        self.write("crypto/a.cpp", '#include "hash.h"\n')
        self.assert_violation("not rooted at the repository")

    def test_a_folder_without_a_row_is_a_violation(self):
        self.write("node/utils/a.cpp", "")
        self.assert_violation("add a row")


class Symbols(Tree):
    def test_separate_sides_pass(self):
        self.archive("touchstone_reference_types", "namespace touchstone::reference { int f() { return 1; } }")
        self.archive("touchstone_node_types", "namespace touchstone::node { int f() { return 2; } }")
        self.assertEqual(check.check_symbols(self.root / "lib"), [])

    def test_the_other_sides_namespace_is_a_violation_on_either_side(self):
        self.archive("touchstone_node_types", "namespace touchstone::reference { int f(); } int g() { return touchstone::reference::f(); }")
        self.archive("touchstone_reference_types", "namespace touchstone::node { struct A {}; } void h(touchstone::node::A) {}")
        violations = check.check_symbols(self.root / "lib")
        self.assertEqual(len(violations), 2, violations)
        self.assertIn("touchstone::reference::f", violations[0] + violations[1])
        self.assertIn("touchstone::node::A", violations[0] + violations[1])

    def test_a_strong_symbol_of_both_sides_is_a_violation(self):
        self.archive("touchstone_reference_base", "int shared_by_accident() { return 1; }")
        self.archive("touchstone_node_base", "int shared_by_accident() { return 2; }")
        violations = check.check_symbols(self.root / "lib")
        self.assertEqual(len(violations), 1, violations)
        self.assertIn("both sides define shared_by_accident()", violations[0])

    def test_a_clock_in_the_kernel_is_a_violation(self):
        self.archive("touchstone_node_kernel", "#include <chrono>\nlong f() { return std::chrono::steady_clock::now().time_since_epoch().count(); }")
        violations = check.check_symbols(self.root / "lib")
        self.assertTrue(violations and "may not use std::chrono" in violations[0], violations)

    def test_a_clock_in_an_adapter_is_none(self):
        self.archive("touchstone_node_adapters_asio", "#include <chrono>\nlong f() { return std::chrono::steady_clock::now().time_since_epoch().count(); }")
        self.assertEqual(check.check_symbols(self.root / "lib"), [])


if __name__ == "__main__":
    unittest.main()
