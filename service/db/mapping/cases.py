"""Cases and decisions: rows to validated objects and back."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from rules.priority import LISTS
from rules.ranges import TIERS
from service.cases.model import (
    Choice,
    Chosen,
    Content,
    Evidence,
    Finding,
    Gist,
    Kind,
    Replay,
    Revision,
    Status,
    StoredCase,
    StoredDecision,
)
from service.db.tables.cases import CaseRow, DecisionRow, FactRow, RevisionRow

_STATUSES = frozenset(get_args(Status))
_KINDS = frozenset(get_args(Kind))
_CHOICES = frozenset(get_args(Chosen))


def case_of(row: CaseRow, evidence: dict[str, Evidence] | None = None) -> StoredCase:
    """The case of a row; ``evidence`` by fact comes from the rows of its findings. ValueError for a damaged row."""
    if row.status not in _STATUSES or (row.chosen and row.chosen not in _CHOICES):
        raise ValueError(f"case {row.id}: no such state: {row.status}, {row.chosen}")
    content = Content(
        document=row.document,
        number=row.number or "",
        party_name=row.party_name,
        party_code=row.party_code,
        evidence=evidence or {},
        particulars=row.particulars,
        note=row.note,
    )
    return StoredCase(
        id=row.id,
        department=row.department,
        region=row.region,
        status=row.status,  # type: ignore[arg-type]  # looked up above
        content=content,
        gist=Gist(row.violation, row.tier, row.force, row.missing, row.conduct_on),
        officer=row.officer,
        officer_name=row.officer_name,
        created_at=row.created_at,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        version=row.version,
        decided_on=row.decided_on,
        chosen=row.chosen or None,  # type: ignore[arg-type]  # looked up above
        fine_fen=row.fine_fen,
        decision_id=row.decision_id,
    )


def case_row(case: StoredCase) -> CaseRow:
    """The row of a case; its findings are rows of their own."""
    content = case.content
    return CaseRow(
        id=case.id,
        number=content.number or None,
        department=case.department,
        region=case.region,
        status=case.status,
        party_name=content.party_name,
        party_code=content.party_code,
        party_type=content.party_type,
        document=dict(content.document),
        particulars=dict(content.particulars),
        note=content.note,
        violation=case.gist.violation,
        tier=case.gist.tier,
        force=case.gist.force,
        missing=case.gist.missing,
        conduct_on=case.gist.conduct_on,
        decided_on=case.decided_on,
        chosen=case.chosen or "",
        fine_fen=case.fine_fen,
        decision_id=case.decision_id,
        officer=case.officer,
        officer_name=case.officer_name,
        created_at=case.created_at,
        updated_at=case.updated_at,
        updated_by=case.updated_by,
        version=case.version,
    )


def finding_of(row: FactRow) -> Finding:
    """The finding of a row."""
    return Finding(
        row.name,
        row.value,
        row.evidence,
        row.found_by,
        row.found_on,
        row.entered_by,
        row.entered_at,
        row.ended_at,
        row.version,
    )


def finding_row(case_id: str, row_id: str, finding: Finding) -> FactRow:
    """The row of a finding."""
    return FactRow(
        id=row_id,
        case_id=case_id,
        name=finding.name,
        value=finding.value,
        evidence=finding.evidence,
        found_by=finding.found_by,
        found_on=finding.found_on,
        entered_by=finding.entered_by,
        entered_at=finding.entered_at,
        ended_at=finding.ended_at,
        version=finding.version,
    )


def content_json(content: Content) -> dict[str, Any]:
    """A content as revisions keep it, and as the interface writes it."""
    evidence = {
        name: {"text": one.text, "by": one.by, "on": one.on.isoformat() if one.on else None}
        for name, one in content.evidence.items()
    }
    return {
        "number": content.number,
        "party": {"name": content.party_name, "code": content.party_code},
        "document": dict(content.document),
        "evidence": evidence,
        "particulars": dict(content.particulars),
        "note": content.note,
    }


def content_of(kept: dict[str, Any]) -> Content:
    """The inverse of :func:`content_json`."""
    evidence = {
        name: Evidence(one["text"], one["by"], date.fromisoformat(one["on"]) if one["on"] else None)
        for name, one in kept["evidence"].items()
    }
    party = kept["party"]
    return Content(
        kept["document"], kept["number"], party["name"], party["code"], evidence, kept["particulars"], kept["note"]
    )


def revision_of(row: RevisionRow) -> Revision:
    """The revision of a row; ValueError for a damaged one."""
    if row.kind not in _KINDS:
        raise ValueError(f"revision {row.id}: no such kind: {row.kind}")
    return Revision(
        row.id,
        row.case_id,
        row.version,
        row.kind,  # type: ignore[arg-type]  # looked up above
        row.at,
        row.by,
        row.by_name,
        row.reason,
        content_of(row.content),
    )


def revision_row(revision: Revision) -> RevisionRow:
    """The row of a revision."""
    return RevisionRow(
        id=revision.id,
        case_id=revision.case_id,
        version=revision.version,
        kind=revision.kind,
        at=revision.at,
        by=revision.by,
        by_name=revision.by_name,
        reason=revision.reason,
        content=content_json(revision.content),
    )


def decision_of(row: DecisionRow) -> StoredDecision:
    """The decision of a row; ValueError for a damaged one."""
    if row.chosen not in _CHOICES:
        raise ValueError(f"decision {row.id}: no such choice: {row.chosen}")
    replay = Replay(row.verdict, row.replayed_at, tuple(row.differences))  # type: ignore[arg-type]  # as written
    return StoredDecision(
        id=row.id,
        case_id=row.case_id,
        number=row.number,
        revises=row.revises,
        department=row.department,
        region=row.region,
        party_code=row.party_code,
        violation=row.violation,
        catalogue=row.catalogue,
        decided_on=row.decided_on,
        document=row.document,
        answer=in_order(row.answer),
        choice=Choice(row.chosen, row.fine_fen, row.reason),  # type: ignore[arg-type]  # looked up above
        departs=row.departs,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        decided_by_name=row.decided_by_name,
        software=row.software,
        replay=replay,
    )


def in_order(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """An answer with lists and tiers in the order of the law again; what is kept has its keys in alphabetical order."""
    if isinstance(value, list):
        return [in_order(one) for one in value]
    if not isinstance(value, dict):
        return value
    order = next((order for order in (LISTS, TIERS) if value and value.keys() <= set(order)), None)
    keys = sorted(value, key=order.index) if order else value
    return {key: in_order(value[key]) for key in keys}


def decision_row(decision: StoredDecision) -> DecisionRow:
    """The row of a decision."""
    return DecisionRow(
        id=decision.id,
        case_id=decision.case_id,
        number=decision.number,
        revises=decision.revises,
        department=decision.department,
        region=decision.region,
        party_code=decision.party_code,
        violation=decision.violation,
        catalogue=decision.catalogue,
        decided_on=decision.decided_on,
        document=dict(decision.document),
        answer=dict(decision.answer),
        tier=decision.tier,
        engines_agree=decision.engines_agree,
        chosen=decision.choice.chosen,
        fine_fen=decision.choice.fine_fen,
        departs=decision.departs,
        reason=decision.choice.reason,
        decided_at=decision.decided_at,
        decided_by=decision.decided_by,
        decided_by_name=decision.decided_by_name,
        software=decision.software,
        verdict=decision.replay.verdict,
        replayed_at=decision.replay.at,
        differences=list(decision.replay.differences),
    )
