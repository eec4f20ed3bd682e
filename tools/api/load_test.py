#!/usr/bin/env python3
"""What load.py reads, on texts as the programs write them."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import load  # noqa: E402

WRK = """Running 10s test @ http://127.0.0.1:8645/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.50ms  200.00us   9.10ms   90.00%
    Req/Sec    21.50k     1.00k   23.00k    70.00%
  Latency Distribution
     50%    1.45ms
     75%    1.60ms
     90%    1.70ms
     99%  950.00us
  215000 requests in 10.00s, 60.00MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 4
Requests/sec:  21500.50
Transfer/sec:      6.00MB
"""

PAGE = """# TYPE touchstone_block_import_seconds histogram
touchstone_block_import_seconds_bucket{stage="execution",le="0.1"} 3
touchstone_block_import_seconds_sum{stage="execution"} 0.5
touchstone_block_import_seconds_count{stage="execution"} 4
touchstone_block_import_seconds_sum{stage="fork_choice"} 0.25
touchstone_block_import_seconds_count{stage="fork_choice"} 3
"""


class Figures(unittest.TestCase):
    def test_wrk(self):
        figures = load.wrk_figures(WRK)
        self.assertEqual(figures["requests_per_second"], 21500.5)
        self.assertAlmostEqual(figures["p50_seconds"], 1.45e-3)
        self.assertAlmostEqual(figures["p99_seconds"], 950e-6)
        self.assertEqual(figures["failures"], 7)

    def test_wrk_that_reached_nobody(self):
        with self.assertRaisesRegex(RuntimeError, "unable to connect"):
            load.wrk_figures("unable to connect to 127.0.0.1:1 Connection refused\n")

    def test_imports_are_those_that_ended(self):
        self.assertEqual(load.import_times(PAGE), (3, 0.75))
        self.assertEqual(load.import_times(""), (0, 0.0))

    def test_durations(self):
        self.assertEqual([load.seconds_of(text) for text in ("2s", "1.50m", "3ms")], [2.0, 90.0, 3e-3])


if __name__ == "__main__":
    unittest.main()
