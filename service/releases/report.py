"""What a draft would do: faults, differences, new findings of the check, decided cases that come out otherwise."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import CatalogueError, pointer
from rules.check import check_release
from rules.difference import Change, Edition, Impact, diff
from rules.load import link, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rules.check import Finding
    from rules.release import Release
    from service.exchange.desk import Shelf

Report = dict[str, Any]
"""``faults``, ``digest``, ``differences``, ``findings``, ``cases``; JSON-ready."""
MOST_SHOWN: Final = 200
_MOST_CHANGES: Final = 40


def documents_of(shelf: Shelf, files: Mapping[str, str]) -> tuple[dict[str, object], list[dict[str, str]]]:
    """Every document of the catalogue with these own files, and the faults of files that cannot be read."""
    documents = dict(shelf.read())
    faults: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, text) in enumerate(sorted(files.items())):
            if name in documents:
                faults.append(_fault(CatalogueError(name, "", "draft_delivered", name=name)))
                continue
            file = Path(folder) / f"{number}.yaml"
            file.write_text(text, "utf-8")
            try:
                documents[name] = read_yaml(file, name)
            except CatalogueError as error:
                faults.append(_fault(error))
    return dict(sorted(documents.items(), key=lambda pair: pair[0].split("/"))), faults


def candidate(shelf: Shelf, files: Mapping[str, str]) -> tuple[Release | None, list[dict[str, str]]]:
    """The release that a draft would make, or its faults (the first of each kind: later ones may hide behind it)."""
    documents, faults = documents_of(shelf, files)
    if faults:
        return None, faults
    try:
        return link(documents), []
    except CatalogueError as error:
        return None, [_fault(error)]


def report(
    shelf: Shelf,
    files: Mapping[str, str],
    current: Release,
    cases: Sequence[tuple[str, object]],
    on: date,
    *,
    prove: bool | None = None,
) -> Report:
    """Everything a reviewer has to know.

    ``cases``: decided cases, each with what it is called and its document as stored. ``prove``: as in
    :func:`rules.check.check_release`.
    """
    made, faults = candidate(shelf, files)
    if made is None:
        return {"faults": faults, "digest": None, "differences": [], "findings": [], "cases": _none()}
    return {
        "faults": [],
        "digest": made.digest,
        "differences": [_difference(one) for one in diff(Edition(current), Edition(made))],
        "findings": _new_findings(current, made, on, prove=prove),
        "cases": _impact(current, made, cases, on),
    }


def _fault(error: CatalogueError) -> dict[str, str]:
    return {"file": error.file, "key": pointer(*error.key.split(".")) if error.key else "", "detail": error.detail}


def _none() -> dict[str, Any]:
    return {"looked_at": 0, "affected": 0, "shown": []}


def _difference(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - an Entry, read for showing
    changes = [_change(one) for one in entry.changes[:_MOST_CHANGES]]
    more = max(0, len(entry.changes) - _MOST_CHANGES)
    return {
        "kind": entry.kind,
        "id": entry.id,
        "title": entry.title,
        "group": entry.group,
        "only_records": entry.only_records,
        "changes": changes,
        "more": more,
    }


def _change(one: Change) -> dict[str, str | None]:
    return {"about": one.about, "before": one.before, "after": one.after}


def _new_findings(current: Release, made: Release, on: date, *, prove: bool | None) -> list[dict[str, str]]:
    """What the check finds that it did not find before; proofs take seconds, the other checks less than one."""
    known = {_key(one) for one in check_release(current, on, prove=prove)}
    found = [
        one for one in check_release(made, on, prove=prove) if _key(one) not in known and one.severity != "accepted"
    ]
    return [
        {"severity": one.severity, "code": one.code, "file": one.file, "title": one.title, "detail": one.detail}
        for one in found
    ]


def _key(one: Finding) -> tuple[str, str, str]:
    return one.code, one.file, one.detail


def _impact(current: Release, made: Release, cases: Sequence[tuple[str, object]], on: date) -> dict[str, Any]:
    if not cases:
        return _none()
    impact = Impact(Edition(current), Edition(made))
    affected = list(impact.of([document for _, document in cases], on))
    shown = [
        {
            "row": one.row,
            "name": cases[one.row - 1][0],
            "differences": [_change(each) for each in one.differences],
            "because_of": [f"{cause.id} {cause.title}" for cause in one.causes],
        }
        for one in affected[:MOST_SHOWN]
    ]
    return {"looked_at": impact.cases, "affected": len(affected), "shown": shown}
