"""``BUS polres``: the next buses there; ``BUS 3``: that bus; ``BUS``: the stops near one's home, or the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.city_buses import BusLine, Stop
from config.geometry import distance_m
from eservices.bus.naming import MOST, Naming
from eservices.bus.route import Routes
from eservices.bus.saying import Heard, at_stop, one_bus
from eservices.bus.seeing import seen
from eservices.more import Offered
from gateway.asking import again, chosen, left, nearest, tidy
from gateway.dialogue import Ask, Choice, Screen, State, Step, Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

LETTER = 3  # words after BUS that mean no stop: a letter of its own, for whoever reads such
NEAR = 4  # stops near one's home that are offered
LINES = "lines"  # stands among the stops for the list of lines


@dataclass(frozen=True, slots=True, kw_only=True)
class AtStop(Ask):
    """When do buses come there?"""

    stop: Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class OneBus(Ask):
    """Where is that bus?"""

    number: str


class BusTalk(Offered):
    """A state is what the choices stand for: ``stops`` or ``lines``, and their ids."""

    name = "bus"

    def __init__(self, city: City) -> None:
        self._city, self._naming, self._routes = city, Naming(city), Routes(city.buses)
        self.words: Sequence[str] = city.words["bus"]
        self.heads: Sequence[str] = city.words["bus"]

    def label(self, who: Who) -> str:
        return self._city.text(who.language, "label_bus")

    def begin(self, who: Who, said: str = "") -> Step:
        if typed := self._naming.asked(tidy(said)):
            step = self._found(typed, who)
            lost = len(said.split()) >= LETTER and (step.state or {}).get("at") == LINES
            return Step(declined=True) if lost else step  # "bus 3 ugal-ugalan tadi pagi"
        near = self._near(who)
        if not near:
            return self._lines(who, "bus_where")
        return self._stops(who, self._city.text(who.language, "bus_near"), near, lines=True)

    def step(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        kind, ids = state.get("at", ""), [one for one in state.get("ids", "").split(" ") if one]
        screen = self._shown(kind, ids, who)
        if screen is None:  # another version's, or another pack's
            return self.begin(who)
        choice = chosen(screen.choices, typed)
        if choice is None and typed.strip(" .#").isdigit():
            return again(self._city, who, screen, state)
        if choice is None:
            return self._found(tidy(typed), who)
        picked = ids[int(choice.key) - 1]
        if picked == LINES:
            return self._lines(who, "bus_where")
        if kind == LINES:
            return self._of_line(self._city.buses.lines[picked], who)
        return Step(ask=AtStop(stop=self._city.buses.stops[picked]))

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        heard = Heard(city=self._city, routes=self._routes, language=who.language, now=who.at)
        buses = self._city.buses
        if isinstance(ask, OneBus):
            (one,) = seen(tx, self._city, [buses.vehicles[ask.number]])
            return _last(one_bus(heard, one))
        assert isinstance(ask, AtStop)
        asked = [one for line in buses.through(ask.stop.id) for one in buses.on(line.id)]
        return _last(at_stop(heard, ask.stop, seen(tx, self._city, asked)))

    def _found(self, typed: str, who: Who) -> Step:
        """What was typed is a bus, a line or a stop."""
        number = self._naming.number(typed)
        if number is not None:
            if self._naming.vehicle(number) is not None:
                return Step(ask=OneBus(number=number))
            return self._lines(who, "bus_no_bus", bus=number)
        stops = self._naming.stops(typed)
        if len(stops) == 1:
            return Step(ask=AtStop(stop=stops[0]))
        if stops:
            return self._stops(who, self._city.text(who.language, "bus_which"), stops[:MOST])
        lines = self._city.buses.lines.values()
        line = nearest(((name, one.id) for one in lines for name in (one.name, one.name.split(" ")[0], one.id)), typed)
        if line is not None:
            return self._of_line(self._city.buses.lines[line], who)
        return self._lines(who, "bus_no_stop", typed=typed)

    def _near(self, who: Who) -> list[Stop]:
        """The stops nearest to where the person is registered, the nearest first."""
        home = who.resident
        area = self._city.areas.get(home.kelurahan or "") if home is not None else None
        if home is None or area is None:
            return []
        here = (home.lat, home.lon) if home.lat is not None and home.lon is not None else (area.lat, area.lon)
        stops = self._city.buses.stops.values()
        return sorted(stops, key=lambda one: distance_m(here, (one.lat, one.lon)))[:NEAR]

    def _of_line(self, line: BusLine, who: Who) -> Step:
        text = self._city.text(who.language, "bus_line_stops", busline=line.name)
        return self._stops(who, text, [self._city.buses.stops[one] for one in line.stops])

    def _stops(self, who: Who, text: str, stops: Sequence[Stop], *, lines: bool = False) -> Step:
        ids = [*(one.id for one in stops), *([LINES] if lines else [])]
        return Step(screen=self._listed(text, "stops", ids, who), state={"at": "stops", "ids": " ".join(ids)})

    def _lines(self, who: Who, key: str, **fields: str) -> Step:
        ids = list(self._city.buses.lines)
        text = self._city.text(who.language, key, **fields)
        return Step(screen=self._listed(text, LINES, ids, who), state={"at": LINES, "ids": " ".join(ids)})

    def _shown(self, kind: str, ids: Sequence[str], who: Who) -> Screen | None:
        """The screen of a state, to be shown again."""
        known = self._city.buses.lines.keys() if kind == LINES else self._city.buses.stops.keys() | {LINES}
        if kind not in ("stops", LINES) or not ids or not set(ids) <= known:
            return None
        key = "bus_where" if kind == LINES else "bus_which"
        return self._listed(self._city.text(who.language, key), kind, ids, who)

    def _listed(self, text: str, kind: str, ids: Sequence[str], who: Who) -> Screen:
        return Screen(text=text, choices=tuple(self._line(n, kind, one, who) for n, one in enumerate(ids, 1)))

    def _line(self, place: int, kind: str, id: str, who: Who) -> Choice:
        if kind == LINES:
            label = self._city.buses.lines[id].name
        elif id == LINES:
            label = self._city.text(who.language, "label_bus_lines")
        else:
            label = self._city.buses.stops[id].name
        return Choice(key=str(place), label=label)


def _last(text: str) -> Step:
    return Step(screen=Screen(text=text, last=True))


def bus(city: City) -> tuple[BusTalk, ...]:
    """The conversation, where the city has buses."""
    return (BusTalk(city),) if city.buses.lines else ()
