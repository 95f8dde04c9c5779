"""Links between made-up enterprises of a block: persons, addresses, contacts, head offices, owners, batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from service.scoring.rawdrawn import Drawn

    Ints = NDArray[np.int64]

_BATCH: Final = 12
_BATCH_SHARE: Final = 0.006
_MOST_SHARED: Final = 40
_NO_ADDRESS: Final = 0.04
_CLUSTERED: Final = 0.01
_OWNED: Final = 0.06
_HELD: Final = 0.12
_PERSONS: Final = (("enforcement", 0.003), ("disqualified", 0.001), ("industry_ban", 0.0002))
_SHARES: Final = (0.65, 0.91, 0.98)
"""Parts of the enterprises up to classes A, B and C last month, in the order of their drawn risk."""


def linked(drawn: Drawn, registry: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Fill the linking columns of the registry, and make the tables that are nothing but links."""
    random, size = drawn.random, drawn.size
    person, place, contact = (_shared(random, size, alone) for alone in (0.9, 0.8, 0.92))
    batch = _batches(drawn, registry)
    registry |= {
        "address": _named("地址", drawn.number, place),
        "address_cluster": random.random(size) < _CLUSTERED,
        "legal_rep": _named("P", drawn.number, person),
        "contact": _named("T", drawn.number, contact),
        "agent": _named("代理", drawn.number, batch),
        "parent": _parents(drawn),
    }
    is_known = pl.lit(pl.Series(random.random(size) > _NO_ADDRESS))
    registry["address"] = pl.select(pl.when(is_known).then(pl.lit(registry["address"]))).to_series()
    risk = _risk(drawn)
    return {
        "related_parties": _owners(drawn, registry),
        "persons": _persons(drawn, registry["legal_rep"], risk),
        "classes": _classes(drawn, risk),
    }


def _shared(random: np.random.Generator, size: int, alone: float) -> Ints:
    """Numbers of things that some share: most have one of their own, a few share it with dozens."""
    more = np.minimum(2 + random.pareto(2.0, size), _MOST_SHARED).astype(np.int64)
    groups = np.where(random.random(size) < alone, 1, more)
    return random.permutation(np.repeat(np.arange(size), groups)[:size])


def _named(word: str, block: int, numbers: Ints) -> pl.Series:
    texts = pl.select(pl.format("{}{}-{}", pl.lit(word), pl.lit(block), pl.lit(pl.Series(numbers)))).to_series()
    return pl.DataFrame({"text": texts, "n": numbers}).select(pl.when(pl.col("n") >= 0).then("text")).to_series()


def _batches(drawn: Drawn, registry: dict[str, Any]) -> Ints:
    """Numbers of agents; those of a batch were founded within three weeks."""
    agent = np.full(drawn.size, -1, dtype=np.int64)
    days = pl.Series(registry["established_on"]).cast(pl.Int64).to_numpy().astype(float).copy()
    days[np.isnan(days)] = drawn.on.toordinal() - 719163 - 800
    groups = int(drawn.size * _BATCH_SHARE / _BATCH)
    members = drawn.random.permutation(drawn.size)[: groups * _BATCH].reshape(groups, _BATCH)
    for number, rows in enumerate(members):
        agent[rows] = number
        days[rows] = days[rows].min() + drawn.random.integers(0, 21, _BATCH)
    known = pl.Series(registry["established_on"]).is_not_null() | pl.Series(agent >= 0)
    whole = pl.Series(np.minimum(days, drawn.on.toordinal() - 719163).astype(np.int64))
    registry["established_on"] = pl.select(pl.when(pl.lit(known)).then(pl.lit(whole))).to_series()
    return agent


def _parents(drawn: Drawn) -> pl.Series:
    """Branches belong to somebody of the block who is none."""
    is_branch = (drawn.frame["entity_type"] == "branch").fill_null(value=False).to_numpy()
    heads = np.flatnonzero(~is_branch)
    chosen = (
        heads[drawn.random.integers(0, max(len(heads), 1), drawn.size)] if len(heads) else np.zeros(drawn.size, int)
    )
    codes = drawn.frame["uscc"].gather(chosen)
    return pl.select(pl.when(pl.lit(pl.Series(is_branch))).then(pl.lit(codes))).to_series()


def _owners(drawn: Drawn, registry: dict[str, Any]) -> dict[str, Any]:
    """A legal representative and a shareholder each; some are owned, or partly owned, by an earlier enterprise."""
    random, size, codes = drawn.random, drawn.size, drawn.frame["uscc"]
    place = np.arange(size)
    owned = np.flatnonzero((random.random(size) < _OWNED) & (place > 0))
    held = np.flatnonzero((random.random(size) < _HELD) & (place > 0))
    # Owners stand before what they own, so most chains end; a few circles are closed on purpose.
    above = (random.random(len(owned)) * owned).astype(np.int64)
    beside = (random.random(len(held)) * held).astype(np.int64)
    circles = owned[::2000]
    enterprises = np.concatenate([owned, held, above[::2000]])
    owners = np.concatenate([above, beside, circles])
    shares = np.concatenate(
        [random.integers(51, 101, len(owned)), random.integers(1, 31, len(held)), [51] * len(circles)]
    )
    persons = registry["legal_rep"]
    return {
        "uscc": pl.concat([codes, codes.gather(enterprises)]),
        "party": pl.concat([persons, codes.gather(owners)]),
        "party_kind": ["person"] * size + ["enterprise"] * len(owners),
        "role": ["legal_rep"] * size + ["shareholder"] * len(owners),
        "share_percent": [*[None] * size, *shares.astype(float).tolist()],
    }


def _risk(drawn: Drawn) -> NDArray[np.float64]:
    """How an enterprise stood last month: what happened to it, and chance."""
    happened = sum(drawn.counts(name) for name in ("penalties_36m", "missed_reports", "abnormal_listings_36m"))
    return happened + 3 * drawn.flags("on_abnormal_list") + drawn.random.random(drawn.size)


def _persons(drawn: Drawn, persons: pl.Series, risk: NDArray[np.float64]) -> dict[str, Any]:
    """Those at the head of risky enterprises are more often barred."""
    chance = drawn.random.random(drawn.size) / (0.5 + risk / max(float(risk.sum()) / max(drawn.size, 1), 1e-9))
    found = [np.flatnonzero(chance < share) for _, share in _PERSONS]
    rows = np.concatenate(found)
    return {
        "person": persons.gather(rows),
        "kind": [kind for (kind, _), own in zip(_PERSONS, found, strict=True) for _ in own],
        "from_on": drawn.days(len(rows), 24),
    }


def _classes(drawn: Drawn, risk: NDArray[np.float64]) -> dict[str, Any]:
    order = np.empty(drawn.size)
    order[np.argsort(risk, kind="stable")] = np.arange(drawn.size) / max(drawn.size, 1)
    place = np.searchsorted(np.array(_SHARES), order, side="right")
    day = np.full(drawn.size, drawn.on.toordinal() - 719163 - 30)
    return {"uscc": drawn.frame["uscc"], "scored_on": day, "class": np.array(["A", "B", "C", "D"])[place]}
