"""Values as TLC prints them, in Python: records and functions as dicts with texts as keys, sequences and sets as lists (sets
sorted)."""

import re

TOKEN = re.compile(r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)"""
                   r"""|(?P<sign><<|>>|\|->|:>|@@|\.\.|[{}()\[\],]))""")
STATE = re.compile(r"^STATE_\d+ ==\s*$", re.M)
VARIABLE = re.compile(r"^/\\ (\w+) = ", re.M)


class NoValue(ValueError):
    """A text that is no value of TLA+ as TLC prints it."""


def parse(text):
    reader = _Reader(text)
    value = reader.value()
    if not reader.at_end():
        raise NoValue(f"after the value there is more: {reader.rest()}")
    return value


class _Reader:
    def __init__(self, text):
        self.text = text.rstrip()
        self.place = 0

    def at_end(self):
        return self.place >= len(self.text)

    def rest(self):
        return repr(self.text[self.place:self.place + 60])

    def next(self):
        match = TOKEN.match(self.text, self.place)
        if match is None:
            raise NoValue(f"this is no value of TLA+: {self.rest()}")
        self.place = match.end()
        return match.lastgroup, match.group(match.lastgroup)

    def take(self, sign):
        """Whether the sign is next; then it is read."""
        match = TOKEN.match(self.text, self.place)
        if match is None or match.group("sign") != sign:
            return False
        self.place = match.end()
        return True

    def need(self, sign):
        if not self.take(sign):
            raise NoValue(f"{sign} is missing before {self.rest()}")

    def value(self):
        kind, word = self.next()
        if kind == "string":
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if kind == "number":
            if self.take(".."):
                last = self.value()
                return list(range(int(word), last + 1))
            return int(word)
        if kind == "name":
            return {"TRUE": True, "FALSE": False}.get(word, word)
        if word == "{":
            return sorted(self.items("}"), key=_order)
        if word == "<<":
            return self.items(">>")
        if word == "[":
            return self.record()
        if word == "(":
            return self.function()
        raise NoValue(f"a value cannot begin with {word}: {self.rest()}")

    def items(self, end):
        items = []
        if self.take(end):
            return items
        while True:
            items.append(self.value())
            if self.take(end):
                return items
            self.need(",")

    def record(self):
        fields = {}
        while True:
            kind, name = self.next()
            if kind != "name":
                raise NoValue(f"a field of a record cannot be called {name}")
            self.need("|->")
            fields[name] = self.value()
            if self.take("]"):
                return fields
            self.need(",")

    def function(self):
        pairs = {}
        while True:
            key = self.value()
            self.need(":>")
            pairs[str(key)] = self.value()
            if self.take(")"):
                return pairs
            self.need("@@")


def _order(value):
    return (str(type(value)), value) if isinstance(value, (int, str)) else ("", repr(value))


def states_of(text, wanted):
    """The states of a trace file of TLC's simulation, each a dict of the wanted variables' texts."""
    states = []
    for body in STATE.split(text)[1:]:
        places = list(VARIABLE.finditer(body))
        state = {}
        for place, following in zip(places, places[1:] + [None]):
            if place.group(1) in wanted:
                state[place.group(1)] = body[place.end():following.start() if following else _end(body)]
        states.append(state)
    return states


def _end(body):
    end = body.find("\n====")
    return len(body) if end < 0 else end
