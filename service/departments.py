"""The names of departments, by the codes that accounts, cases, plans and draws use.

| variable | meaning | default |
|---|---|---|
| ``XINHENG_DEPARTMENTS`` | file of the city's own department names (``code: name``) | the usual 26 departments |
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from service.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "XINHENG_DEPARTMENTS"
_FILE: Final = "departments.yaml"


@cache
def departments() -> Mapping[str, str]:
    """Name by code, in the order of the file; UsageError where the city's own file is wrong."""
    own = os.environ.get(VARIABLE)
    try:
        text = Path(own).read_text("utf-8") if own else read_text(_FILE, "service")
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(str(own), "文件无法读取") from error
    found = read_yaml(text, own or _FILE)
    if not isinstance(found, dict) or not all(isinstance(one, str) for pair in found.items() for one in pair):
        raise _wrong(str(own), "应当是“代码: 名称”的列表")
    return found


def department_zh(code: str | None) -> str:
    """The name of a department; the code itself where it has no name."""
    return departments().get(code, code) if code else ""


def _wrong(value: str, why: str) -> UsageError:
    return UsageError("setting_wrong", name=VARIABLE, value=value, why=why)
