"""Kinds of arguments that several commands take; argparse shows the words of the error."""

from __future__ import annotations

import argparse
from datetime import date


def day(text: str) -> date:
    """Read ``YYYY-MM-DD``."""
    try:
        if len(text) == len("2026-01-01") and text.isascii():
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"“{text}”不是 YYYY-MM-DD 的日期")


def count(text: str) -> int:
    """Read a whole number."""
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= len("1000000000"):
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}”不是整数")
