"""Repairs of the demonstration city that stand in every state, told by working days before its today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kernel.workdays import is_workday, workdays_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.demo.city import Enterprise

_DAY: Final = timedelta(days=1)
FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "prefile": {"source": "prefiled", "applicant": "法定代表人（演示）"},
    "ask_materials": {"materials_asked": ["缴款凭证（演示）", "整改报告（演示）"]},
    "not_accept": {"reason": "申请材料经补正仍不齐全（演示）"},
    "extend": {"reason": "情况复杂，需要现场核实（演示）", "extension_notice_sent": True},
    "object": {"reason": "认为公示期限计算有误（演示）", "applicant": "法定代表人（演示）"},
    "correct_record": {"reason": "经核查，处罚对象是同名的另一家企业（演示）", "proofs": ["核查报告（演示）"]},
    "withdraw": {
        "reason": "缴款凭证系伪造（演示）",
        "proofs": ["银行回函（演示）"],
        "false_promise_found": True,
    },
    "revive_record": {"proofs": ["恢复公示的页面截图（演示）"]},
    "end_by_itself": {"proofs": ["公示系统截图（演示）"]},
    "determine": {
        "question": "P-suspend-permit",
        "reading": "general",
        "reason": "暂扣十五日，情节一般，没有造成后果（演示）",
        "basis": "局务会议纪要〔2026〕9号（演示）",
    },
}
"""Contents of moves, beside those of an ordinary repair."""
_MARKET: Final = {"channel": "market_regulation", "authority": "演示市市场监督管理局", "domain": "food"}
_TRANSPORT: Final = {"channel": "credit_china", "authority": "演示市交通运输局", "domain": "transport"}


@dataclass(frozen=True, slots=True)
class Story:
    """A record decided so many days ago, and the moves of its repair with the working days ago of each."""

    moves: tuple[tuple[str, int], ...]
    is_market: bool = True
    kinds: tuple[str, ...] = ("confiscate_gains",)
    days_ago: int = 150
    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """What the authority is called in the number of its decisions."""
        return "市监处" if self.is_market else "交执"

    def document(self, party: Enterprise, number: str, days: tuple[date, date]) -> dict[str, Any]:
        """The record's document; ``days``: decided, published."""
        who = _MARKET if self.is_market else _TRANSPORT
        decided, published = days
        found: dict[str, Any] = {
            "channel": who["channel"],
            "kind": "penalty",
            "jurisdiction": party.region,
            "party": {"kind": "enterprise", "name": party.name, "uscc": party.uscc},
            "decision": {
                "number": number,
                "authority": who["authority"],
                "decided_on": decided.isoformat(),
                "published_on": published.isoformat(),
                "procedure": "ordinary",
                "penalty_kinds": list(self.kinds),
                "domain": who["domain"],
            },
            "conduct": {
                "corrected": True,
                "duties_performed": True,
                "harm_removed": True,
                "repeat_same_kind": False,
            },
            "lists": {"on_abnormal_list": False, "on_serious_list": False},
            "application": {"promise_made": True},
        }
        for section, values in self.extra.items():
            found[section] = {**found[section], **values}
        return found


def _usual(*days: int, until: str = "finish") -> tuple[tuple[str, int], ...]:
    names = ("receive", "accept", "verify", "grant", "stop_publication", "stop_sharing", "lift_measures", "finish")
    return tuple(zip(names[: names.index(until) + 1], days, strict=True))


_SUSPENDED: Final = ("suspend_permit",)
_UNPAID: Final = {"conduct": {"duties_performed": False}}
STORIES: Final = (
    Story((("notify", 20),), days_ago=30),
    Story((("prefile", 5),), days_ago=60),
    Story(_usual(2, until="receive"), is_market=False),
    Story(_usual(3, until="receive"), is_market=False),
    Story(_usual(5, until="receive"), is_market=False),
    Story((("receive", 3), ("ask_materials", 2))),
    Story(_usual(6, 4, until="accept")),
    Story(_usual(7, 6, until="accept"), is_market=False),
    Story((("receive", 10), ("accept", 6), ("extend", 2)), is_market=False),
    Story(_usual(8, 6, 3, until="verify")),
    Story(_usual(10, 9, 5, until="verify"), is_market=False),
    # Waits for somebody to decide the open question; the next was decided.
    Story(_usual(4, 3, 2, until="verify"), is_market=False, kinds=_SUSPENDED),
    Story(
        (
            ("receive", 20), ("accept", 18), ("verify", 16), ("determine", 15), ("grant", 14),
            ("stop_publication", 14), ("stop_sharing", 14), ("lift_measures", 13), ("finish", 12),
        ),
        is_market=False,
        kinds=_SUSPENDED,
    ),
    Story(_usual(8, 6, 4, 1, until="grant")),
    Story(_usual(9, 7, 6, 2, 1, until="stop_publication"), is_market=False),
    Story((("receive", 6), ("not_accept", 4))),
    Story((("receive", 9), ("not_accept", 7), ("object", 1)), is_market=False),
    Story((("receive", 12), ("accept", 10), ("verify", 8), ("refuse", 6)), extra=_UNPAID),
    Story((*_usual(30, 28, 26, 25, 25, 25, 24, 24), ("withdraw", 2))),
    Story((*_usual(9, 9, 8, 8, 8, 8, 7, 7), ("withdraw", 3), ("revive_record", 2)), is_market=False),
    Story((("object", 8), ("correct_record", 5)), extra={"decision": {"wrong_subject": True}}),
    Story((), extra={"decision": {"annulled": True}}),
    Story((("end_by_itself", 1),), is_market=False, kinds=("criticism",), days_ago=120),
    Story((), is_market=False, kinds=("criticism",), days_ago=110),
    Story((), days_ago=89),
    Story((), days_ago=88),
    Story((), is_market=False, days_ago=87),
    Story((), is_market=False, kinds=_SUSPENDED),
)  # fmt: skip
"""One after another, every state a repair can be in; and records that wait, have ended or have to be corrected."""


def back(today: date, days: int) -> date:
    """The day so many working days before today."""
    day = today
    while workdays_between(day, today).days < days or not is_workday(day).value:
        day -= _DAY
    return day
