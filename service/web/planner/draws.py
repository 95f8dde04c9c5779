"""``/planner/draws``: the list of draws, one draw, its ceremony for a meeting-room screen, and every step as a form."""

# Annotations are kept as objects here: each step makes its endpoint with the right it needs.
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response

from kernel.errors import XinhengError
from service.access.permissions import Permission
from service.db.repositories import draws
from service.db.tables.draws import DrawRow
from service.draws import draft, drawing, record, sealing
from service.errors import HttpError
from service.web.deps import page_reads, page_uploads, page_writes
from service.web.deskpage import desk_page, list_page, see_other
from service.web.planner.drawforms import GAMES, act_of, new_draw, require_equal
from service.web.planner.drawlist import LISTING
from service.web.planner.drawview import DrawView, grouped, moment, view_of
from service.web.sent import Pairs, Upload, sent_form, sent_upload
from service.work import Work
from supervision.ceremony import moves

router = APIRouter(prefix="/planner/draws", include_in_schema=False)
Reader = Annotated[Work, page_reads(Permission.DRAW_READ)]
Act = Callable[[Work, DrawRow, Mapping[str, str]], Any]
_DESK: Final = "planner"
_NOT_FOUND: Final = 404
_SECRETS: Final = frozenset({"secret", "again", "copy"})
"""Fields that no page gives back."""
_HELPERS: Final[Mapping[str, Any]] = {"grouped": grouped, "moment": moment, "moves": moves, "games": GAMES}


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


@router.get("/{id}/files/{name}")
def file(work: Reader, id: str, name: str) -> Response:  # noqa: A002
    """A file of a draw; what was drawn only once it is closed."""
    row = draws.row(work.session, work.actor, id)
    found = next((one for one in draws.files(work.session, row.id) if one.name == name), None)
    if found is None:
        raise HttpError(_NOT_FOUND, "draw_file_unknown", name=name)
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


def _seal(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    sealing.seal_digest(work, row, sent.get("holder", ""), sent.get("digest", "").strip().lower())


def _unseal(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    sealing.unseal(work, row, sent.get("holder", ""))


def _enter(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    value = sent.get("value", "").strip()
    record.enter_event(work, row, sent.get("source", ""), value, sent.get("evidence", "").strip())


def _confirm(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    record.confirm_event(work, row, sent.get("source", ""), sent.get("value", "").strip())


def _open(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    sealing.open_nonce(work, row, sent.get("holder", ""), secret=sent.get("secret", ""), copy=sent.get("copy", ""))


def _replace(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    where = (sent.get("plan", ""), sent.get("stratum", ""), sent.get("unit", "").strip())
    drawing.replace(work, row, where, act_of(work, sent))


def _restaff(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    rank = sent.get("rank", "")
    number = int(rank) if rank.isascii() and rank.isdigit() and len(rank) < len("1000000000") else -1
    drawing.restaff(work, row, number, sent.get("person", "").strip(), act_of(work, sent))


def _close(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    drawing.close(work, row, tasks_done=sent.get("tasks_done") == "yes", words=sent.get("words", "").strip())


def _cancel(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    drawing.cancel(work, row, sent.get("reason", ""), sent.get("words", "").strip(), sent.get("second"))


ACTS: Final[Mapping[str, tuple[Permission, Act, str]]] = {
    "holders": (
        Permission.DRAW_COMMIT,
        lambda work, row, sent: draft.add_holder(work, row, sent.get("holder", "").strip()),
        "",
    ),
    "digest": (Permission.DRAW_READ, _seal, ""),
    "unseal": (Permission.DRAW_COMMIT, _unseal, ""),
    "commit": (Permission.DRAW_COMMIT, lambda work, row, _: record.commit(work, row), "/ceremony"),
    "event": (Permission.DRAW_EVENT, _enter, "/ceremony"),
    "confirm": (Permission.DRAW_CONFIRM, _confirm, "/ceremony"),
    "open": (Permission.DRAW_READ, _open, "/ceremony"),
    "run": (Permission.DRAW_RUN, lambda work, row, _: drawing.make_draw(work, row), "/ceremony"),
    "dispatch": (Permission.TASK_DISPATCH, lambda work, row, _: drawing.dispatch(work, row), ""),
    "replace": (Permission.DRAW_RUN, _replace, ""),
    "restaff": (Permission.DRAW_RUN, _restaff, ""),
    "close": (Permission.DRAW_CLOSE, _close, ""),
    "publish": (Permission.DRAW_PUBLISH, lambda work, row, _: drawing.publish(work, row), ""),
    "cancel": (Permission.DRAW_COMMIT, _cancel, ""),
}
"""Each step: the right it needs, what it does with the fields of its form, and the page to go on to."""


def _endpoint(name: str, permission: Permission, act: Act, then: str) -> Callable[..., Response]:
    def endpoint(
        request: Request,
        work: Annotated[Work, page_writes(permission)],
        pairs: Annotated[Pairs, Depends(sent_form)],
        id: str,  # noqa: A002 - the name in the address
    ) -> Response:
        row = draws.row(work.session, work.actor, id, lock=True)
        sent = dict(pairs)
        try:
            with work.attempt():
                act(work, row, sent)
        except XinhengError as error:
            page = _ceremony if then else _page
            return page(request, work, row, {"error": error, "sent": _kept(sent)}, status=error.status)
        return see_other(f"/planner/draws/{id}{then}", done=name)

    return endpoint


for _name, (_permission, _act, _then) in ACTS.items():
    router.add_api_route(f"/{{id}}/{_name}", _endpoint(_name, _permission, _act, _then), methods=["POST"])


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
            require_equal(secret, sent.get("again", ""))
            nonce = sealing.seal(work, row, holder, secret)
    except XinhengError as error:
        return _page(request, work, row, {"error": error}, status=error.status)
    response = _page(request, work, row, {"copy": (holder, grouped(nonce))})
    response.headers["Cache-Control"] = "no-store"
    return response
