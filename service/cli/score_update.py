"""``score run`` with a state on disk: keeping one, and patching it with what has changed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.cli.files import writing_error
from service.cli.output import emit_json, note, say_all
from service.cli.score_common import about
from service.clock import today

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import date

    from service.scoring.increment import Updated
    from service.scoring.source import Source
    from supervision.scheme import Scheme

_SHOWN_MOVERS: Final = 1000


def keep_state(folder: str, source: Source, scheme: Scheme, on: date) -> dict[str, str]:
    """Write the state of a table that has been scored, and return its digest."""
    from service.scoring.increment import build  # noqa: PLC0415 - start-up time
    from service.scoring.state import locked  # noqa: PLC0415

    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        with locked(place):
            return {"state": build(place, source, scheme, on).digest()}
    except OSError as error:
        raise writing_error(place, error) from error


def update(options: argparse.Namespace, scheme: Scheme, source: Source) -> int:
    """Score what has changed, and what is due, and patch the state."""
    from service.scoring.increment import update as updated  # noqa: PLC0415 - start-up time
    from service.scoring.state import locked, open_state  # noqa: PLC0415

    folder, out, on = Path(options.previous), Path(options.out), options.on or today()
    begun = time.monotonic()
    try:
        with locked(folder):
            found = updated(open_state(folder, scheme), source, on, out)
    except OSError as error:
        raise writing_error(out, error) from error
    note(f"用时 {time.monotonic() - begun:.2f} 秒")
    if options.json:
        emit_json({**about(scheme), "on": on.isoformat(), **_document(found)})
    else:
        say_all(_lines(found))
    return 0


def _document(found: Updated) -> dict[str, Any]:
    moves = found.migration
    shown = {"rows": found.state.count, "changed": found.changed, "due": found.due, "new": found.new}
    changes = {"matched": moves.rows, "moved": moves.moved, "matrix": moves.matrix}
    return {
        **shown,
        "changes": {**changes, "movers": found.movers.head(_SHOWN_MOVERS).to_dicts()},
        "state": found.state.digest(),
    }


def _lines(found: Updated) -> Iterator[str]:
    moves = found.migration
    yield f"共 {found.state.count} 户：变化 {found.changed} 户，其中新增 {found.new} 户"
    yield f"因时间届满重新评分 {found.due} 户"
    yield f"{moves.moved} 户类别不同"
    yield from moves.lines()
    for row in found.movers.head(20).iter_rows(named=True):
        words = row["why"] or row["override_to"] or "数据问题"
        yield f"{row['uscc']}　{row['class'] or '未评'} → {row['class_to'] or '未评'}　{words}"
