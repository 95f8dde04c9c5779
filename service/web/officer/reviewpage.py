"""``/officer/review``: many decided cases looked at again, from a file or from the database; what stands out."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Request
from sqlmodel import col, select

from kernel.errors import InputError, XinhengError
from rules.batch_table import documents_table
from rules.caseinput import parse_case
from service.access import scope
from service.access.permissions import Permission
from service.casefiles import open_cases
from service.cases.events import CasesReviewed
from service.cases.model import CHOICE_TITLES
from service.cases.review import HEADINGS, KINDS, MOST_ROWS, Done, Noted, Review, review
from service.db.packed import pack, unpack
from service.db.tables.cases import CaseRow, DecisionRow
from service.errors import HttpError, StateError
from service.web.deps import page_reads, page_uploads, page_writes
from service.web.deskpage import desk_page, see_other
from service.web.labels import TIERS
from service.web.listexport import workbook_of
from service.web.officer.caselist import DESK
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work  # noqa: TC001 - FastAPI reads the annotation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastapi.responses import Response
    from starlette.datastructures import UploadFile

    from rules.batch_columns import CaseTable
    from rules.instant import Case
    from rules.release import Release
    from service.casefiles import Block

router = APIRouter(include_in_schema=False)
_NOT_FOUND: Final = 404
_UNPROCESSABLE: Final = 422
_PIECE: Final = 4096
_CHUNK: Final = 1 << 20
_MOST_BYTES: Final = 50_000_000
_PAGE: Final = 100
_SUFFIXES: Final = frozenset({".csv", ".xlsx", ".xls", ".ods", ".parquet", ".ndjson", ".jsonl"})
_YEARS: Final = 6
_MOST_DIGITS: Final = 6
_DONE_TITLES: Final = {**CHOICE_TITLES, "penalty": "行政处罚", "": ""}


@router.get("/officer/review")
def ask(request: Request, work: Annotated[Work, page_reads(Permission.CASE_READ)]) -> Response:
    """The form: a file, or a year of the database."""
    return _ask(request, work)


@router.post("/officer/review/file")
def from_file(
    request: Request,
    work: Annotated[Work, page_uploads(Permission.CASE_READ)],
    upload: Annotated[Upload, Depends(sent_upload)],
) -> Response:
    """Look at the cases of a file again."""
    try:
        with work.attempt():
            sent = upload.files.get("cases")
            if sent is None or not sent.filename:
                raise InputError.at("/cases", "review_no_file")
            with _kept(sent) as path, open_cases(path, work.engine.release) as cases:
                blocks = _limited(cases.blocks(_PIECE))
                found = review(work.engine.release, blocks, work.today)
            kept = _keep(work, found, Path(sent.filename).name)
    except XinhengError as error:
        return _ask(request, work, error)
    return see_other(f"/officer/review/{kept}")


@router.post("/officer/review/year")
def from_database(
    request: Request,
    work: Annotated[Work, page_writes(Permission.CASE_READ)],
    pairs: Annotated[Pairs, Depends(sent_form)],
) -> Response:
    """Look at the decisions of a year again, those within the actor's area."""
    year = dict(pairs).get("year", "")
    if year not in {str(one) for one in _years(work)}:
        return _ask(request, work, InputError.at("/year", "review_no_year", value=year))
    try:
        with work.attempt():
            rows = _decided(work, year)
            done = {place: _done(case, decision) for place, (case, decision) in enumerate(rows, 1)}
            blocks = [
                Documents([decision.document for _, decision in rows[at : at + _PIECE]])
                for at in range(0, len(rows), _PIECE)
            ]
            found = review(work.engine.release, blocks, work.today, done)
            kept = _keep(work, found, f"本系统 {year} 年的决定", [case.id for case, _ in rows])
    except XinhengError as error:
        return _ask(request, work, error)
    return see_other(f"/officer/review/{kept}")


@router.get("/officer/review/{digest}")
def show(request: Request, work: Annotated[Work, page_reads(Permission.CASE_READ)], digest: str) -> Response:
    """What stood out; of one kind with ``?kind=``, as a workbook with ``?export=xlsx``."""
    kept = _kept_review(work, digest)
    kind = request.query_params.get("kind", "")
    noted = [Noted(**one) for one in kept["noted"] if not kind or one["kind"] == kind]
    titles = {name: one.title for name, one in work.engine.release.violations.items()}
    if request.query_params.get("export") == "xlsx":
        return workbook_of("review", "批量复核", _HEADINGS, [_line(one, titles) for one in noted])
    pages = max(1, -(-len(noted) // _PAGE))
    page = min(max(_number(request.query_params.get("page", "")), 1), pages)
    context = {
        "kept": kept,
        "digest": digest,
        "kind": kind if kind in KINDS else "",
        "kinds": [(name, title, kept["kinds"].get(name, 0)) for name, title in KINDS.items()],
        "tiers": [(label, kept["tiers"].get(name, 0)) for name, label in TIERS.items() if kept["tiers"].get(name)],
        "rows": noted[(page - 1) * _PAGE : page * _PAGE],
        "shown": len(noted),
        "page_number": page,
        "pages": pages,
        "titles": titles,
        "done": _DONE_TITLES,
        "kind_titles": KINDS,
    }
    return desk_page(request, work, DESK, "officer/review.html", context)


@dataclass(frozen=True, slots=True)
class Documents:
    """Stored case documents as a block of rows."""

    documents: Sequence[Any]

    def __len__(self) -> int:
        return len(self.documents)

    def rows(self) -> Sequence[Any]:
        """The documents."""
        return self.documents

    def table(self, release: Release) -> CaseTable:
        """The documents by column."""
        return documents_table(self.documents, release)

    def case_of(self, row: int, release: Release) -> Case:
        """Check one document."""
        return parse_case(self.documents[row], release)


_HEADINGS: Final = ("行", "案号", "案由", "系统结论", "处理结果", "罚款", "情况", "说明")


def _line(one: Noted, titles: dict[str, str]) -> list[str]:
    tier = TIERS.get(one.tier, "")
    violation = titles.get(one.violation, one.violation)
    return [str(one.row), one.number, violation, tier, _DONE_TITLES[one.done], one.fine, KINDS[one.kind], one.why]


def _ask(request: Request, work: Work, error: XinhengError | None = None) -> Response:
    context = {"error": error, "headings": HEADINGS, "years": _years(work), "most": MOST_ROWS, "kinds": KINDS}
    status = _UNPROCESSABLE if error else 200
    return desk_page(request, work, DESK, "officer/review_ask.html", context, status=status)


def _years(work: Work) -> list[int]:
    return [work.today.year - back for back in range(_YEARS)]


def _decided(work: Work, year: str) -> list[tuple[CaseRow, DecisionRow]]:
    wanted = (
        select(CaseRow, DecisionRow)
        .where(scope.condition(CaseRow, work.actor), CaseRow.decision_id == DecisionRow.id)
        .where(col(CaseRow.decided_on) >= date(int(year), 1, 1), col(CaseRow.decided_on) <= date(int(year), 12, 31))
        .order_by(col(CaseRow.decided_on), col(CaseRow.id))
        .limit(MOST_ROWS + 1)
    )
    rows = list(work.session.exec(wanted))
    if not rows:
        raise StateError("review_nothing", year=year)
    if len(rows) > MOST_ROWS:
        raise StateError("review_too_many", most=MOST_ROWS)
    return rows


def _done(case: CaseRow, decision: DecisionRow) -> Done:
    return Done(case.number or "", decision.chosen, decision.fine_fen)


def _limited(blocks: Iterator[Block]) -> Iterator[Block]:
    total = 0
    for block in blocks:
        total += len(block)
        if total > MOST_ROWS:
            raise StateError("review_too_many", most=MOST_ROWS)
        yield block


@contextmanager
def _kept(sent: UploadFile) -> Iterator[Path]:
    """The upload as a file with its own ending; InputError for an ending that is none of ours, or one too large."""
    suffix = Path(sent.filename or "").suffix.lower()
    if suffix not in _SUFFIXES:
        raise InputError.at("/cases", "review_file_kind", allowed="、".join(sorted(_SUFFIXES)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"cases{suffix}"
        size = 0
        with path.open("wb") as out:
            while piece := sent.file.read(_CHUNK):
                size += len(piece)
                if size > _MOST_BYTES:
                    raise InputError.at("/cases", "review_file_large", most=_MOST_BYTES // 1_000_000)
                out.write(piece)
        yield path


def _keep(work: Work, found: Review, source: str, ids: Sequence[str] = ()) -> str:
    """Keep the outcome for the one who asked; returns the last part of its address."""
    kept = {
        "owner": work.actor.id,
        "source": source,
        "at": work.now.isoformat(timespec="seconds"),
        "catalogue": work.engine.release.digest,
        "total": found.total,
        "tiers": dict(found.tiers),
        "kinds": dict(found.kinds),
        "noted": [one.as_dict() for one in found.noted],
        "cases": list(ids),
    }
    digest = work.files.put(pack(kept))
    work.record(CasesReviewed(subject=work.actor.id, total=found.total, noted=sum(found.kinds.values())))
    return digest.removeprefix("sha256:")


def _kept_review(work: Work, digest: str) -> dict[str, Any]:
    """An outcome that the actor asked for; HttpError 404 for any other."""
    try:
        kept = unpack(work.files.path(f"sha256:{digest}").read_bytes())
    except (StateError, OSError, ValueError, orjson.JSONDecodeError) as error:
        raise HttpError(_NOT_FOUND, "review_gone") from error
    if not isinstance(kept, dict) or kept.get("owner") != work.actor.id or "noted" not in kept:
        raise HttpError(_NOT_FOUND, "review_gone")
    return kept


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 1
