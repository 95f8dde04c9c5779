"""What pages and the interface do with drafts: read, check, import a workbook, publish and put in force."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from rules.load import CATALOGUE
from service.db.tables.cases import CaseRow, DecisionRow
from service.exchange.desk import Selection, Shelf, consider, export_workbook
from service.published import folder_of, in_force, lay_out
from service.releases import drafts
from service.releases.report import report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.db.database import Database
    from service.db.tables.releases import CatalogueDraftRow, CatalogueReleaseRow
    from service.exchange.desk import Considered
    from service.exchange.options import Options
    from service.settings import Settings
    from service.work import Work, Works

_MOST_CASES: Final = 20_000
"""Decided cases that a draft is tried on: the newest."""


@dataclass(frozen=True, slots=True)
class ReleaseDesk:
    """``shelf``: the catalogue without what was published here; ``data_dir``: where that is laid out."""

    shelf: Shelf
    data_dir: Path
    prove: bool | None = None
    """Whether drafts are checked by proofs; None: where the prover is installed."""

    @classmethod
    def of(cls, settings: Settings, data_dir: Path) -> ReleaseDesk:
        """The desk of these settings."""
        own = (settings.own_catalogue,) if settings.own_catalogue else ()
        return cls(Shelf(settings.catalogue or CATALOGUE, own, settings.cache_dir), data_dir)

    def check(self, work: Work, works: Works, draft_id: str) -> CatalogueDraftRow:
        """Find out what a draft would do and keep it with the draft.

        The finding out takes seconds and is done before the transaction of ``work`` touches the database.
        """
        with works.reading(work.actor, work.now) as before:
            seen = drafts.find(before.session, draft_id)
            newest = select(DecisionRow.document, CaseRow.number).join(CaseRow, col(CaseRow.id) == DecisionRow.case_id)
            rows = before.session.exec(newest.order_by(col(DecisionRow.decided_at).desc()).limit(_MOST_CASES)).all()
            cases = [(number or "", document) for document, number in rows]
            found = report(self.shelf, seen.files, works.engine.release, cases, work.today, prove=self.prove)
        row = drafts.find(work.session, draft_id, lock=True)
        if row.version == seen.version:
            drafts.keep_report(work, row, found)
        return row

    def read_workbook(self, row: CatalogueDraftRow, workbook: Path, options: Options) -> Considered:
        """Hold a workbook against the catalogue with this draft in it; nothing is changed. Errors as ``consider``."""
        with tempfile.TemporaryDirectory() as name:
            return consider(workbook, self.shelf, options, _laid(row.files, Path(name)))

    def write_workbook(self, row: CatalogueDraftRow, place: str | None, on: date) -> bytes:
        """A workbook to be filled in and imported again: the items of a place as they are in the draft, or a form."""
        wanted = Selection(jurisdiction=place) if place is not None else Selection(blank=True)
        with tempfile.TemporaryDirectory() as name:
            data, _ = export_workbook(self.shelf.with_folder(_laid(row.files, Path(name))), wanted, on)
        return data

    def import_workbook(self, work: Work, row: CatalogueDraftRow, workbook: Path, options: Options) -> Considered:
        """The same, and take what it says into the draft; nothing where it has faults."""
        with tempfile.TemporaryDirectory() as name:
            folder = _laid(row.files, Path(name))
            found = consider(workbook, self.shelf, options, folder)
            if not found.incoming.context.faults.errors and found.release is not None:
                found.write()
                drafts.change(work, row, _changes(row.files, _read(folder)))
        return found

    def put_in_force(self, release: CatalogueReleaseRow) -> None:
        """Lay the files out; every process of this machine takes them up within seconds."""
        lay_out(self.data_dir, release.files)


def catch_up(database: Database, data_dir: Path) -> None:
    """Lay out the release in force where another machine published it, or after a restore."""
    with database.read() as session:
        newest = drafts.latest(session)
    if newest is not None and in_force(data_dir) != folder_of(data_dir, newest.files):
        lay_out(data_dir, newest.files)


def _laid(files: Mapping[str, str], folder: Path) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def _read(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in sorted(folder.rglob("*.yaml"))}


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    gone: dict[str, str | None] = {name: None for name in before if name not in after}
    return gone | {name: text for name, text in after.items() if before.get(name) != text}
