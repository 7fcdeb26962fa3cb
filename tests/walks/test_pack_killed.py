"""The real program is killed (SIGKILL) while it carries a store over to the next version of its pack: what it finds
after that is wholly the older version's or wholly the newer one's, and the next start makes the rest good."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gateway.test_packs import BATU, SUMBER, TANJUNG, TOWN, second
from tests.walks.house import House

EACH = 40  # residents of each area
OLD = {BATU: EACH, SUMBER: EACH, TANJUNG: EACH}
NEW = {"99.01.01.2001": EACH, SUMBER: EACH, "99.01.03.1001": EACH}  # Sumber was split: a person has to say
KILL = """
import os, signal
import gateway.packs, gateway.store.carrying as carrying
def killed_after(room, name, when):
    told = getattr(room, name)
    def once(*given, **more):
        done = told(*given, **more)
        if when(*given):
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    setattr(room, name, once)
"""
POINTS = {  # where, and whether the newer version stands by then
    "killed_after(carrying, '_column', lambda tx, column, *_: column.table.name == 'resident')": False,
    "killed_after(gateway.packs, 'note', lambda *_: True)": False,
    "killed_after(gateway.packs, 'write_version', lambda *_: True)": False,
    "killed_after(gateway.packs.log, 'warning', lambda said, *_: said.startswith('carried over'))": True,
}


def lives(here: House) -> dict[str, int]:
    rows = here.rows("SELECT kelurahan, count(*) AS many FROM resident GROUP BY kelurahan")
    return {row["kelurahan"]: row["many"] for row in rows}


def said(here: House) -> tuple[list[int], int]:
    """The versions that the store was run with, and how often the audit tells of a carrying over."""
    versions = [row["version"] for row in here.rows("SELECT version FROM pack_run ORDER BY id")]
    return versions, len(here.rows("SELECT seq FROM audit_line WHERE what = 'pack.carry'"))


@pytest.mark.both_engines
@pytest.mark.parametrize(("point", "done"), POINTS.items(), ids=["a table", "audit", "version", "committed"])
def test_killed_while_it_is_carried_over_a_store_is_wholly_old_or_wholly_new(
    tmp_path: Path, point: str, done: bool
) -> None:
    here = House(folder=tmp_path / "house", pack=TOWN, port=str(tmp_path / "no-modem"))
    here.folder.mkdir()
    names = {code: here.city.areas[code].name for code in OLD}
    people = [f"+6285{nth}00009{one:03d},{names[code]}\n" for nth, code in enumerate(OLD) for one in range(EACH)]
    people_csv = tmp_path / "people.csv"
    people_csv.write_text("phone,kelurahan\n" + "".join(people))
    imported = here.command("residents", "import", str(people_csv))
    assert imported.returncode == 0, imported.stderr
    next_one = replace(here, pack=second(tmp_path))
    with pytest.raises(AssertionError, match="said nothing"), next_one.running(before=f"{KILL}\n{point}"):
        pytest.fail("it is ready, and was to be killed")
    assert lives(here) == (NEW if done else OLD)
    assert said(here) == (([2], 1) if done else ([], 0))
    with next_one.running() as run:
        assert lives(here) == NEW
        assert run.process.stop() in (0, -signal.SIGTERM)
    assert said(here) == ([2], 1), "carried over once"
