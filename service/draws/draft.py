"""Drafts: what becomes the record, while everything in it can still be changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import FieldError, InputError
from service.access import scope
from service.access.permissions import Permission
from service.db.mapping.draws import draw_row
from service.db.repositories import draws
from service.db.tables.draws import DrawNonceRow
from service.draws.events import DrawSaved
from service.draws.model import Draw
from service.draws.store import kind_of, put_file
from service.errors import StateError
from service.ids import new_id
from supervision.ceremony import states
from supervision.drawcommit import PLANNER
from supervision.drawdoc import Node
from supervision.drawframe import read_frame
from supervision.drawrecord import COMMIT, RECUSAL, ROSTER, file_name, read_rules, read_sources
from supervision.drawtext import identifier_fault
from supervision.teamsroster import read_recusal, read_roster

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.db.tables.draws import DrawRow
    from service.work import Work

FILE: Final = "draft.json"
_LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class NewDraw:
    """What a draft begins with.

    ``document`` has the members of ``draft.json``: plans, needs, balance, public, and further ones that are kept
    (``excluded``, say). ``holders`` are the holders beside the planner. ``files`` are frames, roster and recusals by
    name. ``frames_public``: whether frames may be published (not where they show risk tiers that are not public).
    """

    draw_id: str
    title: str
    department: str
    region: str
    document: Mapping[str, Any]
    holders: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    frames_public: bool = False


def create(work: Work, new: NewDraw) -> DrawRow:
    """Keep a new draft; InputError names what is wrong in it, StateError a name that is taken."""
    scope.check(work.actor, new.department, new.region)
    _check_names(new)
    if draws.is_taken(work.session, new.draw_id):
        raise StateError("draw_id_taken", value=new.draw_id)
    draw = Draw(
        id=new_id("draw", work.now),
        draw_id=new.draw_id,
        title=new.title,
        department=new.department,
        region=new.region,
        state="draft",
        draft=checked(new.document),
        frames_public=new.frames_public,
        created_at=work.now,
        created_by=work.actor.id,
        created_by_name=work.actor.name,
        updated_at=work.now,
    )
    row = draw_row(draw)
    work.session.add(row)
    work.session.flush()
    for name in dict.fromkeys((PLANNER, *new.holders)):
        add_holder(work, row, name)
    for name, data in new.files.items():
        put(work, row, name, data)
    _saved(work, row, ["new"])
    return row


def _check_names(new: NewDraw) -> None:
    faults = []
    if code := identifier_fault(new.draw_id):
        faults.append(FieldError("/draw_id", "draw_id_wrong", {"value": new.draw_id, "fault": code}))
    if not 0 < len(new.title) <= _LONGEST_TITLE:
        faults.append(FieldError("/title", "draw_title_wrong", {"most": _LONGEST_TITLE}))
    if faults:
        raise InputError(faults)


def checked(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a draft, read as the record will be.

    Raises:
        InputError: names the place in ``draft.json``.
    """
    node = Node(FILE, "", dict(document))
    read_rules(node)
    read_sources(node["public"])
    return {name: value for name, value in document.items() if name not in _MADE_LATER}


_MADE_LATER: Final = frozenset({"spec", "draw_id", "prev", "files", "counts", "nonces"})


def change(work: Work, row: DrawRow, document: Mapping[str, Any], *, title: str, frames_public: bool) -> None:
    """Put another document in the place of the draft's; InputError, StateError once there is a record."""
    require_draft(row)
    if not 0 < len(title) <= _LONGEST_TITLE:
        raise InputError.at("/title", "draw_title_wrong", most=_LONGEST_TITLE)
    row.draft, row.title, row.frames_public = checked(document), title, frames_public
    _saved(work, row, ["document"])


def put(work: Work, row: DrawRow, name: str, data: bytes) -> None:
    """Keep a frame, the roster or the recusals.

    Raises:
        InputError: the name cannot be one, or names file and line.
        StateError: there is a record already.
    """
    require_draft(row)
    file_name(Node(COMMIT, "/files", name))
    if name == ROSTER:
        read_roster(name, data)
    elif name == RECUSAL:
        read_recusal(name, data)
    elif kind_of(name, row) == "frame":
        read_frame(name, data)
    put_file(work, row, name, data)
    _saved(work, row, [name])


def add_holder(work: Work, row: DrawRow, name: str) -> DrawNonceRow:
    """Add somebody who will keep a nonce; InputError for what is no name, StateError for one that is there."""
    require_draft(row)
    if code := identifier_fault(name):
        raise InputError.at("/holder", "draw_holder_wrong", value=name, fault=code)
    there = draws.nonce_rows(work.session, row.id)
    if any(one.holder == name for one in there):
        raise StateError("draw_holder_twice", value=name)
    made = DrawNonceRow(
        id=new_id("nonce", work.now),
        draw=row.id,
        position=len(there),
        holder=name,
        locked={},
        sealed_by_name="",
    )
    work.session.add(made)
    work.session.flush()
    return made


def require_draft(row: DrawRow) -> None:
    """StateError once there is a record: nothing of it can be changed any more."""
    if row.state != "draft":
        raise StateError("draw_fixed", state=states()[row.state].name)


def _saved(work: Work, row: DrawRow, fields: list[str]) -> None:
    row.updated_at, row.version = work.now, row.version + 1
    work.session.add(row)
    work.record(
        DrawSaved(subject=row.id, department=row.department, region=row.region, draw_id=row.draw_id, fields=fields)
    )


def may_edit(work: Work, row: DrawRow) -> bool:
    """Whether the actor may change this draft."""
    return row.state == "draft" and work.actor.may(Permission.DRAW_COMMIT, row.department, row.region)
