"""Contradictions between raw records: each looks for rows that cannot both be right, and names the enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from supervision.indicatorslinks import controllers
from supervision.indicatorspec import codes, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    Clean = Mapping[str, pl.LazyFrame]
    Look = Callable[[Clean, date], pl.LazyFrame]

_GONE: Final = ("3", "4", "5")
_WATCHED: Final = ("penalties", "inspections", "abnormal_list", "complaints", "annual_reports")
_WHOLE: Final = 100.0001


def _facts(clean: Clean) -> pl.LazyFrame:
    """Days of what happened to enterprises, from whatever tables there are."""
    frames = [
        clean[name].select("uscc", pl.col(tables()[name].when or "").alias("day")) for name in _WATCHED if name in clean
    ]
    return pl.concat(frames) if frames else pl.LazyFrame(schema={"uscc": pl.String, "day": pl.Date})


def _inspected_after_exit(clean: Clean, _on: date) -> pl.LazyFrame:
    gone = clean["registry"].filter(pl.col("state").is_in(_GONE) & pl.col("state_on").is_not_null())
    pairs = clean["inspections"].join(gone.select("uscc", "state_on"), on="uscc")
    return pairs.filter(pl.col("inspected_on") > pl.col("state_on"))


def _before_founding(clean: Clean, _on: date) -> pl.LazyFrame:
    founded = clean["registry"].select("uscc", "established_on").drop_nulls()
    return _facts(clean).join(founded, on="uscc").filter(pl.col("day") < pl.col("established_on"))


def _ends_before_it_begins(clean: Clean, _on: date) -> pl.LazyFrame:
    found = []
    for name, frame in clean.items():
        table = tables()[name]
        begin = table.when or ("from_on" if "from_on" in table.columns else None)
        if begin is not None and table.key == "uscc":
            found += [frame.filter(pl.col(end) < pl.col(begin)).select("uscc") for end in table.ends]
    return pl.concat(found) if found else pl.LazyFrame(schema={"uscc": pl.String})


def _report_too_early(clean: Clean, _on: date) -> pl.LazyFrame:
    return clean["annual_reports"].filter(pl.col("published_on").dt.year() <= pl.col("report_year"))


def _two_reports(clean: Clean, _on: date) -> pl.LazyFrame:
    counted = clean["annual_reports"].drop_nulls(["uscc", "report_year"]).group_by("uscc", "report_year").agg(pl.len())
    return counted.filter(pl.col("len") > 1)


def _more_insured_than_staff(clean: Clean, _on: date) -> pl.LazyFrame:
    return clean["annual_reports"].filter(pl.col("insured_staff") > pl.col("staff"))


def _shares_above_all(clean: Clean, on: date) -> pl.LazyFrame:
    share = pl.col("share_percent")
    added = _owners(clean, on).group_by("uscc").agg(share.sum())
    return added.filter(share > _WHOLE)


def _owns_itself(clean: Clean, on: date) -> pl.LazyFrame:
    return _owners(clean, on).filter(pl.col("uscc") == pl.col("party"))


def _owners(clean: Clean, on: date) -> pl.LazyFrame:
    is_now = (pl.col("from_on").is_null() | (pl.col("from_on") <= on)) & (
        pl.col("until_on").is_null() | (pl.col("until_on") > on)
    )
    return clean["related_parties"].filter((pl.col("role") == "shareholder") & is_now)


def _circle_of_owners(clean: Clean, on: date) -> pl.LazyFrame:
    """Enterprises that, step by step, control themselves."""
    owners = _owners(clean, on).filter((pl.col("party_kind") == "enterprise") & pl.col("party").is_not_null())
    control = controllers(owners.collect())
    here = control.rename({"party": "at"})
    found = []
    for _ in range(codes().parameters.control_depth.value):
        here = here.join(control.rename({"uscc": "at", "party": "next"}), on="at").select("uscc", at="next")
        found.append(here.filter(pl.col("uscc") == pl.col("at")).select("uscc"))
        here = here.filter(pl.col("uscc") != pl.col("at"))
    return pl.concat(found).unique().lazy()


def _listed_but_gone(clean: Clean, on: date) -> pl.LazyFrame:
    now = clean["abnormal_list"].filter((pl.col("listed_on") <= on) & pl.col("removed_on").is_null())
    gone = clean["registry"].filter(pl.col("state").is_in(_GONE)).select("uscc")
    return now.join(gone, on="uscc", how="semi")


def _fine_without_amount(clean: Clean, _on: date) -> pl.LazyFrame:
    kinds = pl.col("kinds").str.split(";").list.eval(pl.element().str.strip_chars() == "fine").list.any()
    return clean["penalties"].filter(kinds & (pl.col("fine_yuan").fill_null(0) == 0))


def _branch_of_a_stranger(clean: Clean, _on: date) -> pl.LazyFrame:
    own = clean["registry"]
    said = own.filter(pl.col("parent").is_not_null())
    return said.join(own.select(pl.col("uscc").alias("parent")), on="parent", how="anti")


def _two_states(clean: Clean, _on: date) -> pl.LazyFrame:
    counted = (
        clean["registry"]
        .drop_nulls("uscc")
        .group_by("uscc")
        .agg(pl.struct("state", "established_on").n_unique().alias("n"))
    )
    return counted.filter(pl.col("n") > 1)


def _foreign_capital(clean: Clean, _on: date) -> pl.LazyFrame:
    return clean["registry"].filter(
        pl.col("capital_10k").is_not_null() & ~pl.col("capital_currency").is_in(codes().yuan)
    )


def _future_foundation(clean: Clean, on: date) -> pl.LazyFrame:
    return clean["registry"].filter(pl.col("established_on") > on)


CONTRADICTIONS: Final[dict[str, tuple[str, tuple[str, ...], Look]]] = {
    "inspected_after_exit": (
        "注销、吊销已注销或者撤销之后仍有检查",
        ("registry", "inspections"),
        _inspected_after_exit,
    ),
    "before_founding": ("处罚、检查、列入、投诉、年报早于成立日期", ("registry",), _before_founding),
    "ends_before_it_begins": ("结束日早于起始日", (), _ends_before_it_begins),
    "report_too_early": ("年报在该年度结束之前公示", ("annual_reports",), _report_too_early),
    "two_reports": ("同一年度有两份年报", ("annual_reports",), _two_reports),
    "more_insured_than_staff": ("参保人数多于从业人数", ("annual_reports",), _more_insured_than_staff),
    "shares_above_all": ("现有股东的持股比例合计超过 100%", ("related_parties",), _shares_above_all),
    "owns_itself": ("自己持有自己的股权", ("related_parties",), _owns_itself),
    "circle_of_owners": ("控股关系成环", ("related_parties",), _circle_of_owners),
    "listed_but_gone": ("已注销或者撤销，仍在经营异常名录", ("registry", "abnormal_list"), _listed_but_gone),
    "fine_without_amount": ("处罚种类有罚款，没有金额", ("penalties",), _fine_without_amount),
    "branch_of_a_stranger": ("总公司不在登记表中", ("registry",), _branch_of_a_stranger),
    "two_states": ("同一代码的登记状态或者成立日期不一", ("registry",), _two_states),
    "foreign_capital": ("注册资本是外币，没有折算成人民币", ("registry",), _foreign_capital),
    "future_foundation": ("成立日期在评分日之后", ("registry",), _future_foundation),
}
"""By id: what it is called, the tables it needs, and how it is found."""
