"""Findings that are known and accepted, with the reason: data beside the catalogue.

``rules/catalogue/accepted/*.yaml`` holds them; those files are no provisions and do not enter the
digest of a release, for they change no decision. An entry that no finding needs is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Self

import orjson
from pydantic import Field, ValidationError, field_validator, model_validator

from rules.check.finding import CODES, Finding, finding
from rules.defects import defect
from rules.schema_parts import Identifier, Strict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Acceptance(Strict):
    """An accepted finding: its code, exactly its provisions, and why it may stay.

    ``each`` in the place of ``provisions`` names provisions that have the finding one by one, for
    the same reason. ``key`` narrows it to one place of the file; ``checked_on`` is the day
    somebody last thought about it.
    """

    code: str
    provisions: tuple[Identifier, ...] = ()
    each: tuple[Identifier, ...] = ()
    key: str | None = None
    reason: Annotated[str, Field(min_length=4, max_length=2000)]
    checked_on: date

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in CODES:
            msg = f"unknown code {code}"
            raise ValueError(msg)
        return code

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if bool(self.provisions) == bool(self.each):
            msg = "either provisions or each"
            raise ValueError(msg)
        return self

    @property
    def concerns(self) -> tuple[frozenset[str], ...]:
        """The sets of provisions of the findings that are meant."""
        return tuple(frozenset([one]) for one in self.each) or (frozenset(self.provisions),)


class AcceptanceFile(Strict):
    """A file of accepted findings; ``about`` says in Chinese what they have in common."""

    about: Annotated[str, Field(min_length=4)]
    accepted: tuple[Acceptance, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding that is accepted, and where that is written."""

    code: str
    provisions: frozenset[str]
    narrowed_to: str | None
    reason: str
    file: str
    key: str

    def covers(self, one: Finding) -> bool:
        """Whether this is about the finding."""
        same = self.code == one.code and self.provisions == frozenset(one.provisions)
        return same and self.narrowed_to in {None, one.key}


def read_entries(documents: Mapping[str, object]) -> tuple[Entry, ...]:
    """Read the files of accepted findings; CatalogueError names file and key of a mistake."""
    return tuple(entry for file, document in documents.items() for entry in _entries(file, document))


def _entries(file: str, document: object) -> Iterator[Entry]:
    try:
        parsed = AcceptanceFile.model_validate_json(orjson.dumps(document))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise defect(file, ".".join(str(part) for part in first["loc"]), str(first["msg"])) from error
    for place, one in enumerate(parsed.accepted):
        for provisions in one.concerns:
            yield Entry(one.code, provisions, one.key, one.reason, file, f"accepted[{place}]")


def settle(findings: Iterable[Finding], entries: Iterable[Entry]) -> Iterator[Finding]:
    """Mark what is accepted, and report the entries that no finding needs any more.

    Where proofs were not made, the caller leaves out the entries about them.
    """
    open_ = dict.fromkeys(entries)
    needed: set[Entry] = set()
    for one in findings:
        entry = next((entry for entry in open_ if entry.covers(one)), None)
        if entry is not None:
            needed.add(entry)
        yield one if entry is None else replace(one, severity="accepted", reason=entry.reason)
    for entry in open_:
        if entry not in needed:
            yield finding("acceptance_idle", (entry.file, entry.key), sorted(entry.provisions), accepted=entry.code)
