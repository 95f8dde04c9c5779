"""Do the documents of a workbook make a catalogue? Each by itself, then all together, then their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kernel.errors import CatalogueError
from rules.check import check_release
from rules.load import link, parse_provision
from rules.selftest import tests_of_ground
from rules.table_words import squash
from service.exchange import examples, labels
from service.exchange.complete import has_case
from service.exchange.documents import equal, file_of
from service.exchange.preview import outcome_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.release import Release
    from rules.selftest import TestResult
    from service.exchange.context import Doc
    from service.exchange.entries import Entry, Incoming

_COLUMN_OF: Final = {
    "in_force": "from",
    "citations": "prohibition",
    "first_violation": "window",
    "disputed": "question",
    "versions": "fine",
    "tests": "id",
    "same_as": "same_as",
}
_MOST_ROUNDS: Final = 200
_NO_BAR: Final = frozenset({"exchange_no_example", "exchange_check"})
"""Faults in spite of which the rest of an item can be looked at."""
_TOLD: Final = frozenset({"test_fails", "test_missing"})
"""Said already, with the row of the case or of the item."""
_WORTH_KNOWING: Final = frozenset({"quarter_uncovered"})
"""A city that adds a violation need not know the law of years ago."""


def check_together(incoming: Incoming, documents: Mapping[str, object], place: str) -> Release | None:
    """The release that the catalogue would be with the workbook in it; faults are noted, None with any.

    ``documents`` is the catalogue by file; ``place`` the region code under which new violations stand.
    """
    merged = dict(documents)
    by_file: dict[str, Entry] = {}
    for entry in incoming.entries.values():
        if outcome_of(entry) in {"added", "changed"} and _is_valid(entry, incoming):
            file = file_of(entry.document, incoming.context.files, incoming.context.documents, place)
            incoming.context.files[entry.id] = file
            merged[file] = entry.document
            by_file[file] = entry
    release = _linked(merged, by_file, incoming)
    if release is not None:
        _run_cases(release, by_file, incoming)
        _check(release, by_file, incoming)
    return release if not incoming.context.faults.errors else None


def _is_valid(entry: Entry, incoming: Incoming) -> bool:
    try:
        parse_provision(entry.document, entry.id)
    except CatalogueError as error:
        _tell(entry, error, incoming)
        return False
    return True


def _linked(merged: dict[str, object], by_file: Mapping[str, Entry], incoming: Incoming) -> Release | None:
    """Link, leaving out each document that fails, so that all failures are found."""
    told = 0
    for _ in range(_MOST_ROUNDS):
        try:
            release = link(_in_order(merged))
        except CatalogueError as error:
            entry = by_file.get(error.file)
            if entry is None or error.file not in merged:
                incoming.context.faults.add_row("", 0, "exchange_catalogue", detail=error.detail)
                return None
            _tell(entry, error, incoming)
            del merged[error.file]
            told += 1
        else:
            return release if not told else None
    return None


def _in_order(documents: Mapping[str, object]) -> dict[str, object]:
    return {name: documents[name] for name in sorted(documents, key=lambda name: name.split("/"))}


def _tell(entry: Entry, error: CatalogueError, incoming: Incoming) -> None:
    """Note a defect of a document at the cell that its key came from, unless its rows are known to be wrong."""
    if _is_faulty(entry, incoming):
        return
    key = error.key.partition(".")[0].partition("[")[0]
    column = key if key in entry.headers else _COLUMN_OF.get(key, "id")
    cell = entry.records[0].cell(column)
    why = str(error.params.get("why", error.detail))
    incoming.context.faults.add(cell, entry.headers.get(column, ""), "exchange_defect", {"key": error.key, "why": why})


def _is_faulty(entry: Entry, incoming: Incoming) -> bool:
    """First things first: what cannot be read has been said, and what follows from it need not be."""
    rows = {(row.sheet, number) for row in [*entry.records, *entry.cases] for number in range(row.row, row.last + 1)}
    return any((one.sheet, one.row) in rows for one in incoming.context.faults.errors if one.code not in _NO_BAR)


def _run_cases(release: Release, by_file: Mapping[str, Entry], incoming: Incoming) -> None:
    """The cases of every entry that was read without fault."""
    for file, entry in by_file.items():
        ground = release.items.get(entry.id)
        if ground is None or ground.file != file or _is_faulty(entry, incoming):
            continue
        try:
            results = list(tests_of_ground(release, ground))
        except CatalogueError as error:
            _tell(entry, error, incoming)
            continue
        for number, one in enumerate(results):
            if not one.passed:
                _tell_case(entry, number, one, incoming)


def _tell_case(entry: Entry, number: int, result: TestResult, incoming: Incoming) -> None:
    expected, got = labels.EXPECTED[result.expected], labels.EXPECTED[result.got]
    shown = {"name": result.name, "expected": expected, "got": got}
    if number < len(entry.cases):
        cell, header = entry.cases[number].cell("expect"), examples.HEADERS["expect"]
    else:
        cell, header = entry.records[0].cell("conditions"), entry.headers.get("conditions", "")
    incoming.context.faults.add(cell, header, "exchange_example_fails", shown)


def _check(release: Release, by_file: Mapping[str, Entry], incoming: Incoming) -> None:
    """What ``rules check`` would call a defect in the files of the workbook (proofs are left to it)."""
    faulty = {name for name, entry in incoming.entries.items() if _is_faulty(entry, incoming)}
    for one in check_release(release, incoming.context.on, prove=False):
        entry = by_file.get(one.file)
        if entry is None or one.severity != "defect" or one.code in _TOLD or entry.id in faulty:
            continue
        column = _COLUMN_OF.get(one.key.partition("[")[0].partition(".")[0], "id")
        faults = incoming.context.faults
        tell = faults.note if one.code in _WORTH_KNOWING else faults.add
        tell(entry.records[0].cell(column), entry.headers.get(column, ""), "exchange_check", {"why": one.detail})
        incoming.untested |= {entry.id} if one.code.endswith("_untested") else set()


def proposals(incoming: Incoming) -> list[dict[str, object]]:
    """Rows of 示例 to be offered: for items without any case, and for conditions that no case tests."""
    rows: list[dict[str, object]] = []
    for entry in incoming.entries.values():
        document: Doc = entry.document
        lacks = not has_case(document) or entry.id in incoming.untested
        if document["kind"] == "list_item" and lacks and not equal(document, entry.current):
            offered = examples.proposed(document, incoming.context)
            rows += [dict(row) for row in offered if _is_new(row, incoming)]
    return rows


def _is_new(row: Mapping[str, object], incoming: Incoming) -> bool:
    return (str(row["item"]), squash(str(row["facts"]))) not in incoming.case_texts
