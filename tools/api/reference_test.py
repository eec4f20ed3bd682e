#!/usr/bin/env python3
"""reference.py on a small document."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import reference  # noqa: E402

REF = "#/components/schemas/"
DOCUMENT = {
    "openrpc": "1.2.6",
    "info": {"title": "t", "version": "1.2.3", "description": "d"},
    "methods": [{
        "name": "chain_thing", "summary": "A thing", "tags": [{"name": "chain"}], "paramStructure": "either",
        "params": [{"name": "at", "summary": "where", "required": False, "schema": {"$ref": REF + "At"}}],
        "result": {"name": "result", "schema": {"$ref": REF + "Thing"}},
        "errors": [{"$ref": "#/components/errors/Gone"}]}],
    "components": {
        "schemas": {
            "At": {"type": "string", "pattern": "^(a|b)$", "description": "a place"},
            "Colour": {"type": "string", "enum": ["red", "green"], "description": "a colour"},
            "Thing": {"type": "object", "description": "a thing", "required": ["b", "a"], "additionalProperties": False, "properties": {
                "a": {"oneOf": [{"$ref": REF + "Colour"}, {"type": "null"}], "description": "its colour"},
                "b": {"type": "array", "maxItems": 2000, "items": {"$ref": REF + "At"}}}}},
        "errors": {"Gone": {"code": -32003, "message": "Gone", "data": {"$ref": REF + "Thing"}}}},
}


class ReferenceTest(unittest.TestCase):
    def test_a_method_has_its_parameters_result_and_errors(self):
        text = reference.page(DOCUMENT)
        self.assertIn("### chain_thing\n\nA thing.\n", text)
        self.assertIn("| `at` (optional) | [At](#at) | where |", text)
        self.assertIn("Result: [Thing](#thing). Errors: [Gone](#errors) (-32003).", text)

    def test_what_follows_a_subscription_stands_by_its_method(self):
        other = json.loads(json.dumps(DOCUMENT))
        other["methods"][0]["x-notification"] = {"name": "subscription", "params": {"$ref": REF + "Thing"}}
        self.assertIn("Notifications `subscription` follow: [Thing](#thing).", reference.page(other))

    def test_fields_stand_in_the_order_of_their_declaration(self):
        text = reference.page(DOCUMENT)
        first, second = text.index("| `b` | list of [At](#at), at most 2,000 |"), text.index("| `a` | [Colour](#colour) or null | its colour |")
        self.assertLess(first, second)

    def test_a_bar_does_not_end_a_cell(self):
        self.assertEqual(reference.row("a|b"), "| a\\|b |")

    def test_methods_of_an_unknown_group_are_refused(self):
        other = json.loads(json.dumps(DOCUMENT))
        other["methods"][0]["tags"] = [{"name": "other"}]
        with self.assertRaises(SystemExit):
            reference.page(other)

    def test_a_page_that_is_another_is_found(self):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root) / "docs" / "reference"
            folder.mkdir(parents=True)
            (folder / "openrpc.json").write_text(json.dumps(DOCUMENT))
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                self.assertEqual(reference.main(["--check", "--root", root]), 1)
                self.assertEqual(reference.main(["--root", root]), 0)
                self.assertEqual(reference.main(["--check", "--root", root]), 0)
            self.assertIn("tools/api/reference.py", said.getvalue())


if __name__ == "__main__":
    unittest.main()
