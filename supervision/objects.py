"""The library of objects 检查对象名录库: enterprises and others with tags, and a report on the quality of the data.

Up to millions of rows, so it is a table of Polars. What would make a frame wrong (no code, a code twice, a class that
does not exist) is refused with row and column; what is only doubtful (a wrong check character, no address) is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from kernel.regions import status
from supervision.codes import code_problem, irregular
from supervision.drawtext import LONGEST
from supervision.planparams import reasons
from supervision.tablerows import MOST_FAULTS, cell_error, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kernel.errors import FieldError

CLASSES: Final = ("A", "B", "C", "D")
RISKS: Final = {"low": "低", "medium": "中", "higher": "较高", "high": "高"}
STATES: Final = {"1": "存续", "2": "吊销未注销", "3": "吊销已注销", "4": "注销", "5": "撤销", "6": "迁出", "9": "其他"}
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": ("统一社会信用代码", "UNISCID", "uscc", "对象代码"),
    "name": ("名称", "ENTNAME", "企业名称"),
    "kind": ("对象种类",),
    "state": ("登记状态", "REGSTATE"),
    "region": ("行政区划", "区域", "LOCALADM"),
    "address": ("住所", "DOM", "地址"),
    "contact": ("联系人",),
    "phone": ("联系电话",),
    "field": ("行业", "INDUSTRYCO"),
    "credit_class": ("信用风险类别", "class"),
    "risk": ("行业风险",),
    "grade": ("行业分级",),
    "tags": ("标签",),
}
"""Our columns, and the headings under which they are known; the first is written."""
PERSONAL: Final = ("contact", "phone")
_NEEDED: Final = ("unit", "name", "region")
_DEFAULTS: Final = {"kind": "1", "state": "1"}
_FORBIDDEN: Final = r"[\s\p{Cc}/:,*]"
_BETWEEN: Final = r"\s*[;；,，、\n]+\s*"
_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of doubt about the data: how many rows, and the first units."""

    code: str
    words: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The report on a library: its rows, and what is doubtful in how many of them."""

    rows: int
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the report as a document."""
        return {
            "rows": self.rows,
            "findings": [
                {"code": one.code, "words": one.words, "rows": one.rows, "examples": list(one.examples)}
                for one in self.findings
            ],
        }


def read_objects(file: str, table: pl.DataFrame) -> pl.DataFrame:
    """Read the library from a table whose columns are text (tags: text with 、 or ； between).

    Returns:
        The columns of :data:`HEADINGS` in the order of the units' bytes; ``tags`` is a list of text.

    Raises:
        InputError: names file, row (the heading is row 1) and column of up to 50 faults.
    """
    found = _named(file, table)
    texts = [pl.col(one).cast(pl.String).str.strip_chars().replace("", None).alias(one) for one in found.columns]
    found = found.select(texts).with_row_index("line", offset=2)
    found = found.filter(~pl.all_horizontal(pl.exclude("line").is_null()))
    found = found.with_columns(pl.col(name).fill_null(value) for name, value in _DEFAULTS.items())
    found = _coded(found)
    refuse(_faults(file, found))
    tags = pl.col("tags").str.replace_all(_BETWEEN, ";").str.split(";").list.unique().list.sort()
    tags = tags.list.eval(pl.element().filter(pl.element() != "")).fill_null(pl.lit([], dtype=pl.List(pl.String)))
    return found.drop("line").with_columns(tags).sort("unit")


def _named(file: str, table: pl.DataFrame) -> pl.DataFrame:
    names = {heading: ours for ours, known in HEADINGS.items() for heading in (ours, *known)}
    headings = [one.strip().removeprefix("\ufeff") for one in table.columns]
    allowed = [known[0] for known in HEADINGS.values()]
    faults = [
        cell_error(file, 1, one, "library_heading_unknown", value=one, allowed=allowed)
        for one in headings
        if one not in names
    ]
    ours = [names.get(one, "") for one in headings]
    faults += [cell_error(file, 1, one, "library_heading_twice") for one in set(ours) if one and ours.count(one) > 1]
    faults += [
        cell_error(file, 1, HEADINGS[one][0], "library_heading_missing", value=HEADINGS[one][0])
        for one in _NEEDED
        if one not in ours
    ]
    refuse(faults)
    renamed = table.rename(dict(zip(table.columns, ours, strict=True)))
    empty = [pl.lit(None, dtype=pl.String).alias(one) for one in HEADINGS if one not in ours]
    return renamed.with_columns(empty).select(*HEADINGS)


def _coded(found: pl.DataFrame) -> pl.DataFrame:
    """Take names of closed lists for their codes, and codes of units in capitals."""
    lists = {"kind": reasons("object_kind"), "state": STATES, "risk": RISKS}
    return found.with_columns(
        pl.col("unit").str.to_uppercase(),
        *(
            pl.col(column).replace({word: code for code, word in names.items()}).alias(column)
            for column, names in lists.items()
        ),
    )


def _faults(file: str, found: pl.DataFrame) -> list[FieldError]:
    unit, region = pl.col("unit"), pl.col("region")
    lists: dict[str, dict[str, str]] = {
        "kind": dict(reasons("object_kind")),
        "state": STATES,
        "risk": RISKS,
        "credit_class": dict(zip(CLASSES, CLASSES, strict=True)),
    }
    checks: list[tuple[str, pl.Expr, str, dict[str, object]]] = [
        *((one, pl.col(one).is_null(), "library_empty", {}) for one in _NEEDED),
        ("unit", unit.str.contains(_FORBIDDEN) | (unit.str.len_bytes() > LONGEST), "library_unit", {}),
        ("unit", unit.is_not_null() & ~unit.is_first_distinct(), "library_twice", {}),
        ("region", ~region.str.contains(r"^\d{6}$"), "library_region", {}),
    ]
    for column, allowed in lists.items():
        named: dict[str, object] = {"allowed": list(allowed.values())}
        checks.append((column, ~pl.col(column).is_in(list(allowed)), "library_choice", named))
    return [fault for check in checks for fault in _faults_of(file, found, *check)]


def _faults_of(
    file: str, found: pl.DataFrame, column: str, wrong: pl.Expr, code: str, params: Mapping[str, object]
) -> Iterable[FieldError]:
    rows = found.filter(wrong.fill_null(value=False)).head(MOST_FAULTS).select("line", column).rows()
    for line, value in rows:
        more = {**params, "value": value}
        if code == "library_twice":
            more["first"] = found.filter(pl.col("unit") == value)["line"][0]
        yield cell_error(file, line, HEADINGS[column][0], code, **more)


def quality(objects: pl.DataFrame) -> Quality:
    """Return the report on a library."""
    found = [
        _finding(objects, "code", "统一社会信用代码有误", _wrong_codes(objects)),
        _finding(objects, "region", "行政区划代码不在国家标准内", _unknown_regions(objects)),
        _finding(objects, "address", "没有住所", pl.col("address").is_null()),
        _finding(objects, "contact", "没有联系方式", pl.col("contact").is_null() & pl.col("phone").is_null()),
        _finding(objects, "class", "没有信用风险类别", pl.col("credit_class").is_null()),
        _finding(objects, "risk", "没有行业风险", pl.col("risk").is_null()),
        _finding(objects, "tags", "没有标签", pl.col("tags").list.len() == 0),
        _finding(objects, "gone", "已经注销、吊销、撤销或者迁出", ~pl.col("state").is_in(["1", "9"])),
    ]
    return Quality(objects.height, tuple(one for one in found if one.rows))


def _finding(objects: pl.DataFrame, code: str, words: str, which: pl.Expr) -> Finding:
    rows = objects.lazy().filter(which).select("unit").collect()
    return Finding(code, words, rows.height, tuple(rows["unit"].head(_EXAMPLES).to_list()))


def _wrong_codes(objects: pl.DataFrame) -> pl.Expr:
    units = objects["unit"]
    doubtful = irregular(units.to_arrow().cast("large_string"))
    wrong = [units[int(row)] for row in doubtful if code_problem(units[int(row)])]
    return pl.col("unit").is_in(wrong)


def _unknown_regions(objects: pl.DataFrame) -> pl.Expr:
    known = [one for one in objects["region"].unique().to_list() if status(one) != "unknown"]
    return ~pl.col("region").is_in(known)


def summary(objects: pl.DataFrame) -> list[dict[str, object]]:
    """Return how many objects there are by region, kind, class and risk, for a page."""
    keys = ["region", "kind", "credit_class", "risk"]
    return objects.group_by(keys).len("objects").sort(keys).to_dicts()


def export(objects: pl.DataFrame) -> pl.DataFrame:
    """Return the library with its Chinese headings and words; reading it again gives the same."""
    lists = {"kind": reasons("object_kind"), "state": STATES, "risk": RISKS}
    shown = objects.with_columns(
        pl.col("tags").list.join("；"),
        *(pl.col(column).replace(dict(names)).alias(column) for column, names in lists.items()),
    )
    return shown.rename({ours: known[0] for ours, known in HEADINGS.items()})
