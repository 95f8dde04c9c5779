"""Column types that mean the same on SQLite and PostgreSQL.

Moments are text with ``+08:00`` and six decimals of a second: they sort as they follow in time, and
SQLite keeps no zone. Documents are canonical JSON text, so that what was stored can be digested again.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from kernel.canonical import canonical_bytes
from service.clock import CHINA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Dialect

INSTANT_LENGTH: Final = 32
ID_LENGTH: Final = 64
WORD_LENGTH: Final = 40
NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints have names of our own, so that a migration can drop them on either database."""
SQLModel.metadata.naming_convention = NAMES


class Instant(TypeDecorator[datetime]):
    """A moment with its zone, kept as ISO 8601 text in China's time."""

    impl = String(INSTANT_LENGTH)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Refuse a moment without a zone: nobody could say later when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs its zone")
        return value.astimezone(CHINA).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment again."""
        return None if value is None else datetime.fromisoformat(value)


class Document(TypeDecorator[Any]):
    """Any JSON value, kept as canonical text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002, ANN401
        """Canonical bytes as text; ValueError or TypeError where the value has no such form."""
        return None if value is None else canonical_bytes(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002, ANN401
        """The value again."""
        return None if value is None else orjson.loads(value)


def key() -> Any:  # noqa: ANN401 - SQLModel's Field returns whatever the annotation says
    """The column of a row's own id (:func:`service.ids.new_id`)."""
    return Field(primary_key=True, max_length=ID_LENGTH)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """The check that a text column holds one of these words; its name is the column's."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
