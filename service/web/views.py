"""Saved filters: kept for one person, named by him."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from kernel.errors import InputError
from service.db.columns import WORD_LENGTH
from service.db.tables.views import SavedViewRow
from service.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.work import Work

_MOST: Final = 50


def saved_views(work: Work, listing: str) -> Sequence[SavedViewRow]:
    """What the actor has saved over a list, by name."""
    mine = select(SavedViewRow).where(SavedViewRow.owner == work.actor.id, SavedViewRow.listing == listing)
    return work.session.exec(mine.order_by(col(SavedViewRow.name))).all()


def save_view(work: Work, listing: str, name: str, query: str) -> SavedViewRow:
    """Save a filter; one of the same name is replaced. InputError for an empty or too long name, or too many."""
    name = name.strip()
    if not 0 < len(name) <= WORD_LENGTH:
        raise InputError.at("/name", "view_name_wrong", most=WORD_LENGTH)
    kept = saved_views(work, listing)
    found = next((one for one in kept if one.name == name), None)
    if found is None and len(kept) >= _MOST:
        raise InputError.at("/name", "too_many_views", most=_MOST)
    row = found or SavedViewRow(
        id=new_id("view", work.now), owner=work.actor.id, listing=listing, name=name, query=query
    )
    row.query = query
    work.session.add(row)
    return row


def delete_view(work: Work, listing: str, name: str) -> None:
    """Forget a saved filter, if there is one of that name."""
    for one in saved_views(work, listing):
        if one.name == name:
            work.session.delete(one)
