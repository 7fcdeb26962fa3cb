"""The console's house over the running program: its looks read the store, its acts are the verbs of ``acceptance``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.acceptance import Verdict, Who
from dispatch.acts import carry_out
from dispatch.asking_tests import officers
from dispatch.console.detail import detail_json
from dispatch.console.house import UNPROVEN, Board, Json, NoSuchIncident, Refusal
from dispatch.console.letters import post_json, seen
from dispatch.console.picture import line_json
from dispatch.console.summary import board_json
from dispatch.duty import as_changed
from gateway.audit import Deed, note
from gateway.health import WAYS
from gateway.page import Floor, User
from gateway.pulse import Bell, Part, Status
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City, Station
    from dispatch.case import SirenState

LATEST = 12  # ended incidents that stay on the board
MOST = 200  # incidents on the board; the longest-waiting first, so what is left out waits behind two hundred others
READ_S = 3.0  # a read takes milliseconds, behind another program's lock up to this


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
            "findings": {word: dict(labels) for word, labels in city.findings.items()},
            "stations": [{"id": one.id, "name": one.name} for one in city.stations.values()],
            "officers": _officers(city),
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
        ways = sum(part.kind in WAYS and part.status is Status.OK for part in self._pulse.parts())
        return await self._store.read(lambda tx: post_json(tx, self._city, self.clock, self._ceiling, ways))

    async def overdue(self) -> int:
        now = self.clock.now()
        known = await self._store.read(lambda tx: officers(tx, self._city, now))
        return sum(bool(one["overdue"]) for one in known)

    async def seen(self, letter: str, user: User) -> bool:
        def work(tx: Tx) -> bool:
            known = seen(tx, letter)
            note(tx, Deed(by=user.login, how="page", what="letter.seen", object=f"letter/{letter}"))
            return known

        known = await self._store.write(work)
        self._wake()
        return known

    async def board(self) -> Board:
        def look(tx: Tx) -> Board:
            return board_json(tx, self._changed(tx), self.clock.now(), most=MOST, latest=LATEST)

        return await self._store.read(look)

    async def incident(self, number: int) -> Json:
        try:
            return await self._store.read(lambda tx: detail_json(tx, self._changed(tx), number))
        except store.NoSuchIncident as fault:
            raise NoSuchIncident(number) from fault

    async def act(self, number: int, act: str, user: User, fields: Mapping[str, str], seen: int | None) -> None:
        who, now = Who(name=user.name, how="page", login=user.login), self.clock.now()

        def work(tx: Tx) -> Verdict:
            return carry_out(tx, self._city, number, act, who, now, fields, seen=seen)

        try:
            verdict = await self._store.write(work)
        except store.NoSuchIncident as fault:
            raise NoSuchIncident(str(fault)) from fault
        self._wake()
        if not verdict.done:
            undone = [line_json(self._city, line) for line in verdict.undone]
            raise Refusal(verdict.why, verdict.key, verdict.fields, undone)

    def _changed(self, tx: Tx) -> City:
        return as_changed(tx, self._city, self.clock.now())


def _officers(city: City) -> list[Json]:
    """Everybody to whom an incident can be sent, by station."""
    folk = {shift.number: (shift.name, shift.station) for shift in city.shifts}
    found = [{"number": number, "name": name, "station": station} for number, (name, station) in folk.items()]
    return [*found, *({"number": post.number, "name": post.name, "station": ""} for post in city.operators)]


def _samples(city: City) -> list[Json]:
    """What of the pack is sample data, counted, for the page to say."""
    stations = sum(station.sample for station in city.stations.values())
    counts = {
        "numbers": len(city.sample_numbers()),
        "stations": stations,
        "streets": sum(s.sample for s in city.streets),
    }
    return [{"what": what, "count": count} for what, count in counts.items() if count]
