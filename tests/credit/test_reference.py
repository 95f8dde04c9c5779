"""The page of repair rules is what the tool writes, and the explanation names every outcome and open question."""

import importlib.util
import re
from types import ModuleType

from credit.eligibility import Checker
from credit.labels import OUTCOMES
from rules.schema_repair import RepairRuled
from tests.conftest import ROOT

EXPLANATION = ROOT / "docs/explanation/credit-repair.md"


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("repair_table", ROOT / "tools" / "repair_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_tool_writes() -> None:
    tool = _tool()
    assert tool.PAGE.read_text("utf-8") == tool.page(), "run tools/repair_table.py"


def test_every_entry_stands_on_the_page(checker: Checker) -> None:
    page = _tool().PAGE.read_text("utf-8")
    for one in checker.policy.by_id.values():
        shown = one.shown_id if isinstance(one, RepairRuled) else one.id
        assert f"| {shown} |" in page


def test_the_explanation_names_every_outcome() -> None:
    text = EXPLANATION.read_text("utf-8")
    assert [code for code in OUTCOMES if f"`{code}`" not in text] == []


def test_every_source_key_is_explained(checker: Checker) -> None:
    text = (ROOT / "docs/reference/repair-sources.md").read_text("utf-8")
    keys = {
        key
        for one in checker.policy.by_id.values()
        for key in re.findall(r"\bS[0-9]+[a-c]?\b", getattr(one, "evidence", None) or "")
    }
    assert keys
    assert [key for key in sorted(keys) if key not in text] == []
