#!/usr/bin/env python3
"""Proves what an account has, trusting nothing but the root of a block.

    verify_account.py --root ROOT [--node URL | --answer FILE] ADDRESS

Asks the node for `account_proof` at the block (or reads its result from a file) and computes every hash from the account's
entry up to the root. Clauses in brackets are of the specification (spec/prose).
"""

import argparse
import hashlib
import json
import sys
import urllib.request

TREE_ROOT_INDEX = 61  # generalized index of `tree_root` in ConsensusState: field 29 of 32 [ENC-19] [TYP-03]
EMPTY = bytes(32)


class ProofError(Exception):
    """The answer proves nothing."""


def need(condition, what):
    if not condition:
        raise ProofError(what)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unhex(text):
    need(text.startswith("0x"), "a text of bytes begins with 0x")
    return bytes.fromhex(text[2:])


def address_of(text):
    """The 32 bytes of an address, 0x and hexadecimal digits or Bech32m with tst [CRY-13]."""
    if text.startswith("0x"):
        return unhex(text)
    digits = [int("qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(digit)) for digit in text[4:]]
    check = 1
    for value in [ord(c) >> 5 for c in "tst"] + [0] + [ord(c) & 31 for c in "tst"] + digits:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    need(text.startswith("tst1") and len(digits) == 58 and check == 0x2BC830A3, "the address has a typing mistake")
    number = 0
    for digit in digits[:-6]:
        number = number << 5 | digit
    return (number >> 4).to_bytes(32, "big")


def leaf_hash(path, value_hash):
    return sha256(b"\0", path, value_hash)  # [KVT-03]


def bit_of(path, index):
    return path[index // 8] >> 7 - index % 8 & 1  # [KVT-02]


def agree(a, b, bits):
    return int.from_bytes(a, "big") >> 256 - bits == int.from_bytes(b, "big") >> 256 - bits


def tree_root(key, value, proof):
    """The root of the tree in which the key has this value (None: no entry), by the proof. [KVT-08] to [KVT-17]"""
    path = sha256(key)
    shape = iter(unhex(proof["shape"]))
    hashes = iter([unhex(text) for text in proof["hashes"]])
    leaves = iter([(unhex(leaf["path"]), unhex(leaf["value_hash"])) for leaf in proof["leaves"]])

    def following(items):
        item = next(items, None)
        need(item is not None, "the proof is too short [KVT-11]")
        return item

    def walk(depth, on_way):
        if on_way and depth == 256:
            return EMPTY if value is None else leaf_hash(path, sha256(value))
        kind = following(shape)
        if not on_way:
            need(kind in (0, 1), "a node beside the way is neither empty nor a hash [KVT-12]")
            found = EMPTY if kind == 0 else following(hashes)
            need(kind == 0 or (found != EMPTY and len(found) == 32), "a hash is that of nothing [KVT-14]")
            return found
        need(kind in (0, 2, 3), "a node on the way is given as a hash [KVT-12]")
        if kind == 0:
            need(value is None, "the way ends at nothing [KVT-13]")
            return EMPTY
        if kind == 2:
            if value is not None:
                return leaf_hash(path, sha256(value))
            other, value_hash = following(leaves)
            need(len(other) == len(value_hash) == 32 and other != path and agree(other, path, depth), "the way ends at a leaf of elsewhere [KVT-15]")
            return leaf_hash(other, value_hash)
        right = bit_of(path, depth)
        return sha256(b"\1", walk(depth + 1, on_way=not right), walk(depth + 1, on_way=bool(right)))

    root = walk(0, on_way=True)
    need(all(next(rest, None) is None for rest in (shape, hashes, leaves)), "the proof is too long [KVT-11]")
    return root


def fold(leaf, index, branch):
    """The root above a leaf. [ENC-22]"""
    need(len(branch) == index.bit_length() - 1, "the branch has another length [ENC-22]")
    for sibling in branch:
        leaf = sha256(sibling, leaf) if index & 1 else sha256(leaf, sibling)
        index >>= 1
    return leaf


def header_root(header):
    """hash_tree_root of the BlockHeader: five fields, filled up to eight. [ENC-16]"""
    nodes = [int(header[name]).to_bytes(8, "little") + bytes(24) for name in ("slot", "proposer_index")]
    nodes += [unhex(header[name]) for name in ("parent_root", "state_root", "body_root")]
    need(all(len(node) == 32 for node in nodes), "a field of the header has another length")
    nodes += [EMPTY] * 3
    while len(nodes) > 1:
        nodes = [sha256(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
    return nodes[0]


def verify(answer, address, trusted_root):
    """(balance in grains, nonce) of the address after the block with the trusted root."""
    proof, header = answer["proof"], answer["header"]
    key = b"\1" + address  # [ACC-02]
    value = None if proof["value"] is None else unhex(proof["value"])
    root = tree_root(key, value, proof["tree_proof"])
    state_root = fold(root, TREE_ROOT_INDEX, [unhex(text) for text in proof["tree_root_branch"]["hashes"]])
    need(state_root == unhex(header["state_root"]), "the account is not in the state of the header")
    need(header_root(header) == trusted_root, "the header is not that of the trusted block")
    if value is None:
        return 0, 0
    need(len(value) == 16, "the entry is no account [ACC-02]")
    return int.from_bytes(value[8:], "little"), int.from_bytes(value[:8], "little")


def ask(node, address, root):
    call = {"jsonrpc": "2.0", "id": 1, "method": "account_proof", "params": {"address": address, "at": root}}
    request = urllib.request.Request(node, json.dumps(call).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    if "error" in answer:
        raise SystemExit(f"the node refuses: {answer['error']}")
    return answer["result"]


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", required=True, help="of a finalized block, from a source that you trust")
    parser.add_argument("--node", default="http://127.0.0.1:8645")
    parser.add_argument("--answer", help="file with the result of account_proof, instead of asking")
    parser.add_argument("address")
    options = parser.parse_args(arguments)
    if options.answer:
        with open(options.answer, encoding="utf-8") as file:
            answer = json.load(file)
    else:
        answer = ask(options.node, options.address, options.root)
    try:
        balance, nonce = verify(answer, address_of(options.address), unhex(options.root))
    except (ProofError, KeyError, TypeError, ValueError, AttributeError) as error:
        print(f"not proved: {error}")
        return 1
    print(f"proved: {balance // 10**9}.{balance % 10**9:09} TST, nonce {nonce}, after the block of slot {answer['header']['slot']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
