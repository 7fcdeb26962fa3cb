"""The console's house over the running program: its looks read the store, its acts are the verbs of ``acceptance``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch import acceptance, store
from dispatch.acceptance import Verdict, Who
from dispatch.console.house import Json, NoSuchIncident, Refusal
from dispatch.console.letters import post_json, seen
from dispatch.console.picture import incident_json, line_json
from gateway.page import Floor
from gateway.pulse import Bell, Part, Status
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City, Station
    from dispatch.case import SirenState

log = logging.getLogger(__name__)

LATEST = 12  # ended incidents that stay on the board
MOST = 200  # incidents on the board; the longest-waiting first, so what is left out waits behind two hundred others
READ_S = 3.0  # a read takes milliseconds, behind another program's lock up to this
UNPROVEN = "unproven"  # detail of a siren of whose path nothing is known yet


class RunningHouse:
    """``ConsoleHouse`` as the front door builds it. ``ceiling``: Rupiah that a channel may cost a day, for what is no
    emergency (0: no limit); default: the settings'."""

    def __init__(self, floor: Floor, *, bell: Bell, ceiling: Callable[[str], float] | None = None) -> None:
        self._store, self._city, self._pulse, self._wake = floor.store, floor.city, floor.pulse, floor.wake
        self._ceiling = ceiling or floor.settings.spending.of
        self.clock, self.bell = floor.clock, bell
        self._began = floor.clock.now()

    def city(self) -> Json:
        city = self._city
        return {
            "name": city.name,
            "title": city.title,
            "timezone": city.timezone.key,
            "languages": list(city.languages),
            "clocks": asdict(city.clocks),
            "sample": _samples(city),
        }

    async def health(self) -> Sequence[Part]:
        """Said at once, and all the more when the store cannot be read."""
        try:
            async with self.clock.timeout(READ_S):
                known = await self._store.read(store.siren_states)
        except Exception as fault:
            why = str(fault) or f"no answer in {READ_S:.0f} s"
            self._pulse.report("store", "reading", Status.FAILED, why[:200])
            return self._pulse.parts()
        self._pulse.forget("store", "reading")
        sirens = [self._siren(one, known) for one in self._city.stations.values() if one.siren]
        return [*self._pulse.parts(), *sirens]

    def _siren(self, station: Station, known: object) -> Part:
        assert isinstance(known, dict)
        seen: SirenState | None = known.get(station.siren.number) if station.siren else None
        status, since, detail = Status.DEGRADED, self._began, UNPROVEN
        if seen is not None and seen.failures:
            status, since, detail = Status.FAILED, seen.failed_at or self._began, seen.outcome
        elif seen is not None and seen.proven_at is not None:
            stale = self.clock.now() - seen.proven_at > timedelta(seconds=self._city.clocks.proven_s)
            status, since, detail = Status.DEGRADED if stale else Status.OK, seen.proven_at, UNPROVEN if stale else ""
        return Part(name=station.name, kind="siren", status=status, since=since, detail=detail)

    async def post(self) -> Json:
        return await self._store.read(lambda tx: post_json(tx, self._city, self.clock, self._ceiling))

    async def seen(self, letter: str, name: str) -> bool:
        known = await self._store.write(lambda tx: seen(tx, letter))
        log.info("%s has seen that letter %s ended badly", name, letter)
        self._wake()
        return known

    async def incidents(self) -> Sequence[Json]:
        def look(tx: Tx) -> list[Json]:
            return [incident_json(tx, self._city, case) for case in store.listed(tx, latest=LATEST)[:MOST]]

        return await self._store.read(look)

    async def incident(self, number: int) -> Json:
        def look(tx: Tx) -> Json:
            return incident_json(tx, self._city, store.load_case(tx, number))

        try:
            return await self._store.read(look)
        except store.NoSuchIncident as fault:
            raise NoSuchIncident(number) from fault

    async def timeline(self, number: int) -> Sequence[Json]:
        events = await self._store.read(lambda tx: store.events_of(tx, number))
        return [line_json(self._city, event) for event in events]

    async def accept(self, number: int, name: str) -> None:
        await self._act(lambda tx: acceptance.accept(tx, self._city, number, _who(name), self.clock.now()))

    async def next_station(self, number: int, name: str) -> None:
        await self._act(lambda tx: acceptance.next_station(tx, self._city, number, _who(name), self.clock.now()))

    async def confirm(self, number: int, name: str) -> None:
        await self._act(lambda tx: acceptance.confirm(tx, self._city, number, _who(name), self.clock.now()))

    async def cancel(self, number: int, name: str) -> None:
        await self._act(lambda tx: acceptance.cancel(tx, self._city, number, _who(name), self.clock.now()))

    async def close(self, number: int, name: str) -> None:
        await self._act(lambda tx: acceptance.close(tx, self._city, number, _who(name), self.clock.now()))

    async def _act(self, act: Callable[[Tx], Verdict]) -> None:
        try:
            verdict = await self._store.write(act)
        except store.NoSuchIncident as fault:
            raise NoSuchIncident(str(fault)) from fault
        self._wake()
        if not verdict.done:
            raise Refusal(verdict.why)


def _who(name: str) -> Who:
    return Who(name=name, how="page")


def _samples(city: City) -> list[Json]:
    """What of the pack is sample data, counted, for the page to say."""
    stations = sum(station.sample for station in city.stations.values())
    counts = {
        "numbers": len(city.sample_numbers()),
        "stations": stations,
        "streets": sum(s.sample for s in city.streets),
    }
    return [{"what": what, "count": count} for what, count in counts.items() if count]
