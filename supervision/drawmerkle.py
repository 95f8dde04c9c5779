"""Rows of a list that is not published, each provable alone: a Merkle root over salted rows.

The record carries the root of each frame. An enterprise gets its own row, the salt of the row and the path to the root
(20 hashes for a million rows), and can check before the event that it is listed as it should be; the salt keeps
anybody from guessing the rows of others. A leaf is SHA-256(0x00, row, salt), a node SHA-256(0x01, left, right); a node
without a neighbour goes up as it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from supervision.drawdoc import read_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from supervision.drawdoc import Node

MERKLE: Final = "merkle"
"""Member of the record: root by frame file."""
_SALT_BYTES: Final = 16
_SIDES: Final = ("left", "right")
_MOST_ROW: Final = 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """One row with its salt (hexadecimal) and the path: (side on which the neighbour stands, its digest)."""

    file: str
    row: str
    salt: str
    path: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the members as JSON has them."""
        return {"file": self.file, "row": self.row, "salt": self.salt, "path": [list(step) for step in self.path]}

    def root(self) -> str:
        """Return the root to which row, salt and path lead."""
        digest = _leaf(self.row.encode(), bytes.fromhex(self.salt))
        for side, neighbour in self.path:
            other = bytes.fromhex(neighbour)
            digest = _node(other, digest) if side == "left" else _node(digest, other)
        return digest.hex()


def root(data: bytes, secret: str, file: str) -> str:
    """Return the root over the rows of a frame file.

    Args:
        data: of the file.
        secret: 64 hexadecimal characters that the salts are made of; to be kept by whoever hands out proofs.
        file: its name.
    """
    level = _leaves(data, secret, file)
    while len(level) > 1:
        level = _above(level)
    return level[0].hex() if level else hashlib.sha256(b"").hexdigest()


def prove(data: bytes, secret: str, file: str, unit: str) -> Proof | None:
    """Return the proof of the row of a unit, or None where the file does not have it."""
    rows = data.split(b"\n")[:-1]
    start = unit.encode() + b"\t"
    place = next((number for number, row in enumerate(rows) if row.startswith(start)), None)
    if place is None:
        return None
    row, salt = rows[place].decode(), _salt(secret, file, place).hex()
    level, path = _leaves(data, secret, file), []
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append((_SIDES[neighbour > place], level[neighbour].hex()))
        level, place = _above(level), place // 2
    return Proof(file, row, salt, tuple(path))


def roots(commit: Node) -> dict[str, str]:
    """Return the root of each frame that a record says will not be published.

    Raises:
        InputError: names the place.
    """
    if not commit.has(MERKLE):
        return {}
    return {name.identifier(): digest.hex64() for name, digest in commit[MERKLE].items()}


def read_proof(node: Node) -> Proof:
    """Read a proof.

    Raises:
        InputError: names the place.
    """
    salt = node["salt"]
    if not isinstance(salt.value, str) or len(salt.value) != 2 * _SALT_BYTES or not _is_hex(salt.value):
        salt.wrong("draw_salt")
    row = node["row"]
    if not isinstance(row.value, str) or len(row.value) > _MOST_ROW:
        row.wrong("draw_type", wanted="一行文字")
    steps = (one.pair() for one in node["path"].list())
    path = tuple((side.one_of(*_SIDES), digest.hex64()) for side, digest in steps)
    return Proof(node["file"].identifier(), str(row.value), str(salt.value), path)


def read_proofs(file: str, data: bytes) -> tuple[str, tuple[Proof, ...]]:
    """Read what an enterprise was given: the digest of the record, and its proofs.

    Raises:
        InputError: names file and place.
    """
    node = read_document(file, data)
    return node["commit"].hex64(), tuple(read_proof(one) for one in node["proofs"].list())


def _is_hex(text: str) -> bool:
    return all(one in "0123456789abcdef" for one in text)


def _leaves(data: bytes, secret: str, file: str) -> list[bytes]:
    return [_leaf(row, _salt(secret, file, number)) for number, row in enumerate(data.split(b"\n")[:-1])]


def _above(level: Sequence[bytes]) -> list[bytes]:
    nodes = [_node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return [*nodes, level[-1]] if len(level) % 2 else nodes


def _salt(secret: str, file: str, number: int) -> bytes:
    return hashlib.sha256(f"{secret}\n{file}\n{number}".encode()).digest()[:_SALT_BYTES]


def _leaf(row: bytes, salt: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + row + salt).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
