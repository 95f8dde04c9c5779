"""What a stored draw is, without its secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from supervision.ceremony import states


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Draw(_Stored):
    """A draw; ``number`` and ``digest`` are those of its record, ``summary`` what may be told before it is closed.

    ``salt`` is encrypted.
    """

    id: str
    draw_id: str
    title: str
    department: str
    region: str = Field(pattern=r"^\d{6}$")
    state: str
    draft: dict[str, Any]
    frames_public: bool = False
    number: int | None = None
    prev: str | None = None
    digest: str | None = None
    result_digest: str | None = None
    salt: str | None = None
    sealed_result: str | None = None
    summary: dict[str, Any] = {}
    cancellation: dict[str, Any] = {}
    created_at: datetime
    created_by: str
    created_by_name: str
    updated_at: datetime
    committed_at: datetime | None = None
    drawn_at: datetime | None = None
    published_at: datetime | None = None
    version: int = 1

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return states()[self.state].name


class DrawFile(_Stored):
    """A file of a draw; ``file`` is its digest in the file store."""

    name: str
    kind: str
    file: str
    size: int
    at: datetime
    by_name: str

    @property
    def sha256(self) -> str:
        """The digest as the record writes it."""
        return self.file.removeprefix("sha256:")


class Holder(_Stored):
    """Who keeps a nonce; ``nonce`` is there once the draw is closed."""

    position: int
    holder: str
    digest: str | None
    is_locked: bool
    sealed_at: datetime | None
    sealed_by: str | None
    sealed_by_name: str
    is_open: bool
    opened_at: datetime | None
    opened_by: str | None
    way: Literal["secret", "copy", "own"] | None
    nonce: str | None


class PublicEvent(_Stored):
    """A public event: what was entered, and who confirmed it."""

    position: int
    source: str
    value: str | None
    evidence: str
    entered_at: datetime | None
    entered_by: str | None
    entered_by_name: str
    confirmed_at: datetime | None
    confirmed_by: str | None
    confirmed_by_name: str


class Step(_Stored):
    """One step of the time line."""

    number: int
    move: str
    source: str
    target: str
    at: datetime
    by: str
    by_name: str
    words: str
