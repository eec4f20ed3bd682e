#!/usr/bin/env python3
"""What count_tests.py reads out of a log of ctest."""

import unittest

import count_tests

LOG = """\
[==========] 12 tests from 3 test suites ran. (5 ms total)
[  PASSED  ] 10 tests.
[  SKIPPED ] 2 tests, listed below:
Test Passed.
[==========] 1 test from 1 test suite ran. (5 ms total)
[  FAILED  ] 1 test, listed below:
Test Failed.
Ran 4 tests in 0.010s
Test Passed.
"""


class Count(unittest.TestCase):
    def test_programs_and_cases_are_counted(self):
        self.assertEqual(count_tests.count(LOG), {"passed": 2, "failed": 1, "cases": 17, "skipped": 2})

    def test_an_empty_log_has_nothing_passed(self):
        self.assertEqual(count_tests.count("")["passed"], 0)
        self.assertEqual(count_tests.main("a file that does not exist"), 1)


if __name__ == "__main__":
    unittest.main()
