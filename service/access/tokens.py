"""Keys for other systems: random, shown once, kept as a digest; with scopes, an expiry, and an owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from service.access.accounts import Token
from service.access.errors import AccessRefusedError, OutOfAreaError
from service.access.events import TokenMade, TokenRevoked
from service.access.identity import TOKEN_MARK
from service.access.keys import digest, new_secret
from service.access.permissions import Permission
from service.db.mapping.accounts import token_of, token_row
from service.db.tables.accounts import TokenRow
from service.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.access.accounts import User
    from service.work import Work

_LONGEST_NAME: Final = 100
_MOST_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its secret, which is shown this once."""

    token: Token
    secret: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a token is to be: a name to know it by, its scopes, and how many days it lives."""

    name: str
    scopes: frozenset[Permission]
    days: int


def wish_of(pairs: Iterable[tuple[str, str]]) -> Wish:
    """The wish of a form: ``name``, ``days``, and ``scope`` once for each tick."""
    sent = list(pairs)
    fields = dict(sent)
    days = fields.get("days", "")
    ticked = {value for name, value in sent if name == "scope"}
    return Wish(
        name=fields.get("name", "").strip(),
        scopes=frozenset(one for one in Permission if one.value in ticked),
        days=int(days) if days.isascii() and days.isdigit() and len(days) <= _MOST_DIGITS else 0,
    )


def make(work: Work, owner: User, held: Iterable[Permission], wish: Wish, most_days: int) -> NewToken:
    """Make a token for an owner who holds these rights; AccessRefusedError (422) for a wish that cannot be."""
    if not 1 <= wish.days <= most_days:
        raise AccessRefusedError("token_days", status=422, most=most_days)
    if not wish.name.strip() or len(wish.name) > _LONGEST_NAME or not wish.name.isprintable():
        raise AccessRefusedError("token_name", status=422)
    if not wish.scopes:
        raise AccessRefusedError("token_scopes", status=422)
    if beyond := sorted(wish.scopes - set(held)):
        raise AccessRefusedError("token_beyond", status=422, scopes=[one.label for one in beyond])
    secret = TOKEN_MARK + new_secret()
    token = Token(
        id=new_id("tok", work.now),
        user_id=owner.id,
        name=wish.name,
        scopes=wish.scopes,
        created_at=work.now,
        created_by=work.actor.id,
        expires_at=work.now + timedelta(days=wish.days),
    )
    work.session.add(token_row(token, digest(secret)))
    work.record(
        TokenMade(
            subject=token.id,
            department=owner.department,
            region=owner.region,
            owner=owner.id,
            name=token.name,
            scopes=tuple(sorted(one.value for one in token.scopes)),
            expires_at=token.expires_at.isoformat(),
        )
    )
    return NewToken(token, secret)


def revoke(work: Work, owner: User, token_id: str) -> Token:
    """Make a token of an owner invalid at once; OutOfAreaError where he has none of this id."""
    row = work.session.get(TokenRow, token_id, with_for_update=True)
    if row is None or row.user_id != owner.id:
        raise OutOfAreaError
    if row.revoked_at is None:
        row.revoked_at = work.now
        work.session.add(row)
        event = TokenRevoked(subject=row.id, department=owner.department, region=owner.region, owner=owner.id)
        work.record(event)
    return token_of(row)
