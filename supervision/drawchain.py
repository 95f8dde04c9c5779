"""Records as one chain without gaps: each names the one before it and has one result or one public cancellation.

Somebody who could drop a record, or draw twice for one, would choose between outcomes. So a list of records is
looked at as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel import messages
from supervision.ceremony import cancellations
from supervision.drawdoc import read_document
from supervision.drawrecord import COMMIT, RESULT, read_record
from supervision.drawtext import SPEC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from supervision.drawrecord import Record
    from supervision.drawrun import Folder

CANCEL: Final = "cancel.json"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The public cancellation of a record; ``commit`` is the record's digest, ``at`` an instant as text."""

    commit: str
    reason: str
    words: str
    by: str
    second: str | None
    at: str

    def as_dict(self) -> dict[str, str | None]:
        """Return the members of ``cancel.json``."""
        named = {"reason": self.reason, "words": self.words, "by": self.by, "second": self.second, "at": self.at}
        return {"spec": SPEC, "commit": self.commit, **named}


@dataclass(frozen=True, slots=True)
class Link:
    """One record of the chain; ``name`` is what it is called in messages (a folder, a draw)."""

    name: str
    digest: str
    prev: str | None
    draw_id: str
    result: bool
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold."""

    name: str
    code: str
    detail: str


def read_cancelled(data: bytes, record: Record) -> Cancelled:
    """Read ``cancel.json`` and hold it against the record.

    Raises:
        InputError: names the place in the file; ``draw_cancel_other`` when it cancels another record.
    """
    node = read_document(CANCEL, data)
    node["spec"].one_of(SPEC)
    found = Cancelled(
        commit=node["commit"].hex64(),
        reason=node["reason"].one_of(*cancellations()),
        words=node["words"].text(),
        by=node["by"].text(),
        second=node["second"].text() if node.has("second") else None,
        at=node["at"].text(),
    )
    if found.commit != record.digest:
        node["commit"].wrong("draw_cancel_other")
    if cancellations()[found.reason].seconded and found.second in {None, found.by}:
        node.wrong("draw_cancel_second")
    return found


def link_of(name: str, folder: Folder) -> Link:
    """Return the link that a draw folder is.

    Raises:
        InputError: record or cancellation cannot be read.
    """
    record = read_record(folder.bytes_of(COMMIT))
    cancelled = folder.has(CANCEL)
    if cancelled:
        read_cancelled(folder.bytes_of(CANCEL), record)
    has_result = folder.has(RESULT) and result_of(folder, record)
    return Link(name, record.digest, record.prev, record.draw_id, has_result, cancelled)


def result_of(folder: Folder, record: Record) -> bool:
    """Say whether the result of a folder is one of this record.

    Raises:
        InputError: the result cannot be read.
    """
    seed = read_document(RESULT, folder.bytes_of(RESULT))["seed_text"].value
    return isinstance(seed, str) and f"\ncommit:{record.digest}\n" in seed


def breaks(chain: Sequence[Link], start: str | None = None) -> Iterator[Break]:
    """Yield where a chain does not hold.

    Args:
        chain: records in the order in which they were published.
        start: digest of the record before the first one; None when the first is the first of all.
    """
    before = start
    seen: dict[str, str] = {}
    for link in chain:
        if link.prev != before:
            yield _break(link, "draw_chain_prev", said=link.prev or "null", wanted=before or "null")
        if link.draw_id in seen:
            yield _break(link, "draw_chain_twice", value=link.draw_id, other=seen[link.draw_id])
        if link.result and link.cancelled:
            yield _break(link, "draw_chain_both")
        seen.setdefault(link.draw_id, link.name)
        before = link.digest


def unsettled(chain: Sequence[Link]) -> tuple[Link, ...]:
    """Return the records that have neither a result nor a cancellation yet."""
    return tuple(link for link in chain if not link.result and not link.cancelled)


def _break(link: Link, code: str, **params: object) -> Break:
    return Break(link.name, code, messages.text(code, {"name": link.name, **params}))
