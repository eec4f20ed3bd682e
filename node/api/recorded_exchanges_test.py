#!/usr/bin/env python3
"""Every answer of the API's tests, held against docs/reference/openrpc.json by a validator that is not ours, and every proof of an
account verified by the example that shows how.

    recorded_exchanges_test.py TEST_PROGRAM
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))
import verify_account  # noqa: E402


def exchanges(program):
    """What the tests of the program were answered."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "exchanges"
        done = subprocess.run([program, "--gtest_brief=1"], cwd=ROOT, env={**os.environ, "TOUCHSTONE_RECORDED_EXCHANGES": str(path)}, check=False)
        if done.returncode != 0:
            raise SystemExit("the tests themselves fail")
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Document:
    def __init__(self, document):
        self.document = document
        self.methods = {method["name"]: method for method in document["methods"]}
        self.errors = document["components"]["errors"]
        self.validators = {}

    def problem(self, schema, value):
        key = json.dumps(schema)
        if key not in self.validators:
            # References are into the document, so the schema is a part of it.
            self.validators[key] = jsonschema.Draft7Validator({"components": self.document["components"], "allOf": [schema]})
        error = next(self.validators[key].iter_errors(value), None)
        return None if error is None else f"{'.'.join(map(str, error.absolute_path))}: {error.message}"

    def declared_errors(self, method):
        common = ("ParseError", "InvalidRequest", "MethodNotFound", "InvalidParams", "InternalError", "LimitExceeded")
        own = (reference["$ref"].rsplit("/", 1)[1] for reference in self.methods[method]["errors"])
        return {self.errors[name]["code"]: self.errors[name] for name in (*common, *own)}

    def problem_of(self, exchange):
        method = exchange["method"]
        if "result" in exchange:
            return self.problem(self.methods[method]["result"]["schema"], exchange["result"])
        error = exchange["error"]
        declared = self.declared_errors(method).get(error["code"])
        if declared is None:
            return f"the error {error['code']} is not declared"
        return self.problem(declared["data"], error["data"])


def proof_problem(answer):
    address = verify_account.address_of(answer["address"])
    try:
        proved = verify_account.verify(answer, address, verify_account.unhex(answer["header"]["root"]))
    except verify_account.ProofError as error:
        return str(error)
    said = (int(answer["balance"]), int(answer["nonce"]))
    return None if proved == said else f"proved {proved}, said {said}"


def main(program):
    document = Document(json.loads((ROOT / "docs" / "reference" / "openrpc.json").read_text(encoding="utf-8")))
    jsonschema.Draft7Validator.check_schema({"definitions": document.document["components"]["schemas"]})
    seen, proofs, problems = collections.Counter(), 0, []
    for exchange in exchanges(program):
        seen[exchange["method"]] += "result" in exchange
        problem = document.problem_of(exchange)
        if exchange["method"] == "account_proof" and "result" in exchange:
            problem = problem or proof_problem(exchange["result"])
            proofs += 1
        if problem:
            problems.append(f"{exchange['method']}: {problem}")
    problems += [f"{name}: no test has a result of it" for name in document.methods if not seen[name]]
    if not proofs:
        problems.append("no proof was verified")
    for problem in problems[:50]:
        print(problem)
    print(f"{sum(seen.values())} results of {len(seen)} methods, {proofs} proofs, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
