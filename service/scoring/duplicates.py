"""Codes that stand more than once in a whole table, found in bounded memory before anything is scored.

Codes are hashed to 64 bits. Few enough are looked at together; more are first sorted into buckets on
disk. Only codes whose hash repeats are compared as text, so that a chance equality says nothing.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from supervision.table import code_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import IO

    from numpy.typing import NDArray

TOGETHER: Final = 16_000_000
"""Hashes compared at a time: 128 MB, and as much again while they are sorted."""
_SEED: Final = 0x5A17


def find_duplicates(
    codes: Callable[[], Iterable[pl.Series]], rows: int, folder: str | None = None, together: int = TOGETHER
) -> pl.Series:
    """Return the codes that stand more than once; blank ones are nobody's.

    Args:
        codes: gives the column piece by piece; called again when there are suspects.
        rows: how many rows there are.
        folder: where buckets may be put while there are many rows.
        together: how many hashes may be held in memory.
    """
    suspects = np.concatenate([np.zeros(0, dtype=np.uint64), *_suspects(codes(), rows, folder, together)])
    if not len(suspects):
        return pl.Series("uscc", [], dtype=pl.String)
    wanted = pl.Series(suspects)
    found = pl.concat([texts.filter(_hash(texts).is_in(wanted)) for texts in map(_texts, codes())])
    return found.filter(found.is_duplicated()).unique().sort()


def _texts(codes: pl.Series) -> pl.Series:
    texts = code_texts(codes).alias("uscc").drop_nulls()
    return texts.filter(texts != "")


def _hash(texts: pl.Series) -> pl.Series:
    return texts.hash(_SEED)


def _suspects(codes: Iterable[pl.Series], rows: int, folder: str | None, together: int) -> Iterator[NDArray[np.uint64]]:
    """Hashes that repeat."""
    buckets = -(-rows // together)
    hashes = (_hash(_texts(piece)).to_numpy() for piece in codes)
    if buckets <= 1:
        yield _repeated(list(hashes))
        return
    with tempfile.TemporaryDirectory(dir=folder) as place:
        files = [open(f"{place}/{number}", "w+b") for number in range(buckets)]  # noqa: PTH123, SIM115 - closed below
        try:
            for piece in hashes:
                _sort_into(piece, files)
            for stream in files:
                stream.seek(0)
                yield _repeated([np.fromfile(stream, dtype=np.uint64)])
        finally:
            for stream in files:
                stream.close()


def _sort_into(hashes: NDArray[np.uint64], files: Sequence[IO[bytes]]) -> None:
    bucket = hashes % np.uint64(len(files))
    for number, stream in enumerate(files):
        hashes[bucket == number].tofile(stream)


def _repeated(pieces: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    if not pieces:
        return np.zeros(0, dtype=np.uint64)
    hashes = np.concatenate(pieces)
    if pl.Series(hashes).n_unique() == len(hashes):
        return np.zeros(0, dtype=np.uint64)
    hashes.sort()
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
