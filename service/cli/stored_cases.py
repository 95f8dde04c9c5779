"""``xinheng case list|show`` and ``xinheng decision replay``: cases of the database, at the terminal."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from service.access.actor import Actor
from service.cases.lists import Wanted, found
from service.cases.model import CHOICE_TITLES, STATUS_TITLES
from service.cases.present import case_json, case_lines, decision_json, party_shown, row_json
from service.cases.replay import replay, replay_all
from service.cli.output import emit_json, note, say, say_all
from service.cli.stored import opened
from service.db.repositories import cases as store
from service.documents.kinds import TIER_WORDS
from service.engine import Engine
from service.errors import UsageError
from service.storage import open_files
from service.work import Works

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.db.tables.cases import CaseRow

_VERDICTS: Final = {"agrees": "✓ 一致", "differs": "✗ 不一致", "failed": "✗ 不能复算"}
_COMMAND: Final = "command"


def list_cases(options: argparse.Namespace) -> int:
    """List cases, the newest change first."""
    wanted = Wanted(q=options.words, status=options.status, violation=options.violation, department=options.department)
    with _works() as works, works.reading(Actor.system(_COMMAND)) as work:
        rows, total = found(work, wanted, "-updated_at", options.limit, 0)
    if options.json:
        emit_json({"total": total, "items": [row_json(row) for row in rows]})
    else:
        say_all(_line(row) for row in rows)
        note(f"共 {total} 件，列出 {len(rows)} 件。")
    return 0


def show_case(options: argparse.Namespace) -> int:
    """Show one case with its facts and decisions; names of persons are masked."""
    with _works() as works, works.reading(Actor.system(_COMMAND)) as work:
        case = store.get(work.session, work.actor, options.id)
        findings = store.findings(work.session, case.id, now=True)
        decisions = store.decisions(work.session, case.id)
        if options.json:
            heads = [decision_json(one, whole=False) for one in decisions]
            emit_json({**case_json(case, findings), "decisions": heads})
        else:
            say_all(case_lines(case, findings, works.engine.release))
    return 0


def replay_decisions(options: argparse.Namespace) -> int:
    """Compute one decision again, or all; exit code 1 where one does not agree."""
    if bool(options.id) == options.all:
        raise UsageError(why="写明一个决定编号，或者用 --all 复算全部", command="xinheng decision replay")
    with _works() as works:
        return _replay_all(works, options) if options.all else _replay_one(works, options)


def _replay_one(works: Works, options: argparse.Namespace) -> int:
    with works.writing(Actor.system(_COMMAND)) as work:
        outcome = replay(work, options.id)
    if options.json:
        emit_json(outcome.as_dict())
    else:
        _tell(outcome.as_dict())
    return int(outcome.verdict != "agrees")


def _replay_all(works: Works, options: argparse.Namespace) -> int:
    totals = replay_all(works, Actor.system(_COMMAND), lambda done: note(f"已复算 {done} 份"))
    if options.json:
        emit_json(asdict(totals))
    else:
        say(f"复算 {totals.total} 份：一致 {totals.agree}，不一致 {totals.differ}，不能复算 {totals.failed}")
        for one in totals.wrong:
            _tell(one)
    return int(totals.agree != totals.total)


def _tell(one: dict[str, Any]) -> None:
    say(f"{_VERDICTS[one['verdict']]}　{one['decision']}")
    if one["differences"]:
        say(f"  结论不同的部分：{'、'.join(one['differences'])}")
    if one["notes"]:
        say(f"  只有文字或者期限变化的部分：{'、'.join(one['notes'])}")
    if one["why"]:
        say(f"  {one['why']}")


def _line(row: CaseRow) -> str:
    party = party_shown(row.party_name, row.party_code, row.party_type)["name"]
    chosen = CHOICE_TITLES.get(row.chosen) or TIER_WORDS.get(row.tier, "")
    parts = (row.id, STATUS_TITLES[row.status], row.number, party, row.violation, chosen)
    return "　".join(part for part in parts if part)


@contextmanager
def _works() -> Iterator[Works]:
    """The database, the files and the engine of the settings."""
    with opened() as (settings, database), Engine.load(settings) as engine:
        yield Works(database, engine, open_files(settings))
