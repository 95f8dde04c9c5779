"""What the credit desk keeps: a record with what was last said of it, and a repair with where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import date, datetime

    from credit.workflow import Case

HIDDEN: Final = frozenset({"", "individual"})
"""Kinds of party whose name and code are masked: natural persons, and parties of whom nobody knows."""
DAY_FACTS: Final = frozenset({"served_on"})
LIST_FACTS: Final = frozenset({"proofs", "materials_asked", "materials_supplied"})
FLAG_FACTS: Final = frozenset({"materials_complete", "extension_notice_sent", "false_promise_found"})
SOURCES: Final[Mapping[str, str]] = {
    "credit_china": "信用中国",
    "enterprise_system": "国家企业信用信息公示系统",
    "window": "政务服务窗口",
    "prefiled": "预先申请",
}


@dataclass(frozen=True, slots=True)
class Glance:
    """What the check of a record says on a day, as lists show it."""

    outcome: str
    record_class: str
    regime: str
    earliest_on: date | None
    ends_on: date | None
    checked_on: date


@dataclass(frozen=True, slots=True)
class Own:
    """What a register tells of a record beside its document."""

    display_until: date | None = None
    notice_served_on: date | None = None
    remarks: str = ""
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A credit record; ``document`` is that of ``xinheng repair check``."""

    id: str
    department: str
    region: str
    document: Mapping[str, Any]
    own: Own
    glance: Glance
    created_at: datetime
    updated_at: datetime
    updated_by: str
    version: int

    def part(self, section: str) -> Mapping[str, Any]:
        """A section of the document; empty where there is none."""
        found = self.document.get(section)
        return found if isinstance(found, Mapping) else {}

    @property
    def number(self) -> str:
        """The decision's number."""
        return str(self.part("decision").get("number") or "")

    @property
    def party_name(self) -> str:
        """The party's name, unmasked."""
        return str(self.part("party").get("name") or "")

    @property
    def party_code(self) -> str:
        """The party's code, unmasked."""
        return str(self.part("party").get("uscc") or "")

    @property
    def party_kind(self) -> str:
        """The kind of party; "" where it is not known."""
        return str(self.part("party").get("kind") or "")


@dataclass(frozen=True, slots=True)
class StoredRepair:
    """A repair of a record: ``case`` is the value that the workflow moves; its version is the row's."""

    id: str
    record_id: str
    number: int
    department: str
    region: str
    case: Case
    created_at: datetime
    updated_at: datetime
    updated_by: str

    @property
    def version(self) -> int:
        """How many moves were made."""
        return self.case.version


@dataclass(frozen=True, slots=True)
class StoredMove:
    """One move as it is kept: ``record`` is the record document as the move left it."""

    version: int
    move: str
    event: str
    document: str | None
    role: str
    by: str
    by_name: str
    on: date
    at: datetime
    facts: Mapping[str, Any]
    rows: tuple[str, ...]
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RegisterImport:
    """A register that was read. ``figures``: what was found in it."""

    id: str
    department: str
    region: str
    status: str
    name: str
    file: str
    channel: str | None
    checked_on: date
    figures: Mapping[str, Any]
    created_at: datetime
    created_by: str
    applied_at: datetime | None
    applied_by: str | None
    version: int
