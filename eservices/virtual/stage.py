"""The city's own system and its buses beside the virtual network: the demo's look-ups ask the one as they would a real
one, and the trackers of the others post as real ones do."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from config.clock import Clock
from config.settings import Settings
from config.settings_trackers import TrackerSettings
from eservices.virtual.http import Line, add_control, serving
from eservices.virtual.system import CitySystem
from eservices.virtual.trackers.driving import Fleet
from eservices.virtual.trackers.http import Posting
from eservices.virtual.trackers.http import add_control as add_trackers
from gateway.store import Resident
from gateway.virtual import stage as network
from gateway.virtual.stage import SECRET_OCTETS

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(network.Stage):
    """With the city's system, the port where it listens, and what the buses' trackers post with their ``token``."""

    system: CitySystem
    line: Line
    posting: Posting
    token: str

    def settings(self, settings: Settings, city: City) -> Settings:
        """Those of the network; and the look-ups that the system has are looked up there."""
        below, trackers = network.Stage.settings(self, settings, city), TrackerSettings(tokens=(self.token,))
        return replace(below, sources=self.system.sources(self.line.url), trackers=trackers)

    def ready(self, url: str) -> None:
        """The program listens there: providers and trackers post to it from now on."""
        network.Stage.ready(self, url)
        self.posting.at(url, self.token)


@contextlib.asynccontextmanager
async def on_stage(folder: Path, city: City, clock: Clock, residents: Sequence[Resident]) -> AsyncIterator[Stage]:
    """The network's stage (``gateway/virtual/stage.py``) and the system; its control stands beside the provider's."""
    system = CitySystem.of(city, clock)
    async with network.on_stage(folder, city, clock, residents) as below, serving(system) as line:
        add_control(below.pages, system, line)
        of_network = {one.name: getattr(below, one.name) for one in fields(below)}
        fleet = Fleet(city.buses, clock.now())
        posting, token = Posting(fleet, city.buses, clock), secrets.token_urlsafe(SECRET_OCTETS)
        add_trackers(below.pages, fleet, city.buses, clock)
        driving = asyncio.create_task(posting.run(), name="trackers")
        try:
            yield Stage(**of_network, system=system, line=line, posting=posting, token=token)
        finally:
            driving.cancel()
            await asyncio.wait((driving,))
