"""The page of citations that could not be looked up is current, and no citation is wrong."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from tests.health.tree import ROOT

if TYPE_CHECKING:
    from types import ModuleType


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("citation_page", ROOT / "tools" / "citation_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_what_the_tool_writes() -> None:
    tool = _tool()
    assert tool.PAGE.read_text("utf-8") == tool.page(), "run tools/citation_page.py"


def test_the_page_counts_no_citation_that_does_not_exist() -> None:
    assert "没有这一条 0 处" in _tool().PAGE.read_text("utf-8")
