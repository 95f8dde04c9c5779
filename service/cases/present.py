"""Cases and decisions as the interface, the command line and files show them; personal data masked unless asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kernel.canonical import digest
from kernel.money import fen_to_yuan_json
from service.cases.model import CHOICE_TITLES, KIND_TITLES, PERSONS, STATUS_TITLES
from service.db.mapping.cases import content_json
from service.documents.kinds import TIER_WORDS
from service.masking import masked_code, masked_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.release import Release
    from service.cases.documents import Possible
    from service.cases.model import Finding, Revision, StoredCase, StoredDecision
    from service.db.tables.cases import CaseRow
    from service.web.values import FactRow

MASKED: Final = ("party_name", "party_code", "party_address")
"""Particulars that are masked together with the party's name."""
ALWAYS_MASKED: Final = ("representative",)
"""Those that name a natural person whatever the party is."""


def party_shown(name: str, code: str, kind: str, *, masked: bool = True) -> dict[str, Any]:
    """A party; the name of a natural person (and what may be one) and its number are masked."""
    hide = masked and kind in PERSONS and bool(name or code)
    return {
        "name": masked_name(name) if hide else name,
        "code": masked_code(code) if hide else code,
        "type": kind or None,
        "masked": hide,
    }


def row_json(row: CaseRow) -> dict[str, Any]:
    """One line of the list."""
    return {
        "id": row.id,
        "number": row.number,
        "status": row.status,
        "department": row.department,
        "region": row.region,
        "party": party_shown(row.party_name, row.party_code, row.party_type),
        "violation": row.violation or None,
        "tier": row.tier or None,
        "force": row.force or None,
        "missing": row.missing,
        "conduct_on": _day(row.conduct_on),
        "decided_on": _day(row.decided_on),
        "chosen": row.chosen or None,
        "fine_yuan": yuan(row.fine_fen),
        "decision": row.decision_id,
        "officer": {"id": row.officer, "name": row.officer_name},
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "version": row.version,
    }


def case_json(case: StoredCase, findings: Iterable[Finding], *, masked: bool = True) -> dict[str, Any]:
    """A case with its content and with each fact as it was established."""
    content = content_json(case.content)
    party = party_shown(case.content.party_name, case.content.party_code, case.content.party_type, masked=masked)
    hidden = (*ALWAYS_MASKED, *(MASKED if party["masked"] else ())) if masked else ()
    content["particulars"] = {
        key: masked_name(value) if key in hidden else value for key, value in content["particulars"].items()
    }
    return {
        "id": case.id,
        "version": case.version,
        "status": case.status,
        "department": case.department,
        "region": case.region,
        **content,
        "party": party,
        "findings": [finding_json(one) for one in findings],
        "result": {"tier": case.gist.tier or None, "force": case.gist.force or None, "missing": case.gist.missing},
        "chosen": case.chosen,
        "fine_yuan": yuan(case.fine_fen),
        "conduct_on": _day(case.gist.conduct_on),
        "decided_on": _day(case.decided_on),
        "decision": case.decision_id,
        "officer": {"id": case.officer, "name": case.officer_name},
        "created_at": case.created_at.isoformat(),
        "updated_at": case.updated_at.isoformat(),
        "updated_by": case.updated_by,
    }


def finding_json(one: Finding) -> dict[str, Any]:
    """A fact with its value, its evidence, who established it and when."""
    return {
        "fact": one.name,
        "value": one.value,
        "evidence": one.evidence,
        "found_by": one.found_by,
        "found_on": one.found_on.isoformat(),
        "entered_at": one.entered_at.isoformat(),
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "version": one.version,
    }


def revision_json(one: Revision) -> dict[str, Any]:
    """One state of a case: who made it, and why. The whole of it stands in ``content`` without the party."""
    content = content_json(one.content)
    return {
        "version": one.version,
        "kind": one.kind,
        "title": KIND_TITLES[one.kind],
        "at": one.at.isoformat(),
        "by": one.by_name,
        "reason": one.reason,
        "document": content["document"],
        "evidence": content["evidence"],
    }


def decision_json(one: StoredDecision, *, whole: bool = True) -> dict[str, Any]:
    """A decision; ``whole`` with the facts as decided and with the full answer of the rules."""
    shown: dict[str, Any] = {
        "id": one.id,
        "case": one.case_id,
        "number": one.number,
        "revises": one.revises,
        "department": one.department,
        "region": one.region,
        "catalogue": one.catalogue,
        "decided_on": one.decided_on.isoformat(),
        "tier": one.tier,
        "engines_agree": one.engines_agree,
        "chosen": one.choice.chosen,
        "fine_yuan": yuan(one.choice.fine_fen),
        "departs": one.departs,
        "reason": one.choice.reason,
        "decided_at": one.decided_at.isoformat(),
        "decided_by": {"id": one.decided_by, "name": one.decided_by_name},
        "software": one.software,
        "answer_digest": digest(dict(one.answer)),
        "replay": {
            "verdict": one.replay.verdict or None,
            "at": one.replay.at.isoformat() if one.replay.at else None,
            "differences": list(one.replay.differences),
        },
    }
    return shown | {"document": dict(one.document), "answer": dict(one.answer)} if whole else shown


def documents_json(case_id: str, possible: Iterable[Possible]) -> list[dict[str, Any]]:
    """The documents of a case with the address of each format."""
    at = f"/api/v1/cases/{case_id}/documents"
    return [
        {
            "kind": one.kind,
            "title": one.title,
            "files": [{"format": form, "href": f"{at}/{one.kind}.{form}"} for form in one.formats],
        }
        for one in possible
    ]


def case_lines(case: StoredCase, findings: Iterable[Finding], release: Release) -> list[str]:
    """A case in Chinese lines, for the terminal."""
    party = party_shown(case.content.party_name, case.content.party_code, case.content.party_type)
    violation = release.violations.get(case.gist.violation)
    lines = [
        f"案件 {case.id}（{STATUS_TITLES[case.status]}，第 {case.version} 版）",
        f"案号：{case.content.number or '（未填）'}",
        f"当事人：{party['name'] or '（未填）'}",
        f"案由：{violation.title if violation else case.gist.violation or '（未选）'}",
        f"结论：{TIER_WORDS.get(case.gist.tier, '（尚不能判断）')}，还缺 {case.gist.missing} 项事实",
    ]
    if case.chosen:
        lines.append(f"决定：{CHOICE_TITLES[case.chosen]}（{case.decided_on}），决定编号 {case.decision_id}")
    lines += [f"  {row.label}：{row.value}{_proof(one)}" for one, row in _facts(findings, release)]
    return lines


def _facts(findings: Iterable[Finding], release: Release) -> list[tuple[Finding, FactRow]]:
    from service.web.values import fact_rows  # noqa: PLC0415 - the words of pages; not needed to import this

    found = {one.name: one for one in findings if one.ended_at is None}
    rows = fact_rows({name: one.value for name, one in found.items()}, [], release)
    return [(found[row.name], row) for row in rows if row.name in found]


def _proof(one: Finding) -> str:
    told = f"{one.found_by} {one.found_on}"
    return f"（{one.evidence}；{told}）" if one.evidence else f"（{told}）"


def yuan(fen: int | None) -> int | str | None:
    """An amount in the form of our JSON."""
    return None if fen is None else fen_to_yuan_json(fen)


def _day(day: Any) -> str | None:  # noqa: ANN401 - a day or None
    return day.isoformat() if day else None
