"""Tests of metrics_table.py: conventions of names, the page, the header, and what dashboards ask for."""

import json
import pathlib
import tempfile
import unittest

import metrics_table

GOOD = {"name": "touchstone_things_total", "type": "counter", "labels": {"kind": "`a`, `b`"}, "help": "Things that happened"}


class Conventions(unittest.TestCase):
    def refused(self, because, **changes):
        with self.assertRaises(metrics_table.TableError) as caught:
            metrics_table.check({**GOOD, **changes}, set())
        self.assertIn(because, str(caught.exception))

    def test_a_good_row_passes_once(self):
        seen = set()
        metrics_table.check(GOOD, seen)
        with self.assertRaises(metrics_table.TableError):
            metrics_table.check(GOOD, seen)

    def test_names_follow_the_type_and_the_units(self):
        self.refused("snake case", name="touchstone_Things_total")
        self.refused("snake case", name="things_total")
        self.refused("_total", name="touchstone_things")
        self.refused("_total", type="gauge")
        self.refused("without a unit", type="histogram", name="touchstone_things")
        self.refused("base unit", type="gauge", name="touchstone_wait_ms")
        self.refused("base unit", type="gauge", name="touchstone_wait_milliseconds")
        self.refused("adds itself", type="gauge", name="touchstone_things_count")

    def test_labels_and_help_are_said(self):
        self.refused("may not be called le", labels={"le": "x"})
        self.refused("can be", labels={"kind": ""})
        self.refused("help", help="")
        self.refused("help", help="Ends with a full stop.")
        self.refused("unknown keys", unit="s")
        self.refused("on no dashboard", off_dashboard="")


class TheTable(unittest.TestCase):
    def setUp(self):
        self.sections = metrics_table.read()

    def test_the_page_is_what_the_table_says(self):
        old = metrics_table.PAGE.read_text(encoding="utf-8")
        self.assertEqual(old, metrics_table.page(old, self.sections))

    def test_a_page_without_its_marks_is_refused(self):
        with self.assertRaises(metrics_table.TableError):
            metrics_table.page("prose", self.sections)

    def test_the_header_has_every_row_under_a_name_of_its_own(self):
        metrics = [metric for _, of_section in self.sections for metric in of_section]
        names = {metrics_table.identifier(metric["name"]) for metric in metrics}
        self.assertEqual(len(names), len(metrics))
        text = metrics_table.header(self.sections)
        for metric in metrics:
            self.assertIn(f'{{"{metric["name"]}", MetricType::', text)
        self.assertIn('"topic,direction"', text)

    def test_the_header_is_written_where_it_is_asked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "new" / "metrics.h"
            self.assertEqual(metrics_table.main(["--header", str(path)]), 0)
            self.assertEqual(path.read_text(encoding="utf-8"), metrics_table.header(self.sections))


class Dashboards(unittest.TestCase):
    def setUp(self):
        self.sections = metrics_table.read()

    def test_a_metric_or_a_label_that_is_not_in_the_table_is_found(self):
        check = lambda query: metrics_table.check_queries([query], self.sections)
        self.assertEqual(check('rate(touchstone_gossip_bytes_total{topic="block",instance=~"$node"}[5m])'), [])
        self.assertEqual(check('histogram_quantile(0.9, sum by (le) (rate(touchstone_store_commit_seconds_bucket[5m])))'), [])
        self.assertEqual(len(check("touchstone_store_commit_seconds")), 1)
        self.assertEqual(len(check("touchstone_nothing_total")), 1)
        self.assertEqual(len(check('touchstone_clock_slot{topic="x"}')), 1)

    def test_a_metric_that_is_not_shown_needs_a_reason(self):
        counter = {"name": "touchstone_things_total", "type": "counter"}
        histogram = {"name": "touchstone_wait_seconds", "type": "histogram"}
        reason = {**counter, "off_dashboard": "Never changes"}
        check = lambda queries, *metrics: metrics_table.check_shown(queries, [("A", list(metrics))])
        queries = ["rate(touchstone_things_total[5m])", "rate(touchstone_wait_seconds_bucket[5m])"]
        self.assertEqual(check(queries, counter, histogram), [])
        self.assertEqual(check([], reason), [])
        self.assertIn("is on no dashboard", check([], counter)[0])
        self.assertIn("is on no dashboard", check(["touchstone_things_total_more"], counter)[0])
        self.assertIn("take its off_dashboard away", check(queries, reason)[0])

    def test_panels_do_not_lie_on_one_another(self):
        for path in metrics_table.DASHBOARDS.glob("*.json"):
            panels = json.loads(path.read_text(encoding="utf-8"))["panels"]
            self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
            taken = {}
            for panel in panels:
                place = panel["gridPos"]
                for x in range(place["x"], place["x"] + place["w"]):
                    for y in range(place["y"], place["y"] + place["h"]):
                        self.assertNotIn((x, y), taken, panel["title"])
                        self.assertLess(x, 24, panel["title"])
                        taken[x, y] = panel["title"]

    def test_queries_are_found_wherever_they_stand(self):
        board = {"panels": [{"targets": [{"expr": "a"}]}, {"panels": [{"targets": [{"expr": "b"}]}]}],
                 "templating": {"list": [{"query": {"query": "c"}}]}}
        self.assertEqual(list(metrics_table.asked_for(board)), ["a", "b", "c"])

    def test_those_of_the_repository_ask_for_what_is_there(self):
        self.assertEqual(metrics_table.check_dashboards(metrics_table.DASHBOARDS, self.sections), [])
        self.assertTrue(list(metrics_table.DASHBOARDS.glob("*.json")))


if __name__ == "__main__":
    unittest.main()
