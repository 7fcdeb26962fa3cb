"""Who looked and who acted: a chain of lines that nobody changes, the keys of the persons in it, and its cuts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

INSTANT = sa.DateTime(timezone=True)
SQLITE = (
    """CREATE TRIGGER audit_line_stays BEFORE UPDATE ON audit_line
        BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END""",
    """CREATE TRIGGER audit_line_is_kept BEFORE DELETE ON audit_line
        WHEN old.seq > (SELECT coalesce(max(seq), 0) FROM audit_cut)
        BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END""",
    """CREATE TRIGGER audit_cut_stays BEFORE UPDATE ON audit_cut
        BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END""",
    """CREATE TRIGGER audit_cut_is_kept BEFORE DELETE ON audit_cut
        BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'the audit is only ever added to'; END $$""",
    """CREATE FUNCTION audit_line_kept() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF old.seq > (SELECT coalesce(max(seq), 0) FROM audit_cut) THEN
                RAISE 'the audit is only ever added to';
            END IF;
            RETURN old;
        END $$""",
    "CREATE TRIGGER audit_line_stays BEFORE UPDATE ON audit_line FOR EACH ROW EXECUTE FUNCTION audit_stays()",
    "CREATE TRIGGER audit_line_is_kept BEFORE DELETE ON audit_line FOR EACH ROW EXECUTE FUNCTION audit_line_kept()",
    "CREATE TRIGGER audit_line_whole BEFORE TRUNCATE ON audit_line FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
    "CREATE TRIGGER audit_cut_stays BEFORE UPDATE OR DELETE ON audit_cut FOR EACH ROW EXECUTE FUNCTION audit_stays()",
    "CREATE TRIGGER audit_cut_whole BEFORE TRUNCATE ON audit_cut FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
)


def upgrade() -> None:
    op.create_table(
        "audit_key",
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_audit_key"),
    )
    op.create_index("ix_audit_key_mark", "audit_key", ["mark"])
    op.create_table(
        "audit_line",
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("how", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("object", sa.String, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("prev", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_line"),
    )
    op.create_index("ix_audit_line_at", "audit_line", ["at"])
    op.create_table(
        "audit_cut",
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_cut"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
