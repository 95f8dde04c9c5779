"""``xinheng draw cancel|replace|restaff|log``: what happens to a draw after its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from service.cli.draw_folder import folder_of
from service.cli.files import write_whole
from service.cli.output import emit_json, say
from service.clock import now
from service.errors import StateError
from supervision.ceremony import require_cancellation
from supervision.drawchain import CANCEL, Cancelled, read_cancelled
from supervision.drawchanges import Act, Change, ChangeError
from supervision.drawlog import CHANGES, Standing, log_bytes, read_log
from supervision.drawrecord import COMMIT, RESULT, REVEAL, read_record

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path


def cancel(options: argparse.Namespace) -> int:
    """Cancel a record that has no result yet."""
    path, folder = folder_of(options.dir)
    record = read_record(folder.bytes_of(COMMIT))
    if folder.has(RESULT):
        raise StateError("draw_cancel_result")
    if folder.has(CANCEL):
        raise StateError("draw_cancelled", reason=read_cancelled(folder.bytes_of(CANCEL), record).words)
    state = "event_known" if folder.has(REVEAL) else "committed"
    other = options.second is not None and options.second != options.by
    require_cancellation(options.reason, state, seconded=other)
    at = options.at or now().isoformat(timespec="seconds")
    found = Cancelled(record.digest, options.reason, options.words, options.by, options.second, at)
    data = orjson.dumps(found.as_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    read_cancelled(data, record)
    write_whole(path / CANCEL, data)
    if options.json:
        emit_json(found.as_dict())
    else:
        say(f"{record.draw_id} 的记录已作废：{options.words}", f"请公布 {path / CANCEL}。")
    return 0


def replace(options: argparse.Namespace) -> int:
    """Let the next of the reserve list take the place of a unit."""
    return _change(options, lambda now_, act: now_.replace(options.plan, options.stratum, options.unit, act))


def restaff(options: argparse.Namespace) -> int:
    """Let the next person by rule take a seat."""
    return _change(options, lambda now_, act: now_.restaff(options.rank, options.person, act))


def _change(options: argparse.Namespace, make: Callable[[Standing, Act], Change]) -> int:
    path, standing = _standing(options.dir)
    at = options.at or now().isoformat(timespec="seconds")
    try:
        line = make(standing, Act(options.reason, options.by, at))
    except ChangeError as error:
        raise StateError(error.code, **error.params) from error
    data = log_bytes(standing.log)
    read_log(data)
    write_whole(path / CHANGES, data)
    if options.json:
        emit_json(_line(line))
    else:
        say(_words(line), *_teams(standing, line))
    return 0


def _standing(name: str) -> tuple[Path, Standing]:
    path, folder = folder_of(name)
    log = read_log(folder.bytes_of(CHANGES)) if folder.has(CHANGES) else []
    return path, Standing(folder, log)


def show(options: argparse.Namespace) -> int:
    """Print the log and who goes where after it."""
    _, standing = _standing(options.dir)
    if options.json:
        demands = [
            {"rank": one.rank, "group": one.task.group, "unit": one.task.unit, "region": one.task.region}
            | {"dept": one.demand.dept, "qual": one.demand.qual, "n": one.demand.heads, "people": one.people}
            for one in standing.stands()
        ]
        emit_json({"changes": [_line(line) for line in standing.log], "demands": demands})
        return 0
    say(f"变更 {len(standing.log)} 项。", *map(_words, standing.log))
    return 0


def _line(line: Change) -> dict[str, object]:
    named = {"number": line.number, "what": line.what, "by": line.by, "reason": line.reason}
    return {**named, "approved_by": line.approved_by, "at": line.at, "before": line.before, "digest": line.digest()}


def _words(line: Change) -> str:
    who = " / ".join(line.what)
    return f"{line.number}. {who} → {line.by or '没有人可以接替'}（{line.reason}；{line.approved_by} 批准，{line.at}）"


def _teams(standing: Standing, line: Change) -> list[str]:
    """The seats of a unit that stepped in."""
    if line.by is None or line.what[0].isdigit():
        return []
    return [
        f"   {one.task.unit}：{one.demand.dept} {one.demand.heads} 人：{'、'.join(one.people) or '空缺'}"
        for one in standing.stands()
        if one.task.unit == line.by
    ]
