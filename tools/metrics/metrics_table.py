#!/usr/bin/env python3
"""What follows from the table of metrics, node/adapters/metrics/metrics.toml.

    metrics_table.py                 rewrite docs/metrics.md
    metrics_table.py --check         fail if the page is not what the table says, or dashboards ask for what is not in it, or
                                     do not show what is in it and has no reason to be left out (off_dashboard)
    metrics_table.py --header FILE   write the table as a header for the node
"""

import argparse
import json
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "node" / "adapters" / "metrics" / "metrics.toml"
PAGE = ROOT / "docs" / "metrics.md"
BEGIN = "<!-- written by tools/metrics/metrics_table.py from node/adapters/metrics/metrics.toml -->"
END = "<!-- end -->"
DASHBOARDS = ROOT / "deploy" / "grafana"

TYPES = ("counter", "gauge", "histogram")
# Prometheus: base units, and nothing that a type adds itself.
OTHER_UNITS = re.compile(r"_(ms|us|ns|s|milliseconds|microseconds|nanoseconds|minutes|hours|kilobytes|kib|mib|megabytes|percent|grains)(_|$)")
RESERVED_ENDS = ("_count", "_sum", "_bucket")
RESERVED_LABELS = ("le", "quantile", "job", "instance")
NAME = re.compile(r"^(touchstone|process)(_[a-z0-9]+)+$")
LABEL = re.compile(r"^[a-z]+(_[a-z]+)*$")
# What a name may have after it in a query.
SUFFIXES = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


class TableError(Exception):
    pass


def read(path=TABLE):
    """[(section's name, [metric])]; refuses what breaks a convention."""
    sections, seen = [], set()
    # tomllib keeps two lists apart, and the order between them is what tells the sections: read it from the text.
    text = path.read_text(encoding="utf-8")
    for part in re.split(r"(?m)^(?=\[\[section\]\]$)", text)[1:]:
        data = tomllib.loads(part)
        metrics = data.get("metric", [])
        for metric in metrics:
            check(metric, seen)
        sections.append((data["section"][0]["name"], metrics))
    if not sections:
        raise TableError(f"{path.name} has no section")
    return sections


def check(metric, seen):
    name = metric.get("name", "")
    unknown = set(metric) - {"name", "type", "labels", "help", "off_dashboard"}
    problems = []
    if not NAME.match(name):
        problems.append("is no name in snake case that begins with touchstone_ or process_")
    if name in seen:
        problems.append("is there twice")
    if unknown:
        problems.append(f"has unknown keys: {', '.join(sorted(unknown))}")
    kind = metric.get("type")
    if kind not in TYPES:
        problems.append(f"has type {kind}, not one of {', '.join(TYPES)}")
    if (kind == "counter") != name.endswith("_total"):
        problems.append("must end with _total if, and only if, it is a counter")
    if kind == "histogram" and not name.endswith(("_seconds", "_bytes")):
        problems.append("is a histogram without a unit")
    if OTHER_UNITS.search(name):
        problems.append("is not in a base unit (seconds, bytes, ratio)")
    if name.endswith(RESERVED_ENDS):
        problems.append("ends with what Prometheus adds itself")
    for label, values in metric.get("labels", {}).items():
        if not LABEL.match(label) or label in RESERVED_LABELS:
            problems.append(f"has a label that may not be called {label}")
        if not values:
            problems.append(f"does not say what its label {label} can be")
    if metric.get("off_dashboard", "reason") == "":
        problems.append("does not say why it is on no dashboard")
    text = metric.get("help", "")
    if not text or text.endswith(".") or not text[0].isupper() and not text[0].isdigit():
        problems.append("has no help, or one that is not a phrase with a capital and without a full stop")
    if problems:
        raise TableError(f"{name}: " + "; ".join(problems))
    seen.add(name)


def unit(name):
    for word in ("seconds", "bytes", "ratio", "slots"):
        if f"_{word}" in name:
            return word
    return ""


def tables(sections):
    lines = []
    for section, metrics in sections:
        lines += [f"### {section}", "", "| metric | type | unit | labels | |", "|---|---|---|---|---|"]
        for metric in metrics:
            labels = "; ".join(f"`{label}`: {values}" for label, values in metric.get("labels", {}).items())
            lines.append(f"| `{metric['name']}` | {metric['type']} | {unit(metric['name'])} | {labels} | {metric['help']} |")
        lines.append("")
    return "\n".join(lines)


def page(old, sections):
    """The page with its written part made anew; the rest is prose."""
    begin, end = old.find(BEGIN), old.find(END)
    if begin < 0 or end < begin:
        raise TableError(f"{PAGE.name} lacks the lines {BEGIN} and {END}")
    return old[:begin] + BEGIN + "\n\n" + tables(sections) + "\n" + old[end:]


def identifier(name):
    return "".join(word.capitalize() for word in name.removeprefix("touchstone_").split("_"))


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def header(sections):
    metrics = [metric for _, of_section in sections for metric in of_section]
    lines = [
        "// Written by tools/metrics/metrics_table.py from node/adapters/metrics/metrics.toml.",
        "#pragma once",
        "",
        "#include <array>",
        "#include <cstdint>",
        "#include <string_view>",
        "",
        "namespace touchstone::node {",
        "",
        "enum class MetricType : std::uint8_t { Counter, Gauge, Histogram };",
        "",
        "enum class Metric : std::uint8_t {",
        *[f"    {identifier(metric['name'])}," for metric in metrics],
        "};",
        "",
        "struct MetricRow {",
        "    std::string_view name;",
        "    MetricType type;",
        "    std::string_view labels;  // their names, with commas between",
        "    std::string_view help;",
        "};",
        "",
        "/// By Metric.",
        f"inline constexpr std::array<MetricRow, {len(metrics)}> kMetricRows{{{{",
    ]
    for metric in metrics:
        help_text = metric["help"].replace("`", "'")
        lines.append(f"    {{{quoted(metric['name'])}, MetricType::{metric['type'].capitalize()}, "
                     f"{quoted(','.join(metric.get('labels', {})))},\n     {quoted(help_text)}}},")
    lines += ["}};", "", "}  // namespace touchstone::node", ""]
    return "\n".join(lines)


def asked_for(node):
    """Every query in a dashboard."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("expr", "query", "definition") and isinstance(value, str):
                yield value
            else:
                yield from asked_for(value)
    elif isinstance(node, list):
        for value in node:
            yield from asked_for(value)


def check_queries(queries, sections):
    """What is wrong with queries: a metric that is not in the table, a label that it does not have."""
    known = {}
    for _, metrics in sections:
        for metric in metrics:
            for suffix in SUFFIXES[metric["type"]]:
                known[metric["name"] + suffix] = set(metric.get("labels", {})) | {"job", "instance"} | ({"le"} if suffix == "_bucket" else set())
    problems = []
    for query in queries:
        for name, _, selector in re.findall(r"\b((?:touchstone|process)_[a-z0-9_]+)(\{([^}]*)\})?", query):
            if name not in known:
                problems.append(f"{name} is not in the table: {query}")
                continue
            for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector):
                if label not in known[name]:
                    problems.append(f"{name} has no label {label}: {query}")
    return problems


def check_shown(queries, sections):
    """What is wrong with what dashboards leave out: each metric is in a query, or has a reason not to be, and never both."""
    asked = set(re.findall(r"\b(?:touchstone|process)_[a-z0-9_]+", "\n".join(queries)))
    problems = []
    for _, metrics in sections:
        for metric in metrics:
            name = metric["name"]
            shown = any(name + suffix in asked for suffix in SUFFIXES[metric["type"]])
            if not shown and "off_dashboard" not in metric:
                problems.append(f"{name} is on no dashboard; show it, or say why not in {TABLE.name} (off_dashboard)")
            if shown and "off_dashboard" in metric:
                problems.append(f"{name} is on a dashboard; take its off_dashboard away")
    return problems


def check_dashboards(folder, sections):
    problems, all_queries = [], []
    for path in sorted(folder.glob("*.json")):
        queries = list(asked_for(json.loads(path.read_text(encoding="utf-8"))))
        all_queries += queries
        if not queries:
            problems.append(f"{path.name}: asks for nothing")
        problems += [f"{path.name}: {problem}" for problem in check_queries(queries, sections)]
    return problems + check_shown(all_queries, sections)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--header", type=pathlib.Path)
    options = parser.parse_args(arguments)
    try:
        sections = read()
        if options.header:
            options.header.parent.mkdir(parents=True, exist_ok=True)
            options.header.write_text(header(sections), encoding="utf-8")
            return 0
        old = PAGE.read_text(encoding="utf-8")
        new = page(old, sections)
        if not options.check:
            PAGE.write_text(new, encoding="utf-8")
            return 0
        if old != new:
            raise TableError("docs/metrics.md is not what the table of metrics says; run tools/metrics/metrics_table.py")
        problems = check_dashboards(DASHBOARDS, sections)
        if problems:
            raise TableError("\n".join(problems))
    except (TableError, OSError, tomllib.TOMLDecodeError) as error:
        print(f"metrics_table.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
