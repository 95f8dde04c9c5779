"""The files of a stored draw, seen as the folder that the pure rules work on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from service.db.repositories import draws
from service.db.tables.draws import DrawFileRow
from service.draws.vault import DrawVault
from service.ids import new_id
from supervision.drawlog import CHANGES, log_bytes
from supervision.drawrecord import COMMIT, RECUSAL, RESULT, REVEAL, ROSTER
from supervision.drawrun import Folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from service.db.tables.draws import DrawEventRow, DrawNonceRow, DrawRow
    from service.work import Work

_KINDS: Final[Mapping[str, str]] = {
    ROSTER: "roster",
    RECUSAL: "recusal",
    COMMIT: "commit",
    REVEAL: "reveal",
    RESULT: "result",
    CHANGES: "changes",
    "cancel.json": "cancel",
    "publication.zip": "publication",
}


def kind_of(name: str, row: DrawRow) -> str:
    """What a file of a draw is, by its name; an attachment is kept but no part of the record."""
    frames = {plan["frame"] for plan in row.draft["plans"]}
    return _KINDS.get(name, "frame" if name in frames else "attachment")


def put_file(work: Work, draw: DrawRow, name: str, data: bytes | Path) -> DrawFileRow:
    """Keep a file under its name; an earlier one of the name gives way."""
    digest = work.files.put(data)
    row = next((one for one in draws.file_rows(work.session, draw.id) if one.name == name), None)
    if row is None:
        key = new_id("drawfile", work.now)
        row = DrawFileRow(id=key, draw=draw.id, name=name, kind="", file="", size=0, at=work.now, by_name="")
    row.file, row.size, row.kind = digest, work.files.path(digest).stat().st_size, kind_of(name, draw)
    row.at, row.by_name = work.now, work.actor.name
    work.session.add(row)
    work.session.flush()
    return row


def folder_of(work: Work, row: DrawRow) -> Folder:
    """The folder of a draw with all that is there, for those who may see it; what is sealed is opened.

    The result lies encrypted until the draw is closed; the log is written from its rows.
    """
    names = {one.name: one.file for one in draws.file_rows(work.session, row.id)}

    def read(name: str) -> bytes | None:
        if name in names:
            return work.files.path(names[name]).read_bytes()
        if name == RESULT and row.sealed_result is not None:
            sealed = work.files.path(row.sealed_result).read_bytes()
            return DrawVault.of(work).open(sealed, row.id)
        if name == REVEAL and row.result_digest is not None:
            return reveal_bytes(work, row)
        if name == CHANGES and row.result_digest is not None:
            log = draws.changes(work.session, row.id)
            return log_bytes(log) if log else None
        return None

    return Folder(read)


def reveal_bytes(work: Work, row: DrawRow) -> bytes:
    """The bytes of ``reveal.json``: the same nonces and values always give the same ones."""
    vault = DrawVault.of(work)
    return reveal_document(
        [(one, _nonce(vault, one)) for one in draws.nonce_rows(work.session, row.id)],
        draws.event_rows(work.session, row.id),
    )


def reveal_document(nonces: Sequence[tuple[DrawNonceRow, str]], events: Sequence[DrawEventRow]) -> bytes:
    """What is revealed, as a document."""
    document = {
        "nonces": [[one.holder, nonce] for one, nonce in nonces],
        "public": {one.source: one.value for one in events},
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _nonce(vault: DrawVault, row: DrawNonceRow) -> str:
    return row.nonce if row.nonce is not None else vault.show(row.opened or "")
