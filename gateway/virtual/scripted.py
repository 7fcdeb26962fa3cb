"""``demo --script``: the walk on virtual time, driver and modems joined in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from config.city import City
from config.clock import Clock, VirtualClock, run_virtual
from config.command import NOT_HERE, CommandError, Context, Out
from config.settings import Settings
from gateway.registry import sample_residents
from gateway.store import Store
from gateway.store.people import save
from modem.port import Opener
from modem.virtual import Network, NetworkSettings, memory_opener
from modem.virtual import script as walk
from modem.virtual.stage import on_modems
from modem.virtual.world import settle

BEGINS = datetime(2026, 8, 17, 13, 0, tzinfo=UTC)  # any instant does; a fixed one makes the script repeatable
REGISTER_S = 5.0  # seconds until the modems are on the network


class Opened(Protocol):
    """The program, running."""

    @property
    def store(self) -> Store: ...


Open = Callable[[Settings, City, Clock, Opener], AbstractAsyncContextManager[Opened]]


async def play_script(context: Context, program: Open) -> bool:
    """Play it, in a folder that goes with it, with the program that ``program`` opens; whether all that is promised
    happened. Raises CommandError: the pack has nobody to play it with."""
    with TemporaryDirectory(prefix="kentongan-") as folder:
        settings = replace(context.settings, data_dir=Path(folder))
        return await asyncio.to_thread(
            run_virtual, partial(_played, settings, context.city, context.out, program), BEGINS
        )


async def _played(settings: Settings, city: City, out: Out, program: Open, clock: VirtualClock) -> bool:
    network = Network(clock, seed=1, settings=NetworkSettings.field())
    people = sample_residents(city, clock.now())
    players = [walk.Resident(number=one.phone, kelurahan=one.kelurahan) for one in people if not one.quiet]
    if len(players) < 3:
        raise CommandError(f"{city.path}/residents-sample.csv: the walk needs three who are not quiet", NOT_HERE)
    settle(network, city, (one.phone for one in people))
    settings = on_modems(settings, city, {one.number: one.name for one in network.modems})
    async with program(settings, city, clock, memory_opener(network)) as house:
        await house.store.write(lambda tx: [save(tx, one) for one in people])
        await clock.sleep(REGISTER_S)
        story = walk.Walk(network, city, clock, lambda line: out.row({"say": line}, line))
        return await story.play((players[0], players[1], players[2]))
