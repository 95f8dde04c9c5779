"""A yearly plan on a disk: the plan in YAML and the files of its libraries beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError
from kernel.yamldoc import read_yaml
from service.cli.files import STANDARD, reading_error
from service.errors import UsageError
from service.planning.libraries import object_table
from service.planning.sheets import read_sheet
from supervision import tablerows
from supervision.annual import read_annual
from supervision.annualdraw import Libraries
from supervision.caps import LEVELS
from supervision.drawdoc import Node
from supervision.inspectors import read_inspectors
from supervision.inspectors import unit as read_unit
from supervision.items import read_items
from supervision.objects import read_objects
from supervision.planparams import reasons
from supervision.planpool import MARKS, VISITS, Known

if TYPE_CHECKING:
    from supervision.annual import AnnualPlan
    from supervision.tablerows import Column

_OWN: Final = ("libraries", "visits", "triggers", "exemptions", "drawn")


@dataclass(frozen=True, slots=True)
class PlanFiles:
    """A plan with everything that is known when it is drawn."""

    plan: AnnualPlan
    libraries: Libraries
    known: Known


def is_annual(text: str, file: str) -> bool:
    """Whether a file is a yearly plan: it has entries."""
    document = read_yaml(text, file)
    return isinstance(document, dict) and "entries" in document


def open_plan(name: str) -> PlanFiles:
    """Read a plan and its files.

    Raises:
        UsageError: a file is not there or cannot be read.
        InputError: names file, row and column, or the place in the plan.
    """
    if name == STANDARD:
        raise UsageError(why="计划要从文件读取：其中的文件名从它所在的文件夹算起", command="xinheng plan")
    path = Path(name)
    try:
        document = read_yaml(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise reading_error(name, error) from error
    node = Node(path.name, "", document)
    files = {kind: _path(path, node["libraries"][kind]) for kind in ("items", "objects", "inspectors")}
    plan = read_annual(Node(path.name, "", {key: one for key, one in _members(node) if key not in _OWN}))
    return PlanFiles(plan, _libraries(files), _known(path, node))


def _members(node: Node) -> list[tuple[str, Any]]:
    return [(str(name.value), one.value) for name, one in node.items()]


def _path(plan: Path, node: Node) -> Path:
    found = plan.parent / str(node.value)
    if not found.is_file():
        raise UsageError("file_not_found", file=str(found))
    return found


def _libraries(files: dict[str, Path]) -> Libraries:
    items = read_items(files["items"].name, read_sheet(files["items"].name, files["items"]))
    people = read_inspectors(files["inspectors"].name, read_sheet(files["inspectors"].name, files["inspectors"]))
    objects = read_objects(files["objects"].name, object_table(files["objects"].name, files["objects"]))
    return Libraries({one.code: one for one in items}, objects, people)


def _marks(kind: str) -> tuple[Column, ...]:
    return (
        tablerows.Column("unit", "对象代码", read_unit, needed=True, also=("统一社会信用代码",)),
        tablerows.Column("code", "情形", tablerows.choice(reasons(kind)), needed=True),
        tablerows.Column("since", "起始日期", tablerows.day, needed=True),
        tablerows.Column("until", "终止日期", tablerows.day, needed=True),
    )


_VISITS: Final = (
    tablerows.Column("unit", "对象代码", read_unit, needed=True, also=("统一社会信用代码",)),
    tablerows.Column("body", "检查机关", tablerows.name, needed=True),
    tablerows.Column("level", "层级", tablerows.choice(LEVELS), needed=True),
    tablerows.Column("day", "日期", tablerows.day, needed=True),
    tablerows.Column("reason", "不计入原因", tablerows.choice(reasons("not_counted"))),
    tablerows.Column("kind", "检查种类", tablerows.choice(reasons("visit_kind"))),
)
_UNITS: Final = (tablerows.Column("unit", "对象代码", read_unit, needed=True, also=("统一社会信用代码",)),)


def _known(plan: Path, node: Node) -> Known:
    import polars as pl  # noqa: PLC0415 - start-up time

    def table(member: str, columns: tuple[Column, ...], schema: dict[str, Any]) -> pl.DataFrame:
        if not node.has(member):
            return pl.DataFrame(schema=schema)
        path = _path(plan, node[member])
        rows = tablerows.read_rows(columns, path.name, read_sheet(path.name, path))
        return pl.DataFrame([[row[one] for one in schema] for row in rows], schema=schema, orient="row")

    visits = table("visits", _VISITS, dict(VISITS)).with_columns(pl.col("kind").fill_null("daily"))
    triggers = table("triggers", _marks("lifting"), dict(MARKS))
    exempt = table("exemptions", _marks("exemption"), dict(MARKS))
    drawn = table("drawn", _UNITS, {"unit": pl.String})["unit"].to_list()
    return Known(visits, triggers, exempt, drawn)


def entry_numbers(plan: AnnualPlan, wanted: list[str]) -> list[str]:
    """Return the numbers of the entries wanted, all of them where none is named.

    Raises:
        InputError: the plan has no such entry.
    """
    known = [one.number for one in plan.entries]
    for number in wanted:
        if number not in known:
            raise InputError.at("/entries", "plan_entry_unknown", number=number)
    return wanted or known
