"""Indexes for the lists: ids in the order that a list opens in, with the area beside them; what pages count."""

from typing import Final

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEXES: Final = (
    ("ix_cases_list", "cases", ["updated_at", "department", "region", "id"]),
    ("ix_cases_mine", "cases", ["officer", "updated_at", "id"]),
    ("ix_credit_records_list", "credit_records", ["updated_at", "department", "region", "id"]),
    ("ix_credit_records_outcome_list", "credit_records", ["outcome", "updated_at", "department", "region", "id"]),
    (
        "ix_credit_records_display",
        "credit_records",
        ["ends_on", "published_on", "display_until", "department", "region", "id"],
    ),
    ("ix_repairs_list", "repairs", ["due_on", "department", "region", "id"]),
    ("ix_repairs_waiting", "repairs", ["state", "updated_at", "record_id"]),
    ("ix_register_imports_list", "register_imports", ["created_at"]),
    ("ix_unit_marks_list", "unit_marks", ["since", "department", "region", "id"]),
    ("ix_plans_list", "plans", ["updated_at", "department", "region", "id"]),
    ("ix_tasks_calendar", "tasks", ["day", "id", "joint", "number", "unit", "unit_name"]),
    ("ix_task_checks_of_task", "task_checks", ["task_id", "department", "region", "state", "id"]),
    ("ix_class_overrides_list", "class_overrides", ["until", "ended_at", "since", "department", "region", "id"]),
    ("ix_draws_list", "draws", ["updated_at", "department", "region", "id"]),
)


def upgrade() -> None:
    """Make them."""
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Take them away again."""
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table)
