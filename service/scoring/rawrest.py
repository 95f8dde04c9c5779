"""Made-up records of checks, complaints, honours, shared events and ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from service.scoring.rawdrawn import NEVER, known, number_of, place_of, repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.scoring.rawdrawn import Drawn

_CREDIT: Final = {"excellent": "优", "good": "良", "medium": "中", "poor": "差"}


def checks(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    """Addresses, corrections, samples, licences, equipment."""
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
    rows, codes = repeated(drawn, drawn.counts("overdue_rectifications"))
    ordered = drawn.days(len(rows), 24, 6)
    yield "corrections", {"uscc": codes, "ordered_on": ordered, "due_on": ordered + 30, "done_on": [None] * len(rows)}
    failed = [repeated(drawn, drawn.counts(f"failed_{kind}_samples_24m")) for kind in ("product", "food")]
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
    rows, codes = repeated(drawn, required)
    place = place_of(required, rows)
    begun = drawn.days(len(rows), 36, 6)
    expired = number_of(drawn.on) - drawn.random.integers(1, 700, len(rows))
    yield (
        "licences",
        {
            "uscc": codes,
            "item": pl.select(pl.format("许可{}", pl.lit(pl.Series(place)))).to_series(),
            "required_from": begun,
            "valid_from": begun,
            "valid_until": np.where(place < held[rows], number_of(drawn.on) + 365, expired),
        },
    )
    rows, codes = repeated(drawn, drawn.counts("equipment_overdue"))
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


def social(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    """Complaints of the last three months, of the nine before, and of the three before those."""
    recent, year = drawn.counts("complaints_3m"), drawn.counts("complaints_12m")
    middle = np.maximum(year - recent, 0)
    older = np.maximum(drawn.counts("complaints_prior_12m") - middle, 0)
    parts = [repeated(drawn, one) for one in (recent, middle, older)]
    sizes = [len(part[0]) for part in parts]
    days = np.concatenate([drawn.days(sizes[0], 3), drawn.days(sizes[1], 12, 3), drawn.days(sizes[2], 15, 12)])
    rows = np.concatenate([part[0] for part in parts])
    # The share of the drawn settled ones decides each complaint.
    share = drawn.counts("complaints_settled") / np.maximum(year, 1)
    settled = drawn.random.random(len(rows)) < share[rows]
    due = days + 60
    done = np.minimum(days + drawn.random.integers(0, 60, len(rows)), number_of(drawn.on))
    yield (
        "complaints",
        {
            "uscc": pl.concat([part[1] for part in parts]),
            "accepted_on": days,
            "due_on": due,
            "settled_on": known(np.where(settled, done, NEVER)),
        },
    )
    rows, codes = repeated(drawn, drawn.counts("late_disclosures"))
    formed = drawn.days(len(rows), 24, 3)
    yield "disclosures", {"uscc": codes, "formed_on": formed, "due_on": formed + 28, "published_on": formed + 40}


def others(drawn: Drawn) -> Iterator[tuple[str, dict[str, Any]]]:
    """Encumbrances, winding up, honours, repairs, shared events, ratings."""
    rows, codes = repeated(drawn, drawn.counts("encumbrances"))
    yield "encumbrances", {"uscc": codes, "kind": ["pledge"] * len(rows), "from_on": drawn.days(len(rows), 36)}
    words = {one: one for one in ("dormant", "simple_deregistration", "liquidation")}
    state = pl.Series(drawn.words("winding_up_state", words), dtype=pl.String)
    rows = np.flatnonzero(state.is_not_null().to_numpy())
    codes = drawn.frame["uscc"].gather(rows)
    yield "winding_up", {"uscc": codes, "kind": state.gather(rows), "from_on": drawn.days(len(rows), 12)}
    awards, titled = drawn.counts("awards_36m"), drawn.flags("has_honours")
    award, title = repeated(drawn, awards), repeated(drawn, (titled & (awards == 0)).astype(np.int64))
    gone = ~titled[award[0]]
    granted = drawn.days(len(award[0]), 36, 1)
    yield (
        "honours",
        {
            "uscc": pl.concat([award[1], title[1]]),
            "kind": ["award"] * len(award[0]) + ["title"] * len(title[0]),
            "granted_on": np.concatenate([granted, drawn.days(len(title[0]), 48, 36)]),
            "ended_on": known(np.concatenate([np.where(gone, granted + 20, NEVER), np.full(len(title[0]), NEVER)])),
        },
    )
    negative, repaired = drawn.counts("negative_items"), drawn.counts("repaired_items")
    rows, codes = repeated(drawn, negative)
    place = place_of(negative, rows)
    published = drawn.days(len(rows), 36, 12)
    yield (
        "repairs",
        {
            "uscc": codes,
            "published_on": published,
            "repair_by": published + 300,
            "repaired_on": known(np.where(place < repaired[rows], published + 120, NEVER)),
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
        rows, own = repeated(drawn, drawn.frame[column].cast(pl.Int64).fill_null(0).to_numpy())
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
