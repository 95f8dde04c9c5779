"""Made-up raw records: the counts that :mod:`service.scoring.synth` draws, turned into the records behind them.

A block of enterprises is drawn as columns first; what happened to each is then written down as records, and links
(persons, addresses, owners) are made within the block. The columns of the output are derived from the records
again, so both fit by construction; a test derives them once more from the whole folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from service.scoring.rawdrawn import number_of, place_of, repeated
from service.scoring.rawlinks import linked
from service.scoring.rawrest import checks, others, social
from supervision.indicatorspec import tables
from supervision.indicatorsreports import deadline, last_due_year
from supervision.values import threshold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from service.scoring.rawdrawn import Drawn, Ints

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
_YEARS: Final = 4
_KINDS: Final = {"int": pl.Int64, "number": pl.Float64, "yuan": pl.Float64, "bool": pl.Boolean, "date": pl.Date}


def records(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """Every table of records of a block."""
    made: dict[str, dict[str, Any]] = {}
    for part in (_registry, _changes, _reports, _lists, _penalties, _inspections, checks, social, others):
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
        rows, own = repeated(drawn, drawn.counts(f"{kind}_changes_12m"))
        codes.append(own)
        kinds += [kind] * len(rows)
        days.append(drawn.days(len(rows), 12))
        before += [None] * len(rows)
        after += [None] * len(rows)
    rows, own = repeated(drawn, drawn.flags("capital_abnormal").astype(np.int64))
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
    rows, codes = repeated(drawn, filed)
    year = first[rows] + place_of(filed, rows)
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
    ends = {int(one): number_of(deadline(int(one))) for one in np.unique(year)}
    last = np.array([ends[int(one)] for one in year.tolist()], dtype=np.int64)
    on_time = last - drawn.random.integers(0, 150, len(year))
    after = np.minimum(last + drawn.random.integers(1, 150, len(year)), number_of(drawn.on))
    day: Ints = np.where(late, after, on_time)
    return day


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
    open_rows, open_codes = repeated(drawn, now.astype(np.int64))
    past_rows, past_codes = repeated(drawn, past - now)
    # Listed now and not in the last three years: listed before them, and still there.
    recent = drawn.days(len(open_rows), 36)
    begun = np.where(past[open_rows] > 0, recent, number_of(threshold(drawn.on, "month", 36)) - recent % 700)
    ended = drawn.days(len(past_rows), 36)
    unreachable = drawn.flags("unreachable_listed")[open_rows]
    yield (
        "abnormal_list",
        {
            "uscc": pl.concat([open_codes, past_codes]),
            "listed_on": np.concatenate([begun, ended]),
            "reason": [*np.where(unreachable, "unreachable", "no_report").tolist(), *["no_report"] * len(past_rows)],
            "removed_on": [*[None] * len(open_rows), *np.minimum(ended + 60, number_of(drawn.on)).tolist()],
        },
    )
    rows, codes = repeated(drawn, drawn.flags("on_serious_list").astype(np.int64))
    yield "serious_list", {"uscc": codes, "listed_on": drawn.days(len(rows), 36), "removed_on": [None] * len(rows)}


def _penalties(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first penalty of an enterprise is the heaviest and has the whole amount."""
    own = drawn.counts("penalties_36m")
    rows, codes = repeated(drawn, own)
    place = place_of(own, rows)
    kinds = np.array(drawn.words("heaviest_penalty", _PENALTIES), dtype=object)[rows]
    amount = np.round(drawn.frame["penalty_amount_10k"].fill_null(0).to_numpy()[rows] * 10_000, 2)
    metrology, advertising = (drawn.counts(name)[rows] for name in ("metrology_cases_36m", "advertising_cases_36m"))
    in_metrology, in_advertising = place < metrology, (place >= metrology) & (place < metrology + advertising)
    fields = np.select([in_metrology, in_advertising], ["metrology", "advertising"], "general")
    environment = drawn.counts("environment_penalties_36m")
    others = np.maximum(drawn.counts("other_penalties_36m") - environment, 0)
    parts = [repeated(drawn, environment), repeated(drawn, others)]
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
    rows, codes = repeated(drawn, visited.astype(np.int64))
    is_bad = np.isin(result, ["B", "C", "6", "A", "8"])
    problems = np.where(visited, drawn.counts("inspections_with_problems_36m") - is_bad, 0)
    earlier, earlier_codes = repeated(drawn, problems)
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
