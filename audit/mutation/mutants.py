"""Mutants: copies of one source file in which one rule is broken.

A mutant is a file, a text that stands in it once, the text that takes its place, and the clause whose rule that breaks. They
are a table, mutants.toml; whatever makes mutants by itself only has to make more rows.
"""

import dataclasses
import json
import pathlib
import re
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = pathlib.Path(__file__).resolve().with_name("mutants.toml")

# The program that answers as an adapter with the sources of a folder.
PROGRAMS = {"node": "touchstone-node", "reference": "touchstone-ref"}


class MutantError(Exception):
    """A mutant that cannot be made: says which, why, and what to do."""


@dataclasses.dataclass(frozen=True)
class Mutant:
    name: str
    clause: str
    file: str
    old: str
    new: str

    @property
    def program(self):
        return PROGRAMS[self.file.split("/")[0]]

    def text(self, root=ROOT):
        """The text of the file with the rule broken."""
        try:
            text = (root / self.file).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise MutantError(f"{self.name}: there is no {self.file}; correct the row in {TABLE.name}") from error
        count = text.count(self.old)
        if count != 1:
            raise MutantError(f"{self.name}: {self.file} has {count} times the text {self.old!r}, which must stand there once; "
                              f"correct the row in {TABLE.name}")
        return text.replace(self.old, self.new)


def clauses(root=ROOT):
    index = json.loads((root / "spec/data/clauses.json").read_text(encoding="utf-8"))
    return {clause["id"] for clause in index["clauses"]}


def read_table(path=TABLE, known_clauses=None):
    """The rows of a table by name."""
    with open(path, "rb") as file:
        try:
            rows = tomllib.load(file).get("mutant", [])
        except tomllib.TOMLDecodeError as error:
            raise MutantError(f"{path}: {error}") from error
    known_clauses = clauses() if known_clauses is None else known_clauses
    mutants = {}
    for number, row in enumerate(rows, 1):
        mutant = _mutant_of(row, f"{path}: row {number}", known_clauses)
        if mutant.name in mutants:
            raise MutantError(f"{path}: row {number}: there is already a mutant {mutant.name}; give it another name")
        mutants[mutant.name] = mutant
    return mutants


def _mutant_of(row, where, known_clauses):
    fields = {field.name for field in dataclasses.fields(Mutant)}
    if set(row) != fields or not all(isinstance(value, str) and value for value in row.values()):
        raise MutantError(f"{where}: a mutant has the texts {', '.join(sorted(fields))}, no other and none empty")
    mutant = Mutant(**row)
    if not re.fullmatch(r"[a-z0-9_]+", mutant.name):
        raise MutantError(f"{where}: the name {mutant.name!r} may have small letters, digits and _ only")
    if mutant.clause not in known_clauses:
        raise MutantError(f"{where}: no clause is called {mutant.clause}; see spec/data/clauses.json")
    if mutant.file.split("/")[0] not in PROGRAMS or not mutant.file.endswith(".cpp"):
        raise MutantError(f"{where}: {mutant.file} is no .cpp file of {' or '.join(PROGRAMS)}")
    if mutant.old == mutant.new:
        raise MutantError(f"{where}: old and new are the same text")
    return mutant
