#!/usr/bin/env python3
"""Writes docs/reference/api.md, the page of all JSON-RPC methods, from docs/reference/openrpc.json.

    reference.py [--check] [--root DIR]

--check says whether the page is what the document says, and writes nothing.
"""

import argparse
import json
import pathlib
import sys

HEAD = """# Methods of the JSON-RPC

Written by `tools/api/reference.py` from [`openrpc.json`](openrpc.json), which a node gives by `rpc.discover`. What is common to all
methods, how they are called, and limits: [JSON-RPC](../rpc.md). Version {version}.
"""
GROUPS = {"chain": "The chain and its blocks", "tx": "Transactions", "account": "Accounts", "validator": "Validators", "stake": "Stake",
          "net": "The network", "node": "The node", "duty": "For validator clients", "subscribe": "Subscriptions", "rpc": "The description"}


def name_of(reference):
    return reference["$ref"].rsplit("/", 1)[1]


def type_text(schema):
    """A type in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = name_of(schema)
        return f"[{name}](#{name.lower()})"
    if "oneOf" in schema:
        options = [type_text(option) for option in schema["oneOf"] if option.get("type") != "null"]
        null = any(option.get("type") == "null" for option in schema["oneOf"])
        return " or ".join(options + (["null"] if null else []))
    if "const" in schema:
        return f'`"{schema["const"]}"`'
    if schema.get("type") == "array":
        bound = f", at most {schema['maxItems']:,}" if "maxItems" in schema else ""
        return f"list of {type_text(schema['items'])}{bound}"
    return {"string": "text", "boolean": "true or false"}.get(schema.get("type"), "any value")


def row(*cells):
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(titles, rows):
    return [row(*titles), "|" + "---|" * len(titles), *(row(*cells) for cells in rows), ""]


def method_lines(method, errors):
    lines = [f"### {method['name']}", "", method["summary"] + ".", ""]
    if method["params"]:
        lines += table(("parameter", "type", ""), [
            (f"`{each['name']}`" + ("" if each["required"] else " (optional)"), type_text(each["schema"]), each["summary"])
            for each in method["params"]])
    lines += [f"Result: {type_text(method['result']['schema'])}."]
    if "x-notification" in method:
        told = method["x-notification"]
        lines[-1] += f" Notifications `{told['name']}` follow: {type_text(told['params'])}."
    named = [name_of(error) for error in method["errors"]]
    if named:
        lines[-1] += " Errors: " + ", ".join(f"[{name}](#errors) ({errors[name]['code']})" for name in named) + "."
    return lines + [""]


def schema_lines(name, schema):
    lines = [f"### {name}", "", schema.get("description", "").rstrip(".").capitalize() + ".", ""]
    if "properties" in schema:
        # In the order of the declaration, which `required` keeps.
        order = schema["required"]
        lines += table(("field", "type", ""), [
            (f"`{field}`", type_text(schema["properties"][field]), schema["properties"][field].get("description", "")) for field in order])
    elif "enum" in schema:
        lines += [", ".join(f"`{value}`" for value in schema["enum"]) + ".", ""]
    elif "oneOf" in schema:
        lines += ["One of " + ", ".join(type_text(option) for option in schema["oneOf"]) + ".", ""]
    elif isinstance(schema.get("additionalProperties"), dict):
        lines += [f"An object with any names; values: {type_text(schema['additionalProperties'])}.", ""]
    elif "pattern" in schema:
        lines += [f"Pattern `{schema['pattern']}`.", ""]
    return lines


def page(document):
    methods, components = document["methods"], document["components"]
    errors = components["errors"]
    lines = HEAD.format(version=document["info"]["version"]).splitlines() + [""]
    group_of = {method["name"]: method["tags"][0]["name"] for method in methods}
    unknown = sorted(set(group_of.values()) - set(GROUPS))
    if unknown:
        raise SystemExit(f"tools/api/reference.py has no title for the methods of {', '.join(unknown)}: add one to GROUPS")
    for group, title in GROUPS.items():
        own = [method for method in methods if group_of[method["name"]] == group]
        if own:
            lines += [f"- {title}: " + ", ".join(f"[{each['name']}](#{each['name'].replace('.', '')})" for each in own)]
    lines += ["- [Errors](#errors), [types](#types)", ""]
    for group, title in GROUPS.items():
        own = [method for method in methods if group_of[method["name"]] == group]
        if own:
            lines += [f"## {title}", ""]
        for method in own:
            lines += method_lines(method, errors)
    lines += ["## Errors", ""]
    lines += table(("code", "name", "message", "data"), [
        (error["code"], name, error["message"], type_text(error["data"])) for name, error in sorted(errors.items(), key=lambda item: -item[1]["code"])])
    lines += ["## Types", ""]
    for name, schema in sorted(components["schemas"].items()):
        lines += schema_lines(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    options = parser.parse_args(arguments)
    folder = options.root / "docs" / "reference"
    text = page(json.loads((folder / "openrpc.json").read_text(encoding="utf-8")))
    if not options.check:
        (folder / "api.md").write_text(text, encoding="utf-8")
        return 0
    if not (folder / "api.md").is_file() or (folder / "api.md").read_text(encoding="utf-8") != text:
        print("docs/reference/api.md is not what docs/reference/openrpc.json says; run tools/api/reference.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
