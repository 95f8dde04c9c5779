"""Decisions on classes: rows to validated objects and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supervision.overrides import Override

if TYPE_CHECKING:
    from service.db.tables.scores import ClassOverrideRow


def override_of(row: ClassOverrideRow) -> Override:
    """The decision of a row; ValueError for a damaged one."""
    if not (row.uscc and row.decided and row.reason) or row.until <= row.since:
        raise ValueError(f"override {row.id}: damaged")
    return Override(row.uscc, row.decided, row.reason, row.created_by_name, row.since, row.until)
