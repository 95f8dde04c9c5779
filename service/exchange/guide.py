"""What the workbook says about itself: the sheet 填写说明 and the hints at the cells (``guide.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import TypedDict, cast

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml


class Paragraph(TypedDict):
    """One line of the guide."""

    head: str
    text: str


class Guide(TypedDict):
    """``about``: the lines of 填写说明; ``hints``: what is shown at a cell, by the key of its column."""

    about: list[Paragraph]
    hints: dict[str, str]


@cache
def guide() -> Guide:
    """The words, read once."""
    return cast("Guide", read_yaml(read_text("guide.yaml", "service.exchange"), "guide.yaml"))
