"""A store that was brought back by its own program is made quiet by the same command, wherever it is."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.cli import Terminal
from config.clock import SystemClock
from config.command import DONE, NOT_HERE, NOT_SO, USAGE, CommandError, Context
from config.settings import Settings, StoreSettings
from dispatch import store as verbs
from dispatch.case import Case
from dispatch.incident import Incident, State
from dispatch.restore_command import restore
from eservices.restored import ABOVE
from gateway.audit_anchor import Anchor, anchors, write_anchor
from gateway.commanding import STORE
from gateway.doctor import brought_back
from gateway.messages import Inbound, Kind, Lane, Outbound
from gateway.store import Store, StoreRefused, Tx, put
from gateway.store.audit import Head
from gateway.store.carrying import write_version
from gateway.store.inbound import add_letter
from tests.dispatch.stage import GINA, HADI, town
from tests.fixtures.engines import open_store, outside, url_of

COPIED = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)  # the 19th in the town
DAY = "2026-11-19"


class Then(SystemClock):
    """The clock of the day of the copy."""

    def now(self) -> datetime:
        return COPIED


def context_of(data: Path) -> Context:
    settings = Settings(city="tinytown", data_dir=data, store=StoreSettings(url=url_of(data / STORE)))
    return Context(settings=settings, city=town(), clock=SystemClock(), out=Terminal(as_json=True))


def came(tx: Tx) -> None:
    """An emergency is open, a letter waits to be sent, one was not read."""
    one = Incident(id=0, code="", kind="fire", caller=GINA, opened_at=COPIED, state=State.CONFIRMED)
    verbs.open_case(tx, Case(incident=one, origin=Kind.SMS, heard_at=COPIED))
    put(tx, Outbound(to=HADI, text="x", lane=Lane.SERVICE, key="x", expires_at=datetime(2099, 1, 1, tzinfo=UTC)))
    late = Inbound(
        id=0, channel="m", kind=Kind.SMS, sender=GINA, text="y", sent_at=COPIED, received_at=COPIED, external_id="y"
    )
    add_letter(tx, late, urgent=True)


async def copied(data: Path) -> None:
    data.mkdir()
    async with await open_store(data / STORE, Then()) as store:
        await store.write(came)


async def quieted(data: Path, day: str = DAY, file: str = "") -> int:
    return await restore(ABOVE).run(context_of(data), Namespace(file=file, replace=False, in_place=day))


def states(data: Path) -> list[str]:
    all = "SELECT 1, state FROM incident UNION ALL SELECT 2, state FROM outbound UNION ALL SELECT 3, state FROM inbound"
    return [str(row["state"]) for row in outside(data / STORE, f"{all} ORDER BY 1")]


async def test_what_was_open_is_closed_and_nothing_that_waited_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    await copied(data)
    assert await quieted(data) == DONE
    assert states(data) == ["closed", "cancelled", "unread"]
    said = capsys.readouterr()
    row = json.loads(said.out)
    assert (row["closed"], row["unread"], row["aside"]["letters"]) == ([1], 1, 1)
    assert row["numbers"]["incident"] == 201
    assert "closed: emergency 1 of 2026-11-18" in said.err
    assert "STOP, HAPUS DATA" in said.err
    [line] = outside(data / STORE, "SELECT detail FROM audit_line WHERE what = 'restore'")
    assert line["detail"] == "copy of 2026-11-18T20:00:00+00:00"


async def test_the_doctor_knows_a_store_that_is_older_than_what_was_written_down_of_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await copied(data)
    settings, clock = context_of(data).settings, SystemClock()
    write_anchor(data, Anchor(at=COPIED, head=Head(seq=0, hash="")))
    assert await brought_back(settings, clock) == []
    write_anchor(data, Anchor(at=clock.now(), head=Head(seq=700, hash="x")))
    (found,) = await brought_back(settings, clock)
    assert (found.well, "line 700" in found.saw, "--in-place" in found.mend) == (False, True, True)
    assert await quieted(data) == DONE
    assert await brought_back(settings, clock) == []
    (aside,) = data.glob("before-restore-*/audit.anchor")
    assert len(anchors(aside.parent)) == 2


async def test_a_store_whose_newest_is_of_another_day_is_left_as_it_is(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await copied(data)
    with pytest.raises(CommandError, match=f"the newest in it is of {DAY}") as told:
        await quieted(data, "2026-11-18")
    assert told.value.code == NOT_SO
    assert states(data) == ["confirmed", "queued", "new"]


async def test_while_another_program_works_on_it_it_is_left_as_it_is(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    await copied(data)
    url = url_of(data / STORE)
    other.mkdir()
    async with await Store.open(other / STORE if url else data / STORE, SystemClock(), url=url):
        with pytest.raises(CommandError, match="while the program stands still") as told:
            await quieted(data)
    assert told.value.code == NOT_HERE
    assert states(data) == ["confirmed", "queued", "new"]


async def test_a_store_of_a_newer_pack_is_left_as_it_is(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await copied(data)
    async with await open_store(data / STORE, Then()) as store:
        await store.write(lambda tx: write_version(tx, "tinytown", 9))
    with pytest.raises(StoreRefused, match="put version 9 back"):
        await quieted(data)
    assert states(data) == ["confirmed", "queued", "new"]


@pytest.mark.parametrize(("file", "day"), [("", ""), ("c.tar", DAY)])
async def test_a_copy_or_a_day_is_named_and_not_both(tmp_path: Path, file: str, day: str) -> None:
    with pytest.raises(CommandError) as told:
        await quieted(tmp_path, day, file)
    assert told.value.code == USAGE
