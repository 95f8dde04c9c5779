"""Tables for draws and their time line."""

import sqlalchemy as sa
from alembic import op

from service.db.columns import Document, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = ("draws", "draw_files", "draw_nonces", "draw_events", "draw_moves", "draw_changes")
_STATES = "'draft', 'committed', 'event_known', 'drawn', 'dispatched', 'closed', 'published', 'cancelled'"
_KINDS = "'frame', 'roster', 'recusal', 'commit', 'reveal', 'result', 'changes', 'cancel', 'publication', 'attachment'"


_KEPT = ("draw_moves", "draw_changes")
"""Tables whose rows are added and never changed: the database itself refuses it."""


def upgrade() -> None:
    """Make the tables."""
    _draws()
    _draw_files()
    _draw_nonces()
    _draw_events()
    _draw_moves()
    _draw_changes()
    _refuse_changes()


def downgrade() -> None:
    """Take them away again."""
    for name in reversed(_TABLES):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION draw_rows_are_kept()")


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION draw_rows_are_kept() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'steps and changes of draws are never changed'; END $$"
        )
    for table in _KEPT:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION draw_rows_are_kept()"
            )
            continue
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'steps and changes of draws are never changed'); END"
            )


def _draws() -> None:
    op.create_table(
        "draws",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("draw_id", sa.String(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("draft", Document, nullable=False),
        sa.Column("frames_public", sa.Boolean, nullable=False),
        sa.Column("number", sa.Integer, nullable=True),
        sa.Column("prev", sa.String(64), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("result_digest", sa.String(64), nullable=True),
        sa.Column("salt", sa.String(400), nullable=True),
        sa.Column("sealed_result", sa.String(71), nullable=True),
        sa.Column("summary", Document, nullable=False),
        sa.Column("cancellation", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.String(200), nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("committed_at", Instant, nullable=True),
        sa.Column("drawn_at", Instant, nullable=True),
        sa.Column("published_at", Instant, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draws"),
        sa.UniqueConstraint("draw_id", name="uq_draws_draw_id"),
        sa.UniqueConstraint("number", name="uq_draws_number"),
        sa.UniqueConstraint("digest", name="uq_draws_digest"),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_draws_state")),
    )
    op.create_index("ix_draws_area", "draws", ["department", "region", "state"])
    op.create_index("ix_draws_updated_at", "draws", ["updated_at"])


def _part(name: str, *columns: sa.Column[object], unique: str, more: tuple[sa.Constraint, ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("draw", sa.String(64), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["draw"], ["draws.id"], name=f"fk_{name}_draw_draws"),
        sa.UniqueConstraint("draw", unique, name=f"uq_{name}_{unique}"),
        *more,
    )
    op.create_index(f"ix_{name}_draw", name, ["draw"])


def _draw_files() -> None:
    _part(
        "draw_files",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("file", sa.String(71), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        unique="name",
        more=(sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_draw_files_kind")),),
    )


def _draw_nonces() -> None:
    _part(
        "draw_nonces",
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("locked", Document, nullable=False),
        sa.Column("sealed_at", Instant, nullable=True),
        sa.Column("sealed_by", sa.String(64), nullable=True),
        sa.Column("sealed_by_name", sa.String(200), nullable=False),
        sa.Column("opened", sa.String(400), nullable=True),
        sa.Column("opened_at", Instant, nullable=True),
        sa.Column("opened_by", sa.String(64), nullable=True),
        sa.Column("way", sa.String(40), nullable=True),
        sa.Column("nonce", sa.String(64), nullable=True),
        unique="holder",
    )


def _draw_events() -> None:
    _part(
        "draw_events",
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("value", sa.String(200), nullable=True),
        sa.Column("evidence", sa.String(2000), nullable=False),
        sa.Column("entered_at", Instant, nullable=True),
        sa.Column("entered_by", sa.String(64), nullable=True),
        sa.Column("entered_by_name", sa.String(200), nullable=False),
        sa.Column("confirmed_at", Instant, nullable=True),
        sa.Column("confirmed_by", sa.String(64), nullable=True),
        sa.Column("confirmed_by_name", sa.String(200), nullable=False),
        unique="source",
    )


def _draw_moves() -> None:
    _part(
        "draw_moves",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("move", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        unique="number",
    )


def _draw_changes() -> None:
    _part(
        "draw_changes",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("line", Document, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        unique="number",
    )
