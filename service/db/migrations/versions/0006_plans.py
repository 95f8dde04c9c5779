"""Tables for libraries, plans, tasks, results."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Document, Instant
from service.db.packed import Packed

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = (
    "task_changes",
    "task_results",
    "task_seats",
    "task_checks",
    "tasks",
    "plan_versions",
    "plans",
    "visits",
    "unit_marks",
    "library_versions",
)


def upgrade() -> None:
    """Make the tables."""
    _library_versions()
    _unit_marks()
    _visits()
    _plans()
    _plan_versions()
    _tasks()
    _task_checks()
    _task_seats()
    _task_results()
    _task_changes()


def downgrade() -> None:
    """Take them away again."""
    for table in _TABLES:
        op.drop_table(table)


def _library_versions() -> None:
    op.create_table(
        "library_versions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("file", sa.String(71), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("report", Document, nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.String(200), nullable=False),
        sa.CheckConstraint("kind IN ('items', 'objects', 'inspectors')", name="ck_library_versions_kind"),
        sa.UniqueConstraint("kind", "department", "region", "number", name="uq_library_versions_number"),
        sa.PrimaryKeyConstraint("id", name="pk_library_versions"),
    )


def _unit_marks() -> None:
    op.create_table(
        "unit_marks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(80), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.String(200), nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.CheckConstraint("kind IN ('trigger', 'exemption')", name="ck_unit_marks_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_marks"),
    )
    op.create_index("ix_unit_marks_area", "unit_marks", ["department", "region"])
    op.create_index("ix_unit_marks_unit", "unit_marks", ["unit"])


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(80), nullable=False),
        sa.Column("body", sa.String(80), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("check_id", sa.String(64), nullable=True),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.UniqueConstraint("check_id", name="uq_visits_check_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
    )
    op.create_index("ix_visits_area", "visits", ["department", "region"])
    op.create_index("ix_visits_unit_day", "visits", ["unit", "day"])


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.Column("updated_by_name", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'approved', 'filed', 'published')", name="ck_plans_state"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_index("ix_plans_area", "plans", ["department", "region", "year"])


def _plan_versions() -> None:
    op.create_table(
        "plan_versions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("plan_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document", Packed, nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("report", Document, nullable=False),
        sa.Column("submitted_at", Instant, nullable=False),
        sa.Column("submitted_by", sa.String(64), nullable=False),
        sa.Column("submitted_by_name", sa.String(200), nullable=False),
        sa.Column("approved_at", Instant, nullable=True),
        sa.Column("approved_by", sa.String(64), nullable=True),
        sa.Column("approved_by_name", sa.String(200), nullable=False),
        sa.Column("filed_on", sa.Date, nullable=True),
        sa.Column("filed_number", sa.String(200), nullable=False),
        sa.Column("published_on", sa.Date, nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_versions_plan_id_plans"),
        sa.UniqueConstraint("plan_id", "number", name="uq_plan_versions_number"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_versions"),
    )
    op.create_index("ix_plan_versions_plan_id", "plan_versions", ["plan_id"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("draw_id", sa.String(80), nullable=False),
        sa.Column("plan_id", sa.String(64), nullable=False),
        sa.Column("unit_group", sa.String(80), nullable=False),
        sa.Column("unit", sa.String(80), nullable=False),
        sa.Column("unit_name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("credit_class", sa.String(40), nullable=True),
        sa.Column("lifted", Document, nullable=False),
        sa.Column("joint", sa.Boolean, nullable=False),
        sa.Column("by_class", sa.Boolean, nullable=False),
        sa.Column("batches", Document, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("record_digest", sa.String(71), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_tasks_plan_id_plans"),
        sa.UniqueConstraint("draw_id", "number", name="uq_tasks_number"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_area", "tasks", ["department", "region"])
    op.create_index("ix_tasks_day", "tasks", ["day"])
    op.create_index("ix_tasks_draw_id", "tasks", ["draw_id"])
    op.create_index("ix_tasks_plan_id", "tasks", ["plan_id"])
    op.create_index("ix_tasks_unit", "tasks", ["unit"])


def _task_checks() -> None:
    states = "'planned', 'dispatched', 'entered', 'refused', 'reviewed', 'published', 'replaced', 'cancelled'"
    op.create_table(
        "task_checks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("task_id", sa.String(64), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("initiating", sa.Boolean, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("entries", Document, nullable=False),
        sa.Column("items", Document, nullable=False),
        sa.Column("people", Document, nullable=False),
        sa.Column("empty", sa.Integer, nullable=False),
        sa.Column("dispatched_on", sa.Date, nullable=True),
        sa.Column("checked_on", sa.Date, nullable=True),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("scanned", sa.Boolean, nullable=True),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("entered_at", Instant, nullable=True),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("entered_by_name", sa.String(200), nullable=False),
        sa.Column("reviewed_by", sa.String(64), nullable=False),
        sa.Column("reviewed_by_name", sa.String(200), nullable=False),
        sa.Column("refusal", sa.String(2000), nullable=False),
        sa.Column("publish_due", sa.Date, nullable=True),
        sa.Column("published_on", sa.Date, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(f"state IN ({states})", name="ck_task_checks_state"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_checks_task_id_tasks"),
        sa.UniqueConstraint("task_id", "department", name="uq_task_checks_department"),
        sa.PrimaryKeyConstraint("id", name="pk_task_checks"),
    )
    op.create_index("ix_task_checks_area", "task_checks", ["department", "region", "state"])
    op.create_index("ix_task_checks_checked_on", "task_checks", ["checked_on"])
    op.create_index("ix_task_checks_publish_due", "task_checks", ["publish_due"])
    op.create_index("ix_task_checks_task_id", "task_checks", ["task_id"])


def _task_seats() -> None:
    op.create_table(
        "task_seats",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("check_id", sa.String(64), nullable=False),
        sa.Column("inspector", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["task_checks.id"], name="fk_task_seats_check_id_task_checks"),
        sa.UniqueConstraint("check_id", "inspector", name="uq_task_seats_inspector"),
        sa.PrimaryKeyConstraint("id", name="pk_task_seats"),
    )
    op.create_index("ix_task_seats_check_id", "task_seats", ["check_id"])
    op.create_index("ix_task_seats_inspector", "task_seats", ["inspector"])


def _task_results() -> None:
    op.create_table(
        "task_results",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("check_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("item", sa.String(80), nullable=False),
        sa.Column("code_set", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("corrected_on", sa.Date, nullable=True),
        sa.Column("listing_due", sa.Date, nullable=True),
        sa.Column("listed_on", sa.Date, nullable=True),
        sa.ForeignKeyConstraint(["check_id"], ["task_checks.id"], name="fk_task_results_check_id_task_checks"),
        sa.PrimaryKeyConstraint("id", name="pk_task_results"),
    )
    op.create_index("ix_task_results_check_id", "task_results", ["check_id"])


def _task_changes() -> None:
    op.create_table(
        "task_changes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("task_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "kind IN ('restaff', 'replace', 'move', 'dispatch', 'cancel', 'refuse')", name="ck_task_changes_kind"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_changes_task_id_tasks"),
        sa.UniqueConstraint("task_id", "number", name="uq_task_changes_number"),
        sa.PrimaryKeyConstraint("id", name="pk_task_changes"),
    )
    op.create_index("ix_task_changes_task_id", "task_changes", ["task_id"])
