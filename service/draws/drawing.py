"""The draw itself, and everything after it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import orjson

from kernel.errors import InputError
from service.db.mapping.draws import change_row
from service.db.repositories import draws
from service.draws.events import DrawChanged
from service.draws.publication import publication
from service.draws.record import record_of
from service.draws.steps import move
from service.draws.store import folder_of, put_file, reveal_bytes
from service.draws.vault import DrawVault
from service.errors import StateError
from service.ids import new_id
from supervision.ceremony import require, require_cancellation
from supervision.drawchain import CANCEL, Cancelled
from supervision.drawchanges import Act, ChangeError
from supervision.drawlog import CHANGES, Standing, log_bytes
from supervision.drawrecord import RESULT, REVEAL
from supervision.drawrun import Folder, result_bytes, run
from supervision.drawtext import sha256_hex
from supervision.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.db.tables.draws import DrawRow
    from service.work import Work
    from supervision.drawchanges import Change

_MOST_GAPS: Final = 50
"""Kinds of gaps that a summary tells, the most frequent first."""


def make_draw(work: Work, row: DrawRow) -> Mapping[str, Any]:
    """Draw, and keep the result sealed; returns what may be told now.

    Raises:
        CeremonyError: a nonce is not open yet, or the event is not known.
        InputError: a file does not fit the record.
    """
    require_ready(work, row)
    return keep_result(work, row, computed(work, row))


def require_ready(work: Work, row: DrawRow) -> None:
    """CeremonyError where the draw cannot be made now."""
    require("run", row.state, _ready(work, row))


def _ready(work: Work, row: DrawRow) -> dict[str, bool]:
    nonces = draws.nonce_rows(work.session, row.id)
    return {"nonces_unlocked": all(one.opened is not None for one in nonces), "files_unchanged": True}


def computed(work: Work, row: DrawRow) -> Mapping[str, Any]:
    """The result, computed and not kept: a work that only reads is enough. InputError as :func:`make_draw`."""
    kept, revealed = folder_of(work, row), reveal_bytes(work, row)
    return run(Folder(lambda name: revealed if name == REVEAL else _maybe(kept, name)))


def keep_result(work: Work, row: DrawRow, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep a computed result sealed, as the draw's; CeremonyError where it has one already."""
    move(work, row, "run", _ready(work, row))
    data = result_bytes(result)
    row.result_digest = sha256_hex(data)
    row.sealed_result = work.files.put(DrawVault.of(work).close(data, row.id))
    summary = summary_of(result)
    row.summary, row.drawn_at = summary, work.now
    work.session.add(row)
    return summary


def _maybe(folder: Folder, name: str) -> bytes | None:
    return folder.bytes_of(name) if folder.has(name) else None


def summary_of(result: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of a result: they tell nobody who was drawn."""
    tasks: dict[tuple[str, str], set[str]] = {}
    for one in result["demands"]:
        tasks.setdefault((one["group"], one["unit"]), set()).add(one["dept"])
    names = ("N", "drawable", "n", "short")
    return {
        "plans": {
            plan: {
                stratum: {**{name: one[name] for name in names}, "drawn": len(one["selected"])}
                for stratum, one in strata.items()
            }
            for plan, strata in result["plans"].items()
        },
        "visits": len(tasks),
        "joint": sum(len(departments) > 1 for departments in tasks.values()),
        "seats": sum(one["n"] for one in result["demands"]),
        "empty": len(result["unfilled"]),
        "people": sum(1 for seats in result["load"].values() if seats),
        "gaps": _gaps(result),
    }


def _gaps(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Empty seats by department and reason, in words and with remedies; the units stay sealed."""
    counts: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for one in result["unfilled"]:
        counts[result["demands"][one["rank"]]["dept"], one["why"], tuple(one["remedies"])] += 1
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        {"dept": dept, "seats": seats, "why": why, "remedies": list(remedies)}
        for (dept, why, remedies), seats in found[:_MOST_GAPS]
    ]


def dispatch(work: Work, row: DrawRow) -> None:
    """Hand the tasks out; CeremonyError unless the draw is done."""
    move(work, row, "dispatch", {})


def replace(work: Work, row: DrawRow, where: tuple[str, str, str], act: Act) -> Change:
    """Let the next of the reserve take the place of a unit (plan, stratum, unit); CeremonyError, StateError."""
    return _change(work, row, lambda now: now.replace(*where, act))


def restaff(work: Work, row: DrawRow, rank: int, person: str, act: Act) -> Change:
    """Let the next person by rule take a seat; CeremonyError, StateError."""
    return _change(work, row, lambda now: now.restaff(rank, person, act))


def _change(work: Work, row: DrawRow, make: Callable[[Standing], Change]) -> Change:
    now = standing(work, row)
    try:
        line = make(now)
    except ChangeError as error:
        raise StateError(error.code, **error.params) from error
    move(work, row, "change", {"reason_allowed": True}, f"第 {line.number} 项变更")
    work.session.add(
        change_row(line, key=new_id("change", work.now), draw=row.id, at=work.now, by=work.actor.id),
    )
    work.session.flush()
    work.record(
        DrawChanged(
            subject=row.id,
            department=row.department,
            region=row.region,
            draw_id=row.draw_id,
            number=line.number,
            reason=line.reason,
            approved_by=line.approved_by,
            digest=line.digest(),
        )
    )
    return line


def standing(work: Work, row: DrawRow) -> Standing:
    """Who goes where now, after every change; StateError before the draw."""
    if row.result_digest is None:
        raise StateError("draw_no_result")
    return Standing(folder_of(work, row), draws.changes(work.session, row.id))


def close(work: Work, row: DrawRow, *, tasks_done: bool, words: str = "") -> None:
    """End the batch and reveal the nonces; CeremonyError while tasks are open.

    ``tasks_done`` is what the person says; tasks that are kept here have to bear it out.
    """
    done = tasks_done and not draws.open_checks(work.session, row.draw_id)
    move(work, row, "close", {"tasks_done": done}, words)
    kept = folder_of(work, row)
    put_file(work, row, REVEAL, kept.bytes_of(REVEAL))
    put_file(work, row, RESULT, kept.bytes_of(RESULT))
    log = draws.changes(work.session, row.id)
    if log:
        put_file(work, row, CHANGES, log_bytes(log))
    vault = DrawVault.of(work)
    for one in draws.nonce_rows(work.session, row.id):
        one.nonce = vault.show(one.opened or "")
        work.session.add(one)


def publish(work: Work, row: DrawRow) -> None:
    """Check everything once more and publish it as files.

    Raises:
        CeremonyError: the draw is not closed, or the files do not verify.
    """
    kept = folder_of(work, row)
    found = verify(kept) if row.state == "closed" else []
    words = "；".join(one.detail for one in found)
    move(work, row, "publish", {"folder_verified": not found}, words)
    row.published_at = work.now
    work.session.add(row)
    put_file(work, row, "publication.zip", publication(work, row))


def cancel(work: Work, row: DrawRow, reason: str, words: str, second: str | None) -> None:
    """Cancel a record in public; ``second``: id and name of who agreed, noted beside who did it.

    Raises:
        CeremonyError: there is a result, or the reason does not hold now, or it needs a second person.
        InputError: no words for the public.
    """
    if not words.strip():
        raise InputError.at("/words", "draw_words_missing")
    agreed = second is not None and second.strip() not in {"", work.actor.name}
    require_cancellation(reason, row.state, seconded=agreed)
    move(work, row, "cancel", {"cancel_reason_allowed": True, "cancel_seconded": True}, words)
    record = record_of(work, row)
    at = work.now.isoformat(timespec="seconds")
    notice = Cancelled(record.digest, reason, words, work.actor.name, second if agreed else None, at)
    row.cancellation = notice.as_dict()
    work.session.add(row)
    data = orjson.dumps(notice.as_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    put_file(work, row, CANCEL, data)
