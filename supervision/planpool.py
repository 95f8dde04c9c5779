"""From the library of objects to the frame of a plan 抽查对象池: who is in it, in which stratum, why others are not.

The order of the questions: scope → state → tier → minimum of the sector → exemption → 无事不扰 → drawn this year →
caps. A minimum of the sector that has not been reached comes before everything behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from supervision.caps import period_of, why_not
from supervision.tiers import decide, required

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from supervision.planparams import Cap, Exemption, Repeat, SectorRule, TierTable

GONE: Final = {"3": "closed", "4": "closed", "5": "closed", "6": "moved"}
UNCLASSED: Final = "未分类"
ALL: Final = "全部"
VISITS: Final = {
    "unit": pl.String,
    "body": pl.String,
    "level": pl.String,
    "day": pl.Date,
    "reason": pl.String,
    "kind": pl.String,
}
"""Columns of the ledger of visits, as :class:`supervision.caps.Visit`."""
MARKS: Final = {"unit": pl.String, "code": pl.String, "since": pl.Date, "until": pl.Date}
"""Columns of triggers and of exemptions; ``until`` is the first day outside."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which objects a plan looks at; an empty list leaves nothing out. ``regions`` are codes or their beginnings."""

    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def holds(self) -> pl.Expr:
        """Return the condition on a row of the library."""
        found = pl.lit(value=True)
        if self.regions:
            found &= pl.any_horizontal(pl.col("region").str.starts_with(one) for one in self.regions)
        for column, allowed in (("kind", self.kinds), ("field", self.fields), ("credit_class", self.classes)):
            if allowed:
                found &= pl.col(column).is_in(list(allowed)).fill_null(value=False)
        if self.tags:
            found &= pl.any_horizontal(pl.col("tags").list.contains(one) for one in self.tags)
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on the day: visits so far, triggers and exemptions, and who was drawn this year."""

    visits: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VISITS))
    triggers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MARKS))
    exempt: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MARKS))
    drawn: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides who is in the pool.

    ``who``: (body, level) that would visit. ``by``: strata by ``class``, ``tier`` or ``all``. ``leave_out``: whether
    无事不扰 takes an enterprise out of the pool, or leaves it there with the small ratio of its tier.
    """

    tiers: TierTable
    who: tuple[str, str]
    by: str
    leave_out: bool
    caps: tuple[Cap, ...] = ()
    sector: SectorRule | None = None
    repeat: Repeat | None = None
    exemption: Exemption | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """The frame of a plan: ``rows`` with unit, stratum, status, region in the order of the units.

    ``excluded``: how many are not in it, by reason. ``bites``: how many a cap makes not drawable, by cap.
    ``lifted``: unit, code, since, until of what lifted 无事不扰.
    """

    rows: pl.DataFrame
    excluded: Mapping[str, int]
    bites: Mapping[str, int]
    lifted: pl.DataFrame

    def tsv(self) -> bytes:
        """Return the bytes of the frame file."""
        return self.rows.write_csv(separator="\t", include_header=False, quote_style="never").encode()

    def counts(self) -> list[dict[str, object]]:
        """Return N and the drawable ones by stratum and region."""
        numbers = (pl.len().alias("N"), (pl.col("status") == "ok").sum().alias("drawable"))
        return self.rows.group_by("stratum", "region").agg(*numbers).sort("stratum", "region").to_dicts()


def build(objects: pl.DataFrame, scope: Scope, known: Known, rules: Rules, on: date) -> Pool:
    """Return the pool of a plan on a day.

    Args:
        objects: the library (:func:`supervision.objects.read_objects`).
        scope: of the plan.
        known: visits, triggers, exemptions, draws.
        rules: tables and caps that hold on the day.
        on: the day on which the frame is frozen.

    Raises:
        TierError, LedgerError: a word that the closed lists do not have.
    """
    found = objects.filter(scope.holds()).with_columns(
        out=pl.col("state").replace_strict(GONE, default=None, return_dtype=pl.String)
    )
    found = _with_tiers(found, known, rules, on)
    found, bites = _with_caps(_with_marks(found, known, rules, on), known, rules, on)
    free = pl.col("due") == 0
    out = (
        pl.when(pl.col("out").is_not_null())
        .then("out")
        .when(free & pl.col("exempt").is_not_null())
        .then("exempt")
        .when(pl.lit(rules.leave_out) & free & pl.col("undisturbed") & ~pl.col("lifted"))
        .then(pl.lit("undisturbed"))
    )
    status = (
        pl.when(free & pl.col("recent"))
        .then(pl.lit("recent"))
        .when(free & pl.col("capped"))
        .then(pl.lit("cap"))
        .otherwise(pl.lit("ok"))
    )
    found = found.with_columns(out=out, status=status, stratum=_stratum(rules.by))
    left = found.filter(pl.col("out").is_not_null()).group_by("out").len().sort("out")
    return Pool(
        found.filter(pl.col("out").is_null()).select("unit", "stratum", "status", "region").sort("unit"),
        dict(left.rows()),
        bites,
        _lifted(found, known, on),
    )


def _stratum(by: str) -> pl.Expr:
    if by == "tier":
        return pl.col("tier")
    return pl.lit(ALL) if by == "all" else pl.col("credit_class").fill_null(UNCLASSED)


def _with_tiers(found: pl.DataFrame, known: Known, rules: Rules, on: date) -> pl.DataFrame:
    """Add tier, undisturbed and the visits still due; each combination is decided once, by the row function."""
    years = sorted({one.years for one in rules.sector.visits.values()}) if rules.sector else []
    for many in years:
        recent = known.visits.filter(pl.col("day").dt.year().is_between(on.year - many + 1, on.year))
        counts = recent.filter(pl.col("day") <= on).group_by("unit").len(f"visited_{many}")
        found = found.join(counts, on="unit", how="left").with_columns(pl.col(f"visited_{many}").fill_null(0))
    keys = ["credit_class", "risk", *(["grade"] if rules.sector else []), *(f"visited_{many}" for many in years)]
    combinations = found.select(keys).unique()
    rows = []
    for row in combinations.iter_rows(named=True):
        due = 0
        if rules.sector is not None and row["grade"] is not None:
            due = required(rules.sector, row["grade"], {many: row[f"visited_{many}"] for many in years})
        decision = decide(rules.tiers, row["credit_class"], row["risk"], on=on, least_visits=due)
        rows.append((decision.tier.code, decision.tier.undisturbed, due))
    schema = {"tier": pl.String, "undisturbed": pl.Boolean, "due": pl.Int64}
    decided = combinations.hstack(pl.DataFrame(rows, schema=schema, orient="row"))
    return found.join(decided, on=keys, how="left", nulls_equal=True)


def _holding(marks: pl.DataFrame, on: date) -> pl.DataFrame:
    return marks.filter((pl.col("since") <= on) & (on < pl.col("until")))


def _with_marks(found: pl.DataFrame, known: Known, rules: Rules, on: date) -> pl.DataFrame:
    """Add what lifts 无事不扰, what exempts (unless a trigger comes first), and whether drawn this year."""
    triggers = _holding(known.triggers, on)
    lifting = rules.exemption.lifted_by if rules.exemption else frozenset()
    over = triggers.filter(pl.col("code").is_in(sorted(lifting)))["unit"]
    exempt = _holding(known.exempt, on).filter(~pl.col("unit").is_in(over.implode()))
    first = exempt.sort("unit", "code").unique("unit", keep="first").select("unit", exempt="code")
    classes = sorted(rules.repeat.classes) if rules.repeat else []
    recent = pl.col("unit").is_in(list(known.drawn)) & pl.col("credit_class").is_in(classes)
    return found.join(first, on="unit", how="left").with_columns(
        lifted=pl.col("unit").is_in(triggers["unit"].implode()), recent=recent.fill_null(value=False)
    )


def _with_caps(found: pl.DataFrame, known: Known, rules: Rules, on: date) -> tuple[pl.DataFrame, Mapping[str, int]]:
    bites: dict[str, int] = {}
    capped = pl.lit(value=False)
    for place, cap in enumerate(rules.caps):
        counts = counted(cap, known.visits, rules.who, on)
        name = f"counted_{place}"
        found = found.join(counts.rename({"visits": name}), on="unit", how="left")
        limits = {one: cap.limit(one) for one in ("A", "B", "C", "D", UNCLASSED)}
        limit = pl.col("credit_class").fill_null(UNCLASSED).replace_strict(limits, return_dtype=pl.Int64)
        over = (pl.col(name).fill_null(0) >= limit).fill_null(value=False)
        bites[cap.origin.id] = found.filter(over & pl.col("out").is_null() & (pl.col("due") == 0)).height
        capped |= over
    return found.with_columns(capped=capped), bites


def counted(cap: Cap, visits: pl.DataFrame, who: tuple[str, str], on: date) -> pl.DataFrame:
    """Return per unit the visits that count under a cap for whoever would visit: columns unit, visits.

    Raises:
        LedgerError: a kind or a reason that the closed lists do not have.
    """
    period = period_of(cap, on)
    body, level = who
    own = visits.filter((pl.col("day") >= period.start) & (pl.col("day") < period.until))
    if cap.per == "body":
        own = own.filter(pl.col("body") == body)
    elif cap.per == "level":
        own = own.filter(pl.col("level") == level)
    whys = own.select("kind", "reason").unique()
    counts = [why_not(cap, kind, reason) is None for kind, reason in whys.iter_rows()]
    whys = whys.with_columns(pl.Series("counts", counts, dtype=pl.Boolean))
    own = own.join(whys, on=["kind", "reason"], how="left", nulls_equal=True)
    return own.filter("counts").group_by("unit").len("visits")


def _lifted(found: pl.DataFrame, known: Known, on: date) -> pl.DataFrame:
    own = found.filter(pl.col("undisturbed") & pl.col("lifted") & (pl.col("out").is_null())).select("unit")
    return _holding(known.triggers, on).join(own, on="unit", how="semi").sort("unit", "code", "since")


def marks(rows: Iterable[tuple[str, str, date, date]]) -> pl.DataFrame:
    """Return triggers or exemptions as a table."""
    return pl.DataFrame(list(rows), schema=MARKS, orient="row")
