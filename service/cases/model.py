"""What a stored case and a decision are. All of it is validated; rows are only where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Status = Literal["draft", "open", "decided"]
Kind = Literal["saved", "revised", "decided", "reopened"]
Chosen = Literal["no_penalty", "mitigated", "lighter", "general", "heavier", "not_filed", "transferred"]
STATUS_TITLES: Final = {"draft": "草稿", "open": "办理中", "decided": "已决定"}
KIND_TITLES: Final = {"saved": "登记", "revised": "修改", "decided": "作出决定", "reopened": "重新办理"}
CHOICE_TITLES: Final = {
    "no_penalty": "不予行政处罚",
    "mitigated": "减轻行政处罚",
    "lighter": "从轻行政处罚",
    "general": "一般行政处罚",
    "heavier": "从重行政处罚",
    "not_filed": "不予立案或者撤销案件",
    "transferred": "移送其他机关",
}
PERSONS: Final = frozenset({"", "individual", "sole_trader", "farmer_household"})
"""Kinds of party whose name is, or holds, that of a natural person; so may be one not yet known."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves a fact, and who established it on which day (None: whoever entered it, on that day)."""

    text: str
    by: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What an officer enters. ``document`` is a case document (``interfaces.md`` section 1)."""

    document: Mapping[str, Any]
    number: str = ""
    party_name: str = ""
    party_code: str = ""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    particulars: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts that are established, by name."""
        found = self.document.get("facts")
        return {name: value for name, value in found.items() if value is not None} if isinstance(found, dict) else {}

    @property
    def party_type(self) -> str:
        """The kind of party, or "" where it is not established."""
        found = self.facts.get("party_type")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact of a case as it was established."""

    name: str
    value: Any
    evidence: str
    found_by: str
    found_on: date
    entered_by: str
    entered_at: datetime
    ended_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Gist:
    """What lists show of the conclusion; all empty where the document cannot be decided yet (a draft)."""

    violation: str = ""
    tier: str = ""
    force: str = ""
    missing: int = 0
    conduct_on: date | None = None


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as it stands."""

    id: str
    department: str
    region: str
    status: Status
    content: Content
    gist: Gist
    officer: str
    officer_name: str
    created_at: datetime
    updated_at: datetime
    updated_by: str
    version: int
    decided_on: date | None = None
    chosen: Chosen | None = None
    fine_fen: int | None = None
    decision_id: str | None = None

    @property
    def name_is_personal(self) -> bool:
        """Whether the party's name is masked until somebody gives a reason to see it."""
        return self.content.party_type in PERSONS


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a case."""

    id: str
    case_id: str
    version: int
    kind: Kind
    at: datetime
    by: str
    by_name: str
    reason: str
    content: Content


@dataclass(frozen=True, slots=True)
class Choice:
    """What the officer decides: the tier, the fine in fen, and why where it is not what the law led to."""

    chosen: Chosen
    fine_fen: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """The last replay of a decision; ``differences`` names the parts that came out otherwise."""

    verdict: Literal["", "agrees", "differs", "failed"] = ""
    at: datetime | None = None
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as it was made; only ``replay`` changes afterwards."""

    id: str
    case_id: str
    number: int
    revises: str | None
    department: str
    region: str
    party_code: str
    violation: str
    catalogue: str
    decided_on: date
    document: Mapping[str, Any]
    answer: Mapping[str, Any]
    choice: Choice
    departs: bool
    decided_at: datetime
    decided_by: str
    decided_by_name: str
    software: str
    replay: Replay = field(default_factory=Replay)

    @property
    def asked_on(self) -> date:
        """The day the rules were asked on: the day of the decision where the facts name none."""
        return date.fromisoformat(str(self.answer["catalogue"]["as_of"]))

    @property
    def tier(self) -> str:
        """The tier the rules led to."""
        return str(self.answer["result"]["tier"])

    @property
    def engines_agree(self) -> bool | None:
        """Whether both engines agreed; None where the second was not asked."""
        found = self.answer["second_opinion"]["agrees"]
        return found if isinstance(found, bool) else None
