"""Every row is provable alone, no row that is not there, and nothing of the others is told."""

import hashlib

import pytest

from supervision.drawdoc import Node
from supervision.drawmerkle import Proof, prove, read_proof, root

SECRET = "5a" * 32
FILE = "frame-x.tsv"
OTHER = {"left": "right", "right": "left"}


def frame(many: int) -> bytes:
    return "".join(f"U{number:03d}\t高\tok\tR1\n" for number in range(many)).encode()


def by_hand(rows: list[bytes], salts: list[bytes]) -> str:
    """The root as the specification says it, on lists."""
    level = [hashlib.sha256(b"\x00" + row + salt).digest() for row, salt in zip(rows, salts, strict=True)]
    while len(level) > 1:
        pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) > 1 else pair[0] for pair in pairs]
    return level[0].hex()


@pytest.mark.parametrize("many", [1, 2, 3, 4, 5, 7, 8, 13, 64, 100])
def test_every_row_leads_to_the_root(many: int) -> None:
    data = frame(many)
    proofs = [prove(data, SECRET, FILE, f"U{number:03d}") for number in range(many)]
    found = [one for one in proofs if one is not None]
    assert {one.root() for one in found} == {root(data, SECRET, FILE)}
    assert [one.row.encode() for one in found] == data.split(b"\n")[:-1]
    assert max(len(one.path) for one in found) == (many - 1).bit_length()
    assert root(data, SECRET, FILE) == by_hand(data.split(b"\n")[:-1], [bytes.fromhex(one.salt) for one in found])


def test_salts_differ_from_row_to_row_and_from_file_to_file() -> None:
    proofs = [prove(frame(20), SECRET, name, f"U{n:03d}") for name in (FILE, "frame-y.tsv") for n in range(20)]
    assert len({one.salt for one in proofs if one is not None}) == 40


def test_a_row_that_is_not_there_has_no_proof_and_a_changed_one_leads_elsewhere() -> None:
    data = frame(9)
    assert prove(data, SECRET, FILE, "U00") is None
    assert prove(data, SECRET, FILE, "U009") is None
    mine = prove(data, SECRET, FILE, "U004")
    assert mine is not None
    wanted = root(data, SECRET, FILE)
    for wrong in (
        Proof(FILE, mine.row.replace("ok", "cap"), mine.salt, mine.path),
        Proof(FILE, mine.row, "0" * 32, mine.path),
        Proof(FILE, mine.row, mine.salt, mine.path[:-1]),
        Proof(
            FILE, mine.row, mine.salt, tuple(("left" if side == "right" else "right", one) for side, one in mine.path)
        ),
    ):
        assert wrong.root() != wanted
    assert read_proof(Node("proof.json", "", mine.as_dict())) == mine


def test_an_empty_list_has_a_root() -> None:
    assert root(b"", SECRET, FILE) == hashlib.sha256(b"").hexdigest()
