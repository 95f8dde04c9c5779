"""``score synth --raw``: a folder of made-up raw records, and the columns derived from them, block by block.

Links never leave a block, so the columns of a block are those of the whole; memory does not grow with the size.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from service.errors import UsageError, reason
from service.scoring.parts import join
from service.scoring.rawdrawn import Drawn
from service.scoring.rawsynth import records
from service.scoring.synth import BLOCK, anchor, drawn_block
from supervision.indicators import Builder, world_on
from supervision.layout import layout_metadata, tighten
from supervision.load import load_scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from service.scoring.synth import Wish
    from supervision.scheme import Scheme

_ARROW: Final = "ARROW:schema"
_ESTABLISHED: Final = 0.8
"""So many are nine months older than drawn: the drawn ages have more newcomers than a year brings."""
_RAW_STREAM: Final = 7
"""Sets the generator of records apart from the one that draws the columns."""


def write_raw(scheme: Scheme, wish: Wish, out: Path, folder: Path, tell: Callable[[int], None]) -> None:
    """Write the folder and the columns, each complete or not at all.

    Raises:
        UsageError: the folder is there already, or something cannot be written.
    """
    if folder.exists():
        raise UsageError("folder_there", folder=str(folder))
    if out.is_dir():
        raise UsageError("file_is_folder", file=str(out))
    draft, parts = (folder.with_name(f".{folder.name}.{os.getpid()}.{word}") for word in ("raw", "parts"))
    whole = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        draft.mkdir()
        parts.mkdir()
        made = list(_blocks(scheme, wish, draft, parts, tell))
        metadata = {_ARROW: pl.read_parquet_metadata(made[0])[_ARROW]}
        join(made, whole, metadata | (layout_metadata(scheme) if wish.tight else {}))
        draft.replace(folder)
        whole.replace(out)
    except OSError as error:
        raise UsageError("file_unwritable", file=str(error.filename or out), why=reason(error)) from error
    finally:
        with contextlib.suppress(OSError):
            whole.unlink(missing_ok=True)
        for one in (draft, parts):
            shutil.rmtree(one, ignore_errors=True)


def _blocks(scheme: Scheme, wish: Wish, draft: Path, parts: Path, tell: Callable[[int], None]) -> Iterator[Path]:
    with contextlib.ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for number, start in enumerate(range(0, max(wish.count, 1), BLOCK)):
            tables = block_records(wish, number, start)
            for name, frame in tables.items():
                table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
                if name not in writers:
                    writer = pq.ParquetWriter(
                        draft / f"{name}.parquet", table.schema, compression="zstd", compression_level=1
                    )
                    writers[name] = stack.enter_context(writer)
                writers[name].write_table(table)
            columns = _columns(scheme, tables, wish)
            part = parts / f"{number:06}.parquet"
            frame = tighten(scheme, columns) if wish.tight else columns
            frame.write_parquet(part, compression="zstd", compression_level=1, row_group_size=max(len(frame), 1))
            tell(len(frame))
            yield part


def block_records(wish: Wish, number: int, start: int) -> dict[str, pl.DataFrame]:
    """The records of one block."""
    frame = drawn_block(load_scheme(), wish, number, start).head(max(wish.count - start, 0))
    random = np.random.default_rng(np.random.SeedSequence([wish.seed, number, _RAW_STREAM]))
    older = pl.lit(pl.Series(random.random(len(frame)) < _ESTABLISHED))
    founded = pl.col("established_on")
    frame = frame.with_columns(
        pl.when(older).then(founded.dt.offset_by("-9mo")).otherwise(founded).alias("established_on")
    )
    return records(Drawn(frame, random, wish.on or anchor(), number))


def _columns(scheme: Scheme, tables: Mapping[str, pl.DataFrame], wish: Wish) -> pl.DataFrame:
    builder = Builder(world_on({name: frame.lazy() for name, frame in tables.items()}, wish.on or anchor()), scheme)
    return builder.part(0, builder.rows)
