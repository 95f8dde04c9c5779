"""Acts that are sent twice are done once: ``Idempotency-Key`` on acts with legal effect.

The key is taken in the transaction of the act, before it: of two requests with one key the second waits
for the first, and then gives its answer. An act that fails leaves no key, so that it can be sent again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
from fastapi.responses import Response
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from kernel.canonical import digest
from kernel.errors import InputError
from service.db.tables.idempotency import KEY_LENGTH, IdempotencyRow
from service.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.work import Work

_KEY: Final = re.compile(rf"[\x21-\x7e]{{1,{KEY_LENGTH}}}")
REPLAYED: Final = "idempotent-replayed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an act answers with: status, JSON body, headers."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, *, replayed: bool = False) -> Response:
        """The answer as it is sent; never kept by caches."""
        more = {REPLAYED: "true"} if replayed else {}
        headers = {"cache-control": "no-store", **self.headers, **more}
        return Response(orjson.dumps(self.body), self.status, media_type="application/json", headers=headers)


def once(work: Work, key: str | None, route: str, content: bytes, act: Callable[[], Answer]) -> Response:
    """Do the act, unless the actor has done it under this key: then its answer again.

    ``route`` is method and address, ``content`` what was sent. InputError ``idempotency_key_wrong``, or
    ``idempotency_key_reused`` where the key was used for another request.
    """
    if key is None:
        return act().response()
    if not _KEY.fullmatch(key):
        raise InputError.at("", "idempotency_key_wrong", most=KEY_LENGTH)
    row = IdempotencyRow(
        id=new_id("once", work.now),
        actor=work.actor.id,
        key=key,
        route=route,
        content=digest(content),
        status=0,
        headers={},
        body={},
        at=work.now,
    )
    known = _taken(work, row)
    if known is not None:
        return _again(known, row)
    answer = act()
    row.status, row.body, row.headers = answer.status, orjson.loads(orjson.dumps(answer.body)), dict(answer.headers)
    work.session.add(row)
    return answer.response()


def _taken(work: Work, row: IdempotencyRow) -> IdempotencyRow | None:
    """Take the key; the row that has it already, if there is one."""
    try:
        with work.session.begin_nested():
            work.session.add(row)
            work.session.flush()
    except IntegrityError:
        mine = select(IdempotencyRow).where(IdempotencyRow.actor == row.actor, IdempotencyRow.key == row.key)
        return work.session.exec(mine).one()
    return None


def _again(known: IdempotencyRow, row: IdempotencyRow) -> Response:
    if (known.route, known.content) != (row.route, row.content):
        raise InputError.at("", "idempotency_key_reused")
    return Answer(known.status, known.body, known.headers).response(replayed=True)
