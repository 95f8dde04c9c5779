"""Drafts of the city's own part: begun, changed, checked, submitted, and published by a second person.

A draft holds the whole own part as it would be. It can only be published on the release it was begun from:
what two people drafted at the same time is never merged without somebody looking.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from kernel.errors import InputError
from service import twoperson
from service.db.tables.releases import TITLE_LENGTH, CatalogueDraftRow, CatalogueReleaseRow
from service.errors import HttpError, StateError
from service.ids import new_id
from service.releases.events import DraftMoved, DraftSaved, ReleasePublished

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session

    from service.releases.report import Report
    from service.work import Work

_FILE: Final = re.compile(r"(?:[a-z0-9][a-z0-9-]*/)+[A-Za-z0-9][A-Za-z0-9-]*\.yaml")
_LONGEST_NAME: Final = 160


def latest(session: Session) -> CatalogueReleaseRow | None:
    """The release in force; None: only what is delivered with the software."""
    return session.exec(select(CatalogueReleaseRow).order_by(col(CatalogueReleaseRow.seq).desc()).limit(1)).first()


def releases(session: Session) -> Sequence[CatalogueReleaseRow]:
    """Every release, the newest first."""
    return session.exec(select(CatalogueReleaseRow).order_by(col(CatalogueReleaseRow.seq).desc())).all()


def find(session: Session, draft_id: str, *, lock: bool = False) -> CatalogueDraftRow:
    """A draft; HttpError 404 where there is none."""
    wanted = select(CatalogueDraftRow).where(CatalogueDraftRow.id == draft_id)
    row = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise HttpError(404, "draft_unknown", id=draft_id)
    return row


def begin(work: Work, title: str) -> CatalogueDraftRow:
    """Begin a draft from the release in force; InputError for a missing or too long title."""
    now = latest(work.session)
    row = CatalogueDraftRow(
        id=new_id("draft", work.now),
        title=_title(title),
        note="",
        state="draft",
        base=now.seq if now else 0,
        files=now.files if now else {},
        report=None,
        author=work.actor.id,
        author_name=work.actor.name,
        created_at=work.now,
        updated_at=work.now,
        submitted_at=None,
        submitted_by=None,
        reviewer=None,
        reviewer_name=None,
        reviewed_at=None,
        review_note="",
        version=1,
    )
    work.session.add(row)
    work.record(DraftSaved(subject=row.id, name=row.title, files=[]))
    return row


def change(work: Work, row: CatalogueDraftRow, changed: Mapping[str, str | None]) -> None:
    """Write files of a draft (None takes one out); what was checked before has to be checked again.

    Raises StateError where it cannot be changed any more, InputError for a name that is none of a provision.
    """
    twoperson.require(row, twoperson.EDITABLE, "修改")
    for name, text in changed.items():
        if text is None and name not in row.files:
            raise InputError.at("/files", "draft_file_unknown", name=name)
        if text is not None and not (_FILE.fullmatch(name) and len(name) <= _LONGEST_NAME):
            raise InputError.at("/files", "draft_file_name", name=name)
    files = {**row.files, **{name: text for name, text in changed.items() if text is not None}}
    row.files = {name: text for name, text in files.items() if changed.get(name, "") is not None}
    row.report = None
    twoperson.touch(work, row)
    work.record(DraftSaved(subject=row.id, name=row.title, files=sorted(changed)))


def keep_report(work: Work, row: CatalogueDraftRow, report: Report) -> None:
    """Put what was found beside the draft; any change takes it away again."""
    twoperson.require(row, twoperson.EDITABLE | twoperson.SUBMITTED, "核对")
    row.report = report
    work.session.add(row)


def submit(work: Work, row: CatalogueDraftRow) -> None:
    """Hand a checked draft to the reviewers; StateError while it is faulty, unchecked, outdated or changes nothing."""
    twoperson.require(row, twoperson.EDITABLE, "提交")
    _require_sound(work, row)
    twoperson.submit(work, row)
    _told(work, row)


def send_back(work: Work, row: CatalogueDraftRow, reason: str) -> None:
    """Return a submitted draft with a reason; StateError where it is not submitted, InputError without a reason."""
    twoperson.send_back(work, row, reason)
    _told(work, row)


def drop(work: Work, row: CatalogueDraftRow) -> None:
    """Give a draft up; it stays readable."""
    twoperson.drop(work, row)
    _told(work, row)


def publish(work: Work, row: CatalogueDraftRow, note: str = "") -> CatalogueReleaseRow:
    """Approve a submitted draft as a second person; the files are laid out by the caller once this is kept."""
    twoperson.approve(work, row, note)
    _require_sound(work, row)
    made = CatalogueReleaseRow(
        seq=row.base + 1,
        digest=row.report["digest"],
        title=row.title,
        files=row.files,
        report=row.report,
        draft_id=row.id,
        author_name=row.author_name,
        reviewer_name=work.actor.name,
        published_at=work.now,
    )
    work.session.add(made)
    work.record(ReleasePublished(subject=row.id, seq=made.seq, digest=made.digest, draft=row.id))
    return made


def _require_sound(work: Work, row: CatalogueDraftRow) -> None:
    now = latest(work.session)
    if (now.seq if now else 0) != row.base:
        raise StateError("draft_outdated", now=now.seq if now else 0, base=row.base)
    if row.report is None:
        raise StateError("draft_unchecked", title=row.title)
    faults = row.report["faults"]
    if faults:
        raise StateError("draft_faulty", title=row.title, count=len(faults), first=faults[0]["detail"])
    if not row.report["differences"]:
        raise StateError("draft_empty", title=row.title)


def _told(work: Work, row: CatalogueDraftRow) -> None:
    work.record(DraftMoved(subject=row.id, name=row.title, state=row.state, note=row.review_note))


def _title(text: str) -> str:
    title = text.strip()
    if not 0 < len(title) <= TITLE_LENGTH:
        raise InputError.at("/title", "draft_title", most=TITLE_LENGTH)
    return title
