"""Work over a whole table that needs no output file: calibration, comparison; and made-up tables."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from kernel.errors import InputError
from service.errors import UsageError, reason
from service.scoring.parts import join
from service.scoring.synth import Wish, population
from supervision.bulk import BulkScorer
from supervision.calibrate import Tally, without_cutoffs
from supervision.compare import Migration, count_pairs, migration, movers, side_by_side
from supervision.layout import layout_metadata
from supervision.table import TableScorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from service.scoring.source import Source
    from supervision.scheme import Scheme

_ARROW: Final = "ARROW:schema"


def tally(source: Source, scheme: Scheme, on: date) -> Tally:
    """Count the scores of a table, rows that cannot be read left out."""
    counted = Tally(len(scheme.classes))
    scorer = BulkScorer(without_cutoffs(scheme), on)
    for frame in source.batches(0, source.rows):
        scored = scorer.score(frame, source.layout.scales)
        good = ~sum(scored.faults.values(), start=scored.score < 0)
        counted.add(scored.score[good], scored.place[good])
    return counted


def compare(
    sources: Sequence[Source], schemes: Sequence[Scheme], on: date, keep: Callable[[pl.DataFrame], None]
) -> Migration:
    """Score a table under two schemes; ``keep`` gets the enterprises that move, piece by piece.

    ``sources`` is the same table twice, matched to either scheme.
    """
    scorers = [TableScorer(scheme, on, source.layout.scales) for scheme, source in zip(schemes, sources, strict=True)]
    counts: list[tuple[Any, ...]] = []
    pieces = zip(*(source.batches(0, source.rows) for source in sources), strict=True)
    for frames in pieces:
        results = [scorer.score(frame) for scorer, frame in zip(scorers, frames, strict=True)]
        pairs = side_by_side(*results)
        counts += count_pairs(pairs)
        keep(movers(pairs))
    return migration(counts, [scheme.classes for scheme in schemes])


def write_population(scheme: Scheme, wish: Wish, out: Path, tell: Callable[[int], None]) -> None:
    """Write a made-up population: complete or not at all.

    Raises:
        UsageError: the file cannot be written.
    """
    if out.is_dir():
        raise UsageError("file_is_folder", file=str(out))
    draft = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    folder = out.with_name(f".{out.name}.{os.getpid()}.parts")
    try:
        folder.mkdir()
        parts = list(_write_blocks(population(scheme, wish), folder, tell))
        metadata = {_ARROW: pl.read_parquet_metadata(parts[0])[_ARROW]}
        join(parts, draft, metadata | (layout_metadata(scheme) if wish.tight else {}))
        draft.replace(out)
    except OSError as error:
        raise UsageError("file_unwritable", file=str(out), why=reason(error)) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _write_blocks(frames: Iterator[pl.DataFrame], folder: Path, tell: Callable[[int], None]) -> Iterator[Path]:
    for number, frame in enumerate(frames):
        part = folder / f"{number:06}.parquet"
        frame.write_parquet(part, compression="zstd", compression_level=1, row_group_size=max(len(frame), 1))
        tell(len(frame))
        yield part


def write_frame(frame: pl.DataFrame, name: str) -> None:
    """Write a small table; the extension decides the format.

    Raises:
        UsageError: another extension, or the file cannot be written.
    """
    path = Path(name)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.suffix == ".csv":
            frame.write_csv(draft, include_bom=True)
        elif path.suffix == ".parquet":
            frame.write_parquet(draft, compression="zstd", compression_level=1)
        else:
            raise UsageError(command="xinheng score compare", why="--out 只能是 .parquet 或者 .csv 文件")
        draft.replace(path)
    except OSError as error:
        raise UsageError("file_unwritable", file=name, why=reason(error)) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def parse_shares(text: str) -> list[float]:
    """Read ``65,26,7,2``.

    Raises:
        InputError: ``shares_wrong``.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError.at("", "shares_wrong", classes="各类") from error
