"""A database of the tests is used by one after the other: none finds in it what another left."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.engines import LARGE, POSTGRES, databases, leave, outside, url_of

pytestmark = pytest.mark.engine(POSTGRES)
TRIGGER = "SELECT count(*) AS found FROM pg_trigger WHERE tgname = 'audit_line_stays'"
FILLED = """SELECT sum(pg_relation_size(oid)) AS bytes FROM pg_class WHERE relname IN ('inbound', 'setting')"""


def used(path: Path) -> str:
    """The database that stands for a store there."""
    url_of(path)
    return databases().of(path)


def test_a_store_finds_no_row_and_no_number_of_the_one_before(tmp_path: Path) -> None:
    first = used(tmp_path / "first")
    databases().eye.do(
        first,
        "INSERT INTO setting (name, value) VALUES ('left', '1');"
        "INSERT INTO audit_cut (seq, hash, at) VALUES (1, 'x', now()); SELECT nextval('inbound_id_seq')",
    )
    leave(tmp_path / "first")
    assert used(tmp_path / "second") == first
    assert outside(tmp_path / "second", "SELECT name FROM setting UNION ALL SELECT hash FROM audit_cut") == []
    assert outside(tmp_path / "second", "SELECT nextval('inbound_id_seq') AS next") == [{"next": 1}]


def test_a_table_that_grew_large_is_made_small_again(tmp_path: Path) -> None:
    first = used(tmp_path / "first")
    many = "SELECT n::text, repeat('x', 100)::bytea FROM generate_series(1, 5000) AS n"
    databases().eye.do(first, f"INSERT INTO setting (name, value) {many}")
    assert outside(tmp_path / "first", FILLED)[0]["bytes"] > LARGE
    leave(tmp_path / "first")
    assert used(tmp_path / "second") == first
    assert outside(tmp_path / "second", FILLED)[0]["bytes"] < LARGE


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER audit_line_stays ON audit_line",
        "ALTER TABLE audit_line DISABLE TRIGGER audit_line_stays",
        "ALTER TABLE audit_line RENAME TO elsewhere",
        "ALTER TABLE setting ADD COLUMN more text",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_a_database_whose_tables_were_changed_is_used_by_nobody_else(tmp_path: Path, change: str) -> None:
    first = used(tmp_path / "first")
    databases().eye.do(first, change)
    leave(tmp_path / "first")
    second = used(tmp_path / "second")
    assert second != first
    assert outside(tmp_path / "second", TRIGGER) == [{"found": 1}]
    assert outside(tmp_path / "second", "SELECT 1 AS gone FROM pg_database WHERE datname = '" + first + "'") == []
