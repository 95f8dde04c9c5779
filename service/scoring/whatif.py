"""Variants of a scheme over a whole table: the file they come in, the moves they make."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
from pydantic import Field, StrictInt, ValidationError
from threadpoolctl import threadpool_limits

from kernel.errors import InputError
from kernel.yamldoc import read_yaml
from service.errors import UsageError
from supervision.compare import Migration, migration
from supervision.schema import Id, Points, Strict, Text
from supervision.whatif import Binner, Variant, WhatIf, sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from service.scoring.report import Month
    from supervision.scheme import Scheme

MOST_VARIANTS: Final = 500
_THREADS: Final = 2


class VariantFile(Strict):
    """A variant in the file: points of all bins of some indicators (absent first), highest scores of the classes."""

    name: Text
    points: dict[Id, tuple[Points, ...]] = Field(default_factory=dict)
    cut_offs: tuple[Annotated[StrictInt, Field(ge=0, le=1000)], ...] | None = None


class VariantsFile(Strict):
    """A file of variants."""

    variants: Annotated[tuple[VariantFile, ...], Field(min_length=1, max_length=MOST_VARIANTS)]


@dataclass(frozen=True)
class Moved:
    """What a variant does: classes before by classes after, and how many rise and fall."""

    variant: Variant
    migration: Migration
    worse: int
    better: int

    @property
    def shares(self) -> dict[str, float]:
        """Shares of the classes under the variant."""
        rows = self.migration.matrix.values()
        after = {name: sum(row[name] for row in rows) for name in next(iter(rows)) if name}
        return {name: count / max(self.migration.rows, 1) for name, count in after.items()}


def read_variants(name: str, scheme: Scheme) -> list[Variant]:
    """Read a file of variants.

    Raises:
        UsageError: there is no such file.
        InputError: ``variants_wrong`` with the place in the file; ``variant_wrong``: it does not fit the scheme.
    """
    try:
        text = Path(name).read_text("utf-8")
    except (OSError, ValueError) as error:
        code = "file_not_found" if isinstance(error, FileNotFoundError) else "file_unreadable"
        raise UsageError(code, file=name, why=str(error)) from error
    try:
        own = VariantsFile.model_validate(read_yaml(text, name)).variants
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise InputError.at("", "variants_wrong", file=name, key=at, why=first["msg"]) from error
    return [Variant(one.name, one.points, scheme.cutoffs if one.cut_offs is None else one.cut_offs) for one in own]


def study(month: Month, scheme: Scheme, variants: Sequence[Variant], tell: Callable[[int], None]) -> list[Moved]:
    """Count what each variant moves; rows that cannot be read are left out."""
    whatif, binner = WhatIf(scheme, variants), Binner(scheme, month.on)

    def count(frame: pl.DataFrame) -> NDArray[np.int64]:
        found = whatif.matrices(binner.take(frame, month.source.layout.scales))
        tell(len(frame))
        return found

    size = len(scheme.classes)
    counts = np.zeros((len(whatif.variants), size, size), dtype=np.int64)
    # Our own threads over pieces; threads of the product within them would only wait for each other.
    with threadpool_limits(1), ThreadPoolExecutor(_THREADS) as pool:
        pieces = month.source.batches(0, month.source.rows)
        while some := list(islice(pieces, _THREADS)):
            counts += sum(pool.map(count, some))
    return [_moved(scheme, one, table) for one, table in zip(whatif.variants[1:], counts[1:], strict=True)]


def _moved(scheme: Scheme, variant: Variant, table: NDArray[np.int64]) -> Moved:
    pairs = [
        (before, after, int(table[one, two]))
        for one, before in enumerate(scheme.classes)
        for two, after in enumerate(scheme.classes)
    ]
    worse, better = int(np.triu(table, 1).sum()), int(np.tril(table, -1).sum())
    return Moved(variant, migration(pairs, [scheme.classes, scheme.classes]), worse, better)


def document(scheme: Scheme, own: Sequence[Moved], sensitive: Sequence[Moved], step: int) -> dict[str, Any]:
    """What the command answers; the most sensitive indicator comes first."""
    titles = {one.id: one.spec.title for one in scheme.indicators}
    ordered = sorted(sensitive, key=lambda one: -one.migration.moved)
    return {
        "variants": [
            {
                "name": one.variant.name,
                "moved": one.migration.moved,
                "worse": one.worse,
                "better": one.better,
                "shares": one.shares,
                "matrix": one.migration.matrix,
            }
            for one in own
        ],
        "step": step,
        "sensitivity": [
            {"indicator": one.variant.name, "title": titles[one.variant.name], "moved": one.migration.moved}
            for one in ordered
        ],
    }


def with_sensitivity(
    month: Month, scheme: Scheme, variants: Sequence[Variant], step: int, tell: Callable[[int], None]
) -> dict[str, Any]:
    """The variants, and one more for each indicator: ``step`` points more wherever it costs points."""
    found = study(month, scheme, [*variants, *sensitivity(scheme, step)], tell)
    return document(scheme, found[: len(variants)], found[len(variants) :], step)
