#!/usr/bin/env python3
"""Values and traces as TLC prints them."""

import unittest

import tla_values

TRACE = """---------------- MODULE /tmp/trace_0_0 -----------------
STATE_1 ==
/\\ event = [ kind |-> "tick",
  slot |-> 1 ]
/\\ store = {1}
/\\ tree = (0 :> [parent |-> -1])


STATE_2 ==
/\\ event = [kind |-> "block", block |-> 3]
/\\ tree = ( 0 :> [parent |-> -1] @@
  3 :> [parent |-> 0] )


=================================================
"""


class Values(unittest.TestCase):
    def test_each_kind_of_value(self):
        for text, value in [("-12", -12), ("TRUE", True), ("m1", "m1"), ('"a\\"b"', 'a"b'), ("{}", []), ("{3, 1}", [1, 3]),
                            ("<<>>", []), ("<< 1,\n  <<2>> >>", [1, [2]]), ("[a |-> 1, b |-> {}]", {"a": 1, "b": []}),
                            ("(0 :> 1 @@ 7 :> [x |-> 2])", {"0": 1, "7": {"x": 2}}), ("0..3", [0, 1, 2, 3]),
                            ("{[v |-> 2], [v |-> 1]}", [{"v": 1}, {"v": 2}])]:
            with self.subTest(text):
                self.assertEqual(tla_values.parse(text), value)

    def test_what_is_no_value_is_refused(self):
        for text in ("", "{1", "[1 |-> 2]", "1 2", "(1 -> 2)", "<<1,>>", "#"):
            with self.subTest(text), self.assertRaises(tla_values.NoValue):
                tla_values.parse(text)

    def test_a_trace_has_the_wanted_variables_of_its_states(self):
        states = tla_values.states_of(TRACE, {"event", "tree"})
        self.assertEqual([tla_values.parse(state["event"])["kind"] for state in states], ["tick", "block"])
        self.assertEqual(tla_values.parse(states[1]["tree"])["3"], {"parent": 0})
        self.assertEqual(set(states[0]), {"event", "tree"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
