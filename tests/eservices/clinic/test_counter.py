"""What a counter does beside calling, by the command line: late, back, again, moved, cancelled."""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.cli import build_parser
from config.command import DONE, CommandError, Context
from eservices.clinic import calling
from eservices.clinic.asked import estimate, tell_hour
from eservices.clinic.queue import State
from eservices.commands import COMMANDS
from gateway.page import Floor
from gateway.store import Tx
from tests.eservices.clinic.counter import doctor, fill
from tests.eservices.complaints.office_commands import Paper
from tests.eservices.pages.desk import letters
from tests.eservices.pages.hall import SetClock
from tests.fixtures.site import ground_floor


async def typed(floor: Floor, line: str) -> Paper:
    """What the command prints. Raises CommandError."""
    asked, paper = build_parser(COMMANDS).parse_args(shlex.split(line)), Paper()
    context = Context(settings=None, city=floor.city, clock=floor.clock, out=paper, store=floor.store)
    assert await asked.command.run(context, asked) == DONE
    return paper


async def test_a_counter_does_everything_from_a_terminal(tmp_path: Path) -> None:
    clock = SetClock()
    async with ground_floor(tmp_path, clock=clock) as floor:
        await floor.store.write(lambda tx: fill(tx, floor.city, doctor(floor.city), range(1, 5)))
        (row,) = (await typed(floor, "clinic late hulu umum 30")).rows
        assert (row["late"], row["waiting"]) == (30, 4)
        assert "08.30" in (await letters(floor, "+6285500000001"))[-1]
        (shown,) = (await typed(floor, "clinic list --sessions --clinic hulu --service umum --day today")).rows
        assert (shown["calls"], shown["late"]) == (0, 30)
        await typed(floor, "clinic call hulu umum --seen 0")
        with pytest.raises(CommandError, match="somebody called meanwhile"):
            await typed(floor, "clinic call hulu umum --seen 0")
        with pytest.raises(CommandError, match="has begun"):
            await typed(floor, "clinic late hulu umum 10")
        await typed(floor, "clinic again hulu umum 1")
        with pytest.raises(CommandError, match="not called"):
            await typed(floor, "clinic again hulu umum 2")
        await typed(floor, "clinic noshow hulu umum 1")
        (row,) = (await typed(floor, "clinic back hulu umum 1")).rows
        assert (row["state"], row["ahead"]) == ("waiting", 0)
        (row,) = (await typed(floor, "clinic move hulu umum 2 --to tomorrow")).rows
        assert row["day"] == "2026-11-25"
        (row,) = (await typed(floor, "clinic cancel hulu umum 3 --reason 'dokter rapat'")).rows
        assert row["state"] == "cancelled"
        assert "dokter rapat" in (await letters(floor, "+6285500000003"))[-1]
        for line in ("back hulu umum 4", "cancel hulu umum 3 --reason x", "move hulu umum 1 --to 2026-11-29"):
            with pytest.raises(CommandError, match="nothing was changed"):
                await typed(floor, f"clinic {line}")


async def test_the_first_hour_that_a_ticket_told_is_kept_until_there_is_a_new_ticket(tmp_path: Path) -> None:
    async with ground_floor(tmp_path, clock=SetClock()) as floor:
        session, begins = doctor(floor.city), doctor(floor.city).begins

        def work(tx: Tx) -> tuple[datetime | None, datetime | None, datetime]:
            first, second = fill(tx, floor.city, session, range(1, 3))
            tell_hour(tx, session, second, begins)
            calling.call_next(tx, session, begins + timedelta(minutes=40))
            now = begins + timedelta(minutes=41)
            later = tell_hour(tx, session, second, now) if calling.numbered(tx, session, 2) else now
            kept = calling.numbered(tx, session, 2)
            assert kept is not None
            assert first.state is State.WAITING
            return kept.told_for, estimate(tx, session, kept, now), later

        told, estimated, later = await floor.store.write(work)
        assert told == begins + timedelta(minutes=10)
        assert estimated == later
        assert later > told
