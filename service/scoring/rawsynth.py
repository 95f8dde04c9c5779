"""Made-up raw records: the counts that :mod:`service.scoring.synth` draws, turned into the records behind them.

A block of enterprises is drawn as columns first; what happened to each is then written down as records, and links
(persons, addresses, owners) are made within the block. The columns of the output are derived from the records
again, so both fit by construction; a test derives them once more from the whole folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from service.scoring.rawlinks import linked
from supervision.indicatorspec import tables
from supervision.indicatorsreports import deadline, last_due_year
from supervision.values import threshold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_TYPES: Final = {
    "company": "1130", "sole_person_company": "1151", "joint_stock": "1220", "state_owned": "3100",
    "foreign_invested": "5100", "partnership": "4533", "sole_proprietorship": "4540", "branch": "2130",
    "cooperative": "9100", "other": "9999",
}  # fmt: skip
_INDUSTRIES: Final = {"low": "6510", "ordinary": "5190", "elevated": "5212", "high": "6210", "other": "9999"}
_STATES: Final = {
    "in_operation": "1", "revoked": "2", "revoked_deregistered": "3", "deregistered": "4", "cancelled": "5",
    "moved_out": "6", "other": "9",
}  # fmt: skip
_PENALTIES: Final = {
    "warning": "warning", "fine": "fine", "confiscation": "fine;confiscate_gains", "suspension": "stop_business",
    "licence_restriction": "downgrade_qualification", "revocation": "revoke_permit", "other": "other",
    "none": "warning",
}  # fmt: skip
_RESULTS: Final = {
    "no_problem": "1", "not_published": "B", "concealed": "C", "unreachable": "6", "hidden_problem": "A",
    "refused": "8", "other": "7",
}  # fmt: skip
_CREDIT: Final = {"excellent": "优", "good": "良", "medium": "中", "poor": "差"}
_YEARS: Final = 4
NEVER: Final = -1
_KINDS: Final = {"int": pl.Int64, "number": pl.Float64, "yuan": pl.Float64, "bool": pl.Boolean, "date": pl.Date}


@dataclass(frozen=True)
class Drawn:
    """A block of drawn columns, with the generator and the day."""

    frame: pl.DataFrame
    random: np.random.Generator
    on: date
    number: int

    @property
    def size(self) -> int:
        """How many enterprises."""
        return len(self.frame)

    def counts(self, name: str) -> Ints:
        """A drawn count; absent is 0."""
        return self.frame[name].fill_null(0).cast(pl.Int64).to_numpy()

    def flags(self, name: str) -> NDArray[np.bool_]:
        """A drawn flag; absent is no."""
        return self.frame[name].fill_null(value=False).to_numpy()

    def words(self, name: str, known: dict[str, str]) -> list[str | None]:
        """A drawn category in the codes of the records."""
        return self.frame[name].replace_strict(known, default=None, return_dtype=pl.String).to_list()

    def days(self, count: int, months: int, after_months: int = 0) -> Ints:
        """Day numbers of facts: fewer than ``months`` and at least ``after_months`` months ago."""
        first = _number(threshold(self.on, "month", months)) + 1
        last = _number(threshold(self.on, "month", after_months)) if after_months else _number(self.on)
        return self.random.integers(first, last + 1, count)


def _number(day: date) -> int:
    return day.toordinal() - 719163  # 1970-01-01


def records(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """Every table of records of a block."""
    made: dict[str, dict[str, Any]] = {}
    for part in (_registry, _changes, _reports, _lists, _penalties, _inspections, _checks, _social, _others):
        made |= dict(part(drawn))
    made |= linked(drawn, made["registry"])
    found = {name: _table(name, columns) for name, columns in made.items()}
    founded = found["registry"].select("uscc", pl.col("established_on").alias("founded"))
    return {name: _after_founding(name, frame, founded) for name, frame in found.items()}


def _after_founding(name: str, frame: pl.DataFrame, founded: pl.DataFrame) -> pl.DataFrame:
    """Nothing happens to an enterprise before it is there, and nothing ends before it begins."""
    table = tables()[name]
    if table.when is None or table.key != "uscc" or name == "classes":
        return frame
    joined = frame.join(founded, on="uscc", how="left", maintain_order="left")
    begun = joined.with_columns(pl.max_horizontal(table.when, "founded").alias(table.when)).drop("founded")
    ends = [
        pl.when(pl.col(end).is_not_null()).then(pl.max_horizontal(end, table.when)).alias(end) for end in table.ends
    ]
    return begun.with_columns(ends)


def _table(name: str, columns: dict[str, Any]) -> pl.DataFrame:
    """Columns in the order and the types of the table; those not made up are absent."""
    spec = tables()[name].columns
    size = len(next(iter(columns.values())))
    series = []
    for column, one in spec.items():
        dtype = _KINDS.get(one.type, pl.String)
        if column not in columns:
            series.append(pl.Series(column, [None], dtype=dtype).new_from_index(0, size))
        elif one.type == "date":
            series.append(pl.Series(column, columns[column]).cast(pl.Int32).cast(pl.Date))
        else:
            series.append(pl.Series(column, columns[column]).cast(dtype))
    return pl.DataFrame(series)


def _known(days: Ints) -> pl.Series:
    """Day numbers, with :data:`NEVER` as no day."""
    return pl.Series(days, dtype=pl.Int64).replace(NEVER, None)


def _of(drawn: Drawn, count: Ints) -> tuple[Ints, pl.Series]:
    """Row numbers repeated by a count, and the codes that belong to them."""
    rows = np.repeat(np.arange(drawn.size), np.maximum(count, 0))
    return rows, drawn.frame["uscc"].gather(rows)


def _registry(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    risky = drawn.flags("high_risk_scope")
    established = drawn.frame["established_on"].to_physical()
    yield (
        "registry",
        {
            "uscc": drawn.frame["uscc"],
            "name": pl.select(
                pl.format("模拟企业{}", pl.int_range(drawn.size) + drawn.number * drawn.size)
            ).to_series(),
            "state": drawn.words("registry_state", _STATES),
            "state_on": drawn.days(drawn.size, 3),
            "entity_type": drawn.words("entity_type", _TYPES),
            "industry": drawn.words("sector_risk", _INDUSTRIES),
            "established_on": established,
            "capital_10k": drawn.frame["registered_capital_10k"],
            "scope": np.where(risky, "销售预付卡", "食品销售"),
        },
    )


def _changes(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    codes, kinds, days, before, after = [], [], [], [], []
    for kind in ("legal_rep", "address", "shareholder", "scope", "name"):
        rows, own = _of(drawn, drawn.counts(f"{kind}_changes_12m"))
        codes.append(own)
        kinds += [kind] * len(rows)
        days.append(drawn.days(len(rows), 12))
        before += [None] * len(rows)
        after += [None] * len(rows)
    rows, own = _of(drawn, drawn.flags("capital_abnormal").astype(np.int64))
    codes.append(own)
    days.append(drawn.days(len(rows), 12))
    yield (
        "changes",
        {
            "uscc": pl.concat(codes),
            "kind": kinds + ["capital"] * len(rows),
            "changed_on": np.concatenate(days),
            "before": before + ["1000"] * len(rows),
            "after": after + ["3000"] * len(rows),
        },
    )


def _reports(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    """The last years' reports but for those that were missed; only the last one has drawn figures."""
    due = last_due_year(drawn.on)
    founded = drawn.frame["established_on"].dt.year().fill_null(due).to_numpy()
    first = np.maximum(founded, due - _YEARS + 1)
    filed = np.clip(due - drawn.counts("missed_reports") - first + 1, 0, None)
    rows, codes = _of(drawn, filed)
    year = first[rows] + np.arange(len(rows)) - np.concatenate([[0], np.cumsum(filed)])[rows]
    is_last = year == (first + filed - 1)[rows]
    late = drawn.flags("report_late")[rows] & (year == due)
    yield (
        "annual_reports",
        {
            "uscc": codes,
            "report_year": year,
            "published_on": _filing_days(drawn, year, late),
            **_figures(drawn, rows, is_last),
        },
    )


def _filing_days(drawn: Drawn, year: Ints, late: NDArray[np.bool_]) -> Ints:
    ends = {int(one): _number(deadline(int(one))) for one in np.unique(year)}
    last = np.array([ends[int(one)] for one in year.tolist()], dtype=np.int64)
    on_time = last - drawn.random.integers(0, 150, len(year))
    after = np.minimum(last + drawn.random.integers(1, 150, len(year)), _number(drawn.on))
    return np.where(late, after, on_time)


def _figures(drawn: Drawn, rows: Ints, is_last: NDArray[np.bool_]) -> dict[str, Any]:
    size = len(rows)
    zero = drawn.flags("report_all_zero")[rows] & is_last
    staff = drawn.frame["insured_staff"].gather(rows)
    revenue = np.where(zero, 0, np.round(drawn.random.lognormal(5, 1.5, size), 2) + 100)
    assets = np.where(zero, 0, np.round(drawn.random.lognormal(5, 1.5, size), 2))
    share = drawn.frame["paid_in_share"].gather(rows)
    odd = drawn.flags("report_implausible")[rows] & is_last
    return {
        "revenue_10k": revenue,
        "assets_10k": assets,
        "profit_10k": np.where(zero, 0, np.round(assets * 0.05, 2)),
        "tax_10k": np.where(zero | odd, 0, np.round(revenue * 0.03, 2) + 0.01),
        "staff": (staff.fill_null(0) + 1).to_numpy(),
        "insured_staff": staff,
        "paid_in_10k": share * 10_000,
        "due_10k": pl.Series([10_000.0]).new_from_index(0, size),
    }


def _lists(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    now, past = drawn.flags("on_abnormal_list"), drawn.counts("abnormal_listings_36m")
    open_rows, open_codes = _of(drawn, now.astype(np.int64))
    past_rows, past_codes = _of(drawn, past - now)
    # Listed now and not in the last three years: listed before them, and still there.
    recent = drawn.days(len(open_rows), 36)
    begun = np.where(past[open_rows] > 0, recent, _number(threshold(drawn.on, "month", 36)) - recent % 700)
    ended = drawn.days(len(past_rows), 36)
    unreachable = drawn.flags("unreachable_listed")[open_rows]
    yield (
        "abnormal_list",
        {
            "uscc": pl.concat([open_codes, past_codes]),
            "listed_on": np.concatenate([begun, ended]),
            "reason": [*np.where(unreachable, "unreachable", "no_report").tolist(), *["no_report"] * len(past_rows)],
            "removed_on": [*[None] * len(open_rows), *np.minimum(ended + 60, _number(drawn.on)).tolist()],
        },
    )
    rows, codes = _of(drawn, drawn.flags("on_serious_list").astype(np.int64))
    yield "serious_list", {"uscc": codes, "listed_on": drawn.days(len(rows), 36), "removed_on": [None] * len(rows)}


def _penalties(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first penalty of an enterprise is the heaviest and has the whole amount."""
    own = drawn.counts("penalties_36m")
    rows, codes = _of(drawn, own)
    place = np.arange(len(rows)) - np.concatenate([[0], np.cumsum(own)])[rows]
    kinds = np.array(drawn.words("heaviest_penalty", _PENALTIES), dtype=object)[rows]
    amount = np.round(drawn.frame["penalty_amount_10k"].fill_null(0).to_numpy()[rows] * 10_000, 2)
    metrology, advertising = (drawn.counts(name)[rows] for name in ("metrology_cases_36m", "advertising_cases_36m"))
    in_metrology, in_advertising = place < metrology, (place >= metrology) & (place < metrology + advertising)
    fields = np.select([in_metrology, in_advertising], ["metrology", "advertising"], "general")
    environment = drawn.counts("environment_penalties_36m")
    others = np.maximum(drawn.counts("other_penalties_36m") - environment, 0)
    parts = [_of(drawn, environment), _of(drawn, others)]
    sizes = [len(part[0]) for part in parts]
    rest = sum(sizes)
    yield (
        "penalties",
        {
            "uscc": pl.concat([codes, *(part[1] for part in parts)]),
            "decided_on": drawn.days(len(rows) + rest, 36),
            "department": ["market_regulation"] * len(rows) + ["environment"] * sizes[0] + ["other"] * sizes[1],
            "field": [*fields.tolist(), *["other"] * rest],
            "kinds": [*np.where(place == 0, kinds, "warning").tolist(), *["warning"] * rest],
            "fine_yuan": np.concatenate([np.where(place == 0, amount, 0), np.zeros(rest)]),
            "confiscated_yuan": np.zeros(len(rows) + rest),
        },
    )


def _inspections(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    """The latest inspection has the drawn day and result; the other problems came before it."""
    result = np.array(drawn.words("latest_inspection_result", _RESULTS), dtype=object)
    visited = np.array([word is not None for word in result])
    last = drawn.frame["last_inspected_on"].to_physical().to_numpy()
    day = np.where(np.isnan(last), drawn.days(drawn.size, 36), last).astype(np.int64)
    rows, codes = _of(drawn, visited.astype(np.int64))
    is_bad = np.isin(result, ["B", "C", "6", "A", "8"])
    problems = np.where(visited, drawn.counts("inspections_with_problems_36m") - is_bad, 0)
    earlier, earlier_codes = _of(drawn, problems)
    refused = drawn.flags("non_cooperation")[earlier]
    yield (
        "inspections",
        {
            "uscc": pl.concat([codes, earlier_codes]),
            "inspected_on": np.concatenate([day[rows], np.minimum(drawn.days(len(earlier), 36), day[earlier] - 1)]),
            "on_site": [True] * (len(rows) + len(earlier)),
            "code_set": ["general"] * (len(rows) + len(earlier)),
            "result": [*result[rows].tolist(), *np.where(refused, "8", "3").tolist()],
        },
    )


def _checks(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    words = {one: one for one in ("verified", "mail_delivered", "mail_returned", "not_found")}
    result = pl.Series(drawn.words("address_state", words), dtype=pl.String)
    rows = np.flatnonzero(result.is_not_null().to_numpy())
    yield (
        "address_checks",
        {
            "uscc": drawn.frame["uscc"].gather(rows),
            "checked_on": drawn.days(len(rows), 36),
            "result": result.gather(rows),
        },
    )
    rows, codes = _of(drawn, drawn.counts("overdue_rectifications"))
    ordered = drawn.days(len(rows), 24, 6)
    yield "corrections", {"uscc": codes, "ordered_on": ordered, "due_on": ordered + 30, "done_on": [None] * len(rows)}
    failed = [_of(drawn, drawn.counts(f"failed_{kind}_samples_24m")) for kind in ("product", "food")]
    sizes = [len(part[0]) for part in failed]
    yield (
        "samples",
        {
            "uscc": pl.concat([part[1] for part in failed]),
            "kind": ["product"] * sizes[0] + ["food"] * sizes[1],
            "sampled_on": drawn.days(sum(sizes), 24),
            "passed": [False] * sum(sizes),
        },
    )
    required, held = drawn.counts("licences_required"), drawn.counts("licences_in_force")
    rows, codes = _of(drawn, required)
    place = np.arange(len(rows)) - np.concatenate([[0], np.cumsum(required)])[rows]
    begun = drawn.days(len(rows), 36, 6)
    yield (
        "licences",
        {
            "uscc": codes,
            "item": pl.select(pl.format("许可{}", pl.lit(pl.Series(place)))).to_series(),
            "required_from": begun,
            "valid_from": begun,
            "valid_until": np.where(place < held[rows], _number(drawn.on) + 365, _number(drawn.on) - 1),
        },
    )
    rows, codes = _of(drawn, drawn.counts("equipment_overdue"))
    yield (
        "equipment",
        {
            "uscc": codes,
            "device": pl.select(pl.format("设备{}", pl.int_range(len(rows)))).to_series(),
            "registered_on": drawn.days(len(rows), 60, 24),
            "due_on": drawn.days(len(rows), 24, 1),
            "retired_on": [None] * len(rows),
        },
    )


def _social(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    """Complaints of the last three months, of the nine before, and of the three before those."""
    recent, year = drawn.counts("complaints_3m"), drawn.counts("complaints_12m")
    middle = np.maximum(year - recent, 0)
    older = np.maximum(drawn.counts("complaints_prior_12m") - middle, 0)
    parts = [_of(drawn, one) for one in (recent, middle, older)]
    sizes = [len(part[0]) for part in parts]
    days = np.concatenate([drawn.days(sizes[0], 3), drawn.days(sizes[1], 12, 3), drawn.days(sizes[2], 15, 12)])
    rows = np.concatenate([part[0] for part in parts])
    # The share of the drawn settled ones decides each complaint.
    share = drawn.counts("complaints_settled") / np.maximum(year, 1)
    settled = drawn.random.random(len(rows)) < share[rows]
    due = days + 60
    done = np.minimum(days + drawn.random.integers(0, 60, len(rows)), _number(drawn.on))
    yield (
        "complaints",
        {
            "uscc": pl.concat([part[1] for part in parts]),
            "accepted_on": days,
            "due_on": due,
            "settled_on": _known(np.where(settled, done, NEVER)),
        },
    )
    rows, codes = _of(drawn, drawn.counts("late_disclosures"))
    formed = drawn.days(len(rows), 24, 3)
    yield "disclosures", {"uscc": codes, "formed_on": formed, "due_on": formed + 28, "published_on": formed + 40}


def _others(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    rows, codes = _of(drawn, drawn.counts("encumbrances"))
    yield "encumbrances", {"uscc": codes, "kind": ["pledge"] * len(rows), "from_on": drawn.days(len(rows), 36)}
    words = {one: one for one in ("dormant", "simple_deregistration", "liquidation")}
    state = pl.Series(drawn.words("winding_up_state", words), dtype=pl.String)
    rows = np.flatnonzero(state.is_not_null().to_numpy())
    codes = drawn.frame["uscc"].gather(rows)
    yield "winding_up", {"uscc": codes, "kind": state.gather(rows), "from_on": drawn.days(len(rows), 12)}
    awards, titled = drawn.counts("awards_36m"), drawn.flags("has_honours")
    award, title = _of(drawn, awards), _of(drawn, (titled & (awards == 0)).astype(np.int64))
    gone = ~titled[award[0]]
    granted = drawn.days(len(award[0]), 36, 1)
    yield (
        "honours",
        {
            "uscc": pl.concat([award[1], title[1]]),
            "kind": ["award"] * len(award[0]) + ["title"] * len(title[0]),
            "granted_on": np.concatenate([granted, drawn.days(len(title[0]), 48, 36)]),
            "ended_on": _known(np.concatenate([np.where(gone, granted + 20, NEVER), np.full(len(title[0]), NEVER)])),
        },
    )
    negative, repaired = drawn.counts("negative_items"), drawn.counts("repaired_items")
    rows, codes = _of(drawn, negative)
    place = np.arange(len(rows)) - np.concatenate([[0], np.cumsum(negative)])[rows]
    published = drawn.days(len(rows), 36, 12)
    yield (
        "repairs",
        {
            "uscc": codes,
            "published_on": published,
            "repair_by": published + 300,
            "repaired_on": _known(np.where(place < repaired[rows], published + 120, NEVER)),
        },
    )
    yield "events", _events(drawn)
    yield "ratings", _ratings(drawn)


_EVENTS: Final = (
    ("tax_abnormal", "tax_abnormal", 24), ("wage_arrears", "wage_arrears", 24), ("safety_events_36m", "accident", 36),
    ("dishonest_debtor", "dishonest_debtor", 36), ("negative_events_6m", "negative_report", 6),
    ("monitored_dishonesty", "monitored_dishonesty", 12), ("major_accident", "major_accident", 24),
    ("commitments_net", "commitment_kept", 36),
)  # fmt: skip


def _events(drawn: Drawn) -> dict[str, Any]:
    codes, kinds, days = [], [], []
    for column, kind, months in _EVENTS:
        rows, own = _of(drawn, drawn.frame[column].cast(pl.Int64).fill_null(0).to_numpy())
        codes.append(own)
        kinds += [kind] * len(rows)
        days.append(drawn.days(len(rows), months))
    return {"uscc": pl.concat(codes), "kind": kinds, "from_on": np.concatenate(days)}


def _ratings(drawn: Drawn) -> dict[str, Any]:
    public = pl.Series(drawn.words("public_credit", _CREDIT), dtype=pl.String)
    tax = drawn.frame["tax_credit"].replace("other", None).str.to_uppercase()
    score = drawn.frame["platform_rating"].clip(0, 100)
    rows = [np.flatnonzero(one.is_not_null().to_numpy()) for one in (public, tax, score)]
    sizes = [len(one) for one in rows]
    every = np.concatenate(rows)
    return {
        "uscc": drawn.frame["uscc"].gather(every),
        "kind": ["public_credit"] * sizes[0] + ["tax_credit"] * sizes[1] + ["platform"] * sizes[2],
        "rated_on": drawn.days(len(every), 24),
        "value": pl.concat(
            [public.gather(rows[0]), tax.gather(rows[1]), pl.Series([None] * sizes[2], dtype=pl.String)]
        ),
        "score": pl.concat([pl.Series([None] * (sizes[0] + sizes[1]), dtype=pl.Float64), score.gather(rows[2])]),
    }
