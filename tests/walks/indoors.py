"""The whole house and its town in this process and on virtual time: driver and modem joined in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import kentongan
from config.city import City, load_city
from config.clock import VirtualClock, run_virtual
from config.settings import ModemSettings, Settings, StoreSettings
from gateway.pulse import Part
from gateway.registry import Resident, read_rows
from gateway.store.listing import Listed, letters
from gateway.store.people import save
from ivr.house import Speaking
from modem.virtual import Network, NetworkSettings, VirtualModem, memory_opener, tpdu
from modem.virtual.world import settle
from tests.fixtures.murmur import murmuring
from tests.walks.house import GINA, HADI, PACK, made

T = TypeVar("T")

EPOCH = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # Wednesday, 11.00 in the town
LIMIT_S = 86400.0  # virtual seconds a scene may take
OFFSET = timedelta(hours=8)  # of the town's network


@dataclass(slots=True)
class Indoors:
    """The town: its network, the running house, the clock."""

    clock: VirtualClock
    network: Network
    city: City
    house: kentongan.House

    @property
    def modem(self) -> VirtualModem:
        return self.network.modems[0]

    async def sms(self, sender: str, text: str, *, then: float = 1.0) -> None:
        """Somebody writes; ``then`` seconds pass."""
        self.network.phone(sender).sms(self.modem.number, text)
        await self.clock.sleep(then)

    def deliver(self, sender: str, data: tpdu.UserData) -> None:
        """A message of a sender that has no phone: a name, a short code."""
        octets = tpdu.deliver(sender, tpdu.stamp(self.clock.now(), OFFSET), data)
        self.network.smsc.inject(self.modem.number, octets, sender)

    async def letters(self, state: str | None = None) -> list[Listed]:
        """As ``letters list`` shows them."""
        return await self.house.store.read(lambda tx: letters(tx, state=state, at_most=10_000))

    async def came(self) -> list[Listed]:
        """The letters that came in."""
        return [one for one in await self.letters() if one.direction == "in"]

    def part(self, name: str) -> Part:
        """One part of ``/health``."""
        return next(part for part in self.house.pulse.parts() if part.name == name)

    def on_the_sim(self) -> int:
        """Messages that the modem still holds."""
        return sum(self.modem.storage.used(name)[0] for name in self.modem.storage.names if name != "MT")


def indoors(
    folder: Path,
    scene: Callable[[Indoors], Awaitable[T]],
    *,
    network: NetworkSettings | None = None,
    modems: int = 1,
    answer: bool = False,
    silence: bool = False,
    speaking: Callable[[City, VirtualClock], Speaking] = lambda city, clock: murmuring(),
    pack: Path = PACK,
    at: datetime = EPOCH,
) -> T:
    """Open the house in a fresh town, or over the store that is in ``folder``, play the scene, close it. Of ``modems``
    only the first is the city's own. ``pack``: which town; ``at``: when.
    ``answer``: they answer who calls. ``silence``: their lines carry it too, as real ones do. ``speaking``: how calls
    are carried."""

    async def main(clock: VirtualClock) -> T:
        city = load_city(pack)
        net = Network(clock, settings=network)
        settle(net, city, (GINA, HADI))
        for more in range(1, modems):
            net.modem(f"+62811000000{more}", profile="sim7600")
        ports = tuple(
            ModemSettings(name=f"walk-{at}", port=one.name, audio=f"{one.name}-audio", number=one.number, answer=answer)
            for at, one in enumerate(net.modems, 1)
        )
        store = StoreSettings(url=made(folder / "var"))
        settings = Settings(city=str(pack), data_dir=folder / "var", store=store, modem=ports)
        try:
            async with (
                clock.timeout(LIMIT_S),
                kentongan.open_house(
                    settings,
                    city,
                    clock,
                    opener=memory_opener(net, silence=silence),
                    speaking=speaking(city, clock),
                    inline=True,
                ) as house,
            ):
                rows = list(read_rows((pack / "residents-sample.csv").read_bytes(), city, clock.now()))
                people = [row for row in rows if isinstance(row, Resident)]
                await house.store.write(lambda tx: [save(tx, one) for one in people])
                await clock.sleep(5.0)
                return await scene(Indoors(clock, net, city, house))
        finally:
            net.close()

    return run_virtual(main, at)
