"""A small town whose command centre is open: the program, everybody's telephones, and a dispatcher at his page."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.bench import program, town
from tests.bench.alarms import LIMIT_S, PROFILE, idle
from tests.bench.windows import Windows
from tests.bench.wire import Wire, far_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The running program with everybody in the network; ``page``: a dispatcher's, logged in."""

    wire: Wire
    house: program.House
    running: program.Running
    people: list[town.Resident]
    sirens: frozenset[str]
    page: Any

    @property
    def pid(self) -> int:
        return self.running.process.pid


@asynccontextmanager
async def peopled(chromium: Windows, count: int) -> AsyncIterator[Town]:
    """The program, ready and idle, with ``count`` residents and one open page."""
    async with far_end() as wire, program.laid_out() as house:
        await wire.plug(house.folder, town.MODEM, profile=PROFILE)
        people = town.residents(house.city, count)
        officers, sirens = town.people(house.city)
        await wire.people(officers=officers, sirens=sirens, others=[one.number for one in people])
        await house.register(people)
        once = await house.told("users", "add", "sari", "--name", "Sari Dewi", "--role", "dispatcher")
        async with house.running(wire.device) as running:
            await wire.until(lambda state: state["seq"] > 0 and idle(state, 1.0), "the modem set up", LIMIT_S)
            page = await chromium.logged_in(running.url, "sari", str(once["password"]))
            yield Town(
                wire=wire,
                house=house,
                running=running,
                people=people,
                sirens=frozenset(sirens),
                page=page,
            )


def kept_at(house: program.House) -> dict[str, tuple[int, float]]:
    """By caller: the number of his incident, and when its letter was kept (seconds since 1970)."""
    sql = (
        "select i.caller, i.id, min(l.received_at) from incident i join inbound l on l.sender = i.caller group by i.id"
    )
    return {
        caller: (number, datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())
        for caller, number, at in house.rows(sql)
    }


def settle(house: program.House) -> None:
    """Every incident is accepted and closed, so that nothing rings for them any more. Only while nothing runs."""
    with closing(sqlite3.connect(house.data / program.STORE)) as opened:
        opened.execute(
            "update incident set state = 'closed', accepted_at = coalesce(accepted_at, opened_at),"
            " accepted_by = 'Sari Dewi', closed_at = opened_at"
        )
        opened.commit()
