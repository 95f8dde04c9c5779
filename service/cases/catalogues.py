"""Catalogue releases that decided something, kept as they were, so that a decision can be computed again years later.

What is kept is the content of every file of the release as canonical JSON, compressed, in the file store; its
digest as a release is the one that stands in the decision.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Final

from rules.decide import Decider
from rules.load import link
from rules.opinion import second_opinion
from service.db.packed import pack, unpack
from service.db.tables.cases import CatalogueRow
from service.errors import StateError

if TYPE_CHECKING:
    from sqlmodel import Session

    from rules.release import Release
    from service.engine import Engine
    from service.filestore import FileStore
    from service.work import Work

_MOST_OPEN: Final = 4
"""Releases held at once; each is some ten megabytes."""


def keep_catalogue(work: Work) -> str:
    """Keep the release of the work's engine, if it is not kept yet; returns its digest."""
    digest = work.engine.release.digest
    if work.session.get(CatalogueRow, digest) is None:
        if not work.engine.documents:
            raise RuntimeError("an engine without its documents cannot make decisions that are kept")
        file = work.files.put(pack(dict(work.engine.documents)))
        work.session.add(CatalogueRow(digest=digest, file=file, kept_at=work.now))
        work.session.flush()
    return digest


def kept_release(session: Session, files: FileStore, digest: str) -> Release:
    """A release as it was; StateError where it is not there any more, or not what it was."""
    row = session.get(CatalogueRow, digest)
    if row is None:
        raise StateError("catalogue_not_kept", digest=digest)
    if not files.check(row.file):
        raise StateError("catalogue_damaged", digest=digest)
    release = link(unpack(files.path(row.file).read_bytes()))
    if release.digest != digest:
        raise StateError("catalogue_damaged", digest=digest)
    return release


class Deciders(AbstractContextManager["Deciders"]):
    """Deciders for releases of any time, a few at once; closed at the end."""

    def __init__(self, engine: Engine, files: FileStore) -> None:
        """The engine's own release is taken from it; all others from the files."""
        self._engine = engine
        self._files = files
        self._open: dict[str, Decider] = {}
        self._stack = ExitStack()

    def of(self, session: Session, digest: str) -> Decider:
        """The decider of a release; StateError as :func:`kept_release`."""
        if digest == self._engine.release.digest:
            return self._engine.decider
        if digest not in self._open:
            if len(self._open) >= _MOST_OPEN:
                self._forget()
            release = kept_release(session, self._files, digest)
            second = second_opinion(release)
            self._stack.callback(second.close)
            self._open[digest] = Decider(release, second=second)
        return self._open[digest]

    def _forget(self) -> None:
        self._open.clear()
        self._stack.close()

    def __exit__(self, *_: object) -> None:
        """Free the second engines."""
        self._forget()
