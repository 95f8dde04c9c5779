"""``xinheng draw salt|proof|proofcheck``: lists that are not published, with every row provable alone."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.cli.draw_folder import folder_of
from service.cli.files import read_whole, write_whole
from service.cli.output import emit_json, note, say
from service.errors import StateError, UsageError
from supervision.drawcommit import DRAFT
from supervision.drawdoc import read_document
from supervision.drawmerkle import MERKLE, Proof, prove, read_proofs, root
from supervision.drawrecord import COMMIT, read_record, read_rules
from supervision.drawtext import sha256_hex

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

SALT: Final = "salt.json"
_BYTES: Final = 32
_FOUND: Final = 1


def salt(options: argparse.Namespace) -> int:
    """Make the secret of the salts, and put the roots of the frames into the draft."""
    path, folder = folder_of(options.dir)
    if folder.has(SALT):
        raise StateError("draw_sealed_exists", file=SALT)
    node = read_document(DRAFT, folder.bytes_of(DRAFT))
    frames = dict.fromkeys(plan.frame for plan in read_rules(node)["plans"])
    secret = secrets.token_hex(_BYTES)
    roots = {name: root(folder.bytes_of(name), secret, name) for name in frames}
    draft: Any = node.value
    handle = os.open(path / SALT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(orjson.dumps({"salt": secret}))
    write_whole(path / DRAFT, orjson.dumps({**draft, MERKLE: roots}, option=orjson.OPT_INDENT_2))
    note(f"盐已写入 {path / SALT}，只给出具证明的人；名录不公布时每家企业凭证明核对自己那一行。")
    if options.json:
        emit_json({MERKLE: roots})
    else:
        say(*(f"{name}：{digest}" for name, digest in roots.items()))
    return 0


def proof(options: argparse.Namespace) -> int:
    """Print the proofs of one unit: its row in every frame that has it."""
    _, folder = folder_of(options.dir)
    record = read_record(folder.bytes_of(COMMIT))
    secret = read_document(SALT, folder.bytes_of(SALT))["salt"].hex64()
    found = [
        one
        for name in record.frames
        if (one := prove(folder.committed(name, record), secret, name, options.unit)) is not None
    ]
    if not found:
        raise UsageError("draw_unit_unknown", value=options.unit)
    # What is printed is what the enterprise gets, with or without --json.
    emit_json({"draw_id": record.draw_id, "commit": record.digest, "proofs": [one.as_dict() for one in found]})
    return 0


def check(options: argparse.Namespace) -> int:
    """Check what an enterprise was given against the published record; exit code 1 when it does not hold."""
    published = read_whole(options.record)
    commit, proofs = read_proofs(options.file, read_whole(options.file))
    roots = read_document(COMMIT, published)
    known = {name.identifier(): digest.hex64() for name, digest in roots[MERKLE].items()} if roots.has(MERKLE) else {}
    wrong = _wrong(commit, sha256_hex(published), proofs, known)
    if options.json:
        emit_json({"ok": not wrong, "rows": [one.row for one in proofs], "wrong": wrong})
    elif wrong:
        say("不一致：", *(f"  {one}" for one in wrong))
    else:
        say("一致：这些行都在公布的记录里。", *(f"  {one.file}：{one.row}" for one in proofs))
    return _FOUND if wrong else 0


def _wrong(commit: str, digest: str, proofs: tuple[Proof, ...], roots: Mapping[str, str]) -> list[str]:
    found = [] if commit == digest else ["证明属于另一份记录"]
    return found + [f"{one.file}：这一行不在记录里" for one in proofs if roots.get(one.file) != one.root()]
