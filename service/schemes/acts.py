"""A scheme from its file to being in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from kernel.errors import CatalogueError
from service import twoperson
from service.db.tables.schemes import SCHEME_TITLE_LENGTH, SchemeRow
from service.errors import HttpError, StateError
from service.ids import new_id
from service.schemes.effect import effect
from service.schemes.events import SchemeMoved, SchemeSaved
from supervision.load import load_scheme, parse_scheme, scheme_ids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlmodel import Session

    from service.work import Work
    from supervision.scheme import Scheme


def find(session: Session, row_id: str, *, lock: bool = False) -> SchemeRow:
    """A stored scheme; HttpError 404 where there is none."""
    wanted = select(SchemeRow).where(SchemeRow.id == row_id)
    row = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise HttpError(404, "scheme_row_unknown", id=row_id)
    return row


def in_force(session: Session, name: str) -> Scheme:
    """The scheme that scoring uses under a name: the last published here, otherwise the delivered one.

    CatalogueError where neither is there.
    """
    row = published(session, name)
    return parse_scheme(row.text, f"{name}.yaml") if row else load_scheme(name)


def published(session: Session, name: str) -> SchemeRow | None:
    """The last version of a scheme published here."""
    wanted = select(SchemeRow).where(SchemeRow.scheme == name, SchemeRow.state == "published")
    return session.exec(wanted.order_by(col(SchemeRow.reviewed_at).desc()).limit(1)).first()


def names(session: Session) -> Sequence[str]:
    """Every scheme that can be scored with: delivered, then those that exist only here."""
    own = session.exec(select(SchemeRow.scheme).where(SchemeRow.state == "published").distinct()).all()
    return [*scheme_ids(), *sorted(set(own) - set(scheme_ids()))]


def begin(work: Work, text: str) -> SchemeRow:
    """Keep a new draft; CatalogueError (file, key, what is wrong) for a file that is no scheme."""
    scheme = parse_scheme(text, "scheme.yaml")
    row = SchemeRow(
        id=new_id("scheme", work.now),
        scheme=scheme.id,
        scheme_version=scheme.version,
        title=scheme.spec.title[:SCHEME_TITLE_LENGTH],
        text=text,
        state="draft",
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
    work.record(SchemeSaved(subject=row.id, scheme=row.scheme, scheme_version=row.scheme_version))
    return row


def change(work: Work, row: SchemeRow, text: str) -> None:
    """Replace the file of a draft; errors as :func:`begin`, StateError where it cannot be changed any more."""
    twoperson.require(row, twoperson.EDITABLE, "修改")
    scheme = parse_scheme(text, "scheme.yaml")
    row.scheme, row.scheme_version, row.title = scheme.id, scheme.version, scheme.spec.title[:SCHEME_TITLE_LENGTH]
    row.text, row.report = text, None
    twoperson.touch(work, row)
    work.record(SchemeSaved(subject=row.id, scheme=row.scheme, scheme_version=row.scheme_version))


def try_out(work: Work, row: SchemeRow, on: date) -> None:
    """Find out what the draft would do instead of the scheme in force, and keep it with the draft; takes seconds."""
    twoperson.require(row, twoperson.EDITABLE | twoperson.SUBMITTED, "试算")
    new = parse_scheme(row.text, "scheme.yaml")
    try:
        old = in_force(work.session, row.scheme)
    except CatalogueError:
        old = load_scheme()  # a scheme of a new name is held against the default
    row.report = {**effect(old, new, on), "against": f"{old.id} {old.version}"}
    work.session.add(row)


def submit(work: Work, row: SchemeRow) -> None:
    """Hand a tried draft to the reviewers; StateError while it was not tried, or its version number is taken."""
    twoperson.require(row, twoperson.EDITABLE, "提交")
    _require_sound(work, row)
    twoperson.submit(work, row)
    _told(work, row)


def send_back(work: Work, row: SchemeRow, reason: str) -> None:
    """Return it with a reason."""
    twoperson.send_back(work, row, reason)
    _told(work, row)


def drop(work: Work, row: SchemeRow) -> None:
    """Give it up; it stays readable."""
    twoperson.drop(work, row)
    _told(work, row)


def publish(work: Work, row: SchemeRow, note: str = "") -> None:
    """Put it in force as a second person: the next scoring uses it."""
    twoperson.approve(work, row, note)
    _require_sound(work, row)
    _told(work, row)


def _require_sound(work: Work, row: SchemeRow) -> None:
    same = select(SchemeRow.id).where(
        SchemeRow.scheme == row.scheme,
        SchemeRow.scheme_version == row.scheme_version,
        SchemeRow.state == "published",
        SchemeRow.id != row.id,
    )
    if work.session.exec(same).first() or _is_delivered(row):
        raise StateError("scheme_version_taken", scheme=row.scheme, version=row.scheme_version)
    if row.report is None:
        raise StateError("scheme_unchecked", title=row.title)


def _is_delivered(row: SchemeRow) -> bool:
    return row.scheme in scheme_ids() and load_scheme(row.scheme).version == row.scheme_version


def _told(work: Work, row: SchemeRow) -> None:
    work.record(
        SchemeMoved(
            subject=row.id,
            scheme=row.scheme,
            scheme_version=row.scheme_version,
            state=row.state,
            note=row.review_note,
        )
    )
