"""Tables for the audit trail and jobs."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Document, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ACTS = ("UPDATE", "DELETE")
_ONE_AT_A_TIME = "state = 'running' AND lock_key <> ''"


def upgrade() -> None:
    """Make the tables, and refuse changes to the trail in the database itself."""
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.Column("prev", sa.String(71), nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_events"),
        sa.UniqueConstraint("digest", name="uq_audit_events_digest"),
    )
    for column in ("at", "actor", "kind", "subject"):
        op.create_index(f"ix_audit_events_{column}", "audit_events", [column])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(71), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    _refuse_changes()
    _jobs()


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("jobs")
    op.drop_table("audit_head")
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_events_are_kept()")


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_events_are_kept() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit events are never changed'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_events_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_kept()"
        )
        return
    for act in _ACTS:
        op.execute(
            f"CREATE TRIGGER audit_events_no_{act.lower()} BEFORE {act} ON audit_events "
            "BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END"
        )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("payload", Document, nullable=False),
        sa.Column("lock_key", sa.String(200), nullable=False),
        sa.Column("slot", sa.String(200), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("checkpoint", Document, nullable=True),
        sa.Column("result", Document, nullable=True),
        sa.Column("error", Document, nullable=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("rights", Document, nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claim", sa.String(64), nullable=True),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("run_after", Instant, nullable=True),
        sa.Column("claimed_at", Instant, nullable=True),
        sa.Column("heartbeat_at", Instant, nullable=True),
        sa.Column("finished_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("slot", name="uq_jobs_slot"),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_jobs_state")),
    )
    for column in ("kind", "state", "owner", "department", "region"):
        op.create_index(f"ix_jobs_{column}", "jobs", [column])
    op.create_index(
        "uq_jobs_running_lock",
        "jobs",
        ["lock_key"],
        unique=True,
        sqlite_where=sa.text(_ONE_AT_A_TIME),
        postgresql_where=sa.text(_ONE_AT_A_TIME),
    )
