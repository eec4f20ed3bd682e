#!/usr/bin/env python3
"""verify_account.py against trees that are built here, and against every way to spoil a proof."""

import copy
import hashlib
import json
import pathlib
import random
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import verify_account as va  # noqa: E402


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def bits(path):
    return "".join(f"{byte:08b}" for byte in path)


def subtree(entries, prefix):
    """Root of the entries (path -> hash of value) whose paths begin so, as KVT-04 has it."""
    here = {path: value for path, value in entries.items() if bits(path).startswith(prefix)}
    if not here:
        return bytes(32)
    if len(here) == 1:
        ((path, value),) = here.items()
        return h(b"\0", path, value)
    return h(b"\1", subtree(here, prefix + "0"), subtree(here, prefix + "1"))


def prove(entries, path, prefix=""):
    """Shape, hashes and leaves of the proof of one path, as KVT-09 has it."""
    here = {each: value for each, value in entries.items() if bits(each).startswith(prefix)}
    if not bits(path).startswith(prefix):
        return (b"\0", [], []) if not here else (b"\1", [subtree(entries, prefix)], [])
    if not here:
        return b"\0", [], []
    if len(here) == 1:
        ((other, value),) = here.items()
        return b"\2", [], [] if other == path else [(other, value)]
    left, right = (prove(here, path, prefix + bit) for bit in "01")
    return b"\3" + left[0] + right[0], left[1] + right[1], left[2] + right[2]


def text(value):
    return "0x" + value.hex()


def answer_for(address, accounts, seed=1):
    """What a node would answer, and the root of the block. `accounts`: address -> (nonce, balance)."""
    source = random.Random(seed)
    values = {b"\1" + each: nonce.to_bytes(8, "little") + balance.to_bytes(8, "little") for each, (nonce, balance) in accounts.items()}
    entries = {h(key): h(value) for key, value in values.items()}
    shape, hashes, leaves = prove(entries, h(b"\1" + address))
    branch = [source.randbytes(32) for _ in range(5)]
    state_root, index = subtree(entries, ""), 61
    for sibling in branch:
        state_root = h(sibling, state_root) if index & 1 else h(state_root, sibling)
        index //= 2
    header = {"slot": "72", "proposer_index": "5", "parent_root": text(source.randbytes(32)), "state_root": text(state_root),
              "body_root": text(source.randbytes(32))}
    value = values.get(b"\1" + address)
    proof = {"value": None if value is None else text(value),
             "tree_proof": {"shape": text(shape), "hashes": [text(each) for each in hashes],
                            "leaves": [{"path": text(path), "value_hash": text(each)} for path, each in leaves]},
             "tree_root_branch": {"generalized_index": "61", "hashes": [text(each) for each in branch]}}
    return {"header": header, "proof": proof}, va.header_root(header)


class VerifyAccountTest(unittest.TestCase):
    def setUp(self):
        source = random.Random(7)
        self.accounts = {source.randbytes(32): (source.randrange(9), source.randrange(1 << 64)) for _ in range(40)}

    def test_every_account_of_a_tree_is_proved(self):
        for count in (1, 2, 40):
            some = dict(list(self.accounts.items())[:count])
            for address, (nonce, balance) in some.items():
                answer, root = answer_for(address, some)
                self.assertEqual(va.verify(answer, address, root), (balance, nonce))

    def test_that_there_is_no_account_is_proved(self):
        for count in (0, 1, 2, 40):
            for seed in range(20):
                address = random.Random(1000 + seed).randbytes(32)
                answer, root = answer_for(address, dict(list(self.accounts.items())[:count]))
                self.assertEqual(va.verify(answer, address, root), (0, 0))

    def test_another_account_s_proof_is_refused(self):
        first, second = list(self.accounts)[:2]
        answer, root = answer_for(first, self.accounts)
        with self.assertRaises(va.ProofError):
            va.verify(answer, second, root)

    def test_an_account_cannot_be_hidden(self):
        address = next(iter(self.accounts))
        answer, root = answer_for(address, self.accounts)
        answer["proof"]["value"] = None
        with self.assertRaises(va.ProofError):
            va.verify(answer, address, root)

    def test_every_changed_byte_is_seen(self):
        address = next(iter(self.accounts))
        some = dict(list(self.accounts.items())[:6])
        for who in (address, bytes(32)):
            answer, root = answer_for(who, some)
            for path, old in texts_of(answer):
                for place in range(2, len(old), 2):
                    spoilt = copy.deepcopy(answer)
                    set_at(spoilt, path, old[:place] + ("0" if old[place] != "0" else "1") + old[place + 1:])
                    with self.assertRaises((va.ProofError, ValueError), msg=f"{path} at {place}"):
                        va.verify(spoilt, who, root)

    def test_what_is_left_over_or_missing_is_seen(self):
        address = next(iter(self.accounts))
        answer, root = answer_for(address, self.accounts)
        proof = answer["proof"]["tree_proof"]
        for name, value in (("shape", proof["shape"] + "00"), ("shape", proof["shape"][:-2]), ("hashes", proof["hashes"] + proof["hashes"][:1]),
                            ("hashes", proof["hashes"][:-1]), ("leaves", [{"path": text(bytes(32)), "value_hash": text(bytes(32))}])):
            spoilt = copy.deepcopy(answer)
            spoilt["proof"]["tree_proof"][name] = value
            with self.assertRaises(va.ProofError, msg=name):
                va.verify(spoilt, address, root)

    def test_both_forms_of_an_address_are_read(self):
        # From the specification's vectors of CRY-13: the checksum is of Bech32m.
        self.assertEqual(va.address_of("0x" + "ab" * 32), b"\xab" * 32)
        made = encode_address(bytes(range(32)))
        self.assertEqual(va.address_of(made), bytes(range(32)))
        with self.assertRaises(va.ProofError):
            va.address_of(made[:-1] + ("q" if made[-1] != "q" else "p"))

    def test_the_program_says_what_it_found(self):
        address, (nonce, balance) = next(iter(self.accounts.items()))
        answer, root = answer_for(address, self.accounts)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(answer, file)
            file.flush()
            self.assertEqual(va.main(["--root", text(root), "--answer", file.name, text(address)]), 0)
            self.assertEqual(va.main(["--root", text(bytes(32)), "--answer", file.name, text(address)]), 1)


def texts_of(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        if isinstance(each, str) and each.startswith("0x"):
            yield path + (key,), each
        yield from texts_of(each, path + (key,))


def set_at(value, path, new):
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


def encode_address(address):
    """Bech32m by its definition (BIP-350), for the way back."""
    charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    number = int.from_bytes(address, "big") << 4
    digits = [number >> 5 * (51 - i) & 31 for i in range(52)]
    check = 1
    for value in [3, 3, 3, 0] + [ord(c) & 31 for c in "tst"] + digits + [0] * 6:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    check ^= 0x2BC830A3
    return "tst1" + "".join(charset[each] for each in digits + [check >> 5 * (5 - i) & 31 for i in range(6)])


if __name__ == "__main__":
    unittest.main()
