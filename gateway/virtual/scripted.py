"""``demo --script``: the walk on virtual time, driver and modems joined in memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from config.clock import Clock
from config.command import NOT_HERE, CommandError, Out
from config.settings import Settings
from gateway.registry import sample_residents
from gateway.store import Store
from gateway.store.people import save
from modem.port import Opener
from modem.virtual import Network, NetworkSettings, memory_opener
from modem.virtual import script as walk
from modem.virtual.stage import on_modems
from modem.virtual.world import settle

if TYPE_CHECKING:
    from config.city import City

BEGINS = datetime(2026, 8, 17, 13, 0, tzinfo=UTC)  # any instant does; a fixed one makes the script repeatable
REGISTER_S = 5.0  # seconds until the modems are on the network


class Opened(Protocol):
    """The program, running."""

    @property
    def store(self) -> Store: ...


Open = Callable[[Settings, Opener], AbstractAsyncContextManager[Opened]]


async def scripted(settings: Settings, city: City, clock: Clock, out: Out, program: Open) -> bool:
    """Play it with the program that ``program`` opens; whether all that is promised happened. Raises CommandError:
    the pack has nobody to play it with."""
    network = Network(clock, seed=1, settings=NetworkSettings.field())
    people = sample_residents(city, clock.now())
    players = [walk.Resident(number=one.phone, kelurahan=one.kelurahan) for one in people if not one.quiet]
    if len(players) < 3:
        raise CommandError(f"{city.path}/residents-sample.csv: the walk needs three who are not quiet", NOT_HERE)
    settle(network, city, (one.phone for one in people))
    settings = on_modems(settings, city, {one.number: one.name for one in network.modems})
    async with program(settings, memory_opener(network)) as house:
        await house.store.write(lambda tx: [save(tx, one) for one in people])
        await clock.sleep(REGISTER_S)
        story = walk.Walk(network, city, clock, lambda line: out.row({"say": line}, line))
        return await story.play((players[0], players[1], players[2]))
