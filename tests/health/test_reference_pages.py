"""The reference pages made from the code are current, and every setting of the code stands there."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING

import pytest

from tests.health.tree import ROOT, files, text

if TYPE_CHECKING:
    from types import ModuleType

FOR_DEVELOPERS = {"XINHENG_SHARED", "XINHENG_VENV", "XINHENG_APT", "XINHENG_SCREENS"}
"""Variables of set-up and tests, told where they are used."""


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_pages", ROOT / "tools" / "reference_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["settings.md", "addresses.md", "errors.md", "events.md", "facts.md"])
def test_a_page_is_what_the_tool_writes(name: str) -> None:
    tool = _tool()
    assert (tool.FOLDER / name).read_text("utf-8") == tool.PAGES[name](), "run tools/reference_pages.py"


def test_every_setting_of_the_code_stands_in_the_reference() -> None:
    service = [path for path in files(".py") if path.parts[0] == "service"]
    used = {name for path in service for name in re.findall(r"XINHENG_[A-Z_]+[A-Z]", text(path))}
    listed = set(re.findall(r"`(XINHENG_\w+)`", (ROOT / "docs/reference/settings.md").read_text("utf-8")))
    assert used - FOR_DEVELOPERS <= listed
