"""One city's system, as one look-up asks it: few questions at once, each with a limit, none of them twice, and left
alone while it is ill."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TypeVar
from urllib.parse import quote

from config.clock import Clock
from config.lookup import Row
from config.template import Template
from eservices.lookup.sources.answers import Odd, Shape, read
from eservices.lookup.sources.wire import Away, Client, Opener, Request
from gateway.circuit import Circuit
from gateway.pulse import Pulse, Status

log = logging.getLogger(__name__)
T = TypeVar("T")

KIND = "look-up"  # of its part of health
AT_ONCE = 4  # questions on the line to one system
MOST_ASKED = 64  # that wait for the line; who comes then is told what was kept
LONGEST_S = 1.5  # an answer by SMS is promised in 2 s
REMEMBERED = 2000  # answers in memory; each is a row or two
JUST_S = 10.0  # so long an answer that was fetched for a turn is there for that turn, however old answers may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What to ask, and how what comes is read. ``example``: the key of a probe. ``header``, ``secret``: goes along."""

    name: str
    url: Template
    shape: Shape
    example: str
    header: str
    secret: str = field(repr=False)
    wait_s: float
    fresh_s: float

    @property
    def personal(self) -> bool:
        """Whether its answer hangs on who asks."""
        return "number" in self.url.names

    def request(self, key: str, number: str) -> Request:
        """The question for that key."""
        url = self.url.fill({"key": key, "number": number}, lambda value: quote(value, safe=""))
        return Request(url, {self.header: self.secret} if self.secret else {})


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, and when it came."""

    rows: tuple[Row, ...]
    at: datetime


class Source:
    """See the module. ``open`` opens a line with so many connections; ``run`` is its loop, which keeps the line and
    looks after the circuit: before it runs, and after, nobody is asked."""

    def __init__(
        self, described: Described, open: Callable[[int], Opener], clock: Clock, pulse: Pulse, zone: tzinfo
    ) -> None:
        self.described = described
        self._open, self._clock, self._pulse, self._zone = open, clock, pulse, zone
        self._client: Client | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._flights: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._known: dict[tuple[str, str], Fetched] = {}
        self._sought: dict[tuple[str, str], datetime] = {}
        self._away_since: datetime | None = None
        self._odd = ""  # why its last answer could not be used
        self.circuit = Circuit(clock, pulse, described.name, self.probe, kind=KIND, report=self._report)

    @property
    def well(self) -> bool:
        """Whether it is worth asking."""
        return self._client is not None and self.circuit.well

    def fetched(self, key: str, number: str) -> Fetched | None:
        """What it answered a moment ago."""
        return self._younger(key, number, max(self.described.fresh_s, JUST_S))

    def fresh(self, key: str, number: str) -> bool:
        """Whether what it answered need not be asked again."""
        return self._younger(key, number, self.described.fresh_s) is not None

    def sought(self, key: str, number: str) -> bool:
        """Whether it was to be asked that a moment ago, whatever came of it."""
        at = self._sought.get((key, number))
        return at is not None and 0 <= (self._clock.now() - at).total_seconds() <= JUST_S

    def _younger(self, key: str, number: str, most_s: float) -> Fetched | None:
        known = self._known.get((key, number))  # asked in the writer's thread too, which has no monotonic clock
        age = (self._clock.now() - known.at).total_seconds() if known is not None else most_s + 1
        return known if 0 <= age <= most_s else None

    async def ask(self, key: str, number: str) -> None:
        """Have it answered, if it can be. Within LONGEST_S; who stops waiting does not stop the question. Never
        raises."""
        _newest(self._sought, (key, number), self._clock.now())
        if not self.well or self.fresh(key, number):
            return
        flight = self._flights.get((key, number))
        if flight is None:
            if len(self._flights) >= MOST_ASKED:
                return
            flight = asyncio.create_task(self._fly(key, number), name=f"{KIND} {self.described.name}")
            self._flights[key, number] = flight
            flight.add_done_callback(lambda _: self._flights.pop((key, number), None))
        await asyncio.wait([flight])

    async def run(self) -> None:
        """Keep the line and the circuit, for ever."""
        async with self.lined():
            await self.circuit.run()

    @contextlib.asynccontextmanager
    async def lined(self) -> AsyncIterator[None]:
        """The line is there until the context ends; what is asked then is given up."""
        async with self._open(AT_ONCE) as self._client:
            try:
                yield
            finally:
                self._client = None
                flights = list(self._flights.values())
                for flight in flights:
                    flight.cancel()
                await asyncio.gather(*flights, return_exceptions=True)

    async def probe(self) -> None:
        """Ask for the example, which it need not know: any answer is a sign of life. Raises Away."""
        async with self._clock.timeout(self._wait_s):
            try:
                await self._answer(self.described.example, "")
                self._odd = ""
            except Odd as why:
                self._odd = str(why)

    async def _fly(self, key: str, number: str) -> None:
        name, on_the_line = self.described.name, False
        try:
            async with self._clock.timeout(self._wait_s), self._slots:
                on_the_line = True
                rows = await self._answer(key, number)
        except TimeoutError:
            if on_the_line:  # else it is busy with others' questions, which have their own say
                self.circuit.failed(f"no answer in {self._wait_s:g} s")
        except Away as why:
            self.circuit.failed(str(why), surely=why.surely)
        except Odd as why:
            log.warning("%s %s: %s", KIND, name, why)
            self._odd = str(why)
            self.circuit.worked()
        except Exception:
            log.exception("%s %s: a fault of ours", KIND, name)
        else:
            self._odd = ""
            self.circuit.worked()
            _newest(self._known, (key, number), Fetched(rows, self._clock.now()))

    async def _answer(self, key: str, number: str) -> tuple[Row, ...]:
        if self._client is None:
            raise Away("not asked yet")
        reply = await self._client.get(self.described.request(key, number))
        return read(reply, self.described.shape, key)

    @property
    def _wait_s(self) -> float:
        return min(self.described.wait_s, LONGEST_S)

    def _report(self, status: Status, detail: str) -> None:
        """Its part of health: what is away is told since when, and fails nobody but who asks it."""
        if status is Status.FAILED:
            self._away_since = self._away_since or self._clock.now()
            since = self._away_since.astimezone(self._zone)
            status, detail = Status.DEGRADED, f"away since {since:%H.%M}: {detail}"
        elif status is Status.OK:
            self._away_since = None
            status, detail = (Status.DEGRADED, f"cannot be understood: {self._odd}") if self._odd else (status, detail)
        self._pulse.report(KIND, self.described.name, status, detail[:200])


def _newest(among: dict[tuple[str, str], T], asked: tuple[str, str], what: T) -> None:
    """Remember that as the newest; the oldest go."""
    among.pop(asked, None)
    among[asked] = what
    while len(among) > REMEMBERED:
        del among[next(iter(among))]
