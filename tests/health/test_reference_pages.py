"""The reference pages made from the code are current, and every setting of the code stands there."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.health.tree import ROOT, files, text

FOR_DEVELOPERS = {"XINHENG_SHARED", "XINHENG_VENV", "XINHENG_APT", "XINHENG_SCREENS"}
"""Variables of set-up and tests, told where they are used."""


def test_the_pages_are_what_the_tool_writes() -> None:
    # in a process of its own: kinds of events that tests declare are not part of the product
    done = subprocess.run(
        [sys.executable, "tools/reference_pages.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_of_the_code_stands_in_the_reference() -> None:
    service = [path for path in files(".py") if path.parts[0] == "service"]
    used = {name for path in service for name in re.findall(r"XINHENG_[A-Z_]+[A-Z]", text(path))}
    listed = set(re.findall(r"`(XINHENG_\w+)`", (ROOT / "docs/reference/settings.md").read_text("utf-8")))
    assert used - FOR_DEVELOPERS <= listed
