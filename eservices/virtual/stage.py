"""The city's own system beside the virtual network: the demo's look-ups ask it as they would a real one."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from config.clock import Clock
from config.settings import Settings
from eservices.virtual.http import Line, add_control, serving
from eservices.virtual.system import CitySystem
from gateway.store import Resident
from gateway.virtual import stage as network

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(network.Stage):
    """With the city's system, and the port where it listens."""

    system: CitySystem
    line: Line

    def settings(self, settings: Settings, city: City) -> Settings:
        """Those of the network; and the look-ups that the system has are looked up there."""
        return replace(network.Stage.settings(self, settings, city), sources=self.system.sources(self.line.url))


@contextlib.asynccontextmanager
async def on_stage(folder: Path, city: City, clock: Clock, residents: Sequence[Resident]) -> AsyncIterator[Stage]:
    """The network's stage (``gateway/virtual/stage.py``) and the system; its control stands beside the provider's."""
    system = CitySystem.of(city, clock)
    async with network.on_stage(folder, city, clock, residents) as below, serving(system) as line:
        add_control(below.pages, system, line)
        of_network = {one.name: getattr(below, one.name) for one in fields(below)}
        yield Stage(**of_network, system=system, line=line)
