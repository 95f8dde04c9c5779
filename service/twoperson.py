"""What one person drafts and another puts in force: the states in between, and who may move what.

Used by the city's own catalogue (:mod:`service.releases`) and by scoring schemes (:mod:`service.schemes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from kernel.errors import InputError
from service.errors import StateError

if TYPE_CHECKING:
    from datetime import datetime

    from service.work import Work

STATES: Final = ("draft", "submitted", "returned", "published", "dropped")
STATE_LABELS: Final = {
    "draft": "起草中",
    "submitted": "待审核",
    "returned": "已退回",
    "published": "已发布",
    "dropped": "已作废",
}
STATE_TONES: Final = {
    "draft": "open",
    "submitted": "strict",
    "returned": "stop",
    "published": "good",
    "dropped": "quiet",
}
EDITABLE: Final = frozenset({"draft", "returned"})
SUBMITTED: Final = frozenset({"submitted"})
_LONGEST_NOTE: Final = 4000


class Drafted(Protocol):
    """The columns that such a row has."""

    title: str
    state: str
    author: str
    updated_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    reviewer: str | None
    reviewer_name: str | None
    reviewed_at: datetime | None
    review_note: str
    version: int


def require(row: Drafted, states: frozenset[str], act: str) -> None:
    """StateError unless the draft is in one of the states; ``act`` says in Chinese what was wanted."""
    if row.state not in states:
        raise StateError("draft_state", title=row.title, state=STATE_LABELS[row.state], act=act)


def touch(work: Work, row: Drafted) -> None:
    """The next version of the row."""
    row.updated_at = work.now
    row.version += 1
    work.session.add(row)


def submit(work: Work, row: Drafted) -> None:
    """Hand a draft to the reviewers; what makes it sound is checked by the caller."""
    require(row, EDITABLE, "提交")
    row.state, row.submitted_at, row.submitted_by = "submitted", work.now, work.actor.id
    touch(work, row)


def send_back(work: Work, row: Drafted, reason: str) -> None:
    """Return a submitted draft; InputError without a reason."""
    require(row, SUBMITTED, "退回")
    if not reason.strip():
        raise InputError.at("/reason", "draft_reason")
    row.state = "returned"
    _review(work, row, reason)


def drop(work: Work, row: Drafted) -> None:
    """Give a draft up; it stays readable."""
    require(row, EDITABLE, "作废")
    row.state = "dropped"
    touch(work, row)


def approve(work: Work, row: Drafted, note: str) -> None:
    """Put a submitted draft in force; StateError where the same person drafted or submitted it."""
    require(row, SUBMITTED, "发布")
    if work.actor.id in {row.author, row.submitted_by}:
        raise StateError("draft_own_review")
    row.state = "published"
    _review(work, row, note)


def _review(work: Work, row: Drafted, note: str) -> None:
    row.reviewer, row.reviewer_name, row.reviewed_at = work.actor.id, work.actor.name, work.now
    row.review_note = note.strip()[:_LONGEST_NOTE]
    touch(work, row)
