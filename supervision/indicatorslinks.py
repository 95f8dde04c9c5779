"""What links enterprises: the same address, person or contact, head office and branches, owners.

Ownership: an enterprise that holds more than half of another controls it. From an enterprise the chain of its
controllers is followed upwards, at most ``control_depth`` steps, and ends before an enterprise that stands in it
already. The last of the chain (in a circle: the smallest code of those in it) is the head of the group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from supervision.indicatorspec import codes
from supervision.indicatorsread import rank_of
from supervision.values import threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from numpy.typing import NDArray

_PARTS: Final = 10_000
"""Shares are added up in ten-thousandths of a percent: whole numbers, in any order the same."""
_BAD: Final = ("C", "D")
NOBODY: Final = -1


def features(registry: pl.DataFrame, world: Mapping[str, pl.LazyFrame], on: date) -> Iterator[pl.DataFrame]:
    """Tables with one row an enterprise, for as many columns as the records allow."""
    known = registry.filter(pl.col("uscc").is_not_null()).unique("uscc", keep="first", maintain_order=True)
    yield _together(known, world)
    classes = _latest_classes(world) if "classes" in world else None
    if classes is not None:
        yield _parents(known, classes)
    if "related_parties" not in world:
        return
    parties = _now(world["related_parties"], on)
    is_owner = (pl.col("party_kind") == "enterprise") & (pl.col("role") == "shareholder")
    owners = parties.filter(is_owner & pl.col("party").is_not_null()).collect()
    yield _invested(known, owners, classes)
    yield _groups(known, owners, world, classes, on)
    if "persons" in world:
        yield _officers(known, parties, _now(world["persons"], on))


def _now(frame: pl.LazyFrame, on: date) -> pl.LazyFrame:
    return frame.filter((pl.col("from_on").is_null() | (pl.col("from_on") <= on)) & pl.col("until_on").is_null())


def _latest_classes(world: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The last known class of each enterprise as a rank; two of one day: the worse."""
    rank = rank_of("class", pl.col("class").str.to_lowercase()).fill_null(codes().ranks["class"].index("other"))
    day = pl.col("scored_on")
    latest = world["classes"].filter(pl.col("class").is_not_null()).select("uscc", day, rank.alias("rank"))
    return latest.group_by("uscc").agg(pl.col("rank").filter(day == day.max()).max()).collect()


def _together(known: pl.DataFrame, world: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """Entities at the same address, of the same person, with the same contact; branches; batches."""
    listed = _marked(known, world, "abnormal_list")
    serious = _marked(known, world, "serious_list")
    live, is_serious = pl.col("is_live").fill_null(value=False), pl.col("is_serious")
    frame = known.with_columns(
        pl.when(~pl.col("address_cluster")).then(pl.col("address")).alias("place"),
        listed.alias("is_listed"),
        serious.alias("is_serious"),
        live.alias("is_live"),
    )
    at_place = pl.col("is_live").cast(pl.Int64).sum().over("place")
    bad_there = (pl.col("is_live") & pl.col("is_listed")).cast(pl.Int64).sum().over("place")
    of_person = pl.col("is_live").cast(pl.Int64).sum().over("legal_rep")
    serious_of_person = is_serious.cast(pl.Int64).sum().over("legal_rep") - is_serious.cast(pl.Int64)
    same_contact = pl.col("is_live").cast(pl.Int64).sum().over("contact") - pl.col("is_live").cast(pl.Int64)
    place, person, contact = (pl.col(name).is_not_null() for name in ("place", "legal_rep", "contact"))
    branches = frame.filter("is_live").group_by("parent").agg(pl.len().cast(pl.Int64).alias("branches"))
    return (
        frame.select(
            "uscc",
            _there(place, at_place).alias("same_address_entities"),
            _there(place, bad_there).alias("address_abnormal_entities"),
            pl.when(person).then(of_person).alias("firms_same_person"),
            pl.when(person).then(serious_of_person).alias("serious_linked_firms"),
            pl.when(contact).then(same_contact).alias("contact_shared_entities"),
            pl.Series("batch_registration", _batches(frame)),
        )
        .join(branches, left_on="uscc", right_on="parent", how="left", maintain_order="left")
        .with_columns(pl.col("branches").fill_null(0))
    )


def _there(has_place: pl.Expr, count: pl.Expr) -> pl.Expr:
    """A site of a cluster registration counts nobody; without an address nothing is known."""
    return pl.when(has_place).then(count).when(pl.col("address_cluster")).then(0)


def _marked(known: pl.DataFrame, world: Mapping[str, pl.LazyFrame], table: str) -> pl.Series:
    """Which enterprises stand on a list now."""
    if table not in world:
        return pl.Series([False]).new_from_index(0, len(known))
    now = world[table].filter(pl.col("removed_on").is_null()).select("uscc").unique().collect().to_series()
    return known["uscc"].is_in(now.implode())


def _batches(frame: pl.DataFrame) -> NDArray[np.bool_]:
    """Who was founded within few days together with many of the same person, contact, agent or place."""
    figures = codes().parameters
    found = np.zeros(len(frame), dtype=bool)
    for key in ("legal_rep", "contact", "agent", "place"):
        own = frame.select(pl.col(key).rank("dense").alias("key"), pl.col("established_on").cast(pl.Int32).alias("day"))
        own = own.with_row_index("row").drop_nulls().sort("key", "day")
        rows = own["row"].to_numpy()
        found[rows[_crowded(own, figures.batch_days.value, figures.batch_count.value)]] = True
    return found


def _crowded(own: pl.DataFrame, days: int, most: int) -> NDArray[np.bool_]:
    """Rows (sorted by key and day) that lie in a window of ``days`` with at least ``most`` rows of the same key."""
    # A day number has 20 bits to spare below the key: windows never reach into the next key.
    spot = own["key"].cast(pl.Int64).to_numpy() * (1 << 24) + own["day"].cast(pl.Int64).to_numpy() + (1 << 22)
    ends = np.searchsorted(spot, spot + days, side="left")
    begins = np.arange(len(spot))
    is_full = ends - begins >= most
    change = np.zeros(len(spot) + 1, dtype=np.int64)
    np.add.at(change, begins[is_full], 1)
    np.add.at(change, ends[is_full], -1)
    crowded: NDArray[np.bool_] = np.cumsum(change[:-1]) > 0
    return crowded


def _class_words(rank: pl.Expr) -> pl.Expr:
    return rank.replace_strict(dict(enumerate(codes().ranks["class"])), return_dtype=pl.String)


def _parents(known: pl.DataFrame, classes: pl.DataFrame) -> pl.DataFrame:
    """The worst class among the head office and the live branches of each enterprise."""
    up = known.filter(pl.col("parent").is_not_null()).select("uscc", pl.col("parent").alias("other"))
    down = known.filter(pl.col("is_live").fill_null(value=False) & pl.col("parent").is_not_null())
    pairs = pl.concat([up, down.select(pl.col("parent").alias("uscc"), pl.col("uscc").alias("other"))])
    worst = _worst_class(pairs, classes)
    ranks = known.select("uscc").join(worst, on="uscc", how="left", maintain_order="left")
    return ranks.select("uscc", _class_words(pl.col("rank").fill_null(0)).alias("parent_branch_class"))


def _worst_class(pairs: pl.DataFrame, classes: pl.DataFrame) -> pl.DataFrame:
    """The worst class of the others of each enterprise; one whose class is not known counts as other."""
    other = codes().ranks["class"].index("other")
    found = pairs.join(classes.rename({"uscc": "other"}), on="other", how="left")
    return found.group_by("uscc").agg(pl.col("rank").fill_null(other).max())


def _invested(known: pl.DataFrame, owners: pl.DataFrame, classes: pl.DataFrame | None) -> pl.DataFrame:
    """How many enterprises each holds a share of, and how many of these are in the two worst classes."""
    held = owners.select(pl.col("party").alias("uscc"), pl.col("uscc").alias("other")).unique()
    held = held.filter(pl.col("uscc") != pl.col("other"))
    ranks = classes if classes is not None else pl.DataFrame(schema={"uscc": pl.String, "rank": pl.Int64})
    found = held.join(ranks.rename({"uscc": "other"}), on="other", how="left")
    bad = [codes().ranks["class"].index(name.lower()) for name in _BAD]
    counted = found.group_by("uscc").agg(
        pl.len().cast(pl.Int64).alias("invested_firms"),
        pl.col("rank").is_in(bad).fill_null(value=False).cast(pl.Int64).sum().alias("invested_firms_bad"),
    )
    return (
        known.select("uscc")
        .join(counted, on="uscc", how="left", maintain_order="left")
        .with_columns(pl.col("invested_firms", "invested_firms_bad").fill_null(0))
    )


def controllers(owners: pl.DataFrame) -> pl.DataFrame:
    """Who controls whom: ``uscc`` and its ``party`` with more than half; of two impossible ones the larger."""
    share = (pl.col("share_percent") * _PARTS).round().cast(pl.Int64)
    added = owners.filter(pl.col("uscc") != pl.col("party")).group_by("uscc", "party").agg(share.fill_null(0).sum())
    most = added.filter(pl.col("share_percent") > codes().parameters.control_percent.value * _PARTS)
    most = most.sort("uscc", "share_percent", "party", descending=[False, True, False])
    return most.unique("uscc", keep="first", maintain_order=True).select("uscc", "party")


def chains(names: pl.Series, control: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Follow control upwards from every name.

    Args:
        names: all codes, sorted; places in them are the numbers used below.
        control: as of :func:`controllers`.

    Returns:
        The chain of every name (steps x names, :data:`NOBODY` where it has ended), and the head of its group.
    """
    above = np.full(len(names), NOBODY, dtype=np.int64)
    place = pl.DataFrame({"name": names}).with_row_index("place")
    pairs = control.join(place.rename({"name": "uscc", "place": "own"}), on="uscc").join(
        place.rename({"name": "party", "place": "owner"}), on="party"
    )
    above[pairs["own"].to_numpy()] = pairs["owner"].to_numpy()
    visited = [np.arange(len(names), dtype=np.int64)]
    head, circle = visited[0].copy(), np.zeros(len(names), dtype=bool)
    for _ in range(codes().parameters.control_depth.value):
        last = visited[-1]
        up = np.where(last == NOBODY, NOBODY, above[last])
        again = np.zeros(len(names), dtype=bool)
        for earlier in visited:
            again |= (up != NOBODY) & (up == earlier)
        circle |= again
        up[again] = NOBODY
        head = np.where(up == NOBODY, head, up)
        visited.append(up)
    return np.array(visited[1:]), _heads(head, circle, above)


def _heads(head: NDArray[np.int64], circle: NDArray[np.bool_], above: NDArray[np.int64]) -> NDArray[np.int64]:
    """In a circle everybody is above everybody: the smallest code stands for it."""
    rows = np.flatnonzero(circle)
    if not len(rows):
        return head
    least, at = head[rows].copy(), head[rows].copy()
    for _ in range(codes().parameters.control_depth.value):
        at = above[at]
        least = np.minimum(least, at)
    head[rows] = least
    return head


def _groups(
    known: pl.DataFrame,
    owners: pl.DataFrame,
    world: Mapping[str, pl.LazyFrame],
    classes: pl.DataFrame | None,
    on: date,
) -> pl.DataFrame:
    """Class of the controllers, and penalties of the other enterprises of the group."""
    control = controllers(owners)
    names = pl.concat([known["uscc"], control["uscc"], control["party"]]).unique().sort()
    chain, head = chains(names, control)
    own = names.to_frame("uscc").with_columns(pl.Series("head", head))
    own = own.with_columns(_chain_class(chain, names, classes), _others_penalties(own, world, on))
    return known.select("uscc").join(own.drop("head"), on="uscc", how="left", maintain_order="left")


def _chain_class(chain: NDArray[np.int64], names: pl.Series, classes: pl.DataFrame | None) -> pl.Series:
    order = codes().ranks["class"]
    ranks = np.full(len(names) + 1, order.index("other"), dtype=np.int64)
    ranks[NOBODY] = 0  # the place behind the last
    if classes is not None:
        found = names.to_frame("uscc").join(classes, on="uscc", how="left", maintain_order="left")
        ranks[:-1] = found["rank"].fill_null(order.index("other")).to_numpy()
    worst = ranks[chain].max(axis=0) if len(chain) else np.zeros(len(names), dtype=np.int64)
    return pl.Series("controller_class", [order[rank] for rank in worst.tolist()], dtype=pl.String)


def _others_penalties(own: pl.DataFrame, world: Mapping[str, pl.LazyFrame], on: date) -> pl.Series:
    name = "linked_penalties_12m"
    if "penalties" not in world:
        return pl.Series(name, [None], dtype=pl.Int64).new_from_index(0, len(own))
    counts = pl.col("decided_on") > threshold(on, "month", 12)
    counts &= (pl.col("department") == "market_regulation") & pl.col("withdrawn_on").is_null()
    each = world["penalties"].filter(counts).group_by("uscc").agg(pl.len().cast(pl.Int64).alias("own")).collect()
    found = own.join(each, on="uscc", how="left", maintain_order="left").with_columns(pl.col("own").fill_null(0))
    return found.select((pl.col("own").sum().over("head") - pl.col("own")).alias(name)).to_series()


def _officers(known: pl.DataFrame, parties: pl.LazyFrame, persons: pl.LazyFrame) -> pl.DataFrame:
    """Whether somebody at the head of an enterprise may not, or did not do what a court ordered."""
    said = parties.filter(pl.col("party_kind") == "person").select("uscc", pl.col("party").alias("person"), "role")
    heads = known.filter(pl.col("legal_rep").is_not_null()).select(
        "uscc", pl.col("legal_rep").alias("person"), pl.lit("legal_rep").alias("role")
    )
    held = pl.concat([said, heads.lazy()]).join(persons.select("person", "kind"), on="person")
    is_officer = pl.col("role").is_in(codes().officers)
    is_responsible = pl.col("role").is_in(codes().banned_roles)
    kind = pl.col("kind")
    found = held.group_by("uscc").agg(
        (is_officer & (kind == "enforcement")).any().alias("officer_under_enforcement"),
        (is_officer & (kind == "disqualified")).any().alias("officer_disqualified"),
        (is_responsible & (kind == "industry_ban")).any().alias("industry_ban"),
    )
    flags = ("officer_under_enforcement", "officer_disqualified", "industry_ban")
    return (
        known.lazy()
        .select("uscc")
        .join(found, on="uscc", how="left", maintain_order="left")
        .with_columns(pl.col(name).fill_null(value=False) for name in flags)
        .collect()
    )
