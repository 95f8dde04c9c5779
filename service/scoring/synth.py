"""Made-up populations that fit a scheme's columns: seeded, as large as one likes, a block at a time.

Every enterprise has a hidden carelessness; what goes wrong with it goes wrong more often where that is
high, so indicators hang together as they do in life. A larger population starts with the smaller one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from kernel.datafile import read_text
from kernel.identifiers import ALPHABET
from kernel.yamldoc import read_yaml
from supervision.layout import tighten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from supervision.scheme import Column, Scheme

BLOCK: Final = 1 << 17
_FILE: Final = "population.yaml"
_ORGANISATIONS: Final = len(ALPHABET) ** 8
_STEP: Final = 11_400_721  # has no factor in common with the number of codes, so none comes twice
_ORGANISATION_WEIGHTS: Final = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ALPHABET: Final = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
# Values of the characters in the organisation code's own check (GB 11714): digits, then A = 10 to Z = 35.
_OWN_VALUES: Final = np.array([int(character, 36) for character in ALPHABET])
_CODE_WEIGHTS: Final = np.array([pow(3, place, len(ALPHABET)) for place in range(17)])
_EPOCH: Final = date(1970, 1, 1)
_FIRST_DAY: Final = (date(1980, 1, 1) - _EPOCH).days


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made up; ``on``: no day lies after it (default: the day of the recipe)."""

    count: int
    seed: int
    on: date | None = None
    tight: bool = False


@dataclass(slots=True)
class Block:
    """A block while it is drawn: the generator, the hidden carelessness, the columns so far."""

    random: np.random.Generator
    careless: NDArray[np.float64]
    drawn: dict[str, NDArray[Any]]
    on: date


def recipe() -> dict[str, Any]:
    """The description of the population, as delivered."""
    found = read_yaml(read_text(_FILE, "service.scoring"), _FILE)
    return found if isinstance(found, dict) else {}


def population(scheme: Scheme, wish: Wish) -> Iterator[pl.DataFrame]:
    """Tables of :data:`BLOCK` rows that together have as many as wished; without any, one empty table."""
    for number, start in enumerate(range(0, max(wish.count, 1), BLOCK)):
        frame = drawn_block(scheme, wish, number, start).head(wish.count - start)
        yield tighten(scheme, frame) if wish.tight else frame


def anchor() -> date:
    """The day of a population when none is wished for."""
    day: date = recipe()["anchor"]
    return day


def drawn_block(scheme: Scheme, wish: Wish, number: int, start: int) -> pl.DataFrame:
    """One whole block of columns, in natural types."""
    how = recipe()
    return _block(scheme, how, np.random.SeedSequence([wish.seed, number]), start, wish.on or how["anchor"])


def _block(scheme: Scheme, how: Mapping[str, Any], seed: np.random.SeedSequence, start: int, on: date) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    block = Block(random, random.standard_normal(BLOCK), {}, on)
    codes = _codes(np.arange(start, start + BLOCK), int(seed.entropy[0]), how["regions"], random)  # type: ignore[index]
    series = [pl.Series("uscc", codes, dtype=pl.String)]
    for name in _in_order(scheme, how["columns"]):
        column = scheme.columns[name]
        spec = how["columns"].get(name) or how["otherwise"][column.type]
        series.append(_column(block, column, spec))
    return pl.DataFrame(series).select("uscc", *scheme.columns)


def _in_order(scheme: Scheme, specs: Mapping[str, Any]) -> list[str]:
    """A column comes after the one it is drawn out of."""
    later = [name for name in scheme.columns if _basis(specs.get(name) or {}) in scheme.columns]
    return [*(name for name in scheme.columns if name not in later), *later]


def _basis(spec: Mapping[str, Any]) -> str | None:
    return spec.get("within") or spec.get("needs")


def _column(block: Block, column: Column, spec: Mapping[str, Any]) -> pl.Series:
    values = _KINDS[spec["kind"]](block, column, spec)
    needed = block.drawn.get(spec.get("needs") or "")
    if needed is not None:
        values = np.where(needed > 0, values, 0)
    block.drawn[column.name] = values
    series = pl.Series(column.name, values)
    if column.type == "category":
        series = pl.Series(column.categories).gather(values).alias(column.name)
    elif column.type != "date":
        series = series.cast({"int": pl.Int64, "number": pl.Float64, "bool": pl.Boolean}[column.type])
    else:
        series = series.cast(pl.Int32).cast(pl.Date)
    gone = block.random.random(BLOCK) < spec.get("missing", 0)
    return series.to_frame().select(pl.when(~pl.Series(gone)).then(pl.col(column.name))).to_series()


def _raised(block: Block, spec: Mapping[str, Any]) -> NDArray[np.float64]:
    """How much more often than on average; 1 on average."""
    slope = spec.get("slope", 0.0)
    raised: NDArray[np.float64] = np.exp(slope * block.careless - slope * slope / 2)
    return raised


def _count(block: Block, column: Column, spec: Mapping[str, Any]) -> NDArray[Any]:
    rate = spec["rate"] * _raised(block, spec)
    spread = spec.get("spread", 0.0)
    if spread:
        rate = rate * np.exp(spread * block.random.standard_normal(BLOCK) - spread * spread / 2)
    return np.asarray(np.clip(block.random.poisson(rate), int(column.low), int(column.high)))


def _flag(block: Block, _column: Column, spec: Mapping[str, Any]) -> NDArray[Any]:
    return np.asarray(block.random.random(BLOCK) < np.minimum(spec["rate"] * _raised(block, spec), 0.98))


def _choice(block: Block, column: Column, spec: Mapping[str, Any]) -> NDArray[Any]:
    """Categories in the order of the recipe, from harmless to bad."""
    weights = {code: weight for code, weight in spec["weights"].items() if code in column.categories}
    weights = weights or dict.fromkeys(column.categories, 1)
    worse = np.linspace(0, 1, len(weights))
    tilt = np.exp(np.outer(spec.get("slope", 0.0) * block.careless, worse))
    heap = np.cumsum(tilt * np.array(list(weights.values())), axis=1)
    picked = (heap < (block.random.random(BLOCK) * heap[:, -1])[:, None]).sum(axis=1)
    places: NDArray[Any] = np.array([column.categories.index(code) for code in weights])[picked]
    return places


def _ago(block: Block, _column: Column, spec: Mapping[str, Any]) -> NDArray[Any]:
    days = block.random.exponential(spec["mean"], BLOCK).astype(np.int64)
    return np.maximum((block.on - _EPOCH).days - days, _FIRST_DAY)


def _amount(block: Block, column: Column, spec: Mapping[str, Any]) -> NDArray[Any]:
    values = spec["median"] * _raised(block, spec) * np.exp(spec["sigma"] * block.random.standard_normal(BLOCK))
    return np.asarray(np.clip(np.round(values, 2), column.low, column.high))


def _share(block: Block, column: Column, spec: Mapping[str, Any]) -> NDArray[Any]:
    full = block.random.random(BLOCK) < np.clip(spec["full"] * _raised(block, spec), 0, 1)
    return np.where(full, 1.0, np.clip(np.round(block.random.random(BLOCK), 4), column.low, column.high))


def _part(block: Block, _column: Column, spec: Mapping[str, Any]) -> NDArray[Any]:
    whole = block.drawn.get(spec["within"])
    if whole is None:
        whole = block.random.poisson(0.3, BLOCK)
    return np.asarray(block.random.binomial(whole, np.clip(spec["rate"] * _raised(block, spec), 0, 1)))


_KINDS: Final[dict[str, Callable[[Block, Column, Mapping[str, Any]], NDArray[Any]]]] = {
    "count": _count,
    "flag": _flag,
    "choice": _choice,
    "ago": _ago,
    "amount": _amount,
    "share": _share,
    "part": _part,
}


def _codes(places: NDArray[np.int64], seed: int, regions: list[str], random: np.random.Generator) -> list[str]:
    """Right codes, all different: a code for every place."""
    organisation = (places * _STEP + seed * 7_919) % _ORGANISATIONS
    own = np.empty((len(places), 8), dtype=np.int64)
    for place in range(7, -1, -1):
        organisation, own[:, place] = np.divmod(organisation, len(ALPHABET))
    check = 11 - (_OWN_VALUES[own] @ _ORGANISATION_WEIGHTS) % 11
    ninth = np.choose(np.clip(check - 9, 0, 2), [check, ALPHABET.index("X"), 0])
    region = np.array([[ALPHABET.index(digit) for digit in code] for code in regions])
    first = np.array([[ALPHABET.index("9"), ALPHABET.index("1")]]).repeat(len(places), axis=0)
    digits = np.column_stack([first, region[random.integers(0, len(regions), len(places))], own, ninth])
    last = -(digits @ _CODE_WEIGHTS) % len(ALPHABET)
    text = _ALPHABET[np.column_stack([digits, last])].tobytes().decode()
    return [text[start : start + 18] for start in range(0, len(text), 18)]
