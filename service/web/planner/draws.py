"""``/planner/draws``: the list of draws, one draw, its ceremony for a meeting-room screen, and every step as a form."""

# Annotations are kept as objects here: each step makes its endpoint with the right it needs.
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response

from kernel.errors import XinhengError
from service.access.permissions import Permission
from service.db.repositories import draws
from service.db.tables.draws import DrawRow
from service.draws import draft, drawing, record, sealing
from service.draws.acts import STEPS, Step
from service.draws.publication import readable
from service.web.deps import page_reads, page_uploads, page_writes
from service.web.deskpage import desk_page, list_page, see_other
from service.web.planner.drawforms import GAMES, new_draw, require_equal
from service.web.planner.drawlist import LISTING
from service.web.planner.drawview import HELPERS, DrawView, grouped, view_of
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work

router = APIRouter(prefix="/planner/draws", include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.DRAW_READ)]
_DESK: Final = "planner"
_SECRETS: Final = frozenset({"secret", "again", "copy"})
"""Fields that no page gives back."""
_HELPERS: Final[Mapping[str, Any]] = {**HELPERS, "games": GAMES}


@router.get("")
def listed(request: Request, work: Reader) -> Response:
    """Every draw within the reader's area."""
    may_add = work.actor.may(Permission.DRAW_COMMIT)
    return list_page(
        request, work, _DESK, "planner/draws.html", (LISTING, draws.statement(work.actor)), {"may_add": may_add}
    )


@router.get("/new")
def ask(request: Request, work: Annotated[Work, page_reads(Permission.DRAW_COMMIT)]) -> Response:
    """The form of a new draw."""
    return desk_page(request, work, _DESK, "planner/draw-new.html", {**_HELPERS, "sent": _kept({"holders": "司法局"})})


@router.post("")
def create(
    request: Request,
    work: Annotated[Work, page_uploads(Permission.DRAW_COMMIT)],
    upload: Annotated[Upload, Depends(sent_upload)],
) -> Response:
    """Keep a new draft."""
    sent = dict(upload.pairs)
    try:
        with work.attempt():
            row = draft.create(work, new_draw(work, sent, _files(upload)))
    except XinhengError as error:
        context = {**_HELPERS, "sent": _kept(sent), "error": error}
        return desk_page(request, work, _DESK, "planner/draw-new.html", context, status=error.status)
    return see_other(f"/planner/draws/{row.id}", done="created")


def _kept(sent: Mapping[str, str]) -> Mapping[str, str]:
    """What a form comes back with: everything but secrets, and nothing for fields that were not sent."""
    return defaultdict(str, {key: value for key, value in sent.items() if key not in _SECRETS})


def _files(upload: Upload) -> dict[str, bytes]:
    """What was chosen: under the names that the files have, or the ones that their fields stand for."""
    found: dict[str, bytes] = {}
    for field, file in upload.files.items():
        with file.file:
            data = file.file.read()
        if data or file.filename:
            name = field if "." in field else (file.filename or "")
            found[name] = data
    return found


@router.get("/{id}")
def show(request: Request, work: Reader, id: str, done: str = "", unit: str = "") -> Response:  # noqa: A002
    """One draw: where it stands, what it needs, what was done."""
    row = draws.row(work.session, work.actor, id)
    return _page(request, work, row, {"done": done, "unit": unit.strip().upper()})


@router.get("/{id}/ceremony")
def ceremony(request: Request, work: Reader, id: str, watch: str = "", done: str = "") -> Response:  # noqa: A002
    """The ceremony in large type; with ``watch`` it only shows, and follows by itself."""
    row = draws.row(work.session, work.actor, id)
    return _ceremony(request, work, row, {"watch": watch == "1", "done": done})


@router.get("/{id}/proof")
def proof(
    request: Request,
    work: Annotated[Work, page_reads(Permission.DRAW_COMMIT)],
    id: str,  # noqa: A002
    unit: str = "",
) -> Response:
    """What an enterprise is given to check its own row of a list that is not published."""
    row = draws.row(work.session, work.actor, id)
    code = unit.strip().upper()
    try:
        found = record.proofs(work, row, code)
    except XinhengError as error:
        return _page(request, work, row, {"error": error}, status=error.status)
    name = f"attachment; filename*=UTF-8''{quote(f'{row.draw_id}-{code}.json')}"
    data = orjson.dumps(found, option=orjson.OPT_INDENT_2)
    return Response(data, media_type="application/json", headers={"Content-Disposition": name})


@router.get("/{id}/files/{name}")
def file(work: Reader, id: str, name: str) -> Response:  # noqa: A002
    """A file of a draw; what was drawn only once it is closed."""
    found = readable(work, draws.row(work.session, work.actor, id), name)
    return FileResponse(work.files.path(found.file), media_type="application/octet-stream", filename=name)


@router.post("/{id}/files")
def add_files(
    request: Request,
    work: Annotated[Work, page_uploads(Permission.DRAW_COMMIT)],
    upload: Annotated[Upload, Depends(sent_upload)],
    id: str,  # noqa: A002
) -> Response:
    """Add a frame, the roster or the recusals to a draft, or put another in its place."""
    row = draws.row(work.session, work.actor, id, lock=True)
    try:
        with work.attempt():
            for name, data in _files(upload).items():
                draft.put(work, row, name, data)
    except XinhengError as error:
        return _page(request, work, row, {"error": error}, status=error.status)
    return see_other(f"/planner/draws/{id}", done="files")


def _page(request: Request, work: Work, row: DrawRow, context: Mapping[str, Any], *, status: int = 200) -> Response:
    view = view_of(work, row)
    found = _stands(work, row, view, str(context.get("unit", "")))
    usual = {"view": view, "sent": _kept({}), "done": "", "unit": "", "stands": found, "copy": None}
    return desk_page(request, work, _DESK, "planner/draw.html", {**_HELPERS, **usual, **context}, status=status)


def _stands(work: Work, row: DrawRow, view: DrawView, unit: str) -> list[Any]:
    """Who goes to a unit, for those who may change it: nobody else sees it while it is sealed."""
    if not unit or Permission.DRAW_RUN.value not in view.may or row.result_digest is None:
        return []
    return [one for one in drawing.standing(work, row).stands() if one.task.unit == unit]


def _ceremony(request: Request, work: Work, row: DrawRow, context: Mapping[str, Any], *, status: int = 200) -> Response:
    usual = {"view": view_of(work, row), "sent": _kept({}), "done": "", "watch": False}
    return desk_page(request, work, _DESK, "planner/ceremony.html", {**_HELPERS, **usual, **context}, status=status)


_CEREMONY: Final = frozenset({"commit", "event", "confirm", "open", "run"})
"""Steps done on the ceremony page; after all others the page of the draw is shown again."""


def _endpoint(name: str, step: Step) -> Callable[..., Response]:
    then = "/ceremony" if name in _CEREMONY else ""

    def endpoint(
        request: Request,
        work: Annotated[Work, page_writes(step.permission)],
        pairs: Annotated[Pairs, Depends(sent_form)],
        id: str,  # noqa: A002 - the name in the address
    ) -> Response:
        row = draws.row(work.session, work.actor, id, lock=True)
        sent = dict(pairs)
        try:
            with work.attempt():
                step.check(sent)
                step.do(work, row, sent)
        except XinhengError as error:
            page = _ceremony if then else _page
            return page(request, work, row, {"error": error, "sent": _kept(sent)}, status=error.status)
        return see_other(f"/planner/draws/{id}{then}", done=name)

    return endpoint


for _name, _step in STEPS.items():
    if _name != "seal":
        router.add_api_route(f"/{{id}}/{_name}", _endpoint(_name, _step), methods=["POST"])


@router.post("/{id}/seal")
def seal(
    request: Request,
    work: Annotated[Work, page_writes(Permission.DRAW_READ)],
    pairs: Annotated[Pairs, Depends(sent_form)],
    id: str,  # noqa: A002
) -> Response:
    """Lock a nonce away and show it once, to be copied for the keeper outside."""
    row = draws.row(work.session, work.actor, id, lock=True)
    sent = dict(pairs)
    holder, secret = sent.get("holder", ""), sent.get("secret", "")
    try:
        with work.attempt():
            STEPS["seal"].check(sent)
            require_equal(secret, sent.get("again", ""))
            nonce = sealing.seal(work, row, holder, secret)
    except XinhengError as error:
        return _page(request, work, row, {"error": error}, status=error.status)
    response = _page(request, work, row, {"copy": (holder, grouped(nonce))})
    response.headers["Cache-Control"] = "no-store"
    return response
