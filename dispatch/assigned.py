"""An incident that a person sent to an officer or a station: who that is, and how they are asked then. Pure.

While nobody has accepted, the ladder goes on and asks the named one besides (``ladder.py``). Once somebody has (the
person at the command centre, as a rule) the ladder is over: the named ones are asked one after another, twice; who had
it keeps it until one of them takes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.ledger import OFFERS, Ledger, after
from dispatch.plan import Effect, EffectKind, EffectRow, EffectState, View

if TYPE_CHECKING:
    from config.city import City

CANNOT = "2"  # the key by which an officer says so
TIMES = 2  # each is called so often
NO_ANSWER = "whom it was sent to did not take it"


def assignees(city: City, to: str | None, now: datetime) -> tuple[tuple[str, str | None], ...]:
    """Numbers, each with its station: the officer himself, or who is on duty at that station."""
    if not to:
        return ()
    if to in city.stations:
        return tuple((one.number, to) for one in city.on_duty(to, now))
    officer = city.officer(to)
    return ((to, officer.station if officer else None),)


def is_assigned(city: City, to: str | None, number: str, now: datetime) -> bool:
    """Whether this number is the one, or one of those, that it was sent to."""
    if not to or not number:
        return False
    home = city.station_of(number)
    return to == number or (home is not None and home.id == to) or number in dict(assignees(city, to, now))


def since(view: View, row: EffectRow) -> bool:
    """Whether the row is of this assignment."""
    return view.assigned_at is not None and row.intended_at >= view.assigned_at


def passed_at(row: EffectRow, city: City) -> datetime:
    """When the next one is called: at the call's end, or ``next_s`` after its first ring; ``one_line_s`` where it does
    not ring."""
    if row.pressed == CANNOT:
        return row.started_at or row.attempted_at or row.intended_at
    if row.settled_at is not None:
        return row.settled_at
    if row.started_at is not None:
        return after(row.started_at, city.clocks.next_s)
    return after(row.attempted_at or row.intended_at, city.clocks.one_line_s)


def ask(view: View, city: City, now: datetime) -> tuple[list[Effect], datetime, bool]:
    """Of an accepted incident: what to do now, when to look again, and whether nobody is left to be asked."""
    ledger, folk = Ledger(view), assignees(city, view.assigned_to, now)
    mine = {number: _calls(ledger, number) for number, _ in folk}
    called = [row for rows in mine.values() for row in rows]
    due = max((passed_at(row, city) for row in called), default=now)
    person, at = _next(view, folk, mine, due, after(due, city.clocks.again_s))
    if person is None:
        busy = any(row.state.under_way for row in called)
        return [], after(now, city.clocks.next_s if busy else city.clocks.nobody_s), not busy
    if now < at:
        return [], at, False
    return _offer(ledger, city, *person), after(now, city.clocks.one_line_s), False


def _next(
    view: View,
    folk: tuple[tuple[str, str | None], ...],
    mine: Mapping[str, list[EffectRow]],
    due: datetime,
    again: datetime,
) -> tuple[tuple[str, str | None] | None, datetime]:
    """Who is called next, and when: who rang back at once; then each in turn, ``TIMES`` times."""
    free = [one for one in folk if not any(row.state.under_way for row in mine[one[0]])]
    for one in free:
        at = view.recalls.get(one[0])
        if at is not None and since_at(view, at) and all(row.intended_at < at for row in mine[one[0]]):
            return one, at
    for turn in range(TIMES):
        for one in free:
            rows = mine[one[0]]
            if len(rows) == turn and not any(row.pressed == CANNOT for row in rows):
                return one, again if turn else due
    return None, due


def since_at(view: View, at: datetime) -> bool:
    """Whether that instant is of this assignment."""
    return view.assigned_at is not None and at >= view.assigned_at


def waits(view: View, row: EffectRow, numbers: frozenset[str]) -> bool:
    """Whether the row asks one to whom it was sent, so that the incident's acceptance does not take it back."""
    asks = row.effect.kind is EffectKind.CALL or row.effect.text in OFFERS
    return asks and row.effect.target in numbers and since(view, row)


def _calls(ledger: Ledger, number: str) -> list[EffectRow]:
    rows = ledger.rows(EffectKind.CALL, target=number)
    return [row for row in rows if since(ledger.view, row) and row.state is not EffectState.CANCELLED]


def _offer(ledger: Ledger, city: City, number: str, station: str | None) -> list[Effect]:
    """By text with a code, once an assignment, and by call."""
    here = ledger.view.incident
    text = "offer" if here.siren_allowed or here.drill else "offer_unverified"
    written = [row for one in OFFERS for row in ledger.rows(EffectKind.TEXT, target=number, text=one)]
    last = max((row.effect.round for row in ledger.view.rows), default=1)
    effects = []
    if not any(since(ledger.view, row) for row in written):
        why = "a person sent it to him"
        effects.append(ledger.effect(EffectKind.TEXT, number, round=last, station=station, text=text, why=why))
    effects.append(
        ledger.effect(
            EffectKind.CALL,
            number,
            round=last,
            station=station,
            ring_s=city.clocks.ring_s,
            talk_s=city.clocks.key_s,
            why="a person sent it to him",
        )
    )
    return effects
