"""Queries for cases and decisions. Everything that is looked up lies within the actor's area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from service.access import scope
from service.cases.model import Evidence
from service.db.mapping.cases import case_of, decision_of, finding_of, revision_of
from service.db.tables.cases import CaseRow, DecisionRow, FactRow, RevisionRow
from service.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlmodel import Session
    from sqlmodel.sql.expression import SelectOfScalar

    from service.access.actor import Actor
    from service.cases.model import Finding, Revision, StoredCase, StoredDecision

_NOT_FOUND = 404
_PIECE = 200


def statement(actor: Actor) -> SelectOfScalar[CaseRow]:
    """Every case within the actor's area; lists narrow and sort it."""
    return scope.where(select(CaseRow), CaseRow, actor)


def row(session: Session, actor: Actor, case_id: str, *, lock: bool = False) -> CaseRow:
    """The row of a case; HttpError 404 where there is none within the actor's area. ``lock``: to change it."""
    wanted = statement(actor).where(CaseRow.id == case_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "case_unknown", id=case_id)
    return found


def get(session: Session, actor: Actor, case_id: str) -> StoredCase:
    """A case with its evidence; HttpError 404 as :func:`row`."""
    found = row(session, actor, case_id)
    return whole(session, found)


def whole(session: Session, found: CaseRow) -> StoredCase:
    """The case of a row, with its evidence."""
    evidence = {
        one.name: Evidence(one.evidence, one.found_by, one.found_on) for one in findings(session, found.id, now=True)
    }
    return case_of(found, evidence)


def findings(session: Session, case_id: str, *, now: bool = False) -> list[Finding]:
    """What was established in a case, in the order of entry; ``now``: only what still holds."""
    return [finding_of(one) for one in finding_rows(session, case_id, now=now)]


def finding_rows(session: Session, case_id: str, *, now: bool = False) -> Sequence[FactRow]:
    """The rows of :func:`findings`."""
    wanted = select(FactRow).where(FactRow.case_id == case_id).order_by(col(FactRow.version), col(FactRow.name))
    return session.exec(wanted.where(col(FactRow.ended_at).is_(None)) if now else wanted).all()


def revisions(session: Session, case_id: str) -> list[Revision]:
    """Every state of a case, the newest first."""
    wanted = select(RevisionRow).where(RevisionRow.case_id == case_id).order_by(col(RevisionRow.version).desc())
    return [revision_of(one) for one in session.exec(wanted)]


def decisions(session: Session, case_id: str) -> list[StoredDecision]:
    """Every decision of a case, the newest first."""
    wanted = select(DecisionRow).where(DecisionRow.case_id == case_id).order_by(col(DecisionRow.number).desc())
    return [decision_of(one) for one in session.exec(wanted)]


def decision_row_of(session: Session, actor: Actor, decision_id: str, *, lock: bool = False) -> DecisionRow:
    """The row of a decision; HttpError 404 where there is none within the actor's area."""
    wanted = scope.where(select(DecisionRow), DecisionRow, actor).where(DecisionRow.id == decision_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise HttpError(_NOT_FOUND, "decision_unknown", id=decision_id)
    return found


def decision(session: Session, actor: Actor, decision_id: str) -> StoredDecision:
    """One decision; HttpError 404 as :func:`decision_row_of`."""
    return decision_of(decision_row_of(session, actor, decision_id))


def number_taken(session: Session, department: str, number: str, but: str) -> bool:
    """Whether another case of the department has this number."""
    wanted = select(CaseRow.id).where(CaseRow.department == department, CaseRow.number == number, CaseRow.id != but)
    return session.exec(wanted).first() is not None


def last_number(session: Session, case_id: str) -> int:
    """The number of the newest decision of a case; 0: none."""
    return session.exec(select(func.max(DecisionRow.number)).where(DecisionRow.case_id == case_id)).one() or 0


def of_party(session: Session, code: str, but: str) -> list[tuple[CaseRow, DecisionRow]]:
    """The decision in force of each other case of a party, oldest first, whosever case it is.

    One that is being looked at again stands until another takes its place.
    """
    wanted = (
        select(CaseRow, DecisionRow)
        .where(CaseRow.decision_id == DecisionRow.id, CaseRow.party_code == code, CaseRow.id != but)
        .order_by(col(DecisionRow.decided_on), col(DecisionRow.id))
    )
    return list(session.exec(wanted))


def decision_piece(session: Session, after: tuple[str, str]) -> Sequence[tuple[str, str]]:
    """Catalogue release and id of the next decisions after such a pair, those of one release together."""
    release, decision_id = col(DecisionRow.catalogue), col(DecisionRow.id)
    beyond = (release > after[0]) | ((release == after[0]) & (decision_id > after[1]))
    wanted = select(DecisionRow.catalogue, DecisionRow.id).where(beyond).order_by(release, decision_id).limit(_PIECE)
    return session.exec(wanted).all()


def decisions_within(actor: Actor, **wanted: object) -> SelectOfScalar[DecisionRow]:
    """The decisions within the actor's area whose columns have these values (None: any)."""
    found = scope.where(select(DecisionRow), DecisionRow, actor)
    for name, value in wanted.items():
        if value is not None:
            found = found.where(getattr(DecisionRow, name) == value)
    return found


def decision_stream(session: Session, wanted: SelectOfScalar[DecisionRow]) -> Iterator[StoredDecision]:
    """Every decision of a query by id, some hundred at a time: there may be more than fit in memory."""
    after = ""
    while True:
        following = wanted.where(col(DecisionRow.id) > after).order_by(col(DecisionRow.id)).limit(_PIECE)
        piece = session.exec(following).all()
        if not piece:
            return
        yield from (decision_of(one) for one in piece)
        after = piece[-1].id
        session.expunge_all()


def decision_count(session: Session) -> int:
    """How many decisions there are."""
    return session.exec(select(func.count()).select_from(DecisionRow)).one()
