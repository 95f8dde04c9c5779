"""Nonces of a draw folder in ``sealed.json``: for their owner alone, encrypted where a secret is given."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import orjson

from service.cli.draw_folder import folder_of
from service.cli.files import read_whole
from service.cli.output import emit_json, note, say
from supervision.drawdoc import read_document
from supervision.drawrecord import COMMIT, read_record

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from supervision.drawrecord import Record

SEALED: Final = "sealed.json"
_LOCKED: Final = "locked"


def keep(path: Path, record: Record, nonces: Mapping[str, str], secret_file: str | None) -> None:
    """Write the nonces made here where only the owner of the file reads them."""
    if not nonces:
        return
    document: dict[str, object] = {"nonces": list(nonces.items()), "public": {}}
    if secret_file is not None:
        from service.drawseal import bound_to, lock  # noqa: PLC0415 - the library is loaded by those who lock

        secret, digests = _secret(secret_file), dict(record.nonces)
        document = {
            _LOCKED: [
                [one, lock(secret, nonce.encode(), bound_to(record.draw_id, one, digests[one])).as_dict()]
                for one, nonce in nonces.items()
            ]
        }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    kept = "已加密" if secret_file is not None else "没有加密（加密请用 --lock）"
    note(f"密封数已写入 {path}，{kept}，抽取结束之前不得公开；另存一份交给部门以外的人保管。")


def unseal(options: argparse.Namespace) -> int:
    """Decrypt the nonces and print them."""
    from service.drawseal import Sealed, bound_to, unlock  # noqa: PLC0415 - as above

    _, folder = folder_of(options.dir)
    record = read_record(folder.bytes_of(COMMIT))
    secret, digests = _secret(options.lock), dict(record.nonces)
    found = []
    for one in read_document(SEALED, folder.bytes_of(SEALED))[_LOCKED].list():
        holder, sealed = one.pair()
        name = holder.identifier()
        bound = bound_to(record.draw_id, name, digests.get(name, ""))
        found.append([name, unlock(secret, Sealed.of(sealed.value), bound).decode()])
    if options.json:
        emit_json({"nonces": found})
    else:
        say(*(f"{name}：{nonce}" for name, nonce in found))
    return 0


def _secret(name: str) -> bytes:
    """The bytes of a passphrase or key file; the line end that an editor adds is no part of a passphrase."""
    return read_whole(name).rstrip(b"\r\n")
