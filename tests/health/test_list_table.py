"""The page that says where every researched row went is current and complete."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING

from tests.health.tree import ROOT

if TYPE_CHECKING:
    from types import ModuleType

RESEARCHED_ROWS = 299
BY_LIST = {"不予行政处罚": 219, "从轻行政处罚": 22, "减轻行政处罚": 18, "不予行政强制措施": 40}
ROW = re.compile(r"^\| ([A-Z]{2}-[A-Z]\d{2})(-[A-Z]{2})? \| (\S+) \|", re.MULTILINE)


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("list_table", ROOT / "tools" / "list_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_what_the_tool_writes() -> None:
    tool = _tool()
    assert tool.PAGE.read_text("utf-8") == tool.page(), "run tools/list_table.py"


def test_every_researched_row_has_its_item() -> None:
    rows = ROW.findall(_tool().PAGE.read_text("utf-8"))
    researched = {(name, listed) for name, variant, listed in rows if not variant}
    assert len(researched) == RESEARCHED_ROWS
    counts = {title: sum(listed == title for _, listed in researched) for title in BY_LIST}
    assert counts == BY_LIST


def test_variants_stand_beside_a_researched_row() -> None:
    rows = ROW.findall(_tool().PAGE.read_text("utf-8"))
    names = {name for name, variant, _ in rows if not variant}
    assert all(name in names for name, variant, _ in rows if variant)
