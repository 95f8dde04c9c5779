"""What the pages of a draw show, put in words and groups that can be read aloud in a meeting room."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from service.access.permissions import Permission
from service.db.mapping.draws import draw_of
from service.db.repositories import draws
from service.departments import department_zh
from service.draws.job import waiting
from service.draws.publication import LISTS, public_files
from service.planning.fromdraw import LINK
from service.web.words import place_zh
from supervision.ceremony import cancellations, moves, possible, states
from supervision.drawcommit import PLANNER
from supervision.planparams import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.db.tables.draws import DrawRow
    from service.draws.model import Draw, DrawFile, Holder, PublicEvent, Step
    from service.work import Work
    from supervision.drawchanges import Change

_GROUP: Final = 4
_REGION: Final = re.compile(r"“(\d{6})”")
_LINE: Final = ("draft", "committed", "event_known", "drawn", "dispatched", "closed", "published")
_RULES: Final = {"ceil": "不少于比例", "systematic": "总数等于比例", "fixed": "固定户数"}
TONES: Final = {"draft": "quiet", "published": "good", "cancelled": "stop", "closed": "good"}


@dataclass(frozen=True, slots=True)
class Station:
    """One state of the time line: whether the draw has passed it or stands there, and how it came there."""

    name: str
    means: str
    is_passed: bool
    is_here: bool
    step: Step | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """One plan of a draw in words; ``strata``: name, rate, numbers known so far."""

    plan_id: str
    departments: str
    group: str
    rule: str
    strata: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw with everything beside it."""

    draw: Draw
    files: Sequence[DrawFile]
    public_files: Sequence[DrawFile]
    holders: Sequence[Holder]
    events: Sequence[tuple[dict[str, Any], PublicEvent | None]]
    steps: Sequence[Step]
    changes: Sequence[Change]
    may: frozenset[str]
    open_checks: int
    job: str | None

    @property
    def has_plan(self) -> bool:
        """Whether the draw was made of a yearly plan, so that tasks can be made of it."""
        return LINK in self.draw.draft

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return TONES.get(self.draw.state, "open")

    @property
    def stations(self) -> Iterator[Station]:
        """The time line; a cancelled draw ends where it was cancelled."""
        came = {step.target: step for step in self.steps if step.source != step.target}
        state = self.draw.state
        for place, code in enumerate(_LINE):
            is_passed = place < _LINE.index(state) if state != "cancelled" else code in came or code == "draft"
            yield Station(states()[code].name, states()[code].means, is_passed, code == state, came.get(code))
        if state == "cancelled":
            yield Station(states()[state].name, states()[state].means, is_passed=False, is_here=True, step=came[state])

    @property
    def plans(self) -> Iterator[PlanView]:
        """The plans, with what is known of each stratum."""
        known = self.draw.summary.get("plans", {})
        for plan in self.draw.draft["plans"]:
            departments = "、".join(map(department_zh, dict.fromkeys((plan["dept_id"], *plan.get("with", [])))))
            strata = (
                {"name": name, "rate": _rate(plan["rule"], rate), **known.get(plan["plan_id"], {}).get(name, {})}
                for name, rate in plan["rate"].items()
            )
            yield PlanView(plan["plan_id"], departments, plan["group"], _RULES[plan["rule"]], tuple(strata))

    @property
    def moves(self) -> frozenset[str]:
        """The moves that the time line allows from here."""
        return frozenset(move.code for move in possible(self.draw.state))

    def can(self, code: str) -> bool:
        """Whether this reader may do a move now."""
        return code in self.moves and moves()[code].permission in self.may

    def reads(self, file: DrawFile) -> bool:
        """Whether this reader may open a file (:func:`service.draws.publication.readable`)."""
        return file.kind not in LISTS or file in self.public_files or Permission.DRAW_COMMIT.value in self.may

    @property
    def missing(self) -> list[str]:
        """What a draft still needs, in words."""
        there = {one.name for one in self.files}
        wanted = [*dict.fromkeys(plan["frame"] for plan in self.draw.draft["plans"]), "roster.tsv", "recusal.tsv"]
        return [f"缺少文件 {name}" for name in wanted if name not in there] + [
            f"持有人“{holder_zh(one.holder)}”还没有封存密封数" for one in self.holders if one.digest is None
        ]

    @property
    def cancel_reasons(self) -> list[tuple[str, str]]:
        """Reasons for which the record may be cancelled now."""
        return [(one.code, one.name) for one in cancellations().values() if self.draw.state in one.states]

    @property
    def replace_reasons(self) -> list[tuple[str, str]]:
        """Result codes for which a unit is replaced."""
        return list(reasons("replacement").items())


def view_of(work: Work, row: DrawRow) -> DrawView:
    """Collect what a page of a draw shows."""
    entered = {one.source: one for one in draws.public_events(work.session, row.id)}
    may = frozenset(one.value for one in Permission if work.actor.may(one, row.department, row.region))
    return DrawView(
        draw=draw_of(row),
        files=[one for one in draws.files(work.session, row.id) if one.name != "publication.zip"],
        public_files=public_files(work, row),
        holders=draws.holders(work.session, row.id),
        events=[(one, entered.get(one["id"])) for one in row.draft["public"]],
        steps=draws.steps(work.session, row.id),
        changes=draws.changes(work.session, row.id),
        may=may,
        open_checks=draws.open_checks(work.session, row.draw_id),
        job=waiting(work, row),
    )


def grouped(digest: str | None) -> list[str]:
    """A digest in groups of four, as it is read aloud."""
    text = digest or ""
    return [text[place : place + _GROUP] for place in range(0, len(text), _GROUP)]


def moment(at: datetime | None) -> str:
    """A moment to the minute."""
    return at.strftime("%Y-%m-%d %H:%M") if at is not None else ""


def due(said: Mapping[str, Any]) -> str:
    """When an event is due, to the minute."""
    try:
        return moment(datetime.fromisoformat(str(said.get("when", ""))))
    except ValueError:
        return "时间未定"


def holder_zh(name: str) -> str:
    """A holder's name as it is shown."""
    return "抽取单位" if name == PLANNER else name


def excluded(document: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Numbers left out of the lists by reason: of all lists together, or summed over the plans."""
    totals: dict[str, int] = {}
    known = reasons("exemption")
    said = document.get("excluded")
    for name, value in said.items() if isinstance(said, dict) else ():
        for reason, number in value.items() if isinstance(value, dict) else ((name, value),):
            shown = known.get(reason, reason)
            totals[shown] = totals.get(shown, 0) + int(number)
    return sorted(totals.items())


REMEDIES: Final[Mapping[str, str]] = {
    "raise_cap": "提高每人的上限",
    "neighbouring_region": "增加邻近区域的人员",
    "lend_staff": "由市级派人支援",
    "add_qualification": "增加有资格的人员",
    "next_batch": "把部分任务放到下一批",
}
"""What could help where a seat stayed empty."""


_FORMS: Final[Mapping[str, str]] = {
    "rr.rr.rr.rr.rr.rr+bb": "例如 01.05.09.17.22.30+11：红球从小到大，两位数，加号后是蓝球",
    "ff.ff.ff.ff.ff+bb.bb": "例如 02.09.17.28.35+04.11：前区、后区各从小到大，两位数",
    "digits": "按掷出的次序写数字，至少 20 位",
    "hex64": "64 位小写十六进制",
    "0.00": "两位小数",
}


def form_zh(said: Mapping[str, Any]) -> str:
    """How the value of an event is written."""
    form = str(said.get("format", ""))
    return _FORMS.get(form, f"写法 {form}" if form else "按公告原样")


def gap_zh(gap: Mapping[str, Any]) -> str:
    """Why seats stayed empty, with names in the place of codes."""
    words = (
        str(gap["why"])
        .replace(f"“{gap['dept']}”", f"“{department_zh(gap['dept'])}”")
        .replace("，其中有资格“-”的", "，不限资格的")
    )
    return _REGION.sub(lambda found: f"“{place_zh(found[1])}”", words)


def _rate(rule: str, rate: int) -> str:
    if rule == "fixed":
        return f"{rate} 户"
    percent = f"{rate / 10_000:.4f}".rstrip("0").rstrip(".")
    return f"{percent}%"


HELPERS: Final[Mapping[str, Any]] = {
    "grouped": grouped,
    "moment": moment,
    "due": due,
    "holder_zh": holder_zh,
    "form_zh": form_zh,
    "gap_zh": gap_zh,
    "excluded": excluded,
    "department_zh": department_zh,
    "moves": moves,
    "remedies": REMEDIES,
}
"""What the templates of draws call."""
