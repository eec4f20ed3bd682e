#!/usr/bin/env python3
"""Reads the prose and the data of the specification; writes C++ headers and the clause index.

    generate.py --headers reference|node --out DIR   parameters.h, constants.h and clauses.h in that side's namespace
    generate.py --index                              rewrite spec/data/clauses.json
    generate.py --check-index                        fail if spec/data/clauses.json is not what the prose says

A clause is defined by a line of spec/prose/*.md that starts with its id and kind: `[ATT-03]` (rule) An attestation ...
"""

import argparse
import json
import pathlib
import re
import sys
import tomllib

SPEC = pathlib.Path(__file__).resolve().parent.parent
INDEX = SPEC / "data" / "clauses.json"
KINDS = ("rule", "definition", "duty", "policy")
DEFINITION = re.compile(r"^(?:[-*] )?`\[([^\]`]+)\]`(.*)$")
CLAUSE_ID = re.compile(r"^[A-Z][A-Z0-9]*-[0-9]{2,3}$")
KIND = re.compile(r"^ \((\w+)\) (\S.*)$")
NAME = re.compile(r"^[A-Z][A-Z0-9_]*$")
U64_MAX = 2**64 - 1


class SpecError(Exception):
    """What is wrong in the specification, and where."""


def read_clauses(prose_folder):
    """All clauses in the order of the files' names and of their lines."""
    clauses = []
    seen = {}
    for path in sorted(prose_folder.glob("*.md")):
        heading = ""
        lines = path.read_text(encoding="utf-8").splitlines()
        fenced = False
        for number, line in enumerate(lines, start=1):
            if line.startswith("```"):
                fenced = not fenced
            if fenced:
                continue
            if line.startswith("#"):
                heading = line.lstrip("#").strip()
                continue
            match = DEFINITION.match(line)
            if match is None:
                continue
            where = f"{path.name}:{number}"
            clause_id, rest = match.groups()
            if CLAUSE_ID.match(clause_id) is None:
                raise SpecError(f"{where}: [{clause_id}] is not a clause id such as [ATT-03]")
            if clause_id in seen:
                raise SpecError(f"{where}: [{clause_id}] is already defined at {seen[clause_id]}")
            kind = KIND.match(rest)
            if kind is None or kind.group(1) not in KINDS:
                raise SpecError(f"{where}: [{clause_id}] needs a kind after its id, one of ({'), ('.join(KINDS)}), then a sentence")
            seen[clause_id] = where
            clauses.append({
                "id": clause_id,
                "kind": kind.group(1),
                "file": f"spec/prose/{path.name}",
                "heading": heading,
                "sentence": first_sentence([kind.group(2)] + lines[number:]),
            })
    return clauses


def first_sentence(lines):
    """The first sentence of the paragraph that begins with the first line."""
    paragraph = [lines[0]]
    for line in lines[1:]:
        if not line.strip() or DEFINITION.match(line) or line.startswith(("#", "```", "- ", "|", "* ")):
            break
        paragraph.append(line.strip())
    text = " ".join(paragraph)
    end = re.search(r"(?<!e\.g)(?<!i\.e)[.:](?=\s+[^a-z]|\s*$)", text)
    return text[: end.start()] + "." if end else text


def read_table(path, key):
    try:
        with path.open("rb") as file:
            entries = tomllib.load(file).get(key, [])
    except FileNotFoundError as error:
        raise SpecError(f"{path} is missing") from error
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path}: {error}") from error
    names = set()
    for entry in entries:
        name = entry.get("name", "")
        if NAME.match(name) is None:
            raise SpecError(f"{path.name}: {name!r} is not a name such as SLOTS_PER_EPOCH")
        if name in names:
            raise SpecError(f"{path.name}: {name} stands there twice")
        names.add(name)
        if not entry.get("doc"):
            raise SpecError(f"{path.name}: {name} has no doc")
    return entries


def uint64(path, name, value):
    """A value written as an integer, or as a string where TOML's integers (signed) do not reach."""
    try:
        number = int(value) if not isinstance(value, str) else int(value, 10)
    except (TypeError, ValueError) as error:
        raise SpecError(f"{path.name}: {name}: {value!r} is not an integer") from error
    if isinstance(value, (bool, float)) or not 0 <= number <= U64_MAX:
        raise SpecError(f"{path.name}: {name}: {value!r} is not an unsigned 64-bit integer")
    return number


def literal(number):
    return f"{number}U" if number < 2**31 else f"{number}ULL"


def comment(entry, indent=""):
    unit = f" Unit: {entry['unit']}." if entry.get("unit") else ""
    text = " ".join(entry["doc"].split())
    text = text if text.endswith((".", "!", "?")) else text + "."
    return f"{indent}/// {text}{unit}\n"


def parameters_header(side, data):
    path = data / "parameters.toml"
    entries = read_table(path, "parameter")
    fields = "".join(f"{comment(e, '    ')}    std::uint64_t {e['name']};\n" for e in entries)
    presets = ""
    for preset in ("mainnet", "minimal"):
        values = "".join(
            f"    .{e['name']} = {literal(uint64(path, e['name'], e.get(preset)))},\n" for e in entries)
        presets += f"inline constexpr Parameters {preset.upper()}{{\n{values}}};\n\n"
    table = "".join(f'    {{"{e["name"]}", &Parameters::{e["name"]}}},\n' for e in entries)
    return header(side, ["array", "cstdint", "string_view"], f"""\
/// All parameters of a network, in the order in which they are listed and hashed.
struct Parameters {{
{fields}
    friend bool operator==(const Parameters&, const Parameters&) = default;
}};

{presets}struct ParameterField {{
    std::string_view name;
    std::uint64_t Parameters::* value;
}};

/// Every field of Parameters with its name, in order.
inline constexpr std::array<ParameterField, {len(entries)}> PARAMETER_FIELDS{{{{
{table}}}}};
""")


def constants_header(side, data):
    constants_path = data / "constants.toml"
    body = ""
    for entry in read_table(constants_path, "constant"):
        value = literal(uint64(constants_path, entry["name"], entry.get("value")))
        body += f"{comment(entry)}inline constexpr std::uint64_t {entry['name']} = {value};\n"
    body += "\n"
    domains_path = data / "domains.toml"
    taken = {}
    for entry in read_table(domains_path, "domain"):
        name, value = entry["name"], entry.get("value", "")
        if re.match(r"^0x[0-9a-f]{8}$", str(value)) is None:
            raise SpecError(f'{domains_path.name}: {name}: {value!r} is not four bytes such as "0x0000000a"')
        if value in taken:
            raise SpecError(f"{domains_path.name}: {name} has the same value as {taken[value]}")
        taken[value] = name
        octets = ", ".join(f"0x{value[i:i + 2]}" for i in range(2, 10, 2))
        body += f"{comment(entry)}inline constexpr std::array<std::uint8_t, 4> {name}{{{octets}}};\n"
    return header(side, ["array", "cstdint"], body)


def clauses_header(side, clauses):
    names = [clause["id"].replace("-", "_") for clause in clauses]
    documented = "".join(
        f"    /// {clause['sentence']}\n    {name},\n" for clause, name in zip(clauses, names))
    texts = "".join(f'    "{clause["id"]}",\n' for clause in clauses)
    lookup = "".join(f'    {{"{c["id"]}", Clause::{c["id"].replace("-", "_")}}},\n'
                     for c in sorted(clauses, key=lambda c: c["id"]))
    return header(side, ["algorithm", "array", "cstddef", "cstdint", "optional", "string_view", "utility"], f"""\
/// Every clause of spec/prose, in the order of the prose.
enum class Clause : std::uint16_t {{
{documented}}};

inline constexpr std::size_t CLAUSE_COUNT = {len(clauses)};

namespace clause_tables {{

inline constexpr std::array<std::string_view, CLAUSE_COUNT> TEXTS{{{{
{texts}}}}};

/// Sorted by id.
inline constexpr std::array<std::pair<std::string_view, Clause>, CLAUSE_COUNT> BY_TEXT{{{{
{lookup}}}}};

}}  // namespace clause_tables

/// The id as the prose writes it, for example "ATT-03".
constexpr std::string_view to_string(Clause clause) {{
    const auto index = static_cast<std::size_t>(clause);
    return index < CLAUSE_COUNT ? clause_tables::TEXTS[index] : std::string_view{{"unknown clause"}};
}}

constexpr std::optional<Clause> clause_from_string(std::string_view text) {{
    const auto found = std::lower_bound(clause_tables::BY_TEXT.begin(), clause_tables::BY_TEXT.end(), text,
                                        [](const auto& entry, std::string_view wanted) {{ return entry.first < wanted; }});
    if (found == clause_tables::BY_TEXT.end() || found->first != text) return std::nullopt;
    return found->second;
}}
""")


def header(side, includes, body):
    included = "".join(f"#include <{name}>\n" for name in includes)
    return (f"// Generated by spec/data/generate.py; change spec/ instead.\n#pragma once\n\n{included}\n"
            f"namespace touchstone::{side} {{\n\n{body}\n}}  // namespace touchstone::{side}\n")


def write_if_different(path, text):
    """Keeps the time of an unchanged file, so that a new sentence in the prose does not rebuild everything."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def index_text(spec):
    return json.dumps({"clauses": read_clauses(spec / "prose")}, indent=1, ensure_ascii=False) + "\n"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--headers", choices=("reference", "node"), metavar="SIDE")
    action.add_argument("--index", action="store_true")
    action.add_argument("--check-index", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, help="folder of the headers")
    options = parser.parse_args(arguments)
    if options.headers and options.out is None:
        parser.error("--headers needs --out")
    try:
        if options.headers:
            data = SPEC / "data"
            write_if_different(options.out / "parameters.h", parameters_header(options.headers, data))
            write_if_different(options.out / "constants.h", constants_header(options.headers, data))
            write_if_different(options.out / "clauses.h", clauses_header(options.headers, read_clauses(SPEC / "prose")))
        elif options.index:
            write_if_different(INDEX, index_text(SPEC))
        elif not INDEX.exists() or INDEX.read_text(encoding="utf-8") != index_text(SPEC):
            raise SpecError("spec/data/clauses.json is not what the prose says; run spec/data/generate.py --index")
    except SpecError as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
